import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel import procedure

#: Due date (``kernel.dues``) -> what the system does when it has passed, most pressing first.
TIME_ACTS = {
    "renewal": "deem_renewed",
    "deferral": "end_deferral",
    "supplement": "abandon",
    "notice": "deem_accepted",
    "silence": "deem_no_objection",
}
_logger = logging.getLogger(__name__)


class GovCase(models.Model):
    """What time does to cases (时间行为): acts of the system, dates that follow the calendar."""

    _inherit = "gov.case"

    time_act_on = fields.Date(
        readonly=True, groups=fields.NO_ACCESS, help="After this day the system itself may act."
    )

    _time_idx = models.Index("(time_act_on, id) WHERE time_act_on IS NOT NULL")

    def _prepare_columns(self, after, dues):
        days = [due.on for key, due in dues.items() if key.partition(":")[0] in TIME_ACTS]
        return super()._prepare_columns(after, dues) | {
            "time_act_on": min(days, default=False)
        }

    @api.model
    def _cron_act_by_time(self):
        """Acts that time brings about (Art. 32, 50, 70), set by the system: one case a transaction.

        Indexed dates give the candidates; the kernel alone decides.  A case that cannot be acted on
        is logged and does not hold up the others.  Renewals come before expiries.
        """
        today = self.env["gov.calendar.day"]._local_now().date()
        cases = self.search([("time_act_on", "<", today)], order="time_act_on, id")
        cases |= self.env["gov.certificate"]._find_past(today).case_id
        for position, case in enumerate(cases, 1):
            try:
                case._act_by_time()
            except UserError as error:
                self.env.cr.rollback()
                _logger.error("Case %s: no act by time: %s", case.number, error)
            self.env["ir.cron"]._commit_progress(1, remaining=len(cases) - position)

    def _act_by_time(self):
        """The act that time has brought about on this case, if any."""
        Day = self.env["gov.calendar.day"]
        definition, facts = self._get_casefile()
        actor, today = self._get_actor(definition), Day._local_now().date()
        offered = procedure.offers(definition, facts, actor, Day._calendar(), today)
        possible = {offer.act for offer in offered}
        for kind in (*TIME_ACTS.values(), "expire"):
            if kind in possible:
                self._act(kind)
                return

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
