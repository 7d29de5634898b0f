"""The server under test, as the tests see it: its address, its log and its database."""

import re
from dataclasses import dataclass
from pathlib import Path

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

    def retries(self) -> int:
        """How often Odoo slept and did a request again, because its snapshot was too old."""
        return len(re.findall(r" tries left, try again in ", self.log.read_text(errors="replace")))

    def deadlocks(self) -> int:
        """Deadlocks that PostgreSQL ended in this database."""
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(self.sql(query)[0][0])
