"""deadlines.csv: what is due when, counted by ``kernel.clock`` on the folder's own holidays.

Without ``holidays.csv`` in the folder the calendar that the product is seeded with serves.
"""

from datetime import date, datetime
from pathlib import Path

from kernel.clock import (
    CALENDAR_DAY,
    MONTH,
    WORKDAY,
    Calendar,
    Extension,
    Period,
    Stop,
    due_date,
    filing_window,
    received_on,
)
from kernel.errors import KernelError
from outcome import Outcome, Row, read_table

SEED = Path(__file__).parents[2] / "addons" / "gov_approval" / "data" / "holidays.csv"
COLUMNS = {"id", "start", "start_event", "length", "unit", "expected_due"}
OPTIONAL = {"rule", "stops", "extension", "extension_approved_on", "reasoning"}
UNITS = (WORKDAY, CALENDAR_DAY, MONTH, "days_before")


class Odd(Exception):
    """A fact of the row is missing or cannot be read; the text says which."""


def run(folder: Path):
    path = folder / "holidays.csv"
    if not path.exists():
        yield Outcome("holidays.csv", None, "is not in the folder; the seeded calendar serves")
        path = SEED
    calendar = yield from read_calendar(path)
    if calendar is None:
        return
    for row in read_table(folder / "deadlines.csv", COLUMNS, OPTIONAL, key="id"):
        yield row if isinstance(row, Outcome) else judge(row, calendar)


def read_calendar(path: Path):
    """Yield what is wrong with the file; return the calendar, None if there is none."""
    days = {"holiday": {}, "makeup_workday": {}}
    for row in read_table(path, {"date", "kind"}, {"name", "notice"}, key="date"):
        if isinstance(row, Outcome):
            yield row
            continue
        try:
            day = read_date(row, "date")
            if row.cells["kind"].strip() not in days:
                raise Odd(f"the kind {row.cells['kind']!r} is not known")
        except Odd as error:
            yield Outcome(row.line, False, str(error))
            continue
        days[row.cells["kind"].strip()][day] = row.cells.get("name", "").strip()
    known = [*days["holiday"], *days["makeup_workday"]]
    if not known:
        yield Outcome(path.name, False, "has no day, so nothing can be counted")
        return None
    try:
        return Calendar(days["holiday"], days["makeup_workday"], date(max(known).year, 12, 31))
    except KernelError as error:
        yield Outcome(path.name, False, f"refused: {error}")
        return None


def judge(row: Row, calendar: Calendar) -> Outcome:
    try:
        expected = read_date(row, "expected_due")
        found, remark = count(row, calendar)
    except Odd as error:
        return Outcome(row.line, False, str(error))
    except KernelError as error:
        return Outcome(row.line, False, f"refused: {error}")
    if found != expected:
        return Outcome(row.line, False, f"due on {found}, expected {expected}{remark}")
    return Outcome(row.line, True, f"due on {found}{remark}")


def count(row, calendar):
    unit = row.cells["unit"].strip()
    if unit not in UNITS:
        raise Odd(f"the unit {unit!r} is not known")
    at = read_time(row)
    length = read_number(row, "length")
    stops, extension = read_stops(row), read_extension(row)
    start = received_on(at, calendar, roll="filed online" in row.cells["start_event"])
    if unit == "days_before":
        if stops or extension:
            raise Odd("a period counted backwards has no stops and no extension")
        window = filing_window(start, Period(length, CALENDAR_DAY), calendar)
        return window.last_day, f"; remind on {window.remind_on}"
    period, remark = Period(length, unit), ""
    try:
        due = due_date(start, period, calendar, stops=stops, extension=extension)
    except KernelError as error:
        if error.code != "clock.extension_late":
            raise
        # A late extension is refused, which leaves the due date where it was.
        due = due_date(start, period, calendar, stops=stops)
        remark = f"; the extension is refused, approved on {extension.approved_on}"
    if due.provisional:
        remark += "; provisional, the calendar does not cover it"
    return due.on, remark


def read_date(row, column):
    try:
        return date.fromisoformat(row.cells[column].strip())
    except ValueError:
        raise Odd(f"{column} is no date: {row.cells[column]!r}") from None


def read_time(row):
    try:
        at = datetime.fromisoformat(row.cells["start"].strip())
    except ValueError:
        raise Odd(f"start is no local time: {row.cells['start']!r}") from None
    if at.tzinfo:
        raise Odd(f"start has a time zone, local time was agreed: {row.cells['start']!r}")
    return at


def read_number(row, column):
    text = row.cells[column].strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise Odd(f"{column} is no whole number of days or months: {row.cells[column]!r}")
    return int(text)


def read_stops(row):
    stops = []
    for text in row.cells.get("stops", "").split():
        first, dots, last = text.partition("..")
        try:
            stops.append(Stop(date.fromisoformat(first), date.fromisoformat(last)))
        except ValueError as error:
            if isinstance(error, KernelError):
                raise
            raise Odd(f"a stop is two dates, from..to, not {text!r}") from None
    return stops


def read_extension(row):
    if not row.cells.get("extension", "").strip():
        return None
    days = read_number(row, "extension")
    if not row.cells.get("extension_approved_on", "").strip():
        raise Odd("extension_approved_on is missing, so the extension cannot be judged")
    return Extension(days, read_date(row, "extension_approved_on")) if days else None
