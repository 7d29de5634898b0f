"""Agents of applicants (委托代理, Art. 29): on paper, within its powers, until they end."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.archive_contents import gather
from .common import ANSWERS, PDF, GovCase, build_item
from .portal_http import PortalHttp

PLAN = Command.create(
    {"code": "plan", "name": "Floor plan", "required": "always", "basis": "Art. 12"}
)
POWERS = ["agent_change", "agent_sign", "agent_state", "agent_withdraw", "agent_receive"]


def with_agent(*powers, since=0, until=30, **more):
    """Answers that name an agent; days from today."""
    today = fields.Date.today()
    return ANSWERS | {
        "has_agent": True,
        "agent_name": "Zhao",
        "agent_person_id": "11010519491231002X",
        "agent_phone": "13900139000",
        "agent_powers": list(powers),
        "agent_from": (today + timedelta(days=since)).isoformat(),
        "agent_until": (today + timedelta(days=until)).isoformat(),
        **more,
    }


def only_agent(answers):
    return {name: value for name, value in answers.items() if name.startswith("agent_")}


@tagged("post_install", "-at_install", "gov")
class TestAgency(GovCase):
    def paths(self, draft):
        return [problem["path"] for problem in draft._get_problems()]

    def power_draft(self, case, by="clerk"):
        Draft = self.env["gov.case.draft"].with_user(self.world[by])
        if by == "clerk":
            return Draft.browse(Draft.action_intake_supplement(case.id, True)["draft_id"]).sudo()
        return Draft.sudo()._open_supplement(case, True)

    def test_an_agent_files_on_a_paper_that_is_in_force(self):
        for answers, path in (
            (with_agent(), "material:authority"),
            (with_agent(until=-1, since=-9), "agent_until"),
            (with_agent(since=2), "agent_until"),
            (with_agent(since=0, until=-1), "agent_until"),
        ):
            self.assertIn(path, self.paths(self.draft(answers=answers)), path)
        draft = self.draft()
        saved = draft._save(with_agent("agent_withdraw", "everything"), 1)
        self.assertEqual([error["path"] for error in saved["errors"]], ["agent_powers"])
        case = self.file(answers=with_agent())
        paper = case.material_ids.filtered(lambda m: m.spec_code == "authority")
        recorded = [m for m in case._get_events().payload["materials"] if m["spec"] == "authority"]
        self.assertEqual([m["digest"] for m in recorded], [paper.digest])
        self.assertEqual(len(paper.digest), 64)

    def test_every_item_asks_for_the_paper_but_those_for_persons_only(self):
        version = build_item(self.env, self.world, "test-agent", material_ids=[PLAN])
        definition = version._get_definition()
        codes = [m["code"] for m in definition["materials"]]
        self.assertEqual(codes, ["plan", "power_of_attorney"])
        personal = build_item(
            self.env, self.world, "test-person", material_ids=[PLAN], is_in_person=True
        )._get_definition()
        self.assertEqual([m["code"] for m in personal["materials"]], ["plan"])
        self.assertNotIn("has_agent", [field["code"] for field in personal["form"]["fields"]])

    def test_at_the_window_only_the_applicant_or_an_empowered_agent(self):
        case = self.file(answers=with_agent())
        for name, said in (("Zhao", "expressly"), ("Wang", "neither"), (" ZHAO ", "expressly")):
            with self.assertRaisesRegex(UserError, said):
                self.act("clerk", case, "withdraw", {"requester": name, "reasons": "r"})
        with self.assertRaisesRegex(UserError, "fill in"):
            self.act("clerk", case, "withdraw")
        self.act("clerk", case, "withdraw", {"requester": "Li", "reasons": "r"})
        able = self.file(answers=with_agent("agent_withdraw"))
        self.act("clerk", able, "withdraw", {"requester": "Zhao", "reasons": "r"})
        self.assertEqual(able.outcome, "withdrawn")

    def test_receiving_needs_its_power_and_the_desk_says_who_comes(self):
        case = self.reviewed(self.file(answers=with_agent("agent_withdraw")))
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        desk = case.with_user(self.world["clerk"])._prepare_desk()
        self.assertEqual(desk["head"]["receiver"], ANSWERS["applicant_name"])
        card = next(card for card in desk["cards"] if card["key"] == "power")
        texts = [row["text"] for row in card["rows"]]
        self.assertIn("Withdraw the application", texts)
        self.assertIn("110105********002X", texts)
        self.assertNotIn("11010519491231002X", str(card))
        with self.assertRaisesRegex(UserError, "Receive the result"):
            self.act("clerk", case, "deliver", {"method": "window", "receiver": "Zhao"})
        draft = self.power_draft(case)
        draft._save(only_agent(with_agent(*POWERS)), 0)
        self.assertEqual(self.paths(draft), ["material:authority"])
        draft._add_file("authority", "new.pdf", PDF + b"2")
        draft._submit()
        event = case._get_events()[-1]
        self.assertEqual((event.kind, event.payload["agent"]), ("file_power", "Zhao"))
        self.assertEqual(len(event.payload["materials"][0]["digest"]), 64)
        self.assertEqual(case.answers["area"], "60.5")
        desk = case.with_user(self.world["clerk"])._prepare_desk()
        self.assertEqual(desk["head"]["receiver"], "Zhao")
        self.act("clerk", case, "deliver", {"method": "window", "receiver": "Zhao"})
        facts = gather(case.sudo(), 1).case
        self.assertIn("Zhao", facts["agent_power"])

    def test_another_power_takes_nothing_but_the_power(self):
        case = self.file()
        draft = self.power_draft(case)
        saved = draft._save(ANSWERS | with_agent() | {"area": "999"}, 0)
        self.assertTrue(saved["errors"])
        with self.assertRaisesRegex(UserError, "does not ask for that material"):
            draft._add_file("plan", "plan.pdf", PDF)
        draft._save(only_agent(with_agent()), 1)
        with self.assertRaisesRegex(UserError, "Power of attorney"):
            draft._submit()
        draft._add_file("authority", "power.pdf", PDF)
        draft._submit()
        self.assertEqual(draft._submit(), case)  # pressed twice, filed once
        self.assertEqual(case._get_events().mapped("kind"), ["receive", "file_power"])
        self.assertEqual((case.agent_name, case.answers["area"]), ("Zhao", "60.5"))

    def test_the_power_ends_by_itself_or_by_revocation(self):
        case = self.file(answers=with_agent(*POWERS))
        with self.at(fields.Datetime.now() + timedelta(days=31, hours=12)):
            with self.assertRaisesRegex(UserError, "ended on"):
                self.act("clerk", case, "withdraw", {"requester": "Zhao", "reasons": "r"})
        with self.assertRaisesRegex(UserError, "Zhao"):
            self.act("clerk", case, "revoke_power", {"requester": "Zhao"})
        self.act("clerk", case, "revoke_power", {"requester": "Li", "reasons": "Quarrel"})
        with self.assertRaisesRegex(UserError, "revoked"):
            self.act("clerk", case, "withdraw", {"requester": "Zhao", "reasons": "r"})
        with self.assertRaisesRegex(UserError, "not possible now"):
            self.act("clerk", case, "revoke_power", {"requester": "Li"})
        for by in ("reviewer", "chief"):
            with self.assertRaises(UserError):
                self.act(by, case, "revoke_power", {"requester": "Li"})

    def test_a_paper_is_not_filed_by_a_bare_act(self):
        case = self.file()
        with self.assertRaisesRegex(UserError, "form"):
            self.act("clerk", case, "file_power", {"agent": "Zhao"})
        with self.assertRaises(AccessError):
            Draft = self.env["gov.case.draft"].with_user(self.world["reviewer"])
            Draft.action_intake_supplement(case.id, True)

    def test_another_agent_in_a_supplement_needs_another_paper(self):
        case = self.file(answers=with_agent(*POWERS))
        asked = {"material": "area", "wrong": "w", "expected": "e", "basis": "b"}
        self.act("clerk", case, "request_supplement", {"requests": [asked]})
        draft = self.env["gov.case.draft"].with_user(self.world["clerk"]).sudo()
        draft = draft._open_supplement(case)
        draft._save(with_agent(*POWERS, agent_name="Qian", area="61"), 0, {"0": "Measured"})
        self.assertIn("material:authority", self.paths(draft))
        draft._save(with_agent(*POWERS, area="61"), 1, {"0": "Measured"})
        self.assertNotIn("material:authority", self.paths(draft))


@tagged("post_install", "-at_install", "gov")
class TestAgencyOnline(PortalHttp):
    def send(self, case, kind, values=None):
        return self.post(f"/my/gov/cases/{case.number}/acts/{kind}", values)

    def kinds(self, case):
        case.invalidate_recordset()
        return case._get_events().mapped("kind")

    def test_an_agents_account_goes_as_far_as_the_power(self):
        case = self.file(answers=with_agent())
        self.sign_in()
        page = self.url_open(f"/my/gov/cases/{case.number}").text
        self.assertIn("Zhao", page)
        self.assertNotIn("acts/withdraw", page)
        self.assertNotIn("acts/revoke_power", page)
        answer = self.send(case, "withdraw", {"reasons": "r"})
        self.assertEqual(answer.status_code, 400)
        self.assertIn("power of attorney of Zhao", answer.text)
        self.assertEqual(self.send(case, "revoke_power", {}).status_code, 400)
        self.assertEqual(self.kinds(case), ["receive"])

    def test_the_applicants_own_account_needs_no_power_and_revokes_it(self):
        case = self.file(answers=with_agent("agent_withdraw"))
        self.world["applicant"].name = ANSWERS["applicant_name"]
        self.sign_in()
        self.assertEqual(self.send(case, "revoke_power", {"reasons": "r"}).status_code, 303)
        self.assertIn("revoked", self.url_open(f"/my/gov/cases/{case.number}").text)
        self.assertEqual(self.send(case, "withdraw", {"reasons": "r"}).status_code, 303)
        self.assertEqual(self.kinds(case), ["receive", "revoke_power", "withdraw"])

    def test_a_power_of_attorney_is_filed_on_its_own_form(self):
        case = self.file()
        self.sign_in()
        answer = self.post(f"/my/gov/cases/{case.number}/answer", {"power": "yes"})
        token = answer.headers["Location"].rpartition("/")[2]
        draft = self.env["gov.case.draft"].search([("token", "=", token)])
        self.assertTrue(draft.is_for_power)
        asked = [field["code"] for field in draft._get_screen()["form"]["fields"]]
        self.assertTrue(all(code.startswith("agent_") for code in asked))
        values = only_agent(with_agent(*POWERS))
        self.rpc(f"/my/gov/drafts/{token}/save", values=values, revision=0)
        self.upload(draft, "power.pdf", PDF, material="authority")
        self.post(f"/my/gov/drafts/{token}/submit", {"declared": "yes"})
        self.assertEqual(self.kinds(case), ["receive", "file_power"])
        self.sign_in("stranger")
        answer = self.post(f"/my/gov/cases/{case.number}/answer", {"power": "yes"})
        self.assertEqual(answer.status_code, 404)
