import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.table_reader import read_table
from odoo.exceptions import UserError

from ..kernel import statement
from .fee_speech import say
from .gov_fee_statement_format import SIDES

_BATCH = 5000


class GovFeeStatement(models.Model):
    """A file of the bank or of finance (对账文件), as it came: never changed, never taken in twice.

    Its lines are compared with the books (``gov_fee_comparison.py``); what does not agree becomes a
    difference with an owner.
    """

    _name = "gov.fee.statement"
    _description = "Bank or finance file"
    _inherit = ["gov.sealed"]
    _order = "date_to desc, id desc"
    _rec_name = "file_name"

    centre_id = fields.Many2one("gov.centre", string="Centre", required=True, index=True)
    format_id = fields.Many2one("gov.fee.statement.format", string="Layout", required=True)
    side = fields.Selection(SIDES, string="Sent by", required=True)
    file_name = fields.Char(string="File", required=True)
    digest = fields.Char(string="SHA-256 of the file", required=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    imported_by_id = fields.Many2one("res.users", string="Imported by", required=True)
    imported_at = fields.Datetime(string="Imported at", required=True)
    line_count = fields.Integer(string="Lines", aggregator="sum")
    amount = fields.Float(string="Sum", digits=(16, 2))
    refused = fields.Json(string="Rows not taken in")
    refused_text = fields.Text(string="Not taken in", compute="_compute_refused_text")
    line_ids = fields.One2many("gov.fee.statement.line", "statement_id", string="Lines of the file")

    _once = models.Constraint(
        "UNIQUE (centre_id, side, digest)",
        "This file was taken in already. Open it in the list instead.",
    )

    @api.depends("refused")
    @api.depends_context("lang")
    def _compute_refused_text(self):
        for found in self:
            found.refused_text = "\n".join(
                self.env._("Row %(row)s: %(reason)s", row=row["row"], reason=row["reason"])
                for row in found.refused or ()
            )

    # ------------------------------------------------------------------- import

    @api.model
    def _take_in(self, layout, centre, file_name, content):
        """Take in one file; rows that cannot be read stand in ``refused`` with their reason.

        :param layout: ``gov.fee.statement.format``
        :param bytes content: a CSV text or an XLSX workbook
        :return: the statement with its lines
        :raises UserError: nothing of the file can be read, or it was taken in before; nothing is
            stored then
        """
        digest = hashlib.sha256(content).hexdigest()
        self._check_is_new(centre, layout.side, digest)
        lines, refused = self._read(layout, centre, content)
        if not lines:
            first = refused[0] if refused else None
            raise UserError(
                self.env._(
                    "No row of the file could be taken in. Row %(row)s: %(reason)s",
                    row=first["row"],
                    reason=first["reason"],
                )
                if first
                else self.env._("The file has a header and no rows. Choose the right file.")
            )
        days = [line.day for _row, line in lines]
        self._check_days(max(days))
        found = self.sudo()._door_create(  # the door; the caller's rights are checked before
            DOOR,
            [
                {
                    "centre_id": centre.id,
                    "format_id": layout.id,
                    "side": layout.side,
                    "file_name": file_name or digest[:12],
                    "digest": digest,
                    "date_from": min(days),
                    "date_to": max(days),
                    "imported_by_id": self.env.uid,
                    "imported_at": fields.Datetime.now(),
                    "line_count": len(lines),
                    "amount": float(sum(line.amount for _row, line in lines)),
                    "refused": refused,
                }
            ],
        )
        found._store(lines)
        return found.sudo(False)  # whoever took it in goes on with his own rights

    def _read(self, layout, centre, content):
        """``(lines, refused)``; a line is ``(row, kernel line)``."""
        try:
            known = layout._to_kernel()
            table = read_table(content, known.columns, statement.REQUIRED, statement.MAX_ROWS)
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        lines, refused, seen = [], [], {}
        for row in table.rows:
            try:
                if row.error:
                    raise row.error
                line = statement.read(row.cells, known)
                statement.check_first(line, row.number, seen)
                lines.append((row.number, line))
            except KernelError as error:
                refused.append({"row": row.number, "reason": say(self.env, error), "raw": row.raw})
        return self._drop_known(layout, centre, lines, refused)

    def _drop_known(self, layout, centre, lines, refused):
        """Movements that an earlier file of this sender listed are not counted twice."""
        known = self.env["gov.fee.statement.line"]._get_rows_of(
            centre, layout.side, [line.reference for _row, line in lines if line.reference]
        )
        fresh = []
        for row, line in lines:
            if line.reference not in known:
                fresh.append((row, line))
                continue
            reason = self.env._(
                "The movement %(reference)s stands in the file “%(file)s” already and is not"
                " counted twice.",
                reference=line.reference,
                file=known[line.reference],
            )
            refused.append({"row": row, "reason": reason, "raw": line.code})
        return fresh, sorted(refused, key=lambda entry: entry["row"])

    def _check_is_new(self, centre, side, digest):
        domain = [("centre_id", "=", centre.id), ("side", "=", side), ("digest", "=", digest)]
        if earlier := self.search(domain, limit=1):
            raise UserError(
                self.env._(
                    "This file was taken in on %(day)s as “%(file)s”. Open it in the list instead.",
                    day=fields.Date.to_string(earlier.imported_at),
                    file=earlier.file_name,
                )
            )

    def _check_days(self, last):
        if last > fields.Date.context_today(self) + timedelta(days=1):
            raise UserError(
                self.env._(
                    "The file speaks of %(day)s, which has not come yet. Check the column of the"
                    " day; nothing was taken in.",
                    day=last,
                )
            )

    def _store(self, lines):
        """A busy day has 100,000 lines: they go in as arrays, a row of values each would take ten
        times as long."""
        for start in range(0, len(lines), _BATCH):
            part = lines[start : start + _BATCH]
            self.env.cr.execute(
                """INSERT INTO gov_fee_statement_line
                       (statement_id, centre_id, side, "row", code, amount, day, reference,
                        create_uid, create_date)
                   SELECT %s, %s, %s, line.*, %s, now() AT TIME ZONE 'UTC'
                   FROM unnest(%s, %s, %s::numeric[], %s::date[], %s::text[]) AS line""",
                [
                    self.id,
                    self.centre_id.id,
                    self.side,
                    self.env.uid,
                    [row for row, _line in part],
                    [line.code for _row, line in part],
                    [line.amount for _row, line in part],
                    [line.day for _row, line in part],
                    [line.reference or None for _row, line in part],
                ],
            )
        self.env["gov.fee.statement.line"].invalidate_model(flush=False)


class GovFeeStatementLine(models.Model):
    """A movement of money as the bank or finance lists it (对账明细)."""

    _name = "gov.fee.statement.line"
    _description = "Line of a bank or finance file"
    _inherit = ["gov.sealed"]
    _order = "statement_id, row, id"
    _rec_name = "code"

    statement_id = fields.Many2one("gov.fee.statement", required=True, index=True)
    centre_id = fields.Many2one("gov.centre", required=True)
    side = fields.Selection(SIDES, required=True)
    row = fields.Integer(required=True, aggregator=None)
    code = fields.Char(string="Payment code", required=True)
    amount = fields.Float(digits=(16, 2), help="Negative: a refund.")
    day = fields.Date(required=True)
    reference = fields.Char()

    _by_code = models.Index("(statement_id, code, id)")
    _reference_once = models.UniqueIndex(
        "(centre_id, side, reference) WHERE reference IS NOT NULL",
        "This movement was taken in already.",
    )

    @api.model
    def _get_rows_of(self, centre, side, references):
        """Which of these references are here: reference -> name of their file."""
        self.env.cr.execute(
            "SELECT l.reference, s.file_name FROM gov_fee_statement_line l"
            " JOIN gov_fee_statement s ON s.id = l.statement_id"
            " WHERE l.centre_id = %s AND l.side = %s AND l.reference = ANY(%s)",
            [centre.id, side, references],
        )
        return dict(self.env.cr.fetchall())
