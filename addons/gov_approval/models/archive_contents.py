"""What goes into the archive of a case (归档内容): its records as they are now, in plain values.

Archives are official and therefore in Chinese (国家通用语言文字法, Art. 9), whoever files them.
"""

from functools import lru_cache

from odoo import fields
from odoo.tools import file_open

from ..kernel import archive, archive_build, archive_page
from .speech import word

LANGUAGE = "zh_CN"


def gather(case, edition) -> archive_build.Filing:
    """Everything of ``case``, in the order in which its events record it.

    What an event records and nobody finds is left empty, for the verification to name it.
    """
    case = case.with_context(lang=LANGUAGE)
    definition = case.version_id._get_definition()
    events = case._get_events()
    versions = case._get_definitions(case.item_id, events._to_kernel())
    first, *later = versions.values() if versions else [definition]
    links = events._to_links()
    return archive_build.Filing(
        edition=edition,
        case=_get_facts(case, definition["item"], events, edition),
        definition=first,
        later=later,
        events=links,
        documents=_get_documents(case, links),
        materials=_get_materials(case, definition, links),
        acts=_get_acts(definition, events),
        program=_read_program(),
    )


@lru_cache(1)
def _read_program():
    """The verification that an archive carries: our own files, byte for byte."""
    names = (archive.VERIFY, *(f"kernel/{name}.py" for name in archive.PROGRAM))
    found = {}
    for name in names:
        with file_open(f"gov_approval/{name}", "rb") as file:
            found[name] = file.read()
    return found


def _get_facts(case, item, events, edition):
    local = case.env["gov.calendar.day"]._local
    values = {
        "number": case.number,
        "title": f"{item['name']}（{case.applicant_name or ''}）",
        "item": item["name"],
        "item_code": item["code"],
        "organ": case.department_id.name,
        "organ_code": case.department_id.code,
        "centre": case.centre_id.name,
        "channel": case._say_selection("channel"),
        "applicant": case.applicant_name or "",
        "applicant_id": case.applicant_id_masked or "",
        "agent": case.agent_name or "",
        "agent_power": _say_power(case),
        "outcome": case._say_selection("outcome"),
        "edition": edition,
        "people": {str(user.id): user.name for user in events.actor_id},
    }
    for name in ("received", "accepted", "decided", "closed"):
        moment = case[f"{name}_at"]
        values[f"{name}_on"] = local(moment).date().isoformat() if moment else ""
    return values


def _say_power(case):
    """The power of attorney in one line (授权委托书); its paper is among the materials."""
    rows = case._describe_power(case._get_casefile()[1])
    return "；".join(f"{label}：{text}" for label, text in rows if text)


def _get_acts(definition, events):
    """The history as the page tells it, in legal time; an act on a step names the step."""
    local = events.env["gov.calendar.day"]._local
    steps = {node["code"]: f"（{node['name']}）" for node in definition["flow"]["nodes"]}
    return [
        archive_page.Act(
            at=fields.Datetime.to_string(local(event.at)),
            act=word(events.env, event.kind) + steps.get((event.payload or {}).get("node"), ""),
            who="" if event.role == "system" else event.actor_id.name,
            role=word(events.env, event.role.partition("@")[0]) if event.role else "",
        )
        for event in events
    ]


def _get_documents(case, links):
    rows = {row.number: row for row in case.document_ids}
    empty = case.document_ids.browse()
    return [
        _get_document(rows.get(recorded.get("number"), empty))
        for _sequence, recorded in archive.recorded(links, "documents")
    ]


def _get_document(row):
    content = row.content or {}
    return archive_build.Document(
        name=row.name or "",
        issued_on=fields.Date.to_string(row.issued_on) or "",
        text=content.get("text", content),  # before 19.0.1.1.0 the text itself was digested
        pdf=row.attachment_id.raw or b"",
        sha256=row.pdf_digest or "",
    )


def _get_materials(case, definition, links):
    """A file for each row that an event records with a digest; papers have none."""
    titles = {material["code"]: material["name"] for material in definition["materials"]}
    rows = {}
    for row in case.material_ids:
        rows.setdefault((row.spec_code, row.name, row.digest), row)
    found = []
    for _sequence, recorded in archive.recorded(links, "materials"):
        key = tuple(recorded.get(name) for name in ("spec", "name", "digest"))
        content = (rows[key].attachment_id.raw or b"") if key[2] and key in rows else None
        found.append(archive_build.Material(titles.get(key[0], ""), content))
    return found
