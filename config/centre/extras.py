"""What the PDF engine and the browser tests need beyond Python: fonts, text layout, a browser.

Each is taken from the machine when it is there, and brought into the runtime folder when it is not.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from . import apt
from .console import run, say, size_of, step
from .settings import Problem

_FONT_PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
_FONT_SHA512 = (
    "9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ=="
)
_FONT_MEMBERS = (
    "package/400Regular/NotoSansSC_400Regular.ttf",
    "package/700Bold/NotoSansSC_700Bold.ttf",
    "package/LICENSE_FONT",
)
# Odoo looks for these names on PATH, in this order, and nowhere else
_BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
_PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "libfontconfig1")
_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>{odoo_fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
  <!-- The small TrueType fonts first; the CJK collection serves the rare characters of names. -->
  <alias binding="strong"><family>sans-serif</family><prefer>
    <family>Noto Sans SC</family><family>Noto Sans CJK SC</family></prefer></alias>
  <alias binding="strong"><family>serif</family><prefer>
    <family>Noto Sans SC</family><family>Noto Sans CJK SC</family></prefer></alias>
</fontconfig>
"""


def ensure_fonts(settings) -> None:
    """Chinese fonts and a private font configuration; raises Problem when there is no font."""
    fonts, conf = settings.runtime / "fonts", settings.runtime / "fonts.conf"
    collection = settings.runtime / "odoo" / "fonts"  # unpacked together with Odoo's package
    if not conf.exists():
        fonts.mkdir(parents=True, exist_ok=True)
        if not list(fonts.glob("*.ttf")):
            _fetch_fonts(settings, fonts)
        if not list(fonts.glob("*.tt?")) and not list(collection.glob("*.ttc")):
            _fetch_debian_fonts(settings, fonts)
        temporary = conf.with_suffix(".new")
        temporary.write_text(
            _FONTS_CONF.format(
                fonts=fonts, odoo_fonts=collection, cache=settings.runtime / "fontcache"
            )
        )
        temporary.rename(conf)


def _fetch_fonts(settings, fonts):
    if not shutil.which("npm"):
        say(
            "npm is not here: PDFs use the Noto CJK collection (files are larger, text is the same)"
        )
        return
    folder = settings.runtime / "npm"
    folder.mkdir(exist_ok=True)
    with step("Chinese fonts: downloading 57 MB", lambda: size_of(folder)):
        env = dict(
            os.environ, npm_config_cache=str(folder / "cache"), npm_config_update_notifier="false"
        )
        try:
            run(
                ["npm", "pack", "--silent", "--pack-destination", folder, _FONT_PACKAGE],
                what="downloading the Chinese fonts",
                log=settings.logs / "fonts.log",
                env=env,
                cwd=folder,
            )
        except Problem as error:
            say(f"{error} PDFs use the Noto CJK collection instead.")
            return
        archive = next(folder.glob("*.tgz"))
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != _FONT_SHA512:
            archive.unlink()
            raise Problem(
                "The font package does not match its checksum: run again, it is fetched anew."
            )
        with tarfile.open(archive) as tar:
            for member in _FONT_MEMBERS:
                target = fonts / Path(member).name
                target.write_bytes(tar.extractfile(member).read())
        shutil.rmtree(folder)


def _fetch_debian_fonts(settings, fonts):
    """For an Odoo of the user's own on a machine without npm."""
    listed = ""
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", ":lang=zh"], capture_output=True, text=True, check=False
        ).stdout
    if listed.strip():
        say("PDFs use the Chinese fonts of this machine")
    elif apt.available():
        folder = settings.runtime / "fonts.deb"
        with step("Chinese fonts: downloading 60 MB", lambda: size_of(folder)):
            view = apt.View(settings)
            view.update()
            view.download(["fonts-noto-cjk"], folder)
            apt.unpack(folder.glob("*.deb"), folder)
            for font in folder.rglob("NotoSansCJK*.ttc"):
                font.rename(fonts / font.name)
            shutil.rmtree(folder)
    else:
        raise Problem(
            "No Chinese font: install npm or a font such as Noto Sans CJK, and run again."
        )


def ensure_pango(settings) -> None:
    """WeasyPrint's text layout library, from Debian when the machine has none."""
    stamp = settings.runtime / "pango.ok"
    if stamp.exists():
        return
    if not _weasyprint_works(settings):
        if not apt.available():
            raise Problem(
                "The PDF engine needs Pango: install your system's package pango, and run again."
            )
        with step("Text layout library (Pango): downloading"):
            _fetch_tree(settings, "pango", _PANGO)
        if not _weasyprint_works(settings):
            raise Problem(
                "The PDF engine does not start: run `.runtime/venv/bin/python -m weasyprint`"
                " and install the library that it names."
            )
    stamp.touch()


def _weasyprint_works(settings):
    return (
        subprocess.run(
            [settings.venv_python, "-c", "import weasyprint"],
            capture_output=True,
            env=os.environ | environment(settings),
            check=False,
        ).returncode
        == 0
    )


def ensure_browser(settings) -> None:
    """A Chromium for the tests: the machine's, or Debian's unpacked, behind a wrapper."""
    if any(shutil.which(name) for name in _BROWSERS):
        return
    wrapper = settings.runtime / "bin" / "google-chrome"
    if wrapper.exists():
        return
    if not apt.available():
        raise Problem("The browser tests need Chromium on PATH: install it and run again.")
    tree = settings.runtime / "chromium"
    with step("Chromium for the tests: downloading 110 MB", lambda: size_of(tree)):
        _fetch_tree(settings, "chromium", ("chromium",))
        program = tree / "usr/lib/chromium/chromium"
        if not program.exists():
            raise Problem(
                "This system's package chromium holds no browser: install Chromium and run again."
            )
        wrapper.parent.mkdir(exist_ok=True)
        new = wrapper.with_name("google-chrome.new")
        new.write_text(
            f"#!/bin/sh\nLD_LIBRARY_PATH={_libraries(tree)}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
            f' exec {program} "$@"\n'
        )
        new.chmod(0o755)
        run([new, "--version"], what="starting Chromium", log=settings.logs / "browser.log")
        new.rename(wrapper)


def _fetch_tree(settings, name, packages):
    """Unpack packages, and all they need that the system lacks, into runtime/<name>."""
    view, tree = apt.View(settings), settings.runtime / name
    view.update()
    wanted = list(dict.fromkeys([*packages, *view.missing(packages)]))
    view.download(wanted, tree / "debs")
    apt.unpack(sorted((tree / "debs").glob("*.deb")), tree)
    shutil.rmtree(tree / "debs")


def _libraries(tree: Path) -> str:
    patterns = (
        "*-linux-gnu/*.so*",
        "*-linux-gnu/*/*.so*",
    )  # some keep private parts one level down
    folders = {
        path.parent
        for top in ("usr/lib", "lib")
        for pattern in patterns
        for path in (tree / top).glob(pattern)
    }
    return ":".join(map(str, sorted(folders)))


def environment(settings) -> dict:
    """Variables for every process that makes PDFs or starts a browser."""
    env = {
        "FONTCONFIG_FILE": str(settings.runtime / "fonts.conf"),
        "PYTHONUTF8": "1",
        "PATH": os.pathsep.join(
            [
                str(settings.runtime / "bin"),
                str(settings.runtime / "venv/bin"),  # pylint, which Odoo's lint asks for
                os.environ.get("PATH", ""),
            ]
        ),
    }
    libraries = _libraries(settings.runtime / "pango")
    if libraries:
        old = os.environ.get("LD_LIBRARY_PATH")
        env["LD_LIBRARY_PATH"] = libraries + (f":{old}" if old else "")
    return env
