from decimal import Decimal

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.exceptions import UserError

from ..kernel import formula, rate_rows
from ..kernel.shapes import NEEDS_PERSON
from .fee_speech import say

SHAPES = [
    ("fixed", "Fixed for the case"),
    ("per_unit", "Price for each unit"),
    ("range", "Range, chosen within"),
    ("ceiling", "Ceiling, chosen below"),
    ("percent", "Percent of a base"),
    ("tier", "Tier of quantities"),
    ("first_free", "First free, then each"),
    ("surcharge", "Surcharge in percent"),
    ("reference", "By reference, entered by hand"),
]


class GovFeeRate(models.Model):
    """A version of the rate of a fee (收费标准版本): lines of known shapes, in force by date.

    At most one published version of a fee is in force on any day.
    """

    _name = "gov.fee.rate"
    _description = "Rate of a fee"
    _inherit = ["gov.fee.publication"]
    _order = "item_id, date_from desc, id desc"

    item_id = fields.Many2one(
        "gov.fee.item", string="Fee", required=True, index=True, ondelete="restrict"
    )
    standard = fields.Char(help="In words, as the list prints it.")
    line_ids = fields.One2many("gov.fee.rate.line", "rate_id", string="Lines", copy=True)
    words = fields.Char(string="Computed as", compute="_compute_words")

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_from <= date_to + 1)",
        "A rate cannot end before it begins.",
    )

    @api.depends("item_id.display_name", "date_from")
    def _compute_display_name(self):
        for rate in self:
            begin = rate.date_from.isoformat() if rate.date_from else self.env._("draft")
            rate.display_name = f"{rate.item_id.display_name} ({begin})"

    @api.depends("line_ids.words")
    @api.depends_context("lang")
    def _compute_words(self):
        for rate in self:
            rate.words = "; ".join(filter(None, rate.line_ids.mapped("words")))

    def unlink(self):
        self._check_is_draft()
        self.line_ids.unlink()
        return super().unlink()

    # ---------------------------------------------------------------- publishing

    def _get_missing(self):
        missing = self.item_id._get_missing() + super()._get_missing()
        for name in ("standard", "line_ids"):
            if not self[name]:
                missing.append(self._fields[name]._description_string(self.env))
        return missing

    def _check_content(self):
        try:
            rate_rows.to_rate(self._to_rows())
        except KernelError as error:
            raise UserError(say(self.env, error)) from error

    def _check_alone(self):
        last = self.date_to or fields.Date.to_date("9999-12-31")
        for other in self.item_id.rate_ids - self:
            if other.state == "published" and not (
                other.date_from > last or (other.date_to and other.date_to < self.date_from)
            ):
                raise UserError(
                    self.env._(
                        "Another rate of this fee runs from %(since)s until %(until)s. Two rates"
                        " cannot be in force on one day: end that one first, or begin later.",
                        since=other.date_from,
                        until=other.date_to or self.env._("further notice"),
                    )
                )

    def _compile(self):
        return super()._compile() | {
            "schema": 1,
            "item": self.item_id._compile(),
            "standard": self.standard,
            "lines": [
                {
                    key: str(value) if isinstance(value, Decimal) else value
                    for key, value in row.items()
                }
                for row in self._to_rows()
            ],
        }

    # ------------------------------------------------------------- for the kernel

    def _to_rows(self):
        """The lines as ``kernel.rate_rows`` takes them: exact numbers, only what is entered."""
        return [line._to_row() for line in self.line_ids.sorted("sequence")]

    def _to_kernel(self):
        """The rate that bills are computed with: of the frozen definition, never of the rows."""
        self.ensure_one()
        return rate_rows.to_rate(self.definition["lines"] if self.definition else self._to_rows())

    def _entries_from(self, quantities, answers, types, today):
        """What the answers of a case say of every line of this rate.

        :param dict quantities: unit -> expression over the answers, as the item configures it
        :param types: types of the answers by code
        :return: entries by line, or None where a person has to choose or to count something
        :raises KernelError: an expression that these answers do not suit
        """
        entries = {}
        for line in self._to_kernel().lines:
            if isinstance(line.shape, NEEDS_PERSON) or set(line.shape.units) - set(quantities):
                return None
            entries[line.name] = {
                "quantities": {
                    unit: str(formula.count(quantities[unit], answers, types, today))
                    for unit in line.shape.units
                }
            }
        return entries

    def action_new_version(self):
        """A draft with the same lines, to follow this rate."""
        self.ensure_one()
        draft = self.copy({"date_from": False, "date_to": False})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }


class GovFeeRateLine(models.Model):
    """A line of a rate (收费标准明细) in one of the shapes of ``kernel.tariff``."""

    _name = "gov.fee.rate.line"
    _description = "Line of a rate"
    _order = "rate_id, sequence, id"

    rate_id = fields.Many2one("gov.fee.rate", required=True, index=True, ondelete="restrict")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What is charged", required=True)
    shape = fields.Selection(SHAPES, required=True, default="per_unit")
    amount = fields.Float(digits=(16, 4), help="Yuan, or percent.")
    amount_max = fields.Float(string="At most", digits=(16, 4))
    unit = fields.Char(help="Several multiply: 平方米·日. Of a percentage: its base.")
    up_to = fields.Float(string="Tier up to", digits=(16, 6), help="Empty: without end.")
    free = fields.Float(string="Free quantity", digits=(16, 6))
    cap = fields.Float(string="Limit of money", digits=(16, 2))
    document = fields.Char(help="Where the rate stands that is given by reference.")
    words = fields.Char(string="In words", compute="_compute_words")

    # NaN is larger than every number in PostgreSQL.
    _numbers_in_bounds = models.Constraint(
        "CHECK (COALESCE(amount, 0) BETWEEN 0 AND 1e9 AND COALESCE(amount_max, 0) BETWEEN 0 AND 1e9"
        " AND COALESCE(up_to, 0) BETWEEN 0 AND 1e9 AND COALESCE(free, 0) BETWEEN 0 AND 1e9"
        " AND COALESCE(cap, 0) BETWEEN 0 AND 1e9)",
        "Numbers of a rate are zero or more and below a thousand million.",
    )

    @api.depends(
        "name", "shape", "amount", "amount_max", "unit", "up_to", "free", "cap", "document"
    )
    @api.depends_context("lang")
    def _compute_words(self):
        for line in self:
            line.words = line._say()

    def _say(self):
        env, unit = self.env, self.unit or ""
        low, high, up_to, free = (
            f"{_exact(value):f}" for value in (self.amount, self.amount_max, self.up_to, self.free)
        )
        each = env._("/%(unit)s", unit=unit) if unit else ""
        texts = {
            "fixed": env._("%(low)s yuan", low=low),
            "per_unit": env._("%(low)s yuan%(each)s", low=low, each=each),
            "range": env._("%(low)s–%(high)s yuan%(each)s", low=low, high=high, each=each),
            "ceiling": env._("at most %(high)s yuan%(each)s", high=high, each=each),
            "percent": env._("%(low)s%% of %(base)s", low=low, base=unit),
            "tier": env._("up to %(up_to)s: %(low)s yuan%(each)s", up_to=up_to, low=low, each=each)
            if self.up_to
            else env._("above: %(low)s yuan%(each)s", low=low, each=each),
            "first_free": env._(
                "%(free)s free, then %(low)s yuan%(each)s", free=free, low=low, each=each
            ),
            "surcharge": env._("plus %(low)s–%(high)s%%", low=low, high=high)
            if self.amount_max
            else env._("plus %(low)s%%", low=low),
            "reference": env._("see %(document)s", document=self.document or "–"),
        }
        return texts.get(self.shape, "")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._touch_rates()
        return lines

    def write(self, vals):
        self._touch_rates()
        before = [line.rate_id for line in self]
        result = super().write(vals)
        if [line.rate_id for line in self] != before:
            raise UserError(
                self.env._("A line stays with its rate. Add it there, and remove it here.")
            )
        return result

    def unlink(self):
        self._touch_rates()
        return super().unlink()

    def _touch_rates(self):
        self.rate_id._check_is_draft()
        self.rate_id._note_editor()

    def _to_row(self):
        """What is entered, with exact numbers; no float leaves this method."""
        row = {"name": self.name, "shape": self.shape}
        row |= {name: self[name].strip() for name in rate_rows.TEXTS if self[name]}
        return row | {name: _exact(self[name]) for name in rate_rows.NUMBERS if self[name]}


def _exact(value):
    """The decimal digits of a numeric column: at most 15, which a float gives back unchanged."""
    number = Decimal(repr(value))
    is_whole = number.is_finite() and number == number.to_integral_value()
    return number.quantize(Decimal(1)) if is_whole else number
