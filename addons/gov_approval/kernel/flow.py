"""Flows (办理流程): the token game of a running case, and the door to checks and drawing.

A flow is ``definition["flow"]``: nodes and edges.  A running case has a ``Marking``: where its
tokens rest (``active``, one case step each) and which edges have already reached a join that
still waits for others (``arrived``).  The functions here are pure: a marking in, a marking out.

The rules of the game

* A token rests on start, task, joint review, procedure and end; it passes through gateways.
* A ``split`` sends one token into every branch; its ``join`` goes on exactly once, when as many
  tokens have arrived as the split sent out, in whatever order.
* A ``decision`` takes the first edge whose condition is true, else its default edge, else it
  raises: a case is never sent anywhere by guessing.
* The case is finished when the end node itself has been completed (办结).

The game relies on ``check_flow`` having found no defect of level "fail".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from . import flow_check
from .errors import KernelError, _lt
from .flow_check import Defect, check_flow
from .flow_graph import DECISION, END, JOIN, RESTING, SPLIT, START, Blocks, Edge, Graph, blocks

__all__ = [
    "CODES", "Defect", "Marking", "advance", "back_targets", "begin", "check_flow",
    "joint_result",
]

PASS, FAIL, BACK = "pass", "fail", "back"
#: ``pass`` and ``fail`` both go forward (an adverse opinion is decided on, not dropped).
OUTCOMES = frozenset({PASS, FAIL, BACK})

PENDING = "pending"
AGREE, OBJECT, NOT_CONCERNED, SILENT = "agree", "object", "not_concerned", "silent"
#: ``not_concerned``: the matter is none of the department's (不涉及).  ``silent``: no answer within
#: the limit, taken as no objection (超时默认).
OPINIONS = frozenset({AGREE, OBJECT, NOT_CONCERNED, SILENT})

CODES = {
    **flow_check.CODES,
    "flow.no_single_start": _lt("The flow cannot begin: give it exactly one start step."),
    "flow.not_active": _lt("Step “%(name)s” is not open now. Reload the case: a colleague may "
                           "have completed it."),
    "flow.outcome_unknown": _lt("“%(outcome)s” is not an outcome of a step. Choose pass, fail or "
                                "back."),
    "flow.back_without_target": _lt("Choose the step to which the case is returned."),
    "flow.back_not_allowed": _lt("The case cannot be returned from “%(name)s” to “%(target)s”. "
                                 "Choose an earlier step on the same path and in the same "
                                 "parallel branch."),
    "flow.no_way_on": _lt("No condition behind “%(name)s” is met and there is no default path. "
                          "Ask the administrator of the item to add a default path."),
    "flow.token_twice": _lt("Step “%(name)s” would be opened twice. Ask the administrator of the "
                            "item to check the flow."),
    "flow.opinion_unknown": _lt("“%(opinion)s” is not an opinion. Choose agree, "
                            "object, not concerned or silent."),
    "flow.opinion_of_stranger": _lt("Department %(department)s does not take part in this joint "
                                    "review. Remove its opinion."),
}


@dataclass(frozen=True)
class Marking:
    """Where a case stands: resting nodes, and edges ``(source, target)`` that wait at a join."""

    active: frozenset[str] = frozenset()
    arrived: frozenset[tuple[str, str]] = frozenset()

    @property
    def is_finished(self) -> bool:
        return not self.active and not self.arrived


def begin(flow: Mapping) -> Marking:
    """The marking of a new case: its start step (受理) is open."""
    starts = Graph(flow).of_kind(START)
    if len(starts) != 1:
        raise KernelError("flow.no_single_start", count=len(starts))
    return Marking(active=frozenset(starts))


def advance(
    flow: Mapping,
    marking: Marking,
    node: str,
    *,
    outcome: str = PASS,
    back_to: str | None = None,
    test: Callable[[str], bool],
    done: Iterable[str] = (),
) -> Marking:
    """Complete the open step ``node`` and move its token.

    ``outcome`` is "pass" or "fail" (both go forward; a condition that depends on the outcome
    reads it from the values behind ``test``) or "back" (退回) with ``back_to``.
    ``test`` evaluates the text of a condition.  ``done`` are the codes of the steps this case has
    completed: they allow a return to a step that only one path of a decision passes.
    """
    graph = Graph(flow)
    if node not in marking.active or node not in graph.nodes:
        raise KernelError("flow.not_active", node=node, name=graph.name(node))
    if outcome not in OUTCOMES:
        raise KernelError("flow.outcome_unknown", outcome=outcome)
    if back_to is not None or outcome == BACK:
        return _return_token(graph, marking, node, back_to, done)
    return _walk(graph, marking, node, test)


def back_targets(flow: Mapping, node: str, *, done: Iterable[str] = ()) -> tuple[str, ...]:
    """The steps to which a token on ``node`` may be returned (退回), earliest first.

    A step qualifies if it lies before ``node`` in the same parallel branch (or both lie outside
    of parallel blocks), and if the token has certainly been there: every path to ``node`` passes
    it, or it is among the completed steps ``done``.
    """
    return _back_targets(Graph(flow), node, frozenset(done))


def joint_result(rule: Mapping, opinions: Mapping[str, str]) -> str:
    """The result of a joint review (联合审查): "pending", "pass" or "fail".

    ``rule`` is the node's ``joint`` ({"rule", "quorum", "departments"}), ``opinions`` maps a
    department to one of ``OPINIONS``.

    * ``all``: waits for every opinion, so that the applicant hears all objections at once, and
      passes if nobody objects.
    * ``quorum``: passes with the given number of consents, fails when it cannot be reached; a
      department that is not concerned gives none.
    * ``veto``: the first objection fails it; without any it passes when all have answered.
    """
    departments = set(rule.get("departments") or ())
    for department, opinion in opinions.items():
        if department not in departments:
            raise KernelError("flow.opinion_of_stranger", department=department)
        if opinion not in OPINIONS:
            raise KernelError("flow.opinion_unknown", opinion=opinion)
    objections = sum(opinion == OBJECT for opinion in opinions.values())
    consents = sum(opinion in (AGREE, SILENT) for opinion in opinions.values())
    open_count = len(departments) - len(opinions)
    kind = rule.get("rule")
    if kind == "quorum":
        needed = rule.get("quorum") or 0
        if consents >= needed:
            return PASS
        return FAIL if consents + open_count < needed else PENDING
    if kind not in flow_check.JOINT_RULES:
        raise KernelError("flow.joint_rule_unknown", rule=kind)
    if objections and kind == "veto":
        return FAIL
    if open_count:
        return PENDING
    return FAIL if objections else PASS


def _walk(graph: Graph, marking: Marking, node: str, test: Callable[[str], bool]) -> Marking:
    """Send the token of ``node`` forward until every token rests or waits at a join."""
    if len(graph.order()) < len(graph.nodes):
        raise KernelError("flow.cycle", names=", ".join(map(graph.name, graph.on_cycle())))
    nesting = blocks(graph)
    active, arrived = set(marking.active) - {node}, set(marking.arrived)
    moving = [] if graph.kind(node) == END else _leave(graph, node)
    while moving:
        edge = moving.pop()
        target, kind = edge.target, graph.kind(edge.target)
        if kind == JOIN:
            arrived.add(edge.pair)
            moving += _fire(graph, nesting, arrived, target)
        elif kind == SPLIT:
            moving += graph.out[target]
        elif kind == DECISION:
            moving.append(_choose(graph, target, test))
        elif target in active or kind not in RESTING:
            raise KernelError("flow.token_twice", node=target, name=graph.name(target))
        else:
            active.add(target)
    return Marking(frozenset(active), frozenset(arrived))


def _leave(graph: Graph, node: str) -> list[Edge]:
    if len(graph.out[node]) != 1:
        raise KernelError("flow.no_way_on", node=node, name=graph.name(node))
    return list(graph.out[node])


def _choose(graph: Graph, decision: str, test: Callable[[str], bool]) -> Edge:
    """The first edge, by sequence, whose condition is true; else the default edge."""
    edges = graph.out[decision]
    for edge in edges:
        if not edge.default and edge.condition and test(edge.condition):
            return edge
    for edge in edges:
        if edge.default:
            return edge
    raise KernelError("flow.no_way_on", node=decision, name=graph.name(decision))


def _fire(graph: Graph, nesting: Blocks, arrived: set[tuple[str, str]], join: str) -> list[Edge]:
    """Go on behind a join once all branches of its split are in; their marks are used up."""
    if join not in nesting.split_of:
        raise KernelError("flow.join_without_split", node=join, name=graph.name(join))
    here = {pair for pair in arrived if pair[1] == join}
    if len(here) < len(graph.out[nesting.split_of[join]]):
        return []
    arrived -= here
    return _leave(graph, join)


def _return_token(
    graph: Graph, marking: Marking, node: str, back_to: str | None, done: Iterable[str]
) -> Marking:
    if not back_to:
        raise KernelError("flow.back_without_target", node=node)
    if back_to not in _back_targets(graph, node, frozenset(done)):
        raise KernelError(
            "flow.back_not_allowed",
            node=node, name=graph.name(node), target=graph.name(back_to),
        )
    return Marking((marking.active - {node}) | {back_to}, marking.arrived)


def _back_targets(graph: Graph, node: str, done: frozenset[str]) -> tuple[str, ...]:
    if node not in graph.nodes:
        return ()
    inside = blocks(graph).inside
    before = graph.reach([node], backwards=True) - {node}
    return tuple(
        code for code in graph.order()
        if code in before
        and graph.kind(code) in RESTING
        and inside.get(code) == inside.get(node)
        and (code in done or _always_passed(graph, code, node))
    )


def _always_passed(graph: Graph, code: str, node: str) -> bool:
    """Whether no path from the start to ``node`` avoids ``code``."""
    seen = {start for start in graph.of_kind(START) if start != code}
    waiting = list(seen)
    while waiting:
        for edge in graph.out[waiting.pop()]:
            if edge.target != code and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return node not in seen
