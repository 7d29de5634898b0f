"""What the user sees: the time passed, signs of life in long steps, one sentence on failure."""

import contextlib
import errno
import fcntl
import os
import re
import subprocess
import threading
import time
from pathlib import Path

from .settings import Problem

_START = time.monotonic()
_HEARTBEAT = 10  # seconds between two signs of life
_QUIET_WAIT = 3  # seconds of waiting for a lock that need no explanation
_print_lock = threading.Lock()

# Texts of apt, pip, uv, npm, dpkg-deb, PostgreSQL and Odoo, and what their user should do.
_REASONS = (
    (
        r"No space left on device|Disk quota exceeded|not enough free space",
        "the disk is full: free about 3 GB and run the same command again, it continues",
    ),
    (
        r"Hash Sum mismatch|[Hh]ash mismatch|DO NOT MATCH THE HASHES|EINTEGRITY|unexpected size",
        "a download does not match its checksum: run the same command again, it is fetched anew",
    ),
    (
        r"resolv|resolution|getaddrinfo|unreachable|[Cc]onnection (timed out|refused|failed|reset)"
        r"|dns error|ENOTFOUND|ECONN|ETIMEDOUT|error sending request|Failed to (fetch|connect)"
        r"|NewConnectionError|Could not connect|tunneling",
        "there is no network, or a mirror does not answer: check the connection (or proxy settings)"
        " and run the same command again, it continues",
    ),
    (
        r"Release file .* is (expired|not valid yet)",
        "the mirror's lists are out of date for this machine's clock: set the clock, or use"
        " a mirror that is kept up to date",
    ),
    (
        r"Unmet dependencies|broken packages|unable to correct problems",
        "apt finds this system's own packages broken: repair them with `apt --fix-broken install`"
        " (or put a Chromium on PATH) and run again",
    ),
    (r"Permission denied|EACCES", "a file may not be written: check who owns the project folder"),
)


def say(text: str) -> None:
    """Print one progress line with the seconds since the command began."""
    with _print_lock:
        print(f"[{time.monotonic() - _START:4.0f} s] {text}", flush=True)


def reason_of(output: str) -> str:
    """Return what to do about a tool's failing output, or '' when it is not a known one."""
    return next((advice for pattern, advice in _REASONS if re.search(pattern, output)), "")


def reason_of_error(error: OSError) -> str:
    """The same for an exception of our own file handling."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return reason_of("No space left on device")
    return f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")


@contextlib.contextmanager
def step(title: str, detail=lambda: ""):
    """Announce a long step, show a sign of life every ten seconds, and tell how long it took."""
    begun, done = time.monotonic(), threading.Event()

    def beat():
        while not done.wait(_HEARTBEAT):
            more = detail()
            say(f"{title} … {more}" if more else f"{title} …")

    say(title)
    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        done.set()
    say(f"{title}: done in {time.monotonic() - begun:.0f} s")


def size_of(path: Path) -> str:
    """Megabytes below a path, for the `detail` of a step that downloads or unpacks."""
    total = 0
    for folder, _dirs, files in os.walk(path):
        for name in files:
            with contextlib.suppress(OSError):  # files come and go while others write
                total += os.lstat(os.path.join(folder, name)).st_size
    return f"{total / 2**20:.0f} MB so far"


def run(command, *, what: str, log: Path, env=None, cwd=None, stdin=None, also_ok=()) -> str:
    """Run a tool with its output in `log` (appended) and return that output.

    Raises Problem with a sentence naming what failed, why as far as known, and where the log is.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as out:
        out.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        out.flush()
        start = out.tell()
        try:
            code = subprocess.run(
                [str(part) for part in command],
                stdin=stdin or subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                check=False,
            ).returncode
        except FileNotFoundError:
            raise Problem(f"{what}: the program {command[0]} is not on this machine.") from None
    with open(log, "rb") as result:
        result.seek(start)
        output = result.read().decode(errors="replace")
    if code and code not in also_ok:
        advice = reason_of(output) or "the log says more"
        raise Problem(f"{what} failed; {advice}. Log: {log}")
    return output


@contextlib.contextmanager
def exclusive(runtime: Path, name: str):
    """Let one process of this checkout at a time do what `name` stands for; the others wait."""
    runtime.mkdir(parents=True, exist_ok=True)
    with open(runtime / f"{name}.lock", "w") as handle:
        limit = time.monotonic() + _QUIET_WAIT
        while not _taken(handle):
            if time.monotonic() > limit:
                say(f"waiting for another command of this checkout ({name})")
                fcntl.flock(handle, fcntl.LOCK_EX)
                break
            time.sleep(0.1)
        yield


def _taken(handle) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
