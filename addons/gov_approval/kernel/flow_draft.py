"""A flow (办理流程) while it is edited: its rows, and how its paths hang together.

``flow_edit.py`` says which edits there are; here stand the moves they are made of.  Rows keep
whatever else they hold; edges have no numbers, their order in the list is what counts.
"""

from collections.abc import Iterator, Mapping

from .errors import KernelError
from .flow_graph import DECISION, END, JOIN, RESTING, SPLIT, START, Edge, Graph, blocks, rows

#: A node as the pack holds it, before anything is said about it.
BLANK = {
    "stage": "", "role": "", "department": "", "days": -1, "unit": "workday", "procedure": "",
    "counts_toward_deadline": True, "four_eyes": True, "standard": "", "outcomes": "", "note": "",
    "effects": [],
}


class Draft:
    """The rows of a flow that may be changed."""

    def __init__(self, flow: Mapping, names: Mapping[str, str]):
        self.names = names
        self.nodes: dict[str, dict] = {row["code"]: dict(row) for row in rows(flow, "nodes")}
        self.edges = [_edge(row) for row in sorted(rows(flow, "edges"), key=_sequence)]

    def to_flow(self) -> dict:
        return {"nodes": list(self.nodes.values()), "edges": self.edges}

    # -- looking -----------------------------------------------------------------------------

    def graph(self) -> Graph:
        return Graph(self.to_flow())

    def kind(self, code: str) -> str:
        return str(self.nodes[code].get("kind") or "")

    def name(self, code: str) -> str:
        return str(self.nodes[code].get("name") or code)

    def of_kind(self, kind: str) -> list[str]:
        return [code for code in self.nodes if self.kind(code) == kind]

    def edge(self, source: str, target: str) -> dict | None:
        return next((edge for edge in self.edges
                     if edge.get("source") == source and edge.get("target") == target), None)

    def outs(self, code: str) -> list[dict]:
        return [edge for edge in self.edges if edge.get("source") == code]

    def ins(self, code: str) -> list[dict]:
        return [edge for edge in self.edges if edge.get("target") == code]

    def before(self, code: str) -> str:
        return next((edge.get("source") for edge in self.ins(code)), "")

    def split_of(self, join: str) -> str | None:
        return blocks(self.graph()).split_of.get(join)

    def end_of_group(self, gate: str) -> str | None:
        """The join of a split, or the step at which all paths of a branch meet again."""
        graph = self.graph()
        if self.kind(gate) == SPLIT:
            return blocks(graph).closed_by.get(gate)
        return next((code for code in graph.order() if _all_pass(graph, gate, code)), None)

    def meetings(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """The edges that meet at one place inside the same parallel branch."""
        graph = self.graph()
        inside = blocks(graph).inside
        for code in graph.nodes:
            groups: dict[tuple, list[tuple[str, str]]] = {}
            for edge in graph.into[code]:
                stack = inside.get(edge.source)
                if graph.kind(edge.source) == SPLIT and stack is not None:
                    stack = (*stack, edge.pair)
                groups.setdefault(stack, []).append(edge.pair)
            yield from (tuple(group) for group in groups.values() if len(group) > 1)

    # -- neighbours on a path ----------------------------------------------------------------

    def before_previous(self, code: str) -> list[dict]:
        """The edges before the step or group that stands before ``code`` on its path."""
        ins = self.ins(code)
        if len(ins) == 1:
            before = ins[0]["source"]
            if self.kind(before) == JOIN:
                return self.ins(self.split_of(before))
            is_step = self.kind(before) in RESTING and self.kind(before) != START
            return self.ins(before) if is_step else []
        opening = self._opening(code)
        return self.ins(opening) if opening else []

    def after_next(self, code: str) -> list[dict]:
        """The edges behind the step or group that stands behind ``code`` on its path."""
        outs = self.outs(code)
        behind = outs[0]["target"] if len(outs) == 1 else None
        if behind is None or len(self.ins(behind)) > 1 or self.kind(behind) in (JOIN, END):
            return []
        if self.kind(behind) in (SPLIT, DECISION):
            return self._exits(behind)
        return self.outs(behind)

    def step_before(self, gate: str) -> str | None:
        ins = self.ins(gate)
        before = ins[0]["source"] if len(ins) == 1 else None
        movable = before and self.kind(before) in RESTING - {START}
        return before if movable else None

    def step_behind(self, gate: str) -> str | None:
        exits = self._exits(gate)
        behind = exits[0]["target"] if exits else None
        movable = behind and self.kind(behind) in RESTING - {END}
        return behind if movable and len(self.ins(behind)) == len(exits) else None

    def _opening(self, code: str) -> str | None:
        """The branch all of whose paths, and no others, meet at ``code``."""
        ins = {edge["source"] for edge in self.ins(code)}
        order = self.graph().order()
        for gate in reversed(order[:order.index(code)] if code in order else []):
            if self.kind(gate) == DECISION and self.end_of_group(gate) == code:
                exits = {edge["source"] for edge in self._exits(gate)}
                if exits == ins:
                    return gate
        return None

    def _exits(self, gate: str) -> list[dict]:
        """The edges by which a group is left."""
        end = self.end_of_group(gate)
        if end is None:
            return []
        if self.kind(gate) == SPLIT:
            return self.outs(end)
        graph = self.graph()
        inner = _reach(graph, gate, without=end)
        return [edge for edge in self.ins(end) if edge["source"] in inner]

    # -- changing ----------------------------------------------------------------------------

    def add(self, kind: str, prefix: str, *, before: str = "", name: str = "", **said) -> str:
        """A new node, listed before the one that it comes before."""
        code = self._free_code(prefix)
        words = self.names.get(name or prefix) or code
        row = {"code": code, "kind": kind, "name": words} | BLANK | {"effects": []} | said
        listed = []
        for known, other in self.nodes.items():
            if known == before:
                listed.append((code, row))
            listed.append((known, other))
        self.nodes = dict(listed)
        self.nodes.setdefault(code, row)
        return code

    def link(self, source: str, target: str, *, default=False, before_default=False) -> None:
        edge = {"source": source, "target": target, "condition": "", "default": default}
        siblings = self.outs(source)
        if before_default and siblings and siblings[-1].get("default"):
            self.edges.insert(self.edges.index(siblings[-1]), edge)
        else:
            self.edges.append(edge)

    def insert(self, edges: list[dict], first: str, last: str) -> None:
        """Lead ``edges`` to ``first``, and ``last`` on to where they led."""
        target = edges[0]["target"]
        for edge in edges:
            edge["target"] = first
        self.link(last, target)

    def place(self, code: str, edges: list[dict]) -> None:
        """Take a step from its path and put it on ``edges``; its new place is made first, so that
        a path which becomes empty does not take the new place with it."""
        twin = self._free_code("moved")
        self.nodes[twin] = dict(self.nodes[code])
        self.insert(edges, twin, twin)
        ahead = self.outs(twin)[0]["target"]
        self.detach(code)
        self._rename(twin, code, ahead)

    def detach(self, code: str) -> None:
        """Take a node away and lead what came to it to what it led to."""
        ins, outs = self.ins(code), self.outs(code)
        if ins and len(outs) > 1:
            raise KernelError("flow.many_exits", name=self.name(code), count=len(outs))
        del self.nodes[code]
        if not ins or not outs:
            self._drop([*ins, *outs])
            return
        for edge in ins:
            edge["target"] = outs[0]["target"]
        self._drop(outs)
        self._tidy([edge["source"] for edge in ins])

    def cut(self, edge: dict) -> None:
        self._drop([edge])
        self._tidy([edge["source"]])

    def dissolve(self, gate: str, kept: dict | None) -> None:
        """Take a gateway away with its group; only the path that begins with ``kept`` stays."""
        self._drop([edge for edge in self.outs(gate) if edge is not kept])
        self._tidy([gate])
        if gate in self.nodes:
            self.detach(gate)

    def swap(self, one: dict, other: dict) -> None:
        left, right = _index(self.edges, one), _index(self.edges, other)
        self.edges[left], self.edges[right] = other, one

    def _drop(self, edges: list[dict]) -> None:
        self.edges = [edge for edge in self.edges if all(edge is not one for one in edges)]

    def _free_code(self, prefix: str) -> str:
        if prefix not in self.nodes and prefix in ("accept", "review", "decide", "close"):
            return prefix
        number = 1
        while f"{prefix}_{number}" in self.nodes:
            number += 1
        return f"{prefix}_{number}"

    def _rename(self, old: str, new: str, ahead: str) -> None:
        row = self.nodes.pop(old) | {"code": new}
        for edge in self.edges:
            for end in ("source", "target"):
                if edge.get(end) == old:
                    edge[end] = new
        listed: dict[str, dict] = {}
        for code, other in self.nodes.items():
            if code == ahead:
                listed[new] = row
            listed[code] = other
        self.nodes = listed | ({} if new in listed else {new: row})

    def _tidy(self, sources: list[str]) -> None:
        """Heal what the loss of a path left: equal paths become one, a gateway with one way on
        goes, and with a split its join."""
        waiting = list(dict.fromkeys(sources))
        while waiting:
            code = waiting.pop(0)
            if code not in self.nodes:
                continue
            self._merge(code)
            outs = self.outs(code)
            if len(outs) != 1 or self.kind(code) not in (SPLIT, DECISION):
                continue
            join = None
            if self.kind(code) == SPLIT and (join := self._join_of_single(code)) is None:
                continue
            # what stood behind a gateway has no condition of its own
            outs[0].update(condition="", default=False)
            self.detach(code)
            if join:
                self.detach(join)

    def _join_of_single(self, split: str) -> str | None:
        """The join that a split with one branch left makes pointless."""
        join = blocks(self.graph()).closed_by.get(split)
        return join if join and len(self.outs(join)) == 1 else None

    def _merge(self, code: str) -> None:
        """Several edges between the same two nodes become one, whose condition is theirs."""
        kept: dict[str, dict] = {}
        for edge in self.outs(code):
            first = kept.setdefault(edge["target"], edge)
            if first is edge:
                continue
            default = bool(first.get("default") or edge.get("default"))
            texts = dict.fromkeys(text for text in (first.get("condition"), edge.get("condition"))
                                  if text)
            one = "" if default or len(texts) == 0 else (
                " or ".join(f"({text})" for text in texts) if len(texts) > 1 else next(iter(texts)))
            first.update(default=default, condition=one)
            self._drop([edge])


def _sequence(row: Mapping) -> int:
    value = row.get("sequence")
    return value if isinstance(value, int) else 0


def _edge(row: Mapping) -> dict:
    """An edge row whose ends, condition and mark have their types; it has no number."""
    ends = {key: value if isinstance(value := row.get(key), str) else ""
            for key in ("source", "target", "condition")}
    kept = {key: value for key, value in row.items() if key != "sequence"}
    return kept | ends | {"default": row.get("default") is True}


def _index(edges: list[dict], one: dict) -> int:
    return next(place for place, edge in enumerate(edges) if edge is one)


def _reach(graph: Graph, code: str, *, without: str = "") -> set[str]:
    """What a token on ``code`` can come to without passing ``without``."""
    seen, waiting = {code}, [code]
    while waiting:
        edges: list[Edge] = graph.out[waiting.pop()]
        for edge in edges:
            if edge.target != without and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return seen


def _all_pass(graph: Graph, gate: str, code: str) -> bool:
    """Whether every way from ``gate`` to where ways end passes ``code``."""
    if code == gate or code not in graph.reach([gate]):
        return False
    return all(graph.out[seen] for seen in _reach(graph, gate, without=code))
