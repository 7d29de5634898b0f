from odoo import api, models
from odoo.fields import Domain

#: Cases that one step of the cron plans for a new rule.
SLICE = 200


class GovAlertRule(models.Model):
    """A rule that comes into force while cases run (规则生效): they are watched from then on.

    Each case is replayed from its first event with this rule alone, so what comes due between
    publishing and planning is caught as well.  A run that was interrupted goes on where it stopped.
    """

    _inherit = "gov.alert.rule"

    @api.model
    def _cron_plan(self):
        """Plan rules in force for the cases that ran before them, slice by slice."""
        to_do = [("state", "=", "published"), ("is_planned", "=", False)]
        while rule := self.search(to_do, order="id", limit=1):
            done = rule._plan_slice()
            self.env["ir.cron"]._commit_progress(done, remaining=self.search_count(to_do))

    def _plan_slice(self):
        domain = Domain("id", ">", self.planned_to) & (
            Domain("state", "!=", "closed") | Domain("closed_at", ">=", self.published_at)
        )
        cases = self.env["gov.case"].search(domain, order="id", limit=SLICE)
        kernel = (self._to_kernel(),)
        for case in cases:
            watching = case._replay_rules(kernel)
            if watching:
                watches = [*watching.watches.values(), *watching.waiting.values()]
                self.env["gov.alert.watch"]._plan(case, watches, self.published_at, self.code)
        is_planned = len(cases) < SLICE
        vals = {"is_planned": is_planned, "planned_to": cases[-1:].id or self.planned_to}
        self._write_outcome(vals)
        return len(cases) or 1
