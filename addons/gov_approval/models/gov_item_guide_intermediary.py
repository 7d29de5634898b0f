from odoo import api, models


class GovItemVersion(models.Model):
    """Intermediary services in the guide: basis, who commissions, who pays, price, time."""

    _inherit = "gov.item.version"

    @api.model
    def _get_guide(self, definition):
        names = {material["code"]: material["name"] for material in definition["materials"]}
        return super()._get_guide(definition) | {
            "intermediaries": [
                self._get_guide_intermediary(row)
                | {"material": names.get(row["material"], "")}
                for row in definition.get("intermediaries", ())
            ]
        }

    @api.model
    def _get_guide_intermediary(self, row):
        """One service of a definition, or of the catalogue, in words."""
        return {
            "service": row["service"],
            "name": row["name"] or row["service"],
            "facts": [fact for fact in self._get_intermediary_facts(row) if fact[1]],
        }

    @api.model
    def _get_intermediary_facts(self, row):
        Service = "gov.intermediary.service"
        price = self._say_choice(Service, "price_type", row["price_type"])
        price = self.env._(", ").join(filter(None, (price, row["price"])))
        may = self._say_choice(Service, "self_service", row["self_service"])
        return [
            (self.env._("Legal basis"), row["basis"]),
            (self.env._("Who may provide it"), row["requirement"]),
            (
                self.env._("Commissioned by"),
                self._say_choice(Service, "commissioned_by", row["commissioned_by"]),
            ),
            (self.env._("Applicant may do it himself"), may),
            (self.env._("Paid by"), self._say_choice(Service, "payer", row["payer"])),
            (self.env._("Price"), price),
            (self.env._("Time"), row["time_limit"]),
        ]
