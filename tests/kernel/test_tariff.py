"""Fees by the shape of their rate: exact, rounded half up once a line, and nothing assumed."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.gov_approval.kernel.errors import KernelError
from addons.gov_fees.kernel import money, rate_rows, tariff
from addons.gov_fees.kernel.tariff import Entry

prices = st.decimals(Decimal("0.0001"), Decimal("99999.9999"), places=4)
quantities = st.decimals(0, Decimal("2999.999999"), places=6)


def rate(*rows):
    return rate_rows.to_rate({"name": "line", **row} for row in rows)


def assess(row, **entry):
    return rate(row).assess({"line": Entry(**entry)})[0]


def refused(code, call, *args, **kwargs):
    with pytest.raises(KernelError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def half_up(value: Fraction) -> Decimal:
    return Decimal(int(value * 100 + Fraction(1, 2))) / 100


# ------------------------------------------------------------- the shapes of domain 8.2


@pytest.mark.parametrize(
    ("row", "entry", "expected"),
    [
        ({"shape": "fixed", "amount": 80}, {}, "80.00"),
        ({"shape": "per_unit", "amount": 280, "unit": "平方米"}, {"平方米": "12.5"}, "3500.00"),
        (
            {"shape": "per_unit", "amount": "0.30", "unit": "平方米·日"},
            {"平方米": 20, "日": 30},
            "180.00",
        ),
        ({"shape": "per_unit", "amount": "0.005", "unit": "千瓦时"}, {"千瓦时": 1}, "0.01"),
        ({"shape": "per_unit", "amount": "0.0049", "unit": "千瓦时"}, {"千瓦时": 1}, "0.00"),
        ({"shape": "percent", "amount": 20, "unit": "价款"}, {"价款": "1234567.89"}, "246913.58"),
        ({"shape": "first_free", "free": 1, "amount": 10, "unit": "份"}, {"份": 3}, "20.00"),
        ({"shape": "first_free", "free": 1, "amount": 10, "unit": "份"}, {"份": 1}, "0.00"),
    ],
)
def test_shape(row, entry, expected):
    assert assess(row, quantities=entry).amount == Decimal(expected)


def test_several_lines_each_with_its_own_quantity():
    found = rate_rows.to_rate(
        [
            {"name": "水泥路面", "shape": "per_unit", "amount": 280, "unit": "平方米"},
            {"name": "路缘石", "shape": "per_unit", "amount": 145, "unit": "米"},
        ]
    )
    entries = {"水泥路面": Entry({"平方米": 3}), "路缘石": Entry({"米": 0})}
    charges = found.assess(entries)
    assert [charge.amount for charge in charges] == [Decimal(840), Decimal(0)]
    assert tariff.total(charges) == 840
    refused("tariff.not_entered", found.assess, {"水泥路面": Entry({"平方米": 3})})
    refused("tariff.unknown_line", found.assess, entries | {"草坪": Entry()})


def test_a_range_wants_a_choice_and_its_reason():
    row = {"shape": "range", "amount": 20, "amount_max": 30, "unit": "平方米"}
    said = {"quantities": {"平方米": 10}}
    refused("tariff.not_chosen", assess, row, **said)
    refused("tariff.no_reason", assess, row, **said, chosen=25)
    refused("tariff.no_reason", assess, row, **said, chosen=25, reason="  ")
    for chosen in ("19.99", "30.01"):
        refused("tariff.out_of_range", assess, row, **said, chosen=chosen, reason="r")
    charge = assess(row, **said, chosen="25.5", reason="中等地块")
    assert (charge.amount, charge.reason) == (Decimal(255), "中等地块")


def test_a_ceiling_is_no_price():
    row = {"shape": "ceiling", "amount_max": 450, "unit": "生·期"}
    said = {"quantities": {"生": 2, "期": 1}}
    refused("tariff.not_chosen", assess, row, **said)
    refused("tariff.out_of_range", assess, row, **said, chosen="450.01", reason="r")
    assert assess(row, **said, chosen=400, reason="r").amount == 800


def test_a_fixed_rate_leaves_no_choice():
    refused("tariff.not_a_choice", assess, {"shape": "fixed", "amount": 80}, chosen=1, reason="r")


def test_words_only_cannot_be_computed():
    row = {"shape": "reference", "document": "渝价〔2009〕442号"}
    assert "442" in refused("tariff.by_reference", assess, row).params["document"]
    refused("tariff.by_reference", assess, row, chosen=100)
    assert assess(row, chosen="99.90", reason="附件第3项").amount == Decimal("99.90")


def test_tiers_and_their_limits():
    tiers = (
        {"shape": "tier", "amount": 2, "up_to": 10, "unit": "立方米"},
        {"shape": "tier", "amount": 3, "up_to": 36, "unit": "立方米", "cap": 60},
    )
    found = rate(*tiers)

    def amount(quantity):
        return found.assess({"line": Entry({"立方米": quantity})})[0].amount

    assert [amount(q) for q in (0, 10, 11, 20, 36, 1000)] == [0, 20, 23, 50, 60, 60]
    uncapped = rate(tiers[0], {**tiers[1], "cap": 0})
    for quantity in (36, 37, 10**6):  # what lies above the last tier is charged nothing
        assert uncapped.assess({"line": Entry({"立方米": quantity})})[0].amount == 98
    refused("tariff.tiers", rate, tiers[1], tiers[0])
    refused("tariff.tiers", rate, {**tiers[0], "up_to": 0}, tiers[1])


def test_a_surcharge_rests_on_the_lines_before_it():
    found = rate_rows.to_rate(
        [
            {"name": "耕地", "shape": "per_unit", "amount": 20, "unit": "平方米"},
            {"name": "基本农田", "shape": "surcharge", "amount": 50, "amount_max": 100},
            {"name": "加急", "shape": "surcharge", "amount": 10},
        ]
    )
    entries = {
        "耕地": Entry({"平方米": 10}),
        "基本农田": Entry(applies=True, chosen=75, reason="r"),
        "加急": Entry(applies=True),
    }
    assert [c.amount for c in found.assess(entries)] == [200, 150, 20]
    spared = found.assess(entries | {"基本农田": Entry(applies=False)})
    assert [c.amount for c in spared] == [200, 0, 20]
    refused("tariff.no_say", found.assess, entries | {"加急": Entry()})
    refused(
        "tariff.out_of_range", found.assess,
        entries | {"基本农田": Entry(applies=True, chosen=101, reason="r")},
    )  # fmt: skip
    refused("tariff.no_base_line", rate, {"shape": "surcharge", "amount": 10})


# --------------------------------------------------------------------------- properties


@given(prices, quantities, quantities)
def test_rounded_half_up_once(price, area, days):
    charge = assess(
        {"shape": "per_unit", "amount": price, "unit": "平方米·日"},
        quantities={"平方米": area, "日": days},
    )
    exact = Fraction(price) * Fraction(area) * Fraction(days)
    with localcontext() as wide:
        wide.prec = 60
        assert charge.amount == half_up(exact)


@given(st.lists(st.tuples(prices, st.integers(1, 10**6)), min_size=1, max_size=6), quantities)
def test_tiers_agree_with_counting_unit_by_unit(steps, quantity):
    ends = sorted({end for _price, end in steps})
    tiers = [
        {"shape": "tier", "amount": price, "up_to": end, "unit": "吨"}
        for (price, _end), end in zip(steps, ends, strict=False)
    ]
    amount = rate(*tiers).assess({"line": Entry({"吨": quantity})})[0].amount
    exact, start = Fraction(0), Fraction(0)
    for tier in tiers:
        end = min(Fraction(quantity), Fraction(tier["up_to"]))
        exact += max(end - start, 0) * Fraction(tier["amount"])
        start = max(start, end)
    assert amount == half_up(exact)


@given(st.lists(st.tuples(prices, quantities), min_size=1, max_size=10))
def test_lines_and_total_agree_to_the_cent(lines):
    rows = [
        {"name": f"l{n}", "shape": "per_unit", "amount": price, "unit": "件"}
        for n, (price, _q) in enumerate(lines)
    ]
    entries = {f"l{n}": Entry({"件": quantity}) for n, (_p, quantity) in enumerate(lines)}
    charges = rate_rows.to_rate(rows).assess(entries)
    assert tariff.total(charges) == sum(charge.amount for charge in charges)
    assert all(charge.amount.as_tuple().exponent == -2 for charge in charges)


# ----------------------------------------------------------------------- hostile numbers


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.1, "money.inexact"),
        (float("nan"), "money.inexact"),
        (Decimal("NaN"), "money.not_a_number"),
        (Decimal("sNaN"), "money.not_a_number"),
        (Decimal("Infinity"), "money.not_a_number"),
        ("NaN", "money.not_a_number"),
        ("1e3", "money.not_a_number"),
        ("1_000", "money.not_a_number"),
        ("１２", "money.not_a_number"),
        ("٣", "money.not_a_number"),
        (" 1", "money.not_a_number"),
        ("1.", "money.not_a_number"),
        (True, "money.not_a_number"),
        ([1], "money.not_a_number"),
        (-1, "money.negative"),
        ("-0.01", "money.negative"),
        (-(10**3000), "money.negative"),
        (10**3000, "money.too_large"),
        (Decimal("1e999999"), "money.too_large"),
        (10**9, "money.too_large"),
        (Decimal("0.0000001"), "money.too_fine"),
        (None, "money.missing"),
        ("", "money.missing"),
    ],
)
def test_no_odd_quantity(value, code):
    row = {"shape": "per_unit", "amount": 1, "unit": "件"}
    refused(code, assess, row, quantities={"件": value})


def test_minus_zero_is_zero():
    assert str(money.exact(Decimal("-0.0"), "x", 2)) == "0.0"


def test_an_absurd_product_is_refused():
    row = {"shape": "per_unit", "amount": 999999, "unit": "平方米·日"}
    refused("money.too_large", assess, row, quantities={"平方米": 999999999, "日": 999999999})


def test_quantities_are_those_of_the_line():
    row = {"shape": "per_unit", "amount": 1, "unit": "平方米·日"}
    refused("money.missing", assess, row, quantities={"平方米": 1})
    refused("tariff.unknown_quantity", assess, row, quantities={"平方米": 1, "日": 1, "月": 1})


# ----------------------------------------------------------------------- rows of a rate


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"shape": "fixed"}, "tariff.nothing"),
        ({"shape": "fixed", "amount": "0.005"}, "money.too_fine"),
        ({"shape": "fixed", "amount": 1.5}, "money.inexact"),
        ({"shape": "fixed", "amount": 5, "unit": "件"}, "rate_rows.unexpected"),
        ({"shape": "per_unit", "amount": 5}, "tariff.no_unit"),
        ({"shape": "per_unit", "amount": "0.00001", "unit": "件"}, "money.too_fine"),
        ({"shape": "per_unit", "amount": 5, "unit": "日·日"}, "tariff.odd_units"),
        ({"shape": "per_unit", "amount": 5, "unit": "a·b·c·d·e"}, "tariff.odd_units"),
        ({"shape": "range", "amount": 5, "amount_max": 4}, "tariff.reversed"),
        ({"shape": "range", "amount": 5}, "tariff.nothing"),
        ({"shape": "ceiling"}, "tariff.nothing"),
        ({"shape": "percent", "amount": 5}, "tariff.no_unit"),
        ({"shape": "tier", "unit": "吨"}, "tariff.nothing"),
        ({"shape": "first_free", "free": 1, "unit": "份"}, "tariff.nothing"),
        ({"shape": "reference"}, "tariff.no_document"),
        ({"shape": "odd", "amount": 5}, "tariff.not_a_rate"),
        ({"shape": "fixed", "amount": 5, "name": " "}, "rate_rows.no_name"),
    ],
)
def test_rows_that_are_no_rate(row, code):
    refused(code, rate, row)


def test_names_of_lines_are_unique_and_there_is_a_line():
    row = {"shape": "fixed", "amount": 1}
    assert refused("tariff.twice", rate, row, row).params == {"line": "line"}
    refused("tariff.empty", rate)
    many = [{"name": f"l{n}", **row} for n in range(tariff.MAX_LINES + 1)]
    refused("tariff.too_many", rate_rows.to_rate, many)


@given(
    st.dictionaries(
        st.sampled_from(["name", "shape", "amount", "amount_max", "unit", "free", "up_to", "cap",
                         "document"]),
        st.one_of(
            st.none(), st.text(max_size=6), st.integers(), st.decimals(), st.floats(),
            st.sampled_from(list(rate_rows.FIELDS)),
        ),
    )
)  # fmt: skip
def test_rows_of_any_kind_are_a_rate_or_a_refusal(row):
    texts = {k: str(row[k] or "") for k in ("name", "shape", "unit", "document") if k in row}
    try:
        found = rate_rows.to_rate([{**row, **texts}])
    except KernelError:
        return
    assert found.lines
