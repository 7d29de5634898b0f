"""Conditions of reliefs (减免条件) and quantities of rates, in the expressions of the items.

They run on the server alone.  A condition that cannot be evaluated grants nothing and says so, a
quantity that cannot is counted by a person.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ...gov_approval.kernel import expression
from ...gov_approval.kernel.errors import KernelError, _lt
from . import money

#: What a condition may ask about: the payer and what is due before any relief.
FACTS = expression.FrozenTypes({"applicant_kind": "choice", "due": "number"})
#: 服务对象, as items name them.
PAYERS = frozenset(
    "person individual_business enterprise public_institution social_organisation organ"
    " other_organisation".split()
)


CODES = {
    "formula.quantity": _lt("The quantity cannot be counted: %(reason)s"),
    "formula.no_number": _lt("“%(text)s” counts nothing: it has to give a number."),
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


def check_quantity(text: str, types: Mapping) -> None:
    """Whether ``text`` counts something with these types of answers.

    :raises KernelError: ``formula.quantity``, ``formula.no_number``
    """
    try:
        found = expression.parse(text, types)
    except KernelError as error:
        raise KernelError("formula.quantity", reason=error) from None
    if found.kind != "number":
        raise KernelError("formula.no_number", text=text[:60])


def count(text: str, answers: Mapping, types: Mapping, today: date) -> Decimal:
    """The quantity that these answers give, exact.

    :raises KernelError: ``formula.…``, or ``money.…`` for what is too fine, negative or missing
    """
    check_quantity(text, types)
    try:
        found = expression.parse(text, types).evaluate(answers, today=today)
    except KernelError as error:
        raise KernelError("formula.quantity", reason=error) from None
    return money.exact(found, text[:60], money.QUANTITY, money.MOST)
