"""Numbers of fiscal receipts (财政票据): 8 digits of the kind, 10 of the serial, a check code.

``domain.md`` 8.3: two digits each of the supervising region, the class, the kind and the year.
The check code is not secret by itself: with both numbers it shows that somebody holds the paper.
"""

import hashlib

from ...gov_approval.kernel.errors import KernelError, _lt

#: Class and kind, where finance gave no others: general receipt of non-tax revenue.
CLASS, KIND = "01", "01"
MAX_SERIAL = 10**10 - 1
CHECK_LENGTH = 6

CODES = {
    "receipt.region": _lt(
        "The division code “%(found)s” does not begin with two digits. Correct it at the centre."
    ),
    "receipt.used_up": _lt("The receipt numbers of this year are used up. Have finance give more."),
}


def code(division: str, year: int) -> str:
    """The code of the receipts of a place in a year (票据代码)."""
    region = division[:2]
    if not (len(region) == 2 and region.isascii() and region.isdigit()):
        raise KernelError("receipt.region", found=division[:20])
    return f"{region}{CLASS}{KIND}{year % 100:02}"


def number(serial: int) -> str:
    """Ten digits (票据号码), from 1 in every year."""
    if not 1 <= serial <= MAX_SERIAL:
        raise KernelError("receipt.used_up")
    return f"{serial:010}"


def check_code(secret: bytes, receipt_code: str, receipt_number: str, amount: str) -> str:
    """Six characters over what the receipt says (校验码); ``secret`` is the centre's own."""
    said = "\n".join((receipt_code, receipt_number, amount)).encode()
    return hashlib.blake2b(said, key=secret[:64], digest_size=8).hexdigest()[:CHECK_LENGTH]
