from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel import daily_seal
from .alert_speech import say

#: A day is sealed when no act that began on it can still be under way.
_SETTLED = timedelta(hours=1)
_READERS = ("gov_approval.group_gov_supervisor", "gov_approval.group_gov_auditor")


class GovDaySeal(models.Model):
    """The seal of a day over all event chains (每日封存): append-only, chained to the day before.

    Whoever writes one digest down can prove later that nothing before it was changed, also against
    the administrator of the database; the command ``verify.py`` needs no Odoo.
    """

    _name = "gov.day.seal"
    _description = "Seal of a day"
    _inherit = ["gov.sealed"]
    _order = "day desc"
    _rec_name = "day"

    sequence = fields.Integer(required=True, readonly=True, aggregator=None)
    day = fields.Date(required=True, readonly=True)
    count = fields.Integer(string="Events", required=True, readonly=True)
    events = fields.Char(string="Digest of the events", required=True, readonly=True)
    previous = fields.Char(readonly=True)
    digest = fields.Char(
        string="Digest to keep", required=True, readonly=True, help="Write it down elsewhere."
    )
    algorithm = fields.Char(required=True, readonly=True)

    _day_uniq = models.Constraint("UNIQUE (day)", "This day is sealed already.")
    _sequence_uniq = models.Constraint("UNIQUE (sequence)", "This seal exists already.")

    def init(self):
        """The same triggers as those of the events of cases."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE TRIGGER gov_day_seal_append_only
                BEFORE UPDATE OR DELETE ON gov_day_seal
                FOR EACH ROW EXECUTE FUNCTION gov_case_event_is_append_only();
            CREATE OR REPLACE TRIGGER gov_day_seal_not_emptied
                BEFORE TRUNCATE ON gov_day_seal
                FOR EACH STATEMENT EXECUTE FUNCTION gov_case_event_is_append_only();
            """
        )

    # ------------------------------------------------------------------ sealing

    @api.model
    def _cron_seal(self):
        """Seal every day that is over, the oldest first, one a transaction."""
        Day = self.env["gov.calendar.day"]
        last = (Day._local_now() - _SETTLED).date() - timedelta(days=1)
        while (day := self._get_next_day()) and day <= last:
            self._seal(day)
            left = (last - day).days
            self.env["ir.cron"]._commit_progress(1, remaining=left)

    @api.model
    def _get_next_day(self):
        """The day after the last seal, or that of the first event; None without any event."""
        newest = self.search([], limit=1)
        if newest:
            return newest.day + timedelta(days=1)
        firsts = []
        for table in self._get_tables():
            self.env.cr.execute(SQL("SELECT min(at) FROM %s", SQL.identifier(table)))
            firsts += [at for (at,) in self.env.cr.fetchall() if at]
        local = self.env["gov.calendar.day"]._local
        return local(min(firsts)).date() if firsts else None

    @api.model
    def _seal(self, day):
        """Write the seal of one day."""
        before = daily_seal.read_seal(self._read_seals()[-1]) if self.search_count([]) else None
        algorithm = self.env["gov.alert.event"]._get_algorithm()
        made = daily_seal.make(self._read_events(day), day, before, algorithm)
        vals = {name: getattr(made, name) for name in made.__dataclass_fields__}
        return self.sudo()._door_create(DOOR, [vals])  # made by the system from what is stored

    @api.model
    def _get_tables(self):
        """The chains that this database has; fees are a module of their own."""
        self.env.cr.execute(
            "SELECT name FROM unnest(%s) AS name WHERE to_regclass(name) IS NOT NULL",
            [sorted(daily_seal.EVENTS)],
        )
        return [name for (name,) in self.env.cr.fetchall()]

    @api.model
    def _read_events(self, day=None):
        """The events of all chains, those of one day or all, for the kernel."""
        self.env.flush_all()
        when = SQL("TRUE")
        if day:
            begin = self.env["gov.calendar.day"]._utc(datetime.combine(day, time()))
            when = SQL("e.at >= %s AND e.at < %s", begin, begin + timedelta(days=1))
        found = []
        for table in self._get_tables():
            self.env.cr.execute(SQL("%s WHERE %s", SQL(daily_seal.EVENTS[table]), when))
            found += map(daily_seal.read_event, self.env.cr.fetchall())
        return found

    @api.model
    def _read_seals(self):
        self.env.flush_all()
        self.env.cr.execute(daily_seal.SEALS)
        return self.env.cr.fetchall()

    # ---------------------------------------------------------------- verifying

    @api.model
    def _verify(self, kept=""):
        """What does not hold (``kernel.daily_seal.verify``)."""
        seals = [daily_seal.read_seal(row) for row in self._read_seals()]
        return daily_seal.verify(self._read_events(), seals, kept)

    @api.model
    def action_verify(self, kept=""):
        """Check all chains and seals.

        :param str kept: digest of a seal as it was written down
        :return: sentences on what does not hold; none if everything does
        """
        if not any(self.env.user.has_group(group) for group in _READERS):
            raise UserError(self.env._("Seals are verified by supervisors and auditors. Ask one."))
        if not isinstance(kept, str):
            raise UserError(self.env._("Enter the digest as it was written down."))
        found = self.sudo()._verify(kept.strip().lower())  # reads bodies, tells places only
        return [say(self.env, one) for one in found]
