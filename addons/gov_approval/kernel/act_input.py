"""What an actor says with an act (办理输入): cleaned before it becomes an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from .errors import KernelError, _lt


@dataclass(frozen=True)
class Input:
    """Something the actor must or may say with an act.

    Kinds: text, choice, number, date, time (hour and minute), officer (one user), officers
    (several), requests (one-time notice, item by item).
    """

    name: str
    kind: str = "text"
    required: bool = True
    options: tuple[str, ...] = ()


def clean(item: Input, value):
    """One input in canonical form; KernelError ``procedure.odd_input`` if it has none."""
    return _CLEANERS[item.kind](item, value)


def _clean_text(item, value):
    if value is None or value is False:
        return ""
    if not isinstance(value, str):
        raise KernelError("procedure.odd_input", input=item.name)
    text = value.strip()
    if len(text) > 4000 or any(ord(c) < 32 and c not in "\r\n\t" for c in text):
        raise KernelError("procedure.odd_input", input=item.name)
    return text


def _clean_choice(item, value):
    if value in (None, False, ""):
        return ""
    if value not in item.options:
        raise KernelError("procedure.odd_input", input=item.name)
    return value


def _clean_number(item, value):
    if value in (None, False, ""):
        return None
    try:
        number = int(str(value))
    except ValueError:
        raise KernelError("procedure.odd_input", input=item.name) from None
    if not 1 <= number <= 3650:
        raise KernelError("procedure.odd_input", input=item.name)
    return number


def _clean_date(item, value):
    if value in (None, False, ""):
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise KernelError("procedure.odd_input", input=item.name) from None


def _clean_time(item, value):
    if value in (None, False, ""):
        return None
    try:
        return time.fromisoformat(str(value)).strftime("%H:%M")
    except ValueError:
        raise KernelError("procedure.odd_input", input=item.name) from None


def _clean_officers(item, value):
    if value in (None, False, ""):
        return []
    if not isinstance(value, list | tuple) or not all(type(v) is int for v in value):
        raise KernelError("procedure.odd_input", input=item.name)
    return sorted(set(value))


def _clean_officer(item, value):
    if value in (None, False, ""):
        return None
    if type(value) is not int or not 0 < value < 2**31:
        raise KernelError("procedure.odd_input", input=item.name)
    return value


#: What each request of a one-time notice says.
REQUEST_PARTS = ("material", "wrong", "expected", "basis")


def _clean_requests(item, value):
    """Each request of a one-time notice names the material, what is wrong, what is expected and
    the ground; an empty "please supplement" is refused (Art. 32)."""
    if not isinstance(value, list | tuple) or len(value) > 200:
        raise KernelError("procedure.odd_input", input=item.name)
    cleaned = []
    for row in value:
        if not isinstance(row, Mapping):
            raise KernelError("procedure.odd_input", input=item.name)
        request = {
            part: _clean_text(Input(part), row.get(part))
            for part in REQUEST_PARTS
        }
        if not all(request.values()):
            raise KernelError("procedure.empty_request")
        cleaned.append(request)
    return cleaned


_CLEANERS = {
    "text": _clean_text,
    "choice": _clean_choice,
    "number": _clean_number,
    "date": _clean_date,
    "time": _clean_time,
    "officer": _clean_officer,
    "officers": _clean_officers,
    "requests": _clean_requests,
}

CODES = {
    "procedure.odd_input": _lt(
        "“%(input)s” has a value that cannot be used; please enter it again."
    ),
    "procedure.empty_request": _lt(
        "Each line of a one-time notice names the material, what is wrong, what is expected and the"
        " legal ground (Art. 32); please complete the lines."
    ),
}
