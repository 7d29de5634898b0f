"""The chain of events (事件链): each link carries a digest over the one before and its own body.

Whoever changes, removes, inserts or reorders a link breaks the chain at that place.  Two things a
chain cannot show by itself: that its tail was cut off, and that everything from some link on was
written anew with fresh digests.  Both show only against a head that is kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .errors import KernelError, _lt

ALGORITHMS = ("sha256", "sm3")      # SM3: GB/T 32905-2016, by OpenSSL through hashlib
FIRST_SEQUENCE = 1
FIRST_PREVIOUS = ""
MAX_DEPTH = 50
MAX_INTEGER = 2 ** 63 - 1
MAX_EXPONENT = 100

CODES = {
    "chain.value": _lt(
        "A value of the type %(type)s at %(path)s cannot be recorded; give a text, a whole "
        "number, a decimal, a date, a list or a mapping."
    ),
    "chain.number": _lt("The number at %(path)s is too large or no number; correct it."),
    "chain.key": _lt("A key at %(path)s is not a text."),
    "chain.text": _lt("The text at %(path)s has characters that cannot be stored; enter it again."),
    "chain.zone": _lt("The time at %(path)s has a time zone; give it in UTC without one."),
    "chain.depth": _lt("The record is nested deeper than %(maximum)s levels."),
    "chain.algorithm": _lt(
        "The digest %(algorithm)s is not one of %(known)s; choose one of these."
    ),
    "chain.algorithm_missing": _lt(
        "This machine's OpenSSL has no %(algorithm)s; choose another digest or another OpenSSL."
    ),
    "chain.broken_sequence": _lt(
        "Event %(sequence)s stands where event %(expected)s is expected: an event was removed, "
        "inserted or moved."
    ),
    "chain.broken_previous": _lt(
        "Event %(sequence)s does not follow the event before it: one of them was changed, "
        "removed or exchanged."
    ),
    "chain.broken_digest": _lt(
        "The content of event %(sequence)s does not match its digest: it was changed afterwards."
    ),
    "chain.broken_body": _lt("The content of event %(sequence)s cannot be read as a record."),
    "chain.broken_algorithm": _lt("Event %(sequence)s names a digest that is not known here."),
    "chain.broken_head": _lt(
        "The events end with event %(sequence)s, which is not the last one recorded elsewhere: "
        "events at the end were removed, added or written anew."
    ),
}


@dataclass(frozen=True)
class Link:
    """One event: ``sequence`` counts from 1, ``previous`` is the digest before, "" at first."""

    sequence: int
    previous: str
    digest: str
    algorithm: str
    body: object


@dataclass(frozen=True)
class Break:
    """The first link that does not hold; ``code`` is a key of :data:`CODES`."""

    sequence: int
    code: str
    params: dict


def canonical(value) -> bytes:
    """The one spelling of a value in JSON: keys sorted by code point, no blanks, UTF-8.

    Decimals become plain strings and dates ISO strings, so that a body read back from the
    database has the same bytes as the one that was written.  Floats are refused: their spelling
    is not stable across languages.

    :raises KernelError: ``chain.value``, ``chain.number``, ``chain.key``, ``chain.text``,
        ``chain.zone``, ``chain.depth``
    """
    plain = _plain(value, "$", MAX_DEPTH)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"),
                      allow_nan=False).encode()


def _plain(value, path, depth):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _plain_text(value, path)
    if isinstance(value, (int, Decimal, date)):
        return _plain_scalar(value, path)
    if not isinstance(value, (Mapping, list, tuple)):
        raise KernelError("chain.value", type=type(value).__name__, path=path)
    if not depth:
        raise KernelError("chain.depth", maximum=MAX_DEPTH)
    if isinstance(value, Mapping):
        return {_key(key, path): _plain(item, f"{path}.{key}", depth - 1)
                for key, item in value.items()}
    return [_plain(item, f"{path}[{index}]", depth - 1) for index, item in enumerate(value)]


def _plain_scalar(value, path):
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise KernelError("chain.number", path=path)
        return int(value)
    if isinstance(value, Decimal):
        # The exponent is bounded too: 1E+999999999 is short to write and a gigabyte to spell.
        if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT:
            raise KernelError("chain.number", path=path)
        return format(value, "f")
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise KernelError("chain.zone", path=path)
    return value.isoformat()


def _plain_text(value, path):
    # NUL cannot be stored by PostgreSQL, a lone surrogate not be written as UTF-8.
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise KernelError("chain.text", path=path)
    return str(value)


def _key(key, path):
    if not isinstance(key, str):
        raise KernelError("chain.key", path=path)
    return _plain_text(key, path)


def digest(algorithm: str, previous: str, body) -> str:
    """The digest of a link in lower-case hex, over the algorithm, the digest before and the body.

    The name of the algorithm is part of what is digested, so a link cannot be moved to another.

    :raises KernelError: ``chain.algorithm``, ``chain.algorithm_missing``, those of
        :func:`canonical`
    """
    if algorithm not in ALGORITHMS:
        raise KernelError("chain.algorithm", algorithm=algorithm, known=", ".join(ALGORITHMS))
    head = f"{algorithm}\n{previous}\n".encode()
    return hash_bytes(algorithm, head + canonical(body))


def hash_bytes(algorithm: str, data: bytes) -> str:
    """The plain digest of a file or a text in hex, e.g. of an issued document."""
    if algorithm not in ALGORITHMS:
        raise KernelError("chain.algorithm", algorithm=algorithm, known=", ".join(ALGORITHMS))
    try:
        return hashlib.new(algorithm, data).hexdigest()
    except ValueError as error:
        raise KernelError("chain.algorithm_missing", algorithm=algorithm) from error


def verify(links: Iterable[Link], head: str | None = None) -> Break | None:
    """Check a chain from its first link; None if it holds, otherwise the first break.

    :param head: digest of the last link as recorded outside the chain.  To check a chain that
        has grown since, give the links up to the one whose digest was recorded
    :raises KernelError: ``chain.algorithm_missing``
    """
    sequence, previous = FIRST_SEQUENCE - 1, FIRST_PREVIOUS
    for link in links:
        sequence += 1
        if link.sequence != sequence:
            return _broken("sequence", link.sequence, expected=sequence)
        if link.previous != previous:
            return _broken("previous", sequence)
        reason = _wrong(link)
        if reason:
            return _broken(reason, sequence)
        previous = link.digest
    if head is not None and head != previous:
        return _broken("head", sequence)
    return None


def _wrong(link):
    if link.algorithm not in ALGORITHMS:
        return "algorithm"
    try:
        found = digest(link.algorithm, link.previous, link.body)
    except KernelError as error:
        if error.code == "chain.algorithm_missing":
            raise       # the machine cannot tell: that is no break, and no proof either
        return "body"
    return None if found == link.digest else "digest"


def _broken(reason, sequence, **params):
    return Break(sequence, f"chain.broken_{reason}", {"sequence": sequence, **params})
