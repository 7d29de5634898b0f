"""One SVG of a flow chart (流程图) for pages, the designer, and printed guides.

All looks are presentation attributes, so the picture is complete by itself (also in PDF), and a
style sheet can still override them by class: ``gov-flow``, ``gov-flow-node``, ``gov-flow-edge``,
``is-task`` …, ``is-lit``, ``is-done``.  Current and done steps differ by outline and badge, not
only by colour.
"""

from collections.abc import Collection, Mapping
from html import escape

from .flow_graph import (
    DECISION,
    END,
    JOIN,
    JOINT_REVIEW,
    PASSING,
    PROCEDURE,
    SPLIT,
    START,
    Edge,
    Graph,
)
from .flow_layout import (
    NAME_LINE,
    NAME_SIZE,
    NOTE_LINE,
    NOTE_SIZE,
    RIGHT,
    Box,
    Layout,
    Point,
    Route,
    layout,
)
from .flow_text import printable, width

FONTS = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
INK, MUTED, LINE, EDGE = "#1f2a37", "#566376", "#5b6b7f", "#7a889a"
#: Fill and outline by state, then by kind.
STATES = {"lit": ("#e6f0fd", "#1a5ab8"), "done": ("#ebf6ef", "#2b7a4b")}
KINDS = {
    START: ("#eef1f6", LINE), END: ("#eef1f6", LINE), DECISION: ("#fff7e3", "#a96f12"),
    PROCEDURE: ("#faf7ff", "#7257a8"),
}
CORNER, SHEET, BADGE = 7, 5, 9


def svg(
    flow: Mapping,
    *,
    lit: Collection[str] = (),
    done: Collection[str] = (),
    title: str = "",
    direction: str = RIGHT,
    captions: Mapping[str, str] | None = None,
    labels: Mapping[tuple[str, str], str] | None = None,
    plan: Layout | None = None,
) -> str:
    """Draw a flow; ``lit`` are the codes of open steps, ``done`` those of completed ones.

    ``captions`` and ``labels`` as in ``flow_layout.layout``.  Every text is escaped.
    Who has the ``plan`` already gives it.
    """
    graph = Graph(flow)
    lit, done = set(lit), set(done) - set(lit)
    plan = plan or layout(flow, direction=direction, captions=captions, labels=labels)
    states = dict.fromkeys(graph.nodes, "")
    states |= dict.fromkeys(done, "done") | dict.fromkeys(lit, "lit")
    passed = _passed(graph, lit, done)
    routes = sorted(plan.routes, key=lambda route: (route.source, route.target) in passed)
    drawn = [_route(route, (route.source, route.target) in passed) for route in routes]
    drawn += [_label(route) for route in plan.routes if route.label]
    drawn += [_node(box, graph.name(box.code), states[box.code]) for box in plan.boxes]
    return _frame(plan, title, _description(graph, states, captions or {}), drawn)


def _frame(plan: Layout, title: str, description: str, drawn: list[str]) -> str:
    # Only a width: browsers and WeasyPrint then take the height from the viewBox, also when the
    # picture is narrowed; with a height of its own, or "height:auto", it stands in blank space.
    wide, high = _number(plan.width), _number(plan.height)
    label = _text(title or description)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gov-flow gov-flow-{plan.direction}" '
        f'role="img" aria-label="{label}" width="{wide}" '
        f'viewBox="0 0 {wide} {high}" style="max-width:100%" '
        f'font-family="{FONTS}">'
        f"<title>{label}</title><desc>{_text(description)}</desc>{''.join(drawn)}</svg>"
    )


def _description(graph: Graph, states: Mapping[str, str], captions: Mapping[str, str]) -> str:
    """The steps in order, as one line for a screen reader; ✓ done, ▶ open."""
    order = graph.order()
    order += [code for code in graph.nodes if code not in order]
    parts = []
    for code in order:
        if graph.kind(code) in PASSING:
            continue
        mark = {"lit": "▶ ", "done": "✓ "}.get(states[code], "")
        note = f" ({captions[code]})" if captions.get(code) else ""
        parts.append(f"{mark}{graph.name(code)}{note}")
    return " → ".join(parts)


def _passed(graph: Graph, lit: set[str], done: set[str]) -> set[tuple[str, str]]:
    """The edges that the case has surely used: between touched nodes, gateways in between."""
    gateways = set(graph.of_kind(*PASSING))
    behind = done | _through(graph, done, gateways, backwards=False)
    ahead = done | lit | _through(graph, done | lit, gateways, backwards=True)
    used = [
        edge for edge in graph.edges if edge.source in behind and edge.target in ahead
        and (edge.target not in gateways or edge.target in behind)
        and (edge.source not in gateways or edge.source in ahead)
    ]
    return {edge.pair for edge in used if not _is_shortcut(graph, edge, used)}


def _is_shortcut(graph: Graph, edge: Edge, used: list[Edge]) -> bool:
    """Whether another way out of the same decision leads to the same place through more steps."""
    return graph.kind(edge.source) == DECISION and any(
        other.source == edge.source and other.target != edge.target
        and edge.target in graph.reach([other.target])
        for other in used
    )


def _through(graph: Graph, codes: set[str], gateways: set[str], *, backwards: bool) -> set[str]:
    """The gateways next to ``codes``, and the gateways next to those."""
    found: set[str] = set()
    waiting = [code for code in codes if code in graph.nodes]
    while waiting:
        code = waiting.pop()
        for edge in graph.into[code] if backwards else graph.out[code]:
            other = edge.source if backwards else edge.target
            if other in gateways and other not in found:
                found.add(other)
                waiting.append(other)
    return found


# -- edges -----------------------------------------------------------------------------------


def _route(route: Route, passed: bool) -> str:
    colour, stroke = (STATES["done"][1], 2.2) if passed else (EDGE, 1.5)
    classes = "gov-flow-edge" + (" is-passed" if passed else "") + (
        " is-default" if route.default else "")
    tip, base = route.points[-1], _toward(route.points[-1], route.points[-2], 7)
    path = _path([*route.points[:-1], base])
    return (
        f'<g class="{classes}" stroke="{colour}" fill="none">'
        f'<path d="{path}" stroke-width="{stroke}" stroke-linejoin="round"/>'
        f"{_arrow(tip, route.points[-2], colour)}</g>"
    )


def _path(points: list[Point]) -> str:
    """A line through the points with rounded corners."""
    parts = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, end = _toward(corner, before, radius), _toward(corner, after, radius)
        parts.append(f"L{_pair(start)}Q{_pair(corner)} {_pair(end)}")
    parts.append(f"L{_pair(points[-1])}")
    return "".join(parts)


def _arrow(tip: Point, origin: Point, colour: str) -> str:
    base = _toward(tip, origin, 9)
    across = ((base[1] - tip[1]) / 2, (tip[0] - base[0]) / 2)
    left = (base[0] + across[0], base[1] + across[1])
    right = (base[0] - across[0], base[1] - across[1])
    return (
        f'<path d="M{_pair(tip)}L{_pair(left)}L{_pair(right)}Z" fill="{colour}" stroke="none"/>'
    )


def _label(route: Route) -> str:
    x, y = route.label_at
    wide = max(width(line) for line in route.label) * NOTE_SIZE
    lines = "".join(
        _line(x, y + number * NOTE_LINE, line, NOTE_SIZE, MUTED, "start")
        for number, line in enumerate(route.label)
    )
    ground = (
        f'<rect x="{_number(x - 2)}" y="{_number(y - NOTE_LINE / 2)}" '
        f'width="{_number(wide + 4)}" height="{len(route.label) * NOTE_LINE - 1}" '
        'fill="#ffffff" fill-opacity="0.85"/>'
    )
    return f'<g class="gov-flow-label">{ground}{lines}</g>'


# -- nodes -----------------------------------------------------------------------------------


def _node(box: Box, name: str, state: str) -> str:
    fill, stroke = STATES.get(state) or KINDS.get(box.kind, ("#ffffff", LINE))
    classes = f"gov-flow-node is-{box.kind}" + (f" is-{state}" if state else "")
    weight = 2.6 if state == "lit" else 1.5
    look = f'fill="{fill}" stroke="{stroke}" stroke-width="{weight}"'
    badge = _badge(box, state, stroke) if state else ""
    return (
        f'<g class="{_text(classes)}" data-code="{_text(box.code)}"><title>{_text(name)}</title>'
        f"{_outline(box, look, stroke)}{_words(box)}{badge}</g>"
    )


def _outline(box: Box, look: str, stroke: str) -> str:
    if box.kind in (SPLIT, JOIN):
        return _rect(box.x, box.y, box.width, box.height, 3,
                     f'fill="{stroke}" stroke="{stroke}" stroke-width="1"')
    if box.kind == DECISION:
        middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
        corners = [(box.x, middle_y), (middle_x, box.y), (box.x + box.width, middle_y),
                   (middle_x, box.y + box.height)]
        points = " ".join(_pair(corner) for corner in corners)
        return f'<polygon points="{points}" stroke-linejoin="round" {look}/>'
    if box.kind == JOINT_REVIEW:
        wide, high = box.width - 2 * SHEET, box.height - 2 * SHEET
        return "".join(
            _rect(box.x + shift, box.y + 2 * SHEET - shift, wide, high, 6, look)
            for shift in (2 * SHEET, SHEET, 0)
        )
    radius = min(box.height / 2, 26) if box.kind in (START, END) else 6
    dashes = ' stroke-dasharray="6 4"' if box.kind == PROCEDURE else ""
    return _rect(box.x, box.y, box.width, box.height, radius, look + dashes)


def _words(box: Box) -> str:
    if box.kind in (SPLIT, JOIN):
        return ""
    small = box.kind == DECISION
    size, step = (NOTE_SIZE, NOTE_LINE) if small else (NAME_SIZE, NAME_LINE)
    sheets = SHEET if box.kind == JOINT_REVIEW else 0
    x = box.x + box.width / 2 - sheets
    high = len(box.name) * step + (3 + len(box.note) * NOTE_LINE if box.note else 0)
    y = box.y + box.height / 2 + sheets - high / 2
    weight = "" if small else ' font-weight="600"'
    parts = [
        _line(x, y + (number + 0.5) * step, line, size, INK, "middle", weight)
        for number, line in enumerate(box.name)
    ]
    y += len(box.name) * step + 3
    parts += [
        _line(x, y + (number + 0.5) * NOTE_LINE, line, NOTE_SIZE, MUTED, "middle")
        for number, line in enumerate(box.note)
    ]
    return "".join(parts)


def _badge(box: Box, state: str, colour: str) -> str:
    """A tick for a step that is done, a pointer for the one that is open."""
    if box.kind in PASSING:
        return ""
    x, y = box.x + box.width - 10, box.y + 1
    mark = (
        f'<path d="M{_pair((x - 4, y))}L{_pair((x - 1, y + 3.5))}L{_pair((x + 4.5, y - 3.5))}" '
        'fill="none" stroke="#ffffff" stroke-width="2"/>'
        if state == "done" else
        f'<path d="M{_pair((x - 2.5, y - 4.5))}L{_pair((x + 5, y))}L{_pair((x - 2.5, y + 4.5))}Z" '
        'fill="#ffffff"/>'
    )
    return (
        f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{BADGE}" fill="{colour}" '
        f'stroke="#ffffff" stroke-width="1.5"/>{mark}'
    )


# -- small change ----------------------------------------------------------------------------


def _rect(x: float, y: float, wide: float, high: float, radius: float, look: str) -> str:
    return (
        f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(wide)}" '
        f'height="{_number(high)}" rx="{_number(radius)}" {look}/>'
    )


def _line(x, y, text: str, size: int, colour: str, anchor: str, more: str = "") -> str:
    """One line of text whose middle height is ``y``; 0.36 em down is the base line."""
    return (
        f'<text x="{_number(x)}" y="{_number(y + 0.36 * size)}" font-size="{size}" '
        f'fill="{colour}" text-anchor="{anchor}"{more}>{_text(text)}</text>'
    )


def _text(text: str) -> str:
    return escape(printable(text))


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _pair(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _toward(origin: Point, target: Point, length: float) -> Point:
    """The point ``length`` away from ``origin`` toward ``target``, on a straight piece."""
    whole = _distance(origin, target) or 1
    share = length / whole
    return origin[0] + (target[0] - origin[0]) * share, origin[1] + (target[1] - origin[1]) * share
