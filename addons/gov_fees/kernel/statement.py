"""Files of banks and of finance (银行、财政对账文件): what one row of them says.

Every bank has its own columns, so a :class:`Layout` names them; nothing is guessed.  Amounts are
signed here: what went back to a payer is negative.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ...gov_approval.kernel.errors import KernelError, _lt
from . import money

#: What a row says; the first three have to be there.
KEYS = ("code", "amount", "day", "reference", "direction")
REQUIRED = KEYS[:3]
#: Rows of one file: a busy day of a province, and no more memory than a worker has.
MAX_ROWS = 200_000
MAX_WORDS = 100

CODES = {
    "statement.no_column": _lt("Name the column of “%(key)s” as the file's header prints it."),
    "statement.same_column": _lt("The column “%(column)s” is named twice. Name each column once."),
    "statement.code": _lt(
        "“%(found)s” is no payment code: it has letters, digits, . _ - and at most 64 characters."
        " Correct the row, or the column of the payment code."
    ),
    "statement.day": _lt(
        "“%(found)s” is no day. Write it like 2026-11-24, 20261124, 2026/11/24 or 2026年11月24日."
    ),
    "statement.zero": _lt("The amount is zero, so no money moved. Correct or remove the row."),
    "statement.sign": _lt(
        "The row is marked as a refund and its amount is negative too. Say it by one of them."
    ),
    "statement.twice": _lt(
        "The reference %(reference)s stands in row %(row)s already and is not counted twice."
    ),
    "statement.reference": _lt("The reference is longer than %(limit)s characters. Shorten it."),
}

_CODE = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Layout:
    """How a bank or finance writes its file.

    ``columns``: key of :data:`KEYS` -> names in the header.  ``is_in_cents``: amounts are whole
    cents (分).  ``refund_words``: what the column of the direction says of money that went back.
    """

    columns: Mapping[str, tuple[str, ...]]
    is_in_cents: bool = False
    refund_words: tuple[str, ...] = field(default=())

    def __post_init__(self):
        seen = set()
        for key in REQUIRED:
            if not self.columns.get(key):
                raise KernelError("statement.no_column", key=key)
        for names in self.columns.values():
            for name in names:
                if name.casefold() in seen:
                    raise KernelError("statement.same_column", column=name)
                seen.add(name.casefold())


@dataclass(frozen=True)
class Line:
    """Money that moved according to the file: ``amount`` in yuan, negative for a refund."""

    code: str
    amount: Decimal
    day: date
    reference: str = ""


def read(cells: Mapping[str, str], layout: Layout) -> Line:
    """One row of the file.

    :raises KernelError: ``statement.…`` or ``money.…``, naming what is wrong
    """
    code = cells.get("code", "").strip().lstrip("'")
    if not _CODE.fullmatch(code):
        raise KernelError("statement.code", found=code[:40])
    reference = cells.get("reference", "").strip()
    if len(reference) > MAX_WORDS:
        raise KernelError("statement.reference", limit=MAX_WORDS)
    amount = _read_amount(cells.get("amount", ""), layout)
    if cells.get("direction", "").strip() in layout.refund_words:
        if amount < 0:
            raise KernelError("statement.sign")
        amount = -amount
    return Line(code, amount, _read_day(cells.get("day", "")), reference)


def _read_amount(text, layout):
    text = text.strip().removeprefix("￥").removeprefix("¥").strip()
    sign = -1 if text.startswith("-") else 1
    text = text.removeprefix("-")
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    places = 0 if layout.is_in_cents else money.AMOUNT
    amount = money.exact(text, "amount", places, money.MOST)
    if not amount:
        raise KernelError("statement.zero")
    return sign * (amount.scaleb(-2) if layout.is_in_cents else amount.quantize(money.CENT))


def _read_day(text):
    text = text.strip()
    found = _DAY.fullmatch(text)
    numbers = [int(number) for number in found.groups() if number] if found else []
    try:
        return date(*numbers)
    except (TypeError, ValueError):
        raise KernelError("statement.day", found=text[:40]) from None


def check_first(line: Line, row: int, seen: dict) -> None:
    """A reference stands once in a file; two rows of it would count one movement twice.

    :raises KernelError: ``statement.twice`` with the row where it stood first
    """
    if line.reference:
        first = seen.setdefault(line.reference, row)
        if first != row:
            raise KernelError("statement.twice", reference=line.reference, row=first)
