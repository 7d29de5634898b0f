"""Stored test cases of an item: kept with it, run on every version, asked before publishing."""

import json

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ANSWERS, GovCase, build_item

DAY = "2026-03-02"
KITCHEN = ANSWERS | {"has_kitchen": True, "kitchen_area": "12"}


@tagged("post_install", "-at_install", "gov")
class TestItemTest(GovCase):
    def setUp(self):
        super().setUp()
        manager = self.world["manager"]
        self.item.with_user(manager).action_new_version()
        self.draft = self.item.draft_version_id.with_user(manager)

    def store(self, name="Shop", answers=None, record=True):
        state = self.draft.action_save_test(False, name, DAY, answers or ANSWERS)
        if record:
            state = self.draft.action_record_test(state["saved"])
        return state["tests"][-1]

    def checks(self, version=None):
        return {c["code"]: c for c in (version or self.draft)._get_checks()}

    def test_entered_recorded_and_run(self):
        test = self.store(record=False)
        self.assertFalse(test["is_recorded"])
        self.assertFalse(test["is_passed"])
        self.assertEqual(test["errors"], {})
        state = self.draft.action_record_test(test["id"])
        self.assertTrue(state["tests"][0]["is_passed"])
        result = dict(state["tests"][0]["result"])
        self.assertEqual(result["Materials"], "Floor plan")
        self.assertEqual(result["Steps"], "accept → visit → review → decide → deliver")
        self.assertIn("Certificate", result["Documents"])
        stored = self.item.test_ids
        self.assertEqual(stored.expected["promised"], {"value": 10, "unit": "workday"})

    def test_a_refused_form_can_be_what_is_right(self):
        test = self.store("Nothing filled in", {"area": "-1"})
        self.assertTrue(test["is_passed"])
        self.assertIn("More than nothing", test["errors"]["area"])

    def test_a_failed_test_keeps_the_version_back(self):
        self.assertEqual(self.checks()["publish.no_tests"]["level"], "warn")
        test = self.store()
        self.assertEqual(self.checks()["publish.tests"]["level"], "pass")
        self.draft.material_ids.filtered(lambda m: m.code == "plan").required = "waived"
        failed = self.checks()["publish.test_failed"]
        self.assertEqual((failed["level"], failed["article"]), ("fail", ""))
        self.assertIn("“Shop”", failed["text"])
        self.assertIn("“Floor plan” is not asked for any more", failed["text"])
        with self.assertRaisesRegex(UserError, "Floor plan"):
            self.draft.action_publish()
        self.draft.action_record_test(test["id"])
        self.draft.action_publish()
        self.assertEqual(self.draft.state, "published")

    def test_tests_survive_versions_and_stay_out_of_the_definition(self):
        digest = self.draft._compile()
        self.store()
        self.assertEqual(self.draft._compile(), digest)
        self.draft.action_publish()
        self.item.with_user(self.world["manager"]).action_new_version()
        later = self.item.draft_version_id
        self.assertEqual(later.action_tests()["tests"][0]["is_passed"], True)
        self.assertEqual(later._compile()["form"], self.draft._get_definition()["form"])

    def test_a_half_written_draft_is_run_all_the_same(self):
        self.store()
        self.draft.edge_ids[:1].unlink()
        self.assertIn("Flow", dict(self.draft.action_tests()["tests"][0]["result"]))
        self.draft.field_ids[:1].visible_if = "nonsense ("
        test = self.draft.action_tests()["tests"][0]
        self.assertIn("cannot be played", test["differences"][-1])

    def test_only_those_who_keep_the_item(self):
        test = self.store()
        reader = self.draft.with_user(self.world["reviewer"])
        self.assertEqual(reader.action_tests()["tests"][0]["name"], "Shop")
        self.assertFalse(reader.action_tests()["can_write"])
        for act in (
            lambda: reader.action_save_test(False, "x", DAY, {}),
            lambda: reader.action_save_test(test["id"], "x", DAY, {}),
            lambda: reader.action_record_test(test["id"]),
            lambda: reader.action_remove_test(test["id"]),
            lambda: self.item.test_ids.with_user(self.world["reviewer"]).write({"name": "x"}),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                act()

    def test_a_test_stays_with_its_item(self):
        test = self.store()
        foreign = build_item(self.env, self.world, code="test-other")
        with self.assertRaises(UserError):
            foreign.action_record_test(test["id"])
        with self.assertRaises(UserError):
            self.item.test_ids.item_id = foreign.item_id

    def test_hostile_calls(self):
        test = self.store()
        for args in (
            (False, "", DAY, {}), (False, 5, DAY, {}), (False, "x", "soon", {}),
            (False, "x", None, {}), (False, "x", DAY, []), (False, "x", DAY, None),
            (False, "x", DAY, {str(n): 1 for n in range(501)}), ("1", "x", DAY, {}),
            (-1, "x", DAY, {}), (2**40, "x", DAY, {}), ([test["id"]], "x", DAY, {}),
        ):  # fmt: skip
            with self.subTest(args=str(args)[:60]), self.assertRaises(UserError):
                self.draft.action_save_test(*args)
        row = self.item.test_ids
        for vals in (
            {"expected": {"odd": 1}}, {"expected": [1]}, {"answers": [1]},
            {"answers": {"area": "9" * 200_000}},
        ):  # fmt: skip
            with self.subTest(vals=str(vals)[:60]), self.assertRaises(ValidationError):
                row.write(vals)
        odd = self.store("Odd", {"area": {"a": [1]}, "applicant_name": ["x"], "nothing": 1})
        self.assertTrue(odd["is_passed"])

    def test_packs_carry_them(self):
        self.store("Kitchen", KITCHEN)
        Import = self.env["gov.item.import"]
        pack = Import._to_pack(self.version)
        self.assertEqual([row["name"] for row in pack["tests"]], ["Kitchen"])
        pack = json.loads(json.dumps(pack))
        pack["item"]["code"] = "test-twin"
        twin = Import._load_pack(pack, self.world["department"])
        self.assertEqual(Import._to_pack(twin), pack)
        self.assertTrue(twin.action_tests()["tests"][0]["is_passed"])
        # a later import adds tests and keeps what is there
        twin.unlink()
        pack["tests"][0]["name"] = "Changed"
        pack["tests"].append(pack["tests"][0] | {"code": "t9"})
        again = Import._load_pack(pack, self.world["department"], collision="draft")
        self.assertEqual(again.item_id.test_ids.mapped("name"), ["Kitchen", "Changed"])

    def test_codes_are_given(self):
        names = {"name": "x", "item_id": self.item.id}
        tests = self.env["gov.item.test"].create([names, names, names | {"code": "t9"}])
        self.assertEqual(len(set(tests.mapped("code"))), 3)
        self.item.test_ids = [Command.create({"name": "y"})]
