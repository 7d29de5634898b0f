"""Conditions as trees: the table shared with the browser, and that nothing changes its meaning."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import condition
from kernel.condition import OPERATORS, to_text, to_tree
from kernel.errors import KernelError
from kernel.expression import parse_condition
from kernel.form import types

ADDON = Path(__file__).resolve().parents[2] / "addons" / "gov_approval"
TABLE = json.loads((ADDON / "static/tests/condition_cases.json").read_text(encoding="utf-8"))
FIELDS = TABLE["fields"]
KINDS = types({"fields": FIELDS})
TODAY = date(2026, 3, 15)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["text"])
def test_the_table_that_the_browser_shares(case):
    assert to_tree(case["text"], FIELDS) == case["tree"]
    if case["tree"] is not None:
        assert to_text(case["tree"], FIELDS) == case.get("written", case["text"])


@pytest.mark.parametrize("tree", TABLE["unwritable"], ids=str)
def test_a_row_that_is_not_complete_is_refused_and_never_dropped(tree):
    with pytest.raises(KernelError) as caught:
        to_text(tree, FIELDS)
    assert caught.value.code in condition.CODES


HOSTILE = [
    None, 1, "text", [], {}, {"join": "all"}, {"join": "all", "rows": 3},
    {"join": "maybe", "rows": []}, {"join": ["all"], "rows": []}, {"join": "all", "rows": [None]},
    {"join": "all", "rows": [{"join": "all"}]}, {"join": "all", "rows": [{"field": {}}]},
    {"join": "all", "rows": [{"field": "area", "operator": [], "value": "1"}]},
    {"join": "all", "rows": [{"field": "area", "operator": "is", "value": ["1"]}]},
    {"join": "all", "rows": [{"field": "area", "operator": "is", "value": {"field": []}}]},
    {"join": "all", "rows": [{"field": "area", "operator": "is", "value": "9" * 40}]},
]  # fmt: skip


@pytest.mark.parametrize("tree", HOSTILE, ids=repr)
def test_hostile_trees_are_refused_in_a_sentence(tree):
    with pytest.raises(KernelError):
        to_text(tree, FIELDS)


def test_a_tree_too_deep_is_refused():
    tree = {"join": "all", "rows": [{"field": "chain", "operator": "is_yes", "value": None}]}
    for _level in range(500):
        tree = {"join": "any", "rows": [tree, tree["rows"][0]] if "rows" in tree else [tree]}
    with pytest.raises(KernelError):
        to_text(tree, FIELDS)


def test_wrong_texts_are_refused_as_expressions_are():
    for text in ("area >", "gone == 1", "area == 'x'", "area + 1", "import os", 3):
        with pytest.raises(KernelError):
            to_tree(text, FIELDS)


# Meaning: random texts and random trees

CODES_OF = {
    "text": ["name"], "number": ["area", "price"], "date": ["opened", "closed"],
    "bool": ["chain", "owned"], "choice": ["kind"], "choices": ["goods"], "table": ["people"],
}  # fmt: skip
SAMPLES = {
    "text": ["甲", "O'Neill", 'say "hi"'], "number": ["0", "1", "-2.5", "1000000"],
    "date": ["2026-01-31", "2026-03-15"], "choice": ["shop", "canteen"], "choices": ["rice"],
}  # fmt: skip
ANSWERS = st.fixed_dictionaries(
    {
        "area": st.sampled_from([None, "0", "1", "-2.5", "7"]),
        "price": st.sampled_from([None, "1", "9.99"]),
        "name": st.sampled_from([None, "", "甲", "O'Neill"]),
        "opened": st.sampled_from([None, "2026-01-31", "2026-03-15", "2027-01-01"]),
        "closed": st.sampled_from([None, "2026-01-31", "2026-03-15"]),
        "chain": st.sampled_from([None, True, False]),
        "owned": st.sampled_from([None, True, False]),
        "kind": st.sampled_from([None, "shop", "canteen"]),
        "goods": st.sampled_from([None, [], ["rice"], ["rice", "wine"]]),
        "people": st.sampled_from([None, [], [{}, {}]]),
    }
)


@st.composite
def rows(draw):
    kind = draw(st.sampled_from(sorted(CODES_OF)))
    field = draw(st.sampled_from(CODES_OF[kind]))
    operator = draw(st.sampled_from(OPERATORS[kind]))
    return {"field": field, "operator": operator, "value": draw(_values(kind, operator))}


def _values(kind, operator):
    if operator.startswith("count_"):
        return st.sampled_from(["0", "1", "2"])
    if operator in condition._WITHOUT_VALUE:
        return st.none()
    literal = st.sampled_from(SAMPLES[kind])
    if operator in ("is_one_of", "is_none_of"):
        return st.lists(literal, min_size=1, max_size=3)
    if kind in ("number", "date"):
        other = st.sampled_from(CODES_OF[kind]).map(lambda code: {"field": code})
        literal = st.one_of(literal, other)
    return st.one_of(literal, st.just({"today": True})) if kind == "date" else literal


JOINS = st.sampled_from(["all", "any", "none"])


def groups(children):
    rows_of = st.lists(children, min_size=1, max_size=3)
    return st.fixed_dictionaries({"join": JOINS, "rows": rows_of})


TREES = groups(st.recursive(rows(), groups, max_leaves=8))
TEXTS = st.recursive(
    rows().map(lambda row: to_text({"join": "all", "rows": [row]}, FIELDS)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} and {pair[1]}"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) or ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} or {pair[1]}"),
        inner.map(lambda text: f"not ({text})"),
        inner.map(lambda text: f"not {text}"),
    ),
    max_leaves=6,
)


def meaning(text, answers):
    return parse_condition(text, KINDS).evaluate(answers, today=TODAY)


@given(TEXTS, ANSWERS)
def test_a_text_keeps_its_meaning_through_the_tree(text, answers):
    again = to_text(to_tree(text, FIELDS), FIELDS)
    assert meaning(again, answers) == meaning(text, answers)


@given(TREES)
def test_writing_and_reading_a_tree_settles(tree):
    text = to_text(tree, FIELDS)
    settled = to_tree(text, FIELDS)
    assert settled is not None
    assert to_tree(to_text(settled, FIELDS), FIELDS) == settled


def judged(part, answers):
    """The tree judged row by row, without its text."""
    if "join" not in part:
        return meaning(to_text({"join": "all", "rows": [part]}, FIELDS), answers)
    found = [judged(row, answers) for row in part["rows"]]
    return {"all": all(found), "any": any(found), "none": not any(found)}[part["join"]]


@given(TREES, ANSWERS)
def test_groups_mean_what_they_say(tree, answers):
    assert meaning(to_text(tree, FIELDS), answers) == judged(tree, answers)
