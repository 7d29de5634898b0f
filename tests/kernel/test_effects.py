"""What a step does on completion: judged before publishing, done with the act, once."""

from dataclasses import replace
from datetime import datetime

import pytest
from flow_samples import added, linear, node
from hypothesis import given
from hypothesis import strategies as st
from kernel import case as casefile
from kernel import effects
from kernel.case_facts import CaseFile, Event
from kernel.issuing import documents_of

NOTIFY = {"effect": "notify", "on": "favourable", "text": "请等候。"}
PAPER = {"effect": "issue_document", "on": "any", "document": "step_opinion"}


def flow_with(*rows, kind="task"):
    return added(node("v", kind, effects=list(rows)), "s>v;v>decide;decide>e")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (5, "effects.malformed"),
        ({}, "effects.malformed"),
        ({"effect": ["notify"]}, "effects.malformed"),
        (NOTIFY | {"to": "x"}, "effects.malformed"),
        (NOTIFY | {"effect": "transfer_money"}, "effects.unknown"),
        (NOTIFY | {"on": "whenever"}, "effects.result_unknown"),
        (NOTIFY | {"on": []}, "effects.result_unknown"),
        (NOTIFY | {"text": "  "}, "effects.missing"),
        (NOTIFY | {"text": 5}, "effects.missing"),
        (NOTIFY | {"text": "长" * 201}, "effects.too_long"),
        (PAPER | {"document": "certificate"}, "effects.not_a_choice"),
        (PAPER | {"document": "grant_decision"}, "effects.not_a_choice"),
    ],
)
def test_a_faulty_effect_is_named_at_its_step(row, code):
    (fault,) = effects.check(flow_with(row))
    assert (fault.code, fault.node) == (code, "v")
    assert fault.code in effects.CODES
    effects.CODES[fault.code] % fault.params


def test_what_can_be_done_may_be_published():
    assert effects.check(flow_with(NOTIFY, PAPER)) == []
    assert effects.check(linear()) == []
    assert [one.code for one in effects.check(flow_with(NOTIFY, NOTIFY))] == ["effects.twice"]
    many = [NOTIFY | {"text": str(number)} for number in range(11)]
    assert [one.code for one in effects.check(flow_with(*many))] == ["effects.too_many"]
    assert [one.code for one in effects.check(flow_with(NOTIFY, kind="split"))] == [
        "effects.no_step"]


def test_another_module_adds_its_own():
    fee = effects.Effect("demand_fee", (effects.Param("line", effects.CHOICE, options=("a",)),))
    row = {"effect": "demand_fee", "on": "any", "line": "a"}
    assert [one.code for one in effects.check(flow_with(row))] == ["effects.unknown"]
    assert effects.check(flow_with(row), {**effects.EFFECTS, "demand_fee": fee}) == []


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.sampled_from(["notify", "any", "issue_document"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["effect", "on", "text", "document", "x"]), inner),
    max_leaves=8,
))
def test_no_input_breaks_the_judgement(listed):
    flow = added(node("v", effects=listed), "s>v;v>decide;decide>e")
    for fault in effects.check(flow):
        assert fault.code in effects.CODES


# -- with the acts of a case -----------------------------------------------------------------

AT = datetime(2026, 11, 23, 10)


def definition(**rows):
    """The flow s > v > decide > e; ``rows`` are what its steps do."""
    flow = flow_with()
    for row in flow["nodes"]:
        row["effects"] = rows.get(row["code"], [])
    return {"flow": flow, "form": {"fields": []}, "result": {"type": "approval"}}


def run(definition, *acts):
    """The facts after each act."""
    case, found = CaseFile(), []
    for kind, payload in acts:
        case = casefile.apply(definition, case, Event(kind, AT, 1, payload=payload))
        found.append(case)
    return found


def done(definition, *acts):
    return [
        [row["effect"] for _node, row in effects.due(definition, case)]
        for case in run(definition, *acts)
    ]


RECEIVE, ACCEPT = ("receive", {"materials": []}), ("accept", {})
REVIEW = ("complete_step", {"node": "v", "opinion": "好"})
GRANT = ("decide", {"node": "decide", "decision": "grant"})
REFUSE = ("decide", {"node": "decide", "decision": "refuse"})
DELIVER = ("deliver", {})


def test_each_step_does_it_once_and_when_it_is_completed():
    all_ = definition(s=[NOTIFY], v=[NOTIFY, PAPER], decide=[NOTIFY], e=[NOTIFY])
    assert done(all_, RECEIVE, ACCEPT, REVIEW, GRANT, DELIVER) == [
        [], ["notify"], ["notify", "issue_document"], ["notify"], ["notify"]]


def test_the_result_of_the_step_counts():
    bad_news = NOTIFY | {"on": "adverse"}
    adverse = definition(v=[bad_news], decide=[NOTIFY, bad_news], e=[NOTIFY])
    objected = ("complete_step", {"node": "v", "opinion": "不", "outcome": "fail"})
    found = run(adverse, RECEIVE, ACCEPT, objected, REFUSE, DELIVER)
    said = [[row["on"] for _node, row in effects.due(adverse, case)] for case in found]
    assert said == [[], [], ["adverse"], ["adverse"], []]


def test_a_returned_step_does_nothing_and_does_it_when_completed_again():
    all_ = definition(v=[NOTIFY])
    back = ("return_step", {"node": "decide", "back_to": "v"})
    assert done(all_, RECEIVE, ACCEPT, REVIEW, back, REVIEW) == [
        [], [], ["notify"], [], ["notify"]]


def test_a_case_that_is_given_up_does_nothing():
    assert done(definition(s=[NOTIFY], v=[NOTIFY]), RECEIVE, ("withdraw", {})) == [[], []]


def test_decided_on_the_spot_does_what_its_steps_do():
    at_once = definition(s=[NOTIFY], v=[PAPER], decide=[NOTIFY], e=[NOTIFY])
    acts = done(at_once, RECEIVE, ("decide_at_once", {"decision": "grant"}))
    assert acts == [[], ["notify"] * 3]  # the review never took place


def test_documents_and_messages():
    both = definition(v=[NOTIFY, PAPER, PAPER | {"on": "favourable"}])
    case = run(both, RECEIVE, ACCEPT, REVIEW)[-1]
    assert documents_of(both, Event("complete_step", AT, payload={"node": "v"}), case) == (
        "step_opinion",)
    assert effects.messages(both, case) == [{"step": "v", "text": "请等候。"}]
    assert effects.messages(both, replace(case, just_completed=())) == []
