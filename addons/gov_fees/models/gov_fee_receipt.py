import secrets

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.exceptions import UserError
from odoo.tools import consteq

from ..kernel import receipt
from .fee_speech import say

_SECRET = "gov_fees.receipt_secret"


class GovFeeReceipt(models.Model):
    """A fiscal receipt (财政电子票据): issued when finance confirmed the money, never before.

    Numbers have no gaps and no doubles.  A refund writes a negative one; nothing is deleted.
    """

    _name = "gov.fee.receipt"
    _description = "Fiscal receipt"
    _inherit = ["gov.sealed"]
    _order = "id desc"
    _rec_name = "number"

    bill_id = fields.Many2one("gov.fee.bill", required=True, readonly=True, index=True)
    refund_id = fields.Many2one("gov.fee.refund", readonly=True)
    centre_id = fields.Many2one("gov.centre", required=True, readonly=True)
    code = fields.Char(string="Receipt code", required=True, readonly=True)
    number = fields.Char(string="Receipt number", required=True, readonly=True, index=True)
    check_code = fields.Char(required=True, readonly=True)
    payer = fields.Char(readonly=True)
    amount = fields.Float(digits=(16, 2), readonly=True, help="Negative: money that went back.")
    day = fields.Date(required=True, readonly=True, index=True)
    issued_at = fields.Datetime(required=True, readonly=True)
    confirmed_by_id = fields.Many2one("res.users", string="Confirmed by", readonly=True)
    lines = fields.Json(readonly=True)

    _number_uniq = models.Constraint(
        "UNIQUE (code, number)", "A receipt with this number was issued already."
    )
    _once = models.UniqueIndex(
        "(bill_id) WHERE refund_id IS NULL", "This bill has its receipt already."
    )
    _once_back = models.UniqueIndex(
        "(refund_id) WHERE refund_id IS NOT NULL", "This refund has its negative receipt already."
    )

    @api.model
    def _issue(self, bill):
        """The receipt of a bill that finance confirmed."""
        lines = [
            {"name": line.name, "department": line.department_id.name, "amount": line.payable}
            for line in bill.line_ids
        ]
        return self._write_out(bill, bill.paid, lines)

    @api.model
    def _issue_negative(self, bill, refund):
        """The negative receipt of a refund; an excess never had one, so none is taken back."""
        if refund.payment_id:
            return self
        amounts = {row["line"]: float(row["amount"]) for row in refund.lines}
        lines = [
            {
                "name": line.name,
                "department": line.department_id.name,
                "amount": -amounts[line.id],
            }
            for line in bill.line_ids
            if line.id in amounts
        ]
        return self._write_out(bill, -refund.amount, lines, refund_id=refund.id)

    def _write_out(self, bill, amount, lines, **more):
        today = self.env["gov.calendar.day"]._local_now().date()
        try:
            code = receipt.code(bill.centre_id.division_code, today.year)
            number = receipt.number(self.env["gov.number"]._next(f"receipt/{code}"))
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        vals = {
            "bill_id": bill.id,
            "centre_id": bill.centre_id.id,
            "code": code,
            "number": number,
            "check_code": receipt.check_code(self._get_secret(), code, number, f"{amount:.2f}"),
            "payer": bill.payer,
            "amount": amount,
            "day": self.env["gov.fee.period"]._get_open(bill.centre_id).date_from,
            "issued_at": fields.Datetime.now(),
            "confirmed_by_id": self.env.uid,
            "lines": lines,
        }
        return self.sudo()._door_create(DOOR, [vals | more])  # the bill's door judged the act

    def init(self):
        """The centre's own secret for check codes, made before anybody needs it: two who made it
        at the first receipt would meet."""
        parameters = self.env["ir.config_parameter"].sudo()  # never shown, only hashed with
        if not parameters.get_param(_SECRET):
            parameters.set_param(_SECRET, secrets.token_hex(32))

    def _get_secret(self):
        parameters = self.env["ir.config_parameter"].sudo()  # never shown, only hashed with
        return parameters.get_param(_SECRET).encode()

    @api.model
    def _verify(self, code, number, check_code):
        """The receipt with these numbers, for anybody who holds the paper (票据查验)."""
        Receipt = self.sudo()  # whoever has the check code holds the receipt
        said = (code, number, check_code)
        if not all(isinstance(text, str) and len(text) <= 20 for text in said):
            return Receipt.browse()
        found = Receipt.search([("code", "=", code), ("number", "=", number)], limit=1)
        if found and check_code.isascii() and consteq(found.check_code, check_code.lower()):
            return found
        return Receipt.browse()
