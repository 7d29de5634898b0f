"""Reliefs: only on a basis, by rule, never added up, never more than what is due."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.gov_approval.kernel.errors import KernelError
from addons.gov_fees.kernel import formula, relief

DAY = date(2026, 6, 1)
FACTS = {"applicant_kind": "individual_business"}


def make(kind="percent", value=50, code="r", **more):
    return relief.Relief(code, "小微企业", kind, "财税〔2023〕9号", Decimal(value), **more)


def settle(*reliefs, due=100, day=DAY, granted=()):
    return relief.settle(Decimal(due), reliefs, FACTS, day, frozenset(granted))


def refused(code, call, *args, **kwargs):
    with pytest.raises(KernelError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code


def test_due_reduced_payable():
    found = settle(make(), due="33.33")
    assert (found.due, found.reduced, found.payable) == (
        Decimal("33.33"), Decimal("16.67"), Decimal("16.66"),
    )  # fmt: skip
    assert settle(make("exempt", 0)).payable == 0
    assert settle(make("amount", 500)).payable == 0
    assert settle().payable == 100


def test_the_greatest_one_and_not_their_sum():
    found = settle(make(code="a"), make("amount", "60", code="b"), make(value=30, code="c"))
    assert (found.reduced, found.relief.code) == (60, "b")


def test_only_while_it_runs():
    limited = make(date_from=date(2026, 1, 1), date_to=date(2026, 6, 1))
    assert settle(limited).payable == 50
    assert settle(limited, day=date(2026, 6, 2)).payable == 100
    assert settle(limited, day=date(2025, 12, 31)).payable == 100


def test_conditions_are_expressions_on_the_facts():
    assert settle(make(condition="applicant_kind == 'individual_business'")).payable == 50
    assert settle(make(condition="applicant_kind == 'enterprise'")).payable == 100
    assert settle(make(condition="due >= 100.01")).payable == 100
    for odd in ("due", "due >", "__import__('os')", "name == 'x'", "due.real > 1", "1 < due < 2"):
        refused("formula.condition", make, condition=odd)
    refused("formula.payer", make, condition="applicant_kind == 'friend'")
    refused("formula.condition", formula.holds, "1 / (due - 100) > 0",
            {"due": Decimal(100)}, DAY)  # fmt: skip


def test_discretion_counts_only_when_granted():
    own = make(is_discretionary=True)
    assert settle(own).payable == 100
    assert settle(own, granted=["r"]).payable == 50
    refused("relief.unknown", settle, make(), granted=["r"])
    refused("relief.unknown", settle, own, granted=["other"])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "half"}, "relief.kind"),
        ({"value": 0}, "relief.percent"),
        ({"value": 100}, "relief.percent"),
        ({"kind": "amount", "value": 0}, "relief.amount"),
        ({"kind": "amount", "value": "0.001"}, "money.too_fine"),
        ({"kind": "exempt", "value": 5}, "relief.unexpected"),
        ({"value": "-5"}, "money.negative"),
        ({"value": "NaN"}, "money.not_a_number"),
        ({"date_from": DAY, "date_to": date(2026, 5, 31)}, "relief.reversed"),
    ],
)
def test_what_is_no_relief(more, code):
    refused(code, make, **more)


def test_no_relief_without_basis():
    refused("relief.no_basis", relief.Relief, "r", "x", "exempt", " ")
    refused("relief.no_name", relief.Relief, "r", " ", "exempt", "b")


@given(
    st.decimals(0, Decimal("99999999.99"), places=2),
    st.lists(
        st.one_of(
            st.decimals(Decimal("0.01"), Decimal("99.99"), places=2).map(lambda v: make(value=v)),
            st.decimals(Decimal("0.01"), 10**6, places=2).map(lambda v: make("amount", v)),
            st.just(make("exempt", 0)),
        ),
        max_size=5,
    ),
)
def test_parts_agree_to_the_cent(due, reliefs):
    found = settle(*reliefs, due=due)
    assert found.reduced + found.payable == found.due == due
    assert 0 <= found.reduced <= due
