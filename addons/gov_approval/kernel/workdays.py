"""Working days (工作日): weekdays − statutory holidays + make-up working days (调休上班日).

The calendar is data: the State Council's yearly notices, edited by the centre.  Only the
*exceptions* to the plain week are kept, sorted, each with the number of working days up to it;
a question is then one bisect over a few dozen entries, however far the dates lie apart.
Everything is exact integer arithmetic on day ordinals (1 = Monday 0001-01-01).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from .errors import KernelError, _lt

CODES = {
    "clock.calendar_conflict": _lt(
        "%(day)s is entered both as a holiday and as a make-up working day; keep the one that "
        "the State Council's notice states."
    ),
    "clock.out_of_range": _lt(
        "The period runs beyond the dates that can be computed; check its start and its length."
    ),
}

_LAST_ORDINAL = date.max.toordinal()


def date_of(ordinal: int) -> date:
    """The date of an ordinal; raises ``clock.out_of_range`` outside the years 1 to 9999."""
    if not 1 <= ordinal <= _LAST_ORDINAL:
        raise KernelError("clock.out_of_range")
    return date.fromordinal(ordinal)


def _weekdays_through(ordinal: int) -> int:
    """Mondays to Fridays from the first day of the era through ``ordinal``."""
    weeks, rest = divmod(ordinal, 7)
    return 5 * weeks + min(rest, 5)


def _weekday_at(rank: int) -> int:
    """The ordinal of the ``rank``-th Monday-to-Friday of the era, counted from 1."""
    weeks, rest = divmod(rank - 1, 5)
    return 7 * weeks + rest + 1


@dataclass(frozen=True)
class HolidayRun:
    """Neighbouring holidays of one name (e.g. 国庆节, seven days), both ends included."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """Calendar days of the run."""
        return (self.last - self.first).days + 1


class Calendar:
    """The working calendar of the centre; immutable, so one object may serve many threads.

    :param holidays: day -> name of the holiday; may include weekends (the notice prints them)
    :param makeup_workdays: Saturdays and Sundays that are worked; a weekday among them changes
        nothing
    :param confirmed_until: last day covered by a published notice, normally a 31 December.
        Later days follow the plain week and are only provisional, and so are days before the
        year of the first entry, because no notice of that time is known
    :param opens: start of office hours, local time; only stored for those who show it
    :param closes: end of office hours, local time; a filing at this second is still in time
    :raises KernelError: ``clock.calendar_conflict``
    """

    def __init__(self, holidays: Mapping[date, str], makeup_workdays: Iterable[date],
                 confirmed_until: date, opens: time = time(9), closes: time = time(17)):
        makeups = {day for day in makeup_workdays if day.weekday() >= 5}
        conflicts = sorted(makeups & set(holidays))
        if conflicts:
            raise KernelError("clock.calendar_conflict", day=conflicts[0])
        self.confirmed_until = confirmed_until
        self.opens = opens
        self.closes = closes
        self._names = {day.toordinal(): name for day, name in holidays.items()}
        self._holidays = sorted(self._names)
        self._makeups = sorted(day.toordinal() for day in makeups)
        entries = [*self._holidays, *self._makeups]
        self._first_known = date(date_of(min(entries)).year, 1, 1) if entries else date.min
        deltas = {day.toordinal(): -1 for day in holidays if day.weekday() < 5}
        deltas.update(dict.fromkeys(self._makeups, 1))
        self._exceptions = sorted(deltas)
        self._ranks = []            # working days from the era through each exception
        shift = 0
        for ordinal in self._exceptions:
            shift += deltas[ordinal]
            self._ranks.append(_weekdays_through(ordinal) + shift)

    def rank(self, ordinal: int) -> int:
        """Working days from the first day of the era through the day ``ordinal``."""
        index = bisect_right(self._exceptions, ordinal) - 1
        if index < 0:
            return _weekdays_through(ordinal)
        since = _weekdays_through(ordinal) - _weekdays_through(self._exceptions[index])
        return self._ranks[index] + since

    def ordinal_at(self, rank: int) -> int:
        """The ordinal of the ``rank``-th working day of the era: the inverse of :meth:`rank`.

        Between two exceptions only weekdays matter.  The first exception whose rank reaches the
        one sought is either a make-up day and the answer itself, or lies behind the answer.
        """
        index = bisect_left(self._ranks, rank)
        if index:
            before = self._exceptions[index - 1]
            missing = rank - self._ranks[index - 1]
            found = _weekday_at(_weekdays_through(before) + missing)
        else:
            found = _weekday_at(rank)
        if index < len(self._exceptions):
            return min(found, self._exceptions[index])
        return found

    def is_working_day(self, day: date) -> bool:
        ordinal = day.toordinal()
        return self.rank(ordinal) > self.rank(ordinal - 1)

    def is_confirmed(self, day: date) -> bool:
        """Whether a published notice covers ``day``; if not, dates that rest on it may move."""
        return self._first_known <= day <= self.confirmed_until

    def next_working_day(self, day: date) -> date:
        """The first working day strictly after ``day``."""
        return self.add_working_days(day, 1)

    def working_day_on_or_after(self, day: date) -> date:
        return date_of(self.ordinal_at(self.rank(day.toordinal() - 1) + 1))

    def working_day_on_or_before(self, day: date) -> date:
        return date_of(self.ordinal_at(self.rank(day.toordinal())))

    def add_working_days(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day`` (n ≥ 1); ``day`` itself for n = 0."""
        if n == 0:
            return day
        return date_of(self.ordinal_at(self.rank(day.toordinal()) + n))

    def working_days_between(self, after: date, through: date) -> int:
        """The number of working days D with ``after < D <= through``; 0 if there is none."""
        return max(0, self.rank(through.toordinal()) - self.rank(after.toordinal()))

    def holiday_name(self, day: date) -> str:
        """The name of the holiday on ``day``, or an empty string."""
        return self._names.get(day.toordinal(), "")

    def holiday_runs(self, after: date, through: date) -> tuple[HolidayRun, ...]:
        """The holidays D with ``after < D <= through``, neighbours of one name put together."""
        runs: list[list[int]] = []
        for ordinal in self._slice(self._holidays, after, through):
            same = runs and runs[-1][1] == ordinal - 1
            if same and self._names[ordinal] == self._names[runs[-1][1]]:
                runs[-1][1] = ordinal
            else:
                runs.append([ordinal, ordinal])
        return tuple(HolidayRun(self._names[first], date_of(first), date_of(last))
                     for first, last in runs)

    def makeup_days(self, after: date, through: date) -> tuple[date, ...]:
        """The make-up working days D with ``after < D <= through``."""
        return tuple(map(date_of, self._slice(self._makeups, after, through)))

    @staticmethod
    def _slice(ordinals, after, through):
        return ordinals[bisect_right(ordinals, after.toordinal()):
                        bisect_right(ordinals, through.toordinal())]
