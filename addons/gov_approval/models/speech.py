"""What the kernels mean, said in the user's language: the one home of that speech."""

from datetime import date

from ..kernel import (
    archive,
    archive_zip,
    chain,
    clock,
    document,
    errors,
    expression,
    flow,
    form,
    identity,
    item_json,
    item_pack,
    item_source,
    licence,
    numbering,
    procedure,
    publish,
    upload,
)

_lt = errors._lt

#: Every code that a kernel of this module raises or reports, with its English sentence.
SENTENCES = {
    code: sentence
    for kernel in (
        archive,
        archive_zip,
        chain,
        clock,
        document,
        expression,
        flow,
        form,
        identity,
        item_json,
        item_pack,
        item_source,
        licence,
        numbering,
        procedure,
        publish,
        upload,
    )
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
    "deem_accepted": _lt("Deemed accepted by silence"),
    "abandon": _lt("Deemed abandoned"),
    "complete_step": _lt("Complete the step"),
    "return_step": _lt("Return to an earlier step"),
    "decide": _lt("Decide"),
    "stop_clock": _lt("Stop the clock"),
    "resume_clock": _lt("Resume the clock"),
    "extend": _lt("Extend the period"),
    "withdraw": _lt("Withdraw the application"),
    "deliver": _lt("Deliver the result"),
    # states and outcomes
    "received": _lt("Received"),
    "supplementing": _lt("Waiting for supplements"),
    "accepted": _lt("In review"),
    "decided": _lt("Decided, to be delivered"),
    "closed": _lt("Closed"),
    "granted": _lt("Granted"),
    "refused": _lt("Refused"),
    "not_required": _lt("No licence needed"),
    "not_competent": _lt("Not accepted: another organ's power"),
    "withdrawn": _lt("Withdrawn by the applicant"),
    "abandoned": _lt("Deemed abandoned"),
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
    "grant": _lt("Grant"),
    "refuse": _lt("Refuse"),
    "return": _lt("Returned"),
    "window": _lt("At the window"),
    "post": _lt("By post"),
    "electronic": _lt("Electronically"),
    # inputs
    "opinion": _lt("Opinion"),
    "reasons": _lt("Reasons"),
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
    # roles
    "applicant": _lt("Applicant"),
    "window_clerk": _lt("Window clerk"),
    "reviewer": _lt("Reviewer"),
    "representative": _lt("Chief representative"),
    "system": _lt("System"),
    # due dates
    "notice": _lt("Answer to the filing (5 working days)"),
    "promised": _lt("Promised period"),
    "statutory": _lt("Statutory period"),
    "delivery": _lt("Delivery"),
    "step": _lt("Step"),
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
    "intake": _lt("Acceptance"),
    "review": _lt("Review"),
    "close": _lt("Completion"),
    "site_visit": _lt("Site visit"),
    "expert_review": _lt("Expert review"),
    "inspection": _lt("Inspection or testing"),
    "public_notice": _lt("Public notice"),
    "hearing": _lt("Hearing"),
    "training": _lt("Examination of persons"),
    # documents
    "receipt": _lt("Receipt of filing"),
    "acceptance_notice": _lt("Notice of acceptance"),
    "not_required_notice": _lt("Notice that no licence is needed"),
    "not_competent_decision": _lt("Decision not to accept"),
    "supplement_notice": _lt("One-time notice"),
    "extension_notice": _lt("Notice of extension"),
    "procedure_notice": _lt("Notice of a special procedure"),
    "grant_decision": _lt("Decision to grant"),
    "refusal_decision": _lt("Decision to refuse"),
    "withdrawal_notice": _lt("Notice of withdrawal"),
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
    """A ground such as ``Art. 58, 59`` as clerks cite the Administrative License Law."""
    numbers = article.removeprefix("Art. ").replace(", ", env._(", "))
    return env._("Art. %(numbers)s of the Administrative License Law", numbers=numbers)


def say(env, error):
    """A ``KernelError`` (or anything with ``code`` and ``params``) as a sentence."""
    sentence = SENTENCES.get(error.code)
    if sentence is None:
        return str(error)
    params = {name: _param(env, name, value) for name, value in error.params.items()}
    # Formatted here: a parameter named ``source`` would be taken for an argument of ``env._``.
    said = env._(sentence)  # pylint: disable=gettext-variable
    return said % params if params else said


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
    "state",
    "term",
    "unit",
}


def _param(env, name, value):
    if isinstance(value, tuple | list):
        return env._(", ").join(_param(env, name, part) for part in value) or env._("nothing")
    if isinstance(value, date):
        return value.isoformat()
    return word(env, value) if name in _TERMS else str(value)

