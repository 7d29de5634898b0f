"""Random bills through all doors (`security.md` D2): lines, bill, receipt and ledger agree."""

from random import Random

from odoo.tests import tagged

from .money_case import MoneyCase

BILLS = 40
#: Bills whose sums differ anywhere; amounts are compared as the exact numbers of the database.
DIFFERING = """
    SELECT b.number, b.payable, l.payable, r.amount, e.paid, e.due + e.relief
    FROM gov_fee_bill b
    CROSS JOIN LATERAL (SELECT sum(payable) AS payable, sum(due - relief_amount) AS made
                        FROM gov_fee_bill_line WHERE bill_id = b.id) l
    CROSS JOIN LATERAL (SELECT sum(amount) AS amount FROM gov_fee_receipt
                        WHERE bill_id = b.id AND refund_id IS NULL) r
    CROSS JOIN LATERAL (SELECT sum(amount) FILTER (WHERE kind = 'paid') AS paid,
                               sum(amount) FILTER (WHERE kind = 'due') AS due,
                               COALESCE(sum(amount) FILTER (WHERE kind = 'relief'), 0) AS relief
                        FROM gov_fee_entry WHERE bill_id = b.id) e
    WHERE b.id = ANY(%s) AND NOT (b.payable = l.payable AND l.payable = l.made
        AND l.payable = r.amount AND r.amount = e.paid AND e.paid = e.due + e.relief)
"""


@tagged("post_install", "-at_install", "gov")
class TestRandomBills(MoneyCase):
    def test_lines_bill_receipt_and_ledger_agree(self):
        self.publish(self.relief(self.rate, is_discretionary=True, value=33.33))
        random, bills = Random(20261124), self.env["gov.fee.bill"]
        self.open_shift()
        for number in range(BILLS):
            fees = [self.make_fee(random) for _fee in range(random.randint(1, 3))]
            bill = self.issue(*fees)
            self.collect(bill, reference=f"R{number}", key=f"{number:016}")
            bills |= self.act(bill, "finance", "settle")
        self.env.flush_all()
        self.env.cr.execute(DIFFERING, [bills.ids])
        self.assertEqual(self.env.cr.fetchall(), [])
        self.assertGreater(sum(bills.mapped("relief_amount")), 0)
        self.env.cr.execute(
            "SELECT count(DISTINCT number), count(*), max(number)::int - min(number)::int + 1"
            " FROM gov_fee_receipt WHERE bill_id = ANY(%s)",
            [bills.ids],
        )
        self.assertEqual(self.env.cr.fetchone(), (BILLS, BILLS, BILLS))

    def make_fee(self, random):
        fee = self.assessed(area=f"{random.randint(1, 99_999) / 100:.2f}")
        if random.random() < 0.4:
            self.act(fee, "clerk", "request_relief", relief="T-1/small", reason="Small")
            self.act(fee, "chief", "grant_relief", opinion="Right")
        return fee
