import base64

from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import html_sanitize

from ..kernel import document, item_json
from ..kernel.errors import KernelError
from ..report import drawing, engine
from . import document_layout, document_sample, document_tokens
from .gov_case_document import STYLESHEET
from .rpc import on_one_record
from .speech import say, word

_PARTS = ("kind", "name", "number_word", "body")


class GovItemVersion(models.Model):
    """Texts of documents in the studio (文书设计): what can be inserted, how they will print."""

    _inherit = "gov.item.version"

    def _studio_words(self):
        return super()._studio_words() | {"tokens": document_tokens.get_menu(self.env)}

    @on_one_record
    def studio_standard_text(self, kind):
        """The text that the item uses while it has none of its own: the beginning of its own."""
        self.check_access("read")
        if kind not in self.env["gov.document.template"]._fields["kind"].get_values(self.env):
            raise UserError(self.env._("There is no such kind of document; choose it in the list."))
        standard = self.env["gov.document.template"]._compile_standard(self.item_id.power_type)
        for template in standard:
            if template["kind"] == kind:
                return {key: template[key] for key in _PARTS}
        return {"kind": kind, "name": word(self.env, kind), "number_word": "", "body": ""}

    @on_one_record
    def studio_print(self, template):
        """A text as it will print, for a case that is not there.

        :param dict template: ``kind``, ``name``, ``number_word`` and ``body`` as they stand now
        :return: the PDF in base64
        """
        self.check_access("read")
        template = self._studio_check_template(template)
        try:
            text = self._studio_text(template, self._get_definition())
        except KernelError as error:
            raise UserError(say(self.env, error)) from None
        page = self.env["ir.qweb"]._render(
            "gov_approval.gov_document_page",
            {
                "title": template["name"],
                "number": template["number_word"],
                "text": Markup(drawing.place_marks(text)),  # noqa: S704 - our own layout
            },
        )
        pdf = engine.write_pdf(f"<!DOCTYPE html>{page}", stylesheets=(STYLESHEET,))
        return base64.b64encode(pdf).decode()

    def _studio_text(self, template, definition):
        """The whole text in its layout, with the facts of a case that is not there."""
        facts = document_sample.get_facts(self, definition)
        blocks = document_sample.get_blocks(self, definition, facts)
        year = fields.Date.context_today(self).year
        organ = self.department_id.organ_short or ""
        content = {
            "kind": template["kind"],
            "title": template["name"],
            "number": f"{organ}{template['number_word']}字〔{year}〕第00001号",
            "organ": self.department_id.name,
            "case_number": facts["case_number"],
            # values are escaped, the template was sanitised
            "text": Markup(document.resolve(template["body"], facts, blocks)),  # noqa: S704
        }
        layout = document_layout.get_layout(template["kind"])
        return str(self.env["ir.qweb"]._render(layout, content))

    def _studio_check_template(self, template):
        kinds = self.env["gov.document.template"]._fields["kind"].get_values(self.env)
        try:
            if not isinstance(template, dict) or not all(
                isinstance(template.get(key), str) for key in _PARTS
            ):
                raise KernelError("item_studio.not_pack")
            if template["kind"] not in kinds:
                raise KernelError("item_studio.not_pack")
            item_json.check(template)
        except KernelError as error:
            raise UserError(say(self.env, error)) from None
        body = html_sanitize(template["body"], sanitize_style=True, sanitize_form=True)
        return {key: template[key] for key in _PARTS} | {"body": str(body)}
