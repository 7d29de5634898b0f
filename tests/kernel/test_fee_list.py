"""Printed standards and rows of published lists: read as they stand, or asked; never guessed."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.gov_approval.kernel.errors import KernelError
from addons.gov_fees.kernel import fee_list, rate_rows, standard

LIST = Path(__file__).parents[1] / "conformance" / "data" / "fees.csv"


def rows():
    with open(LIST, encoding="utf-8-sig") as source:
        return list(csv.DictReader(source))


def read(text, low="", high="", unit=""):
    return standard.read(text, low, high, unit, "line")


def question(*args):
    found = read(*args)
    assert not found.rows
    return found.questions[0].code


@pytest.mark.parametrize(
    ("text", "shape", "numbers", "unit"),
    [
        ("每副100元", "per_unit", ("100",), "副"),
        ("80元/件", "per_unit", ("80",), "件"),
        ("每日每平方米0.30元", "per_unit", ("0.30",), "日·平方米"),
        ("0.3元/平方米·日", "per_unit", ("0.3",), "平方米·日"),
        ("0.5分/千瓦时", "per_unit", ("0.005",), "千瓦时"),
        ("2角/张", "per_unit", ("0.2",), "张"),
        ("1.5万元/公顷", "per_unit", ("15000",), "公顷"),
        ("20-30元/平方米", "range", ("20", "30"), "平方米"),
        ("每平方米20至30元", "range", ("20", "30"), "平方米"),
        ("20～30元／平方米", "range", ("20", "30"), "平方米"),
        ("每生每期不超过450元", "ceiling", ("450",), "生·期"),
        ("不超过450元/生", "ceiling", ("450",), "生"),
        ("土地出让价款的20%", "percent", ("20",), "土地出让价款"),
        ("按工程造价的1.5‰收取", "percent", ("0.15",), "工程造价"),
    ],
)
def test_printed_forms(text, shape, numbers, unit):
    (row,) = read(text).rows
    assert row["shape"] == shape
    found = [row[name] for name in ("amount", "amount_max") if name in row]
    assert found == [Decimal(number) for number in numbers]
    assert row["unit"] == unit


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("",), "standard.missing"),
        (("  ",), "standard.missing"),
        (("出厂价格",), "standard.unreadable"),
        (("100",), "standard.unreadable"),
        (("每副约100元",), "standard.unreadable"),
        (("每副100元以上",), "standard.unreadable"),
        (("每次首小时5元,以后每小时2元",), "standard.unreadable"),
        (("每副100元,每面50元",), "standard.several"),
        (("每生每项4元,三项共计13元",), "standard.several"),
        (("每生每项4元,三次共计12元",), "standard.several"),
        (("每副100元", "90", "90", "副"), "standard.amount_differs"),
        (("每副100元", "90", "100", "副"), "standard.amount_differs"),
        (("每期不超过450元", "450", "450", "期"), "standard.amount_differs"),
        (("每副100元", "100", "100", "面"), "standard.unit_differs"),
        (("每副100元", "1oo", "100", "副"), "standard.odd_amount"),
        (("每副100元", "-100", "100", "副"), "standard.odd_amount"),
        (("每副0元",), "tariff.nothing"),
        (("每副0.00001元",), "money.too_fine"),
        (("每副99999999999元",), "money.too_large"),
        (("30-20元/平方米",), "tariff.reversed"),
        (("每²5元/²",), "standard.unreadable"),
        (("每" * 5000 + "5元",), "standard.unreadable"),
    ],
)
def test_what_a_person_has_to_settle(args, code):
    assert question(*args) == code


def test_remarks_in_brackets_are_told():
    found = read("每只5元(含安装费)")
    assert found.rows[0]["amount"] == 5
    assert [(e.code, e.params["text"]) for e in found.remarks] == [("standard.remark", "含安装费")]


def test_reference_names_its_document():
    (row,) = read("详见渝价〔2009〕442号").rows
    assert (row["shape"], row["document"]) == ("reference", "渝价〔2009〕442号")


def test_surcharge_of_a_note():
    row, notes = standard.read_surcharge("占用基本农田上浮50—100%; set_by not on the page")
    assert (row["name"], row["amount"], row["amount_max"]) == ("占用基本农田", 50, 100)
    assert notes
    assert standard.read_surcharge("上浮10%,上浮20%") == (None, ())
    assert standard.read_surcharge("three decimals occur") == (None, ())


def test_every_row_of_the_sample_is_a_rate_or_says_what_lacks():
    asked = {}
    for cells in rows():
        fee = fee_list.read(cells, {}, "F-")
        assert bool(fee.rate) != bool(fee.questions)
        if fee.rate:
            rate_rows.to_rate(fee.rate)
        else:
            asked[cells["seq"]] = fee.questions[0].code
        values = json.dumps([fee.values, fee.standard], ensure_ascii=False)
        kept = values + "".join(remark.value for remark in fee.remarks)
        for column in ("department", "item", "standard", "policy_basis", "exemption", "note"):
            assert json.dumps(cells[column], ensure_ascii=False)[1:-1] in kept
        assert fee.values["kind"] == "administrative"
    assert asked == {"41": "standard.missing"}


def refused(reason, **cells):
    with pytest.raises(KernelError) as caught:
        fee_list.read({"seq": "1", "item": "费", **cells}, {}, "F-")
    assert caught.value.code == reason


def test_rows_that_are_no_fee():
    refused("fee_list.no_name", item="")
    refused("fee_list.long_name", item="费" * 201)
    refused("fee_list.no_code", seq="")
    refused("fee_list.odd_number", seq="一")
    refused("fee_list.odd_code", code="a b")
    refused("fee_list.penalty", category="罚没收入")
    refused("fee_list.reversed", valid_from="2026-02-01", valid_to="2026-01-31")


def test_what_has_no_field_is_kept():
    cells = {"seq": "7", "item": "费", "set_by": "镇级", "valid_from": "去年", "unit": "件",
             "amount_max": "5"}  # fmt: skip
    fee = fee_list.read(cells, {"其他": "值"}, "F-")
    kept = {remark.column: remark.value for remark in fee.remarks}
    assert kept == {"set_by": "镇级", "valid_from": "去年", "其他": "值", "unit": "件",
                    "amount_max": "5"}  # fmt: skip
    assert fee.values["code"] == "F-007"
    assert fee.values["level"] is False


@given(
    st.dictionaries(
        st.sampled_from(list(fee_list.COLUMNS)),
        st.text(alphabet="每元/分角-0123456789.%的不超过上浮生日()号〔〕详见²٣x ,;", max_size=30),
    )
)
def test_any_row_is_a_fee_or_a_refusal(cells):
    try:
        fee = fee_list.read(cells, {}, "F-")
    except KernelError:
        return
    if fee.rate:
        rate_rows.to_rate(fee.rate)
    else:
        assert fee.questions
