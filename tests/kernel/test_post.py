"""AB roles: who may act on what a post covers, and what the others are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
