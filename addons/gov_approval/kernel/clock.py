"""The statutory clock (期限): from an event, a period, stops and an extension to a due date.

Everything is recomputed from the facts every time; nothing is added on to an earlier result.
The rules, each in one place here:

* the day of the event is not counted, day 1 is the next day (民法典 Art. 201);
* periods of the licence law are working days without statutory holidays (行政许可法 Art. 82);
* hearing, tender, inspection, expert review … are not counted (Art. 45): a stop from S to E takes
  out the days D with S < D ≤ E, so the day a stop begins still counts and overlaps count once;
* the head of the organ may lengthen the period once, before it ends (Art. 42);
* a period of calendar days or months that ends on a day off ends on the next working day
  (民法典 Art. 203);
* due means the end of that day.

Stops and an extension count in the days of the period itself: working days in a period of working
days, calendar days in a period of calendar days or months.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from . import periods, workdays
from .errors import KernelError, _lt
from .periods import (
    CALENDAR_DAY,
    MAX_VALUE,
    MONTH,
    UNITS,
    WORKDAY,
    Period,
    not_longer,
)
from .workdays import Calendar, date_of

__all__ = [
    "CALENDAR_DAY", "CODES", "LINES", "MONTH", "UNITS", "WORKDAY", "Calendar", "Due", "Extension",
    "Line", "Period", "Stop", "Window", "add_months", "due_date", "filing_window", "not_longer",
    "received_on", "remaining_days", "used_on",
]

#: The lines of an explanation.
LINES = {
    "clock.start": _lt("Event on %(on)s; the day itself is not counted"),
    "clock.day_one": _lt("Day 1 is %(on)s"),
    "clock.period": _lt("Period: %(value)s %(unit)s"),
    "clock.period_months": _lt("Period: %(value)s months, to %(on)s"),
    "clock.holiday": _lt("%(name)s, %(first)s to %(last)s, is not counted: %(days)s days"),
    "clock.weekends": _lt("Ordinary weekends are not counted: %(days)s days"),
    "clock.makeup_day": _lt("Make-up working day %(on)s is counted"),
    "clock.stop": _lt(
        "The clock stood still from %(started_on)s to %(ended_on)s (%(ground)s): %(days)s days"
    ),
    "clock.stop_open": _lt(
        "The clock has stood still since %(started_on)s (%(ground)s): %(days)s days so far"
    ),
    "clock.extension": _lt(
        "Extended by %(days)s %(unit)s, approved on %(approved_on)s before the end on %(due_on)s"
    ),
    "clock.extension_then": _lt(
        "Extended by %(days)s %(unit)s, approved on %(approved_on)s in time, as the clock stood"
    ),
    "clock.moved": _lt(
        "The period would end on %(due_on)s, a day off %(holiday)s, so it ends on %(on)s"
    ),
    "clock.due": _lt("Due by the end of %(on)s"),
    "clock.provisional": _lt(
        "Provisional: not all holidays of this span are published (known through "
        "%(confirmed_until)s)"
    ),
}

CODES = {
    **LINES,
    **workdays.CODES,
    **periods.CODES,
    "clock.unit_not_countable": _lt(
        "A period in the unit %(unit)s cannot be counted to a due date; state it in working days, "
        "calendar days or months."
    ),
    "clock.local_time": _lt(
        "The time of receipt must be given as local time without a zone; convert it first."
    ),
    "clock.stop_reversed": _lt(
        "A stop of the clock cannot end on %(ended_on)s, before it began on %(started_on)s; "
        "correct the dates."
    ),
    "clock.today_needed": _lt(
        "The clock has been stopped since %(started_on)s and is still stopped; state the day up "
        "to which it is to be counted."
    ),
    "clock.extension_days": _lt(
        "An extension adds at least one day; enter how many days were approved instead of "
        "%(days)s."
    ),
    "clock.extension_late": _lt(
        "The extension was approved on %(approved_on)s, after the period had ended on "
        "%(due_on)s; it has no effect, and the case must be decided as overdue."
    ),
}


@dataclass(frozen=True)
class Stop:
    """A special procedure (特别程序, Art. 45): days D with ``started_on < D <= ended_on``.

    ``ended_on`` None means that it is still open.  ``ground`` is the kind of procedure.

    :raises KernelError: ``clock.stop_reversed``
    """

    started_on: date
    ended_on: date | None = None
    ground: str = ""

    def __post_init__(self):
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise KernelError("clock.stop_reversed", started_on=self.started_on,
                              ended_on=self.ended_on)


@dataclass(frozen=True)
class Extension:
    """An approved extension (延长期限, Art. 42), in days of the period's own kind.

    ``was_in_time``: judged when it was approved; a stop that is cancelled later does not undo it.

    :raises KernelError: ``clock.extension_days``
    """

    days: int
    approved_on: date
    was_in_time: bool = False

    def __post_init__(self):
        whole = isinstance(self.days, int) and not isinstance(self.days, bool)
        if not whole or not 1 <= self.days <= MAX_VALUE:
            raise KernelError("clock.extension_days", days=self.days)


@dataclass(frozen=True)
class Line:
    """One line of the explanation: a code and plain values for a translated sentence."""

    code: str
    params: dict


@dataclass(frozen=True)
class Window:
    """A backward window: the last day to file, and the working day on which to remind."""

    last_day: date
    remind_on: date


class _Basis(NamedTuple):
    """What a due date was computed from; kept so that explaining costs only those who ask."""

    start: date
    period: Period
    calendar: Calendar
    stops: tuple[tuple[Stop, date, date], ...]      # the stop, and what it adds to those before
    extension: Extension | None
    unextended_on: date
    unrolled_on: date


@dataclass(frozen=True)
class Due:
    """A due date: the end of the day ``on``.

    ``provisional``: it rests on days that no published notice covers.  ``is_running`` is False
    while a stop is open: then ``on`` is the due date if the stop ended today.
    """

    on: date
    provisional: bool
    is_running: bool
    _basis: _Basis = field(repr=False, compare=False)

    @property
    def started_on(self) -> date:
        """The day of the event from which the period is counted."""
        return self._basis.start

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The explanation, in order of reading; every figure in it adds up to ``on``."""
        return tuple(_explain(self, self._basis))


def received_on(at: datetime, calendar: Calendar, roll: bool = True) -> date:
    """The day on which a filing counts as received (收件日).

    A filing on a day off or after closing counts as received on the next working day; closing
    time itself is still in time, and a filing before opening belongs to the same day.  That is a
    convention of the centre, so ``roll=False`` switches it off and gives the calendar day.

    :param at: local time without a zone
    :raises KernelError: ``clock.local_time``
    """
    if at.tzinfo is not None:
        raise KernelError("clock.local_time")
    day = at.date()
    if not roll:
        return day
    if at.time() > calendar.closes or not calendar.is_working_day(day):
        return calendar.next_working_day(day)
    return day


def due_date(start: date, period: Period, calendar: Calendar, *, stops: Iterable[Stop] = (),
             extension: Extension | None = None, today: date | None = None) -> Due:
    """The last day of ``period`` that began with an event on ``start`` (not counted).

    A period of 0 ends on the day of the event, or on the next working day.  An open stop is
    counted through ``today``.  The extension must have been approved on or before the due date
    without it (Art. 42), stops included, unless it was judged to be so when it was approved.

    :raises KernelError: ``clock.unit_not_countable``, ``clock.today_needed``,
        ``clock.extension_late``, ``clock.out_of_range``
    """
    if period.unit not in (WORKDAY, CALENDAR_DAY, MONTH):
        raise KernelError("clock.unit_not_countable", unit=period.unit)
    stops = tuple(stops)
    taken_out = _disjoint(stops, start, today)
    length = _length(start, period)
    by_workday = period.unit == WORKDAY
    unrolled = _count(start, length, taken_out, calendar, by_workday)
    on = unextended = _roll(unrolled, start, calendar, by_workday)
    if extension is not None:
        if extension.approved_on > unextended and not extension.was_in_time:
            raise KernelError("clock.extension_late", approved_on=extension.approved_on,
                              due_on=unextended)
        unrolled = _count(start, length + extension.days, taken_out, calendar, by_workday)
        on = _roll(unrolled, start, calendar, by_workday)
    basis = _Basis(start, period, calendar, taken_out, extension, unextended, unrolled)
    is_confirmed = calendar.is_confirmed(on) and calendar.is_confirmed(start)
    return Due(on, not is_confirmed, not any(map(_is_open(today), stops)), basis)


def used_on(due: Due, percent: int) -> date:
    """The day at whose end so many percent of the whole period, extended, are used (时限使用率)."""
    basis = due._basis
    length = _length(basis.start, basis.period)
    length += basis.extension.days if basis.extension else 0
    used = -(-length * percent // 100)      # a part of a day is used with the day
    by_workday = basis.period.unit == WORKDAY
    return _count(basis.start, used, basis.stops, basis.calendar, by_workday)


def _roll(day, start, calendar, by_workday):
    """The last day moved to a working day; a counted working day is one already."""
    if by_workday and day > start:
        return day
    return calendar.working_day_on_or_after(day)


def _is_open(today):
    return lambda stop: stop.ended_on is None and stop.started_on <= today


def _disjoint(stops, start, today):
    """The stops in order, each with the part (after, through] that those before leave to it."""
    taken_out = []
    reached = start
    for stop in sorted(stops, key=_order):
        through = stop.ended_on
        if through is None:
            if today is None:
                raise KernelError("clock.today_needed", started_on=stop.started_on)
            through = max(stop.started_on, today)
        after = max(stop.started_on, reached)
        taken_out.append((stop, after, max(after, through)))
        reached = max(reached, through)
    return tuple(taken_out)


def _order(stop):
    return stop.started_on, stop.ended_on or date.max, stop.ground


def _length(start, period):
    """The allotment in days: a month ends on the same day number or the month's last day."""
    if period.unit == MONTH:
        return (add_months(start, period.value) - start).days
    return period.value


def add_months(day: date, months: int) -> date:
    """The same date so many months later; the last day of a month that lacks it (民法典 Art. 202).

    :raises KernelError: ``clock.out_of_range``
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= date.max.year:
        raise KernelError("clock.out_of_range")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _count(start, length, taken_out, calendar, by_workday):
    """The ``length``-th day after ``start`` that no stop takes out."""
    if by_workday:
        count, advance = calendar.working_days_between, calendar.add_working_days
    else:
        count, advance = _days_between, _add_days
    position = start
    for _stop, after, through in taken_out:
        counted = count(position, after)
        if counted >= length:
            break
        length -= counted
        position = through
    return advance(position, length)


def _days_between(after, through):
    return (through - after).days


def _add_days(day, days):
    return date_of(day.toordinal() + days)


def _explain(due, basis):
    """Generate the lines.  They are a sum; a test adds them up again:

    * working days: every calendar day after ``start`` through ``on`` is either counted (period,
      extension), taken out by exactly one stop, part of one holiday run, or a weekend;
    * calendar days and months: length + extension + days of the stops, then the move at the end.
    """
    period, unit = basis.period, basis.period.unit
    yield Line("clock.start", {"on": basis.start})
    if period.value:
        yield Line("clock.day_one", {"on": _first_day(basis)})
    if unit == MONTH:
        end = add_months(basis.start, period.value)
        yield Line("clock.period_months", {"value": period.value, "on": end})
    else:
        yield Line("clock.period", {"value": period.value, "unit": unit})
    if unit == WORKDAY:
        yield from _days_off(basis)
    yield from _stopped(basis)
    if basis.extension:
        is_before = basis.extension.approved_on <= basis.unextended_on
        params = {
            "days": basis.extension.days, "unit": WORKDAY if unit == WORKDAY else CALENDAR_DAY,
            "approved_on": basis.extension.approved_on}
        if is_before:
            yield Line("clock.extension", {**params, "due_on": basis.unextended_on})
        else:
            yield Line("clock.extension_then", params)
    if basis.unrolled_on != due.on:
        yield Line("clock.moved", {
            "due_on": basis.unrolled_on, "on": due.on,
            "holiday": basis.calendar.holiday_name(basis.unrolled_on)})
    yield Line("clock.due", {"on": due.on})
    if due.provisional:
        yield Line("clock.provisional", {"confirmed_until": basis.calendar.confirmed_until})


def _first_day(basis):
    if basis.period.unit == WORKDAY:
        return basis.calendar.next_working_day(basis.start)
    return _add_days(basis.start, 1)


def _days_off(basis):
    calendar, through = basis.calendar, basis.unrolled_on
    off = (through - basis.start).days - calendar.working_days_between(basis.start, through)
    for run in calendar.holiday_runs(basis.start, through):
        off -= run.days
        yield Line("clock.holiday", {
            "name": run.name, "first": run.first, "last": run.last, "days": run.days})
    if off:
        yield Line("clock.weekends", {"days": off})
    for day in calendar.makeup_days(basis.start, through):
        if not any(after < day <= end for _stop, after, end in basis.stops):
            yield Line("clock.makeup_day", {"on": day})


def _stopped(basis):
    for stop, after, through in basis.stops:
        if after >= basis.unrolled_on:
            continue            # it began when the period was already over
        if basis.period.unit == WORKDAY:
            days = basis.calendar.working_days_between(after, through)
        else:
            days = _days_between(after, through)
        params = {"started_on": stop.started_on, "ground": stop.ground, "days": days}
        if stop.ended_on is None:
            yield Line("clock.stop_open", params)
        else:
            yield Line("clock.stop", {**params, "ended_on": stop.ended_on})


def remaining_days(today: date, due_on: date, calendar: Calendar) -> int:
    """Working days left until ``due_on``: 0 on the day itself, negative when overdue.

    The sign never lies: the Saturday after a Friday's due date is −1 already, and stays −1 until
    Monday, the first working day of delay.
    """
    if today == due_on:
        return 0
    if today < due_on:
        return max(1, calendar.working_days_between(today, due_on))
    return -max(1, calendar.working_days_between(due_on, today))


def filing_window(expires_on: date, period: Period, calendar: Calendar) -> Window:
    """The last day for a filing due ``period`` before ``expires_on`` (行政许可法 Art. 50).

    Calendar days are plain subtraction and months go back to the same day number or the month's
    last day; n working days before means the n-th working day before ``expires_on``.  The last
    day does not move; the reminder is due on the last working day not later than it.

    :raises KernelError: ``clock.unit_not_countable``, ``clock.out_of_range``
    """
    if period.unit == CALENDAR_DAY or not period.value:
        last_day = _add_days(expires_on, -period.value)
    elif period.unit == MONTH:
        last_day = add_months(expires_on, -period.value)
    elif period.unit == WORKDAY:
        before = calendar.rank(expires_on.toordinal() - 1)
        last_day = date_of(calendar.ordinal_at(before - period.value + 1))
    else:
        raise KernelError("clock.unit_not_countable", unit=period.unit)
    return Window(last_day, calendar.working_day_on_or_before(last_day))
