"""Closed days and months (日结、月结): closed stays closed, what is later stands on an open day."""

from collections.abc import Container
from datetime import date, timedelta

from ...gov_approval.kernel.errors import KernelError, _lt

CODES = {
    "period.not_over": _lt("%(day)s is not over. Close it when its shifts are closed."),
    "period.closed": _lt("%(day)s is closed already; later corrections stand on an open day."),
    "period.gap": _lt("%(day)s comes before and is still open. Close the days in their order."),
    "period.open_shift": _lt("These shifts are still open: %(shifts)s. Have them closed first."),
    "period.no_owner": _lt(
        "%(count)s differences of the day have no owner. Give each an owner first."
    ),
    "period.open_days": _lt("%(count)s days of the month are open: %(days)s. Close them first."),
}


def open_day(today: date, closed: Container[date]) -> date:
    """The accounting day of what happens now: today, or the first open day after it."""
    while today in closed:
        today += timedelta(days=1)
    return today


def check_day(
    day: date,
    today: date,
    closed: Container[date],
    first: date | None,
    open_shifts: tuple[str, ...],
    unowned: int,
) -> None:
    """Whether a day can be closed.

    :param first: the earliest open day on which something stands, if any
    :param open_shifts: names of the cashiers whose shifts are open
    :param unowned: differences of the day without an owner
    :raises KernelError: ``period.…``
    """
    if day in closed:
        raise KernelError("period.closed", day=day)
    if day > today:
        raise KernelError("period.not_over", day=day)
    if first and first < day:
        raise KernelError("period.gap", day=first)
    if open_shifts:
        raise KernelError("period.open_shift", shifts=open_shifts)
    if unowned:
        raise KernelError("period.no_owner", count=unowned)


def check_month(month: date, today: date, open_days: tuple[date, ...]) -> None:
    """Whether the month that begins on ``month`` can be closed: it is over, its days are closed.

    :param open_days: days of the month on which something stands and that are open
    :raises KernelError: ``period.…``
    """
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    if following > today:
        raise KernelError("period.not_over", day=following - timedelta(days=1))
    if open_days:
        raise KernelError("period.open_days", count=len(open_days), days=open_days)
