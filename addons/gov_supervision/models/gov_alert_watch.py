import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

#: Watches taken by one step of the sweep, in one transaction.
SLICE = 500
#: Acts that began before a watch came due may still be under way; they are waited for.
GRACE = timedelta(minutes=2)
#: So often another host may come first to the same rows before the sweep gives up until next time.
_TURNS = 20
#: What is not due yet and no longer planned.
_FORGET = """
    DELETE FROM gov_alert_watch
    WHERE case_id = %(case)s AND is_fired IS NOT TRUE AND fire_at > %(moment)s AND %(only)s
      AND NOT EXISTS (SELECT FROM jsonb_to_recordset(%(rows)s::jsonb)
                          AS planned(rule_code varchar, key varchar)
                      WHERE (planned.rule_code, planned.key)
                          = (gov_alert_watch.rule_code, gov_alert_watch.key))
    RETURNING id
"""
#: What is planned, unless the occasion came due before.
_WAIT = """
    INSERT INTO gov_alert_watch (case_id, rule_id, rule_code, key, fire_at, step, department,
                                 actor_id, role, problem, create_uid, create_date, write_uid,
                                 write_date)
    SELECT %(case)s, rule_id, rule_code, key, fire_at, step, department, actor_id, role, problem,
           %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS planned(
        rule_id integer, rule_code varchar, key varchar, fire_at timestamp, step varchar,
        department varchar, actor_id integer, role varchar, problem varchar)
    WHERE NOT EXISTS (SELECT FROM gov_alert_watch known
                      WHERE known.case_id = %(case)s
                        AND (known.rule_code, known.key) = (planned.rule_code, planned.key)
                        AND (known.is_fired OR known.fire_at <= %(moment)s))
    ON CONFLICT (case_id, rule_code, key) DO UPDATE
        SET fire_at = EXCLUDED.fire_at, rule_id = EXCLUDED.rule_id
    RETURNING id
"""


class GovAlertWatch(models.Model):
    """The next instant at which a rule could fire on a case (监察点): planned by each event.

    The sweep looks only at what is due, so its cost follows the alerts and not the open cases.  An
    occasion stands here once in the life of a case; rows that fired stay and keep it so.
    """

    _name = "gov.alert.watch"
    _description = "Instant that a rule waits for"
    _inherit = ["gov.sealed"]
    _order = "fire_at, id"
    _rec_name = "key"

    case_id = fields.Many2one("gov.case", required=True, readonly=True, ondelete="restrict")
    rule_id = fields.Many2one(
        "gov.alert.rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    rule_code = fields.Char(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="The occasion.")
    fire_at = fields.Datetime(required=True, readonly=True)
    step = fields.Char(readonly=True)
    department = fields.Char(readonly=True, help="Code of the department concerned.")
    actor_id = fields.Integer(readonly=True, aggregator=None)
    role = fields.Char(readonly=True)
    problem = fields.Char(readonly=True)
    is_fired = fields.Boolean(readonly=True)

    _occasion_uniq = models.Constraint(
        "UNIQUE (case_id, rule_code, key)", "This occasion is watched already."
    )
    _due_idx = models.Index("(fire_at, id) WHERE is_fired IS NOT TRUE")

    # ----------------------------------------------------------------- planning

    @api.model
    def _plan(self, case, watches, moment, code=None):
        """The same as ``_plan_into``, written at once."""
        writing = self._door_begin(DOOR)
        self._plan_into(writing, case, watches, moment, code)
        writing.send()
        self.invalidate_model(flush=False)

    @api.model
    def _plan_into(self, writing, case, watches, moment, code=None):
        """What waits on a case after ``moment`` (``rules.Watching.follow``), by two statements.

        What came due before stays, whether or not it was swept; everything else is as given now.

        :param watches: every watch that the facts give
        :param moment: UTC, of the event that they follow from
        :param code: only rows of this rule are replaced
        """
        utc = self.env["gov.calendar.day"]._utc
        values = {
            "rows": json.dumps([self._to_row(one, max(utc(one.at), moment)) for one in watches]),
            "case": case.id,
            "moment": moment,
            "only": SQL("rule_code = %s", code) if code else SQL("TRUE"),
            "user": self.env.uid,
        }
        writing.add(SQL(_FORGET, **values))
        if watches:
            writing.add(SQL(_WAIT, **values))

    @api.model
    def _to_row(self, watch, at):
        return {
            "rule_id": watch.rule.id,
            "rule_code": watch.rule.code,
            "key": watch.key,
            "fire_at": at.isoformat(),
            "step": watch.step or None,
            "department": watch.department,
            "actor_id": watch.actor or None,
            "role": watch.role or None,
            "problem": watch.problem or None,
        }

    @api.model
    def _drop(self, rule, moment):
        """A rule that ends waits for nothing later; what came due before is still swept."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM gov_alert_watch"
                " WHERE rule_id = %s AND is_fired IS NOT TRUE AND fire_at > %s",
                rule.id,
                moment,
            )
        )
        self.invalidate_model(flush=False)

    # ----------------------------------------------------------------- sweeping

    @api.model
    def _cron_sweep(self):
        """Cards for what came due (巡检), slice by slice; hosts share the rows by their locks."""
        while done := self._sweep_slice():
            self.env["ir.cron"]._commit_progress(done, remaining=int(done == SLICE))
            if done < SLICE:
                break

    @api.model
    def _sweep_slice(self):
        """Issue the cards of one slice; how many."""
        found = self._take_due()
        if found:
            self.env["gov.alert.card"]._issue_all(found)
            self.env.cr.execute(
                SQL(
                    "UPDATE gov_alert_watch SET is_fired = TRUE WHERE id = ANY(%s)",
                    [row["id"] for row in found],
                )
            )
            self.invalidate_model(flush=False)
        return len(found)

    @api.model
    def _take_due(self):
        """Lock what is due and held by nobody else, as dicts.

        A row that another host finished since this transaction began is refused by PostgreSQL; a
        newer snapshot then shows it as done, and nothing has been written yet.
        """
        cr, latest = self.env.cr, fields.Datetime.now() - GRACE
        self.env.flush_all()
        for turn in range(_TURNS):
            try:
                cr.execute(
                    SQL(
                        """
                        SELECT id, case_id, rule_id, rule_code, key, fire_at, step, department,
                               actor_id, role, problem
                        FROM gov_alert_watch
                        WHERE is_fired IS NOT TRUE AND fire_at <= %s
                        ORDER BY fire_at, id LIMIT %s FOR UPDATE SKIP LOCKED
                        """,
                        latest,
                        SLICE,
                    ),
                    log_exceptions=False,  # being refused is part of the plan
                )
                return cr.dictfetchall()
            except SerializationFailure:
                if turn == _TURNS - 1:
                    raise
                cr.rollback()
        return []
