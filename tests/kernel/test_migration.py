"""A running case under a new version: nothing is guessed, nothing worsens without consent."""

import copy
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import case as casefile
from kernel import migration
from kernel.errors import KernelError
from law_world import ANSWERS, ITEMS, World, calendar, moment

TODAY = date(2026, 3, 4)
AT = datetime.fromisoformat("2026-03-02T10:00")
NEW_FIELD = "owner"


def world(state="accepted", item="licence with expert review"):
    made = World(item)
    made.definition = copy.deepcopy(made.definition)
    made.receive(moment("03-02"), [])
    if state == "supplementing":
        made.act("request_supplement", moment("03-03"))
    if state == "accepted":
        made.act("accept", moment("03-03"))
    return made


def compared(change, state="received", **more):
    made = world(state, **more)
    new = copy.deepcopy(made.definition)
    change(new)
    return migration.compare(made.definition, new, made.case, calendar(), TODAY)


def add_field(new):
    new["form"]["fields"].append(new["form"]["fields"][0] | {"code": NEW_FIELD})


def add_material(new):
    new["materials"] = [{"code": "plan", "name": "plan", "required": "always", "needed_if": ""}]


@given(st.sampled_from(sorted(ITEMS)), st.sampled_from(["received", "supplementing", "accepted"]))
def test_the_same_definition_changes_nothing(item, state):
    made = world(state, item)
    same = copy.deepcopy(made.definition)
    found = migration.compare(made.definition, same, made.case, calendar(), TODAY)
    assert found.is_free
    assert not (found.dropped or found.asked or found.materials_more or found.materials_less)
    assert not found.steps_added and found.carried == tuple(ANSWERS)
    assert all(before == after for before, after in found.dues.values())
    moved = casefile.apply(same, made.case, casefile.Event("migrate", AT))
    assert moved.answers == made.case.answers and moved.steps == made.case.steps


def without_area(definition):
    return [field for field in definition["form"]["fields"] if field["code"] != "area"]


def test_what_is_asked_anew():
    found = compared(add_field)
    assert (found.asked, found.worsened) == ((NEW_FIELD,), ("more_answers",))
    found = compared(add_material)
    assert (found.materials_more, found.worsened) == (("plan",), ("more_materials",))
    found = compared(lambda new: new["form"].update(fields=without_area(new)))
    assert (found.dropped, found.worsened) == (("area",), ())
    assert found.carried == ("name", "applicant_name")

    def limit(new):
        new["form"]["fields"][2]["min"] = 100

    found = compared(limit)
    assert found.dropped == found.asked == ("area",), "a wrong answer is asked again"


@pytest.mark.parametrize("change", [add_field, add_material])
def test_after_acceptance_nothing_new_is_asked(change):
    found = compared(change, "accepted")
    assert [reason.code for reason in found.blocked] == ["migration.asks_late"]
    with pytest.raises(KernelError, match="asks_late"):
        migration.check(found, dict.fromkeys(migration.CONSENT, "x"))


def test_each_worsening_is_named():
    def period(name, value):
        return lambda new: new["periods"].update({name: {"value": value, "unit": "workday"}})

    assert compared(period("promised", 11)).worsened == ("due_later",)
    assert compared(period("promised", 11), "accepted").worsened == ("due_later",)
    assert compared(period("promised", 9)).worsened == ()
    assert compared(lambda new: new["periods"].update(statutory=None)).worsened == ("due_later",)
    assert compared(period("supplement", 14)).worsened == ("time_shorter",)
    assert compared(period("supplement", 14), "supplementing").worsened == ("time_shorter",)
    assert compared(period("supplement", 16)).worsened == ()
    assert compared(period("supplement", 14), "accepted").worsened == (), "it lies behind"
    fee = {"name": "fee", "amount": "1"}
    assert compared(lambda new: new.update(fees=[fee])).worsened == ("higher_fees",)
    visit = ITEMS["licence with site visit"]["flow"]
    found = compared(lambda new: new.update(flow=visit), item="licence")
    assert (found.worsened, found.steps_added) == (("added_step",), ("site_visit",))


def test_consent_is_whole_or_none():
    found = compared(add_field)
    whole = dict.fromkeys(migration.CONSENT, "x")
    migration.check(found, whole)
    for name in whole:
        with pytest.raises(KernelError, match="consent"):
            migration.check(found, whole | {name: ""})


def test_where_a_case_cannot_follow():
    def blocked(change, **more):
        return [reason.code for reason in compared(change, "accepted", **more).blocked]

    def rename(new):
        for node in new["flow"]["nodes"]:
            node["code"] += "_"

    def take(new):
        new["flow"]["nodes"][1]["role"] = "window_clerk"

    assert set(blocked(rename)) == set(blocked(take)) == {"migration.no_twin"}
    assert blocked(lambda new: new.update(handles="change")) == ["migration.other_matter"]
    made = world()
    made.act("withdraw", moment("03-04"))
    found = migration.compare(made.definition, made.definition, made.case, calendar(), TODAY)
    assert [reason.code for reason in found.blocked] == ["migration.over"]


def test_each_stretch_is_folded_under_its_own_version():
    old, new = ITEMS["licence with site visit"], ITEMS["licence"]
    events = [
        casefile.Event("receive", AT, payload={"answers": ANSWERS}),
        casefile.Event("migrate", AT, payload={"from": "a", "version": "b", "dropped": ["area"]}),
        casefile.Event("accept", AT),
    ]
    assert casefile.fold(new, events, {"a": old}).active == {"review"}
    assert casefile.fold(new, events, {"a": old}).answers == {"name": "Li", "applicant_name": "Li"}
    events = [events[0], events[2], events[1]]
    assert casefile.fold(new, events, {"a": new}).active == {"review"}
    assert casefile.fold(new, events, {"a": old}).active == {"site_visit"}, "as it was accepted"
    assert migration.digests(events) == ("a", "b")
    with pytest.raises(KernelError, match="unknown_version"):
        casefile.fold(new, events)
