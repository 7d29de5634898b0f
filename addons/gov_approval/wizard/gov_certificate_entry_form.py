from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel import entry, licence
from ..models.applicant_form import APPLICANT_KINDS
from ..models.gov_certificate import CERTIFICATE_STATES
from ..models.rpc import on_one_record
from ..models.speech import word

#: Fields of the form whose texts are cells of ``kernel.entry``.
_CELLS = tuple(name for name in entry.COLUMNS if name != "valid_to")


class GovCertificateEntryForm(models.TransientModel):
    """One licence from records (存量证照补录), or the correction of such an entry."""

    _name = "gov.certificate.entry.form"
    _description = "Entry of a licence from records"

    certificate_id = fields.Many2one("gov.certificate", readonly=True, ondelete="cascade")
    item_id = fields.Many2one(
        "gov.item",
        string="Item that grants it",
        domain="[('department_id.staff_ids', 'in', uid), ('published_version_id', '!=', False)]",
        ondelete="cascade",
    )
    number = fields.Char(string="Number of the certificate")
    name = fields.Char(
        string="Name of the certificate", help="Empty: the name of the item's result."
    )
    region = fields.Char(string="Region of validity")
    holder_kind = fields.Selection(
        lambda self: [(kind, word(self.env, kind)) for kind in APPLICANT_KINDS],
        string="Kind of holder",
    )
    holder_name = fields.Char(string="Holder")
    holder_number = fields.Char(string="Id card number or credit code")
    phone = fields.Char(string="Mobile phone")
    email = fields.Char(string="E-mail", help="Reminders before the last day go there.")
    issued_on = fields.Date(string="Issued on")
    valid_from = fields.Date(string="Valid from")
    valid_to = fields.Date(string="Valid to")
    is_unlimited = fields.Boolean(string="Without a last day")
    state = fields.Selection(
        [one for one in CERTIFICATE_STATES if one[0] in entry.STATES],
        string="State of the certificate",
        default="valid",
    )
    ended_on = fields.Date(string="Ended on")
    source = fields.Char(help="The book, file or register that the entry repeats.")
    reasons = fields.Char(string="Reason of the correction")

    @api.constrains("certificate_id")
    def _check_certificate(self):
        """The form names no certificate to a user who may not read it."""
        for form in self.with_env(self.env(su=False)):
            form.certificate_id.check_access("read")

    @api.model
    def _prepare_correction(self, certificate):
        """The form as the entry stands; the number of the holder is not shown again."""
        answers = certificate.sudo().case_id.answers  # the item manager entered them
        same = ("number", "name", "region", "holder_name", "issued_on", "valid_from", "valid_to")
        return {
            "certificate_id": certificate.id,
            "item_id": certificate.item_id.id,
            **{name: certificate[name] for name in same},
            "holder_kind": answers["applicant_kind"],
            "phone": answers.get("applicant_phone"),
            "email": answers.get("applicant_email"),
            "is_unlimited": not certificate.valid_to,
            "state": certificate.state,
            "ended_on": certificate.state not in (*licence.ALIVE, licence.EXPIRED)
            and certificate.ended_on,
        }

    def _get_cells(self):
        cells = {name: str(self[name] or "") for name in _CELLS}
        is_unlimited = self.is_unlimited and not self.valid_to
        last_day = entry.UNLIMITED[0] if is_unlimited else str(self.valid_to or "")
        return cells | {"valid_to": last_day}

    @on_one_record
    def action_enter(self):
        """Enter the licence, and show it in the register."""
        if not self.item_id:
            raise UserError(self.env._("Choose the item that grants these licences."))
        if not (self.source or "").strip():
            raise UserError(
                self.env._("Say where the licence is recorded: the book, file or register.")
            )
        certificate = self.env["gov.certificate"]._enter_one(
            self.item_id, self._get_cells(), self.source.strip()[:200]
        )
        return certificate.with_env(self.env).action_open_entry()

    @on_one_record
    def action_correct(self):
        """Put the entry right; the history keeps what stood before, and why."""
        if not self.certificate_id:
            raise UserError(self.env._("Open the entry that is to be corrected first."))
        self.certificate_id._correct_entry(self._get_cells(), self.reasons)
        return self.certificate_id.action_open_entry()


class GovCertificate(models.Model):
    """Pages of the item manager on entered licences."""

    _inherit = "gov.certificate"

    @on_one_record
    def action_open_entry(self):
        """The entry on the page that the item manager may read."""
        self.check_access("read")
        view = self.env.ref("gov_approval.gov_certificate_view_form_entered")
        return {
            "type": "ir.actions.act_window",
            "name": self.number,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
        }

    @on_one_record
    def action_correct_entry(self):
        """The form on which an entry is put right."""
        self.check_access("read")
        self._check_may_enter(self.item_id)
        Form = self.env["gov.certificate.entry.form"]
        form = Form.create(Form._prepare_correction(self))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the entry"),
            "res_model": form._name,
            "res_id": form.id,
            "views": [(False, "form")],
            "target": "new",
        }
