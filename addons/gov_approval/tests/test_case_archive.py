"""Filing on completion: what is filed when, for whom, and that tampering shows afterwards."""

import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..kernel import archive
from ..models.gov_sealed import DOOR
from .common import ANSWERS, PDF, GovCase
from .portal_http import PortalHttp

CRON_LOGGER = "odoo.addons.gov_approval.models.gov_case_archive"
PENALTY = {"organ": "Market inspectorate", "decision_number": "[2027] 5", "reasons": "Breach"}


class ArchiveCase(GovCase):
    def closed(self, case=None, printed=True):
        """A case that was granted and delivered."""
        case = self.reviewed(case)
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        self.act("clerk", case, "deliver", {"method": "window", "receiver": "Li"})
        case = self.as_system(case)
        if printed:
            self.print_documents(case)
        return case

    def as_system(self, case):
        """The case as the scheduled jobs see it."""
        return self.env["gov.case"].browse(case.id)

    def print_documents(self, case):
        for document in case.document_ids:
            document._get_pdf()

    def supplemented(self):
        """A case with a second round of materials."""
        case = self.file()
        request = {"material": "plan", "wrong": "No scale", "expected": "Scale", "basis": "12"}
        self.act("clerk", case, "request_supplement", {"requests": [request]})
        draft = self.env["gov.case.draft"].with_user(self.world["applicant"]).sudo()
        draft = draft._open_supplement(case)
        draft._add_file("plan", "平面图 2.pdf", PDF + b"%two")
        draft._save(ANSWERS, draft.revision)
        draft._submit()
        return case

    def filed(self, case=None):
        """The archive of a closed case."""
        return (case or self.closed())._file_archive()

    def tick(self):
        """Let the cron file archives, on a cursor that may commit."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["gov.case"]._cron_archive()
        self.env.invalidate_all()

    def run_sql(self, query, **values):
        """What the owner of the database can do."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE gov_case_event DISABLE TRIGGER USER")
        self.env.cr.execute(SQL(query, **values))
        self.env.cr.execute("ALTER TABLE gov_case_event ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def exchange_file(self, attachment, content):
        """Other bytes behind an attachment, its record left as it was."""
        other = self.env["ir.attachment"].create({"name": "x", "raw": content})
        self.env.flush_all()
        self.run_sql(
            "UPDATE ir_attachment a SET store_fname = o.store_fname, db_datas = o.db_datas"
            " FROM ir_attachment o WHERE a.id = %(id)s AND o.id = %(other)s",
            id=attachment.id,
            other=other.id,
        )


@tagged("post_install", "-at_install", "gov")
class TestFiling(ArchiveCase):
    def test_a_closed_case_is_filed_once_with_its_digest_in_the_history(self):
        case = self.closed()
        head = case.head
        self.tick()
        filed = case.archive_ids
        self.assertEqual(len(filed), 1)
        event = case.event_ids.sorted("sequence")[-1]
        self.assertEqual((event.kind, event.role, event.previous), ("archive", "system", head))
        content = filed.attachment_id.raw
        self.assertEqual(event.payload, {"digest": archive.sha256(content), "size": len(content)})
        self.assertEqual((filed.event_id, filed.digest), (event, event.payload["digest"]))
        self.assertEqual((filed.edition, filed.name), (1, f"{case.number}-1"))
        self.assertEqual(archive.verify(content, filed.digest), [])
        self.assertIsNone(case.event_ids._find_break())
        self.tick()
        self.assertEqual(case.archive_ids, filed)

    def test_not_before_it_is_closed_printed_and_free_of_obligations(self):
        open_case, unprinted = self.as_system(self.reviewed()), self.closed(printed=False)
        promised = self.closed()
        promised._door_write(DOOR, {"next_due_on": "2027-01-05"})  # as an open check has it
        self.tick()
        cases = open_case | unprinted | promised
        self.assertFalse(cases.archive_ids)
        self.print_documents(unprinted)
        promised._door_write(DOOR, {"next_due_on": False})
        self.tick()
        self.assertEqual(cases.archive_ids.case_id, unprinted | promised)

    def test_it_waits_as_many_days_as_the_centre_sets(self):
        settings = self.env["ir.config_parameter"]
        with self.at("2026-12-01 02:00:00"):
            case = self.closed()
        settings.set_param("gov_approval.archive_after_days", "3")
        with self.at("2026-12-04 01:59:00"):
            self.tick()
            self.assertFalse(case.archive_ids)
        with self.at("2026-12-04 02:01:00"):
            self.tick()
            self.assertTrue(case.archive_ids)
        settings.set_param("gov_approval.archive_after_days", "soon")
        with self.assertRaisesRegex(UserError, "“soon”; enter a number of days"):
            self.env["gov.case"]._cron_archive()

    def test_a_later_act_makes_another_edition_and_the_first_stays(self):
        case = self.closed()
        first = self.filed(case)
        content = first.attachment_id.raw
        self.act("reviewer", case, "penalise_licence", PENALTY)
        self.print_documents(case)
        self.tick()
        second = case.archive_ids - first
        self.assertEqual((second.edition, first.attachment_id.raw), (2, content))
        kinds = case.event_ids.sorted("sequence").mapped("kind")
        self.assertEqual(kinds[-3:], ["archive", "penalise_licence", "archive"])
        with zipfile.ZipFile(io.BytesIO(second.attachment_id.raw)) as file:
            events = json.loads(file.read(archive.EVENTS))
        self.assertEqual(events[-2]["body"]["payload"]["digest"], first.digest)
        for filed in first | second:
            self.assertEqual(archive.verify(filed.attachment_id.raw, filed.digest), [])

    def test_a_case_that_does_not_hold_is_named_and_keeps_none_waiting(self):
        bad, good = self.closed(), self.closed()
        self.exchange_file(bad.material_ids.attachment_id[:1], PDF + b"%other")
        with self.assertLogs(CRON_LOGGER, "ERROR") as log:
            self.tick()
        self.assertFalse(bad.archive_ids)
        self.assertTrue(good.archive_ids)
        self.assertIn(f"Case {bad.number} could not be archived", log.output[0])
        self.assertIn("The material “plan.pdf” is not the file that event 1", log.output[0])
        self.assertEqual(bad.event_ids.sorted("sequence")[-1].kind, "deliver", "nothing half done")

    def test_what_does_not_hold_is_refused_whatever_it_is(self):
        case = self.closed()
        document = case.document_ids[:1]
        for query, finding in (
            ("UPDATE gov_case_document SET content = '{}' WHERE id = %(document)s", "digest in ev"),
            ("UPDATE gov_case_document SET number = 'x' WHERE id = %(document)s", "does not match"),
            ("UPDATE gov_case_material SET digest = 'x' WHERE case_id = %(case)s", "The material"),
            (
                "UPDATE gov_item_version SET definition = definition || '{\"schema\": 2}'"
                " WHERE id = %(version)s",
                "version of the item is not the one",
            ),
            (
                "UPDATE gov_case_event SET payload = payload || '{\"note\": \"x\"}'"
                " WHERE case_id = %(case)s AND sequence = 2",
                "event 2 does not match its digest",
            ),
        ):
            with self.env.cr.savepoint() as savepoint:
                ids = {"document": document.id, "case": case.id, "version": self.version.id}
                self.run_sql(query, **ids)
                self.registry.clear_cache()
                with self.assertRaisesRegex(UserError, finding):
                    case._file_archive()
                savepoint.rollback()
            self.env.invalidate_all()
            self.registry.clear_cache()
        self.exchange_file(document.attachment_id, b"%PDF-1.7 other")
        with self.assertRaisesRegex(UserError, "not the one that was printed"):
            case._file_archive()

    def test_only_the_system_files_archives_and_nobody_writes_them(self):
        case = self.closed()
        for persona in ("clerk", "reviewer", "chief", "auditor"):
            with self.assertRaises(UserError, msg=persona):
                self.act(persona, case, "archive", {"digest": "0" * 64, "size": 1})
        with self.assertRaises(UserError):
            self.as_system(self.reviewed())._file_archive()
        filed = self.filed(case)
        for change in (
            lambda: filed.write({"digest": "0" * 64}),
            lambda: filed.unlink(),
            lambda: filed.create({"case_id": case.id}),
            lambda: filed.attachment_id.write({"raw": b"x"}),
            lambda: filed.attachment_id.unlink(),
        ):
            with self.assertRaises(UserError):
                change()


@tagged("post_install", "-at_install", "gov")
class TestContents(ArchiveCase):
    @contextmanager
    def outside(self, filed):
        """A folder with the archive, unpacked: what a stranger without Odoo has."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "case.zip")
            path.write_bytes(filed.attachment_id.raw)
            with zipfile.ZipFile(path) as file:
                file.extractall(folder)
            yield Path(folder)

    def verify(self, folder, *arguments):
        """The verification that the archive carries, run without Odoo; exit code and text."""
        result = subprocess.run(
            [sys.executable, "-S", "-E", "verify.py", "case.zip", *arguments],
            cwd=folder,
            env={"PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=False,
        )
        self.assertFalse(result.stderr)
        return result.returncode, result.stdout.decode()

    def test_a_whole_life_verifies_outside_of_odoo(self):
        filed = self.filed(self.closed(self.supplemented()))
        with self.outside(filed) as folder:
            code, text = self.verify(folder, "--digest", filed.digest)
            self.assertEqual(code, 0, text)
            self.assertIn("验证通过", text)
            forged = bytearray(filed.attachment_id.raw)
            forged[len(forged) // 2] ^= 1
            (folder / "case.zip").write_bytes(forged)
            code, text = self.verify(folder)
            self.assertEqual(code, 1, text)

    def test_everything_of_the_case_is_in_it(self):
        case = self.closed(self.supplemented())
        filed = self.filed(case)
        with self.outside(filed) as folder:
            events = json.loads((folder / archive.EVENTS).read_text())
            documents = json.loads((folder / archive.DOCUMENTS).read_text())
            materials = json.loads((folder / archive.MATERIALS).read_text())
            facts = json.loads((folder / archive.CASE).read_text())
            page = (folder / archive.INDEX).read_text()
            kinds = [event["body"]["kind"] for event in events]
            self.assertEqual(kinds, case.event_ids.sorted("sequence").mapped("kind")[:-1])
            self.assertEqual(
                [row["row"]["number"] for row in documents],
                case.document_ids.sorted("id").mapped("number"),
            )
            for row, document in zip(documents, case.document_ids.sorted("id"), strict=True):
                self.assertEqual((folder / row["file"]).read_bytes(), document.attachment_id.raw)
            self.assertEqual(
                sorted(hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest()
                       for row in materials),
                sorted(case.material_ids.mapped("digest")),
            )
            self.assertEqual(
                json.loads((folder / archive.DEFINITION).read_text()),
                json.loads(json.dumps(self.version.definition)),
            )
        self.assertEqual(facts["number"], case.number)
        self.assertEqual(facts["applicant"], ANSWERS["applicant_name"])
        self.assertEqual(facts["people"][str(self.world["chief"].id)], "chief")
        for part in (case.number, ANSWERS["applicant_name"], "平面图 2.pdf", "chief"):
            self.assertIn(part, page)

    def test_the_page_is_chinese_and_masks_what_documents_mask(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        module = self.env["ir.module.module"].search([("name", "=", "gov_approval")])
        module._update_translations(["zh_CN"])
        answers = {
            **ANSWERS,
            "applicant_kind": "person",
            "applicant_name": "Li",
            "applicant_person_id": "11010519491231002X",
        }
        del answers["applicant_credit_code"], answers["representative_name"]
        filed = self.filed(self.closed(self.file(answers=answers)))
        with self.outside(filed) as folder:
            page = (folder / archive.INDEX).read_text()
        for part in ("窗口工作人员", "完成本环节（review）", "准予许可", "审查人员"):
            self.assertIn(part, page)
        self.assertNotIn("11010519491231002X", page)

    def test_declined_and_withdrawn_cases_are_filed_as_well(self):
        declined, withdrawn = self.as_system(self.file()), self.as_system(self.file())
        self.act("clerk", declined, "decline", {"reasons": "Free"})
        withdrawn.with_user(self.world["applicant"]).sudo()._act("withdraw")
        for case in declined | withdrawn:
            self.print_documents(case)
            filed = self.filed(case)
            self.assertEqual(archive.verify(filed.attachment_id.raw, filed.digest), [])

    def test_both_digests_of_events(self):
        self.env["ir.config_parameter"].set_param("gov_approval.chain_algorithm", "sm3")
        filed = self.filed()
        self.assertEqual(archive.verify(filed.attachment_id.raw, filed.digest), [])


@tagged("post_install", "-at_install", "gov")
class TestVerification(ArchiveCase):
    def verified(self, filed, by="auditor"):
        filed.with_user(self.world[by]).action_verify()
        return filed.findings_text

    def test_it_holds_and_says_who_asked(self):
        filed = self.filed()
        self.assertFalse(filed.verdict)
        with self.at("2026-12-01 02:00:00"):
            self.assertEqual(self.verified(filed), "")
        self.assertEqual((filed.verdict, filed.verified_by_id.name), ("holds", "auditor"))
        self.assertEqual(str(filed.verified_at), "2026-12-01 02:00:00")
        self.verified(filed, "supervisor")
        self.assertEqual(filed.verified_by_id.name, "supervisor")

    def test_only_oversight_verifies(self):
        filed = self.filed()
        for persona in ("reviewer", "chief", "clerk", "administrator", "leader", "stranger"):
            with self.assertRaises(AccessError, msg=persona):
                self.verified(filed, persona)
        self.assertFalse(filed.verdict)

    def test_tampering_by_sql_is_found_and_named(self):
        filed = self.filed()
        case = filed.case_id
        for query, finding in (
            (
                "UPDATE gov_case_archive SET digest = 'x' WHERE id = %(id)s",
                "In the archive: The file has the digest x",
            ),
            (
                "UPDATE gov_case_event SET payload = payload || '{\"note\": \"x\"}'"
                " WHERE case_id = %(case)s AND sequence = 3",
                "In the records of the centre: The content of event 3 does not match its digest",
            ),
            (
                "UPDATE gov_case_event SET payload = '{\"digest\": \"x\"}' WHERE id = %(event)s",
                "In the archive: The file has the digest",
            ),
            (
                "UPDATE gov_case SET head = 'x' WHERE id = %(case)s",
                "In the records of the centre: The events end with event",
            ),
            (
                "UPDATE gov_case_document SET content = '{\"text\": \"x\"}'"
                " WHERE case_id = %(case)s AND kind = 'certificate'",
                "In the records of the centre: The text of the document",
            ),
            (
                "UPDATE gov_case_material SET name = 'x' WHERE case_id = %(case)s",
                "In the records of the centre: The material “plan.pdf”",
            ),
        ):
            with self.env.cr.savepoint() as savepoint:
                self.run_sql(query, id=filed.id, case=case.id, event=filed.event_id.id)
                self.assertIn(finding, self.verified(filed), query)
                self.assertEqual(filed.verdict, "broken")
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertEqual(self.verified(filed), "")

    def test_exchanged_files_are_found_and_named(self):
        filed = self.filed()
        original = filed.attachment_id.raw
        self.exchange_file(filed.attachment_id, original[:-30])
        self.assertRegex(self.verified(filed), "(?s)digest .* recorded.*From byte .* cut off")
        self.exchange_file(filed.attachment_id, original)
        self.assertEqual(self.verified(filed), "")
        self.exchange_file(filed.case_id.material_ids.attachment_id, PDF + b"%")
        self.assertIn("The material “plan.pdf” is not the file", self.verified(filed))

    @mute_logger("odoo.addons.base.models.ir_attachment")
    def test_a_lost_file_is_a_finding_and_no_traceback(self):
        filed = self.filed()
        self.run_sql(
            "UPDATE ir_attachment SET store_fname = 'zz/none', db_datas = NULL WHERE id = %(id)s",
            id=filed.attachment_id.id,
        )
        self.assertIn("it does not begin as a ZIP file", self.verified(filed))

    def test_the_whole_history_written_anew_is_found_by_the_filed_archive(self):
        """Who rehashes the events, head included, still does not match what was filed."""
        filed = self.filed()
        case = filed.case_id
        events = case.event_ids.sorted("sequence")
        previous = ""
        for event in events:
            payload = dict(event.payload or {})
            if event.sequence == 2:
                payload["note"] = "forged"
            body = event._body() | {"payload": payload}
            digest = archive.chain.digest(event.algorithm, previous, body)
            self.run_sql(
                "UPDATE gov_case_event SET payload = %(payload)s::jsonb, previous = %(previous)s,"
                " digest = %(digest)s WHERE id = %(id)s",
                payload=json.dumps(payload),
                previous=previous,
                digest=digest,
                id=event.id,
            )
            previous = digest
        self.run_sql(
            "UPDATE gov_case SET head = %(head)s WHERE id = %(id)s", head=previous, id=case.id
        )
        self.assertIsNone(case.event_ids._find_break(), "the chain alone shows nothing")
        self.assertIn("In the archive: The events end with event 6", self.verified(filed))


@tagged("post_install", "-at_install", "gov")
class TestExport(PortalHttp, ArchiveCase):
    ALLOWED = ("reviewer", "chief", "supervisor", "auditor")
    REFUSED = (
        "clerk", "foreign_clerk", "foreign_reviewer", "administrator", "leader", "manager",
        "cashier", "applicant", "stranger",
    )

    def get(self, by, path):
        self.sign_in(by)
        return self.url_open(path, allow_redirects=False)

    def test_download_for_those_who_review_or_oversee(self):
        filed = self.filed()
        path = f"/web/content/{filed.attachment_id.id}?download=true"
        for persona in self.ALLOWED:
            action = filed.with_user(self.world[persona]).action_download()
            self.assertEqual(action["url"], path)
            answer = self.get(persona, path)
            self.assertEqual(archive.verify(answer.content, filed.digest), [], persona)
            self.assertIn(f"{filed.name}.zip", answer.headers["Content-Disposition"])
        for persona in self.REFUSED:
            with self.assertRaises(AccessError, msg=persona):
                filed.with_user(self.world[persona]).action_download()
            self.assertEqual(self.get(persona, path).status_code, 404, persona)

    def test_several_in_one_file_with_their_digests(self):
        archives = self.filed() | self.filed()
        path = archives.with_user(self.world["auditor"]).action_export()["url"]
        for persona in self.ALLOWED:
            answer = self.get(persona, path)
            with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
                self.assertIsNone(file.testzip())
                for filed in archives:
                    content = file.read(f"{filed.name}.zip")
                    self.assertEqual(archive.verify(content, filed.digest), [])
                    line = f"{filed.digest}  {filed.name}.zip\n"
                    self.assertIn(line, file.read("SHA256SUMS").decode())
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
        for persona in self.REFUSED:
            self.assertEqual(self.get(persona, path).status_code, 404, persona)

    def test_odd_questions_get_one_answer(self):
        for ids in ("", "0", "999999999", "1,", "a", "-1", "1;2", "9" * 20, "1," * 300 + "1"):
            answer = self.get("auditor", f"/gov/archives/export?ids={ids}")
            self.assertEqual(answer.status_code, 404, ids)

    def test_the_limit_is_said_before_and_kept_behind(self):
        filed = self.filed()
        auditor = filed.with_user(self.world["auditor"])
        self.patch(type(filed), "_check_is_little", lambda records: refuse(records))
        for act in (auditor.action_export, auditor.action_verify):
            with self.assertRaisesRegex(UserError, "choose fewer"):
                act()
        answer = self.get("auditor", f"/gov/archives/export?ids={filed.id}")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("choose fewer", answer.text)

    def test_the_limit_counts_files_and_bytes(self):
        filed = self.filed()
        filed._check_is_little()
        filed._door_write(DOOR, {"size": 2**30 + 1})
        with self.assertRaisesRegex(UserError, "At most 100 archives of together 1024 MB"):
            filed._check_is_little()

    def test_the_case_leads_to_its_archives(self):
        filed = self.filed()
        case = filed.case_id.with_user(self.world["reviewer"])
        self.assertEqual(case.archive_ids, filed)
        action = case.action_open_archives()
        found = self.env[action["res_model"]].with_user(self.world["reviewer"])
        self.assertEqual(found.search(action["domain"]), filed)


def refuse(records):
    raise UserError("choose fewer")
