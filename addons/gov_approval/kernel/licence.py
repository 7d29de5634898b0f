"""The life of a licence (证照的一生): validity, renewal, the ways it ends, what its misuse bars.

A licence is alive while it is valid or suspended.  It ends by 撤销 (Art. 69), 撤回 (Art. 8), 吊销
(a penalty, recorded only), expiry, or because a new revision takes its place (变更, 延续, 补证);
注销 (Art. 70) is the formality afterwards and never stands without one of its grounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from . import clock, validity
from .errors import KernelError, _lt
from .validity import (
    CANCELLATION,
    CHANGE,
    GENERAL_WINDOW,
    HANDLES,
    NEW,
    REISSUE,
    RENEWAL,
    RenewalWindow,
    admit_renewal,
    expiry,
    judge_renewal,
    renewal_starts,
    renewal_window,
    renewed_by_silence,
)

__all__ = [
    "ALIVE", "BARRING", "CANCELLATION", "CANCELLATION_GROUNDS", "CHANGE", "CODES", "EFFECTS",
    "ENDED", "GENERAL_WINDOW", "HANDLES", "LIFE", "NEW", "REISSUE", "RENEWAL", "REVOCATION_GROUNDS",
    "STATES", "SUPERSEDED", "Block", "Licence", "RenewalWindow", "admit_renewal", "apply", "bars",
    "block_of", "check", "expiry", "is_possible", "judge_renewal", "renewal_starts",
    "renewal_window", "renewed_by_silence",
]

#: Status of a licence (证照状态).
STATES = (
    VALID, SUSPENDED, CHANGED, RENEWED, REVOKED, WITHDRAWN, PENALISED, CANCELLED, EXPIRED,
) = (
    "valid",  # 有效
    "suspended",  # 暂停
    "changed",  # 已变更
    "renewed",  # 已延续
    "revoked",  # 已撤销
    "withdrawn",  # 已撤回
    "penalised",  # 已吊销
    "cancelled",  # 已注销
    "expired",  # 已过期
)  # fmt: skip
#: The right still exists, even while its exercise is suspended.
ALIVE = frozenset({VALID, SUSPENDED})
#: A new revision took its place; what happens next happens to that one.
SUPERSEDED = frozenset({CHANGED, RENEWED})
#: The right has ended and only the formality of Art. 70 is left.
ENDED = frozenset({REVOKED, WITHDRAWN, PENALISED, EXPIRED})

#: Grounds of 撤销 (Art. 69): the organ's own fault, an unqualified holder, fraud or bribery.
REVOCATION_GROUNDS = (
    "abuse", "beyond_power", "procedure_breach", "unqualified", "fraud", "commitment_broken",
    "other",
)  # fmt: skip
#: Grounds of 注销 that follow an end on record, with the state that they need (Art. 70).
_GROUND_STATES = {"revoked": REVOKED, "withdrawn": WITHDRAWN, "penalised": PENALISED}
#: Grounds of 注销 that themselves end a right that is still alive (Art. 70).
_ENDING_GROUNDS = ("dead", "body_ended", "force_majeure", "lapsed", "holder_request")
CANCELLATION_GROUNDS = ("expired", *_GROUND_STATES, *_ENDING_GROUNDS)

#: The life table: act -> (from these states, to this one); None stays as it is.
LIFE = {
    "hear_holder": (ALIVE, None),
    "revoke_licence": (ALIVE, REVOKED),
    "withdraw_licence": (ALIVE, WITHDRAWN),
    "penalise_licence": (ALIVE, PENALISED),
    "suspend_licence": (frozenset({VALID}), SUSPENDED),
    "resume_licence": (frozenset({SUSPENDED}), VALID),
    "expire": (ALIVE, EXPIRED),
    "cancel_licence": (ALIVE | ENDED, CANCELLED),
}
#: What a case about the licence makes of it (the act ``supersede``): effect -> state.
EFFECTS = {
    "changed": CHANGED,
    "renewed": RENEWED,
    "reissued": CHANGED,
    "cancelled": CANCELLED,
}


@dataclass(frozen=True)
class Licence:
    """One revision of a licence.  ``ended_on``: the last day or the day of the act that ended the
    right; ``cancelled_on``: the day of 注销; ``heard_on``: when the holder was heard."""

    valid_from: date
    valid_to: date | None = None  # None: no limit
    state: str = VALID
    ended_on: date | None = None
    ground: str = ""
    cancelled_on: date | None = None
    heard_on: date | None = None

    def is_alive(self, on: date) -> bool:
        """Whether the right exists on that day; one that begins later exists already."""
        return self.state in ALIVE and not self.is_past(on)

    def is_past(self, on: date) -> bool:
        """Whether the last day of validity has gone by."""
        return self.valid_to is not None and on > self.valid_to


# ── the ways a licence ends ─────────────────────────────────────────────────────────────────


def is_possible(licence: Licence | None, kind: str) -> bool:
    """Whether the life table has this act for a licence in its state; screens offer no others."""
    if licence is None:
        return False
    return licence.state in (ALIVE if kind == "supersede" else LIFE[kind][0])


def check(licence: Licence | None, kind: str, payload: Mapping, on: date) -> None:
    """Refuse an act that the law does not have for this licence.

    :param kind: an act of :data:`LIFE`, or ``supersede``
    :raises KernelError: ``licence.…`` with a sentence that says what is possible instead
    """
    if licence is None:
        raise KernelError("licence.none", act=kind)
    if not is_possible(licence, kind):
        _refuse_state(licence, kind)
    rule = _RULES.get(kind)
    if rule:
        rule(licence, payload, on)


def apply(licence: Licence, kind: str, payload: Mapping, on: date) -> Licence:
    """The licence after an act that :func:`check` let pass."""
    if kind == "hear_holder":
        return replace(licence, heard_on=on)
    if kind == "supersede":
        return _superseded(licence, payload, on)
    state = LIFE[kind][1]
    if kind in ("suspend_licence", "resume_licence"):
        return replace(licence, state=state)
    if kind == "expire":
        return replace(licence, state=state, ended_on=licence.valid_to, ground="expired")
    ground = payload.get("ground") or ""
    if kind == "cancel_licence":
        ended_on = licence.ended_on or date.fromisoformat(payload["ground_on"])
        return replace(licence, state=state, ended_on=ended_on, ground=ground, cancelled_on=on)
    return replace(licence, state=state, ended_on=on, ground=ground)


def _superseded(licence, payload, on):
    """A renewal does not shorten the old licence: it lasts to its last day, where one is known."""
    effect = payload["effect"]
    ended_on = payload.get("ended_on")
    ended_on = date.fromisoformat(ended_on) if ended_on else on
    if effect == "cancelled":
        return replace(
            licence, state=CANCELLED, ended_on=on, ground="holder_request", cancelled_on=on
        )
    return replace(licence, state=EFFECTS[effect], ended_on=ended_on, ground=effect)


def _refuse_state(licence, kind):
    state = licence.state
    if state == CANCELLED:
        raise KernelError("licence.already_cancelled", act=kind, on=licence.cancelled_on)
    if state in SUPERSEDED:
        raise KernelError("licence.superseded", act=kind, state=_word(state))
    if state in ENDED:
        raise KernelError(
            "licence.already_ended", act=kind, state=_word(state), on=licence.ended_on
        )
    code = "licence.not_suspended" if kind == "resume_licence" else "licence.already_suspended"
    raise KernelError(code)


def _word(state):
    """The term of a state; ``withdrawn`` alone would be read as the applicant's act (2.1)."""
    return f"licence_{state}"


def _rule_revoke(licence, payload, on):
    """撤销 (Art. 69): the holder is heard first; fraud is not compensated."""
    _not_past(licence, on)
    if licence.heard_on is None:
        raise KernelError("licence.holder_not_heard")
    if payload.get("ground") == "fraud" and payload.get("compensation"):
        raise KernelError("licence.fraud_compensated")


def _rule_withdraw(licence, payload, on):
    """撤回 (Art. 8): law or facts changed, the holder did no wrong and is compensated."""
    _not_past(licence, on)
    if not payload.get("compensation"):
        raise KernelError("licence.compensation_missing")


def _rule_alive(licence, payload, on):
    _not_past(licence, on)


def _not_past(licence, on):
    if licence.is_past(on):
        raise KernelError("licence.past", valid_to=licence.valid_to)


def _rule_expire(licence, payload, on):
    if not licence.is_past(on):
        raise KernelError("licence.not_past", valid_to=licence.valid_to or "—")


def _rule_supersede(licence, payload, on):
    if payload.get("effect") not in EFFECTS:
        raise KernelError("licence.unknown_effect", effect=str(payload.get("effect"))[:60])


def _rule_cancel(licence, payload, on):
    """注销 (Art. 70): one of its grounds, with its date, in agreement with the state."""
    ground = payload.get("ground")
    if ground not in CANCELLATION_GROUNDS:
        raise KernelError("licence.ground_missing")
    ground_on = _ground_date(payload, on)
    if ground == "expired":
        _check_expired(licence, ground_on, on)
    elif ground in _GROUND_STATES:
        _check_ended(licence, ground, ground_on)
    elif licence.state not in ALIVE:
        raise KernelError("licence.ground_other", state=_word(licence.state))
    elif licence.is_past(on):
        raise KernelError("licence.ground_past", valid_to=licence.valid_to)


def _ground_date(payload, on):
    try:
        ground_on = date.fromisoformat(str(payload.get("ground_on")))
    except ValueError:
        raise KernelError("licence.ground_undated") from None
    if ground_on > on:
        raise KernelError("licence.ground_future", on=ground_on)
    return ground_on


def _check_expired(licence, ground_on, on):
    if licence.state in (REVOKED, WITHDRAWN, PENALISED):
        raise KernelError("licence.ground_other", state=_word(licence.state))
    if not licence.is_past(on):
        raise KernelError("licence.not_past", valid_to=licence.valid_to or "—")
    if ground_on != licence.valid_to:
        raise KernelError("licence.ground_date", on=licence.valid_to)


def _check_ended(licence, ground, ground_on):
    if licence.state != _GROUND_STATES[ground]:
        if licence.state in ALIVE:
            raise KernelError("licence.ground_absent", state=_word(_GROUND_STATES[ground]))
        raise KernelError("licence.ground_other", state=_word(licence.state))
    # A penalty is another organ's decision and lies before the day it was recorded here.
    is_penalty = ground == "penalised"
    if ground_on > licence.ended_on or (not is_penalty and ground_on != licence.ended_on):
        raise KernelError("licence.ground_date", on=licence.ended_on)


_RULES = {
    "hear_holder": _rule_alive,
    "revoke_licence": _rule_revoke,
    "withdraw_licence": _rule_withdraw,
    "penalise_licence": _rule_alive,
    "suspend_licence": _rule_alive,
    "resume_licence": _rule_alive,
    "expire": _rule_expire,
    "cancel_licence": _rule_cancel,
    "supersede": _rule_supersede,
}

# ── what its misuse bars ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Block:
    """A bar on further applications (申请禁限).  ``kind``: ``item``, ``class`` (of licence) or
    ``credit``; ``until``: the last day, inclusive; None: until the promise is made good."""

    kind: str
    ground: str
    article: str
    until: date | None = None


#: Acts that refuse an application, with the value of their input ``decision`` if it needs one.
_REFUSALS = {"refuse_acceptance": None, "decide": "refuse", "decide_at_once": "refuse"}


#: Acts that may bring about a bar.
BARRING = frozenset({*_REFUSALS, "revoke_licence", "check_commitment", "end_deferral"})


def block_of(definition: Mapping, kind: str, payload: Mapping, on: date) -> Block | None:
    """The bar that an act of that day brings upon the applicant or holder, if any.

    False papers for a licence that touches safety, health, life or property: one year (Art. 78).
    A licence got by fraud or bribery: three years for the same class (Art. 79).  A broken promise:
    neither 容缺受理 nor 告知承诺 until it is repaired (国办发〔2020〕42号).
    """
    ground = payload.get("ground")
    if kind in _REFUSALS and payload.get("decision") == _REFUSALS[kind]:
        if ground == "false_papers" and definition.get("is_safety"):
            return Block("item", ground, "Art. 78", clock.add_months(on, 12))
    elif kind == "revoke_licence" and ground == "fraud":
        return Block("class", ground, "Art. 79", clock.add_months(on, 36))
    elif kind == "check_commitment" and payload.get("outcome") == "broken":
        return Block("credit", "commitment_broken", "国办发〔2020〕42号")
    elif kind == "end_deferral":
        return Block("credit", "deferral_broken", "国办发〔2020〕42号")
    return None


def bars(
    block: Block, on: date, *, handles: str = NEW, in_time: bool = True, same_item: bool = False
) -> bool:
    """Whether a block on the same class of licence stands against filing a case on that day.

    It bars asking for the licence anew (再次申请): a new application, a renewal that counts as
    one, and what was falsified itself; giving a licence up or replacing a lost paper stays open.
    """
    if block.kind == "credit" or (block.until is not None and on > block.until):
        return False
    is_new = handles == NEW or (handles == RENEWAL and not in_time)
    return is_new or (same_item and handles in (CHANGE, RENEWAL))


CODES = {
    **validity.CODES,
    "licence.none": _lt(
        "“%(act)s” is about a certificate, and this case issued none; open the case that did."
    ),
    "licence.already_cancelled": _lt(
        "“%(act)s” is not possible: the certificate was cancelled on %(on)s, and nothing follows"
        " a cancellation."
    ),
    "licence.superseded": _lt(
        "“%(act)s” is not possible: this revision of the certificate is “%(state)s”. Open the"
        " case of the revision that is in force."
    ),
    "licence.already_ended": _lt(
        "“%(act)s” is not possible: the certificate is “%(state)s” since %(on)s. It can only be"
        " cancelled now (Art. 70)."
    ),
    "licence.not_suspended": _lt(
        "The certificate is not suspended, so there is nothing to resume."
    ),
    "licence.already_suspended": _lt(
        "The certificate is suspended already. Resume it, or end it on one of the legal grounds."
    ),
    "licence.holder_not_heard": _lt(
        "Hear the holder first and record what was said; then the licence can be revoked (Art. 69)."
    ),
    "licence.fraud_compensated": _lt(
        "A licence got by fraud or bribery is revoked without compensation (Art. 69); leave the"
        " compensation empty."
    ),
    "licence.compensation_missing": _lt(
        "A lawful licence is withdrawn against compensation (Art. 8); state what the holder gets,"
        " or that the holder suffered no loss."
    ),
    "licence.past": _lt(
        "The certificate ran out on %(valid_to)s; cancel it on the ground of expiry (Art. 70)."
    ),
    "licence.not_past": _lt(
        "The certificate has not run out: its last day is %(valid_to)s. Choose another ground."
    ),
    "licence.unknown_effect": _lt(
        "“%(effect)s” is nothing that a case does to a certificate; tell the administrator."
    ),
    "licence.ground_missing": _lt(
        "A cancellation needs one of the grounds of Art. 70; choose it from the list."
    ),
    "licence.ground_undated": _lt(
        "A cancellation needs the day on which its ground came about; enter that day."
    ),
    "licence.ground_future": _lt(
        "The ground of a cancellation lies in the past, not on %(on)s; cancel when it has come."
    ),
    "licence.ground_date": _lt(
        "That does not agree with the register; the ground came about on %(on)s. Enter that day."
    ),
    "licence.ground_absent": _lt(
        "The certificate is not “%(state)s”. That decision comes first, the cancellation after"
        " it (Art. 70)."
    ),
    "licence.ground_other": _lt(
        "The certificate is “%(state)s”: cancel it on that ground and with the day of that"
        " decision (Art. 70)."
    ),
    "licence.ground_past": _lt(
        "The certificate ran out on %(valid_to)s; the ground of its cancellation is the expiry."
    ),
}
