from odoo import api, fields, models
from odoo.addons.gov_approval.models.rpc import browse_one, is_id
from odoo.exceptions import UserError

STANDINGS = [
    ("fits", "Pays the bill"),
    ("paid_twice", "Paid twice"),
    ("after_void", "Paid after the bill was voided"),
    ("amount_differs", "Another amount"),
]


class GovFeeMethod(models.Model):
    """A way to pay (缴款方式): the money goes to the treasury's account and never through the
    centre; there is no cash (票款分离)."""

    _name = "gov.fee.method"
    _description = "Way to pay"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    is_at_window = fields.Boolean(
        string="At the window", default=True, help="The cashier sees the slip of the terminal."
    )
    needs_reference = fields.Boolean(
        string="With a slip number", default=True, help="The number that the terminal prints."
    )
    account = fields.Char(
        string="Account of the treasury", help="Where the money goes; printed on the notice."
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Another way to pay has this code.")


class GovFeePayment(models.Model):
    """Money that arrived for a bill (缴款记录): each by itself, never added up.

    Attempts that failed are kept by ``payment.transaction``; here stands only what succeeded.
    """

    _name = "gov.fee.payment"
    _description = "Payment of a bill"
    _inherit = ["gov.sealed"]
    _order = "id desc"
    _rec_name = "reference"

    bill_id = fields.Many2one("gov.fee.bill", required=True, readonly=True, index=True)
    method_id = fields.Many2one("gov.fee.method", required=True, readonly=True, ondelete="restrict")
    amount = fields.Float(digits=(16, 2), readonly=True)
    standing = fields.Selection(STANDINGS, required=True, readonly=True, index=True)
    reference = fields.Char(string="Number of the bank", readonly=True, index=True)
    key = fields.Char(required=True, readonly=True, help="One call, one payment.")
    day = fields.Date(required=True, readonly=True, index=True)
    received_at = fields.Datetime(required=True, readonly=True)
    cashier_id = fields.Many2one("res.users", readonly=True)
    shift_id = fields.Many2one("gov.fee.shift", readonly=True, index=True)
    transaction_id = fields.Many2one("payment.transaction", readonly=True)
    payer_account = fields.Char(string="Paid from", readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This payment was taken already.")
    _reference_uniq = models.UniqueIndex(
        "(method_id, reference) WHERE reference IS NOT NULL",
        "The slip with this number was taken already. Look at the number again.",
    )

    @api.model
    def action_collect(self, bill_id, method_id, reference, key):
        """Collect a bill at the finance window (窗口收缴): the whole amount, as the bill says it.

        :param int bill_id: the bill; its amount is never given by the client
        :param int method_id: one of the ways to pay at the window
        :param str reference: number of the slip
        :param str key: the same for every repetition of this one act
        :return: ``payment`` (id) and ``state`` of the bill
        :raises UserError: nothing can be collected; what to do instead
        """
        shift = self.env["gov.fee.shift"]._get_open()
        bill = browse_one(self.env["gov.fee.bill"], bill_id)
        method = self._check_method(method_id)
        reference = self._check_reference(method, reference)
        if not isinstance(key, str) or not 16 <= len(key) <= 64:
            raise UserError(self.env._("This screen is out of date. Reload it and collect again."))
        vals = {
            "method_id": method.id,
            "reference": reference,
            "key": f"window/{self.env.uid}/{key}",
            "cashier_id": self.env.uid,
            "shift_id": shift.id,
        }
        payment = bill._take(vals, {"cashier"}, is_at_window=True)
        return {"payment": payment.id, "state": bill.state}

    def _check_method(self, method_id):
        Method = self.env["gov.fee.method"]
        method = Method.browse(method_id if is_id(method_id) else 0).exists()
        if not (method and method.is_at_window and method.active):
            raise UserError(self.env._("Choose one of the ways to pay at the window."))
        return method

    def _check_reference(self, method, reference):
        reference = reference.strip() if isinstance(reference, str) else ""
        if len(reference) > 64 or not reference.isprintable():
            raise UserError(self.env._("The number of the slip is no number. Enter it again."))
        if method.needs_reference and not reference:
            raise UserError(
                self.env._("Enter the number of the slip: it is how the bank finds the money.")
            )
        if reference and self.sudo().search_count(  # a number says nothing about whose it is
            [("method_id", "=", method.id), ("reference", "=", reference)], limit=1
        ):
            known = self.sudo().search(  # likewise
                [("method_id", "=", method.id), ("reference", "=", reference)], limit=1
            )
            if known.cashier_id != self.env.user:
                raise UserError(
                    self.env._(
                        "The slip %(reference)s was taken already. Look at the number again.",
                        reference=reference,
                    )
                )
        return reference or None

    def _check_replay(self, bill, vals):
        """The same call again gets the same answer, another one with its key a refusal."""
        if self.bill_id != bill or (self.reference or None) != vals.get("reference"):
            raise UserError(self.env._("This screen is out of date. Reload it and collect again."))
        return self
