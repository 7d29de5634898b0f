"""Reading a JSON file that a stranger wrote: one value, or one sentence that names the place.

Python's own reader takes NaN, keeps the last of two equal keys and follows nesting until it runs
out of stack.  Here each of these is an error with its place, before anything is understood.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath

from .errors import KernelError, _lt

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12
MAX_VALUES = 20_000
MAX_TEXT = 20_000
MAX_MEMBERS = 2_000
MAX_TOTAL = 40 * 1024 * 1024

CODES = {
    "item_json.too_large": _lt(
        "The file has more than %(limit)s MB; an item is far smaller. Choose the right file."
    ),
    "item_json.not_utf8": _lt(
        "The file is not in UTF-8 (byte %(position)s). Save it as UTF-8 and import it again."
    ),
    "item_json.not_json": _lt(
        "The file is no JSON: line %(line)s, column %(column)s cannot be read. Correct that place."
    ),
    "item_json.not_object": _lt(
        "The file holds no item: it must be one JSON object in braces. Choose the right file."
    ),
    "item_json.too_deep": _lt(
        "The file is nested deeper than %(limit)s levels at %(path)s. An item never is; correct it."
    ),
    "item_json.too_many": _lt(
        "The file has more than %(limit)s values. An item never has; choose the right file."
    ),
    "item_json.no_number": _lt(
        "At %(path)s stands NaN or Infinity, which is no number. Write a number or null."
    ),
    "item_json.key_twice": _lt(
        "At %(path)s the key “%(key)s” stands twice, so one of them would be lost. Keep one."
    ),
    "item_json.odd_text": _lt(
        "The text at %(path)s has characters that cannot be stored. Enter it again."
    ),
    "item_json.text_too_long": _lt(
        "The text at %(path)s has more than %(limit)s characters. Shorten it."
    ),
    "item_json.bad_archive": _lt(
        "The archive is damaged or no ZIP file. Pack the files again."
    ),
    "item_json.archive_too_large": _lt(
        "The archive holds more than %(limit)s files or unpacks to too much. Divide it."
    ),
    "item_json.unsafe_name": _lt(
        "The name leads out of the archive. Pack the files again without such paths."
    ),
    "item_json.encrypted": _lt(
        "The file is protected by a password. Pack the files again without one."
    ),
    "item_json.not_a_json_name": _lt("Only files ending in .json are imported; this one is not."),
}


class _NoNumber:
    """Stands for NaN or Infinity until its path is known."""


class _Doubled(dict):
    """An object in which ``key`` stood twice."""

    key = ""


def load(content: bytes | str) -> dict:
    """The JSON object in ``content``, checked leaf by leaf.

    Whole numbers are int, all others Decimal.  A byte order mark is accepted.

    :raises KernelError: a code of :data:`CODES` with the place
    """
    if len(content) > MAX_BYTES:
        raise KernelError("item_json.too_large", limit=MAX_BYTES // 1024 // 1024)
    text = _decode(content) if isinstance(content, bytes) else content.removeprefix("\ufeff")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda _word: _NoNumber(),
            parse_int=_whole,
            parse_float=Decimal,
        )
    except json.JSONDecodeError as error:
        raise KernelError("item_json.not_json", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise KernelError("item_json.too_deep", path="…", limit=MAX_DEPTH) from None
    if not isinstance(value, dict):
        raise KernelError("item_json.not_object")
    check(value)
    return value


def _decode(content):
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KernelError("item_json.not_utf8", position=error.start + 1) from None


def _object(pairs):
    found = {}
    for key, value in pairs:
        if key in found and not isinstance(found, _Doubled):
            found = _Doubled(found)
            found.key = key
        found[key] = value
    return found


def _whole(digits):
    """Longer numbers stay readable as Decimal instead of failing on the length limit of int."""
    return int(digits) if len(digits) <= 18 else Decimal(digits)


def check(value) -> None:
    """Refuse what cannot be stored or understood, with its path (no recursion)."""
    waiting, seen = [("", value, 0)], 0
    while waiting:
        path, value, depth = waiting.pop()
        seen += 1
        if seen > MAX_VALUES:
            raise KernelError("item_json.too_many", limit=MAX_VALUES)
        if depth > MAX_DEPTH:
            raise KernelError("item_json.too_deep", path=shorten(path), limit=MAX_DEPTH)
        _check_value(path, value)
        waiting += [(sub, part, depth + 1) for sub, part in children(path, value)]


def _check_value(path, value):
    if isinstance(value, _NoNumber) or (isinstance(value, float) and value - value != 0):
        raise KernelError("item_json.no_number", path=shorten(path))
    if isinstance(value, _Doubled):
        raise KernelError("item_json.key_twice", path=shorten(path) or "{}", key=value.key[:60])
    if isinstance(value, str):
        _check_text(path, value)
    if isinstance(value, dict):
        for key in value:
            _check_text(path, str(key))


def _check_text(path, text):
    if len(text) > MAX_TEXT:
        raise KernelError("item_json.text_too_long", path=shorten(path), limit=MAX_TEXT)
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise KernelError("item_json.odd_text", path=shorten(path))


def shorten(path: str) -> str:
    """A path that fits into a sentence."""
    return path if len(path) <= 120 else path[:117] + "…"


def join(path: str, key) -> str:
    """The path of ``key`` below ``path``; an odd key is quoted, so no two places share a path."""
    key = str(key)
    if not key or any(sign in key for sign in '.[]"'):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def children(path: str, value) -> list[tuple[str, object]]:
    """The parts of an object or a list with their paths: ``materials[2].note``."""
    if isinstance(value, dict):
        return [(join(path, key), part) for key, part in value.items()]
    if isinstance(value, list | tuple):
        return [(f"{path}[{index}]", part) for index, part in enumerate(value)]
    return []


def leaves(path: str, value) -> Iterator[tuple[str, object]]:
    """Every scalar that is not null, with its path, in the order of the source."""
    waiting = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict | list | tuple):
            waiting += reversed(children(path, value))
        elif value is not None:
            yield path, value


@dataclass(frozen=True)
class Member:
    """A file of an archive: its content, or the error that keeps it from being read."""

    name: str
    content: bytes = b""
    error: KernelError | None = None


def unpack(content: bytes) -> tuple[Member, ...]:
    """The files of a ZIP archive, in memory; nothing is ever written where a name points.

    Sizes are measured while unpacking, because the sizes that an archive states may lie.

    :raises KernelError: ``item_json.bad_archive``, ``item_json.archive_too_large``
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_MEMBERS:
                raise KernelError("item_json.archive_too_large", limit=MAX_MEMBERS)
            members, total = [], 0
            for entry in entries:
                members.append(_member(archive, entry))
                total += len(members[-1].content)
                if total > MAX_TOTAL:
                    raise KernelError("item_json.archive_too_large", limit=MAX_MEMBERS)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        if isinstance(error, KernelError):
            raise
        raise KernelError("item_json.bad_archive") from None
    return tuple(members)


def _member(archive, entry):
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name:
        return Member(name[:120], error=KernelError("item_json.unsafe_name"))
    if entry.flag_bits & 1:
        return Member(name[:120], error=KernelError("item_json.encrypted"))
    if path.suffix.lower() != ".json":
        return Member(name[:120], error=KernelError("item_json.not_a_json_name"))
    try:
        with archive.open(entry) as stream:
            content = stream.read(MAX_BYTES + 1)
    except Exception:  # zlib, bz2 and lzma each raise errors of their own
        return Member(name[:120], error=KernelError("item_json.bad_archive"))
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        return Member(name[:120], error=KernelError("item_json.too_large", limit=limit))
    return Member(name[:120], content)
