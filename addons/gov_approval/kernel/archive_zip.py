"""The container of an archive (归档包): the plainest ZIP there is, and nothing but that.

Every ZIP program opens it, but one content has exactly one spelling: entries stand one after the
other as they are, not compressed, with one fixed time, no comments and no gaps.  Reading therefore
leaves no byte of the file unchecked, nothing unpacks to more than is there, and no two programs
can find different entries in the same file.  Python's own ``zipfile`` promises none of this.
"""

import re
import struct
import zlib
from collections.abc import Mapping

from .errors import KernelError, _lt

CODES = {
    "archive.not_a_zip": _lt(
        "The file is no archive: it does not begin as a ZIP file. Choose the file that the centre "
        "exported."
    ),
    "archive.too_large": _lt(
        "The file is larger than an archive can be (%(limit)s MB), so it was not read."
    ),
    "archive.too_many": _lt("The file has more than %(limit)s entries, so it was not read."),
    "archive.packed_anew": _lt(
        "From byte %(position)s on, the file is not as the centre writes archives: it was changed, "
        "cut off or packed anew. Use the file as it was exported."
    ),
    "archive.entry_name": _lt(
        "The entry %(entry)s has a name that no archive of the centre has; do not unpack this file."
    ),
    "archive.entry_twice": _lt("The entry %(entry)s is there twice; do not unpack this file."),
    "archive.entry_sum": _lt(
        "The content of the entry %(entry)s does not match its checksum: it was changed."
    ),
}

MAX_BYTES = 2**31 - 1  # beyond, a ZIP needs another format
MAX_ENTRIES = 10_000
#: At most one folder, plain letters: nothing that leaves the folder it is unpacked to (zip slip).
_NAME = re.compile(r"(?:[a-z]{1,20}/)?[A-Za-z0-9_]{1,40}\.[a-z0-9]{1,8}", re.ASCII)

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
#: Made and read by version 2.0, no flags, stored, at midnight on 1980-01-01 as DOS writes it.
_VERSION, _FLAGS, _STORED, _TIME, _DATE = 20, 0, 0, 0, 0x21


def pack(entries: Mapping[str, bytes]) -> bytes:
    """The file with these entries in this order; the same entries always give the same bytes.

    :raises KernelError: ``archive.too_large``, ``archive.too_many``, ``archive.entry_name``
    """
    _check_count(len(entries))
    parts, directory, position = [], [], 0
    for name, data in entries.items():
        _check_name(name, ())
        crc = zlib.crc32(data)
        parts += [_local(name, crc, len(data)), data]
        directory.append(_central(name, crc, len(data), position))
        position += len(parts[-2]) + len(data)
    tail = _tail(directory, position)
    _check_size(position + len(tail))
    return b"".join([*parts, tail])


def unpack(content: bytes) -> dict[str, memoryview]:
    """The entries of a file in their order, once every byte of it has been accounted for.

    :raises KernelError: one of :data:`CODES`, for the first place that is not as ``pack`` writes it
    """
    _check_size(len(content))
    if content[:4] != b"PK\3\4":
        raise KernelError("archive.not_a_zip")
    view, entries, directory, position = memoryview(content), {}, [], 0
    while content[position : position + 4] == b"PK\3\4":
        _check_count(len(entries) + 1)
        name, start, size = _read_local(content, position)
        _check_name(name, entries)
        data = view[start : start + size]
        crc = zlib.crc32(data)
        _check_header(content, position, _local(name, crc, size), name)
        entries[name] = data
        directory.append(_central(name, crc, size, position))
        position = start + size
    _check_same(content[position:], _tail(directory, position), position)
    return entries


def _read_local(content, position):
    """Name, start and size of the entry whose header begins at ``position``."""
    header = content[position : position + _LOCAL.size]
    if len(header) < _LOCAL.size:
        raise KernelError("archive.packed_anew", position=len(content))
    size, name_length = struct.unpack_from("<IH", header, 22)
    start = position + _LOCAL.size + name_length
    if start + size > len(content):
        raise KernelError("archive.packed_anew", position=position)
    name = content[position + _LOCAL.size : start].decode("latin-1")
    return name, start, size


def _check_header(content, position, expected, name):
    """The checksum apart from the rest: it alone speaks of the content of the entry."""
    found = content[position : position + len(expected)]
    if found != expected and found[:14] + expected[14:18] + found[18:] == expected:
        raise KernelError("archive.entry_sum", entry=name)
    _check_same(found, expected, position)


def _check_same(found, expected, position):
    """What stands at ``position`` is what the centre would have written there."""
    if found != expected:
        pairs = enumerate(zip(found, expected, strict=False))
        first = next((i for i, (a, b) in pairs if a != b), min(len(found), len(expected)))
        raise KernelError("archive.packed_anew", position=position + first)


def _check_name(name, known):
    if not _NAME.fullmatch(name):
        raise KernelError("archive.entry_name", entry=ascii(name)[1:61])
    if name in known:
        raise KernelError("archive.entry_twice", entry=name)


def _check_count(count):
    if count > MAX_ENTRIES:
        raise KernelError("archive.too_many", limit=MAX_ENTRIES)


def _check_size(size):
    if size > MAX_BYTES:
        raise KernelError("archive.too_large", limit=MAX_BYTES // 2**20)


def _local(name, crc, size):
    values = (_VERSION, _FLAGS, _STORED, _TIME, _DATE, crc, size, size, len(name), 0)
    return _LOCAL.pack(b"PK\3\4", *values) + name.encode("latin-1")


def _central(name, crc, size, position):
    values = (_VERSION, _VERSION, _FLAGS, _STORED, _TIME, _DATE, crc, size, size, len(name))
    return _CENTRAL.pack(b"PK\1\2", *values, 0, 0, 0, 0, 0, position) + name.encode("latin-1")


def _tail(directory, position):
    """The central directory and the end record, for entries that end at ``position``."""
    listing, count = b"".join(directory), len(directory)
    return listing + _END.pack(b"PK\5\6", 0, 0, count, count, len(listing), position, 0)
