"""What a payer sees and does with fees and bills on the portal (我的缴费).

Payers have no access rights on these models: each ``_find_own`` and ``_list_own`` is one search
that carries the ownership check; whatever is not theirs does not exist for them.
"""

from odoo import api, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.exceptions import UserError

from ..kernel import bill
from .fee_speech import say

#: A training district may pay with a provider's test account; everywhere else that is no money.
TEST_PAYMENTS = "gov_fees.accept_test_payments"


class GovFeeAssessment(models.Model):
    _inherit = "gov.fee.assessment"

    @api.model
    def _get_own_domain(self):
        return [("partner_id", "=", self.env.user.partner_id.id)]

    @api.model
    def _find_own(self, number):
        """The fees of the current account with this number; empty for any other."""
        domain = [("number", "=", number), *self._get_own_domain()]
        return self.sudo().search(domain, limit=1)  # this search is the ownership check

    @api.model
    def _list_unbilled(self):
        """Fees of the current account that are on no bill, by payer: a bill has one payer."""
        domain = [("state", "in", ("demanded", "assessed")), *self._get_own_domain()]
        found = self.sudo().search(domain, order="id", limit=200)  # likewise
        return list(found.grouped(lambda one: (one.payer, one.case_id.applicant_id_masked)).items())

    def _get_own_acts(self):
        """What the payer may ask for now."""
        return [act for act in (self.acts or "").split(",") if act.startswith("request_")]

    def _list_reliefs(self):
        """``(code, words)`` of the reliefs that the payer can ask for."""
        return [
            (code, f"{part.display_name} ({part.basis})")
            for code, part in self._get_discretionary().items()
        ]


class GovFeeBill(models.Model):
    _inherit = "gov.fee.bill"

    @api.model
    def _find_own(self, number):
        """The bill of the current account with this payment code; empty for any other."""
        domain = [("number", "=", number), ("partner_id", "=", self.env.user.partner_id.id)]
        return self.sudo().search(domain, limit=1)  # this search is the ownership check

    @api.model
    def _list_own(self):
        """Bills of the current account, those to be paid first."""
        domain = [("partner_id", "=", self.env.user.partner_id.id)]
        found = self.sudo().search(domain, order="id desc", limit=200)  # likewise
        return found.sorted(lambda one: one.state != "issued")

    # ------------------------------------------------------------- online payment

    def _get_attempt(self):
        """The last attempt to pay this bill online."""
        return self.env["payment.transaction"].search(
            [("gov_fee_bill_id", "=", self.id)], order="id desc", limit=1
        )

    def _check_payable_online(self):
        """Whether an attempt to pay may begin now.

        :raises UserError: paid or voided already, an undecided relief, an attempt under way
        """
        self.ensure_one()
        try:
            bill.check_collectable(bill.fold(self._read_history().events))
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        self._check_no_wish()
        if self._get_attempt().state in ("pending", "authorized", "done"):
            raise UserError(
                self.env._(
                    "The bank is confirming your payment of this bill. Wait until this page says"
                    " how it ended; pay again only if it failed."
                )
            )

    @api.model
    def _get_currency(self):
        return self.env.ref("base.CNY")

    def _get_providers(self):
        """Providers that may collect this bill, and their ways to pay."""
        Provider, Method = self.env["payment.provider"], self.env["payment.method"]
        currency, company = self._get_currency(), self.env.company
        providers = Provider._get_compatible_providers(
            company.id, self.partner_id.id, self.payable, currency_id=currency.id
        )
        parameters = self.env["ir.config_parameter"]
        if parameters.get_param(TEST_PAYMENTS) != "yes":
            providers = providers.filtered(lambda provider: provider.state == "enabled")
        methods = Method._get_compatible_payment_methods(
            providers.ids, self.partner_id.id, currency_id=currency.id
        )
        return providers, methods

    def _prepare_attempt(self, provider_id, method_id, flow):
        """Values of an attempt; what is paid, by whom and in which money the bill says.

        :raises UserError: the bill is not payable now, or no such way to pay is offered
        """
        self._check_payable_online()
        providers, methods = self._get_providers()
        provider = providers.filtered(lambda one: one.id == provider_id)
        method = methods.filtered(lambda one: one.id == method_id and provider in one.provider_ids)
        if not provider or not method or flow not in ("redirect", "direct"):
            raise UserError(
                self.env._("This way to pay is not offered now. Reload the page, choose another.")
            )
        return {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "token_id": None,
            "amount": self.payable,
            "currency_id": self._get_currency().id,
            "partner_id": self.partner_id.id,
            "flow": flow,
            "tokenization_requested": False,
            "landing_route": f"/my/gov/bills/{self.number}",
            "reference_prefix": self.number,
            "custom_create_values": {"gov_fee_bill_id": self.id},
        }

    # -------------------------------------------------------------------- refunds

    def _list_refundable(self):
        """What can be asked back now: ``(value, words, most)``."""
        now = bill.fold(self._read_history().events)
        if "request_refund" not in (self.acts or "").split(","):
            return []
        found = [
            (f"line/{line.key}", line.name, line.payable - now.held(line.key))
            for line in now.lines
            if self.state in (bill.SETTLED, bill.WRITTEN_OFF)
        ]
        held = {refund.payment for refund in now.refunds if refund.state in bill.HOLDING}
        words = dict(self.payment_ids._fields["standing"]._description_selection(self.env))
        found += [
            (f"payment/{payment.key}", words[payment.standing], payment.amount)
            for payment in now.payments
            if payment.standing != bill.FITS and payment.key not in held
        ]
        return [row for row in found if row[2] > 0]

    def _request_refund(self, what, amount, ground, reason):
        """The payer asks money back (申请退付); what of, as `_list_refundable` named it.

        :raises UserError: a sentence that says what to correct
        """
        kind, _slash, key = what.partition("/")
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0
        payload = {"ground": ground, "reason": reason}
        if kind == "payment":
            payload["payment"] = number
        else:
            payload["lines"] = [{"line": number, "amount": amount}]
        return self._act("request_refund", payload)


class GovCase(models.Model):
    _inherit = "gov.case"

    def _list_fees(self):
        """What is charged in this case, for its applicant's page."""
        return self.sudo().fee_assessment_ids.filtered(  # the page is the applicant's own
            lambda one: one.state != "cancelled"
        )
