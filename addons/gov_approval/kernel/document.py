"""Texts of documents (文书): ``{{ token }}`` and ``{{ table:… }}`` in sanitised HTML, never code.

A token is the name of a fact of the case or the code of a form field; a block token is one of a
few tables or marks that the code draws.  Everything is escaped here; a template can place values
but cannot compute, loop or fetch.
"""

import html
import re
from collections.abc import Callable, Mapping

from .errors import KernelError, _lt

#: Facts of a case that every template may use (see ``gov.case.document._get_facts``).
FACTS = frozenset(
    {
        "applicant_name",
        "applicant_id_masked",
        "agent_name",
        "case_number",
        "item_name",
        "department_name",
        "centre_name",
        "centre_address",
        "consult_phone",
        "complaint_phone",
        "received_on",
        "accepted_on",
        "decided_on",
        "promised_due_on",
        "statutory_due_on",
        "supplement_due_on",
        "document_number",
        "document_date",
        "reasons",
        "competent_organ",
        "opinion",
        "reconsideration_body",
        "court",
        "legal_basis",
        "result_name",
        "certificate_number",
        "valid_from",
        "valid_to",
        "clerk_name",
        "signer_name",
        "mandate",
        "verification_code",
        "days",
        "method",
        "receiver",
        "delivered",
        "step_name",
    }
)
#: Blocks drawn by the code.
BLOCKS = frozenset(
    {
        "table:materials",
        "table:requests",
        "table:answers",
        "table:holder",
        "seal",
        "qr",
        "remedies",
    }
)

#: A line break within a value; the style sheet decides how the next line begins.
_NEW_LINE = '<br/><span class="gov-line"></span>'
_TOKEN = re.compile(r"\{\{\s*([a-z][a-z0-9_:]{0,80})\s*\}\}")


def tokens(body: str) -> frozenset[str]:
    """All tokens that a template uses."""
    return frozenset(_TOKEN.findall(body or ""))


def unknown_tokens(body: str, fields: frozenset[str] | set[str]) -> frozenset[str]:
    """Tokens that are neither facts, nor blocks, nor codes of form fields."""
    return tokens(body) - FACTS - BLOCKS - set(fields)


def gather(body: str, facts: Mapping[str, str], blocks: Mapping[str, Callable[[], object]]) -> dict:
    """What the text says: its values as text, and what its blocks show, asked for only if used.

    This much is fixed by the act; ``resolve`` writes the text from it at any later time.  An
    unknown token raises ``document.unknown_token``: a document with a hole is never issued.
    """
    said = {"facts": {}, "blocks": {}}
    for name in sorted(tokens(body)):
        if name in blocks:
            said["blocks"][name] = blocks[name]()
        elif name in facts:
            said["facts"][name] = _text(facts[name])
        elif name not in FACTS | BLOCKS:
            raise KernelError("document.unknown_token", token=name)
    return said


def _text(value) -> str:
    return "" if value is None or value is False else str(value)


def resolve(body: str, facts: Mapping[str, str], blocks: Mapping[str, Callable[[], str]]) -> str:
    """The text with every token replaced; values escaped, blocks drawn where they are asked for.

    A known token without a value becomes empty; an unknown one raises ``document.unknown_token``:
    a document with a hole is never issued.
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

    return _TOKEN.sub(replacement, body or "")


CODES = {
    "document.unknown_token": _lt(
        "The template uses “%(token)s”, which this item does not have; correct the template."
    ),
}
