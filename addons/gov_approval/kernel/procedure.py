"""Who may do what now (程序规则): the one door to the rules on acts.

``offers`` lists the acts that an actor may perform on a case as it stands; the screen shows
exactly these.  ``hindered`` lists those that something still stands in the way of, each with its
sentence.  ``check`` refuses every other act with the list of those allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from . import act_input, agency, clock, rules, rules_values
from . import case as casefile
from .act_input import Input, clean
from .acts import ACTS, JOINT_ACTS, POWERS, Act
from .case_facts import reviewing_departments
from .errors import KernelError, _lt
from .situation import Actor, Mandate, Situation

__all__ = [
    "ACTS", "CODES", "JOINT_ACTS", "POWERS", "Act", "Actor", "Hindrance", "Mandate", "Offer",
    "check", "hindered", "offers", "role_on",
]  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """An act that is possible now; ``node`` for acts on a step; ``is_next`` marks the main one.

    ``department``: for whom the actor speaks in a joint review.
    """

    act: str
    role: str
    node: str = ""
    inputs: tuple[Input, ...] = ()
    is_next: bool = False
    department: str = ""


@dataclass(frozen=True)
class Hindrance:
    """An act that is the actor's, but not yet: ``reason`` is the sentence to show."""

    act: str
    node: str
    reason: KernelError
    department: str = ""


#: The act that a screen offers as its one button, in this order.
_NEXT = (
    "decide_at_once",
    "accept",
    "accept_deferred",
    "supplement",
    "decide",
    "record_hearing",
    "publish_notice",
    "answer_objection",
    "complete_step",
    "give_opinion",
    "resume_clock",
    "deliver",
    "confirm_delivery",
    "check_commitment",
)


def offers(
    definition: Mapping,
    case: casefile.CaseFile,
    actor: Actor,
    calendar: clock.Calendar,
    today: date,
    target: Mapping | None = None,
) -> tuple[Offer, ...]:
    """The acts that ``actor`` may perform now, the main one first.

    ``target``: the definition of a newer version, to which the case may ``migrate``.
    """
    s = Situation(definition, case, actor, calendar, today, target)
    found = [
        _offer(act, s, role, node)
        for act in ACTS.values()
        for role, node in _openings(act, s)
        if _hindrance(act, s, role, node) is None
    ]
    found.sort(key=lambda offer: _NEXT.index(offer.act) if offer.act in _NEXT else len(_NEXT))
    if found and found[0].act in _NEXT:
        found[0] = replace(found[0], is_next=True)
    return tuple(found)


def hindered(
    definition: Mapping,
    case: casefile.CaseFile,
    actor: Actor,
    calendar: clock.Calendar,
    today: date,
) -> tuple[Hindrance, ...]:
    """What would be the actor's act, but has to wait, and for what; the same reason once."""
    s = Situation(definition, case, actor, calendar, today)
    found = {}
    for act in ACTS.values():
        for role, node in _openings(act, s):
            reason = _hindrance(act, s, role, node)
            if reason is not None:  # one refusal by the posts stands before many acts
                department = _speaks_for(act, node)
                one = Hindrance(act.kind, node.get("code", ""), reason, department)
                found.setdefault(id(reason), one)
    return tuple(found.values())


def _offer(act, s, role, node):
    kind = role.partition("@")[0]  # a step names its department by itself
    inputs = rules_values.inputs_of(act, s, node)
    return Offer(act.kind, kind, node.get("code", ""), inputs, department=_speaks_for(act, node))


def _speaks_for(act, node):
    return node["department"] if act.kind in JOINT_ACTS else ""


def _openings(act, s):
    """``(role, node)`` where the actor could perform ``act`` if nothing stood in the way.

    A role that the posts keep back is one of them; a role of the actor's own comes first.
    """
    if s.case.state not in act.states:
        return
    fits = rules.FITS.get(act.kind)
    if not act.on_step:
        own, kept = s.actor.roles, s.actor.kept_back.keys()
        asked = _roles_for(act, s)
        roles = sorted(asked & own) or sorted(asked & kept)
        if roles and (fits is None or fits(s, {})):
            yield roles[0], {}
        return
    for code in sorted(s.case.active):
        for role, node in _stands(act, s.node(code)):
            if (role in s.actor.roles or role in s.actor.kept_back) and fits(s, node):
                yield role, node


def _stands(act, node):
    """``(role, node)`` for which an act on a step is performed.

    In a joint review each department has its own view of the node, as if the step were its own.
    """
    if act.kind in JOINT_ACTS:
        for department in reviewing_departments(node):
            own = {**node, "role": "reviewer", "department": department}
            yield role_on(own), own
    elif act.roles == {"system"}:
        yield "system", node
    else:
        yield role_on(node), node


def _roles_for(act, s):
    """Joint handling is extended by the head of the people's government alone (Art. 42)."""
    if "government_head" not in act.roles:
        return act.roles
    return frozenset({"government_head" if casefile.is_joint(s.definition) else "representative"})


#: Acts of a person who was named for them, so no post gives them to anybody else.
_PERSONAL = frozenset({"record_hearing"})


def _hindrance(act, s, role, node):
    if role in s.actor.kept_back and act.kind not in _PERSONAL:
        return s.actor.kept_back[role]
    if role == "applicant":
        beyond = agency.hindrance(s.case, act.kind, s.actor.name, s.today)
        if beyond:
            return beyond
    rule = rules.HINDRANCES.get(act.kind)
    return rule(s, node) if rule else None


def role_on(node: Mapping) -> str:
    """The role that a step asks for: ``reviewer``, or ``reviewer@<department code>``."""
    role = node["role"] or ""
    return f"{role}@{node['department']}" if node["department"] else role


def check(
    kind: str,
    definition: Mapping,
    case: casefile.CaseFile,
    actor: Actor,
    payload: Mapping,
    calendar: clock.Calendar,
    today: date,
    target: Mapping | None = None,
) -> tuple[Offer, dict]:
    """The offer that the act matches and its cleaned payload; KernelError says what is allowed.

    ``target``: the definition of the version to which ``migrate`` moves the case; without one that
    act fits nowhere.

    Nothing beyond the declared inputs gets into an event: unknown keys are refused.
    """
    if not isinstance(kind, str) or kind not in ACTS:
        raise KernelError("procedure.unknown_act", act=_quote(kind))
    act, s = ACTS[kind], Situation(definition, case, actor, calendar, today, target)
    department = payload.get("department", "") if kind in JOINT_ACTS else ""
    role, node = _opening(act, s, payload.get("node", ""), department)
    offer = _offer(act, s, role, node)
    values = _clean(offer, payload)
    rules_values.check_values(act, s, node, offer.role, values)
    if role in actor.stands_in and kind not in _PERSONAL:
        values["stands_in_for"] = actor.stands_in[role]
    return offer, values


def _opening(act, s, code, department):
    """Where the act is performed; refuses with what hinders it, else with what is allowed."""
    reason = None
    for role, node in _openings(act, s):
        if code and code != node.get("code"):
            continue
        if department and department != node.get("department"):
            continue
        hindrance = _hindrance(act, s, role, node)
        if hindrance is None:
            return role, node
        reason = reason or hindrance
    if reason:
        raise reason
    possible = offers(s.definition, s.case, s.actor, s.calendar, s.today)
    raise KernelError(
        "procedure.not_now",
        act=act.kind,
        state=s.case.state,
        allowed=tuple(dict.fromkeys(offer.act for offer in possible)),
    )


def _quote(value):
    """The beginning of an odd value, fit to be shown: half of a character cannot be sent back."""
    return str(value)[:60].encode("utf-8", "replace").decode()


def _clean(offer, payload):
    known = {"node", "note"} | {i.name for i in offer.inputs}
    if offer.department:
        known.add("department")
    unknown = set(payload) - known
    if unknown:
        raise KernelError("procedure.unknown_input", input=str(sorted(map(str, unknown))[0])[:60])
    values = {"node": offer.node} if offer.node else {}
    if offer.department:
        values["department"] = offer.department
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


CODES = {
    **act_input.CODES,
    **agency.CODES,
    **rules.CODES,
    **rules_values.CODES,
    "procedure.unknown_act": _lt("There is no act “%(act)s”. Use one of the buttons of the case."),
    "procedure.not_now": _lt(
        "“%(act)s” is not possible now: the case is in the state “%(state)s”."
        " What you may do now: %(allowed)s."
    ),
    "procedure.unknown_input": _lt("“%(input)s” does not belong to this act; leave it out."),
    "procedure.missing_input": _lt(
        "Please fill in “%(input)s”; “%(act)s” is not valid without it."
    ),
    "case.unknown_step": _lt("This version of the item has no step “%(step)s”."),
    "case.unknown_event": _lt(
        "The history has an unknown entry “%(kind)s”; tell the administrator."
    ),
}
