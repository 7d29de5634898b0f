from odoo import api, fields, models

from ..kernel.validity import LICENCE_POWER

#: Kinds of documents (文书) of `domain.md` 2.3 that the acts of this module issue.
DOCUMENT_KINDS = [
    # Intake (收件与受理)
    ("receipt", "Receipt of filing"),
    ("acceptance_notice", "Notice of acceptance"),
    ("not_required_notice", "Notice that no licence is needed"),
    ("not_competent_decision", "Decision not to accept"),
    ("supplement_notice", "One-time notice"),
    ("deferral_notice", "Notice of acceptance with deferred papers"),
    ("deferral_commitment", "Promise of deferred papers"),
    ("commitment_letter", "Notice and promise in place of papers"),
    # Clock (期限)
    ("extension_notice", "Notice of extension"),
    ("procedure_notice", "Notice of a special procedure"),
    ("period_notice", "Correction of a period"),
    # Procedures (审查程序)
    ("visit_record", "Record of a site visit"),
    ("third_party_notice", "Notice to a third party"),
    ("hearing_right_notice", "Notice of the right to a hearing"),
    ("hearing_notice", "Notice of a hearing"),
    ("hearing_record", "Record of a hearing"),
    ("public_notice", "Public notice before the decision"),
    # Papers of single steps (环节文书), issued where the flow says so
    ("step_opinion", "Opinion of a step"),
    ("step_notice", "Notice on a step"),
    # Decisions and endings (决定)
    ("grant_decision", "Decision to grant"),
    ("refusal_decision", "Decision to refuse"),
    ("change_decision", "Decision to change a licence"),
    ("renewal_decision", "Decision to renew a licence"),
    ("withdrawal_notice", "Notice of withdrawal"),
    ("termination_decision", "Decision to end the handling"),
    ("referral_letter", "Letter of referral"),
    # The licence afterwards (许可后续)
    ("check_record", "Record of a check"),
    ("revocation_decision", "Decision to revoke a licence"),
    ("licence_withdrawal_decision", "Decision to withdraw a licence"),
    ("cancellation_decision", "Decision to cancel a licence"),
    ("suspension_decision", "Decision to suspend a licence"),
    ("resumption_decision", "Decision to resume a licence"),
    # Service (送达)
    ("delivery_announcement", "Service by public notice"),
    ("delivery_receipt", "Proof of delivery"),
    ("certificate", "Certificate"),
]
#: Powers whose standard text it is: licences under the Administrative License Law, or others,
#: which follow their own law (`domain.md` 1).
SCOPES = [("licence", "Administrative licences"), ("other", "Other powers")]


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
    scope = fields.Selection(
        SCOPES,
        string="Standard text for",
        required=True,
        default="licence",
        help="Other powers (benefits, confirmations, filings) use the text for licences where they"
        " have none of their own.",
    )
    name = fields.Char(required=True)
    number_word = fields.Char(
        help="Word for the kind in the document number (文书字号), for instance 许准."
    )
    body = fields.Html(sanitize=True, sanitize_style=True, sanitize_form=True)

    _kind_uniq = models.UniqueIndex(
        "(COALESCE(version_id, 0), kind, (CASE WHEN version_id IS NULL THEN scope ELSE '' END))",
        "There is a template of this kind already.",
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
        standard = self._compile_standard(version.item_id.power_type)
        own = version.template_ids.mapped(lambda template: template._compile())
        chosen = {template["kind"]: template for template in (*standard, *own)}
        return [chosen[kind] for kind, _label in DOCUMENT_KINDS if kind in chosen]

    @api.model
    def _compile_standard(self, power_type):
        """The centre's standard texts for a type of power (权力类型), one of each kind."""
        found = self.search([("version_id", "=", False)])
        licence, other = (
            {t.kind: t for t in found if t.scope == scope} for scope in ("licence", "other")
        )
        chosen = licence if power_type == LICENCE_POWER else licence | other
        return [chosen[kind]._compile() for kind, _label in DOCUMENT_KINDS if kind in chosen]
