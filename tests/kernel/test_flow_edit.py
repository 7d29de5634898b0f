"""Editing a flow in its picture: sound stays sound, whatever is done in whatever order."""

import pytest
from flow_samples import TERMS, added, built, gateway, linear, node, parallel, two_blocks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernel import flow_edit
from kernel.errors import KernelError
from kernel.flow_check import CODES as FLOW_CODES
from kernel.flow_check import FAIL
from kernel.flow_graph import RESTING, Graph

NAMES = {"step": "新环节", "branch": "条件", "split": "并行", "start": "受理"}


def do(flow, act, **more):
    return flow_edit.edit(flow, {"do": act} | more, NAMES)


def ways(flow):
    """The edges as text, sorted: ``a>b``, ``a>b:x`` with a condition, ``a>b*`` the default."""
    return sorted(
        f"{e['source']}>{e['target']}" + (f":{e['condition']}" if e["condition"] else "")
        + ("*" if e["default"] else "")
        for e in flow["edges"]
    )


def refusal(flow, act, **more):
    with pytest.raises(KernelError) as caught:
        do(flow, act, **more)
    return caught.value.code


# -- adding ----------------------------------------------------------------------------------


def test_a_step_stands_between():
    edited = do(linear(), "insert", edges=[["s", "decide"]], what="step")
    assert edited.select == "step_1"
    assert ways(edited.flow) == ["decide>e", "s>step_1", "step_1>decide"]
    assert [row["code"] for row in edited.flow["nodes"]] == ["s", "step_1", "decide", "e"]
    row = edited.flow["nodes"][1]
    assert (row["name"], row["kind"], row["stage"]) == ("新环节", "task", "review")


def test_a_branch_brings_its_default_around():
    edited = do(linear(), "insert", edges=[["s", "decide"]], what="branch")
    assert ways(edited.flow) == [
        "branch_1>decide*", "branch_1>step_1", "decide>e", "s>branch_1", "step_1>decide"]
    codes = [one.code for one in flow_edit.defects(edited.flow) if one.level == FAIL]
    assert codes == ["flow.edge_without_condition"]  # only the editor can say it


def test_a_parallel_group_brings_its_join():
    edited = do(linear(), "insert", edges=[["s", "decide"]], what="parallel")
    assert ways(edited.flow) == ["decide>e", "join_1>decide", "s>split_1", "split_1>step_1",
                                 "split_1>step_2", "step_1>join_1", "step_2>join_1"]
    assert not flow_edit.structural(edited.flow)


def test_a_step_on_a_conditional_path_leaves_the_condition_at_the_branch():
    edited = do(gateway(), "insert", edges=[["g", "a"]], what="step").flow
    assert "g>step_1:area > 100" in ways(edited)
    assert "step_1>a" in ways(edited)


def test_behind_the_meeting_of_paths_means_on_all_of_them():
    edited = do(gateway(), "insert", edges=[["a", "decide"], ["b", "decide"]], what="step").flow
    assert {"a>step_1", "b>step_1", "step_1>decide"} <= set(ways(edited))


def test_a_path_more_ends_where_the_others_end():
    assert {"p>step_1", "step_1>j"} <= set(ways(do(parallel(), "add_path", node="p").flow))
    edited = do(gateway(), "add_path", node="g").flow
    assert {"g>step_1", "step_1>decide"} <= set(ways(edited))
    assert [e["target"] for e in edited["edges"] if e["source"] == "g"] == ["a", "step_1", "b"]


def test_an_empty_flow_begins_with_the_four_steps():
    edited = do({"nodes": [], "edges": []}, "begin")
    assert ways(edited.flow) == ["accept>review", "decide>close", "review>decide"]
    assert flow_edit.defects(edited.flow) == []
    assert edited.flow["nodes"][0]["name"] == "受理"
    assert refusal(linear(), "begin") == "flow_edit.not_empty_flow"


# -- removing --------------------------------------------------------------------------------


def test_the_paths_around_a_removed_step_heal():
    flow = added(node("v"), "s>v;v>decide;decide>e")
    edited = do(flow, "remove", node="v")
    assert ways(edited.flow) == ways(linear())
    assert edited.select == "s"


def test_removing_what_was_added_gives_the_flow_back():
    for what in flow_edit.ADDABLE:
        edited = do(linear(), "insert", edges=[["s", "decide"]], what=what).flow
        while len(edited["nodes"]) > 3:
            code = next(row["code"] for row in edited["nodes"]
                        if row["kind"] in ("task", "procedure", "joint_review")
                        and row["code"] != "decide")
            edited = do(edited, "remove", node=code).flow
        assert ways(edited) == ways(linear()), what


def test_the_last_step_of_a_branch_leaves_an_empty_path_while_others_hold_steps():
    edited = do(parallel(("a", "b", "c")), "remove", node="a").flow
    assert "p>j" in ways(edited)
    assert not flow_edit.structural(edited)


def test_a_group_goes_when_one_path_holds_steps_and_is_refused_otherwise():
    assert refusal(parallel(), "remove", node="p") == "flow_edit.paths_hold_steps"
    assert refusal(parallel(), "remove", node="j") == "flow_edit.paths_hold_steps"
    assert refusal(gateway(), "remove", node="g") == "flow_edit.paths_hold_steps"
    one_left = do(parallel(), "remove", node="a").flow
    for code in ("p", "j"):
        assert ways(do(one_left, "remove", node=code).flow) == ["b>decide", "decide>e", "s>b"]
    skipped = do(gateway(), "remove", node="b").flow
    assert ways(do(skipped, "remove", node="g").flow) == ["a>decide", "decide>e", "s>a"]


def test_the_inner_of_two_groups_goes_alone():
    flow = two_blocks("s>p;p>a;p>q;q>b;q>c;b>k;c>k;k>j;a>j;j>decide;decide>e")
    edited = do(do(flow, "remove", node="b").flow, "remove", node="c").flow
    assert ways(edited) == ["a>j", "decide>e", "j>decide", "p>a", "p>j", "s>p"]


def test_two_conditions_for_the_same_way_become_one():
    flow = gateway("s>g;g>a:area > 100;g>b:hot;g>decide*;a>decide;b>decide;decide>e")
    edited = do(do(flow, "lead", edge=["g", "b"], to="b").flow, "remove", node="b").flow
    assert "g>decide*" in ways(edited)  # the default takes what nobody asks about any more
    flow = gateway("s>g;g>a:area > 100;g>b:hot;g>e*;a>decide;b>decide;decide>e")
    edited = flow_edit.Draft(flow, {})
    edited.detach("a")
    edited.detach("b")
    assert "g>decide:(area > 100) or (hot)" in ways(edited.to_flow())


def test_beginning_end_and_decision_stay():
    assert refusal(linear(), "remove", node="s") == "flow_edit.keep_ends"
    assert refusal(linear(), "remove", node="e") == "flow_edit.keep_ends"
    assert refusal(linear(), "remove", node="decide") == "flow.no_decision"


# -- moving ----------------------------------------------------------------------------------


def chain():
    return added(node("v"), "s>v;v>decide;decide>e")


def test_a_step_changes_places_with_its_neighbour():
    later = do(chain(), "move", node="v", by=1)
    assert (ways(later.flow), later.select) == (["decide>v", "s>decide", "v>e"], "v")
    assert [row["code"] for row in later.flow["nodes"]] == ["s", "decide", "v", "e"]
    assert ways(do(later.flow, "move", node="v", by=-1).flow) == ways(chain())


def test_a_group_is_passed_as_a_whole():
    assert ways(do(parallel(), "move", node="decide", by=-1).flow) == [
        "a>j", "b>j", "decide>p", "j>e", "p>a", "p>b", "s>decide"]
    assert ways(do(gateway(), "move", node="decide", by=-1).flow) == [
        "a>e", "b>e", "decide>g", "g>a:area > 100", "g>b*", "s>decide"]
    back = do(do(gateway(), "move", node="decide", by=-1).flow, "move", node="decide", by=1)
    assert ways(back.flow) == ways(gateway())


def test_a_group_moves_as_a_whole():
    for flow, gates in ((parallel(), "pj"), (gateway(), "g")):
        for gate in gates:
            moved = do(flow, "move", node=gate, by=1)
            assert ways(moved.flow) == ways(do(flow, "move", node="decide", by=-1).flow)
            assert moved.select == gate
            assert ways(do(moved.flow, "move", node=gate, by=-1).flow) == ways(flow)


def test_the_ends_of_a_path():
    assert refusal(chain(), "move", node="v", by=-1) == "flow_edit.first_on_path"
    assert refusal(chain(), "move", node="decide", by=1) == "flow_edit.last_on_path"
    assert refusal(parallel(), "move", node="a", by=1) == "flow_edit.last_on_path"
    assert refusal(gateway(), "move", node="a", by=-1) == "flow_edit.first_on_path"
    assert refusal(chain(), "move", node="s", by=1) == "flow_edit.keep_place"


def test_a_step_is_dragged_to_another_path():
    dragged = do(parallel(), "place", node="a", edges=[["b", "j"]]).flow
    assert {"b>a", "a>j", "p>j"} <= set(ways(dragged))
    assert ways(do(chain(), "place", node="v", edges=[["s", "v"]]).flow) == ways(chain())
    assert refusal(parallel(), "place", node="decide", edges=[["p", "a"]]) in FLOW_CODES


# -- paths -----------------------------------------------------------------------------------


def test_one_default_and_the_order_of_conditions():
    edited = do(gateway(), "default", edge=["g", "a"]).flow
    assert {"g>a*", "g>b"} <= set(ways(edited))
    flow = gateway("s>g;g>a:area > 100;g>b:hot;g>decide*;a>decide;b>decide;decide>e")
    edited = do(flow, "order", edge=["g", "b"], by=-1).flow
    assert [e["target"] for e in edited["edges"] if e["source"] == "g"] == ["b", "a", "decide"]
    assert refusal(linear(), "default", edge=["s", "decide"]) == "flow_edit.not_a_choice"
    assert refusal(gateway(), "default", edge=["g", "b"]) == "flow_edit.already_default"


def test_an_empty_path_is_cut_and_the_branch_goes_with_it():
    flow = gateway("s>g;g>a:area > 100;g>decide:hot;g>b*;a>decide;b>decide;decide>e")
    edited = do(flow, "cut", edge=["g", "decide"]).flow
    assert ways(edited) == ways(gateway())
    assert refusal(gateway(), "cut", edge=["g", "a"]) == "flow.unreachable"
    skipped = do(gateway(), "remove", node="a").flow
    assert ways(do(skipped, "cut", edge=["g", "decide"]).flow) == ["b>decide", "decide>e", "s>b"]


def test_a_broken_draft_is_repaired_in_the_picture():
    loose = added(node("v"), "s>decide;decide>e")
    assert ways(do(loose, "remove", node="v").flow) == ways(linear())
    circle = added(node("v"), "s>v;v>decide;decide>v;decide>e")
    assert refusal(circle, "insert", edges=[["s", "v"]], what="step") == "flow.cycle"
    assert not flow_edit.structural(do(circle, "cut", edge=["decide", "v"]).flow)
    open_end = added(node("v"), "s>v;decide>e")
    assert not flow_edit.structural(do(open_end, "connect", edge=["v", "decide"]).flow)


# -- any order of any edits ------------------------------------------------------------------

EDITS = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 200), st.integers(0, 200)),
                 min_size=1, max_size=8)


def chosen(flow, what, one, other):
    """An edit drawn by numbers, on something that the flow has."""
    nodes = [row["code"] for row in flow["nodes"]]
    edges = [[e["source"], e["target"]] for e in flow["edges"]]
    spots = [[list(pair) for pair in place] for place in flow_edit.places(flow)]
    code, edge, by = nodes[one % len(nodes)], edges[one % len(edges)], (-1, 1)[other % 2]
    spot = spots[one % len(spots)]
    adding = flow_edit.ADDABLE[other % len(flow_edit.ADDABLE)]
    return (
        {"do": "insert", "edges": spot, "what": adding},
        {"do": "insert", "edges": spot, "what": adding},
        {"do": "add_path", "node": code},
        {"do": "remove", "node": code},
        {"do": "remove", "node": nodes[other % len(nodes)]},
        {"do": "move", "node": code, "by": by},
        {"do": "place", "node": nodes[other % len(nodes)], "edges": spot},
        {"do": "cut", "edge": edge},
        {"do": "lead", "edge": edge, "to": nodes[other % len(nodes)]},
        {"do": "default", "edge": edge},
        {"do": "connect", "edge": [code, nodes[other % len(nodes)]]},
    )[what]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TERMS, EDITS)
def test_any_edits_on_a_sound_flow_keep_it_sound(term, draws):
    flow, _end = built(term)
    assert not flow_edit.structural(flow)
    for draw in draws:
        before, steps = repr(flow), resting(flow)
        change = chosen(flow, *draw)
        try:
            edited = flow_edit.edit(flow, change, NAMES)
        except KernelError as error:
            assert error.code in flow_edit.CODES or error.code in FLOW_CODES
            continue
        finally:
            assert repr(flow) == before  # what was given is never changed
        flow = edited.flow
        assert not flow_edit.structural(flow), (change, ways(flow))
        assert not edited.select or edited.select in Graph(flow).nodes
        lost = {change["node"]} if change["do"] == "remove" else set()
        assert resting(flow) >= steps - lost
        if change["do"] not in ("insert", "add_path"):
            assert resting(flow) <= steps


def resting(flow):
    graph = Graph(flow)
    return set(graph.of_kind(*RESTING))


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6)
    | st.sampled_from(["s", "g", "a", "decide", "e", "step", "remove", "insert"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["do", "node", "edge", "edges", "what", "by", "to", "x"]), inner,
        max_size=4),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["begin", "insert", "add_path", "remove", "cut", "move", "place", "connect",
                        "lead", "default", "order", "burn"]), HOSTILE)
def test_what_a_client_sends_is_refused_by_a_code(what, more):
    change = more if not isinstance(more, dict) else more | {"do": what}
    try:
        flow_edit.edit(gateway(), change, NAMES)
    except KernelError as error:
        assert error.code in flow_edit.CODES or error.code in FLOW_CODES


@pytest.mark.parametrize("flow", [
    None, [], {"nodes": 1}, {"nodes": [{}]}, {"nodes": [{"code": []}], "edges": [1]},
    {"nodes": [{"code": "s", "kind": ["start"]}], "edges": [{"source": 1, "target": {}}]},
    {"nodes": [{"code": "s", "kind": "start"}] * 2},
    {"nodes": [{"code": f"n{n}", "kind": "task"} for n in range(301)]},
])
def test_a_damaged_flow_is_refused_or_healed_by_a_code(flow):
    for act in ("begin", "remove", "insert"):
        try:
            do(flow, act, node="s", edges=[["s", "e"]], what="step")
        except KernelError as error:
            assert error.code in flow_edit.CODES or error.code in FLOW_CODES
