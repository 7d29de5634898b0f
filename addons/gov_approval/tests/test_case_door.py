"""The one door: every state change by an act, in order, by the right person, as one event."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import errors as pg_errors

from .common import ANSWERS, PDF, GovCase, mandate_vals


@tagged("post_install", "-at_install", "gov")
class TestDoor(GovCase):
    def test_from_filing_to_certificate(self):
        case = self.reviewed()
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        self.assertEqual((case.state, case.outcome), ("decided", "granted"))
        self.assertEqual(case.certificate_ids.state, "valid")
        self.act("clerk", case, "deliver", {"method": "window", "receiver": "Li"})
        self.assertEqual((case.state, case.outcome), ("closed", "granted"))
        kinds = case.event_ids.sorted("sequence").mapped("kind")
        self.assertEqual(
            kinds,
            ["receive", "accept", "complete_step", "complete_step", "decide", "deliver"],
        )
        self.assertIsNone(case.event_ids._find_break())
        self.assertFalse(case.step_ids.filtered("is_active"))
        self.assertEqual(
            case.document_ids.mapped("kind"),
            [
                "receipt",
                "acceptance_notice",
                "visit_record",
                "grant_decision",
                "certificate",
                "delivery_receipt",
            ],
        )

    def test_projection_equals_refolded_events(self):
        case = self.reviewed()
        columns = ("state", "outcome", "is_stopped", "next_due_on", "promised_due_on", "answers")
        before = case.read(columns)
        case._project()
        self.assertEqual(case.read(columns), before)
        answer = self.env["gov.case.answer"].search([("case_id", "=", case.id)])
        self.assertEqual(answer.mapped("code"), ["area"])
        self.assertEqual(answer.value_number, 60.5)

    def test_wrong_acts_name_what_is_allowed(self):
        case = self.file()
        with self.assertRaisesRegex(UserError, "Accept"):
            self.act("clerk", case, "deliver", {"method": "window", "receiver": "Li"})
        with self.assertRaises(UserError):
            self.act("reviewer", case, "accept")
        self.act("clerk", case, "accept")
        with self.assertRaises(UserError):
            self.act("clerk2", case, "accept")
        self.assertEqual(case.event_ids.mapped("kind"), ["receive", "accept"])

    def test_strangers_cannot_even_read(self):
        case = self.file()
        for persona in ("foreign_clerk", "foreign_reviewer", "manager", "cashier", "applicant"):
            with self.assertRaises(AccessError, msg=persona):
                self.act(persona, case, "accept")

    def test_nobody_writes_around_the_door(self):
        case = self.file()
        for record in (case, case.event_ids, case.step_ids, case.material_ids, case.document_ids):
            for env in (self.env, self.env(user=self.env.ref("base.user_admin"))):
                record = record.with_env(env)
                with self.assertRaises(UserError):
                    record.write({"case_id" if record != case else "state": False})
                with self.assertRaises(UserError):
                    record.unlink()
                with self.assertRaises(UserError):
                    record.copy()
                with self.assertRaises(UserError):
                    record.create([{}])
        with self.assertRaises(UserError):
            case.with_context(default_state="closed").create([{"number": "1"}])
        result = self.env["gov.case"].load(["number", "state"], [["1", "closed"]])
        self.assertFalse(result["ids"])
        with self.assertRaises(UserError):
            case._door_write(object(), {"state": "closed"})

    def test_x2many_commands_do_not_reach_sealed_rows(self):
        case = self.file()
        partner = case.partner_id
        certificate_count = self.env["gov.certificate"].search_count([])
        with self.assertRaises(UserError):
            case.sudo().write({"step_ids": [(1, case.step_ids[0].id, {"is_active": False})]})
        with self.assertRaises(UserError):
            self.item.write({"version_ids": [(1, self.version.id, {"promised_value": 99})]})
        self.assertTrue(partner)
        self.assertEqual(self.env["gov.certificate"].search_count([]), certificate_count)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_to_change_history(self):
        event = self.file().event_ids
        for query in (
            "UPDATE gov_case_event SET kind = 'accept' WHERE id = %s",
            "DELETE FROM gov_case_event WHERE id = %s",
        ):
            with self.assertRaises(pg_errors.RaiseException), self.env.cr.savepoint():
                self.env.cr.execute(query, [event.id])

    def test_drafter_does_not_sign(self):
        case = self.reviewed()
        both = self.world["reviewer"]
        both.group_ids += self.env.ref("gov_approval.group_gov_representative")
        vals = mandate_vals(self.env, self.world["department"], both, "M-2", self.item)
        self.env["gov.mandate"].create(vals).action_file()
        with self.assertRaisesRegex(UserError, "does not sign"):
            self.act("reviewer", case, "decide", {"decision": "grant", "opinion": "Mine"})

    def test_signature_needs_a_mandate_in_force(self):
        case = self.reviewed()
        self.world["mandate"].action_revoke("Transferred")
        with self.assertRaisesRegex(UserError, "mandate"):
            self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})

    def test_site_visit_needs_two_officers_of_the_department(self):
        case = self.file()
        self.act("clerk", case, "accept")
        visit = {"visited_on": "2026-11-20", "opinion": "Seen", "outcome": "pass"}
        reviewer, foreign = self.world["reviewer"].id, self.world["foreign_reviewer"].id
        for officers in ([], [reviewer], [reviewer, reviewer]):
            with self.assertRaises(UserError):
                self.act("reviewer", case, "complete_step", {**visit, "officers": officers})
        with self.assertRaisesRegex(UserError, "staff"):
            officers = [reviewer, foreign]
            self.act("reviewer", case, "complete_step", {**visit, "officers": officers})

    def test_refusal_has_reasons_and_goes_to_delivery(self):
        case = self.reviewed()
        with self.assertRaises(UserError):
            self.act("chief", case, "decide", {"decision": "refuse"})
        self.act("chief", case, "decide", {"decision": "refuse", "opinion": "Too small"})
        self.assertEqual((case.state, case.outcome), ("decided", "refused"))
        self.assertIn("refusal_decision", case.document_ids.mapped("kind"))
        self.assertFalse(case.certificate_ids)

    def test_hostile_payloads_are_refused(self):
        case = self.file()
        for payload in (
            {"answers": {}},
            {"note": 7},
            {"note": "x" * 5000},
            [],
            "x",
            7,
            {"state": "closed"},
        ):
            with self.assertRaises(UserError):
                self.act("clerk", case, "accept", payload)
        for requests in ([], None, [{}], "x", [[1]], [{"material": "a", "wrong": " "}]):
            with self.assertRaises(UserError):
                self.act("clerk", case, "request_supplement", {"requests": requests})
        self.assertEqual(case.event_ids.mapped("kind"), ["receive"])

    def test_one_time_notice_and_supplement(self):
        case = self.file()
        request = {
            "material": "plan",
            "wrong": "No scale",
            "expected": "Scale 1:100",
            "basis": "Art. 12",
        }
        self.act("clerk", case, "request_supplement", {"requests": [request]})
        self.assertEqual(case.state, "supplementing")
        applicant = self.world["applicant"]
        draft = self.env["gov.case.draft"].with_user(applicant).sudo()._open_supplement(case)
        draft._add_file("plan", "plan2.pdf", PDF)
        draft._save(ANSWERS | {"area": "70"}, draft.revision)
        self.assertEqual(draft._submit(), case)
        self.assertEqual(case.state, "received")
        self.assertEqual(case.answers["area"], "70")
        self.assertEqual(case.material_ids.mapped("round"), [0, 1])
        handed_in = case.event_ids.sorted("sequence")[-1].payload["materials"]
        self.assertEqual([material["name"] for material in handed_in], ["plan2.pdf"])
        with self.assertRaisesRegex(UserError, "second notice"):
            self.act("clerk", case, "request_supplement", {"requests": [request]})
        again = {"requests": [request], "repeat_reason": "The new plan shows another room"}
        self.act("clerk", case, "request_supplement", again)
        draft = self.env["gov.case.draft"].with_user(applicant).sudo()._open_supplement(case)
        draft._add_file("plan", "plan3.pdf", PDF)
        draft._submit()
        self.assertEqual(case.material_ids.mapped("round"), [0, 1, 2])
        handed_in = case.event_ids.sorted("sequence")[-1].payload["materials"]
        self.assertEqual([material["name"] for material in handed_in], ["plan3.pdf"])
        self.act("clerk", case, "accept")

    def test_form_sent_twice_is_one_case(self):
        draft = self.draft()
        draft._add_file("plan", "plan.pdf", PDF)
        case = draft._submit()
        self.assertEqual(draft._submit(), case)
        with self.assertRaises(UserError):
            draft._save(ANSWERS, draft.revision)

    def test_incomplete_drafts_are_refused_in_words(self):
        draft = self.draft(answers=ANSWERS | {"area": "0"})
        with self.assertRaisesRegex(UserError, "Floor plan"):
            draft._submit()
        paths = [problem["path"] for problem in draft._get_problems()]
        self.assertEqual(paths, ["area", "material:plan"])
        draft._save(ANSWERS | {"has_agent": True}, draft.revision)
        paths = [problem["path"] for problem in draft._get_problems()]
        self.assertIn("agent_name", paths)
        self.assertIn("material:authority", paths)

    def test_a_window_behind_does_not_overwrite(self):
        draft = self.draft()
        with self.assertRaisesRegex(UserError, "another window"):
            draft._save(ANSWERS, 0)

    def test_withdrawal_by_the_applicant_only(self):
        case = self.file()
        with self.assertRaises(UserError):
            self.act("clerk", case, "withdraw")
        case.with_user(self.world["applicant"]).sudo()._act("withdraw")
        self.assertEqual((case.state, case.outcome), ("closed", "withdrawn"))

    def test_the_other_outcomes_of_intake(self):
        declined, refused = self.file(), self.file()
        self.act("clerk", declined, "decline", {"reasons": "Farm stalls need no licence"})
        self.assertEqual(declined.outcome, "not_required")
        with self.assertRaises(UserError):
            self.act("clerk", refused, "refuse_acceptance", {"reasons": "Not ours"})
        payload = {"reasons": "Not ours", "competent_organ": "Water bureau"}
        self.act("clerk", refused, "refuse_acceptance", payload)
        self.assertEqual(refused.outcome, "not_competent")

    def test_published_versions_are_frozen(self):
        version = self.version
        for change in (
            lambda: version.write({"promised_value": 1}),
            lambda: version.field_ids[0].write({"label": "x"}),
            lambda: version.field_ids[0].unlink(),
            lambda: version.node_ids.create({"version_id": version.id, "code": "x", "name": "x"}),
            lambda: version.unlink(),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        case = self.file()
        self.item.action_new_version()
        draft = self.item.draft_version_id
        self.assertEqual(draft.number, 2)
        self.assertEqual(draft._compile()["form"], version.definition["form"])
        draft.promised_value = 8
        draft.action_publish()
        self.assertEqual(version.state, "retired")
        self.assertEqual(case.version_id, version)
        self.act("clerk", case, "accept")

    def test_numbers_have_no_gaps(self):
        Number = self.env["gov.number"]
        self.assertEqual([Number._next("a"), Number._next("a"), Number._next("b")], [1, 2, 1])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            Number._next("a")
            raise ZeroDivisionError
        self.assertEqual(Number._next("a"), 3)


@tagged("post_install", "-at_install", "gov")
class TestSilence(GovCase):
    def tick(self, cron="_cron_act_by_time"):
        """Let the system's cron act, on a cursor that may commit."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(self.env(cr=cr)["gov.case"], cron)()
        self.env.invalidate_all()

    def test_deemed_acceptance_as_of_receipt(self):
        with self.at("2026-03-02 02:00:00"):
            case = self.file()
        with self.at("2026-03-09 02:00:00"):
            self.tick()
            self.assertEqual(case.state, "received", "the fifth working day is not over")
        with self.at("2026-03-10 02:00:00"):
            self.tick()
        self.assertEqual(case.state, "accepted")
        self.assertTrue(case.is_deemed_accepted)
        self.assertEqual(str(case.accepted_at), "2026-03-02 02:00:00")
        stored = case.step_ids.read(["completed_by_id", "outcome"])
        _definition, facts = case._get_casefile()
        self.assertFalse(facts.steps[0].completed_by, "the system is nobody")
        case._project()
        self.assertEqual(case.step_ids.read(["completed_by_id", "outcome"]), stored)
        self.assertEqual(case.event_ids[-1].role, "system")

    def test_abandoned_when_no_supplement_comes(self):
        with self.at("2026-03-02 02:00:00"):
            case = self.file()
            request = {
                "material": "plan",
                "wrong": "No scale",
                "expected": "Scale",
                "basis": "Art. 12",
            }
            self.act("clerk", case, "request_supplement", {"requests": [request]})
        with self.at("2026-05-20 02:00:00"):
            self.tick()
        self.assertEqual((case.state, case.outcome), ("closed", "abandoned"))
        self.assertIsNone(case.event_ids._find_break(), "an act without a word is in the chain")

    def test_due_dates_follow_the_calendar(self):
        with self.at("2026-03-02 02:00:00"):
            case = self.file()
            self.assertEqual(str(case.next_due_on), "2026-03-09")
            self.env["gov.calendar.day"].create({"date": "2026-03-04", "kind": "holiday"})
            self.tick("_cron_follow_calendar")
            self.assertEqual(str(case.next_due_on), "2026-03-10")
