"""What the kernels of supervision mean, in the user's language; gov_approval says the rest."""

from odoo.addons.gov_approval.kernel.errors import KernelError, _lt
from odoo.addons.gov_approval.models import speech

from ..kernel import card, daily_seal, facts, rules

#: Every code that a kernel of this module raises, with its English sentence.
SENTENCES = {
    code: text for kernel in (card, daily_seal, rules) for code, text in kernel.CODES.items()
}
#: Words of this module for terms that gov_approval does not say, or says otherwise.
WORDS = {
    **facts.LABELS,
    # parts of a rule
    "limit": _lt("Limit"),
    "measure": _lt("Measured by"),
    # limits
    "notice": _lt("answer to the filing (5 working days)"),
    "promised": _lt("promised period"),
    "statutory": _lt("statutory period"),
    "step": _lt("limit of the step"),
    "stop": _lt("announced end of a stop"),
    "opinion": _lt("opinion in a joint review"),
    "inspectors": _lt("sending inspectors"),
    "hearing": _lt("holding the hearing"),
    "statement": _lt("statements of third parties"),
    "deferral": _lt("papers promised for later"),
    "delivery": _lt("delivery of the result"),
    "check": _lt("check of a promise"),
    # acts on cards
    "issue": _lt("Issue the card"),
    "acknowledge": _lt("Take note"),
    "order": _lt("Order a correction"),
    "explain": _lt("Explain"),
    "verify": _lt("Verify"),
    "appeal": _lt("Appeal"),
    "decide_appeal": _lt("Decide on the appeal"),
    "escalate": _lt("Hand over for accountability"),
    "lapse": _lt("Limit passed without an answer"),
    # states of cards
    "issued": _lt("to be answered"),
    "ordered": _lt("to be corrected"),
    "explained": _lt("to be verified"),
    "appealed": _lt("under appeal"),
    "settled": _lt("settled"),
    "withdrawn": _lt("withdrawn"),
    "escalated": _lt("handed over for accountability"),
    # what is said
    "demand": _lt("What has to be corrected"),
    "days": _lt("Working days to answer"),
    "explanation": _lt("Explanation"),
    "measures": _lt("Measures taken"),
    "evidence": _lt("Evidence"),
    "grounds": _lt("Grounds of the appeal"),
    "opinion_given": _lt("Opinion"),
    # sides
    "unit": _lt("the unit"),
    "supervisor": _lt("supervision"),
    "system": _lt("the system"),
    # what reports of other modules concern
    "fee": _lt("Fees"),
    "intermediary": _lt("Intermediary services"),
    "off_list": _lt("not on the published list"),
    "wrong_rate": _lt("at a wrong rate"),
    "outside_bank": _lt("paid outside the bank"),
    "named": _lt("an agency was named"),
    "report": _lt("Report of another module"),
}
#: Parameters whose values may be such words.
_NAMED = ("act", "state", "input", "part", "roles", "known")


def word(env, term):
    """A term of the kernels in words, ours first."""
    if term in WORDS:
        return env._(WORDS[term])  # pylint: disable=gettext-variable
    return speech.word(env, term)


def say(env, error):
    """A ``KernelError`` as a sentence."""
    sentence = SENTENCES.get(error.code)
    if sentence is None:
        return speech.say(env, error)
    params = {name: _param(env, name, value) for name, value in error.params.items()}
    said = env._(sentence)  # pylint: disable=gettext-variable
    said = said % params if params else said
    return said.encode(errors="replace").decode()  # halves of characters cannot be sent


def _param(env, name, value):
    if isinstance(value, KernelError):
        return say(env, value)
    if isinstance(value, tuple):
        return env._(", ").join(_param(env, name, part) for part in value)
    if name in _NAMED and isinstance(value, str):
        return word(env, "opinion_given" if (name, value) == ("input", "opinion") else value)
    return str(value)
