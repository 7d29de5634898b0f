from odoo import api, fields, models

#: Kinds of documents (文书) of `domain.md` 2.3 that the acts of this module issue.
DOCUMENT_KINDS = [
    ("receipt", "Receipt of filing"),
    ("acceptance_notice", "Notice of acceptance"),
    ("not_required_notice", "Notice that no licence is needed"),
    ("not_competent_decision", "Decision not to accept"),
    ("supplement_notice", "One-time notice"),
    ("extension_notice", "Notice of extension"),
    ("procedure_notice", "Notice of a special procedure"),
    ("grant_decision", "Decision to grant"),
    ("refusal_decision", "Decision to refuse"),
    ("withdrawal_notice", "Notice of withdrawal"),
    ("delivery_receipt", "Proof of delivery"),
    ("certificate", "Certificate"),
]


class GovDocumentTemplate(models.Model):
    """Text of a document (文书模板): sanitised HTML with ``{{ tokens }}``, never code.

    A row without a version is the centre's standard text for its kind; a version may carry its
    own, which wins.
    """

    _name = "gov.document.template"
    _description = "Document template"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"

    version_id = fields.Many2one(required=False, index="btree_not_null")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(DOCUMENT_KINDS, required=True)
    name = fields.Char(required=True)
    number_word = fields.Char(
        help="Word for the kind in the document number (文书字号), for instance 许准."
    )
    body = fields.Html(sanitize=True, sanitize_style=True, sanitize_form=True)

    _kind_uniq = models.UniqueIndex(
        "(COALESCE(version_id, 0), kind)", "There is a template of this kind already."
    )

    def _compile(self):
        return {
            "code": self.kind,
            "kind": self.kind,
            "name": self.name,
            "number_word": self.number_word or "",
            "body": str(self.body or ""),
        }

    @api.model
    def _compile_for(self, version):
        """Templates of a version, the centre's standard texts filling in by kind."""
        standard = self.search([("version_id", "=", False)])
        own = {template.kind: template for template in version.template_ids}
        chosen = {template.kind: template for template in standard} | own
        return [chosen[kind]._compile() for kind, _label in DOCUMENT_KINDS if kind in chosen]
