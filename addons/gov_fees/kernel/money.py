"""Exact amounts (金额): decimals with a bound, rounded half up once, at the end of a line."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ...gov_approval.kernel.errors import KernelError, _lt

CENT = Decimal("0.01")
#: Places after the point: of a rate (国标目录 has 0.005 元/千瓦时), of a quantity, of an amount.
RATE, QUANTITY, AMOUNT = 4, 6, 2
#: What no rate, quantity or bill of a district reaches; more is a slip of the keyboard.
LIMIT = Decimal(10) ** 9
MOST = Decimal(10) ** 12

CODES = {
    "money.missing": _lt("“%(name)s” is missing. Enter the number."),
    "money.inexact": _lt(
        "“%(name)s” came as a binary number, which is never exact. Give it as decimal digits."
    ),
    "money.not_a_number": _lt(
        "“%(name)s” says “%(found)s”, which is no decimal number. Write digits such as 12.50."
    ),
    "money.negative": _lt("“%(name)s” is negative. Enter zero or more."),
    "money.too_large": _lt("“%(name)s” is larger than any fee here (%(limit)s). Check the digits."),
    "money.too_fine": _lt(
        "“%(name)s” has more than %(places)s digits after the point. Enter it as printed."
    ),
}


def exact(value, name: str, places: int, limit: Decimal = LIMIT) -> Decimal:
    """A number of zero or more as a Decimal with at most ``places`` digits after the point.

    :param value: Decimal, int or decimal text; never a float
    :raises KernelError: ``money.…`` with the name of the value
    """
    if value is None or value == "":
        raise KernelError("money.missing", name=name)
    if isinstance(value, float):
        raise KernelError("money.inexact", name=name)
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise KernelError("money.not_a_number", name=name, found=type(value).__name__)
    if isinstance(value, int) and abs(value) >= limit:  # before its digits are written out
        code = "money.negative" if value < 0 else "money.too_large"
        raise KernelError(code, **_about(name, limit))
    number = _decimal(value, name)
    if number < 0:
        raise KernelError("money.negative", name=name)
    if number >= limit:
        raise KernelError("money.too_large", **_about(name, limit))
    if -number.normalize().as_tuple().exponent > places:
        raise KernelError("money.too_fine", name=name, places=places)
    return abs(number)  # no minus zero


def _about(name, limit):
    return {"name": name, "limit": f"{limit:f}"}


def _decimal(value, name):
    shown = str(value)[:40]
    # Decimal also reads other alphabets' digits, underscores and exponents: nobody prints those.
    if isinstance(value, str) and not _is_plain(value):
        raise KernelError("money.not_a_number", name=name, found=shown)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise KernelError("money.not_a_number", name=name, found=shown) from None
    if not number.is_finite():
        raise KernelError("money.not_a_number", name=name, found=shown)
    return number


def _is_plain(text):
    digits = text.removeprefix("-")
    whole, _point, rest = digits.partition(".")
    return (
        len(text) <= 40
        and text.isascii()
        and whole.isdigit()
        and (rest.isdigit() or digits == whole)
    )


def to_cents(value: Decimal) -> Decimal:
    """Half up to two places: done once for the total of each line (``domain.md`` 8.2)."""
    return value.quantize(CENT, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """The digits of a rate or a quantity without needless zeros or exponents."""
    return f"{value.normalize():f}" if value else "0"
