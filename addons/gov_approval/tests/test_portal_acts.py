"""What the applicant does on a case over HTTP: what the kernel offers, once, and as oneself."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ANSWERS, PDF
from .portal_http import PortalHttp
from .test_case_papers import SIGNED, build_papers_item


@tagged("post_install", "-at_install", "gov")
class TestPortalActs(PortalHttp):
    def page(self, case):
        return self.url_open(f"/my/gov/cases/{case.number}").text

    def send(self, case, kind, values=None, **options):
        return self.post(f"/my/gov/cases/{case.number}/acts/{kind}", values, **options)

    def kinds(self, case):
        case.invalidate_recordset()
        return case._get_events().mapped("kind")

    def told(self):
        """An accepted case whose applicant was told of the right to a hearing."""
        case = self.file()
        self.act("clerk", case, "accept")
        self.act("reviewer", case, "tell_hearing_right", {"reasons": "The neighbours object"})
        self.sign_in()
        return case

    def sent(self, method, **more):
        """A granted case whose result was sent."""
        case = self.reviewed()
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        self.act("clerk", case, "dispatch", {"method": method, **more})
        self.sign_in()
        return case

    def test_the_right_to_a_hearing_is_used_on_the_page(self):
        case = self.told()
        page = self.page(case)
        self.assertIn("The neighbours object", page)
        self.assertIn("acts/request_hearing", page)
        self.assertIn("acts/waive_hearing", page)
        self.assertIn('value="Li"', page)  # the representative need not type the name
        answer = self.send(case, "request_hearing", {"requester": "Li", "reasons": "I disagree"})
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(f"/my/gov/cases/{case.number}"))
        page = self.page(case)
        self.assertNotIn("acts/request_hearing", page)
        self.assertIn("You asked for one", page)
        day = fields.Date.today() + timedelta(days=16)
        called = {"held_on": day.isoformat(), "begins_at": "14:30", "place": "Room 7"}
        called["chair"] = self.world["chief"].id
        self.act("reviewer", case, "call_hearing", called)
        page = self.page(case)
        self.assertIn(f"{day.isoformat()} 14:30, Room 7", page)
        self.assertRegex(page, r"· <span>Clock stopped</span>")
        head = case.with_user(self.world["reviewer"]).desk["head"]
        self.assertEqual((head["remaining_text"], head["due_on"]), ("Clock stopped", ""))
        self.send(case, "challenge_chair", {"reasons": "A cousin of the neighbour"})
        self.assertIn("decided before the hearing", self.page(case))

    def test_an_application_that_was_not_accepted_has_passed_no_step(self):
        case = self.file()
        self.act("clerk", case, "refuse_acceptance", {"reasons": "No", "competent_organ": "City"})
        states = [row["state"] for row in case._get_timeline()]
        self.assertEqual(states, ["done", "ended"])
        self.sign_in()
        page = self.page(case)
        self.assertIn("ended here", page)
        self.assertIn("is-outcome-not_competent", page)

    def test_an_address_of_an_act_followed_as_a_link_leads_to_the_case(self):
        """So does signing in again after a pause: the browser comes back by GET."""
        case = self.told()
        for tail in ("answer", "acts/waive_hearing"):
            path = f"/my/gov/cases/{case.number}/{tail}"
            answer = self.url_open(path, allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertTrue(answer.headers["Location"].endswith(f"/my/gov/cases/{case.number}"))
        self.assertEqual(self.kinds(case).count("waive_hearing"), 0)
        self.assertEqual(self.url_open("/my/gov/cases/NONE/answer").status_code, 404)
        self.assertEqual(self.url_open("/my/gov/drafts/none/submit").status_code, 404)
        back = self.url_open("/gov/notices/NONE/object", allow_redirects=False)
        self.assertTrue(back.headers["Location"].endswith("/gov/notices"))

    def test_the_same_form_sent_twice_is_done_once(self):
        case = self.told()
        values = {"party": "applicant", "statement": "My kitchen is new"}
        for _ in range(3):
            self.assertEqual(self.send(case, "record_statement", values).status_code, 303)
        self.assertEqual(self.kinds(case).count("record_statement"), 1)
        self.assertIn("My kitchen is new", self.page(case))
        for _ in range(2):
            self.send(case, "waive_hearing", {"requester": "Li"})
        self.assertEqual(self.kinds(case).count("waive_hearing"), 1)
        self.assertEqual(self.send(case, "request_hearing", {"requester": "Li"}).status_code, 400)

    def test_acts_of_others_are_refused_in_a_sentence(self):
        case = self.told()
        before = self.snapshot()
        for kind in (
            "accept", "decide", "terminate", "deem_accepted", "archive", "supersede", "receive",
            "supplement", "hand_in_deferred", "record_objection", "confirm_delivery", "no_such",
            "__class__", "x" * 300,
        ):  # fmt: skip
            answer = self.send(case, kind, {"reasons": "x", "opinion": "x", "decision": "grant"})
            self.assertEqual(answer.status_code, 400, kind)
            self.assertIn("gov-sentence", answer.text, kind)
        self.assertEqual(self.snapshot(), before)

    def test_odd_inputs_are_refused_or_ignored(self):
        case = self.told()
        before = self.snapshot()
        for values in (
            {}, {"requester": "   "}, {"requester": "x" * 5000}, {"requester": "a\0b"},
            {"requester[]": "Li"}, {"requester": "Li", "reasons": "\x07"},
        ):  # fmt: skip
            answer = self.send(case, "request_hearing", values)
            self.assertEqual(answer.status_code, 400, values)
        path = f"/my/gov/cases/{case.number}/acts/request_hearing"
        answer = self.post(path, {}, files={"requester": ("a.pdf", PDF)})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.snapshot(), before)
        more = {"requester": "Li", "node": "decide", "mandate": "M", "facts": "x", "note": "hidden"}
        self.assertEqual(self.send(case, "request_hearing", more).status_code, 303)
        payload = case._get_events()[-1:].payload
        self.assertEqual(
            {name: payload[name] for name in payload if name != "documents"}, {"requester": "Li"}
        )

    @mute_logger("odoo.http")
    def test_strangers_visitors_and_forged_forms(self):
        case = self.told()
        before = self.snapshot()
        values = {"requester": "Li"}
        self.assertEqual(self.send(case, "request_hearing", values, csrf=False).status_code, 400)
        by_link = self.url_open(f"/my/gov/cases/{case.number}/acts/withdraw")
        self.assertTrue(by_link.url.endswith(f"/my/gov/cases/{case.number}"), "a link is no act")
        self.sign_in("stranger")
        for kind in ("request_hearing", "withdraw", "no_such"):
            self.assertEqual(self.send(case, kind, values).status_code, 404)
        self.sign_in("reviewer")
        self.assertEqual(self.send(case, "request_hearing", values).status_code, 404)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.send(case, "withdraw").headers["Location"])
        self.assertEqual(self.snapshot(), before)

    def test_electronic_delivery_is_confirmed_with_one_button(self):
        case = self.sent("electronic", consent="Li agreed by phone")
        page = self.page(case)
        self.assertIn("acts/confirm_delivery", page)
        today = self.env["gov.calendar.day"]._local_now().date().isoformat()
        self.assertIn(f'value="{today}"', page)
        values = {"received_on": "2199-01-01", "receiver": "Li"}
        self.assertEqual(self.send(case, "confirm_delivery", values).status_code, 400)
        values["received_on"] = today
        self.assertEqual(self.send(case, "confirm_delivery", values).status_code, 303)
        case.invalidate_recordset()
        self.assertEqual(case.state, "closed")

    def test_what_was_posted_is_tracked_not_confirmed(self):
        case = self.sent("post", tracking="EMS123")
        page = self.page(case)
        self.assertIn("EMS123", page)
        self.assertNotIn("acts/confirm_delivery", page)
        values = {"received_on": "2026-01-01", "receiver": "Li"}
        self.assertEqual(self.send(case, "confirm_delivery", values).status_code, 400)

    def test_a_refusal_tells_why_and_what_to_do(self):
        case = self.reviewed()
        refusal = {"decision": "refuse", "opinion": "The kitchen is too small"}
        self.act("chief", case, "decide", refusal)
        self.sign_in()
        page = self.page(case)
        self.assertIn("The kitchen is too small", page)
        self.assertIn("within 60 days", page)
        self.assertNotIn("acts/withdraw", page)

    def test_stop_and_extension_are_told_with_reasons(self):
        case = self.file()
        self.act("clerk", case, "accept")
        extension = {"days": 10, "reasons": "The case is complex"}
        self.act("chief", case, "extend", extension)
        self.sign_in()
        page = self.page(case)
        self.assertIn("The case is complex", page)
        self.assertIn("10 working days more", page)


@tagged("post_install", "-at_install", "gov")
class TestPortalPapers(PortalHttp):
    """Promises and replies over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.version = build_papers_item(cls.env, cls.world)
        cls.item = cls.version.item_id

    def promise(self, draft, material="lease", given="yes", **options):
        path = f"/my/gov/drafts/{draft.token}/promise"
        return self.post(path, {"material": material, "given": given}, **options)

    def save(self, draft, **params):
        path = f"/my/gov/drafts/{draft.token}/save"
        draft.invalidate_recordset()
        return self.rpc(path, values=ANSWERS, revision=draft.revision, **params)["result"]

    def test_from_promise_to_the_promised_paper(self):
        self.sign_in()
        draft = self.apply()
        self.save(draft)
        for code in ("plan", "proof"):
            self.upload(draft, "paper.pdf", PDF, code)
        promises = self.promise(draft).json()["promises"]
        self.assertEqual(promises["given"], {"lease": "deferred"})
        checked = self.save(draft, check=True)
        self.assertEqual([p["path"] for p in checked["problems"]], ["promise"])
        self.assertFalse(self.save(draft, check=True, promise=SIGNED)["problems"])
        self.post(f"/my/gov/drafts/{draft.token}/submit", {"declared": "yes"})
        case = self.env["gov.case"].search([("draft_token", "=", draft.token)])
        self.assertIn("Papers you promised", self.url_open(f"/my/gov/cases/{case.number}").text)
        refused = self.post(f"/my/gov/cases/{case.number}/answer")
        self.assertEqual(refused.status_code, 400)
        self.act("clerk", case, "accept_deferred", {"days": 5, "signed_by": "Li"})
        self.assertIn("Lease", self.url_open(f"/my/gov/cases/{case.number}").text)
        tokens = set()
        for _ in range(2):
            answer = self.post(f"/my/gov/cases/{case.number}/answer")
            tokens.add(answer.headers["Location"].rpartition("/")[2])
        self.assertEqual(len(tokens), 1)
        later = self.env["gov.case.draft"].search([("token", "=", tokens.pop())])
        self.assertEqual(self.upload(later, "plan.pdf", PDF, "plan").status_code, 422)
        self.assertEqual(self.upload(later, "lease.pdf", PDF, "lease").status_code, 200)
        self.assertEqual(self.url_open(f"/my/gov/drafts/{later.token}").status_code, 200)
        for _ in range(2):
            answer = self.post(f"/my/gov/drafts/{later.token}/submit", {"declared": "yes"})
            self.assertTrue(answer.headers["Location"].endswith("/filed"))
        self.assertIn("The papers have arrived", self.url_open(answer.headers["Location"]).text)
        kinds = case._get_events().mapped("kind")
        self.assertEqual(kinds, ["receive", "accept_deferred", "hand_in_deferred"])

    def test_promises_that_are_refused(self):
        self.sign_in()
        draft = self.apply()
        for material in ("plan", "no-such", "", "lease\0", "__class__"):
            answer = self.promise(draft, material)
            self.assertEqual(answer.status_code, 422, material)
            self.assertTrue(answer.json()["error"])
        self.assertEqual(self.promise(draft, "no-such", "").status_code, 200)  # nothing to undo
        self.assertEqual(self.promise(draft, csrf=False).status_code, 400)
        draft.invalidate_recordset()
        self.assertFalse(draft.material_ids)

    def test_a_notice_is_answered_line_by_line(self):
        case = self.file()
        asked = {"material": "Floor plan", "wrong": "Torn", "expected": "Whole", "basis": "Art. 1"}
        self.act("clerk", case, "request_supplement", {"requests": [asked, asked]})
        self.sign_in()
        token = self.post(f"/my/gov/cases/{case.number}/answer").headers["Location"]
        draft = self.env["gov.case.draft"].search([("token", "=", token.rpartition("/")[2])])
        self.save(draft, replies={"1": "See page 2"})
        answer = self.post(f"/my/gov/drafts/{draft.token}/submit", {"declared": "yes"})
        self.assertIn("check=1", answer.headers["Location"])
        for odd in ([1], {"9": "x"}, {"0": ["x"]}, "x"):
            self.assertIn("refused", self.save(draft, replies=odd))
        for odd in ([1], "Li", {"by": []}):
            self.assertIn("refused", self.save(draft, promise=odd))
        self.save(draft, replies={"0": "It was torn by the post", "1": "See page 2"})
        self.post(f"/my/gov/drafts/{draft.token}/submit", {"declared": "yes"})
        case.invalidate_recordset()
        self.assertEqual(case.state, "received")
        answered = case._get_casefile()[1].answered
        self.assertEqual([a["reply"] for a in answered], ["It was torn by the post", "See page 2"])
