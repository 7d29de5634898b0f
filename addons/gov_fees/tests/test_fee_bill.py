"""From the demand of a fee to its receipt and its refund, by the persons who do it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .money_case import MoneyCase


@tagged("post_install", "-at_install", "gov")
class TestFeeBill(MoneyCase):
    def sums(self, bill):
        found = self.env["gov.fee.entry"]._read_group(
            [("bill_id", "=", bill.id)], ["kind"], ["amount:sum"]
        )
        return {kind: round(amount, 2) for kind, amount in found}

    def test_an_item_names_only_fees_of_the_list(self):
        for number, code in enumerate((False, "NONE")):
            with self.subTest(code=code), self.assertRaisesRegex(UserError, "public fee list"):
                self.make_item(f"test-off-{number}", fee_code=code)

    def test_the_answers_say_what_is_due(self):
        found = self.assessed(area="33.3")
        self.assertEqual((found.state, found.due, found.payable), ("assessed", 9.99, 9.99))
        line = found.line_ids
        self.assertEqual(line.rate_id, self.rate)
        self.assertEqual(line.charges[0]["factors"], [["price", "0.3"], ["平方米", "33.3"]])
        told = found.case_id.event_ids.filtered(lambda event: event.kind == "report")
        self.assertEqual(told.payload["act"], "assess")
        self.assertIsNone(found._find_break())
        self.assertIsNone(found.case_id.event_ids._find_break())

    def test_one_bill_one_payment_one_receipt(self):
        first, second = self.assessed(area="100"), self.assessed(area="50")
        bill = self.issue(first, second)
        self.assertEqual(len(bill.number), 20)
        self.assertEqual((bill.payable, bill.state), (45.0, "issued"))
        self.open_shift()
        payment = self.collect(bill)
        self.assertEqual((payment.amount, payment.standing), (45.0, "fits"))
        self.assertEqual((first.state, second.state, bill.state), ("paid", "paid", "paid"))
        self.assertFalse(bill.receipt_ids)  # finance has not confirmed
        self.act(bill, "finance", "settle")
        receipt = bill.receipt_ids
        self.assertEqual((receipt.amount, len(receipt.code), len(receipt.number)), (45.0, 8, 10))
        self.assertEqual(self.sums(bill), {"due": 45.0, "paid": 45.0})
        self.assertIsNone(bill.sudo()._find_break())
        verify = self.env["gov.fee.receipt"]._verify
        self.assertEqual(verify(receipt.code, receipt.number, receipt.check_code), receipt)
        self.assertFalse(verify(receipt.code, receipt.number, "000000"))

    def test_paid_twice_at_the_window_is_refused_and_the_same_call_is_harmless(self):
        bill = self.issue(self.assessed(area="100"))
        self.open_shift()
        payment = self.collect(bill)
        self.assertEqual(self.collect(bill), payment)
        with self.assertRaisesRegex(UserError, "nothing is collected"):
            self.collect(bill, reference="S2", key="l" * 16)
        with self.assertRaisesRegex(UserError, "out of date"):
            self.collect(bill, reference="S9")
        self.assertEqual(len(bill.payment_ids), 1)

    def test_no_shift_no_money(self):
        bill = self.issue(self.assessed(area="100"))
        with self.assertRaisesRegex(UserError, "Open your shift"):
            self.collect(bill)
        with self.assertRaisesRegex(UserError, "collected by cashiers"):
            self.collect(bill, login="finance")

    def test_money_from_outside_that_is_too_much_is_kept_and_goes_back(self):
        bill = self.issue(self.assessed(area="100"))
        vals = {"method_id": self.env.ref("gov_fees.gov_fee_method_online").id}
        take = self.env["gov.fee.bill"].browse(bill.id)._take
        self.assertEqual(take(vals | {"key": "a"}, {"system"}).standing, "fits")
        self.assertEqual(take(vals | {"key": "b"}, {"system"}).standing, "paid_twice")
        self.assertEqual((bill.paid, bill.excess), (30.0, 30.0))
        excess = bill.payment_ids.filtered(lambda payment: payment.standing == "paid_twice")
        said = {"ground": "paid_twice", "reason": "Twice", "payment": excess.id}
        self.act(bill, "cashier", "request_refund", **said)
        self.act(bill, "chief", "check_refund", refund=1, opinion="Right")
        self.act(bill, "finance", "approve_refund", refund=1, opinion="Right")
        self.act(bill, "finance", "pay_refund", refund=1, bank_reference="R1")
        self.assertEqual((bill.paid, bill.excess, bill.refunded), (30.0, 0.0, 0.0))
        self.assertFalse(bill.receipt_ids)
        self.assertEqual(self.sums(bill)["excess"], 0.0)

    def test_refund_of_a_part(self):
        bill = self.settled(self.assessed(area="100"))
        refund = self.refund(bill, "10.00")
        self.assertEqual((refund.state, bill.refund_state, bill.refunded), ("done", "part", 10.0))
        self.assertEqual(sorted(bill.receipt_ids.mapped("amount")), [-10.0, 30.0])
        self.assertEqual(self.sums(bill)["refunded"], -10.0)
        with self.assertRaisesRegex(UserError, "at most 20"):
            self.refund(bill, "20.01")

    def test_nobody_refunds_alone(self):
        bill = self.settled()
        finance, rows = self.world["finance"], [{"line": bill.line_ids.id, "amount": "1"}]
        finance.write(
            {"group_ids": [(4, self.env.ref("gov_approval.group_gov_representative").id)]}
        )
        self.world["department"].staff_ids += finance
        said = {"ground": "error", "reason": "x", "lines": rows}
        self.act(bill, "finance", "request_refund", **said)
        with self.assertRaisesRegex(UserError, "second person"):
            self.act(bill, "finance", "check_refund", refund=1, opinion="y")
        self.act(bill, "chief", "check_refund", refund=1, opinion="y")
        with self.assertRaisesRegex(UserError, "second person"):
            self.act(bill, "finance", "approve_refund", refund=1, opinion="y")
        self.act(bill, "publisher", "approve_refund", refund=1, opinion="y")

    def test_void_before_payment_takes_the_fees_off(self):
        found = self.assessed(area="100")
        bill = self.issue(found)
        self.act(bill, "cashier", "void", reason="Wrong window")
        self.assertEqual((bill.state, found.state, found.bill_id.id), ("voided", "assessed", False))
        self.assertEqual(self.sums(bill)["due"], 0.0)
        again = self.issue(found)
        self.assertNotEqual(again.number, bill.number)
        self.open_shift()
        self.collect(again)
        with self.assertRaisesRegex(UserError, "never voided"):
            self.act(again, "cashier", "void", reason="Late")

    def test_relief_by_discretion_replaces_the_bill(self):
        relief = self.relief(self.rate, code="hardship", is_discretionary=True, value=50)
        self.publish(relief)
        found, other = self.assessed(area="100"), self.assessed(area="10")
        bill = self.issue(found, other)
        self.act(found, "clerk", "request_relief", relief="T-1/hardship", reason="Flood")
        self.open_shift()
        with self.assertRaisesRegex(UserError, "not decided"):
            self.collect(bill)
        with self.assertRaisesRegex(UserError, "not done by you"):
            self.act(found, "clerk", "grant_relief", opinion="Yes")
        self.act(found, "chief", "grant_relief", opinion="Document 3")
        self.assertEqual(bill.state, "voided")
        new = found.bill_id
        self.assertEqual((new.replaces_id, new.payable, new.relief_amount), (bill, 18.0, 15.0))
        self.assertEqual(other.bill_id, new)
        self.assertEqual(found.line_ids.relief_basis, "财税〔2023〕9号")

    def test_a_relief_off_the_list_is_none(self):
        found = self.assessed(area="100")
        for wanted in ("T-1/friend", "X/hardship", "hardship", ""):
            with self.assertRaises(UserError):
                self.act(found, "clerk", "request_relief", relief=wanted, reason="x")

    def test_deferral(self):
        version = self.make_item("test-wait", is_payment_condition=True, payment_ground="第12条")
        found = self.assessed(version, area="100")
        blockers = found.case_id._get_blockers("deliver")
        self.assertIn("第12条", blockers[0])
        self.assertFalse(found.case_id._get_blockers("decide"))
        self.act(found, "reviewer", "request_deferral", until="2099-01-01", reason="Harvest")
        self.act(found, "chief", "grant_deferral", opinion="Yes")
        self.assertFalse(found.case_id._get_blockers("deliver"))
        self.assertEqual(str(self.issue(found).due_on), "2099-01-01")

    def test_without_a_condition_nothing_is_held_up(self):
        self.assertFalse(self.assessed(area="100").case_id._get_blockers("deliver"))

    def test_nothing_off_the_list_is_charged(self):
        found = self.assessed(area="100")
        for fees in (
            [{"code": "X-9", "lines": {}}],
            [{"code": "T-1", "lines": {"别的": {}}}],
            [{"code": "T-1", "lines": {}, "amount": "1"}],
            [{"code": "T-1", "lines": {"占道": {"quantities": {"平方米": -1}}}}],
            [{"code": "T-1", "lines": {"占道": {"quantities": {"平方米": 1.5}}}}],
            [{"code": "T-1", "lines": {"占道": {"chosen": "0.01", "reason": "x"}}}],
            [{"code": "T-1", "lines": []}],
            [],
            None,
            "T-1",
        ):
            with self.subTest(fees=fees), self.assertRaises(UserError):
                self.act(found, "reviewer", "assess", fees=fees, reason="again")
        self.assertEqual(found.payable, 30.0)

    def test_assessed_by_a_person_with_a_reason(self):
        found = self.assessed(area="100")
        fees = [{"code": "T-1", "lines": {"占道": {"quantities": {"平方米": "80"}}}}]
        with self.assertRaisesRegex(UserError, "assessed again"):
            self.act(found, "reviewer", "assess", fees=fees)
        self.act(found, "reviewer", "assess", fees=fees, reason="Measured anew")
        self.assertEqual((found.payable, len(found.line_ids)), (24.0, 1))
        with self.assertRaises(AccessError):
            self.act(found, "foreign_reviewer", "assess", fees=fees, reason="x")

    def test_one_payer_a_bill(self):
        found, other = self.assessed(area="1"), self.assessed(area="1", applicant_name="Wang")
        with self.assertRaisesRegex(UserError, "one payer"):
            self.issue(found, other)

    def test_only_what_is_assessed_is_billed(self):
        found = self.assessed(area="1")
        self.issue(found)
        with self.assertRaisesRegex(UserError, "not waiting for a bill"):
            self.issue(found)
        with self.assertRaisesRegex(UserError, "finance window"):
            self.env["gov.fee.bill"].with_user(self.world["reviewer"])._issue(
                found.with_user(self.world["reviewer"])
            )

    def test_records_of_money_refuse_every_other_way(self):
        bill = self.settled().sudo()
        records = (
            bill, bill.line_ids, bill.payment_ids, bill.receipt_ids, bill.event_ids,
            bill.assessment_ids, bill.assessment_ids.line_ids,
            self.env["gov.fee.entry"].search([("bill_id", "=", bill.id)]),
        )  # fmt: skip
        for record in records:
            with self.subTest(model=record._name):
                for call in (
                    lambda record=record: record.sudo().write({"id": 1}),
                    lambda record=record: record.sudo().unlink(),
                    lambda record=record: record.sudo().copy(),
                    lambda record=record: record.sudo().create([{}]),
                ):
                    with self.assertRaises(UserError):
                        call()
        with self.assertRaisesRegex(UserError, "collected at the finance window"):
            bill.with_user(self.world["finance"]).action_act("pay", {})
        with self.assertRaisesRegex(UserError, "billed and paid"):
            bill.assessment_ids.with_user(self.world["reviewer"]).action_act("pay", {})

    def test_the_shift_is_counted_and_handed_over(self):
        shift = self.open_shift()
        self.assertEqual(self.open_shift(), shift)
        bill = self.issue(self.assessed(area="100"))
        self.collect(bill)
        mine = self.as_user(shift, "cashier")
        for counted in (None, {"cash": "30"}, {"card": "-1"}, {"card": 30.0}):
            with self.assertRaises(UserError):
                mine.action_close(counted)
        with self.assertRaisesRegex(UserError, "differ"):
            mine.action_close({"card": "29.99"})
        with self.assertRaisesRegex(UserError, "another cashier"):
            mine.action_close({"card": "30"}, "", self.world["clerk"].id)
        mine.action_close({"card": "29.99"}, "Slip lost", self.cashier2.id)
        self.assertEqual((shift.difference, shift.difference_owner_id), (-0.01, mine.env.user))
        with self.assertRaisesRegex(UserError, "Open your shift"):
            self.collect(bill, reference="S2", key="m" * 16)
        with self.assertRaisesRegex(UserError, "not handed over to you"):
            mine.action_take_over()
        self.as_user(shift, "cashier2").action_take_over()
        self.assertEqual(shift.state, "handed_over")


@tagged("post_install", "-at_install", "gov")
class TestFeeDesk(MoneyCase):
    def desk(self, login="cashier"):
        return self.as_user(self.env["gov.fee.bill"], login)

    def test_from_the_name_to_the_money(self):
        first, second = self.assessed(area="100"), self.assessed(area="50")
        with self.assertRaisesRegex(UserError, "collected by cashiers"):
            self.desk("clerk").action_open_desk()
        opened = self.desk().action_open_desk()
        self.assertFalse(opened["shift"])
        self.assertNotIn(self.env.ref("gov_fees.gov_fee_method_bank").id, opened["methods"])
        self.open_shift()
        (group,) = self.desk().action_find(first.case_id.number)["groups"]
        self.assertEqual((group["ids"], group["payable"]), (first.ids, "30.00"))
        (group,) = self.desk().action_find("Test food")["groups"]
        self.assertEqual((group["payable"], len(group["lines"])), ("45.00", 2))
        bill = self.desk().action_issue(group["ids"])
        self.assertEqual((bill["payable"], bill["state"]), ("45.00", "issued"))
        self.assertEqual(self.desk().action_find(bill["number"])["bills"], [bill])
        self.assertEqual(self.desk().action_find(second.case_id.number)["groups"], [])
        self.collect(self.env["gov.fee.bill"].browse(bill["id"]))
        self.assertEqual(self.desk().action_open_desk()["shift"]["count"], 1)

    def test_odd_calls_are_refused_in_words(self):
        desk = self.desk()
        for call in (
            lambda: desk.action_find(None),
            lambda: desk.action_find(["x"]),
            lambda: desk.action_issue("1"),
            lambda: desk.action_issue([True]),
            lambda: desk.action_issue([]),
            lambda: desk.action_issue([2**31 - 1]),
            lambda: self.env["gov.fee.payment"].action_collect("1", 1, "x", "k" * 16),
        ):
            with self.assertRaises(UserError):
                call()
        self.assertEqual(desk.action_find("'; DROP TABLE gov_fee_bill; --")["bills"], [])

    def test_the_paper_of_a_bill_is_for_those_who_read_it(self):
        bill = self.settled(self.assessed(area="100"))
        Report = self.env["ir.actions.report"]
        name = "gov_fees.report_bill"
        html, _kind = Report.with_user(self.world["cashier"])._render_qweb_html(name, bill.ids)
        self.assertIn(bill.receipt_ids.number, html.decode())
        self.assertIn("30.00", html.decode())
        waiting = self.issue(self.assessed(area="10"))
        html, _kind = Report.with_user(self.world["cashier"])._render_qweb_html(name, waiting.ids)
        self.assertIn(f"Code128/{waiting.number}", html.decode())
        for login in ("applicant", "stranger", "foreign_clerk", "manager"):
            with self.subTest(login=login), self.assertRaises(AccessError):
                Report.with_user(self.world[login])._render_qweb_html(name, bill.ids)
