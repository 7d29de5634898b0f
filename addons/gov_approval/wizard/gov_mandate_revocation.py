from odoo import fields, models

from ..models.rpc import on_one_record


class GovMandateRevocation(models.TransientModel):
    """Asks for the reason before a mandate is revoked (撤销授权)."""

    _name = "gov.mandate.revocation"
    _description = "Revoke a mandate"

    mandate_id = fields.Many2one("gov.mandate", required=True, readonly=True, ondelete="cascade")
    reason = fields.Char(required=True)

    @on_one_record
    def action_confirm(self):
        """Revoke with the rights of the user; the mandate itself checks the rest."""
        self.ensure_one()
        self.mandate_id.action_revoke(self.reason)
        return {"type": "ir.actions.act_window_close"}
