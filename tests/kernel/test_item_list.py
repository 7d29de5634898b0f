"""Lists of items in the columns of the national list: nothing lost, guessed or run."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel import item_list, item_list_rows, item_source, item_words, table

DATA = Path(__file__).parents[1] / "conformance" / "data" / "items"
GUIDES = [
    json.loads(path.read_text(), parse_float=Decimal)
    for path in sorted(DATA.glob("*.json"))
]


def written(*items):
    """A CSV file of items, as a spreadsheet program would save it."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, item_list.HEADINGS, restval="")
    writer.writeheader()
    for values in items:
        writer.writerows(item_list_rows.to_rows(values))
    return stream.getvalue().encode()


def read(content):
    found = table.understand(
        table.read_csv(content), item_list.NAMES, required=item_list.REQUIRED
    )
    return item_list.read(found.rows)


def sheet(*rows):
    """A CSV file of the columns that the rows name."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return read(stream.getvalue().encode())


def understood(listed):
    assert listed.error is None, listed.error and (listed.error.code, listed.error.params)
    parsed = item_source.read(listed.source)
    facts = [
        {"kind": fact.kind, "path": fact.path, "value": fact.value} for fact in parsed.facts
    ]
    values = dict(parsed.values, fact_ids=facts)
    values["item"] = dict(values["item"], department=listed.source.get("department", ""))
    return values


# ------------------------------------------------------------------ there and back

SIGNS = st.sampled_from("甲乙丙=+-@'＝＋－＠\"；,、\n 1aA%(|!")
TEXTS = st.text(SIGNS, max_size=12).map(str.strip)
NAMES = TEXTS.filter(bool)
COUNTS = st.integers(-1, 999)
CODES = ("base", "implementation", "handling", "local")


def codes(words):
    found = sorted(set(words.values()))
    return st.lists(st.sampled_from(found), unique=True).map(",".join)


def one_of(words):
    return st.sampled_from([False, *sorted(set(words.values()))])


def flags():
    return st.sampled_from([False, "yes", "no"])


MATERIALS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "form": one_of(item_words.MATERIAL_FORMS),
        "originals": COUNTS,
        "photocopies": COUNTS,
        "copy_rule": one_of(item_words.COPY_RULES),
        "source": one_of(item_words.MATERIAL_SOURCES),
        "required": one_of(item_words.REQUIRED),
        "is_deferrable": st.booleans(),
        "condition_text": TEXTS,
        "accept_standard": TEXTS,
        "basis": TEXTS,
        "note": TEXTS,
    }
)
BASES = st.fixed_dictionaries({"title": NAMES, "article": TEXTS, "ref": TEXTS, "text": TEXTS})
FEES = st.fixed_dictionaries(
    {
        "name": NAMES,
        "standard": TEXTS,
        "unit": TEXTS,
        "basis": TEXTS,
        "fee_code": TEXTS,
        "amount": st.integers(0, 10**9).map(lambda n: n / 10**4),
    }
)


@st.composite
def periods(draw):
    found = {"deadline_note": draw(TEXTS)}
    for name in ("statutory", "promised"):
        value = draw(st.integers(0, 3650))
        unit = draw(st.sampled_from(["workday", "calendar_day", "month", "year", "hour"]))
        found |= {f"{name}_value": value, f"{name}_unit": unit} if value else {}
    return found


@st.composite
def flows(draw):
    """Steps whose names say what they are, as they do in guides."""
    middle = draw(st.lists(st.sampled_from(["审查", "现场勘查", "公示", "检测"]), unique=True))
    nodes = []
    for name in ("受理", *middle, "决定", "办结"):
        kind, stage, procedure = item_words.STEPS[name]
        node = {"name": name, "kind": kind, "stage": stage, "days": -1}
        if kind == "procedure":
            node["counts_toward_deadline"] = draw(st.booleans())
            node["days"] = draw(st.integers(-1, 90))
            if node["days"] != -1:
                node["unit"] = draw(st.sampled_from(["workday", "calendar_day", "month"]))
        nodes.append(node | {"procedure": procedure})
    return nodes


@st.composite
def items(draw, code="a"):
    version = {
        "item_kind": draw(one_of(item_words.ITEM_KINDS)),
        "objects": draw(codes(item_words.OBJECTS)),
        "channels": draw(codes(item_words.CHANNELS)),
        "delivery": draw(codes(item_words.DELIVERY)),
        "visits": draw(st.integers(-1, 99)),
        "is_fee_charged": draw(flags()),
        "commitment_based": draw(flags()),
        "result_type": draw(one_of(item_words.RESULT_TYPES)),
    } | draw(periods())
    for name in (
        "visit_reason", "quantity_limit", "place", "service_hours", "consult_phone",
        "complaint_phone", "intermediary_note", "source_title", "result_name",
    ):  # fmt: skip
        version[name] = draw(TEXTS)
    unit = draw(st.sampled_from([None, "year", "month", "calendar_day", "none"]))
    if unit:
        version |= {"validity_unit": unit}
        version |= {} if unit == "none" else {"validity_value": draw(st.integers(1, 999))}
    materials = draw(st.lists(MATERIALS, max_size=3))
    kept = [c for c in item_list.COLUMNS if c.path.startswith(item_list.OTHER) and not c.group]
    facts = [
        {"kind": "unplaced", "path": column.path, "value": draw(NAMES)}
        for column in draw(st.lists(st.sampled_from(kept), unique=True, max_size=4))
    ]
    return {
        "item": {
            "code": code,
            "name": draw(NAMES),
            "department": draw(TEXTS),
            "power_type": draw(one_of(item_words.POWER_TYPES)),
            "exercise_level": draw(one_of(item_words.EXERCISE_LEVELS)),
            **{f"{key}_code": draw(TEXTS) for key in CODES},
        },
        "version": version,
        "basis_ids": draw(st.lists(BASES, max_size=3)),
        "condition_ids": draw(st.lists(st.fixed_dictionaries({"text": NAMES}), max_size=3)),
        "material_ids": materials,
        "fee_ids": draw(st.lists(FEES, max_size=2)),
        "node_ids": draw(st.one_of(st.just([]), flows())),
        "fact_ids": facts,
    }  # fmt: skip


def same(name, before, after):
    if isinstance(before, list):
        assert len(before) == len(after), name
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            same(f"{name}[{index}]", one, other)
    elif isinstance(before, dict):
        for key, value in before.items():
            same(f"{name}.{key}", value, after.get(key))
    elif name.rpartition(".")[2] in ("objects", "channels", "delivery"):
        assert set(before.split(",")) == set(after.split(","))
    else:
        assert (before or False) == (after or False), name


@settings(max_examples=60, deadline=None)
@given(items("a"), items("b"))
def test_values_come_back_from_their_rows(first, second):
    found = read(written(first, second))
    for before, listed in zip((first, second), found, strict=True):
        after = understood(listed)
        facts = before["fact_ids"]
        assert all(fact in after["fact_ids"] for fact in facts)
        same("", {key: part for key, part in before.items() if key != "fact_ids"}, after)
        assert item_list_rows.to_rows(after) == item_list_rows.to_rows(before)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide["id"])
def test_a_published_guide_comes_back_from_the_list(guide):
    before = dict(item_source.read(guide).values, fact_ids=[])
    (listed,) = read(written(before))
    after = understood(listed)
    assert item_list_rows.to_rows(after) == item_list_rows.to_rows(before)
    for part in ("basis_ids", "condition_ids", "material_ids", "fee_ids"):
        assert len(after[part]) == len(before[part])


def test_no_cell_is_run_by_a_spreadsheet_program():
    for text in ("=1+1", "+86", "-1", "@SUM(A1)", "＝1", "'=1", "''@x"):
        assert item_list.guard(text)[0] == "'"
        assert item_list.unguard(item_list.guard(text)) == text
    for text in ("'quoted'", "a=1", ""):
        assert item_list.guard(text) == item_list.unguard(text) == text


# ------------------------------------------------------------- nothing is guessed


def test_columns_without_a_field_and_unknown_ones_are_facts():
    (listed,) = sheet({"本系统编码": "a", "事项名称": "甲", "网址": "http://x", "外来列": "值"})
    facts = {fact["path"]: fact["value"] for fact in understood(listed)["fact_ids"]}
    assert facts["表列.网址"] == "http://x"
    assert facts["表列.外来列"] == "值"


@pytest.mark.parametrize(
    ("heading", "cell", "path"),
    [
        ("事项类型", "01", "power_type"),
        ("法定办结时限", "二十", "deadlines.statutory.value"),
        ("法定办结时限", "99999999999999999999", "deadlines.statutory.value"),
        ("法定办结时限单位", "旬", "deadlines.statutory.unit"),
        ("到办事现场次数", "NaN", "visits"),
        ("是否收费", "1", "fee_charged"),
        ("服务对象", "自然人、外星人", "objects[1]"),
        ("结果有效期", "三年", "result.validity"),
    ],
)
def test_a_word_that_is_not_known_is_odd_and_never_guessed(heading, cell, path):
    (listed,) = sheet({"本系统编码": "a", "事项名称": "甲", heading: cell})
    odd = {fact["path"] for fact in understood(listed)["fact_ids"] if fact["kind"] == "odd"}
    assert path in odd


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e9999", "-5", "99999999999999999"])
def test_amounts_that_are_none(amount):
    row = {"本系统编码": "a", "事项名称": "甲", "收费项目名称": "费", "收费金额": f"'{amount}"}
    (listed,) = sheet(row | {"收费金额": item_list.guard(amount)})
    after = understood(listed)
    assert not after["fee_ids"][0].get("amount")
    assert "fees[0].amount" in [f["path"] for f in after["fact_ids"] if f["kind"] == "odd"]


def test_foreign_lists_name_items_by_national_codes():
    rows = ({"事项名称": "甲", "实施编码": "11Y"}, {"事项名称": "乙"})
    one, other = sheet(*rows)
    assert one.source["id"] == "11y"
    assert other.error.code == "item_list.no_code"


# --------------------------------------------------------------- nothing is halved

ROW = {"本系统编码": "a", "事项名称": "甲", "材料名称": "申请表"}
GOOD = {"本系统编码": "z", "事项名称": "末", "材料名称": "申请表"}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (({**ROW, "材料名称": "=cmd()"},), "table.formula"),
        ((ROW, {"本系统编码": "a", "材料名称": "@x"}), "table.formula"),
        ((ROW, {"本系统编码": "a", "材料名称": "x" * 20_001}), "table.text_too_long"),
        ((ROW, {"本系统编码": "a", "事项名称": "乙"}), "item_list.code_twice"),
        ((ROW, dict(ROW)), "item_list.repeated"),
        ((ROW, {"本系统编码": "a", "材料名称": "\ufffd"}), "table.broken_text"),
    ],
)
def test_a_faulty_row_keeps_its_whole_item_out_and_no_other(rows, code):
    *faulty, last = sheet(*rows, GOOD)
    assert [listed.error.code for listed in faulty] == [code]
    assert understood(last)["item"]["name"] == "末"


def test_a_row_that_nobody_can_place_spoils_the_item_it_may_belong_to():
    text = "本系统编码,事项名称,材料名称\na,甲,x\na,,y,z,too,many\nb,乙,x\n"
    found = {listed.number: listed.error and listed.error.code for listed in read(text.encode())}
    assert found == {2: "item_list.unreadable", 3: "table.cells", 4: None}
