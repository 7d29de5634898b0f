"""A real server on a copy of the sample district: two workers, own ports, own database."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from centre import extras, server, setup, testing
from centre.settings import read_settings

WORKERS = 2
# Without a proxy in front, a worker cannot take the web client's websocket; pages work without it.
_EXPECTED = "Couldn't bind the websocket"


@dataclass
class RunningServer:
    """`logins` holds (role label, login, password); `sql` asks the server's own database."""

    url: str
    logins: list
    log: Path
    database: str
    postgres: object

    def sql(self, query: str) -> list[list[str]]:
        """Rows as text."""
        return self.postgres.sql(query, self.database)

    def errors(self) -> list[str]:
        """What the server logged as errors, each with its traceback."""
        text = self.log.read_text(errors="replace")
        entries = re.split(r"^(?=\d{4}-\d\d-\d\d )", text, flags=re.MULTILINE)
        return [
            entry
            for entry in entries
            if re.match(r"\S+ \S+ \d+ (ERROR|CRITICAL) ", entry) and _EXPECTED not in entry
        ]


@pytest.fixture(scope="session")
def server_settings():
    """Settings of this checkout with everything set up, a browser included."""
    settings = read_settings()
    return settings, setup.ensure(settings, browser=True)


@pytest.fixture(scope="session")
def running(server_settings):
    """The server for the whole session; it fails at the end when the server logged an error."""
    settings, tree = server_settings
    bed = testing.testbed(settings, tree)
    log = settings.logs / "scenario-server.log"
    with (
        bed.copy("scenario") as database,
        server.background(bed.odoo, database, "scenario", workers=WORKERS, log=log) as url,
    ):
        started = RunningServer(url, bed.logins(), log, database, bed.server)
        yield started
        assert not started.errors()


@pytest.fixture(name="server", scope="session")
def server_fixture(running):
    """The running server."""
    return running


@pytest.fixture(scope="session")
def browser_environment(server_settings):
    """The environment in which a browser named as Odoo expects is on PATH, with Chinese fonts."""
    return extras.environment(server_settings[0])
