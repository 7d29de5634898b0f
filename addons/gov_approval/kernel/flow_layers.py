"""Layered drawing of a directed graph: layers, order within a layer, positions.

The method is Sugiyama's: longest-path layers, dummy slots where an edge passes a layer, sweeps of
barycentres against crossings, and then least-squares positions that keep chains straight.  It
works in two abstract axes, *main* (with the flow) and *cross*; ``flow_layout.py`` turns them into
x and y.  Drafts may hold cycles: an edge that closes one is laid out against its direction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .flow_graph import Edge, Graph

ORDER_SWEEPS = 12
POSITION_SWEEPS = 36
#: Pull of an edge that forks or merges, against 1 for one that only leads on.  It falls from sweep
#: to sweep: first the forks are centred, then the chains become straight.
FIRST_PULL, LAST_PULL = 0.5, 0.0005
#: Pull of the middle one of three, five … forking or merging edges: it goes straight on.
MIDDLE_PULL = 0.2


@dataclass(eq=False)
class Slot:
    """A place in a layer: a node, or a dummy (``code`` None) that an edge passes through.

    ``low`` and ``high`` are how far it reaches to both sides of its position on the cross axis.
    """

    layer: int
    code: str | None = None
    low: float = 0.0
    high: float = 0.0
    position: float = 0.0
    before: list["Slot"] = field(default_factory=list)
    after: list["Slot"] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Chain:
    """An edge as the slots it passes, in the direction of the layers."""

    edge: Edge
    slots: tuple[Slot, ...]
    reversed: bool


@dataclass
class Layers:
    rows: list[list[Slot]]
    slots: dict[str, Slot]
    chains: list[Chain]


def build(graph: Graph, labelled: frozenset[tuple[str, str]] = frozenset()) -> Layers:
    """Slots in layers, ordered with few crossings; positions are not set yet.

    The first slot that an edge in ``labelled`` goes to is its alone, so that a label can stand
    there: where the edge merges with others, it passes a dummy before.
    """
    edges = [edge for edge in graph.edges if edge.source != edge.target]
    backward = _closing_edges(graph)
    depth = _depths(graph, edges, backward, labelled)
    slots = {code: Slot(depth[code], code) for code in graph.nodes}
    rows: list[list[Slot]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for slot in slots.values():
        rows[slot.layer].append(slot)
    chains = [_chain(edge, edge.pair in backward, slots, rows) for edge in edges]
    rank = _walk_order(slots.values())
    for row in rows:
        row.sort(key=rank.__getitem__)
    best, fewest = rows, _crossings(rows)
    for sweep in range(ORDER_SWEEPS):
        if not fewest:
            break
        rows = _swept(rows, downwards=sweep % 2 == 0)
        crossings = _crossings(rows)
        if crossings < fewest:
            best, fewest = rows, crossings
    return Layers(best, slots, chains)


def crossings(layers: Layers) -> int:
    """How many pairs of edges cross between neighbouring layers."""
    return _crossings(layers.rows)


def place(layers: Layers, gap: float) -> None:
    """Set the position of every slot: no overlap in a layer, straight chains, forks centred."""
    for row in layers.rows:
        edge = 0.0
        for slot in row:
            slot.position = edge + slot.low
            edge = slot.position + slot.high + gap
        for slot in row:
            slot.position -= (edge - gap) / 2
    for sweep in range(POSITION_SWEEPS):
        pull = FIRST_PULL * (LAST_PULL / FIRST_PULL) ** (sweep / (POSITION_SWEEPS - 1))
        for row in layers.rows if sweep % 2 == 0 else reversed(layers.rows):
            _settle(row, gap, pull)


def _closing_edges(graph: Graph) -> set[tuple[str, str]]:
    """The edges that lead back to a node still open in a depth-first walk."""
    closing: set[tuple[str, str]] = set()
    state: dict[str, int] = {}
    for root in graph.nodes:
        if root in state:
            continue
        state[root] = 1
        walk = [(root, iter(graph.out[root]))]
        while walk:
            code, edges = walk[-1]
            edge = next(edges, None)
            if edge is None:
                state[code] = 2
                walk.pop()
            elif edge.target not in state:
                state[edge.target] = 1
                walk.append((edge.target, iter(graph.out[edge.target])))
            elif state[edge.target] == 1:
                closing.add(edge.pair)
    return closing


def _depths(
    graph: Graph,
    edges: Sequence[Edge],
    backward: set[tuple[str, str]],
    labelled: frozenset[tuple[str, str]],
) -> dict[str, int]:
    """The longest way to each node, in edges; an edge whose label needs a dummy counts two."""
    after: dict[str, list[tuple[str, bool]]] = {code: [] for code in graph.nodes}
    missing = dict.fromkeys(graph.nodes, 0)
    for edge in edges:
        source, target = edge.pair[::-1] if edge.pair in backward else edge.pair
        after[source].append((target, edge.pair in labelled))
        missing[target] += 1
    merging = {code for code, count in missing.items() if count > 1}
    depth = dict.fromkeys(graph.nodes, 0)
    ready = [code for code, count in missing.items() if not count]
    for code in ready:  # grows while it is walked
        for target, has_label in after[code]:
            steps = 2 if has_label and target in merging else 1
            depth[target] = max(depth[target], depth[code] + steps)
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    return depth


def _chain(
    edge: Edge, backward: bool, slots: dict[str, Slot], rows: list[list[Slot]]
) -> Chain:
    first, last = slots[edge.source], slots[edge.target]
    if backward:
        first, last = last, first
    path = [first]
    for layer in range(first.layer + 1, last.layer):
        path.append(Slot(layer))
        rows[layer].append(path[-1])
    path.append(last)
    for left, right in zip(path, path[1:], strict=False):
        left.after.append(right)
        right.before.append(left)
    return Chain(edge, tuple(path), backward)


def _walk_order(roots: Iterable[Slot]) -> dict[Slot, int]:
    """Slots numbered as a depth-first walk meets them: branches stand in the order of their edges.

    The picture then does not change when rows of the definition are stored in another order.
    """
    rank: dict[Slot, int] = {}
    waiting = [slot for slot in roots if not slot.before][::-1]
    while waiting:
        slot = waiting.pop()
        if slot not in rank:
            rank[slot] = len(rank)
            waiting += reversed(slot.after)
    return rank


def _swept(rows: list[list[Slot]], *, downwards: bool) -> list[list[Slot]]:
    """The rows, each sorted by the mean place of its neighbours in the row before."""
    result = list(rows)
    layers = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
    for layer in layers:
        near = {
            slot: place for place, slot in enumerate(result[layer - 1 if downwards else layer + 1])
        }
        keys = {}
        for place, slot in enumerate(result[layer]):
            places = [near[other] for other in (slot.before if downwards else slot.after)]
            keys[slot] = sum(places) / len(places) if places else place
        result[layer] = sorted(result[layer], key=keys.__getitem__)
    return result


def _crossings(rows: list[list[Slot]]) -> int:
    count = 0
    for layer, row in enumerate(rows[:-1]):
        near = {slot: place for place, slot in enumerate(rows[layer + 1])}
        ends: list[int] = []
        for slot in row:
            targets = [near[other] for other in slot.after]
            count += sum(end > target for target in targets for end in ends)
            ends += targets
    return count


def _settle(row: list[Slot], gap: float, side: float) -> None:
    """Move a row as near to its neighbours as the order and the distances allow.

    Minimises the weighted squares of the moves; with the minimum distances taken off, that is
    isotonic regression, solved by pooling adjacent violators.
    """
    offset, reach = 0.0, None
    pools: list[list[float]] = []  # weight, mean, count
    offsets = []
    for slot in row:
        offset += 0.0 if reach is None else reach + gap + slot.low
        reach = slot.high
        offsets.append(offset)
        weight, wish = _wish(slot, side)
        pools.append([weight, wish - offset, 1])
        while len(pools) > 1 and pools[-2][1] > pools[-1][1]:
            weight, mean, count = pools.pop()
            pool = pools[-1]
            pool[1] = (pool[0] * pool[1] + weight * mean) / (pool[0] + weight)
            pool[0] += weight
            pool[2] += count
    means = [mean for _, mean, count in pools for _ in range(int(count))]
    for slot, mean, offset in zip(row, means, offsets, strict=True):
        slot.position = mean + offset


def _wish(slot: Slot, side: float) -> tuple[float, float]:
    """Where a slot would like to be, and how strongly."""
    pulls = [(_pull(other, slot, side), other.position) for other in slot.before]
    pulls += [(_pull(slot, other, side), other.position) for other in slot.after]
    weight = sum(pull for pull, _ in pulls)
    if not weight:
        return side, slot.position
    return weight, sum(pull * position for pull, position in pulls) / weight


def _pull(left: Slot, right: Slot, side: float) -> float:
    if len(left.after) == 1 and len(right.before) == 1:
        return 1.0
    if _is_middle(right, left.after) and _is_middle(left, right.before):
        return max(side, MIDDLE_PULL)
    return side


def _is_middle(slot: Slot, slots: list[Slot]) -> bool:
    if len(slots) % 2 == 0:
        return False
    return sorted(slots, key=lambda one: one.position)[len(slots) // 2] is slot
