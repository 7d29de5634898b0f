"""Agency (委托代理): who may act for the applicant, how far, and until when (Art. 29).

The power of attorney (授权委托书) of a case is what the answers about the agent say, borne out by
the paper among the materials.  Filing and receiving letters go with every power; whatever binds or
gives away needs an express one (特别授权, `domain.md` 9).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .errors import KernelError, _lt

#: What an agent may be empowered to do beside filing (授权事项).
AGENT_POWERS = (
    "agent_change",  # 补正、变更材料
    "agent_sign",  # 签署承诺
    "agent_state",  # 陈述申辩、听证
    "agent_withdraw",  # 撤回申请
    "agent_receive",  # 领取结果
)
#: The answers that make up a power of attorney, in the order of the paper.
QUESTIONS = (
    "agent_name", "agent_person_id", "agent_phone", "agent_powers", "agent_from", "agent_until",
)  # fmt: skip
#: Code of the paper where the item does not list one of its own.
PAPER = "power_of_attorney"

#: The power that an agent needs for an act with the account of the applicant.
_NEEDED = {
    "supplement": "agent_change",
    "hand_in_deferred": "agent_change",
    "request_hearing": "agent_state",
    "waive_hearing": "agent_state",
    "challenge_chair": "agent_state",
    "record_statement": "agent_state",
    "withdraw": "agent_withdraw",
    "confirm_delivery": "agent_receive",
}
#: Acts at the window that bind the applicant: the input that names who stood there, and the power
#: which that person needs unless it is the applicant.
_NAMED = {
    "withdraw": ("requester", "agent_withdraw"),
    "deliver": ("receiver", "agent_receive"),
    "decide_at_once": ("receiver", "agent_receive"),
    "accept_deferred": ("signed_by", "agent_sign"),
}


@dataclass(frozen=True)
class PowerOfAttorney:
    """A power of attorney as filed (授权委托书)."""

    agent: str
    powers: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    revoked_on: date | None = None

    def lapse(self, today: date) -> KernelError | None:
        """Why the paper carries nothing today; None while it is in force."""
        name = {"agent": self.agent}
        if self.revoked_on:
            return KernelError("agency.revoked", on=self.revoked_on, **name)
        if self.until and today > self.until:
            return KernelError("agency.expired", on=self.until, **name)
        if self.since and today < self.since:
            return KernelError("agency.not_yet", on=self.since, **name)
        return None

    def refusal(self, power: str, today: date) -> KernelError | None:
        """Why the agent may not use ``power`` today, as the sentence to be shown."""
        lapse = self.lapse(today)
        if lapse is None and power not in self.powers:
            return KernelError("agency.power_missing", power=power, agent=self.agent)
        return lapse


def power_of(answers: Mapping, revoked_on: date | None = None) -> PowerOfAttorney | None:
    """The power of attorney that the answers describe; None where the applicant acts alone."""
    if not answers.get("has_agent"):
        return None
    since, until = (_day(answers.get(name)) for name in ("agent_from", "agent_until"))
    powers = frozenset(answers.get("agent_powers") or ())
    return PowerOfAttorney(answers.get("agent_name") or "", powers, since, until, revoked_on)


def _day(text):
    return date.fromisoformat(text) if text else None


def paper_of(definition: Mapping) -> str:
    """Code of the material that is the power of attorney; '' for items without agency."""
    codes = [row["code"] for row in definition["materials"] if row.get("needed_if") == "has_agent"]
    return PAPER if PAPER in codes else next(iter(codes), "")


def is_principal(answers: Mapping, name: str) -> bool:
    """Whether the name is that of the applicant, or of who represents the applicant by law."""
    names = (answers.get("applicant_name"), answers.get("representative_name"))
    return any(is_same(name, one) for one in names if one)


def is_same(name: str, other: str) -> bool:
    """Whether two people typed the same name: blanks and capitals aside."""
    return _plain(name) == _plain(other)


def _plain(name):
    return "".join(name.split()).casefold()


def refusal_to(case, name: str, power: str, today: date) -> KernelError | None:
    """Why the person of this name may not use ``power`` for the applicant of ``case`` today."""
    if is_principal(case.answers, name) or not case.answers.get("applicant_name"):
        return None
    held = case.power
    if held is None or not is_same(name, held.agent):
        return KernelError("agency.no_power", name=name, power=power)
    return held.refusal(power, today)


def hindrance(case, kind: str, actor_name: str, today: date) -> KernelError | None:
    """Why whoever uses the applicant's account may not do this: an agent beyond the power.

    On a case with an agent, an account in another name than the applicant's is the agent's.
    """
    if case.power is None or is_principal(case.answers, actor_name):
        return None
    if kind == "revoke_power":
        return KernelError("agency.only_principal")
    power = _NEEDED.get(kind)
    return case.power.refusal(power, today) if power else None


def check_named(case, kind: str, values: Mapping, today: date) -> None:
    """At the window the person who is named is the applicant, or an agent with the power."""
    name, power = _NAMED.get(kind, ("", ""))
    if not values.get(name) or values.get("method", "window") != "window":
        return
    refused = refusal_to(case, values[name], power, today)
    if refused:
        raise refused


CODES = {
    "agency.no_power": _lt(
        "%(name)s is neither the applicant nor an agent on this case. File a power of attorney"
        " that names them with the power “%(power)s” first (Art. 29), or let the applicant come."
    ),
    "agency.power_missing": _lt(
        "The power of attorney of %(agent)s does not expressly cover “%(power)s”. File one that"
        " does, or let the applicant do it (Art. 29)."
    ),
    "agency.expired": _lt(
        "The power of attorney of %(agent)s ended on %(on)s. File a new one, or let the applicant"
        " do it (Art. 29)."
    ),
    "agency.not_yet": _lt(
        "The power of attorney of %(agent)s begins on %(on)s. Wait until then, file another one,"
        " or let the applicant do it (Art. 29)."
    ),
    "agency.revoked": _lt(
        "The applicant revoked the power of attorney of %(agent)s on %(on)s. Let the applicant do"
        " it, or file a new one (Art. 29)."
    ),
    "agency.only_principal": _lt(
        "A power of attorney is revoked by the applicant: with the applicant's own account, or at"
        " the window."
    ),
    "agency.revoker_unknown": _lt(
        "A power of attorney is revoked by the applicant; “%(name)s” is not the name of the"
        " applicant or of who represents it."
    ),
}
