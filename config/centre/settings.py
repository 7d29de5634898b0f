"""Where things lie and what the user may set; nothing here touches the disk or the network."""

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
CONFIG = ROOT / "config"
# Read by Odoo and by every PostgreSQL tool; Odoo's read-only pool takes its host from nowhere else.
PG_VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")


class Problem(Exception):
    """A failure the user can do something about: its text is one sentence that says what."""


@dataclass(frozen=True)
class Settings:
    """What the environment asks for.

    `server` holds PG* variables of an existing PostgreSQL server, or is empty for the embedded one.
    """

    runtime: Path
    http_port: int = 8069
    http_host: str = "127.0.0.1"
    workers: int = 0
    database: str = "district"
    odoo_home: str = ""
    suites: tuple[str, ...] = ("sid", "forky")
    server: dict = field(default_factory=dict)

    @property
    def logs(self) -> Path:
        return self.runtime / "log"

    @property
    def venv_python(self) -> Path:
        return self.runtime / "venv" / "bin" / "python"

    @property
    def checkout_id(self) -> str:
        """Eight characters that tell this checkout's test databases from another's."""
        return hashlib.sha256(str(self.runtime).encode()).hexdigest()[:8]


def parse_database_url(url: str) -> tuple[dict, str]:
    """Split `postgresql://user:password@host:port/name` into PG* variables and the name."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, str(parts.port or 5432)
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("postgres", "postgresql"):
        raise Problem(
            "DATABASE_URL is not understood: write postgresql://user:password@host:port/name."
        )
    server = {"PGHOST": host, "PGPORT": port}
    if parts.username:
        server["PGUSER"] = unquote(parts.username)
    if parts.password:
        server["PGPASSWORD"] = unquote(parts.password)
    return server, unquote(parts.path.lstrip("/"))


def _number(env, name, default, low, high):
    text = env.get(name, "") or str(default)
    if not text.isdigit() or not low <= int(text) <= high:
        raise Problem(f"{name}={text} is not a number from {low} to {high}.")
    return int(text)


def read_settings(env=os.environ) -> Settings:
    """Build the settings from the environment; raises Problem on a senseless value."""
    server, name = {}, ""
    if env.get("DATABASE_URL"):
        server, name = parse_database_url(env["DATABASE_URL"])
    elif env.get("PGHOST"):
        server = {key: env[key] for key in PG_VARIABLES if env.get(key)}
    database = env.get("DB_NAME") or name or "district"
    if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,40}", database):
        raise Problem(f"The database name {database!r} may hold letters, digits, '_', '.' and '-'.")
    if server.get("PGUSER") == "postgres":
        raise Problem(
            "Odoo refuses the database user 'postgres': create another role with CREATEDB."
        )
    return Settings(
        runtime=Path(env.get("RUNTIME") or ROOT / ".runtime").absolute(),
        http_port=_number(env, "HTTP_PORT", 8069, 1, 65535),
        http_host=env.get("HTTP_HOST") or "127.0.0.1",
        workers=_number(env, "WORKERS", 0, 0, 64),
        database=database,
        odoo_home=env.get("ODOO_HOME", ""),
        suites=tuple((env.get("ODOO_SUITES") or "sid forky").split()),
        server=server,
    )
