"""What leaves the centre is written down: who, when, which case, and the digest of the file."""

import hashlib

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_http import PortalHttp
from .test_case_archive import ArchiveCase

ALLOWED = ("reviewer", "chief", "supervisor", "auditor")
REFUSED = ("clerk", "foreign_reviewer", "administrator", "leader", "applicant", "stranger")
READERS = ("auditor", "administrator")


@tagged("post_install", "-at_install", "gov")
class TestExportLog(PortalHttp, ArchiveCase):
    def log(self):
        self.env.invalidate_all()
        return self.env["gov.case.archive.export"].search([], order="id")

    def export(self, by, archives):
        self.sign_in(by)
        ids = ",".join(map(str, archives.ids))
        return self.url_open(f"/gov/archives/export?ids={ids}", allow_redirects=False)

    def test_each_export_leaves_a_line_for_each_archive(self):
        archives = self.filed() | self.filed()
        for persona in ALLOWED:
            before = self.log()
            answer = self.export(persona, archives)
            self.assertEqual(answer.status_code, 200, persona)
            lines = self.log() - before
            self.assertEqual(lines.archive_id, archives, persona)
            self.assertEqual(lines.case_id, archives.case_id)
            self.assertEqual(sorted(lines.mapped("name")), sorted(archives.mapped("name")))
            self.assertEqual(lines.user_id, self.world[persona])
            self.assertEqual(
                set(lines.mapped("digest")), {hashlib.sha256(answer.content).hexdigest()}
            )
            self.assertTrue(all(lines.mapped("exported_at")))

    def test_a_download_by_its_button_leaves_a_line(self):
        filed = self.filed()
        for persona in ALLOWED:
            before = self.log()
            filed.with_user(self.world[persona]).action_download()
            line = self.log() - before
            self.assertEqual((line.archive_id, line.user_id), (filed, self.world[persona]))
            self.assertEqual(line.digest, filed.digest)

    def test_what_is_refused_leaves_no_line(self):
        filed = self.filed()
        for persona in REFUSED:
            self.assertEqual(self.export(persona, filed).status_code, 404, persona)
            with self.assertRaises(AccessError, msg=persona):
                filed.with_user(self.world[persona]).action_download()
        for ids in ("", "a", "999999999", f"{filed.id},999999999"):
            answer = self.url_open(f"/gov/archives/export?ids={ids}")
            self.assertEqual(answer.status_code, 404, ids)
        self.authenticate(None, None)
        self.url_open(f"/gov/archives/export?ids={filed.id}")
        self.assertFalse(self.log())

    def test_one_archive_that_may_not_be_read_stops_the_whole_export(self):
        own = self.filed()
        case = self.closed()
        other = self.filed(case)
        case.handling_department_ids.staff_ids -= self.world["reviewer"]
        self.assertEqual(self.export("reviewer", own | other).status_code, 404)
        self.assertFalse(self.log())

    @mute_logger(
        "odoo.models.unlink", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
    )
    def test_read_by_oversight_of_the_centre_and_written_by_nobody(self):
        filed = self.filed()
        filed.with_user(self.world["chief"]).action_download()
        line = self.log()
        vals = {"name": "x", "archive_id": filed.id, "case_id": filed.case_id.id, "digest": "0"}
        vals |= {"user_id": self.world["clerk"].id, "exported_at": "2026-01-01 00:00:00"}
        for persona in (*READERS, *ALLOWED, *REFUSED, None):
            mine = line.with_user(self.world[persona]) if persona else line.sudo()
            if persona in READERS:
                self.assertEqual(
                    mine.search([]).read(["user_id", "case_id", "digest"])[0]["digest"],
                    filed.digest,
                )
                shown = mine.web_search_read([], {"case_id": {"fields": {"display_name": {}}}})
                self.assertEqual(
                    shown["records"][0]["case_id"]["display_name"], filed.case_id.number
                )
            elif persona:
                with self.assertRaises(AccessError, msg=persona):
                    mine.search([])
            for change in (
                lambda mine=mine: mine.create(vals),
                lambda mine=mine: mine.write({"digest": "0"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
            ):
                with self.assertRaises(UserError, msg=persona):  # AccessError is one
                    change()
        self.assertEqual(self.log(), line)
        self.assertEqual(line.digest, filed.digest)
