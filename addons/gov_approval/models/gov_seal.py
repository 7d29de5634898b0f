from odoo import api, fields, models
from odoo.exceptions import UserError


class GovSeal(models.Model):
    """A special seal for approvals (行政审批专用章): it goes with the mandate it was filed with.

    The seal of a filed mandate stands on decisions, so its name, number and picture stay as they
    were; a newly cut seal is a new record.
    """

    _name = "gov.seal"
    _description = "Special seal for approvals"
    _order = "department_id, number, id"
    _rec_names_search = ["name", "number"]

    name = fields.Char(required=True, help="The words on the seal.")
    number = fields.Char(required=True, help="Code of the seal from the seal register.")
    department_id = fields.Many2one(
        "gov.department", required=True, index=True, ondelete="restrict"
    )
    # In the row, not in a file beside it: files can be changed by themselves.
    image = fields.Image(string="Imprint", max_width=600, max_height=600, attachment=False)
    mandate_ids = fields.One2many("gov.mandate", "seal_id", string="Mandates", readonly=True)
    active = fields.Boolean(default=True)

    _number_uniq = models.Constraint("UNIQUE (number)", "Another seal has this number already.")

    @api.depends("name", "number")
    def _compute_display_name(self):
        for seal in self:
            seal.display_name = f"{seal.name} {seal.number}" if seal.number else seal.name

    def write(self, vals):
        if vals.keys() - {"active"}:
            self._check_is_free()
        return super().write({k: v for k, v in vals.items() if k != "mandate_ids"})

    def unlink(self):
        self._check_is_free()
        return super().unlink()

    def _check_is_free(self):
        if any(mandate.filed_on for mandate in self.mandate_ids):
            raise UserError(
                self.env._(
                    "The seal of a filed mandate does not change. Enter a new seal, and file a"
                    " new mandate with it."
                )
            )

    def _take(self):
        """Whoever files a mandate with this seal at the same moment is told to try again."""
        if not self:
            return
        self.env.cr.execute(
            "UPDATE gov_seal SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN %s",
            [tuple(self.ids)],
            log_exceptions=False,
        )
