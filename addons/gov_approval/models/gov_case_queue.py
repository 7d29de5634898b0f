from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..kernel import clock, post

LAMPS = [
    ("red", "Overdue"),
    ("orange", "Due within 1 working day"),
    ("yellow", "Due within 3 working days"),
    ("green", "In time"),
    ("grey", "Not running"),
]
#: Most working days left at which a lamp still has its colour; red is below the first.
ORANGE, YELLOW = 1, 3


def lamp_of(remaining, is_running=True):
    """The lamp (红黄灯) for ``remaining`` working days; grey without a running period."""
    if remaining is None or not is_running:
        return "grey"
    if remaining < 0:
        return "red"
    if remaining <= ORANGE:
        return "orange"
    return "yellow" if remaining <= YELLOW else "green"


class GovCase(models.Model):
    """The work queue (我的待办): whose turn it is, and how much time is left."""

    _inherit = "gov.case"

    is_my_turn = fields.Boolean(
        string="Waits for me", compute="_compute_is_my_turn", search="_search_is_my_turn"
    )
    remaining_days = fields.Integer(
        string="Working days left", compute="_compute_lamp", aggregator=None
    )
    remaining_text = fields.Char(string="Time left", compute="_compute_lamp")
    lamp = fields.Selection(LAMPS, compute="_compute_lamp", search="_search_lamp")
    current_steps = fields.Char(string="Present step", compute="_compute_current_steps")

    # ------------------------------------------------------------------ my turn

    @api.depends_context("uid")
    def _compute_is_my_turn(self):
        mine = self.search([("id", "in", self.ids), ("is_my_turn", "=", True)])
        for case in self:
            case.is_my_turn = case in mine

    @api.model
    def _search_is_my_turn(self, operator, value):
        """Cases with an active step that the current user may perform: one SQL subquery.

        Officers find the steps of their role in their departments; intake staff find what waits
        at the windows of their places: filings to accept, and decided cases ready to deliver.
        """
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), self._turn_sql()
            )
        )

    def _turn_sql(self):
        """Cases whose active step is the user's by role, unit and post (AB 角)."""
        user = self.env.user
        parts = [SQL("FALSE")]
        for role in ("reviewer", "representative"):
            if self._has_role(user, role):
                for unit in self._get_units("gov.department", user):
                    parts.append(
                        SQL(
                            "(step.role = %s AND step.department_id = %s"
                            " AND gov_case.state != 'supplementing' AND %s)",
                            role,
                            unit.id,
                            self._post_sql(user, role, unit),
                        )
                    )
        if self._has_role(user, "window_clerk"):
            for unit in self._get_units("gov.centre", user):
                parts.append(
                    SQL(
                        "((step.role = 'window_clerk' OR step.stage = 'close')"
                        " AND gov_case.state IN ('received', 'accepted', 'decided')"
                        " AND gov_case.centre_id = %s AND %s)",
                        unit.id,
                        self._post_sql(user, "window_clerk", unit),
                    )
                )
        self.env["gov.case.step"].flush_model()
        self.env["gov.case"].flush_model(["chair_id", "commitment_check"])
        return SQL(
            "SELECT step.case_id FROM gov_case_step step"
            " JOIN gov_case ON gov_case.id = step.case_id"
            " WHERE step.is_active AND gov_case.partner_id IS DISTINCT FROM %s AND (%s)"
            " UNION %s UNION SELECT id FROM gov_case WHERE chair_id = %s"
            " UNION SELECT id FROM gov_case WHERE commitment_check = 'open' AND %s",
            user.partner_id.id,  # whoever applied has no other part in the case (回避)
            SQL(" OR ").join(parts),
            self._opinion_sql(user),
            user.id,
            self._check_sql(user),
        )

    def _opinion_sql(self, user):
        """Cases on which the reviewers of a department still owe an opinion (联合审查)."""
        parts = [SQL("FALSE")]
        if self._has_role(user, "reviewer"):
            for unit in self._get_units("gov.department", user):
                posts = self._post_sql(user, "reviewer", unit)
                parts.append(SQL("(opinion.department_id = %s AND %s)", unit.id, posts))
        return SQL(
            "SELECT opinion.case_id FROM gov_case_opinion opinion"
            " JOIN gov_case ON gov_case.id = opinion.case_id"
            " WHERE opinion.is_active AND opinion.outcome IS NULL"
            " AND gov_case.partner_id IS DISTINCT FROM %s AND (%s)",
            user.partner_id.id,  # same
            SQL(" OR ").join(parts),
        )

    def _check_sql(self, user):
        """Commitments to be checked by the reviewers of the department (告知承诺核查)."""
        if not self._has_role(user, "reviewer"):
            return SQL("FALSE")
        parts = [
            SQL("(department_id = %s AND %s)", unit.id, self._post_sql(user, "reviewer", unit))
            for unit in self._get_units("gov.department", user)
        ]
        return SQL("(%s)", SQL(" OR ").join([SQL("FALSE"), *parts]))

    def _get_units(self, model, user):
        """The units on whose staff the user is."""
        # Membership is known to the whole staff.
        return self.env[model].sudo().search([("staff_ids", "in", user.id)])

    def _post_sql(self, user, role, unit):
        """On which cases of a unit the posts let the user act; the kernel's rule as a condition.

        Besides today's absences, whoever applied for a case stands aside in favour of B.
        """
        Post = self.env["gov.post"]
        posts, away = Post._get_posts_of(role, unit.id), Post._get_away()
        parts = [self._reach_sql(post.reach(user.id, posts, away))]
        officers = {p.officer for p in posts if user.id in p.deputies} - away
        for officer in sorted(officers):
            parts.append(
                SQL(
                    "(gov_case.partner_id = %s AND %s)",
                    Post._get_accounts()[officer],
                    self._reach_sql(post.reach(user.id, posts, away | {officer})),
                )
            )
        return SQL("(%s)", SQL(" OR ").join(parts))

    def _reach_sql(self, found):
        if not found.items:
            return SQL("TRUE") if found.is_all_but else SQL("FALSE")
        operator = SQL("NOT IN") if found.is_all_but else SQL("IN")
        return SQL("gov_case.item_id %s %s", operator, tuple(sorted(found.items)))

    def _get_next_in_queue(self):
        """The case to take up after this one: the most urgent of the rest of the own queue."""
        return self.search([("is_my_turn", "=", True), ("id", "not in", self.ids)], limit=1)

    # ---------------------------------------------------------------- time left

    @api.depends("next_due_on", "is_stopped", "state")
    @api.depends_context("lang")
    def _compute_lamp(self):
        Day = self.env["gov.calendar.day"]
        calendar, today = Day._calendar(), Day._local_now().date()
        for case in self:
            due = case.next_due_on if case.state != "closed" else False
            remaining = clock.remaining_days(today, due, calendar) if due else None
            case.remaining_days = remaining or 0
            case.lamp = lamp_of(remaining, not case.is_stopped)
            case.remaining_text = case._say_remaining(remaining)

    def _has_running_due(self):
        """Whether the next due date counts: while the clock stands still it is only a guess."""
        return bool(self.next_due_on) and not self.is_stopped

    def _say_remaining(self, remaining):
        """The time left in words, because colour alone does not inform everybody."""
        if self.state == "closed":
            return self.env._("Closed")
        if self.is_stopped:
            return self.env._("Clock stopped")
        return self._say_days(remaining)

    @api.model
    def _say_days(self, remaining):
        """``remaining`` working days (negative: overdue; None: no limit) in words."""
        if remaining is None:
            return self.env._("No limit running")
        if remaining == 0:
            return self.env._("Due today")
        if remaining < 0:
            return self.env._("%(days)s working days overdue", days=-remaining)
        return self.env._("%(days)s working days left", days=remaining)

    @api.model
    def _search_lamp(self, operator, value):
        if operator != "in":
            return NotImplemented
        Day = self.env["gov.calendar.day"]
        today = Day._local_now().date()
        orange, yellow = self._last_day_within(ORANGE), self._last_day_within(YELLOW)
        running = Domain("is_stopped", "=", False) & Domain("state", "!=", "closed")
        ranges = {
            "red": Domain("next_due_on", "<", today),
            "orange": Domain("next_due_on", ">=", today) & Domain("next_due_on", "<=", orange),
            "yellow": Domain("next_due_on", ">", orange) & Domain("next_due_on", "<=", yellow),
            "green": Domain("next_due_on", ">", yellow),
        }
        grey = ~running | Domain("next_due_on", "=", False)
        return Domain.OR(
            grey if lamp == "grey" else running & ranges[lamp]
            for lamp in value
            if lamp == "grey" or lamp in ranges
        )

    @api.model
    def _last_day_within(self, working_days):
        """The last day that is at most ``working_days`` working days ahead."""
        Day = self.env["gov.calendar.day"]
        calendar, today = Day._calendar(), Day._local_now().date()
        day = today
        while clock.remaining_days(today, fields.Date.add(day, days=1), calendar) <= working_days:
            day = fields.Date.add(day, days=1)
        return day

    # ------------------------------------------------------------- present step

    @api.depends("step_ids.is_active", "step_ids.name")
    def _compute_current_steps(self):
        for case in self:
            active = case.step_ids.filtered("is_active")
            case.current_steps = self.env._(", ").join(active.mapped("name"))
