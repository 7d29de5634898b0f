"""What can be inserted into the text of a document (文书), in the words of its author.

``kernel.document`` decides what exists; here each token has a name, by groups as a menu shows them.
"""

from ..kernel import errors

_lt = errors._lt

#: (name of the group, {token: label}); a test holds it equal to ``FACTS`` and ``BLOCKS``.
GROUPS = (
    (
        _lt("Applicant and case"),
        {
            "applicant_name": _lt("Name of the applicant"),
            "applicant_id_masked": _lt("Identity or credit code of the applicant"),
            "agent_name": _lt("Name of the agent"),
            "case_number": _lt("Case number"),
            "item_name": _lt("Name of the item"),
            "department_name": _lt("Deciding organ"),
            "centre_name": _lt("Service centre"),
            "centre_address": _lt("Address of the centre"),
            "consult_phone": _lt("Phone for questions"),
            "complaint_phone": _lt("Phone for complaints"),
            "legal_basis": _lt("Legal basis of the item"),
            "result_name": _lt("Name of the result"),
            "reconsideration_body": _lt("Reconsideration body"),
            "court": _lt("Court"),
            "document_number": _lt("Number of the document"),
            "document_date": _lt("Date of the document"),
            "clerk_name": _lt("Clerk"),
            "signer_name": _lt("Signer"),
            "mandate": _lt("Mandate of the signer"),
            "step_name": _lt("Name of the step"),
        },
    ),
    (
        _lt("What the act says"),
        {
            "reasons": _lt("Reasons"),
            "opinion": _lt("Opinion"),
            "outcome": _lt("Outcome"),
            "ground": _lt("Ground"),
            "ground_article": _lt("Article of the ground"),
            "ground_on": _lt("Day of the ground"),
            "competent_organ": _lt("Competent organ"),
            "days": _lt("Working days"),
            "receiver": _lt("Receiver"),
            "signed_by": _lt("Signed by"),
            "compensation": _lt("Compensation"),
            "barred_for": _lt("Bar on new applications"),
            "false_papers": _lt("False papers (Art. 78)"),
            "checked_on": _lt("Day of the check"),
            "handling": _lt("What follows from the check"),
        },
    ),
    (
        _lt("Days of the case"),
        {
            "received_on": _lt("Received on"),
            "supplemented_on": _lt("Supplemented on"),
            "accepted_on": _lt("Accepted on"),
            "deemed_accepted_on": _lt("Deemed accepted on"),
            "clock_from_on": _lt("Period runs from"),
            "decided_on": _lt("Decided on"),
            "notice_due_on": _lt("Answer due on"),
            "supplement_due_on": _lt("Supplements due on"),
            "promised_due_on": _lt("End of the promised period"),
            "statutory_due_on": _lt("End of the statutory period"),
            "former_due_on": _lt("End of the period before its extension"),
            "deferral_due_on": _lt("Papers to follow due on"),
        },
    ),
    (
        _lt("Acceptance and promises"),
        {
            "notice_round": _lt("Number of the notice"),
            "repeat_reason": _lt("Why a second notice"),
            "deferred_materials": _lt("Papers to follow"),
            "committed_materials": _lt("Papers replaced by a promise"),
            "check_period": _lt("Period for checking the promise"),
            "decided_at_once": _lt("Decided on the spot"),
        },
    ),
    (
        _lt("Procedures"),
        {
            "procedure_kind": _lt("Kind of special procedure"),
            "expected_end_on": _lt("Expected end of the procedure"),
            "not_counted_by_law": _lt("Procedure not counted by law"),
            "corrected_notice": _lt("What is corrected"),
            "approver_office": _lt("Office that approves the extension"),
            "extension_paragraph": _lt("Paragraph on the extension"),
            "visited_on": _lt("Day of the visit"),
            "officers": _lt("Visiting officers"),
            "notice_from": _lt("Public notice from"),
            "notice_to": _lt("Public notice until"),
            "notice_days": _lt("Length of the public notice"),
            "notice_place": _lt("Place of the public notice"),
            "third_party_name": _lt("Name of the third party"),
            "third_party_interest": _lt("Interest of the third party"),
            "third_parties": _lt("All third parties"),
        },
    ),
    (
        _lt("Hearing"),
        {
            "hearing_parties": _lt("Parties of the hearing"),
            "hearing_request_due_on": _lt("Asking for a hearing until"),
            "hearing_requester": _lt("Who asked for the hearing"),
            "own_motion_reasons": _lt("Why the organ itself holds a hearing"),
            "hearing_on": _lt("Day and hour of the hearing"),
            "hearing_place": _lt("Place of the hearing"),
            "hearing_chair": _lt("Chair of the hearing"),
            "former_chair": _lt("Chair before"),
            "hearing_attended": _lt("Who attended the hearing"),
            "hearing_record": _lt("Record of the hearing"),
        },
    ),
    (
        _lt("Service"),
        {
            "method": _lt("Way of delivery"),
            "delivered": _lt("Documents handed over"),
            "delivered_on": _lt("Handed over on"),
            "delivery_place": _lt("Place of delivery"),
            "sent_on": _lt("Sent on"),
            "tracking": _lt("Tracking number"),
            "consent": _lt("Consent to electronic delivery"),
            "left_behind": _lt("Left at the address"),
            "announced_on": _lt("Announced on"),
            "deemed_delivered_on": _lt("Deemed delivered on"),
        },
    ),
    (
        _lt("Licence"),
        {
            "certificate_number": _lt("Number of the certificate"),
            "verification_code": _lt("Verification code"),
            "valid_from": _lt("Valid from"),
            "valid_to": _lt("Valid until"),
            "and_result": _lt("“and issues the licence”"),
            "former_name": _lt("Name of the earlier licence"),
            "former_number": _lt("Number of the earlier licence"),
            "former_valid_to": _lt("End of the earlier licence"),
            "renewed_by_silence": _lt("Renewed by silence"),
            "holder_statement": _lt("Statement of the holder"),
            "by_fraud": _lt("Got by fraud"),
            "holder_request": _lt("At the holder's request"),
        },
    ),
    (
        _lt("Tables and marks"),
        {
            "table:materials": _lt("Table of the papers handed in"),
            "table:requests": _lt("Table of what is missing or wrong"),
            "table:answers": _lt("Table of the answers"),
            "table:holder": _lt("Table of the holder"),
            "table:deferred": _lt("Table of the papers to follow"),
            "table:commitments": _lt("Table of the promises"),
            "list:conditions": _lt("List of the conditions"),
            "seal": _lt("Signature and seal"),
            "qr": _lt("QR code for verification"),
            "remedies": _lt("Remedies"),
        },
    ),
)


def get_menu(env):
    """``[group, [[token, label], …]]`` in the words of the user."""
    return [
        [env._(group), [[token, env._(label)] for token, label in tokens.items()]]  # pylint: disable=gettext-variable
        for group, tokens in GROUPS
    ]
