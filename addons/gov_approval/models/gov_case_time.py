import logging

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class GovCase(models.Model):
    """What time does to cases (时间行为): acts of the system, dates that follow the calendar."""

    _inherit = "gov.case"

    @api.model
    def _cron_act_by_time(self):
        """Deemed acceptance and abandonment, set by the system (Art. 32): one case a transaction.

        The candidates come from an indexed date; the kernel alone decides.  A case that cannot be
        acted on is logged and does not hold up the others.
        """
        today = self.env["gov.calendar.day"]._local_now().date()
        overdue = self.search(
            [("state", "in", ("received", "supplementing")), ("next_due_on", "<", today)]
        )
        for position, case in enumerate(overdue, 1):
            try:
                case._act("deem_accepted" if case.state == "received" else "abandon")
            except UserError as error:
                self.env.cr.rollback()
                _logger.error("Case %s: no act by time: %s", case.number, error)
            self.env["ir.cron"]._commit_progress(1, remaining=len(overdue) - position)

    @api.model
    def _cron_follow_calendar(self):
        """After a change of the calendar: recompute the due dates of open cases, one a transaction.

        Each case keeps the version of the calendar that its dates follow, so a run that was
        interrupted goes on where it stopped.
        """
        version = self.env["gov.calendar.day"]._version()
        stale = [("state", "!=", "closed"), ("calendar_version", "!=", version)]
        cases, left = self.search(stale, limit=200), self.search_count(stale)
        for position, case in enumerate(cases, 1):
            case._project()
            self.env["ir.cron"]._commit_progress(1, remaining=left - position)
