"""Numbers that identify persons and bodies: check, normalise, mask.

* 统一社会信用代码, GB 32100-2015: 18 characters, check character modulo 31;
* 公民身份号码, GB 11643-1999: 17 digits and a check character modulo 11-2 (ISO 7064), also on
  the residence permits of Hong Kong, Macao and Taiwan residents (81, 82, 83 + 0000);
* 外国人永久居留身份证 of 2023: 18 characters that begin with 9, the same check.

No error carries the number itself: errors end up in logs, numbers of persons must not.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import date

from .errors import KernelError, _lt

USCC, CITIZEN_ID = "uscc", "citizen_id"
PERMANENT_RESIDENT, OTHER = "foreign_permanent_resident", "other"
MALE, FEMALE = "male", "female"

#: Warnings stand here too: they do not refuse, and are shown to the clerk.
CODES = {
    "identity.empty": _lt("The number is empty; enter it as it is printed."),
    "identity.kind": _lt(
        "The kind of identity document %(kind)s is not known; choose one from the list."
    ),
    "identity.length": _lt(
        "The number must have %(expected)s characters and has %(length)s; compare it with the "
        "document."
    ),
    "identity.characters": _lt(
        "Character %(position)s cannot stand in this number; enter it as it is printed."
    ),
    "identity.first_generation": _lt(
        "A number of 15 digits belongs to the first identity cards, which are no longer valid; "
        "enter the 18 characters of the present card."
    ),
    "identity.birth_date": _lt(
        "Characters 7 to 14 are not a date of birth; compare the number with the card."
    ),
    "identity.birth_date_future": _lt(
        "The date of birth in the number lies in the future; compare the number with the card."
    ),
    "identity.citizen_first_digit": _lt(
        "The number of a citizen begins with 1 to 8; for a number that begins with 9 choose the "
        "foreigner's permanent residence card."
    ),
    "identity.first_digit": _lt(
        "The number of a foreigner's permanent residence card begins with 9; for an older card of "
        "15 characters choose another document."
    ),
    "identity.check_character": _lt(
        "The last character does not fit the others, so at least one is wrong; compare the number "
        "with the document."
    ),
    "identity.other": _lt(
        "The number may hold 1 to 50 letters, digits and - / ( ) only; enter it as it is printed."
    ),
    "identity.warn_inner_code": _lt(
        "The organisation code inside (characters 9 to 17) has a wrong check character of its "
        "own; the credit code is valid."
    ),
    "identity.warn_registration": _lt(
        "The first two characters name no registering department and kind of body known here; "
        "compare the certificate."
    ),
    "identity.warn_birth_date": _lt(
        "No date of birth could be read from the number; compare it with the card."
    ),
}

# GB 32100: digits and capitals without I, O, Z, S, V; the value is the position.
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, n, 31) for n in range(17))
# GB 11714: the values are those of base 36.
_ORGANISATION_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_WEIGHTS = tuple(pow(2, 17 - n, 11) for n in range(17))
_CITIZEN_CHECKS = "10X98765432"
# Registering department -> kinds of body, GB 32100 table 1; Y and its kinds are not closed.
_REGISTRATIONS = {
    "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129", "7": "129",
    "8": "19", "9": "123", "A": "19", "N": "1239", "Y": "1",
}

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_CAPITALS = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
# Blanks of every kind, and the invisible marks that copying from web pages and PDF brings along.
_BLANKS = re.compile("[\\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")


@dataclass(frozen=True)
class Identity:
    """An accepted number in its stored form; ``warnings`` are keys of :data:`CODES`."""

    kind: str
    value: str
    warnings: tuple[str, ...] = ()
    birth_date: date | None = None
    sex: str | None = None


def normalise(text: str | None) -> str:
    """Full-width characters to ASCII, no blanks or invisible marks, capitals.

    Only ASCII letters are raised: the Unicode rules would turn ı into I and ß into SS.
    """
    text = "" if text is None else str(text)
    return _BLANKS.sub("", text.translate(_FULL_WIDTH)).translate(_CAPITALS)


def digest(value: str, pepper: bytes) -> str:
    """A number of a person or body as a digest that only this database can make (HMAC-SHA256).

    Two spellings of one number have one digest; who lacks ``pepper`` cannot try all numbers.
    """
    return hmac.new(pepper, normalise(value).encode(), "sha256").hexdigest()


def check(kind: str, text: str, today: date | None = None) -> Identity:
    """Check a number of one of the kinds uscc, citizen_id, foreign_permanent_resident, other.

    :raises KernelError: ``identity.…`` with the reason
    """
    if kind == USCC:
        return check_credit_code(text)
    if kind == CITIZEN_ID:
        return check_citizen_id(text, today)
    if kind == PERMANENT_RESIDENT:
        return check_permanent_resident(text, today)
    if kind == OTHER:
        return _check_other(text)
    raise KernelError("identity.kind", kind=kind)


def check_credit_code(text: str) -> Identity:
    """统一社会信用代码 (GB 32100-2015).

    A wrong check of the organisation code inside (GB 11714) and an unknown registering department
    are warnings: valid codes with both are in use.  The division is that of first registration
    and is not compared with anything.
    """
    value = _prepared(text, 18)
    _require(value, _CREDIT_CHARACTERS)
    _require(value[2:8], "0123456789", offset=2)
    total = sum(_CREDIT_CHARACTERS.index(character) * weight
                for character, weight in zip(value, _CREDIT_WEIGHTS, strict=False))
    if value[17] != _CREDIT_CHARACTERS[-total % 31]:
        raise KernelError("identity.check_character")
    warnings = []
    if value[1] not in _REGISTRATIONS.get(value[0], ""):
        warnings.append("identity.warn_registration")
    if value[16] != _organisation_check(value[8:16]):
        warnings.append("identity.warn_inner_code")
    return Identity(USCC, value, tuple(warnings))


def check_citizen_id(text: str, today: date | None = None) -> Identity:
    """公民身份号码 (GB 11643-1999), and residence permits 81, 82, 83.

    The division is not looked up: it may have been abolished long ago.  ``today`` bounds the date
    of birth where the caller knows it.
    """
    value = _numbered(text)
    if value[0] in "09":
        raise KernelError("identity.citizen_first_digit")
    birth_date = _birth_date(value)
    if birth_date is None:
        raise KernelError("identity.birth_date")
    if today is not None and birth_date > today:
        raise KernelError("identity.birth_date_future")
    _require_citizen_check(value)
    return Identity(CITIZEN_ID, value, (), birth_date, _sex(value))


def check_permanent_resident(text: str, today: date | None = None) -> Identity:
    """外国人永久居留身份证 of 2023: a 9, sixteen digits, the check of GB 11643.

    The published rule fixes the first and the last character.  That the middle is arranged as on
    the citizen's card is common knowledge only, so an unreadable date is a warning.
    """
    value = _numbered(text)
    if value[0] != "9":
        raise KernelError("identity.first_digit")
    _require_citizen_check(value)
    birth_date = _birth_date(value)
    if birth_date is None or (today is not None and birth_date > today):
        return Identity(PERMANENT_RESIDENT, value, ("identity.warn_birth_date",))
    return Identity(PERMANENT_RESIDENT, value, (), birth_date, _sex(value))


def _check_other(text):
    """Passport, military card …: no check of their own, only a shape that can be stored."""
    value = normalise(text)
    if not value:
        raise KernelError("identity.empty")
    if not re.fullmatch(r"[0-9A-Z()/-]{1,50}", value):
        raise KernelError("identity.other")
    return Identity(OTHER, value)


def _prepared(text, length):
    value = normalise(text)
    if not value:
        raise KernelError("identity.empty")
    if len(value) != length:
        raise KernelError("identity.length", expected=length, length=len(value))
    return value


def _numbered(text):
    """Seventeen digits and a check character, or the reason why not."""
    if re.fullmatch("[0-9]{15}", normalise(text)):
        raise KernelError("identity.first_generation")
    value = _prepared(text, 18)
    _require(value[:17], "0123456789")
    _require(value[17], "0123456789X", offset=17)
    return value


def _require(value, characters, offset=0):
    for position, character in enumerate(value, start=offset + 1):
        if character not in characters:
            raise KernelError("identity.characters", position=position)


def _require_citizen_check(value):
    total = sum(int(digit) * weight
                for digit, weight in zip(value, _CITIZEN_WEIGHTS, strict=False))
    if value[17] != _CITIZEN_CHECKS[total % 11]:
        raise KernelError("identity.check_character")


def _organisation_check(body):
    total = sum(_ORGANISATION_CHARACTERS.index(character) * weight
                for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def _birth_date(value):
    try:
        return date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return None


def _sex(value):
    return MALE if int(value[16]) % 2 else FEMALE


# ── what may be shown ───────────────────────────────────────────────────────────────────────

# Surnames of two characters (复姓): the ones in common use.
_COMPOUND_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 宇文 长孙 夏侯 端木 轩辕 南宫 独孤 "
    "澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 鲜于 闾丘 司空 司寇 赫连 万俟 闻人 呼延 "
    "西门 百里 拓跋 第五 左丘 东郭 歐陽 諸葛".split())


def mask_id(value: str) -> str:
    """``110105********002X``: six and four characters stay; fewer of a shorter number."""
    value = normalise(value)
    if len(value) >= 15:
        return _mask(value, 6, 4)
    return _mask(value, 2, 2) if len(value) >= 7 else _mask(value, 0, 0)


def mask_name(value: str) -> str:
    """张三 → 张*, 欧阳询 → 欧阳*; of other names the first letter of each part (J*** S****)."""
    value = " ".join((value or "").split())
    shown = 2 if value[:2] in _COMPOUND_SURNAMES and len(value) > 2 else 1
    return re.sub(r"[^\s·•.]+", lambda part: _mask(part[0], shown, 0), value)


def mask_phone(value: str) -> str:
    """``138****5678``; of a landline or foreign number the last four digits."""
    value = normalise(value)
    if is_mobile(value):
        return _mask(_national(value), 3, 4)
    return _mask(value, 0, 4) if len(value) >= 7 else _mask(value, 0, 0)


def is_mobile(text: str) -> bool:
    """Whether it is a mobile number of the mainland, 11 digits, with or without +86."""
    return bool(re.fullmatch("1[3-9][0-9]{9}", _national(normalise(text))))


def _national(value):
    return re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))-?", "", value)


def _mask(value, first, last):
    """Stars for all but the ends; a value no longer than its ends is all stars."""
    hidden = len(value) - first - last
    if hidden <= 0:
        return "*" * len(value)
    return value[:first] + "*" * hidden + value[len(value) - last:]
