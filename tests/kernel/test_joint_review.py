"""Joint reviews inside a case: any order of opinions, what silence may do, what a pack keeps."""

import copy
from datetime import date, timedelta

import law_world
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel import case, flow, item_pack, procedure, publish
from kernel.errors import KernelError
from kernel.situation import Actor

DEPARTMENTS = ("water", "city", "health", "fire")
SAID = {
    "agree": {"outcome": "agree"},
    "object": {"outcome": "object", "opinion": "pipes", "basis": "Art. 5"},
    "not_concerned": {"outcome": "not_concerned", "opinion": "no water"},
}
DAY = date(2026, 3, 4)


def world(rule="all", quorum=0, departments=DEPARTMENTS, silence="wait"):
    law_world.ITEMS["asked"] = law_world._with_review(
        rule=rule, quorum=quorum, departments=list(departments), silence=silence
    )
    found = law_world.World("asked")
    found.receive(law_world.moment("03-02"), ())
    found.act("accept", law_world.moment("03-03"))
    return found


def reviewer(department, user=0):
    number = user or 100 + DEPARTMENTS.index(department)
    return Actor(number, frozenset({f"reviewer@{department}"}))


def act(found, kind, who, payload=None, day=DAY):
    _offer, values = procedure.check(
        kind, found.definition, found.case, who, payload or {}, law_world.calendar(), day
    )
    found._apply(kind, law_world.moment(day.isoformat()), who.user_id, values)


@given(
    st.sampled_from([("all", 0), ("veto", 0), *(("quorum", n) for n in (1, 2, 3, 4))]),
    st.fixed_dictionaries({one: st.sampled_from(sorted(SAID)) for one in DEPARTMENTS}),
    st.permutations(DEPARTMENTS),
)
@settings(max_examples=200)
def test_any_order_of_opinions_has_the_same_result(rule, opinions, order):
    """A review that ends early ends as it would have ended after everybody."""
    found = world(*rule)
    for department in order:
        if found.case.open_opinion("ask", department):
            act(found, "give_opinion", reviewer(department), SAID[opinions[department]])
    step = next(step for step in found.case.steps if step.node == "ask")
    whole = flow.joint_result(found.definition["flow"]["nodes"][1]["joint"], opinions)
    assert step.outcome == {"pass": "pass", "fail": "object"}[whole]
    assert (step.completed_by, step.opinion) == (0, "")  # the rule ended it, not the last one
    assert found.case.active == {"decide"}
    assert not any(one.is_open for one in found.case.opinions)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["give_opinion", "correct_opinion", "acknowledge_review"]),
            st.sampled_from(DEPARTMENTS),
            st.sampled_from(sorted(SAID)),
            st.integers(0, 4),
        ),
        max_size=25,
    ),
    st.sampled_from(["wait", "no_objection"]),
)
@settings(max_examples=150)
def test_whatever_is_tried_a_review_stays_sound(tries, silence):
    """One counting opinion a department; the case stands on exactly one step; never decided."""
    found, day = world(silence=silence), DAY
    for kind, department, said, later in tries:
        day += timedelta(days=later)
        payload = {} if kind == "acknowledge_review" else dict(SAID[said])
        if kind == "correct_opinion":
            payload["reasons"] = "misread"
        try:
            act(found, "deem_no_objection", law_world.PEOPLE["system"], day=day)
        except KernelError as error:
            assert error.code == "procedure.not_now"
        try:
            act(found, kind, reviewer(department), payload, day=day)
        except KernelError as error:
            assert error.code in ("procedure.not_now", "procedure.silence_counts")
    assert found.case.state == case.ACCEPTED
    assert len(found.case.active) == 1
    assert [one.department for one in found.case.opinions] == list(DEPARTMENTS)
    silent = [one for one in found.case.opinions if one.value == "silent"]
    assert all(one.acknowledged_at and not one.given_by and not one.text for one in silent)
    assert silence == "no_objection" or not silent


@pytest.mark.parametrize("value", ["water ", "WATER", "", 0, None, ["water"], {"a": 1}, "x" * 5000])
def test_an_odd_department_is_nobody_elses(value):
    found = world()
    stranger = Actor(9, frozenset({"reviewer", "reviewer@market"}))
    with pytest.raises(KernelError) as caught:
        act(found, "give_opinion", stranger, SAID["agree"] | {"department": value})
    assert caught.value.code == "procedure.not_now"


def test_a_stranger_to_the_act_does_not_name_a_department():
    found = world()
    with pytest.raises(KernelError) as caught:
        clerk = law_world.PEOPLE["clerk"]
        act(found, "withdraw", clerk, {"department": "water", "requester": "Li"})
    assert caught.value.code == "procedure.unknown_input"


def test_the_departments_make_it_joint_handling():
    assert case.is_joint(world().definition)
    assert not case.is_joint(world(departments=["market"]).definition)


# --------------------------------------------------------------------- the publish gate


def checks(definition, reviewing=DEPARTMENTS):
    staffing = publish.Staffing(frozenset(), True, frozenset(reviewing))
    return {code for _level, code, _params in publish._joint(definition, staffing)}


def changed(**node):
    definition = copy.deepcopy(world().definition)
    definition["flow"]["nodes"][1] |= node
    return definition


def test_the_gate_asks_who_answers_until_when():
    assert checks(changed()) == set()
    assert checks(changed(), reviewing=["water"]) == {"publish.review_not_staffed"}
    assert checks(changed(days=0)) == {"publish.review_without_limit"}
    joint = changed()["flow"]["nodes"][1]["joint"] | {"silence": "no_objection"}
    assert checks(changed(joint=joint)) == {"publish.review_by_silence"}
    late = changed()
    line = [late["flow"]["nodes"][number] for number in (0, 2, 1, 3)]
    late["flow"] = law_world._line(*line)
    assert checks(late) == {"publish.review_after_decision"}


# ------------------------------------------------------------------------------- packs

ITEM = {"code": "x", "name": "X", "department": "market"}


def pack(joint):
    node = {"code": "ask", "name": "Ask", "kind": "joint_review", "joint": joint}
    return {"schema": 1, "item": ITEM, "flow": {"nodes": [node]}}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "rule": st.sampled_from(["all", "quorum", "veto"]),
            "quorum": st.integers(1, 9),
            "departments": st.lists(st.sampled_from(DEPARTMENTS), min_size=1, unique=True),
            "silence": st.just("no_objection"),
        },
    )
)
def test_a_pack_keeps_the_rule_of_a_review(joint):
    values = item_pack.to_values(pack(joint))
    written = item_pack.from_values(values)
    assert written["flow"]["nodes"][0].get("joint", {}) == joint
    assert item_pack.to_values(written) == values


@pytest.mark.parametrize(
    ("joint", "code", "place"),
    [
        ("all", "item_pack.wrong_type", "joint"),
        ([], "item_pack.wrong_type", "joint"),
        ({"rule": 1}, "item_pack.wrong_type", "joint.rule"),
        ({"quorum": "2"}, "item_pack.wrong_type", "joint.quorum"),
        ({"quorum": True}, "item_pack.wrong_type", "joint.quorum"),
        ({"departments": "water"}, "item_pack.wrong_type", "joint.departments"),
        ({"departments": ["a,b"]}, "item_pack.wrong_type", "joint.departments"),
        ({"rules": "all"}, "item_pack.unknown_key", "joint.rules"),
    ],
)
def test_a_hostile_pack_is_refused_at_its_place(joint, code, place):
    with pytest.raises(KernelError) as caught:
        item_pack.to_values(pack(joint))
    assert caught.value.code == code
    assert caught.value.params["path"].endswith(place)


def test_a_dotted_key_is_no_way_around():
    hostile = pack(None)
    hostile["flow"]["nodes"][0]["joint.rule"] = "all"
    with pytest.raises(KernelError) as caught:
        item_pack.to_values(hostile)
    assert caught.value.code == "item_pack.unknown_key"
