"""The back office: whose turn it is, what the case page shows to whom, intake at the window."""

from odoo import Command, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import ANSWERS, PDF, GovCase

LIST_FIELDS = {
    name: {}
    for name in (
        "number",
        "remaining_text",
        "lamp",
        "next_due_on",
        "applicant_name",
        "current_steps",
        "state",
    )
} | {"item_id": {"fields": {"display_name": {}}}}
VISIT = {"visited_on": "2026-11-20", "opinion": "As described", "outcome": "pass"}


@tagged("post_install", "-at_install", "gov")
class TestQueue(GovCase):
    def queue(self, persona):
        Case = self.env["gov.case"].with_user(self.world[persona])
        return Case.search([("is_my_turn", "=", True), ("item_id", "=", self.item.id)])

    def test_a_case_waits_for_one_role_at_a_time(self):
        case = self.file()
        self.assertEqual(self.queue("clerk"), case)
        self.assertFalse(self.queue("reviewer"))
        self.act("clerk", case, "accept")
        self.assertFalse(self.queue("clerk"))
        self.assertEqual(self.queue("reviewer"), case)
        officers = [self.world["reviewer"].id, self.world["reviewer2"].id]
        self.act("reviewer", case, "complete_step", dict(VISIT, officers=officers))
        self.act("reviewer", case, "complete_step", {"opinion": "Meets", "outcome": "pass"})
        self.assertFalse(self.queue("reviewer"))
        self.assertEqual(self.queue("chief"), case)
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        self.assertFalse(self.queue("chief"))
        self.assertEqual(self.queue("clerk"), case)
        self.assertTrue(case.with_user(self.world["clerk"]).is_my_turn)
        self.act("clerk", case, "deliver", {"method": "window", "receiver": "Li"})
        for persona in ("clerk", "reviewer", "chief"):
            self.assertFalse(self.queue(persona), persona)

    def test_nothing_waits_for_strangers_nor_while_the_applicant_supplements(self):
        case = self.file()
        for persona in ("foreign_clerk", "foreign_reviewer", "supervisor", "administrator"):
            self.assertFalse(self.queue(persona), persona)
        request = {
            "material": "Floor plan",
            "wrong": "Not legible",
            "expected": "A clear one",
            "basis": "Art. 12",
        }
        self.act("clerk", case, "request_supplement", {"requests": [request]})
        self.assertFalse(self.queue("clerk"))

    def test_most_urgent_first_and_the_next_case(self):
        with self.at("2026-11-02 02:00:00"):
            first = self.file()
        with self.at("2026-11-04 02:00:00"):
            second = self.file()
        self.assertEqual(self.queue("clerk"), first | second)
        self.assertEqual(self.queue("clerk").ids, [first.id, second.id])
        mine = second.with_user(self.world["clerk"])
        self.assertEqual(mine._get_next_in_queue(), first)

    def test_lamp_and_its_search_agree(self):
        cases = self.env["gov.case"]
        for day in ("02", "03", "04", "05", "06", "09"):
            with self.at(f"2026-11-{day} 02:00:00"):
                cases |= self.file()
        with self.at("2026-11-10 02:00:00"):
            cases.invalidate_recordset()
            self.assertEqual(
                cases.mapped("lamp"), ["red", "orange", "orange", "yellow", "yellow", "green"]
            )
            self.assertEqual(cases[0].remaining_text, "1 working days overdue")
            self.assertEqual(cases[1].remaining_text, "Due today")
            for lamp in ("red", "orange", "yellow", "green", "grey"):
                found = cases.search([("lamp", "=", lamp), ("id", "in", cases.ids)])
                self.assertEqual(found, cases.filtered(lambda c, lamp=lamp: c.lamp == lamp), lamp)

    def count_queries(self, limit):
        Case = self.env["gov.case"].with_user(self.world["clerk"])
        domain = [("is_my_turn", "=", True)]
        Case.web_search_read(domain, LIST_FIELDS, limit=limit)  # rules and views are cached
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rows = Case.web_search_read(domain, LIST_FIELDS, limit=limit)
        self.assertEqual(len(rows["records"]), limit)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_queue(self):
        for _number in range(50):
            self.file()
        self.count_queries(5)  # what the first call of a worker learns, it keeps
        few, many = self.count_queries(5), self.count_queries(50)
        self.assertEqual(few, many)


@tagged("post_install", "-at_install", "gov")
class TestCaseDesk(GovCase):
    def desk(self, persona, case):
        return case.with_user(self.world[persona]).desk

    def test_the_next_act_comes_first_with_its_inputs(self):
        case = self.file()
        offers = self.desk("clerk", case)["offers"]
        self.assertEqual((offers[0]["act"], offers[0]["is_next"]), ("accept", True))
        self.assertIn("request_supplement", [offer["act"] for offer in offers])
        self.act("clerk", case, "accept")
        desk = self.desk("reviewer", case)
        self.assertEqual(
            [i["name"] for i in desk["offers"][0]["inputs"]], ["officers", "visited_on", "opinion"]
        )
        self.assertEqual(desk["offers"][0]["button_input"]["name"], "outcome")
        self.assertEqual(
            {officer["id"] for officer in desk["officers"]},
            set(self.world["department"].staff_ids.ids),
        )
        self.assertFalse([o for o in self.desk("clerk", case)["offers"] if o["is_next"]])
        self.assertEqual(self.desk("clerk", case)["waiting"][0]["name"], "visit")

    def test_history_says_who_and_why(self):
        case = self.reviewed()
        event = self.desk("chief", case)["history"][0]
        said = (event["who"], event["step"], event["choice"])
        self.assertEqual(said, ("reviewer", "review", "Agree"))
        self.assertIn("Meets", [detail["text"] for detail in event["details"]])
        self.assertEqual(len(self.desk("chief", case)["history"]), 4)

    def test_materials_with_what_was_handed_in(self):
        material = self.desk("clerk", self.file())["materials"][0]
        self.assertEqual((material["code"], material["is_needed"]), ("plan", True))
        self.assertTrue(material["given"][0]["is_pdf"])

    def test_readers_without_duty_see_no_personal_data(self):
        case = self.reviewed()
        for persona in ("leader", "administrator"):
            desk = self.desk(persona, case)
            self.assertFalse(desk["answers"] or desk["materials"] or desk["head"]["phone"], persona)
            self.assertFalse(desk["offers"], persona)
        self.assertTrue(self.desk("supervisor", case)["answers"])
        for persona in ("foreign_reviewer", "foreign_clerk"):
            with self.assertRaises(AccessError, msg=persona):
                self.desk(persona, case)

    def test_the_clock_is_explained_line_by_line(self):
        with self.at("2026-11-02 02:00:00"):
            case = self.file()
            self.act("clerk", case, "accept")
            lines = {due["key"]: due for due in case._explain_clock()}
        self.assertEqual(set(lines), {"promised", "statutory", "step:visit"})
        promised = lines["promised"]
        self.assertEqual((promised["due_on"], promised["remaining"]), ("2026-11-16", 10))
        self.assertEqual(promised["lines"][-1], "Due by the end of 2026-11-16")
        with self.at("2026-11-02 02:00:00"):
            self.assertEqual(self.desk("reviewer", case)["clock"], case._explain_clock())


@tagged("post_install", "-at_install", "gov")
class TestIntake(GovCase):
    def intake(self, persona="clerk"):
        return self.env["gov.case.draft"].with_user(self.world[persona])

    def open(self, persona="clerk"):
        state = self.intake(persona).action_intake_open(self.item.id, self.world["window"].id)
        return self.intake(persona).browse(state["draft_id"]), state

    def test_from_the_window_to_acceptance(self):
        found = self.intake().action_intake_items("test-food")
        self.assertEqual([item["id"] for item in found["items"]], self.item.ids)
        draft, state = self.open()
        self.assertTrue(state["problems"])
        state = draft.action_intake_save(dict(ANSWERS), state["revision"])
        self.assertEqual([p["path"] for p in state["problems"]], ["material:plan"])
        with self.assertRaises(UserError):
            draft.action_intake_file()
        draft.action_intake_paper("plan")
        draft.action_intake_paper("plan", False)
        state = draft.action_intake_paper("plan")
        self.assertFalse(state["problems"])
        filed = draft.action_intake_file()
        self.assertEqual(draft.action_intake_file()["case_id"], filed["case_id"])
        case = self.env["gov.case"].browse(filed["case_id"])
        self.act("clerk", case, "accept")
        self.assertEqual((case.state, case.channel), ("accepted", "window"))
        self.assertTrue(filed["receipt_id"])

    def test_supplements_brought_to_the_window(self):
        case = self.file()
        request = {
            "material": "Floor plan",
            "wrong": "Not legible",
            "expected": "A clear one",
            "basis": "Art. 12",
        }
        self.act("clerk", case, "request_supplement", {"requests": [request]})
        with self.assertRaises(AccessError):
            self.intake("foreign_clerk").action_intake_supplement(case.id)
        state = self.intake().action_intake_supplement(case.id)
        self.assertEqual(state["requests"][0]["material"], "Floor plan")
        draft = self.intake().browse(state["draft_id"])
        draft.action_intake_paper("plan")
        draft.action_intake_file()
        self.assertEqual(case.state, "received")

    def test_only_clerks_and_only_their_own_drafts(self):
        draft, _state = self.open()
        for persona in ("applicant", "reviewer", "administrator", "clerk2", "foreign_clerk"):
            other = draft.with_user(self.world[persona])
            with self.assertRaises(AccessError, msg=persona):
                other.action_intake_save({}, 0)
            with self.assertRaises(AccessError, msg=persona):
                other.action_intake_file()
        for persona in ("applicant", "reviewer"):
            with self.assertRaises(AccessError, msg=persona):
                self.intake(persona).action_intake_items("")
        online = self.draft("applicant")
        with self.assertRaises(AccessError):
            self.intake().browse(online.id).action_intake_file()

    def test_only_at_a_window_of_ones_own(self):
        foreign = self.env["gov.window"].create(
            {
                "name": "Far window",
                "code": "f1",
                "centre_id": self.world["other_centre"].id,
                "user_ids": [Command.set(self.world["clerk"].ids)],
            }
        )
        with self.assertRaises(UserError):
            self.intake().action_intake_open(self.item.id, foreign.id)


@tagged("post_install", "-at_install", "gov")
class TestFilesOverHttp(HttpCase, GovCase):
    def test_a_material_opens_for_staff_of_the_case_only(self):
        case = self.file()
        url = f"/web/content/{case.material_ids.attachment_id.id}"
        for login in ("test-clerk", "test-reviewer", "test-supervisor"):
            self.authenticate(login, login)
            self.assertEqual(self.url_open(url).content, PDF, login)
        for login in ("test-foreign-clerk", "test-foreign-reviewer", "test-stranger"):
            self.authenticate(login, login)
            self.assertNotEqual(self.url_open(url).content, PDF, login)

    def upload(self, draft_id, name, content, **data):
        return self.url_open(
            f"/gov/intake/{draft_id}/files",
            data={"material": "plan"} | data,
            files={"file": (name, content)},
        )

    def test_upload_at_the_window(self):
        clerk = self.env["gov.case.draft"].with_user(self.world["clerk"])
        draft_id = clerk.action_intake_open(self.item.id, self.world["window"].id)["draft_id"]
        self.authenticate("test-clerk", "test-clerk")
        token = {"csrf_token": http.Request.csrf_token(self)}
        self.assertEqual(self.upload(draft_id, "plan.pdf", PDF).status_code, 400)
        answer = self.upload(draft_id, "plan.pdf", PDF, **token).json()
        self.assertEqual(answer["materials"][0]["files"][0]["name"], "plan.pdf")
        refused = self.upload(draft_id, "plan.pdf", b"MZ no pdf", **token)
        self.assertEqual(refused.status_code, 422)
        self.assertIn("plan.pdf", refused.json()["error"])
        self.authenticate("test-stranger", "test-stranger")
        token = {"csrf_token": http.Request.csrf_token(self)}
        self.assertEqual(self.upload(draft_id, "plan.pdf", PDF, **token).status_code, 403)
