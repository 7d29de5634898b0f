"""AB roles: who may act on what a post covers, and what the others are told."""

import law_world
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import procedure
from kernel.errors import KernelError
from kernel.post import CODES, EVERYTHING, Part, Post, on_duty, part, reach, refusal

A, B, C, OTHER, FOOD, WATER = 1, 2, 3, 9, 11, 12
DESK = Post(1, "Desk", A, (B, C))
NAMES = {A: "Wang", B: "Li", C: "Zhou", OTHER: "Zhao"}


def test_without_a_post_everybody_of_the_role_acts():
    assert part(OTHER, FOOD, (), ()) == Part(True)
    only_water = Post(2, "Water", A, (B,), frozenset({WATER}))
    assert part(OTHER, FOOD, (only_water,), ()) == Part(True)
    assert part(OTHER, WATER, (only_water,), ()) == Part(False)


def test_a_acts_also_while_recorded_as_absent():
    assert part(A, FOOD, (DESK,), {A}) == part(A, FOOD, (DESK,), ()) == Part(True)


def test_b_acts_only_while_a_is_away_and_says_for_whom():
    assert part(B, FOOD, (DESK,), ()) == Part(False)
    assert part(B, FOOD, (DESK,), {A}) == Part(True, A)
    assert part(C, FOOD, (DESK,), {A}) == Part(True, A)
    assert part(B, FOOD, (DESK,), {A, B}) == Part(False)


def test_nobody_else_of_the_unit_acts():
    assert part(OTHER, FOOD, (DESK,), {A, B, C}) == Part(False)


def test_the_own_post_comes_before_standing_in():
    second = Post(2, "Second", B, (A,))
    assert part(B, FOOD, (DESK, second), {A}) == Part(True)


def test_who_is_on_duty():
    assert on_duty(DESK, ()) == (A,)
    assert on_duty(DESK, {A, B}) == (C,)
    assert on_duty(DESK, {A, B, C}) == ()


@pytest.mark.parametrize(
    ("user", "away", "code", "named"),
    [
        (B, (), "post.officer_is_present", "Wang"),
        (B, (A, B), "post.deputy_is_away", "Wang"),
        (B, (A, B, C), "post.nobody_on_duty", "Zhou"),
        (OTHER, (A, B, C), "post.nobody_on_duty", "Li"),
        (OTHER, (A,), "post.not_yours", "Li"),
        (OTHER, (), "post.not_yours", "Wang"),
    ],
)
def test_refusal_names_who_answers_and_who_stands_in(user, away, code, named):
    error = refusal(user, FOOD, (DESK,), away, NAMES)
    assert error.code == code
    assert named in CODES[code] % error.params
    assert "Desk" in CODES[code] % error.params


def test_refusal_speaks_of_the_post_where_one_stands_in():
    other = Post(2, "Other", C, (OTHER,))
    assert refusal(OTHER, FOOD, (DESK, other), (), NAMES).params["post"] == "Other"


PEOPLE = st.integers(1, 5)
POSTS = st.lists(
    st.builds(
        Post,
        id=st.integers(1, 99),
        name=st.just("p"),
        officer=PEOPLE,
        deputies=st.lists(PEOPLE, max_size=3).map(tuple),
        items=st.frozensets(st.integers(10, 14), max_size=3),
    ),
    max_size=4,
)


@given(PEOPLE, POSTS, st.frozensets(PEOPLE))
def test_the_queue_reaches_exactly_what_the_door_allows(user, posts, away):
    found = reach(user, posts, away)
    for item in range(10, 17):
        assert found.has(item) == part(user, item, posts, away).may_act
    assert posts or found == EVERYTHING


@given(PEOPLE, POSTS, st.frozensets(PEOPLE), st.integers(10, 16))
def test_every_refusal_has_a_sentence(user, posts, away, item):
    if not part(user, item, posts, away).may_act:
        error = refusal(user, item, posts, away, dict.fromkeys(range(1, 6), "X"))
        assert "%" not in CODES[error.code] % error.params


# ── on a case: what the actor's posts do to acts and offers ─────────────────────────────────

KEPT = KernelError("post.officer_is_present", post="Desk", officer="Wang", deputies=("Li",))
PASS = {"opinion": "met", "outcome": "pass"}


@pytest.fixture
def reviewing():
    world = law_world.World("licence")
    world.receive(law_world.moment("03-02"), ())
    world.act("accept", law_world.moment("03-02"))
    return world


def ask(function, world, actor):
    today = law_world.moment("03-03").date()
    return function(world.definition, world.case, actor, law_world.calendar(), today)


def perform(world, actor, kind="complete_step", payload=None):
    today, calendar = law_world.moment("03-03").date(), law_world.calendar()
    return procedure.check(
        kind, world.definition, world.case, actor, payload or PASS, calendar, today
    )


def test_a_kept_back_role_offers_nothing_and_says_why_once(reviewing):
    actor = procedure.Actor(B, frozenset(), kept_back={"reviewer": KEPT})
    assert ask(procedure.offers, reviewing, actor) == ()
    assert [h.reason for h in ask(procedure.hindered, reviewing, actor)] == [KEPT]
    with pytest.raises(KernelError) as caught:
        perform(reviewing, actor)
    assert caught.value is KEPT


def test_a_kept_back_role_is_no_reason_for_what_is_not_possible_at_all(reviewing):
    actor = procedure.Actor(B, frozenset(), kept_back={"reviewer": KEPT})
    with pytest.raises(KernelError) as caught:
        perform(reviewing, actor, "resume_clock", {"opinion": "x"})
    assert caught.value.code == "procedure.not_now"


def test_an_own_role_comes_before_one_that_is_kept_back(reviewing):
    actor = procedure.Actor(B, frozenset({"applicant"}), kept_back={"window_clerk": KEPT})
    offer, values = perform(reviewing, actor, "withdraw", {"reasons": "x"})
    assert offer.role == "applicant" and "stands_in_for" not in values


def test_what_is_done_in_somebodys_stead_says_so(reviewing):
    actor = procedure.Actor(B, frozenset({"reviewer"}), stands_in={"reviewer": A})
    _offer, values = perform(reviewing, actor)
    assert values["stands_in_for"] == A
    with pytest.raises(KernelError) as caught:
        perform(reviewing, actor, payload=PASS | {"stands_in_for": OTHER})
    assert caught.value.code == "procedure.unknown_input"


def test_a_joint_step_asks_for_the_post_of_its_department():
    world = law_world.World("joint licence")
    world.receive(law_world.moment("03-02"), ())
    world.act("accept", law_world.moment("03-02"))
    actor = procedure.Actor(B, frozenset({"reviewer@water"}), stands_in={"reviewer@water": A})
    offer, values = perform(world, actor)
    assert (offer.role, offer.node, values["stands_in_for"]) == ("reviewer", "water", A)
    other = procedure.Actor(B, frozenset({"reviewer"}), kept_back={"reviewer@water": KEPT})
    with pytest.raises(KernelError) as caught:
        perform(world, other)
    assert caught.value is KEPT


@pytest.mark.parametrize(
    "held", [{"kept_back": {"reviewer": KEPT}}, {"stands_in": {"reviewer": A}}]
)
def test_the_chair_of_a_hearing_acts_in_person(reviewing, held):
    steps = (
        ("tell_hearing_right", "03-04"),
        ("request_hearing", "03-06"),
        ("call_hearing", "03-09"),
    )
    for kind, day in steps:
        reviewing.act(kind, law_world.moment(day))
    roles = frozenset({"reviewer"}) - held.get("kept_back", {}).keys()
    chair = procedure.Actor(law_world.PEOPLE["chair"].user_id, roles, **held)
    _offer, values = procedure.check(
        "record_hearing",
        reviewing.definition,
        reviewing.case,
        chair,
        law_world.USUAL["record_hearing"][1],
        law_world.calendar(),
        law_world.moment("03-20").date(),
    )
    assert "stands_in_for" not in values
