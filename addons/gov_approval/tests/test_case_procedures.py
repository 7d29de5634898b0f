"""Procedures of the law, act by act through the door, and what the case page tells of them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import GovCase, build_item

NOTICE_FLOW = (
    ("accept", "start", "intake", "window_clerk", None),
    ("publish", "procedure", None, "reviewer", "public_notice"),
    ("review", "task", "review", "reviewer", None),
    ("decide", "task", "decide", "representative", None),
    ("deliver", "end", "close", "window_clerk", None),
)
DAY = "2026-03-%02d 02:00:00"
REQUEST = {"material": "plan", "wrong": "No scale", "expected": "Scale", "basis": "Art. 12"}


@tagged("post_install", "-at_install", "gov")
class TestProcedures(GovCase):
    def desk(self, persona, case):
        return case.with_user(self.world[persona])._prepare_desk()

    def card(self, persona, case, key):
        return next((c for c in self.desk(persona, case)["cards"] if c["key"] == key), None)

    def accepted(self):
        case = self.file()
        self.act("clerk", case, "accept")
        return case

    def test_a_hearing_from_being_told_to_the_record(self):
        chair = self.world["reviewer2"]
        with self.at(DAY % 2):
            case = self.accepted()
            self.act("reviewer", case, "tell_hearing_right", {"reasons": "Neighbours"})
            self.assertEqual(self.card("reviewer", case, "hearing")["tone"], "wait")
        with self.at(DAY % 4):
            case.with_user(self.world["applicant"]).sudo()._act(
                "request_hearing", {"requester": "Li"}
            )
            call = {"held_on": "2026-03-05", "begins_at": "09:30", "place": "Hall"} | {
                "chair": chair.id
            }
            with self.assertRaisesRegex(UserError, "2026-03-13"):
                self.act("reviewer", case, "call_hearing", call)
            self.act("reviewer", case, "call_hearing", call | {"held_on": "2026-03-13"})
            self.assertTrue(case.is_stopped)
            self.assertIn("2026-03-13", str(self.card("reviewer", case, "hearing")["rows"]))
        with self.at(DAY % 13):
            record = {"attended": "Li", "record": "Heard", "signed_by": "Li, Wang"}
            with self.assertRaises(UserError):
                self.act("reviewer", case, "record_hearing", record)
            self.act("reviewer2", case, "record_hearing", record)
        self.assertFalse(case.is_stopped)
        self.assertEqual(self.card("reviewer", case, "hearing")["tone"], "")
        self.assertTrue(self.card("reviewer", case, "clock"))
        with self.assertRaisesRegex(UserError, "chairs"):
            visit = {
                "officers": [self.world["reviewer"].id, chair.id],
                "visited_on": "2026-03-02",
                "opinion": "Seen",
                "outcome": "pass",
            }
            self.act("reviewer", case, "complete_step", visit)
            self.act("reviewer2", case, "complete_step", {"opinion": "o", "outcome": "pass"})

    def test_the_chair_is_staff_of_a_department_that_handles_the_case(self):
        case = self.accepted()
        with self.assertRaisesRegex(UserError, "staff"):
            self.act(
                "reviewer",
                case,
                "call_hearing",
                {
                    "held_on": "2099-01-05",
                    "begins_at": "09:30",
                    "place": "Hall",
                    "chair": self.world["foreign_reviewer"].id,
                    "reasons": "Public interest",
                },
            )

    def test_what_has_to_wait_says_for_what(self):
        version = build_item(self.env, self.world, "test-notice", NOTICE_FLOW)
        self.item, item = version.item_id, self.item
        with self.at(DAY % 2):
            case = self.accepted()
            hindered = self.desk("reviewer", case)["hindered"]
            self.assertEqual(hindered[0]["key"], "complete_step:publish:")
            self.assertIn("Publish the notice", hindered[0]["reason"])
            self.act("reviewer", case, "publish_notice", {"days": 5, "place": "Hall"})
            objection = {"objector": "Wang", "contact": "1", "objection": "Noise"}
            self.act("clerk", case, "record_objection", objection)
            self.assertEqual(self.card("reviewer", case, "public_notice")["tone"], "wait")
        with self.at(DAY % 10):
            with self.assertRaisesRegex(UserError, "answer"):
                self.act("reviewer", case, "complete_step", {"opinion": "o", "outcome": "pass"})
            option = self.offer("reviewer", case, "answer_objection")["inputs"][0]["options"][0]
            self.assertEqual(option, {"value": "1", "label": "1. Wang"})
            self.act("reviewer", case, "answer_objection", {"number": "1", "opinion": "Checked"})
            self.act("reviewer", case, "complete_step", {"opinion": "o", "outcome": "pass"})
        self.assertEqual(case.current_steps, "review")
        self.item = item

    def offer(self, persona, case, act):
        return next(o for o in self.desk(persona, case)["offers"] if o["act"] == act)

    def test_a_mistake_is_corrected_on_the_spot(self):
        case = self.file()
        offer = self.offer("clerk", case, "correct")
        fields = {option["value"] for option in offer["inputs"][0]["options"]}
        self.assertTrue({"area", "applicant_phone"} <= fields)
        self.assertNotIn("has_kitchen", fields)
        correction = {"field": "area", "value": "0", "initialled_by": "Li"}
        with self.assertRaisesRegex(UserError, "More than nothing"):
            self.act("clerk", case, "correct", correction)
        self.act("clerk", case, "correct", correction | {"value": "70"})
        self.assertEqual((case.answers["area"], case.state), ("70", "received"))
        rows = [row for s in self.desk("clerk", case)["answers"] for row in s["rows"]]
        row = next(row for row in rows if row["code"] == "area")
        self.assertEqual((row["is_changed"], row["before"]), (True, "60.5"))
        answer = self.env["gov.case.answer"].search([("case_id", "=", case.id)])
        self.assertEqual(answer.value_number, 70)

    def test_statements_of_third_parties_are_waited_for(self):
        case = self.reviewed()
        party = {"name": "Wang", "contact": "1", "interest": "Neighbour"}
        self.act("reviewer", case, "name_third_party", party)
        decision = {"decision": "grant", "opinion": "Agreed"}
        with self.assertRaisesRegex(UserError, "Third parties"):
            self.act("chief", case, "decide", decision)
        self.act("reviewer", case, "record_statement", {"party": "1", "statement": "Noise"})
        self.assertIn("Noise", str(self.card("chief", case, "parties")["rows"]))
        self.act("chief", case, "decide", decision)
        self.assertEqual(case.outcome, "granted")

    def test_a_second_notice_stays_marked(self):
        case = self.file()
        self.act("clerk", case, "request_supplement", {"requests": [REQUEST]})
        mine = case.with_user(self.world["applicant"]).sudo()
        mine._act("supplement", facts={"answers": dict(case.answers), "materials": []})
        again = {"requests": [REQUEST], "repeat_reason": "Another room"}
        self.act("clerk", case, "request_supplement", again)
        desk = self.desk("clerk", case)
        self.assertIn("Repeated notice", desk["head"]["flags"])

    def test_sent_is_not_delivered(self):
        case = self.reviewed()
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        self.act("clerk", case, "dispatch", {"method": "post", "tracking": "EMS 1"})
        self.assertEqual(case.state, "decided")
        self.assertIn("EMS 1", str(self.card("clerk", case, "dispatch")["rows"]))
        today = self.env["gov.calendar.day"]._local_now().date().isoformat()
        self.act("clerk", case, "confirm_delivery", {"received_on": today, "receiver": "Li"})
        self.assertEqual(case.state, "closed")

    def test_ended_and_referred(self):
        for kind, payload in (
            ("terminate", {"ground": "applicant_dead", "reasons": "Died"}),
            ("refer", {"competent_organ": "City bureau", "opinion": "Agreed"}),
        ):
            case = self.reviewed()
            with self.assertRaises(UserError):
                self.act("reviewer", case, kind, payload)
            self.act("chief", case, kind, payload)
            self.assertEqual(case.state, "closed")
        self.assertEqual(case.outcome, "referred")
