"""Blocks and layouts of documents (文书版式): what the code draws, from what the act fixed.

A block is gathered by the act, as plain values fit for JSON, and drawn from these alone when the
document is laid out (``draw``): nothing that changes in between gets into it.
"""

import re

from markupsafe import Markup

from ..kernel import document
from . import document_words as words

#: Given at the window, under the seal for acceptance (受理专用章); all else bears the seal for
#: approvals (行政审批专用章), that of the mandate where one was relied on.
_WINDOW = {
    "receipt",
    "acceptance_notice",
    "not_required_notice",
    "not_competent_decision",
    "supplement_notice",
    "deferral_notice",
    "commitment_letter",
    "withdrawal_notice",
    "delivery_announcement",
    "delivery_receipt",
}
_WINDOW_SEAL, _SEAL = "受理专用章", "行政审批专用章"
#: Forms that persons sign: no red head.
_FORMS = {
    "deferral_commitment",
    "commitment_letter",
    "visit_record",
    "hearing_record",
    "check_record",
    "delivery_receipt",
}
_SEAL_NUMBER = re.compile(r"(.*?)[\s（(]*([0-9A-Za-z-]*\d[0-9A-Za-z-]*)[）)\s]*")


class Blocks:
    """Tables and marks of one document; ``get`` gives a gathering function for each token."""

    def __init__(self, case, definition, event, after, template, facts, certificate):
        self.case, self.definition = case, definition
        self.event, self.after = event, after
        self.template, self.facts, self.certificate = template, facts, certificate
        self.materials = {m["code"]: m for m in definition["materials"]}

    def get(self) -> dict:
        """The gathering functions by token (``kernel.document.BLOCKS``)."""
        return {
            "table:requests": self._requests,
            "table:materials": self._materials,
            "table:answers": self._answers,
            "table:holder": self._holder,
            "table:deferred": self._deferred,
            "table:commitments": self._commitments,
            "list:conditions": self._conditions,
            "qr": self._qr,
            "remedies": self._remedies,
            "seal": self._seal,
        }

    def _draw(self, template, **values):
        """What ``gov_document_<template>`` will be drawn with."""
        return [template, values]

    def _name(self, code):
        return self.materials[code]["name"] if code in self.materials else code

    def _requests(self):
        rows = [
            row | {"material": self._name(row["material"])}
            for row in self.event.payload.get("requests", ())
        ]
        return self._draw("requests", rows=rows)

    def _materials(self):
        """What came with this act; all materials of the case where the act brought none."""
        handed = self.event.payload.get("materials")
        if handed is None:
            handed = self.case.material_ids._summary()
        rows = [
            {
                "material": self._name(row["spec"]),
                "name": row["name"],
                "form": words.FORMS.get(row["form"], row["form"]),
            }
            for row in handed
        ]
        return self._draw("materials", rows=rows)

    def _deferred(self):
        rows = [
            {
                "material": material["name"],
                "form": words.FORMS.get(material.get("form"), words.FORMS["both"]),
                "until": self.facts["deferral_due_on"],
            }
            for code, material in self.materials.items()
            if code in self.after.deferred
        ]
        return self._draw("deferred", rows=rows)

    def _commitments(self):
        rows = [
            {"material": material["name"], "basis": material["basis"]}
            for code, material in self.materials.items()
            if code in self.after.committed
        ]
        return self._draw("commitments", rows=rows)

    def _conditions(self):
        return self._draw("conditions", rows=list(self.definition["conditions"]))

    def _answers(self):
        labelled = [(f["label"], self.facts[f["code"]]) for f in self.definition["form"]["fields"]]
        return self._draw("answers", rows=[(label, said) for label, said in labelled if said])

    def _holder(self):
        facts = self.facts
        return self._draw(
            "holder",
            is_person=bool(facts["applicant_person_id"]),
            name=facts["applicant_name"],
            code=facts["applicant_id_masked"],
            representative=facts["representative_name"],
            address=facts["applicant_address"],
            item=facts["item_name"],
            valid_from=facts.get("valid_from"),
            valid_to=facts.get("valid_to"),
        )

    def _qr(self):
        if not self.certificate:
            return ""
        base = self.case.env["ir.config_parameter"].get_param("web.base.url", "")
        url = f"{base}/gov/verify/{self.certificate['token']}"
        return self._draw("qr", url=url, code=self.certificate["verification_code"])

    def _remedies(self):
        facts, title = self.facts, self.template["name"]
        return self._draw(
            "remedies",
            paper="告知" if title.endswith("告知书") else "决定",
            body=facts["reconsideration_body"],
            court=facts["court"],
        )

    def _seal(self):
        facts = self.facts
        sealed = self.event.payload.get("seal") or ""
        if self.template["kind"] in _WINDOW:
            sealed = _WINDOW_SEAL
        name, number = split_seal(sealed or _SEAL)
        return self._draw(
            "signature",
            organ=facts["department_name"],
            date=facts["document_date"],
            seal=name.removeprefix(facts["department_name"]),  # it stands around the star
            number=number,
        )


def split_seal(text):
    """The words on a special seal and its number, which stands at the end if it has one."""
    found = _SEAL_NUMBER.fullmatch(text.strip())
    return found.groups() if found else (text.strip(), "")


def draw(env, block) -> str:
    """A gathered block as HTML."""
    template, values = block
    return str(env["ir.qweb"]._render(f"gov_approval.gov_document_{template}", values))


def get_layout(kind) -> str:
    """The layout that the code owns for a kind of document."""
    name = "certificate" if kind == "certificate" else "form" if kind in _FORMS else "letter"
    return f"gov_approval.gov_document_{name}"


def get_head(case, template, number) -> dict:
    """What the layout shows around the text."""
    return {
        "kind": template["kind"],
        "title": template["name"],
        "number": number,
        "organ": case.department_id.name,
        "case_number": case.number,
    }


def lay_out(env, content, body) -> str:
    """Everything that the page will show: a template's text with what the act fixed, laid out.

    :param dict content: ``get_head`` and what ``kernel.document.gather`` took, as kept
    :param str body: the text of the template
    """
    blocks = {
        token: lambda block=block: draw(env, block) for token, block in content["blocks"].items()
    }
    text = document.resolve(body, content["facts"], blocks)
    # kernel.document escaped every value; the template was sanitised
    values = dict(content, text=Markup(text))
    return str(env["ir.qweb"]._render(get_layout(content["kind"]), values))
