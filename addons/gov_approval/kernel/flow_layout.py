"""Where everything of a flow chart (流程图) stands: boxes, routes, labels, in pixels.

The result is plain data; ``flow_svg.py`` draws it, and a designer may place handles by it.  Any
draft can be laid out, also one with cycles, loose nodes or double codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from . import flow_channels, flow_layers
from .flow_channels import Group
from .flow_graph import DECISION, JOIN, SPLIT, Edge, Graph
from .flow_layers import Chain, Layers, Slot
from .flow_text import width, wrap

RIGHT, DOWN = "right", "down"

MARGIN = 22
NAME_SIZE, NAME_LINE = 14, 20
NOTE_SIZE, NOTE_LINE = 12, 17
NODE_WIDTH = {RIGHT: 148, DOWN: 132}
PADDING = 14
BAR, BAR_END = 7, 16
BASE_GAP, LANE_GAP = 46, 26
LABEL_EM, LABEL_LINES = 8, 2
#: The first bend behind a node, the last one before a node (an arrow needs room), between bends.
BEND_AFTER, BEND_BEFORE, BEND_STEP = 14, 22, 10
STRAIGHT = 5

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A node on the canvas: top left corner, size, and its text already broken into lines."""

    code: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    name: tuple[str, ...]
    note: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """An edge on the canvas: its corner points from source to target, and its label.

    ``label_at`` is the left end of the label's first line, at half its height.
    """

    source: str
    target: str
    default: bool
    points: tuple[Point, ...]
    label: tuple[str, ...] = ()
    label_at: Point = (0, 0)


@dataclass(frozen=True)
class Layout:
    width: float
    height: float
    direction: str
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class _Shape:
    """The size of a node, before it has a place."""

    main: float
    cross: float
    name: tuple[str, ...] = ()
    note: tuple[str, ...] = ()


def layout(
    flow: Mapping,
    *,
    direction: str = RIGHT,
    captions: Mapping[str, str] | None = None,
    labels: Mapping[tuple[str, str], str] | None = None,
) -> Layout:
    """Lay a flow out from left to right ("right") or from top to bottom ("down", for phones).

    ``captions`` are the small lines under a node's name (role, limit), by code.  ``labels`` are
    the words on an edge, by ``(source, target)``; without one the edge's own label is shown, else
    its condition.
    """
    graph = Graph(flow)
    chart = _Chart(graph, direction, captions or {}, labels or {})
    return chart.result()


class _Chart:
    """The steps of one layout; *main* runs with the flow, *cross* across it."""

    def __init__(self, graph: Graph, direction: str, captions: Mapping, labels: Mapping):
        self.graph = graph
        self.across = direction == RIGHT
        self.direction = RIGHT if self.across else DOWN
        self.captions, self.labels = captions, labels
        self.shapes = {code: self._shape(code) for code in graph.nodes}
        labelled = frozenset(edge.pair for edge in graph.edges if self._words(edge))
        self.layers: Layers = flow_layers.build(graph, labelled)
        self.words = {chain: self._words(chain.edge) for chain in self.layers.chains}
        self.rooms = self._label_rooms()
        self.reach: dict[Slot, tuple[float, float]] = {}
        self._place()
        self.lines = self._lines()
        self.bends: dict[tuple[Slot, Slot], float] = {}
        self.starts, self.depths, self.label_mains = self._channels()

    def result(self) -> Layout:
        boxes = [self._box(slot) for slot in self.layers.slots.values()]
        routes = [self._route(chain) for chain in self.layers.chains]
        left, top, right, bottom = _bounds(boxes, routes)
        dx, dy = MARGIN - left, MARGIN - top
        return Layout(
            round(right - left + 2 * MARGIN, 1),
            round(bottom - top + 2 * MARGIN, 1),
            self.direction,
            tuple(_moved_box(box, dx, dy) for box in boxes),
            tuple(_moved_route(route, dx, dy) for route in routes),
        )

    # -- sizes -------------------------------------------------------------------------------

    def _shape(self, code: str) -> _Shape:
        kind, node = self.graph.kind(code), self.graph.nodes[code]
        if kind in (SPLIT, JOIN):
            return _Shape(BAR, 2 * BAR_END)
        if kind == DECISION:
            name = wrap(node.get("name") or "", 6, 3)
            wide = max((width(line) for line in name), default=0) * NOTE_SIZE
            return self._turned(max(46, 2 * wide + 4), max(46, 2 * len(name) * NOTE_LINE + 8),
                                name, ())
        room = NODE_WIDTH[self.direction] - 2 * PADDING
        name = wrap(self.graph.name(code), room / NAME_SIZE, 3)
        note = wrap(self.captions.get(code, ""), room / NOTE_SIZE, 3)
        high = len(name) * NAME_LINE + (3 + len(note) * NOTE_LINE if note else 0) + 22
        return self._turned(NODE_WIDTH[self.direction], max(high, 48), name, note)

    def _turned(self, wide: float, high: float, name, note) -> _Shape:
        return _Shape(wide, high, name, note) if self.across else _Shape(high, wide, name, note)

    def _words(self, edge: Edge) -> tuple[str, ...]:
        text = self.labels.get(edge.pair) or edge.label or edge.condition
        return wrap(text, LABEL_EM, LABEL_LINES)

    # -- positions on the cross axis ---------------------------------------------------------

    def _place(self) -> None:
        for row in self.layers.rows:
            for slot in row:
                half = self.shapes[slot.code].cross / 2 if slot.code else 0.0
                self._extend(slot, half, half)
        flow_layers.place(self.layers, LANE_GAP)
        if self._stretch_bars():
            flow_layers.place(self.layers, LANE_GAP)
            self._stretch_bars()

    def _label_rooms(self) -> dict[Slot, tuple[float, float]]:
        """What a label needs on both sides of the slot that its edge goes to first.

        Such a slot has no other edge before it, see ``flow_layers.build``.
        """
        rooms = {}
        for chain, words in self.words.items():
            if words:
                wide, high = _label_size(words)
                rooms[chain.slots[1]] = (
                    (high + 4, 0.0) if self.across else (0.0, wide + 10 - LANE_GAP / 2))
        return rooms

    def _extend(self, slot: Slot, low: float, high: float) -> None:
        """Let what is drawn at a slot reach so far; its label may need more room than that."""
        self.reach[slot] = low, high
        room = self.rooms.get(slot, (0.0, 0.0))
        slot.low, slot.high = max(low, room[0]), max(high, room[1])

    def _stretch_bars(self) -> bool:
        """Let the bars of splits and joins reach all their branches; whether there are any.

        A bar does not reach out for a fork before it or a merge behind it: it would take the room
        of the branches beside it.
        """
        bars = [slot for code, slot in self.layers.slots.items()
                if self.graph.kind(code) in (SPLIT, JOIN)]
        for slot in bars:
            ends = [other.position for other in slot.before
                    if len(slot.before) > 1 or len(other.after) == 1]
            ends += [other.position for other in slot.after
                     if len(slot.after) > 1 or len(other.before) == 1]
            row = self.layers.rows[slot.layer]
            place = row.index(slot)
            low = slot.position - min([*ends, slot.position]) + BAR_END
            high = max([*ends, slot.position]) - slot.position + BAR_END
            if place:
                low = min(low, slot.position - row[place - 1].position - row[place - 1].high - 8)
            if place + 1 < len(row):
                high = min(high, row[place + 1].position - row[place + 1].low - slot.position - 8)
            self._extend(slot, max(low, BAR_END), max(high, BAR_END))
        return bool(bars)

    def _port(self, slot: Slot, other: Slot) -> float:
        """Where on the cross axis an edge between ``slot`` and its neighbour touches ``slot``."""
        if slot.code is None or self.graph.kind(slot.code) not in (SPLIT, JOIN):
            return slot.position
        if slot in self.rooms and other in slot.before:
            return slot.position
        low, high = self.reach[slot]
        inner = BAR_END / 2
        return min(max(other.position, slot.position - low + inner), slot.position + high - inner)

    def _lines(self) -> dict[tuple[Slot, Slot], tuple[float, float]]:
        """Where on the cross axis an edge leaves one layer and where it reaches the next.

        A small difference is no bend; it does not grow from layer to layer, since every layer
        compares its own place with the line as it comes in.
        """
        lines: dict[tuple[Slot, Slot], tuple[float, float]] = {}
        for row in self.layers.rows:
            for slot in row:
                for other in slot.after:
                    leave = (lines[slot.before[0], slot][1] if slot.code is None
                             else self._port(slot, other))
                    reach = self._port(other, slot)
                    straight = abs(leave - reach) <= STRAIGHT
                    lines[slot, other] = leave, leave if straight else reach
        return lines

    # -- positions on the main axis ----------------------------------------------------------

    def _channels(self) -> tuple[list[float], list[float], list[float]]:
        """Sets where edges bend; where each layer begins, its depth, where labels behind it stand.
        """
        rows = self.layers.rows
        depths = [
            max((self.shapes[slot.code].main for slot in row if slot.code), default=0)
            for row in rows
        ]
        starts, label_mains, at = [], [], 0.0
        for layer, row in enumerate(rows):
            starts.append(at)
            at += depths[layer]
            label_room = self._label_room(layer)
            # Where labels stand all lines have bent before, so that none runs through a label.
            near, far = flow_channels.tracks(self._groups(row), early=label_room > 0)
            after, before = max(near.values(), default=-1) + 1, max(far.values(), default=-1) + 1
            room = BEND_STEP * max(after + before - 1, 0) + label_room
            gap = max(BASE_GAP, BEND_AFTER + BEND_BEFORE + room)
            for pair, track in near.items():
                self.bends[pair] = at + BEND_AFTER + BEND_STEP * track
            for pair, track in far.items():
                self.bends[pair] = at + gap - BEND_BEFORE - BEND_STEP * track
            label_mains.append(at + BEND_AFTER + BEND_STEP * max(after - 1, 0))
            at += gap
        return starts, depths, label_mains

    def _groups(self, row: list[Slot]) -> list[Group]:
        """The edges behind a row that bend: those that fork, then those that merge."""
        forks: dict[Slot, Group] = {}
        merges: dict[Slot, Group] = {}
        for slot in row:
            for other in slot.after:
                leave, reach = self.lines[slot, other]
                if leave == reach:
                    continue
                merging = len(slot.after) == 1 and len(other.before) > 1
                groups, key = (merges, other) if merging else (forks, slot)
                groups.setdefault(key, Group(merging)).add((slot, other), leave, reach)
        return [*forks.values(), *merges.values()]

    def _label_room(self, layer: int) -> float:
        sizes = [
            _label_size(words) for chain, words in self.words.items()
            if words and chain.slots[0].layer == layer
        ]
        return max((size[0] if self.across else size[1] for size in sizes), default=-14) + 14

    # -- drawing data ------------------------------------------------------------------------

    def _point(self, main: float, cross: float) -> Point:
        return (main, cross) if self.across else (cross, main)

    def _box(self, slot: Slot) -> Box:
        shape = self.shapes[slot.code]
        main = self.starts[slot.layer] + (self.depths[slot.layer] - shape.main) / 2
        low, high = self.reach[slot]
        x, y = self._point(main, slot.position - low)
        wide, high = self._point(shape.main, low + high)
        return Box(
            slot.code, self.graph.kind(slot.code), x, y, wide, high, shape.name, shape.note
        )

    def _edge_of(self, slot: Slot, *, front: bool) -> float:
        """The main coordinate at which edges leave (front) or reach a slot."""
        start, depth = self.starts[slot.layer], self.depths[slot.layer]
        if slot.code is None:
            return start + (depth if front else 0)
        main = self.shapes[slot.code].main
        return start + (depth + main if front else depth - main) / 2

    def _route(self, chain: Chain) -> Route:
        slots = chain.slots
        points: list[Point] = []
        for left, right in zip(slots, slots[1:], strict=False):
            leave, reach = self.lines[left, right]
            points.append((self._edge_of(left, front=True), leave))
            if leave != reach:
                bend = self.bends[left, right]
                points += [(bend, leave), (bend, reach)]
            points.append((self._edge_of(right, front=False), reach))
        points = _simplified(points)
        words = self.words[chain]
        at = self._label_at(chain, words) if words else (0, 0)
        corners = [self._point(*point) for point in points]
        if chain.reversed:
            corners.reverse()
        edge = chain.edge
        return Route(edge.source, edge.target, edge.default, tuple(corners), words, at)

    def _label_at(self, chain: Chain, words: tuple[str, ...]) -> Point:
        """Beside the first straight piece behind the first bend, in the direction of the layers."""
        cross = self.lines[chain.slots[:2]][1]
        main = self.label_mains[chain.slots[0].layer]
        if self.across:
            return main + 7, cross - _label_size(words)[1] + NOTE_LINE / 2 - 4
        return cross + 7, main + 6 + NOTE_LINE / 2


def _label_size(words: tuple[str, ...]) -> tuple[float, float]:
    return max(width(line) for line in words) * NOTE_SIZE, len(words) * NOTE_LINE


def _simplified(points: list[Point]) -> list[Point]:
    """Without points that lie on a straight line between their neighbours."""
    kept: list[Point] = []
    for point in points:
        while len(kept) > 1 and any(
            abs(kept[-2][axis] - kept[-1][axis]) < 0.01 and abs(kept[-1][axis] - point[axis]) < 0.01
            for axis in (0, 1)
        ):
            kept.pop()
        kept.append(point)
    return kept


def _bounds(boxes: list[Box], routes: list[Route]) -> tuple[float, float, float, float]:
    points = [(0.0, 0.0)] if not boxes else []
    for box in boxes:
        points += [(box.x, box.y), (box.x + box.width, box.y + box.height)]
    for route in routes:
        points += route.points
        if route.label:
            wide, high = _label_size(route.label)
            x, y = route.label_at
            points += [(x, y - NOTE_LINE / 2), (x + wide, y - NOTE_LINE / 2 + high)]
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def _rounded(point: Point, dx: float, dy: float) -> Point:
    return round(point[0] + dx, 1), round(point[1] + dy, 1)


def _moved_box(box: Box, dx: float, dy: float) -> Box:
    x, y = _rounded((box.x, box.y), dx, dy)
    return Box(box.code, box.kind, x, y, round(box.width, 1), round(box.height, 1),
               box.name, box.note)


def _moved_route(route: Route, dx: float, dy: float) -> Route:
    return Route(
        route.source, route.target, route.default,
        tuple(_rounded(point, dx, dy) for point in route.points),
        route.label, _rounded(route.label_at, dx, dy),
    )
