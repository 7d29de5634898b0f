"""The conditions of single acts (办理规则): when an act fits, what hinders it, what it must say.

* ``FITS``: whether the act makes sense at all on this case; if not it is not offered.
* ``HINDRANCES``: what still stands in the way, as the sentence to be shown; None if nothing does.
* ``rules_input.INPUTS`` and ``rules_values.VALUES`` follow: what must be said, and is it right.
"""

from . import agency, flow, licence, migration
from .case_facts import reviewing_departments
from .errors import KernelError, _lt

# ------------------------------------------------------------------- does it fit


def _is_task(s, node):
    return node["kind"] == "task"


def _fits_complete(s, node):
    return node["kind"] == "procedure" or (_is_task(s, node) and node["stage"] != "decide")


def _fits_decide(s, node):
    return _is_task(s, node) and node["stage"] == "decide"


def _fits_return(s, node):
    return _is_task(s, node) and bool(earlier_steps(s, node))


def earlier_steps(s, node):
    """Steps of this case to which ``node`` may be returned (退回)."""
    return flow.back_targets(s.definition["flow"], node["code"], done=s.case.done)


def _fits_stop(s, node):
    return (
        node["kind"] == "procedure"
        and not node.get("counts_toward_deadline", True)
        and node["procedure"] != "public_notice"  # its publication stops the clock
        and s.case.open_stop(node["code"]) is None
    )


def _fits_resume(s, node):
    """The stop of a public notice ends with its step, never while objections may still come."""
    return node.get("procedure") != "public_notice" and s.case.open_stop(node["code"]) is not None


def _fits_publish(s, node):
    notice = s.case.public_notice
    return node.get("procedure") == "public_notice" and (
        notice is None or notice.node != node["code"]
    )


def _is_notice_open(s, node):
    return s.case.public_notice is not None and s.case.public_notice.node in s.case.active


def open_objections(s):
    """Objections without an answer."""
    notice = s.case.public_notice
    return [one for one in notice.objections if not one.answer] if notice else []


def _is_hearing_called(s, node):
    hearing = s.case.hearing
    return hearing is not None and hearing.called_at is not None and not hearing.is_over


def _may_request_hearing(s, node):
    hearing = s.case.hearing
    return bool(hearing and hearing.told_at and not hearing.requested_at and not hearing.is_over)


def _may_waive_hearing(s, node):
    hearing = s.case.hearing
    return bool(hearing and hearing.told_at and not hearing.is_over)


def _may_call_hearing(s, node):
    hearing = s.case.hearing
    return hearing is None or not (hearing.called_at or hearing.is_over)


def _is_ready(s, node):
    """Only the end is open, and nothing is on its way already."""
    ends = all(s.node(code)["kind"] == "end" for code in s.case.active)
    return ends and s.case.dispatch is None


def _may_confirm(s, node):
    dispatch = s.case.dispatch
    is_applicant = "applicant" in s.actor.roles
    return dispatch is not None and (not is_applicant or dispatch.method == "electronic")


def _is_renewed_by_silence(s, node):
    return licence.renewed_by_silence(s.definition, s.case.state, s.case.renews, s.today)


def _opinion(s, node):
    """The opinion of the department for which ``node`` stands (``procedure``)."""
    return s.case.open_opinion(node["code"], node["department"])


def _may_acknowledge(s, node):
    one = _opinion(s, node)
    return one is not None and one.is_awaited and one.acknowledged_at is None


def _may_give_opinion(s, node):
    one = _opinion(s, node)
    return one is not None and one.is_awaited


def _may_correct_opinion(s, node):
    one = _opinion(s, node)
    return one is not None and one.value not in ("", flow.SILENT)


def silent_departments(s, node):
    """Departments whose silence on a joint review counts by now (超时默认)."""
    return [
        department
        for department in reviewing_departments(node)
        if s.is_over(f"silence:{node['code']}:{department}")
    ]


def _may_expire(s, node):
    held = s.case.licence
    return licence.is_possible(held, "expire") and held.is_past(s.today)


def _fits_licence(kind):
    return lambda s, node: licence.is_possible(s.case.licence, kind)


FITS = {
    "accept_deferred": lambda s, node: bool(s.case.deferred),
    "decide_at_once": lambda s, node: (
        s.definition.get("item_kind") == "instant" and s.actor.may_sign("decide")
    ),
    "hand_in_deferred": lambda s, node: bool(s.case.deferred),
    "file_power": lambda s, node: bool(agency.paper_of(s.definition)),
    "revoke_power": lambda s, node: bool(s.case.power and not s.case.power_revoked_on),
    "deem_accepted": lambda s, node: s.is_over("notice"),
    "abandon": lambda s, node: s.is_over("supplement"),
    "end_deferral": lambda s, node: s.is_over("deferral"),
    "complete_step": _fits_complete,
    "return_step": _fits_return,
    "decide": _fits_decide,
    "deem_renewed": _is_renewed_by_silence,
    "stop_clock": _fits_stop,
    "resume_clock": _fits_resume,
    "cancel_stop": lambda s, node: bool(s.case.stops),
    "extend": lambda s, node: s.case.extension is None and "statutory" in s.dues,
    "cancel_extension": lambda s, node: s.case.extension is not None,
    "publish_notice": _fits_publish,
    "record_objection": _is_notice_open,
    "migrate": lambda s, node: s.target is not None and s.target != s.definition,
    "answer_objection": lambda s, node: bool(open_objections(s)),
    "tell_hearing_right": lambda s, node: s.case.hearing is None,
    "request_hearing": _may_request_hearing,
    "waive_hearing": _may_waive_hearing,
    "call_hearing": _may_call_hearing,
    "challenge_chair": lambda s, node: _is_hearing_called(s, node) and not s.case.hearing.challenge,
    "replace_chair": _is_hearing_called,
    "record_hearing": lambda s, node: (
        _is_hearing_called(s, node) and s.case.hearing.chair == s.actor.user_id
    ),
    "deliver": _is_ready,
    "dispatch": _is_ready,
    "return_dispatch": lambda s, node: s.case.dispatch is not None,
    "confirm_delivery": _may_confirm,
    "check_commitment": lambda s, node: s.case.check == "open",
    "acknowledge_review": _may_acknowledge,
    "give_opinion": _may_give_opinion,
    "correct_opinion": _may_correct_opinion,
    "deem_no_objection": lambda s, node: bool(silent_departments(s, node)),
    "expire": _may_expire,
    **{
        kind: _fits_licence(kind)
        for kind in (
            "hear_holder",
            "revoke_licence",
            "withdraw_licence",
            "penalise_licence",
            "suspend_licence",
            "resume_licence",
            "cancel_licence",
            "supersede",
        )
    },
}

# ------------------------------------------------------------- what stands in the way


def _silence(s, node):
    """After five silent working days the case is accepted already (Art. 32)."""
    if s.is_over("notice"):
        return KernelError("procedure.accepted_by_silence", due_on=s.due_on("notice"))
    return None


def _hinders_accept(s, node):
    if s.case.deferred:
        return KernelError("procedure.papers_promised")
    return _silence(s, node)


def _hinders_at_once(s, node):
    if s.case.deferred:
        return KernelError("procedure.papers_missing_for_result")
    return _silence(s, node)


def _hinders_notice_step(s, node):
    notice = s.case.public_notice
    if notice is None or notice.node != node["code"]:
        return KernelError("procedure.notice_not_published", step=node["name"])
    due_on = s.due_on("public_notice")
    if due_on and s.today <= due_on:
        return KernelError("procedure.notice_running", due_on=due_on)
    if open_objections(s):
        return KernelError("procedure.objections_open", count=len(open_objections(s)))
    return None


def _hinders_hearing_step(s, node):
    if s.case.hearing is None:
        return KernelError("procedure.hearing_not_told")
    return _open_hearing(s)


def _open_hearing(s):
    """A hearing that was asked for or may still be asked for (Art. 47, 48)."""
    hearing = s.case.hearing
    if hearing is None or hearing.is_over:
        return None
    if hearing.is_due:
        return KernelError("procedure.hearing_not_recorded")
    due_on = s.due_on("hearing_request")
    if due_on and s.today <= due_on:
        return KernelError("procedure.hearing_may_be_asked", due_on=due_on)
    return None


def _hinders_complete(s, node):
    hinder = {"public_notice": _hinders_notice_step, "hearing": _hinders_hearing_step}
    found = hinder.get(node.get("procedure"))
    return found(s, node) if found else None


def _hinders_decide(s, node):
    hinderance = _open_hearing(s)
    if hinderance:
        return hinderance
    due_on = s.due_on("statement")
    if due_on and s.today <= due_on:
        return KernelError("procedure.statements_awaited", due_on=due_on)
    return None


def _hinders_extend(s, node):
    if s.is_over("statutory"):
        return KernelError("procedure.extension_late", due_on=s.due_on("statutory"))
    return None


def _hinders_objection(s, node):
    if s.is_over("public_notice"):
        return KernelError("procedure.notice_over", due_on=s.due_on("public_notice"))
    return None


def _hinders_request_hearing(s, node):
    if s.is_over("hearing_request"):
        return KernelError("procedure.hearing_request_late", due_on=s.due_on("hearing_request"))
    return None


def _hinders_record_hearing(s, node):
    hearing = s.case.hearing
    if hearing.challenge:
        return KernelError("procedure.challenge_open")
    if s.today < hearing.held_on:
        return KernelError("procedure.hearing_not_held", held_on=hearing.held_on)
    return None


def _hinders_delivery(s, node):
    if s.case.deferred:
        return KernelError("procedure.papers_missing_for_result")
    return None


def _hinders_opinion(s, node):
    """Whether the system was quick or slow to record it, silence has the same effect."""
    due_on = s.due_on(f"silence:{node['code']}:{node['department']}")
    if due_on and s.today > due_on:
        return KernelError("procedure.silence_counts", due_on=due_on)
    return None


def _hinders_migrate(s, node):
    preview = migration.compare(s.definition, s.target, s.case, s.calendar, s.today)
    return next(iter(preview.blocked), None)


HINDRANCES = {
    "migrate": _hinders_migrate,
    "give_opinion": _hinders_opinion,
    "acknowledge_review": _hinders_opinion,
    "accept": _hinders_accept,
    "accept_deferred": _silence,
    "decide_at_once": _hinders_at_once,
    "request_supplement": _silence,
    "correct": _silence,
    "decline": _silence,
    "refuse_acceptance": _silence,
    "complete_step": _hinders_complete,
    "decide": _hinders_decide,
    "extend": _hinders_extend,
    "record_objection": _hinders_objection,
    "request_hearing": _hinders_request_hearing,
    "record_hearing": _hinders_record_hearing,
    "deliver": _hinders_delivery,
    "dispatch": _hinders_delivery,
}

CODES = {
    "procedure.accepted_by_silence": _lt(
        "Nothing was told to the applicant by %(due_on)s, so the case is accepted as of the day of"
        " receipt (Art. 32); go on with the review."
    ),
    "procedure.papers_promised": _lt(
        "Some papers were promised for later. Accept with deferred papers, or give the one-time"
        " notice."
    ),
    "procedure.papers_missing_for_result": _lt(
        "The result is not handed out before the promised papers are in; take them in first."
    ),
    "procedure.notice_not_published": _lt("Publish the notice of “%(step)s” first."),
    "procedure.notice_running": _lt(
        "The public notice runs until the end of %(due_on)s; go on after that."
    ),
    "procedure.notice_over": _lt(
        "The public notice ended on %(due_on)s; an objection is too late for it. It can still be"
        " given to the department as information."
    ),
    "procedure.objections_open": _lt(
        "%(count)s objections to the public notice have no answer; answer them first."
    ),
    "procedure.hearing_not_told": _lt(
        "Tell the applicant and the third parties of their right to a hearing first (Art. 47)."
    ),
    "procedure.hearing_may_be_asked": _lt(
        "A hearing may be asked for until the end of %(due_on)s (Art. 47). Wait until then, or"
        " record that it was waived."
    ),
    "procedure.hearing_not_recorded": _lt(
        "The decision follows the record of the hearing (Art. 48): hold it and enter the signed"
        " record first."
    ),
    "procedure.hearing_request_late": _lt(
        "A hearing could be asked for until %(due_on)s (Art. 47); the organ may still hold one on"
        " its own motion."
    ),
    "procedure.hearing_not_held": _lt("The hearing is on %(held_on)s; enter its record then."),
    "procedure.challenge_open": _lt(
        "The chair was challenged; replace the chair or hold the hearing with another one first."
    ),
    "procedure.statements_awaited": _lt(
        "Third parties may state their case until the end of %(due_on)s (Art. 36); enter their"
        " statements or wait until then."
    ),
    "procedure.silence_counts": _lt(
        "No opinion was given by %(due_on)s, so by the rules of the item the department counts as"
        " having no objection. Tell the leading department what it should still know."
    ),
    "procedure.extension_late": _lt(
        "The period ended on %(due_on)s; it can be extended only before its end (Art. 42). Decide"
        " the case as overdue."
    ),
}
