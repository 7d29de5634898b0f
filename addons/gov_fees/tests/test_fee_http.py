"""The public fee list over HTTP: what is in force, as published, for everybody."""

import io
from urllib.parse import urlencode

import openpyxl
from odoo.tests import HttpCase, tagged

from .common import FeeCase
from .money_case import MoneyCase


@tagged("post_install", "-at_install", "gov")
class TestFeeHttp(FeeCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rate = cls.publish(cls.draft("HTTP-1"))
        cls.publish(cls.relief(cls.rate))
        cls.draft("HTTP-2")

    def page(self, query=""):
        answer = self.url_open(f"/gov/fees{query}")
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def test_what_is_in_force_with_its_basis_and_where_to_complain(self):
        text = self.page("?search=HTTP-1")
        for said in ("占道费", "主干道", "每日每平方米0.30元", "建城〔1993〕410号", "12345",
                     "小微企业", "财税〔2023〕9号"):  # fmt: skip
            self.assertIn(said, text)

    def test_drafts_are_not_public(self):
        self.assertNotIn("HTTP-2", self.page("?search=HTTP").split("gov-list")[1])

    def test_search_and_filters(self):
        self.assertIn('id="HTTP-1"', self.page("?search=HTTP&kind=administrative"))
        self.assertNotIn('id="HTTP-1"', self.page("?search=HTTP&kind=fund"))
        self.assertNotIn('id="HTTP-1"', self.page("?search=HTTP&department=x"))
        self.assertIn('id="HTTP-1"', self.page("?search=HTTP&kind=nonsense"))

    def test_odd_questions(self):
        for query in (
            "?search=%25%27%22;--", "?search=" + "x" * 5000, "?search=%00", "?department=%ff",
            "/page/999999", "?kind[]=x", "?search=<script>alert(1)</script>",
        ):  # fmt: skip
            self.assertNotIn("<script>alert(1)", self.page(query))

    def test_linked_from_the_first_page_and_from_what_is_public(self):
        for page in ("/gov", "/gov/decisions"):
            self.assertIn('href="/gov/fees"', self.url_open(page).text)


@tagged("post_install", "-at_install", "gov")
class TestFeePapersHttp(MoneyCase, HttpCase):
    def check(self, **said):
        return self.url_open("/gov/fees/receipt?" + urlencode(said))

    def test_a_receipt_is_checked_by_its_three_numbers(self):
        bill = self.settled(self.assessed(area="100")).sudo()  # what is printed on the paper
        receipt = bill.receipt_ids
        said = {"code": receipt.code, "number": receipt.number, "check": receipt.check_code}
        page = self.check(**said)
        self.assertIn("30.00", page.text)
        self.assertNotIn(receipt.payer, page.text)  # the paper says who paid, the page does not
        for wrong in (
            {"check": "000000"},
            {"number": "0" * 10},
            {"code": ""},
            {"check": "x" * 5000},
            {"check": "%00<script>alert(1)</script>"},
        ):
            with self.subTest(wrong=wrong):
                page = self.check(**(said | wrong))
                self.assertEqual(page.status_code, 200)
                self.assertNotIn("30.00", page.text)
                self.assertNotIn("<script>alert(1)", page.text)

    def test_the_sums_of_a_day_are_for_finance_and_oversight(self):
        self.settled(self.assessed(area="100"))
        period = self.env["gov.fee.period"].search([("centre_id", "=", self.world["centre"].id)])
        for login, status in (("finance", 200), ("auditor", 200), ("cashier", 403)):
            with self.subTest(login=login):
                self.authenticate(f"test-{login}", f"test-{login}")
                answer = self.url_open(f"/gov/fees/period/{period.id}")
                self.assertEqual(answer.status_code, status)
                if status == 200:
                    book = openpyxl.load_workbook(io.BytesIO(answer.content))
                    cells = list(book.active.values)
                    self.assertEqual(cells[-1][5], 30)
                    self.assertFalse([c for row in book.active for c in row if c.data_type == "f"])
        self.assertEqual(self.url_open("/gov/fees/period/99999999999").status_code, 404)

    def test_income_is_public_and_odd_years_are_none(self):
        for query in (
            "",
            "?year=2026",
            "?year=99999",
            "?year=%00",
            "?year=<script>alert(1)</script>",
        ):
            page = self.url_open("/gov/fees/income" + query)
            self.assertEqual(page.status_code, 200)
            self.assertNotIn("<script>alert(1)", page.text)
