"""The register of certificates: every way a licence goes on, and every way it ends."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.gov_case_licence import GovCase as LicenceDoor
from .common import ANSWERS
from .licence_common import VALID_TO, GovLicence

DAY = "2031-01-10 02:00:00"  # inside the window for renewals


@tagged("post_install", "-at_install", "gov")
class TestLicenceGoesOn(GovLicence):
    def test_a_change_keeps_number_and_dates(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            case = self.conclude(self.file_about("change", old, applicant_name="New name"))
        new = case.certificate_ids
        self.assertEqual((new.number, new.revision, new.previous_id), (old.number, 2, old))
        self.assertEqual((new.valid_from, str(new.valid_to)), (old.valid_from, VALID_TO))
        self.assertEqual((new.holder_name, new.state), ("New name", "valid"))
        self.assertEqual((old.state, str(old.ended_on)), ("changed", "2027-06-01"))
        self.assertEqual(new.item_id, self.item, "the licence stays what it is")
        self.assertNotEqual(new.verification_code, old.verification_code)

    def test_the_old_case_tells_by_which_case_it_was_replaced(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            case = self.conclude(self.file_about("change", old))
        event = old.case_id._get_events()[-1:]
        self.assertEqual((event.kind, event.role), ("supersede", "system"))
        self.assertEqual(event.payload, {"effect": "changed", "by": case.number})
        _definition, facts = old.case_id._get_casefile()
        self.assertEqual(facts.licence.state, "changed")

    def test_a_renewal_begins_the_day_after(self):
        old = self.licensed()
        with self.at(DAY):
            case = self.file_about("renewal", old)
            facts = case._get_events()[0].payload["certificate"]
            self.assertEqual(
                facts,
                {
                    "number": old.number,
                    "revision": 1,
                    "valid_from": "2026-03-02",
                    "valid_to": VALID_TO,
                    "in_time": True,
                },
            )
            new = self.conclude(case).certificate_ids
        self.assertEqual((str(new.valid_from), str(new.valid_to)), ("2031-03-02", "2036-03-01"))
        self.assertEqual((old.state, str(old.ended_on)), ("renewed", VALID_TO))

    def test_a_renewal_has_its_window(self):
        old = self.licensed()
        with self.at("2030-11-30 02:00:00"):
            problems = self.problems(self.fill_about("renewal", old))
            self.assertIn("from 2030-12-01 to 2031-01-30", problems)
        with self.at("2030-12-01 02:00:00"):
            self.assertFalse(self.problems(self.fill_about("renewal", old)))
        with self.at("2031-01-30 12:00:00"):
            self.assertFalse(self.problems(self.fill_about("renewal", old)))
        with self.at("2031-01-31 02:00:00"):
            draft = self.fill_about("renewal", old)
            self.assertIn("had to be filed by 2031-01-30", self.problems(draft))
            with self.assertRaisesRegex(UserError, "2031-01-30"):
                draft._submit()
        with self.at("2031-03-02 02:00:00"):
            self.assertIn("ran out", self.problems(self.fill_about("renewal", old)))

    def test_a_late_renewal_may_count_as_a_new_application(self):
        old = self.licensed()
        self.about["renewal"].action_new_version()
        draft = self.about["renewal"].draft_version_id
        draft.renewal_late = "as_new"
        draft.action_publish()
        with self.at("2031-02-10 02:00:00"):
            case = self.file_about("renewal", old)
            self.assertFalse(case._get_events()[0].payload["certificate"]["in_time"])
            new = self.conclude(case).certificate_ids
        self.assertEqual((str(new.valid_from), str(new.valid_to)), ("2031-02-10", "2036-02-09"))
        self.assertEqual((old.state, str(old.ended_on)), ("renewed", "2031-02-09"))

    def test_a_lost_certificate_is_replaced(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            new = self.conclude(self.file_about("reissue", old)).certificate_ids
        self.assertEqual((new.valid_from, new.valid_to), (old.valid_from, old.valid_to))
        self.assertEqual((new.revision, old.state), (2, "changed"))
        with self.at("2027-06-02 02:00:00"):
            self.assertFalse(old._get_public_facts()["is_valid"])
            self.assertIn("revision 2", old._get_public_facts()["note"])
            self.assertTrue(new._get_public_facts()["is_valid"])

    def test_the_holder_gives_it_up(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            case = self.conclude(self.file_about("cancellation", old))
        self.assertFalse(case.certificate_ids)
        self.assertEqual((old.state, str(old.cancelled_on)), ("cancelled", "2027-06-01"))
        kinds = case.document_ids.mapped("kind")
        self.assertNotIn("certificate", kinds)

    def test_a_refused_application_changes_nothing(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            case = self.conclude(self.file_about("change", old), "refuse")
        self.assertFalse(case.certificate_ids)
        self.assertEqual((self.latest(old), old.state), (old, "valid"))

    def test_the_paper_of_each_revision_has_its_own_number(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            new = self.conclude(self.file_about("change", old)).certificate_ids
        self.assertEqual(old.document_id.number, old.number)
        self.assertEqual(new.document_id.number, f"{old.number}-2")
        self.assertIn(old.number, new.document_id.body)
        self.assertNotIn(f"{old.number}-2", new.document_id.body, "the licence has one number")

    def test_renewed_and_changed_at_once(self):
        """Two kinds of application may run beside each other; neither undoes the other."""
        old = self.licensed()
        with self.at(DAY):
            change = self.file_about("change", old, applicant_name="New name")
            self.conclude(self.file_about("renewal", old))
            new = self.conclude(change).certificate_ids
        self.assertEqual(new.revision, 3)
        self.assertEqual((str(new.valid_from), str(new.valid_to)), ("2031-03-02", "2036-03-01"))
        self.assertEqual(self.latest(old), new)

    def test_chains_stay_whole(self):
        old = self.licensed()
        with self.at(DAY):
            case = self.conclude(self.file_about("renewal", old))
        for one in (old.case_id, case):
            self.assertFalse(one._get_events()._find_break())


@tagged("post_install", "-at_install", "gov")
class TestSilence(GovLicence):
    """No decision by expiry means renewed (Art. 50): the only licence by silence."""

    def test_undecided_by_expiry_is_renewed(self):
        old = self.licensed()
        with self.at(DAY):
            case = self.file_about("renewal", old)
            self.act("clerk", case, "accept")
        with self.at("2031-03-01 12:00:00"):
            self.tick()
            self.assertEqual(case.state, "accepted", "the last day is not over")
        with self.at("2031-03-03 02:00:00"):
            self.tick()
        self.assertEqual((case.state, case.outcome), ("decided", "granted"))
        new = case.certificate_ids
        self.assertTrue(new.is_renewed_by_silence)
        self.assertEqual((str(new.valid_from), str(new.valid_to)), ("2031-03-02", "2036-03-01"))
        self.assertEqual((old.state, str(old.ended_on)), ("renewed", VALID_TO))
        event = case._get_events()[-1:]
        self.assertEqual((event.kind, event.role), ("deem_renewed", "system"))
        self.assertIn("certificate", case.document_ids.mapped("kind"))
        self.assertIn("deem_renewed", case.env["gov.notice"].search(
            [("case_id", "=", case.id)]).mapped("kind"))  # fmt: skip

    def test_a_filing_nobody_answered_is_renewed_too(self):
        old = self.licensed()
        with self.at("2031-01-30 02:00:00"):
            case = self.file_about("renewal", old)
        with self.at("2031-03-03 02:00:00"):
            self.tick()
        self.assertTrue(self.latest(old).is_renewed_by_silence)
        self.assertEqual(case.outcome, "granted")

    def test_while_the_applicant_owes_papers_the_licence_runs_out(self):
        old = self.licensed()
        with self.at("2031-01-30 02:00:00"):
            case = self.file_about("renewal", old)
            notice = {"material": "Plan", "wrong": "Old", "expected": "New", "basis": "Art. 12"}
            self.act("clerk", case, "request_supplement", {"requests": [notice]})
        with self.at("2031-03-03 02:00:00"):
            self.tick()
            self.assertEqual((old.state, case.state), ("expired", "supplementing"))
            draft = self.answer(case)
            draft._save(draft.answers, draft.revision, replies={"0": "A new plan is not needed"})
            draft._submit()
            new = self.conclude(case).certificate_ids
        self.assertEqual((str(new.valid_from), old.state), ("2031-03-03", "expired"))
        self.assertEqual((new.number, new.revision), (old.number, 2))

    def test_a_licence_runs_out(self):
        old = self.licensed()
        other = self.licensed(answers={**ANSWERS, "area": "10"})
        with self.at("2031-03-01 12:00:00"):
            self.tick()
            self.assertEqual(old.state, "valid")
        with self.at("2031-03-02 02:00:00"):
            self.assertEqual(old._say_state(), "Expired", "said before the nightly run")
            self.tick()
        for one in (old, other):
            self.assertEqual((one.state, str(one.ended_on)), ("expired", VALID_TO))
        with self.at("2031-03-04 02:00:00"):
            payload = {"ground": "expired", "ground_on": VALID_TO}
            self.act("chief", old.case_id, "cancel_licence", payload)
        self.assertEqual((old.state, str(old.cancelled_on)), ("cancelled", "2031-03-04"))

    def test_a_licence_does_not_expire_while_silence_renews_it(self):
        old = self.licensed()
        with self.at(DAY):
            self.file_about("renewal", old)
        with self.at("2031-03-02 02:00:00"), self.assertRaisesRegex(UserError, "renew"):
            old.case_id.with_user(1)._act("expire")

    def test_one_that_fails_holds_up_none(self):
        one, other = self.licensed(), self.licensed()
        broken = one.case_id.id
        act = LicenceDoor._act

        def failing(case, kind, *args, **options):
            if case.id == broken and kind == "expire":
                raise UserError("no")
            return act(case, kind, *args, **options)

        with (
            self.at("2031-03-02 02:00:00"),
            patch.object(LicenceDoor, "_act", failing),
            self.assertLogs("odoo.addons.gov_approval.models.gov_case_time", "ERROR"),
        ):
            self.tick()
        self.assertEqual((one.state, other.state), ("valid", "expired"))

    def test_the_holder_is_reminded_once(self):
        old = self.licensed()
        self.assertEqual(str(old.remind_on), "2031-01-30")
        sent = [("case_id", "=", old.case_id.id), ("kind", "=", "remind_renewal")]
        Notice = self.env["gov.notice"]
        with self.at("2031-01-29 02:00:00"):
            self.tick("_cron_remind", "gov.certificate")
            self.assertFalse(Notice.search(sent))
        for moment in ("2031-01-30 02:00:00", "2031-01-31 02:00:00"):
            with self.at(moment):
                self.tick("_cron_remind", "gov.certificate")
        notice = Notice.search(sent)
        self.assertEqual(len(notice), 1)
        with self.at("2031-01-30 02:00:00"):
            self.assertIn(VALID_TO, notice._prepare_mail_vals("a@b.cn")["body_html"])


@tagged("post_install", "-at_install", "gov")
class TestLicenceEnds(GovLicence):
    def test_revoked_after_the_holder_was_heard(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            with self.assertRaisesRegex(UserError, "Hear the holder"):
                unheard = {"ground": "unqualified", "reasons": "No kitchen"}
                self.act("chief", old.case_id, "revoke_licence", unheard)
            self.revoke(old, ground="unqualified")
        self.assertEqual((old.state, str(old.ended_on)), ("revoked", "2027-06-01"))
        with self.at("2027-06-02 02:00:00"):
            facts = old._get_public_facts()
            self.assertFalse(facts["is_valid"])
            self.assertIn("Revoked", facts["state"])
            payload = {"ground": "revoked", "ground_on": "2027-06-01"}
            self.act("chief", old.case_id, "cancel_licence", payload)
        self.assertEqual(old.state, "cancelled")

    def test_suspended_and_resumed(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            self.act("chief", old.case_id, "suspend_licence", {"reasons": "Flood"})
            self.assertEqual(old.state, "suspended")
            self.assertFalse(old._get_public_facts()["is_valid"])
            self.assertIn("suspended", self.problems(self.fill_about("change", old)))
            self.act("chief", old.case_id, "resume_licence", {"reasons": "Dry"})
            self.assertEqual(old.state, "valid")
            self.assertFalse(self.problems(self.fill_about("change", old)))

    def test_a_suspension_outlasts_a_renewal(self):
        old = self.licensed()
        with self.at(DAY):
            case = self.file_about("renewal", old)
            self.act("chief", old.case_id, "suspend_licence", {"reasons": "Flood"})
            new = self.conclude(case).certificate_ids
            self.assertEqual((new.state, old.state), ("suspended", "renewed"))
            self.act("chief", case, "resume_licence", {"reasons": "Dry"})
        self.assertEqual(new.state, "valid")

    def test_nothing_is_granted_about_a_licence_that_has_ended(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            case = self.file_about("change", old)
            self.revoke(old)
            with self.assertRaisesRegex(UserError, "nothing to grant"):
                self.conclude(case)
            payload = {"decision": "refuse", "opinion": "Revoked meanwhile"}
            self.act("chief", case, "decide", payload)
        self.assertEqual((case.outcome, old.state), ("refused", "revoked"))

    def test_acts_on_a_revision_that_was_replaced(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            self.conclude(self.file_about("change", old))
            with self.assertRaisesRegex(UserError, "not possible"):
                self.act("chief", old.case_id, "suspend_licence", {"reasons": "Flood"})


@tagged("post_install", "-at_install", "gov")
class TestWhoMayAsk(GovLicence):
    """Only the holder asks about a certificate that is alive and of the kind."""

    def test_however_the_number_is_typed(self):
        old = self.licensed()
        odd = old.number.replace("〔", " (").replace("〕", "） ").translate(
            {ord(str(n)): chr(0xFF10 + n) for n in range(10)}
        )
        with self.at("2027-06-01 02:00:00"):
            case = self.file_about("change", odd)
        self.assertEqual(case.about_certificate_id, old)

    def test_foreign_and_unknown_numbers_look_alike(self):
        foreign = self.licensed("stranger")
        with self.at("2027-06-01 02:00:00"):
            said = [
                self.problems(self.fill_about("change", number)).replace(number, "")
                for number in (foreign.number, "测市监证字〔2020〕第99999号")
            ]
        self.assertEqual(*said)
        self.assertIn("belongs to your account", said[0])

    def test_the_number_of_the_holder_proves_nothing_online(self):
        """A stranger states the holder's own credit code and certificate number."""
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            draft = self.fill_about("cancellation", old, by="stranger")
            self.assertIn("belongs to your account", self.problems(draft))
            with self.assertRaises(UserError):
                draft._submit()
        self.assertEqual(old.state, "valid")

    def test_one_account_with_two_companies(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            draft = self.fill_about("change", old, applicant_credit_code="11621200MB193864XN")
            self.assertIn("belongs to your account", self.problems(draft))

    def test_at_the_window_the_papers_prove_the_holder(self):
        old = self.licensed("clerk")
        with self.at("2027-06-01 02:00:00"):
            online = self.fill_about("change", old)
            self.assertIn("come to the window", self.problems(online))
            case = self.file_about("change", old, by="clerk")
            self.assertEqual(case.about_certificate_id, old)
            other = self.fill_about(
                "change", old, by="clerk", applicant_credit_code="11621200MB193864XN"
            )
            self.assertIn("holds no certificate", self.problems(other))

    def test_a_certificate_of_another_kind(self):
        old = self.licensed()
        foreign = self.about["renewal"]
        self.about["change"].action_new_version()
        draft = self.about["change"].draft_version_id
        draft.certificate_item_ids = foreign
        draft.action_publish()
        with self.at("2027-06-01 02:00:00"):
            problems = self.problems(self.fill_about("change", old))
        self.assertIn("is not about certificates such as", problems)

    def test_a_certificate_that_has_ended(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            self.revoke(old)
            problems = self.problems(self.fill_about("change", old))
        self.assertIn("Revoked", problems)

    def test_a_replaced_revision_leads_to_the_one_in_force(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            new = self.conclude(self.file_about("change", old)).certificate_ids
            case = self.file_about("change", old)
        self.assertEqual(case.about_certificate_id, new)
        self.assertEqual(case._get_events()[0].payload["certificate"]["revision"], 2)

    def test_a_second_application_of_the_kind_waits(self):
        old = self.licensed()
        with self.at(DAY):
            first, second = (self.fill_about("renewal", old) for _n in range(2))
            case = first._submit()
            with self.assertRaisesRegex(UserError, f"Case {case.number}"):
                second._submit()
            with self.at("2031-01-11 02:00:00"):
                case.with_user(self.world["applicant"]).sudo()._act("withdraw", {})
                self.assertTrue(second._submit())

    def test_two_filings_that_did_not_see_each_other(self):
        """The check ran before the other one committed: the database has the last word."""
        old = self.licensed()
        with self.at(DAY):
            first, second = (self.fill_about("renewal", old) for _n in range(2))
            first._submit()
            with (
                patch.object(type(second), "_say_still_open", lambda *_args: ""),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(Exception, "gov_case_about_uniq"),
                self.env.cr.savepoint(),
            ):
                second._submit()
                self.env.flush_all()

    def test_a_supplement_cannot_change_hands(self):
        old = self.licensed()
        other = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            case = self.file_about("change", old)
            notice = {"material": "Plan", "wrong": "Old", "expected": "New", "basis": "Art. 12"}
            self.act("clerk", case, "request_supplement", {"requests": [notice]})
            for answers in (
                {"licence": other.number},
                {"applicant_credit_code": "11621200MB193864XN"},
            ):
                draft = self.answer(case)
                answers = {**ANSWERS, "licence": old.number, **answers}
                draft._save(answers, draft.revision, replies={"0": "As it stands"})
                refused = self.assertRaisesRegex(UserError, "new application")
                with refused, self.env.cr.savepoint():
                    draft._submit()

    def test_a_correction_cannot_change_hands(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            case = self.file_about("change", old)
            correction = {"value": "11621200MB193864XN", "initialled_by": "Li"}
            with self.assertRaisesRegex(UserError, "new application"):
                self.act("clerk", case, "correct", {"field": "applicant_credit_code", **correction})
            with self.assertRaises(UserError):
                self.act("clerk", case, "correct", {"field": "licence", **correction})

    def test_the_register_is_written_by_acts_only(self):
        old = self.licensed()
        for user in ("chief", "administrator", "auditor"):
            certificate = old.with_user(self.world[user])
            with self.assertRaises(UserError):
                certificate.write({"state": "valid", "valid_to": date(2099, 1, 1)})
        with self.assertRaises(UserError):
            old.sudo().write({"revision": 7})
        with self.assertRaises(UserError):
            self.env["gov.certificate"].sudo().create({"number": "x"})


@tagged("post_install", "-at_install", "gov")
class TestRegisterScreen(GovLicence):
    def test_the_lamp_says_how_long_it_lasts(self):
        old = self.licensed()
        for moment, lamp, text in (
            ("2030-01-01 02:00:00", "green", "424 days left"),
            ("2030-12-05 02:00:00", "yellow", "86 days left"),
            ("2031-02-20 02:00:00", "orange", "9 days left"),
            ("2031-03-01 02:00:00", "orange", "Last day"),
            ("2031-03-02 02:00:00", "red", "Expired"),
        ):
            with self.subTest(moment), self.at(moment):
                old.invalidate_recordset(["lamp", "remaining_text"])
                self.assertEqual((old.lamp, old.remaining_text), (lamp, text))

    def test_acts_are_offered_to_those_who_may(self):
        old = self.licensed()
        with self.at("2027-06-01 02:00:00"):
            offered = {
                login: set((old.with_user(self.world[login]).possible_acts or "").split())
                for login in ("chief", "reviewer", "clerk", "supervisor", "leader", "auditor")
            }
        self.assertIn("suspend_licence", offered["chief"])
        self.assertIn("cancel_licence", offered["chief"])
        self.assertNotIn("resume_licence", offered["chief"])
        self.assertEqual(offered["reviewer"], {"hear_holder", "penalise_licence"})
        for login in ("clerk", "supervisor", "leader", "auditor"):
            self.assertFalse(offered[login])

    def test_the_licence_page_shows_its_revisions_and_history(self):
        old = self.licensed()
        with self.at(DAY):
            new = self.conclude(self.file_about("renewal", old)).certificate_ids
        for login in ("chief", "supervisor", "auditor"):
            page = new.with_user(self.world[login])
            self.assertEqual(page.revision_ids, new | old)
            self.assertIn(old.case_id.number, page.history_html)
            self.assertTrue(page.document_ids)
        leader = new.with_user(self.world["leader"])
        self.assertFalse(leader.document_ids, "contents are not for leaders")
        self.assertEqual(len(leader.revision_ids), 2)

    def test_which_run_out_soon(self):
        old = self.licensed()
        search = self.env.ref("gov_approval.gov_certificate_view_search").arch
        self.assertIn("today +30d", search)
        with self.at("2031-02-10 02:00:00"):
            found = self.env["gov.certificate"].search(
                [("state", "=", "valid"), ("valid_to", "<=", "today +30d")]
            )
            self.assertIn(old, found)
