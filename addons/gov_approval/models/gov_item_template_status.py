from odoo import api, fields, models

TEMPLATE_STATES = [
    ("current", "Up to date"),
    ("waits", "Update waits"),
    ("conflicts", "Conflicts to decide"),
    ("prepared", "Taken over, not yet in force"),
    ("withdrawn", "Template not in force"),
]
#: States in which somebody has to do something.
_TO_DO = ("waits", "conflicts", "prepared")


class GovItem(models.Model):
    """How far a local item follows its template (本地事项状态)."""

    _inherit = "gov.item"

    template_state = fields.Selection(
        TEMPLATE_STATES, string="State", compute="_compute_template_state"
    )
    template_state_text = fields.Char(string="In words", compute="_compute_template_state")
    has_template_update = fields.Boolean(
        string="Update of the template to do",
        compute="_compute_template_state",
        search="_search_has_template_update",
    )
    waiting_local_count = fields.Integer(
        string="Local items with an update to take over", compute="_compute_waiting_local_count"
    )

    @api.depends(
        "template_id.published_version_id",
        "template_id.active",
        "template_version_id",
        "version_ids.state",
        "version_ids.template_version_id",
        "version_ids.conflict_ids.chosen",
    )
    @api.depends_context("lang")
    def _compute_template_state(self):
        words = dict(self._fields["template_state"]._description_selection(self.env))
        for item in self:
            state = item.template_state = item._get_template_state()
            item.has_template_update = state in _TO_DO
            item.template_state_text = words.get(state, False)
            if state == "conflicts":
                count = item._get_newest().undecided_count
                item.template_state_text = self.env._("%(count)s conflicts to decide", count=count)

    def _get_template_state(self):
        template = self.template_id
        if not template:
            return False
        if not template.active or not template.published_version_id:
            return "withdrawn"
        newest = self._get_newest()
        if newest._get_template_level() != template.published_version_id:
            return "waits"
        if newest.state == "draft" and newest.undecided_count:
            return "conflicts"
        return "current" if newest.state == "published" else "prepared"

    def _search_has_template_update(self, operator, value):
        if operator != "in":
            return NotImplemented
        followers = self.search([("template_id", "!=", False)])
        found = followers.filtered(lambda item: item.has_template_update in value)
        return [("id", "in", found.ids)]

    @api.depends("local_item_ids.template_state")
    def _compute_waiting_local_count(self):
        for item in self:
            states = item.local_item_ids.mapped("template_state")
            item.waiting_local_count = states.count("waits")
