"""Speed figures of this machine, each beside a calibration: compare ratios, not milliseconds.

Run by `make bench`.  Kernel figures need no database; the scripts run in `odoo shell` on a
throw-away copy of the sample district and print their own lines.
"""

import csv
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons" / "gov_approval"), str(ROOT / "tests" / "load")]

from bench_form import bench_form  # noqa: E402
from kernel import chain, clock  # noqa: E402
from measure import milliseconds, python_loop  # noqa: E402

SCRIPTS = (
    ("copy-shell", "shell_pdf.py"),
    ("copy-shell", "shell_reconcile.py"),
    ("copy-shell", "shell_sweep.py"),
    ("copy-shell", "shell_import.py"),
    ("peer-shell", "shell_lifecycle.py"),
)


def sample_calendar():
    """The State Council's days off and make-up days of the seeded years."""
    days = {"holiday": {}, "makeup_workday": {}}
    with open(
        ROOT / "tests" / "conformance" / "data" / "holidays.csv", encoding="utf-8-sig"
    ) as rows:
        for row in csv.DictReader(rows):
            days[row["kind"]][date.fromisoformat(row["date"])] = row["name"]
    last = max([*days["holiday"], *days["makeup_workday"]])
    return clock.Calendar(days["holiday"], days["makeup_workday"], date(last.year, 12, 31))


def kernel_figures():
    """(name, milliseconds) of the kernel's hot paths."""
    calendar, period = sample_calendar(), clock.Period(20, clock.WORKDAY)
    stops = tuple(
        clock.Stop(
            date(2025, 1, 8) + timedelta(days=9 * n), date(2025, 1, 10) + timedelta(days=9 * n)
        )
        for n in range(5)
    )
    start, today = date(2025, 1, 6), date(2025, 2, 10)
    yield (
        "deadline, 20 working days",
        milliseconds(lambda: clock.due_date(start, period, calendar), 500),
    )
    yield (
        "deadline with 5 stops",
        milliseconds(lambda: clock.due_date(start, period, calendar, stops=stops), 500),
    )
    yield "remaining days", milliseconds(lambda: clock.remaining_days(start, today, calendar), 2000)
    form = bench_form()
    yield "form of 100 fields and rules, first time", form["first"]
    yield "form of 100 fields and rules, again", form["median"]
    body = {
        "kind": "accept",
        "case": "X-2025-0001",
        "answers": {f"field_{n}": "值" for n in range(40)},
    }
    for name in ("sha256", "sm3"):
        yield (
            f"chained event, {name}",
            milliseconds(lambda name=name: chain.digest(name, "", body), 500),
        )


def main():
    """Print a table; the exit code is that of the scripts in `odoo shell`."""
    unit = milliseconds(python_loop, 3)
    print(f"calibration: Python loop of 100,000 steps {unit:.1f} ms")
    for name, value in kernel_figures():
        print(f"{name:<45}{value:10.4f} ms {value / unit:10.5f} x calibration", flush=True)
    return max(
        subprocess.run(
            [sys.executable, ROOT / "config" / "cli.py", command, ROOT / "tests" / "load" / script],
            check=False,
        ).returncode
        for command, script in SCRIPTS
    )


if __name__ == "__main__":
    sys.exit(main())
