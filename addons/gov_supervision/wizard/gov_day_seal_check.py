from odoo import fields, models
from odoo.addons.gov_approval.models.rpc import on_one_record


class GovDaySealCheck(models.TransientModel):
    """All chains of events checked against the seals (核验封存)."""

    _name = "gov.day.seal.check"
    _description = "Check of the seals"
    _rec_name = "kept"

    kept = fields.Char(string="Digest that you wrote down")
    is_done = fields.Boolean()
    is_sound = fields.Boolean()
    findings = fields.Text()

    @on_one_record
    def action_check(self):
        """Check, and show what does not hold."""
        found = self.env["gov.day.seal"].action_verify(self.kept or "")
        self.write({"is_done": True, "is_sound": not found, "findings": "\n".join(found)})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check the seals"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
