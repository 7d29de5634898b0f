"""Each failure ends in one sentence that says what to do."""

import errno
import os
import socket
import subprocess
import sys
from dataclasses import replace

import pytest
from centre import apt, console, extras, odoo, processes, server, setup
from centre.settings import CONFIG, Problem, read_settings


@pytest.fixture
def settings(tmp_path):
    return replace(read_settings({}), runtime=tmp_path / "runtime")


@pytest.mark.parametrize(
    "output, advice",
    [
        ("E: Could not resolve 'mirror'", "no network"),
        ("  Temporary failure resolving 'mirror'", "no network"),
        ("error: error sending request for url", "no network"),
        ("npm error code ENOTFOUND", "no network"),
        ("curl: (7) Connection refused", "no network"),
        ("tar: write error: No space left on device", "disk is full"),
        ("Hash mismatch for `six`", "checksum"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "checksum"),
        ("E: Failed to fetch x  Hash Sum mismatch", "checksum"),
        ("npm error code EINTEGRITY", "checksum"),
    ],
)
def test_known_failures_of_tools_have_advice(output, advice):
    assert advice in console.reason_of(output)


def test_unknown_failure_points_at_the_log(tmp_path):
    log = tmp_path / "x.log"
    with pytest.raises(Problem, match="trying it failed; the log says more. Log: "):
        console.run([sys.executable, "-c", "raise SystemExit(3)"], what="trying it", log=log)
    with pytest.raises(Problem, match="nowhere is not on this machine"):
        console.run(["nowhere"], what="trying it", log=log)


def test_disk_full_while_writing():
    assert "disk is full" in console.reason_of_error(OSError(errno.ENOSPC, "No space left"))


def test_port_taken_names_another(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=f"make run HTTP_PORT={port + 1}"):
            server.check_port(replace(settings, http_port=port))


def test_running_centre_is_named(settings):
    settings.runtime.mkdir()
    processes.record(settings, "server", os.getpid())
    with pytest.raises(Problem, match="make stop"):
        server.check_port(settings)


def test_wrong_python_is_one_sentence(tmp_path):
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(f"/bin/{name}" if name == "sh" else "/usr/bin/dirname")
    for name in ("python3", "python3.12"):
        old = tmp_path / name
        old.write_text("#!/bin/sh\nexit 1\n")
        old.chmod(0o755)
    script = (CONFIG / "start").read_text().replace("/usr/bin/python3", "")
    (tmp_path / "start").write_text(script)
    result = subprocess.run(
        ["/bin/sh", tmp_path / "start", "run"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 3
    assert result.stderr.startswith("No Python 3.11, 3.12 or 3.13 was found: install one")
    assert len(result.stderr.splitlines()) == 1


def test_odoo_home_must_be_odoo_19(settings, tmp_path):
    with pytest.raises(Problem, match="not an Odoo 19.0 source checkout"):
        odoo.ensure(replace(settings, odoo_home=str(tmp_path)))
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    release.write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
    with pytest.raises(Problem, match="not an Odoo 19.0 source checkout"):
        odoo.ensure(replace(settings, odoo_home=str(tmp_path)))
    release.write_text("version_info = (19, 0, 0, 'final', 0, '')\n")
    assert odoo.ensure(replace(settings, odoo_home=str(tmp_path))) == tmp_path


def test_no_debian_needs_odoo_home(settings, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Problem, match="set ODOO_HOME"):
        odoo.ensure(settings)
    with pytest.raises(Problem, match="Chromium"):
        extras.ensure_browser(settings)


def test_odoo_on_the_path_is_used(settings, monkeypatch, tmp_path):
    tree = tmp_path / "installed"
    (tree / "odoo").mkdir(parents=True)
    (tree / "odoo" / "release.py").write_text(
        "version_info = (19, 0, 0, 'final', 0, '')\nseries = '19.0'\n"
    )
    (tree / "odoo" / "__init__.py").touch()
    wrapper = tmp_path / "python-with-odoo"
    wrapper.write_text(f'#!/bin/sh\nPYTHONPATH={tree} exec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    command = tmp_path / "odoo"
    command.write_text(f"#!{wrapper}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert odoo.ensure(settings) == tree


def test_full_disk_is_seen_before_the_setup(settings, monkeypatch):
    monkeypatch.setattr(setup, "_FRESH_NEED", 2**60)
    with pytest.raises(Problem, match="the setup needs 3 GB"):
        setup.ensure(settings)


def test_path_that_odoo_cannot_hold(settings, tmp_path):
    with pytest.raises(Problem, match="set RUNTIME"):
        setup.ensure(replace(settings, runtime=tmp_path / "my folder"))


def test_damaged_download_is_named(tmp_path):
    (tmp_path / "cut_1.0_all.deb").write_bytes(b"!<arch>\ncut short")
    with pytest.raises(Problem, match="cut_1.0_all.deb failed; run again"):
        apt.unpack([tmp_path / "cut_1.0_all.deb"], tmp_path / "out")
