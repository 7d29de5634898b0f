from odoo import models

from ..kernel import case as casefile
from ..kernel import clock
from .gov_case_queue import lamp_of
from .speech import say, word

#: Due dates of single departments in a joint review: their table shows them, the step counts.
INNER = ("opinion", "silence")


class GovCase(models.Model):
    """The clock of a case in words (期限说明): the same for officer, applicant and supervision."""

    _inherit = "gov.case"

    def _explain_clock(self):
        """Every running due date of the case, explained line by line.

        :return: list of ``{key, name, due_on (ISO date), remaining (working days), remaining_text,
            lamp, is_running, is_provisional, lines: [str]}``, the most urgent first
        """
        self.ensure_one()
        definition, facts = self._get_casefile()
        Day = self.env["gov.calendar.day"]
        calendar, today = Day._calendar(), Day._local_now().date()
        dues = casefile.due_dates(definition, facts, calendar, today)
        return [
            self._explain_due(key, due, definition, clock.remaining_days(today, due.on, calendar))
            for key, due in sorted(dues.items(), key=lambda item: item[1].on)
            if key.partition(":")[0] not in INNER
        ]

    def _explain_due(self, key, due, definition, remaining):
        return {
            "key": key,
            "name": self._name_due(key, definition),
            "due_on": due.on.isoformat(),
            "remaining": remaining,
            "remaining_text": self._say_days(remaining)
            if due.is_running
            else self.env._("Clock stopped"),
            "lamp": lamp_of(remaining, due.is_running),
            "is_running": due.is_running,
            "is_provisional": due.provisional,
            "lines": [
                say(self.env, self._with_ground_name(line, definition)) for line in due.lines
            ],
        }

    def _name_due(self, key, definition):
        sort, _colon, node = key.partition(":")
        if sort == "step":
            return casefile.node_of(definition, node)["name"]
        return word(self.env, "stop_end" if sort == "stop" else key)

    def _with_ground_name(self, line, definition):
        """The ground of a stop is the code of its step; people read the step's name."""
        if "ground" not in line.params:
            return line
        name = self._name_ground(line.params["ground"], definition)
        return clock.Line(line.code, {**line.params, "ground": name})

    def _name_ground(self, ground, definition):
        """Name of the step that stopped the clock; a hearing is a ground of its own."""
        names = {node["code"]: node["name"] for node in definition["flow"]["nodes"]}
        return names.get(ground) or word(self.env, ground)
