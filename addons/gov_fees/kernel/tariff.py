"""What a fee comes to under its rate (收费计算, ``domain.md`` 8.2).

A rate is a list of lines; each line has one of the shapes of ``shapes`` and is computed from what
is entered for it.  Each line's total is rounded half up once, to the cent.  What a line leaves to
a person (an amount within a range, a percentage, the amount of a document) has to be entered with
its reason; nothing is assumed, and zero has to be said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext

from ...gov_approval.kernel.errors import KernelError, _lt
from . import money
from .shapes import (
    CHOSEN,
    SHAPES,
    ByReference,
    FirstFree,
    Fixed,
    Percent,
    Surcharge,
    Tiered,
)

MAX_LINES = 50
MAX_TEXT = 300
#: Wide enough that nothing is rounded before the end of a line, whatever is multiplied.
_WIDE = Context(prec=120)

CODES = {
    "tariff.empty": _lt("The rate has no line. Add what is charged."),
    "tariff.too_many": _lt("The rate has more than %(limit)s lines. Divide the fee into items."),
    "tariff.twice": _lt("Two lines are called “%(line)s”. Give each line its own name."),
    "tariff.no_base_line": _lt(
        "The surcharge “%(line)s” has no line before it on which it could be charged. Move it."
    ),
    "tariff.not_entered": _lt("Nothing is entered for “%(line)s”. Enter it; zero has to be said."),
    "tariff.unknown_line": _lt(
        "“%(line)s” is no line of this rate. Remove what is entered for it."
    ),
    "tariff.unknown_quantity": _lt(
        "“%(name)s” is not counted by “%(line)s”. Enter only: %(known)s."
    ),
    "tariff.not_chosen": _lt("Choose the rate of “%(line)s” within %(low)s and %(high)s."),
    "tariff.out_of_range": _lt(
        "“%(line)s” may be %(low)s to %(high)s, not %(found)s. Choose within the list."
    ),
    "tariff.no_reason": _lt("“%(line)s” is chosen by a person. Enter the reason for the choice."),
    "tariff.not_a_choice": _lt("The rate of “%(line)s” is fixed by the list. Remove the choice."),
    "tariff.by_reference": _lt(
        "“%(line)s” cannot be computed: its rate stands in %(document)s. Enter the amount, and the"
        " place in that document."
    ),
    "tariff.no_say": _lt("Say whether the surcharge “%(line)s” applies."),
    "tariff.not_a_rate": _lt("“%(line)s” has no shape that is known here. Choose one."),
}


@dataclass(frozen=True)
class Line:
    name: str
    shape: object


@dataclass(frozen=True)
class Entry:
    """What a person or a case says about one line.

    ``quantities``: by unit, all that the line counts.  ``chosen``: the price, percentage or amount
    where the list leaves it to the organ, with ``reason``.  ``applies``: of a surcharge.
    """

    quantities: Mapping[str, object] = field(default_factory=dict)
    chosen: object = None
    reason: str = ""
    applies: bool | None = None


@dataclass(frozen=True)
class Charge:
    """One computed line: ``factors`` are (what, number) in the order of the calculation."""

    name: str
    amount: Decimal
    factors: tuple[tuple[str, Decimal], ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Rate:
    lines: tuple[Line, ...]

    def __post_init__(self):
        if not self.lines:
            raise KernelError("tariff.empty")
        if len(self.lines) > MAX_LINES:
            raise KernelError("tariff.too_many", limit=MAX_LINES)
        seen = set()
        for line in self.lines:
            if line.name in seen:
                raise KernelError("tariff.twice", line=line.name)
            seen.add(line.name)
            if not isinstance(line.shape, SHAPES):
                raise KernelError("tariff.not_a_rate", line=line.name)
            if isinstance(line.shape, Surcharge) and len(seen) == 1:
                raise KernelError("tariff.no_base_line", line=line.name)

    def assess(self, entries: Mapping[str, Entry]) -> tuple[Charge, ...]:
        """What the fee comes to, line by line.

        :param entries: by name of the line; each line needs one
        :raises KernelError: what is missing, unknown, out of range or not to be computed
        """
        known = {line.name for line in self.lines}
        for name in entries:
            if name not in known:
                raise KernelError("tariff.unknown_line", line=str(name)[:MAX_TEXT])
        charges, base = [], Decimal("0.00")
        with localcontext(_WIDE):
            for line in self.lines:
                entry = entries.get(line.name)
                if entry is None:
                    raise KernelError("tariff.not_entered", line=line.name)
                charges.append(_charge(line, entry, base))
                if not isinstance(line.shape, Surcharge):
                    base += charges[-1].amount
        return tuple(charges)


def total(charges) -> Decimal:
    """The sum of rounded lines: lines and bill agree to the cent."""
    return sum((charge.amount for charge in charges), Decimal("0.00"))


# ------------------------------------------------------------------- computing


def _charge(line, entry, base):
    shape = line.shape
    _refuse_unknown(line, entry)
    if isinstance(shape, ByReference):
        return _by_reference(line, entry)
    if isinstance(shape, Surcharge):
        return _surcharge(line, entry, base)
    if entry.chosen is not None and not isinstance(shape, CHOSEN):
        raise KernelError("tariff.not_a_choice", line=line.name)
    counted = [_quantity(line, entry, unit) for unit in shape.units]
    factors = tuple(zip(shape.units, counted, strict=True))
    reason = ""
    if isinstance(shape, Tiered | FirstFree):
        amount, factors = _tiered(shape, counted[0])
    else:
        price, reason = _price(line, entry)
        amount = price
        for quantity in counted:
            amount *= quantity
        if isinstance(shape, Percent):
            amount = amount.scaleb(-2)
        factors = (("price", price), *factors)
    return Charge(line.name, _bounded(amount, line.name), factors, reason)


def _refuse_unknown(line, entry):
    for unit in entry.quantities:
        if unit not in line.shape.units:
            known = line.shape.units or ("–",)
            raise KernelError(
                "tariff.unknown_quantity", name=str(unit)[:MAX_TEXT], line=line.name, known=known
            )


def _quantity(line, entry, unit):
    if unit not in entry.quantities:
        raise KernelError("money.missing", name=f"{line.name} {unit}".strip())
    limit = money.MOST if isinstance(line.shape, Percent) else money.LIMIT
    return money.exact(entry.quantities[unit], unit, money.QUANTITY, limit)


def _price(line, entry):
    shape = line.shape
    if isinstance(shape, Fixed):
        return shape.amount, ""
    if isinstance(shape, Percent):
        return shape.percent, ""
    if isinstance(shape, CHOSEN):
        return _chosen(line, entry)
    return shape.price, ""


def _chosen(line, entry):
    """The price that the organ set within the bounds of the list, and why."""
    low, high = line.shape.low, line.shape.high
    bounds = {"line": line.name, "low": money.plain(low), "high": money.plain(high)}
    if entry.chosen is None:
        raise KernelError("tariff.not_chosen", **bounds)
    chosen = money.exact(entry.chosen, line.name, money.RATE)
    if not low <= chosen <= high:
        raise KernelError("tariff.out_of_range", found=money.plain(chosen), **bounds)
    return chosen, _reason(line, entry)


def _reason(line, entry):
    if not entry.reason.strip():
        raise KernelError("tariff.no_reason", line=line.name)
    return entry.reason.strip()


def _tiered(shape, quantity):
    """Amount and (tier, part of the quantity) of each tier that is reached."""
    if isinstance(shape, FirstFree):
        free = min(quantity, shape.free)
        further = quantity - free
        return further * shape.price, (("free", free), (shape.unit, further))
    amount, start, factors = Decimal(0), Decimal(0), []
    for tier in shape.tiers:
        end = quantity if tier.up_to is None else min(quantity, tier.up_to)
        if end <= start:
            break
        amount += (end - start) * tier.price
        factors.append((money.plain(tier.price), end - start))
        start = end
    if shape.cap is not None and amount > shape.cap:
        amount = shape.cap
        factors.append(("cap", shape.cap))
    return amount, tuple(factors)


def _surcharge(line, entry, base):
    shape = line.shape
    if entry.applies is None:
        raise KernelError("tariff.no_say", line=line.name)
    if not entry.applies:
        return Charge(line.name, Decimal("0.00"))
    percent, reason = shape.low, ""
    if shape.low != shape.high:
        percent, reason = _chosen(line, entry)
    elif entry.chosen is not None:
        raise KernelError("tariff.not_a_choice", line=line.name)
    factors = (("percent", percent), ("base", base))
    return Charge(line.name, _bounded((base * percent).scaleb(-2), line.name), factors, reason)


def _by_reference(line, entry):
    if entry.chosen is None or not entry.reason.strip():
        raise KernelError("tariff.by_reference", line=line.name, document=line.shape.document)
    amount = money.exact(entry.chosen, line.name, money.AMOUNT, money.MOST)
    return Charge(line.name, money.to_cents(amount), (), entry.reason.strip())


def _bounded(amount, name):
    """The one rounding of a line; what no bill reaches is refused."""
    if amount >= money.MOST:
        raise KernelError("money.too_large", name=name, limit=f"{money.MOST:f}")
    return money.to_cents(amount)
