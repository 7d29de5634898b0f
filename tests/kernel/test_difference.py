"""Two versions compared: rows by code, nothing overlooked, nothing invented."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st
from kernel import difference
from kernel.difference import ADDED, CHANGED, MOVED, REMOVED, compare, segments
from law_world import ITEMS

DECISION = {"code": "big", "kind": "decision", "name": "大", "days": None, "unit": "workday"}


def rich():
    """A definition with something of everything."""
    base = copy.deepcopy(ITEMS["licence with public notice"])
    base["version"], base["schema"] = 3, 1
    base["conditions"] = ["有固定的经营场所", "人员持有健康证明", "设备清洁"]
    base["objects"] = ["person", "enterprise"]
    base["bases"] = [
        {"code": "b1", "title": "行政许可法", "article": "12", "text": "第一款\n第二款"}
    ]
    base["form"]["fields"] += [
        base["form"]["fields"][0]
        | {
            "code": "kind",
            "type": "choice",
            "options": [{"code": "a", "label": "甲"}, {"code": "b", "label": "乙"}],
        },
        base["form"]["fields"][0]
        | {
            "code": "people",
            "type": "table",
            "columns": [base["form"]["fields"][0] | {"code": "who"}],
        },
    ]
    base["materials"] = [
        {"code": code, "name": code, "required": "always", "needed_if": "", "originals": 1,
         "file_types": ["pdf"], "max_mb": 20, "is_secret": False}
        for code in ("plan", "lease", "photo", "list")
    ]  # fmt: skip
    base["flow"]["nodes"].insert(1, DECISION)
    base["flow"]["edges"] += [
        {"source": "big", "target": target, "condition": f"area > {n}", "default": False,
         "sequence": n}
        for n, target in enumerate(("review", "deliver", "decide"))
    ]  # fmt: skip
    base["fees"] = [{"name": "工本费", "amount": "10.0", "unit": None, "basis": "通知"}]
    base["documents"] = [{"kind": "certificate", "name": "证", "body": "<p>兹许可</p>"}]
    base["guide"] = {"place": "一楼", "visits": 0, "channels": ["window"], "is_fee_charged": "yes"}
    base["renewal"] = {"latest": {"value": 30, "unit": "workday"}, "earliest": None}
    base["joint"] = {"departments": {"rule": "all", "list": [["a"], ["b"]]}}
    return base


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path


def put(value, path, new):
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return changed


def get(value, path):
    for key in path:
        value = value[key]
    return value


LEAVES = [path for path in leaves(rich()) if path[0] not in ("version", "schema")]
VALUES = st.one_of(st.text(max_size=8), st.integers(-1, 9), st.booleans(), st.none())


@given(st.sampled_from(LEAVES), VALUES)
@settings(max_examples=400)
def test_any_change_of_any_leaf_shows(path, value):
    """The only change that does not show is none: the order number without another order, the
    unit of a limit that is not there, and two spellings of nothing."""
    before = rich()
    old, after = get(before, path), put(before, path, value)
    is_nothing = difference._is_nothing
    silent = (
        old is value or (old == value and type(old) is type(value))
        or (is_nothing(old) and is_nothing(value))
        or path[-1] == "sequence"
    )  # fmt: skip
    assert compare(before, before) == ()
    if silent:
        if path[-1] != "sequence":
            assert compare(before, after) == ()
        return
    lines = compare(before, after)
    assert lines
    assert {line.part for line in lines} == {difference.PART_OF.get(path[0], "basics")}


@given(st.permutations(range(4)), st.sets(st.integers(0, 3)))
def test_rows_are_matched_by_code(order, gone):
    before = rich()
    after = copy.deepcopy(before)
    after["materials"] = [before["materials"][n] for n in order if n not in gone]
    lines = compare(before, after)
    removed = {line.place[0].code for line in lines if line.kind == REMOVED}
    assert removed == {before["materials"][n]["code"] for n in gone}
    assert {line.kind for line in lines} <= {REMOVED, MOVED}
    stayed = [n for n in range(4) if n not in gone]
    assert any(line.kind == MOVED for line in lines) == (
        [n for n in order if n in stayed] != stayed
    )


def test_the_fewest_rows_are_called_moved():
    before = rich()
    after = copy.deepcopy(before)
    after["materials"].append(after["materials"].pop(0))
    (line,) = compare(before, after)
    assert (line.kind, line.place[0].code, line.before, line.after) == (MOVED, "plan", "", "list")


def test_order_of_connections_counts_only_behind_one_step():
    before = rich()
    after = copy.deepcopy(before)
    after["flow"]["edges"].insert(0, after["flow"]["edges"].pop())  # in the list, not in order
    for edge in after["flow"]["edges"]:
        edge["sequence"] = 10 * edge.get("sequence", 0)
    assert compare(before, after) == ()
    first = next(edge for edge in after["flow"]["edges"] if edge.get("condition") == "area > 0")
    first["sequence"] = 99
    lines = compare(before, after)
    assert {line.kind for line in lines} == {MOVED}


def test_rows_inside_rows():
    before = rich()
    after = copy.deepcopy(before)
    kind = after["form"]["fields"][-2]
    kind["options"][1]["label"] = "丙"
    kind["options"].append({"code": "c", "label": "丁"})
    changed, added = compare(before, after)
    assert [row.code for row in changed.place] == ["kind", "b"]
    assert (changed.kind, changed.name, changed.before, changed.after) == (
        CHANGED, "label", "乙", "丙",
    )  # fmt: skip
    assert (added.kind, added.after) == (ADDED, {"code": "c", "label": "丁"})


def test_a_condition_worded_otherwise_is_the_same_one():
    before = rich()
    after = copy.deepcopy(before)
    after["conditions"] = ["有固定的生产经营场所", "设备清洁", "依法纳税"]
    changed, removed, added = compare(before, after)
    assert (changed.kind, changed.after) == (CHANGED, "有固定的生产经营场所")
    assert (removed.kind, removed.before) == (REMOVED, "人员持有健康证明")
    assert (added.kind, added.after) == (ADDED, "依法纳税")


def test_a_limit_is_one_value():
    before = rich()
    after = copy.deepcopy(before)
    after["periods"]["promised"] = {"value": 8, "unit": "workday"}
    review = next(n for n in after["flow"]["nodes"] if n["code"] == "review")
    review |= {"days": 2, "unit": "hour"}
    step, promise = compare(before, after)
    assert (promise.part, promise.name, promise.after["value"]) == ("limits", "periods.promised", 8)
    assert (step.name, step.before) == ("days", {"value": 5, "unit": "workday"})
    assert step.after == {"value": 2, "unit": "hour"}


def test_a_flag_that_holds_unless_said_otherwise():
    before = rich()
    after = copy.deepcopy(before)
    review = next(n for n in after["flow"]["nodes"] if n["code"] == "review")
    del review["four_eyes"]
    assert compare(before, after) == ()
    review["four_eyes"] = False
    (line,) = compare(before, after)
    assert (line.name, line.before, line.after) == ("four_eyes", True, False)


def test_parts_stand_in_reading_order():
    lines = compare({}, rich())
    order = list(difference.PARTS)
    places = [order.index(line.part) for line in lines]
    assert places == sorted(places)
    assert set(places) >= {order.index(part) for part in ("form", "flow", "fees", "documents")}


@given(
    st.text(alphabet="第条许可ab \n", max_size=30), st.text(alphabet="第条许可ab \n", max_size=30)
)
def test_segments_hold_both_texts(before, after):
    pieces = segments(before, after)
    assert "".join(text for kind, text in pieces if kind != ADDED) == before
    assert "".join(text for kind, text in pieces if kind != REMOVED) == after


def test_long_texts_are_compared_by_lines():
    before = "".join(f"第{n}行\n" for n in range(3000))
    after = before.replace("第77行\n", "第七十七行\n")
    pieces = segments(before, after)
    assert [kind for kind, _text in pieces] == ["same", REMOVED, ADDED, "same"]
