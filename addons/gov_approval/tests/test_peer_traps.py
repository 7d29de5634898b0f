"""Traps that others fell into, one class a trap: each test shows that we do not.

Live definitions under running cases, names from labels, controls that a context key switches off,
rules that fail open.  (What code may read of a context at all is guarded in
``tests/architecture/test_guard_security.py``.)
"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import errors as pg_errors

from .common import ANSWERS, GovCase


@tagged("post_install", "-at_install", "gov")
class TestLiveDefinition(GovCase):
    """A change of the item, of its texts or of its department never alters a running case."""

    def running(self, case):
        return {
            "definition": case.version_id._get_definition(),
            "digest": case.version_id.digest,
            "dues": case.read(["promised_due_on", "statutory_due_on", "next_due_on"]),
            "steps": [(s.node, s.name, s.is_active) for s in case.step_ids],
            "materials": case.material_ids.mapped("name"),
        }

    def test_a_new_version_in_force_leaves_running_cases_alone(self):
        case = self.file()
        before = self.running(case)
        manager = self.world["manager"]
        self.item.with_user(manager).action_new_version()
        new = self.item.draft_version_id
        new.write({"promised_value": 3, "result_name": "Another licence"})
        new.field_ids.filtered(lambda f: f.code == "area").write(
            {"label": "Floor space", "constraint": "area > 5000"}
        )
        visit = new.node_ids.filtered(lambda n: n.code == "visit")
        new.edge_ids.filtered(lambda e: e.target == "visit").target = "review"
        new.edge_ids.filtered(lambda e: e.source == "visit").unlink()
        visit.unlink()
        new.node_ids.filtered(lambda n: n.code == "review").write(
            {"role": "representative", "days": 1}
        )
        new.write(
            {
                "material_ids": [
                    Command.create(
                        {"code": "more", "name": "One more", "required": "always", "basis": "X"}
                    )
                ]
            }
        )
        new.with_user(manager).action_publish()
        self.assertEqual(self.item.published_version_id, new)
        case.invalidate_recordset()
        self.assertEqual(self.running(case), before)
        # The visit that the new version no longer has is still made, by whom the old one named.
        self.reviewed(case)
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        self.assertEqual(case.certificate_ids.name, "Licence")

    def test_renamed_records_do_not_rewrite_what_was_published(self):
        before = self.version._get_definition()
        self.world["department"].sudo().name = "Renamed bureau"
        self.env["gov.document.template"].search([("version_id", "=", False)]).write({"name": "N"})
        self.version.invalidate_recordset()
        self.assertEqual(self.version._get_definition(), before)


@tagged("post_install", "-at_install", "gov")
class TestNamesFromLabels(GovCase):
    """Codes are given and stay; a label in Chinese, empty or doubled names nothing."""

    def setUp(self):
        super().setUp()
        self.item.with_user(self.world["manager"]).action_new_version()
        self.draft_version = self.item.draft_version_id

    def field(self, code, label):
        vals = {"code": code, "label": label, "type": "text", "basis": "x"}
        section = self.draft_version.section_ids[0].id
        return self.env["gov.form.field"].create(
            vals | {"version_id": self.draft_version.id, "section_id": section}
        )

    def test_labels_alike_are_two_questions(self):
        self.field("site_a", "经营场所地址")
        self.field("site_b", "经营场所地址")
        self.draft_version.with_user(self.world["manager"]).action_publish()
        case = self.file(answers=ANSWERS | {"site_a": "甲路 1 号", "site_b": "乙路 2 号"})
        self.assertEqual(
            (case.answers["site_a"], case.answers["site_b"]), ("甲路 1 号", "乙路 2 号")
        )

    def test_a_label_names_nothing(self):
        question = self.field("site", "经营场所地址")
        question.label = "住所 (改)"
        self.assertEqual(question.code, "site")
        with mute_logger("odoo.sql_db"), self.assertRaises(pg_errors.NotNullViolation):
            with self.env.cr.savepoint():
                self.field(False, "没有编码的问题")

    def test_a_code_is_no_label(self):
        for code in ("经营场所", "1st", "a b", "a-b", "__class__", "Area", ""):
            with (
                self.subTest(code),
                mute_logger("odoo.sql_db"),
                self.assertRaises(pg_errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.field(code, "Label")


@tagged("post_install", "-at_install", "gov")
class TestContextKeys(GovCase):
    """No key of a context, ours, Odoo's or a peer's, opens what is closed."""

    KEYS = dict.fromkeys(
        (
            "skip_validation_check",
            "skip_check_state_condition",
            "force_write",
            "bypass_review",
            "no_check",
            "install_mode",
            "module",
            "import_file",
            "tracking_disable",
            "mail_notrack",
            "gov_act",
            "gov_door",
            "active_test",
            "_force_unlink",
            "default_state",
        ),
        True,
    )

    def test_frozen_and_sealed_records_stay_so(self):
        case = self.file()
        # Superuser: no access rule answers before the record does.
        forging = self.env(context=self.KEYS | {"default_state": "closed", "uid": 1, "su": True})
        closed = {
            case: {"state": "closed"},
            case.event_ids[0]: {"payload": {}},
            case.step_ids[0]: {"is_active": False},
            self.version: {"promised_value": 1},
            self.version.node_ids[0]: {"role": "reviewer"},
            self.version.field_ids[0]: {"label": "x"},
            self.world["mandate"]: {"valid_to": "2199-01-01"},
        }
        for record, vals in closed.items():
            with self.subTest(record._name):
                forged = record.with_env(forging)
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    forged.write(vals)
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    forged.unlink()

    def test_an_act_that_is_not_allowed_stays_so(self):
        case = self.file()
        clerk = case.with_user(self.world["clerk"]).with_context(**self.KEYS)
        with self.assertRaises(UserError):
            clerk.action_act("decide", {"decision": "grant", "opinion": "Agreed"})
        self.assertEqual(case.state, "received")


@tagged("post_install", "-at_install", "gov")
class TestRulesThatFail(GovCase):
    """A rule that cannot be evaluated blocks and says so; it never counts as met."""

    #: True for everything but 60.5, for which there is no answer.
    BROKEN = "1 / (area - 60.5) > 0"

    def publish(self, change):
        """The item with a rule changed, put in force."""
        manager = self.world["manager"]
        self.item.with_user(manager).action_new_version()
        draft = self.item.draft_version_id
        change(draft)
        draft.with_user(manager).action_publish()

    def assert_blocks(self, act, sentence="could not be judged"):
        with self.assertRaisesRegex(UserError, sentence), self.env.cr.savepoint():
            act()

    def test_a_constraint(self):
        def change(draft):
            draft.field_ids.filtered(lambda f: f.code == "area").constraint = self.BROKEN

        self.publish(change)
        count = self.env["gov.case"].search_count([])
        self.assert_blocks(self.file)
        self.assertEqual(self.env["gov.case"].search_count([]), count)
        self.assertEqual(self.file(answers=ANSWERS | {"area": "61"}).state, "received")

    def test_what_decides_whether_a_question_is_asked(self):
        def change(draft):
            draft.field_ids.filtered(lambda f: f.code == "kitchen_area").visible_if = self.BROKEN

        self.publish(change)
        self.assert_blocks(self.file)

    def test_what_decides_whether_a_material_is_needed(self):
        def change(draft):
            draft.material_ids.filtered(lambda m: m.code == "plan").needed_if = self.BROKEN

        self.publish(change)
        # Nothing may be filed without a paper only because a rule could not say that it is needed.
        needed = [spec["code"] for spec, _given in self.draft()._get_needed()]
        self.assertIn("plan", needed)
        self.assertNotIn(
            "plan",
            [
                spec["code"]
                for spec, _given in self.draft(answers=ANSWERS | {"area": "1"})._get_needed()
            ],
        )

    def test_a_branch(self):
        def change(draft):
            fork = {"code": "fork", "kind": "decision", "name": "fork", "version_id": draft.id}
            self.env["gov.flow.node"].create(fork)
            draft.edge_ids.filtered(lambda e: e.target == "visit").target = "fork"
            edge = {"version_id": draft.id, "source": "fork"}
            self.env["gov.flow.edge"].create(
                [
                    edge | {"target": "visit", "condition": self.BROKEN},
                    edge | {"target": "review", "is_default": True},
                ]
            )

        self.publish(change)
        case = self.file()
        self.assert_blocks(lambda: self.act("clerk", case, "accept"), "divides by zero")
        self.assertEqual((case.state, case.event_ids.mapped("kind")), ("received", ["receive"]))
        self.assertFalse(case.step_ids.filtered(lambda s: s.node == "review"))
