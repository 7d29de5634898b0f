"""Past cases played on a draft: what would have come of them."""

import copy
import json
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st
from kernel import replay
from kernel.case import Event
from kernel.replay import Outcome, Tally, observe
from law_world import ITEMS, calendar

TODAY = date(2026, 6, 1)
ANSWERS = {"name": "Li", "area": "60"}


def own():
    definition = copy.deepcopy(ITEMS["licence with expert review"])
    definition["materials"] = [{"code": "plan", "required": "always", "needed_if": ""}]
    definition["fees"] = [{"name": "fee", "amount": "10.0"}]
    for row in definition["form"]["fields"]:
        row["label"] = row["code"]
    return definition


def at(day, hour=10):
    return datetime.fromisoformat(f"2026-03-{day:02}T{hour:02}:00")


def decided(day, stop=None, answers=None):
    """A case accepted on Monday 2 March and decided on a day of March."""
    events = [
        Event("receive", at(2), payload={"answers": answers or ANSWERS, "materials": []}),
        Event("accept", at(2)),
    ]
    if stop:
        begin, end = stop
        said = {"node": "expert_review", "expected_days": 9}
        events.append(Event("stop_clock", at(begin), payload=said))
        events.append(Event("resume_clock", at(end), payload={"node": "expert_review"}))
    done = {"outcome": "pass"}
    events += [
        Event("complete_step", at(day), 2, payload=done | {"node": "expert_review"}),
        Event("complete_step", at(day), 2, payload=done | {"node": "review"}),
        Event("decide", at(day), 5, payload={"node": "decide", "decision": "grant"}),
    ]
    return events


def played(change, events=None):
    draft = own()
    change(draft)
    outcome = observe(own(), draft, events or decided(13), calendar(), TODAY)
    return {finding: n for finding, n in outcome.findings.items() if n}


def promise(days):
    def change(draft):
        draft["periods"]["promised"] = {"value": days, "unit": "workday"}

    return change


def test_the_same_version_changes_nothing():
    assert played(lambda draft: None) == {}


def test_a_shorter_promise_makes_late():
    assert played(promise(9)) == {}  # nine working days from Monday 2 March: Friday 13 March
    assert played(promise(8)) == {replay.LATE: 1}
    assert played(promise(8), decided(13, stop=(3, 5))) == {}  # the clock stood still
    late = decided(30)
    assert played(promise(8), late) == {}  # was late before
    assert played(promise(30), late) == {replay.IN_TIME: 1}


def test_the_law_is_measured_apart():
    def change(draft):
        draft["periods"]["statutory"] = {"value": 5, "unit": "workday"}

    assert played(change) == {replay.LATE_BY_LAW: 1}


def test_a_running_case_is_measured_today():
    running = decided(13)[:2]
    assert played(promise(99), running) == {replay.IN_TIME: 1}


def test_materials_form_path_and_fees():
    def change(draft):
        draft["materials"] = [
            {"code": code, "required": "always", "needed_if": "area > 50"} for code in ("a", "b")
        ]
        draft["fees"][0]["amount"] = "9.2"
        draft["flow"]["nodes"] = [n for n in draft["flow"]["nodes"] if n["code"] != "expert_review"]
        draft["flow"]["edges"] = [
            {"source": a, "target": b, "condition": "", "default": False}
            for a, b in (("accept", "review"), ("review", "decide"), ("decide", "deliver"))
        ]

    assert played(change) == {
        replay.MORE: 2, replay.LESS: 1, replay.PATH: 1, replay.CHEAPER: 1,
    }  # fmt: skip


def area(definition):
    return next(field for field in definition["form"]["fields"] if field["code"] == "area")


def test_answers_that_the_draft_does_not_take():
    def change(draft):
        area(draft)["constraint"] = "area < 50"

    assert played(change) == {replay.INVALID: 1}

    def other_questions(draft):
        area(draft)["code"] = "size"

    assert played(other_questions) == {}  # nobody asks for the area any more


def test_a_flow_without_a_way():
    def change(draft):
        draft["flow"]["edges"] = []

    assert played(change) == {replay.STUCK: 1}


FINDINGS = st.dictionaries(st.sampled_from(replay.FINDINGS), st.integers(0, 3))


@given(st.lists(FINDINGS), st.integers(0, 5))
def test_batches_add_up(found, cut):
    """Kept between batches as JSON, the tally is the same as in one go."""
    whole, parts = Tally(), Tally()
    for number, findings in enumerate(found):
        outcome = Outcome(findings)
        whole.add(number, outcome)
        if number % (cut + 1) == 0:
            parts = Tally.from_json(json.loads(json.dumps(parts.to_json())))
        parts.add(number, outcome)
    assert parts == whole
    assert whole.total == len(found)
    for finding in replay.FINDINGS:
        assert whole.count(finding) == len(whole.cases.get(finding, ()))
    assert all(code.code in replay.CODES for _finding, code in whole.lines())


def test_what_is_said():
    tally = Tally()
    assert [line.code for _f, line in tally.lines()] == ["replay.none"]
    tally.add(1, Outcome({}))
    assert [line.code for _f, line in tally.lines()] == ["replay.same"]
    for number in range(3):
        tally.add(2 + number, Outcome({replay.LATE: 1, replay.LESS: 1 + number // 2}))
    said = [(finding, line.params) for finding, line in tally.lines()]
    assert said == [
        (replay.LATE, {"count": 3, "total": 4}),
        (replay.LESS, {"count": 2, "materials": 1}),
        (replay.LESS, {"count": 1, "materials": 2}),
    ]
