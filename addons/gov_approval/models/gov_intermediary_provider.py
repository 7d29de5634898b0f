from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..kernel import intermediary
from ..kernel.errors import KernelError
from .speech import say


class GovIntermediaryProvider(models.Model):
    """The registry of providers of intermediary services (中介服务机构名录).

    It says who is qualified and who is suspended, never whom to take: no rank, no default; lists
    for the public stand in an order that changes every day (``_list_providers``).
    """

    _name = "gov.intermediary.provider"
    _description = "Provider of intermediary services"
    _order = "credit_code"

    name = fields.Char(required=True)
    short_name = fields.Char(help="Also looked for in the texts of items, which name no provider.")
    credit_code = fields.Char(required=True, help="统一社会信用代码.")
    phone = fields.Char()
    address = fields.Char()
    qualification_ids = fields.One2many(
        "gov.intermediary.qualification", "provider_id", string="Qualifications"
    )
    credit_ids = fields.One2many(
        "gov.intermediary.credit", "provider_id", string="Credit record"
    )
    credit_level = fields.Selection(
        [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")], help="Empty: not rated."
    )
    suspended_from = fields.Date()
    suspended_until = fields.Date(help="Last day; empty: until further notice.")
    suspension_reason = fields.Text()
    is_suspended = fields.Boolean(compute="_compute_is_suspended")
    active = fields.Boolean(default=True)

    _credit_code_uniq = models.Constraint(
        "UNIQUE (credit_code)", "A provider with this credit code is registered already."
    )
    _suspended_check = models.Constraint(
        "CHECK (suspended_until >= suspended_from)",
        "The suspension ends before it begins; correct the dates.",
    )

    @api.depends("suspended_from", "suspended_until")
    def _compute_is_suspended(self):
        today = self.env["gov.calendar.day"]._local_now().date()
        for provider in self:
            provider.is_suspended = intermediary.is_suspended(
                intermediary.Provider(
                    "", "", provider.suspended_from or None, provider.suspended_until or None
                ),
                today,
            )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalise(vals))

    @api.model
    def _normalise(self, vals):
        """The credit code as it is stored; a wrong one is refused in a sentence."""
        if "credit_code" not in vals:
            return vals
        try:
            return vals | {"credit_code": intermediary.check_credit_code(vals["credit_code"])}
        except KernelError as error:
            raise ValidationError(say(self.env, error)) from error

    @api.constrains("suspended_from", "suspended_until", "suspension_reason")
    def _check_suspension(self):
        for provider in self:
            if provider.suspended_from and not (provider.suspension_reason or "").strip():
                raise ValidationError(
                    self.env._("State why “%(name)s” is suspended.", name=provider.name)
                )
            if provider.suspended_until and not provider.suspended_from:
                raise ValidationError(
                    self.env._("State from when “%(name)s” is suspended.", name=provider.name)
                )

    # ------------------------------------------------------------------ choosing

    @api.model
    def _find_registered(self, credit_code):
        """What the registry says of whoever has this credit code; None when nobody has."""
        # The registry is public; applicants have no rights on its rows.
        found = self.sudo().search([("credit_code", "=", credit_code)], limit=1)
        if not found:
            return None
        offers = {}
        for row in found.qualification_ids:
            offers.setdefault(row.service_id.code, []).append(
                (row.valid_from or None, row.valid_to or None)
            )
        return intermediary.Provider(
            found.name,
            found.credit_code,
            found.suspended_from or None,
            found.suspended_until or None,
            offers,
        )


class GovIntermediaryQualification(models.Model):
    """What a provider may do, from when and until when (中介服务机构资质)."""

    _name = "gov.intermediary.qualification"
    _description = "Qualification of a provider"
    _order = "provider_id, service_id, id"

    provider_id = fields.Many2one(
        "gov.intermediary.provider", required=True, index=True, ondelete="cascade"
    )
    service_id = fields.Many2one(
        "gov.intermediary.service", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(string="Qualification", required=True)
    number = fields.Char()
    valid_from = fields.Date()
    valid_to = fields.Date()

    _valid_check = models.Constraint(
        "CHECK (valid_to >= valid_from)",
        "The qualification ends before it begins; correct the dates.",
    )


class GovIntermediaryCredit(models.Model):
    """One entry of the credit record of a provider (中介服务机构信用记录)."""

    _name = "gov.intermediary.credit"
    _description = "Credit record of a provider"
    _order = "date desc, id desc"
    _rec_name = "text"

    provider_id = fields.Many2one(
        "gov.intermediary.provider", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True)
    kind = fields.Selection(
        [("good", "Commendation"), ("bad", "Breach")], required=True, default="bad"
    )
    text = fields.Text(required=True)
    source = fields.Char(help="Decision or document on which the entry rests.")
