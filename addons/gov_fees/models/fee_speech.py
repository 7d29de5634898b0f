"""What the kernels of fees mean, said in the user's language; the rest is said by gov_approval."""

from odoo.addons.gov_approval.kernel.errors import _lt
from odoo.addons.gov_approval.models import speech

from ..kernel import fee_list, formula, money, rate_rows, relief, shapes, standard, tariff

#: Every code that a kernel of this module raises or reports, with its English sentence.
SENTENCES = {
    code: sentence
    for kernel in (fee_list, formula, money, rate_rows, relief, shapes, standard, tariff)
    for code, sentence in kernel.CODES.items()
}
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
}
#: Parameters whose values may be such words.
_NAMED = ("name", "field", "column", "printed", "known")


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
