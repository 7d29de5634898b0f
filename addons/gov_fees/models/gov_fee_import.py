import logging

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.table_reader import read_table
from odoo.exceptions import UserError
from psycopg2 import Error as DatabaseError

from ..kernel import fee_list, rate_rows
from .fee_speech import say

_logger = logging.getLogger(__name__)

#: What to do with a fee whose code is here already and says something else.
COLLISIONS = ("refuse", "update", "keep")


class GovFeeImport(models.AbstractModel):
    """Import of published fee lists (导入收费目录清单), CSV or XLSX, row by row.

    Every row becomes a fee with a drafted rate, or stands in the report with its reason; a faulty
    row never spoils the others.  Nothing is published by it.  The wizard, the sample district and
    the conformance suite use the same door.
    """

    _name = "gov.fee.import"
    _description = "Import of fee lists"

    @api.model
    def _import_list(self, content, *, prefix="F-", collision="refuse", date_from=False):
        """Import one list.

        :param bytes content: a CSV text or an XLSX workbook laid out like the published lists
        :param prefix: before the number in the code of a row without a code of its own
        :param date_from: first day of rates whose row says none
        :return: one dict a line: ``row`` (0: about the file), ``action`` (created, updated, same,
            kept, refused, note), ``is_settled``, ``code``, ``name``, ``text``, ``raw``, ``item_id``
        :raises UserError: when nothing of the file can be read; nothing was imported then
        """
        rows, notes = self._read_list(content, prefix)
        report = [self._line(0, "note", say(self.env, note)) for note in notes]
        report += [self._import_row(row, collision, date_from) for row in rows]
        return report

    @api.model
    def _read_list(self, content, prefix):
        """``(rows, notes)``; a row is ``(table row, fee or None, error or None)``."""
        try:
            fee_list.check_prefix(prefix)
            table = read_table(content, fee_list.COLUMNS, fee_list.REQUIRED)
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        seen, found = {}, []
        for row in table.rows:
            fee, error = None, row.error
            if not error:
                try:
                    fee = fee_list.read(row.cells, row.unplaced, prefix)
                    self._check_first(fee.values["code"], row.number, seen)
                except KernelError as problem:
                    fee, error = None, problem
            found.append((row, fee, error))
        return found, table.notes

    def _check_first(self, code, number, seen):
        if code in seen:
            raise KernelError("fee_list.twice", value=code, row=seen[code])
        seen[code] = number

    def _line(self, number, action, text, row=None, fee=None):
        return {
            "row": number,
            "action": action,
            "is_settled": action != "refused" and not (fee and fee.questions),
            "text": text,
            "code": fee.values["code"] if fee else "",
            "name": " · ".join(filter(None, (fee.values["name"], fee.values["sub_item"])))
            if fee
            else "",
            "raw": row.raw if row else "",
            "item_id": False,
        }

    # ---------------------------------------------------------------------- one row

    def _import_row(self, entry, collision, date_from):
        row, fee, error = entry
        if error:
            return self._line(row.number, "refused", say(self.env, error), row)
        try:
            with self.env.cr.savepoint():
                action, item, said = self._store(fee, collision, date_from)
        except (UserError, ValueError, DatabaseError) as problem:
            _logger.info("Row %s of a fee list refused: %s", row.number, problem)
            said = self._say_refused(problem)
            return self._line(row.number, "refused", said, row, fee)
        text = "\n".join([said, *self._say_open(fee)])
        return self._line(row.number, action, text, row, fee) | {"item_id": item.id}

    def _say_refused(self, problem):
        if isinstance(problem, UserError):
            return str(problem)
        return self.env._(
            "A value does not fit its field: %(reason)s", reason=str(problem).splitlines()[0][:200]
        )

    def _say_open(self, fee):
        """What a person has to settle or to look at, question first."""
        return [say(self.env, problem) for problem in (*fee.questions, *fee.remarks)]

    def _store(self, fee, collision, date_from):
        """``(action, record, sentence)`` of a good row."""
        Item = self.env["gov.fee.item"]
        item = Item.search([("code", "=", fee.values["code"])])
        if not item:
            item = Item.create(self._prepare_vals(fee))
            self._draft_rate(item, fee, date_from)
            return "created", item, self.env._("Imported as a draft; a second person publishes it.")
        rate = item.rate_ids.sorted("id")[-1:]
        if self._is_same(item, rate, fee):
            return (
                "same",
                item,
                self.env._("It is here already and says the same; nothing changed."),
            )
        if collision == "keep":
            return "kept", item, self.env._("It is here already and stays as it is.")
        if collision != "update":
            raise UserError(
                self.env._(
                    "The code %(code)s is “%(name)s” here already and says something else. Choose"
                    " to keep or to update it.",
                    code=item.code,
                    name=item.name,
                )
            )
        item.write(self._prepare_vals(fee))
        if rate.state == "draft":
            rate.line_ids.unlink()
            rate.write(self._prepare_rate(fee, date_from or rate.date_from))
        elif not self._is_same_rate(rate, fee):
            self._draft_rate(item, fee, date_from)
            return "updated", item, self.env._("A new version of its rate was drafted.")
        return "updated", item, self.env._("The draft was updated.")

    def _prepare_vals(self, fee):
        """An empty cell says nothing: it fills no field, and empties none."""
        unplaced = "\n".join(f"{r.column}: {r.value}" for r in fee.remarks if r.column)
        return {
            **{name: value for name, value in fee.values.items() if value},
            "unplaced": unplaced or False,
            "to_settle": "\n".join(self._say_open(fee)) or False,
        }

    def _draft_rate(self, item, fee, date_from):
        return self.env["gov.fee.rate"].create(
            dict(self._prepare_rate(fee, date_from), item_id=item.id)
        )

    def _prepare_rate(self, fee, date_from):
        lines = [
            {"sequence": number, **{key: _to_column(value) for key, value in row.items()}}
            for number, row in enumerate(fee.rate, 1)
        ]
        return {
            "standard": fee.standard or False,
            "date_from": fee.valid_from or date_from,
            "date_to": fee.valid_to or False,
            "line_ids": [fields.Command.create(line) for line in lines],
        }

    # --------------------------------------------------------------- the same again?

    def _is_same(self, item, rate, fee):
        unplaced = self._prepare_vals(fee)["unplaced"]
        return (
            all(not value or item[name] == value for name, value in fee.values.items())
            and (item.unplaced or False) == unplaced
            and self._is_same_rate(rate, fee)
        )

    def _is_same_rate(self, rate, fee):
        """Lines that a person entered where the list prints no rate are no difference."""
        names = ("name", "shape", *rate_rows.NUMBERS, *rate_rows.TEXTS)

        def plain(rows):
            return [[row.get(name) or None for name in names] for row in rows]

        dates = (rate.date_from, rate.date_to or None)
        return (
            (rate.standard or "") == fee.standard
            and (not fee.rate or plain(rate._to_rows()) == plain(fee.rate))
            and (fee.valid_from or dates[0], fee.valid_to) == (dates[0], dates[1])
        )


def _to_column(value):
    return value if isinstance(value, str) else float(value)
