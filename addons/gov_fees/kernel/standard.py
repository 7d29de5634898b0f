"""Printed standards of fees (收费标准) read into rows of a rate, or what a person has to settle.

``每日每平方米0.30元`` says its price and its units; ``20-30元/平方米`` is a range; ``详见…号`` says
where the rate stands.  The words are compared with the amounts and the unit that the list gives
beside them.  What is not said or does not agree is asked, never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ...gov_approval.kernel.errors import KernelError, _lt
from . import money, rate_rows

CODES = {
    "standard.missing": _lt(
        "The list prints no standard. Find it in the documents of the basis and enter the rate."
    ),
    "standard.unreadable": _lt(
        "The standard “%(text)s” is not understood. Enter the rate by hand, as it is printed."
    ),
    "standard.several": _lt(
        "The standard “%(text)s” says several things. Enter a line of the rate for each."
    ),
    "standard.amount_differs": _lt(
        "The standard says %(printed)s, the columns of amounts say %(found)s. Find out which is"
        " right and enter the rate."
    ),
    "standard.unit_differs": _lt(
        "The standard counts %(printed)s, the column of units says %(found)s. Find out which is"
        " right and enter the rate."
    ),
    "standard.odd_amount": _lt(
        "“%(column)s” says “%(found)s”, which is no amount. Correct it and enter the rate."
    ),
    "standard.remark": _lt(
        "“%(text)s” stands beside the rate and is not calculated. See whether it changes the rate."
    ),
    "standard.sum": _lt(
        "“%(text)s” agrees with the rate and was taken as its sum, not as another rate."
    ),
    "standard.surcharge": _lt(
        "The note says “%(text)s”; it was entered as a surcharge. Check when it applies."
    ),
}

_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_MONEY = r"(万元|元|角|分)"
_WORTH = {"万元": Decimal(10000), "元": Decimal(1), "角": Decimal("0.1"), "分": Decimal("0.01")}
_FIGURES = "0123456789"
_TO = r"(?:-|—|–|~|～|至|到)"
_UNIT = (
    r"([^0-9每元角分,;。()%不最≤约首起]{1,12}(?:[·×*][^0-9每元角分,;。()%不最≤约首起]{1,12}){0,3})"
)
_EACH = r"((?:每[^0-9每元角分,;。()%不最≤约首起]{1,12}){1,4})"
_MOST = r"(?:不超过|不高于|最高(?:不超过)?|≤)"
#: Each form of a price with its unit before it (每…) or behind it (元/…).
_PRICES = (
    ("per_unit", re.compile(f"{_EACH}{_NUMBER}{_MONEY}")),
    ("per_unit", re.compile(f"{_NUMBER}{_MONEY}/{_UNIT}")),
    ("range", re.compile(f"{_EACH}{_NUMBER}{_TO}{_NUMBER}{_MONEY}")),
    ("range", re.compile(f"{_NUMBER}{_TO}{_NUMBER}{_MONEY}/{_UNIT}")),
    ("ceiling", re.compile(f"{_EACH}{_MOST}{_NUMBER}{_MONEY}")),
    ("ceiling", re.compile(f"{_MOST}{_NUMBER}{_MONEY}/{_UNIT}")),
)
_PERCENT = re.compile(
    rf"(?:按(?:照)?)?([^0-9,;。()%]{{2,40}}?)的?{_NUMBER}(%|‰)(?:收取|征收|计征)?"
)
_REFERENCE = re.compile(r"(?:详见|参见|见|按照?|依照)(.*〔[0-9]{4}〕.*号.*?)(?:执行|规定)*")
_REMARK = re.compile(r"\(([^()]*)\)")
_SUM = re.compile(f"([一二两三四五六七八九十])([^0-9]{{1,4}}?)共计{_NUMBER}{_MONEY}")
_DIGITS = {word: n for n, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_SURCHARGE = re.compile(rf"([^,;。]{{0,40}}?)上浮{_NUMBER}%?(?:{_TO}{_NUMBER})?%")
_PLAIN = str.maketrans("（）％，；：／．０１２３４５６７８９", "()%,;:/.0123456789")
MAX_TEXT = 500


@dataclass(frozen=True)
class Reading:
    """``rows`` of a rate (``rate_rows``), empty where a person has to enter it; ``questions`` say
    what stands in the way, ``remarks`` what somebody has to look at."""

    rows: tuple[Mapping, ...] = ()
    questions: tuple[KernelError, ...] = ()
    remarks: tuple[KernelError, ...] = ()


def read(standard: str, low: str = "", high: str = "", unit: str = "", name: str = "") -> Reading:
    """The rate that a list prints.

    :param low: least amount beside the words, with ``high`` the greatest: equal when fixed
    :param name: of the line
    """
    text = " ".join((standard or "").split())
    try:
        if not text:
            raise KernelError("standard.missing")
        if len(text) > MAX_TEXT:
            raise KernelError("standard.unreadable", text=text[:80])
        row, remarks = _read_words(text, name)
        _compare_amounts(row, low, high)
        _compare_units(row, unit)
        rate_rows.to_rate([row])
    except KernelError as error:
        return Reading(questions=(error,))
    return Reading((row,), (), remarks)


def read_surcharge(note: str) -> tuple[Mapping | None, tuple[KernelError, ...]]:
    """A surcharge that a note prints (占用基本农田上浮50—100%), as a row with what to check."""
    text = (note or "")[:MAX_TEXT].translate(_PLAIN)
    found = _SURCHARGE.search(text)
    if not found or len(_SURCHARGE.findall(text)) > 1:
        return None, ()
    name = found[1].strip() or "上浮"
    row = {"name": name, "shape": "surcharge", "amount": Decimal(found[2])}
    if found[3]:
        row["amount_max"] = Decimal(found[3])
    return row, (KernelError("standard.surcharge", text=found[0]),)


# ----------------------------------------------------------------------- words


def _read_words(text, name):
    plain = text.translate(_PLAIN).replace(" ", "")
    if found := _REFERENCE.fullmatch(plain):
        row = {"name": name, "shape": "reference", "document": found[1]}
        return row, ()
    remarks = [KernelError("standard.remark", text=part) for part in _REMARK.findall(plain)]
    clauses = [part for part in re.split("[,;。]", _REMARK.sub("", plain)) if part]
    if not clauses:
        raise KernelError("standard.unreadable", text=text[:80])
    row = _clause(clauses[0], name)
    if row is None:
        raise KernelError("standard.unreadable", text=text[:80])
    for clause in clauses[1:]:
        if not _is_sum(clause, row):
            raise KernelError("standard.several", text=text[:80])
        row["sum"] = _SUM.fullmatch(clause)[3]
        remarks.append(KernelError("standard.sum", text=clause))
    return row, tuple(remarks)


def _clause(clause, name):
    for shape, pattern in _PRICES:
        found = pattern.fullmatch(clause)
        if found:
            return {"name": name, "shape": shape} | _price(shape, found.groups())
    found = _PERCENT.fullmatch(clause)
    if found:
        percent = Decimal(found[2]) * (1 if found[3] == "%" else Decimal("0.1"))
        return {"name": name, "shape": "percent", "amount": percent, "unit": found[1]}
    return None


def _price(shape, groups):
    """Numbers in yuan and the unit, wherever the clause has them."""
    worth = next(_WORTH[part] for part in groups if part in _WORTH)
    numbers = [Decimal(part) * worth for part in groups if part[0] in _FIGURES]
    words = next(part for part in groups if part[0] not in _FIGURES and part not in _WORTH)
    unit = "·".join(words.removeprefix("每").split("每"))
    keys = {"per_unit": ("amount",), "range": ("amount", "amount_max"), "ceiling": ("amount_max",)}
    return dict(zip(keys[shape], numbers, strict=True)) | {"unit": unit}


def _is_sum(clause, row):
    """``三项共计12元``: so many of one of the units, at this price, come to this."""
    found = _SUM.fullmatch(clause)
    if not found or row["shape"] != "per_unit" or found[2] not in rate_rows.units(row["unit"]):
        return False
    return _DIGITS[found[1]] * row["amount"] == Decimal(found[3]) * _WORTH[found[4]]


# ------------------------------------------------------- what the list says beside


def _compare_amounts(row, low, high):
    """The columns of amounts repeat the words, or say nothing."""
    total = row.pop("sum", None)
    given = (_amount("amount_min", low), _amount("amount_max", high))
    if given == (None, None):
        return
    shape, least, most = row["shape"], row.get("amount"), row.get("amount_max")
    told = {
        "per_unit": (least, Decimal(total) if total and low != high else least),
        "range": (least, most),
        "ceiling": (None, most),
    }.get(shape, (None, None))
    if given != told:
        raise KernelError(
            "standard.amount_differs",
            printed=_show(told) if shape in ("per_unit", "range", "ceiling") else shape,
            found=_show(given),
        )


def _amount(column, text):
    text = (text or "").strip()
    if not text:
        return None
    try:
        return money.exact(text, column, money.RATE)
    except KernelError:
        raise KernelError("standard.odd_amount", column=column, found=text[:40]) from None


def _show(amounts):
    return " – ".join("" if value is None else money.plain(value) for value in amounts)


def _compare_units(row, unit):
    """The column of units names the same units, in any order; ``%`` is that of a percentage."""
    unit = (unit or "").strip()
    if not unit or (row["shape"] == "percent" and unit in ("%", "‰")):
        return
    told = rate_rows.units(row.get("unit"))
    found = rate_rows.units(unit.removeprefix("元/"))
    # 日 and 天 are the same; nothing else is taken for the same.
    if {part.replace("天", "日") for part in told} != {part.replace("天", "日") for part in found}:
        raise KernelError("standard.unit_differs", printed="·".join(told) or "–", found=unit[:60])
    row["unit"] = "·".join(found)  # in the order of the list
