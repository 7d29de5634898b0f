from odoo import api, fields, models
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import on_one_record, on_records
from odoo.exceptions import UserError

from .gov_fee_statement_format import SIDES

KINDS = [
    ("not_in_books", "Paid, not in the books"),
    ("not_listed", "In the books, not in the file"),
    ("amount_differs", "The amount differs"),
    ("paid_twice", "Paid twice"),
    ("after_void", "Paid after the bill was voided"),
    ("other_day", "Another day"),
]
SETTLEMENTS = [
    ("recorded", "The payment was entered in the books"),
    ("refunded", "The money is refunded"),
    ("other_file", "It stands in another file"),
    ("corrected_there", "Bank or finance corrected its file"),
    ("explained", "Explained, nothing to correct"),
]
#: Working days to settle a difference, where no setting says otherwise.
DAYS = 3


class GovFeeDifference(models.Model):
    """What the books and a file do not agree on (对账差异): it has an owner and a limit, and is
    settled by a person with a reason.  Nothing of it is deleted."""

    _name = "gov.fee.difference"
    _description = "Difference of reconciliation"
    _inherit = ["gov.sealed"]
    _order = "state desc, due_on, id"
    _rec_name = "code"

    statement_id = fields.Many2one("gov.fee.statement", required=True, readonly=True, index=True)
    centre_id = fields.Many2one("gov.centre", required=True, readonly=True)
    side = fields.Selection(SIDES, string="Sent by", required=True, readonly=True)
    kind = fields.Selection(KINDS, string="What differs", required=True, readonly=True, index=True)
    code = fields.Char(string="Payment code", required=True, readonly=True)
    day = fields.Date(required=True, readonly=True, index=True)
    bill_id = fields.Many2one("gov.fee.bill", readonly=True, index=True)
    payment_id = fields.Many2one("gov.fee.payment", readonly=True, index=True)
    refund_id = fields.Many2one("gov.fee.refund", readonly=True)
    line_id = fields.Many2one("gov.fee.statement.line", readonly=True, index=True)
    booked = fields.Float(string="In the books", digits=(16, 2), readonly=True)
    listed = fields.Float(string="In the file", digits=(16, 2), readonly=True)
    difference = fields.Float(digits=(16, 2), readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("settled", "Settled")], required=True, readonly=True, index=True
    )
    owner_id = fields.Many2one("res.users", readonly=True, index=True)
    due_on = fields.Date(string="Settle until", required=True, readonly=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    settlement = fields.Selection(SETTLEMENTS, string="Settled by", readonly=True)
    reason = fields.Char(readonly=True)
    settled_by_id = fields.Many2one("res.users", readonly=True)
    settled_at = fields.Datetime(readonly=True)

    _line_once = models.UniqueIndex(
        "(line_id) WHERE line_id IS NOT NULL AND state = 'open'",
        "This line of the file has an open difference already.",
    )

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        today = self.env["gov.calendar.day"]._local_now().date()
        for found in self:
            found.is_overdue = found.state == "open" and found.due_on < today

    def _check_officer(self):
        if not self.env.user.has_group("gov_approval.group_gov_finance_officer"):
            raise UserError(self.env._("Differences are settled by finance officers."))

    @on_records
    def action_assign(self, user_id=None):
        """Give the differences an owner, the user where nobody is named."""
        self._check_officer()
        group = self.env.ref("gov_approval.group_gov_finance_officer").sudo()  # names only
        owner = group.all_user_ids.filtered(lambda user: user.id == (user_id or self.env.uid))
        if not owner:
            raise UserError(self.env._("A difference is owned by a finance officer. Choose one."))
        for found in self:
            found._lock()
            found._check_open()
            found.sudo()._door_write(DOOR, {"owner_id": owner.id})  # an officer, as checked
        return True

    @on_one_record
    def action_settle(self, settlement, reason):
        """Settle the difference; who received the money in question does not settle it.

        :param settlement: one of ``SETTLEMENTS``
        :param reason: in words
        """
        self._check_officer()
        self._lock()
        self._check_open()
        reason = reason.strip()[:500] if isinstance(reason, str) else ""
        if settlement not in dict(SETTLEMENTS) or not reason:
            raise UserError(self.env._("Say how the difference was settled, and why."))
        if not self.owner_id:
            raise UserError(self.env._("Give the difference an owner first."))
        if self.payment_id.cashier_id == self.env.user:
            raise UserError(
                self.env._("You collected this payment yourself. Another officer settles it.")
            )
        if settlement == "recorded":
            self._record_payment()
        elif self.line_id and self.payment_id:  # what a person says belongs together
            self.line_id.sudo()._door_write(DOOR, {"payment_id": self.payment_id.id})
        self._write_settled(settlement, reason)
        return True

    def _check_open(self):
        if self.state != "open":
            raise UserError(self.env._("This difference is settled already. Reload the page."))

    def _write_settled(self, settlement, reason):
        self.sudo()._door_write(  # judged by the caller
            DOOR,
            {
                "state": "settled",
                "settlement": settlement,
                "reason": reason,
                "settled_by_id": self.env.uid,
                "settled_at": fields.Datetime.now(),
            },
        )

    def _record_payment(self):
        """Enter money that the bank has and the books do not (补录到账)."""
        line = self.line_id
        if self.kind not in ("not_in_books", "paid_twice", "after_void") or line.amount <= 0:
            raise UserError(
                self.env._("There is no payment in the file that could be entered for this.")
            )
        if not self.bill_id:
            raise UserError(
                self.env._(
                    "No bill has the payment code %(code)s. Ask the bank whose money it is, then"
                    " settle the difference otherwise.",
                    code=self.code,
                )
            )
        method = self.env["gov.fee.method"].search([("code", "=", "bank")], limit=1)
        vals = {
            "method_id": method.id,
            "reference": line.reference or f"{line.statement_id.digest[:12]}/{line.row}",
            "key": f"line/{line.id}",
            "amount": line._to_decimal(),
        }
        payment = self.bill_id._take(vals, {"finance_officer"})
        line.sudo()._door_write(DOOR, {"payment_id": payment.id})  # it is what the line says
