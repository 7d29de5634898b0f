"""Which documents an act issues (办理文书): `domain.md` 2.3 as one table with its conditions.

Nothing that concerns the applicant happens without paper: every outcome of intake, every stop and
every decision is given in writing (Art. 32, 38, 42, 45).
"""

from collections.abc import Mapping

from . import effects

#: What the act always issues.
_ALWAYS = {
    # intake
    "receive": ("receipt",),
    "supplement": ("receipt",),
    "hand_in_deferred": ("receipt",),
    "file_power": ("receipt",),
    "accept": ("acceptance_notice",),
    "deem_accepted": ("acceptance_notice",),
    "accept_deferred": ("deferral_commitment", "deferral_notice"),
    "request_supplement": ("supplement_notice",),
    "decline": ("not_required_notice",),
    "refuse_acceptance": ("not_competent_decision",),
    # clock
    "stop_clock": ("procedure_notice",),
    "cancel_stop": ("period_notice",),
    "extend": ("extension_notice",),
    "cancel_extension": ("period_notice",),
    # procedures
    "publish_notice": ("public_notice",),
    "name_third_party": ("third_party_notice",),
    "tell_hearing_right": ("hearing_right_notice",),
    "call_hearing": ("hearing_notice",),
    "replace_chair": ("hearing_notice",),
    "record_hearing": ("hearing_record",),
    # endings
    "withdraw": ("withdrawal_notice",),
    "abandon": ("termination_decision",),
    "end_deferral": ("termination_decision",),
    "terminate": ("termination_decision",),
    "refer": ("referral_letter",),
    # service
    "deliver": ("delivery_receipt",),
    "confirm_delivery": ("delivery_receipt",),
    # the licence; an inspection is recorded and signed (Art. 61)
    "check_commitment": ("check_record",),
    "revoke_licence": ("revocation_decision",),
    "withdraw_licence": ("licence_withdrawal_decision",),
    "suspend_licence": ("suspension_decision",),
    "resume_licence": ("resumption_decision",),
    "cancel_licence": ("cancellation_decision",),
}
#: The decision that grants, by what the item does with a licence (Art. 38, 49, 50, 70).
_GRANTS = {
    "change": "change_decision",
    "renewal": "renewal_decision",
    "cancellation": "cancellation_decision",
}
_DECISIONS = ("decide", "decide_at_once", "deem_renewed")
#: Documents of a result: what a delivery hands over (Art. 44).
RESULTS = frozenset({"grant_decision", "refusal_decision", "certificate", *_GRANTS.values()})
#: Documents that say what was handed over, and how.
SERVICE = frozenset({"delivery_receipt", "delivery_announcement"})


def documents_of(definition: Mapping, event, after) -> tuple[str, ...]:
    """Kinds of the documents that ``event`` issues, in order; ``after``: the facts after it."""
    kinds = (*_ALWAYS.get(event.kind, ()), *_SOMETIMES.get(event.kind, _nothing)(event, after))
    if event.kind in _DECISIONS:
        kinds += (_decision(definition, after),)
    if has_new_licence(event, after):
        kinds += ("certificate",)
    if event.kind == "decide_at_once":
        kinds += ("delivery_receipt",)
    return kinds + effects.documents(definition, after)


def _nothing(event, after):
    return ()


def _commitment(event, after):
    """A promise in place of papers is told and given in writing (告知承诺)."""
    rows = event.payload.get("materials", ())
    return ("commitment_letter",) if any(r["form"] == "commitment" for r in rows) else ()


def _announced_stop(event, after):
    """A public notice whose time is not counted stops the clock, which is told in writing."""
    return ("procedure_notice",) if after.open_stop(event.payload["node"]) else ()


_SOMETIMES = {
    "receive": _commitment,
    "supplement": _commitment,
    "publish_notice": _announced_stop,
    "complete_step": lambda event, after: (
        ("visit_record",) if event.payload.get("officers") else ()
    ),
    "dispatch": lambda event, after: (
        ("delivery_announcement",) if event.payload["method"] == "notice" else ()
    ),
}


def _decision(definition, after):
    """A renewal filed too late counts as a new application, so it is granted as one."""
    if after.outcome != "granted":
        return "refusal_decision"
    about = after.renews
    if not about or (definition.get("handles") == "renewal" and not about.get("in_time")):
        return "grant_decision"
    return _GRANTS.get(definition.get("handles"), "grant_decision")


def has_new_licence(event, after) -> bool:
    """Whether the act issues a certificate: not while promised papers are missing (容缺)."""
    return after.licence is not None and event.kind in (*_DECISIONS, "hand_in_deferred")
