"""Runs the table-driven suites on a folder laid out like ``tests/conformance/data``.

    python tests/conformance/run.py [--data FOLDER] [--only "deadlines ids"]

A suite is a module ``suite_<name>.py`` beside this file (see ``outcome.py``).  Without ``--only``
all suites that exist run.  The last line is ``N passed, M failed``; the exit status is 1 when a
line failed and 2 when the call itself was wrong.
"""

import argparse
import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "addons" / "gov_approval")]

from outcome import Outcome  # noqa: E402  the path above comes first

MARKS = {True: "ok  ", False: "FAIL", None: "note"}


def suites() -> list[str]:
    return sorted(path.stem.removeprefix("suite_") for path in HERE.glob("suite_*.py"))


def outcomes(name: str, folder: Path):
    """The lines of one suite; a suite that does not exist or breaks down is a failed line."""
    if name not in suites():
        yield Outcome(name, False, f"is no suite of this version; there are {', '.join(suites())}")
        return
    try:
        yield from importlib.import_module(f"suite_{name}").run(folder)
    except Exception as error:
        yield Outcome(name, False, f"the suite broke down: {type(error).__name__}: {error}")


def report(names, folder, write=print) -> int:
    """Write every line and the totals; return the number of failed lines."""
    passed = failed = 0
    for name in names:
        counted = 0
        for outcome in outcomes(name, folder):
            write(f"{MARKS[outcome.ok]} {name} {outcome.line}: {outcome.message}")
            passed += outcome.ok is True
            failed += outcome.ok is False
            counted += outcome.ok is not None
        if not counted:
            write(f"FAIL {name}: the suite found nothing to judge")
            failed += 1
    write(f"{passed} passed, {failed} failed")
    return failed


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="", help="folder with the tables; default: our own copy")
    parser.add_argument("--only", default="", help="names of suites, parted by blanks")
    options = parser.parse_args(arguments)
    folder = Path(options.data).expanduser() if options.data else HERE / "data"
    if not folder.is_dir():
        print(f"{folder} is no folder; give one with --data.", file=sys.stderr)
        return 2
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    names = options.only.replace(",", " ").split() or suites()
    return 1 if report(dict.fromkeys(names), folder) else 0


if __name__ == "__main__":
    sys.exit(main())
