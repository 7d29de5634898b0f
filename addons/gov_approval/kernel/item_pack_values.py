"""The types of the values of a pack (事项包), and how each is judged."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from .errors import KernelError

TEXT, FLAG, NUMBER, COUNT, WORDS, AMOUNT = "text", "flag", "number", "count", "words", "amount"
DAY, JSON = "day", "json"
RECORDS = "records"  # rows of texts, such as what a step does on completion
ON = "on"  # a flag that is true unless the pack says otherwise


def checked(path, value, kind, default):
    """The value as the field stores it.

    :raises KernelError: ``item_pack.wrong_type`` with the path
    """
    if value is None:
        return list(default) if kind == RECORDS else default
    if kind == RECORDS:
        return _records(path, value)
    if kind == AMOUNT:
        return _amount(path, value)
    if kind == DAY:
        return _day(path, value)
    wanted = _PYTHON[kind]
    whole = kind in (NUMBER, COUNT)
    if not isinstance(value, wanted) or (whole and isinstance(value, bool)):
        raise KernelError("item_pack.wrong_type", path=path)
    # Only a count can be “not stated”: a period or a size of -1 would be one that has passed.
    if whole and not (-1 if kind == COUNT else 0) <= value < 2**31:
        raise KernelError("item_pack.wrong_type", path=path)
    if kind == WORDS:
        if not all(isinstance(word, str) and "," not in word for word in value):
            raise KernelError("item_pack.wrong_type", path=path)
        return ",".join(value)
    return value


_PYTHON = {
    TEXT: str, FLAG: bool, ON: bool, NUMBER: int, COUNT: int, WORDS: list, JSON: dict,
}  # fmt: skip


def _day(path, value):
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise KernelError("item_pack.wrong_type", path=path) from error


def _records(path, value):
    if not isinstance(value, list):
        raise KernelError("item_pack.wrong_type", path=path)
    for index, row in enumerate(value):
        if not isinstance(row, Mapping) or not all(isinstance(v, str) for v in row.values()):
            raise KernelError("item_pack.wrong_type", path=f"{path}[{index}]")
    return [dict(row) for row in value]


def _amount(path, value):
    try:
        amount = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount < 10**11:
        raise KernelError("item_pack.wrong_type", path=path)
    return float(amount)
