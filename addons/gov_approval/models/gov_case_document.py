import hashlib
import logging
from collections import namedtuple

from markupsafe import Markup
from odoo import api, fields, models

from ..kernel import chain, document, issuing, numbering
from ..report import drawing, engine
from . import document_facts, document_layout
from .gov_document_template import DOCUMENT_KINDS
from .gov_sealed import DOOR
from .rpc import on_one_record

_logger = logging.getLogger(__name__)

STYLESHEET = "gov_approval/static/src/report/document.css"
NUMBER_PATTERN = "{organ}{kind}字〔{year}〕第{serial:05d}号"

Prepared = namedtuple("Prepared", "payload issue")


class GovCaseDocument(models.Model):
    """A document issued on a case (文书): what it says is fixed by the act that issues it.

    ``content`` holds every value from the moment of the act, its digest stands in the event, and
    the template is frozen in the version.  The text follows from these alone, whenever it is laid
    out; the PDF is printed once, stored, and never rendered again.
    """

    _name = "gov.case.document"
    _description = "Document of a case"
    _inherit = ["gov.sealed"]
    _order = "id"

    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    event_id = fields.Many2one("gov.case.event", required=True, readonly=True, ondelete="restrict")
    kind = fields.Selection(DOCUMENT_KINDS, required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    number = fields.Char(required=True, readonly=True)
    issued_on = fields.Date(readonly=True)
    content = fields.Json(readonly=True, help="Every value that the text shows, as it was then.")
    digest = fields.Char(string="Digest of the content", required=True, readonly=True)
    body = fields.Html(compute="_compute_body", compute_sudo=True, sanitize=False)
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    pdf_digest = fields.Char(readonly=True)

    _number_uniq = models.Constraint("UNIQUE (number)", "This document number was given already.")
    _unprinted_idx = models.Index("(id) WHERE attachment_id IS NULL")

    # ------------------------------------------------------------------ issuing

    @api.model
    def _prepare(self, case, definition, event, after):
        """Documents that ``event`` issues: what the event records, and how to store them.

        :return: ``Prepared(payload, issue)``; ``issue(writing, case, event_row)`` adds the rows
        """
        templates = self._get_templates(definition, event, after)
        if not templates:
            return Prepared({}, lambda writing, case, event_row: None)
        day = event.at.date()
        numbers = self._get_all_numbers(case, templates, day)
        certificate = self._prepare_certificate(case, definition, after, day, templates, numbers)
        facts = document_facts.get_facts(case, definition, event, after, certificate)
        rows = []
        for template, number in zip(templates, numbers, strict=True):
            if template["kind"] == "certificate":
                template = dict(template, name=certificate["name"])
            said = dict(facts, document_number=number)
            if template["kind"] in issuing.SERVICE:
                said["delivered"] = document_facts.say_delivered(case, rows)
            blocks = document_layout.Blocks(
                case, definition, event, after, template, said, certificate
            )
            content = self._gather(case, template, number, said, blocks.get())
            rows.append(
                {
                    "kind": template["kind"],
                    "name": template["name"],
                    "number": self._get_own_number(template, number, certificate),
                    "issued_on": day,
                    "content": content,
                    "digest": chain.digest("sha256", "", content),
                }
            )
        recorded = [{name: row[name] for name in ("kind", "number", "digest")} for row in rows]

        def issue(writing, case, event_row):
            self._issue(writing, case, event_row, rows, certificate)

        return Prepared({"documents": recorded}, issue)

    @api.model
    def _get_templates(self, definition, event, after):
        """The compiled templates of what this event issues, in order.

        A version that was published before a kind of document was there takes the centre's
        standard text of today; the document then keeps that text.
        """
        wanted = issuing.documents_of(definition, event, after)
        templates = {template["kind"]: template for template in definition["documents"]}
        missing = [kind for kind in wanted if kind not in templates]
        if missing:
            Template = self.env["gov.document.template"]
            for template in Template._compile_standard(definition["item"]["power_type"]):
                if template["kind"] in missing:
                    templates[template["kind"]] = dict(template, is_standard=True)
        return [templates[kind] for kind in wanted if kind in templates]

    @api.model
    def _gather(self, case, template, number, facts, blocks):
        """Everything that one document says, with all values as they are now."""
        head = document_layout.get_head(case, template, number)
        said = document.gather(template["kind"], template["body"], facts, blocks)
        own = {"template": template["body"]} if template.get("is_standard") else {}
        return head | said | own

    @api.model
    def _prepare_certificate(self, case, definition, after, day, templates, numbers):
        """Columns of the certificate among the documents; the decision names it already."""
        for template, number in zip(templates, numbers, strict=True):
            if template["kind"] == "certificate":
                Certificate = self.env["gov.certificate"]
                return Certificate._prepare_vals(case, definition, after, day, number)
        return None

    def _issue(self, writing, case, event_row, rows, certificate):
        for row in rows:
            paper = writing.insert(self, [dict(row, case_id=case.id, event_id=event_row)])
            if certificate and row["kind"] == "certificate":
                self.env["gov.certificate"]._issue(writing, dict(certificate, document_id=paper))

    @api.model
    def _get_own_number(self, template, number, certificate):
        """The number of a document; each revision of a certificate is a paper of its own."""
        if template["kind"] != "certificate":
            return number
        return self.env["gov.certificate"]._get_paper_number(certificate)

    @api.model
    def _get_all_numbers(self, case, templates, day):
        """A number for each template: the next one, or that of the licence that goes on."""
        Certificate = self.env["gov.certificate"]
        known = Certificate._get_known_number(case, [t["kind"] for t in templates])
        new = [template for template in templates if template["kind"] not in known]
        drawn = iter(self._get_numbers(case, new, day))
        return [known.get(template["kind"]) or next(drawn) for template in templates]

    @api.model
    def _get_numbers(self, case, templates, day):
        """The next numbers of organ, kind and year, without gaps (×审许准字〔2026〕第00012号)."""
        organ = case.department_id.organ_short
        words = [template["number_word"] or template["kind"] for template in templates]
        serials = self.env["gov.number"]._next_all(
            [f"document/{organ}/{word}/{day.year}" for word in words]
        )
        return [
            numbering.document_number(
                NUMBER_PATTERN, organ=organ, kind=word, year=day.year, serial=serial
            )
            for word, serial in zip(words, serials, strict=True)
        ]

    # ----------------------------------------------------------------- printing

    @api.depends("content", "case_id.version_id")
    def _compute_body(self):
        """The whole text, laid out from what the act fixed and the frozen template."""
        for row in self:
            if "text" in row.content:  # laid out by the act itself, before 19.0.1.1.0
                row.body = row.content["text"]
                continue
            text = row.content.get("template")
            if text is None:
                definition = row.case_id.version_id._get_definition()
                text = next(t["body"] for t in definition["documents"] if t["kind"] == row.kind)
            row.body = document_layout.lay_out(self.env, row.content, text)

    def _get_pdf(self) -> bytes:
        """The file of this document; printed at the first call, the same bytes ever after.

        :raises AccessError: for a user who may not read the document
        """
        self.ensure_one()
        self.check_access("read")
        document = self.sudo()  # the file of a document that the user may read
        if not document.attachment_id:
            document._print()
        return document.attachment_id.raw

    def _print(self):
        """Print the text and keep the file, once: the row stays locked until commit."""
        self._lock()
        if self.attachment_id:
            return
        content = self._render_pdf()
        attachment = self.env["ir.attachment"]._door_create(
            DOOR,
            [
                {
                    "name": f"{self.name} {self.number}.pdf",
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            ],
        )
        self._door_write(
            DOOR,
            {"attachment_id": attachment.id, "pdf_digest": hashlib.sha256(content).hexdigest()},
        )

    def _render_pdf(self) -> bytes:
        page = self.env["ir.qweb"]._render(
            "gov_approval.gov_document_page",
            {
                "title": self.name,
                "number": self.number,
                "text": Markup(drawing.place_marks(str(self.body))),
            },
        )
        return engine.write_pdf(f"<!DOCTYPE html>{page}", stylesheets=(STYLESHEET,))

    @api.model
    def _cron_print(self):
        """Print what was issued and not asked for yet; hosts share the queue by row locks.

        One document a transaction: one that cannot be printed is logged and keeps none waiting.
        """
        last, done = 0, 0
        while document := self._lock_next_unprinted(last):
            last = document.id
            try:
                with self.env.cr.savepoint():
                    document._print()
            except Exception:
                _logger.exception("Document %s could not be printed", document.number)
            done += 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=self._count_unprinted(last)):
                return

    def _lock_next_unprinted(self, after_id):
        self.env.cr.execute(
            """SELECT id FROM gov_case_document WHERE attachment_id IS NULL AND id > %s
               ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED""",
            [after_id],
        )
        row = self.env.cr.fetchone()
        return self.browse(row[0]) if row else self.browse()

    def _count_unprinted(self, after_id):
        return self.search_count([("attachment_id", "=", False), ("id", ">", after_id)])

    @on_one_record
    def action_open_pdf(self):
        """Open the file of the document in the browser (查看文书)."""
        self._get_pdf()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.sudo().attachment_id.id}",  # may be read: checked above
            "target": "new",
        }
