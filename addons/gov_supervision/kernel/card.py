"""A card is its events (预警纠错单): issued, ordered, explained, verified or appealed, settled.

Nothing is ever taken away: a card that is withdrawn stays with its trace and counts in no score.
Whoever is concerned by a card, or spoke for the unit, never judges it; an appeal is decided by
somebody who neither ordered nor judged before (`domain.md` 7.1, 7.4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ...gov_approval.kernel import act_input
from ...gov_approval.kernel.act_input import Input
from ...gov_approval.kernel.errors import KernelError, _lt
from .rules import BLUE, RED, YELLOW

STATES = ISSUED, ORDERED, EXPLAINED, APPEALED, SETTLED, WITHDRAWN, ESCALATED = (
    "issued",  # 已发出, to be answered by the unit
    "ordered",  # 责令纠正
    "explained",  # 已说明, to be verified
    "appealed",  # 申诉中
    "settled",  # 已核实办结
    "withdrawn",  # 已撤销
    "escalated",  # 移送问责
)
#: Waiting for the unit, and for supervision.
WITH_UNIT, WITH_SUPERVISION = (ISSUED, ORDERED), (EXPLAINED, APPEALED)
OPEN = (*WITH_UNIT, *WITH_SUPERVISION)
ENDED = (SETTLED, WITHDRAWN, ESCALATED)
UNIT, SUPERVISOR, SYSTEM = "unit", "supervisor", "system"
#: Working days that supervision has to verify an explanation and to decide an appeal [L], and those
#: in which the unit may appeal, from the day of the card.
VERIFY_DAYS, DECIDE_DAYS, APPEAL_DAYS = 5, 10, 5
_JUDGING = ("order", "verify", "decide_appeal", "escalate")

CODES = {
    "card.unknown": _lt("There is no such act on a card. Reload the page."),
    "card.not_yours": _lt("“%(act)s” is not done by you but by: %(roles)s."),
    "card.not_now": _lt(
        "This card is %(state)s, so “%(act)s” is not possible. Possible: %(known)s."
    ),
    "card.unknown_input": _lt("“%(input)s” is no input of this act. Reload the page."),
    "card.missing_input": _lt("Fill in “%(input)s” first."),
    "card.concerned": _lt(
        "You are concerned by this card or spoke for the unit, so you do not judge it. Ask another"
        " supervisor."
    ),
    "card.judged_before": _lt(
        "You ordered or judged this card before, so somebody else decides on the appeal. Ask"
        " another supervisor."
    ),
    "card.appeal_late": _lt(
        "The unit could appeal until %(until)s. Explain instead; supervision may still withdraw the"
        " card when it verifies."
    ),
    "card.days_missing": _lt("Give the working days in which the unit has to answer."),
    "card.not_due": _lt("The unit may answer until the end of %(until)s."),
    "card.inform_only": _lt("Only a card that informs is acknowledged; explain this one."),
}


@dataclass(frozen=True)
class Act:
    """``by``: which side does it; ``states``: when; ``inputs``: what is said with it."""

    by: str
    states: tuple[str, ...]
    inputs: tuple[Input, ...] = ()


def _choice(name, *options):
    return Input(name, "choice", True, options)


_OPINION, _DAYS = Input("opinion"), Input("days", "number", required=False)
ACTS = {
    "acknowledge": Act(UNIT, (ISSUED,)),  # 知悉
    "order": Act(SUPERVISOR, (ISSUED,), (Input("demand"), Input("days", "number"))),  # 责令纠正
    "explain": Act(
        UNIT,
        WITH_UNIT,
        (Input("explanation"), Input("measures", required=False), Input("evidence")),
    ),
    "verify": Act(
        SUPERVISOR,
        (EXPLAINED,),
        (_choice("outcome", "accepted", "returned", "withdrawn"), _OPINION, _DAYS),
    ),
    "appeal": Act(UNIT, WITH_UNIT, (Input("grounds"), Input("evidence"))),  # 申诉
    "decide_appeal": Act(
        SUPERVISOR, (APPEALED,), (_choice("outcome", "upheld", "withdrawn"), _OPINION, _DAYS)
    ),
    "escalate": Act(SUPERVISOR, (ISSUED, ORDERED, EXPLAINED), (_OPINION,)),  # 移送问责
    "lapse": Act(SYSTEM, WITH_UNIT),  # 逾期未答
}


@dataclass(frozen=True)
class Card:
    """What follows from the events of a card.

    ``judges``: who ordered, verified or decided; ``speakers``: who spoke for the unit.
    """

    state: str = ""
    level: str = BLUE
    first_level: str = BLUE
    action: str = "inform"
    person: int = 0
    issued_on: date | None = None
    due_on: date | None = None
    appeal_until: date | None = None
    demand: str = ""
    explanation: str = ""
    measures: str = ""
    evidence: str = ""
    opinion: str = ""
    lapses: int = 0
    returns: int = 0
    was_upheld: bool = False
    has_lapsed: bool = False  # in the limit that runs
    judges: frozenset[int] = field(default_factory=frozenset)
    speakers: frozenset[int] = field(default_factory=frozenset)
    before_appeal: str = ISSUED

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_counted(self) -> bool:
        """Whether it counts in scores: a notice never does, nor does what was withdrawn."""
        return self.level != BLUE and self.state != WITHDRAWN


# -------------------------------------------------------------------------------- folding


def fold(events: Iterable) -> Card:
    """The card after its events, each with ``kind``, ``at``, ``actor`` and ``payload``.

    Limits are part of the events: a later change of the calendar moves none.
    """
    card = Card()
    for event in events:
        card = apply(card, event)
    return card


def apply(card: Card, event) -> Card:
    """The card after one more event; a limit that passed is found by whoever comes first."""
    is_late = card.state in WITH_UNIT and card.due_on and event.at.date() > card.due_on
    if is_late and not card.has_lapsed and event.kind != "lapse":
        card = _on_lapse(card, event)
    return _HANDLERS[event.kind](card, event)


def _day(text):
    return date.fromisoformat(text) if text else None


def _on_issue(card, event):
    said = event.payload
    return Card(
        state=ORDERED if said["action"] == "correct" else ISSUED,
        level=said["level"],
        first_level=said["level"],
        action=said["action"],
        person=said.get("person") or 0,
        issued_on=event.at.date(),
        due_on=_day(said.get("due_on")),
        appeal_until=_day(said.get("appeal_until")),
        demand=said.get("demand") or "",
        judges=frozenset({event.actor} - {0}),
    )


def _limit(card, event, **changes):
    """Another limit runs from here."""
    return replace(card, due_on=_day(event.payload.get("due_on")), has_lapsed=False, **changes)


def _judged(card, event, **changes):
    changes.setdefault("opinion", event.payload.get("opinion") or card.opinion)
    return _limit(card, event, judges=card.judges | {event.actor}, **changes)


def _on_acknowledge(card, event):
    return _limit(card, event, state=SETTLED, speakers=card.speakers | {event.actor})


def _on_order(card, event):
    return _judged(card, event, state=ORDERED, action="correct", demand=event.payload["demand"])


def _on_explain(card, event):
    said = event.payload
    return _limit(
        card,
        event,
        state=EXPLAINED,
        explanation=said["explanation"],
        measures=said.get("measures") or "",
        evidence=said["evidence"],
        speakers=card.speakers | {event.actor},
    )


def _on_verify(card, event):
    outcome = event.payload["outcome"]
    if outcome == "returned":
        return _judged(card, event, state=ORDERED, returns=card.returns + 1)
    return _judged(card, event, state=SETTLED if outcome == "accepted" else WITHDRAWN)


def _on_appeal(card, event):
    said = event.payload
    return _limit(
        card,
        event,
        state=APPEALED,
        before_appeal=card.state,
        explanation=said["grounds"],
        evidence=said["evidence"],
        speakers=card.speakers | {event.actor},
    )


def _on_decide_appeal(card, event):
    if event.payload["outcome"] == "withdrawn":
        return _judged(card, event, state=WITHDRAWN)
    return _judged(card, event, state=card.before_appeal, was_upheld=True)


def _on_escalate(card, event):
    return _judged(card, event, state=ESCALATED)


def _on_lapse(card, event):
    """A yellow card that is not answered in time becomes red."""
    level = RED if card.level == YELLOW else card.level
    return replace(card, level=level, lapses=card.lapses + 1, has_lapsed=True)


_HANDLERS = {
    "issue": _on_issue,
    "acknowledge": _on_acknowledge,
    "order": _on_order,
    "explain": _on_explain,
    "verify": _on_verify,
    "appeal": _on_appeal,
    "decide_appeal": _on_decide_appeal,
    "escalate": _on_escalate,
    "lapse": _on_lapse,
}

# -------------------------------------------------------------------------------- judging


def get_acts(card: Card, person: int, sides: frozenset[str], today: date) -> tuple[str, ...]:
    """What somebody can do now."""
    found = []
    for kind, act in ACTS.items():
        if act.by in sides and card.state in act.states:
            try:
                _check_person(card, kind, person)
                _check_time(card, kind, today)
            except KernelError:
                continue
            found.append(kind)
    return tuple(found)


def check(kind: str, card: Card, payload: Mapping, person: int, sides, calendar, today: date):
    """The inputs as the event will hold them, with the limit that runs from here.

    :param sides: on which the user stands: ``unit``, ``supervisor``, ``system``
    :raises KernelError: a sentence that says what is possible instead
    """
    act = ACTS.get(kind)
    if act is None:
        raise KernelError("card.unknown")
    if act.by not in sides:
        raise KernelError("card.not_yours", act=kind, roles=(act.by,))
    if card.state not in act.states:
        known = get_acts(card, person, frozenset(sides), today) or ("–",)
        raise KernelError("card.not_now", state=card.state, act=kind, known=known)
    _check_person(card, kind, person)
    _check_time(card, kind, today)
    values = _clean(act, payload)
    due_on = _due_on(kind, card, values, calendar, today)
    return values | {"due_on": due_on and due_on.isoformat()}


def _check_person(card, kind, person):
    if kind in _JUDGING and person in {card.person, *card.speakers}:
        raise KernelError("card.concerned")
    if kind == "decide_appeal" and person in card.judges:
        raise KernelError("card.judged_before")


def _check_time(card, kind, today):
    if kind == "acknowledge" and card.action != "inform":
        raise KernelError("card.inform_only")
    if kind == "appeal" and card.appeal_until and today > card.appeal_until:
        raise KernelError("card.appeal_late", until=card.appeal_until)
    if kind == "lapse" and (not card.due_on or card.has_lapsed or today <= card.due_on):
        raise KernelError("card.not_due", until=card.due_on)


def _clean(act, payload):
    names = {item.name for item in act.inputs}
    for name in payload:
        if name not in names:
            raise KernelError("card.unknown_input", input=str(name)[:60])
    values = {item.name: act_input.clean(item, payload.get(item.name)) for item in act.inputs}
    for item in act.inputs:
        if item.required and values[item.name] in ("", None):
            raise KernelError("card.missing_input", input=item.name)
    return values


def _due_on(kind, card, values, calendar, today):
    """The last day of the limit that runs after this act."""
    if kind == "explain":
        return calendar.add_working_days(today, VERIFY_DAYS)
    if kind == "appeal":
        return calendar.add_working_days(today, DECIDE_DAYS)
    if kind == "lapse":
        return card.due_on
    if kind == "order" or values.get("outcome") in ("returned", "upheld"):
        if not values.get("days"):
            raise KernelError("card.days_missing")
        return calendar.add_working_days(today, values["days"])
    return None
