"""Bars on applications (Art. 78, 79, broken promises): nobody slips through."""

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ANSWERS, build_item
from .licence_common import BUILT_AT, SHORT_FLOW, GovLicence

PERSON = {
    **ANSWERS,
    "applicant_kind": "person",
    "applicant_name": "Li",
    "applicant_person_id": "11010519491231002X",
}
for name in ("applicant_credit_code", "representative_name"):
    PERSON.pop(name)
FALSE_PAPERS = {"ground": "false_papers", "reasons": "The lease is forged"}
#: One number as people type it who hope that it counts as another one.
SPELLINGS = (
    "11010519491231002X",
    "11010519491231002x",
    " 110105 19491231 002X ",
    "１１０１０５１９４９１２３１００２Ｘ",
    "110105194\u200b91231002x",
)


@tagged("post_install", "-at_install", "gov")
class TestBlocks(GovLicence):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(BUILT_AT):
            env, world = cls.env, cls.world
            cls.safety = build_item(env, world, "test-fireworks", SHORT_FLOW, is_safety=True)
            cls.promise = build_item(
                env,
                world,
                "test-promise",
                SHORT_FLOW,
                material_ids=[
                    Command.create(
                        {
                            "code": "plan",
                            "name": "Plan",
                            "required": "always",
                            "is_deferrable": True,
                            "basis": "Art. 12",
                        }
                    )
                ],
            )

    def falsify(self, answers=None, by="applicant", at="2026-03-02 02:00:00"):
        """An application with false papers, not accepted."""
        with self.at(at):
            case = self.fill(self.safety.item_id, by, answers or PERSON)._submit()
            self.act("clerk", case, "refuse_acceptance", FALSE_PAPERS)
        return self.env["gov.block"].search([("case_id", "=", case.id)])

    def asked(self, item, moment, answers=None, by="stranger"):
        with self.at(moment):
            return self.problems(self.fill(item, by, {**PERSON, **(answers or {})}))

    def test_false_papers_bar_for_a_year(self):
        block = self.falsify()
        self.assertEqual((block.kind, str(block.until)), ("item", "2027-03-02"))
        self.assertEqual(block.holder_id_masked, "110105********002X")
        item = self.safety.item_id
        for moment in ("2026-03-03 02:00:00", "2027-03-02 12:00:00"):
            said = self.asked(item, moment)
            self.assertIn("Art. 78", said)
            self.assertIn("2027-03-02", said)
        self.assertFalse(self.asked(item, "2027-03-02 17:00:00"), "3 March by legal time")
        self.assertFalse(self.asked(self.item, "2026-03-03 02:00:00"), "another licence is free")

    def test_no_spelling_gets_around(self):
        self.falsify()
        for spelling in SPELLINGS:
            with self.subTest(spelling):
                said = self.asked(
                    self.safety.item_id, "2026-03-03 02:00:00", {"applicant_person_id": spelling}
                )
                self.assertIn("Art. 78", said)

    def test_another_person_is_free(self):
        self.falsify()
        other = {"applicant_person_id": "440524188001010014"}
        self.assertFalse(self.asked(self.safety.item_id, "2026-03-03 02:00:00", other))

    def test_the_window_is_no_way_around(self):
        self.falsify()
        said = self.asked(self.safety.item_id, "2026-03-03 02:00:00", by="clerk")
        self.assertIn("Art. 78", said)

    def test_filing_is_refused_whatever_the_screen_showed(self):
        with self.at("2026-03-03 02:00:00"):
            draft = self.fill(self.safety.item_id, "stranger", PERSON)
        self.falsify()
        with self.at("2026-03-03 02:00:00"), self.assertRaisesRegex(UserError, "Art. 78"):
            draft._submit()

    def test_a_correction_does_not_put_a_barred_person_in(self):
        self.falsify()
        with self.at("2026-03-03 02:00:00"):
            free = {**PERSON, "applicant_person_id": "440524188001010014"}
            case = self.fill(self.safety.item_id, "stranger", free)._submit()
            correction = {"field": "applicant_person_id", "initialled_by": "Li"}
            with self.assertRaisesRegex(UserError, "Art. 78"):
                self.act("clerk", case, "correct", {**correction, "value": SPELLINGS[1]})

    def test_false_papers_without_danger_bar_nobody(self):
        with self.at("2026-03-02 02:00:00"):
            case = self.file(answers=PERSON)
            self.act("clerk", case, "refuse_acceptance", FALSE_PAPERS)
        self.assertFalse(self.env["gov.block"].search([("case_id", "=", case.id)]))

    def test_a_refusal_for_false_papers_bars_too(self):
        with self.at("2026-03-02 02:00:00"):
            case = self.fill(self.safety.item_id, "applicant", PERSON)._submit()
            self.conclude(case, "refuse", ground="false_papers")
        block = self.env["gov.block"].search([("case_id", "=", case.id)])
        self.assertEqual((block.kind, block.event_id.kind), ("item", "decide"))

    def test_fraud_bars_for_three_years(self):
        old = self.licensed(answers=PERSON)
        with self.at("2027-06-01 02:00:00"):
            self.revoke(old)
        block = self.env["gov.block"].search([("case_id", "=", old.case_id.id)])
        self.assertEqual((block.kind, str(block.until)), ("class", "2030-06-01"))
        self.assertIn("Art. 79", self.asked(self.item, "2030-06-01 02:00:00"))
        self.assertFalse(self.asked(self.item, "2030-06-02 02:00:00"))

    def test_another_certificate_of_the_barred_stays_manageable(self):
        """A bar is on asking anew; giving up or changing what one lawfully holds stays open."""
        kept, lost = self.licensed(), self.licensed()
        with self.at("2027-06-01 02:00:00"):
            self.revoke(lost)
            self.assertFalse(self.problems(self.fill_about("change", kept)))
            self.assertFalse(self.problems(self.fill_about("cancellation", kept)))
        with self.at("2027-06-02 02:00:00"):
            draft = self.fill(self.item, "applicant", ANSWERS)
            self.assertIn("Art. 79", self.problems(draft))

    # ------------------------------------------------------------------- promises

    def test_a_broken_promise_ends_promises(self):
        self.break_promise()
        with self.at("2026-04-02 02:00:00"):
            draft = self.promised()
            self.assertIn("not kept", self.problems(draft))
            for material in draft.material_ids:
                draft._remove_material(material)
            draft._add_file("plan", "plan.pdf", b"%PDF-1.4\n%%EOF\n")
            self.assertFalse(self.problems(draft), "with every paper the application is welcome")

    def test_the_check_is_recorded_for_the_file(self):
        """An inspection is recorded and signed; the record goes into the archive (Art. 61)."""
        case = self.break_promise().case_id
        paper = case.document_ids.filtered(lambda document: document.kind == "check_record")
        self.assertEqual(len(paper), 1)
        event = case.event_ids.filtered(lambda one: one.kind == "check_commitment")
        self.assertEqual((paper.event_id, paper.name), (event, "监督核查记录"))
        self.assertEqual(event.payload["documents"][-1]["digest"], paper.digest)
        for part in ("Plan", "No plan", "与承诺不符", "监督检查人员签字"):
            self.assertIn(part, paper.body)
        self.assertTrue(paper._get_pdf().startswith(b"%PDF-"))

    def promised(self):
        draft = self.draft_of(self.promise.item_id)
        draft._set_paper("plan", "commitment")
        draft._save(draft.answers, draft.revision, promise={"is_agreed": True, "by": "Li"})
        return draft

    def draft_of(self, item):
        own, self.item = self.item, item
        try:
            return self.draft("applicant", PERSON)
        finally:
            self.item = own

    def break_promise(self):
        with self.at("2026-03-02 02:00:00"):
            case = self.conclude(self.promised()._submit())
            self.act(
                "reviewer",
                case,
                "check_commitment",
                {"outcome": "broken", "opinion": "No plan", "checked_on": "2026-03-02"},
            )
        return self.env["gov.block"].search([("case_id", "=", case.id)])

    # -------------------------------------------------------------------- lifting

    def test_two_people_lift_a_bar(self):
        block = self.break_promise()
        administrator = block.with_user(self.world["administrator"])
        supervisor = block.with_user(self.world["supervisor"])
        with self.assertRaisesRegex(UserError, "second person"):
            supervisor.action_confirm_lift()
        with self.assertRaises(UserError):
            supervisor._propose_lift("I like them")
        with self.assertRaisesRegex(UserError, "State why"):
            administrator._propose_lift("  ")
        administrator._propose_lift("Paper handed in later")
        with self.assertRaisesRegex(UserError, "second person"):
            administrator.action_confirm_lift()
        self.assertEqual(block.state, "running")
        supervisor.action_confirm_lift()
        self.assertEqual((block.state, block.lifted_by_id), ("lifted", self.world["supervisor"]))
        with self.at("2026-04-02 02:00:00"):
            self.assertFalse(self.problems(self.promised()))
        with self.assertRaises(UserError):
            administrator._propose_lift("Once more")

    def test_a_declined_proposal(self):
        block = self.falsify()
        block.with_user(self.world["administrator"])._propose_lift("Please")
        block.with_user(self.world["supervisor"]).action_reject_lift()
        self.assertEqual((block.state, block.lift_reason), ("running", False))

    def test_bars_are_written_by_acts_only(self):
        block = self.falsify()
        for login in ("administrator", "supervisor", "auditor"):
            with self.assertRaises(UserError):
                block.with_user(self.world[login]).write({"until": "2020-01-01"})
            with self.assertRaises(UserError):
                block.with_user(self.world[login]).unlink()
        with self.assertRaises(UserError):
            block.sudo().write({"lifted_at": "2020-01-01"})

    def test_who_sees_bars(self):
        block = self.falsify()
        for login in ("clerk", "reviewer", "chief", "leader", "manager"):
            with self.assertRaises(AccessError):
                block.with_user(self.world[login]).read(["holder_name"])
        for login in ("administrator", "supervisor", "auditor"):
            row = block.with_user(self.world[login]).read(["holder_name", "holder_id_masked"])[0]
            self.assertEqual(row["holder_name"], PERSON["applicant_name"])
            with self.assertRaises(AccessError):
                block.with_user(self.world[login]).read(["holder_digest"])

    def test_the_register_does_not_hold_the_number(self):
        block = self.falsify()
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(b)::text FROM gov_block b WHERE id = %s", [block.id])
        self.assertNotIn("11010519491231002X", self.env.cr.fetchone()[0])
