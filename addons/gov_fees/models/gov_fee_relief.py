from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.exceptions import UserError, ValidationError

from ..kernel import formula, relief
from .fee_speech import say
from .gov_fee_rate import _exact

KINDS = [
    ("exempt", "Nothing is charged"),
    ("percent", "Percent off"),
    ("amount", "Yuan off"),
]


class GovFeeRelief(models.Model):
    """A relief of a fee on the list (减免): who has it, how much, on what basis, by what rule."""

    _name = "gov.fee.relief"
    _description = "Relief of a fee"
    _inherit = ["gov.fee.publication"]
    _order = "item_id, code"

    item_id = fields.Many2one(
        "gov.fee.item", string="Fee", required=True, index=True, ondelete="restrict"
    )
    code = fields.Char(required=True)
    name = fields.Char(string="Who has it", required=True)
    kind = fields.Selection(KINDS, string="How much", required=True, default="percent")
    value = fields.Float(digits=(16, 2))
    basis = fields.Char(help="The document that grants it.")
    condition = fields.Char(
        help="When it applies, for instance applicant_kind == 'individual_business'; empty: always."
    )
    is_discretionary = fields.Boolean(
        string="Granted in each case",
        help="The competent organ grants it case by case; otherwise the rule grants it.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE (item_id, code)", "Another relief of this fee has this code."
    )
    _value_in_bounds = models.Constraint(
        "CHECK (COALESCE(value, 0) BETWEEN 0 AND 1e9)",
        "A relief takes off zero or more, and less than a thousand million.",
    )

    @api.depends("item_id.display_name", "name")
    def _compute_display_name(self):
        for part in self:
            part.display_name = f"{part.item_id.display_name}: {part.name}"

    @api.constrains("condition")
    def _check_condition(self):
        for part in self.filtered("condition"):
            try:
                formula.check(part.condition)
            except KernelError as error:
                raise ValidationError(say(self.env, error)) from error

    def _get_missing(self):
        missing = super()._get_missing()
        if not (self.basis or "").strip():
            missing.append(self._fields["basis"]._description_string(self.env))
        return missing

    def _check_content(self):
        try:
            self._to_kernel()
        except KernelError as error:
            raise UserError(say(self.env, error)) from error

    def _compile(self):
        return super()._compile() | {
            "schema": 1,
            "fee": self.item_id.code,
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "value": str(_exact(self.value)),
            "basis": self.basis,
            "condition": self.condition or None,
            "is_discretionary": self.is_discretionary,
        }

    def _to_kernel(self):
        """The relief that settlements are computed with; of a published one its dates only change
        by ending it."""
        self.ensure_one()
        said = self.definition or self._compile()
        return relief.Relief(
            said["code"],
            said["name"],
            said["kind"],
            said["basis"] or "",
            said["value"],
            said["condition"] or "",
            said["is_discretionary"],
            self.date_from or None,
            self.date_to or None,
        )
