"""Speed figures of this machine, each beside a calibration: compare ratios, not milliseconds.

Run by `make bench`.  Kernel figures need no database; each script `tests/load/shell_*.py` runs in
`odoo shell` on a throw-away copy of the sample district and prints its own lines.
"""

import csv
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons" / "gov_approval"), str(ROOT / "tests" / "load")]

from bench_form import bench_form  # noqa: E402
from kernel import chain, clock  # noqa: E402

ROUNDS = 5


def milliseconds(function, times):
    """Median over some rounds of the milliseconds that one call takes."""
    spent = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        for _time in range(times):
            function()
        spent.append((time.perf_counter() - start) * 1000 / times)
    return median(spent)


def calibration():
    """A Python loop of 100,000 steps: what this machine, as busy as it is, does in that time."""

    def loop():
        total = 0
        for number in range(100_000):
            total += number
        return total

    return milliseconds(loop, 3)


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
    unit = calibration()
    print(f"calibration: Python loop of 100,000 steps {unit:.1f} ms")
    for name, value in kernel_figures():
        print(f"{name:<45}{value:10.4f} ms {value / unit:10.5f} x calibration")
    codes = [
        subprocess.run(
            [sys.executable, ROOT / "config" / "cli.py", "copy-shell", script], check=False
        ).returncode
        for script in sorted((ROOT / "tests" / "load").glob("shell_*.py"))
    ]
    print(f"calibration after: {calibration():.1f} ms")
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
