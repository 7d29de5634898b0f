"""The payment code of a bill (缴款码), 20 digits.

The Ministry's rule gives 20 digits; which digits mean what is set by the local finance bureau
(``domain.md`` 8.3).  The convention here: 6 of the division, 2 of the year, 3 of the window of
numbers that finance gave out (赋码), 8 serial, 1 check digit (Luhn, as bank cards have it).
"""

from ...gov_approval.kernel.errors import KernelError, _lt

LENGTH = 20
MAX_SERIAL = 10**8 - 1

CODES = {
    "payment_code.prefix": _lt(
        "A payment code begins with the six digits of the division and the three of the number"
        " range, not with “%(found)s”. Correct the settings of the centre."
    ),
    "payment_code.used_up": _lt(
        "The numbers of this year's range are used up. Have finance give out another range."
    ),
}


def make(division: str, year: int, number_range: str, serial: int) -> str:
    """The code of the bill with this serial (from 1) of a year.

    :raises KernelError: ``payment_code.…``
    """
    prefix = f"{division}{number_range}"
    if not (prefix.isascii() and prefix.isdigit() and (len(division), len(prefix)) == (6, 9)):
        raise KernelError("payment_code.prefix", found=prefix[:20])
    if not 1 <= serial <= MAX_SERIAL:
        raise KernelError("payment_code.used_up")
    body = f"{division}{year % 100:02}{number_range}{serial:08}"
    return body + str(check_digit(body))


def check_digit(body: str) -> int:
    """Luhn's digit: finds every wrong digit and nearly every exchange of neighbours."""
    doubled = (int(digit) * 2 for digit in body[::-2])
    total = sum(value // 10 + value % 10 for value in doubled)
    return -(total + sum(int(digit) for digit in body[-2::-2])) % 10


def is_valid(code: str) -> bool:
    """Whether a scanned or typed code can be one of ours at all."""
    return (
        len(code) == LENGTH
        and code.isascii()
        and code.isdigit()
        and int(code[-1]) == check_digit(code[:-1])
    )
