"""The graph behind a flow (办理流程): nodes by code, edges in order, parallel blocks.

Shared by the checks (``flow_check.py``), the token game (``flow.py``) and the drawing
(``flow_layout.py``), so that all three read the same graph.  A graph can be built from any
draft, however broken: what does not fit is left out here and named by ``check_flow``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

START, TASK, SPLIT, JOINT_REVIEW = "start", "task", "split", "joint_review"
JOIN, DECISION, PROCEDURE, END = "join", "decision", "procedure", "end"

#: Nodes that wait for a person; a token rests on them and the case has one step for each.
RESTING = frozenset({START, TASK, JOINT_REVIEW, PROCEDURE, END})
#: Nodes that a token only passes: 分支、并行、汇合.
PASSING = frozenset({SPLIT, JOIN, DECISION})
KINDS = RESTING | PASSING

Stack = tuple[tuple[str, str], ...]  # enclosing parallel blocks: (split, first node of the branch)


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    condition: str = ""
    default: bool = False
    label: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        return self.source, self.target


class Graph:
    """A flow definition as a graph; edges leave a node in the order of their ``sequence``."""

    def __init__(self, flow: Mapping):
        self.nodes: dict[str, Mapping] = {}
        for node in rows(flow, "nodes"):
            code = node.get("code")
            if isinstance(code, str) and code:
                self.nodes.setdefault(code, node)
        self.edges: list[Edge] = []
        self.dangling: list[Edge] = []
        for row in sorted(rows(flow, "edges"), key=_sequence):
            edge = _edge(row)
            known = edge.source in self.nodes and edge.target in self.nodes
            (self.edges if known else self.dangling).append(edge)
        self.out: dict[str, list[Edge]] = {code: [] for code in self.nodes}
        self.into: dict[str, list[Edge]] = {code: [] for code in self.nodes}
        for edge in self.edges:
            self.out[edge.source].append(edge)
            self.into[edge.target].append(edge)

    def kind(self, code: str) -> str:
        return str(self.nodes[code].get("kind") or "")

    def name(self, code: str) -> str:
        """The name a clerk knows the node by; a gateway without a name is called by its code."""
        return str(self.nodes.get(code, {}).get("name") or code)

    def of_kind(self, *kinds: str) -> list[str]:
        return [code for code in self.nodes if self.kind(code) in kinds]

    def reach(self, codes, *, backwards: bool = False) -> set[str]:
        """``codes`` and every node that can be reached from them (or that reaches them)."""
        seen, waiting = set(codes), list(codes)
        while waiting:
            code = waiting.pop()
            for edge in self.into[code] if backwards else self.out[code]:
                other = edge.source if backwards else edge.target
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen

    def order(self) -> list[str]:
        """Nodes in topological order; nodes on a cycle, and all behind it, are left out."""
        missing = {code: len(edges) for code, edges in self.into.items()}
        ready = [code for code in self.nodes if not missing[code]]
        for code in ready:  # grows while it is walked
            for edge in self.out[code]:
                missing[edge.target] -= 1
                if not missing[edge.target]:
                    ready.append(edge.target)
        return ready

    def on_cycle(self) -> list[str]:
        """The nodes that lie on a cycle, in the order of the definition."""
        left = set(self.nodes) - set(self.order())
        return [
            code for code in self.nodes
            if code in left
            and code in self.reach([edge.target for edge in self.out[code]])
        ]


@dataclass
class Blocks:
    """The parallel blocks of an acyclic graph.

    ``inside[node]`` is the stack of branches around a node, ``closed_by[split]`` the join of a
    split, ``split_of[join]`` the reverse, ``problems`` the ``(code, node)`` where blocks do not
    nest.
    """

    inside: dict[str, Stack] = field(default_factory=dict)
    closed_by: dict[str, str] = field(default_factory=dict)
    split_of: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


def blocks(graph: Graph) -> Blocks:
    """Pair every split with its join by carrying the stack of open branches along all edges."""
    found = Blocks()
    reachable = graph.reach(graph.of_kind(START))
    for code in graph.order():
        if code not in reachable:
            continue
        stacks = sorted(
            {_carried(graph, found, edge) for edge in graph.into[code]
             if edge.source in found.inside},
            key=lambda stack: (len(stack), stack),
        )
        if graph.kind(code) == JOIN:
            _close(found, code, stacks)
            continue
        found.inside[code] = stacks[0] if stacks else ()
        if graph.kind(code) == END:
            found.problems += [("flow.split_without_join", one[-1][0]) for one in stacks if one]
        elif len(stacks) > 1:
            found.problems.append(("flow.branches_mixed", code))
    return found


def _carried(graph: Graph, found: Blocks, edge: Edge) -> Stack:
    """The stack of open branches that a token on this edge stands in."""
    stack = found.inside[edge.source]
    if graph.kind(edge.source) == SPLIT:
        return (*stack, (edge.source, edge.target))
    return stack


def _close(found: Blocks, join: str, stacks: list[Stack]) -> None:
    """Close a block; the stack noted for a join is the one *behind* it."""
    found.inside[join] = ()
    if not stacks or not stacks[0]:
        found.problems.append(("flow.join_without_split", join))
        return
    if len({(stack[:-1], stack[-1][0]) for stack in stacks}) > 1:
        found.problems.append(("flow.join_mixed", join))
    split = stacks[0][-1][0]
    found.inside[join] = stacks[0][:-1]
    found.split_of[join] = split
    if found.closed_by.setdefault(split, join) != join:
        found.problems.append(("flow.split_many_joins", split))


def rows(flow: Mapping, key: str) -> list[Mapping]:
    """The well-formed rows of a list in the definition."""
    value = flow.get(key) if isinstance(flow, Mapping) else None
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _sequence(row: Mapping) -> int:
    value = row.get("sequence")
    return value if isinstance(value, int) else 0


def _edge(row: Mapping) -> Edge:
    return Edge(
        source=str(row.get("source") or ""),
        target=str(row.get("target") or ""),
        condition=str(row.get("condition") or "").strip(),
        default=bool(row.get("default")),
        label=str(row.get("label") or ""),
    )
