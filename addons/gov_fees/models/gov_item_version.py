from odoo import api, models
from odoo.addons.gov_approval.kernel.effects import Effect

DEMAND_FEE = "demand_fee"


class GovItemVersion(models.Model):
    _inherit = "gov.item.version"

    @api.model
    def _get_effects(self):
        """A step may demand the fees of the item (要求缴费)."""
        return super()._get_effects() | {DEMAND_FEE: Effect(DEMAND_FEE, ())}
