"""Who may do what now (程序规则): the one home of the rules on acts.

``offers`` lists the acts that an actor may perform on a case as it stands; the screen shows
exactly these.  ``check`` refuses every other act with the list of those allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from . import act_input, clock, flow
from . import case as casefile
from .act_input import Input, clean
from .errors import KernelError, _lt

#: Longest extension by the head of the organ (Art. 42), working days.
EXTENSION_LIMIT = 10
#: Fewest officers at a site visit (Art. 34).
VISITING_OFFICERS = 2


@dataclass(frozen=True)
class Act:
    """A kind of act: in which states, by which roles, on which ground."""

    kind: str
    states: tuple[str, ...]
    roles: frozenset[str]
    article: str
    inputs: tuple[Input, ...] = ()
    on_step: bool = False  # performed on an active node, by the role of that node


@dataclass(frozen=True)
class Mandate:
    """A mandate in force (授权书): proof that a representative may sign."""

    id: int
    number: str


@dataclass(frozen=True)
class Actor:
    """Who acts: a user with the roles held *on this case* (0 and ``system``: the clock)."""

    user_id: int
    roles: frozenset[str]
    mandate: Mandate | None = None


@dataclass(frozen=True)
class Offer:
    """An act that is possible now; ``node`` for acts on a step; ``is_next`` marks the main one."""

    act: str
    role: str
    node: str = ""
    inputs: tuple[Input, ...] = ()
    is_next: bool = False


def _roles(*names):
    return frozenset(names)


_OPINION = Input("opinion")
_REASONS = Input("reasons")
_METHODS = ("window", "post", "electronic")

ACTS = {
    act.kind: act
    for act in (
        Act("accept", ("received",), _roles("window_clerk"), "Art. 32 (5)"),
        Act(
            "request_supplement",
            ("received",),
            _roles("window_clerk"),
            "Art. 32 (4)",
            (Input("requests", "requests"),),
        ),
        Act("decline", ("received",), _roles("window_clerk"), "Art. 32 (1)", (_REASONS,)),
        Act(
            "refuse_acceptance",
            ("received",),
            _roles("window_clerk"),
            "Art. 32 (2)",
            (_REASONS, Input("competent_organ")),
        ),
        Act("supplement", ("supplementing",), _roles("applicant", "window_clerk"), "Art. 32 (4)"),
        Act("deem_accepted", ("received",), _roles("system"), "Art. 32 (4)"),
        Act("abandon", ("supplementing",), _roles("system"), "[L]"),
        Act(
            "complete_step",
            ("accepted", "decided"),
            frozenset(),
            "Art. 34",
            (_OPINION, Input("outcome", "choice", True, ("pass", "object"))),
            on_step=True,
        ),
        Act(
            "return_step",
            ("accepted",),
            frozenset(),
            "[L]",
            (_OPINION, Input("back_to", "choice")),
            on_step=True,
        ),
        Act(
            "decide",
            ("accepted",),
            frozenset(),
            "Art. 37, 38",
            (Input("decision", "choice", True, ("grant", "refuse")), _OPINION),
            on_step=True,
        ),
        Act(
            "stop_clock",
            ("accepted",),
            _roles("reviewer"),
            "Art. 45",
            (Input("expected_days", "number"), _REASONS),
            on_step=True,
        ),
        Act("resume_clock", ("accepted",), _roles("reviewer"), "Art. 45", (_OPINION,)),
        Act(
            "extend",
            ("accepted",),
            _roles("representative"),
            "Art. 42",
            (Input("days", "number"), _REASONS),
        ),
        Act(
            "withdraw",
            ("received", "supplementing", "accepted"),
            _roles("applicant"),
            "[K]",
            (Input("reasons", required=False),),
        ),
        Act(
            "deliver",
            ("decided",),
            _roles("window_clerk"),
            "Art. 44",
            (Input("method", "choice", True, _METHODS), Input("receiver")),
        ),
    )
}

#: The act that a screen offers as its one button, in this order.
_NEXT = ("accept", "supplement", "decide", "complete_step", "resume_clock", "deliver")


def offers(
    definition: Mapping,
    case: casefile.CaseFile,
    actor: Actor,
    calendar: clock.Calendar,
    today: date,
) -> tuple[Offer, ...]:
    """The acts that ``actor`` may perform now, the main one first."""
    found = []
    for act in ACTS.values():
        if case.state in act.states:
            found += _offers_of(act, definition, case, actor, calendar, today)
    found.sort(key=lambda offer: _NEXT.index(offer.act) if offer.act in _NEXT else len(_NEXT))
    if found and found[0].act in _NEXT:
        first = found[0]
        found[0] = Offer(first.act, first.role, first.node, first.inputs, is_next=True)
    return tuple(found)


def _offers_of(act, definition, case, actor, calendar, today):
    if not act.on_step:
        roles = sorted(act.roles & actor.roles)
        if roles and _GUARDS.get(act.kind, _always)(definition, case, calendar, today):
            yield Offer(act.kind, roles[0], "", act.inputs)
        return
    for code in sorted(case.active):
        node = casefile.node_of(definition, code)
        if role_on(node) in actor.roles and _fits(act, definition, case, node):
            yield Offer(act.kind, node["role"], code, _inputs_on(act, definition, case, node))


def role_on(node: Mapping) -> str:
    """The role that a step asks for: ``reviewer``, or ``reviewer@<department code>``."""
    role = node["role"] or ""
    return f"{role}@{node['department']}" if node["department"] else role


def _always(definition, case, calendar, today):
    return True


def _is_silent(definition, case, calendar, today):
    due = casefile.due_dates(definition, case, calendar, today).get("notice")
    return due is not None and today > due.on


def _is_unanswered(definition, case, calendar, today):
    due = casefile.due_dates(definition, case, calendar, today).get("supplement")
    return due is not None and today > due.on


def _may_extend(definition, case, calendar, today):
    """Once, and on or before the unextended due date (Art. 42)."""
    due = casefile.due_dates(definition, case, calendar, today).get("statutory")
    return due is not None and case.extension is None and today <= due.on


def _may_deliver(definition, case, calendar, today):
    return all(casefile.node_of(definition, code)["kind"] == "end" for code in case.active)


_GUARDS = {
    "deem_accepted": _is_silent,
    "abandon": _is_unanswered,
    "extend": _may_extend,
    "deliver": _may_deliver,
    "resume_clock": lambda definition, case, calendar, today: case.is_stopped,
}


def _fits(act, definition, case, node):
    """Whether an act on a step suits the kind of the step."""
    if act.kind == "decide":
        return node["kind"] == "task" and node["stage"] == "decide"
    if act.kind == "stop_clock":
        return (
            node["kind"] == "procedure"
            and not node.get("counts_toward_deadline", True)
            and not case.is_stopped
        )
    if act.kind == "return_step":
        return node["kind"] == "task" and bool(_earlier_tasks(definition, case, node))
    return node["kind"] == "procedure" or (node["kind"] == "task" and node["stage"] != "decide")


def _earlier_tasks(definition, case, node):
    """Steps of this case to which ``node`` may be returned."""
    return flow.back_targets(definition["flow"], node["code"], done=case.done)


def _inputs_on(act, definition, case, node):
    if act.kind == "return_step":
        return (_OPINION, Input("back_to", "choice", True, _earlier_tasks(definition, case, node)))
    if act.kind == "complete_step" and node.get("procedure") == "site_visit":
        visit = (Input("officers", "officers"), Input("visited_on", "date"))
        return visit + act.inputs
    return act.inputs


def check(
    kind: str,
    definition: Mapping,
    case: casefile.CaseFile,
    actor: Actor,
    payload: Mapping,
    calendar: clock.Calendar,
    today: date,
) -> tuple[Offer, dict]:
    """The offer that the act matches and its cleaned payload; KernelError says what is allowed.

    Nothing beyond the declared inputs gets into an event: unknown keys are refused.
    """
    if not isinstance(kind, str) or kind not in ACTS:
        raise KernelError("procedure.unknown_act", act=_quote(kind))
    possible = offers(definition, case, actor, calendar, today)
    node = payload.get("node", "")
    offer = next((o for o in possible if o.act == kind and (o.node == node or not node)), None)
    if offer is None:
        raise KernelError(
            "procedure.not_now",
            act=kind,
            state=case.state,
            allowed=tuple(dict.fromkeys(o.act for o in possible)),
        )
    values = _clean(offer, payload)
    _RULES.get(kind, _no_rule)(definition, case, actor, offer, values)
    return offer, values


def _quote(value):
    """The beginning of an odd value, fit to be shown: half of a character cannot be sent back."""
    return str(value)[:60].encode("utf-8", "replace").decode()


def _clean(offer, payload):
    known = {"node", "note"} | {i.name for i in offer.inputs}
    unknown = set(payload) - known
    if unknown:
        raise KernelError("procedure.unknown_input", input=str(sorted(map(str, unknown))[0])[:60])
    values = {"node": offer.node} if offer.node else {}
    for item in offer.inputs:
        value = clean(item, payload.get(item.name))
        if item.required and value in (None, "", (), []):
            raise KernelError("procedure.missing_input", input=item.name, act=offer.act)
        if value not in (None, ""):
            values[item.name] = value
    note = payload.get("note")
    if note:
        values["note"] = clean(Input("note"), note)
    return values


def _no_rule(definition, case, actor, offer, values):
    pass


def _rule_decide(definition, case, actor, offer, values):
    """Drafter is not signer; the signature needs a mandate in force; a refusal has reasons."""
    node = casefile.node_of(definition, offer.node)
    if node.get("four_eyes", True) and actor.user_id in case.drafters:
        raise KernelError("procedure.drafter_signs")
    if actor.mandate is None:
        raise KernelError("procedure.no_mandate")
    values["mandate"] = actor.mandate.number


def _rule_complete_step(definition, case, actor, offer, values):
    if "officers" in values and len(values["officers"]) < VISITING_OFFICERS:
        raise KernelError("procedure.too_few_officers", needed=VISITING_OFFICERS)


def _rule_extend(definition, case, actor, offer, values):
    if values["days"] > EXTENSION_LIMIT:
        raise KernelError("procedure.extension_too_long", limit=EXTENSION_LIMIT)
    if actor.mandate is None:
        raise KernelError("procedure.no_mandate")
    values["mandate"] = actor.mandate.number


_RULES = {
    "decide": _rule_decide,
    "complete_step": _rule_complete_step,
    "extend": _rule_extend,
}

CODES = {
    **act_input.CODES,
    "procedure.unknown_act": _lt("There is no act “%(act)s”. Use one of the buttons of the case."),
    "procedure.not_now": _lt(
        "“%(act)s” is not possible now: the case is in the state “%(state)s”."
        " What you may do now: %(allowed)s."
    ),
    "procedure.unknown_input": _lt("“%(input)s” does not belong to this act; leave it out."),
    "procedure.missing_input": _lt(
        "Please fill in “%(input)s”; “%(act)s” is not valid without it."
    ),
    "procedure.drafter_signs": _lt(
        "Whoever reviewed the case does not sign the decision; ask another chief representative."
    ),
    "procedure.no_mandate": _lt(
        "You have no mandate in force for this item; have one filed with the centre before signing."
    ),
    "procedure.too_few_officers": _lt(
        "A site visit needs at least %(needed)s officers (Art. 34); please name them."
    ),
    "procedure.extension_too_long": _lt(
        "The head of the organ may extend by at most %(limit)s working days (Art. 42)."
    ),
    "case.unknown_step": _lt("This version of the item has no step “%(step)s”."),
    "case.unknown_event": _lt(
        "The history has an unknown entry “%(kind)s”; tell the administrator."
    ),
}
