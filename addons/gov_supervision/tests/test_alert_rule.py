"""Rules: two people, frozen when in force, tried on the past, in force for what runs already."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..kernel import rules
from .common import LATE_AT, AlertCase


@tagged("post_install", "-at_install", "gov")
class TestAlertRule(AlertCase):
    def test_the_national_set_is_complete_and_can_be_published(self):
        Rule = self.env["gov.alert.rule"]
        found = Rule.search([("code", "not like", "test-")])
        self.assertGreater(len(found), 25)
        for rule in found:
            rules.check(rule._compile())
        Rule._load_defaults()
        self.assertEqual(Rule.search([("code", "not like", "test-")]), found, "loaded once")

    def test_whoever_drafted_does_not_publish(self):
        rule = self.draft_rule()
        with self.assertRaisesRegex(UserError, "another supervisor"):
            rule.action_publish()
        rule.with_user(self.world["supervisor2"]).write({"level": "red"})
        with self.assertRaisesRegex(UserError, "another supervisor"):
            rule.with_user(self.world["supervisor2"]).action_publish()

    def test_in_force_is_frozen(self):
        rule = self.rule()
        mine = rule.with_user(self.world["supervisor"])
        for vals in ({"level": "red"}, {"state": "draft"}, {"value": 3}, {"code": "x"}):
            with self.assertRaises(UserError):
                mine.write(vals)
        with self.assertRaises(UserError):
            mine.unlink()
        self.assertEqual(rule.definition["value"], 0)

    def test_a_draft_takes_no_outcome_from_outside(self):
        Rule = self.env["gov.alert.rule"].with_user(self.world["supervisor"])
        rule = Rule.with_context(default_state="published", default_version=9).create(
            {"name": "x", "code": "test-x", "limit": "step", "state": "published"}
        )
        self.assertEqual((rule.state, rule.version, bool(rule.published_at)), ("draft", 1, False))
        with self.assertRaisesRegex(UserError, "only by publishing"):
            rule.write({"digest": "x"})

    def test_what_is_wrong_is_said_before_it_is_in_force(self):
        rule = self.draft_rule(kind="event", condition="nobody > 1")
        with self.assertRaisesRegex(UserError, "nobody"):
            rule.with_user(self.world["supervisor2"]).action_publish()
        rule.write({"kind": "time", "measure": "percent", "value": 120})
        with self.assertRaisesRegex(UserError, "percentage"):
            rule.with_user(self.world["supervisor2"]).action_publish()

    def test_the_next_version_ends_the_last(self):
        rule = self.rule()
        case = self.accepted()
        watched = [("case_id", "=", case.id)]
        self.assertEqual(str(self.env["gov.alert.watch"].search(watched).fire_at), LATE_AT)
        with self.at("2026-03-03 02:00:00"):
            opened = rule.with_user(self.world["supervisor"]).action_new_version()
            draft = self.env["gov.alert.rule"].browse(opened["res_id"])
            self.assertEqual((draft.version, draft.state), (2, "draft"))
            draft.with_user(self.world["supervisor"]).write({"value": 1})
            draft.with_user(self.world["supervisor2"]).action_publish()
            self.assertEqual(rule.state, "ended")
            self.tick("gov.alert.rule", "_cron_plan")
        watch = self.env["gov.alert.watch"].search(watched)
        self.assertEqual((str(watch.fire_at), watch.rule_id), ("2026-03-17 16:00:00", draft))

    def test_a_new_rule_watches_what_runs_already_and_nothing_of_before(self):
        case = self.accepted()
        with self.at("2026-03-05 01:00:00"):
            self.act("reviewer", case, "complete_step", self.visit())
        rule = self.rule(since="2026-03-10 00:00:00")
        alone = self.rule(
            "alone", since="2026-03-10 00:00:00", kind="event", condition="act == 'complete_step'"
        )
        with self.at("2026-03-20 01:00:00"):
            self.tick("gov.alert.rule", "_cron_plan")
            self.tick()
        self.assertTrue(rule.is_planned and alone.is_planned)
        card = self.cards(case)
        self.assertEqual((card.rule_id, str(card.became_due_at)), (rule, LATE_AT))

    def visit(self):
        officers = [self.world["reviewer"].id, self.world["reviewer2"].id]
        return {"officers": officers, "visited_on": "2026-03-04", "opinion": "x", "outcome": "pass"}

    def test_preview_on_history(self):
        case = self.accepted()
        rule = self.draft_rule(code="try", measure="before", value=1)
        with self.at("2026-04-20 02:00:00"):
            Preview = self.env["gov.alert.preview"].with_user(self.world["supervisor"])
            preview = Preview.create(
                {"rule_id": rule.id, "date_from": "2026-03-01", "date_to": "2026-03-31"}
            )
            preview.action_play()
        line = preview.line_ids.filtered(lambda one: one.case_id == case)
        self.assertEqual(str(line.at), "2026-03-12 16:00:00")  # Friday: one working day is left
        self.assertEqual(preview.hit_count, len(preview.line_ids))
        self.assertIn(self.world["department"], preview.unit_ids.department_id)
        self.assertEqual(line.action_open_case()["res_id"], case.id)
        self.assertFalse(self.cards(case), "a preview gives no card")
        self.assertFalse(rule.published_at)

    def test_conditions_offer_what_an_act_shows_in_words(self):
        offered = self.draft_rule().condition_fields
        act = next(field for field in offered if field["code"] == "act")
        self.assertIn({"code": "extend", "label": "Extend the period"}, act["options"])
        self.assertNotIn("_", "".join(field["label"] for field in offered))
