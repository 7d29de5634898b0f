"""Flows: the token game, returns, joint reviews; random sound flows always end."""

from copy import deepcopy
from itertools import permutations

import pytest
from flow_samples import (
    TERMS,
    TYPES,
    added,
    built,
    decide,
    flow,
    gateway,
    linear,
    node,
    parallel,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel.errors import KernelError
from kernel.flow import Marking, advance, back_targets, begin, check_flow, joint_result


def never(condition):
    return False


def always(condition):
    return True


def run(definition, *steps, test=never):
    marking = begin(definition)
    for step in steps:
        marking = advance(definition, marking, step, test=test)
    return marking


def test_a_linear_case_runs_to_its_end():
    assert begin(linear()).active == {"s"}
    assert run(linear(), "s", "decide").active == {"e"}
    assert run(linear(), "s", "decide", "e").is_finished


def test_a_decision_takes_the_first_true_condition_in_sequence_else_the_default():
    assert run(gateway(), "s", test=always).active == {"a"}
    assert run(gateway(), "s", test=never).active == {"b"}
    both = gateway("s>g;g>b:hot;g>a:area > 5;g>decide*;a>decide;b>decide;decide>e")
    assert run(both, "s", test=always).active == {"b"}
    for row in both["edges"]:
        row["sequence"] = -row["sequence"]
    assert run(both, "s", test=always).active == {"a"}


def test_a_decision_never_guesses():
    definition = gateway("s>g;g>a:hot;a>decide;decide>e")
    with pytest.raises(KernelError) as caught:
        run(definition, "s")
    assert caught.value.code == "flow.no_way_on"

    def unset(condition):
        raise KernelError("expression.unset", name="hot")
    with pytest.raises(KernelError) as caught:
        run(gateway(), "s", test=unset)
    assert caught.value.code == "expression.unset"


def test_parallel_branches_join_once():
    marking = run(parallel(), "s")
    assert marking.active == {"a", "b"}
    marking = advance(parallel(), marking, "a", outcome="fail", test=never)
    assert marking == Marking(frozenset({"b"}), frozenset({("a", "j")}))
    assert advance(parallel(), marking, "b", test=never) == Marking(frozenset({"decide"}))


def test_every_order_of_four_branches_gives_the_same_marking():
    branches = ("a", "b", "c", "d")
    ends = {run(parallel(branches), "s", *order) for order in permutations(branches)}
    assert ends == {Marking(frozenset({"decide"}))}


@settings(max_examples=200, deadline=None)
@given(st.permutations([f"b{i}" for i in range(8)]))
def test_eight_branches_in_any_order_join_exactly_once(order):
    definition = parallel(tuple(f"b{i}" for i in range(8)))
    marking, joins = run(definition, "s"), 0
    for code in order:
        marking = advance(definition, marking, code, test=never)
        joins += "decide" in marking.active
    assert joins == 1
    assert marking == Marking(frozenset({"decide"}))


def test_a_branch_with_a_decision_sends_one_token_to_the_join():
    definition = flow(
        [node("s", "start"), node("p", "split"), node("a"), node("g", "decision"), node("b"),
         node("c"), node("j", "join"), decide(), node("e", "end")],
        "s>p;p>a;p>g;g>b:hot;g>c*;a>j;b>j;c>j;j>decide;decide>e")
    assert check_flow(definition, promised=None, types=TYPES) == []
    assert run(definition, "s", "a", "c").active == {"decide"}
    assert run(definition, "s", "b", "a", test=always).active == {"decide"}


def test_a_step_that_is_not_open_cannot_be_completed():
    with pytest.raises(KernelError) as caught:
        run(parallel(), "s", "a", "a")
    assert caught.value.code == "flow.not_active"


@pytest.mark.parametrize(("definition", "code"), [
    (gateway("s>a;a>g;g>g*;b>decide;decide>e"), "flow.cycle"),
    (added(node("j", "join"), "s>j;j>decide;decide>e"), "flow.join_without_split"),
    (parallel(("a", "b", "c"), "p>a;p>b;a>c;b>c;c>j"), "flow.token_twice"),
])
def test_a_flow_that_was_never_checked_raises_instead_of_running_wild(definition, code):
    with pytest.raises(KernelError) as caught:
        marking = begin(definition)
        while not marking.is_finished:
            marking = advance(definition, marking, min(marking.active), test=never)
    assert caught.value.code == code


def test_a_case_begins_at_one_start_only():
    with pytest.raises(KernelError) as caught:
        begin({"nodes": []})
    assert caught.value.code == "flow.no_single_start"


# --- returning a case (退回) --------------------------------------------------------------------

def back(definition, marking, step, to, **more):
    return advance(definition, marking, step, outcome="back", back_to=to, test=never, **more)


def test_a_case_returns_to_an_earlier_step_and_comes_again():
    marking = run(gateway(), "s", "b")
    assert back(gateway(), marking, "decide", "s").active == {"s"}
    assert back(gateway(), marking, "decide", "b", done=["s", "b"]).active == {"b"}


def test_only_steps_on_the_own_path_are_offered():
    assert back_targets(gateway(), "decide") == ("s",)
    assert back_targets(gateway(), "decide", done={"s", "b"}) == ("s", "b")
    assert back_targets(gateway(), "a") == ("s",)
    assert back_targets(gateway(), "s") == ()
    assert back_targets(gateway(), "gone") == ()


def test_a_return_never_leaves_or_enters_a_parallel_block():
    nodes = [node("s", "start"), node("p", "split"), node("a"), node("a2"), node("b"),
             node("j", "join"), decide(), node("e", "end")]
    definition = flow(nodes, "s>p;p>a;a>a2;a2>j;p>b;b>j;j>decide;decide>e")
    everything = [row["code"] for row in nodes]
    assert back_targets(definition, "a2", done=everything) == ("a",)
    assert back_targets(definition, "b", done=everything) == ()
    assert back_targets(definition, "decide", done=everything) == ("s",)
    marking = run(definition, "s", "a", "b")
    assert back(definition, marking, "a2", "a") == Marking(
        frozenset({"a"}), frozenset({("b", "j")}))
    for target in ("s", "b", "decide", "p", "gone"):
        with pytest.raises(KernelError) as caught:
            back(definition, marking, "a2", target)
        assert caught.value.code == "flow.back_not_allowed"


def test_a_block_that_is_behind_runs_again_after_a_return():
    marking = run(parallel(), "s", "a", "b")
    marking = back(parallel(), marking, "decide", "s")
    for code in ("s", "b", "a"):
        marking = advance(parallel(), marking, code, test=never)
    assert marking == Marking(frozenset({"decide"}))


@pytest.mark.parametrize(("more", "code"), [
    ({"outcome": "back"}, "flow.back_without_target"),
    ({"outcome": "shrug"}, "flow.outcome_unknown"),
])
def test_outcomes_are_a_closed_list(more, code):
    with pytest.raises(KernelError) as caught:
        advance(linear(), begin(linear()), "s", test=never, **more)
    assert caught.value.code == code


# --- joint review -------------------------------------------------------------------------------

@pytest.mark.parametrize(("rule", "quorum", "given_opinions", "result"), [
    ("all", 0, "", "pending"), ("all", 0, "aa", "pending"), ("all", 0, "aaa", "pass"),
    ("all", 0, "ass", "pass"), ("all", 0, "o", "pending"), ("all", 0, "oaa", "fail"),
    ("veto", 0, "o", "fail"), ("veto", 0, "aa", "pending"), ("veto", 0, "aas", "pass"),
    ("quorum", 2, "a", "pending"), ("quorum", 2, "aa", "pass"), ("quorum", 2, "as", "pass"),
    ("quorum", 2, "oa", "pending"), ("quorum", 2, "oo", "fail"), ("quorum", 2, "oaa", "pass"),
])
def test_joint_rules(rule, quorum, given_opinions, result):
    words = {"a": "agree", "o": "object", "s": "silent"}
    opinions = {f"d{i}": words[letter] for i, letter in enumerate(given_opinions)}
    joint = {"rule": rule, "quorum": quorum, "departments": ["d0", "d1", "d2"]}
    assert joint_result(joint, opinions) == result


@pytest.mark.parametrize(("joint", "opinions", "code"), [
    ({"rule": "all", "departments": ["a"]}, {"b": "agree"}, "flow.opinion_of_stranger"),
    ({"rule": "all", "departments": ["a"]}, {"a": "maybe"}, "flow.opinion_unknown"),
    ({"rule": "most", "departments": ["a"]}, {"a": "agree"}, "flow.joint_rule_unknown"),
])
def test_joint_errors(joint, opinions, code):
    with pytest.raises(KernelError) as caught:
        joint_result(joint, opinions)
    assert caught.value.code == code


# --- random structured flows --------------------------------------------------------------------

@settings(max_examples=150, deadline=None)
@given(TERMS, st.data())
def test_random_structured_flows_are_clean_and_always_end(term, data):
    definition, end = built(term)
    untouched = deepcopy(definition)
    assert check_flow(definition, promised=None, types=TYPES) == []
    marking, decided = begin(definition), {}

    def test(condition):
        return decided.setdefault(condition, data.draw(st.booleans()))
    for _ in range(len(definition["nodes"])):
        step = data.draw(st.sampled_from(sorted(marking.active)))
        at_end = step == end
        if at_end:
            assert marking == Marking(frozenset({end}))
        marking = advance(definition, marking, step, test=test,
                          outcome=data.draw(st.sampled_from(["pass", "fail"])))
        if at_end:
            break
    assert marking.is_finished
    assert definition == untouched


@settings(max_examples=100, deadline=None)
@given(TERMS, st.data())
def test_the_order_of_parallel_work_does_not_matter(term, data):
    definition, end = built(term)

    def play(choose):
        marking, steps = begin(definition), set()
        while end not in marking.active:
            step = choose(sorted(marking.active))
            steps.add(step)
            marking = advance(definition, marking, step, test=lambda text: hash(text) % 2 == 0)
        return marking, steps
    expected = play(min)
    assert play(lambda choice: data.draw(st.sampled_from(choice))) == expected == play(max)


@settings(max_examples=100, deadline=None)
@given(TERMS, st.data())
def test_returns_leave_no_token_behind(term, data):
    definition, end = built(term)
    marking, done, returns = begin(definition), set(), 0
    while not marking.is_finished:
        step = data.draw(st.sampled_from(sorted(marking.active)))
        targets = back_targets(definition, step)
        if targets and returns < 5 and data.draw(st.booleans()):
            returns += 1
            target = data.draw(st.sampled_from(targets))
            marking = advance(definition, marking, step, outcome="back", back_to=target,
                              test=never)
        else:
            marking = advance(definition, marking, step, test=never)
            done.add(step)
    assert end in done
