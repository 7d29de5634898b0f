from odoo import api, models
from odoo.addons.gov_approval.kernel.effects import Effect
from odoo.addons.gov_approval.models.speech import say_article
from odoo.exceptions import UserError

DEMAND_FEE = "demand_fee"


class GovItemVersion(models.Model):
    """An item charges what stands on the public list, or nothing (目录清单之外不得收费)."""

    _inherit = "gov.item.version"

    @api.model
    def _get_effects(self):
        """A step may demand the fees of the item (要求缴费)."""
        return super()._get_effects() | {DEMAND_FEE: Effect(DEMAND_FEE, ())}

    def _get_checks(self):
        return super()._get_checks() + self._check_fee_list()

    def _check_fee_list(self):
        """Each fee of the version that could not be charged on its first day (Art. 58, 59)."""
        first = self.force_from or self.env["gov.calendar.day"]._local_now().date()
        found = []
        for line in self._compile()["fees"]:
            try:
                self.env["gov.fee.item"]._rate_in_force(line["fee_code"], first)
            except UserError as error:
                found.append(self._say_off_list(line["name"], error))
        return found

    def _say_off_list(self, name, error):
        return {
            "code": "publish.fee_off_list",
            "level": "fail",
            "article": say_article(self.env, "Art. 58, 59"),
            "text": self.env._("The fee “%(fee)s”: %(reason)s", fee=name, reason=error),
            "topic": "fees",
            "params": {"fee": name},
        }
