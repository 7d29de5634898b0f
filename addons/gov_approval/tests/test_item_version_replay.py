"""Past cases played on a draft: figures for its writer, cases for those who may read them."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import gov_item_version_replay
from .common import ANSWERS, GovCase


@tagged("post_install", "-at_install", "gov")
class TestVersionReplay(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item.with_user(cls.world["manager"]).action_new_version()
        cls.new = cls.item.draft_version_id.with_user(cls.world["manager"])

    def play(self, version=None):
        """All batches, as the screen asks for them."""
        after, tally = 0, None
        while True:
            found = (version or self.new).action_replay(after, tally)
            after, tally = found["after_id"], found["tally"]
            if found["is_done"]:
                return found

    def test_figures_over_all_cases(self):
        small, large = self.file(), self.file(answers=ANSWERS | {"area": "200"})
        case = self.reviewed(self.file())
        events = self.env["gov.case.event"].search_count([])
        self.assertEqual(
            [line["text"] for line in self.play()["lines"]],
            ["Of 3 cases none would have gone otherwise."],
        )
        plan = self.new.material_ids.filtered(lambda m: m.code == "plan")
        plan.needed_if = "area > 100"
        area = self.new.field_ids.filtered(lambda f: f.code == "area")
        area.constraint = "area < 150"
        found = self.play()
        self.assertEqual(
            [line["text"] for line in found["lines"]],
            [
                "1 forms would not be accepted as they were filled in.",
                "2 would need 1 materials less.",
            ],
        )
        self.assertEqual((found["total"], found["tally"]["skipped"]), (3, 0))
        with patch.object(gov_item_version_replay, "BATCH", 1):
            self.assertEqual(self.play()["lines"], found["lines"])
        self.assertEqual(self.env["gov.case.event"].search_count([]), events)
        self.assertEqual((small | large | case).mapped("version_id"), self.version)

    def test_ids_only_for_those_who_may_read_the_cases(self):
        case = self.file()
        self.new.material_ids.filtered(lambda m: m.code == "plan").unlink()
        (line,) = self.play()["lines"]
        self.assertEqual(line["case_ids"], [])
        self.assertFalse(self.play()["can_open"])
        administrator = self.new.with_user(self.world["administrator"])
        found = self.play(administrator)
        self.assertEqual(found["lines"][0]["case_ids"], case.ids)
        self.assertTrue(found["can_open"])
        self.assertNotIn("Test food company", str(found))

    def test_only_those_who_write_the_draft(self):
        for persona in ("reviewer", "clerk", "auditor", "applicant", "foreign_reviewer"):
            with self.subTest(persona), self.assertRaises(AccessError):
                self.new.with_user(self.world[persona]).action_replay()
        with self.assertRaises(UserError):
            self.version.with_user(self.world["manager"]).action_replay()

    def test_hostile_tallies(self):
        self.file()
        for tally in (
            [1], "x", {"total": 1}, {"total": "x", "skipped": 0, "counts": {}, "cases": {},
            "fee_before": "0", "fee_after": "0"}, {"total": 1, "skipped": 0, "counts": {"late": 1},
            "cases": {}, "fee_before": "0", "fee_after": "0"}, {"total": 1, "skipped": 0,
            "counts": {}, "cases": {"late": ["x"]}, "fee_before": "0", "fee_after": "0"},
            {"total": 1, "skipped": 0, "counts": {}, "cases": {}, "fee_before": "NaN",
             "fee_after": "x"},
        ):  # fmt: skip
            with self.subTest(tally=str(tally)), self.assertRaises(UserError):
                self.new.action_replay(1, tally)
        for after in ("x", -1, None, [1], 2**40, {"a": 1}):
            with self.subTest(after=after):
                self.assertTrue(self.new.action_replay(after)["is_done"])
