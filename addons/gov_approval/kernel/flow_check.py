"""What is wrong with a flow (办理流程), before it can be published.

Each check yields ``Defect`` values and never raises, whatever a draft or an imported pack holds.
A flow without a defect of level "fail" is *sound*: from its start every run reaches an end, no
token is left behind, and every run passes exactly one decision (审批决定).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .clock import Period
from .errors import KernelError, _lt
from .expression import parse_condition
from .flow_graph import (
    DECISION,
    END,
    JOINT_REVIEW,
    KINDS,
    PROCEDURE,
    RESTING,
    SPLIT,
    START,
    TASK,
    Blocks,
    Edge,
    Graph,
    blocks,
    rows,
)

FAIL, WARN = "fail", "warn"
MAX_NODES = 300
JOINT_RULES = frozenset({"all", "quorum", "veto"})
DECIDE = "decide"

#: The four steps a case may have (受理、审核、审批、办结); anything else is a special procedure.
STAGES = {
    START: frozenset({"intake"}),
    TASK: frozenset({"first_review", "review", DECIDE}),
    JOINT_REVIEW: frozenset({"review"}),
    END: frozenset({"close"}),
}
PROCEDURE_STAGES_REFUSED = frozenset({"intake", DECIDE, "close"})

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)

CODES = {
    "flow.malformed": _lt("The flow is damaged: entry %(position)s of “%(list)s” is not a row "
                          "with a code. Remove it."),
    "flow.too_large": _lt("The flow has %(count)s steps, more than %(limit)s. Divide the item."),
    "flow.code_invalid": _lt("“%(name)s” has the code “%(code)s”. Use Latin letters, digits, "
                             "“_”, “-” and “.”, beginning with a letter."),
    "flow.code_duplicate": _lt("The code “%(code)s” is used by several steps. Give each step its "
                               "own."),
    "flow.kind_unknown": _lt("“%(name)s” is of the unknown kind “%(kind)s”. Choose one of the "
                             "list."),
    "flow.no_start": _lt("The flow has no start. Add the acceptance step (受理)."),
    "flow.two_starts": _lt("The flow has %(count)s starts: %(names)s. Keep one."),
    "flow.no_end": _lt("The flow has no end. Add the closing step (办结)."),
    "flow.unreachable": _lt("“%(name)s” is never reached from the start. Connect or remove it."),
    "flow.dead_end": _lt("From “%(name)s” no end can be reached. Connect it to a following step."),
    "flow.edge_to_nowhere": _lt("The path from “%(source)s” to “%(target)s” has no step at one "
                                "side. Remove it or draw it again."),
    "flow.edge_duplicate": _lt("There are several paths from “%(source)s” to “%(target)s”. Keep "
                               "one and join the conditions with “or”."),
    "flow.cycle": _lt("The steps %(names)s form a circle. Remove the path that leads back; "
                      "returning a case needs no path."),
    "flow.many_exits": _lt("“%(name)s” has %(count)s ways out. Put a decision or a parallel "
                           "split behind it."),
    "flow.end_goes_on": _lt("Behind the end “%(name)s” a path goes on. Remove it."),
    "flow.split_single": _lt("The split “%(name)s” has only one branch. Add a branch or remove "
                             "it."),
    "flow.split_without_join": _lt("Not every branch of the split “%(name)s” reaches its join. "
                                   "Lead all branches to one join."),
    "flow.split_many_joins": _lt("The branches of the split “%(name)s” end at different joins. "
                                 "Lead all of them to one join."),
    "flow.join_without_split": _lt("The join “%(name)s” is reached from outside of a split. "
                                   "Remove it or put a split before it."),
    "flow.join_mixed": _lt("The join “%(name)s” collects branches of different splits. Close the "
                           "inner split with a join of its own first."),
    "flow.branches_mixed": _lt("Paths of different parallel branches meet at “%(name)s”. Let "
                               "them meet at a join."),
    "flow.decision_without_default": _lt("The decision “%(name)s” has no default path. Mark the "
                                         "path that is taken when no condition is met."),
    "flow.decision_many_defaults": _lt("The decision “%(name)s” has %(count)s default paths. "
                                       "Keep one."),
    "flow.edge_without_condition": _lt("The path from “%(source)s” to “%(target)s” has no "
                                       "condition. Write one or mark it as the default."),
    "flow.default_with_condition": _lt("The default path from “%(source)s” to “%(target)s” has a "
                                       "condition. Remove the condition."),
    "flow.condition_misplaced": _lt("The path from “%(source)s” to “%(target)s” has a condition, "
                                    "but “%(source)s” is not a decision. Remove the condition."),
    "flow.default_misplaced": _lt("The path from “%(source)s” to “%(target)s” is marked as "
                                  "default, but “%(source)s” is not a decision. Remove the mark."),
    "flow.condition_invalid": _lt("The condition “%(condition)s” from “%(source)s” to "
                                  "“%(target)s” cannot be used (%(reason)s). Correct it."),
    "flow.no_decision": _lt("A path to the end “%(name)s” passes no approval decision. Give one "
                            "step on it the stage “decide”."),
    "flow.two_decisions": _lt("A path to the end “%(name)s” passes more than one approval "
                              "decision. Keep one; the others are reviews."),
    "flow.decision_in_parallel": _lt("The approval decision “%(name)s” stands in a parallel "
                                     "branch. Move it behind the join."),
    "flow.four_eyes_missing": _lt("The approval decision “%(name)s” may be taken by the person "
                                  "who reviewed. Switch on the four-eyes rule."),
    "flow.stage_wrong": _lt("“%(name)s” has the stage “%(stage)s”, which a step of this kind "
                            "cannot have. Steps are acceptance, review, approval and closing; "
                            "anything else is a special procedure."),
    "flow.role_missing": _lt("“%(name)s” has no role. Say who handles it."),
    "flow.joint_without_departments": _lt("The joint review “%(name)s” names no department. Add "
                                          "those whose opinion is needed."),
    "flow.joint_rule_unknown": _lt("A joint review has the unknown rule “%(rule)s”. Choose all, "
                                   "quorum or veto."),
    "flow.quorum_impossible": _lt("The joint review “%(name)s” needs %(quorum)s consents of "
                                  "%(count)s departments. Choose a number from 1 to %(count)s."),
    "flow.procedure_without_kind": _lt("The special procedure “%(name)s” does not say which one "
                                       "it is. Choose site visit, expert review, hearing …"),
    "flow.days_invalid": _lt("The limit “%(days)s” of “%(name)s” is not a whole number of days "
                             "from 0 upwards. Correct it."),
    "flow.unit_differs": _lt("The limit of “%(name)s” is counted in “%(unit)s”, the promise in "
                             "“%(promised_unit)s”. Use one unit, so that the limits can be added "
                             "up."),
    "flow.days_sum": _lt("The limits on the longest path (%(names)s) add up to %(total)s, the "
                         "promise is %(promised)s %(unit)s. Make them equal."),
}


@dataclass(frozen=True)
class Defect:
    """One defect: ``node`` is the code to point at in the designer ("" for the whole flow)."""

    code: str
    node: str = ""
    params: Mapping = field(default_factory=dict)
    level: str = FAIL


def check_flow(
    flow: Mapping, *, promised: Period | None = None, types: Mapping[str, str] | None = None
) -> list[Defect]:
    """Every defect of a flow, those that stop publishing ("fail") and those that warn ("warn").

    ``promised`` is the promised limit (承诺办结时限); without it the step limits are not added
    up.  ``types`` are the types of the names that a condition may use.
    """
    graph = Graph(flow)
    if len(graph.nodes) > MAX_NODES:
        return [Defect("flow.too_large", "", {"count": len(graph.nodes), "limit": MAX_NODES})]
    found = [*_rows(flow, graph), *_edges(graph), *_ends(graph)]
    for code in graph.nodes:
        found += _node(graph, code)
        found += _exits(graph, code)
    for edge in graph.edges:
        found += _condition(graph, edge, types or {})
    circle = graph.on_cycle()
    if circle:
        found.append(Defect("flow.cycle", circle[0], {"names": _names(graph, circle)}))
        return found
    nesting = blocks(graph)
    found += [
        Defect(code, node, {"name": graph.name(node)})
        for code, node in dict.fromkeys(nesting.problems)
    ]
    found += _decisions(graph, nesting)
    if promised is not None:
        found += _limits(graph, promised)
    return found


def _names(graph: Graph, codes) -> str:
    return ", ".join(graph.name(code) for code in codes)


def _ways(graph: Graph, edge: Edge) -> dict:
    return {"source": graph.name(edge.source), "target": graph.name(edge.target)}


def _rows(flow: Mapping, graph: Graph) -> Iterator[Defect]:
    """Rows that are no rows, and codes that are missing, double or not ASCII."""
    for key in ("nodes", "edges"):
        value = flow.get(key) if isinstance(flow, Mapping) else None
        for position, row in enumerate(value if isinstance(value, list) else [], 1):
            has_code = isinstance(row, Mapping) and (
                key == "edges" or (isinstance(row.get("code"), str) and row["code"])
            )
            if not has_code:
                yield Defect("flow.malformed", "", {"list": key, "position": position})
    codes = [node.get("code") for node in rows(flow, "nodes")]
    for code in graph.nodes:
        if codes.count(code) > 1:
            yield Defect("flow.code_duplicate", code, {"code": code})
        if not _CODE.fullmatch(code):
            yield Defect("flow.code_invalid", code, {"code": code, "name": graph.name(code)})


def _edges(graph: Graph) -> Iterator[Defect]:
    for edge in graph.dangling:
        node = edge.source if edge.source in graph.nodes else edge.target
        yield Defect(
            "flow.edge_to_nowhere", node if node in graph.nodes else "", _ways(graph, edge)
        )
    pairs = [edge.pair for edge in graph.edges]
    for pair in dict.fromkeys(pairs):
        if pairs.count(pair) > 1:
            yield Defect(
                "flow.edge_duplicate", pair[0],
                {"source": graph.name(pair[0]), "target": graph.name(pair[1])},
            )


def _ends(graph: Graph) -> Iterator[Defect]:
    """Start and end exist; every node lies on a path between them."""
    starts, ends = graph.of_kind(START), graph.of_kind(END)
    if not starts:
        yield Defect("flow.no_start")
    if len(starts) > 1:
        names = _names(graph, starts)
        yield Defect("flow.two_starts", starts[1], {"count": len(starts), "names": names})
    if not ends:
        yield Defect("flow.no_end")
    reached = graph.reach(starts) if starts else set(graph.nodes)
    ending = graph.reach(ends, backwards=True) if ends else set(graph.nodes)
    for code in graph.nodes:
        if code not in reached:
            yield Defect("flow.unreachable", code, {"name": graph.name(code)})
        if code not in ending:
            yield Defect("flow.dead_end", code, {"name": graph.name(code)})


def _exits(graph: Graph, code: str) -> Iterator[Defect]:
    """How many ways lead out of a node, and which of them is the default."""
    kind, edges, name = graph.kind(code), graph.out[code], graph.name(code)
    if kind == DECISION:
        defaults = sum(edge.default for edge in edges)
        if not defaults:
            yield Defect("flow.decision_without_default", code, {"name": name})
        elif defaults > 1:
            yield Defect("flow.decision_many_defaults", code, {"name": name, "count": defaults})
    elif kind == SPLIT:
        if len(edges) == 1:
            yield Defect("flow.split_single", code, {"name": name})
    elif kind == END:
        if edges:
            yield Defect("flow.end_goes_on", code, {"name": name})
    elif len(edges) > 1:
        yield Defect("flow.many_exits", code, {"name": name, "count": len(edges)})


def _condition(graph: Graph, edge: Edge, types: Mapping[str, str]) -> Iterator[Defect]:
    ways = _ways(graph, edge)
    if graph.kind(edge.source) != DECISION:
        if edge.condition:
            yield Defect("flow.condition_misplaced", edge.source, ways)
        if edge.default:
            yield Defect("flow.default_misplaced", edge.source, ways)
        return
    if edge.default:
        if edge.condition:
            yield Defect("flow.default_with_condition", edge.source, ways)
        return
    if not edge.condition:
        yield Defect("flow.edge_without_condition", edge.source, ways)
        return
    try:
        parse_condition(edge.condition, types)
    except KernelError as error:
        params = {
            **ways, "condition": edge.condition,
            "reason": error.code, "reason_params": dict(error.params),
        }
        yield Defect("flow.condition_invalid", edge.source, params)


def _node(graph: Graph, code: str) -> Iterator[Defect]:
    """What a node must say about itself: stage, role, kind of procedure, limit, four eyes."""
    node, kind, name = graph.nodes[code], graph.kind(code), graph.name(code)
    if kind not in KINDS:
        yield Defect("flow.kind_unknown", code, {"name": name, "kind": kind})
        return
    stage = str(node.get("stage") or "")
    refused = kind == PROCEDURE and stage in PROCEDURE_STAGES_REFUSED
    if refused or (kind in STAGES and stage not in STAGES[kind]):
        yield Defect("flow.stage_wrong", code, {"name": name, "stage": stage})
    if kind in (START, TASK, PROCEDURE) and not node.get("role"):
        yield Defect("flow.role_missing", code, {"name": name})
    if kind == PROCEDURE and not node.get("procedure"):
        yield Defect("flow.procedure_without_kind", code, {"name": name})
    if kind == TASK and stage == DECIDE and node.get("four_eyes") is not True:
        yield Defect("flow.four_eyes_missing", code, {"name": name})
    if kind == JOINT_REVIEW:
        yield from _joint(code, name, node.get("joint"))
    days = node.get("days") or 0
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        yield Defect("flow.days_invalid", code, {"name": name, "days": days})


def _joint(code: str, name: str, joint) -> Iterator[Defect]:
    joint = joint if isinstance(joint, Mapping) else {}
    listed = joint.get("departments")
    count = len({str(one) for one in listed if one}) if isinstance(listed, list) else 0
    rule, quorum = joint.get("rule"), joint.get("quorum")
    if not count:
        yield Defect("flow.joint_without_departments", code, {"name": name})
    if rule not in JOINT_RULES:
        yield Defect("flow.joint_rule_unknown", code, {"name": name, "rule": rule})
    elif rule == "quorum" and count and not (isinstance(quorum, int) and 1 <= quorum <= count):
        params = {"name": name, "quorum": quorum, "count": count}
        yield Defect("flow.quorum_impossible", code, params)


def _decisions(graph: Graph, nesting: Blocks) -> Iterator[Defect]:
    """Exactly one approval decision (审批决定) on every path from the start to an end."""
    deciding = {
        code for code in graph.of_kind(TASK) if graph.nodes[code].get("stage") == DECIDE
    }
    parallel = [code for code in graph.nodes if code in deciding and nesting.inside.get(code)]
    for code in parallel:
        yield Defect("flow.decision_in_parallel", code, {"name": graph.name(code)})
    if parallel:
        return
    reachable = graph.reach(graph.of_kind(START))
    least: dict[str, int] = {}
    most: dict[str, int] = {}
    for code in graph.order():
        before = [edge.source for edge in graph.into[code] if edge.source in reachable]
        own = code in deciding
        least[code] = min((least[one] for one in before), default=0) + own
        most[code] = max((most[one] for one in before), default=0) + own
        if graph.kind(code) == END and code in reachable:
            if not least[code]:
                yield Defect("flow.no_decision", code, {"name": graph.name(code)})
            if most[code] > 1:
                yield Defect("flow.two_decisions", code, {"name": graph.name(code)})


def _limits(graph: Graph, promised: Period) -> Iterator[Defect]:
    """Warn unless the limits on the longest path add up to the promise; never convert units."""
    counted = {code: _counted(graph.nodes[code]) for code in graph.of_kind(*RESTING)}
    differing = [
        code for code, days in counted.items()
        if days and (graph.nodes[code].get("unit") or "") != promised.unit
    ]
    for code in differing:
        unit = str(graph.nodes[code].get("unit") or "")
        params = {"name": graph.name(code), "unit": unit, "promised_unit": promised.unit}
        yield Defect("flow.unit_differs", code, params, WARN)
    reachable = graph.reach(graph.of_kind(START))
    if differing or not reachable:
        return
    total: dict[str, int] = {}
    path: dict[str, tuple[str, ...]] = {}
    for code in graph.order():
        if code not in reachable:
            continue
        before = [edge.source for edge in graph.into[code] if edge.source in reachable]
        longest = max(before, key=total.__getitem__, default=None)
        days = counted.get(code, 0)
        total[code] = days + (total[longest] if longest else 0)
        path[code] = (path[longest] if longest else ()) + ((code,) if days else ())
    last = max(total, key=total.__getitem__)
    if total[last] != promised.value:
        params = {
            "names": _names(graph, path[last]), "total": total[last],
            "promised": promised.value, "unit": promised.unit,
        }
        yield Defect("flow.days_sum", last, params, WARN)


def _counted(node: Mapping) -> int:
    """The days of a node that count toward the promise; special procedures may be left out."""
    days = node.get("days") or 0
    if node.get("counts_toward_deadline") is False or isinstance(days, bool):
        return 0
    return days if isinstance(days, int) and days > 0 else 0
