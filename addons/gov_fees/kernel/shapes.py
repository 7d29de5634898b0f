"""Shapes of rates (收费标准的形态, ``domain.md`` 8.2): what one line of a rate can be."""

from dataclasses import dataclass
from decimal import Decimal

from ...gov_approval.kernel.errors import KernelError, _lt
from . import money

MAX_UNITS = 4

CODES = {
    "tariff.no_unit": _lt("The line “%(line)s” says no unit. Enter what is counted."),
    "tariff.odd_units": _lt(
        "The line “%(line)s” counts a unit twice or more than %(limit)s units. Correct them."
    ),
    "tariff.reversed": _lt(
        "The line “%(line)s” ends at %(high)s, below its beginning at %(low)s. Correct them."
    ),
    "tariff.nothing": _lt("The line “%(line)s” charges nothing at all. Enter its rate."),
    "tariff.tiers": _lt(
        "The tiers of “%(line)s” have to rise, and only the last may have no end. Correct them."
    ),
    "tariff.no_document": _lt(
        "The line “%(line)s” refers to no document. Name the one that has the rate."
    ),
}


@dataclass(frozen=True)
class Fixed:
    """So much for the case (按件定额), however much is asked for."""

    amount: Decimal

    def __post_init__(self):
        _numbers(self, amount=money.AMOUNT)

    units = ()


@dataclass(frozen=True)
class PerUnit:
    """A price for each unit (按计费单位); several units multiply: area × days."""

    price: Decimal
    units: tuple[str, ...]

    def __post_init__(self):
        _numbers(self, price=money.RATE)
        _units(self.units)


@dataclass(frozen=True)
class Range:
    """A price that the organ sets between two bounds (幅度标准)."""

    low: Decimal
    high: Decimal
    units: tuple[str, ...] = ()

    def __post_init__(self):
        _numbers(self, low=money.RATE, high=money.RATE)
        _rising(self.low, self.high)
        _units(self.units, may_lack=True)


@dataclass(frozen=True)
class Ceiling:
    """At most so much (上限标准); the organ sets the price."""

    high: Decimal
    units: tuple[str, ...] = ()

    def __post_init__(self):
        _numbers(self, high=money.RATE)
        _units(self.units, may_lack=True)

    low = Decimal(0)


@dataclass(frozen=True)
class Percent:
    """A part of a base (按比例), such as 20 % of the price of the land."""

    percent: Decimal
    base: str

    def __post_init__(self):
        _numbers(self, percent=money.RATE)
        _units((self.base,))

    @property
    def units(self):
        return (self.base,)


@dataclass(frozen=True)
class Tier:
    """What lies above the tier before and up to ``up_to`` (None: without end)."""

    up_to: Decimal | None
    price: Decimal

    def __post_init__(self):
        object.__setattr__(self, "price", money.exact(self.price, "price", money.RATE))
        if self.up_to is not None:
            _numbers(self, up_to=money.QUANTITY)


@dataclass(frozen=True)
class Tiered:
    """Prices by tiers (分档累进), with a limit of money or without.

    What lies above a last tier with an end is charged nothing: 36 m³ a month and no more.
    """

    tiers: tuple[Tier, ...]
    unit: str
    cap: Decimal | None = None

    def __post_init__(self):
        _units((self.unit,))
        if self.cap is not None:
            _numbers(self, cap=money.AMOUNT)
        ends = [tier.up_to for tier in self.tiers]
        bounded = ends[:-1] if ends and ends[-1] is None else ends
        rising = [Decimal(0), *[end for end in bounded if end is not None]]
        if not ends or None in bounded or rising != sorted(set(rising)):
            raise KernelError("tariff.tiers", line="")
        if not any(tier.price for tier in self.tiers):
            raise KernelError("tariff.nothing", line="")

    @property
    def units(self):
        return (self.unit,)


@dataclass(frozen=True)
class FirstFree:
    """So many free, each further one at a price (首份免费)."""

    free: Decimal
    price: Decimal
    unit: str

    def __post_init__(self):
        _numbers(self, price=money.RATE)
        object.__setattr__(self, "free", money.exact(self.free, "free", money.QUANTITY))
        _units((self.unit,))

    @property
    def units(self):
        return (self.unit,)


@dataclass(frozen=True)
class Surcharge:
    """Percents on the lines before it (上浮), where its case applies; a range is chosen within.

    Surcharges are not charged on each other.
    """

    low: Decimal
    high: Decimal

    def __post_init__(self):
        _numbers(self, low=money.RATE, high=money.RATE)
        _rising(self.low, self.high)

    units = ()


@dataclass(frozen=True)
class ByReference:
    """Words only (详见…号): a person enters the amount and where it stands."""

    document: str

    def __post_init__(self):
        if not self.document.strip():
            raise KernelError("tariff.no_document", line="")

    units = ()


CHOSEN = (Range, Ceiling)
#: What no form can answer: the organ chooses, says or looks up.
NEEDS_PERSON = (*CHOSEN, Surcharge, ByReference)
SHAPES = (Fixed, PerUnit, Range, Ceiling, Percent, Tiered, FirstFree, Surcharge, ByReference)


def _numbers(shape, **places):
    """Exact numbers in place of what was given; the last of them may not be zero."""
    for name, digits in places.items():
        number = money.exact(getattr(shape, name), name, digits)
        object.__setattr__(shape, name, number)
    if not number:
        raise KernelError("tariff.nothing", line="")


def _units(units, may_lack=False):
    named = all(isinstance(unit, str) and unit.strip() for unit in units)
    if not named or not (units or may_lack):
        raise KernelError("tariff.no_unit", line="")
    if len(set(units)) != len(units) or len(units) > MAX_UNITS:
        raise KernelError("tariff.odd_units", line="", limit=MAX_UNITS)


def _rising(low, high):
    if high < low:
        raise KernelError("tariff.reversed", line="", low=money.plain(low), high=money.plain(high))
