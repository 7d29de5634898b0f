from decimal import Decimal

from odoo import SUPERUSER_ID, fields, models

#: States in which the provider has not yet said how an attempt ended.
WAITING = ("draft", "pending", "authorized")


class PaymentTransaction(models.Model):
    """An attempt to pay a bill online (线上缴款).

    An attempt is money when the provider itself says so, whatever the browser says and whatever
    came before: success after a failure or a cancellation is success.  Attempts are never added
    up: each is taken into the books by itself, once, or not at all.
    """

    _name = "payment.transaction"
    _inherit = ["payment.transaction", "gov.locked"]

    gov_fee_bill_id = fields.Many2one(
        "gov.fee.bill", string="Bill", readonly=True, index=True, ondelete="restrict"
    )

    def _set_done(self, *, state_message=None, extra_allowed_states=()):
        if self.gov_fee_bill_id:
            extra_allowed_states = (*extra_allowed_states, "cancel")
        done = super()._set_done(
            state_message=state_message, extra_allowed_states=extra_allowed_states
        )
        if done.gov_fee_bill_id:  # also when the payer's browser never comes back
            self.env.ref("payment.cron_post_process_payment_tx")._trigger()
        return done

    def _process(self, provider_code, payment_data):
        """Notices that come twice at once wait for each other."""
        attempt = self or self._search_by_reference(provider_code, payment_data)
        if attempt.gov_fee_bill_id:
            attempt._lock()
        return super(PaymentTransaction, attempt)._process(provider_code, payment_data)

    def _post_process(self):
        """What is neither done nor failed has said nothing yet: it is not written to, so that the
        browser that waits is never in the way of the notice it waits for."""
        attempts = self.filtered("gov_fee_bill_id")
        for attempt in attempts.filtered(lambda tx: tx.state == "done"):
            attempt._pay_bill()
        # Whoever was first at the bill has written this one too: see what it left.
        attempts.invalidate_recordset(["is_post_processed"])
        left = self.filtered(
            lambda tx: not tx.is_post_processed and not (tx in attempts and tx.state in WAITING)
        )
        return super(PaymentTransaction, left)._post_process()

    def _pay_bill(self):
        """The money enters the books by the door of the bill, which tells fit from excess."""
        method = self.env.ref("gov_fees.gov_fee_method_online")
        vals = {
            "method_id": method.id,
            "amount": Decimal(f"{self.amount:.2f}"),
            "reference": self.provider_reference or self.reference,
            "key": f"online/{self.id}",
            "transaction_id": self.id,
        }
        # The provider's word is nobody's act: not of who happens to wait for it, or of a cron.
        self.gov_fee_bill_id.with_user(SUPERUSER_ID)._take(vals, {"system"})
