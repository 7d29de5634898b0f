from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.exceptions import ValidationError

from ..kernel import statement
from .fee_speech import say

SIDES = [("bank", "Bank"), ("finance", "Finance")]
_SEPARATORS = "、;；\n"


class GovFeeStatementFormat(models.Model):
    """How a bank or finance writes its file (对账文件格式): which column says what."""

    _name = "gov.fee.statement.format"
    _description = "Layout of a bank or finance file"
    _order = "side, name, id"

    name = fields.Char(required=True, help="Who sends such files.")
    side = fields.Selection(SIDES, string="Sent by", required=True, default="bank")
    code_column = fields.Char(
        string="Column of the payment code",
        required=True,
        help="As the header prints it; several names are divided by 、 or ;",
    )
    amount_column = fields.Char(string="Column of the amount", required=True)
    day_column = fields.Char(string="Column of the day", required=True)
    reference_column = fields.Char(
        string="Column of the reference",
        help="The bank's own number of the movement. With it no movement is taken in twice.",
    )
    direction_column = fields.Char(
        string="Column of the direction", help="Empty where refunds are negative amounts."
    )
    refund_words = fields.Char(
        string="Words for a refund", help="What the column of the direction says of a refund."
    )
    is_in_cents = fields.Boolean(string="Amounts in cents")
    active = fields.Boolean(default=True)

    @api.constrains(
        "code_column",
        "amount_column",
        "day_column",
        "reference_column",
        "direction_column",
        "refund_words",
    )
    def _check_layout(self):
        for layout in self:
            try:
                layout._to_kernel()
            except KernelError as error:
                raise ValidationError(say(self.env, error)) from error
            if layout.direction_column and not layout.refund_words:
                raise ValidationError(
                    self.env._("Say by which words the column of the direction marks a refund.")
                )

    def _to_kernel(self):
        self.ensure_one()
        columns = {key: _divide(self[f"{key}_column"]) for key in statement.KEYS}
        columns = {key: names for key, names in columns.items() if names}
        return statement.Layout(columns, self.is_in_cents, _divide(self.refund_words))


def _divide(text):
    for separator in _SEPARATORS:
        text = (text or "").replace(separator, "\n")
    return tuple(filter(None, (name.strip() for name in text.split("\n"))))
