"""The types of form fields (字段类型): one registry, one entry a type.

A type says how an answer is cleaned into its canonical JSON form, which kind it is inside
expressions, and in which typed column the projection keeps it.  A new type is one entry here
(and one in the renderer's registry, ``static/src/form/field_types.js``).

Canonical answers: number and money are decimal text, a date is ISO text, yes/no is a bool, a
choice is an option code, many choices are option codes in option order, all else is text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from . import identity
from .errors import KernelError, _lt

MAX_TEXT = 2000
MAX_LONG_TEXT = 20000
MAX_ADDRESS = 300
MAX_CERTIFICATE = 100
MAX_EMAIL = 254
MAX_ROWS = 500

CODES = {
    "form.not_text": _lt("“%(label)s” needs text. Enter it again."),
    "form.unreadable": _lt("“%(label)s” contains characters that cannot be stored. Type it again."),
    "form.too_long": _lt("“%(label)s” has more than %(limit)s characters. Shorten it."),
    "form.not_number": _lt(
        "“%(label)s” needs a number such as 12.5, with at most 15 digits before and "
        "%(decimals)s after the point. Correct it."
    ),
    "form.too_small": _lt("“%(label)s” must be at least %(limit)s. Correct it."),
    "form.too_great": _lt("“%(label)s” must be at most %(limit)s. Correct it."),
    "form.too_few": _lt("“%(label)s” needs at least %(limit)s entries. Add what is missing."),
    "form.too_many": _lt("“%(label)s” takes at most %(limit)s entries. Remove some."),
    "form.not_date": _lt("“%(label)s” needs a date such as 2026-01-31. Correct it."),
    "form.too_early": _lt("“%(label)s” must not be before %(limit)s. Correct it."),
    "form.too_late": _lt("“%(label)s” must not be after %(limit)s. Correct it."),
    "form.not_yes_no": _lt("“%(label)s” needs yes or no. Choose one."),
    "form.not_option": _lt("“%(label)s” does not offer this choice. Choose one from the list."),
    "form.not_table": _lt("“%(label)s” needs rows. Add a row and fill it in."),
    "form.not_phone": _lt(
        "“%(label)s” needs a mobile number of 11 digits or a landline with area code such as "
        "0510-86861234. Correct it."
    ),
    "form.not_email": _lt(
        "“%(label)s” needs an e-mail address such as name@example.cn. Correct it."
    ),
}

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,20})?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|[48]00\d{7}", re.ASCII)
_EMAIL = re.compile(
    r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+", re.ASCII
)


@dataclass(frozen=True)
class FieldType:
    """``clean(field, raw)`` gives the canonical value or None when nothing was entered, and raises
    KernelError; ``kind`` is the type in expressions; ``column`` the projection's kind ("char",
    "number", "date") or "" when it cannot be indexed; ``limit`` reads the field's min and max."""

    kind: str
    clean: Callable[[Mapping[str, Any], Any], Any]
    column: str = "char"
    limit: Callable[[Any], Any] | None = None
    has_options: bool = False
    has_columns: bool = False


def is_blank(raw) -> bool:
    """Nothing was entered: None, an empty list, or text of blanks only."""
    return raw is None or raw == [] or raw == () or (isinstance(raw, str) and not raw.strip())


def half_width(text: str) -> str:
    """Full-width letters, digits and signs (全角) as their plain counterparts."""
    return text.translate(_FULL_WIDTH)


def _readable(raw, limit: int) -> str:
    if not isinstance(raw, str):
        raise KernelError("form.not_text")
    if len(raw) > 4 * limit:
        raise KernelError("form.too_long", limit=limit)
    if _SURROGATE.search(raw):
        raise KernelError("form.unreadable")
    return _INVISIBLE.sub("", raw)


def _bounded(field, text: str, limit: int) -> str | None:
    limit = min(field.get("max_length") or limit, limit)
    if len(text) > limit:
        raise KernelError("form.too_long", limit=limit)
    return text or None


def _line(limit: int):
    def clean(field, raw):
        return _bounded(field, " ".join(_readable(raw, limit).split()), limit)

    return clean


def _clean_long_text(field, raw):
    lines = _readable(raw, MAX_LONG_TEXT).splitlines()
    return _bounded(field, "\n".join(line.rstrip() for line in lines).strip(), MAX_LONG_TEXT)


def _compact(raw, limit: int = 100) -> str:
    return "".join(half_width(_readable(raw, limit)).split())


def to_decimal(raw, decimals: int = 6) -> Decimal:
    """A decimal number from text, int, Decimal or a JSON float, or KernelError."""
    wrong = KernelError("form.not_number", decimals=decimals)
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise wrong
    if isinstance(raw, int) and abs(raw) >= 10**15:
        raise wrong
    text = _compact(raw) if isinstance(raw, str) else str(raw)
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        raise wrong
    value = Decimal(text)
    if value != round(value, decimals):
        raise wrong
    return value


def _clean_number(field, raw):
    value = to_decimal(raw)
    _between(field, value, to_decimal, "form.too_small", "form.too_great")
    return format(value.normalize() + 0, "f")


def _clean_money(field, raw):
    value = to_decimal(raw, 2)
    if field.get("min") is None and value < 0:
        raise KernelError("form.too_small", limit=0)
    _between(field, value, to_decimal, "form.too_small", "form.too_great")
    return format(value.quantize(Decimal("0.01")) + 0, "f")


def to_date(raw) -> date:
    """A date from ``date``, ISO text, 2026/1/5 or 2026年1月5日, or KernelError."""
    if type(raw) is date:
        return raw
    match = _DATE.fullmatch(_compact(raw)) if isinstance(raw, str) else None
    try:
        return date(*map(int, match.groups())) if match else _not_date()
    except ValueError:
        return _not_date()


def _not_date():
    raise KernelError("form.not_date") from None


def _clean_date(field, raw):
    value = to_date(raw)
    _between(field, value, to_date, "form.too_early", "form.too_late")
    return value.isoformat()


def _between(field, value, read, low_code, high_code):
    low, high = field.get("min"), field.get("max")
    if not is_blank(low) and value < read(low):
        raise KernelError(low_code, limit=str(low))
    if not is_blank(high) and value > read(high):
        raise KernelError(high_code, limit=str(high))


def check_count(field, count: int):
    """``min`` and ``max`` of a list bound its number of entries; blank lists are left out."""
    _between(field, count, to_decimal, "form.too_few", "form.too_many")


def _clean_yes_no(_field, raw):
    if not isinstance(raw, bool):
        raise KernelError("form.not_yes_no")
    return raw


def _option_codes(field) -> list[str]:
    return [option.get("code") for option in field.get("options") or ()]


def _clean_choice(field, raw):
    if not isinstance(raw, str) or raw not in _option_codes(field):
        raise KernelError("form.not_option")
    return raw


def _clean_choices(field, raw):
    codes = _option_codes(field)
    if not isinstance(raw, list | tuple) or len(raw) > MAX_ROWS:
        raise KernelError("form.not_option")
    if not all(isinstance(code, str) and code in codes for code in raw):
        raise KernelError("form.not_option")
    chosen = [code for code in codes if code in raw]
    check_count(field, len(chosen))
    return chosen


def _clean_person_id(_field, raw):
    """居民身份证 (GB 11643), or 外国人永久居留身份证, which begins with 9."""
    text = _compact(raw)
    kind = identity.PERMANENT_RESIDENT if text[:1] == "9" else identity.CITIZEN_ID
    return identity.check(kind, text).value


def _clean_credit_code(_field, raw):
    """Unified social credit code (统一社会信用代码, GB 32100)."""
    return identity.check(identity.USCC, _compact(raw)).value


def _clean_phone(_field, raw):
    text = re.sub("[‐-―−()]", "-", _compact(raw)).strip("-")
    mobile = text.replace("-", "").removeprefix("+86")
    if identity.is_mobile(mobile):
        return mobile
    text = re.sub("-+", "-", text)
    if not _LANDLINE.fullmatch(text):
        raise KernelError("form.not_phone")
    return text


def _clean_email(_field, raw):
    text = _compact(raw, MAX_EMAIL)
    if len(text) > MAX_EMAIL or not _EMAIL.fullmatch(text):
        raise KernelError("form.not_email")
    name, _at, host = text.rpartition("@")
    return f"{name}@{host.lower()}"


def _clean_table(_field, raw):
    raise KernelError("form.not_table")


TYPES: dict[str, FieldType] = {
    "text": FieldType("text", _line(MAX_TEXT)),
    "long_text": FieldType("text", _clean_long_text, column=""),
    "number": FieldType("number", _clean_number, column="number", limit=to_decimal),
    "money": FieldType("number", _clean_money, column="number", limit=to_decimal),
    "date": FieldType("date", _clean_date, column="date", limit=to_date),
    "yes_no": FieldType("bool", _clean_yes_no),
    "choice": FieldType("choice", _clean_choice, has_options=True),
    "choices": FieldType("choices", _clean_choices, limit=to_decimal, has_options=True),
    "table": FieldType("table", _clean_table, column="", limit=to_decimal, has_columns=True),
    "person_id": FieldType("text", _clean_person_id),
    "credit_code": FieldType("text", _clean_credit_code),
    "phone": FieldType("text", _clean_phone),
    "email": FieldType("text", _clean_email),
    "address": FieldType("text", _line(MAX_ADDRESS)),
    "certificate": FieldType("text", _line(MAX_CERTIFICATE)),
}


def column_value(column: str, value) -> Any:
    """The canonical ``value`` as the projection's typed value: str, Decimal or date."""
    if column == "number":
        return Decimal(value)
    if column == "date":
        return date.fromisoformat(value)
    return ("yes" if value else "no") if isinstance(value, bool) else value
