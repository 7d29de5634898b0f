"""Posts and absences: who keeps them, who reads them, and that their past stays."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import GovCase


class PostCase(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.person("second", "representative")
        cls.third = cls.person("third", "reviewer")

    @classmethod
    def person(cls, login, role):
        user = cls.world["reviewer2"].copy({"login": f"test-{login}", "name": login})
        user.group_ids = cls.env.ref(f"gov_approval.group_gov_{role}")
        cls.world["department"].staff_ids += user
        cls.world[login] = user
        return user

    def post(self, role="reviewer", a="reviewer", b="reviewer2", **more):
        unit = "centre" if role == "window_clerk" else "department"
        return self.env["gov.post"].create(
            {
                "name": f"Post of {a}",
                "role": role,
                f"{unit}_id": self.world[unit].id,
                "officer_id": self.world[a].id,
                "deputy_ids": [Command.set([self.world[login].id for login in b.split()])],
                **more,
            }
        )

    def absent(self, login, days=2, start=0, by=None):
        today = self.env["gov.absence"]._today()
        Absence = self.env["gov.absence"].with_user(self.world[by or login])
        return Absence.create(
            {
                "user_id": self.world[login].id,
                "date_from": fields.Date.add(today, days=start),
                "date_to": fields.Date.add(today, days=start + days),
                "reason": "training",
            }
        )

    def visited(self):
        """A case on which a reviewer records the visit next."""
        case = self.file()
        self.act("clerk", case, "accept")
        return case

    def visit(self, by, case):
        officers = [self.world["reviewer2"].id, self.third.id]
        payload = {
            "officers": officers,
            "visited_on": "2026-11-20",
            "opinion": "As described",
            "outcome": "pass",
        }
        return self.act(by, case, "complete_step", payload)

    def last_payload(self, case):
        return case.event_ids.sorted("sequence")[-1].payload

    def assertRefused(self, *names):
        return self.assertRaisesRegex(UserError, ".*".join(names))

    def queue(self, login):
        Case = self.env["gov.case"].with_user(self.world[login])
        return Case.search([("is_my_turn", "=", True), ("item_id", "=", self.item.id)])


@tagged("post_install", "-at_install", "gov")
class TestPostRecords(PostCase):
    def test_officers_have_the_role_and_belong_to_the_unit(self):
        wrong = (("foreign_reviewer", "reviewer"), ("reviewer", "chief"), ("clerk", "reviewer"))
        for a, b in wrong:
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.post(a=a, b=b)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.post(a="reviewer", b="reviewer reviewer2")
        post = self.post()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            post.deputy_ids = False

    def test_managers_keep_the_posts_of_their_department(self):
        manager = self.world["manager"]
        post = self.post().with_user(manager)
        post.deputy_ids += self.third
        central = self.post("window_clerk", "clerk", "clerk2").with_user(manager)
        with self.assertRaises(AccessError):
            central.name = "x"
        foreign = self.world["other_department"]
        foreign.staff_ids += self.world["reviewer"] + self.world["reviewer2"] + self.third
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            post.department_id = foreign
        with self.assertRaises(AccessError):
            post.with_user(self.world["reviewer"]).name = "x"

    def test_who_records_an_absence(self):
        self.absent("reviewer", by="manager")
        self.absent("clerk", by="administrator")
        self.absent("third")
        for by, login in (("reviewer", "chief"), ("manager", "clerk2"), ("supervisor", "chief")):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.absent(login, by=by)

    def test_b_reads_the_hand_over(self):
        self.post()
        absence = self.absent("reviewer")
        absence.handover_note = "Papers in cabinet 2"
        self.assertEqual(absence.deputy_ids, self.world["reviewer2"])
        read = absence.with_user(self.world["reviewer2"])
        self.assertEqual(read.handover_note, "Papers in cabinet 2")
        with self.assertRaises(AccessError):
            read.handover_note = "x"
        with self.assertRaises(AccessError):
            read.action_return()
        with self.assertRaises(AccessError):
            absence.with_user(self.third).read(["handover_note"])

    def test_the_past_of_an_absence_stays(self):
        today, add = self.env["gov.absence"]._today(), fields.Date.add
        absence = self.absent("reviewer", days=3)
        for vals in (
            {"date_from": add(today, days=1)},
            {"date_to": add(today, days=-1)},
            {"user_id": self.world["reviewer2"].id},
            {"reason": "sick"},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                absence.write(vals)
        absence.write({"date_to": add(today, days=9), "handover_note": "More"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            absence.unlink()
        absence.write({"returned_on": add(today, days=-1)})
        self.assertFalse(absence.returned_on)
        absence.action_return()
        self.assertEqual(absence.returned_on, today)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            absence.write({"date_to": add(today, days=20)})
        self.absent("reviewer", days=1).action_return()
        self.absent("reviewer", start=5).unlink()

    def test_absences_do_not_overlap(self):
        self.absent("reviewer", days=3)
        with self.assertRaisesRegex(ValidationError, "already"), self.env.cr.savepoint():
            self.absent("reviewer", start=3)
        self.absent("reviewer", start=4)

    def test_defaults_do_not_end_an_absence(self):
        Absence = self.env["gov.absence"].with_context(default_returned_on="2020-01-01")
        today = self.env["gov.absence"]._today()
        absence = Absence.create(
            {"user_id": self.world["reviewer"].id, "date_to": today, "returned_on": "2020-01-01"}
        )
        self.assertFalse(absence.returned_on)
        self.assertTrue(absence.is_running)

    def test_visitors_are_never_absent(self):
        with self.assertRaises(ValidationError):
            self.env["gov.absence"].create(
                {"user_id": self.world["applicant"].id, "date_to": "2099-01-01"}
            )
