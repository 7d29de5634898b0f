from odoo import api, fields, models
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import on_one_record

STATES = [
    ("requested", "Asked for"),
    ("checked", "Checked by the unit"),
    ("approved", "Approved by finance"),
    ("refused", "Refused"),
    ("done", "Paid back"),
]
GROUNDS = [
    ("error", "Wrongly charged"),
    ("paid_twice", "Paid twice"),
    ("policy", "By policy"),
    ("withdrawn", "Application withdrawn"),
]


class GovFeeRefund(models.Model):
    """A refund (退付): asked for, checked by the unit, approved by finance, paid back to the paying
    account.  It is never set off against another bill."""

    _name = "gov.fee.refund"
    _description = "Refund"
    _inherit = ["gov.sealed"]
    _order = "id desc"

    bill_id = fields.Many2one("gov.fee.bill", required=True, readonly=True, index=True)
    serial = fields.Integer(string="Number on the bill", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    ground = fields.Selection(GROUNDS, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    amount = fields.Float(digits=(16, 2), readonly=True)
    lines = fields.Json(readonly=True)
    payment_id = fields.Many2one("gov.fee.payment", string="Excess payment", readonly=True)
    requested_by_id = fields.Many2one("res.users", string="Asked for by", readonly=True)
    checked_by_id = fields.Many2one("res.users", string="Checked by", readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    reference = fields.Char(string="Number of the bank", readonly=True)
    paid_back_on = fields.Date(readonly=True)

    _serial_uniq = models.Constraint("UNIQUE (bill_id, serial)", "This refund exists already.")

    @api.depends("bill_id.number", "serial")
    def _compute_display_name(self):
        for refund in self:
            refund.display_name = f"{refund.bill_id.number}-T{refund.serial}"

    @on_one_record
    def action_act(self, kind, payload=None):
        """An act of ``kernel.bill`` on this refund; the bill's door judges it."""
        self.check_access("read")
        said = payload if isinstance(payload, dict) else {}
        return self.bill_id.action_act(kind, said | {"refund": self.serial})

    @api.model
    def _project(self, bill, after):
        """Rows of the refunds of a bill, as its events say; all of them."""
        rows = {refund.serial: refund for refund in bill.refund_ids}
        events = bill.event_ids.sorted("sequence")
        said = [event.payload for event in events if event.kind == "request_refund"]
        paid = {e.payload["refund"]: e.payload for e in events if e.kind == "pay_refund"}
        for refund in after.refunds:
            vals = {
                "state": refund.state,
                "checked_by_id": refund.people.get("checked"),
                "approved_by_id": refund.people.get("approved"),
            }
            row = rows.get(refund.number)
            if refund.number in paid and not (row and row.paid_back_on):
                today = self.env["gov.calendar.day"]._local_now().date()
                vals |= {"paid_back_on": today, "reference": paid[refund.number]["bank_reference"]}
            if row:
                row._door_write(DOOR, vals)
                continue
            words = said[refund.number - 1]
            vals |= {
                "bill_id": bill.id,
                "serial": refund.number,
                "ground": refund.ground,
                "reason": words["reason"],
                "amount": float(refund.amount),
                "lines": words.get("lines"),
                "payment_id": refund.payment or None,
                "requested_by_id": refund.people["requested"] or None,
            }
            self.sudo()._door_create(DOOR, [vals])  # judged by the bill's door
        bill.invalidate_recordset(["refund_ids"])
        return bill.refund_ids
