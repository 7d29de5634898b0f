"""Payment online (`security.md` D1, D3, D5): with a real provider's signed notices over HTTP."""

import json
from urllib.parse import quote

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from ..models.gov_fee_portal import TEST_PAYMENTS
from .money_case import MoneyCase

NOTICES = "/payment/asiapay/webhook"


class OnlineCase(MoneyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["payment.provider"].search([("code", "=", "asiapay")], limit=1)
        Method = cls.env["payment.method"].with_context(active_test=False)
        cls.alipay = Method.search([("code", "=", "alipay")], limit=1)
        cls.provider.write(
            {
                "asiapay_merchant_id": "88000001",
                "asiapay_secure_hash_secret": "not for strangers",
                "asiapay_secure_hash_function": "sha256",
                "available_currency_ids": [(6, 0, cls.env.ref("base.CNY").ids)],
                "payment_method_ids": [(6, 0, cls.alipay.ids)],
                "state": "enabled",
                "is_published": True,
            }
        )
        cls.alipay.active = True
        cls.env["ir.config_parameter"].set_param(TEST_PAYMENTS, "no")

    def sign_in(self, login="applicant"):
        self.authenticate(f"test-{login}", f"test-{login}")

    def bill(self, **answers):
        return self.issue(self.assessed(**({"area": "100"} | answers))).sudo()  # compared only

    def call(self, url, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self.url_open(url, body, headers={"Content-Type": "application/json"}).json()

    def begin(self, bill, **more):
        """The payer begins an attempt, as the browser does."""
        said = {"provider_id": self.provider.id, "payment_method_id": self.alipay.id}
        said |= {"flow": "redirect", "token_id": None, "amount": bill.payable}
        return self.call(f"/my/gov/bills/{bill.number}/pay", **(said | more))

    def attempt(self, bill):
        self.sign_in()
        told = self.begin(bill)
        self.assertIn("result", told, told)
        return self.env["payment.transaction"].search(
            [("reference", "=", told["result"]["reference"])]
        )

    def notice(self, attempt, *, forged=False, **more):
        """What the provider posts when money came, or did not: its answer."""
        said = {"src": "0", "prc": "0", "successcode": "0", "Ref": attempt.reference}
        said |= {"PayRef": f"P{attempt.id}", "Cur": "156", "Amt": f"{attempt.amount:.2f}"}
        said |= {"payerAuth": "U", "payMethod": "ALIPAY"} | more
        sign = self.provider._asiapay_calculate_signature
        said["secureHash"] = sign(said | {"Amt": "1.00"} if forged else said)
        return self.url_open(NOTICES, said)

    def work_off(self):
        """What Odoo's own cron does with attempts whose state changed."""
        self.env["payment.transaction"].search([("is_post_processed", "=", False)])._post_process()
        self.env.invalidate_all()

    def told(self, attempt, **more):
        self.assertEqual(self.notice(attempt, **more).status_code, 200)
        self.work_off()

    def assertPaid(self, bill, *standings):
        self.assertEqual(bill.payment_ids.sorted("id").mapped("standing"), list(standings))
        self.assertEqual(bill.state, "paid")
        self.assertEqual(bill.paid, bill.payable)


@tagged("post_install", "-at_install", "gov")
class TestOnlinePayment(OnlineCase):
    def test_the_amount_is_the_bills_whatever_the_browser_says(self):
        bill = self.bill()
        self.sign_in()
        told = self.begin(bill, amount=0.01, currency_id=1, partner_id=3, is_validation=True)
        attempt = self.env["payment.transaction"].search([("gov_fee_bill_id", "=", bill.id)])
        self.assertEqual(attempt.amount, 30)
        self.assertEqual(attempt.currency_id.name, "CNY")
        self.assertEqual(attempt.partner_id, bill.partner_id)
        self.assertEqual(attempt.operation, "online_redirect")
        self.assertIn('name="amount" value="30.0"', told["result"]["redirect_form_html"])
        self.told(attempt)
        self.assertPaid(bill, "fits")
        payment = bill.payment_ids
        self.assertEqual((payment.amount, payment.transaction_id), (30, attempt))
        self.assertEqual(payment.reference, f"P{attempt.id}")

    def test_nobody_believes_a_browser_or_a_forger(self):
        bill = self.bill()
        attempt = self.attempt(bill)
        self.url_open("/payment/asiapay/return?successcode=0&Ref=" + quote(attempt.reference))
        self.assertEqual(self.notice(attempt, forged=True).status_code, 403)
        self.assertEqual(
            self.url_open(NOTICES, {"Ref": attempt.reference, "successcode": "0"}).status_code, 403
        )
        self.assertEqual(self.url_open(NOTICES, {"Ref": "nobody", "prc": "0"}).status_code, 200)
        self.work_off()
        self.assertEqual(attempt.state, "draft")
        self.assertFalse(bill.payment_ids)

    def test_another_amount_pays_nothing(self):
        bill = self.bill()
        attempt = self.attempt(bill)
        self.told(attempt, Amt="0.01")
        self.assertEqual(attempt.state, "error")
        self.assertFalse(bill.payment_ids)
        self.assertEqual(bill.state, "issued")

    def test_a_notice_that_comes_again_and_again(self):
        bill = self.bill()
        attempt = self.attempt(bill)
        for _again in range(3):
            self.told(attempt)
        self.told(attempt, successcode="1")  # out of order: the failure comes last
        self.told(attempt, PayRef="another number")
        self.assertPaid(bill, "fits")

    def test_success_after_failure_and_after_cancelling(self):
        for ending in ("_set_error", "_set_canceled"):
            with self.subTest(ending=ending):
                bill = self.bill()
                attempt = self.attempt(bill)
                getattr(attempt, ending)("The bank said no")
                self.work_off()
                self.assertEqual(bill.state, "issued")
                self.told(attempt)
                self.assertPaid(bill, "fits")

    def test_attempts_never_add_up(self):
        bill = self.bill()
        failed = self.attempt(bill)
        self.told(failed, successcode="1")
        self.assertEqual(bill.state, "issued")
        self.told(self.attempt(bill))
        self.assertPaid(bill, "fits")
        self.assertEqual(bill.paid, 30)
        self.told(failed)  # and then the first one succeeds after all
        self.assertPaid(bill, "fits", "paid_twice")
        self.assertEqual(bill.excess, 30)

    def test_money_for_a_void_bill_is_kept_and_asked_back(self):
        bill = self.bill()
        attempt = self.attempt(bill)
        self.act(bill, "cashier", "void", reason="Wrong")
        self.told(attempt)
        self.assertEqual(bill.state, "voided")
        self.assertEqual(bill.payment_ids.standing, "after_void")
        self.assertEqual(bill.excess, 30)
        self.sign_in()
        page = self.url_open(f"/my/gov/bills/{bill.number}").text
        self.assertIn(f"payment/{bill.payment_ids.id}", page)

    def test_paid_at_the_window_while_the_attempt_is_under_way(self):
        bill = self.bill()
        attempt = self.attempt(bill)
        self.open_shift()
        self.collect(bill)
        self.told(attempt)
        self.assertPaid(bill, "fits", "paid_twice")

    def test_what_cannot_begin(self):
        bill = self.bill()
        self.sign_in()
        for wrong in (
            {"provider_id": 0}, {"provider_id": "1"}, {"provider_id": [1]}, {"flow": "token"},
            {"payment_method_id": None}, {"payment_method_id": 10**12}, {"flow": {"a": 1}},
        ):  # fmt: skip
            with self.subTest(wrong=wrong):
                self.assertIn("error", self.begin(bill, **wrong))
        attempt = self.attempt(bill)
        attempt._set_pending()
        self.assertIn("bank is confirming", str(self.begin(bill)["error"]))
        self.told(attempt)
        self.assertIn("error", self.begin(bill))  # paid
        wished = self.bill()
        fee = self.as_user(wished.assessment_ids, "applicant").sudo()  # as the page does
        fee._act("request_deferral", {"until": "2099-01-01", "reason": "Short of money"})
        self.assertIn("asked for", str(self.begin(wished)["error"]))
        self.assertEqual(self.env["payment.transaction"].search_count(
            [("gov_fee_bill_id", "in", (bill + wished).ids)]), 1)  # fmt: skip

    def test_a_test_account_is_no_money(self):
        bill = self.bill()
        self.provider.write({"state": "test", "is_published": True})
        self.sign_in()
        self.assertIn("error", self.begin(bill))
        self.env["ir.config_parameter"].set_param(TEST_PAYMENTS, "yes")
        self.assertIn("result", self.begin(bill))

    def test_money_comes_on_a_bill_or_not_at_all(self):
        self.sign_in()
        self.assertEqual(self.url_open("/payment/pay?amount=5").status_code, 404)
        said = {"amount": 5, "currency_id": 1, "partner_id": 1, "access_token": "x"}
        said |= {"provider_id": self.provider.id, "payment_method_id": self.alipay.id}
        self.assertIn("error", self.call("/payment/transaction", **said))
        self.assertTrue(self.url_open("/my/payment_method").url.endswith("/my/gov/bills"))


@tagged("post_install", "-at_install", "gov")
class TestPayersPages(OnlineCase):
    def post(self, url, **said):
        return self.url_open(url, said | {"csrf_token": Request.csrf_token(self)})

    def test_fees_of_two_cases_go_onto_one_bill(self):
        fees = self.assessed(area="100") + self.assessed(area="200")
        self.sign_in()
        page = self.url_open("/my/gov/bills").text
        for fee in fees:
            self.assertIn(f'value="{fee.number}"', page)
        answer = self.post("/my/gov/bills", fee=fees.mapped("number"))
        bill = fees.bill_id
        self.assertEqual(bill.payable, 90)
        self.assertTrue(answer.url.endswith(bill.number))
        for said in ("90.00", bill.line_ids[0].department_id.name, fees[0].case_number,
                     "/report/barcode/QR/" + bill.number, "o_payment_form"):  # fmt: skip
            self.assertIn(said, answer.text)
        paper = self.url_open(f"/my/gov/bills/{bill.number}/paper")
        self.assertEqual(paper.headers["Content-Type"], "application/pdf")
        self.assertIn(bill.number.encode(), paper.content)  # drawn as a PDF only outside of tests

    def test_the_case_says_what_is_owed(self):
        fee = self.assessed(area="100")
        self.sign_in()
        page = self.url_open(f"/my/gov/cases/{fee.case_number}").text
        self.assertIn("30.00", page)
        self.assertIn("gov-fees", page)
        bill = self.issue(fee)
        self.assertIn(bill.number, self.url_open(f"/my/gov/cases/{fee.case_number}").text)

    def test_what_is_not_ones_own_does_not_exist(self):
        bill, fee = self.bill(), self.assessed(area="7")
        self.sign_in("stranger")
        self.assertNotIn(fee.number, self.url_open("/my/gov/bills").text)
        for url in (bill.number, bill.number + "/paper", "0" * 20, "%00", "x" * 3000):
            self.assertEqual(self.url_open(f"/my/gov/bills/{url}").status_code, 404, url[:30])
        self.assertIn("error", self.begin(bill))
        for url in (
            f"/my/gov/bills/{bill.number}/refund",
            f"/my/gov/fees/{fee.number}/acts/request_deferral",
        ):
            self.assertEqual(self.post(url, reason="x").status_code, 404)
        self.assertEqual(self.post("/my/gov/bills", fee=fee.number).status_code, 400)
        self.assertEqual(fee.state, "assessed")
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(f"/my/gov/bills/{bill.number}").url)

    def test_relief_and_deferral_are_asked_for(self):
        relief = self.publish(self.relief(self.rate, is_discretionary=True))
        fee = self.assessed(area="100")
        url = f"/my/gov/fees/{fee.number}/acts/"
        self.sign_in()
        self.assertIn(relief.name, self.url_open("/my/gov/bills").text)
        for kind, said in (
            ("request_relief", {"relief": "T-1/nothing", "reason": "x"}),
            ("request_relief", {"relief": "T-1/small", "reason": ""}),
            ("request_deferral", {"until": "2020-01-01", "reason": "x"}),
            ("request_deferral", {"until": "soon", "reason": "x"}),
            ("grant_relief", {"opinion": "Mine"}),
            ("cancel", {"reason": "x"}),
        ):
            with self.subTest(kind=kind, said=said):
                self.assertEqual(self.post(url + kind, **said).status_code, 400)
                self.assertFalse(fee.wish)
        self.post(url + "request_relief", relief="T-1/small", reason="A small enterprise")
        self.env.invalidate_all()
        self.assertEqual(fee.wish, "relief")
        self.act(fee, "chief", "grant_relief", opinion="Right")
        self.assertEqual(fee.payable, 15)

    def test_a_refund_is_asked_for(self):
        bill = self.settled(self.assessed(area="100")).sudo()  # compared only
        url, line = f"/my/gov/bills/{bill.number}", bill.line_ids.id
        self.sign_in()
        self.assertIn(f"line/{line}", self.url_open(url).text)
        right = {"what": f"line/{line}", "amount": "10", "ground": "error", "reason": "Twice"}
        for wrong in (
            {"what": "line/0"}, {"what": "payment/1"}, {"what": "line/" + "9" * 40}, {"what": ""},
            {"amount": "-1"}, {"amount": "30.01"}, {"amount": "NaN"}, {"amount": "1e9"},
            {"ground": "because"}, {"reason": ""},
        ):  # fmt: skip
            with self.subTest(wrong=wrong):
                self.assertEqual(self.post(url + "/refund", **(right | wrong)).status_code, 400)
        self.assertFalse(bill.refund_ids)
        self.assertEqual(self.post(url + "/refund", **right).status_code, 200)
        self.assertEqual(bill.refund_ids.amount, 10)
        self.assertEqual(bill.refund_ids.requested_by_id.login, "test-applicant")
