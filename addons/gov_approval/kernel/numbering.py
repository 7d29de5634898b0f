"""Numbers that the centre gives (办件编号, 文号) and numbers it reads (实施编码).

A number once given is never given again; who counts the serials is the model, not this file.
"""

import re
from dataclasses import dataclass
from datetime import date

from . import identity
from .errors import KernelError, _lt

CODES = {
    "numbering.division": _lt(
        "The division code must be 6 digits (GB/T 2260); correct it in the settings of the centre."
    ),
    "numbering.serial": _lt(
        "The serial number must be a whole number from 1 to %(maximum)s, not %(serial)s; ask the "
        "administrator to look at the counter."
    ),
    "numbering.year": _lt(
        "The year of a document number has four digits, not %(year)s; correct the date."
    ),
    "numbering.placeholder": _lt(
        "%(text)s at character %(position)s is no placeholder; use {organ}, {kind}, {year}, "
        "{serial} or, with leading zeros, {serial:05d}."
    ),
    "numbering.no_serial": _lt(
        "The pattern has no {serial}, so two documents would have one number; add it."
    ),
    "numbering.pattern_length": _lt(
        "The pattern has %(length)s characters; shorten it to %(maximum)s."
    ),
    "numbering.base_code": _lt(
        "A base code has 12 digits or capital letters; compare it with the published directory."
    ),
    "numbering.implementation_code": _lt(
        "An implementation code has 31 characters, with the handling item 33; this one has "
        "%(length)s."
    ),
    "numbering.implementation_characters": _lt(
        "An implementation code consists of digits and capital letters; character %(position)s "
        "is neither."
    ),
    "numbering.secret_bytes": _lt("A secret needs at least %(minimum)s random bytes."),
    "numbering.warn_credit_code": _lt(
        "The first 18 characters are no valid unified social credit code."
    ),
    "numbering.warn_level_unknown": _lt("The exercise level (character 19) is none of 1 to 6."),
    "numbering.warn_level": _lt("The exercise level in the code differs from that of the item."),
    "numbering.warn_base_code": _lt(
        "The base code in the code (characters 20 to 31) differs from that of the item."
    ),
    "numbering.warn_handling": _lt("The two characters of the handling item are no digits."),
}

MAX_CASE_SERIAL = 999_999
MAX_DOCUMENT_SERIAL = 99_999_999
MAX_PATTERN = 100

# No I, L, O, 0, 1: what is read from paper over the telephone must not be guessed.
_SECRET_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_MIN_SECRET_BYTES = 8
_BRACKETS = str.maketrans("〔【(〕】)", "[[[]]]")
_PLACEHOLDER = re.compile(r"\{(organ|kind|year|serial)\}|\{serial:0([1-8])d\}")


def case_number(division: str, day: date, serial: int) -> str:
    """办件编号: division 6 + date of receipt 8 + serial of the day 6, given at receipt.

    :raises KernelError: ``numbering.division``, ``numbering.serial``
    """
    if not re.fullmatch("[0-9]{6}", division or ""):
        raise KernelError("numbering.division")
    _require_serial(serial, MAX_CASE_SERIAL)
    return f"{division}{day.year:04}{day.month:02}{day.day:02}{serial:06}"


def check_pattern(pattern: str) -> None:
    """Refuse a pattern of a document number that holds anything but the closed placeholders.

    :raises KernelError: ``numbering.placeholder``, ``numbering.no_serial``,
        ``numbering.pattern_length``
    """
    if len(pattern) > MAX_PATTERN:
        raise KernelError("numbering.pattern_length", length=len(pattern), maximum=MAX_PATTERN)
    blanked = _PLACEHOLDER.sub(lambda found: " " * len(found[0]), pattern)
    brace = re.search(r"[{}][^{}]*\}?", blanked)
    if brace:
        raise KernelError("numbering.placeholder", text=brace[0], position=brace.start() + 1)
    if not re.search(r"\{serial[}:]", pattern):
        raise KernelError("numbering.no_serial")


def document_number(pattern: str, *, organ: str, kind: str, year: int, serial: int) -> str:
    """文号, e.g. ``{organ}{kind}字〔{year}〕第{serial:05d}号`` → 翠审准字〔2026〕第00017号.

    The pattern is never a format string: only the placeholders are replaced, in one pass, so
    neither the pattern nor a value can reach an attribute or another placeholder.

    :raises KernelError: those of :func:`check_pattern`, ``numbering.year``, ``numbering.serial``
    """
    check_pattern(pattern)
    _require_serial(serial, MAX_DOCUMENT_SERIAL)
    if not isinstance(year, int) or not 1000 <= year <= 9999:
        raise KernelError("numbering.year", year=year)
    values = {"organ": organ, "kind": kind, "year": str(year), "serial": str(serial)}

    def replace(found):
        if found[2]:
            return values["serial"].zfill(int(found[2]))
        return values[found[1]]

    return _PLACEHOLDER.sub(replace, pattern)


def certificate_key(text: str) -> str:
    """The number of a certificate as it is compared: however somebody typed width, blanks,
    capitals and the brackets around the year, one number has one key."""
    return identity.normalise(text).translate(_BRACKETS)


def _require_serial(serial, maximum):
    whole = isinstance(serial, int) and not isinstance(serial, bool)
    if not whole or not 1 <= serial <= maximum:
        raise KernelError("numbering.serial", serial=serial, maximum=maximum)


@dataclass(frozen=True)
class ItemCode:
    """实施编码 31 or 业务办理项编码 33, taken apart (GB/T 39554.1-2020).

    ``handling`` is empty for 31 characters.  ``warnings`` are keys of :data:`CODES`: published
    codes break the rules, so they are shown and not refused.
    """

    credit_code: str
    level: str
    base_code: str
    handling: str
    warnings: tuple[str, ...] = ()


def check_base_code(text: str) -> str:
    """基本编码, 12 characters, in its stored form; letters occur (``00016421300Y``).

    :raises KernelError: ``numbering.base_code``
    """
    value = identity.normalise(text)
    if not re.fullmatch("[0-9A-Z]{12}", value):
        raise KernelError("numbering.base_code")
    return value


def parse_implementation_code(text: str, *, level: str | None = None,
                              base_code: str | None = None) -> ItemCode:
    """Take an implementation code apart: 18 credit code + 1 level + 12 base code (+ 2 handling).

    :param level: exercise level of the item, to compare with where it is known
    :param base_code: base code of the item, likewise
    :raises KernelError: ``numbering.implementation_code`` (length: the codes of 2016 with 10 and
        24 characters are local codes here), ``numbering.implementation_characters``
    """
    value = identity.normalise(text)
    if len(value) not in (31, 33):
        raise KernelError("numbering.implementation_code", length=len(value))
    odd = re.search("[^0-9A-Z]", value)
    if odd:
        raise KernelError("numbering.implementation_characters", position=odd.start() + 1)
    code = ItemCode(value[:18], value[18], value[19:31], value[31:])
    return ItemCode(code.credit_code, code.level, code.base_code, code.handling,
                    tuple(_warnings(code, level, base_code)))


def _warnings(code, level, base_code):
    try:
        identity.check_credit_code(code.credit_code)
    except KernelError:
        yield "numbering.warn_credit_code"
    if code.level not in "123456":
        yield "numbering.warn_level_unknown"
    if level and level != code.level:
        yield "numbering.warn_level"
    if base_code and identity.normalise(base_code) != code.base_code:
        yield "numbering.warn_base_code"
    if code.handling and not code.handling.isdecimal():
        yield "numbering.warn_handling"


def secret(random_bytes: bytes) -> str:
    """A code a person can read out, without characters that look alike.

    About 5 bits a character: 10 random bytes give 14 characters, 8 (the least) give 11.  One byte
    of the randomness is spent on making all characters equally likely.

    :raises KernelError: ``numbering.secret_bytes``
    """
    if len(random_bytes) < _MIN_SECRET_BYTES:
        raise KernelError("numbering.secret_bytes", minimum=_MIN_SECRET_BYTES)
    number = int.from_bytes(random_bytes, "big")
    characters = []
    for _ in range((len(random_bytes) - 1) * 8 // 5):
        number, index = divmod(number, len(_SECRET_CHARACTERS))
        characters.append(_SECRET_CHARACTERS[index])
    return "".join(characters)
