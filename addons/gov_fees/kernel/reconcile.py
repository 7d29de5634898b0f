"""What the books and a file of the bank or of finance say of each other (对账, ``domain.md`` 8.5).

Both sides come sorted by payment code and are merged in one pass, so memory does not grow with
the day.  Nothing is put right here: every difference becomes a finding that a person settles.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

MATCHED = "matched"
NOT_IN_BOOKS = "not_in_books"  # paid, not in the system
NOT_LISTED = "not_listed"  # in the system as paid, not at the bank
AMOUNT_DIFFERS = "amount_differs"
PAID_TWICE = "paid_twice"
AFTER_VOID = "after_void"
OTHER_DAY = "other_day"
CLASSES = (
    MATCHED,
    NOT_IN_BOOKS,
    NOT_LISTED,
    AMOUNT_DIFFERS,
    PAID_TWICE,
    AFTER_VOID,
    OTHER_DAY,
)
#: How a bill stands.
OPEN, VOID, PAID = "open", "void", "paid"


@dataclass(frozen=True)
class Booked:
    """Money on a bill in the books, or the bill itself where ``amount`` is None (no movement is
    left to compare).

    ``amount`` in yuan, negative for a refund.  ``standing``: :data:`OPEN`, :data:`VOID` or
    :data:`PAID` of the bill; :data:`PAID_TWICE`, :data:`AFTER_VOID` or :data:`AMOUNT_DIFFERS` of
    money that no bill needs.
    """

    code: str
    amount: Decimal | None
    day: date | None
    standing: str
    key: int = 0


@dataclass(frozen=True)
class Listed:
    """A line of the file; ``key`` says which."""

    code: str
    amount: Decimal
    day: date
    key: int = 0


@dataclass(frozen=True)
class Finding:
    """A pair that is ``matched``, or a difference; one of the sides may be missing."""

    kind: str
    code: str
    booked: Booked | None = None
    listed: Listed | None = None

    @property
    def difference(self) -> Decimal:
        """Yuan that the file has more than the books."""
        said = self.listed.amount if self.listed else Decimal(0)
        return said - (self.booked.amount if self.booked else Decimal(0))


def reconcile(booked: Iterable[Booked], listed: Iterable[Listed]) -> Iterator[Finding]:
    """Each line of the file and each movement of the books stands in exactly one finding.

    Of one code, equal amounts of equal days belong together, then equal amounts, then whatever is
    left in the order of days: so a day that was mistaken is no missing payment.

    :param booked: sorted by code; a bill without a movement comes once, with ``amount`` None
    :param listed: sorted by code
    :raises ValueError: a side is not sorted
    """
    for code, ours, theirs in _merge(booked, listed):
        standing = ours[0].standing if ours else None
        moved = sorted((line for line in ours if line.amount is not None), key=_in_order)
        theirs.sort(key=_in_order)
        for is_refund in (False, True):
            ours_here = [line for line in moved if (line.amount < 0) is is_refund]
            theirs_here = [line for line in theirs if (line.amount < 0) is is_refund]
            too_much = _judge_too_much(standing, is_refund, bool(ours_here))
            yield from _compare(code, ours_here, theirs_here, too_much)


def _in_order(line):
    return line.day, line.key


def _merge(booked, listed):
    ours, theirs = _by_code(booked), _by_code(listed)
    left, right = next(ours, None), next(theirs, None)
    while left or right:
        code = min(side[0] for side in (left, right) if side)
        found = [], []
        if left and left[0] == code:
            found, left = (left[1], found[1]), next(ours, None)
        if right and right[0] == code:
            found, right = (found[0], right[1]), next(theirs, None)
        yield code, *found


def _by_code(lines):
    last = None
    for code, group in groupby(lines, attrgetter("code")):
        if last is not None and code <= last:
            raise ValueError(f"{code} follows {last}: the lines are not sorted by code")
        last = code
        yield code, list(group)


def _judge_too_much(standing, is_refund, has_booked):
    """What a line of the file is for which nothing is left in the books."""
    if is_refund:
        return NOT_IN_BOOKS
    if standing == VOID:
        return AFTER_VOID
    return PAID_TWICE if has_booked or standing == PAID else NOT_IN_BOOKS


def _compare(code, ours, theirs, too_much):
    for is_same in (_is_same, _is_same_amount, _is_any):
        for line in list(theirs):
            match = next((candidate for candidate in ours if is_same(candidate, line)), None)
            if match:
                ours.remove(match)
                theirs.remove(line)
                yield Finding(_judge(match, line), code, match, line)
    for line in ours:
        yield Finding(NOT_LISTED, code, line)
    for line in theirs:
        yield Finding(too_much, code, None, line)


def _is_same(ours, line):
    return (ours.amount, ours.day) == (line.amount, line.day)


def _is_same_amount(ours, line):
    return ours.amount == line.amount


def _is_any(_ours, _line):
    return True


def _judge(ours, line):
    if ours.amount != line.amount:
        return AMOUNT_DIFFERS
    if ours.standing in (PAID_TWICE, AFTER_VOID, AMOUNT_DIFFERS):
        return ours.standing
    return MATCHED if ours.day == line.day else OTHER_DAY
