"""What a case has to pay, and who said so (应收核定、减免、缓缴, ``domain.md`` 8.4).

An assessment is the fold of its events.  A fee is computed from the published list; a relief left
to discretion and a deferral are asked for and granted by two people, and never by the window.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ...gov_approval.kernel.act_input import Input
from ...gov_approval.kernel.case_facts import Event
from ...gov_approval.kernel.errors import KernelError, _lt
from . import fee_act
from .fee_act import Act

#: 待核定, 已核定, 免缴, 已开票, 已缴, 已取消.
DEMANDED, ASSESSED, EXEMPTED, BILLED, PAID, CANCELLED = STATES = (
    "demanded",
    "assessed",
    "exempted",
    "billed",
    "paid",
    "cancelled",
)
#: Nothing is waited for any more.
SETTLED = (EXEMPTED, PAID, CANCELLED)

CODES = {
    "assessment.no_reason": _lt("The fee was assessed before. Say why it is assessed again."),
    "assessment.same_person": _lt(
        "You asked for this yourself. A second person of the competent department decides."
    ),
    "assessment.pending": _lt(
        "A relief or a deferral was asked for and is not decided. Decide it first."
    ),
    "assessment.not_pending": _lt("Nothing was asked for that could be decided. Reload the page."),
    "assessment.past": _lt("The new date %(until)s is not after today. Choose a later day."),
}


@dataclass(frozen=True)
class Wish:
    """A relief (``relief``: its code in the list) or a deferral (``until``) that is asked for."""

    actor: int
    reason: str
    relief: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Assessment:
    """``wish``: asked for and undecided; ``granted``: codes of discretionary reliefs."""

    state: str = ""
    payable: Decimal = Decimal("0.00")
    wish: Wish | None = None
    granted: frozenset[str] = frozenset()
    deferred_until: date | None = None
    bill: str = ""

    def is_in_order(self, today: date) -> bool:
        """Whether nothing is owed now: paid, exempted, cancelled, or deferred and not yet due."""
        return self.state in SETTLED or bool(self.deferred_until and today <= self.deferred_until)


_UNPAID = (ASSESSED, BILLED)
_COMPETENT = ("representative",)
_ASKING = ("applicant", "window_clerk", "reviewer", "representative")
_OPINION = Input("opinion")
ACTS: Mapping[str, Act] = {
    "assess": Act(
        ("reviewer", "representative", "system"),
        (DEMANDED, ASSESSED),
        (Input("reason", required=False),),
    ),
    "request_relief": Act(_ASKING, _UNPAID, (Input("relief"), Input("reason"))),
    "grant_relief": Act(_COMPETENT, _UNPAID, (_OPINION,)),
    "request_deferral": Act(_ASKING, _UNPAID, (Input("until", "date"), Input("reason"))),
    "grant_deferral": Act(_COMPETENT, _UNPAID, (_OPINION,)),
    "refuse": Act(_COMPETENT, _UNPAID, (_OPINION,)),
    # Written by the bill, and when the case ends.
    "bill": Act(("cashier", "window_clerk", "applicant", "system"), (ASSESSED,)),
    "unbill": Act(("cashier", "finance_officer", "representative", "system"), (BILLED,)),
    "pay": Act(("cashier", "finance_officer", "system"), (BILLED,)),
    "cancel": Act(("representative", "system"), (DEMANDED, ASSESSED, EXEMPTED), (Input("reason"),)),
}


def fold(events: Iterable[Event]) -> Assessment:
    """The assessment that these events leave."""
    found = Assessment()
    for event in events:
        found = _FOLDS[event.kind](found, event)
    return found


def _state_of(payable):
    return ASSESSED if payable else EXEMPTED


def _demand(found, _event):
    return replace(found, state=DEMANDED)


def _assess(found, event):
    payable = Decimal(event.payload["payable"])
    return replace(found, state=_state_of(payable), payable=payable, granted=frozenset())


def _ask(found, event):
    said = event.payload
    until = date.fromisoformat(said["until"]) if said.get("until") else None
    wish = Wish(event.actor, said["reason"], said.get("relief") or "", until)
    return replace(found, wish=wish)


def _grant_relief(found, event):
    payable = Decimal(event.payload["payable"])
    granted = found.granted | {found.wish.relief}
    state = _state_of(payable)
    return replace(found, state=state, payable=payable, wish=None, granted=granted)


def _grant_deferral(found, _event):
    return replace(found, wish=None, deferred_until=found.wish.until)


def _refuse(found, _event):
    return replace(found, wish=None)


def _bill(found, event):
    return replace(found, state=BILLED, bill=event.payload["bill"])


def _unbill(found, _event):
    return replace(found, state=ASSESSED, bill="")


def _pay(found, _event):
    return replace(found, state=PAID)


def _cancel(found, _event):
    return replace(found, state=CANCELLED)


_FOLDS = {
    "demand": _demand,
    "assess": _assess,
    "request_relief": _ask,
    "grant_relief": _grant_relief,
    "request_deferral": _ask,
    "grant_deferral": _grant_deferral,
    "refuse": _refuse,
    "bill": _bill,
    "unbill": _unbill,
    "pay": _pay,
    "cancel": _cancel,
}
_DECISIONS = {"grant_relief": "relief", "grant_deferral": "until", "refuse": ""}


def get_acts(found: Assessment, actor: int, roles: frozenset[str]) -> tuple[str, ...]:
    """What this person can do now; what the bill writes is not offered to anybody."""
    return tuple(
        kind
        for kind, act in ACTS.items()
        if kind not in ("bill", "unbill", "pay")
        and found.state in act.states
        and roles.intersection(act.roles)
        and _hindrance(kind, found, actor) is None
    )


def check(
    kind: str,
    found: Assessment,
    payload: Mapping,
    actor: int,
    roles: frozenset[str],
    today: date,
) -> dict:
    """Whether this person may do this now; the inputs as the event will hold them.

    :raises KernelError: ``assessment.…``, ``fee_act.…`` with what to do instead
    """
    act = fee_act.find(ACTS, kind, roles)
    fee_act.check_state(act, kind, found.state, get_acts(found, actor, roles))
    if error := _hindrance(kind, found, actor):
        raise error
    values = fee_act.clean(act, payload)
    if kind == "assess" and found.state == ASSESSED and not values["reason"]:
        raise KernelError("assessment.no_reason")
    if values.get("until") and values["until"] <= today.isoformat():
        raise KernelError("assessment.past", until=values["until"])
    return values


def _hindrance(kind, found, actor):
    if kind in _DECISIONS:
        wanted = _DECISIONS[kind]
        if found.wish is None or (wanted and not getattr(found.wish, wanted)):
            return KernelError("assessment.not_pending")
        if found.wish.actor == actor:
            return KernelError("assessment.same_person")
    elif found.wish is not None and kind not in ("unbill", "pay"):
        return KernelError("assessment.pending")
    return None
