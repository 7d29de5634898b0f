"""The loop of a card through its door, by the people who do it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AlertCase

EXPLAINED = {"explanation": "系统停机", "evidence": "停机公告"}


@tagged("post_install", "-at_install", "gov")
class TestAlertCard(AlertCase):
    def do(self, who, card, kind, at="2026-03-18 02:00:00", **payload):
        with self.at(at):
            card.with_user(self.world[who]).action_act(kind, payload)
        return card

    def refuse(self, sentence, *args, **kwargs):
        with self.assertRaisesRegex(UserError, sentence):
            self.do(*args, **kwargs)

    def test_explained_verified_settled(self):
        card = self.late_card()
        with self.at("2026-03-18 02:00:00"):
            self.assertEqual(card.with_user(self.world["chief"]).acts, ",explain,appeal,")
            self.assertEqual(card.with_user(self.world["leader"]).acts, ",,")
        self.do("chief", card, "explain", measures="加派人员", **EXPLAINED)
        self.assertEqual((card.state, str(card.due_on)), ("explained", "2026-03-25"))
        self.do("supervisor", card, "verify", outcome="returned", opinion="不足", days=2)
        self.assertEqual((card.state, str(card.due_on)), ("ordered", "2026-03-20"))
        self.do("chief", card, "explain", **EXPLAINED)
        self.do("supervisor", card, "verify", outcome="accepted", opinion="属实")
        self.assertEqual((card.state, card.is_counted, card.due_on), ("settled", True, False))
        self.assertEqual(len(card.event_ids), 5)
        self.assertIsNone(card.event_ids._find_break())
        self.refuse("settled", "chief", card, "explain", **EXPLAINED)

    def test_appeal_withdrawn_leaves_the_score_and_keeps_the_trace(self):
        card = self.late_card()
        self.do("chief", card, "appeal", grounds="不服", evidence="回执")
        self.do("supervisor", card, "decide_appeal", outcome="withdrawn", opinion="有理")
        self.assertEqual((card.state, card.is_counted), ("withdrawn", False))
        self.assertEqual(card.event_ids.mapped("kind"), ["issue", "appeal", "decide_appeal"])
        self.assertIn("有理", card.event_ids[-1].said)

    def test_appeal_is_decided_by_somebody_who_did_not_judge_before(self):
        card = self.late_card()
        self.do("chief", card, "explain", **EXPLAINED)
        self.do("supervisor", card, "verify", outcome="returned", opinion="不足", days=2)
        self.do("chief", card, "appeal", grounds="不服", evidence="回执")
        said = {"outcome": "upheld", "opinion": "维持", "days": 2}
        self.refuse("somebody else decides", "supervisor", card, "decide_appeal", **said)
        self.do("supervisor2", card, "decide_appeal", **said)
        self.assertEqual((card.state, card.was_upheld), ("ordered", True))

    def test_whoever_is_concerned_does_not_judge(self):
        """A supervisor who also works in the department explained, so he does not verify."""
        card = self.late_card()
        both = self.world["chief"]
        both.sudo().group_ids |= self.env.ref("gov_approval.group_gov_supervisor")
        self.do("chief", card, "explain", **EXPLAINED)
        self.refuse("you do not judge it", "chief", card, "verify", outcome="accepted", opinion="x")

    def test_others_neither_see_nor_act(self):
        card = self.late_card()
        for who in ("foreign_reviewer", "clerk", "stranger", "cashier"):
            with self.assertRaises(AccessError):
                self.do(who, card, "explain", **EXPLAINED)
        self.refuse("supervision", "reviewer", card, "verify", outcome="accepted", opinion="x")
        self.refuse("not done by you", "leader", card, "escalate", opinion="x")
        with self.assertRaises(UserError):
            card.with_user(self.world["supervisor"]).write({"state": "settled"})
        with self.assertRaises(UserError):
            card.sudo().unlink()

    def test_odd_calls_are_refused_in_words(self):
        card = self.late_card().with_user(self.world["chief"])
        for kind, payload in (
            (None, None), ("issue", {}), ("explain", [1]), ("explain", {"explanation": 3}),
            ("explain", {"x": "y"}), (["explain"], {}), ("lapse", {}),
        ):  # fmt: skip
            with self.assertRaises(UserError), self.at("2026-03-18 02:00:00"):
                card.action_act(kind, payload)

    def test_a_limit_that_passes_turns_yellow_into_red(self):
        card = self.late_card()
        with self.at("2026-03-20 15:00:00"):
            self.tick("gov.alert.card", "_cron_lapse")
            self.assertEqual(card.level, "yellow", "the last day counts in full")
        with self.at("2026-03-20 17:00:00"):
            self.tick("gov.alert.card", "_cron_lapse")
            self.tick("gov.alert.card", "_cron_lapse")
        self.assertEqual((card.level, card.first_level, card.lapses), ("red", "yellow", 1))
        self.assertTrue(card.is_overdue)
        self.do("supervisor", card, "escalate", "2026-03-23 02:00:00", opinion="移送")
        self.assertEqual(card.state, "escalated")

    def test_a_card_at_the_window_is_answered_by_the_staff_of_the_place(self):
        self.rule("notice", limit="notice", level="blue", action="inform")
        with self.at("2026-03-02 01:00:00"):
            case = self.file()
        with self.at("2026-03-10 01:00:00"):
            self.tick()
        card = self.cards(case)
        self.assertTrue(card.is_at_window)
        self.do("clerk", card, "acknowledge", "2026-03-10 02:00:00")
        self.assertEqual((card.state, card.is_counted), ("settled", False))

    def test_the_wizard_says_what_the_door_takes(self):
        card = self.late_card()
        for who, vals in (
            ("chief", {"kind": "explain"} | EXPLAINED),
            ("supervisor", {"kind": "verify", "outcome": "returned", "opinion": "x", "days": 2}),
            ("chief", {"kind": "appeal", "grounds": "x", "evidence": "y"}),
            ("supervisor2", {"kind": "decide_appeal", "decision": "withdrawn", "opinion": "x"}),
        ):
            with self.at("2026-03-18 02:00:00"):
                Answer = self.env["gov.alert.answer"].with_user(self.world[who])
                Answer.create(vals | {"card_id": card.id}).action_do()
        self.assertEqual(card.state, "withdrawn")
