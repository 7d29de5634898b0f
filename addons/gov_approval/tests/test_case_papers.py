"""Papers that come later: the answer to a notice, promised papers, promises in place of papers."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ANSWERS, PDF, GovCase, build_item, mandate_vals

PLAN = {"material": "plan", "wrong": "Not legible", "expected": "Scan again", "basis": "Art. 12"}
AREA = {"material": "Area", "wrong": "Too small", "expected": "Measure", "basis": "Art. 13"}
OTHER = {"material": "Seal", "wrong": "Missing", "expected": "Seal it", "basis": "Art. 14"}
MATERIALS = (
    {"code": "plan", "name": "Floor plan", "required": "always", "basis": "Art. 12"},
    {
        "code": "lease",
        "name": "Lease",
        "required": "always",
        "basis": "Art. 13",
        "is_deferrable": True,
    },
    {
        "code": "proof",
        "name": "Proof of training",
        "required": "commitment",
        "basis": "Art. 14",
        "accept_standard": "All cooks are trained",
    },
)
SIGNED = {"by": "Li", "is_agreed": True}


def build_papers_item(env, world, code="test-papers", materials=MATERIALS, **vals):
    """A published item with a paper that may follow and one that may be promised."""
    rows = [Command.create(dict(material)) for material in materials]
    return build_item(env, world, code, material_ids=rows, **{"commitment_based": "yes", **vals})


@tagged("post_install", "-at_install", "gov")
class TestReplies(GovCase):
    def asked(self, *requests):
        """A case with a one-time notice, and the applicant's draft of the answer."""
        case = self.file()
        self.act("clerk", case, "request_supplement", {"requests": list(requests)})
        Draft = self.env["gov.case.draft"].with_user(self.world["applicant"]).sudo()
        return case, Draft._open_supplement(case)

    def paths(self, draft):
        return [problem["path"] for problem in draft._get_problems()]

    def test_each_request_wants_an_answer_of_its_kind(self):
        case, draft = self.asked(PLAN, AREA, OTHER)
        self.assertEqual(self.paths(draft), ["request:0", "request:1", "request:2"])
        with self.assertRaisesRegex(UserError, "answer request 2, “Area”"):
            draft._submit()
        draft._save(dict(ANSWERS, has_kitchen=False), 0)
        self.assertEqual(self.paths(draft), ["request:0", "request:1"])  # not the area
        draft._save(dict(ANSWERS, area="61"), 1)
        self.assertEqual(self.paths(draft), ["request:0"])
        draft._add_file("plan", "plan.pdf", PDF)
        self.assertFalse(draft._get_problems())
        draft._save(dict(ANSWERS, area="61"), 2, {"2": " The seal is on page 3 "})
        draft._submit()
        answered = case._get_casefile()[1].answered
        self.assertEqual(
            [request["reply"] for request in answered], ["", "", "The seal is on page 3"]
        )
        self.assertEqual(case.state, "received")

    def test_a_word_answers_any_request(self):
        _case, draft = self.asked(PLAN, AREA)
        draft._save(ANSWERS, 0, {"0": "It is legible at 200 %", "1": "Measured by the bureau"})
        self.assertFalse(draft._get_problems())
        draft._save(ANSWERS, 1, {"0": " ", "1": "Measured"})
        self.assertEqual(self.paths(draft), ["request:0"])

    def test_odd_replies_are_refused(self):
        _case, draft = self.asked(PLAN)
        odd = ([], "x", {"1": "x"}, {"0": 1}, {"0": None}, {"0": "x" * 2001}, {"0": "a\0b"})
        for replies in (*odd, {"-1": "x"}, {"__class__": "x"}):
            with self.assertRaisesRegex(UserError, "Reload"):
                draft._save(ANSWERS, 0, replies)
        self.assertFalse(draft.replies)

    def test_a_second_notice_is_told_with_its_reason(self):
        case, draft = self.asked(PLAN)
        self.assertFalse(case._get_repeat_reason())
        draft._add_file("plan", "plan.pdf", PDF)
        draft._submit()
        again = {"requests": [AREA], "repeat_reason": "Seen only with the new plan"}
        self.act("clerk", case, "request_supplement", again)
        self.assertEqual(case._get_repeat_reason(), again["repeat_reason"])
        second = draft._open_supplement(case)
        self.assertNotEqual(second, draft)
        self.assertEqual(self.paths(second), ["request:0"])
        self.assertFalse(second.replies)


@tagged("post_install", "-at_install", "gov")
class TestPromises(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.version = build_papers_item(cls.env, cls.world)
        cls.item = cls.version.item_id

    def paths(self, draft):
        return [problem["path"] for problem in draft._get_problems()]

    def promised(self, by="applicant", *codes):
        """A draft in which everything but ``codes`` was handed in, those promised and signed."""
        draft = self.draft(by)
        for material in MATERIALS:
            if material["code"] in codes:
                draft._set_promise(material["code"])
            else:
                draft._add_file(material["code"], "paper.pdf", PDF)
        draft._save(ANSWERS, draft.revision, promise=SIGNED)
        return draft

    def deferred(self):
        """An accepted case with a lease to follow."""
        case = self.promised("applicant", "lease")._submit()
        self.act("clerk", case, "accept_deferred", {"days": 5, "signed_by": "Li"})
        return case

    def test_a_paper_follows_on_a_signed_promise(self):
        draft = self.draft()
        self.assertEqual(self.paths(draft), [f"material:{m['code']}" for m in MATERIALS])
        draft._add_file("plan", "plan.pdf", PDF)
        draft._add_file("proof", "proof.pdf", PDF)
        draft._set_promise("lease")
        draft._set_promise("lease")
        self.assertEqual(self.paths(draft), ["promise"])
        for unsigned in ({"by": "Li", "is_agreed": False}, {"by": "  ", "is_agreed": True}):
            draft._save(ANSWERS, draft.revision, promise=unsigned)
            self.assertEqual(self.paths(draft), ["promise"])
        draft._save(ANSWERS, draft.revision, promise=SIGNED)
        self.assertFalse(draft._get_problems())
        case = draft._submit()
        receipt = case._get_events().payload
        self.assertEqual(receipt["signed_by"], "Li")
        self.assertEqual(case._get_casefile()[1].deferred, {"lease"})
        with self.assertRaises(UserError):
            self.act("clerk", case, "accept")

    def test_a_signature_holds_for_the_promises_it_was_given_for(self):
        draft = self.promised("applicant", "lease")
        self.assertEqual(draft._get_signer(), "Li")
        draft._remove_material(draft.material_ids.filtered(lambda m: m.spec_code == "proof"))
        draft._set_promise("proof")
        self.assertEqual(self.paths(draft), ["promise"])
        draft._set_promise("proof", False)
        self.assertEqual(self.paths(draft), ["material:proof"])

    def test_the_paper_replaces_the_promise(self):
        draft = self.promised("applicant", "lease", "proof")
        draft._add_file("lease", "lease.pdf", PDF)
        draft._set_paper("proof")
        self.assertEqual(set(draft.material_ids.mapped("form")), {"file", "paper"})
        self.assertFalse(draft._get_problems())
        self.assertNotIn("signed_by", draft._submit()._get_events().payload)

    def test_only_what_the_item_allows_is_promised(self):
        draft = self.draft()
        with self.assertRaisesRegex(UserError, "Floor plan.*hand it in now"):
            draft._set_promise("plan")
        with self.assertRaises(UserError):
            draft._set_promise("no-such")
        strict = build_papers_item(
            self.env, self.world, "test-strict", allows_deferral=False, commitment_based="no"
        )
        self.item = strict.item_id
        draft = self.draft()
        for code in ("lease", "proof"):
            with self.assertRaises(UserError):
                draft._set_promise(code)
        self.assertEqual(self.paths(draft), ["material:plan", "material:lease"])

    def test_odd_signatures_are_refused(self):
        draft = self.promised("applicant", "lease")
        odd = ([], "Li", {}, {"by": 1}, {"by": None, "is_agreed": True}, {"by": "x" * 121})
        for promise in odd:
            with self.assertRaisesRegex(UserError, "Reload"):
                draft._save(ANSWERS, draft.revision, promise=promise)
        self.assertEqual(draft._get_signer(), "Li")
        draft._save(ANSWERS, draft.revision, promise={"by": "Li", "is_agreed": "true"})
        self.assertFalse(draft._get_signer())

    def test_a_promise_in_place_of_the_paper(self):
        case = self.promised("applicant", "proof")._submit()
        facts = case._get_casefile()[1]
        self.assertEqual((facts.committed, facts.deferred), ({"proof"}, frozenset()))
        self.act("clerk", case, "accept")
        texts = self.draft()._describe_promises()["texts"]
        self.assertIn("Premises are clean", texts["commitment"]["conditions"])
        self.assertIn("Proof of training: All cooks are trained", texts["commitment"]["conditions"])
        self.assertIn("10 working days", texts["deferred"]["facts"][0])

    def test_promised_papers_come_one_after_the_other(self):
        self.version = build_papers_item(
            self.env,
            self.world,
            "test-two",
            [dict(MATERIALS[1], code=code, name=code) for code in ("a", "b")],
        )
        self.item = self.version.item_id
        draft = self.draft()
        draft._set_promise("a")
        draft._set_promise("b")
        draft._save(ANSWERS, draft.revision, promise=SIGNED)
        case = draft._submit()
        with self.assertRaisesRegex(UserError, "Nothing is asked"):
            draft._open_supplement(case)
        self.act("clerk", case, "accept_deferred", {"days": 5, "signed_by": "Li"})
        first = draft._open_supplement(case)
        self.assertEqual(draft._open_supplement(case), first)
        self.assertEqual(self.paths(first), ["material:a"])
        with self.assertRaisesRegex(UserError, "at least one"):
            first._submit()
        first._add_file("a", "a.pdf", PDF)
        first._save({}, 0)
        self.assertEqual(first.answers["area"], "60.5")  # answers are not asked again
        first._submit()
        self.assertEqual(case._get_casefile()[1].deferred, {"b"})
        second = draft._open_supplement(case)
        with self.assertRaisesRegex(UserError, "not among the papers promised"):
            second._add_file("a", "a.pdf", PDF)
        second._set_paper("b")
        second._submit()
        self.assertFalse(case._get_casefile()[1].deferred)
        self.assertEqual(case.material_ids.sorted("id").mapped("round"), [0, 0, 1, 2])
        with self.assertRaisesRegex(UserError, "Nothing is asked"):
            draft._open_supplement(case)

    def test_papers_are_not_handed_in_without_a_form(self):
        case = self.deferred()
        for kind in ("hand_in_deferred", "supplement"):
            with self.assertRaisesRegex(UserError, "on their form"):
                self.act("clerk", case, kind, {})
            with self.assertRaisesRegex(UserError, "on their form"):
                case.with_user(self.world["applicant"]).sudo()._act_as_applicant(kind, {})

    # ------------------------------------------------------------- at the window

    def intake(self, persona="clerk"):
        return self.env["gov.case.draft"].with_user(self.world[persona])

    def test_promises_at_the_window(self):
        state = self.intake().action_intake_open(self.item.id, self.world["window"].id)
        draft = self.intake().browse(state["draft_id"])
        draft.action_intake_save(ANSWERS, 0)
        draft.action_intake_paper("plan")
        with self.assertRaises(UserError):
            draft.action_intake_paper("plan", True, "commitment")
        with self.assertRaises(UserError):
            draft.action_intake_paper("plan", True, "deferred")
        draft.action_intake_promise("lease")
        state = draft.action_intake_promise("proof")
        self.assertEqual([p["path"] for p in state["problems"]], ["promise"])
        state = draft.action_intake_save(ANSWERS, 1, None, SIGNED)
        self.assertEqual(state["promises"]["signer"], "Li")
        filed = draft.action_intake_file()
        following = {name: filed["next"][name] for name in ("act", "days", "signed_by")}
        self.assertEqual(following, {"act": "accept_deferred", "days": 10, "signed_by": "Li"})
        case = self.env["gov.case"].browse(filed["case_id"])
        self.act("clerk", case, "accept_deferred", {"days": 10, "signed_by": "Li"})
        with self.assertRaises(AccessError):
            self.intake("foreign_clerk").action_intake_supplement(case.id)
        state = self.intake("clerk2").action_intake_supplement(case.id)
        self.assertEqual([m["code"] for m in state["materials"]], ["lease"])
        draft = self.intake("clerk2").browse(state["draft_id"])
        draft.action_intake_paper("lease")
        self.assertFalse(draft.action_intake_file()["next"])
        self.assertFalse(case._get_promised())

    def test_an_instant_item_is_decided_in_the_same_sitting(self):
        self.version = build_item(self.env, self.world, "test-instant", item_kind="instant")
        self.item = self.version.item_id
        case, clerk = self.file("clerk"), self.world["clerk"]
        self.assertEqual(case.with_user(clerk)._get_next_at_window()["act"], "accept")
        self.world["department"].staff_ids |= clerk
        department, item = self.world["department"], self.item
        vals = mandate_vals(self.env, department, clerk, "M-clerk", item)
        self.env["gov.mandate"].create(vals).action_file()
        self.assertEqual(case.with_user(clerk)._get_next_at_window()["act"], "decide_at_once")
        once = {"decision": "grant", "opinion": "Complete", "method": "window", "receiver": "Li"}
        self.act("clerk", case, "decide_at_once", once)
        self.assertEqual((case.state, case.outcome), ("closed", "granted"))
