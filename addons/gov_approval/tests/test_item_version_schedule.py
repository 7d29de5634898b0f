"""Versions that wait for their day, and drafts prepared beside each other."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ANSWERS, GovCase


@tagged("post_install", "-at_install", "gov")
class TestVersionSchedule(GovCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self.at("2030-03-01 02:00:00"))  # 10:00 of legal time
        manager = self.world["manager"]
        self.mine = self.item.with_user(manager)
        self.mine.action_new_version()
        self.new = self.mine.draft_version_id
        self.new.promised_value = 8

    def run_cron(self, at):
        """Let the cron work, on a cursor that may commit."""
        self.env.flush_all()
        with self.at(at), self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["gov.item.version"]._cron_put_in_force()
        self.env.invalidate_all()

    def test_frozen_at_once_and_in_force_on_its_day(self):
        self.new.action_publish("2030-03-08")
        self.assertEqual((self.new.state, self.version.state), ("scheduled", "published"))
        self.assertEqual(self.item.published_version_id, self.version)
        digest = self.new.digest
        self.assertTrue(digest)
        with self.assertRaisesRegex(UserError, "frozen"):
            self.new.promised_value = 3
        with self.assertRaisesRegex(UserError, "frozen"):
            self.new.material_ids[0].name = "x"
        self.run_cron("2030-03-07 15:59:00")  # 23:59
        self.assertEqual(self.new.state, "scheduled")
        self.run_cron("2030-03-07 16:00:00")  # 00:00 of 8 March
        self.assertEqual((self.new.state, self.version.state), ("published", "retired"))
        self.assertEqual(self.item.published_version_id, self.new)
        self.assertEqual(self.new.digest, digest)
        since = self.new.published_at
        self.run_cron("2030-03-09 16:00:00")  # nothing happens twice
        self.assertEqual(self.new.published_at, since)

    def test_the_cron_wakes_at_midnight(self):
        self.new.action_publish("2030-03-08")
        cron = self.env.ref("gov_approval.ir_cron_put_in_force")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        midnight = fields.Datetime.to_datetime("2030-03-07 16:00:00")
        self.assertIn(midnight, triggers.mapped("call_at"))

    def test_applications_follow_the_version_of_their_day(self):
        self.new.action_publish("2030-03-08")
        before = self.file(answers=ANSWERS)
        self.assertEqual(before.version_id, self.version)
        self.run_cron("2030-03-07 16:00:00")
        self.assertEqual(self.file(answers=ANSWERS).version_id, self.new)
        self.assertEqual(before.version_id, self.version)

    def test_called_back_before(self):
        self.new.action_publish("2030-03-08")
        self.new.action_cancel_schedule()
        self.assertEqual(self.new.state, "draft")
        self.assertFalse(self.new.digest or self.new.definition or self.new.force_from)
        self.new.promised_value = 3
        self.run_cron("2030-03-08 00:00:00")
        self.assertEqual(self.new.state, "draft")
        with self.assertRaises(UserError):
            self.new.action_cancel_schedule()
        self.new.action_publish()
        with self.assertRaises(UserError):
            self.new.action_cancel_schedule()

    def test_days_that_are_none(self):
        for day in ("2030-03-01", "2030-02-28", "soon", "-", 5, [1], "2040-01-01", {"a": 1}):
            with self.subTest(day=day), self.assertRaises(UserError):
                self.new.action_publish(day)
        self.assertEqual(self.new.state, "draft")

    def test_one_waits_at_a_time(self):
        self.new.action_publish("2030-03-08")
        self.mine.action_another_draft()
        second = self.mine.draft_version_id
        self.assertNotEqual(second, self.new)
        with self.assertRaisesRegex(UserError, "Call it back first"):
            second.action_publish("2030-03-12")

    def test_the_guide_announces_it(self):
        self.assertFalse(self.item._get_coming())
        self.new.material_ids.filtered(lambda m: m.code == "plan").required = "waived"
        self.new.action_publish("2030-03-08")
        coming = self.item._get_coming()
        self.assertEqual(fields.Date.to_string(coming["on"]), "2030-03-08")
        self.assertEqual(
            coming["lines"],
            [
                "Materials “Floor plan”: Required was “Always required”, is “Waived, shared by"
                " government data”.",
                "Promised period was “10 working days”, is “8 working days”.",
            ],
        )
        self.run_cron("2030-03-07 16:00:00")
        self.item.invalidate_recordset()
        self.assertFalse(self.item._get_coming())

    def test_drafts_beside_each_other(self):
        self.mine.action_another_draft()
        other = self.mine.draft_version_id
        self.assertEqual(len(self.item.version_ids.filtered(lambda v: v.state == "draft")), 2)
        other.remark = "Fees"
        self.assertIn("Fees", other.display_name)
        other.place = "Second floor"
        other.promised_value = 9
        other.action_publish()
        # the first draft knows nothing of the place, and says 8 where 9 came in between
        (check,) = [c for c in self.new._get_checks() if c["code"] == "publish.overtaken"]
        self.assertEqual(check["level"], "warn")
        self.assertIn("“Hall, window 1”, is “Second floor”", check["text"])
        facts = self.new.action_prepare_publish()
        self.assertEqual(len(facts["lost"]), 2)
        self.assertEqual(facts["failed"], [])
        self.new.place = "Second floor"
        self.assertEqual(len(self.new.action_prepare_publish()["lost"]), 1)
        self.new.action_publish()
        self.assertEqual(self.new.promised_value, 8)

    def test_only_those_who_keep_the_item(self):
        reader = self.new.with_user(self.world["reviewer"])
        with self.assertRaises(AccessError):
            reader.action_publish("2030-03-08")
        with self.assertRaises(AccessError):
            reader.action_prepare_publish()
        self.new.action_publish("2030-03-08")
        with self.assertRaises(AccessError):
            reader.action_cancel_schedule()
        for name in ("force_from", "scheduled_at"):
            with self.assertRaises(UserError):
                self.new.write({name: False})
