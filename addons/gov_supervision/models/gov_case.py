from odoo import models
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.tools import SQL

from ..kernel import rules


class GovCase(models.Model):
    """Cases as supervision follows them (办件监察): each event plans what the rules wait for."""

    _inherit = "gov.case"

    def _accompany(self, writing, found, event, after):
        """The next instants at which rules could fire, and the rules that this act meets."""
        super()._accompany(writing, found, event, after)
        known = self.env["gov.alert.rule"]._in_force()
        if known:
            Day, definition = self.env["gov.calendar.day"], found.definition
            calendar, place = Day._calendar(), self._watch_place(definition)
            planned = rules.plan(known, definition, after, place, calendar, event.at.date())
            number = found.history.sequence + 1
            planned += rules.judge(
                known, definition, found.before, event, after, place, calendar, number
            )
            Watch = self.env["gov.alert.watch"]
            Watch._plan_into(writing, self, planned, Day._utc(event.at))

    def _project(self):
        """Due dates that follow a changed calendar move what the rules wait for."""
        result = super()._project()
        known = self.env["gov.alert.rule"]._in_force()
        if known:
            case = self.sudo()  # the cron of the calendar, and whoever repairs a projection
            definition, facts = case._get_casefile()
            Day = case.env["gov.calendar.day"]
            now, place = Day._local_now(), case._watch_place(definition)
            planned = rules.plan(known, definition, facts, place, Day._calendar(), now.date())
            case.env["gov.alert.watch"]._plan(case, planned, Day._utc(now))
        return result

    def _watch_place(self, definition):
        item = definition["item"]
        return rules.Place(item["code"], item["department"], self.centre_id.code)

    def _replay_rules(self, known):
        """The past of the case under these rules (``kernel.rules.Watching``); None where it cannot
        be read under the versions that it ran under."""
        Event = self.env["gov.case.event"]
        self.env.cr.execute(SQL("SELECT %s", Event._history_sql(self.id)))
        events = Event._to_history(self.env.cr.fetchone()[0]).events
        definition = self.version_id._get_definition()
        calendar = self.env["gov.calendar.day"]._calendar()
        try:
            earlier = self._get_definitions(self.item_id, events)
            left = [one.payload["from"] for one in events if one.kind == "migrate"]
            versions = [earlier[digest] for digest in left] + [definition]
            each = []
            for one in events:
                if one.kind == "migrate":
                    versions.pop(0)
                each.append(versions[0])
            return rules.watch(known, each, events, self._watch_place(definition), calendar)
        except (KernelError, KeyError):
            return None
