"""Reductions of fees (减免, ``domain.md`` 8.4): only on a basis in the list, computed by rule.

What a rule grants is granted to everybody whom it fits; what is left to discretion counts only
when the competent organ granted it.  Reliefs are not added up: the payer has the greatest one
(就高不重复, a convention of this project).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ...gov_approval.kernel.errors import KernelError, _lt
from . import formula, money

KINDS = ("exempt", "percent", "amount")
HUNDRED = Decimal(100)

CODES = {
    "relief.no_basis": _lt("The relief “%(name)s” has no basis. Name the document that grants it."),
    "relief.no_name": _lt("The relief does not say who has it. Enter it."),
    "relief.kind": _lt("The relief “%(name)s” has no kind that is known here. Choose one."),
    "relief.percent": _lt("The relief “%(name)s” has to be above 0 and below 100 percent."),
    "relief.amount": _lt("The relief “%(name)s” has to take off more than nothing."),
    "relief.unexpected": _lt("The relief “%(name)s” takes off no number. Empty it."),
    "relief.reversed": _lt("The relief “%(name)s” ends before it begins. Correct the dates."),
    "relief.unknown": _lt(
        "“%(name)s” is no relief of this fee on that day. Choose one of the list."
    ),
}


@dataclass(frozen=True)
class Relief:
    """Who has it (``name``, ``condition``), how much it takes off what is due, on what basis."""

    code: str
    name: str
    kind: str
    basis: str
    value: Decimal = Decimal(0)
    condition: str = ""
    is_discretionary: bool = False
    date_from: date | None = None
    date_to: date | None = None

    def __post_init__(self):
        if not self.name.strip():
            raise KernelError("relief.no_name")
        if self.kind not in KINDS:
            raise KernelError("relief.kind", name=self.name)
        if not self.basis.strip():
            raise KernelError("relief.no_basis", name=self.name)
        object.__setattr__(self, "value", money.exact(self.value, self.name, money.RATE))
        self._check_value()
        if self.date_from and self.date_to and self.date_to < self.date_from:
            raise KernelError("relief.reversed", name=self.name)
        if self.condition:
            formula.check(self.condition)

    def _check_value(self):
        if self.kind == "percent" and not 0 < self.value < HUNDRED:
            raise KernelError("relief.percent", name=self.name)
        if self.kind == "amount":
            if not self.value:
                raise KernelError("relief.amount", name=self.name)
            money.exact(self.value, self.name, money.AMOUNT)
        if self.kind == "exempt" and self.value:
            raise KernelError("relief.unexpected", name=self.name)

    def runs_on(self, day: date) -> bool:
        return (self.date_from or day) <= day <= (self.date_to or day)


@dataclass(frozen=True)
class Settlement:
    """Due, reduced, payable (应缴, 减免, 实缴) with the relief that took it off."""

    due: Decimal
    reduced: Decimal
    payable: Decimal
    relief: Relief | None = None


def settle(
    due: Decimal,
    reliefs: Iterable[Relief],
    facts: Mapping,
    day: date,
    granted: frozenset[str] = frozenset(),
) -> Settlement:
    """What is payable on a day.

    :param facts: values for ``formula.FACTS`` but ``due``
    :param granted: codes of discretionary reliefs that the competent organ granted
    :raises KernelError: a granted relief is not of the list, or a condition cannot be used
    """
    due = money.exact(due, "due", money.AMOUNT, money.MOST)
    running = [relief for relief in reliefs if relief.runs_on(day)]
    known = {relief.code for relief in running if relief.is_discretionary}
    for code in sorted(granted - known):
        raise KernelError("relief.unknown", name=code)
    found = Settlement(due, Decimal("0.00"), due)
    for relief in running:
        if relief.is_discretionary and relief.code not in granted:
            continue
        if formula.holds(relief.condition, {**facts, "due": due}, day):
            reduced = _reduced(due, relief)
            if reduced > found.reduced:
                found = Settlement(due, reduced, due - reduced, relief)
    return found


def _reduced(due, relief):
    if relief.kind == "exempt":
        return due
    if relief.kind == "percent":
        return money.to_cents((due * relief.value).scaleb(-2))
    return min(due, relief.value)
