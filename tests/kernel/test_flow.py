"""Flows: every defect has its own name."""

import pytest
from flow_samples import (
    TYPES,
    added,
    changed,
    decide,
    edges,
    flow,
    gateway,
    linear,
    node,
    parallel,
    procedure,
    two_blocks,
    with_joint,
)
from kernel import flow as flow_module
from kernel.clock import Period
from kernel.flow import check_flow

PROMISE = Period(10, "workday")


def codes(definition, *, promised=PROMISE, level=None):
    return {defect.code for defect in check_flow(definition, promised=promised, types=TYPES)
            if level is None or defect.level == level}


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
