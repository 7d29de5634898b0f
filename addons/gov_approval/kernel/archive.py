"""The archive of a closed case (归档, DA/T 85-2019): what is in it, and how anyone verifies it.

An archive is one ZIP file that explains itself without this system: the history of the case with
its digests, the version of the item it was handled under, every document as it was issued, every
material as it was handed in, a page to read, and the program that verifies all of it offline,
which is this module.

What an archive proves by itself is that its parts belong together.  Whoever writes *all* of it
anew, with fresh digests throughout, is found only by the digest of the whole file, which the
centre records as an event of the case when it files the archive: ``verify(content, digest)``.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from . import archive_zip, chain
from .archive_zip import MAX_BYTES
from .errors import KernelError, _lt

SCHEMA = "gov-archive/1"
#: The digest of its entries; the manifest names it, and no other.
ALGORITHM = "sha256"
#: Modules of this folder that an archive carries, byte for byte, for its own verification.
PROGRAM = ("__init__", "archive", "archive_zip", "chain", "errors")
#: The entries of every archive; documents, materials and the program have folders of their own.
MANIFEST, README, INDEX, CASE, DEFINITION, EVENTS, DOCUMENTS, MATERIALS, VERIFY = FIXED = (
    "manifest.json",
    "README.txt",
    "index.html",
    "case.json",
    "definition.json",
    "events.json",
    "documents.json",
    "materials.json",
    "verify.py",
)

CODES = {
    "archive.other_digest": _lt(
        "The file has the digest %(found)s, not the %(expected)s that was recorded: it is another "
        "file, or it was changed."
    ),
    "archive.other_schema": _lt(
        "The archive has the format “%(schema)s”, which this program does not know; use the "
        "verify.py of a newer release."
    ),
    "archive.entry_missing": _lt("The entry %(entry)s is missing."),
    "archive.entry_unknown": _lt("The entry %(entry)s is not on the list of the archive."),
    "archive.entry_changed": _lt(
        "The entry %(entry)s is not the one on the list of the archive: it was changed or "
        "exchanged."
    ),
    "archive.entry_order": _lt(
        "The entries do not stand in the order of the list of the archive; the first one that does "
        "not is %(entry)s."
    ),
    "archive.unreadable": _lt("The entry %(entry)s cannot be read as a record of an archive."),
    "archive.no_events": _lt("The archive has no events, so there is nothing that it proves."),
    "archive.other_case": _lt("Event %(sequence)s belongs to another case."),
    "archive.other_place": _lt("Event %(sequence)s says of itself that it is another one."),
    "archive.other_facts": _lt(
        "The entry %(entry)s says something else about the case than %(other)s does."
    ),
    "archive.other_definition": _lt(
        "A version of the item is not the one that its event names: it was changed or "
        "exchanged."
    ),
    "archive.document_list": _lt(
        "The list of documents differs from what the events issued; the first difference is at "
        "place %(place)s."
    ),
    "archive.document_changed": _lt(
        "The text of the document %(number)s does not match the digest in event %(sequence)s."
    ),
    "archive.pdf_changed": _lt(
        "The file of the document %(number)s is not the one that was printed for it."
    ),
    "archive.material_list": _lt(
        "The list of materials differs from what the events received; the first difference is at "
        "place %(place)s."
    ),
    "archive.material_changed": _lt(
        "The material “%(name)s” is not the file that event %(sequence)s received."
    ),
}

#: What each record looks like: a type, a mapping with exactly these keys, or a list of one shape.
_SHAPES = {
    MANIFEST: {
        "schema": str,
        "edition": int,
        "case": dict,
        "head": {"sequence": int, "digest": str},
        "algorithm": str,
        "entries": [{"name": str, "size": int, "sha256": str}],
    },
    CASE: dict,
    DEFINITION: dict,
    EVENTS: [{"sequence": int, "previous": str, "digest": str, "algorithm": str, "body": dict}],
    DOCUMENTS: [
        {
            "event": int,
            "row": dict,  # as the event records it
            "name": str,
            "issued_on": str,
            "text": str,
            "file": str,
            "sha256": str,
        }
    ],
    MATERIALS: [{"event": int, "row": dict, "file": str}],
}
#: Facts of the case that the manifest repeats, for whoever reads only that.
HEADLINE = ("number", "title", "item", "organ", "applicant", "outcome", "received_on", "closed_on")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was; ``code`` is a key of :data:`SENTENCES`."""

    code: str
    params: Mapping


#: Every code that a finding can have, with its English sentence.
SENTENCES = CODES | archive_zip.CODES | chain.CODES


def sha256(data) -> str:
    """The digest of an entry, of a file, of a whole archive."""
    return hashlib.sha256(data).hexdigest()


def spell(value) -> bytes:
    """The one spelling of a record in an archive: readable, and the same bytes every time."""
    plain = json.loads(chain.canonical(value))
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def place_of(folder: str, place: int, extension: str) -> str:
    """The name of a numbered entry, for instance ``documents/001.pdf``."""
    return f"{folder}/{place:03d}.{extension}"


def recorded(links: Iterable[chain.Link], key: str) -> list[tuple[int, Mapping]]:
    """What events record under ``key``, row by row: (sequence, row)."""
    found = []
    for link in links:
        payload = link.body.get("payload")
        rows = payload.get(key) if isinstance(payload, Mapping) else None
        if isinstance(rows, list):
            found += [(link.sequence, row) for row in rows if isinstance(row, Mapping)]
    return found


def later_versions(links: Iterable[chain.Link]) -> list[tuple[str, object]]:
    """The versions to which the case migrated (迁移): (entry of the definition, its digest)."""
    moves = [link.body.get("payload") for link in links if link.body.get("kind") == "migrate"]
    return [
        (place_of("definitions", place, "json"), isinstance(one, Mapping) and one.get("version"))
        for place, one in enumerate(moves, 2)
    ]


def read(entries: Mapping, name: str, shape=dict):
    """The record in an entry, if it has that shape and the one spelling; else KernelError."""
    if name not in entries:
        raise KernelError("archive.entry_missing", entry=name)
    data = bytes(entries[name])
    try:
        value = json.loads(data.decode())
        is_good = spell(value) == data
    except (ValueError, RecursionError):  # what decoding, JSON and the spelling refuse
        is_good = False
    if not is_good or not _has_shape(value, shape):
        raise KernelError("archive.unreadable", entry=name)
    return value


def _has_shape(value, shape):
    if isinstance(shape, dict):
        return (
            type(value) is dict
            and value.keys() == shape.keys()
            and all(_has_shape(value[key], part) for key, part in shape.items())
        )
    if isinstance(shape, list):
        return type(value) is list and all(_has_shape(part, shape[0]) for part in value)
    return shape is None or type(value) is shape


# ------------------------------------------------------------------------------- verification


def verify(content, digest: str | None = None, head: str | None = None) -> list[Finding]:
    """Everything in an archive that is not as it was filed; an empty list if all of it holds.

    :param content: the bytes of the file, or a file open for reading them
    :param digest: the digest of the whole file as recorded outside of it
    :param head: the digest of its last event as recorded outside of it
    """
    if not isinstance(content, bytes):
        content = content.read(MAX_BYTES + 1)
    found = []
    if digest is not None and digest != sha256(content):
        found.append(
            Finding("archive.other_digest", {"expected": digest, "found": sha256(content)})
        )
    try:
        entries = archive_zip.unpack(content)
        manifest = read(entries, MANIFEST, dict)
        schema, algorithm = manifest.get("schema"), manifest.get("algorithm")
        if (schema, algorithm) != (SCHEMA, ALGORITHM):
            said = schema if schema != SCHEMA else algorithm
            raise KernelError("archive.other_schema", schema=str(said)[:40])
        records = {name: read(entries, name, shape) for name, shape in _SHAPES.items()}
        records[EVENTS] = [chain.Link(**event) for event in records[EVENTS]]
        for check in _CHECKS:
            found += check(entries, records)
        if head is not None and head != records[MANIFEST]["head"]["digest"]:
            sequence = records[MANIFEST]["head"]["sequence"]
            found.append(Finding("chain.broken_head", {"sequence": sequence}))
    except KernelError as error:
        found.append(Finding(error.code, error.params))
    return found


def _check_listing(entries, records) -> Iterator[Finding]:
    """Each entry is on the list with its size and digest, in that order, and has its use."""
    listed = records[MANIFEST]["entries"]
    used = {row[name] for row in records[DOCUMENTS] for name in ("text", "file")}
    used |= {row["file"] for row in records[MATERIALS]} | set(FIXED)
    used |= {name for name, _version in later_versions(records[EVENTS])}
    names = [MANIFEST, *(row["name"] for row in listed)]
    for name in entries:
        if name not in names or not (name in used or name.startswith("kernel/")):
            yield Finding("archive.entry_unknown", {"entry": name})
    for name in sorted({*names, *FIXED} - entries.keys()):
        yield Finding("archive.entry_missing", {"entry": name})
    for row in listed:
        data = entries.get(row["name"])
        if data is not None and (row["size"], row["sha256"]) != (len(data), sha256(data)):
            yield Finding("archive.entry_changed", {"entry": row["name"]})
    for name, other in zip(entries, names, strict=False):
        if name != other and name in names:
            yield Finding("archive.entry_order", {"entry": name})
            return


def _check_events(_entries, records) -> Iterator[Finding]:
    """The chain from the first event to the head, all of it of this case."""
    links, head = records[EVENTS], records[MANIFEST]["head"]
    if not links:
        raise KernelError("archive.no_events")
    broken = chain.verify(links, head["digest"])
    if broken:
        yield Finding(broken.code, broken.params)
    elif head["sequence"] != links[-1].sequence:
        yield Finding("archive.other_facts", {"entry": MANIFEST, "other": EVENTS})
    for link in links:
        if link.body.get("case") != records[CASE].get("number"):
            yield Finding("archive.other_case", {"sequence": link.sequence})
        if link.body.get("sequence") != link.sequence:
            yield Finding("archive.other_place", {"sequence": link.sequence})


def _check_facts(entries, records) -> Iterator[Finding]:
    """Manifest, facts and each version of the item speak of the same case."""
    case, definition = records[CASE], records[DEFINITION]
    first = records[EVENTS][0].body.get("payload")
    versions = [(definition, first.get("version") if isinstance(first, dict) else None)]
    for name, digest in later_versions(records[EVENTS]):
        definition = read(entries, name)
        versions.append((definition, digest))
    manifest = records[MANIFEST]
    headline = {name: case.get(name) for name in HEADLINE}
    if (manifest["case"], manifest["edition"]) != (headline, case.get("edition")):
        yield Finding("archive.other_facts", {"entry": MANIFEST, "other": CASE})
    item = definition.get("item")
    if not isinstance(item, dict) or case.get("item") != item.get("name"):
        yield Finding("archive.other_facts", {"entry": CASE, "other": DEFINITION})
    if any(chain.digest("sha256", "", one) != digest for one, digest in versions):
        yield Finding("archive.other_definition", {})


def _check_documents(entries, records) -> Iterator[Finding]:
    """Each document that an event issued is there, its text and its file as they were."""
    rows = records[DOCUMENTS]
    expected = [
        (sequence, row, place_of("documents", place, "json"), place_of("documents", place, "pdf"))
        for place, (sequence, row) in enumerate(recorded(records[EVENTS], "documents"), 1)
    ]
    found = [(row["event"], row["row"], row["text"], row["file"]) for row in rows]
    if found != expected:
        yield Finding("archive.document_list", {"place": _first_difference(found, expected)})
        return
    for row in rows:
        text = read(entries, row["text"], None)
        number = str(row["row"].get("number"))
        if chain.digest("sha256", "", text) != row["row"].get("digest"):
            params = {"number": number, "sequence": row["event"]}
            yield Finding("archive.document_changed", params)
        if row["file"] not in entries:
            yield Finding("archive.entry_missing", {"entry": row["file"]})
        elif sha256(entries[row["file"]]) != row["sha256"]:
            yield Finding("archive.pdf_changed", {"number": number})


def _check_materials(entries, records) -> Iterator[Finding]:
    """Each file that an event received is there as it was; papers are listed only."""
    rows = records[MATERIALS]
    expected = recorded(records[EVENTS], "materials")
    found = [(row["event"], row["row"]) for row in rows]
    if found != expected:
        yield Finding("archive.material_list", {"place": _first_difference(found, expected)})
        return
    for place, row in enumerate(rows, 1):
        digest, name, file = row["row"].get("digest"), str(row["row"].get("name")), row["file"]
        data = entries.get(file)
        is_there = data is not None and file.startswith(place_of("materials", place, ""))
        if bool(digest or file) and not (
            is_there and (len(data), sha256(data)) == (row["row"].get("size"), digest)
        ):
            params = {"name": name, "sequence": row["event"]}
            yield Finding("archive.material_changed", params)


def _first_difference(found, expected):
    pairs = enumerate(zip(found, expected, strict=False), 1)
    return next((place for place, (a, b) in pairs if a != b), min(len(found), len(expected)) + 1)


_CHECKS = (_check_listing, _check_events, _check_facts, _check_documents, _check_materials)
