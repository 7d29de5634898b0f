from collections import Counter

from odoo import Command, api, fields, models
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError

#: Cases played at once, the latest of the span; hits shown one by one.
MOST_CASES, MOST_LINES = 2000, 200


class GovAlertPreview(models.TransientModel):
    """A rule played on the cases of the past (历史预演) before it is put in force."""

    _name = "gov.alert.preview"
    _description = "Preview of a rule"
    _rec_name = "rule_id"

    rule_id = fields.Many2one("gov.alert.rule", required=True, ondelete="cascade")
    date_from = fields.Date(required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(required=True, default=lambda self: self._today())
    is_played = fields.Boolean()
    case_count = fields.Integer(string="Cases played")
    hit_count = fields.Integer(string="Cards there would have been")
    case_hit_count = fields.Integer(string="Cases concerned")
    skipped_count = fields.Integer(string="Cases that cannot be read")
    summary = fields.Char(compute="_compute_summary")
    level = fields.Selection(related="rule_id.level")
    line_ids = fields.One2many("gov.alert.preview.line", "preview_id", string="Cards")
    unit_ids = fields.One2many("gov.alert.preview.unit", "preview_id", string="By department")

    @api.model
    def _today(self):
        return self.env["gov.calendar.day"]._local_now().date()

    @api.model
    def _default_date_from(self):
        return fields.Date.subtract(self._today(), months=3)

    @api.depends("is_played", "case_count", "hit_count", "case_hit_count")
    @api.depends_context("lang")
    def _compute_summary(self):
        for one in self:
            one.summary = self.env._(
                "%(hits)s cards on %(concerned)s of %(cases)s cases",
                hits=one.hit_count,
                concerned=one.case_hit_count,
                cases=one.case_count,
            )

    @on_one_record
    def action_play(self):
        """Play the rule on every case that was open in the span, and show what it catches."""
        self.check_access("write")
        if self.date_from > self.date_to:
            raise UserError(self.env._("The first day comes after the last; exchange them."))
        Day = self.env["gov.calendar.day"]
        since = fields.Datetime.to_datetime(self.date_from)
        until = min(
            fields.Datetime.to_datetime(fields.Date.add(self.date_to, days=1)), Day._local_now()
        )
        rule = self.rule_id._to_kernel(since)
        hits, skipped, cases = [], 0, self._find_cases()
        for case in cases:
            watching = case._replay_rules((rule,))
            if watching is None:
                skipped += 1
                continue
            watching.sweep(until)
            hits += [(case, one) for one in watching.watches.values() if one.at < until]
        self._show(cases, hits, skipped)
        return True

    def _find_cases(self):
        """Cases of the span, the latest; only those that the user may read."""
        Day = self.env["gov.calendar.day"]
        begin = Day._utc(fields.Datetime.to_datetime(self.date_from))
        end = Day._utc(fields.Datetime.to_datetime(fields.Date.add(self.date_to, days=1)))
        domain = [
            ("received_at", "<", end),
            "|",
            ("closed_at", "=", False),
            ("closed_at", ">=", begin),
        ]
        return self.env["gov.case"].search(domain, order="id desc", limit=MOST_CASES)

    def _show(self, cases, hits, skipped):
        hits.sort(key=lambda hit: hit[1].at, reverse=True)
        units = Counter(one.department for _case, one in hits)
        departments = self.env["gov.alert.card"]._get_departments(units)
        utc = self.env["gov.calendar.day"]._utc
        self.write(
            {
                "is_played": True,
                "case_count": len(cases),
                "hit_count": len(hits),
                "case_hit_count": len({case.id for case, _one in hits}),
                "skipped_count": skipped,
                "line_ids": [Command.clear()]
                + [
                    Command.create({"case_id": case.id, "at": utc(one.at), "step": one.step})
                    for case, one in hits[:MOST_LINES]
                ],
                "unit_ids": [Command.clear()]
                + [
                    Command.create({"department_id": departments.get(code), "count": count})
                    for code, count in units.most_common()
                ],
            }
        )


class GovAlertPreviewLine(models.TransientModel):
    """A card that there would have been."""

    _name = "gov.alert.preview.line"
    _description = "Card of a preview"
    _order = "at desc, id"

    preview_id = fields.Many2one("gov.alert.preview", required=True, ondelete="cascade")
    case_id = fields.Many2one("gov.case", ondelete="cascade")
    item_id = fields.Many2one(related="case_id.item_id")
    department_id = fields.Many2one(related="case_id.department_id")
    at = fields.Datetime(string="Would have come due")
    step = fields.Char(string="Code of the step")

    @on_one_record
    def action_open_case(self):
        """The case that would have had the card."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.case",
            "res_id": self.case_id.id,
            "views": [(False, "form")],
        }


class GovAlertPreviewUnit(models.TransientModel):
    """How many cards a department would have had."""

    _name = "gov.alert.preview.unit"
    _description = "Department of a preview"
    _order = "count desc, id"

    preview_id = fields.Many2one("gov.alert.preview", required=True, ondelete="cascade")
    department_id = fields.Many2one("gov.department", ondelete="cascade")
    count = fields.Integer(string="Cards")
