"""Debian packages without root: a private view of the system's own mirror, and their unpacking.

apt itself says where the mirror is and checks the signed index and each package's SHA-256; nothing
is installed, no host is named here.  The files are unpacked below the runtime folder.
"""

import os
import re
import shutil
import subprocess
import threading
from collections import defaultdict
from pathlib import Path

from .console import run
from .settings import Problem

_KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)
# Not needed at run time: documentation, and translations other than Chinese (789 MB in Odoo's).
UNWANTED = (
    "./usr/share/doc",
    "./usr/share/man",
    "./usr/lib/python3/dist-packages/addons",
    "*/i18n/[!z]*.po",
    "*/i18n/*.pot",
    "NotoSerifCJK*",
)

_locks = defaultdict(threading.Lock)  # by view: two apt processes in one state folder spoil it
_updated: set[Path] = set()


def available() -> bool:
    """Whether this machine has Debian's tools at all."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def _release() -> str:
    try:
        text = Path("/etc/os-release").read_text()
    except OSError:
        return ""
    found = re.search(r"^VERSION_CODENAME=\"?([\w-]+)", text, re.MULTILINE)
    return found[1] if found else ""


class View:
    """A private apt state for one suite or, without one, for the system's own sources."""

    def __init__(self, settings, suite: str = ""):
        self.suite = suite
        self.folder = settings.runtime / "apt" / (suite or "system")
        self.log = settings.logs / f"apt-{suite or 'system'}.log"
        for name in ("lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.options = [
            "-o",
            f"Dir::State::lists={self.folder}/lists",
            "-o",
            f"Dir::Cache={self.folder}/cache",
            "-o",
            "Acquire::Languages=none",
            "-o",
            "Acquire::Retries=3",
            "-o",
            "Debug::NoLocking=1",
            "-o",
            "quiet::NoStatistic=1",
        ]
        if os.geteuid() == 0:
            self.options += ["-o", "APT::Sandbox::User=root"]
        if suite:
            status, source = self.folder / "status", self.folder / "sources.list"
            status.write_text("")  # nothing counts as installed, the system's state is not asked
            source.write_text(f"deb [signed-by={self._keyring()}] {self._mirror()} {suite} main\n")
            self.options += [
                "-o",
                f"Dir::Etc::sourcelist={source}",
                "-o",
                "Dir::Etc::sourceparts=-",
                "-o",
                f"Dir::State::status={status}",
            ]

    @staticmethod
    def _keyring():
        found = next((path for path in _KEYRINGS if os.access(path, os.R_OK)), None)
        if not found:
            raise Problem(
                "Debian's archive keys are missing: install debian-archive-keyring,"
                " or set ODOO_HOME to an Odoo 19.0 source checkout."
            )
        return found

    @staticmethod
    def _mirror():
        """The system's Debian mirror: by label (known after an update only), else by release."""
        lines = subprocess.run(
            [
                "apt-get",
                "indextargets",
                "--format",
                "$(SITE)|$(LABEL)|$(CODENAME)|$(RELEASE)",
                "Created-By: Packages",
            ],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.splitlines()
        targets = [line.split("|") for line in lines if line.count("|") == 3]
        here = {_release(), "stable", "testing", "sid", "unstable"} - {""}
        for wanted in (lambda t: t[1] == "Debian", lambda t: t[2] in here or t[3] in here):
            for target in targets:
                if wanted(target) and "security" not in target[0]:
                    return target[0]
        raise Problem(
            "This system's apt knows no Debian mirror: add one,"
            " or set ODOO_HOME to an Odoo 19.0 source checkout."
        )

    def _apt(self, tool, *arguments, what, **more):
        with _locks[self.folder]:
            return run([tool, *self.options, *arguments], what=what, log=self.log, **more)

    def update(self) -> None:
        """Fetch the package lists; raises Problem when the mirror does not answer."""
        # the system's sources may name others' repositories that do not answer: no concern
        mode = ["-o", "APT::Update::Error-Mode=any"] if self.suite else []
        if self.folder not in _updated:
            self._apt("apt-get", "-q", *mode, "update", what="fetching Debian's package lists")
            _updated.add(self.folder)

    def candidate(self, package: str) -> str:
        """The version the suite offers, or ''."""
        text = self._apt("apt-cache", "policy", package, what="asking for a package")
        found = re.search(r"^  Candidate: (\S+)", text, re.MULTILINE)
        return found[1] if found and found[1] != "(none)" else ""

    def missing(self, packages) -> list[str]:
        """The packages, with what they depend on, that the system lacks."""
        text = self._apt(
            "apt-get",
            "-qq",
            "-y",
            "--no-install-recommends",
            "--print-uris",
            "install",
            *packages,
            what=f"resolving {' '.join(packages)}",
        )
        return re.findall(r"^'\S+' ([a-z0-9][a-z0-9+.-]*)_\S+\.deb ", text, re.MULTILINE)

    def download(self, packages, folder: Path) -> None:
        """Put .deb files into a folder; complete ones of an interrupted run are kept."""
        folder.mkdir(parents=True, exist_ok=True)
        self._apt(
            "apt-get",
            "-q",
            "download",
            *packages,
            cwd=folder,
            what=f"downloading {packages[0]} and {len(packages) - 1} other Debian packages",
        )


def unpack(debs, target: Path) -> None:
    """Unpack .deb files into one folder, without what is UNWANTED; raises Problem."""
    target.mkdir(parents=True, exist_ok=True)
    for deb in debs:
        source = subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        result = subprocess.run(
            [
                "tar",
                "-x",
                "-C",
                target,
                "--no-same-owner",
                "--wildcards",
                *(f"--exclude={pattern}" for pattern in UNWANTED),
                "-f",
                "-",
            ],
            stdin=source.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
        source.stdout.close()
        if result.returncode:
            source.kill()
        if source.wait() or result.returncode:
            advice = (
                "the disk is full: free about 3 GB and run again"
                if ("No space left" in result.stderr)
                else "run again; if it stays, delete .runtime/debs"
            )
            raise Problem(f"unpacking {Path(deb).name} failed; {advice}.")
