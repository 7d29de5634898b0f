"""A made-up case to archive: two rounds of materials, a paper, documents, both digests."""

from pathlib import Path

from kernel import archive, archive_build, archive_page, archive_zip, chain

ADDON = Path(archive.__file__).parents[1]
DEFINITION = {
    "schema": 1,
    "item": {"code": "gov-food", "name": "食品经营许可"},
    "materials": [{"code": "plan", "name": "平面图"}],
}
CASE = {
    "edition": 1,
    "number": "51010020261101000001",
    "title": "甲食品店 食品经营许可",
    "item": "食品经营许可",
    "organ": "云溪区行政审批局",
    "applicant": "甲食品店 <b>",
    "outcome": "准予许可",
    "received_on": "2026-11-02",
    "closed_on": "2026-11-20",
    "people": {"7": "李"},
}
TEXTS = ("<p>受理通知书</p>", {"kind": "grant_decision", "facts": {"number": "许准〔2026〕1号"}})
FILES = (b"%PDF-1.4 plan", b"\x89PNG\r\n\x1a\n photo", b"%PDF-1.4 plan, corrected")
PDFS = (b"%PDF-1.7 notice", b"%PDF-1.7 decision")


def material(name, content=None):
    """What an event records of a material."""
    return {
        "spec": "plan",
        "form": "paper" if content is None else "file",
        "name": name,
        "digest": archive.sha256(content) if content is not None else "",
        "size": len(content or b""),
    }


def document(number, text):
    """What an event records of a document."""
    return {"kind": "notice", "number": number, "digest": chain.digest("sha256", "", text)}


def payloads():
    """What the events of the case record, in order."""
    return [
        {
            "version": chain.digest("sha256", "", DEFINITION),
            "answers": {"area": "60.50", "remark": "两层"},
            "materials": [material("平面图.pdf", FILES[0]), material("照片.PNG", FILES[1])],
        },
        {"requests": [{"material": "plan", "wrong": "不清晰"}]},
        {"materials": [material("plan", FILES[2]), material("身份证")]},
        {"documents": [document("〔2026〕1号", TEXTS[0])]},
        {"decision": "grant", "documents": [document("〔2026〕2号", TEXTS[1])]},
        None,
    ]


def link(sequence, previous, payload, algorithm="sha256", said=None):
    """One event with its digest; ``said`` changes what it says of itself."""
    body = {
        "case": CASE["number"],
        "sequence": sequence,
        "kind": f"act{sequence}",
        "at": f"2026-11-{sequence:02d} 01:00:00",
        "actor": 7,
        "role": "window_clerk",
        "payload": payload,
    } | (said or {})
    digest = chain.digest(algorithm, previous, body)
    return chain.Link(sequence, previous, digest, algorithm, body)


def links(count=6, algorithms=("sha256", "sm3")):
    """The history of the case; its digest changes on the way."""
    found = []
    for place, payload in enumerate(payloads()[:count], 1):
        previous = found[-1].digest if found else ""
        found.append(link(place, previous, payload, algorithms[place > 3]))
    return found


def program():
    """The files of the verification by their names in an archive."""
    names = [f"kernel/{name}.py" for name in archive.PROGRAM]
    return {name: (ADDON / name).read_bytes() for name in (archive.VERIFY, *names)}


def filing(**values):
    """The whole case, ready to be archived."""
    materials = (*FILES, None)
    return archive_build.Filing(
        **{
            "edition": 1,
            "case": CASE,
            "definition": DEFINITION,
            "events": links(),
            "documents": [
                archive_build.Document(
                    f"文书{place}", "2026-11-04", text, pdf, archive.sha256(pdf)
                )
                for place, (text, pdf) in enumerate(zip(TEXTS, PDFS, strict=True), 1)
            ],
            "materials": [archive_build.Material("平面图", content) for content in materials],
            "acts": [archive_page.Act("2026-11-02 09:00", "收件 & 登记", "李", "窗口人员")],
            "program": program(),
        }
        | values
    )


ARCHIVE = archive_build.build(filing())


def entries(content=ARCHIVE):
    """The entries of an archive, to be changed and packed again."""
    return {name: bytes(data) for name, data in archive_zip.unpack(content).items()}


def list_anew(parts):
    """Pack changed entries with a manifest that lists them: what a forger does."""
    manifest = archive.spell(
        archive.read(parts, archive.MANIFEST)
        | {
            "entries": [
                {"name": name, "size": len(data), "sha256": archive.sha256(data)}
                for name, data in parts.items()
                if name != archive.MANIFEST
            ]
        }
    )
    return archive_zip.pack(parts | {archive.MANIFEST: manifest})
