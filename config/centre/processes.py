"""Processes that this checkout started, by recorded id, and nothing else."""

import contextlib
import os
import signal
import time
from pathlib import Path

from .console import say


def _started(pid: int) -> str:
    """The kernel's start time of a process: with it a reused id is not mistaken for ours."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if state == "Z" else rest[18]  # ended, only not asked for its result yet
    except (OSError, IndexError, ValueError):
        return ""


def record(settings, name: str, pid: int) -> None:
    """Remember a process under a name."""
    folder = settings.runtime / "run"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.pid").write_text(f"{pid} {_started(pid)}")


def forget(settings, name: str) -> None:
    """The process under this name has ended."""
    (settings.runtime / "run" / f"{name}.pid").unlink(missing_ok=True)


def running(settings, name: str) -> int | None:
    """The id of the recorded process if it is still that process."""
    try:
        pid, started = (settings.runtime / "run" / f"{name}.pid").read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if _started(int(pid)) == started else None


def end(settings, name: str) -> bool:
    """End a recorded process politely, then firmly; returns whether it ran."""
    pid = running(settings, name)
    if pid is not None:
        for number, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            limit = time.monotonic() + patience
            while running(settings, name) and time.monotonic() < limit:
                time.sleep(0.1)
            if not running(settings, name):
                break
    forget(settings, name)
    return pid is not None


def end_all(settings) -> None:
    """End every recorded process."""
    for path in sorted((settings.runtime / "run").glob("*.pid")):
        if end(settings, path.stem):
            say(f"stopped {path.stem}")
