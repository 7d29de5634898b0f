"""Starts Odoo's HTTP server: in the foreground for people, in the background for tests."""

import contextlib
import errno
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import processes
from .console import say
from .database import announce_logins, last_error
from .postgres import free_port
from .settings import Problem

_PATHS = (("Applicants", "/"), ("Staff", "/odoo"))
_PATIENCE = 120  # seconds until a server that does not answer counts as failed


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback, never a proxy
    try:
        with opener.open(f"{url}/web/health", timeout=5) as answer:
            return answer.status == 200
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def start(odoo, database, name, *, port, host="127.0.0.1", workers=0, log: Path, crons=1):
    """Start a server and wait until it answers; returns (process, url); raises Problem."""
    log.unlink(missing_ok=True)
    command = odoo.command(
        "-d",
        database,
        "--db-filter",
        f"^{database}$",
        "--no-database-list",
        "--http-interface",
        host,
        "-p",
        str(port),
        "--gevent-port",
        str(free_port()),
        "--workers",
        str(workers),
        "--max-cron-threads",
        str(crons),
        "--logfile",
        str(log),
    )
    with open(log, "ab") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=odoo.environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    processes.record(odoo.settings, name, process.pid)
    url = f"http://{host if host != '0.0.0.0' else '127.0.0.1'}:{port}"
    limit = time.monotonic() + _PATIENCE
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > limit:
            processes.end(odoo.settings, name)
            error = last_error(log) if log.exists() else ""
            raise Problem(f"Odoo does not start on port {port}. Log: {log}{error}")
        time.sleep(0.2)
    return process, url


@contextlib.contextmanager
def background(odoo, database, name, *, workers, log):
    """A server for tests on a free port; yields its address; ended afterwards."""
    _process, url = start(odoo, database, name, port=free_port(), workers=workers, log=log, crons=0)
    try:
        yield url
    finally:
        processes.end(odoo.settings, name)


def check_port(settings) -> None:
    """Refuse early, with the way out, when the address cannot be served."""
    running = processes.running(settings, "server")
    if running:
        raise Problem(
            f"The centre of this checkout runs already (process {running}): `make stop` ends it."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.http_host, settings.http_port))
        except OSError as error:
            other = settings.http_port + 1 if settings.http_port < 65535 else 8069
            if error.errno == errno.EACCES:
                raise Problem(
                    f"Port {settings.http_port} needs root: take another one,"
                    " for example `make run HTTP_PORT=8069`."
                ) from None
            raise Problem(
                f"Port {settings.http_port} is taken by another program:"
                f" `make run HTTP_PORT={other}`."
            ) from None


def _print_own_address(odoo, settings):
    """QR codes and mails carry the address served now, unless somebody has set another."""
    odoo.server.sql(
        f"UPDATE ir_config_parameter SET value = 'http://127.0.0.1:{settings.http_port:d}'"
        " WHERE key = 'web.base.url'"
        " AND value ~ '^http://(localhost|127[.]0[.]0[.]1)(:[0-9]+)?$'",
        settings.database,
    )


def run_in_foreground(odoo, settings) -> int:
    """Serve the district until Ctrl-C, SIGTERM or `make stop`; returns the exit code."""

    def leave(_number, _frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    log = settings.logs / "server.log"
    try:
        _print_own_address(odoo, settings)
        process, url = start(
            odoo,
            settings.database,
            "server",
            port=settings.http_port,
            host=settings.http_host,
            workers=settings.workers,
            log=log,
        )
        say("The centre is open:")
        for label, path in _PATHS:
            print(f"    {label:<12}{url}{path}")
        announce_logins(odoo)
        say(f"Log: {log}. Ctrl-C or `make stop` ends it.")
        code = process.wait()
        say(f"The server has ended (code {code}).")
        return 0 if code in (0, -signal.SIGTERM) else 1
    except KeyboardInterrupt:
        say("closing")
        processes.end(settings, "server")
        return 0
    finally:
        processes.forget(settings, "server")
