from odoo import fields, models
from odoo.addons.gov_approval.models.rpc import on_one_record

from ..kernel import card

KINDS = [
    ("acknowledge", "Take note"),
    ("order", "Order a correction"),
    ("explain", "Explain"),
    ("verify", "Verify"),
    ("appeal", "Appeal"),
    ("decide_appeal", "Decide on the appeal"),
    ("escalate", "Hand over for accountability"),
]
OUTCOMES = [
    ("accepted", "Accepted: settled"),
    ("returned", "Not enough: back to the unit"),
    ("withdrawn", "Withdraw the card"),
]
DECISIONS = [("upheld", "Upheld"), ("withdrawn", "Withdraw the card")]


class GovAlertAnswer(models.TransientModel):
    """What is said with an act on a card (办理输入); the door of the card judges it."""

    _name = "gov.alert.answer"
    _description = "Inputs of an act on a card"

    card_id = fields.Many2one("gov.alert.card", required=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True)
    turn = fields.Char(related="card_id.turn")
    happened = fields.Char(related="card_id.happened")
    explained = fields.Text(related="card_id.explanation", string="The unit says")
    demand = fields.Text(string="What has to be corrected")
    explanation = fields.Text()
    measures = fields.Text(string="Measures taken")
    grounds = fields.Text(string="Grounds of the appeal")
    evidence = fields.Text(help="Numbers of documents, records, witnesses.")
    outcome = fields.Selection(OUTCOMES)
    decision = fields.Selection(DECISIONS)
    opinion = fields.Text()
    days = fields.Integer(string="Working days to answer", default=3)

    @on_one_record
    def action_do(self):
        """Send what was entered through the door of the card."""
        payload = {}
        for item in card.ACTS[self.kind].inputs:
            is_decision = (self.kind, item.name) == ("decide_appeal", "outcome")
            name = "decision" if is_decision else item.name
            payload[item.name] = self[name] or ""
        if payload.get("outcome") in ("accepted", "withdrawn"):
            payload.pop("days")
        self.card_id.action_act(self.kind, payload)
        return {"type": "ir.actions.act_window_close"}
