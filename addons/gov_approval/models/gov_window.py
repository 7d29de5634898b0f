from odoo import fields, models


class GovWindow(models.Model):
    """A window where applicants are served (窗口)."""

    _name = "gov.window"
    _description = "Window"
    _order = "centre_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    centre_id = fields.Many2one("gov.centre", required=True, index=True, ondelete="restrict")
    user_ids = fields.Many2many("res.users", string="Window staff")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE (centre_id, code)", "Another window of this centre has this code already."
    )
