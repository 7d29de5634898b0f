"""Flows: every defect by name, and the token game over random sound flows."""

from copy import deepcopy
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel import flow as flow_module
from kernel.clock import Period
from kernel.errors import KernelError
from kernel.flow import Marking, advance, back_targets, begin, check_flow, joint_result

TYPES = {"area": "number", "hot": "bool"}
PROMISE = Period(10, "workday")


def node(code, kind="task", **more):
    """A node without a defect of its own."""
    stage = {"start": "intake", "task": "review", "joint_review": "review", "end": "close"}
    row = {"code": code, "kind": kind, "stage": stage.get(kind), "name": code.upper(),
           "role": "reviewer", "days": 0, "unit": "workday"}
    if kind == "procedure":
        row["procedure"] = "site_visit"
    if kind == "joint_review":
        row["joint"] = {"rule": "all", "quorum": 0, "departments": ["fire", "health"]}
    return row | more


def decide(code="decide", **more):
    return node(code, stage="decide", four_eyes=True, days=10, **more)


def edges(text):
    """``"a>b b>c:area > 5 b>d*"``: edges separated by ";", ":" a condition, "*" the default."""
    found = []
    for number, part in enumerate(text.split(";")):
        path, _, condition = part.strip().partition(":")
        default = path.endswith("*")
        source, target = path.rstrip("*").split(">", 1)
        found.append({"source": source, "target": target, "condition": condition,
                      "default": default, "sequence": number * 10})
    return found


def flow(nodes, text):
    return {"nodes": nodes, "edges": edges(text)}


def linear():
    return flow([node("s", "start"), decide(), node("e", "end")], "s>decide;decide>e")


def codes(definition, *, promised=PROMISE, level=None):
    return {defect.code for defect in check_flow(definition, promised=promised, types=TYPES)
            if level is None or defect.level == level}


def changed(code, **changes):
    """The linear flow with one node changed."""
    definition = linear()
    next(row for row in definition["nodes"] if row["code"] == code).update(changes)
    return definition


def gateway(text="s>g;g>a:area > 100;g>b*;a>decide;b>decide;decide>e"):
    return flow([node("s", "start"), node("g", "decision"), node("a"), node("b"), decide(),
                 node("e", "end")], text)


def parallel(branches=("a", "b"), text=None):
    text = text or ";".join(f"p>{code};{code}>j" for code in branches)
    return flow(
        [node("s", "start"), node("p", "split"), *map(node, branches), node("j", "join"),
         decide(), node("e", "end")],
        f"s>p;{text};j>decide;decide>e",
    )


def with_joint(**joint):
    rule = {"rule": "all", "quorum": 0, "departments": ["fire", "health"]} | joint
    return flow([node("s", "start"), node("jr", "joint_review", joint=rule), decide(),
                 node("e", "end")], "s>jr;jr>decide;decide>e")


def added(row, text):
    """The linear flow with one more node, and edges of its own instead."""
    definition = linear()
    definition["nodes"].append(row)
    return definition | {"edges": edges(text)}


def two_blocks(text):
    """Up to two splits p, q and two joins j, k, wired by ``text``."""
    nodes = [node("s", "start"), node("p", "split"), node("q", "split"), node("a"), node("b"),
             node("c"), node("j", "join"), node("k", "join"), decide(), node("e", "end")]
    ends = {end for row in edges(text) for end in (row["source"], row["target"])}
    return flow([row for row in nodes if row["code"] in ends], text)


def procedure(**more):
    return added(node("v", "procedure", **more), "s>v;v>decide;decide>e")


@pytest.mark.parametrize("definition", [
    linear(), gateway(), parallel(), with_joint(), with_joint(rule="quorum", quorum=2),
    procedure(), procedure(stage="review"),
    procedure(days=20, unit="calendar_day", counts_toward_deadline=False),
    two_blocks("s>p;p>a;p>q;q>b;q>c;b>k;c>k;a>j;k>j;j>decide;decide>e"),
])
def test_sound_flows_are_clean(definition):
    assert codes(definition) == set()


def rows_dropped(*names):
    definition = linear()
    definition["nodes"] = [row for row in definition["nodes"] if row["code"] not in names]
    definition["edges"] = [row for row in definition["edges"]
                           if not {row["source"], row["target"]} & set(names)]
    return definition


DEFECTS = [
    ("flow.malformed", linear() | {"edges": [*linear()["edges"], "s>e"]}),
    ("flow.malformed", linear() | {"nodes": [*linear()["nodes"], {"kind": "task"}]}),
    ("flow.too_large", {"nodes": [node(f"n{i}") for i in range(301)], "edges": []}),
    ("flow.code_invalid", added(node("审核"), "s>审核;审核>decide;decide>e")),
    ("flow.code_duplicate", linear() | {"nodes": [*linear()["nodes"], decide()]}),
    ("flow.kind_unknown", added(node("t", "timer"), "s>t;t>decide;decide>e")),
    ("flow.no_start", rows_dropped("s")),
    ("flow.two_starts", added(node("s2", "start"), "s>decide;s2>decide;decide>e")),
    ("flow.no_end", rows_dropped("e")),
    ("flow.unreachable", added(node("x"), "s>decide;x>decide;decide>e")),
    ("flow.dead_end", gateway("s>g;g>a:hot;g>b*;b>decide;decide>e")),
    ("flow.edge_to_nowhere", linear() | {"edges": edges("s>decide;decide>e;decide>gone")}),
    ("flow.edge_duplicate", gateway("s>g;g>a:area > 5;g>a:hot;g>b*;a>decide;b>decide;decide>e")),
    ("flow.cycle", gateway("s>a;a>b;b>g;g>a:hot;g>decide*;decide>e")),
    ("flow.many_exits", gateway("s>g;g>a:hot;g>b*;a>decide;a>b;b>decide;decide>e")),
    ("flow.end_goes_on", added(node("z", "end"), "s>decide;decide>e;e>z")),
    ("flow.split_single", parallel(("a",))),
    ("flow.split_without_join", flow(
        [node("s", "start"), decide(), node("p", "split"), node("a"), node("b"), node("e", "end")],
        "s>decide;decide>p;p>a;p>b;a>e;b>e")),
    ("flow.split_many_joins", two_blocks("s>p;p>a;p>b;a>j;b>k;j>decide;k>decide;decide>e")),
    ("flow.join_without_split", added(node("j", "join"), "s>j;j>decide;decide>e")),
    ("flow.join_mixed", two_blocks("s>p;p>a;p>q;q>b;q>c;b>j;c>j;a>j;j>decide;decide>e")),
    ("flow.branches_mixed", parallel(("a", "b", "c"), "p>a;p>b;a>c;b>c;c>j")),
    ("flow.decision_without_default", gateway("s>g;g>a:hot;g>b:area > 5;a>decide;b>decide;"
                                              "decide>e")),
    ("flow.decision_many_defaults", gateway("s>g;g>a*;g>b*;a>decide;b>decide;decide>e")),
    ("flow.edge_without_condition", gateway("s>g;g>a;g>b*;a>decide;b>decide;decide>e")),
    ("flow.default_with_condition", gateway("s>g;g>a:hot;g>b*:hot;a>decide;b>decide;decide>e")),
    ("flow.condition_misplaced", linear() | {"edges": edges("s>decide:hot;decide>e")}),
    ("flow.default_misplaced", linear() | {"edges": edges("s>decide*;decide>e")}),
    ("flow.condition_invalid", gateway("s>g;g>a:height > 5;g>b*;a>decide;b>decide;decide>e")),
    ("flow.condition_invalid", gateway("s>g;g>a:area + 5;g>b*;a>decide;b>decide;decide>e")),
    ("flow.no_decision", changed("decide", stage="review")),
    ("flow.two_decisions", added(decide("d2", name="2") | {"days": 0},
                                 "s>decide;decide>d2;d2>e")),
    ("flow.decision_in_parallel", flow(
        [node("s", "start"), node("p", "split"), node("a"), decide(), node("j", "join"),
         node("e", "end")], "s>p;p>a;p>decide;a>j;decide>j;j>e")),
    ("flow.four_eyes_missing", changed("decide", four_eyes=False)),
    ("flow.stage_wrong", changed("s", stage="review")),
    ("flow.stage_wrong", added(node("t", stage="site_visit"), "s>t;t>decide;decide>e")),
    ("flow.stage_wrong", procedure(stage="close")),
    ("flow.role_missing", changed("decide", role="")),
    ("flow.joint_without_departments", with_joint(departments=[])),
    ("flow.joint_rule_unknown", with_joint(rule="majority")),
    ("flow.quorum_impossible", with_joint(rule="quorum", quorum=3)),
    ("flow.quorum_impossible", with_joint(rule="quorum", quorum=0)),
    ("flow.quorum_impossible", with_joint(rule="quorum", quorum=2, departments=["fire", "fire"])),
    ("flow.procedure_without_kind", procedure(procedure=None)),
    ("flow.days_invalid", added(node("t", days=-1), "s>t;t>decide;decide>e")),
    ("flow.days_invalid", added(node("t", days="5"), "s>t;t>decide;decide>e")),
]

@pytest.mark.parametrize(
    ("code", "definition"), DEFECTS, ids=[f"{i}-{case[0]}" for i, case in enumerate(DEFECTS)])
def test_each_defect_has_its_name(code, definition):
    assert codes(definition, level="fail") == {code}


def test_a_node_pointed_at_is_named():
    (defect,) = check_flow(changed("decide", role=None), promised=None, types={})
    assert (defect.node, defect.params["name"], defect.level) == ("decide", "DECIDE", "fail")


def test_every_code_has_a_sentence_that_its_parameters_fill():
    cases = [definition for _, definition in DEFECTS] + [changed("decide", days=3)]
    found = [defect for definition in cases
             for defect in check_flow(definition, promised=PROMISE, types=TYPES)]
    for defect in found:
        assert flow_module.CODES[defect.code] % defect.params
    assert {code for code, _ in DEFECTS} <= set(flow_module.CODES)


@pytest.mark.parametrize("damaged", [{}, [], None, {"nodes": None, "edges": 3},
                                     {"nodes": [{"code": ["x"]}], "edges": [{"source": 1}]}])
def test_damage_is_reported_not_raised(damaged):
    assert "flow.no_start" in codes(damaged)


def test_limits_are_added_up_along_the_longest_path():
    definition = parallel()
    for row in definition["nodes"]:
        row["days"] = {"a": 2, "b": 5, "decide": 3}.get(row["code"], 0)
    (defect,) = check_flow(definition, promised=PROMISE, types=TYPES)
    assert (defect.code, defect.level) == ("flow.days_sum", "warn")
    assert (defect.params["total"], defect.params["names"]) == (8, "B, DECIDE")
    assert codes(definition, promised=Period(8, "workday")) == set()
    assert codes(definition, promised=None) == set()


def test_different_units_are_reported_and_not_converted():
    definition = changed("decide", unit="calendar_day")
    assert codes(definition, level="warn") == {"flow.unit_differs"}


def test_procedures_outside_the_limit_are_left_out_of_the_sum():
    assert codes(procedure(days=30), level="warn") == {"flow.days_sum"}
    assert codes(procedure(days=30, counts_toward_deadline=False)) == set()


# --- the token game ---------------------------------------------------------------------------

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
    assert codes(definition) == set()
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

#: A flow as a term: "t"/"v"/"r" a resting node, ("seq"|"par"|"xor", parts) a composition.
TERMS = st.recursive(
    st.sampled_from("tvr"),
    lambda inner: st.tuples(st.sampled_from(["seq", "par", "xor"]),
                            st.lists(inner, min_size=2, max_size=3)),
    max_leaves=12,
)


class Builder:
    """Builds nodes and edges out of a term; conditions name a text that the test draws for."""

    def __init__(self):
        self.nodes, self.edges = [], []

    def new(self, kind, **more):
        code = f"n{len(self.nodes)}"
        self.nodes.append(node(code, kind, **more))
        return code

    def link(self, source, target, **more):
        self.edges.append({"source": source, "target": target, "condition": "", "default": False,
                           "sequence": len(self.edges)} | more)

    def build(self, term):
        """Add a term and return its ``(entry, exit)``."""
        if isinstance(term, str):
            code = self.new({"t": "task", "v": "procedure", "r": "joint_review"}[term])
            return code, code
        how, parts = term
        if how == "seq":
            ends = [self.build(part) for part in parts]
            for (_, left), (right, _) in zip(ends, ends[1:], strict=False):
                self.link(left, right)
            return ends[0][0], ends[-1][1]
        opening = self.new("split" if how == "par" else "decision")
        ends = [self.build(part) for part in parts]
        closing = self.new("join" if how == "par" else "task")
        for number, (entry, leave) in enumerate(ends):
            default = how == "xor" and number == len(ends) - 1
            condition = f"area > {number}" if how == "xor" and not default else ""
            self.link(opening, entry, condition=condition, default=default)
            self.link(leave, closing)
        return opening, closing


def built(term):
    builder = Builder()
    start = builder.new("start")
    entry, leave = builder.build(term)
    deciding = builder.new("task", stage="decide", four_eyes=True)
    end = builder.new("end")
    for source, target in ((start, entry), (leave, deciding), (deciding, end)):
        builder.link(source, target)
    return {"nodes": builder.nodes, "edges": builder.edges}, end


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
