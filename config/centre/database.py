"""Databases: the district that people use, and the templates that tests copy.

A database is made under another name and renamed when it is complete, so an interrupted run leaves
nothing half-made behind.
"""

import ast
import contextlib
import hashlib
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from . import extras, python
from .console import exclusive, run, say, step
from .postgres import Server
from .settings import ADDONS, CONFIG, ROOT, Problem

LANGUAGE = "zh_CN"
_SCRIPT = CONFIG / "shell" / "district.py"
_CODE_KEY = (
    "gov_approval.runtime_code"  # ir.config_parameter: hash of the code a district was made with
)
_UNSEEN = {
    "__pycache__",
    "tests",
    "readme",
}  # folders of an addon that leave no trace in a database


def our_modules() -> list[str]:
    """The addons of this project."""
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))


#: Providers of online payment: one that the sample's visitors pay with, and a real one, with whose
#: signed notices the tests try what a forger, a replay and a race would do.  A centre has its own.
_PROVIDERS = {"payment_demo", "payment_asiapay"}


def foreign_modules() -> list[str]:
    """The addons of Odoo that ours depend on directly, and those that the sample and tests use."""
    ours, needed = our_modules(), set()
    for name in ours:
        manifest = ast.literal_eval((ADDONS / name / "__manifest__.py").read_text())
        needed.update(manifest.get("depends", ()))
    return sorted(needed.difference(ours) | {"base", "web"} | _PROVIDERS)


def code_hash() -> str:
    """A digest over everything of ours that a database depends on; tests alone do not change it."""
    digest = hashlib.sha256(_SCRIPT.read_bytes())
    for path in sorted(ADDONS.rglob("*")):
        inside = path.relative_to(ADDONS)
        if path.is_file() and not _UNSEEN.intersection(inside.parts[:-1]):
            digest.update(f"{inside}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


class Odoo:
    """Odoo's command line on one server: the addons of this checkout, its settings, its folders."""

    def __init__(
        self, settings, server: Server, tree: Path, data_dir: str = "data", addons=(ADDONS,)
    ):
        self.settings, self.server, self.tree, self.addons = settings, server, tree, addons
        self.data_dir = settings.runtime / data_dir
        self.logins_file = settings.runtime / f"logins.{data_dir}.json"

    def command(self, *arguments, sub: str = "") -> list:
        """The command line; `sub` is a sub-command such as `shell`."""
        entry = self.tree / "odoo-bin"
        if not entry.exists():
            entry = next((path for path in (Path("/usr/bin/odoo"),) if path.exists()), None)
            if entry is None:
                raise Problem(
                    f"{self.tree} has no odoo-bin: set ODOO_HOME to an Odoo 19.0 source checkout."
                )
        folders = [self.tree / "odoo" / "addons", self.tree / "addons", *self.addons]
        path = ",".join(str(folder) for folder in folders if folder.is_dir())
        return [
            self.settings.venv_python,
            entry,
            *([sub] if sub else []),
            "-c",
            CONFIG / "odoo.conf",
            "-D",
            self.data_dir,
            "--addons-path",
            path,
            *arguments,
        ]

    def environment(self, **more) -> dict:
        """The process environment: PG* of the server, fonts, libraries, a browser on PATH."""
        return (
            self.server.full_environment()
            | extras.environment(self.settings)
            | {"ODOO_RC": str(CONFIG / "odoo.conf")}
            | more
        )

    def run(self, database, *arguments, what, log) -> None:
        """Run Odoo to its end on a database; raises Problem that quotes the last error."""
        command = self.command(
            "-d", database, "--no-http", "--max-cron-threads", "0", "--stop-after-init", *arguments
        )
        self._checked(command, what, log)

    def shell(self, database, script: Path, what, log, **variables) -> str:
        """Run a script in `odoo shell`; raises Problem that quotes the last error."""
        command = self.command("-d", database, "--no-http", "--max-cron-threads", "0", sub="shell")
        with open(script) as source:
            return self._checked(command, what, log, stdin=source, **variables)

    def script(self, database, script, **variables) -> int:
        """Run a script in `odoo shell` with its output on the terminal; returns the exit code."""
        command = self.command(
            *("-d", database, "--no-http", "--max-cron-threads", "0"),
            *("--log-handler", ":WARNING"),
            sub="shell",
        )
        with open(script) as source:
            return subprocess.run(
                [str(part) for part in command],
                stdin=source,
                cwd=ROOT,
                env=self.environment(**variables),
                check=False,
            ).returncode

    def _checked(self, command, what, log, stdin=None, **variables):
        try:
            return run(command, what=what, log=log, stdin=stdin, env=self.environment(**variables))
        except Problem as problem:
            raise Problem(f"{problem}{last_error(log)}") from None


def last_error(log: Path) -> str:
    """The last exception line of a log, for the reader who need not open it then."""
    lines = log.read_text(errors="replace").splitlines()
    found = [
        line for line in lines if re.match(r"[\w.]*(Error|Exception|Warning|ParseError)\b.*:", line)
    ]
    return f"\n  {found[-1]}" if found else ""


def _loading(log: Path):
    """A function that tells how far Odoo's loading of modules is."""

    def detail():
        with contextlib.suppress(OSError):
            found = re.findall(
                r"Loading module (\w+) \((\d+/\d+)\)", log.read_text(errors="replace")
            )
            return f"{found[-1][1]} modules" if found else ""
        return ""

    return detail


def _prepare(odoo, database, parts, log):
    odoo.shell(
        database,
        _SCRIPT,
        "preparing the database",
        log,
        GOV_PARTS=" ".join(parts),
        GOV_LOGINS=str(odoo.logins_file),
    )


def _install(odoo, database, modules, title):
    log = odoo.settings.logs / "install.log"
    log.unlink(missing_ok=True)
    with step(title, _loading(log)):
        odoo.run(
            database, "-i", ",".join(modules), "--load-language", LANGUAGE, what=title, log=log
        )
    installed = {
        row[0]
        for row in odoo.server.sql(
            "SELECT name FROM ir_module_module WHERE state = 'installed'", database
        )
    }
    lacking = sorted(set(modules) - installed)
    if lacking:
        raise Problem(f"Odoo did not install {', '.join(lacking)}. Log: {log}{last_error(log)}")


def _remember_code(server, database, code):
    server.sql(
        f"INSERT INTO ir_config_parameter (key, value) VALUES ('{_CODE_KEY}', '{code}')"
        " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        database,
    )


def _make(server, name, template=""):
    """Start afresh under a temporary name."""
    new = f"{name}_new"
    server.tool("dropdb", "--if-exists", "-f", new, what="removing an unfinished database")
    server.tool("createdb", "-T", template or "template0", new, what="creating a database")
    return new


def _finish(server, new, name):
    server.sql(f'ALTER DATABASE "{new}" RENAME TO "{name}"')


def ensure_district(settings, odoo) -> None:
    """The district's database, complete, with the code of this checkout; raises Problem."""
    server, name = odoo.server, settings.database
    with exclusive(settings.runtime, "district"):
        if name not in server.databases():
            new = _make(server, name)
            _install(
                odoo,
                new,
                [*foreign_modules(), *our_modules()],
                "District: installing Odoo's and our modules in Chinese",
            )
            log = settings.logs / "prepare.log"
            with step("District: loading the sample, preparing the pages"):
                _prepare(odoo, new, ("chinese", "sample", "logins", "assets"), log)
            _remember_code(server, new, code_hash())
            _move_files(odoo, new, name)
            _finish(server, new, name)
            return
        _upgrade(settings, odoo, name)
        if not odoo.logins_file.exists():
            _prepare(odoo, name, ("logins",), settings.logs / "prepare.log")


def _move_files(odoo, new, name):
    """The stored files follow the database to its name."""
    store = odoo.data_dir / "filestore"
    if (store / new).is_dir():
        if (store / name).exists():  # of a district that was dropped: keep it, it may be somebody's
            (store / name).rename(tempfile.mkdtemp(prefix=f"{name}.old.", dir=store))
        (store / new).rename(store / name)


def _upgrade(settings, odoo, name):
    try:
        rows = odoo.server.sql(
            f"SELECT value FROM ir_config_parameter WHERE key = '{_CODE_KEY}'", name
        )
    except Problem:
        rows = []
    if not rows:
        raise Problem(
            f"The database {name} was not made by this project: set DB_NAME to another name."
        )
    code = code_hash()
    if rows[0][0] != code:
        log = settings.logs / "upgrade.log"
        log.unlink(missing_ok=True)
        with step("District: the code has changed, upgrading", _loading(log)):
            ours = ",".join(our_modules())  # a module that is new since then is installed
            odoo.run(name, "-i", ours, "-u", ours, "--i18n-overwrite", what="upgrading", log=log)
        _remember_code(odoo.server, name, code)


class Testbed:
    """Templates keyed by what they are made of, and throw-away copies of them."""

    def __init__(self, settings, odoo: Odoo):
        self.settings, self.odoo, self.server = settings, odoo, odoo.server
        self.prefix = f"gov_{settings.checkout_id}"

    def _name(self, layer, *parts):
        text = "\0".join(parts)
        return f"{self.prefix}_{layer}_{hashlib.sha256(text.encode()).hexdigest()[:10]}"

    def base_name(self) -> str:
        """Odoo's own modules in Chinese: keyed by requirements, Odoo and our `depends`."""
        release = (self.odoo.tree / "odoo" / "release.py").read_text()
        sums = self.odoo.tree.parent / "SHA256SUMS"
        script = _SCRIPT.read_text()
        return self._name(
            "base",
            python.requirements_hash(),
            release,
            str(self.odoo.tree),
            script,
            sums.read_text() if sums.exists() else "",
            *foreign_modules(),
        )

    def template_name(self) -> str:
        """Our modules and the sample district on top."""
        return self._name("ours", self.base_name(), code_hash())

    def ensure(self) -> str:
        """The template of the present code; made when it is missing; raises Problem."""
        with exclusive(self.settings.runtime, "template"):
            name = self.template_name()
            if name not in self.server.databases():
                base = self._ensure_base()
                self._make_template(base, name)
                self._drop_old("base|ours", {base, name})
        return name

    def ensure_layer(self, layer, odoo, modules, key, title) -> str:
        """The template of modules that are not ours on the same base; raises Problem."""
        with exclusive(self.settings.runtime, "template"):
            name = self._name(layer, self.base_name(), key)
            if name not in self.server.databases():
                new = _make(self.server, name, self._ensure_base())
                _install(odoo, new, modules, title)
                _finish(self.server, new, name)
                self._drop_old(layer, {name})
        return name

    def _ensure_base(self):
        base = self.base_name()
        if base not in self.server.databases():
            self._make_base(base)
        return base

    def _make_base(self, base):
        new = _make(self.server, base)
        _install(
            self.odoo, new, foreign_modules(), "Test template: installing Odoo's modules in Chinese"
        )
        with step("Test template: preparing the pages"):
            _prepare(
                self.odoo,
                new,
                ("attachments-in-database", "chinese", "assets"),
                self.settings.logs / "template.log",
            )
        _finish(self.server, new, base)

    def _make_template(self, base, name):
        (self.settings.logs / "template.log").unlink(missing_ok=True)
        new = _make(self.server, name, base)
        _install(self.odoo, new, our_modules(), "Test template: installing our modules")
        with step("Test template: loading the sample, preparing the pages"):
            _prepare(
                self.odoo,
                new,
                ("chinese", "sample", "logins", "assets"),
                self.settings.logs / "template.log",
            )
        self._refuse_errors()
        _finish(self.server, new, name)

    def _refuse_errors(self):
        """An installation that logs an error is a defect, even when it goes on."""
        for log in (self.settings.logs / "install.log", self.settings.logs / "template.log"):
            found = re.findall(r" (?:ERROR|CRITICAL) \S+ (.+)", log.read_text(errors="replace"))
            if found:
                raise Problem(f"The installation logged an error: {found[0]}. Log: {log}")

    def _drop_old(self, layers, keep):
        """Templates of these layers of older code, and copies whose process is gone."""
        for name in self.server.databases() - keep:
            copy = re.fullmatch(rf"{self.prefix}_copy_(\d+)_\w+", name)
            dead = copy and not Path(f"/proc/{copy[1]}").exists()
            if dead or re.fullmatch(rf"{self.prefix}_({layers})_\w+", name):
                self.server.tool(
                    "dropdb", "--if-exists", "-f", name, what="removing an old test database"
                )

    def quickest(self) -> tuple[str, tuple]:
        """A template for a quick run, and the options that bring our modules up to date on it.

        The last template of our modules, whatever its code; without one on the right modules of
        Odoo, those alone.
        """
        known = self.server.databases()
        ours = [name for name in known if re.fullmatch(rf"{self.prefix}_ours_\w{{10}}", name)]
        if ours and self.base_name() in known:
            # A module that is new since then is installed, all others are upgraded.
            return ours[0], () if ours[0] == self.template_name() else ("-i", "-u")
        with exclusive(self.settings.runtime, "template"):
            return self._ensure_base(), ("-i",)

    @contextlib.contextmanager
    def copy(self, purpose: str, template: str = ""):
        """A copy of the template for one use; dropped afterwards."""
        template = template or self.ensure()
        name = f"{self.prefix}_copy_{os.getpid()}_{purpose}"
        with exclusive(self.settings.runtime, "template"):
            self.server.tool(
                "dropdb", "--if-exists", "-f", name, what="removing an old test database"
            )
            self.server.tool("createdb", "-T", template, name, what="copying the test template")
        try:
            yield name
        finally:
            self.server.tool("dropdb", "--if-exists", "-f", name, what="removing a test database")

    def logins(self) -> list:
        """(role label, login, password) of the sample district."""
        return json.loads(self.odoo.logins_file.read_text())


def announce_logins(odoo) -> None:
    """Print one login for each role."""
    rows = json.loads(odoo.logins_file.read_text())
    width = max((len(login) for _role, login, _password in rows), default=0)
    say("Logins (login, password, role):")
    for role, login, password in rows:
        print(f"    {login:<{width}}  {password}  {role}", flush=True)
