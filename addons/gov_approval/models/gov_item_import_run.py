import io
import logging
from datetime import timedelta

import xlsxwriter
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from psycopg2 import OperationalError

from .gov_item_import_outcome import COLLISIONS, DEPARTMENTS, WAITING
from .rpc import on_one_record

_logger = logging.getLogger(__name__)

#: Lines of one transaction: a second of work, and no more is done again after a kill.
BATCH = 10
#: How long the report of a finished run can be read.
KEPT_DAYS = 90
#: In these states a run is worked off.
ACTIVE = ("waiting", "running")
_COLUMNS = (
    "file", "name", "code", "action", "text", "placed", "unplaced", "missing", "odd", "default",
)  # fmt: skip


class GovItemImportRun(models.Model):
    """Import of many items (批量导入), worked off by a cron with the rights of who began it.

    A line and the item made from it are stored by the same transaction: after a kill, what is done
    is never done twice and what is not done is done by the next turn of the cron.
    """

    _name = "gov.item.import.run"
    _description = "Import of many items"
    _order = "id desc"

    name = fields.Char(string="Files", readonly=True)
    department_id = fields.Many2one("gov.department", readonly=True, ondelete="set null")
    departments = fields.Selection(DEPARTMENTS, string="Items belong to", readonly=True)
    collision = fields.Selection(COLLISIONS, string="Item is there already", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Under way"),
            ("stopped", "Stopped"),
            ("done", "Done"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    line_ids = fields.One2many("gov.item.import.run.line", "run_id", string="Report")
    faulty_line_ids = fields.One2many(
        "gov.item.import.run.line",
        "run_id",
        string="Lines that are faulty",
        domain=[("ok", "=", False), ("action", "!=", WAITING)],
    )
    total = fields.Integer(string="Lines", compute="_compute_counts")
    done = fields.Integer(string="Lines done", compute="_compute_counts")
    good = fields.Integer(string="Good lines", compute="_compute_counts")
    faulty = fields.Integer(string="Faulty lines", compute="_compute_counts")
    progress = fields.Float(string="Share done", compute="_compute_counts")

    @api.depends("line_ids.action", "line_ids.ok")
    def _compute_counts(self):
        counts = {run.id: dict.fromkeys((WAITING, "good", "faulty"), 0) for run in self}
        for run, action, ok, count in self.env["gov.item.import.run.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "action", "ok"], ["__count"]
        ):
            kind = WAITING if action == WAITING else "good" if ok else "faulty"
            counts[run.id][kind] += count
        for run in self:
            found = counts[run.id]
            run.total = sum(found.values())
            run.good, run.faulty = found["good"], found["faulty"]
            run.done = run.good + run.faulty
            run.progress = 100 * run.done / run.total if run.total else 100

    # ----------------------------------------------------------------- beginning

    @api.model
    def _begin(self, files, unpacked, department, *, departments, collision, choices):
        """Store the files and a line for each entry; the cron does the rest.

        :param unpacked: as ``gov.item.import._unpack`` gives them for ``files``
        """
        self.env["gov.item.version"].check_access("create")
        run = self.sudo().create(  # nobody writes runs by hand; create_uid is who began it
            {
                "name": ", ".join(files)[:200],
                "department_id": department.id,
                "departments": departments,
                "collision": collision,
                "line_ids": [
                    Command.create(
                        {"position": position, "file": name, "action": WAITING}
                        | {"collision": choices.get(name)}
                    )
                    for position, name in enumerate(entry[0][-120:] for entry in unpacked)
                ],
            }
        )
        Attachment = self.env["ir.attachment"].sudo()  # of a record that its reader may not write
        Attachment.create(
            [
                {"name": name, "raw": content, "res_model": self._name, "res_id": run.id}
                for name, content in files.items()
            ]
        )
        run._wake()
        return self.browse(run.id)

    def _wake(self):
        cron = self.env.ref("gov_approval.ir_cron_import_items")
        cron.sudo()._trigger()  # managers of items need not administer crons

    def _get_attachments(self):
        return self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], order="id"
        )

    # -------------------------------------------------------------------- working

    @api.model
    def _cron_work_off(self):
        """Work off the runs, oldest first, as long as this turn of the cron has time."""
        for run in self.search([("state", "in", ACTIVE)], order="id"):
            if not run._work_off():
                return

    def _work_off(self):
        """Batch after batch; whether there is time left."""
        entries, seen, left = None, None, 1
        while left and self._take():
            if entries is None:
                files = {file.name: file.raw for file in self._get_attachments()}
                entries = list(self.env["gov.item.import"]._unpack(files))
                seen = self._get_seen()
            done, left = self._work_batch(entries, seen)
            if not self.env["ir.cron"]._commit_progress(done, remaining=left):
                return False
        return True

    def _take(self):
        """Lock the run for this transaction; not when it was stopped or another host has it."""
        if not self.try_lock_for_update():
            return False
        self.invalidate_recordset()
        return self.state in ACTIVE

    def _get_seen(self):
        """Code -> file, of the lines that are done: in a run each code stands once."""
        lines = self.line_ids.filtered("source_code").sorted("position", reverse=True)
        return {line.source_code: line.file for line in lines}

    def _work_batch(self, entries, seen):
        """(lines done now, lines left)"""
        waiting = [("run_id", "=", self.id), ("action", "=", WAITING)]
        Line = self.env["gov.item.import.run.line"]
        lines = Line.search(waiting, order="position", limit=BATCH)
        for line in lines:
            line.write(self._import_line(line, entries, seen))
        left = Line.search_count(waiting)
        if not left:
            self._get_attachments().unlink()
        self.state = "running" if left else "done"
        return len(lines), left

    def _import_line(self, line, entries, seen):
        """What becomes of one line, whatever is in it: the others wait behind it."""
        user = self.create_uid
        Import = self.env["gov.item.import"].with_user(user).with_context(lang=user.lang)
        collision = line.collision or self.collision
        try:
            with self.env.cr.savepoint():
                known = dict(seen)
                (entry,) = Import._read_entries([entries[line.position]], collision, known)
                code = entry["code"]  # in the file; a duplicate gets another one
                department = Import.env["gov.department"].browse(self.department_id.id)
                report = Import._import_one(entry, department, self.departments, collision)
            if report["ok"] and known != seen:
                seen |= known  # what was refused keeps no other file from its code
                return line._prepare_vals(report) | {"source_code": code}
            return line._prepare_vals(report)
        except OperationalError:
            raise  # two at once: the whole batch is done again
        except UserError as error:  # the rights of a person may end while a run waits
            text = str(error)
        except Exception:
            _logger.exception("Line %s of import %s failed", line.position, self.id)
            text = self.env._(
                "This line met an error of the system and was left out; nothing of it is stored."
                " Tell the administrator."
            )
        return {"ok": False, "action": "failed", "text": text}

    @api.autovacuum
    def _gc_runs(self):
        """Forget the reports of runs that ended long ago, and the files of stopped ones."""
        day = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        old = self.search([("state", "not in", ACTIVE), ("write_date", "<", day)], limit=1000)
        for run in old:
            run._get_attachments().unlink()
        old.unlink()

    # -------------------------------------------------------------------- actions

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import of many items"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    @on_one_record
    def action_stop(self):
        """Leave what is not imported yet; what is imported stays."""
        return self._set_state(ACTIVE, "stopped")

    @on_one_record
    def action_continue(self):
        """Go on where it was stopped."""
        self._set_state(("stopped",), "waiting")
        self._wake()
        return True

    def _set_state(self, states, state):
        self.check_access("read")  # a run is read by whoever began it
        run = self.sudo()  # and written by nobody directly
        run.lock_for_update()
        run.invalidate_recordset(["state"])
        if run.state not in states:
            raise UserError(self.env._("The import is in another state by now; reload the page."))
        run.state = state
        return True

    @on_one_record
    def action_download_report(self):
        """The report line by line as a workbook (导入报告)."""
        self.check_access("read")
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet()
        named = self.line_ids.fields_get(_COLUMNS, ["string", "selection"])
        for column, name in enumerate(_COLUMNS):
            sheet.write_string(0, column, named[name]["string"])
        words = dict(named["action"]["selection"])
        for row, line in enumerate(self.line_ids, 1):
            for column, name in enumerate(_COLUMNS):
                value = words[line.action] if name == "action" else line[name]
                sheet.write_string(row, column, str(value or ""))
        book.close()
        return self.env["gov.item.export"]._hand_out(stream.getvalue(), "import-report.xlsx")


class GovItemImportRunLine(models.Model):
    """What became of one item of an import of many (批量导入结果)."""

    _name = "gov.item.import.run.line"
    _inherit = "gov.item.import.outcome"
    _description = "Line of an import of many items"
    _order = "run_id, position"

    run_id = fields.Many2one(
        "gov.item.import.run", required=True, readonly=True, ondelete="cascade"
    )
    position = fields.Integer(required=True, readonly=True)
    source_code = fields.Char(readonly=True)

    _next_of_run = models.Index("(run_id, action, position)")

    @on_one_record
    def action_open(self):
        """Open the draft that was made from this line."""
        return self.version_id.action_design()
