"""The test suite and its counting: a part that ran nothing, skipped or logged an error fails."""

import re
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .console import exclusive, reason_of_error, say
from .database import Odoo, Testbed, our_modules
from .postgres import Server, free_port
from .settings import ROOT, Problem

BROWSER_TAG = (
    "gov_browser"  # on every test class that starts a browser: they get a lane of their own
)
_SHOWN = 15  # failures shown on the terminal; the log has all


@dataclass
class Part:
    """The outcome of one part of the suite."""

    name: str
    passed: int = 0
    failed: int = 0
    notes: tuple = ()
    figures: tuple = ()  # what was measured, for the reader
    seconds: float = 0.0
    log: Path | None = None

    def show(self) -> None:
        """One line, and the failures below it."""
        say(f"{self.name}: {self.passed} passed, {self.failed} failed ({self.seconds:.0f} s)")
        for line in (*self.figures, *self.notes[:_SHOWN]):
            print(f"    {line}")
        if self.failed and self.log:
            print(f"    log: {self.log}", flush=True)


def testbed(settings, tree) -> Testbed:
    """The test server, started, with its Odoo."""
    server = Server(settings, "pgtest").ensure()
    return Testbed(settings, Odoo(settings, server, tree, data_dir="data-test"))


def run_pytest(settings, name, folders, *extra) -> Part:
    """Run pytest on some folders; every skip counts as a failure."""
    slug = re.sub(r"\W+", "-", name)
    log, report = settings.logs / f"test-{slug}.log", settings.logs / f"test-{slug}.xml"
    report.unlink(missing_ok=True)
    command = [
        settings.venv_python,
        "-m",
        "pytest",
        "-q",
        "-rfEs",
        f"--junitxml={report}",
        *extra,
        *(folder for folder in folders),
    ]
    with open(log, "wb") as out:
        code = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if not report.exists():
        return Part(
            name, failed=1, notes=(f"pytest ended with code {code} and no report",), log=log
        )
    suite = ElementTree.parse(report).getroot().find("testsuite")
    total, bad, skipped = (
        sum(int(suite.get(key, 0)) for key in keys)
        for keys in (("tests",), ("failures", "errors"), ("skipped",))
    )
    text = log.read_text(errors="replace").splitlines()
    lines = [line for line in text if re.match(r"(FAILED|ERROR|SKIPPED) ", line)]
    figures = tuple(line.removeprefix("FIGURE ") for line in text if line.startswith("FIGURE "))
    failed = bad + skipped
    if not total or (code and not failed):
        lines.append("no test ran" if not total else f"pytest ended with code {code}")
        failed += 1
    passed = max(total - bad - skipped, 0)
    return Part(name, passed, failed, tuple(lines), figures, log=log)


def read_odoo_log(name, text, code) -> Part:
    """Count an Odoo test run by its log: tests, failures, skips, errors the server logged."""
    results = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text)
    failed = sum(int(row[0]) + int(row[1]) for row in results)
    total = sum(int(row[2]) for row in results)
    skips = re.findall(r": (skipped .+)$", text, re.MULTILINE)
    notes = re.findall(r" ERROR \S+ \S+: ((?:FAIL|ERROR): .+)$", text, re.MULTILINE)
    logged = re.findall(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) \S+ (.+)$", text, re.MULTILINE)
    passed = max(total - failed - len(skips), 0)
    if not total:
        return Part(name, 0, 1, ("no test ran", *logged))
    if skips:
        failed += len(skips)
        notes += skips
    if not failed and (logged or code):
        failed += 1
        notes += logged or [f"Odoo ended with code {code}"]
    return Part(name, passed, failed, tuple(notes))


def run_odoo_tests(bed, name, tags, purpose, template="", change=()) -> Part:
    """Run Odoo's tests with these tags on a copy of the template."""
    settings, odoo = bed.settings, bed.odoo
    log = settings.logs / f"test-{purpose}.log"
    log.unlink(missing_ok=True)
    with bed.copy(purpose, template) as database:
        command = odoo.command(
            "-d",
            database,
            "--db-filter",
            f"^{database}$",
            "--http-interface",
            "127.0.0.1",
            "-p",
            str(free_port()),
            "--gevent-port",
            str(free_port()),
            "--max-cron-threads",
            "0",
            *(part for option in change for part in (option, ",".join(our_modules()))),
            "--test-tags",
            tags,
            "--stop-after-init",
            "--logfile",
            str(log),
        )
        result = subprocess.run(
            [str(part) for part in command],
            env=odoo.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    text = log.read_text(errors="replace") if log.exists() else result.stderr
    part = read_odoo_log(name, text, result.returncode)
    part.log = log
    return part


def conformance_command(settings, data="", only="") -> list[str]:
    """The command of the table-driven suites; without a folder, on the project's own copy."""
    folder = ROOT / "tests" / "conformance"
    command = [settings.venv_python, folder / "run.py", "--data", data or folder / "data"]
    return [str(part) for part in command] + (["--only", only] if only else [])


def run_conformance(settings) -> Part:
    """All table-driven suites on the project's own copy."""
    name, log = "conformance", settings.logs / "test-conformance.log"
    with open(log, "w") as out:
        code = subprocess.run(
            conformance_command(settings),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    lines = log.read_text(errors="replace").splitlines()
    found = re.fullmatch(r"(\d+) passed, (\d+) failed", lines[-1] if lines else "")
    if not found:
        return Part(name, 0, 1, tuple(lines[-3:]) or ("no output",), log=log)
    passed, failed = map(int, found.groups())
    if not passed + failed or (code and not failed):
        failed += 1
    return Part(
        name, passed, failed, tuple(line for line in lines if line.startswith("FAIL")), log=log
    )


class _Suite:
    """The parts of the suite in two lanes: one for Python, one for the browser."""

    def __init__(self, settings, bed):
        self.settings, self.bed = settings, bed
        self._ready, self._template = threading.Event(), ""

    def prepare(self, name):
        """The template: our modules installed from nothing, with the sample district."""
        try:
            self._template = self.bed.ensure()
        finally:
            self._ready.set()
        return Part(name, passed=1)

    def odoo(self, name, tags, purpose):
        """Odoo tests, as soon as the template is there."""
        self._ready.wait()
        if not self._template:
            raise Problem("not run: the test template could not be made")
        return run_odoo_tests(self.bed, name, tags, purpose, self._template)

    def pytest(self, name, *folders):
        """Tests outside of Odoo."""
        return run_pytest(self.settings, name, folders)

    def conformance(self, _name):
        """The project's own copy of the tables."""
        return run_conformance(self.settings)

    def run(self):
        """All parts, shown as they end."""
        ours = ",".join(f"/{name}" for name in our_modules())
        with ThreadPoolExecutor(2) as lanes:

            def both(first, second):
                jobs = [
                    lanes.submit(lambda lane=lane: [_timed(*job) for job in lane])
                    for lane in (first, second)
                ]
                return [part for job in jobs for part in job.result()]

            parts = both(
                [
                    (
                        self.pytest,
                        "kernel, architecture, runtime",
                        "tests/kernel",
                        "tests/architecture",
                        "tests/runtime",
                    ),
                    (self.odoo, "models, access, HTTP", f"{ours},-{BROWSER_TAG}", "python"),
                ],
                [
                    (self.prepare, "installation and sample district"),
                    (self.odoo, "browser", BROWSER_TAG, "browser"),
                ],
            )
            return parts + both(
                [(self.conformance, "conformance")], [(self.pytest, "scenario", "tests/scenario")]
            )


def _timed(function, name, *arguments):
    begun = time.monotonic()
    try:
        part = function(name, *arguments)
    except (Problem, OSError) as error:
        text = str(error) if isinstance(error, Problem) else reason_of_error(error)
        part = Part(name, 0, 1, (text,))
    part.seconds = time.monotonic() - begun
    part.show()
    return part


def run_all(settings, tree) -> int:
    """Everything; the last line is `N passed, M failed`.  Returns the exit code."""
    with exclusive(settings.runtime, "suite"):
        parts = _Suite(settings, testbed(settings, tree)).run()
    passed, failed = sum(part.passed for part in parts), sum(part.failed for part in parts)
    sys.stdout.flush()
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def finish(part: Part) -> int:
    """Show one part as a command's whole result; returns the exit code."""
    part.show()
    print(f"{part.passed} passed, {part.failed} failed", flush=True)
    return 1 if part.failed else 0
