from markupsafe import Markup
from odoo import api, fields, models

from ..kernel import flow_svg
from ..kernel.errors import KernelError
from .rpc import on_one_record
from .speech import say

LEVEL_MARKS = {"fail": ("text-bg-danger", "✗"), "warn": ("text-bg-warning", "!"), "pass": ("", "✓")}
ORDER = ("fail", "warn", "pass")


class GovItemVersion(models.Model):
    """What a manager of items sees while writing a version: its checks, guide and flow chart."""

    _inherit = "gov.item.version"

    checks_html = fields.Html(
        string="Publish checks", compute="_compute_checks_html", sanitize=False
    )
    guide_html = fields.Html(
        string="Guide as the applicant sees it", compute="_compute_guide_html", sanitize=False
    )
    flow_html = fields.Html(string="Flow chart", compute="_compute_flow_html", sanitize=False)
    failed_count = fields.Integer(string="To settle", compute="_compute_checks_html")

    @api.depends_context("lang")
    def _compute_checks_html(self):
        for version in self:
            checks = version._get_checks() if version.item_id and version.state == "draft" else []
            version.failed_count = sum(check["level"] == "fail" for check in checks)
            version.checks_html = version._draw_checks(checks)

    def _draw_checks(self, checks):
        labels = {
            "fail": self.env._("Must be settled"),
            "warn": self.env._("Please check"),
            "pass": self.env._("In order"),
        }
        checks = sorted(checks, key=lambda check: ORDER.index(check["level"]))
        rows = Markup("").join(
            Markup(
                '<tr><td><span class="badge {style}">{mark} {label}</span></td>'
                "<td>{text}</td><td>{article}</td></tr>"
            ).format(
                style=LEVEL_MARKS[check["level"]][0] or "text-bg-light border",
                mark=LEVEL_MARKS[check["level"]][1],
                label=labels[check["level"]],
                text=check["text"],
                article=check["article"],
            )
            for check in checks
        )
        return Markup('<table class="table table-sm o_gov_checks">{}</table>').format(rows)

    @api.depends_context("lang")
    def _compute_guide_html(self):
        for version in self:
            version.guide_html = version._draw_guide() if version.item_id else False

    def _draw_guide(self):
        """The guide by the template of the public page, from the rows as they stand."""
        definition = self._get_definition()
        try:
            self._get_guide(definition)
        except KernelError as error:
            return self._draw_refusal(error)
        page = self.env["ir.qweb"]._render(
            "gov_approval.item_guide", {"version": definition, "item": self.item_id}
        )
        return Markup('<div class="gov-page">{}</div>').format(page)

    @api.depends("node_ids", "edge_ids")
    @api.depends_context("lang")
    def _compute_flow_html(self):
        for version in self:
            version.flow_html = version._draw_version_flow() if version.item_id else False

    def _draw_version_flow(self):
        definition = self._get_definition()
        try:
            return Markup(  # noqa: S704 - our own drawing, every text in it is escaped
                flow_svg.svg(definition["flow"], title=definition["item"]["name"])
            )
        except KernelError as error:
            return self._draw_refusal(error)

    def _draw_refusal(self, error):
        """Half-written drafts may not be drawable yet; the sentence says why."""
        return Markup('<div class="alert alert-warning">{}</div>').format(
            self.env._("This cannot be shown yet: %(reason)s", reason=say(self.env, error))
        )

    @on_one_record
    def action_new_version(self):
        """The draft that follows this version; opens it."""
        self.ensure_one()
        return self.item_id.action_new_version()


class GovItem(models.Model):
    """The guide in force, where the item itself is looked at."""

    _inherit = "gov.item"

    guide_html = fields.Html(
        string="Guide as the applicant sees it",
        related="published_version_id.guide_html",
        sanitize=False,
    )
