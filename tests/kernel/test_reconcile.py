"""Books against a file of the bank: every line in one finding, every class of domain.md 8.5."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.gov_fees.kernel import reconcile
from addons.gov_fees.kernel.reconcile import Booked, Finding, Listed

DAY = date(2026, 11, 24)
NEXT = DAY + timedelta(days=1)
CODE = "37100226000000000017"


def booked(amount="80.00", day=DAY, standing="paid", code=CODE, key=0):
    return Booked(code, None if amount is None else Decimal(amount), day, standing, key)


def listed(amount="80.00", day=DAY, code=CODE, key=0):
    return Listed(code, Decimal(amount), day, key)


def kinds(ours, theirs):
    return [finding.kind for finding in reconcile.reconcile(ours, theirs)]


@pytest.mark.parametrize(
    ("kind", "ours", "theirs"),
    [
        (["matched"], [booked()], [listed()]),
        (["not_in_books"], [], [listed()]),
        (["not_in_books"], [booked(None, None, "open")], [listed()]),
        (["not_listed"], [booked()], []),
        (["amount_differs"], [booked()], [listed("79.99")]),
        (["matched", "paid_twice"], [booked()], [listed(key=1), listed(key=2)]),
        (
            ["matched", "paid_twice"],
            [booked(), booked(standing="paid_twice", key=1)],
            [listed()] * 2,
        ),
        (["after_void"], [booked(None, None, "void")], [listed()]),
        (
            ["paid_twice"],
            [booked(None, None, "paid")],
            [listed()],
        ),  # the first stood in another file
        (["not_in_books"], [booked(None, None, "paid")], [listed("-80.00")]),
        (["after_void"], [booked(standing="after_void")], [listed()]),
        (["other_day"], [booked()], [listed(day=NEXT)]),
        ([], [booked(None, None, "open")], []),
        ([], [booked(None, None, "void")], []),
        # A refund is never set off against a payment.
        (["matched", "not_in_books"], [booked()], [listed(), listed("-80.00")]),
        (["matched", "not_listed"], [booked(), booked("-80.00")], [listed()]),
        (
            ["matched", "matched"],
            [booked(), booked("-30.00", NEXT)],
            [listed("-30", NEXT), listed()],
        ),
        # The day that fits goes first, however the file is sorted.
        (
            ["matched", "other_day"],
            [booked(key=1), booked(day=NEXT, key=2)],
            [listed(day=NEXT + timedelta(days=1)), listed(day=NEXT)],
        ),
    ],
)
def test_each_class(kind, ours, theirs):
    for ordered in permutations(theirs):
        assert sorted(kinds(ours, ordered)) == sorted(kind)


def test_a_difference_says_how_much_the_file_has_more():
    (found,) = reconcile.reconcile([booked()], [listed("79.99")])
    assert found.difference == Decimal("-0.01")
    assert Finding("not_listed", CODE, booked()).difference == Decimal("-80.00")
    assert Finding("not_in_books", CODE, None, listed()).difference == Decimal("80.00")


def test_sides_that_are_not_sorted_are_a_fault_of_the_caller():
    for sides in (
        ([booked(code="2"), booked(code="1")], []),
        ([], [listed(code="2"), listed(code="1")]),
    ):
        with pytest.raises(ValueError, match="not sorted"):
            list(reconcile.reconcile(*sides))


CODES = st.sampled_from(["1", "2", "3"])
AMOUNTS = st.sampled_from([Decimal("80.00"), Decimal("79.99"), Decimal("-80.00"), Decimal("0.01")])
DAYS = st.sampled_from([DAY, NEXT])
OURS = st.lists(
    st.builds(Booked, CODES, AMOUNTS, DAYS, st.sampled_from(["paid", "paid_twice"])), max_size=8
)
THEIRS = st.lists(st.builds(Listed, CODES, AMOUNTS, DAYS), max_size=8)


def by_code(lines):
    return sorted(lines, key=lambda line: line.code)


@given(OURS, THEIRS)
def test_every_line_stands_in_one_finding_and_the_sums_agree(ours, theirs):
    findings = list(reconcile.reconcile(by_code(ours), by_code(theirs)))
    assert Counter(f.booked for f in findings if f.booked) == Counter(ours)
    assert Counter(f.listed for f in findings if f.listed) == Counter(theirs)
    said, known = sum(line.amount for line in theirs), sum(line.amount for line in ours)
    assert sum(finding.difference for finding in findings) == said - known
    assert all(
        not f.difference and f.booked.day == f.listed.day for f in findings if f.kind == "matched"
    )


@given(OURS, st.randoms())
def test_a_file_that_says_the_same_has_no_open_difference(ours, random):
    ours = [line for line in ours if line.standing == "paid"]
    theirs = [Listed(line.code, line.amount, line.day) for line in ours]
    random.shuffle(theirs)
    assert set(kinds(by_code(ours), by_code(theirs))) <= {"matched"}
