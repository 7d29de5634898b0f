"""Guides, certificates and progress over HTTP, without a login."""

from odoo.tests import tagged

from ..models.gov_attempt import LIMIT
from .common import ANSWERS
from .portal_http import PortalHttp


@tagged("post_install", "-at_install", "gov")
class TestPublic(PortalHttp):
    """Guides, certificates and progress without a login."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_guide_has_everything_of_article_30(self):
        page = self.url_open(f"/gov/items/{self.item.code}").text
        for fact in (
            self.item.name,
            "Food Safety Law",
            "Premises are clean",
            "Floor plan",
            "Measures, Art. 12",
            "10 working days",
            "15 working days",
            "Free of charge",
            "Hall, window 1",
            "12345",
            "Market bureau",
            "Only if",
            "<svg",
            "within 60 days",
        ):
            self.assertIn(fact, page)
        short = self.url_open(f"/gov/items/{self.item.code}?view=short").text
        self.assertIn("Floor plan", short)
        self.assertNotIn("Food Safety Law", short)
        self.assertEqual(self.url_open("/gov/items/no-such").status_code, 404)

    def test_who_signs_is_shown_to_everybody(self):
        page = self.url_open("/gov/representatives").text
        for fact in ("chief", "Market bureau", self.item.name, "M-test-food", "Signs decisions"):
            self.assertIn(fact, page)
        own, other = (
            self.url_open("/gov/representatives", params={"department": code}).text
            for code in ("test-market", "test-water")
        )
        self.assertIn("M-test-food", own)
        self.assertNotIn("M-test-food", other)
        for odd in ("x' OR 1=1", "%00", "<script>"):
            answer = self.url_open("/gov/representatives", params={"department": odd})
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("<script>\"", answer.text)
        self.world["mandate"].action_revoke("Transferred")
        self.assertNotIn("M-test-food", self.url_open("/gov/representatives").text)

    def test_unpublished_is_not_listed(self):
        self.assertIn(self.item.name, self.url_open("/gov").text)
        self.version.action_withdraw()
        self.assertNotIn(self.item.name, self.url_open("/gov").text)
        self.assertEqual(self.url_open(f"/gov/items/{self.item.code}").status_code, 404)

    def test_list_by_words_department_and_person(self):
        listed = self.env["gov.item"]._get_public_domain
        found = self.env["gov.item"].search
        self.assertIn(self.item, found(listed("licence test-food")))
        self.assertNotIn(self.item, found(listed("nothing")))
        self.assertIn(self.item, found(listed(department="test-market")))
        self.assertNotIn(self.item, found(listed(department="test-water")))
        self.assertIn(self.item, found(listed(who="person")))
        self.assertIn(self.item, found(listed(who="body")))

    def test_queries_do_not_grow_with_the_list(self):
        Item = self.env["gov.item"]

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = Item._list_public(Item._get_public_domain(), 0, 100)
            return len(rows), self.env.cr.sql_log_count - before

        count()
        few, queries = count()
        draft = self.version._copy_to_draft
        for number in range(5):
            item = self.item.copy({"code": f"copy-{number}"})
            version = draft()
            self.env.cr.execute(
                "UPDATE gov_item_version SET item_id = %s, state = 'published' WHERE id = %s",
                [item.id, version.id],
            )
            self.env.cr.execute(
                "UPDATE gov_item SET published_version_id = %s WHERE id = %s",
                [version.id, item.id],
            )
        many, more = count()
        self.assertEqual(many, few + 5)
        self.assertEqual(more, queries)

    def test_certificate_shows_no_personal_data(self):
        person = dict(
            ANSWERS,
            applicant_kind="person",
            applicant_name="欧阳小满",
            applicant_person_id="11010519491231002X",
        )
        person.pop("applicant_credit_code")
        person.pop("representative_name")
        case = self.reviewed(self.file(answers=person))
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        certificate = case.certificate_ids
        code = certificate.verification_code
        by_token = self.url_open(f"/gov/verify/{certificate.sudo().token}").text
        by_code = self.post(
            "/gov/verify", {"number": certificate.number, "code": f" {code.lower()} "}
        ).text
        for page in (by_token, by_code):
            self.assertIn("is-good", page)
            self.assertIn(certificate.number, page)
            for private in ("欧阳小满", "11010519491231002X", "13800138000", "1 Test street"):
                self.assertNotIn(private, page)

    def test_wrong_number_and_wrong_code_look_alike(self):
        case = self.reviewed()
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        pages = []
        for number in (case.certificate_ids.number, "1234567"):
            page = self.post("/gov/verify", {"number": number, "code": "WRONG"})
            pages.append(self.without_tokens(page.text).replace(number, ""))
        self.assertEqual(*pages)

    def test_guessing_is_stopped(self):
        case = self.file()
        for path in ("/gov/verify", "/gov/progress"):
            for number in range(LIMIT):
                answer = self.post(path, {"number": str(number), "code": "WRONG"})
                self.assertEqual(answer.status_code, 200)
            self.assertEqual(self.post(path, {"number": "1", "code": "WRONG"}).status_code, 429)
        right = self.post("/gov/progress", {"number": case.number, "code": case.secret})
        self.assertEqual(right.status_code, 429)

    def test_progress_has_no_names(self):
        case = self.file()
        page = self.post("/gov/progress", {"number": case.number, "code": case.secret}).text
        self.assertIn("Received", page)
        self.assertIn("working days left", page)
        for private in (ANSWERS["applicant_name"], ANSWERS["applicant_phone"], "plan.pdf"):
            self.assertNotIn(private, page)
        pages = []
        for number in (case.number, "99"):
            wrong = self.post("/gov/progress", {"number": number, "code": "WRONG"})
            pages.append(self.without_tokens(wrong.text).replace(number, ""))
        self.assertEqual(*pages)

    def without_tokens(self, page):
        """The body of a page without its CSRF tokens."""
        lines = page.partition("gov-body")[2].splitlines()
        return "\n".join(line for line in lines if "csrf_token" not in line)
