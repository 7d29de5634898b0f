"""Real servers on copies of the sample district: own ports, own databases."""

import json
import os
from pathlib import Path

import pytest
from centre import extras, processes, server, setup, testing
from centre.settings import ROOT, read_settings
from crowd import PEOPLE
from running import RunningServer

WORKERS = 2
#: Cases that wait for the crowd: each is good for two or three rounds.
CASES = 420
#: Cases of each rule that eight departments review jointly.
JOINT_CASES = 12
FIGURES = pytest.StashKey[list]()


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


class Hall(RunningServer):
    """A server with a worker for each of eight people, and what was prepared for them."""

    def __init__(self, bed, database, world, url, log):
        super().__init__(url, world["passwords"], log, database, bed.server)
        self.bed, self.world, self._cases = bed, world, iter(world["cases"])

    def take_case(self) -> dict:
        """A case that nobody has touched yet: ``{id, number}``."""
        return next(self._cases)

    def workers(self) -> list[int]:
        """The processes that answer, by the record of our own server."""
        master = processes.running(self.bed.settings, "crowd")
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [int(pid) for pid in children if b"gevent" not in _command_of(pid).split(b"\0")]

    def cpu_seconds(self) -> float:
        """Processor time that the present workers have used."""
        ticks = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def script(self, name, mark) -> dict:
        """What a script in `odoo shell` finds in the database of the running server."""
        return run_script(self.bed, self.database, name, mark)

    def verify(self) -> dict:
        """What ``crowd_verify.py`` finds in the database."""
        return self.script("crowd_verify.py", "HISTORY ")


def _command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended meanwhile
        return b"gevent"


def run_script(bed, database, name, mark, **variables):
    """The JSON object that a script in `odoo shell` printed behind its mark."""
    script = ROOT / "tests" / "scenario" / name
    log = bed.settings.logs / "crowd-shell.log"
    output = bed.odoo.shell(database, script, name, log, **variables)
    line = [line for line in output.splitlines() if line.startswith(mark)][-1]
    return json.loads(line.removeprefix(mark))


@pytest.fixture(scope="session")
def hall(server_settings):
    """Eight clerks at eight workers; it fails at the end when the server logged an error."""
    settings, tree = server_settings
    bed = testing.testbed(settings, tree)
    log = settings.logs / "crowd-server.log"
    with bed.copy("crowd") as database:
        sizes = {"CROWD_CASES": str(CASES), "CROWD_JOINT_CASES": str(JOINT_CASES)}
        world = run_script(bed, database, "crowd_world.py", "WORLD ", **sizes)
        with server.background(bed.odoo, database, "crowd", workers=PEOPLE, log=log) as url:
            started = Hall(bed, database, world, url, log)
            yield started
            assert not started.errors()


@pytest.fixture
def figure(request):
    """Tell a measured line to whoever reads the log of the whole suite."""
    return request.config.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"FIGURE {line}")


@pytest.fixture(scope="session")
def browser_environment(server_settings):
    """The environment in which a browser named as Odoo expects is on PATH, with Chinese fonts."""
    return extras.environment(server_settings[0])
