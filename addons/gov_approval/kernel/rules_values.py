"""What an act must say and whether it is right (办理要素): its inputs, and their rules.

``inputs_of`` gives the inputs as the case stands; each function in ``VALUES`` checks the cleaned
values of one act and may add what the law derives from them (the mandate, the days of a stop).
"""

from dataclasses import replace
from datetime import date

from . import agency, clock, form, licence, migration
from .act_input import Input
from .case_facts import is_joint
from .dues import DELIVERED_BY_NOTICE, HEARING_NOTICE
from .errors import KernelError, _lt
from .rules import earlier_steps, open_objections, silent_departments

#: Longest extension by the head of the organ (Art. 42), working days.
EXTENSION_LIMIT = 10
#: The same for joint handling, by the head of the people's government of the level.
JOINT_EXTENSION_LIMIT = 15
#: Fewest officers at a site visit (Art. 34).
VISITING_OFFICERS = 2
#: Types of questions that can be put right in one line at the window; another certificate would
#: be another application.
PLAIN = frozenset(
    {"text", "long_text", "number", "money", "date", "choice", "person_id", "credit_code",
     "phone", "email", "address"}
)  # fmt: skip

# -------------------------------------------------------------------------- inputs

_REVIEWED = (Input("body"), Input("reviewed_on", "date"))
#: What the record of a procedure says beside the opinion.
_RECORDS = {
    "site_visit": (Input("officers", "officers"), Input("visited_on", "date")),
    "expert_review": (Input("experts"), Input("reviewed_on", "date")),
    "inspection": _REVIEWED,
    "testing": _REVIEWED,
    "quarantine": _REVIEWED,
    "appraisal": _REVIEWED,
}


def inputs_of(act, s, node):
    """The inputs of ``act`` as the case stands, choices filled in."""
    if act.kind in _INPUTS:
        return _INPUTS[act.kind](act, s, node)
    return act.inputs


def _inputs_request(act, s, node):
    repeated = (Input("repeat_reason"),) if s.case.notices else ()
    return act.inputs + repeated


def _inputs_correct(act, s, node):
    shown = form.visible_fields(s.definition["form"], s.case.answers, today=s.today)
    codes = tuple(
        field["code"]
        for field in s.definition["form"]["fields"]
        if field["type"] in PLAIN and field["code"] in shown
        and field["code"] not in agency.QUESTIONS  # those stand on a paper of their own
    )
    return (Input("field", "choice", True, codes), *act.inputs[1:])


def _inputs_complete(act, s, node):
    return _RECORDS.get(node.get("procedure"), ()) + act.inputs


def _inputs_return(act, s, node):
    return (act.inputs[0], Input("back_to", "choice", True, earlier_steps(s, node)))


def _options(name, numbers, act):
    options = tuple(str(number) for number in numbers)
    return tuple(
        replace(given, options=options) if given.name == name else given for given in act.inputs
    )


def _inputs_statement(act, s, node):
    numbers = () if "applicant" in s.actor.roles else [p.number for p in s.case.third_parties]
    return _options("party", ("applicant", *numbers), act)


_INPUTS = {
    "request_supplement": _inputs_request,
    "correct": _inputs_correct,
    "complete_step": _inputs_complete,
    "return_step": _inputs_return,
    "answer_objection": lambda act, s, node: _options(
        "number", [one.number for one in open_objections(s)], act
    ),
    "record_statement": _inputs_statement,
    "cancel_stop": lambda act, s, node: _options(
        "stop", [r.number for r in s.case.stop_records if not r.is_cancelled], act
    ),
}

# --------------------------------------------------------------------------- rules


def _sign(s, values, power):
    """A signature rests on a mandate in force that covers it, and bears its seal (6.4)."""
    if s.actor.mandate is None:
        raise KernelError("procedure.no_mandate")
    if not s.actor.may_sign(power):
        raise KernelError(
            "procedure.power_missing", number=s.actor.mandate.number, power=power
        )
    values["mandate"] = s.actor.mandate.number
    if s.actor.mandate.seal:
        values["seal"] = s.actor.mandate.seal


def _require(values, name, act):
    if not values.get(name):
        raise KernelError("procedure.missing_input", input=name, act=act)


def _not_in_future(s, values, name):
    if date.fromisoformat(values[name]) > s.today:
        raise KernelError("procedure.date_in_future", input=name)


def _check_accept_deferred(s, node, values):
    """The limit for promised papers is at most the promised period (6.6)."""
    promised = s.definition["periods"]["promised"]
    if promised and not clock.not_longer(
        clock.Period(values["days"], clock.WORKDAY),
        clock.Period(promised["value"], promised["unit"]),
    ):
        raise KernelError("procedure.deferral_too_long", **promised)


def _check_refuse_acceptance(s, node, values):
    values.setdefault("ground", "not_competent")
    if values["ground"] == "not_competent":
        _require(values, "competent_organ", "refuse_acceptance")


def _check_correct(s, node, values):
    """The corrected answer is judged like a filed one; the whole answers become the fact."""
    answers = dict(s.case.answers) | {values["field"]: values["value"]}
    result = form.validate(s.definition["form"], answers, today=s.today)
    wrong = next((e for e in result.errors if e.path == values["field"]), None)
    if wrong:
        raise KernelError(wrong.code, **wrong.params)
    values["answers"] = dict(result.values)


def _check_refusal(values):
    if values["decision"] == "refuse":
        values.setdefault("ground", "conditions_not_met")
    else:
        values.pop("ground", None)


def _check_decide(s, node, values):
    """Drafter is not signer; the signature needs a mandate; the decision follows the record."""
    if node.get("four_eyes", True) and s.actor.user_id in s.case.drafters:
        raise KernelError("procedure.drafter_signs")
    _check_refusal(values)
    hearing = s.case.hearing
    if hearing and hearing.recorded_at:
        values["hearing_record"] = hearing.recorded_at.date().isoformat()


def _check_at_once(s, node, values):
    _check_refusal(values)


def _check_complete(s, node, values):
    """Two officers at a site visit (Art. 34); the chair of the hearing is no reviewer (Art. 48)."""
    if "officers" in values and len(values["officers"]) < VISITING_OFFICERS:
        raise KernelError("procedure.too_few_officers", needed=VISITING_OFFICERS)
    for name in ("visited_on", "reviewed_on"):
        if name in values:
            _not_in_future(s, values, name)
    hearing = s.case.hearing
    if hearing and node["kind"] == "task" and hearing.chair == s.actor.user_id:
        raise KernelError("procedure.chair_reviews")


def _check_opinion(s, node, values):
    """An objection gives reasons and their legal basis; who is not concerned says why (6.8)."""
    needed = {"object": ("opinion", "basis"), "not_concerned": ("opinion",)}
    for name in needed.get(values["outcome"], ()):
        _require(values, name, values["outcome"])
    hearing = s.case.hearing
    if hearing and hearing.chair == s.actor.user_id:
        raise KernelError("procedure.chair_reviews")


def _check_silence(s, node, values):
    values["departments"] = silent_departments(s, node)


def _check_extend(s, node, values):
    """Once, before the end: +10 by the head of the organ, +15 for joint handling (Art. 42).

    What was approved before the promise ended lengthens the promise too.
    """
    limit = JOINT_EXTENSION_LIMIT if is_joint(s.definition) else EXTENSION_LIMIT
    if values["days"] > limit:
        raise KernelError("procedure.extension_too_long", limit=limit)
    values["covers"] = sorted(
        name for name in ("promised", "statutory") if name in s.dues and not s.is_over(name)
    )


def _check_publish(s, node, values):
    if node["days"] and values["days"] < node["days"]:
        raise KernelError("procedure.notice_too_short", days=node["days"], unit=node["unit"])


def _check_chair(s, chair):
    """The chair did not review the case (Art. 48)."""
    if chair in s.case.drafters or chair == s.actor.user_id:
        raise KernelError("procedure.chair_reviewed")


def _check_call_hearing(s, node, values):
    """Notice 7 working days before; within 20 of the request; own motion with reasons."""
    if not (s.case.hearing and s.case.hearing.requested_at):
        _require(values, "reasons", "call_hearing")
    held_on = date.fromisoformat(values["held_on"])
    window = clock.filing_window(held_on, HEARING_NOTICE, s.calendar)
    if s.today > window.last_day:
        first = s.calendar.add_working_days(s.today, HEARING_NOTICE.value)
        raise KernelError("procedure.hearing_too_soon", earliest=first)
    due_on = s.due_on("hearing")
    if due_on and held_on > due_on:
        raise KernelError("procedure.hearing_too_late", due_on=due_on)
    _check_chair(s, values["chair"])
    values["expected_days"] = s.calendar.working_days_between(s.today, held_on)


def _check_replace_chair(s, node, values):
    _check_chair(s, values["chair"])
    if values["chair"] == s.case.hearing.chair:
        raise KernelError("procedure.chair_same")


def _check_withdraw(s, node, values):
    """At the window it is written down who signed: withdrawing needs an express power."""
    if "applicant" not in s.actor.roles:
        _require(values, "requester", "withdraw")


def _check_revoke_power(s, node, values):
    """At the window it is written down that the principal came."""
    if "applicant" in s.actor.roles:
        return
    _require(values, "requester", "revoke_power")
    if not agency.is_principal(s.case.answers, values["requester"]):
        raise KernelError("agency.revoker_unknown", name=values["requester"])


def _check_dispatch(s, node, values):
    needed = {"post": "tracking", "electronic": "consent"}.get(values["method"])
    if needed:
        _require(values, needed, "dispatch")


def _check_confirm(s, node, values):
    """Delivered is what was received (送达回证); a published notice counts after 30 days."""
    received_on, dispatch = date.fromisoformat(values["received_on"]), s.case.dispatch
    _not_in_future(s, values, "received_on")
    if received_on < dispatch.sent_on:
        raise KernelError("procedure.received_before_sent", sent_on=dispatch.sent_on)
    if dispatch.method == "notice":
        days = (received_on - dispatch.sent_on).days
        if days < DELIVERED_BY_NOTICE.value:
            raise KernelError(
                "procedure.notice_not_ripe",
                days=DELIVERED_BY_NOTICE.value,
                sent_on=dispatch.sent_on,
            )


def _check_commitment(s, node, values):
    _not_in_future(s, values, "checked_on")


def _check_migrate(s, node, values):
    """What the new version drops and worsens becomes part of the event."""
    preview = migration.compare(s.definition, s.target, s.case, s.calendar, s.today)
    migration.check(preview, values)
    if preview.worsened:
        _not_in_future(s, values, "consented_on")
    else:  # nobody was asked
        for name in migration.CONSENT:
            values.pop(name, None)
    values["dropped"], values["asked"] = list(preview.dropped), list(preview.asked)
    values["materials_asked"] = list(preview.materials_more)
    values["worsened"] = list(preview.worsened)


def _check_licence(kind):
    def check(s, node, values):
        licence.check(s.case.licence, kind, values, s.today)

    return check


VALUES = {
    "accept_deferred": _check_accept_deferred,
    "refuse_acceptance": _check_refuse_acceptance,
    "correct": _check_correct,
    "decide": _check_decide,
    "decide_at_once": _check_at_once,
    "complete_step": _check_complete,
    "give_opinion": _check_opinion,
    "correct_opinion": _check_opinion,
    "deem_no_objection": _check_silence,
    "extend": _check_extend,
    "publish_notice": _check_publish,
    "call_hearing": _check_call_hearing,
    "replace_chair": _check_replace_chair,
    "migrate": _check_migrate,
    "withdraw": _check_withdraw,
    "revoke_power": _check_revoke_power,
    "dispatch": _check_dispatch,
    "confirm_delivery": _check_confirm,
    "check_commitment": _check_commitment,
    **{
        kind: _check_licence(kind)
        for kind in (
            "hear_holder",
            "revoke_licence",
            "withdraw_licence",
            "penalise_licence",
            "suspend_licence",
            "resume_licence",
            "cancel_licence",
        )
    },
}


def check_values(act, s, node, role, values):
    """Judge the cleaned values of an act; KernelError says what to do instead."""
    rule = VALUES.get(act.kind)
    if rule:
        rule(s, node, values)
    agency.check_named(s.case, act.kind, values, s.today)
    if act.power and role != "government_head":
        _sign(s, values, act.power)


CODES = {
    **migration.CODES,
    "procedure.no_mandate": _lt(
        "You have no mandate in force for this item; have one filed with the centre before signing."
    ),
    "procedure.power_missing": _lt(
        "Your mandate %(number)s does not cover “%(power)s”; ask a representative whose mandate"
        " does, or have a new one filed."
    ),
    "procedure.date_in_future": _lt(
        "“%(input)s” is in the future; enter it on the day or after it."
    ),
    "procedure.deferral_too_long": _lt(
        "Papers may be promised for at most the promised period, %(value)s %(unit)s; enter fewer"
        " days."
    ),
    "procedure.drafter_signs": _lt(
        "Whoever reviewed the case does not sign the decision; ask another chief representative."
    ),
    "procedure.too_few_officers": _lt(
        "A site visit needs at least %(needed)s officers (Art. 34); please name them."
    ),
    "procedure.chair_reviews": _lt(
        "Whoever chairs the hearing does not review the case (Art. 48); leave the step to a"
        " colleague."
    ),
    "procedure.chair_reviewed": _lt(
        "Whoever reviews the case does not chair its hearing (Art. 48); name somebody else."
    ),
    "procedure.chair_same": _lt("This officer chairs the hearing already; name another one."),
    "procedure.extension_too_long": _lt(
        "The period may be extended by at most %(limit)s working days (Art. 42)."
    ),
    "procedure.notice_too_short": _lt(
        "The public notice lasts at least %(days)s %(unit)s by the rules of the item."
    ),
    "procedure.hearing_too_soon": _lt(
        "Time and place of a hearing are told 7 working days before (Art. 48): choose %(earliest)s"
        " or later."
    ),
    "procedure.hearing_too_late": _lt(
        "The hearing is held within 20 working days of the request (Art. 47): choose a day up to"
        " %(due_on)s."
    ),
    "procedure.received_before_sent": _lt(
        "It was sent on %(sent_on)s and cannot have been received before; correct the date."
    ),
    "procedure.notice_not_ripe": _lt(
        "A notice published on %(sent_on)s counts as delivered after %(days)s days; confirm it"
        " then."
    ),
}
