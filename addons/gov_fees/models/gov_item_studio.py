from odoo import models


class GovItemVersion(models.Model):
    """The fee list in the item studio: lines are chosen from it, with what it says of each."""

    _inherit = "gov.item.version"

    def _studio_words(self):
        fees = self.env["gov.fee.item"]._list_chargeable()
        return super()._studio_words() | {
            "fees": [[code, label] for code, label, _facts, _units in fees],
            "fee_facts": {code: facts for code, _label, facts, _units in fees},
            "fee_units": {code: units for code, _label, _facts, units in fees},
        }


class GovFeeItem(models.Model):
    _inherit = "gov.fee.item"

    def _list_chargeable(self):
        """``(code, label, facts, units)`` of each fee with a rate in force, in the list's order."""
        found = []
        for item in self.sudo().search(self._get_public_domain()):  # the list is published
            rate = item.rate_ids.filtered(lambda one: one.status == "in_force")[:1]
            said = rate.definition["item"]
            name = "-".join(filter(None, (said["name"], said["sub_item"])))
            facts = {"name": name, "standard": rate.definition["standard"] or ""}
            facts["basis"] = said["policy_basis"] or ""
            units = {unit for line in rate._to_kernel().lines for unit in line.shape.units}
            found.append((item.code, f"{name} ({item.code})", facts, sorted(units)))
        return found
