"""Conditions of reliefs (减免条件): the expression language of the items over the facts of a fee.

It runs on the server alone.  A condition that cannot be evaluated grants nothing and says so.
"""

from collections.abc import Mapping
from datetime import date

from ...gov_approval.kernel import expression
from ...gov_approval.kernel.errors import KernelError, _lt

#: What a condition may ask about: the payer and what is due before any relief.
FACTS = expression.FrozenTypes({"applicant_kind": "choice", "due": "number"})
#: 服务对象, as items name them.
PAYERS = frozenset(
    "person individual_business enterprise public_institution social_organisation organ"
    " other_organisation".split()
)

CODES = {
    "formula.condition": _lt("The condition cannot be used: %(reason)s"),
    "formula.payer": _lt(
        "“%(found)s” in the condition is no kind of payer. Choose one of: %(known)s."
    ),
}


def check(text: str) -> None:
    """Whether ``text`` is a condition on :data:`FACTS`; raises KernelError where it is not."""
    for _name, option, _position in _parse(text).options:
        if option not in PAYERS:
            raise KernelError("formula.payer", found=option, known=tuple(sorted(PAYERS)))


def holds(text: str, facts: Mapping, today: date) -> bool:
    """Whether the condition holds for these facts; an empty one always does.

    :raises KernelError: ``formula.condition`` when it cannot be evaluated
    """
    if not text:
        return True
    try:
        return bool(_parse(text).evaluate(facts, today=today))
    except KernelError as error:
        if error.code == "formula.condition":
            raise
        raise KernelError("formula.condition", reason=error) from None


def _parse(text):
    try:
        return expression.parse_condition(text, FACTS)
    except KernelError as error:
        raise KernelError("formula.condition", reason=error) from None
