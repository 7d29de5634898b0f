from odoo import fields, models


class GovCaseAnswer(models.Model):
    """Typed projection of the answers to indexed questions: search, group, sum (指标字段).

    Derived from ``gov.case.answers`` by ``gov.case._project_answers`` and never edited.
    """

    _name = "gov.case.answer"
    _description = "Indexed answer"
    _inherit = ["gov.sealed"]
    _order = "case_id, code, row"
    _rec_name = "code"

    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    code = fields.Char(required=True, readonly=True)
    row = fields.Integer(readonly=True, aggregator=None)
    value_char = fields.Char(readonly=True)
    value_number = fields.Float(readonly=True, digits=(16, 4))
    value_date = fields.Date(readonly=True)

    _char_idx = models.Index("(code, value_char)")
    _number_idx = models.Index("(code, value_number)")
    _date_idx = models.Index("(code, value_date)")
