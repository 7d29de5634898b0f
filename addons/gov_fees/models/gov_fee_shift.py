from decimal import Decimal

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError

from ..kernel import money
from .fee_speech import say

STATES = [("open", "Open"), ("closed", "Closed"), ("handed_over", "Handed over")]


class GovFeeShift(models.Model):
    """A cashier's shift (收费班次): opened, counted by way to pay, closed, handed over.

    What the slips and the books do not agree on has a reason and an owner before it closes.
    """

    _name = "gov.fee.shift"
    _description = "Cashier's shift"
    _inherit = ["gov.sealed"]
    _order = "id desc"

    cashier_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    opened_at = fields.Datetime(required=True, readonly=True)
    closed_at = fields.Datetime(readonly=True)
    expected = fields.Json(readonly=True, help="Code of the way to pay -> yuan by the books.")
    counted = fields.Json(readonly=True, help="Code of the way to pay -> yuan by the slips.")
    difference = fields.Float(digits=(16, 2), readonly=True)
    difference_reason = fields.Char(readonly=True)
    difference_owner_id = fields.Many2one("res.users", readonly=True)
    next_cashier_id = fields.Many2one("res.users", string="Handed over to", readonly=True)
    handed_over_at = fields.Datetime(readonly=True)
    payment_ids = fields.One2many("gov.fee.payment", "shift_id", string="Payments")
    payment_count = fields.Integer(compute="_compute_amount")
    amount = fields.Float(digits=(16, 2), compute="_compute_amount")

    _one_open = models.UniqueIndex(
        "(cashier_id) WHERE state = 'open'", "You have an open shift already."
    )

    @api.depends("cashier_id.name", "opened_at")
    def _compute_display_name(self):
        for shift in self:
            opened = fields.Datetime.context_timestamp(shift, shift.opened_at)
            shift.display_name = f"{shift.cashier_id.name} {opened:%Y-%m-%d %H:%M}"

    @api.depends("payment_ids")
    def _compute_amount(self):
        for shift in self:
            shift.payment_count = len(shift.payment_ids)
            shift.amount = sum(shift.payment_ids.mapped("amount"))

    @api.model
    def _get_open(self):
        """The open shift of the user."""
        self._check_cashier()
        found = self.search([("cashier_id", "=", self.env.uid), ("state", "=", "open")], limit=1)
        if not found:
            raise UserError(self.env._("Open your shift first, then collect."))
        return found

    def _hold_open(self):
        """Keep the shift from being closed while a payment is entered on it."""
        self._lock()
        if self.state != "open":
            raise UserError(self.env._("Open your shift first, then collect."))

    def _check_cashier(self):
        if not self.env.user.has_group("gov_approval.group_gov_cashier"):
            raise UserError(self.env._("Money is collected by cashiers. Ask one of them."))

    @api.model
    def action_open(self):
        """Open a shift for the user, or find the one that is open."""
        self._check_cashier()
        mine = self.search([("cashier_id", "=", self.env.uid), ("state", "=", "open")], limit=1)
        if not mine:
            vals = {"cashier_id": self.env.uid, "state": "open", "opened_at": fields.Datetime.now()}
            mine = self.sudo()._door_create(DOOR, [vals])  # the user's own shift
        return mine.id

    @on_one_record
    def action_close(self, counted, reason="", next_cashier_id=False):
        """Close the shift with what the slips come to.

        :param dict counted: code of the way to pay -> yuan as text
        :param str reason: for a difference, whose owner the cashier becomes
        :param next_cashier_id: who takes over
        """
        self._lock()
        self._check_own_open()
        expected = self._get_expected()
        found = self._read_counted(counted, expected)
        zero = Decimal("0.00")
        difference = sum(found.values(), zero) - sum(expected.values(), zero)
        differs = [code for code in expected if expected[code] != found[code]]
        reason = reason.strip()[:300] if isinstance(reason, str) else ""
        if differs and not reason:
            raise UserError(
                self.env._(
                    "The slips and the books differ for: %(methods)s. Count again, or give the"
                    " reason; you then own the difference until finance settles it.",
                    methods=", ".join(differs),
                )
            )
        heir = self._check_heir(next_cashier_id)
        self.sudo()._door_write(  # the cashier's own shift, checked above
            DOOR,
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "expected": {code: str(amount) for code, amount in expected.items()},
                "counted": {code: str(amount) for code, amount in found.items()},
                "difference": float(difference),
                "difference_reason": reason or None,
                "difference_owner_id": self.env.uid if differs else None,
                "next_cashier_id": heir.id or None,
            },
        )
        return True

    @on_one_record
    def action_take_over(self):
        """The next cashier confirms what was handed over."""
        self._lock()
        if self.state != "closed" or self.next_cashier_id != self.env.user:
            raise UserError(
                self.env._("This shift is not handed over to you. Ask its cashier to name you.")
            )
        vals = {"state": "handed_over", "handed_over_at": fields.Datetime.now()}
        self.sudo()._door_write(DOOR, vals)  # named by the cashier who closed it
        return True

    def _check_own_open(self):
        if self.cashier_id != self.env.user or self.state != "open":
            raise UserError(self.env._("Only your own open shift can be closed by you."))

    def _check_heir(self, user_id):
        heir = self.env["res.users"]
        if not user_id:
            return heir
        cashiers = self.env.ref("gov_approval.group_gov_cashier").sudo().all_user_ids  # names only
        heir = cashiers.filtered(lambda user: user.id == user_id and user != self.env.user)
        if not heir:
            raise UserError(self.env._("A shift is handed over to another cashier. Choose one."))
        return heir

    def _get_expected(self):
        expected = {}
        for payment in self.payment_ids:
            code = payment.method_id.code
            expected.setdefault(code, Decimal("0.00"))
            expected[code] += Decimal(f"{payment.amount:.2f}")
        return expected

    def _read_counted(self, counted, expected):
        if not isinstance(counted, dict) or set(counted) - set(expected):
            raise UserError(
                self.env._(
                    "Enter the slips of each way to pay that was used: %(methods)s.",
                    methods=", ".join(expected) or "–",
                )
            )
        try:
            return {
                code: money.exact(counted.get(code, "0"), code, money.AMOUNT, money.MOST)
                for code in expected
            }
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
