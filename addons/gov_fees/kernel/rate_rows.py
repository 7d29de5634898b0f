"""Rates as rows (收费标准明细): one row a line of the rate, rows of tiers of one name together.

The rows are what people enter, what an import reads and what is stored; :func:`to_rate` is the
only way from them to a rate that can be computed.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from ...gov_approval.kernel.errors import KernelError, _lt
from . import money, shapes, tariff

#: shape -> fields that it has beside the name; what another shape has is refused, not ignored.
FIELDS = {
    "fixed": ("amount",),
    "per_unit": ("amount", "unit"),
    "range": ("amount", "amount_max", "unit"),
    "ceiling": ("amount_max", "unit"),
    "percent": ("amount", "unit"),
    "tier": ("amount", "up_to", "unit", "cap"),
    "first_free": ("free", "amount", "unit"),
    "surcharge": ("amount", "amount_max"),
    "reference": ("document",),
}
NUMBERS = ("amount", "amount_max", "up_to", "free", "cap")
TEXTS = ("unit", "document")
_PARTS = re.compile(r"[·×*/、]")

CODES = {
    "rate_rows.no_name": _lt("A line of the rate has no name. Name what it charges."),
    "rate_rows.unexpected": _lt(
        "“%(field)s” of the line “%(line)s” does not belong to its shape. Empty it, or choose"
        " another shape."
    ),
    "rate_rows.cap": _lt("The tiers of “%(line)s” have several limits of money. Keep one."),
    "rate_rows.tier_units": _lt("The tiers of “%(line)s” count different units. Use one."),
}


def units(text: str) -> tuple[str, ...]:
    """``平方米·日`` as its units; they multiply."""
    return tuple(part.strip() for part in _PARTS.split(text or "") if part.strip())


def to_rate(rows: Iterable[Mapping]) -> tariff.Rate:
    """The rate that the rows describe.

    :param rows: mappings with ``name``, ``shape``, :data:`NUMBERS` (exact; empty or zero where
        nothing is entered) and :data:`TEXTS`
    :raises KernelError: with the name of the line that is wrong
    """
    lines = []
    rows = list(rows)
    for row in rows:
        _check(row)
    for (name, shape), group in groupby(rows, key=lambda row: (row["name"].strip(), row["shape"])):
        parts = list(group)
        try:
            if shape == "tier":
                lines.append(tariff.Line(name, _tiered(parts, name)))
            else:
                lines += [tariff.Line(name, _SHAPES[shape](row)) for row in parts]
        except KernelError as error:
            raise _with_line(error, name) from None
    return tariff.Rate(tuple(lines))


def _check(row):
    name, shape = (row.get("name") or "").strip(), row.get("shape")
    if not name:
        raise KernelError("rate_rows.no_name")
    if shape not in FIELDS:
        raise KernelError("tariff.not_a_rate", line=name)
    for field in (*NUMBERS, *TEXTS):
        if row.get(field) and field not in FIELDS[shape]:
            raise KernelError("rate_rows.unexpected", field=field, line=name)


def _with_line(error, name):
    params = dict(error.params)
    if params.get("line") == "":
        params["line"] = name
    elif "name" in params:
        params |= {"name": params["name"], "line": name}
    return KernelError(error.code, **params)


def _one_unit(row):
    found = units(row.get("unit"))
    if len(found) > 1:
        raise KernelError("tariff.odd_units", line="", limit=1)
    return found[0] if found else ""


def _tiered(rows, name):
    caps = [row["cap"] for row in rows if row.get("cap")]
    if len(caps) > 1:
        raise KernelError("rate_rows.cap", line=name)
    counted = {_one_unit(row) for row in rows}
    if len(counted) > 1:
        raise KernelError("rate_rows.tier_units", line=name)
    tiers = tuple(shapes.Tier(row.get("up_to") or None, row.get("amount") or 0) for row in rows)
    return shapes.Tiered(tiers, counted.pop(), caps[0] if caps else None)


def _surcharge(row):
    low = row.get("amount") or 0
    return shapes.Surcharge(low, row.get("amount_max") or low)


_SHAPES = {
    "fixed": lambda row: shapes.Fixed(row.get("amount") or 0),
    "per_unit": lambda row: shapes.PerUnit(row.get("amount") or 0, units(row.get("unit"))),
    "range": lambda row: shapes.Range(
        _exact(row, "amount"), row.get("amount_max") or 0, units(row.get("unit"))
    ),
    "ceiling": lambda row: shapes.Ceiling(row.get("amount_max") or 0, units(row.get("unit"))),
    "percent": lambda row: shapes.Percent(row.get("amount") or 0, row.get("unit") or ""),
    "first_free": lambda row: shapes.FirstFree(
        _exact(row, "free"), row.get("amount") or 0, _one_unit(row)
    ),
    "surcharge": _surcharge,
    "reference": lambda row: shapes.ByReference(row.get("document") or ""),
}


def _exact(row, field):
    return money.exact(row.get(field) or 0, field, money.QUANTITY)
