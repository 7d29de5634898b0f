"""Rules of supervision: instants, acts, and an outage that changes nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.gov_approval.kernel import case as casefile
from addons.gov_approval.kernel.case_facts import Event
from addons.gov_approval.kernel.clock import Calendar, Period, Stop, due_date, used_on
from addons.gov_approval.kernel.errors import KernelError
from addons.gov_supervision.kernel import facts, rules
from addons.gov_supervision.kernel.rules import Place, Rule, Watching

CALENDAR = Calendar({date(2026, 10, 1): "国庆节"}, [], date(2026, 12, 31))
LONG_AGO = datetime(2020, 1, 1)
PLACE = Place("food", "market", "hall")


def node(code, kind, stage, days=0, procedure=None):
    return {
        "code": code, "name": code, "kind": kind, "stage": stage, "role": "reviewer", "days": days,
        "unit": "workday", "department": None, "procedure": procedure, "four_eyes": True,
        "counts_toward_deadline": True, "materials": [], "effects": [],
    }  # fmt: skip


DEFINITION = {
    "item": {"code": "food", "department": "market", "power_type": "01"},
    "periods": {
        "notice": {"value": 5, "unit": "workday"},
        "supplement": None,
        "promised": {"value": 10, "unit": "workday"},
        "statutory": {"value": 20, "unit": "workday"},
        "delivery": {"value": 10, "unit": "workday"},
    },
    "form": {"fields": [{"code": "area", "label": "面积", "type": "number"}], "sections": []},
    "materials": [{"code": "plan", "name": "平面图"}],
    "flow": {
        "nodes": [
            node("accept", "start", "intake"),
            node("visit", "procedure", None, 3, "site_visit"),
            node("review", "task", "review", 5),
            node("decide", "task", "decide", 2),
            node("deliver", "end", "close"),
        ],
        "edges": [
            {"source": a, "target": b, "condition": None, "is_default": False}
            for a, b in (("accept", "visit"), ("visit", "review"), ("review", "decide"),
                         ("decide", "deliver"))
        ],
    },
    "documents": [],
    "fees": [],
    "result": {"type": "none", "validity_value": None, "validity_unit": None},
    "handles": "new",
}  # fmt: skip


def rule(code, **more):
    base = {"kind": rules.TIME, "level": "yellow", "since": LONG_AGO}
    if "condition" in more:
        base["kind"] = rules.EVENT
    return Rule(code, **(base | more))


LATE = rule("late", limit="promised", measure="after")
NEAR = rule("near", limit="promised", measure="before", value=1, level="blue")
NINETY = rule("ninety", limit="promised", measure="percent", value=90)
STEP = rule("step", limit="step", measure="after")
STOP = rule("stop", limit="stop", measure="after")
NOTICE = rule("notice", limit="notice", measure="after")
ONE_OFFICER = rule("alone", condition="act == 'complete_step' and officers < 2")
SECOND = rule("second", condition="act == 'request_supplement' and notices > 1")
ALL = (LATE, NEAR, NINETY, STEP, STOP, NOTICE, ONE_OFFICER, SECOND)


def event(kind, at, **payload):
    return Event(kind, datetime.fromisoformat(at), 7, "reviewer", payload)


RECEIVE = event("receive", "2026-09-01T10:00", answers={}, materials=[])
ACCEPT = event("accept", "2026-09-02T10:00")  # day 10 is 2026-09-16, a Wednesday


def replayed(*events, until="2026-12-01", known=ALL):
    found = rules.replay(
        known, DEFINITION, events, PLACE, CALENDAR, datetime.fromisoformat(until)
    )
    return {(watch.rule.code, watch.at.isoformat(sep=" ")[:16]) for watch in found}


def test_a_day_counts_in_full():
    found = replayed(RECEIVE, ACCEPT, known=(LATE, NEAR, NINETY))
    assert found == {
        ("near", "2026-09-15 00:00"),  # one working day is left
        ("ninety", "2026-09-16 00:00"),  # nine of ten days are used up
        ("late", "2026-09-17 00:00"),
    }


def test_decided_in_time_is_not_late():
    done = [
        event("complete_step", "2026-09-03T10:00", node="visit", officers=[1, 2]),
        event("complete_step", "2026-09-04T10:00", node="review", opinion="可"),
        event("decide", "2026-09-16T23:59", node="decide", decision="grant", opinion="可"),
    ]
    assert replayed(RECEIVE, ACCEPT, *done, known=(LATE, STOP)) == set()
    late = replace(done[-1], at=datetime(2026, 9, 17))
    assert replayed(RECEIVE, ACCEPT, *done[:2], late, known=(LATE,)) == {
        ("late", "2026-09-17 00:00")
    }


def test_a_case_that_stands_still_gets_no_card_and_a_stop_that_lasts_too_long_gets_one():
    stop = event("stop_clock", "2026-09-10T10:00", node="visit", expected_days=3)
    resume = event("resume_clock", "2026-09-25T10:00", node="visit")
    found = replayed(RECEIVE, ACCEPT, stop, resume, known=(LATE, STOP))
    # stopped from the 6th day on for 11 working days: the promise ends on 2026-10-09 or so
    assert ("stop", "2026-09-16 00:00") in found
    assert {at for code, at in found if code == "late"} == {"2026-10-03 00:00"}


def test_a_warning_needs_a_period_that_is_long_enough():
    short = rule("near", limit="step", measure="before", value=3)
    assert replayed(RECEIVE, ACCEPT, until="2026-09-30", known=(short,)) == set()


def test_a_rule_catches_nothing_from_before_it_was_in_force():
    later = replace(LATE, since=datetime(2026, 9, 20))
    assert replayed(RECEIVE, ACCEPT, known=(later,)) == set()


def test_each_passage_of_a_step_and_each_filing_is_an_occasion():
    again = [
        event("request_supplement", "2026-09-03T10:00", requests=[{"material": "plan"}]),
        event("supplement", "2026-09-04T10:00", materials=[]),
        event("request_supplement", "2026-09-15T10:00", requests=[{"material": "身份证"}]),
        event("supplement", "2026-09-16T10:00", materials=[]),
    ]
    found = rules.replay(
        (NOTICE, SECOND, rule("unlisted", condition="unlisted_requests > 0")),
        DEFINITION, (RECEIVE, *again), PLACE, CALENDAR, datetime(2026, 12, 1),
    )  # fmt: skip
    assert [(w.rule.code, w.at.date().isoformat()) for w in found] == [
        ("notice", "2026-09-12"),
        ("second", "2026-09-15"),
        ("unlisted", "2026-09-15"),
        ("notice", "2026-09-24"),
    ]


@pytest.mark.parametrize(
    ("scope", "hit"),
    [
        ({"departments": {"market"}}, True), ({"departments": {"water"}}, False),
        ({"items": {"food"}}, True), ({"items": {"drain"}}, False),
        ({"places": {"hall"}}, True), ({"places": {"town"}}, False),
        ({"step": "visit"}, True), ({"step": "decide"}, False),
    ],
)  # fmt: skip
def test_scope(scope, hit):
    scope = {k: v if k == "step" else frozenset(v) for k, v in scope.items()}
    found = replayed(RECEIVE, ACCEPT, until="2026-10-30", known=(replace(STEP, **scope),))
    assert bool(found) is hit


@pytest.mark.parametrize(
    ("condition", "kind", "payload", "hit"),
    [
        ("officers < 2", "complete_step", {"node": "visit", "officers": [1]}, True),
        ("officers < 2", "complete_step", {"node": "visit", "officers": [1, 2]}, False),
        ("officers < 2", "complete_step", {"node": "review"}, False),
        ("act == 'decide' and not has_opinion", "decide",
         {"node": "decide", "decision": "refuse", "opinion": " "}, True),
        ("act == 'decide' and not has_mandate", "decide",
         {"node": "decide", "decision": "grant", "opinion": "可", "mandate": "M-1"}, False),
        ("act == 'decide' and not has_mandate", "decide",
         {"node": "decide", "decision": "grant", "opinion": "可"}, True),
        ("is_drafter", "decide", {"node": "decide", "decision": "grant"}, False),
        ("act == 'stop_clock' and not is_stop_lawful", "stop_clock",
         {"node": "review", "expected_days": 3}, True),
        ("days_entered_late > 3", "complete_step",
         {"node": "visit", "visited_on": "2026-08-30", "officers": [1, 2]}, True),
        ("topic == 'fee' and is_set(finding)", "report",
         {"topic": "fee", "finding": "off_list"}, True),
        ("missing_papers > 0", "stop_clock", {"node": "visit", "expected_days": 3}, True),
        ("missing_papers > 0", "stop_clock",
         {"node": "visit", "expected_days": 3, "documents": [{"kind": "procedure_notice"}]}, False),
        ("step_minutes < 60", "complete_step", {"node": "visit", "officers": [1, 2]}, False),
        ("promise_used >= 10", "stop_clock", {"node": "visit", "expected_days": 3}, True),
    ],
)  # fmt: skip
def test_what_an_act_shows(condition, kind, payload, hit):
    before = casefile.fold(DEFINITION, (RECEIVE, ACCEPT))
    act = event(kind, "2026-09-03T15:00", **payload)
    is_possible = kind != "decide" and payload.get("node") in (None, "visit")
    after = casefile.apply(DEFINITION, before, act) if is_possible else before
    args = (DEFINITION, before, act, after, PLACE, CALENDAR, 3)
    assert bool(rules.judge((rule("r", condition=condition),), *args)) is hit


def test_a_rule_that_cannot_be_judged_is_shown_and_not_passed_over():
    broken = rule("broken", condition="1 / (notices - notices) > 0")
    act = event("accept", "2026-09-02T10:00")
    before = casefile.fold(DEFINITION, (RECEIVE,))
    (watch,) = rules.judge((broken,), DEFINITION, before, act, before, PLACE, CALENDAR, 2)
    assert watch.problem == "expression.zero_division"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "time"}, "rule.part"),
        ({"kind": "time", "limit": "step", "measure": "percent", "value": 101}, "rule.percent"),
        ({"kind": "time", "limit": "step", "measure": "after", "value": 400}, "rule.days"),
        ({"kind": "event", "condition": ""}, "rule.condition"),
        ({"kind": "event", "condition": "nobody > 1"}, "expression.name"),
        ({"kind": "event", "condition": "notices > 1", "answer_days": 0}, "rule.answer_days"),
    ],
)
def test_what_cannot_be_published(wrong, code):
    with pytest.raises(KernelError) as caught:
        rules.check({"action": "explain", "answer_days": 3} | wrong)
    assert caught.value.code == code


def test_the_fields_of_conditions_have_labels():
    assert set(facts.LABELS) == set(facts.FIELDS)


@given(
    start=st.dates(date(2026, 1, 1), date(2026, 8, 1)),
    days=st.integers(1, 40),
    percent=st.integers(1, 100),
    stop=st.none() | st.tuples(st.integers(0, 30), st.integers(0, 30)),
)
def test_the_percentage_used_agrees_with_counting_the_days(start, days, percent, stop):
    stops = ()
    if stop:
        first = start + timedelta(stop[0])
        stops = (Stop(first, first + timedelta(stop[1])),)
    due = due_date(start, Period(days, "workday"), CALENDAR, stops=stops)
    needed, day, used = -(-days * percent // 100), start, 0
    while used < needed:
        day += timedelta(1)
        stopped = any(s.started_on < day <= s.ended_on for s in stops)
        used += CALENDAR.is_working_day(day) and not stopped
    assert used_on(due, percent) == day


def lives():
    """A case whose acts come at odd moments, and when somebody swept."""
    hours = st.integers(1, 24 * 12)
    acts = st.lists(
        st.tuples(hours, st.sampled_from(["visit", "stop", "resume", "review", "cancel"])),
        max_size=6,
    )
    return st.tuples(acts, st.lists(st.integers(0, 24 * 90), max_size=12))


def _events(acts):
    """Those of the acts that are possible, in order."""
    at, events, case = ACCEPT.at, [RECEIVE, ACCEPT], None
    for hours, name in acts:
        at += timedelta(hours=hours)
        case = casefile.fold(DEFINITION, events)
        open_stop = next((s for s in case.stop_records if s.is_open), None)
        if name in ("visit", "review") and name in case.active and not open_stop:
            payload = {"node": name, "opinion": "可", "officers": [1]}
            events.append(Event("complete_step", at, 7, "reviewer", payload))
        elif name == "stop" and "visit" in case.active and not open_stop:
            events.append(Event("stop_clock", at, 7, "r", {"node": "visit", "expected_days": 2}))
        elif name == "resume" and open_stop:
            events.append(Event("resume_clock", at, 7, "r", {"node": "visit"}))
        elif name == "cancel" and case.stop_records:
            number = str(len(case.stop_records))
            events.append(Event("cancel_stop", at, 7, "representative", {"stop": number}))
    return events


@given(lives())
def test_an_outage_changes_no_card(life):
    """Swept at any moments, and once at the very end: the same cards with the same instants."""
    acts, sweeps = life
    events, end = _events(acts), datetime(2027, 2, 1)
    moments = sorted(ACCEPT.at + timedelta(hours=hour) for hour in sweeps)

    def live(moments):
        watching, case = Watching(), casefile.CaseFile()
        todo = list(moments)
        for number, one in enumerate(events, 1):
            while todo and todo[0] < one.at:
                watching.sweep(todo.pop(0))
            before, case = case, casefile.apply(DEFINITION, case, one)
            planned = rules.plan(ALL, DEFINITION, case, PLACE, CALENDAR, one.at.date())
            planned += rules.judge(ALL, DEFINITION, before, one, case, PLACE, CALENDAR, number)
            watching.follow(planned, one.at)
        for moment in (*todo, end):
            watching.sweep(moment)
        return watching.due

    assert live(moments) == live(())
    found = rules.replay(ALL, DEFINITION, events, PLACE, CALENDAR, end)
    assert {watch.occasion: watch.at for watch in found} == live(())
