from decimal import Decimal

from odoo import api, fields, models
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel import reconcile
from .gov_fee_difference import DAYS

_BATCH = 10_000


class GovFeeStatement(models.Model):
    """The comparison of a file with the books (对账): ``kernel.reconcile``, in batches."""

    _inherit = "gov.fee.statement"

    compared_at = fields.Datetime(string="Compared at")
    matched_count = fields.Integer(string="Lines that agree", compute="_compute_counts")
    open_count = fields.Integer(string="Open differences", compute="_compute_counts")
    difference_ids = fields.One2many("gov.fee.difference", "statement_id", string="Differences")

    @api.depends("line_ids.payment_id", "line_ids.refund_id", "difference_ids.state")
    def _compute_counts(self):
        Line, Difference = self.env["gov.fee.statement.line"], self.env["gov.fee.difference"]
        matched = dict(
            Line._read_group(
                [("statement_id", "in", self.ids), ("is_matched", "=", True)],
                ["statement_id"],
                ["__count"],
            )
        )
        still_open = dict(
            Difference._read_group(
                [("statement_id", "in", self.ids), ("state", "=", "open")],
                ["statement_id"],
                ["__count"],
            )
        )
        for found in self:
            found.matched_count = matched.get(found, 0)
            found.open_count = still_open.get(found, 0)

    @on_one_record
    def action_compare(self):
        """Compare with the books, again if they changed since.

        What was matched stays; open differences that are none any more are settled, with the
        comparison as their reason.
        """
        if not self.env.user.has_group("gov_approval.group_gov_finance_officer"):
            raise UserError(self.env._("Files are compared by finance officers."))
        self._lock()
        self.sudo()._compare()  # officers, as checked
        return True

    def _compare(self):
        known = {self._key_of(row): row for row in self.difference_ids}
        matches, found = [], []
        for finding in reconcile.reconcile(self._read_booked(), self._read_listed()):
            if finding.kind == reconcile.MATCHED:
                matches.append((finding.listed.key, finding.booked.key))
                if len(matches) == _BATCH:
                    self._write_matches(matches)
                    matches = []
            elif self._is_of_this_file(finding):
                found.append(finding)
        self._write_matches(matches)
        seen = {(f.kind, f.listed and f.listed.key, f.booked and f.booked.key) for f in found}
        for key, row in known.items():
            if row.state == "open" and key not in seen:
                row._write_settled("explained", self.env._("Compared again: it agrees now."))
        self._write_differences(
            [
                f
                for f in found
                if (f.kind, f.listed and f.listed.key, f.booked and f.booked.key) not in known
            ]
        )
        self._close_elsewhere()
        self._door_write(DOOR, {"compared_at": fields.Datetime.now()})

    def _is_of_this_file(self, finding):
        """What is not listed here may be listed in the file of its own day."""
        if finding.kind != reconcile.NOT_LISTED:
            return True
        return self.date_from <= finding.booked.day <= self.date_to

    def _key_of(self, row):
        booked = row.payment_id.id or -row.refund_id.id or None
        return row.kind, row.line_id.id or None, booked

    # --------------------------------------------------------------------- read

    def _read_listed(self):
        """Lines that nothing is matched with yet, by code."""
        query = SQL(
            """SELECT code, amount::text, day, id FROM gov_fee_statement_line
               WHERE statement_id = %s AND payment_id IS NULL AND refund_id IS NULL""",
            self.id,
        )
        for code, amount, day, key in self._scroll(query):
            yield reconcile.Listed(code, Decimal(amount), day, key)

    def _read_booked(self):
        """Movements and bills of the days or the codes of the file, by code.

        Refunds have negative keys; what another file of this side has listed is left out.
        """
        query = SQL(
            """
            WITH codes AS (
                SELECT DISTINCT code FROM gov_fee_statement_line WHERE statement_id = %(file)s
            ), bills AS (
                SELECT b.id, b.number, b.state FROM gov_fee_bill b
                WHERE b.centre_id = %(centre)s AND (
                    b.number IN (SELECT code FROM codes)
                    OR b.id IN (SELECT bill_id FROM gov_fee_payment
                                WHERE day BETWEEN %(since)s AND %(until)s)
                    OR b.id IN (SELECT bill_id FROM gov_fee_refund
                                WHERE paid_back_on BETWEEN %(since)s AND %(until)s))
            ), moved AS (
                SELECT b.number AS code, p.amount, p.day,
                       CASE p.standing WHEN 'fits' THEN 'paid' ELSE p.standing END AS standing,
                       p.id
                FROM bills b JOIN gov_fee_payment p ON p.bill_id = b.id
                WHERE NOT EXISTS (SELECT FROM gov_fee_statement_line l
                                  WHERE l.payment_id = p.id AND l.side = %(side)s)
                UNION ALL
                SELECT b.number, -r.amount, r.paid_back_on, 'paid', -r.id
                FROM bills b JOIN gov_fee_refund r ON r.bill_id = b.id
                WHERE r.paid_back_on IS NOT NULL
                AND NOT EXISTS (SELECT FROM gov_fee_statement_line l
                                WHERE l.refund_id = r.id AND l.side = %(side)s)
            )
            SELECT code, amount::text, day, standing, id FROM moved
            UNION ALL
            SELECT number, NULL, NULL,
                   CASE state WHEN 'issued' THEN 'open' WHEN 'voided' THEN 'void' ELSE 'paid' END, 0
            FROM bills WHERE number NOT IN (SELECT code FROM moved)
            """,
            file=self.id,
            centre=self.centre_id.id,
            since=self.date_from,
            until=self.date_to,
            side=self.side,
        )
        for code, amount, day, standing, key in self._scroll(query):
            exact = None if amount is None else Decimal(amount)  # the driver gives floats
            yield reconcile.Booked(code, exact, day, standing, key)

    def _scroll(self, query):
        """Rows sorted by code as the kernel compares, batch by batch, so memory stays flat."""
        name = f"gov_fee_{id(query)}"
        cursor = self.env.cr
        cursor.execute(
            SQL(
                "DECLARE %s NO SCROLL CURSOR FOR SELECT * FROM (%s) AS found"
                ' ORDER BY code COLLATE "C"',
                SQL.identifier(name),
                query,
            )
        )
        try:
            while True:
                cursor.execute(SQL("FETCH %s FROM %s", SQL(str(_BATCH)), SQL.identifier(name)))
                rows = cursor.fetchall()
                yield from rows
                if len(rows) < _BATCH:
                    break
        finally:
            cursor.execute(SQL("CLOSE %s", SQL.identifier(name)))

    # -------------------------------------------------------------------- write

    def _write_matches(self, matches):
        if not matches:
            return
        self.env.cr.execute(
            """UPDATE gov_fee_statement_line AS line
               SET payment_id = CASE WHEN found.booked > 0 THEN found.booked END,
                   refund_id = CASE WHEN found.booked < 0 THEN -found.booked END
               FROM unnest(%s, %s) AS found(listed, booked) WHERE line.id = found.listed""",
            [[listed for listed, _b in matches], [booked for _l, booked in matches]],
        )
        self.env["gov.fee.statement.line"].invalidate_model(["payment_id", "refund_id"])

    def _write_differences(self, findings):
        if not findings:
            return
        codes = list({finding.code for finding in findings})
        bills = self.env["gov.fee.bill"].search([("number", "in", codes)])
        by_code = {found.number: found for found in bills}
        due_on = self._get_limit()
        vals_list = []
        for finding in findings:
            booked, listed = finding.booked, finding.listed
            key = booked.key if booked else 0
            vals_list.append(
                {
                    "statement_id": self.id,
                    "centre_id": self.centre_id.id,
                    "side": self.side,
                    "kind": finding.kind,
                    "code": finding.code,
                    "day": (listed or booked).day,
                    "bill_id": by_code[finding.code].id if finding.code in by_code else None,
                    "payment_id": key if key > 0 else None,
                    "refund_id": -key if key < 0 else None,
                    "line_id": listed.key if listed else None,
                    "booked": float(booked.amount) if booked else 0.0,
                    "listed": float(listed.amount) if listed else 0.0,
                    "difference": float(finding.difference),
                    "state": "open",
                    "due_on": due_on,
                }
            )
        self.env["gov.fee.difference"].sudo()._door_create(DOOR, vals_list)  # of the comparison

    def _get_limit(self):
        parameters = self.env["ir.config_parameter"].sudo()  # a setting of finance
        days = int(parameters.get_param("gov_fees.difference_days", DAYS))
        Day = self.env["gov.calendar.day"]
        return Day._calendar().add_working_days(Day._local_now().date(), days)

    def _close_elsewhere(self):
        """Differences of earlier files that a line of this one explains."""
        Difference = self.env["gov.fee.difference"]
        waiting = Difference.search(
            [
                ("kind", "=", reconcile.NOT_LISTED),
                ("state", "=", "open"),
                ("side", "=", self.side),
                ("centre_id", "=", self.centre_id.id),
                ("statement_id", "!=", self.id),
            ]
        )
        listed = self.line_ids.search(
            [
                ("statement_id", "=", self.id),
                "|",
                ("payment_id", "in", waiting.payment_id.ids),
                ("refund_id", "in", waiting.refund_id.ids),
            ]
        )
        for row in waiting:
            if row.payment_id in listed.payment_id or (row.refund_id & listed.refund_id):
                reason = self.env._("Listed in the file “%(file)s”.", file=self.file_name)
                row._write_settled("other_file", reason)


class GovFeeStatementLine(models.Model):
    _inherit = "gov.fee.statement.line"

    payment_id = fields.Many2one("gov.fee.payment", string="Payment", index="btree_not_null")
    refund_id = fields.Many2one("gov.fee.refund", string="Refund", index="btree_not_null")
    is_matched = fields.Boolean(compute="_compute_is_matched", search="_search_is_matched")

    @api.depends("payment_id", "refund_id")
    def _compute_is_matched(self):
        for line in self:
            line.is_matched = bool(line.payment_id or line.refund_id)

    @api.model
    def _search_is_matched(self, operator, value):
        if operator != "in":
            return NotImplemented
        return ["|", ("payment_id", "!=", False), ("refund_id", "!=", False)]

    def _to_decimal(self):
        return Decimal(f"{self.amount:.2f}")
