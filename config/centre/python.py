"""The virtual environment: locked requirements, every file checked against its hash."""

import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from . import apt
from .console import run, say, size_of, step
from .settings import CONFIG

_LOCKS = (CONFIG / "requirements-build.txt", CONFIG / "requirements.txt")


def requirements_hash() -> str:
    """Tells whether an environment is the one that the locks describe, on this very interpreter."""
    text = b"".join(path.read_bytes() for path in _LOCKS) + sys.version.encode()
    return hashlib.sha256(text).hexdigest()


def ensure(settings) -> None:
    """Create the environment, or complete one that was interrupted; raises Problem."""
    venv, log = settings.runtime / "venv", settings.logs / "python.log"
    stamp = venv / "requirements.hash"
    if stamp.exists() and stamp.read_text() == requirements_hash():
        return
    with step("Python packages: downloading and installing 290 MB", lambda: size_of(venv)):
        if not _works(venv):
            shutil.rmtree(venv, ignore_errors=True)
            run(
                [sys.executable, "-m", "venv", "--without-pip", venv],
                what="creating the Python environment",
                log=log,
            )
        build, main = _LOCKS
        pip, env = _pip(settings), _environment(settings)
        run(
            [*pip, "install", "-q", "--require-hashes", "-r", build],
            what="installing the Python installer",
            log=log,
            env=env,
        )
        uv = [venv / "bin/uv", "pip", "install", "-q", "-p", settings.venv_python]
        run(
            [*uv, "--require-hashes", "--no-build-isolation", "-r", main],
            what="installing the Python packages",
            log=log,
            env=env,
        )
        shutil.rmtree(settings.runtime / "cache", ignore_errors=True)
        stamp.write_text(requirements_hash())


def unpack(settings, lock, folder) -> None:
    """Put the files of a lock, without what they depend on, into a folder; raises Problem."""
    uv = [settings.runtime / "venv/bin/uv", "pip", "install", "-q", "-p", settings.venv_python]
    run(
        [*uv, "--target", folder, "--no-deps", "--require-hashes", "-r", lock],
        what=f"fetching {lock.stem}",
        log=settings.logs / "python.log",
        env=_environment(settings),
    )
    shutil.rmtree(settings.runtime / "cache", ignore_errors=True)


def _works(venv):
    python = venv / "bin/python"
    return python.exists() and python.resolve() == Path(sys.executable).resolve()


def _environment(settings):
    """Caches inside the project; the system's certificates; no interpreter from elsewhere."""
    cache = settings.runtime / "cache"
    env = dict(
        os.environ,
        UV_CACHE_DIR=f"{cache}/uv",
        PIP_CACHE_DIR=f"{cache}/pip",
        UV_SYSTEM_CERTS="1",
        UV_NATIVE_TLS="1",
        UV_PYTHON_DOWNLOADS="never",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_USER="0",
    )
    index = os.environ.get("PIP_INDEX_URL")
    if index:  # the user's mirror; uv does not read pip's setting
        env.setdefault("UV_DEFAULT_INDEX", index)
    return env


def _pip(settings):
    """A pip that installs into the environment: this Python's own, or Debian's wheel of it."""
    into = ["--python", settings.venv_python]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", *into]
    if importlib.util.find_spec("ensurepip"):
        bundled = Path(importlib.util.find_spec("ensurepip").origin).parent / "_bundled"
        wheels = list(bundled.glob("pip-*.whl"))
        if wheels:
            return [sys.executable, wheels[0] / "pip", *into]
    say("this Python has no pip: fetching Debian's")
    folder = settings.runtime / "pip"
    if not list(folder.rglob("pip-*.whl")):
        view = apt.View(settings)
        view.update()
        view.download(["python3-pip-whl"], folder)
        apt.unpack(folder.glob("*.deb"), folder)
    return [sys.executable, next(folder.rglob("pip-*.whl")) / "pip", *into]
