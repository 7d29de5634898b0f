from odoo import api, fields, models
from odoo.addons.gov_approval.kernel import clock
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.rpc import on_one_record

from ..kernel import card
from .alert_speech import say


class GovAlertCard(models.Model):
    """What people see of a card (办理页面): what happened, whose turn it is, until when."""

    _inherit = "gov.alert.card"

    acts = fields.Char(compute="_compute_acts", help="What the user can do now.")
    turn = fields.Char(string="Now", compute="_compute_turn")
    happened = fields.Char(string="What happened", compute="_compute_happened")
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")

    @api.depends("head")
    @api.depends_context("uid")
    def _compute_acts(self):
        person = self.env["gov.case.event"]._person(self.env.uid)
        today = self.env["gov.calendar.day"]._local_now().date()
        for one in self:
            facts = one.sudo()._get_facts()  # what the user may do is told from what he reads
            found = card.get_acts(facts, person, one._get_sides(), today)
            one.acts = f",{','.join(found)},"  # so that no name is found within another

    @api.depends("state", "due_on", "is_at_window")
    @api.depends_context("lang")
    def _compute_turn(self):
        Day = self.env["gov.calendar.day"]
        today, calendar = Day._local_now().date(), Day._calendar()
        for one in self:
            one.turn = f"{one._say_turn()}{one._say_left(today, calendar)}"

    def _say_turn(self):
        unit = self.centre_id.name if self.is_at_window else self.department_id.name
        is_notice = self.rule_id.sudo().definition["action"] == "inform"  # what the rule asks for
        return {
            "issued": self.env._("%(unit)s takes note", unit=unit)
            if is_notice
            else self.env._("%(unit)s has to answer", unit=unit),
            "ordered": self.env._("%(unit)s has to put it right and report", unit=unit),
            "explained": self.env._("Supervision verifies the explanation"),
            "appealed": self.env._("Supervision decides on the appeal"),
            "settled": self.env._("Settled"),
            "withdrawn": self.env._("Withdrawn; it counts no more, its history stays"),
            "escalated": self.env._("Handed over for accountability"),
        }[self.state]

    def _say_left(self, today, calendar):
        if not self.due_on:
            return ""
        left = clock.remaining_days(today, self.due_on, calendar)
        if left < 0:
            return self.env._(" · %(days)s working days late", days=-left)
        return self.env._(
            " · until %(day)s, %(days)s working days left", day=self.due_on, days=left
        )

    @api.depends("rule_id", "step", "problem")
    @api.depends_context("lang")
    def _compute_happened(self):
        for one in self:
            said = [one.rule_id.sudo().definition["name"]]  # the name of the rule that fired
            if one.step:
                said.append(self.env._("step %(step)s", step=one._get_step_name()))
            if one.problem:
                reason = say(self.env, KernelError(one.problem))
                said.append(self.env._("the rule could not be judged: %(reason)s", reason=reason))
            one.happened = " · ".join(said)

    def _get_step_name(self):
        definition = self.case_id.sudo().version_id._get_definition()  # the name of a step
        nodes = definition["flow"]["nodes"]
        return next((node["name"] for node in nodes if node["code"] == self.step), self.step)

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        for one in self:
            one.is_overdue = bool(one.filtered_domain(self._overdue_domain()))

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._overdue_domain()
        return domain if True in value else ["!", *domain]

    @api.model
    def _overdue_domain(self):
        today = self.env["gov.calendar.day"]._local_now().date()
        return ["&", ("state", "in", card.OPEN), ("due_on", "<", today)]

    @on_one_record
    def action_open_case(self):
        """The case behind the card."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.case",
            "res_id": self.case_id.id,
            "views": [(False, "form")],
        }
