"""Flow charts: nothing overlaps, nothing is lost, and any draft can be drawn."""

from itertools import combinations
from random import Random
from xml.etree import ElementTree

import pytest
from flow_samples import TERMS, added, built, flow, gateway, linear, node, parallel, with_joint
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kernel import flow_layers
from kernel.flow_graph import Graph
from kernel.flow_layout import LABEL_LINES, NOTE_LINE, NOTE_SIZE, layout
from kernel.flow_svg import svg
from kernel.flow_text import width, wrap

SVG = "{http://www.w3.org/2000/svg}"
DIRECTIONS = st.sampled_from(["right", "down"])


def rectangle(box):
    return box.x, box.y, box.x + box.width, box.y + box.height


def label_rectangle(route):
    x, y = route.label_at
    wide = max(width(line) for line in route.label) * NOTE_SIZE
    return x, y - NOTE_LINE / 2, x + wide, y - NOTE_LINE / 2 + len(route.label) * NOTE_LINE


def overlap(one, other, play=0.5):
    return (one[0] < other[2] - play and other[0] < one[2] - play
            and one[1] < other[3] - play and other[1] < one[3] - play)


def pieces(route):
    """The straight pieces of a route as flat rectangles."""
    for (x1, y1), (x2, y2) in zip(route.points, route.points[1:], strict=False):
        yield min(x1, x2) - 0.6, min(y1, y2) - 0.6, max(x1, x2) + 0.6, max(y1, y2) + 0.6


def assert_neat(plan):
    """No two boxes overlap, no edge runs through a box, no label covers a box or a label."""
    boxes = {box.code: rectangle(box) for box in plan.boxes}
    for one, other in combinations(boxes.values(), 2):
        assert not overlap(one, other)
    labels = [label_rectangle(route) for route in plan.routes if route.label]
    for x1, y1, x2, y2 in [*boxes.values(), *labels]:
        assert x1 >= 0 and y1 >= 0 and x2 <= plan.width and y2 <= plan.height
    for route in plan.routes:
        for piece in pieces(route):
            for code, box in boxes.items():
                assert code in (route.source, route.target) or not overlap(piece, box)
    for label in labels:
        assert not any(overlap(label, box) for box in boxes.values())
    for one, other in combinations(labels, 2):
        assert not overlap(one, other)
    for route in plan.routes:
        assert not any(overlap(piece, label) for piece in pieces(route) for label in labels)


def assert_no_lines_meet(plan):
    """Only edges of one source or of one target share a piece of line."""
    for one, other in combinations(plan.routes, 2):
        if one.source != other.source and one.target != other.target:
            assert not any(overlap(left, right) for left in pieces(one) for right in pieces(other))


def assert_right_angles(plan):
    for route in plan.routes:
        for (x1, y1), (x2, y2) in zip(route.points, route.points[1:], strict=False):
            assert min(abs(x1 - x2), abs(y1 - y2)) < 0.2


@settings(max_examples=80, deadline=None)
@given(TERMS, DIRECTIONS, st.randoms(use_true_random=False))
# labels above narrow bars; a line past the end of a bar; a fork over a line that merges later
@example(("xor", [("par", ["t", "t"]), ("par", ["t", "t"]), "t"]), "down", Random(0))
@example(("par", [("seq", ["t", ("xor", "vtv"), ("par", "ttrt")]), ("seq", "tvvr"), "r"]),
         "down", Random(0))
@example(("par", [("par", "tt"), ("par", [("xor", "rt"), ("xor", "vvv")])]), "down", Random(0))
def test_random_flows_are_drawn_without_overlap_or_crossing(term, direction, random):
    definition, _ = built(term)
    random.shuffle(definition["nodes"])  # the picture must not depend on the order of rows
    random.shuffle(definition["edges"])
    plan = layout(definition, direction=direction, captions={"n1": "审核科 · 3个工作日"})
    assert {box.code for box in plan.boxes} == {row["code"] for row in definition["nodes"]}
    assert {(route.source, route.target) for route in plan.routes} == {
        (row["source"], row["target"]) for row in definition["edges"]}
    assert flow_layers.crossings(flow_layers.build(Graph(definition))) == 0
    assert_neat(plan)
    assert_no_lines_meet(plan)
    assert_right_angles(plan)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20), DIRECTIONS)
def test_any_draft_is_drawn(pairs, direction):
    """Cycles, loose nodes, double edges, loops, edges to nowhere."""
    definition = {
        "nodes": [node(f"n{i}", ["task", "decision", "split", "join"][i % 4]) for i in range(8)],
        "edges": [{"source": f"n{one}", "target": f"n{other}"} for one, other in pairs],
    }
    ElementTree.fromstring(svg(definition, direction=direction))
    boxes = [rectangle(box) for box in layout(definition, direction=direction).boxes]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


@pytest.mark.parametrize("direction", ["right", "down"])
def test_an_empty_flow_is_an_empty_picture(direction):
    assert ElementTree.fromstring(svg({}, direction=direction)).findall(f"{SVG}g") == []


def test_a_cycle_is_drawn_in_the_direction_of_its_edges():
    definition = added(node("t"), "s>t;t>decide;decide>t;decide>e")
    routes = {(route.source, route.target): route for route in layout(definition).routes}
    back = routes["decide", "t"]
    assert back.points[0][0] > back.points[-1][0]


def test_direction():
    right, down = layout(linear()), layout(linear(), direction="down")
    assert right.width > right.height and down.height > down.width
    xs = [box.x for box in right.boxes]
    ys = [box.y for box in down.boxes]
    assert xs == sorted(xs) and ys == sorted(ys)
    assert len({box.x for box in down.boxes}) == 1


def test_branches_stand_in_the_order_of_their_edges():
    definition = parallel(("a", "b", "c", "d"))
    tops = {box.code: box.y for box in layout(definition).boxes}
    assert tops["a"] < tops["b"] < tops["c"] < tops["d"]
    definition["nodes"].reverse()
    definition["edges"].reverse()
    assert {box.code: box.y for box in layout(definition).boxes} == tops


def test_a_linear_flow_is_straight():
    assert all(len(route.points) == 2 for route in layout(linear()).routes)


@pytest.mark.parametrize("branches", [2, 3, 8])
@pytest.mark.parametrize("direction", ["right", "down"])
def test_bars_reach_all_their_branches(branches, direction):
    plan = layout(parallel(tuple(f"b{i}" for i in range(branches))), direction=direction)
    assert all(len(route.points) == 2 for route in plan.routes)
    assert_neat(plan)


def test_labels_come_from_the_caller_then_the_edge_then_the_condition():
    definition = gateway()
    def words(**more):
        return {(r.source, r.target): r.label for r in layout(definition, **more).routes}
    assert words()["g", "a"] == ("area > 100",)
    definition["edges"][1]["label"] = "面积较大"
    assert words()["g", "a"] == ("面积较大",)
    assert words(labels={("g", "a"): "其他"})["g", "a"] == ("其他",)
    assert words()["g", "b"] == ()


@pytest.mark.parametrize("direction", ["right", "down"])
def test_long_labels_do_not_overlap(direction):
    definition = flow(
        [node("s", "start"), node("g", "decision", name="经营场所面积是否需要现场核查"),
         node("a"), node("b"), node("c"), node("e", "end")],
        "s>g;g>a;g>b;g>c;g>e;a>e;b>e;c>e")
    labels = {("g", code): "涉及危险化学品储存经营且面积较大的情形" for code in "abce"}
    plan = layout(definition, direction=direction, labels=labels)
    assert all(len(route.label) == LABEL_LINES for route in plan.routes if route.label)
    assert_neat(plan)


@pytest.mark.parametrize("direction", ["right", "down"])
def test_labels_of_edges_that_merge_do_not_overlap(direction):
    """Two decisions whose short cuts lead to one step; a short cut to the end of a block."""
    definition = flow(
        [node("s", "start"), node("g", "decision"), node("h", "decision"), node("i", "decision"),
         node("a"), node("p", "split"), node("b"), node("c"), node("j", "join"),
         node("e", "end")],
        "s>g;g>h:hot;g>i*;h>a:area > 1;h>p*;i>a:area > 2;i>j:area > 3;p>b;p>c;b>j;c>j;a>e;j>e")
    plan = layout(definition, direction=direction)
    assert sum(bool(route.label) for route in plan.routes) == 4
    assert_neat(plan)


@pytest.mark.parametrize("direction", ["right", "down"])
def test_a_label_on_an_edge_that_closes_a_cycle(direction):
    plan = layout(added(node("t"), "s>t;t>decide;decide>t:hot;decide>e"), direction=direction)
    assert_neat(plan)


# --- the picture -------------------------------------------------------------------------------

def picture(definition, **more):
    return ElementTree.fromstring(svg(definition, **more))


def groups(root):
    return {group.get("data-code"): group for group in root.iter(f"{SVG}g")
            if group.get("data-code")}


def test_the_picture_says_what_it_shows():
    root = picture(linear(), title="食品经营许可", lit=["decide"], done=["s"],
                   captions={"decide": "审批科"})
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text == "食品经营许可"
    assert root.find(f"{SVG}desc").text == "✓ S → ▶ DECIDE (审批科) → E"


def test_the_picture_keeps_its_proportions_when_it_is_narrowed():
    root, plan = picture(linear()), layout(linear())
    assert root.get("viewBox") == f"0 0 {plan.width:g} {plan.height:g}"
    assert root.get("width") == f"{plan.width:g}"
    assert root.get("height") is None and "height" not in root.get("style")


def test_every_text_is_escaped():
    nasty = '<script>alert("1")</script>&\x00\x0b'
    definition = gateway()
    for row in definition["nodes"]:
        row["name"] = nasty
    definition["nodes"][2]["code"] = '"><b'
    definition["edges"][1]["label"] = nasty
    text = svg(definition, title=nasty, captions={"a": nasty, "s": nasty})
    assert "<script" not in text and '"><b' not in text
    root = ElementTree.fromstring(text)
    assert root.find(f"{SVG}title").text == '<script>alert("1")</script>&'


def test_current_and_done_steps_differ_in_shape_too():
    found = groups(picture(linear(), lit=["decide"], done=["s", "decide"]))
    lit, done, open_ = found["decide"], found["s"], found["e"]
    assert "is-lit" in lit.get("class") and "is-done" not in lit.get("class")
    assert "is-done" in done.get("class")
    marks = [[path.get("d").count("Z") for path in group.iter(f"{SVG}path")]
             for group in (lit, done, open_)]
    assert marks == [[1], [0], []]
    weights = [group.find(f"{SVG}rect").get("stroke-width") for group in (lit, done)]
    assert float(weights[0]) > float(weights[1])


def passed(root):
    return sum("is-passed" in group.get("class") for group in root.iter(f"{SVG}g"))


def test_only_edges_that_were_certainly_used_are_marked():
    assert passed(picture(linear())) == 0
    assert passed(picture(linear(), done=["s"], lit=["decide"])) == 1
    assert passed(picture(gateway(), done=["s", "a"], lit=["decide"])) == 3
    assert passed(picture(parallel(), done=["s", "a"], lit=["b"])) == 3
    shortcut = gateway("s>g;g>a:hot;g>decide*;a>decide;b>decide;decide>e")
    assert passed(picture(shortcut, done=["s", "a"], lit=["decide"])) == 3


def test_kinds_have_their_own_shapes():
    definition = added(node("v", "procedure"), "s>v;v>decide;decide>e")
    found = groups(picture(definition))
    assert found["v"].find(f"{SVG}rect").get("stroke-dasharray")
    assert float(found["s"].find(f"{SVG}rect").get("rx")) > 20
    assert groups(picture(gateway()))["g"].find(f"{SVG}polygon") is not None
    assert len(groups(picture(with_joint()))["jr"].findall(f"{SVG}rect")) == 3
    assert groups(picture(parallel()))["p"].find(f"{SVG}text") is None


# --- wrapping ----------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "limit", "lines", "expected"), [
    ("窗口受理", 8, 2, ("窗口受理",)),
    ("环境影响评价文件审查", 8, 2, ("环境影响评", "价文件审查")),
    ("审核科 · 3个工作日", 8, 2, ("审核科", "3个工作日")),
    ("审核科 · 当场", 8, 2, ("审核科 · 当场",)),
    ("经营（储存）危险，化学品", 6, 3, ("经营（储存）", "危险，化学品")),
    ("site visit by the fire brigade", 7, 3, ("site visit", "by the fire", "brigade")),
    ("一二三四五六七八九十", 4, 2, ("一二三四", "五六七…")),
    (" 多  余\n空白 ", 8, 2, ("多 余 空白",)),
    ("", 8, 2, ()),
])
def test_wrapping(text, limit, lines, expected):
    assert wrap(text, limit, lines) == expected


@given(st.text(max_size=60), st.integers(4, 12), st.integers(1, 4))
def test_wrapped_lines_fit(text, limit, lines):
    rows = wrap(text, limit, lines)
    assert len(rows) <= lines
    assert all(row.strip() and width(row) <= limit for row in rows)


def test_a_large_flow_is_laid_out():
    codes = [f"b{i}" for i in range(60)]
    plan = layout(parallel(tuple(codes)))
    assert len(plan.boxes) == 65
