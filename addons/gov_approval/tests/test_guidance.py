"""Guided questions before filing, from the public page into the draft; conditions judged live."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import GovCase
from .portal_http import PortalHttp

FIELDS = [
    {"code": "area", "type": "number"},
    {"code": "kind", "type": "choice", "options": [{"code": "shop", "label": "Shop"}]},
]
QUERY = "has_agent=yes&has_kitchen=no"


def guide(version, code="has_kitchen"):
    """The item in force with a guiding question."""
    draft = version._copy_to_draft()
    draft.field_ids.filtered(lambda field: field.code == code).is_situation = True
    return draft


@tagged("post_install", "-at_install", "gov")
class TestGuidancePages(PortalHttp):
    """The questions on the public site, and what becomes of their answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draft = guide(cls.version)
        draft.action_publish()
        cls.version = draft
        cls.base = f"/gov/items/{cls.item.code}"

    def test_questions_are_public_and_lead_to_the_list(self):
        self.authenticate(None, None)
        self.assertIn(f"{self.base}/situation", self.url_open(self.base).text)
        page = self.url_open(f"{self.base}/situation").text
        self.assertIn("gov_approval.situation_page", page)
        answered = self.url_open(f"{self.base}/situation?{QUERY}").text
        self.assertIn("You need 2 materials", answered)
        self.assertIn("Power of attorney", answered)
        alone = self.url_open(f"{self.base}/situation?has_agent=no&has_kitchen=no").text
        self.assertIn("You need 1 materials", alone)

    def test_hostile_addresses_give_a_sentence(self):
        self.authenticate(None, None)
        for query in (
            "has_kitchen=maybe",
            "has_kitchen=yes&has_kitchen=no",
            "area=12",
            "<script>=1",
            "__proto__=yes",
            "%ff%fe=%ff",
            "has_kitchen=" + "x" * 3000,
            "&".join(f"a{number}=1" for number in range(300)),
            "a=" + "b" * 5000,
        ):
            answer = self.url_open(f"{self.base}/situation?{query}")
            self.assertEqual(answer.status_code, 400, query[:60])
            self.assertNotIn("Traceback", answer.text)
            self.assertNotIn("<script>=1", answer.text)
        self.assertEqual(self.url_open("/gov/items/no-such/situation").status_code, 404)

    def test_answers_are_in_the_form_and_asked_only_once(self):
        self.sign_in()
        page = self.url_open(f"{self.base}/apply", params={"situation": QUERY}).text
        self.assertIn("Power of attorney", page)
        self.assertIn('name="situation"', page)
        token = "a" * 32
        values = {"form_token": token, "situation": QUERY}
        self.assertEqual(self.post(f"{self.base}/apply", values).status_code, 303)
        draft = self.env["gov.case.draft"].search([("token", "=", token)])
        self.assertEqual(draft.answers["has_agent"], True)
        self.assertEqual(draft.answers["has_kitchen"], False)
        needed = [spec["code"] for spec, _given in draft._get_needed()]
        self.assertEqual(needed, ["plan", "authority"])

    def test_hostile_answers_open_no_form(self):
        self.sign_in()
        for situation in ("area=12", "has_kitchen=maybe", "state=closed", "x" * 9000):
            token = "b" * 32
            values = {"form_token": token, "situation": situation}
            self.assertEqual(self.post(f"{self.base}/apply", values).status_code, 400)
            self.assertFalse(self.env["gov.case.draft"].search([("token", "=", token)]))

    def test_an_item_without_questions_shows_its_guide(self):
        self.authenticate(None, None)
        plain = guide(self.version)
        plain.field_ids.is_situation = False
        plain.action_publish()
        answer = self.url_open(f"{self.base}/situation", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertNotIn("/situation", self.url_open(self.base).text)


@tagged("post_install", "-at_install", "gov")
class TestGuidance(GovCase):
    """Publishing and the window; conditions that a designer builds."""

    def test_only_choices_can_guide(self):
        draft = guide(self.version, "area")
        with self.assertRaisesRegex(UserError, "cannot guide applicants"):
            draft.action_publish()

    def test_the_mark_is_part_of_definition_and_pack(self):
        draft = guide(self.version)
        pack = self.env["gov.item.import"]._to_pack(draft)
        marked = [field["code"] for field in pack["form"]["fields"] if field.get("situation")]
        self.assertEqual(marked, ["has_kitchen"])
        draft.action_publish()
        fields = draft._get_definition()["form"]["fields"]
        self.assertEqual(
            [field["code"] for field in fields if field["situation"]], ["has_agent", "has_kitchen"]
        )

    def test_the_window_asks_first(self):
        guide(self.version).action_publish()
        clerk = self.env["gov.case.draft"].with_user(self.world["clerk"])
        window = clerk._get_my_windows()[:1]
        screen = clerk.action_intake_open(self.item.id, window.id)
        self.assertEqual(
            [material["code"] for material in screen["guided_materials"]], ["plan", "authority"]
        )

    def test_conditions_are_judged_in_a_sentence(self):
        check = self.env["gov.item.version"].with_user(self.world["manager"]).check_condition
        self.assertEqual(check("area > 5 and kind == 'shop'", FIELDS), {"problem": ""})
        for text, words in (
            ("gone > 5", "gone"),
            ("area > 'x'", "only Numeric fits"),
            ("kind == 'stall'", "stall"),
            ("area >", "cannot be read"),
            ("area + 1", "true or false"),
            (12, "empty"),
            ("x" * 3000, "2000"),
        ):
            self.assertIn(words, check(text, FIELDS)["problem"])
        for fields in (None, "x", [3], [{"code": 3}], [{"code": "a", "options": [3]}], [{}] * 9999):
            with self.assertRaises(UserError):
                check("area > 5", fields)

    def test_applicants_judge_no_conditions(self):
        check = self.env["gov.item.version"].with_user(self.world["applicant"]).check_condition
        with self.assertRaises(AccessError):
            check("area > 5", FIELDS)
