from odoo import fields, models

LEVELS = [
    ("district", "District centre"),
    ("sub_centre", "Sub-centre"),
    ("township", "Township service centre"),
    ("village", "Village service station"),
]


class GovCentre(models.Model):
    """A place of the service network (政务服务中心, 分中心, 便民服务中心, 便民服务站)."""

    _name = "gov.centre"
    _description = "Service centre"
    _parent_store = True
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Local code of the place, unique in the network.")
    sequence = fields.Integer(default=10)
    level = fields.Selection(LEVELS, required=True, default="district")
    parent_id = fields.Many2one("gov.centre", string="Superior centre", index=True)
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("gov.centre", "parent_id", string="Subordinate places")
    division_code = fields.Char(
        required=True,
        default="000000",
        help="Administrative division (行政区划, GB/T 2260), 6 digits; the first part of case"
        " numbers.",
    )
    address = fields.Char(translate=True)
    phone = fields.Char()
    complaint_phone = fields.Char()
    service_hours = fields.Char(translate=True)
    reconsideration_body = fields.Char(
        translate=True, help="Body for administrative reconsideration named in remedies (Art. 7)."
    )
    court = fields.Char(translate=True, help="Court named in remedies (Art. 7).")
    staff_ids = fields.Many2many("res.users", string="Intake staff")
    window_ids = fields.One2many("gov.window", "centre_id", string="Windows")
    department_ids = fields.One2many("gov.department", "centre_id", string="Departments")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Another centre has this code already.")
    _division_is_six_digits = models.Constraint(
        "CHECK (division_code ~ '^[0-9]{6}$')",
        "The division code has exactly six digits (GB/T 2260).",
    )
