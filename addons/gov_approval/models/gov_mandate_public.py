from odoo import api, models

from .gov_mandate import POWERS


class GovMandate(models.Model):
    """Who signs for which items, for everybody to see (首席代表公示)."""

    _inherit = "gov.mandate"

    @api.model
    def _get_public_facts(self):
        """Mandates in force today with what they cover, by department.

        Names only what the public may rely on: published items.  The number of queries does not
        depend on the number of mandates.
        """
        # Shown at the window and online by rule; the public has no rights on the rows.
        mandates = self.sudo().search(self._domain_on(self._today()))
        by_place = mandates.sorted(lambda m: (m.department_id.sequence, m.department_id.id, m.id))
        return [
            {
                "department": mandate.department_id.name,
                "department_code": mandate.department_id.code,
                "representative": mandate.user_id.name,
                "rank": mandate._say_rank(),
                "items": [
                    {"code": item.code, "name": item.name}
                    for item in mandate.item_ids.sorted("code")
                    if item.published_version_id
                ],
                "powers": mandate._say_powers(),
                "number": mandate.number,
                "seal": mandate.seal_id.display_name or "",
                "valid_from": mandate.valid_from,
                "valid_to": mandate.valid_to,
            }
            for mandate in by_place
        ]

    def _say_rank(self):
        return dict(self._fields["rank"]._description_selection(self.env)).get(self.rank, "")

    def _say_powers(self):
        """The powers as the back office names them."""
        labels = self.fields_get(allfields=list(POWERS), attributes=["string"])
        return [labels[name]["string"] for name in POWERS if self[name]]
