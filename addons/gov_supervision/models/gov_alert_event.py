from odoo import api, fields, models
from odoo.addons.gov_approval.kernel import chain
from odoo.addons.gov_approval.kernel.case_facts import Event

from .alert_speech import word

#: What an act says, in the order in which it is read.
_SAID = ("outcome", "demand", "explanation", "grounds", "measures", "evidence", "opinion")


class GovAlertEvent(models.Model):
    """One act on a card (预警纠错事件): append-only and hash-chained, as those of cases.

    The database refuses UPDATE, DELETE and TRUNCATE as well.
    """

    _name = "gov.alert.event"
    _description = "Event of a card"
    _inherit = ["gov.sealed"]
    _order = "card_id, sequence"
    _rec_name = "kind"

    card_id = fields.Many2one(
        "gov.alert.card", required=True, readonly=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(required=True, readonly=True, aggregator=None)
    kind = fields.Char(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)
    actor_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    payload = fields.Json(readonly=True)
    previous = fields.Char(readonly=True)
    digest = fields.Char(required=True, readonly=True)
    algorithm = fields.Char(required=True, readonly=True)
    act = fields.Char(compute="_compute_act")
    said = fields.Text(compute="_compute_act")
    by = fields.Char(compute="_compute_by")

    _sequence_uniq = models.Constraint(
        "UNIQUE (card_id, sequence)", "This act was recorded already."
    )

    def init(self):
        """The same trigger as that of the events of cases."""
        for name, when in (("append_only", "UPDATE OR DELETE"), ("not_emptied", "TRUNCATE")):
            level = "STATEMENT" if when == "TRUNCATE" else "ROW"
            self.env.cr.execute(
                f"""
                CREATE OR REPLACE TRIGGER gov_alert_event_{name} BEFORE {when} ON gov_alert_event
                FOR EACH {level} EXECUTE FUNCTION gov_case_event_is_append_only()
                """  # pylint: disable=sql-injection
            )

    @api.depends("kind", "payload")
    @api.depends_context("lang")
    def _compute_act(self):
        for event in self:
            event.act = word(self.env, event.kind)
            payload = event.payload or {}
            event.said = "\n".join(
                f"{word(self.env, 'opinion_given' if name == 'opinion' else name)}: "
                f"{word(self.env, payload[name]) if name == 'outcome' else payload[name]}"
                for name in _SAID
                if payload.get(name)
            )

    @api.depends("actor_id")
    @api.depends_context("lang")
    def _compute_by(self):
        for event in self:
            actor = event.sudo().actor_id  # a name
            event.by = word(self.env, "system") if actor._is_superuser() else actor.name

    @api.model
    def _compose(self, number, sequence, kind, at, actor, payload):
        """What the digest covers, as plain values."""
        return {
            "card": number,
            "sequence": sequence,
            "kind": kind,
            "at": fields.Datetime.to_string(at),
            "actor": actor,
            "payload": payload or {},
        }

    @api.model
    def _get_algorithm(self):
        parameters = self.env["ir.config_parameter"].sudo()  # a setting of the centre, no secret
        return parameters.get_param("gov_approval.chain_algorithm", "sha256")

    @api.model
    def _prepare(self, number, sequence, previous, kind, at, payload, algorithm):
        """Columns of an event, but for its card."""
        body = self._compose(number, sequence, kind, at, self.env.uid, payload)
        return {
            "sequence": sequence,
            "kind": kind,
            "at": at,
            "actor_id": self.env.uid,
            "payload": payload,
            "previous": previous,
            "digest": chain.digest(algorithm, previous, body),
            "algorithm": algorithm,
        }

    def _to_kernel(self):
        """The rows as kernel events, moments in legal time."""
        local, person = self.env["gov.calendar.day"]._local, self.env["gov.case.event"]._person
        return [
            Event(e.kind, local(e.at), person(e.actor_id.id), "", e.payload or {})
            for e in self.sorted("sequence")
        ]

    def _find_break(self):
        """The first broken link of all events of one card, or None (``kernel.chain``)."""
        links = [
            chain.Link(
                e.sequence,
                e.previous or "",
                e.digest,
                e.algorithm,
                self._compose(e.card_id.number, e.sequence, e.kind, e.at, e.actor_id.id, e.payload),
            )
            for e in self.sorted("sequence")
        ]
        return chain.verify(links, self.card_id.head)
