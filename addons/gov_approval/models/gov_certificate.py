import secrets

from odoo import api, fields, models

from ..kernel import numbering

#: Status of a certificate (证照状态), `domain.md` 1.5.
CERTIFICATE_STATES = [
    ("valid", "Valid"),
    ("suspended", "Suspended"),
    ("changed", "Changed"),
    ("renewed", "Renewed"),
    ("revoked", "Revoked (unlawful when made)"),
    ("withdrawn", "Withdrawn (law or facts changed)"),
    ("penalised", "Revoked as a penalty"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
]


class GovCertificate(models.Model):
    """A licence in the register (证照): issued by a decision, written only by acts."""

    _name = "gov.certificate"
    _description = "Certificate"
    _inherit = ["gov.sealed"]
    _order = "id desc"
    _rec_name = "number"

    number = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    item_id = fields.Many2one("gov.item", required=True, readonly=True, ondelete="restrict")
    department_id = fields.Many2one(
        "gov.department", required=True, readonly=True, index=True, ondelete="restrict"
    )
    holder_name = fields.Char(string="Holder", required=True, readonly=True, index="trigram")
    holder_code = fields.Char(
        readonly=True, help="Credit code of a body; empty for natural persons (published)."
    )
    state = fields.Selection(CERTIFICATE_STATES, required=True, default="valid", readonly=True)
    issued_on = fields.Date(readonly=True)
    valid_from = fields.Date(readonly=True)
    valid_to = fields.Date(readonly=True, help="Empty: no limit.")
    token = fields.Char(
        readonly=True, groups=fields.NO_ACCESS, help="In the QR code: 128 random bits."
    )
    verification_code = fields.Char(
        readonly=True, help="Printed beside the number; with it anyone can verify."
    )
    document_id = fields.Many2one("gov.case.document", readonly=True, ondelete="restrict")

    _number_uniq = models.Constraint(
        "UNIQUE (number)", "This certificate number was given already."
    )
    _token_uniq = models.Constraint("UNIQUE (token)", "Another certificate has this token.")

    @api.model
    def _prepare_vals(self, case, definition, day, number):
        """Columns of the certificate that a grant on ``day`` creates."""
        result = definition["result"]
        answers = case.answers or {}
        return {
            "number": number,
            "name": result["name"] or case.item_id.name,
            "case_id": case.id,
            "item_id": case.item_id.id,
            "department_id": case.department_id.id,
            "holder_name": case.applicant_name,
            "holder_code": answers.get("applicant_credit_code"),
            "issued_on": day,
            "valid_from": day,
            "valid_to": self._expiry(day, result["validity_value"], result["validity_unit"]),
            "token": secrets.token_urlsafe(24),
            "verification_code": numbering.secret(secrets.token_bytes(8)),
        }

    @api.model
    def _expiry(self, day, value, unit):
        """Last day of validity: the day before the same date, ``value`` units later."""
        if not value or unit in (None, "none"):
            return False
        unit = {"year": "years", "month": "months", "calendar_day": "days"}[unit]
        return fields.Date.subtract(fields.Date.add(day, **{unit: value}), days=1)

    @api.model
    def _issue(self, writing, vals):
        return writing.insert(self, [vals])
