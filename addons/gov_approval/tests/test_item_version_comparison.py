"""Versions compared in words."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import GovCase, build_item


@tagged("post_install", "-at_install", "gov")
class TestVersionComparison(GovCase):
    def setUp(self):
        super().setUp()
        self.item.with_user(self.world["manager"]).action_new_version()
        self.draft = self.item.draft_version_id.with_user(self.world["manager"])

    def lines(self, version=None, other=None):
        found = (version or self.draft).action_compare(other)
        self.assertEqual(found["count"], sum(len(part["lines"]) for part in found["parts"]))
        return {
            (part["code"], line["kind"], line["place"], line["label"]): tuple(
                "".join(text for _kind, text in line[side]) for side in ("before", "after")
            )
            for part in found["parts"]
            for line in part["lines"]
        }

    def test_a_copy_says_the_same(self):
        found = self.draft.action_compare()
        self.assertEqual(found["count"], 0)
        self.assertEqual(found["before"]["id"], self.version.id)
        self.assertEqual([choice["id"] for choice in found["choices"]], [self.version.id])

    def test_everything_is_said_in_words(self):
        draft = self.draft
        draft.promised_value = 8
        draft.is_safety = True
        draft.objects = "person"
        area = draft.field_ids.filtered(lambda field: field.code == "area")
        area.help = "In square metres"
        area.type = "money"
        draft.field_ids.filtered(lambda f: f.code == "kitchen_area").visible_if = "area > 20"
        draft.material_ids.filtered(lambda m: m.code == "authority").unlink()
        photo = {"code": "photo", "name": "Photo", "required": "optional", "sequence": 30}
        draft.material_ids = [Command.create(photo)]
        draft.node_ids.filtered(lambda n: n.code == "review").days = 4
        draft.condition_ids.text = "Premises are clean and dry"
        lines = self.lines()
        self.assertEqual(
            lines["limits", "changed", "", "Promised period"],
            ("10 working days", "8 working days"),
        )
        self.assertEqual(lines["basics", "changed", "", "Touches public safety"], ("No", "Yes"))
        field = "Form fields “Area”"
        self.assertEqual(
            lines["form", "changed", field, "Help for the applicant"], ("", "In square metres")
        )
        self.assertEqual(lines["form", "changed", field, "Type"], ("Numeric", "Money"))
        kitchen = lines["form", "changed", "Form fields “Kitchen area”", "Visible If"]
        self.assertEqual(kitchen, ("“Kitchen” is Yes", "“Area” is more than 20"))
        removed = lines["materials", "removed", "Materials “Power of attorney”", ""]
        self.assertIn("Always required", removed[0])
        self.assertRegex(removed[0], "Needed If: “.*” is Yes")
        self.assertNotIn("No\n", removed[0])
        added = lines["materials", "added", "Materials “Photo”", ""]
        self.assertIn("Optional", added[1])
        self.assertEqual(
            lines["flow", "changed", "Steps “review”", "Days"],
            ("5 working days", "4 working days"),
        )
        grounds = lines["grounds", "changed", "Conditions “Premises are clean and dry”", ""]
        self.assertEqual(grounds, ("Premises are clean", "Premises are clean and dry"))

    def test_what_a_step_does(self):
        review = self.draft.node_ids.filtered(lambda node: node.code == "review")
        told = {"effect": "notify", "on": "favourable", "text": "The review is over."}
        review.effects = [told]
        place = "Steps “review” › On completion “Tell the applicant”"
        lines = self.lines()
        added = lines["flow", "added", place, ""][1]
        self.assertIn("Text for the applicant: The review is over.", added)
        self.assertIn("When passed or granted", added)
        self.draft.action_publish()
        self.item.with_user(self.world["manager"]).action_new_version()
        later = self.item.draft_version_id.with_user(self.world["manager"])
        later.node_ids.filtered(lambda node: node.code == "review").effects = [
            told | {"on": "any"}
        ]
        ((key, said),) = self.lines(later).items()
        self.assertEqual(key[2], place)
        self.assertEqual(said, ("When passed or granted", "In any case"))

    def test_between_any_two_versions(self):
        self.draft.place = "Second floor"
        self.draft.action_publish()
        lines = self.lines(self.draft)
        self.assertEqual(
            lines["guide", "changed", "", "Place of handling"],
            ("Hall, window 1", "Second floor"),
        )
        back = self.lines(self.version.with_user(self.world["reviewer"]), self.draft.id)
        self.assertEqual(back["guide", "changed", "", "Place of handling"][1], "Hall, window 1")

    def test_only_versions_of_one_item(self):
        foreign = build_item(self.env, self.world, code="test-other")
        for wrong in (foreign.id, self.draft.id, -1, "1", [1], 2**40, {"a": 1}):
            with self.subTest(other=wrong), self.assertRaises(UserError):
                self.draft.action_compare(wrong)

    def test_a_document_is_read_without_its_tags(self):
        body = "<p>Granted to <b>{{ applicant_name }}</b></p><p>Keep it.</p>"
        own = {"kind": "certificate", "name": "Certificate", "body": body}
        self.draft.template_ids = [Command.create(own)]
        lines = self.lines()
        (text,) = [said for key, said in lines.items() if key[3] == "Body"]
        self.assertEqual(text[1], "Granted to {{ applicant_name }}\nKeep it.")
