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
    inheritance,
    intermediary,
    intermediary_list,
    item_json,
    item_list,
    item_pack,
    item_source,
    item_studio,
    item_test,
    licence,
    numbering,
    post,
    procedure,
    publish,
    publish_template,
    replay,
    table,
    upload,
)
from .words import WORDS

#: Every code that a kernel of this module raises or reports, with its English sentence.
SENTENCES = {
    code: sentence
    for kernel in (
        agency, archive, archive_zip, chain, clock, condition, document, effects, entry,
        expression, flow, flow_edit, form, guidance, identity, inheritance, intermediary,
        intermediary_list, item_json, item_list, item_pack, item_source, item_studio, item_test,
        licence, numbering, post, procedure, publish, publish_template, replay, table, upload,
    )  # fmt: skip
    for code, sentence in kernel.CODES.items()
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
    "worsened",
}


def _param(env, name, value):
    if isinstance(value, errors.KernelError):
        return say(env, value)
    if isinstance(value, tuple | list):
        return env._(", ").join(_param(env, name, part) for part in value) or env._("nothing")
    if isinstance(value, date):
        return value.isoformat()
    return word(env, value) if name in _TERMS else str(value)

