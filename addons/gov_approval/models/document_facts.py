"""Values and blocks that a document (文书) may place: facts of a case said in official Chinese.

Official documents are in Chinese by law (国家通用语言文字法, Art. 9), whatever the language of the
user who acts; that is why words stand here and in the layouts, not in a translation.
"""

from datetime import date

from markupsafe import Markup

from ..kernel import case as casefile
from ..kernel import document, identity

_YES, _NO, _NO_LIMIT, _ONLINE = "是", "否", "长期", "网上申请"
_METHODS = {"window": "直接送达（窗口领取）", "post": "邮寄送达", "electronic": "电子送达"}
#: Acts whose document names the officer who signs it.
_SIGNED = ("decide", "extend")


def say_date(day) -> str:
    """A date as official documents write it; empty without one."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def say_answer(field, value) -> str:
    """An answer of a form in words: labels of options, masked id numbers, dates in full."""
    kind = field["type"]
    if value in (None, "", []):
        return ""
    if kind == "yes_no":
        return _YES if value else _NO
    if kind in ("choice", "choices"):
        labels = {option["code"]: option["label"] for option in field["options"]}
        codes = value if isinstance(value, list) else [value]
        return "、".join(labels.get(code, str(code)) for code in codes)
    if kind == "person_id":
        return identity.mask_id(value)
    if kind == "date":
        return say_date(date.fromisoformat(value))
    if kind == "table":
        return f"{len(value)}项"
    return str(value)


def get_facts(case, definition, event, after, number, certificate) -> dict:
    """``kernel.document.FACTS`` and all form fields of a case for the document of ``event``."""
    day, answers = event.at.date(), after.answers
    centre, payload, guide = case.centre_id, event.payload, definition["guide"]
    actor = case.env.user.name if event.actor else ""
    clerk = _ONLINE if event.role == "applicant" else actor
    facts = {
        field["code"]: say_answer(field, answers.get(field["code"]))
        for field in definition["form"]["fields"]
    }
    facts |= {
        "applicant_id_masked": facts["applicant_person_id"] or facts["applicant_credit_code"],
        "case_number": case.number,
        "item_name": definition["item"]["name"],
        "department_name": case.department_id.name,
        "centre_name": centre.name,
        "centre_address": centre.address,
        "consult_phone": guide["consult_phone"],
        "complaint_phone": guide["complaint_phone"],
        "document_number": number,
        "document_date": say_date(day),
        "reasons": payload.get("reasons") or payload.get("opinion"),
        "competent_organ": payload.get("competent_organ"),
        "opinion": payload.get("opinion"),
        "reconsideration_body": centre.reconsideration_body,
        "court": centre.court,
        "legal_basis": "、".join(
            f"《{basis['title'].strip('《》')}》{basis['article'] or ''}"
            for basis in definition["bases"]
        ),
        "result_name": definition["result"]["name"],
        "signer_name": actor if event.kind in _SIGNED else "",
        "clerk_name": clerk,
        "mandate": payload.get("mandate"),
        "days": payload.get("days") or payload.get("expected_days"),
        "method": _METHODS.get(payload.get("method")),
        "receiver": payload.get("receiver"),
        "delivered": _delivered(case),
        "step_name": _step_name(definition, payload),
    }
    return facts | _dates(case, definition, after, day) | _terms(certificate)


def _delivered(case):
    """The documents that a delivery hands over (Art. 44): decision and certificate."""
    handed = case.document_ids.filtered(
        lambda document: document.kind in ("grant_decision", "refusal_decision", "certificate")
    )
    return "\n".join(f"{document.name}（{document.number}）" for document in handed)


def _step_name(definition, payload):
    node = payload.get("node")
    return casefile.node_of(definition, node)["name"] if node else ""


def _dates(case, definition, after, day):
    calendar = case.env["gov.calendar.day"]._calendar()
    dues = casefile.due_dates(definition, after, calendar, day)
    facts = {
        f"{name}_due_on": say_date(dues[name].on) if name in dues else ""
        for name in ("promised", "statutory", "supplement")
    }
    for name in ("received", "accepted", "decided"):
        moment = getattr(after, f"{name}_at")
        facts[f"{name}_on"] = say_date(moment.date()) if moment else ""
    return facts


def _terms(certificate):
    if not certificate:
        return {}
    return {
        "certificate_number": certificate["number"],
        "verification_code": certificate["verification_code"],
        "valid_from": say_date(certificate["valid_from"]),
        "valid_to": say_date(certificate["valid_to"]) or _NO_LIMIT,
    }


class Blocks:
    """Tables and marks that the code draws into a document, each only where asked for.

    A block is gathered by the act, as plain values fit for JSON, and drawn from these alone when
    the document is laid out (``draw``): nothing that changes in between gets into it.
    """

    def __init__(self, case, definition, event, facts, certificate):
        self.case, self.definition, self.event = case, definition, event
        self.facts, self.certificate = facts, certificate
        self.materials = {m["code"]: m["name"] for m in definition["materials"]}

    def get(self) -> dict:
        """The gathering functions by token (``kernel.document.BLOCKS``)."""
        return {
            "table:requests": self._requests,
            "table:materials": self._materials,
            "table:answers": self._answers,
            "table:holder": self._holder,
            "qr": self._qr,
            "remedies": self._remedies,
            "seal": self._seal,
        }

    def _draw(self, template, **values):
        """What ``gov_document_<template>`` will be drawn with."""
        return [template, values]

    def _requests(self):
        rows = [
            row | {"material": self.materials.get(row["material"], row["material"])}
            for row in self.event.payload.get("requests", ())
        ]
        return self._draw("requests", rows=rows)

    def _materials(self):
        rows = [
            {"material": self.materials.get(m.spec_code, m.name), "name": m.name, "form": m.form}
            for m in self.case.material_ids
        ]
        return self._draw("materials", rows=rows)

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
        facts = self.facts
        return self._draw("remedies", body=facts["reconsideration_body"], court=facts["court"])

    def _seal(self):
        facts = self.facts
        return self._draw("signature", organ=facts["department_name"], date=facts["document_date"])


def draw(env, block) -> str:
    """A gathered block as HTML."""
    template, values = block
    return str(env["ir.qweb"]._render(f"gov_approval.gov_document_{template}", values))


def get_layout(kind) -> str:
    """The layout that the code owns for a kind of document."""
    name = "certificate" if kind == "certificate" else "letter"
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
