"""Rows of bank files: read as printed, refused in words."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.gov_approval.kernel.errors import KernelError
from addons.gov_fees.kernel import statement
from addons.gov_fees.kernel.statement import Layout, Line

COLUMNS = {"code": ("缴款码",), "amount": ("金额",), "day": ("缴款日期",)}
LAYOUT = Layout(COLUMNS)
ROW = {"code": "37100226000000000017", "amount": "80.00", "day": "2026-11-24"}


def read(layout=LAYOUT, **more):
    return statement.read(ROW | more, layout)


@pytest.mark.parametrize(
    "text", ["2026-11-24", "20261124", "2026/11/24", "2026年11月24日", "2026-11-24 23:59:59"]
)
def test_days_as_banks_write_them(text):
    assert read(day=text).day == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("80", "80.00"), ("￥1,234.50", "1234.50"), ("-80.5", "-80.50"), ("1234567.89", "1234567.89")],
)
def test_amounts_as_banks_write_them(text, amount):
    found = read(amount=text).amount
    assert found == Decimal(amount)
    assert found.as_tuple().exponent == -2


def test_amounts_in_cents():
    assert read(Layout(COLUMNS, is_in_cents=True), amount="8001").amount == Decimal("80.01")


def test_refunds_by_their_word():
    layout = Layout(COLUMNS | {"direction": ("方向",)}, refund_words=("退付", "D"))
    assert read(layout, direction="退付").amount == Decimal("-80.00")
    assert read(layout, direction="入账").amount == Decimal("80.00")


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("statement.code", {"code": ""}),
        ("statement.code", {"code": "../../etc"}),
        ("statement.code", {"code": "１２３"}),
        ("statement.day", {"day": "24.11.2026"}),
        ("statement.day", {"day": "2026-02-30"}),
        ("statement.day", {"day": "2026-1124"}),
        ("statement.day", {"day": ""}),
        ("statement.zero", {"amount": "0.00"}),
        ("money.missing", {"amount": ""}),
        ("money.not_a_number", {"amount": "1e9"}),
        ("money.not_a_number", {"amount": "NaN"}),
        ("money.not_a_number", {"amount": "12,34.50"}),
        ("money.negative", {"amount": "--80"}),
        ("money.too_fine", {"amount": "80.005"}),
        ("money.too_large", {"amount": "9" * 20}),
        ("statement.reference", {"reference": "x" * 101}),
    ],
)
def test_what_cannot_be_read_is_refused(code, cells):
    with pytest.raises(KernelError) as caught:
        read(**cells)
    assert caught.value.code == code


def test_a_refund_is_not_said_twice():
    layout = Layout(COLUMNS | {"direction": ("方向",)}, refund_words=("退付",))
    with pytest.raises(KernelError) as caught:
        read(layout, direction="退付", amount="-80")
    assert caught.value.code == "statement.sign"


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("statement.no_column", {"code": ("缴款码",), "amount": ("金额",)}),
        ("statement.no_column", COLUMNS | {"day": ()}),
        ("statement.same_column", COLUMNS | {"reference": ("金额",)}),
    ],
)
def test_a_layout_names_each_column_once(code, columns):
    with pytest.raises(KernelError) as caught:
        Layout(columns)
    assert caught.value.code == code


@given(st.dictionaries(st.sampled_from(statement.KEYS), st.text(max_size=60)))
def test_anything_is_read_or_refused(cells):
    try:
        line = statement.read(cells, LAYOUT)
    except KernelError as error:
        assert error.code in statement.CODES or error.code.startswith("money.")
    else:
        assert isinstance(line, Line)
        assert line.amount
