from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.addons.gov_approval.models.rpc import on_one_record


class GovFeeClose(models.TransientModel):
    """Counting the slips at the end of a shift (班次结算)."""

    _name = "gov.fee.close"
    _description = "Closing a shift"

    shift_id = fields.Many2one("gov.fee.shift", required=True, ondelete="cascade")
    line_ids = fields.One2many("gov.fee.close.line", "close_id", string="Slips")
    reason = fields.Char(string="Reason of a difference")
    next_cashier_id = fields.Many2one(
        "res.users",
        string="Handed over to",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("gov_approval.group_gov_cashier").ids),
            ("id", "!=", self.env.uid),
        ],
    )

    @api.model
    def default_get(self, fields_list):
        vals = super().default_get(fields_list)
        if shift := self.env["gov.fee.shift"].browse(vals.get("shift_id")):
            vals["line_ids"] = [
                Command.create({"method_id": method.id, "count": len(payments)})
                for method, payments in shift.payment_ids.grouped("method_id").items()
            ]
        return vals

    @on_one_record
    def action_do(self):
        """Close the shift with what was counted."""
        counted = {
            line.method_id.code: str(Decimal(f"{line.amount:.2f}")) for line in self.line_ids
        }
        self.shift_id.action_close(counted, self.reason or "", self.next_cashier_id.id)
        return {"type": "ir.actions.act_window_close"}


class GovFeeCloseLine(models.TransientModel):
    """The slips of one way to pay; what the books say is not shown before they are counted."""

    _name = "gov.fee.close.line"
    _description = "Slips of a shift"

    close_id = fields.Many2one("gov.fee.close", required=True, ondelete="cascade")
    method_id = fields.Many2one("gov.fee.method", string="Way to pay", required=True)
    count = fields.Integer(string="Slips", readonly=True)
    amount = fields.Float(string="Sum of the slips", digits=(16, 2))
