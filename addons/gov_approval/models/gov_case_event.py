from datetime import datetime
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..kernel import chain
from ..kernel.case import Event


class History(NamedTuple):
    """What happened on a case so far, and where its chain ends."""

    events: tuple[Event, ...] = ()
    sequence: int = 0
    head: str = ""


class GovCaseEvent(models.Model):
    """One act on a case (办件事件): append-only and hash-chained; the history is the case.

    Not even the system administrator changes or removes a row through Odoo; the database refuses
    UPDATE and DELETE as well.
    """

    _name = "gov.case.event"
    _description = "Case event"
    _inherit = ["gov.sealed"]
    _order = "case_id, sequence"
    _rec_name = "kind"

    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(required=True, readonly=True, aggregator=None)
    kind = fields.Char(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)
    actor_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    role = fields.Char(readonly=True)
    payload = fields.Json(
        readonly=True,
        groups="gov_approval.group_gov_auditor,gov_approval.group_gov_supervisor",
    )
    previous = fields.Char(readonly=True)
    digest = fields.Char(required=True, readonly=True)
    algorithm = fields.Char(required=True, readonly=True)

    _sequence_uniq = models.Constraint(
        "UNIQUE (case_id, sequence)", "This act was recorded already."
    )

    def init(self):
        """The database itself refuses to change the history."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION gov_case_event_is_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
            END
            $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS gov_case_event_append_only ON gov_case_event;
            CREATE TRIGGER gov_case_event_append_only BEFORE UPDATE OR DELETE ON gov_case_event
                FOR EACH ROW EXECUTE FUNCTION gov_case_event_is_append_only();
            DROP TRIGGER IF EXISTS gov_case_event_not_emptied ON gov_case_event;
            CREATE TRIGGER gov_case_event_not_emptied BEFORE TRUNCATE ON gov_case_event
                FOR EACH STATEMENT EXECUTE FUNCTION gov_case_event_is_append_only();
            """
        )

    def _body(self):
        """What the digest covers, as plain values."""
        self.ensure_one()
        return {
            "case": self.case_id.number,
            "sequence": self.sequence,
            "kind": self.kind,
            "at": fields.Datetime.to_string(self.at),
            "actor": self.actor_id.id,
            "role": self.role or "",
            "payload": self.payload or {},  # nothing said is kept as NULL
        }

    @api.model
    def _prepare_next(self, case, history, kind, at, role, payload):
        """Columns of the event that follows ``history`` in the chain of ``case``."""
        algorithm = (
            self.env["ir.config_parameter"]
            .sudo()  # a setting of the centre, not a secret
            .get_param("gov_approval.chain_algorithm", "sha256")
        )
        body = {
            "case": case.number,
            "sequence": history.sequence + 1,
            "kind": kind,
            "at": fields.Datetime.to_string(at),
            "actor": self.env.uid,
            "role": role or "",
            "payload": payload,
        }
        return {
            "case_id": case.id,
            "sequence": body["sequence"],
            "kind": kind,
            "at": at,
            "actor_id": self.env.uid,
            "role": role,
            "payload": payload,
            "previous": history.head,
            "digest": chain.digest(algorithm, history.head, body),
            "algorithm": algorithm,
        }

    @api.model
    def _history_sql(self, case):
        """All events of a case as one JSON value; ``case`` is an id or a column that holds it."""
        return SQL(
            """(SELECT jsonb_agg(jsonb_build_array(kind, at, actor_id, role, payload,
                                                  sequence, digest) ORDER BY sequence)
                FROM gov_case_event WHERE case_id = %s)""",
            case,
        )

    @api.model
    def _to_history(self, value):
        """The value of ``_history_sql`` as kernel events, moments in legal time."""
        if not value:
            return History()
        local = self.env["gov.calendar.day"]._local
        events = tuple(
            Event(
                kind,
                local(datetime.fromisoformat(at)),
                self._person(actor),
                role or "",
                payload or {},
            )
            for kind, at, actor, role, payload, _sequence, _digest in value
        )
        return History(events, *value[-1][-2:])

    def _to_kernel(self):
        """The rows as kernel events, moments in legal time."""
        local = self.env["gov.calendar.day"]._local
        return [
            Event(e.kind, local(e.at), self._person(e.actor_id.id), e.role or "", e.payload or {})
            for e in self
        ]

    @api.model
    def _person(self, user_id):
        """The kernel's number of who acted: 0 for the system, which is nobody."""
        return 0 if user_id == SUPERUSER_ID else user_id

    def _to_links(self):
        """The rows as links of the chain, in their order."""
        return [
            chain.Link(e.sequence, e.previous or "", e.digest, e.algorithm, e._body())
            for e in self.sorted("sequence")
        ]

    def _find_break(self):
        """The first broken link of all events of one case, or None (``kernel.chain``)."""
        return chain.verify(self._to_links(), self.case_id.head)
