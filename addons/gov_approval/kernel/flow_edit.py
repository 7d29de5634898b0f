"""Editing a flow (办理流程) in its picture: each edit leaves a sound structure or is refused.

A flow is edited as the pack holds it: rows of nodes, and rows of edges whose order counts.  An
edit is plain data from a client (``{"do": "insert", "edges": [["a", "b"]], "what": "step"}``), so
everything in it is checked.  An edit brings its own joins and default paths, heals the paths
around what it removes, and never introduces a defect of structure; what only the editor can say
(a condition, a department) may be missing afterwards, and ``check_flow`` names it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .errors import KernelError, _lt
from .flow_check import DECIDE, FAIL, MAX_NODES, Defect, check_flow
from .flow_draft import Draft
from .flow_graph import DECISION, END, JOIN, JOINT_REVIEW, PROCEDURE, SPLIT, START, TASK, rows

STEP, BRANCH, PARALLEL = "step", "branch", "parallel"
#: What can be added on a path.
ADDABLE = (STEP, BRANCH, PARALLEL, JOINT_REVIEW, PROCEDURE)

#: Defects of what a step or path says, not of how the flow hangs together.
CONTENT = frozenset({
    "flow.edge_without_condition", "flow.condition_invalid", "flow.role_missing",
    "flow.joint_without_departments", "flow.joint_rule_unknown", "flow.quorum_impossible",
    "flow.procedure_without_kind", "flow.days_invalid", "flow.four_eyes_missing",
    "flow.stage_wrong", "flow.kind_unknown", "flow.code_invalid",
})

CODES = {
    "flow_edit.unknown": _lt("The flow cannot be edited like this. Reload the page and use the "
                             "buttons of the picture."),
    "flow_edit.gone": _lt("This step or path is no longer there. Look at the picture and choose "
                          "again."),
    "flow_edit.not_empty_flow": _lt("The flow has steps already. Add further ones on its paths."),
    "flow_edit.keep_ends": _lt("“%(name)s” stays: every flow begins with acceptance and ends with "
                               "closing. Change what it says instead."),
    "flow_edit.keep_place": _lt("“%(name)s” keeps its place: acceptance comes first, closing "
                                "last. Move other steps."),
    "flow_edit.paths_hold_steps": _lt("Several paths of “%(name)s” hold steps. Remove the steps, "
                                      "or move them elsewhere, until one path is left."),
    "flow_edit.first_on_path": _lt("“%(name)s” is the first step on its path. Drag it to another "
                                   "path, or move the whole group."),
    "flow_edit.last_on_path": _lt("“%(name)s” is the last step on its path. Drag it to another "
                                  "path, or move the whole group."),
    "flow_edit.no_group": _lt("A path can be added to a branch or a parallel group only. Choose "
                              "one, or add one first."),
    "flow_edit.not_a_choice": _lt("Only paths behind a branch have a condition, an order and a "
                                  "default. Choose such a path."),
    "flow_edit.already_default": _lt("This path is the default. Make another path the default "
                                     "first."),
}


@dataclass(frozen=True)
class Edited:
    """The flow after an edit, and the code of the node to select in the picture."""

    flow: dict
    select: str = ""


def defects(flow: Mapping, **about) -> list[Defect]:
    """Every defect of a flow in the words of the pack, where -1 days are a limit not stated."""
    stated = [
        row | {"days": None} if row.get("days") == -1 else row for row in rows(flow, "nodes")
    ]
    return check_flow(dict(flow, nodes=stated) if isinstance(flow, Mapping) else flow, **about)


def structural(flow: Mapping) -> list[Defect]:
    """The defects by which a flow does not hang together."""
    return [one for one in check_flow(flow) if one.level == FAIL and one.code not in CONTENT]


def edit(flow: Mapping, change: Mapping, names: Mapping[str, str] | None = None) -> Edited:
    """Apply one edit; ``names`` are the first names of new nodes, by kind.

    :raises KernelError: of :data:`CODES`, or the defect of structure that the edit would bring
    """
    handler = _EDITS.get(_text(change, "do")) if isinstance(change, Mapping) else None
    if handler is None:
        raise KernelError("flow_edit.unknown")
    before = structural(flow)
    for defect in before:  # such a flow can only be repaired in its rows
        if defect.code in ("flow.malformed", "flow.code_duplicate", "flow.too_large"):
            raise KernelError(defect.code, **defect.params)
    if any(defect.code == "flow.cycle" for defect in before) and handler is not _cut:
        defect = next(one for one in before if one.code == "flow.cycle")
        raise KernelError(defect.code, **defect.params)
    draft = Draft(flow, names or {})
    select = handler(draft, change)
    edited = draft.to_flow()
    known = {(defect.code, defect.node) for defect in before}
    for defect in structural(edited):
        if (defect.code, defect.node) not in known:
            raise KernelError(defect.code, **defect.params)
    return Edited(edited, select)


# -- adding ----------------------------------------------------------------------------------


def _begin(draft: Draft, change: Mapping) -> str:
    """The four steps that every case has (受理、审核、审批、办结)."""
    if draft.nodes:
        raise KernelError("flow_edit.not_empty_flow")
    codes = [
        draft.add(START, "accept", stage="intake", role="window_clerk", name="start"),
        draft.add(TASK, "review", stage="review", role="reviewer", name="review"),
        draft.add(TASK, "decide", stage=DECIDE, role="representative", name="decide"),
        draft.add(END, "close", stage="close", role="window_clerk", name="end"),
    ]
    for source, target in zip(codes, codes[1:], strict=False):
        draft.link(source, target)
    return codes[0]


def _insert(draft: Draft, change: Mapping) -> str:
    what = _text(change, "what")
    if what not in ADDABLE:
        raise KernelError("flow_edit.unknown")
    edges = _place(draft, change)
    target = edges[0]["target"]
    first, last, select = _NEW[what](draft, target)
    draft.insert(edges, first, last)
    if what == BRANCH:  # the way around the new step, taken when its condition is not met
        draft.link(first, target, default=True)
    return select


def _new_step(draft: Draft, before: str) -> tuple[str, str, str]:
    code = draft.add(TASK, STEP, before=before, stage="review", role="reviewer")
    return code, code, code


def _new_procedure(draft: Draft, before: str) -> tuple[str, str, str]:
    code = draft.add(PROCEDURE, PROCEDURE, before=before, role="reviewer", procedure="site_visit")
    return code, code, code


def _new_joint(draft: Draft, before: str) -> tuple[str, str, str]:
    joint = {"rule": "all", "quorum": 0, "departments": [], "silence": "wait"}
    code = draft.add(JOINT_REVIEW, "joint", before=before, stage="review", joint=joint,
                     role="reviewer", name=JOINT_REVIEW)
    return code, code, code


def _new_branch(draft: Draft, before: str) -> tuple[str, str, str]:
    gate = draft.add(DECISION, BRANCH, before=before)
    step = _new_step(draft, before)[0]
    draft.link(gate, step)
    return gate, step, gate


def _new_parallel(draft: Draft, before: str) -> tuple[str, str, str]:
    split = draft.add(SPLIT, SPLIT, before=before)
    steps = [_new_step(draft, before)[0] for _count in range(2)]
    join = draft.add(JOIN, JOIN, before=before)
    for step in steps:
        draft.link(split, step)
        draft.link(step, join)
    return split, join, steps[0]


_NEW: Mapping[str, Callable[[Draft, str], tuple[str, str, str]]] = {
    STEP: _new_step, PROCEDURE: _new_procedure, JOINT_REVIEW: _new_joint,
    BRANCH: _new_branch, PARALLEL: _new_parallel,
}


def _add_path(draft: Draft, change: Mapping) -> str:
    """One path more from a branch, or one more branch of a parallel group, with a new step."""
    gate = _node(draft, change)
    end = draft.end_of_group(gate) if draft.kind(gate) in (SPLIT, DECISION) else None
    if end is None:
        raise KernelError("flow_edit.no_group")
    step = _new_step(draft, end)[0]
    draft.link(gate, step, before_default=True)
    draft.link(step, end)
    return step


# -- removing --------------------------------------------------------------------------------


def _remove(draft: Draft, change: Mapping) -> str:
    code = _node(draft, change)
    if draft.kind(code) in (START, END) and len(draft.of_kind(draft.kind(code))) == 1:
        raise KernelError("flow_edit.keep_ends", name=draft.name(code))
    before = draft.before(code)
    if draft.kind(code) == JOIN:
        code = draft.split_of(code) or code
    if draft.kind(code) in (SPLIT, DECISION):
        _dissolve(draft, code)
    else:
        draft.detach(code)
    return before if before in draft.nodes else ""


def _dissolve(draft: Draft, gate: str) -> None:
    """Take a branch or parallel group away; the one path that may hold steps stays."""
    end = draft.end_of_group(gate)
    outs = draft.outs(gate)
    holding = [edge for edge in outs if edge["target"] != end]
    if outs and (end is None or len(holding) > 1):
        raise KernelError("flow_edit.paths_hold_steps", name=draft.name(gate))
    draft.dissolve(gate, (holding or outs or [None])[0])


def _cut(draft: Draft, change: Mapping) -> str:
    """Remove one path: an empty one behind a gateway, or one too many in a broken draft."""
    edge = _edge(draft, change.get("edge"))
    draft.cut(edge)
    return edge["source"] if edge["source"] in draft.nodes else ""


# -- moving ----------------------------------------------------------------------------------


def _move(draft: Draft, change: Mapping) -> str:
    """One place earlier or later on its own path; a group moves and is passed as a whole."""
    code, later = _node(draft, change), _by(change) > 0
    moved = code
    if draft.kind(code) in (SPLIT, JOIN, DECISION):
        moved, later = _neighbour(draft, code, later=later), not later
    if draft.kind(moved) in (START, END):
        raise KernelError("flow_edit.keep_place", name=draft.name(moved))
    edges = draft.after_next(moved) if later else draft.before_previous(moved)
    if not edges:
        where = "flow_edit.last_on_path" if later else "flow_edit.first_on_path"
        raise KernelError(where, name=draft.name(code))
    draft.place(moved, edges)
    return code


def _neighbour(draft: Draft, gate: str, *, later: bool) -> str:
    """The step that a group changes places with."""
    opening = draft.split_of(gate) if draft.kind(gate) == JOIN else gate
    code = draft.step_behind(opening) if later else draft.step_before(opening)
    if code is None:
        where = "flow_edit.last_on_path" if later else "flow_edit.first_on_path"
        raise KernelError(where, name=draft.name(gate))
    return code


def _put(draft: Draft, change: Mapping) -> str:
    """Put a step on another path (拖动)."""
    code, edges = _node(draft, change), _place(draft, change)
    if draft.kind(code) not in (TASK, JOINT_REVIEW, PROCEDURE):
        raise KernelError("flow_edit.keep_place", name=draft.name(code))
    draft.place(code, edges)
    return code


# -- paths -----------------------------------------------------------------------------------


def _connect(draft: Draft, change: Mapping) -> str:
    """A further path: a shortcut behind a branch, or one that a broken draft lacks."""
    pair = _pair(change.get("edge"))
    if not set(pair) <= draft.nodes.keys():
        raise KernelError("flow_edit.gone")
    draft.link(*pair, before_default=True)
    return pair[0]


def _lead(draft: Draft, change: Mapping) -> str:
    """Let a path behind a branch lead to another step."""
    edge, target = _choice(draft, change), _text(change, "to")
    if target not in draft.nodes:
        raise KernelError("flow_edit.gone")
    edge["target"] = target
    return edge["source"]


def _default(draft: Draft, change: Mapping) -> str:
    """Make a path the default; the former one then needs a condition."""
    chosen = _choice(draft, change)
    if chosen.get("default"):
        raise KernelError("flow_edit.already_default")
    for edge in draft.outs(chosen["source"]):
        edge["default"] = edge is chosen
    chosen["condition"] = ""
    return chosen["source"]


def _order(draft: Draft, change: Mapping) -> str:
    """Ask the condition of a path earlier or later: the first that is met is taken."""
    chosen, by = _choice(draft, change), _by(change)
    siblings = draft.outs(chosen["source"])
    place = siblings.index(chosen) + by
    if 0 <= place < len(siblings):
        draft.swap(chosen, siblings[place])
    return chosen["source"]


# -- what a client sends ---------------------------------------------------------------------


def _text(change: Mapping, key: str) -> str:
    value = change.get(key)
    return value if isinstance(value, str) else ""


def _by(change: Mapping) -> int:
    by = change.get("by")
    if isinstance(by, bool) or by not in (-1, 1):
        raise KernelError("flow_edit.unknown")
    return by


def _node(draft: Draft, change: Mapping) -> str:
    code = _text(change, "node")
    if code not in draft.nodes:
        raise KernelError("flow_edit.gone")
    return code


def _pair(value) -> tuple[str, str]:
    if not (isinstance(value, list | tuple) and len(value) == 2
            and all(isinstance(code, str) for code in value)):
        raise KernelError("flow_edit.unknown")
    return value[0], value[1]


def _edge(draft: Draft, value) -> dict:
    edge = draft.edge(*_pair(value))
    if edge is None:
        raise KernelError("flow_edit.gone")
    return edge


def _choice(draft: Draft, change: Mapping) -> dict:
    edge = _edge(draft, change.get("edge"))
    if draft.kind(edge["source"]) != DECISION:
        raise KernelError("flow_edit.not_a_choice")
    return edge


def _place(draft: Draft, change: Mapping) -> list[dict]:
    """The edges on which something is put: one, or several that meet at the same step."""
    pairs = change.get("edges")
    if not isinstance(pairs, list | tuple) or not 0 < len(pairs) <= MAX_NODES:
        raise KernelError("flow_edit.unknown")
    edges = [_edge(draft, pair) for pair in dict.fromkeys(map(_pair, pairs))]
    if len({edge["target"] for edge in edges}) > 1:
        raise KernelError("flow_edit.unknown")
    return edges


_EDITS: Mapping[str, Callable[[Draft, Mapping], str]] = {
    "begin": _begin, "insert": _insert, "add_path": _add_path, "remove": _remove, "cut": _cut,
    "move": _move, "place": _put, "connect": _connect, "lead": _lead, "default": _default,
    "order": _order,
}


def places(flow: Mapping) -> list[tuple[tuple[str, str], ...]]:
    """Where something can be put: on each edge, and where several of one branch meet."""
    draft = Draft(flow, {})
    single = [((edge["source"], edge["target"]),) for edge in draft.edges]
    return [*single, *draft.meetings()]
