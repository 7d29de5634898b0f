"""Texts of documents (文书): ``{{ token }}`` and ``{{ table:… }}`` in sanitised HTML, never code.

A token is the name of a fact of the case or the code of a form field; a block token is one of a
few tables or marks that the code draws.  Everything is escaped here; a template can place values
but cannot compute, loop or fetch.

``{{ when:fact }}`` or ``{{ unless:fact }}`` at the head of a paragraph, row, item or block lets it
stand only if the fact has a value, or only if it has none: one text serves an ordinary and a
deemed acceptance, delivery by hand and by post.
"""

import html
import re
from collections.abc import Callable, Mapping

from .errors import KernelError, _lt


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Facts of a case that every template may use (values: ``models/document_facts.py``).
FACTS = (
    # who, what, where
    _names("""
        applicant_name applicant_id_masked agent_name case_number item_name department_name
        centre_name centre_address consult_phone complaint_phone legal_basis result_name
        reconsideration_body court document_number document_date clerk_name signer_name mandate
        step_name
    """)
    # what the act says
    | _names("""
        reasons opinion outcome ground ground_article ground_on competent_organ days receiver
        signed_by compensation barred_for false_papers checked_on handling
    """)
    # days of the case
    | _names("""
        received_on supplemented_on accepted_on deemed_accepted_on clock_from_on decided_on
        notice_due_on supplement_due_on promised_due_on statutory_due_on former_due_on
        deferral_due_on
    """)
    # intake: the repeated notice, 容缺, 告知承诺, 即办
    | _names("""
        notice_round repeat_reason deferred_materials committed_materials check_period
        decided_at_once
    """)
    # clock and procedures
    | _names("""
        procedure_kind expected_end_on not_counted_by_law corrected_notice approver_office
        extension_paragraph visited_on officers notice_from notice_to notice_days notice_place
        third_party_name third_party_interest third_parties
    """)
    # hearing
    | _names("""
        hearing_parties hearing_request_due_on hearing_requester own_motion_reasons hearing_on
        hearing_place hearing_chair former_chair hearing_attended hearing_record
    """)
    # service
    | _names("""
        method delivered delivered_on delivery_place sent_on tracking consent left_behind
        announced_on deemed_delivered_on
    """)
    # the licence that is issued, and the one that the act is about
    | _names("""
        certificate_number verification_code valid_from valid_to and_result former_name
        former_number former_valid_to renewed_by_silence holder_statement by_fraud holder_request
    """)
)
#: Blocks drawn by the code.
BLOCKS = _names("""
    table:materials table:requests table:answers table:holder table:deferred table:commitments
    list:conditions seal qr remedies
""")

_LETTER = _names("applicant_name item_name seal")
_ADVERSE = _LETTER | _names("reasons remedies")
_LICENCE = _names("former_name former_number")
_REVISED = _LETTER | _LICENCE | _names("received_on legal_basis")
#: What the text of each kind must place, and what must not be empty where it stands
#: (`domain.md` 2.3; Art. 7, 32, 36 to 38, 42 to 50, 69, 70).
MUST_HAVE = {
    "receipt": _LETTER | _names("table:materials received_on case_number"),
    "acceptance_notice": _LETTER
    | _names("received_on accepted_on deemed_accepted_on promised_due_on statutory_due_on"),
    "not_required_notice": _ADVERSE,
    "not_competent_decision": _ADVERSE | _names("ground ground_article competent_organ"),
    "supplement_notice": _LETTER
    | _names("received_on table:requests supplement_due_on repeat_reason"),
    "deferral_notice": _LETTER
    | _names("accepted_on table:deferred deferral_due_on promised_due_on statutory_due_on"),
    "deferral_commitment": _names(
        "applicant_name item_name table:deferred deferral_due_on signed_by document_date"
    ),
    "commitment_letter": _LETTER
    | _names("legal_basis list:conditions table:commitments check_period"),
    "extension_notice": _LETTER
    | _names("reasons approver_office signer_name days former_due_on statutory_due_on"),
    "procedure_notice": _LETTER
    | _names("step_name procedure_kind reasons days expected_end_on not_counted_by_law"),
    "period_notice": _LETTER
    | _names("corrected_notice reasons promised_due_on statutory_due_on signer_name"),
    "visit_record": _names("applicant_name item_name visited_on officers opinion outcome"),
    "third_party_notice": _LETTER | _names("third_party_name third_party_interest"),
    "hearing_right_notice": _LETTER | _names("hearing_parties reasons hearing_request_due_on"),
    "hearing_notice": _LETTER
    | _names("hearing_parties hearing_requester hearing_on hearing_place hearing_chair"),
    "hearing_record": _names(
        "applicant_name item_name hearing_on hearing_place hearing_chair hearing_attended"
        " hearing_record signed_by"
    ),
    "public_notice": _LETTER | _names("notice_from notice_to notice_days notice_place"),
    "step_opinion": _LETTER | _names("step_name opinion document_date"),
    "step_notice": _LETTER | _names("step_name document_date"),
    "referral_letter": _LETTER | _names("competent_organ opinion table:materials"),
    "grant_decision": _LETTER | _names("received_on accepted_on legal_basis"),
    "refusal_decision": _ADVERSE | _names("accepted_on ground ground_article legal_basis"),
    "change_decision": _REVISED | _names("table:holder"),
    "renewal_decision": _REVISED | _names("former_valid_to renewed_by_silence"),
    "withdrawal_notice": _LETTER | _names("received_on document_date"),
    "termination_decision": _ADVERSE | _names("received_on ground ground_article"),
    "revocation_decision": _ADVERSE | _LICENCE | _names("ground ground_article holder_statement"),
    "licence_withdrawal_decision": _ADVERSE
    | _LICENCE
    | _names("ground ground_article compensation"),
    "cancellation_decision": _LETTER
    | _LICENCE
    | _names("ground ground_article ground_on remedies"),
    "check_record": _names(
        "applicant_name item_name checked_on clerk_name opinion outcome handling"
    ),
    "suspension_decision": _ADVERSE | _LICENCE,
    "resumption_decision": _LETTER | _LICENCE | _names("reasons"),
    "delivery_announcement": _LETTER | _names("delivered deemed_delivered_on"),
    "delivery_receipt": _names(
        "applicant_name case_number delivered method delivered_on receiver clerk_name"
    ),
    "certificate": _names("table:holder qr seal"),
}

#: A line break within a value; the style sheet decides how the next line begins.
_NEW_LINE = '<br/><span class="gov-line"></span>'
_TOKEN = re.compile(r"\{\{\s*([a-z][a-z0-9_:]{0,80})\s*\}\}")
#: The head of something that stands on a condition, up to and with the condition.
_CONDITION = re.compile(
    r"<(p|tr|li|div|h[1-6])\b[^<>]*>\s*(?:<(?:t[hd]|b|i|strong|em|span|font)\b[^<>]*>\s*)*"
    r"(\{\{\s*(when|unless):([a-z][a-z0-9_]{0,80})\s*\}\}\s*)"
)


def tokens(body: str) -> frozenset[str]:
    """All tokens that a template uses; a condition counts as the fact that it asks for."""
    return frozenset(name.rpartition(":")[2] if _asks(name) else name for name in _found(body))


def _found(body):
    return _TOKEN.findall(body or "")


def _asks(name):
    return name.startswith(("when:", "unless:"))


def unknown_tokens(body: str, fields: frozenset[str] | set[str]) -> frozenset[str]:
    """Tokens that are neither facts, nor blocks, nor codes of form fields; conditions that do not
    stand at the head of anything."""
    known = FACTS | set(fields)
    stray = {name for name in _found(standing(body, None)) if _asks(name)}
    return (tokens(body) - known - BLOCKS) | stray


def missing_tokens(kind: str, body: str) -> frozenset[str]:
    """What the law wants in a document of this kind, and its text has no place for."""
    return MUST_HAVE.get(kind, frozenset()) - tokens(body)


def standing(body: str, facts: Mapping[str, object] | None) -> str:
    """What is left of a text when its conditions are settled; without facts, all of it."""
    body, position = body or "", 0
    while found := _CONDITION.search(body, position):
        position = found.start()
        tag, _mark, asked, name = found.groups()
        is_met = facts is None or bool(_text(facts.get(name))) == (asked == "when")
        # The condition goes; with one that is not met, so does everything it heads.
        begin = found.start(2) if is_met else position
        end = found.end(2) if is_met else _end_of(tag, body, found.end(1))
        body = body[:begin] + body[end:]
    return body


def _end_of(tag, body, position):
    """Where the element that was opened before ``position`` ends."""
    depth = 1
    for found in re.compile(rf"<(/?){tag}\b[^<>]*>").finditer(body, position):
        depth += -1 if found.group(1) else 1
        if not depth:
            return found.end()
    return len(body)


def gather(
    kind: str,
    body: str,
    facts: Mapping[str, str],
    blocks: Mapping[str, Callable[[], object]],
) -> dict:
    """What the text says: its values as text, and what its blocks show, asked for only if used.

    This much is fixed by the act; ``resolve`` writes the text from it at any later time.

    :raises KernelError: ``document.unknown_token``, ``document.empty``: a document with a hole is
        never issued
    """
    asked = {name.rpartition(":")[2] for name in _found(body) if _asks(name)}
    said = {"facts": {}, "blocks": {}}
    for name in sorted(asked | set(_found(standing(body, facts)))):
        if name in blocks and name not in asked:
            said["blocks"][name] = value = blocks[name]()
        elif name in facts or name in FACTS:
            said["facts"][name] = value = _text(facts.get(name))
        elif name in BLOCKS:
            value = ""
        else:
            raise KernelError("document.unknown_token", token=name)
        if not value and name in MUST_HAVE.get(kind, ()) and name not in asked:
            raise KernelError("document.empty", kind=kind, token=name)
    return said


def _text(value) -> str:
    return "" if value is None or value is False else str(value)


def resolve(body: str, facts: Mapping[str, str], blocks: Mapping[str, Callable[[], str]]) -> str:
    """The text with every token replaced; values escaped, blocks drawn where they are asked for.

    A known token without a value becomes empty; an unknown one raises ``document.unknown_token``.
    """

    def replacement(match):
        name = match.group(1)
        if name in blocks:
            return blocks[name]()
        if name in facts:
            return html.escape(_text(facts[name])).replace("\n", _NEW_LINE)
        if name in FACTS or name in BLOCKS:
            return ""
        raise KernelError("document.unknown_token", token=name)

    return _TOKEN.sub(replacement, standing(body, facts))


CODES = {
    "document.unknown_token": _lt(
        "The template uses “%(token)s”, which this item does not have; correct the template."
    ),
    "document.empty": _lt(
        "“%(kind)s” cannot be issued: the law wants “%(token)s” in it, and the case"
        " has no value for it. Enter it with the act, or correct the text of the document."
    ),
}
