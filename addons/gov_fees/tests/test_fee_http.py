"""The public fee list over HTTP: what is in force, as published, for everybody."""

from odoo.tests import HttpCase, tagged

from .common import FeeCase


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
