"""A local item follows its template: nothing of either side is lost, and nothing decided unseen."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel import item_pack, item_studio
from kernel.difference import CHANGED, MOVED, REMOVED
from kernel.errors import KernelError
from kernel.inheritance import LOCAL, OWN, TEMPLATE, at, merge, started, take
from test_difference import get, leaves, put
from test_item_studio import PACKS

BASE = item_studio.full(item_pack.to_values(PACKS["yongxing-outdoor-advertising"]))
BASE["conditions"] = ["有固定的经营场所", "人员持有健康证明", "设备清洁", "不影响市容"]
BASE["fees"] = [
    {"name": name, "standard": "", "amount": "10", "unit": "件", "basis": "通知"}
    for name in ("工本费", "检测费", "占道费")
]
del BASE["documents"][2:], BASE["materials"][5:], BASE["form"]["fields"][8:]
LISTS = ("materials", "bases", "conditions", "form.fields", "flow.nodes", "flow.edges", "fees")


def is_own(path):
    """Whether the path leads into an entry of the organ itself."""
    names = [str(step) for step in path]
    return any(".".join(names[: n + 1]) in OWN for n in range(len(names)))


LEAVES = [path for path in leaves(BASE) if not is_own(path)]


def rows(pack, path):
    for key in path.split("."):
        pack = pack[key]
    return pack


def without_own(pack):
    pack = {key: value for key, value in pack.items() if key not in OWN}
    guide = {key: v for key, v in pack["guide"].items() if f"guide.{key}" not in OWN}
    return pack | {"guide": guide}


@st.composite
def edited(draw, base=BASE):
    """A pack after some edits: entries set, rows removed, added and moved."""
    pack = copy.deepcopy(base)
    for _edit in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(("set", "set", "remove", "add", "move")))
        if kind == "set":
            path = draw(st.sampled_from(LEAVES))
            try:
                old = get(pack, path)
            except (IndexError, KeyError):
                continue  # another edit removed the row
            values = {bool: st.booleans(), int: st.integers(0, 9)}
            pack = put(pack, path, draw(values.get(type(old), st.text("甲乙丙丁", max_size=6))))
            continue
        listed = rows(pack, draw(st.sampled_from(LISTS)))
        if not listed:
            continue
        place = draw(st.integers(0, len(listed) - 1))
        if kind == "remove":
            del listed[place]
        elif kind == "move":
            listed.insert(draw(st.integers(0, len(listed) - 1)), listed.pop(place))
        else:
            listed.insert(place, _another(listed[place], draw(st.sampled_from("甲乙丙丁戊"))))
    return pack


def _another(row, word):
    if isinstance(row, str):
        return f"{word}{word}{word}"
    key = next(key for key in ("code", "source", "name") if key in row)
    return row | {key: f"new-{word}"}


@given(edited())
@settings(max_examples=150)
def test_where_only_the_template_changed_it_is_followed(template):
    found = merge(BASE, BASE, template)
    assert found.conflicts == ()
    assert without_own(found.pack) == without_own(template)


@given(edited())
@settings(max_examples=150)
def test_where_only_the_local_item_changed_it_stays(local):
    found = merge(BASE, local, BASE)
    assert found.conflicts == ()
    assert found.pack == local


@given(edited(), edited())
@settings(max_examples=150)
def test_it_is_the_same_seen_from_either_side(local, template):
    one, other = merge(BASE, local, template), merge(BASE, template, local)
    assert [(c.kind, c.name) for c in one.conflicts] == [(c.kind, c.name) for c in other.conflicts]
    for mine, theirs in zip(one.conflicts, other.conflicts, strict=True):
        assert (mine.local, mine.template) == (theirs.template, theirs.local)
    if not one.conflicts:
        assert _as_sets(without_own(one.pack)) == _as_sets(without_own(other.pack))


def _as_sets(value):
    """Lists without their order: additions at one place may come either way round."""
    if isinstance(value, dict):
        return {key: _as_sets(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_as_sets(inner) for inner in value), key=repr)
    return value


@given(edited(), edited())
@settings(max_examples=150)
def test_done_once_it_is_done(local, template):
    """What was taken over does not come again; only what was left local differs."""
    once = merge(BASE, local, template).pack
    assert merge(template, once, template).pack == once
    assert merge(once, once, once).conflicts == ()
    again = merge(BASE, once, template)
    assert _as_sets(again.pack) == _as_sets(once)


@given(edited(), edited())
@settings(max_examples=150)
def test_either_decision_gives_exactly_that_value(local, template):
    found = merge(BASE, local, template)
    for conflict in found.conflicts:
        for side, value in ((LOCAL, conflict.local), (TEMPLATE, conflict.template)):
            decided = take(found.pack, conflict, side)
            now = at(decided, conflict)
            assert now == value
            assert take(decided, conflict, side) == decided
            back = take(decided, conflict, LOCAL if side == TEMPLATE else TEMPLATE)
            assert _as_sets(take(back, conflict, side)) == _as_sets(decided)


@given(st.sampled_from(LEAVES), st.sampled_from(LEAVES))
@settings(max_examples=150)
def test_both_changes_are_there_unless_they_are_at_the_same_place(mine, theirs):
    local = put(BASE, mine, _other(get(BASE, mine)))
    template = put(BASE, theirs, _third(get(BASE, theirs)))
    found = merge(BASE, local, template)
    if mine == theirs and not _is_text(mine) and get(local, mine) != get(template, theirs):
        assert len(found.conflicts) == 1
    if not found.conflicts and _is_stable(mine) and _is_stable(theirs):
        assert get(found.pack, mine) == get(local, mine)
        assert get(found.pack, theirs) == get(template, theirs)


def _is_text(path):
    """Texts and keys: what they were is found by what they are, so there may be two of them."""
    return path[0] == "conditions" or not _is_stable(path)


def _is_stable(path):
    """Not what a row is known by."""
    return path[0] != "conditions" and path[-1] not in ("code", "source", "target", "kind") and (
        path[0] != "fees" or path[-1] != "name"
    )  # fmt: skip


def _other(value):
    return (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else "甲"


def _third(value):
    return (not value) if isinstance(value, bool) else value + 2 if isinstance(value, int) else "乙"


# ---------------------------------------------------------------------- by hand


def change(path, value, base=BASE):
    return put(base, path, value)


def test_a_conflict_names_its_place_and_all_three_values():
    local = change(("materials", 0, "name"), "本镇申请表")
    template = change(("materials", 0, "name"), "统一申请表")
    (conflict,) = merge(BASE, local, template).conflicts
    assert (conflict.kind, conflict.part, conflict.name) == (CHANGED, "materials", "name")
    assert conflict.place[0].code == BASE["materials"][0]["code"]
    assert conflict.base == BASE["materials"][0]["name"]
    assert (conflict.local, conflict.template) == ("本镇申请表", "统一申请表")
    assert merge(BASE, local, template).pack == local


def test_a_period_is_one_value():
    local = change(("periods", "promised"), {"value": 5, "unit": "workday"})
    template = change(("periods", "promised"), {"value": 5, "unit": "calendar_day"})
    template = put(template, ("flow", "nodes", 1, "days"), 9)
    local = put(local, ("flow", "nodes", 1, "unit"), "calendar_day")
    conflicts = merge(BASE, local, template).conflicts
    assert [c.name for c in conflicts] == ["periods.promised", "days"]
    decided = take(local, conflicts[1], TEMPLATE)
    assert decided["flow"]["nodes"][1]["days"] == 9
    assert decided["flow"]["nodes"][1]["unit"] == BASE["flow"]["nodes"][1]["unit"]


def test_a_row_that_one_removed_and_the_other_changed():
    local, template = copy.deepcopy(BASE), change(("materials", 1, "note"), "新")
    del local["materials"][1]
    found = merge(BASE, local, template)
    (conflict,) = found.conflicts
    assert (conflict.kind, conflict.local) == (REMOVED, None)
    assert conflict.template["note"] == "新"
    assert len(found.pack["materials"]) == len(BASE["materials"])
    assert take(found.pack, conflict, LOCAL)["materials"] == local["materials"]
    assert take(found.pack, conflict, TEMPLATE)["materials"] == template["materials"]


@pytest.mark.parametrize("is_local", [True, False])
def test_a_section_that_the_other_still_uses_stays(is_local):
    base = copy.deepcopy(BASE)
    base["form"]["sections"].append({"code": "more", "name": "其他", "visible_if": ""})
    without, using = copy.deepcopy(base), copy.deepcopy(base)
    without["form"]["sections"].pop()
    using["form"]["fields"].append(using["form"]["fields"][0] | {"code": "q", "section": "more"})
    sides = (without, using) if is_local else (using, without)
    found = merge(base, *sides)
    assert [(c.kind, c.place[0].code) for c in found.conflicts] == [(REMOVED, "more")]
    assert found.pack["form"] == using["form"]
    item_studio.read(found.pack)


def test_two_orders():
    local, template = copy.deepcopy(BASE), copy.deepcopy(BASE)
    local["materials"].reverse()
    template["materials"].insert(0, template["materials"].pop())
    found = merge(BASE, local, template)
    (conflict,) = found.conflicts
    assert (conflict.kind, conflict.name) == (MOVED, "materials")
    assert take(found.pack, conflict, TEMPLATE)["materials"] == template["materials"]


def test_conditions_are_matched_by_likeness():
    local, template = copy.deepcopy(BASE), copy.deepcopy(BASE)
    local["conditions"][0] = "有固定的经营场所和仓库"
    template["conditions"][2] = "设备设施清洁"
    template["conditions"].append("符合规划")
    found = merge(BASE, local, template)
    assert found.conflicts == ()
    assert found.pack["conditions"] == [
        "有固定的经营场所和仓库", "人员持有健康证明", "设备设施清洁", "不影响市容", "符合规划",
    ]  # fmt: skip
    template["conditions"][0] = "有合法的经营场所"
    (conflict,) = merge(BASE, local, template).conflicts
    decided = take(local, conflict, TEMPLATE)
    assert decided["conditions"][0] == "有合法的经营场所"


def test_the_organ_stays_what_it_is():
    local = change(("guide", "place"), "清水镇便民服务中心")
    template = change(("guide", "place"), "二楼")
    template["item"]["name"] = "另一事项"
    found = merge(BASE, local, template)
    assert found.conflicts == ()
    assert found.pack == local


def test_a_new_local_item_is_the_template_elsewhere():
    bare = {"schema": 1, "item": {"code": "town", "name": "镇", "department": "town"}}
    bare = item_studio.full(item_pack.to_values(bare))
    bare["guide"]["place"] = "中心街12号"
    pack = started(BASE, bare)
    assert pack["item"] == bare["item"] and pack["guide"]["place"] == "中心街12号"
    assert pack["materials"] == BASE["materials"] and pack["facts"] == []
    item_studio.read(pack)


def test_a_place_that_is_gone_is_said():
    local = change(("materials", 0, "name"), "甲")
    (conflict,) = merge(BASE, local, change(("materials", 0, "name"), "乙")).conflicts
    del local["materials"][0]
    for act in (lambda: at(local, conflict), lambda: take(local, conflict, TEMPLATE)):
        with pytest.raises(KernelError) as caught:
            act()
        assert caught.value.code == "inheritance.place_gone"
