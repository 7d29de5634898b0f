"""The life of a card: who does what, in which order, until when; nothing is taken away."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.gov_approval.kernel.case_facts import Event
from addons.gov_approval.kernel.clock import Calendar
from addons.gov_approval.kernel.errors import KernelError
from addons.gov_supervision.kernel import card as cards

CALENDAR = Calendar({}, [], date(2027, 12, 31))
DAY = date(2026, 11, 2)  # a Monday
CONCERNED, CHIEF, ONE, OTHER = 5, 6, 11, 12
SIDES = {CONCERNED: "unit", CHIEF: "unit", ONE: "supervisor", OTHER: "supervisor", 0: "system"}
TEXT = {"explanation": "已补正", "evidence": "回执 3 号"}


class Life:
    def __init__(self, level="yellow", action="explain", by=0, **more):
        said = {
            "level": level, "action": action, "person": CONCERNED, "due_on": "2026-11-05",
            "appeal_until": "2026-11-09",
        } | more  # fmt: skip
        self.events = [Event("issue", datetime(2026, 11, 2, 9), by, "", said)]

    @property
    def card(self):
        return cards.fold(self.events)

    def act(self, person, kind, day=DAY, side=None, **payload):
        sides = {side or SIDES[person]}
        values = cards.check(kind, self.card, payload, person, sides, CALENDAR, day)
        at = datetime.combine(day, datetime.min.time())
        self.events.append(Event(kind, at, person, "", values))
        return self.card

    def refused(self, code, *args, **kwargs):
        with pytest.raises(KernelError) as caught:
            self.act(*args, **kwargs)
        assert caught.value.code == code


def test_explained_and_verified():
    life = Life()
    card = life.act(CHIEF, "explain", **TEXT)
    assert (card.state, card.due_on) == ("explained", date(2026, 11, 9))
    card = life.act(ONE, "verify", outcome="accepted", opinion="属实")
    assert (card.state, card.due_on, card.is_counted) == ("settled", None, True)


def test_returned_with_a_new_limit_and_ordered():
    life = Life()
    life.act(CHIEF, "explain", **TEXT)
    life.refused("card.days_missing", ONE, "verify", outcome="returned", opinion="不足")
    card = life.act(ONE, "verify", outcome="returned", opinion="不足", days=2)
    assert (card.state, card.due_on, card.returns) == ("ordered", date(2026, 11, 4), 1)


def test_withdrawn_keeps_its_trace_and_leaves_the_score():
    life = Life(level="red")
    life.act(CHIEF, "appeal", grounds="系统停机", evidence="停机公告")
    card = life.act(ONE, "decide_appeal", outcome="withdrawn", opinion="属实")
    assert (card.state, card.is_counted, card.explanation) == ("withdrawn", False, "系统停机")
    assert len(life.events) == 3


def test_upheld_goes_on_where_it_stood():
    life = Life(action="correct", demand="限期补正")
    assert life.card.state == "ordered"
    life.act(CHIEF, "appeal", grounds="不服", evidence="–")
    card = life.act(ONE, "decide_appeal", outcome="upheld", opinion="维持", days=3)
    assert (card.state, card.was_upheld, card.due_on) == ("ordered", True, date(2026, 11, 5))


def test_whoever_is_concerned_or_spoke_never_judges():
    life = Life(action="explain")
    life.refused("card.concerned", CONCERNED, "order", side="supervisor", demand="x", days=3)
    life.act(CHIEF, "explain", **TEXT)
    for person in (CHIEF, CONCERNED):
        life.refused(
            "card.concerned", person, "verify", side="supervisor", outcome="accepted", opinion="x"
        )


def test_an_appeal_is_decided_by_somebody_else():
    life = Life()
    life.act(ONE, "order", demand="补正", days=3)
    life.act(CHIEF, "appeal", grounds="不服", evidence="–")
    life.refused("card.judged_before", ONE, "decide_appeal", outcome="upheld", opinion="x", days=1)
    assert life.act(OTHER, "decide_appeal", outcome="withdrawn", opinion="x").state == "withdrawn"


def test_limits():
    life = Life()
    life.refused("card.not_due", 0, "lapse", day=date(2026, 11, 5))
    card = life.act(0, "lapse", day=date(2026, 11, 6))
    assert (card.level, card.first_level, card.lapses) == ("red", "yellow", 1)
    life.refused("card.not_due", 0, "lapse", day=date(2026, 11, 7))  # once a limit
    life.refused(
        "card.appeal_late", CHIEF, "appeal", day=date(2026, 11, 10), grounds="x", evidence="y"
    )
    assert life.act(CHIEF, "explain", day=date(2026, 11, 10), **TEXT).state == "explained"


def test_a_late_answer_is_late_whether_or_not_the_system_looked():
    swept, unswept = Life(), Life()
    swept.act(0, "lapse", day=date(2026, 11, 6))
    for life in (swept, unswept):
        life.act(CHIEF, "explain", day=date(2026, 11, 9), **TEXT)
    assert swept.card == unswept.card
    assert (swept.card.level, swept.card.lapses) == ("red", 1)


def test_a_notice_is_only_acknowledged():
    life = Life(level="blue", action="inform", due_on=None)
    card = life.act(CHIEF, "acknowledge")
    assert (card.state, card.is_counted) == ("settled", False)
    Life().refused("card.inform_only", CHIEF, "acknowledge")


def test_each_side_does_its_own():
    Life().refused("card.not_yours", ONE, "explain", **TEXT)
    Life().refused("card.not_yours", CHIEF, "order", demand="x", days=1)
    Life().refused("card.unknown", ONE, "delete")
    Life().refused("card.not_now", ONE, "verify", outcome="accepted", opinion="x")
    Life().refused("card.missing_input", CHIEF, "explain", explanation="  ")
    Life().refused("card.unknown_input", CHIEF, "explain", state="settled", **TEXT)


PEOPLE = st.sampled_from([CONCERNED, CHIEF, ONE, OTHER, 0])
INPUTS = {
    "explain": TEXT, "appeal": {"grounds": "x", "evidence": "y"},
    "order": {"demand": "x", "days": 2}, "escalate": {"opinion": "x"},
}  # fmt: skip


@given(
    st.lists(
        st.tuples(
            PEOPLE, st.sampled_from(sorted(cards.ACTS)), st.integers(0, 20),
            st.sampled_from(["accepted", "returned", "withdrawn", "upheld"]),
        ),
        max_size=25,
    )
)  # fmt: skip
def test_any_order_of_acts_keeps_the_promises(tries):
    """What is offered is possible, what ended stays ended, and the past is never shorter."""
    life = Life(action="explain")
    for person, kind, days, outcome in tries:
        day, before = date(2026, 11, 2 + days), life.card
        payload = INPUTS.get(kind, {})
        if kind in ("verify", "decide_appeal"):
            payload = {"outcome": outcome, "opinion": "x", "days": 2}
        offered = cards.get_acts(before, person, frozenset({SIDES[person]}), day)
        try:
            life.act(person, kind, day=day, **payload)
        except KernelError:
            assert life.card == before
            assert kind not in offered or outcome in ("accepted", "upheld", "returned")
            continue
        assert kind in offered
        assert before.is_open
        after = life.card
        assert not after.judges & (after.speakers | {CONCERNED})
        assert after.is_counted is (after.level != "blue" and after.state != "withdrawn")
        assert (after.due_on is not None) == after.is_open
