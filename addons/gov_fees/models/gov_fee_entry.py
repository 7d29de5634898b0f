from odoo import api, fields, models
from odoo.addons.gov_approval.models.gov_sealed import DOOR

KINDS = [
    ("due", "Due"),
    ("relief", "Relief"),
    ("paid", "Paid"),
    ("refunded", "Refunded"),
    ("excess", "To be returned"),
]


class GovFeeEntry(models.Model):
    """The ledger (台账): one row for each movement of each fee, signed, on its accounting day.

    Sums over it are what day, month, department, fee and fund come to; nothing is changed or
    removed, what was wrong is entered again with the other sign.
    """

    _name = "gov.fee.entry"
    _description = "Ledger entry"
    _inherit = ["gov.sealed"]
    _order = "day desc, id desc"
    _rec_name = "kind"

    period_id = fields.Many2one(
        "gov.fee.period", required=True, readonly=True, index=True, ondelete="restrict"
    )
    day = fields.Date(string="Accounting day", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    amount = fields.Float(digits=(16, 2), readonly=True)
    centre_id = fields.Many2one("gov.centre", required=True, readonly=True)
    bill_id = fields.Many2one("gov.fee.bill", required=True, readonly=True, index=True)
    bill_line_id = fields.Many2one("gov.fee.bill.line", readonly=True, index=True)
    case_id = fields.Many2one("gov.case", readonly=True, index=True)
    department_id = fields.Many2one("gov.department", readonly=True, index=True)
    fee_item_id = fields.Many2one("gov.fee.item", string="Fee", readonly=True, index=True)
    fund_management = fields.Char(string="Management of the money", readonly=True)
    payment_id = fields.Many2one("gov.fee.payment", readonly=True, index=True)
    refund_id = fields.Many2one("gov.fee.refund", readonly=True, index=True)

    @api.model
    def _enter(self, bill, kind, rows, **more):
        """``rows``: (bill line or none, amount)."""
        period = self.env["gov.fee.period"]._get_open(bill.centre_id)
        base = {"bill_id": bill.id, "centre_id": bill.centre_id.id, "kind": kind}
        base |= {"period_id": period.id, "day": period.date_from}
        vals_list = [
            base
            | {
                "amount": amount,
                "bill_line_id": line.id,
                "case_id": line.case_id.id,
                "department_id": line.department_id.id,
                "fee_item_id": line.fee_item_id.id,
                "fund_management": line.fund_management,
            }
            | more
            for line, amount in rows
            if amount
        ]
        if vals_list:
            self.sudo()._door_create(DOOR, vals_list)  # the act that moved the money was judged

    @api.model
    def _enter_issue(self, bill, sign=1):
        lines = bill.line_ids
        self._enter(bill, "due", [(line, sign * line.due) for line in lines])
        self._enter(bill, "relief", [(line, -sign * line.relief_amount) for line in lines])

    @api.model
    def _enter_void(self, bill):
        self._enter_issue(bill, sign=-1)

    @api.model
    def _enter_payment(self, bill, values):
        if values["standing"] == "fits":
            rows = [(line, line.payable) for line in bill.line_ids]
            self._enter(bill, "paid", rows, payment_id=values["payment"])
        else:
            rows = [(self.env["gov.fee.bill.line"], float(values["amount"]))]
            self._enter(bill, "excess", rows, payment_id=values["payment"])

    @api.model
    def _enter_refund(self, bill, refund):
        if refund.payment_id:
            rows = [(self.env["gov.fee.bill.line"], -refund.amount)]
            self._enter(bill, "excess", rows, refund_id=refund.id)
        else:
            amounts = {row["line"]: float(row["amount"]) for row in refund.lines}
            rows = [(line, -amounts.get(line.id, 0.0)) for line in bill.line_ids]
            self._enter(bill, "refunded", rows, refund_id=refund.id)
