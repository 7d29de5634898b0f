from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..kernel import replay
from ..kernel.errors import KernelError
from .rpc import is_id, on_one_record
from .speech import say

#: Cases played by one call: a second or less, and no more in memory at once.
BATCH = 100


class GovItemVersion(models.Model):
    """Past cases of the item played on a draft (回放): counts for whoever prepares it.

    Nothing is written, not even progress: the screen asks batch after batch and sends along what
    was counted so far.  Answers are read here and leave as numbers only; which cases stand behind
    a number is told to those who may read these cases.
    """

    _inherit = "gov.item.version"

    @on_one_record
    def action_replay(self, after_id=0, tally=None):
        """Play the next batch of cases on this draft.

        :param int after_id: id of the last case played; 0 at the beginning
        :param dict tally: as returned with it
        :return: ``tally`` and ``after_id`` for the next call, ``is_done``, ``total`` (cases of the
            item), ``lines`` [{finding, text, case_ids}], ``can_open``
        """
        self.check_access("write")
        self._check_is_draft()
        counted = self._read_tally(after_id, tally)
        rows = self._read_past_cases(after_id)
        draft, own = self._get_definition(), {}
        Day, Event = self.env["gov.calendar.day"], self.env["gov.case.event"].sudo()  # counted only
        calendar, today = Day._calendar(), Day._local_now().date()
        for case_id, version_id, events in rows:
            if version_id not in own:
                own[version_id] = self.browse(version_id)._get_definition()
            history = Event._to_history(events).events
            try:
                earlier = self.env["gov.case"]._get_definitions(self.item_id, history)
                found = replay.observe(own[version_id], draft, history, calendar, today, earlier)
                counted.add(case_id, found)
            except KernelError:
                counted.skipped += 1
        self._forget_foreign_cases(counted)
        Case = self.env["gov.case"].sudo()  # how many there are, as the result says anyway
        return {
            "tally": counted.to_json(),
            "after_id": rows[-1][0] if rows else after_id,
            "is_done": len(rows) < BATCH,
            "total": Case.search_count([("item_id", "=", self.item_id.id)]),
            "can_open": self.env["gov.case"].has_access("read"),
            "lines": [
                {
                    "finding": finding,
                    "text": say(self.env, line),
                    "case_ids": counted.cases.get(finding, []),
                }
                for finding, line in counted.lines()
            ],
        }

    def _read_tally(self, after_id, tally):
        """What was counted so far; it comes back from the browser."""
        if not is_id(after_id) or not tally:
            return replay.Tally()
        try:
            return replay.Tally.from_json(tally)
        except KernelError as error:
            raise UserError(say(self.env, error)) from None

    def _read_past_cases(self, after_id):
        """(id, version, events) of the next cases of the item, oldest first."""
        self.env.flush_all()
        history = self.env["gov.case.event"]._history_sql(SQL.identifier("gov_case", "id"))
        self.env.cr.execute(
            SQL(
                "SELECT id, version_id, %s FROM gov_case WHERE item_id = %s AND id > %s"
                " ORDER BY id LIMIT %s",
                history,
                self.item_id.id,
                after_id if is_id(after_id) else 0,
                BATCH,
            )
        )
        return self.env.cr.fetchall()

    def _forget_foreign_cases(self, counted):
        """Leave only the ids of cases that this user may read; the counts stay."""
        Case = self.env["gov.case"]
        ids = {case_id for kept in counted.cases.values() for case_id in kept}
        try:
            readable = set(Case.search([("id", "in", list(ids))]).ids) if ids else ids
        except AccessError:
            readable = set()
        for kept in counted.cases.values():
            kept[:] = [case_id for case_id in kept if case_id in readable]

    @on_one_record
    def action_open_replay(self):
        """The replay in a dialog."""
        return {
            "type": "ir.actions.client",
            "tag": "gov_approval.version_replay",
            "name": self.env._("Past cases played on: %(version)s", version=self.display_name),
            "target": "new",
            "params": {"version_id": self.id},
            "context": {"dialog_size": "large"},
        }
