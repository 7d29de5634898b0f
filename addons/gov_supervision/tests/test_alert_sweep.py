"""The sweep: instants, not moments of looking; once each; nothing where nothing is due."""

from contextlib import suppress
from unittest.mock import patch

from odoo import Command
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.tests.common import VISIT_FLOW, build_item
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import UniqueViolation

from .common import ACCEPTED, LATE_AT, AlertCase


@tagged("post_install", "-at_install", "gov")
class TestAlertSweep(AlertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        nodes = [
            Command.create(
                {
                    "code": code,
                    "kind": kind,
                    "stage": stage,
                    "name": code,
                    "role": role,
                    "procedure": procedure and "expert_review",
                    "counts_toward_deadline": not procedure,
                    "sequence": number,
                    "days": {"review": 5, "decide": 3, "visit": 2}.get(code, 0),
                }
            )
            for number, (code, kind, stage, role, procedure) in enumerate(VISIT_FLOW)
        ]
        cls.version = build_item(cls.env, cls.world, "test-expert", node_ids=nodes)
        cls.item = cls.version.item_id

    def watches(self, case):
        found = self.env["gov.alert.watch"].search([("case_id", "=", case.id)])
        return {(one.rule_code, one.key): str(one.fire_at) for one in found}

    def test_each_event_plans_the_next_instants(self):
        self.rule()
        self.rule("step", limit="step", level="red")
        case = self.accepted()
        visit = ("test-step", "step:visit#1")
        self.assertEqual(
            self.watches(case),
            {("test-late", "promised"): LATE_AT, visit: "2026-03-04 16:00:00"},
        )
        with self.at("2026-03-03 02:00:00"):
            self.act("reviewer", case, "stop_clock", {"expected_days": 3, "reasons": "x"})
        self.assertEqual(self.watches(case), {}, "a case that stands still gets no card")
        with self.at("2026-03-04 02:00:00"):
            self.act("reviewer", case, "resume_clock", {"opinion": "x"})
        self.assertEqual(self.watches(case)["test-late", "promised"], "2026-03-17 16:00:00")

    def test_a_card_carries_its_instant(self):
        card = self.late_card()
        self.assertEqual(str(card.became_due_at), LATE_AT)
        self.assertEqual(str(card.issued_at), "2026-03-17 01:00:00")
        self.assertEqual((card.state, card.level, card.department_id.code), (
            "ordered", "yellow", "test-market"))  # fmt: skip
        self.assertEqual(str(card.due_on), "2026-03-20")
        self.assertIsNone(card.event_ids._find_break())
        with self.at("2026-03-18 01:00:00"):
            self.tick()
        self.assertEqual(len(self.cards(card.case_id)), 1)

    def play(self, days):
        """Half a month of one case with sweeps on these days; its cards without their numbers."""
        case = self.accepted()
        acts = {
            4: lambda: self.act(
                "reviewer", case, "stop_clock", {"expected_days": 1, "reasons": "x"}
            ),
            9: lambda: self.act("reviewer", case, "resume_clock", {"opinion": "x"}),
            19: lambda: self.act("clerk", case, "withdraw", {"requester": "Li"}),
        }
        for day in range(3, 29):
            if day in acts:
                with self.at(f"2026-03-{day:02} 03:00:00"):
                    acts[day]()
            if day in days:
                with self.at(f"2026-03-{day:02} 05:00:00"):
                    self.tick()
        return sorted(
            (one.rule_code, one.key, str(one.became_due_at), one.level) for one in self.cards(case)
        )

    def test_an_outage_changes_no_card(self):
        self.rule()
        self.rule("near", measure="percent", value=50, level="blue", action="inform")
        self.rule("stop", limit="stop")
        self.rule("stopped", kind="event", condition="act == 'stop_clock' and notices < 1")
        self.rule("step", limit="step", level="red")
        daily = self.play(range(3, 29))
        self.assertGreater(len(daily), 3)
        self.assertEqual(self.play({3, 7, 8, 12, 28}), daily, "off for three days, twice")
        self.assertEqual(self.play({28}), daily, "swept once, after everything was over")

    def test_an_act_in_time_is_in_time_even_if_the_sweep_looks_at_once(self):
        self.rule()
        case = self.accepted()
        with self.at("2026-03-16 16:00:30"):
            self.tick()
        self.assertFalse(self.cards(case), "acts that began before may still be under way")

    def test_no_second_card_for_an_occasion(self):
        card = self.late_card()
        again = {
            name: card[name].id if card._fields[name].type == "many2one" else card[name]
            for name in ("case_id", "rule_id", "department_id", "centre_id", "rule_code", "key",
                         "level", "first_level", "state", "became_due_at", "issued_at")
        }  # fmt: skip
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            card.sudo()._door_create(DOOR, [again | {"number": "other"}])

    def test_a_sweep_that_breaks_in_the_middle_goes_on(self):
        self.rule()
        cases = [self.accepted() for _n in range(5)]
        Watch, taken = self.registry["gov.alert.watch"], []

        def some(watch):
            taken.append(1)
            if len(taken) == 3:
                raise InterruptedError
            return original(watch)

        original = Watch._take_due
        with self.at("2026-03-17 01:00:00"), patch.object(Watch, "_take_due", some):
            with patch("odoo.addons.gov_supervision.models.gov_alert_watch.SLICE", 2):
                with suppress(InterruptedError):  # assertRaises would undo what was committed
                    self.tick()
                self.assertEqual(sum(len(self.cards(case)) for case in cases), 4)
                self.tick()
        self.assertEqual([len(self.cards(case)) for case in cases], [1] * 5)

    def test_nothing_due_costs_one_statement(self):
        self.rule()
        self.accepted()
        with self.at(ACCEPTED):
            self.env["gov.alert.watch"]._sweep_slice()
            with self.assertQueryCount(1):
                self.assertEqual(self.env["gov.alert.watch"]._sweep_slice(), 0)

    def test_a_changed_calendar_moves_what_is_waited_for(self):
        self.rule()
        case = self.accepted()
        with self.at("2026-03-03 01:00:00"):
            self.env["gov.calendar.day"].create({"date": "2026-03-04", "kind": "holiday"})
            self.tick("gov.case", "_cron_follow_calendar")
        self.assertEqual(self.watches(case)["test-late", "promised"], "2026-03-17 16:00:00")

    def test_rows_are_not_written_by_hand(self):
        card = self.late_card()
        for query in (
            "UPDATE gov_alert_event SET kind = 'x' WHERE card_id = %s",
            "DELETE FROM gov_alert_event WHERE card_id = %s",
        ):
            with self.assertRaisesRegex(Exception, "append-only"), mute_logger("odoo.sql_db"):
                with self.env.cr.savepoint():
                    self.env.cr.execute(SQL(query, card.id))
