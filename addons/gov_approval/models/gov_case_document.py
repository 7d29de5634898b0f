from collections import namedtuple

from markupsafe import Markup, escape

from odoo import api, fields, models

from ..kernel import case as casefile
from ..kernel import chain, document, identity, numbering
from .gov_document_template import DOCUMENT_KINDS
from .gov_sealed import DOOR

#: The document that each act issues (`domain.md` 1.2, 2.3).
ACT_DOCUMENTS = {
    "receive": "receipt",
    "accept": "acceptance_notice",
    "deem_accepted": "acceptance_notice",
    "request_supplement": "supplement_notice",
    "decline": "not_required_notice",
    "refuse_acceptance": "not_competent_decision",
    "stop_clock": "procedure_notice",
    "extend": "extension_notice",
    "withdraw": "withdrawal_notice",
    "deliver": "delivery_receipt",
}
#: What a decision issues.
DECISION_DOCUMENTS = {
    "grant": ("grant_decision", "certificate"),
    "refuse": ("refusal_decision",),
}
NUMBER_PATTERN = "{organ}{kind}字〔{year}〕第{serial:05d}号"

Prepared = namedtuple("Prepared", "payload issue")


class GovCaseDocument(models.Model):
    """A document issued on a case (文书): its text is fixed by the act that issues it.

    The text with all values stands in ``body`` from the moment of the act, its digest in the
    event.  The PDF is printed once from that text, stored, and never rendered again.
    """

    _name = "gov.case.document"
    _description = "Document of a case"
    _inherit = ["gov.sealed"]
    _order = "id"

    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    event_id = fields.Many2one(
        "gov.case.event", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(DOCUMENT_KINDS, required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    number = fields.Char(required=True, readonly=True)
    issued_on = fields.Date(readonly=True)
    body = fields.Html(readonly=True, sanitize=False)
    digest = fields.Char(string="Digest of the text", required=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    pdf_digest = fields.Char(readonly=True)

    _number_uniq = models.Constraint("UNIQUE (number)", "This document number was given already.")

    # ------------------------------------------------------------------ issuing

    @api.model
    def _prepare(self, case, definition, event, after):
        """Documents that ``event`` issues: what the event records, and how to store them.

        :return: ``Prepared(payload, issue)``; ``issue(case, event_record)`` creates the rows
        """
        templates = {template["kind"]: template for template in definition["documents"]}
        wanted = (
            DECISION_DOCUMENTS[event.payload["decision"]]
            if event.kind == "decide"
            else (ACT_DOCUMENTS.get(event.kind),)
        )
        if definition["result"]["type"] != "licence":
            wanted = tuple(kind for kind in wanted if kind != "certificate")
        day = event.at.date()
        rows, certificate = [], None
        for kind in wanted:
            if kind not in templates:
                continue
            template = templates[kind]
            number = self._number(case, template, day)
            if kind == "certificate":
                certificate = self.env["gov.certificate"]._prepare_vals(
                    case, definition, day, number
                )
            facts = self._get_facts(case, definition, event, after, number, certificate)
            body = document.resolve(template["body"], facts, self._get_blocks(case, event, after))
            rows.append(
                {
                    "kind": kind,
                    "name": template["name"],
                    "number": number,
                    "issued_on": day,
                    "body": body,
                    "digest": chain.digest("sha256", "", body),
                }
            )
        payload = {}
        if rows:
            payload["documents"] = [
                {"kind": row["kind"], "number": row["number"], "digest": row["digest"]}
                for row in rows
            ]

        def issue(case, event_record):
            self._issue(case, event_record, rows, certificate)

        return Prepared(payload, issue)

    def _issue(self, case, event_record, rows, certificate):
        documents = self._door_create(
            DOOR, [dict(row, case_id=case.id, event_id=event_record.id) for row in rows]
        )
        if certificate:
            paper = documents.filtered(lambda d: d.kind == "certificate")
            self.env["gov.certificate"]._issue(dict(certificate, document_id=paper.id))

    @api.model
    def _number(self, case, template, day):
        """The next number of organ, kind and year, without gaps (×审许准字〔2026〕第00012号)."""
        organ = case.department_id.organ_short
        word = template["number_word"] or template["kind"]
        serial = self.env["gov.number"]._next(f"document/{organ}/{word}/{day.year}")
        return numbering.document_number(
            NUMBER_PATTERN, organ=organ, kind=word, year=day.year, serial=serial
        )

    @api.model
    def _get_facts(self, case, definition, event, after, number, certificate):
        """Values of ``kernel.document.FACTS`` and of all form fields for a template."""
        answers, centre = after.answers, case.centre_id
        dues = casefile.due_dates(
            definition, after, self.env["gov.calendar.day"]._calendar(), event.at.date()
        )
        person = answers.get("applicant_person_id")
        facts = {code: self._as_text(value) for code, value in answers.items()}
        facts |= {
            "applicant_name": answers.get("applicant_name"),
            "applicant_id_masked": identity.mask_id(person)
            if person
            else answers.get("applicant_credit_code"),
            "agent_name": answers.get("agent_name"),
            "case_number": case.number,
            "item_name": definition["item"]["name"],
            "department_name": case.department_id.name,
            "centre_name": centre.name,
            "centre_address": centre.address,
            "consult_phone": definition["guide"]["consult_phone"],
            "complaint_phone": definition["guide"]["complaint_phone"],
            "document_number": number,
            "document_date": self._say_date(event.at.date()),
            "reasons": event.payload.get("reasons") or event.payload.get("opinion"),
            "competent_organ": event.payload.get("competent_organ"),
            "opinion": event.payload.get("opinion"),
            "reconsideration_body": centre.reconsideration_body,
            "court": centre.court,
            "legal_basis": "；".join(
                f"《{b['title'].strip('《》')}》{b['article'] or ''}" for b in definition["bases"]
            ),
            "result_name": definition["result"]["name"],
            "signer_name": self.env.user.name if event.kind in ("decide", "extend") else "",
            "clerk_name": self.env.user.name,
            "mandate": event.payload.get("mandate"),
            "days": event.payload.get("days") or event.payload.get("expected_days"),
            "method": event.payload.get("method"),
            "receiver": event.payload.get("receiver"),
        }
        for name in ("received", "accepted", "decided"):
            moment = getattr(after, f"{name}_at")
            facts[f"{name}_on"] = self._say_date(moment.date()) if moment else ""
        for name in ("promised", "statutory", "supplement"):
            facts[f"{name}_due_on"] = self._say_date(dues[name].on) if name in dues else ""
        if certificate:
            facts |= {
                "certificate_number": certificate["number"],
                "verification_code": certificate["verification_code"],
                "valid_from": self._say_date(certificate["valid_from"]),
                "valid_to": self._say_date(certificate["valid_to"])
                if certificate["valid_to"]
                else "长期",
            }
        return facts

    @api.model
    def _say_date(self, day):
        """A date as official documents write it."""
        return f"{day.year}年{day.month}月{day.day}日"

    @api.model
    def _as_text(self, value):
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(str(part) for part in value if not isinstance(part, dict))
        return value

    @api.model
    def _get_blocks(self, case, event, after):
        """Tables and marks that the code draws into a document."""
        requests = event.payload.get("requests", ())
        materials = case.material_ids
        return {
            "table:requests": self._draw_table(
                ("材料", "存在的问题", "补正要求", "依据"),
                [(r["material"], r["wrong"], r["expected"], r["basis"]) for r in requests],
            ),
            "table:materials": self._draw_table(
                ("材料名称", "形式"),
                [
                    (m.name, dict(m._fields["form"]._description_selection(self.env))[m.form])
                    for m in materials
                ],
            ),
            "remedies": str(
                Markup(
                    "<p>如不服本决定，可以自收到本决定书之日起六十日内向{body}申请行政复议，"
                    "或者自收到本决定书之日起六个月内向{court}提起行政诉讼。</p>"
                ).format(
                    body=case.centre_id.reconsideration_body or "有管辖权的行政复议机关",
                    court=case.centre_id.court or "有管辖权的人民法院",
                )
            ),
            "seal": str(
                Markup('<div class="gov-seal"><span>{}</span></div>').format(
                    case.department_id.name
                )
            ),
        }

    @api.model
    def _draw_table(self, heads, rows):
        head = Markup("").join(Markup("<th>{}</th>").format(h) for h in heads)
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(Markup("<td>{}</td>").format(escape(c or "")) for c in row)
            )
            for row in rows
        )
        return str(
            Markup('<table class="gov-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
            .format(head, body)
        )
