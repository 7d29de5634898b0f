"""AB roles in the door: A acts, B in the stead of an absent A, nobody else; and it is recorded."""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.gov_sealed import DOOR
from .common import ANSWERS, build_item, mandate_vals
from .test_post import PostCase

GRANT = {"decision": "grant", "opinion": "Agreed"}


@tagged("post_install", "-at_install", "gov")
class TestPostInTheDoor(PostCase):
    def test_without_a_post_everybody_of_the_role(self):
        case = self.visited()
        self.visit("third", case)
        self.assertNotIn("stands_in_for", self.last_payload(case))

    def test_b_while_a_is_at_work(self):
        self.post()
        case = self.visited()
        with self.assertRefused("reviewer", "at work"):
            self.visit("reviewer2", case)
        self.visit("reviewer", case)
        self.assertNotIn("stands_in_for", self.last_payload(case))

    def test_b_while_a_is_absent(self):
        self.post()
        case = self.visited()
        self.absent("reviewer")
        self.visit("reviewer2", case)
        event = case.event_ids.sorted("sequence")[-1]
        self.assertEqual(event.actor_id, self.world["reviewer2"], "with B's own account")
        self.assertEqual(event.payload["stands_in_for"], self.world["reviewer"].id)
        self.assertFalse(case.event_ids._find_break())
        Event = self.env["gov.case.event"]
        done = Event.with_user(self.world["reviewer"]).search(
            [("stands_in_for_id", "=", self.world["reviewer"].id)]
        )
        self.assertEqual(done, event)
        self.assertEqual(done.act_name, "Complete the step")
        self.assertEqual(done.action_open_case()["res_id"], case.id)
        mine = [("stands_in_for_id", "=", self.world["reviewer2"].id)]
        self.assertFalse(Event.with_user(self.world["reviewer2"]).search(mine))

    def test_a_is_back(self):
        self.post()
        absence = self.absent("reviewer")
        self.assertEqual(len(self.queue("reviewer2")), 0)
        case = self.visited()
        self.assertEqual(self.queue("reviewer2"), case)
        absence.with_user(self.world["reviewer"]).action_return()
        with self.assertRefused("at work"):
            self.visit("reviewer2", case)
        self.assertFalse(self.queue("reviewer2"))
        self.visit("reviewer", case)

    def test_the_absence_begins_and_ends_by_itself(self):
        self.post()
        self.absent("reviewer", days=1, start=2)
        case = self.visited()
        for day, may_act in ((1, False), (2, True), (3, True), (4, False)):
            with self.at(fields.Datetime.add(fields.Datetime.now(), days=day)):
                found = case in self.queue("reviewer2")
                self.assertEqual(found, may_act, f"day {day}")

    def test_nobody_else_of_the_department(self):
        self.post()
        case = self.visited()
        self.absent("reviewer")
        with self.assertRefused("Post of reviewer", "reviewer2"):
            self.visit("third", case)
        self.assertFalse(self.queue("third"))

    def test_both_absent(self):
        post = self.post()
        case = self.visited()
        self.absent("reviewer")
        self.absent("reviewer2")
        for login in ("reviewer2", "third"):
            with self.assertRefused("both", "centre administrator"):
                self.visit(login, case)
        self.assertTrue(post.is_uncovered)
        Post = self.env["gov.post"].with_user(self.world["administrator"])
        self.assertIn(post, Post.search([("is_uncovered", "=", True)]))
        self.assertNotIn(post, Post.search([("is_uncovered", "=", False)]))
        post.deputy_ids += self.third
        self.assertFalse(post.is_uncovered)
        self.assertEqual(post.on_duty_ids, self.third)
        self.visit("third", case)

    def test_a_person_who_left_is_absent(self):
        self.post()
        case = self.visited()
        self.world["reviewer"].active = False
        self.visit("reviewer2", case)

    def test_posts_of_single_items(self):
        other = build_item(self.env, {**self.world}, code="test-other").item_id
        self.post(item_ids=[Command.set(other.ids)])
        case = self.visited()
        self.assertEqual(self.queue("third"), case)
        self.visit("third", case)

    def test_b_signs_with_a_mandate_of_the_own(self):
        self.post("representative", "chief", "second")
        case = self.reviewed()
        with self.assertRefused("chief", "at work"):
            self.act("second", case, "decide", GRANT)
        self.absent("chief")
        with self.assertRefused("mandate"):
            self.act("second", case, "decide", GRANT)
        vals = mandate_vals(self.env, self.world["department"], self.second, "M-B", self.item)
        self.env["gov.mandate"].create(vals).action_file()
        self.act("second", case, "decide", GRANT)
        payload = self.last_payload(case)
        self.assertEqual(payload["mandate"], "M-B")
        self.assertEqual(payload["stands_in_for"], self.world["chief"].id)

    def test_window_posts_are_of_the_centre(self):
        self.post("window_clerk", "clerk", "clerk2")
        case = self.file()
        with self.assertRefused("clerk", "at work"):
            self.act("clerk2", case, "accept")
        self.assertFalse(self.queue("clerk2"))
        self.absent("clerk")
        self.assertEqual(self.queue("clerk2"), case)
        self.act("clerk2", case, "accept")
        self.assertEqual(self.last_payload(case)["stands_in_for"], self.world["clerk"].id)

    def test_whoever_applied_stands_aside_for_b(self):
        """回避: A applied himself; B acts although A is at work, A does not."""
        self.post("window_clerk", "clerk", "clerk2")
        clerk = self.world["clerk"]
        draft = (
            self.env["gov.case.draft"]
            .with_user(clerk)
            .sudo()  # as the controllers do after their own check
            ._open(self.item, channel="online", partner=clerk.partner_id)
        )
        draft._save(ANSWERS, 0)
        draft._set_paper("plan")
        case = draft._submit()
        self.assertFalse(self.queue("clerk"))
        self.assertEqual(self.queue("clerk2"), case)
        with self.assertRaises(UserError):
            self.act("clerk", case, "accept")
        self.act("clerk2", case, "accept")
        self.assertEqual(self.last_payload(case)["stands_in_for"], clerk.id)

    def test_whoever_applied_does_not_stand_in(self):
        self.post("window_clerk", "clerk", "clerk2")
        self.absent("clerk")
        clerk2 = self.world["clerk2"]
        draft = (
            self.env["gov.case.draft"]
            .with_user(clerk2)
            .sudo()  # as the controllers do after their own check
            ._open(self.item, channel="online", partner=clerk2.partner_id)
        )
        draft._save(ANSWERS, 0)
        draft._set_paper("plan")
        case = draft._submit()
        self.assertFalse(self.queue("clerk2"))
        with self.assertRaises(UserError):
            self.act("clerk2", case, "accept")

    def test_the_page_of_a_case_offers_what_the_door_allows(self):
        self.post()
        case = self.visited()

        def offered(login):
            desk = case.with_user(self.world[login])._prepare_desk()
            return {offer["act"] for offer in desk["offers"]}

        self.assertIn("complete_step", offered("reviewer"))
        self.assertFalse(offered("reviewer2") | offered("third"))
        self.absent("reviewer")
        self.assertIn("complete_step", offered("reviewer2"))

    def test_commitments_to_check_follow_the_posts(self):
        self.post()
        case = self.visited()
        case._door_write(DOOR, {"commitment_check": "open", "state": "closed"})
        case.step_ids._door_write(DOOR, {"is_active": False})
        self.env.flush_all()
        self.assertEqual(self.queue("reviewer"), case)
        self.assertFalse(self.queue("reviewer2") | self.queue("third"))
        self.absent("reviewer")
        self.assertEqual(self.queue("reviewer2"), case)

    def test_the_queue_asks_once(self):
        """Posts and absences come from a cache: the queue is one query, whatever stands in them."""
        self.visited()
        self.queue("reviewer2")

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.queue("reviewer2")
            return self.env.cr.sql_log_count - before

        without = count()
        self.post()
        self.post(a="reviewer2", b="third", item_ids=[Command.set(self.item.ids)])
        self.absent("reviewer")
        self.env.flush_all()
        self.queue("reviewer2")
        self.assertLessEqual(count(), without)
