"""Periods (时限) as laws and guides state them, and how two of them compare."""

from dataclasses import dataclass
from fractions import Fraction

from .errors import KernelError, _lt

WORKDAY, CALENDAR_DAY, MONTH = "workday", "calendar_day", "month"
YEAR, HOUR = "year", "hour"     # printed in guides; understood by not_longer() only
UNITS = (WORKDAY, CALENDAR_DAY, MONTH, YEAR, HOUR)
MAX_VALUE = 36_500              # a century of days: whatever is longer is a slip of the pen

CODES = {
    "clock.period_unit": _lt(
        "The unit %(unit)s of a period is not known; choose working days, calendar days or months."
    ),
    "clock.period_value": _lt(
        "A period is a whole number from 0 to %(maximum)s, not %(value)s; correct the number."
    ),
}


@dataclass(frozen=True)
class Period:
    """A length of time as a law or a guide states it; ``unit`` is one of :data:`UNITS`.

    :raises KernelError: ``clock.period_unit``, ``clock.period_value``
    """

    value: int
    unit: str

    def __post_init__(self):
        if self.unit not in UNITS:
            raise KernelError("clock.period_unit", unit=self.unit)
        whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        if not whole or not 0 <= self.value <= MAX_VALUE:
            raise KernelError("clock.period_value", value=self.value, maximum=MAX_VALUE)


#: Share of a year that one unit is.  A year has 365 calendar days, 12 months and 248 working days
#: (365 − 104 weekend days − 13 holidays since 2025, 人社部发〔2025〕2号) of 8 office hours.
_YEARS = {
    YEAR: Fraction(1), MONTH: Fraction(1, 12), CALENDAR_DAY: Fraction(1, 365),
    WORKDAY: Fraction(1, 248), HOUR: Fraction(1, 248 * 8),
}


def not_longer(promised: Period, statutory: Period) -> bool:
    """Whether the promised period (承诺时限) is not longer than the statutory one (法定时限).

    Compared as shares of an average year: 20 working days are within one month, 21 are not, and
    5 working days are longer than 7 calendar days.
    """
    return promised.value * _YEARS[promised.unit] <= statutory.value * _YEARS[statutory.unit]
