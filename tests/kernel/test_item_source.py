"""Import of published items: nothing lost, nothing guessed, no crash."""

import copy
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import item_json, item_pack, item_source, item_words
from kernel.errors import KernelError

DATA = Path(__file__).parents[1] / "conformance" / "data" / "items"
FILES = sorted(DATA.glob("*.json"))
SOURCES = {path.stem: json.loads(path.read_text()) for path in FILES}
WORDS = {
    **item_words.EXERCISE_LEVELS,
    **item_words.POWER_TYPES,
    **item_words.ITEM_KINDS,
    **item_words.OBJECTS,
    **item_words.CHANNELS,
    **item_words.DELIVERY,
    **item_words.MATERIAL_SOURCES,
    **item_words.REQUIRED,
    **item_words.RESULT_TYPES,
}


def flatten(value, path=""):
    """An account of our own: every scalar that is not null."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from flatten(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from flatten(part, f"{path}[{index}]")
    elif value is not None:
        yield path, value


def at(values, target):
    """The value at a target such as ``material_ids[2].name``; of ``condition_ids.text`` all."""
    part, _dot, name = target.partition(".")
    if "[" in part:
        key, _bracket, index = part[:-1].partition("[")
        return values[key][int(index)].get(name)
    rows = values[part]
    return [row[name] for row in rows] if isinstance(rows, list) else rows.get(name)


def account(source, parsed):
    """Leaves that are neither placed nor a fact, and placed leaves whose field lacks them."""
    facts = {}
    for fact in parsed.facts:
        facts.setdefault(fact.path, []).append(fact.value)
    lost = []
    for path, value in flatten(source):
        if path in parsed.placed:
            stored = at(parsed.values, parsed.placed[path])
            wanted = WORDS.get(value, value) if isinstance(value, str) else value
            if isinstance(value, bool):
                good = stored in (value, "yes" if value else "no")
            elif isinstance(wanted, str):
                good = (
                    wanted.strip() in str(stored)
                    or path == "kind"
                    or str(stored) in value
                    or value == "长期"
                )
            else:
                good = str(stored) == str(wanted) or Decimal(str(stored)) == Decimal(str(value))
            if not good:
                lost.append((path, value, stored))
        elif path not in facts:
            lost.append((path, value, None))
    return lost


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fact_is_placed_or_reported(path):
    parsed = item_source.read(path.read_bytes())
    assert not account(SOURCES[path.stem], parsed)
    assert all(fact.code in item_source.CODES or "numbering" in fact.code for fact in parsed.facts)


def read(stem="gaoling-food-business-new", **changes):
    return item_source.read(dict(copy.deepcopy(SOURCES[stem]), **changes))


def kinds(parsed, path):
    return {fact.kind for fact in parsed.facts if fact.path == path}


def test_one_unlabelled_period_is_not_guessed():
    parsed = read("haidian-public-place-hygiene")
    assert "statutory_value" not in parsed.values["version"]
    assert kinds(parsed, "deadlines.statutory") == {"missing"}
    assert kinds(parsed, "deadlines.note") == {"unplaced"}


def test_materials_keep_what_the_source_says_and_no_more():
    first, *_rest, last = read("zhongmu-drainage-permit").values["material_ids"]
    assert (first["required"], first["originals"], first["photocopies"]) == ("always", 1, 0)
    assert last["condition_text"] == "列入重点排污单位名录"
    assert "needed_if" not in last
    third = read().values["material_ids"][2]
    assert (third["required"], third["originals"], third["form"]) == (False, -1, False)
    assert kinds(read(), "materials[2].required") == {"missing"}


def test_steps_become_a_flow_only_where_their_names_say_so():
    values = read().values
    assert [(n["kind"], n["stage"], n["procedure"]) for n in values["node_ids"]] == [
        ("start", "intake", False),
        ("procedure", False, "site_visit"),
        ("task", "decide", False),
        ("end", "close", False),
    ]
    assert len(values["edge_ids"]) == 3
    assert not any("role" in node for node in values["node_ids"])
    joined = read("jinan-public-institution-registration")
    assert not joined.values["node_ids"]
    assert "odd" in kinds(joined, "steps[0].name")


def test_no_connection_is_drawn_over_a_step_that_could_not_be_read():
    values = read("loudi-road-excavation").values
    assert [n["name"] for n in values["node_ids"]] == ["受理", "审批"]
    assert not values["edge_ids"]


def test_two_steps_that_read_as_the_decision_stay_open():
    steps = [{"name": name} for name in ("受理", "审批", "签发", "办结")]
    parsed = read(steps=steps, special_procedures=None)
    assert [n["stage"] for n in parsed.values["node_ids"]] == ["intake", False, False, "close"]
    assert "odd" in kinds(parsed, "steps[1].name")


def test_a_procedure_outside_the_promised_time_stops_the_clock():
    (visit,) = [n for n in read("wanyuan-water-permit-renewal").values["node_ids"]
                if n["procedure"]]
    assert visit["counts_toward_deadline"] is False


def test_codes_are_stored_as_printed_and_checked():
    parsed = read("jiyang-publication-temporary-stall")
    assert parsed.values["item"]["base_code"] == "37303901000101"
    assert kinds(parsed, "codes.base") == {"odd"}
    assert kinds(parsed, "power_type") == {"odd", "missing"}


def test_members_of_a_theme_are_facts():
    parsed = read("theme-chaisang-open-food-shop")
    assert parsed.values["item"]["is_theme"]
    members = [f.value for f in parsed.facts if f.path.endswith("].item")]
    assert members[1] == "刻制印章备案"


def member(order, depends_on):
    return {"order": order, "item": "x", "department": "y", "depends_on": depends_on}


@pytest.mark.parametrize("first", ["2", 2, [2], "3,2"])
def test_members_that_wait_for_each_other_are_refused(first):
    with pytest.raises(KernelError) as caught:
        read(
            "theme-chaisang-open-food-shop",
            joint_departments=[member(1, first), member(2, "1"), member(3, None)],
        )
    assert caught.value.code == "item_source.depends_cycle"
    assert caught.value.params["path"].startswith("joint_departments[")


HOSTILE = {
    "empty": (b"", "item_json.not_json"),
    "text": (b"hello", "item_json.not_json"),
    "list": (b"[]", "item_json.not_object"),
    "number": (b"1", "item_json.not_object"),
    "nan": (b'{"id": "a", "visits": NaN}', "item_json.no_number"),
    "infinity": (b'{"fees": [{"amount": -Infinity}]}', "item_json.no_number"),
    "key twice": (b'{"id": "a", "deadlines": {"note": 1, "note": 2}}', "item_json.key_twice"),
    "gbk": ('{"id": "a", "name": "取水许可"}'.encode("gbk"), "item_json.not_utf8"),
    "utf-16": ('{"id": "a"}'.encode("utf-16"), "item_json.not_utf8"),
    "null byte": (b'{"id": "a", "name": "a\\u0000b"}', "item_json.odd_text"),
    "half a character": (b'{"id": "a", "name": "\\ud83d"}', "item_json.odd_text"),
    "deep": (b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}", "item_json.too_deep"),
    "very deep": (b"[" * 900_000, "item_json.too_deep"),
    "10 MB": (b'{"name": "' + b"x" * 10_000_000 + b'"}', "item_json.too_large"),
    "long text": (b'{"name": "' + b"x" * 30_000 + b'"}', "item_json.text_too_long"),
    "many values": (b'{"a": [' + b"1," * 30_000 + b"1]}", "item_json.too_many"),
    "no code": (b'{"name": "a"}', "item_source.no_id"),
    "odd code": (b'{"id": "../a", "name": "a"}', "item_source.no_id"),
    "code of another type": (b'{"id": {"a": 1}, "name": "a"}', "item_source.no_id"),
    "no name": (b'{"id": "a"}', "item_source.no_name"),
    "unknown kind": (b'{"id": "a", "name": "a", "kind": ["item"]}', "item_source.unknown_kind"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_give_one_sentence(name):
    content, code = HOSTILE[name]
    with pytest.raises(KernelError) as caught:
        item_source.read(content)
    error = caught.value
    assert error.code == code
    sentence = {**item_json.CODES, **item_source.CODES}[code] % error.params
    assert "%(" not in sentence and len(sentence) < 400


def test_place_is_named():
    with pytest.raises(KernelError) as caught:
        item_source.read(HOSTILE["key twice"][0])
    assert caught.value.params == {"path": "deadlines", "key": "note"}


def test_mark_at_the_beginning_is_no_fault():
    content = b"\xef\xbb\xbf" + FILES[0].read_bytes()
    assert item_source.read(content).values == item_source.read(FILES[0].read_bytes()).values


def test_unknown_keys_and_odd_types_are_facts():
    changes = {
        "hotline": "12345", "visits": 10**400, "materials": [{"name": 5}, "x", None, {}],
        "objects": "企业", "deadlines": {"promised": 3, "statutory": {"value": 1.5, "unit": []}},
        "a.b": {"c": True},
    }
    parsed = read(**changes)
    assert kinds(parsed, "hotline") == {"unplaced"}
    assert kinds(parsed, "visits") == {"odd", "missing"}
    assert kinds(parsed, "materials[1]") == {"odd"}
    assert kinds(parsed, "deadlines.promised") == {"odd", "missing"}
    assert kinds(parsed, '["a.b"].c') == {"unplaced"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "no", "value", "unit", "days", "x"]), inner,
                      max_size=3),
    max_leaves=8,
)


def places(value, path=()):
    yield path
    for key, part in (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(part, (*path, key))


@given(st.sampled_from(sorted(SOURCES)), st.randoms(use_true_random=False), JSON)
def test_any_change_is_read_completely_or_refused(stem, random, value):
    source = copy.deepcopy(SOURCES[stem])
    *above, last = random.choice([path for path in places(source) if path])
    inner = source
    for key in above:
        inner = inner[key]
    inner[last] = value
    try:
        parsed = item_source.read(source)
    except KernelError as error:
        assert error.code in {**item_json.CODES, **item_source.CODES}
        return
    known = parsed.placed.keys() | {fact.path for fact in parsed.facts}
    assert {path for path, _value in item_json.leaves("", source)} <= known


# Archives


def archive(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()


def test_archive_members_are_read_or_refused_one_by_one():
    content = archive(
        {
            "a.json": b"{}", "../b.json": b"{}", "/c.json": b"{}", "d.txt": b"x",
            "deep/e.json": b"{}", "bomb.json": b"0" * 30_000_000, "x\\..\\..\\f.json": b"{}",
        }
    )
    found = {m.name: m.error.code if m.error else m.content for m in item_json.unpack(content)}
    assert found == {
        "a.json": b"{}",
        "../b.json": "item_json.unsafe_name",
        "/c.json": "item_json.unsafe_name",
        "d.txt": "item_json.not_a_json_name",
        "deep/e.json": b"{}",
        "bomb.json": "item_json.too_large",
        "x/../../f.json": "item_json.unsafe_name",
    }


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04damaged", b"\x00" * 100])
def test_damaged_archives(content):
    with pytest.raises(KernelError, match="item_json.bad_archive"):
        item_json.unpack(content)


def test_archives_with_too_many_files():
    with pytest.raises(KernelError, match="item_json.archive_too_large"):
        item_json.unpack(archive({f"{i}.json": b"{}" for i in range(item_json.MAX_MEMBERS + 1)}))


# Packs

PACK = {
    "schema": 1,
    "item": {"code": "a", "name": "A", "department": "d", "codes": {"local": "X1"}},
    "objects": ["person", "enterprise"],
    "handles": "renewal",
    "certificate_items": ["b", "c"],
    "licence_kind": "ordinary",
    "is_safety": True,
    "allows_deferral": False,
    "renewal": {
        "latest": {"value": 15, "unit": "workday"},
        "earliest": {"value": 90, "unit": "workday"},
        "late": "as_new",
    },
    "check": {"value": 60},
    "periods": {"promised": {"value": 3}},
    "result": {"region": "云溪区"},
    "guide": {"visits": 0},
    "conditions": ["c1", "c2"],
    "form": {
        "sections": [{"code": "s", "name": "S"}],
        "fields": [
            {"code": "f", "label": "F", "section": "s", "type": "choice", "required": True,
             "options": [{"code": "x", "label": "X"}]},
            {"code": "t", "label": "T", "type": "table",
             "columns": [{"code": "n", "label": "N", "type": "number"}]},
        ],
    },
    "flow": {
        "nodes": [{"code": "n", "kind": "task", "name": "N", "counts_toward_deadline": False}]
    },
    "fees": [{"name": "fee", "amount": "12.5", "unit": "m2"}],
    "tests": [
        {"code": "t1", "name": "Small shop", "played_on": "2026-03-02",
         "answers": {"f": "x", "t": [{"n": "1.50"}]},
         "expected": {"errors": [], "materials": ["m"], "promised": None}},
        {"code": "t2", "name": "Not recorded", "played_on": "2026-03-02"},
    ],
}


def test_pack_there_and_back():
    values = item_pack.to_values(PACK)
    assert values["version"]["visits"] == 0
    assert values["version"]["promised_unit"] == "workday"
    assert values["node_ids"][0]["days"] == -1
    assert item_pack.from_values(values) == PACK


def test_a_pack_without_a_word_on_renewal_says_nothing():
    pack = {"schema": 1, "item": {"code": "a", "name": "A", "department": "d"}}
    values = item_pack.to_values(pack)
    assert values["version"]["handles"] == "new"
    assert values["version"]["allows_deferral"] is True
    assert item_pack.from_values(values) == pack


@pytest.mark.parametrize(
    "change, code, path",
    [
        ({"schema": 2}, "item_pack.schema", None),
        ({"extra": 1}, "item_pack.unknown_key", "extra"),
        ({"guide": {"visits": "2"}}, "item_pack.wrong_type", "guide.visits"),
        ({"guide": {"hours": "2"}}, "item_pack.unknown_key", "guide.hours"),
        ({"guide": []}, "item_pack.wrong_type", None),
        ({"materials": [{"code": "m", "odd": 1}]}, "item_pack.unknown_key", "materials[0].odd"),
        ({"materials": {}}, "item_pack.wrong_type", "materials"),
        ({"fees": [{"amount": "NaN"}]}, "item_pack.wrong_type", "fees[0].amount"),
        ({"item": {"code": "a", "name": "A"}}, "item_pack.missing", "item.department"),
        ({"objects": ["a,b"]}, "item_pack.wrong_type", "objects"),
        ({"tests": {}}, "item_pack.wrong_type", "tests"),
        ({"tests": [{"code": "t", "name": "T"}]}, "item_pack.missing", "tests[0].played_on"),
        ({"tests": [{"played_on": "soon"}]}, "item_pack.wrong_type", "tests[0].played_on"),
        ({"tests": [{"answers": []}]}, "item_pack.wrong_type", "tests[0].answers"),
        ({"tests": [{"odd": 1}]}, "item_pack.unknown_key", "tests[0].odd"),
        (
            {"tests": [{"code": "t", "name": "T", "played_on": "2026-03-02",
                        "expected": {"steps": [1]}}]},
            "item_test.expected", None,
        ),
    ],
)
def test_faulty_packs(change, code, path):
    with pytest.raises(KernelError) as caught:
        item_pack.to_values(PACK | change)
    assert caught.value.code == code
    assert path is None or caught.value.params["path"] == path
