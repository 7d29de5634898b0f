from odoo import fields, models
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError


class GovFeeEnd(models.TransientModel):
    """The last day of a published rate or relief, with the reason (截止)."""

    _name = "gov.fee.end"
    _description = "End of a rate or relief"

    rate_id = fields.Many2one("gov.fee.rate", ondelete="cascade")
    relief_id = fields.Many2one("gov.fee.relief", ondelete="cascade")
    last_day = fields.Date(
        string="Last day", required=True, default=lambda self: self.env["gov.fee.rate"]._today()
    )
    reason = fields.Char(required=True)

    @on_one_record
    def action_end(self):
        part = self.rate_id or self.relief_id
        if not part:
            raise UserError(self.env._("Open the rate or the relief first, and end it there."))
        part._end(self.last_day, self.reason)
        return {"type": "ir.actions.act_window_close"}
