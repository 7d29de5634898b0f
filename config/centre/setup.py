"""Brings a checkout to the point where Odoo can start; what is there already is skipped."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import extras, odoo, python
from .console import exclusive, say
from .settings import Problem

_FRESH_NEED = 3 * 2**30  # bytes: packages, Odoo, databases and what unpacking needs for a while


def _check_folder(settings):
    runtime = settings.runtime
    try:
        settings.logs.mkdir(parents=True, exist_ok=True)
    except PermissionError:
        raise Problem(
            f"The folder {runtime} may not be written: check who owns it,"
            " or set RUNTIME to a folder of yours."
        ) from None
    if not os.access(runtime, os.W_OK):
        raise Problem(
            f"The folder {runtime} belongs to somebody else: set RUNTIME to a folder of yours."
        )
    if any(sign in str(runtime) for sign in " :,%"):
        raise Problem(
            f"The path {runtime} has a blank, ':', ',' or '%' in it, which Odoo's own settings"
            " cannot hold: move the project, or set RUNTIME."
        )
    complete = (runtime / "setup.complete").exists()
    free = shutil.disk_usage(runtime).free
    if not complete and free < _FRESH_NEED:
        raise Problem(
            f"The disk has {free / 2**30:.1f} GB free and the setup needs 3 GB: free some,"
            " or set RUNTIME to a folder on another disk."
        )


def ensure(settings, browser: bool = False) -> Path:
    """Fetch what is missing, in parallel; returns the folder of Odoo; raises Problem."""
    _check_folder(settings)
    with exclusive(settings.runtime, "setup"):
        fresh = not (settings.runtime / "setup.complete").exists()
        if fresh:
            say(f"Setting up {settings.runtime} (about 2 minutes, 400 MB to download)")
        with ThreadPoolExecutor(3) as pool:
            packages = pool.submit(python.ensure, settings)
            tree = pool.submit(odoo.ensure, settings)
            chromium = pool.submit(extras.ensure_browser, settings) if browser else None
            jobs = [job for job in (packages, tree, chromium) if job]
            problems = [error for error in (job.exception() for job in jobs) if error]
            if problems:
                raise problems[0]
        extras.ensure_fonts(settings)
        extras.ensure_pango(settings)
        _link(settings, tree.result())
        (settings.runtime / "setup.complete").touch()
        shutil.rmtree(settings.runtime / "apt", ignore_errors=True)
    return tree.result()


def _link(settings, tree):
    """Make the `odoo` package importable, after the environment's own packages."""
    site = next((settings.runtime / "venv" / "lib").glob("python3*/site-packages"))
    link, text = site / "odoo-runtime.pth", f"{tree}\n"
    if not link.exists() or link.read_text() != text:
        link.write_text(text)
