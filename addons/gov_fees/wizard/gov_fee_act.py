from odoo import Command, api, fields, models
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError

from ..kernel import assessment, bill
from ..kernel.shapes import CHOSEN, ByReference, Surcharge
from ..models.gov_fee_refund import GROUNDS

KINDS = [
    ("assess", "Assess"),
    ("request_relief", "Ask for a relief"),
    ("grant_relief", "Grant the relief"),
    ("request_deferral", "Ask for a deferral"),
    ("grant_deferral", "Grant the deferral"),
    ("refuse", "Refuse"),
    ("cancel", "Cancel"),
    ("void", "Void"),
    ("request_refund", "Ask for a refund"),
    ("check_refund", "Check the refund"),
    ("approve_refund", "Approve the refund"),
    ("refuse_refund", "Refuse the refund"),
    ("pay_refund", "Pay the refund back"),
]


class GovFeeAct(models.TransientModel):
    """What is said with an act on a fee or a bill (收费办理输入); the door judges it."""

    _name = "gov.fee.act"
    _description = "Inputs of an act on fees"

    assessment_id = fields.Many2one("gov.fee.assessment")
    bill_id = fields.Many2one("gov.fee.bill")
    refund_id = fields.Many2one("gov.fee.refund")
    kind = fields.Selection(KINDS, required=True)
    reason = fields.Text()
    opinion = fields.Text()
    until = fields.Date(string="New date")
    relief_id = fields.Many2one("gov.fee.relief", string="Relief of the list")
    fee_item_ids = fields.Many2many("gov.fee.item", compute="_compute_fee_item_ids")
    ground = fields.Selection(GROUNDS)
    bank_reference = fields.Char(string="Number of the bank")
    payment_id = fields.Many2one("gov.fee.payment", string="Excess payment")
    line_ids = fields.One2many("gov.fee.act.line", "act_id", string="Lines")

    @api.depends("assessment_id")
    def _compute_fee_item_ids(self):
        for act in self:
            act.fee_item_ids = act.assessment_id.line_ids.fee_item_id

    @api.model
    def default_get(self, fields_list):
        vals = super().default_get(fields_list)
        if vals.get("refund_id"):
            vals["bill_id"] = self.env["gov.fee.refund"].browse(vals["refund_id"]).bill_id.id
        if vals.get("kind") == "assess":
            found = self.env["gov.fee.assessment"].browse(vals["assessment_id"])
            vals["line_ids"] = [Command.create(row) for row in self._prepare_entries(found)]
        elif vals.get("kind") == "request_refund":
            lines = self.env["gov.fee.bill"].browse(vals["bill_id"]).line_ids
            vals["line_ids"] = [
                Command.create({"bill_line_id": line.id, "name": line.name, "most": line.payable})
                for line in lines
            ]
        return vals

    def _prepare_entries(self, found):
        """A row for every line of every rate: what has to be entered for it."""
        rows = []
        for code in found.codes or ():
            rate = self.env["gov.fee.item"]._rate_in_force(code, found._get_day())
            for line in rate._to_kernel().lines:
                rows.append(
                    {
                        "code": code,
                        "fee": rate.item_id.display_name,
                        "name": line.name,
                        "units": "·".join(line.shape.units),
                        "is_chosen": isinstance(line.shape, (*CHOSEN, ByReference)),
                        "is_surcharge": isinstance(line.shape, Surcharge),
                        "words": rate.standard,
                    }
                )
        return rows

    @on_one_record
    def action_do(self):
        """Send what was entered through the door of the assessment or the bill."""
        acts = assessment.ACTS if self.assessment_id else bill.ACTS
        inputs = {item.name for item in acts[self.kind].inputs}
        payload = {name: self._say(name) for name in inputs}
        if self.kind == "assess":
            payload["fees"] = self._say_fees()
        elif self.kind == "request_refund" and self.payment_id:
            payload["payment"] = self.payment_id.id
        elif self.kind == "request_refund":
            payload["lines"] = [
                {"line": row.bill_line_id.id, "amount": f"{row.amount:.2f}"}
                for row in self.line_ids
                if row.amount
            ]
        (self.assessment_id or self.bill_id).action_act(self.kind, payload)
        return {"type": "ir.actions.act_window_close"}

    def _say(self, name):
        if name == "relief":
            part = self.relief_id
            return f"{part.item_id.code}/{part.code}" if part else ""
        if name == "refund":
            return self.refund_id.serial
        value = self[name]
        return fields.Date.to_string(value) if name == "until" else value or ""

    def _say_fees(self):
        fees = {}
        for row in self.line_ids:
            if not row.is_charged:
                continue
            fees.setdefault(row.code, {})[row.name] = row._say()
        if not fees:
            raise UserError(self.env._("Mark at least one fee that is charged."))
        return [{"code": code, "lines": lines} for code, lines in fees.items()]


class GovFeeActLine(models.TransientModel):
    """A line of a rate with what is entered for it, or a line of a bill with what goes back."""

    _name = "gov.fee.act.line"
    _description = "Line of the inputs of an act on fees"
    _order = "id"

    act_id = fields.Many2one("gov.fee.act", required=True, ondelete="cascade")
    code = fields.Char()
    fee = fields.Char()
    name = fields.Char(string="What is charged")
    units = fields.Char(string="Counted in")
    is_chosen = fields.Boolean()
    is_surcharge = fields.Boolean()
    words = fields.Char(string="Rate")
    is_charged = fields.Boolean(string="Charged", default=True)
    quantity = fields.Char(help="For 平方米·日 two numbers: 12.5·30")
    chosen = fields.Char(string="Chosen rate or amount")
    applies = fields.Boolean(string="Surcharge applies")
    reason = fields.Char()
    bill_line_id = fields.Many2one("gov.fee.bill.line")
    most = fields.Float(string="Paid", digits=(16, 2), readonly=True)
    amount = fields.Float(string="To refund", digits=(16, 2))

    def _say(self):
        units = [unit for unit in (self.units or "").split("·") if unit]
        numbers = [part.strip() for part in (self.quantity or "").split("·") if part.strip()]
        if len(numbers) != len(units):
            raise UserError(
                self.env._(
                    "“%(line)s” is counted in %(units)s. Enter %(count)s numbers, divided by ·",
                    line=self.name,
                    units=self.units or "–",
                    count=len(units),
                )
            )
        said = {"quantities": dict(zip(units, numbers, strict=True)), "reason": self.reason or ""}
        if self.chosen:
            said["chosen"] = self.chosen.strip()
        if self.is_surcharge:
            said["applies"] = self.applies
        return said
