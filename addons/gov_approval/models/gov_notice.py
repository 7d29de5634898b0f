from odoo import api, fields, models

from .gov_sealed import DOOR

#: Acts by others that the applicant is told of.
TOLD = (
    "receive",
    "accept",
    "deem_accepted",
    "request_supplement",
    "decline",
    "refuse_acceptance",
    "stop_clock",
    "resume_clock",
    "extend",
    "decide",
    "deliver",
    "abandon",
)


class GovNotice(models.Model):
    """A message to the applicant that waits to be sent (待发通知).

    An act only queues it; a cron sends in batches, so that a slow mail server never slows a
    window and a failed message never undoes an act.
    """

    _name = "gov.notice"
    _description = "Notice to an applicant"
    _inherit = ["gov.sealed"]
    _order = "id"
    _rec_name = "kind"

    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    event_id = fields.Many2one(
        "gov.case.event", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("queued", "Queued"), ("sent", "Sent"), ("failed", "Failed"), ("no_address", "No address")],
        required=True,
        default="queued",
        readonly=True,
    )
    error = fields.Char(readonly=True)

    _queued_idx = models.Index("(id) WHERE state = 'queued'")

    @api.model
    def _queue(self, event):
        """Queue what ``event`` has to tell the applicant, if anything."""
        if event.kind in TOLD:
            self._door_create(
                DOOR, [{"case_id": event.case_id.id, "event_id": event.id, "kind": event.kind}]
            )
