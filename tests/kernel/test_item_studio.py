"""The pack as the studio edits it: complete, and the same item as before."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import item_pack, item_studio
from kernel.errors import KernelError

#: Without their stored test cases, which belong to the item and are not edited in the studio.
PACKS = {
    path.stem: json.loads(path.read_text()) | {"tests": []}
    for path in (Path(__file__).parents[2] / "addons/gov_approval/data/packs").glob("*.json")
}
TEXT = st.text(max_size=30)
TREE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("name", PACKS)
def test_a_complete_pack_says_the_same(name):
    full = item_studio.full(item_pack.to_values(PACKS[name]))
    values = item_studio.read(full)
    assert item_studio.full(values) == full
    assert item_pack.from_values(values) == item_pack.from_values(item_pack.to_values(PACKS[name]))


def test_nothing_is_left_to_guess():
    bare = {"schema": 1, "item": {"code": "a", "name": "A", "department": "d"}}
    full = item_studio.full(item_pack.to_values(bare))
    assert full["form"] == {"sections": [], "fields": []}
    assert full["allows_deferral"] is True and full["is_safety"] is False
    assert full["guide"]["visits"] == -1 and full["periods"]["statutory"]["value"] == 0
    assert full["objects"] == [] and full["licence_kind"] == ""


@given(st.sampled_from(sorted(PACKS)), st.data())
def test_a_foreign_value_anywhere_is_named_or_taken(name, data):
    """Whatever stands where: either it is an item, or one coded sentence; never another error."""
    full = item_studio.full(item_pack.to_values(PACKS[name]))
    where = data.draw(st.sampled_from(sorted(full)))
    target = full
    while isinstance(target.get(where), dict) and data.draw(st.booleans()):
        target = target[where]
        where = data.draw(st.sampled_from(sorted(target)))
    target[where] = data.draw(TREE)
    try:
        values = item_studio.read(full)
    except KernelError as error:
        assert error.code.partition(".")[0] in ("item_json", "item_pack", "item_studio")
    else:
        assert item_studio.full(values)["schema"] == 1


@pytest.mark.parametrize("sent", [None, [], "pack", 7, {1: {2, 3}}, object()])
def test_what_is_no_pack_is_refused(sent):
    with pytest.raises(KernelError) as caught:
        item_studio.read(sent)
    assert caught.value.code in ("item_studio.not_pack", "item_pack.schema")


def test_a_code_stands_once_and_is_short():
    full = item_studio.full(item_pack.to_values(PACKS["zhongmu-drainage-permit"]))
    twice = {**full, "materials": [full["materials"][0]] * 2}
    with pytest.raises(KernelError) as caught:
        item_studio.read(twice)
    assert caught.value.code == "item_studio.code_twice"
    long = {**full, "bases": [{**full["bases"][0], "code": "b" * 3000}]}
    with pytest.raises(KernelError) as caught:
        item_studio.read(long)
    assert caught.value.code == "item_studio.code_too_long"
