"""A running case moves to the version in force: by whom, with what consent, and provably."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..kernel import archive
from .common import ANSWERS, PDF, GovCase
from .portal_http import PortalHttp

CONSENT = {"consented_by": "Li", "consented_on": "2026-11-20", "consented_how": "In writing"}
WHY = {"reasons": "New version"}
OWNER = {"code": "owner", "label": "Owner", "type": "text", "is_required": True, "basis": "x"}


class MigrationCase(GovCase):
    def publish(self, **vals):
        """A new version in force."""
        mine = self.item.with_user(self.world["manager"])
        mine.action_new_version()
        new = mine.draft_version_id
        if questions := vals.pop("questions", None):
            vals["field_ids"] = [
                Command.create(row | {"section_id": new.section_ids.id}) for row in questions
            ]
        new.write(vals)
        new.action_publish()
        self.env.invalidate_all()
        return self.env["gov.item.version"].browse(new.id)

    def sooner(self):
        return self.publish(promised_value=self.version.promised_value - 1)

    def later(self):
        return self.publish(promised_value=self.version.promised_value + 1)


@tagged("post_install", "-at_install", "gov")
class TestCaseMigration(MigrationCase):
    def offered(self, by, case):
        self.env.invalidate_all()  # each request has a cache of its own
        return {offer["act"]: offer for offer in self.desk(by, case)["offers"]}

    def desk(self, by, case):
        return case.with_user(self.world[by]).with_context(lang="en_US").desk

    def preview(self, by, version):
        return version.with_user(self.world[by]).action_preview_migration()

    def test_a_better_version_needs_no_consent(self):
        case = self.file()
        self.act("clerk", case, "accept")
        before = case.promised_due_on
        self.assertNotIn("migrate", self.offered("chief", case))
        new = self.sooner()
        offer = self.offered("chief", case)["migrate"]
        self.assertEqual([one["name"] for one in offer["inputs"]], ["reasons"])
        self.assertTrue(offer["effects"])
        self.assertNotIn("migrate", self.offered("reviewer", case))
        self.act("chief", case, "migrate", WHY)
        self.assertEqual(case.version_id, new)
        self.assertLess(case.promised_due_on, before)
        event = case.event_ids.sorted("sequence")[-1]
        self.assertEqual(event.payload["from"], self.version.digest)
        self.assertEqual(event.payload["version"], new.digest)
        columns = case.read(["version_id", "promised_due_on", "answers", "next_due_on"])
        case._project()
        self.assertEqual(
            case.read(["version_id", "promised_due_on", "answers", "next_due_on"]), columns
        )
        self.assertFalse(case.event_ids._find_break())
        with self.subTest("it goes on"):
            self.reviewed_on(case)
            self.assertEqual(case.state, "accepted")

    def reviewed_on(self, case):
        officers = [self.world["reviewer"].id, self.world["reviewer2"].id]
        visit = {"officers": officers, "visited_on": "2026-11-20", "opinion": "x"}
        self.act("reviewer", case, "complete_step", visit | {"outcome": "pass"})

    def test_worsening_only_with_consent(self):
        case = self.file()
        self.later()
        inputs = {one["name"]: one for one in self.offered("chief", case)["migrate"]["inputs"]}
        self.assertTrue(all(inputs[name]["required"] for name in CONSENT))
        with self.assertRaisesRegex(UserError, "a later due day"):
            self.act("chief", case, "migrate", WHY)
        for missing in CONSENT:
            with self.subTest(missing), self.assertRaises(UserError):
                self.act("chief", case, "migrate", WHY | CONSENT | {missing: ""})
        self.assertEqual(case.version_id, self.version)
        self.act("chief", case, "migrate", WHY | CONSENT)
        self.assertNotEqual(case.version_id, self.version)
        history = self.desk("chief", case)["history"]
        said = {row["label"]: row["text"] for row in history[0]["details"]}
        self.assertEqual(said["Who agreed"], "Li")
        self.assertEqual(said["Worsened with consent"], "a later due day")
        self.assertEqual(said["Version"], "From version 1 to version 2")
        mine = case.with_user(self.world["applicant"]).sudo()
        told = "\n".join(line for entry in mine._get_news() for line in entry["lines"])
        self.assertIn("Agreed by Li on 2026-11-20", told)

    def test_by_nobody_else_and_with_nothing_forged(self):
        case = self.file()
        new = self.sooner()
        for persona in ("clerk", "reviewer"):
            with self.subTest(persona), self.assertRaises(UserError):
                self.act(persona, case, "migrate", WHY)
        for persona in ("leader", "supervisor", "auditor", "administrator"):
            with self.subTest(persona), self.assertRaises(UserError):
                self.act(persona, case, "migrate", WHY)
        for persona in ("applicant", "stranger", "manager", "foreign_reviewer", "foreign_clerk"):
            with self.subTest(persona), self.assertRaises(AccessError):
                self.act(persona, case, "migrate", WHY)
        with self.subTest("the applicant's own door"), self.assertRaises(UserError):
            case.with_user(self.world["applicant"]).sudo()._act_as_applicant("migrate", dict(WHY))
        other = {"version_id": new.id, "target": new.id, "version": new.digest}
        forged = [{name: value} for name, value in other.items()]
        for said in (*forged, {"from": "x"}, {"dropped": ["area"]}, {"worsened": []}):
            with self.subTest(said), self.assertRaises(UserError):
                self.act("chief", case, "migrate", WHY | said)
        with self.subTest("a column"), self.assertRaises(UserError):
            case.sudo().write({"version_id": new.id})
        self.assertEqual(case.version_id, self.version)

    def test_only_to_the_version_in_force_and_only_once(self):
        case = self.file()
        with self.assertRaises(UserError):  # there is none but its own
            self.act("chief", case, "migrate", WHY)
        self.item.with_user(self.world["manager"]).action_new_version()
        with self.assertRaises(UserError):  # a draft is no version in force
            self.act("chief", case, "migrate", WHY)
        draft = self.item.draft_version_id.with_user(self.world["manager"])
        draft.promised_value -= 1
        draft.action_publish()
        self.env.invalidate_all()
        draft.action_withdraw()
        self.env.invalidate_all()
        with self.assertRaises(UserError):  # withdrawn
            self.act("chief", case, "migrate", WHY)
        new = draft._copy_to_draft()
        new.promised_value += 2
        new.action_publish()
        self.env.invalidate_all()
        self.act("chief", case, "migrate", WHY | CONSENT)
        self.assertEqual(case.version_id.id, new.id)
        with self.assertRaises(UserError):
            self.act("chief", case, "migrate", WHY | CONSENT)
        self.assertEqual(case.event_ids.mapped("kind").count("migrate"), 1)

    def test_a_decided_case_stays(self):
        case = self.reviewed()
        decision = {"decision": "grant", "opinion": "Granted"}
        self.act("chief", case, "decide", decision)
        new = self.sooner()
        with self.assertRaises(UserError):
            self.act("chief", case, "migrate", WHY)
        self.assertNotIn(case.id, [one["id"] for one in self.preview("chief", new)["cases"]])

    def test_the_list_says_what_each_case_would_get(self):
        received, accepted = self.file(), self.file()
        self.act("clerk", accepted, "accept")
        new = self.publish(questions=[OWNER])
        found = self.preview("chief", new)
        cases = {one["id"]: one for one in found["cases"]}
        self.assertEqual(set(cases), {received.id, accepted.id})
        self.assertEqual((found["total"], found["is_done"]), (2, True))
        self.assertTrue(cases[received.id]["can_move"])
        self.assertTrue(cases[received.id]["needs_consent"])
        self.assertIn("Asked anew: Owner", [x["text"] for x in cases[received.id]["lines"]])
        self.assertFalse(cases[accepted.id]["can_move"])
        self.assertIn("Art. 32", cases[accepted.id]["blocked"][0])
        self.assertFalse(any(one["can_move"] for one in self.preview("leader", new)["cases"]))
        for persona in ("manager", "foreign_reviewer"):
            seen = self.preview(persona, new)
            self.assertEqual((seen["cases"], seen["total"]), ([], 2), persona)
        with self.assertRaises(AccessError):
            self.preview("applicant", new)
        with self.assertRaises(UserError):
            self.preview("chief", self.version)
        for odd in (None, "1", [2], -1, 2**40, True):
            version = new.with_user(self.world["chief"])
            self.assertTrue(version.action_preview_migration(odd)["cases"])

    def test_what_was_asked_anew_is_supplemented(self):
        case = self.file()
        self.publish(questions=[OWNER])
        self.act("chief", case, "migrate", WHY | CONSENT)
        self.assertEqual(case.answers["area"], "60.5")
        asked = {"material": "owner", "wrong": "-", "expected": "-", "basis": "Art. 32"}
        self.act("clerk", case, "request_supplement", {"requests": [asked]})
        applicant = self.world["applicant"]
        draft = self.env["gov.case.draft"].with_user(applicant).sudo()._open_supplement(case)
        problems = [problem["path"] for problem in draft._get_problems()]
        self.assertIn("owner", problems)
        draft._save(case.answers | {"owner": "Wang"}, draft.revision)
        draft._submit()
        self.assertEqual(case.answers["owner"], "Wang")

    def test_an_open_answer_follows_its_case(self):
        case = self.file()
        asked = {"material": "plan", "wrong": "-", "expected": "-", "basis": "Art. 32"}
        self.act("clerk", case, "request_supplement", {"requests": [asked]})
        draft = self.env["gov.case.draft"].sudo()._open_supplement(case)
        new = self.sooner()
        self.assertFalse(draft._is_outdated())
        self.act("chief", case, "migrate", WHY)
        self.assertEqual((draft.version_id, draft.revision), (new, 1))

    def test_a_case_that_migrated_is_played_on_a_draft(self):
        case = self.file()
        self.sooner()
        self.act("chief", case, "migrate", WHY)
        mine = self.item.with_user(self.world["manager"])
        mine.action_new_version()
        tally = mine.draft_version_id.action_replay()["tally"]
        self.assertEqual((tally["total"], tally["skipped"]), (1, 0))

    def test_the_archive_holds_both_versions(self):
        case = self.file()
        self.sooner()
        self.act("chief", case, "migrate", WHY)
        self.act("clerk", case, "withdraw", {"requester": ANSWERS["representative_name"]})
        for document in case.document_ids:
            document._get_pdf()
        filed = case.with_user(self.env.ref("base.user_root"))._file_archive()
        content = filed.attachment_id.raw
        self.assertEqual(archive.verify(content, filed.digest), [])
        self.assertIn(b"definitions/002.json", content)


@tagged("post_install", "-at_install", "gov")
class TestDraftVersion(MigrationCase):
    """A form begun under a version that is no longer in force."""

    def filled(self, by="applicant"):
        draft = self.draft(by)
        draft._add_file("plan", "plan.pdf", PDF)
        return draft

    def test_nothing_goes_on_or_is_filed_under_an_old_version(self):
        draft = self.filled()
        new = self.publish(questions=[OWNER])
        tries = (
            lambda: draft._save(ANSWERS, draft.revision),
            lambda: draft._add_file("plan", "other.pdf", PDF),
            lambda: draft._submit(),
        )
        for attempt in tries:
            with self.assertRaisesRegex(UserError, "new version"):
                attempt()
        self.assertEqual([one["path"] for one in draft._get_problems()], ["version:new"])
        news = draft._get_screen()["news"]
        self.assertTrue(news["is_ahead"] and news["can_follow"])
        self.assertIn("Asked anew: Owner", [line["text"] for line in news["lines"]])
        self.assertEqual(draft.version_id, self.version, "looking changes nothing")
        draft._follow()
        self.assertEqual(draft.version_id, new)
        self.assertEqual(draft.answers["area"], "60.5")
        screen = draft._get_screen()
        marked = [row["code"] for row in screen["form"]["fields"] if row.get("is_new")]
        self.assertEqual((marked, screen["news"]["is_ahead"]), (["owner"], False))
        self.assertEqual(len(screen["files"]), 1)
        draft._save(draft.answers | {"owner": "Wang"}, draft.revision)
        case = draft._submit()
        self.assertEqual((case.version_id, case.answers["owner"]), (new, "Wang"))
        self.assertEqual(draft._submit(), case, "a repeated click gets the same case")

    def test_what_is_asked_no_more_goes(self):
        draft = self.filled()
        mine = self.item.with_user(self.world["manager"])
        mine.action_new_version()
        new = mine.draft_version_id
        new.field_ids.filtered(lambda field: field.code == "area").unlink()
        new.material_ids.filtered(lambda spec: spec.code == "plan").unlink()
        new.action_publish()
        self.env.invalidate_all()
        draft._follow()
        self.assertNotIn("area", draft.answers)
        self.assertFalse(draft.material_ids)
        self.assertEqual(draft._submit().version_id.id, new.id)

    def test_an_item_out_of_force_takes_nothing_but_may_be_discarded(self):
        draft, other = self.filled(), self.draft()
        self.version.with_user(self.world["manager"]).action_withdraw()
        self.env.invalidate_all()
        for attempt in (draft._submit, draft._follow):
            with self.assertRaisesRegex(UserError, "at present"):
                attempt()
        self.assertFalse(draft._get_screen()["news"]["can_follow"])
        other._discard()
        self.assertFalse(other.exists())

    def test_at_the_window(self):
        draft = self.filled("clerk")
        self.publish(questions=[OWNER])
        mine = draft.with_user(self.world["clerk"]).sudo(False)
        shown = mine.action_intake_save(ANSWERS | {"area": "61"}, draft.revision)
        self.assertTrue(shown["news"]["is_ahead"])
        self.assertEqual(shown["version"], 1)
        with self.assertRaises(UserError):
            mine.action_intake_file()
        with self.assertRaises(AccessError):
            draft.with_user(self.world["clerk2"]).sudo(False).action_intake_follow({})
        for odd in (None, [], "x"):
            with self.subTest(odd), self.assertRaises(UserError):
                mine.action_intake_follow(odd)
        shown = mine.action_intake_follow(ANSWERS | {"area": "61"})
        self.assertEqual((shown["version"], shown["answers"]["area"]), (2, "61"))
        self.assertFalse(shown["news"]["is_ahead"])
        again = mine.action_intake_follow({})
        self.assertEqual(again["answers"], shown["answers"], "a second click changes nothing")


@tagged("post_install", "-at_install", "gov")
class TestDraftVersionHttp(PortalHttp, MigrationCase):
    """The same on the applicant's pages; looking at a page changes nothing."""

    def test_the_page_tells_and_the_button_follows(self):
        self.sign_in()
        draft = self.apply()
        page = f"/my/gov/drafts/{draft.token}"
        self.rpc(f"{page}/save", values=ANSWERS, revision=0)
        new = self.publish(questions=[OWNER])
        before = self.snapshot()
        shown = self.url_open(page).text
        self.assertIn(f"{page}/follow", shown)
        self.assertIn("Asked anew: Owner", shown)
        self.assertNotIn("application_form", shown)
        refused = self.rpc(f"{page}/save", values=ANSWERS, revision=1)["result"]["refused"]
        self.assertIn("new version", refused)
        self.assertTrue(
            self.post(f"{page}/submit", {"declared": "yes"}).headers["Location"].endswith("check=1")
        )
        self.url_open(f"{page}/follow")
        with mute_logger("odoo.http"):
            answer = self.post(f"{page}/follow", {"x": "y"}, csrf=False)
            self.assertEqual(answer.status_code, 400)
        self.sign_in("stranger")
        self.assertEqual(self.post(f"{page}/follow").status_code, 404)
        self.assertEqual(self.snapshot(), before)
        self.sign_in()
        self.assertEqual(self.post(f"{page}/follow").status_code, 303)
        draft.invalidate_recordset()
        self.assertEqual(draft.version_id, new)
        shown = self.url_open(page).text
        self.assertIn("application_form", shown)
        self.assertIn("What is asked anew is marked", shown)
        self.assertEqual(self.post(f"{page}/follow").status_code, 303, "twice is once")
        draft.invalidate_recordset()
        self.assertEqual(draft.revision, 2)
