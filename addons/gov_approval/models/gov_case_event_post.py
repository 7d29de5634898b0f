from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .rpc import on_one_record
from .speech import word


class GovCaseEvent(models.Model):
    """Acts of B in the stead of A (顶岗办理), for A to see after the return.

    For whom B stood in is part of the payload, which the chain of digests covers; these fields
    only read it.
    """

    _inherit = "gov.case.event"

    stands_in_for_id = fields.Many2one(
        "res.users",
        string="In the stead of",
        compute="_compute_stands_in_for_id",
        search="_search_stands_in_for_id",
        compute_sudo=True,
    )
    act_name = fields.Char(string="Act", compute="_compute_act_name")

    _stands_in_idx = models.Index(
        "((payload->>'stands_in_for')) WHERE (payload->>'stands_in_for') IS NOT NULL"
    )

    @api.depends("payload")
    def _compute_stands_in_for_id(self):
        for event in self:
            event.stands_in_for_id = (event.payload or {}).get("stands_in_for", False)

    @api.model
    def _search_stands_in_for_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        people = tuple(str(user) for user in value if user) or ("",)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s->>'stands_in_for' IN %s", SQL.identifier(alias, "payload"), people
            )
        )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_act_name(self):
        for event in self:
            event.act_name = word(self.env, event.kind)

    @on_one_record
    def action_open_case(self):
        """The case to which this act belongs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.case",
            "res_id": self.case_id.id,
            "views": [(False, "form")],
        }
