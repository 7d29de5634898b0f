from odoo import api, models
from odoo.tools import SQL

from ..kernel import licence
from .gov_notice import REMINDER
from .gov_sealed import DOOR


class GovCertificate(models.Model):
    """Reminders before a licence runs out (到期提醒): each holder once, in time to renew."""

    _inherit = "gov.certificate"

    @api.model
    def _cron_remind(self):
        """Queue the reminders that are due: one certificate a transaction, hosts share the work."""
        today = self.env["gov.calendar.day"]._local_now().date()
        while certificate := self._lock_next_to_remind(today):
            certificate._remind(today)
            if not self.env["ir.cron"]._commit_progress(1, remaining=int(bool(certificate))):
                return

    @api.model
    def _lock_next_to_remind(self, today):
        self.env.cr.execute(
            SQL(
                """SELECT id FROM gov_certificate
                   WHERE state = 'valid' AND reminded_on IS NULL
                   AND remind_on <= %(today)s AND valid_to >= %(today)s
                   ORDER BY remind_on, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED""",
                today=today,
            )
        )
        row = self.env.cr.fetchone()
        return self.browse(row[0]) if row else self.browse()

    def _remind(self, today):
        """Tell the holder, unless the renewal is under way already."""
        self.ensure_one()
        is_asked = self.env["gov.case"].search_count(
            [
                ("about_key", "=", f"{licence.RENEWAL}/{self.number_key}"),
                ("state", "!=", "closed"),
            ],
            limit=1,
        )
        if not is_asked:
            self.env["gov.notice"]._door_create(
                DOOR,
                [
                    {
                        "case_id": self.case_id.id,
                        "event_id": self._get_origin().id,
                        "kind": REMINDER,
                    }
                ],
            )
        self._door_write(DOOR, {"reminded_on": today})

    def _get_origin(self):
        """The event by which it came into the register: its paper, or its entry from records."""
        return self.document_id.event_id or self.case_id._get_events()[:1]

    def _say_reminder(self):
        """The reminder in one sentence: until when it is valid, and until when to renew it."""
        return self.env._(
            "Your certificate %(number)s (%(name)s) is valid until %(valid_to)s. To go on, apply"
            " for its renewal: %(when)s.",
            number=self.number,
            name=self.name,
            valid_to=self.valid_to,
            when=self.renewal_text,
        )
