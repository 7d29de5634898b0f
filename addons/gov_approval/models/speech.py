"""What the kernels mean, said in the user's language: the one home of that speech."""

from datetime import date

from ..kernel import (
    agency,
    archive,
    archive_zip,
    chain,
    clock,
    condition,
    document,
    effects,
    entry,
    errors,
    expression,
    flow,
    flow_edit,
    form,
    guidance,
    identity,
    item_json,
    item_pack,
    item_source,
    item_studio,
    item_test,
    licence,
    numbering,
    post,
    procedure,
    publish,
    replay,
    table,
    upload,
)

_lt = errors._lt

#: Every code that a kernel of this module raises or reports, with its English sentence.
SENTENCES = {
    code: sentence
    for kernel in (
        agency, archive, archive_zip, chain, clock, condition, document, effects, entry,
        expression, flow, flow_edit, form, guidance, identity, item_json, item_pack,
        item_source, item_studio, item_test, licence, numbering, post, procedure, publish,
        replay, table, upload,
    )  # fmt: skip
    for code, sentence in kernel.CODES.items()
}

#: Words for the terms that appear as parameters: acts, states, roles, inputs, guide fields.
WORDS = {
    # acts
    "receive": _lt("Receive"),
    "accept": _lt("Accept"),
    "request_supplement": _lt("Give the one-time notice"),
    "supplement": _lt("Supplement"),
    "decline": _lt("No licence needed"),
    "refuse_acceptance": _lt("Not this organ's power"),
    "file_power": _lt("File a power of attorney"),
    "revoke_power": _lt("Revoke the power of attorney"),
    "deem_accepted": _lt("Deemed accepted by silence"),
    "abandon": _lt("Deemed abandoned"),
    "complete_step": _lt("Complete the step"),
    "return_step": _lt("Return to an earlier step"),
    "decide": _lt("Decide"),
    "stop_clock": _lt("Stop the clock"),
    "resume_clock": _lt("Resume the clock"),
    "extend": _lt("Extend the period"),
    "withdraw": _lt("Withdraw the application"),
    "deliver": _lt("Hand over the result"),
    "accept_deferred": _lt("Accept with papers to follow"),
    "decide_at_once": _lt("Decide on the spot"),
    "correct": _lt("Correct on the spot"),
    "hand_in_deferred": _lt("Hand in the promised papers"),
    "end_deferral": _lt("Ended: promised papers did not come"),
    "deem_renewed": _lt("Renewed by silence"),
    "cancel_stop": _lt("Cancel a stop of the clock"),
    "cancel_extension": _lt("Cancel the extension"),
    "publish_notice": _lt("Publish the notice"),
    "record_objection": _lt("Enter an objection"),
    "answer_objection": _lt("Answer an objection"),
    "name_third_party": _lt("Name a third party"),
    "record_statement": _lt("Enter a statement"),
    "tell_hearing_right": _lt("Tell the right to a hearing"),
    "request_hearing": _lt("Ask for a hearing"),
    "waive_hearing": _lt("Waive the hearing"),
    "call_hearing": _lt("Call the hearing"),
    "challenge_chair": _lt("Challenge the chair"),
    "replace_chair": _lt("Replace the chair"),
    "record_hearing": _lt("Enter the record of the hearing"),
    "terminate": _lt("End the procedure"),
    "refer": _lt("Refer to the superior organ"),
    "dispatch": _lt("Send the result"),
    "return_dispatch": _lt("It came back"),
    "confirm_delivery": _lt("Confirm receipt"),
    "archive": _lt("File in the archive"),
    "check_commitment": _lt("Check the commitment"),
    "hear_holder": _lt("Hear the holder"),
    "revoke_licence": _lt("Revoke the licence (unlawful when made)"),
    "withdraw_licence": _lt("Withdraw the licence (law or facts changed)"),
    "penalise_licence": _lt("Record a revocation as penalty"),
    "suspend_licence": _lt("Suspend the licence"),
    "resume_licence": _lt("Lift the suspension"),
    "cancel_licence": _lt("Cancel the licence"),
    "expire": _lt("Expired"),
    "supersede": _lt("Replaced by a new revision"),
    "give_opinion": _lt("Give the opinion"),
    "acknowledge_review": _lt("Sign for the request"),
    "correct_opinion": _lt("Correct the opinion"),
    "deem_no_objection": _lt("No objection by silence"),
    "enter_licence": _lt("Enter a licence from records"),
    "correct_entry": _lt("Correct the entry from records"),
    **entry.WORDS,  # what a record says of a licence
    "source": _lt("Source"),
    "line": _lt("Line"),
    # states and outcomes
    "received": _lt("Received"),
    "supplementing": _lt("Waiting for supplements"),
    "accepted": _lt("In review"),
    "decided": _lt("Decided, to be delivered"),
    "closed": _lt("Closed"),
    "granted": _lt("Granted"),
    "refused": _lt("Refused"),
    "not_required": _lt("No licence needed"),
    "not_competent": _lt("Acceptance refused"),
    "withdrawn": _lt("Withdrawn by the applicant"),
    "abandoned": _lt("Deemed abandoned"),
    "terminated": _lt("Ended before a decision"),
    "referred": _lt("Referred to the superior organ"),
    # states of a licence, where a state of a case has the same name
    "licence_valid": _lt("Valid"),
    "licence_suspended": _lt("Suspended"),
    "licence_changed": _lt("Changed"),
    "licence_renewed": _lt("Renewed"),
    "licence_revoked": _lt("Revoked (unlawful when made)"),
    "licence_withdrawn": _lt("Withdrawn (law or facts changed)"),
    "licence_penalised": _lt("Revoked as a penalty"),
    "licence_cancelled": _lt("Cancelled"),
    "licence_expired": _lt("Expired"),
    # what an application asks for
    "handles_new": _lt("New licence"),
    "handles_change": _lt("Change of a licence"),
    "handles_renewal": _lt("Renewal of a licence"),
    "handles_reissue": _lt("Replacement of a lost or damaged certificate"),
    "handles_cancellation": _lt("Cancellation at the holder's wish"),
    # choices
    "pass": _lt("Agree"),
    "object": _lt("Disagree"),
    "agree": _lt("Agree"),
    "not_concerned": _lt("Not concerned"),
    "silent": _lt("No objection by silence"),
    "grant": _lt("Grant"),
    "refuse": _lt("Refuse"),
    "return": _lt("Returned"),
    "window": _lt("At the window"),
    "post": _lt("By post"),
    "electronic": _lt("Electronically"),
    "left": _lt("Left at the address"),
    "kept": _lt("Kept"),
    "broken": _lt("Broken"),
    # grounds
    "conditions_not_met": _lt("Conditions not met"),
    "false_papers": _lt("False papers (Art. 78)"),
    "quantity_reached": _lt("Quantity limit reached"),
    "applicant_dead": _lt("The applicant died"),
    "body_ended": _lt("The legal person ended"),
    "law_changed": _lt("The law changed"),
    "facts_changed": _lt("The facts changed"),
    "object_lost": _lt("The object no longer exists"),
    "other": _lt("Other"),
    "abuse": _lt("Abuse or neglect of duty"),
    "beyond_power": _lt("Beyond power"),
    "procedure_breach": _lt("Breach of procedure"),
    "unqualified": _lt("Applicant not qualified"),
    "fraud": _lt("Got by fraud or bribe"),
    "commitment_broken": _lt("Commitment broken"),
    "deferral_broken": _lt("Promised papers did not come"),
    "expired": _lt("Expired without renewal"),
    "dead": _lt("The holder died or lost capacity"),
    "revoked": _lt("Revoked"),
    "penalised": _lt("Revoked as a penalty"),
    "force_majeure": _lt("Force majeure"),
    "lapsed": _lt("Lapsed by law"),
    "holder_request": _lt("At the holder's request"),
    # what steps do on completion, and what has to be said about it
    "effect_issue_document": _lt("Issue a document"),
    "effect_notify": _lt("Tell the applicant"),
    "effect_document": _lt("Document"),
    "effect_text": _lt("Text for the applicant"),
    "effect_favourable": _lt("When passed or granted"),
    "effect_adverse": _lt("When objected to or refused"),
    "effect_any": _lt("In any case"),
    # effects of a case on an earlier licence
    "changed": _lt("Changed"),
    "renewed": _lt("Renewed"),
    "reissued": _lt("Reissued"),
    "cancelled": _lt("Cancelled"),
    # powers of a mandate
    "clock": _lt("Special procedures"),
    "licence": _lt("Licences"),
    # powers of an agent
    "agent_change": _lt("Answer notices and change papers"),
    "agent_sign": _lt("Sign promises"),
    "agent_state": _lt("State the case and take part in hearings"),
    "agent_withdraw": _lt("Withdraw the application"),
    "agent_receive": _lt("Receive the result"),
    "agent": _lt("Agent"),
    # inputs
    "opinion": _lt("Opinion"),
    "reasons": _lt("Reasons"),
    "basis": _lt("Legal basis"),
    "outcome": _lt("Outcome"),
    "decision": _lt("Decision"),
    "back_to": _lt("Return to"),
    "officers": _lt("Visiting officers"),
    "visited_on": _lt("Day of the visit"),
    "requests": _lt("Requests"),
    "competent_organ": _lt("Competent organ"),
    "expected_days": _lt("Expected days"),
    "days": _lt("Working days"),
    "method": _lt("Way of delivery"),
    "receiver": _lt("Receiver"),
    "note": _lt("Note"),
    "ground": _lt("Ground"),
    "ground_on": _lt("Day of the ground"),
    "signed_by": _lt("Signed by"),
    "initialled_by": _lt("Initialled by"),
    "field": _lt("Question"),
    "value": _lt("Correct answer"),
    "repeat_reason": _lt("Why a second notice"),
    "stop": _lt("Stop"),
    "objector": _lt("Objector"),
    "contact": _lt("Contact"),
    "objection": _lt("Objection"),
    "name": _lt("Name"),
    "interest": _lt("Interest"),
    "party": _lt("Party"),
    "statement": _lt("Statement"),
    "requester": _lt("Who asks"),
    "held_on": _lt("Day of the hearing"),
    "begins_at": _lt("Hour of the hearing"),
    "chair": _lt("Chair"),
    "attended": _lt("Who attended"),
    "record": _lt("Record"),
    "experts": _lt("Experts"),
    "reviewed_on": _lt("Day of the review"),
    "body": _lt("Qualified body"),
    "tracking": _lt("Tracking number"),
    "consent": _lt("Consent: who agreed, and when"),
    "received_on": _lt("Received on"),
    "checked_on": _lt("Day of the check"),
    "compensation": _lt("Compensation"),
    "decision_number": _lt("Number of the decision"),
    # roles
    "applicant": _lt("Applicant"),
    "window_clerk": _lt("Window clerk"),
    "reviewer": _lt("Reviewer"),
    "representative": _lt("Chief representative"),
    "item_manager": _lt("Department item manager"),
    "government_head": _lt("Head of the people's government"),
    "public": _lt("Public"),
    "system": _lt("System"),
    # due dates
    "notice": _lt("Answer to the filing (5 working days)"),
    "promised": _lt("Promised period"),
    "statutory": _lt("Statutory period"),
    "delivery": _lt("Delivery"),
    "step": _lt("Step"),
    "stop_end": _lt("Announced end of the stop"),
    "deferral": _lt("Papers to follow"),
    "inspectors": _lt("Sending inspectors (5 working days)"),
    "hearing_request": _lt("Asking for a hearing (5 working days)"),
    "check": _lt("Check of the commitment"),
    "renewal": _lt("Expiry of the licence to be renewed"),
    # fields of the guide
    "place": _lt("Place of handling"),
    "service_hours": _lt("Service hours"),
    "consult_phone": _lt("Consultation"),
    "complaint_phone": _lt("Complaints"),
    "quantity_limit": _lt("Quantity limit"),
    "is_fee_charged": _lt("Fees"),
    "channels": _lt("Ways of handling"),
    "result_type": _lt("Result type"),
    "conditions": _lt("Conditions"),
    "objects": _lt("Served persons"),
    "item_kind": _lt("Kind of handling"),
    "power_type": _lt("Type of power"),
    "exercise_level": _lt("Level of exercise"),
    "materials": _lt("Materials"),
    "visits": _lt("Visits to the hall"),
    "statutory_value": _lt("Statutory period"),
    "promised_value": _lt("Promised period"),
    # served persons
    "person": _lt("Natural person"),
    "individual_business": _lt("Individual business"),
    "enterprise": _lt("Enterprise"),
    "public_institution": _lt("Public institution"),
    "social_organisation": _lt("Social organisation"),
    "organ": _lt("Government organ"),
    "other_organisation": _lt("Other organisation"),
    # stages and special procedures of a flow
    "joint_review": _lt("Joint review"),
    "intake": _lt("Acceptance"),
    "review": _lt("Review"),
    "first_review": _lt("First review by the lower organ"),
    "close": _lt("Completion"),
    "site_visit": _lt("Site visit"),
    "expert_review": _lt("Expert review"),
    "inspection": _lt("Inspection"),
    "testing": _lt("Testing"),
    "quarantine": _lt("Quarantine"),
    "appraisal": _lt("Appraisal"),
    "tender": _lt("Tender"),
    "auction": _lt("Auction"),
    "public_notice": _lt("Public notice"),
    "hearing": _lt("Hearing"),
    "training": _lt("Examination of persons"),
    # documents
    "receipt": _lt("Receipt of filing"),
    "acceptance_notice": _lt("Notice of acceptance"),
    "not_required_notice": _lt("Notice that no licence is needed"),
    "not_competent_decision": _lt("Decision not to accept"),
    "supplement_notice": _lt("One-time notice"),
    "deferral_notice": _lt("Notice of acceptance with deferred papers"),
    "deferral_commitment": _lt("Promise of deferred papers"),
    "commitment_letter": _lt("Notice and promise in place of papers"),
    "extension_notice": _lt("Notice of extension"),
    "procedure_notice": _lt("Notice of a special procedure"),
    "period_notice": _lt("Correction of a period"),
    "visit_record": _lt("Record of a site visit"),
    "step_opinion": _lt("Opinion of a step"),
    "step_notice": _lt("Notice on a step"),
    "third_party_notice": _lt("Notice to a third party"),
    "hearing_right_notice": _lt("Notice of the right to a hearing"),
    "hearing_notice": _lt("Notice of a hearing"),
    "hearing_record": _lt("Record of a hearing"),
    "grant_decision": _lt("Decision to grant"),
    "refusal_decision": _lt("Decision to refuse"),
    "change_decision": _lt("Decision to change a licence"),
    "renewal_decision": _lt("Decision to renew a licence"),
    "withdrawal_notice": _lt("Notice of withdrawal"),
    "termination_decision": _lt("Decision to end the handling"),
    "referral_letter": _lt("Letter of referral"),
    "check_record": _lt("Record of a check"),
    "revocation_decision": _lt("Decision to revoke a licence"),
    "licence_withdrawal_decision": _lt("Decision to withdraw a licence"),
    "cancellation_decision": _lt("Decision to cancel a licence"),
    "suspension_decision": _lt("Decision to suspend a licence"),
    "resumption_decision": _lt("Decision to resume a licence"),
    "delivery_announcement": _lt("Service by public notice"),
    "delivery_receipt": _lt("Proof of delivery"),
    "certificate": _lt("Certificate"),
    # types of values in conditions, and what the conditions expect
    "bool": _lt("Yes or no"),
    "number": _lt("Numeric"),
    "text": _lt("Text"),
    "date": _lt("Date"),
    "choice": _lt("Choice"),
    "choices": _lt("Many choices"),
    "table": _lt("Table"),
    "number or date": _lt("number or date"),
    "text, number, date or choice": _lt("text, number, date or choice"),
    "is_set(…) or count(…)": _lt("is_set(…) or count(…)"),
    "a comparison, is_set(…) or count(…)": _lt("a comparison, is_set(…) or count(…)"),
    "a list in square brackets or a field of many choices": _lt(
        "a list in square brackets or a field of many choices"
    ),
    # units
    "workday": _lt("working days"),
    "calendar_day": _lt("calendar days"),
    "month": _lt("months"),
    "year": _lt("years"),
    "hour": _lt("hours"),
    "none": _lt("None"),
}


def word(env, term):
    """The user's word for a term of the kernels; the term itself where it is no such term."""
    return env._(WORDS[term]) if term in WORDS else str(term)  # pylint: disable=gettext-variable


def say_article(env, article):
    """A ground such as ``Art. 58, 59`` as clerks cite the Administrative License Law; "" for a
    rule of our own."""
    if not article:
        return ""
    numbers = article.removeprefix("Art. ").replace(", ", env._(", "))
    return env._("Art. %(numbers)s of the Administrative License Law", numbers=numbers)


def say(env, error):
    """A ``KernelError`` (or anything with ``code`` and ``params``) as a sentence."""
    sentence = SENTENCES.get(error.code)
    if sentence is None:
        return str(error)
    params = {name: _param(env, name, value) for name, value in error.params.items()}
    if "reason_params" in error.params:  # the reason is a sentence of its own
        reason = errors.KernelError(error.params["reason"], **error.params["reason_params"])
        params["reason"] = say(env, reason)
    # Formatted here: a parameter named ``source`` would be taken for an argument of ``env._``.
    said = env._(sentence)  # pylint: disable=gettext-variable
    said = said % params if params else said
    return said.encode(errors="replace").decode()  # halves of characters cannot be sent


#: Parameters whose values are terms of the kernels, to be said in words.
_TERMS = {
    "act",
    "allowed",
    "expected",
    "field",
    "found",
    "input",
    "kind",
    "outcome",
    "promised_unit",
    "role",
    "stage",
    "power",
    "state",
    "term",
    "unit",
}


def _param(env, name, value):
    if isinstance(value, errors.KernelError):
        return say(env, value)
    if isinstance(value, tuple | list):
        return env._(", ").join(_param(env, name, part) for part in value) or env._("nothing")
    if isinstance(value, date):
        return value.isoformat()
    return word(env, value) if name in _TERMS else str(value)

