from odoo import fields, models
from odoo.addons.gov_approval.models.rpc import on_one_record

from ..models.gov_fee_difference import SETTLEMENTS


class GovFeeSettle(models.TransientModel):
    """How a difference of reconciliation was settled (对账差异处理)."""

    _name = "gov.fee.settle"
    _description = "Settling a difference"

    difference_id = fields.Many2one("gov.fee.difference", required=True, ondelete="cascade")
    settlement = fields.Selection(SETTLEMENTS, string="Settled by")
    reason = fields.Text()

    @on_one_record
    def action_do(self):
        """Settle the difference; its own door judges."""
        return self.difference_id.action_settle(self.settlement, self.reason or "")
