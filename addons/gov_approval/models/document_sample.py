"""What a document says of a case that is not there: the preview of a text (文书预览).

Facts of the item are real; everything that a case would bring is its own name in brackets.
"""

from datetime import timedelta

from odoo import fields

from ..kernel import document
from . import document_layout, document_tokens
from . import document_words as words

#: Days of the case, counted from today.
_DAYS = {"received_on": -6, "accepted_on": -4, "visited_on": -2, "promised_due_on": 6}
_DAYS |= {"statutory_due_on": 11, "supplement_due_on": 30, "deferral_due_on": 10}
#: Facts that only rare cases have: the preview shows the ordinary one.
_RARE = {"deemed_accepted_on", "renewed_by_silence", "left_behind", "by_fraud", "false_papers"}
_RARE |= {"holder_request", "own_motion_reasons", "former_chair", "announced_on", "barred_for"}
_RARE |= {
    "supplemented_on",
    "repeat_reason",
    "decided_at_once",
    "deferred_materials",
    "committed_materials",
}


def get_facts(version, definition) -> dict:
    """A value for every fact that a text may place and for every question of the form."""
    today = fields.Date.context_today(version)
    facts = {}
    for _group, tokens in document_tokens.get_menu(version.env):
        for token, label in tokens:
            if token not in document.BLOCKS and token not in _RARE:
                is_day = token.endswith(("_on", "_from", "_to", "_date"))
                day = today + timedelta(days=_DAYS.get(token, 0))
                facts[token] = words.say_date(day) if is_day else f"〔{label}〕"
    questions = definition["form"]["fields"]
    facts |= {field["code"]: _answer(field, today) for field in questions}
    return facts | {name: value for name, value in _known(version, definition).items() if value}


def _answer(field, today):
    if field["type"] == "date":
        return words.say_date(today)
    return field["options"][0]["label"] if field["options"] else f"〔{field['label']}〕"


def _known(version, definition):
    department, guide = version.department_id, definition["guide"]
    centre = department.centre_id
    return {
        "item_name": definition["item"]["name"],
        "department_name": department.name,
        "centre_name": centre.name,
        "centre_address": centre.address,
        "consult_phone": guide["consult_phone"],
        "complaint_phone": guide["complaint_phone"],
        "legal_basis": words.say_bases(definition["bases"]),
        "result_name": definition["result"]["name"],
        "reconsideration_body": centre.reconsideration_body,
        "court": centre.court,
    }


def get_blocks(version, definition, facts) -> dict:
    """The drawing functions by token, with the materials and conditions of the draft."""
    drawn = _tables(definition, facts) | _marks(version, facts)
    return {
        token: lambda block=block: document_layout.draw(version.env, block)
        for token, block in drawn.items()
    }


def _tables(definition, facts):
    named = [material["name"] for material in definition["materials"]]
    due, blank = facts["deferral_due_on"], "〔　〕"
    papers = [{"material": name, "name": "1.pdf", "form": words.FORMS["file"]} for name in named]
    requests = [
        {"material": name, "wrong": blank, "expected": blank, "basis": ""} for name in named[:2]
    ]
    later = [{"material": n, "form": words.FORMS["paper"], "until": due} for n in named[:2]]
    promised = [{"material": name, "basis": ""} for name in named[:2]]
    answers = [(field["label"], facts[field["code"]]) for field in definition["form"]["fields"]]
    return {
        "table:materials": ["materials", {"rows": papers}],
        "table:requests": ["requests", {"rows": requests}],
        "table:deferred": ["deferred", {"rows": later}],
        "table:commitments": ["commitments", {"rows": promised}],
        "table:answers": ["answers", {"rows": answers}],
        "list:conditions": ["conditions", {"rows": list(definition["conditions"])}],
    }


def _marks(version, facts):
    holder = {
        "is_person": False,
        "name": facts["applicant_name"],
        "code": facts["applicant_id_masked"],
        "representative": facts["representative_name"],
        "address": facts["applicant_address"],
        "item": facts["item_name"],
        "valid_from": facts["valid_from"],
        "valid_to": facts["valid_to"],
    }
    signature = {
        "organ": version.department_id.name,
        "date": facts["document_date"],
        "seal": "行政审批专用章",
        "number": "",
    }
    remedies = {"body": facts["reconsideration_body"], "court": facts["court"], "paper": "决定"}
    return {
        "table:holder": ["holder", holder],
        "qr": ["qr", {"url": f"{version.get_base_url()}/gov/verify", "code": "00000000"}],
        "remedies": ["remedies", remedies],
        "seal": ["signature", signature],
    }
