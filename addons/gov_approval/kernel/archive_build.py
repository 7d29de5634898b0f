"""Builds the archive of a closed case (归档): the same case always gives the same bytes.

``archive`` says what is in an archive and verifies it; this module writes it and is not part of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import archive, archive_page, archive_zip, chain
from .errors import KernelError

_EXTENSION = re.compile(r".*\.([A-Za-z0-9]{1,8})", re.ASCII | re.DOTALL)


@dataclass(frozen=True)
class Document:
    """An issued document (文书): ``text`` is what the digest in its event covers.

    ``sha256``: the digest of the file as it was noted when the file was printed.
    """

    name: str
    issued_on: str
    text: object
    pdf: bytes
    sha256: str


@dataclass(frozen=True)
class Material:
    """A material handed in (材料): its title in the guide; no content for papers."""

    title: str
    content: bytes | None = None


@dataclass(frozen=True)
class Filing:
    """Everything that goes into the archive of one case.

    ``documents`` and ``materials`` stand in the order in which the events record them.
    ``definition``: the version under which the case began; ``later``: those it migrated to.
    ``case``: plain facts by the names of :data:`archive.HEADLINE` and more; ``acts``: what the page
    says of each event.  ``program``: the files of the verification by their names in the archive.
    """

    edition: int
    case: Mapping
    definition: Mapping
    events: Sequence[chain.Link]
    documents: Sequence[Document]
    materials: Sequence[Material]
    acts: Sequence[archive_page.Act] = ()
    program: Mapping[str, bytes] = field(default_factory=dict)
    later: Sequence[Mapping] = ()


def build(filing: Filing) -> bytes:
    """The archive as one file.

    :raises KernelError: ``archive.no_events``, ``archive.too_large``, ``archive.too_many``; those
        of ``chain.canonical``
    """
    if not filing.events:
        raise KernelError("archive.no_events")
    events = [
        {
            "sequence": link.sequence,
            "previous": link.previous,
            "digest": link.digest,
            "algorithm": link.algorithm,
            "body": link.body,
        }
        for link in filing.events
    ]
    documents, document_files = _lay_out_documents(filing)
    materials, material_files = _lay_out_materials(filing)
    names = [name for name, _digest in archive.later_versions(filing.events)]
    later = {n: archive.spell(d) for n, d in zip(names, filing.later, strict=True)}
    titles = [material.title for material in filing.materials]
    page = archive_page.write_index(filing.case, filing.acts, documents, materials, titles)
    entries = {
        archive.README: archive_page.README.encode(),
        archive.INDEX: page.encode(),
        archive.CASE: archive.spell(filing.case),
        archive.DEFINITION: archive.spell(filing.definition),
        **later,
        archive.EVENTS: archive.spell(events),
        archive.DOCUMENTS: archive.spell(documents),
        archive.MATERIALS: archive.spell(materials),
        **document_files,
        **material_files,
        **filing.program,
    }
    manifest = archive.spell(_list(filing, entries))
    return archive_zip.pack({archive.MANIFEST: manifest, **entries})


def _list(filing, entries):
    """The manifest (清单): what the archive is about, where its history ends, all its entries."""
    last = filing.events[-1]
    return {
        "schema": archive.SCHEMA,
        "edition": filing.edition,
        "case": {name: filing.case[name] for name in archive.HEADLINE},
        "head": {"sequence": last.sequence, "digest": last.digest},
        "algorithm": archive.ALGORITHM,
        "entries": [
            {"name": name, "size": len(data), "sha256": archive.sha256(data)}
            for name, data in entries.items()
        ],
    }


def _lay_out_documents(filing):
    rows, files = [], {}
    recorded = archive.recorded(filing.events, "documents")
    pairs = zip(recorded, filing.documents, strict=True)
    for place, ((sequence, row), document) in enumerate(pairs, 1):
        text = archive.place_of("documents", place, "json")
        file = archive.place_of("documents", place, "pdf")
        files |= {text: archive.spell(document.text), file: document.pdf}
        rows.append(
            {
                "event": sequence,
                "row": row,
                "name": document.name,
                "issued_on": document.issued_on,
                "text": text,
                "file": file,
                "sha256": document.sha256,
            }
        )
    return rows, files


def _lay_out_materials(filing):
    rows, files = [], {}
    recorded = archive.recorded(filing.events, "materials")
    pairs = zip(recorded, filing.materials, strict=True)
    for place, ((sequence, row), material) in enumerate(pairs, 1):
        file = ""
        if material.content is not None:
            found = _EXTENSION.fullmatch(str(row.get("name")))
            extension = found[1].lower() if found else "bin"
            file = archive.place_of("materials", place, extension)
            files[file] = material.content
        rows.append({"event": sequence, "row": row, "file": file})
    return rows, files
