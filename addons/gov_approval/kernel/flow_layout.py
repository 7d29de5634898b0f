"""Where everything of a flow chart (流程图) stands: boxes, routes, labels, in pixels.

The result is plain data; ``flow_svg.py`` draws it, and a designer may place handles by it.  Any
draft can be laid out, also one with cycles, loose nodes or double codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from . import flow_layers
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
        self.layers: Layers = flow_layers.build(graph)
        self.words = {
            chain: self._words(chain.edge) for chain in self.layers.chains
        }
        self._place()
        self.bends, self.starts, self.depths = self._channels()

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
        for code, slot in self.layers.slots.items():
            slot.low = slot.high = self.shapes[code].cross / 2
        for chain, words in self.words.items():
            # A label stands in the layer that its edge goes to, and needs room there.
            first = chain.slots[-2 if chain.reversed else 1]
            if words:
                wide, high = _label_size(words)
                first.low = max(first.low, high + 4 if self.across else 0)
                first.high = max(first.high, 0 if self.across else wide + 10 - LANE_GAP / 2)
        flow_layers.place(self.layers, LANE_GAP)
        if self._stretch_bars():
            flow_layers.place(self.layers, LANE_GAP)
            self._stretch_bars()

    def _stretch_bars(self) -> bool:
        """Let the bars of splits and joins reach all their branches; whether there are any."""
        bars = [slot for code, slot in self.layers.slots.items()
                if self.graph.kind(code) in (SPLIT, JOIN)]
        for slot in bars:
            ends = [other.position for other in (*slot.before, *slot.after)]
            row = self.layers.rows[slot.layer]
            place = row.index(slot)
            low = slot.position - min([*ends, slot.position]) + BAR_END
            high = max([*ends, slot.position]) - slot.position + BAR_END
            if place:
                low = min(low, slot.position - row[place - 1].position - row[place - 1].high - 8)
            if place + 1 < len(row):
                high = min(high, row[place + 1].position - row[place + 1].low - slot.position - 8)
            slot.low, slot.high = max(low, BAR_END), max(high, BAR_END)
        return bool(bars)

    def _port(self, slot: Slot, other: Slot) -> float:
        """Where on the cross axis an edge between ``slot`` and its neighbour touches ``slot``."""
        if slot.code is None or self.graph.kind(slot.code) not in (SPLIT, JOIN):
            return slot.position
        inner = BAR_END / 2
        low, high = slot.position - slot.low + inner, slot.position + slot.high - inner
        return min(max(other.position, low), high)

    # -- positions on the main axis ----------------------------------------------------------

    def _channels(self) -> tuple[dict, list[float], list[float]]:
        """Where edges bend between layers, where each layer begins, and how deep it is."""
        rows = self.layers.rows
        depths = [
            max((self.shapes[slot.code].main for slot in row if slot.code), default=0)
            for row in rows
        ]
        starts, bends, at = [], {}, 0.0
        for layer, row in enumerate(rows):
            starts.append(at)
            at += depths[layer]
            near, far = self._tracks(row)
            after, before = max(near.values(), default=-1) + 1, max(far.values(), default=-1) + 1
            room = BEND_STEP * max(after + before - 1, 0) + self._label_room(layer)
            gap = max(BASE_GAP, BEND_AFTER + BEND_BEFORE + room)
            for pair, track in near.items():
                bends[pair] = at + BEND_AFTER + BEND_STEP * track
            for pair, track in far.items():
                bends[pair] = at + gap - BEND_BEFORE - BEND_STEP * track
            at += gap
        return bends, starts, depths

    def _tracks(self, row: list[Slot]) -> tuple[dict, dict]:
        """Tracks for the edges behind a row that bend: those that fork, and those that merge.

        Edges of one source share a track, as do edges of one target; others keep apart.
        """
        forks: dict[Slot, list] = {}
        merges: dict[Slot, list] = {}
        for slot in row:
            for other in slot.after:
                span = sorted((self._port(slot, other), self._port(other, slot)))
                if span[1] - span[0] <= STRAIGHT:
                    continue
                merging = len(slot.after) == 1 and len(other.before) > 1
                groups, key = (merges, other) if merging else (forks, slot)
                groups.setdefault(key, []).append(((slot, other), span))
        return _assigned(forks), _assigned(merges)

    def _label_room(self, layer: int) -> float:
        sizes = [
            _label_size(words) for chain, words in self.words.items()
            if words and chain.slots[-2 if chain.reversed else 0].layer == layer
        ]
        return max((size[0] if self.across else size[1] for size in sizes), default=-14) + 14

    # -- drawing data ------------------------------------------------------------------------

    def _point(self, main: float, cross: float) -> Point:
        return (main, cross) if self.across else (cross, main)

    def _box(self, slot: Slot) -> Box:
        shape = self.shapes[slot.code]
        main = self.starts[slot.layer] + (self.depths[slot.layer] - shape.main) / 2
        low = high = shape.cross / 2
        if shape.main == BAR:
            low, high = slot.low, slot.high
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
        cross = self._port(slots[0], slots[1])
        for left, right in zip(slots, slots[1:], strict=False):
            points.append((self._edge_of(left, front=True), cross))
            bend = self.bends.get((left, right))
            if bend is not None:
                points.append((bend, cross))
                cross = self._port(right, left)
                points.append((bend, cross))
            points.append((self._edge_of(right, front=False), cross))
        points = _simplified(points)
        words = self.words[chain]
        at = self._label_at(chain, words) if words else (0, 0)
        corners = [self._point(*point) for point in points]
        if chain.reversed:
            corners.reverse()
        edge = chain.edge
        return Route(edge.source, edge.target, edge.default, tuple(corners), words, at)

    def _label_at(self, chain: Chain, words: tuple[str, ...]) -> Point:
        """Beside the first straight piece behind the bend after the source."""
        slots = chain.slots[::-1] if chain.reversed else chain.slots
        left, right = (slots[1], slots[0]) if chain.reversed else (slots[0], slots[1])
        cross = self._port(right, left)
        layer_end = self.starts[left.layer] + self.depths[left.layer]
        main = self.bends.get((left, right), layer_end + BEND_AFTER)
        if self.across:
            return main + 7, cross - _label_size(words)[1] + NOTE_LINE / 2 - 4
        return cross + 7, main + 6 + NOTE_LINE / 2


def _assigned(groups: dict[Slot, list]) -> dict[tuple[Slot, Slot], int]:
    """A track for each pair; groups whose spans overlap get different ones."""
    tracks: list[list[tuple[float, float]]] = []
    found = {}
    for members in groups.values():
        low = min(span[0] for _, span in members)
        high = max(span[1] for _, span in members)
        track = next(
            (number for number, taken in enumerate(tracks)
             if all(high < other_low or low > other_high for other_low, other_high in taken)),
            len(tracks),
        )
        tracks[track:track + 1] = [[*(tracks[track] if track < len(tracks) else ()), (low, high)]]
        found.update(dict.fromkeys((pair for pair, _ in members), track))
    return found


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
