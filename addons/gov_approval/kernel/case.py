"""A case is its events (办件即事件): fold events into the facts that every rule looks at.

``fold`` is the only place that knows what an event changes.  The door folds before it asks
``procedure`` whether an act is allowed, applies the new event, and stores the result; a rebuilt
projection therefore always equals the stored one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from . import case_effects as effects
from . import case_procedures as procedures
from . import case_reviews as reviews
from . import entry
from .case_facts import (
    ACCEPTED,
    CLOSED,
    DECIDED,
    OUTCOMES,
    RECEIVED,
    STATES,
    SUPPLEMENTING,
    CaseFile,
    Event,
    Step,
    is_joint,
    node_of,
)
from .dues import due_dates, next_due
from .errors import KernelError

__all__ = [
    "ACCEPTED", "CLOSED", "DECIDED", "OUTCOMES", "RECEIVED", "STATES", "SUPPLEMENTING", "CaseFile",
    "Event", "Step", "apply", "due_dates", "fold", "is_joint", "next_due", "node_of",
]  # fmt: skip


def fold(
    definition: Mapping, events: Iterable[Event], earlier: Mapping[str, Mapping] | None = None
) -> CaseFile:
    """Facts after ``events`` in order; KernelError ``case.unknown_event`` for a foreign kind.

    :param definition: the version under which the case is now
    :param earlier: definitions by digest, of the versions under which it was before it migrated
    """
    events, case = tuple(events), CaseFile()
    left = [event.payload["from"] for event in events if event.kind == "migrate"]
    if any(digest not in (earlier or {}) for digest in left):
        raise KernelError("case.unknown_version")
    versions = [earlier[digest] for digest in left] + [definition]
    for event in events:
        if event.kind == "migrate":
            versions.pop(0)
        case = apply(versions[0], case, event)
    return case


def apply(definition: Mapping, case: CaseFile, event: Event) -> CaseFile:
    """Facts after one more event."""
    handler = _HANDLERS.get(event.kind)
    if handler is None:
        raise KernelError("case.unknown_event", kind=event.kind)
    if case.archived_at:  # whatever follows is in no archive yet
        case = replace(case, archived_at=None)
    if case.just_completed:
        case = replace(case, just_completed=())
    return handler(definition, case, event)


_HANDLERS = {
    # intake
    "receive": effects.on_receive,
    "request_supplement": effects.on_request_supplement,
    "supplement": effects.on_supplement,
    "correct": effects.on_correct,
    "accept": effects.on_accept,
    "accept_deferred": effects.on_accept,
    "file_power": effects.on_file_power,
    "revoke_power": effects.on_revoke_power,
    "deem_accepted": effects.on_deem_accepted,
    "hand_in_deferred": effects.on_hand_in_deferred,
    "decline": effects.closing("not_required"),
    "refuse_acceptance": effects.closing("not_competent"),
    # review and decision
    "complete_step": effects.on_complete_step,
    "return_step": effects.on_return_step,
    "decide": effects.on_decide,
    "decide_at_once": effects.on_decide_at_once,
    "deem_renewed": effects.on_deem_renewed,
    # joint review
    "acknowledge_review": reviews.on_acknowledge_review,
    "give_opinion": reviews.on_give_opinion,
    "correct_opinion": reviews.on_correct_opinion,
    "deem_no_objection": reviews.on_deem_no_objection,
    # clock
    "stop_clock": procedures.on_stop_clock,
    "resume_clock": procedures.on_resume_clock,
    "cancel_stop": procedures.on_cancel_stop,
    "extend": effects.on_extend,
    "cancel_extension": effects.on_cancel_extension,
    "migrate": effects.on_migrate,
    # procedures
    "publish_notice": procedures.on_publish_notice,
    "record_objection": procedures.on_record_objection,
    "answer_objection": procedures.on_answer_objection,
    "name_third_party": procedures.on_name_third_party,
    "record_statement": procedures.on_record_statement,
    "tell_hearing_right": procedures.on_tell_hearing_right,
    "request_hearing": procedures.on_request_hearing,
    "waive_hearing": procedures.on_waive_hearing,
    "call_hearing": procedures.on_call_hearing,
    "challenge_chair": procedures.on_challenge_chair,
    "replace_chair": procedures.on_replace_chair,
    "record_hearing": procedures.on_record_hearing,
    # endings
    "withdraw": effects.closing("withdrawn"),
    "abandon": effects.closing("abandoned"),
    "terminate": effects.closing("terminated"),
    "refer": effects.closing("referred"),
    "end_deferral": effects.on_end_deferral,
    # delivery
    "deliver": effects.closing(""),
    "dispatch": effects.on_dispatch,
    "return_dispatch": effects.on_return_dispatch,
    "confirm_delivery": effects.closing(""),
    "archive": effects.on_archive,
    # after the decision
    "check_commitment": procedures.on_check_commitment,
    "hear_holder": procedures.on_licence,
    "revoke_licence": procedures.on_licence,
    "withdraw_licence": procedures.on_licence,
    "penalise_licence": procedures.on_licence,
    "suspend_licence": procedures.on_licence,
    "resume_licence": procedures.on_licence,
    "cancel_licence": procedures.on_licence,
    "expire": procedures.on_licence,
    "supersede": procedures.on_licence,
    # licences from records
    "enter_licence": entry.on_enter_licence,
    "correct_entry": entry.on_correct_entry,
    # told by other modules: facts of theirs, none of the case
    "report": lambda _definition, case, _event: case,
}
