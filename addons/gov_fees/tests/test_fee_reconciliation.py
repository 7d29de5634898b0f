"""Files of bank and finance, their differences, and days that stay closed."""

import io
from datetime import date, timedelta

import openpyxl
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .money_case import MoneyCase

HEAD = "缴款码,金额,缴款日期,流水号\n"


@tagged("post_install", "-at_install", "gov")
class TestFeeReconciliation(MoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Format = cls.env["gov.fee.statement.format"]
        names = {
            "code_column": "缴款码、缴款书编码",
            "amount_column": "金额",
            "day_column": "缴款日期",
            "reference_column": "流水号",
        }
        cls.bank = Format.create({"name": "Bank", "side": "bank"} | names)
        cls.finance_file = Format.create({"name": "Finance", "side": "finance"} | names)
        cls.today = cls.env["gov.calendar.day"]._local_now().date()

    def take_in(self, *rows, layout=None, name="bank.csv"):
        text = HEAD + "".join(",".join(str(cell) for cell in row) + "\n" for row in rows)
        return self.take_in_bytes(text.encode(), layout, name)

    def take_in_bytes(self, content, layout=None, name="bank.csv"):
        Statement = self.env["gov.fee.statement"].with_user(self.world["finance"])
        return Statement._take_in(layout or self.bank, self.world["centre"], name, content)

    def compare(self, *rows, **more):
        statement = self.take_in(*rows, **more)
        statement.action_compare()
        return statement

    def paid(self, reference="S1", **answers):
        self.open_shift()
        bill = self.issue(self.assessed(**(answers or {"area": "100"})))
        self.collect(bill, reference=reference, key=f"{reference:>16}")
        return bill

    def kinds(self, statement):
        return sorted(statement.difference_ids.mapped("kind"))

    def test_a_file_that_agrees(self):
        bill = self.paid()
        statement = self.compare((bill.number, "30.00", self.today, "B1"))
        self.assertEqual((statement.matched_count, self.kinds(statement)), (1, []))
        self.assertEqual(statement.line_ids.payment_id, bill.payment_ids)

    def test_each_kind_of_difference(self):
        agreed, dearer, missing = self.paid("S1"), self.paid("S2"), self.paid("S3")
        unpaid = self.issue(self.assessed(area="7"))
        void = self.issue(self.assessed(area="8"))
        self.act(void, "cashier", "void", reason="x")
        other = self.paid("S4")
        statement = self.compare(
            (agreed.number, "30.00", self.today, "B1"),
            (agreed.number, "30.00", self.today, "B2"),
            (dearer.number, "30.01", self.today, "B3"),
            (unpaid.number, "2.10", self.today, "B4"),
            (void.number, "2.40", self.today, "B5"),
            (other.number, "30.00", self.today - timedelta(days=1), "B6"),
            ("99999", "1.00", self.today, "B7"),
        )
        self.assertEqual(
            self.kinds(statement),
            [
                "after_void",
                "amount_differs",
                "not_in_books",
                "not_in_books",
                "not_listed",
                "other_day",
                "paid_twice",
            ],
        )
        unlisted = statement.difference_ids.filtered(lambda row: row.kind == "not_listed")
        self.assertEqual(unlisted.bill_id, missing)
        # Again changes nothing.
        before = statement.difference_ids
        statement.action_compare()
        self.assertEqual(statement.difference_ids, before)

    def test_money_of_the_bank_is_entered_by_settling(self):
        bill = self.issue(self.assessed(area="100"))
        statement = self.compare((bill.number, "30.00", self.today, "B1"))
        difference = statement.difference_ids
        self.assertEqual(difference.kind, "not_in_books")
        finance = difference.with_user(self.world["finance"])
        with self.assertRaisesRegex(UserError, "an owner"):
            finance.action_settle("recorded", "Late")
        finance.action_assign()
        with self.assertRaisesRegex(UserError, "how the difference"):
            finance.action_settle("forgotten", "Late")
        with self.assertRaisesRegex(UserError, "finance officers"):
            difference.with_user(self.world["auditor"]).action_settle("recorded", "x")
        finance.action_settle("recorded", "The bank was late")
        self.assertEqual((bill.state, difference.state), ("paid", "settled"))
        with self.assertRaisesRegex(UserError, "settled already"):
            finance.action_settle("explained", "x")
        statement.action_compare()
        self.assertEqual((statement.open_count, statement.matched_count), (0, 1))

    def test_what_stands_in_the_next_file_is_settled_by_it(self):
        bill = self.paid()
        foreign = self.paid("S2")
        first = self.compare((foreign.number, "30.00", self.today, "B1"))
        self.assertEqual(self.kinds(first), ["not_listed"])
        second = self.compare((bill.number, "30.00", self.today, "B2"))
        self.assertEqual(first.difference_ids.settlement, "other_file")
        self.assertEqual(self.kinds(second), [])

    def test_refunds_are_lines_of_their_own(self):
        bill = self.settled()
        self.refund(bill, "5.00")
        day = self.today
        statement = self.compare(
            (bill.number, f"{bill.paid:.2f}", day, "B1"), (bill.number, "-5.00", day, "B2")
        )
        self.assertEqual((statement.matched_count, self.kinds(statement)), (2, []))

    def test_nothing_is_taken_in_twice(self):
        bill = self.paid()
        row = (bill.number, "30.00", self.today, "B1")
        self.take_in(row)
        with self.assertRaisesRegex(UserError, "taken in on"):
            self.take_in(row)
        with self.assertRaisesRegex(UserError, "not counted twice"):
            self.take_in(("x1", "1.00", self.today, "B1"))
        more = self.take_in(row, ("x2", "1.00", self.today, "B2"))
        self.assertEqual((more.line_count, more.refused[0]["row"]), (1, 2))

    def test_faulty_rows_are_named_and_spoil_no_others(self):
        bill = self.paid()
        statement = self.take_in(
            (bill.number, "30.00", self.today, "B1"),
            (bill.number, "=1+1", self.today, "B2"),
            (bill.number, "30.00", "24.11.26", "B3"),
            ("../x", "30.00", self.today, "B4"),
        )
        self.assertEqual([entry["row"] for entry in statement.refused], [3, 4, 5])
        self.assertTrue(all(entry["reason"] for entry in statement.refused))

    def test_hostile_files_are_refused_whole(self):
        book = openpyxl.Workbook()
        book.active.append(["缴款码", "金额"])
        stream = io.BytesIO()
        book.save(stream)
        future = self.today + timedelta(days=30)
        for content in (
            b"",
            b"\x00" * 100,
            b"PK\x03\x04broken",
            b"\xd0\xcf\x11\xe0old",
            HEAD.encode(),
            "一,二\n1,2\n".encode(),
            "缴款码,金额,缴款日期,金额\n1,2,2026-11-24,3\n".encode(),
            stream.getvalue(),
            (HEAD + f"1,1.00,{future},B1\n").encode(),
            (HEAD + "1,abc,2026-11-24,B1\n").encode(),
        ):
            with self.subTest(content=content[:30]), self.assertRaises(UserError):
                self.take_in_bytes(content)
        self.assertFalse(self.env["gov.fee.statement"].search([]))

    def test_a_layout_has_its_columns_and_words(self):
        for vals in (
            {"amount_column": "缴款码"},
            {"code_column": "、"},
            {"direction_column": "方向"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.bank.write(vals)

    def test_a_closed_day_stays_closed(self):
        bill = self.paid()
        finance = self.world["finance"]
        Period = self.env["gov.fee.period"].with_user(finance)
        centre = self.world["centre"]
        with self.assertRaisesRegex(UserError, "still open"):
            Period.action_close_day(centre.id, self.today)
        shift = self.env["gov.fee.shift"].search([("state", "=", "open")])
        self.as_user(shift, "cashier").action_close({"card": "30"})
        with self.assertRaisesRegex(UserError, "not over"):
            Period.action_close_day(centre.id, self.today + timedelta(days=1))
        statement = self.compare(("999", "1.00", self.today, "B9"))
        with self.assertRaisesRegex(UserError, "no owner"):
            Period.action_close_day(centre.id, self.today)
        statement.difference_ids.with_user(finance).action_assign()
        closed = Period.browse(Period.action_close_day(centre.id, self.today))
        with self.assertRaisesRegex(UserError, "closed already"):
            Period.action_close_day(centre.id, self.today)
        (row,) = closed.action_get_sums()
        self.assertEqual((row["due"], row["paid"]), (30.0, 30.0))
        # What comes later stands on the next day.
        self.act(bill, "finance", "settle")
        self.refund(bill, "1.00")
        entry = self.env["gov.fee.entry"].search([("kind", "=", "refunded")])
        self.assertEqual(entry.day, self.today + timedelta(days=1))
        self.assertEqual(closed.action_get_sums(), [row])
        receipt = bill.receipt_ids.filtered(lambda found: found.amount < 0)
        self.assertEqual(receipt.day, self.today + timedelta(days=1))

    def test_days_are_closed_by_finance_in_their_order(self):
        Period = self.env["gov.fee.period"]
        centre = self.world["centre"]
        with self.assertRaisesRegex(UserError, "finance officers"):
            Period.with_user(self.world["cashier"]).action_close_day(centre.id, self.today)
        Period = Period.with_user(self.world["finance"])
        Period.sudo()._ensure(centre, "day", date(2026, 1, 5), date(2026, 1, 5))
        with self.assertRaisesRegex(UserError, "2026-01-05 comes before"):
            Period.action_close_day(centre.id, date(2026, 2, 6))
        with self.assertRaisesRegex(UserError, "1 days of the month"):
            Period.action_close_month(centre.id, date(2026, 1, 6))
        Period.action_close_day(centre.id, "2026-01-05")
        month = Period.browse(Period.action_close_month(centre.id, "2026-01-06"))
        self.assertEqual((month.state, month.date_to), ("closed", date(2026, 1, 31)))
        with self.assertRaisesRegex(UserError, "not over"):
            Period.action_close_month(centre.id, self.today)
        for odd in ("yesterday", "2026-13-01"):
            with self.assertRaises(UserError):
                Period.action_close_day(centre.id, odd)

    # ------------------------------------------------------------- confirmation

    def work_off(self):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, su=True)["gov.fee.statement"]._cron_confirm()
        self.env.invalidate_all()

    def test_the_file_of_finance_confirms_what_agrees(self):
        agreed, dearer = self.paid("S1"), self.paid("S2")
        rows = [
            (agreed.number, "30.00", self.today, "F1"),
            (dearer.number, "30.01", self.today, "F2"),
        ]
        statement = self.compare(*rows, layout=self.finance_file)
        self.assertEqual(statement.unconfirmed_count, 1)
        with self.assertRaisesRegex(UserError, "Finance officers"):
            statement.with_user(self.world["auditor"]).action_confirm()
        self.work_off()
        self.assertEqual(agreed.state, "paid")  # nobody had it confirmed
        statement.with_user(self.world["finance"]).action_confirm()
        self.work_off()
        self.assertEqual((agreed.state, dearer.state), ("settled", "paid"))
        self.assertEqual(agreed.sudo().receipt_ids.confirmed_by_id, self.world["finance"])
        self.assertEqual(statement.unconfirmed_count, 0)
        with self.assertRaisesRegex(UserError, "No paid bill"):
            statement.with_user(self.world["finance"]).action_confirm()

    def test_the_file_of_a_bank_confirms_nothing(self):
        bill = self.paid()
        statement = self.compare((bill.number, "30.00", self.today, "B1"))
        self.assertEqual(statement.unconfirmed_count, 0)
        with self.assertRaisesRegex(UserError, "in the treasury"):
            statement.with_user(self.world["finance"]).action_confirm()

    # --------------------------------------------------------------- made public

    def test_income_and_reliefs_of_closed_days_are_public(self):
        Entry = self.env["gov.fee.entry"].with_user(self.env.ref("base.public_user"))
        self.settled(self.assessed(area="100"))
        self.assertEqual(Entry._get_public_years(), [])
        period = self.env["gov.fee.period"].search([("centre_id", "=", self.world["centre"].id)])
        self.env.cr.execute("UPDATE gov_fee_period SET state = 'closed'")  # its own tests close it
        period.invalidate_recordset()
        self.assertEqual(Entry._get_public_years(), [self.today.year])
        sums = Entry._get_public_income(self.today.year)
        [month], [unit] = sums["months"], sums["departments"]
        self.assertEqual((month["income"], month["relief"], month["income_share"]), (30, 0, 100))
        self.assertEqual(unit["name"], self.world["department"].name)
