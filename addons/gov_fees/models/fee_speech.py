"""What the kernels of fees mean, said in the user's language; the rest is said by gov_approval."""

from odoo.addons.gov_approval.kernel.errors import _lt
from odoo.addons.gov_approval.models import speech

from ..kernel import (
    assessment,
    bill,
    fee_act,
    fee_list,
    formula,
    money,
    payment_code,
    period,
    rate_rows,
    receipt,
    relief,
    shapes,
    standard,
    statement,
    tariff,
)

_KERNELS = (
    assessment,
    bill,
    fee_act,
    fee_list,
    formula,
    money,
    payment_code,
    period,
    rate_rows,
    receipt,
    relief,
    shapes,
    standard,
    statement,
    tariff,
)
#: Every code that a kernel of this module raises or reports, with its English sentence.
SENTENCES = {code: text for kernel in _KERNELS for code, text in kernel.CODES.items()}
#: Words for what the kernels name: numbers of a rate, shapes, columns of a list.
WORDS = {
    "price": _lt("Price"),
    "low": _lt("Least price"),
    "high": _lt("Greatest price"),
    "amount": _lt("Amount"),
    "amount_max": _lt("Greatest amount"),
    "percent": _lt("Percentage"),
    "up_to": _lt("End of the tier"),
    "free": _lt("Free quantity"),
    "cap": _lt("Limit of money"),
    "unit": _lt("Unit"),
    "document": _lt("Document"),
    "due": _lt("Due"),
    "base": _lt("Base"),
    "fixed": _lt("a fixed amount"),
    "reference": _lt("a reference to a document"),
    "seq": _lt("Number"),
    "code": _lt("Code"),
    "category": _lt("Kind of fee"),
    "department": _lt("Collecting unit"),
    "item": _lt("Fee"),
    "sub_item": _lt("Part of the fee"),
    "standard": _lt("Standard"),
    "amount_min": _lt("Least amount"),
    "fund_management": _lt("Management of the money"),
    "policy_basis": _lt("Policy basis"),
    "set_by": _lt("Level that set it"),
    "enterprise_related": _lt("Concerns enterprises"),
    "range": _lt("Who pays"),
    "exemption": _lt("Reliefs as printed"),
    "complaint_channel": _lt("Complaints"),
    "valid_from": _lt("In force from"),
    "valid_to": _lt("In force until"),
    "source_title": _lt("Source"),
    "confidence": _lt("Confidence"),
    "note": _lt("Note"),
    "day": _lt("Day"),
    "bank_reference": _lt("Number of the bank"),
    "direction": _lt("Direction"),
    # acts, states and parts of bills and assessments
    "assess": _lt("Assess"),
    "request_relief": _lt("Ask for a relief"),
    "grant_relief": _lt("Grant the relief"),
    "request_deferral": _lt("Ask for a deferral"),
    "grant_deferral": _lt("Grant the deferral"),
    "refuse": _lt("Refuse"),
    "bill": _lt("Bill"),
    "unbill": _lt("Take off the bill"),
    "pay": _lt("Pay"),
    "cancel": _lt("Cancel"),
    "void": _lt("Void"),
    "settle": _lt("Confirm the money"),
    "write_off": _lt("Write off"),
    "request_refund": _lt("Ask for a refund"),
    "check_refund": _lt("Check the refund"),
    "approve_refund": _lt("Approve the refund"),
    "refuse_refund": _lt("Refuse the refund"),
    "pay_refund": _lt("Pay the refund back"),
    "demanded": _lt("to be assessed"),
    "assessed": _lt("assessed"),
    "exempted": _lt("exempted"),
    "billed": _lt("billed"),
    "paid": _lt("paid"),
    "cancelled": _lt("cancelled"),
    "issued": _lt("waiting for payment"),
    "settled": _lt("confirmed by finance"),
    "written_off": _lt("written off"),
    "voided": _lt("voided"),
    "requested": _lt("asked for"),
    "checked": _lt("checked"),
    "approved": _lt("approved"),
    "refused": _lt("refused"),
    "done": _lt("paid back"),
    "reason": _lt("Reason"),
    "opinion": _lt("Opinion"),
    "relief": _lt("Relief"),
    "until": _lt("New date"),
    "ground": _lt("Ground"),
    "refund": _lt("Refund"),
    "cashier": _lt("the cashier"),
    "finance_officer": _lt("a finance officer"),
    "representative": _lt("the chief representative of the department"),
    "reviewer": _lt("a reviewer of the department"),
    "window_clerk": _lt("a window clerk"),
    "applicant": _lt("the applicant"),
    "system": _lt("the system"),
}
#: Parameters whose values may be such words.
_NAMED = (
    "name", "field", "column", "printed", "known", "key", "act", "state", "roles", "input", "part",
)  # fmt: skip


def word(env, term):
    return env._(WORDS[term]) if term in WORDS else term  # pylint: disable=gettext-variable


def say(env, error):
    """A ``KernelError`` (or anything with ``code`` and ``params``) as a sentence."""
    sentence = SENTENCES.get(error.code)
    if sentence is None:
        return speech.say(env, error)
    params = {
        name: speech._param(env, name, _named(env, name, value))
        for name, value in error.params.items()
    }
    said = env._(sentence)  # pylint: disable=gettext-variable
    said = said % params if params else said
    return said.encode(errors="replace").decode()  # halves of characters cannot be sent


def _named(env, name, value):
    if name not in _NAMED:
        return value
    if isinstance(value, tuple):
        return tuple(word(env, part) for part in value)
    return word(env, value) if isinstance(value, str) else value
