from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import browse_one, on_one_record
from odoo.exceptions import UserError

from ..kernel import period
from .fee_speech import say
from .gov_fee_entry import KINDS

STATES = [("open", "Open"), ("closed", "Closed")]
SPANS = [("day", "Day"), ("month", "Month")]
#: What a statement of a period adds up, and by what.
GROUPS = ("department_id", "fee_item_id", "fund_management")


class GovFeePeriod(models.Model):
    """A day or a month of the ledger (日结、月结): closed stays closed.

    Every entry stands on an open day by a foreign key, and closing changes a key of that row: the
    database makes it wait for entries on their way, and refuses those that began before and come
    after, which are then repeated on the next open day.  So sums of a closed day never change.
    """

    _name = "gov.fee.period"
    _description = "Accounting period of fees"
    _inherit = ["gov.sealed"]
    _order = "date_from desc, span, id"

    centre_id = fields.Many2one("gov.centre", required=True, readonly=True)
    span = fields.Selection(SPANS, required=True, readonly=True)
    date_from = fields.Date(string="From", required=True, readonly=True, index=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    closed_at = fields.Datetime(readonly=True)

    _once = models.Constraint("UNIQUE (centre_id, span, date_from)", "This period exists already.")
    #: A state within a key: closing it conflicts with entries on their way (see above).
    _state_is_a_key = models.Constraint(
        "UNIQUE (centre_id, span, date_from, state)", "This period exists already."
    )

    @api.depends("span", "date_from", "centre_id.name")
    def _compute_display_name(self):
        for found in self:
            day = fields.Date.to_string(found.date_from)
            day = day[:7] if found.span == "month" else day
            found.display_name = f"{found.centre_id.name} {day}"

    # --------------------------------------------------------------------- open

    @api.model
    def _get_open(self, centre):
        """The open day on which what happens now is entered."""
        Period = self.sudo()  # every act on money reads it, whoever performs it
        today = self.env["gov.calendar.day"]._local_now().date()
        known = {
            found.date_from: found
            for found in Period.search(
                [("centre_id", "=", centre.id), ("span", "=", "day"), ("date_from", ">=", today)]
            )
        }
        day = period.open_day(today, {d for d, found in known.items() if found.state == "closed"})
        return known.get(day) or Period._ensure(centre, "day", day, day)

    def _ensure(self, centre, span, date_from, date_to):
        """The period, made if it is not there; of two at once the later is repeated by Odoo."""
        found = self.search(
            [
                ("centre_id", "=", centre.id),
                ("span", "=", span),
                ("date_from", "=", date_from),
            ]
        )
        if found:
            return found
        self.env.cr.execute(
            """INSERT INTO gov_fee_period
                   (centre_id, span, date_from, date_to, state, create_uid, create_date)
               VALUES (%s, %s, %s, %s, 'open', %s, now() AT TIME ZONE 'UTC')
               ON CONFLICT DO NOTHING RETURNING id""",
            [centre.id, span, date_from, date_to, self.env.uid],
        )
        return self.browse(self.env.cr.fetchone()[0])

    # -------------------------------------------------------------------- close

    @api.model
    def action_close_day(self, centre_id, day):
        """Close a day (日结) for good.

        :raises UserError: what has to be done before
        """
        centre = browse_one(self.env["gov.centre"], centre_id)
        day = self._read_day(day)
        self._check_officer()
        Period = self.sudo()  # finance officers, as checked
        found = Period._ensure(centre, "day", day, day)
        found._lock()
        closed = {day} if found.state == "closed" else set()
        today = self.env["gov.calendar.day"]._local_now().date()
        shifts = self.env["gov.fee.shift"].sudo().search([("state", "=", "open")])  # likewise
        begun = [s for s in shifts if period_day(self.env, s.opened_at) <= day]
        try:
            period.check_day(
                day,
                today,
                closed,
                found._get_first_open(),
                tuple(shift.cashier_id.name for shift in begun),
                found._count_unowned(),
            )
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        found._close()
        return found.id

    @api.model
    def action_close_month(self, centre_id, day):
        """Close the month of a day (月结): it is over and all its days are closed."""
        centre = browse_one(self.env["gov.centre"], centre_id)
        first = self._read_day(day).replace(day=1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        self._check_officer()
        Period = self.sudo()  # finance officers, as checked
        found = Period._ensure(centre, "month", first, last)
        found._lock()
        days = Period.search(
            [
                ("centre_id", "=", centre.id),
                ("span", "=", "day"),
                ("date_from", ">=", first),
                ("date_from", "<=", last),
                ("state", "=", "open"),
            ],
            order="date_from",
        )
        try:
            if found.state == "closed":
                raise KernelError("period.closed", day=f"{first:%Y-%m}")
            today = self.env["gov.calendar.day"]._local_now().date()
            period.check_month(first, today, tuple(days.mapped("date_from")))
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        found._close()
        return found.id

    @on_one_record
    def action_close(self):
        """Close this day."""
        self.check_access("read")
        return self.action_close_day(self.centre_id.id, self.date_from)

    @on_one_record
    def action_close_its_month(self):
        """Close the month of this day."""
        self.check_access("read")
        return self.action_close_month(self.centre_id.id, self.date_from)

    def _close(self):
        self._door_write(
            DOOR,
            {"state": "closed", "closed_by_id": self.env.uid, "closed_at": fields.Datetime.now()},
        )

    def _check_officer(self):
        if not self.env.user.has_group("gov_approval.group_gov_finance_officer"):
            raise UserError(self.env._("Days and months are closed by finance officers."))

    def _read_day(self, day):
        try:
            return fields.Date.to_date(day) or self.env["gov.calendar.day"]._local_now().date()
        except (TypeError, ValueError):
            raise UserError(self.env._("Give the day like 2026-11-24.")) from None

    def _get_first_open(self):
        found = self.search(
            [
                ("centre_id", "=", self.centre_id.id),
                ("span", "=", "day"),
                ("state", "=", "open"),
                ("date_from", "<", self.date_from),
            ],
            order="date_from",
            limit=1,
        )
        return found.date_from or None

    def _count_unowned(self):
        return self.env["gov.fee.difference"].search_count(
            [
                ("centre_id", "=", self.centre_id.id),
                ("day", "<=", self.date_to),
                ("state", "=", "open"),
                ("owner_id", "=", False),
            ]
        )

    # --------------------------------------------------------------------- sums

    @on_one_record
    def action_export(self):
        """The sums as a file."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov/fees/period/{self.id}",
            "target": "download",
        }

    @on_one_record
    def action_print(self):
        """The sums as a page to sign (收费日报、月报)."""
        self.check_access("read")
        return self.env.ref("gov_fees.gov_fee_period_report").report_action(self)

    @on_one_record
    def action_get_sums(self):
        """Sums of the period: by department, fee and fund, each kind of entry for itself.

        :return: rows with ``department``, ``fee`` and ``fund`` in words, and one number for each
            kind of entry, in yuan
        """
        self.check_access("read")
        Entry = self.env["gov.fee.entry"]
        domain = [("centre_id", "=", self.centre_id.id)]
        domain += [("day", ">=", self.date_from), ("day", "<=", self.date_to)]
        funds = self.env["gov.fee.item"]._fields["fund_management"]._description_selection(self.env)
        rows, funds = {}, dict(funds)
        for *group, kind, amount in Entry._read_group(domain, [*GROUPS, "kind"], ["amount:sum"]):
            row = rows.setdefault(tuple(group), dict.fromkeys(dict(KINDS), 0))
            row[kind] = amount
        return [
            {
                "department": department.name or "",
                "fee": fee.display_name or "",
                "fund": funds.get(fund, fund or ""),
            }
            | sums
            for (department, fee, fund), sums in sorted(
                rows.items(), key=lambda entry: [part and str(part) or "" for part in entry[0]]
            )
        ]


def period_day(env, moment):
    """The legal day of a stored moment."""
    return env["gov.calendar.day"]._local(moment).date()
