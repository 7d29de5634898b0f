"""Finds or fetches Odoo 19.

Order: ODOO_HOME, an `odoo` 19.0 on PATH, Debian's `odoo-19` unpacked without root.  The Debian
package lacks what is not free in Debian's sense and links to other packages; `repair` makes the
unpacked tree complete and free of links.
"""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import apt
from .console import say, size_of, step
from .settings import Problem

RECIPE = "odoo-19, recipe 1"  # raise it when the steps below change: the tree is then made anew
_TESTED = "19.0.0+dfsg-1"
_COMPANIONS = (  # packages whose files odoo-19 links to
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-noto-cjk",
)
_FONT_AWESOME_SUITES = (
    "trixie",
    "bookworm",
)  # the last with version 4.7; newer ones dropped its files
_FONT_KINDS = (".ttf", ".otf", ".woff2", ".woff")


def _series(path: Path) -> str:
    try:
        text = (path / "odoo" / "release.py").read_text()
    except OSError:
        return ""
    found = re.search(r"version_info\s*=\s*\((\d+),\s*(\d+)", text)
    return f"{found[1]}.{found[2]}" if found else ""


def _on_path() -> Path | None:
    """The folder of the `odoo` package behind an installed `odoo` command, when it is 19.0."""
    command = shutil.which("odoo")
    if not command:
        return None
    with open(command, "rb") as script:
        first = script.readline().decode(errors="replace")
    if not first.startswith("#!"):
        return None
    probe = "import odoo.release as r, os; print(os.path.dirname(os.path.dirname(r.__file__)))"
    answer = subprocess.run(
        [*first[2:].split(), "-c", probe], capture_output=True, text=True, check=False
    ).stdout.strip()
    return Path(answer) if answer and _series(Path(answer)) == "19.0" else None


def ensure(settings) -> Path:
    """Return the folder that holds the `odoo` package; fetch Odoo when the user has none."""
    if settings.odoo_home:
        home = Path(settings.odoo_home).expanduser().absolute()
        if _series(home) != "19.0":
            raise Problem(f"ODOO_HOME={settings.odoo_home} is not an Odoo 19.0 source checkout.")
        return home
    installed = _on_path()
    if installed:
        return installed
    tree = settings.runtime / "odoo"
    stamp = tree / "recipe"
    if not (stamp.exists() and stamp.read_text() == RECIPE):
        if not apt.available():
            raise Problem(
                "There is no Odoo 19 here and this is no Debian system:"
                " set ODOO_HOME to an Odoo 19.0 source checkout."
            )
        _fetch(settings, tree)
    return tree / "lib"


def _fetch(settings, tree):
    debs = settings.runtime / "debs"
    with step("Odoo 19: downloading 190 MB", lambda: size_of(debs)):
        version = _download(settings, debs)
    new = tree.with_name("odoo.new")
    with step("Odoo 19: unpacking", lambda: size_of(new)):
        shutil.rmtree(new, ignore_errors=True)
        apt.unpack(sorted(debs.glob("*.deb")), new / "deb")
        repair(new / "deb")
        (new / "deb/usr/lib/python3/dist-packages").rename(new / "lib")
        fonts = new / "fonts"
        fonts.mkdir()
        for font in (new / "deb/usr/share/fonts").rglob("NotoSansCJK*.ttc"):
            font.rename(fonts / font.name)
        shutil.rmtree(new / "deb")
        sums = [
            f"{hashlib.sha256(deb.read_bytes()).hexdigest()}  {deb.name}"
            for deb in sorted(debs.glob("*.deb"))
        ]
        (new / "SHA256SUMS").write_text("\n".join([version, *sums, ""]))
        (new / "recipe").write_text(RECIPE)
        shutil.rmtree(tree, ignore_errors=True)
        new.rename(tree)
        shutil.rmtree(debs)


def _download(settings, debs) -> str:
    problem = None
    for suite in settings.suites:
        view = apt.View(settings, suite)
        try:
            view.update()
        except Problem as error:
            problem = error
            continue
        version = view.candidate("odoo-19")
        if version.startswith("19."):
            if version != _TESTED:
                say(f"note: odoo-19 {version} is not the version this was tested with ({_TESTED})")
            view.download(["odoo-19", *_COMPANIONS], debs)
            break
    else:
        kept = list(debs.glob("odoo-19_19.*.deb"))
        if problem and not kept:
            raise problem
        if not kept:
            raise Problem(
                "No Debian suite offers odoo-19 any more: set ODOO_HOME to an Odoo 19.0 source"
                f" checkout, or put a kept odoo-19_19*.deb into {debs}."
            )
        version = kept[0].name
        view.download(list(_COMPANIONS), debs)
    if not list(debs.glob("fonts-font-awesome_5.0.10*.deb")):
        _download_font_awesome(settings, debs)
    return version


def _download_font_awesome(settings, debs):
    for last, suite in enumerate(_FONT_AWESOME_SUITES, 1):
        try:
            view = apt.View(settings, suite)
            view.update()
            return view.download(["fonts-font-awesome"], debs)
        except Problem:
            if last == len(_FONT_AWESOME_SUITES):
                raise


def repair(root: Path) -> None:
    """Replace every link by a copy of what it means, and add two files Debian leaves out."""
    packages = root / "usr/lib/python3/dist-packages"
    shared = _index(root / "usr/share")
    for folder, dirs, files in os.walk(packages):
        for name in dirs + files:
            link = Path(folder, name)
            if link.is_symlink():
                _replace_link(root, link, shared)
    # mail's manifest lists it; without it each backend page logs an error and tours fail
    stub = packages / "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(
            "// Not in Debian's package; it only blurs the background of video calls.\n"
        )
    # The prefork server starts its websocket process by this file; `python -m odoo` cannot.
    entry = packages / "odoo-bin"
    entry.write_text(
        "#!/usr/bin/env python3\nimport odoo.cli\n\nif __name__ == '__main__':\n"
        "    odoo.cli.main()\n"
    )
    entry.chmod(0o755)


def _index(share: Path) -> dict[str, Path]:
    return {
        name: Path(folder, name)
        for folder, _dirs, files in os.walk(share)
        for name in files
        if not Path(folder, name).is_symlink()
    }


def _replace_link(root, link, shared):
    """Put a copy in place of a link, absolute or not, whatever name it points at."""
    target = link
    for _hop in range(20):
        if not target.is_symlink():
            break
        to = os.readlink(target)
        target = Path(
            os.path.normpath(f"{root}/{to}" if to.startswith("/") else target.parent / to)
        )
    if target.name != link.name or not target.exists():
        # some links are one extension off (x.woff2 -> x.woff): a file of the link's name is right
        others = (shared.get(link.stem + kind) for kind in _FONT_KINDS)
        variant = shared.get(f"{link.stem}-Regular{link.suffix}")
        target = (
            shared.get(link.name)
            or (target if target.exists() else None)
            or variant
            or next(filter(None, others), None)
        )
    if target is None:
        raise Problem(
            f"Odoo's package links to {os.readlink(link)}, which no package brings:"
            " set ODOO_HOME to an Odoo 19.0 source checkout."
        )
    link.unlink()
    (shutil.copytree if target.is_dir() else shutil.copyfile)(target, link)
