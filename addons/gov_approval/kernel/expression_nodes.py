"""What an expression is made of: typed nodes, the reading of answers, and the functions.

Part of ``expression.py``, which parses texts into these nodes.  Every node is a closure over
values, so evaluating one can do nothing but calculate.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from .errors import KernelError

MAX_DIGITS = 15
MAX_LITERAL_DECIMALS = 6

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,20}(?:\.\d{1,10})?", re.ASCII)
_DIVISION = Context(prec=28)


@dataclass(frozen=True)
class Scope:
    """What an expression may see: the answers by field code, and the day."""

    values: Mapping[str, Any]
    today: date


@dataclass(frozen=True)
class Node:
    """A typed piece of an expression: ``run(scope)`` gives its value, None when unset."""

    kind: str
    position: int
    run: Callable[[Scope], Any]
    name: str = ""
    literal: Any = None


def wrong_type(node: Node, expected: str) -> KernelError:
    return KernelError(
        "expression.type", position=node.position, found=node.kind, expected=expected
    )


def demand(node: Node, kind: str) -> Node:
    if node.kind != kind:
        raise wrong_type(node, kind)
    return node


def demand_set(node: Node) -> Callable[[Scope], Any]:
    """The value of ``node``, raising where a field is unset: nothing is calculated from nothing."""
    get, name = node.run, node.name
    if not name:
        return get

    def run(scope):
        value = get(scope)
        if value is None:
            raise KernelError("expression.unset", name=name)
        return value

    return run


def number(node: Node) -> Callable[[Scope], Fraction]:
    return demand_set(demand(node, "number"))


def literal_number(text: str, position: int) -> Fraction:
    decimals = len(text.partition(".")[2])
    if len(text.replace(".", "")) > MAX_DIGITS or decimals > MAX_LITERAL_DECIMALS:
        raise KernelError("expression.number", position=position)
    return Fraction(text)


def to_decimal(value: Fraction) -> Decimal:
    return _DIVISION.divide(Decimal(value.numerator), Decimal(value.denominator))


def iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def _read_number(raw) -> Fraction | None:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        return None
    if isinstance(raw, Decimal):
        if not raw.is_finite() or abs(raw.as_tuple().exponent) > 20 or raw.adjusted() > 20:
            return None
        raw = format(raw, "f")
    if isinstance(raw, int) and abs(raw) >= 10**20:
        return None
    return Fraction(raw) if _DECIMAL.fullmatch(str(raw)) else None


def _read_date(raw) -> date | None:
    if type(raw) is date:
        return raw
    return iso_date(raw) if isinstance(raw, str) else None


def _read_text(raw) -> str | None:
    return raw if isinstance(raw, str) else None


def _read_bool(raw) -> bool | None:
    return raw if isinstance(raw, bool) else None


def _read_list(raw) -> list | tuple | None:
    return raw if isinstance(raw, list | tuple) else None


_READ = {
    "number": _read_number,
    "date": _read_date,
    "text": _read_text,
    "choice": _read_text,
    "bool": _read_bool,
    "choices": _read_list,
    "table": _read_list,
}
KINDS = frozenset(_READ)


def is_unset(raw) -> bool:
    return raw is None or (isinstance(raw, str | list | tuple) and not raw)


def reader(name: str, kind: str) -> Callable[[Scope], Any]:
    read = _READ[kind]

    def run(scope):
        raw = scope.values.get(name)
        if is_unset(raw):
            return None
        value = read(raw)
        if value is None:
            raise KernelError("expression.value", name=name)
        return value

    return run


# Functions: (name, number of arguments) -> builder of (kind, run)


def _call_is_set(wrong: KernelError, field: Node):
    if not field.name:
        raise wrong
    name = field.name
    return "bool", lambda scope: not is_unset(scope.values.get(name))


def _call_count(wrong: KernelError, field: Node):
    if field.kind not in ("choices", "table"):
        raise wrong
    get = field.run
    return "number", lambda scope: Fraction(len(get(scope) or ()))


def _call_today(_wrong: KernelError):
    return "date", lambda scope: scope.today


def _call_days_between(wrong: KernelError, earlier: Node, later: Node):
    start, end = _day(wrong, earlier), _day(wrong, later)
    return "number", lambda scope: Fraction(-(start(scope) - end(scope)).days)


def _day(wrong: KernelError, node: Node) -> Callable[[Scope], date]:
    day = iso_date(node.literal) if isinstance(node.literal, str) else None
    if day:
        return lambda _scope: day
    if node.kind != "date":
        raise wrong
    return demand_set(node)


CALLS = {
    ("is_set", 1): _call_is_set,
    ("count", 1): _call_count,
    ("today", 0): _call_today,
    ("days_between", 2): _call_days_between,
}
