from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..kernel import identity
from ..kernel.errors import KernelError
from .speech import say


class GovDepartment(models.Model):
    """An organ or its section that handles items (实施主体, 部门)."""

    _name = "gov.department"
    _description = "Department"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Local code, unique; item packs refer to it.")
    sequence = fields.Integer(default=10)
    organ_short = fields.Char(
        required=True,
        default="政",
        help="Short name of the organ in document numbers (发文机关代字).",
    )
    credit_code = fields.Char(help="Unified social credit code of the organ (GB 32100).")
    centre_id = fields.Many2one("gov.centre", required=True, index=True, ondelete="restrict")
    staff_ids = fields.Many2many("res.users", string="Staff")
    mandate_ids = fields.One2many("gov.mandate", "department_id", string="Mandates")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Another department has this code already.")

    @api.constrains("credit_code")
    def _check_credit_code(self):
        for department in self.filtered("credit_code"):
            try:
                identity.check_credit_code(department.credit_code)
            except KernelError as error:
                raise ValidationError(say(self.env, error)) from error
