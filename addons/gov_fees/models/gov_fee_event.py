from odoo import api, fields, models
from odoo.addons.gov_approval.kernel import chain
from odoo.addons.gov_approval.kernel.case_facts import Event
from odoo.addons.gov_approval.models.gov_case_event import History
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.tools import SQL

#: Where an event may belong to: one of these columns is filled.
SUBJECTS = ("assessment_id", "bill_id")


class GovFeeEvent(models.Model):
    """One act on an assessment or a bill (收费事件): append-only and hash-chained, as a case's.

    The database refuses UPDATE, DELETE and TRUNCATE as well.
    """

    _name = "gov.fee.event"
    _description = "Fee event"
    _inherit = ["gov.sealed"]
    _order = "id"
    _rec_name = "kind"

    assessment_id = fields.Many2one("gov.fee.assessment", index=True, ondelete="restrict")
    bill_id = fields.Many2one("gov.fee.bill", index=True, ondelete="restrict")
    sequence = fields.Integer(required=True, aggregator=None)
    kind = fields.Char(required=True)
    at = fields.Datetime(required=True)
    actor_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    role = fields.Char()
    payload = fields.Json(groups="gov_approval.group_gov_auditor,gov_approval.group_gov_supervisor")
    previous = fields.Char()
    digest = fields.Char(required=True)
    algorithm = fields.Char(required=True)

    _one_subject = models.Constraint(
        "CHECK ((assessment_id IS NULL) <> (bill_id IS NULL))",
        "An event belongs to one assessment or to one bill.",
    )
    _assessment_sequence = models.UniqueIndex(
        "(assessment_id, sequence) WHERE assessment_id IS NOT NULL",
        "This act was recorded already.",
    )
    _bill_sequence = models.UniqueIndex(
        "(bill_id, sequence) WHERE bill_id IS NOT NULL", "This act was recorded already."
    )

    def init(self):
        """The same trigger as that of the events of cases."""
        self.env.cr.execute(
            """
            DROP TRIGGER IF EXISTS gov_fee_event_append_only ON gov_fee_event;
            CREATE TRIGGER gov_fee_event_append_only BEFORE UPDATE OR DELETE ON gov_fee_event
                FOR EACH ROW EXECUTE FUNCTION gov_case_event_is_append_only();
            DROP TRIGGER IF EXISTS gov_fee_event_not_emptied ON gov_fee_event;
            CREATE TRIGGER gov_fee_event_not_emptied BEFORE TRUNCATE ON gov_fee_event
                FOR EACH STATEMENT EXECUTE FUNCTION gov_case_event_is_append_only();
            """
        )

    def _body(self):
        """What the digest covers, as plain values."""
        self.ensure_one()
        subject = self.assessment_id or self.bill_id
        return self._compose(
            subject, self.sequence, self.kind, self.at, self.actor_id.id, self.role, self.payload
        )

    @api.model
    def _compose(self, subject, sequence, kind, at, actor, role, payload):
        return {
            "subject": f"{subject._name},{subject.number}",
            "sequence": sequence,
            "kind": kind,
            "at": fields.Datetime.to_string(at),
            "actor": actor,
            "role": role or "",
            "payload": payload or {},
        }

    @api.model
    def _prepare_next(self, subject, history, kind, at, role, payload):
        """Columns of the event that follows ``history`` in the chain of ``subject``."""
        parameters = self.env["ir.config_parameter"].sudo()  # a setting of the centre, no secret
        algorithm = parameters.get_param("gov_approval.chain_algorithm", "sha256")
        sequence = history.sequence + 1
        body = self._compose(subject, sequence, kind, at, self.env.uid, role, payload)
        return {
            subject._event_key: subject.id,
            "sequence": sequence,
            "kind": kind,
            "at": at,
            "actor_id": self.env.uid,
            "role": role,
            "payload": payload,
            "previous": history.head,
            "digest": chain.digest(algorithm, history.head, body),
            "algorithm": algorithm,
        }

    def _find_break(self):
        """The first broken link of all events of one subject, or None (``kernel.chain``)."""
        links = [
            chain.Link(e.sequence, e.previous or "", e.digest, e.algorithm, e._body())
            for e in self.sorted("sequence")
        ]
        return chain.verify(links, (self.assessment_id or self.bill_id).head)


class GovFeeFolded(models.AbstractModel):
    """A record of fees that is its events (以事件为准): its columns are a projection of them.

    As for cases there is one door: lock the row, fold the events, ask the kernel, append one
    event, project.  ``_event_key`` names the column of ``gov.fee.event`` that leads here.
    """

    _name = "gov.fee.folded"
    _description = "Fee record that is its events"
    _inherit = ["gov.sealed"]
    _event_key = None

    number = fields.Char(required=True, readonly=True, index=True)
    head = fields.Char(readonly=True, help="Digest of the last event.")

    def _enter(self):
        """Lock the row and read its events, of one snapshot."""
        table = SQL.identifier(self._table, "id")
        (found,) = self._lock(
            SQL(
                """(SELECT jsonb_agg(jsonb_build_array(kind, at, actor_id, role, payload,
                                                      sequence, digest) ORDER BY sequence)
                    FROM gov_fee_event WHERE %s = %s)""",
                SQL.identifier(self._event_key),
                table,
            )
        )
        return self.env["gov.case.event"]._to_history(found)

    def _read_history(self):
        """The events without a lock, to show what is possible."""
        domain = [(self._event_key, "=", self.id)]
        events = self.env["gov.fee.event"].search(domain, order="sequence")
        local, person = self.env["gov.calendar.day"]._local, self.env["gov.case.event"]._person
        return History(
            tuple(
                Event(e.kind, local(e.at), person(e.actor_id.id), e.role or "", e.payload or {})
                for e in events
            )
        )

    def _append(self, history, kind, role, payload, columns=None):
        """Write one event and the columns that follow from it; the history that is then."""
        at = fields.Datetime.now()
        Row = self.env["gov.fee.event"]
        row = Row._prepare_next(self, history, kind, at, role, payload)
        Row.sudo()._door_create(DOOR, [row])  # the door: the act was judged before
        self.sudo()._door_write(DOOR, (columns or {}) | {"head": row["digest"]})  # likewise
        person = self.env["gov.case.event"]._person(self.env.uid)
        local = self.env["gov.calendar.day"]._local(at)
        done = Event(kind, local, person, role or "", payload or {})
        return History((*history.events, done), row["sequence"], row["digest"])

    def _find_break(self):
        """The first broken event, or None."""
        self.ensure_one()
        domain = [(self._event_key, "=", self.id)]
        return self.env["gov.fee.event"].search(domain)._find_break()
