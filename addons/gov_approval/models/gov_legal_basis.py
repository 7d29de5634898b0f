from odoo import fields, models


class GovLegalBasis(models.Model):
    """A ground in law for an item, a material or a fee (设定依据)."""

    _name = "gov.legal.basis"
    _description = "Legal basis"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"
    _rec_name = "title"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, default="b1")
    title = fields.Char(required=True, help="Law or regulation.")
    article = fields.Char()
    ref = fields.Char(string="Document number")
    text = fields.Text(string="Wording")

    _code_uniq = models.Constraint(
        "UNIQUE (version_id, code)", "Another legal basis of this version has this code."
    )

    def _compile(self):
        return {
            "code": self.code,
            "title": self.title,
            "article": self.article or None,
            "ref": self.ref or None,
            "text": self.text or None,
        }


class GovItemCondition(models.Model):
    """A condition for granting (受理条件), shown in the guide."""

    _name = "gov.item.condition"
    _description = "Condition of an item"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"
    _rec_name = "text"

    sequence = fields.Integer(default=10)
    text = fields.Char(required=True)


class GovItemFee(models.Model):
    """A fee line as the guide prints it (收费项目).

    ``fee_code`` names the fee of the public list; the list itself, and what is charged by it, is
    kept by another module.
    """

    _name = "gov.item.fee"
    _description = "Fee line of an item"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    standard = fields.Char(help="The rate in words, as published.")
    amount = fields.Float(digits=(16, 4))
    unit = fields.Char()
    basis = fields.Char()
    fee_code = fields.Char(string="Code of the fee list", help="The fee of the public fee list.")
    quantities = fields.Json(help="Unit of the rate -> expression over the answers.")
    is_payment_condition = fields.Boolean(
        string="Payment is a condition",
        help="By law the step or the hand-out waits for the payment. Needs its ground.",
    )
    payment_ground = fields.Char(
        string="Ground of the condition", help="Law and article that let it wait for the payment."
    )

    def _compile(self):
        return {
            "name": self.name,
            "standard": self.standard or None,
            "amount": str(self.amount) if self.amount else None,
            "unit": self.unit or None,
            "basis": self.basis or None,
            "fee_code": self.fee_code or None,
            "quantities": self.quantities or {},
            "is_payment_condition": self.is_payment_condition,
            "payment_ground": self.payment_ground or None,
        }


class GovItemFact(models.Model):
    """A fact of an imported source that has no field, or that is missing (导入报告).

    Nothing of a source is dropped: what cannot be placed stands here with its path, and what the
    source does not say stands here as missing, until a person settles it.
    """

    _name = "gov.item.fact"
    _description = "Fact of an imported source"
    _inherit = ["gov.version.part"]
    _order = "kind, path, id"
    _rec_name = "path"

    kind = fields.Selection(
        [
            ("unplaced", "Not placed"),
            ("missing", "Missing in the source"),
            ("odd", "Odd value"),
            ("default", "Filled with a default"),
        ],
        required=True,
    )
    path = fields.Char(required=True, help="Where in the source, for instance materials[2].note.")
    value = fields.Text()
    reason = fields.Char()
