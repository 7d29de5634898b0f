import logging

from odoo import api, models
from odoo.exceptions import UserError
from psycopg2 import Error as DatabaseError

from ..kernel import intermediary_list
from ..kernel.errors import KernelError
from .speech import say
from .table_reader import read_table

_logger = logging.getLogger(__name__)

#: What to do with a service whose code is in the catalogue already.
COLLISIONS = ("refuse", "update", "keep")


class GovIntermediaryImport(models.AbstractModel):
    """Import of lists of intermediary services (导入中介服务事项清单), CSV or XLSX, row by row.

    Every row lands in fields, or stands in the report with its reason; a faulty row never spoils
    the others.  The wizard, the sample district and the conformance suite use the same door.
    """

    _name = "gov.intermediary.import"
    _description = "Import of intermediary services"

    @api.model
    def _import_list(self, content, *, prefix="ZJ-", collision="refuse", is_listed=False):
        """Import one list.

        :param bytes content: a CSV text or an XLSX workbook laid out like the published lists
        :param prefix: before the number in the code of a row without a code of its own
        :param is_listed: put complete services into the catalogue at once
        :return: one dict a line: ``row`` (0: about the file), ``action`` (created, updated, kept,
            refused, note), ``code``, ``name``, ``text``, ``raw``, ``service_id``
        :raises UserError: when nothing of the file can be read; nothing was imported then
        """
        rows, notes = self._read_list(content, prefix)
        report = [self._line(0, "note", say(self.env, note)) for note in notes]
        report += [self._import_row(row, collision, is_listed) for row in rows]
        return report

    @api.model
    def _read_list(self, content, prefix):
        """``(rows, notes)``; a row is ``(table row, service or None, error or None)``."""
        try:
            intermediary_list.check_prefix(prefix.rstrip("-"))
            table = read_table(content, intermediary_list.COLUMNS, intermediary_list.REQUIRED)
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        seen, found = {}, []
        for row in table.rows:
            service, error = None, row.error
            if not error:
                try:
                    service = intermediary_list.read(row.cells, row.unplaced, prefix)
                    self._check_first(service.values["code"], row.number, seen)
                except KernelError as problem:
                    service, error = None, problem
            found.append((row, service, error))
        return found, table.notes

    def _check_first(self, code, number, seen):
        if code in seen:
            raise KernelError("intermediary_list.twice", value=code, row=seen[code])
        seen[code] = number

    def _line(self, number, action, text, row=None, service=None):
        return {
            "row": number,
            "action": action,
            "text": text,
            "code": service.values["code"] if service else "",
            "name": service.values["name"] if service else "",
            "raw": row.raw if row else "",
            "service_id": False,
        }

    # ---------------------------------------------------------------------- one row

    def _import_row(self, entry, collision, is_listed):
        row, service, error = entry
        if error:
            return self._line(row.number, "refused", say(self.env, error), row)
        try:
            with self.env.cr.savepoint():
                action, record, said = self._store(service, collision, is_listed)
        except (UserError, ValueError, DatabaseError) as problem:
            _logger.info("Row %s of a list of services refused: %s", row.number, problem)
            said = self._say_refused(problem)
            return self._line(row.number, "refused", said, row, service)
        said = "\n".join([*said, *(say(self.env, remark) for remark in service.remarks)])
        line = self._line(row.number, action, said, row, service)
        return line | {"service_id": record.id}

    def _say_refused(self, problem):
        if isinstance(problem, UserError):
            return str(problem)
        return self.env._(
            "A value does not fit its field: %(reason)s", reason=str(problem).splitlines()[0][:200]
        )

    def _store(self, service, collision, is_listed):
        """``(action, record, sentences)`` of a good row."""
        Service = self.env["gov.intermediary.service"]
        record = Service.search([("code", "=", service.values["code"])])
        if record and collision == "keep":
            said = self.env._("It is in the catalogue already and stays as it is.")
            return "kept", record, [said]
        if record and collision != "update":
            raise UserError(
                self.env._(
                    "The code %(code)s is “%(name)s” here already. Choose to keep or to update it.",
                    code=record.code,
                    name=record.name,
                )
            )
        unplaced = "\n".join(f"{remark.column}: {remark.value}" for remark in service.remarks)
        vals = dict(service.values, unplaced=unplaced or False)
        if record:
            record.write(vals)
            return "updated", record, [self.env._("The service was updated.")]
        record = Service.create(vals)
        if not is_listed:
            return "created", record, [self.env._("Imported, not listed yet.")]
        problems = record._get_listing_problems()
        if problems:
            said = self.env._("Imported, not listed yet.")
            return "created", record, [said, *problems]
        record._list()
        return "created", record, [self.env._("Imported and listed.")]
