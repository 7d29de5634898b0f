import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel import item_test
from ..kernel.errors import KernelError
from .speech import say

#: Characters of the answers and of the expectation of a test together.
MAX_SIZE = 100_000


class GovItemTest(models.Model):
    """A stored test case of an item (测试用例): answers, and what has to come of them.

    It belongs to the item, not to a version, so that what was right once is asked of every later
    version before that is published.
    """

    _name = "gov.item.test"
    _description = "Test case of an item"
    _order = "sequence, id"

    item_id = fields.Many2one("gov.item", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    played_on = fields.Date(
        string="As if filed on",
        required=True,
        default=lambda self: self.env["gov.calendar.day"]._local_now().date(),
        help="The day that conditions of the form take for today.",
    )
    answers = fields.Json()
    expected = fields.Json(help="What the item made of the answers when that was right.")

    _code_uniq = models.Constraint(
        "UNIQUE (item_id, code)", "Another test case of this item has this code."
    )

    @api.constrains("answers", "expected")
    def _check_shape(self):
        for test in self:
            stored = [test.answers or {}, test.expected or {}]
            if len(json.dumps(stored)) > MAX_SIZE:
                raise ValidationError(
                    self.env._("The test case “%(name)s” is too long; shorten it.", name=test.name)
                )
            try:
                item_test.check(*stored)
            except KernelError as error:
                raise ValidationError(say(self.env, error)) from error

    @api.model_create_multi
    def create(self, vals_list):
        taken = {}
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            item = vals.get("item_id")
            if item not in taken:
                taken[item] = set(self.search([("item_id", "=", item)]).mapped("code"))
            number = len(taken[item]) + 1
            while f"t{number}" in taken[item]:
                number += 1
            vals["code"] = vals.get("code") or f"t{number}"
            taken[item].add(vals["code"])
        return super().create(vals_list)

    def write(self, vals):
        before = [test.item_id for test in self]
        result = super().write(vals)
        if [test.item_id for test in self] != before:
            raise UserError(self.env._("A test case stays with its item; enter it there again."))
        return result


class GovItem(models.Model):
    _inherit = "gov.item"

    test_ids = fields.One2many("gov.item.test", "item_id", string="Test cases")
