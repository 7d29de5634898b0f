import hashlib
import logging
import tempfile
import zipfile

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..kernel import archive, archive_build
from ..kernel.case_facts import CLOSED
from ..kernel.errors import KernelError
from . import archive_contents
from .gov_sealed import DOOR
from .rpc import on_one_record, on_records
from .speech import say

_logger = logging.getLogger(__name__)

#: An archive holds everything on a case, so it is for those who may see everything on it.
ARCHIVE_GROUPS = (
    "gov_approval.group_gov_reviewer,gov_approval.group_gov_representative,"
    "gov_approval.group_gov_supervisor,gov_approval.group_gov_auditor"
)
#: Who asks whether an archive holds, and is told.
VERIFIER_GROUPS = "gov_approval.group_gov_supervisor,gov_approval.group_gov_auditor"
#: What one export may hold; more is exported in parts.
MAX_EXPORTED, MAX_EXPORTED_BYTES = 100, 2**30


class GovCaseArchive(models.Model):
    """The archive of a closed case (归档包), one edition: the file, as it was filed.

    Its digest stands in the event ``archive`` of the case.  Later acts on the case make a further
    edition; earlier ones stay.
    """

    _name = "gov.case.archive"
    _description = "Archive of a case"
    _inherit = ["gov.sealed"]
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    item_id = fields.Many2one(related="case_id.item_id")
    department_id = fields.Many2one(related="case_id.department_id")
    closed_at = fields.Datetime(related="case_id.closed_at")
    event_id = fields.Many2one("gov.case.event", required=True, readonly=True, ondelete="restrict")
    edition = fields.Integer(required=True, readonly=True, aggregator=None)
    digest = fields.Char(string="SHA-256", required=True, readonly=True)
    size = fields.Integer(string="Bytes", required=True, readonly=True, aggregator=None)
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", required=True, readonly=True, ondelete="restrict"
    )
    filed_at = fields.Datetime(required=True, readonly=True)

    # The last verification
    verdict = fields.Selection([("holds", "Holds"), ("broken", "Does not hold")], readonly=True)
    verified_at = fields.Datetime(readonly=True)
    verified_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    findings = fields.Json(readonly=True)
    findings_text = fields.Text(string="Findings", compute="_compute_findings_text")

    _edition_uniq = models.Constraint(
        "UNIQUE (case_id, edition)", "This edition of the archive was filed already."
    )
    _event_uniq = models.Constraint("UNIQUE (event_id)", "This archive was filed already.")

    # ------------------------------------------------------------- verification

    @on_records
    def action_verify(self):
        """Verify these archives and the records behind them now (立即验证)."""
        self.check_access("read")
        if not self.env.user.has_groups(VERIFIER_GROUPS):
            raise AccessError(
                self.env._("Auditors and supervisors verify archives; ask one of them.")
            )
        self._check_is_little()
        for filed in self.sudo():  # the verdict is the system's own, on records that may be read
            filed._verify()
        return True

    def _verify(self):
        found = {"archive": self._find_faults(), "records": self._find_faults_of_records()}
        self._door_write(
            DOOR,
            {
                "verdict": "broken" if any(found.values()) else "holds",
                "verified_at": fields.Datetime.now(),
                "verified_by_id": self.env.uid,
                "findings": {
                    where: [{"code": one.code, "params": one.params} for one in faults]
                    for where, faults in found.items()
                },
            },
        )

    def _find_faults(self):
        """What is wrong with the file, compared with what its event and this row say of it."""
        recorded = (self.event_id.payload or {}).get("digest", "")
        # The history in the archive ends where the event that filed it goes on.
        found = archive.verify(self.attachment_id.raw or b"", recorded, self.event_id.previous)
        if self.digest != recorded:
            params = {"found": self.digest, "expected": recorded}
            found.append(archive.Finding("archive.other_digest", params))
        return found

    def _find_faults_of_records(self):
        """What is wrong with the history, the documents and the materials that the centre holds."""
        try:
            broken = self.case_id._get_events()._find_break()
            if broken:
                return [archive.Finding(broken.code, broken.params)]
            filing = archive_contents.gather(self.case_id, self.edition)
            return archive.verify(archive_build.build(filing))
        except KernelError as error:
            return [archive.Finding(error.code, error.params)]

    @api.depends("findings")
    @api.depends_context("lang")
    def _compute_findings_text(self):
        places = {
            "archive": self.env._("In the archive: %(finding)s"),
            "records": self.env._("In the records of the centre: %(finding)s"),
        }
        for filed in self:
            filed.findings_text = "\n".join(
                places[where] % {"finding": say(self.env, archive.Finding(**one))}
                for where, found in (filed.findings or {}).items()
                for one in found
            )

    # ------------------------------------------------------------------- export

    @on_one_record
    def action_download(self):
        """The file itself, to be kept or verified elsewhere (下载归档包)."""
        self.check_access("read")
        self.env["gov.case.archive.export"]._log(self, self.digest)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }

    @on_records
    def action_export(self):
        """Several archives in one file, with a list of their digests (批量导出)."""
        self.check_access("read")
        self._check_is_little()
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov/archives/export?ids={','.join(map(str, self.ids))}",
            "target": "download",
        }

    def _check_is_little(self):
        if len(self) > MAX_EXPORTED or sum(self.mapped("size")) > MAX_EXPORTED_BYTES:
            raise UserError(
                self.env._(
                    "At most %(count)s archives of together %(limit)s MB are handled at once;"
                    " choose fewer.",
                    count=MAX_EXPORTED,
                    limit=MAX_EXPORTED_BYTES // 2**20,
                )
            )

    def _write_export(self):
        """A temporary file with these archives as they are, logged; beside them ``SHA256SUMS``."""
        self.check_access("read")
        self._check_is_little()
        file = tempfile.TemporaryFile()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as export:
            for filed in self:
                export.writestr(filed.attachment_id.name, filed.attachment_id.raw)
                filed.attachment_id.invalidate_recordset()  # one archive in memory at a time
            sums = "".join(f"{filed.digest}  {filed.attachment_id.name}\n" for filed in self)
            export.writestr("SHA256SUMS", sums)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.env["gov.case.archive.export"]._log(self, digest)
        file.seek(0)
        return file


class GovCase(models.Model):
    """Filing on completion (办结归档, DA/T 85-2019)."""

    _inherit = "gov.case"

    archive_ids = fields.One2many(
        "gov.case.archive", "case_id", string="Archives", readonly=True, groups=ARCHIVE_GROUPS
    )
    is_to_archive = fields.Boolean(
        string="To be archived",
        readonly=True,
        help="Closed, and its present history is in no archive yet.",
    )

    _to_archive_idx = models.Index("(id) WHERE is_to_archive")

    @on_one_record
    def action_open_archives(self):
        """The archives of this case (查看归档), for those who may read it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Archives"),
            "res_model": "gov.case.archive",
            "view_mode": "list,form",
            "domain": [("case_id", "=", self.id)],
        }

    # ------------------------------------------------------------------- filing

    def _prepare_columns(self, after, dues):
        vals = super()._prepare_columns(after, dues)
        return vals | {"is_to_archive": after.state == CLOSED and after.archived_at is None}

    def _file_archive(self):
        """Build, verify and keep the next edition of the archive of this closed case.

        :raises UserError: if the records of the case do not hold together
        """
        self._lock()
        edition = len(self.archive_ids) + 1
        try:
            content = archive_build.build(archive_contents.gather(self, edition))
            faults = archive.verify(content)
        except KernelError as error:
            faults = [error]
        if faults:
            raise UserError(
                self.env._(
                    "Case %(number)s is not archived: %(findings)s",
                    number=self.number,
                    findings=" ".join(say(self.env, fault) for fault in faults),
                )
            )
        self._act("archive", facts={"digest": archive.sha256(content), "size": len(content)})
        return self._keep_archive(edition, content)

    def _keep_archive(self, edition, content):
        event, name = self._get_events()[-1:], f"{self.number}-{edition}"
        attachment = self.env["ir.attachment"]._door_create(
            DOOR,
            [
                {
                    "name": f"{name}.zip",
                    "raw": content,
                    "mimetype": "application/zip",
                    "res_model": "gov.case.archive",
                }
            ],
        )
        filed = self.env["gov.case.archive"]._door_create(
            DOOR,
            [
                {
                    "name": name,
                    "case_id": self.id,
                    "event_id": event.id,
                    "edition": edition,
                    "digest": event.payload["digest"],
                    "size": len(content),
                    "attachment_id": attachment.id,
                    "filed_at": event.at,
                }
            ],
        )
        attachment._door_write(DOOR, {"res_id": filed.id})
        return filed

    @api.model
    def _cron_archive(self):
        """File what is closed into archives (自动归档), one case a transaction.

        Hosts share the work by row locks.  A case that cannot be archived is logged and keeps
        none waiting; it is tried again by the next run.
        """
        last, remaining = 0, None
        while case := self._lock_next_to_archive(last):
            last = case.id
            try:
                with self.env.cr.savepoint():
                    case._file_archive()
            except Exception:
                _logger.exception("Case %s could not be archived", case.number)
            if remaining is None:
                remaining = self._count_to_archive(last) + 1
            remaining = max(remaining - 1, 0)
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    def _lock_next_to_archive(self, after_id):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM gov_case c WHERE %s ORDER BY id LIMIT 1"
                " FOR NO KEY UPDATE SKIP LOCKED",
                self._sql_to_archive(after_id),
            )
        )
        row = self.env.cr.fetchone()
        return self.browse(row[0]) if row else self.browse()

    def _count_to_archive(self, after_id):
        condition = self._sql_to_archive(after_id)
        self.env.cr.execute(SQL("SELECT count(*) FROM gov_case c WHERE %s", condition))
        return self.env.cr.fetchone()[0]

    def _sql_to_archive(self, after_id):
        """Closed long enough, all documents printed, and no obligation that is still due."""
        settings = self.env["ir.config_parameter"].sudo()  # a setting of the centre, not a secret
        days = settings.get_param("gov_approval.archive_after_days", "0")
        if not days.isdecimal():
            raise UserError(
                self.env._(
                    "The setting gov_approval.archive_after_days is “%(value)s”; enter a number of"
                    " days, 0 for at once.",
                    value=days,
                )
            )
        closed_before = fields.Datetime.subtract(fields.Datetime.now(), days=int(days))
        return SQL(
            """c.is_to_archive AND c.id > %s AND c.closed_at <= %s AND c.next_due_on IS NULL
               AND NOT EXISTS (SELECT FROM gov_case_document d
                               WHERE d.case_id = c.id AND d.attachment_id IS NULL)""",
            after_id,
            closed_before,
        )
