from odoo import fields, models

from ..models.rpc import on_one_record


class GovBlockLift(models.TransientModel):
    """Asks for the reason before a centre administrator proposes to lift a bar (解除禁限)."""

    _name = "gov.block.lift"
    _description = "Propose to lift a bar"

    block_id = fields.Many2one("gov.block", required=True, readonly=True, ondelete="cascade")
    reason = fields.Char(required=True)

    @on_one_record
    def action_confirm(self):
        """Propose with the rights of the user; the bar itself checks the rest."""
        self.block_id._propose_lift(self.reason)
        return {"type": "ir.actions.act_window_close"}
