from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..kernel import post as kernel

#: Roles whose duties are shared out by posts, with the kind of unit that has them.
UNITS = {
    "window_clerk": "centre_id",
    "reviewer": "department_id",
    "representative": "department_id",
}
ROLES = [
    ("window_clerk", "Window clerk"),
    ("reviewer", "Reviewer"),
    ("representative", "Chief representative"),
]


class GovPost(models.Model):
    """A post with its officers A and B (岗位 AB 角): who answers for the steps of a role.

    The rule is the kernel's (``kernel.post``); this model keeps its facts and gives them to the
    door and to the work queue from a cache.
    """

    _name = "gov.post"
    _description = "Post with officers A and B"
    _order = "centre_id, department_id, role, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    role = fields.Selection(ROLES, required=True, default="reviewer")
    department_id = fields.Many2one("gov.department", index=True, ondelete="cascade")
    centre_id = fields.Many2one("gov.centre", index=True, ondelete="cascade")
    item_ids = fields.Many2many(
        "gov.item", string="Items covered", help="Empty: every item of the unit."
    )
    officer_id = fields.Many2one(
        "res.users", string="Officer A", required=True, index=True, ondelete="restrict"
    )
    deputy_ids = fields.Many2many("res.users", string="Officers B", required=True)
    active = fields.Boolean(default=True)
    on_duty_ids = fields.Many2many(
        "res.users", string="On duty today", compute="_compute_on_duty", compute_sudo=True
    )
    is_uncovered = fields.Boolean(
        string="Nobody on duty",
        compute="_compute_on_duty",
        search="_search_is_uncovered",
        compute_sudo=True,
        help="A and B are both absent today.",
    )

    _unit_fits_role = models.Constraint(
        "CHECK ((role = 'window_clerk') = (centre_id IS NOT NULL)"
        " AND (role = 'window_clerk') = (department_id IS NULL))",
        "Window clerks have posts at a service centre, reviewers and chief representatives in a"
        " department; fill in the one that fits.",
    )

    @api.constrains("role", "department_id", "centre_id", "officer_id", "deputy_ids")
    def _check_officers(self):
        for post in self:
            if not post.deputy_ids or post.officer_id in post.deputy_ids:
                raise ValidationError(
                    self.env._("A post has one officer A and at least one other person as B.")
                )
            group = self.env.ref(f"gov_approval.group_gov_{post.role}").sudo()  # asked, not shown
            fit = post[UNITS[post.role]].staff_ids & group.all_user_ids
            strangers = (post.officer_id | post.deputy_ids) - fit
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(names)s cannot hold the post “%(post)s”: give them the role and add"
                        " them to the staff of its unit first.",
                        names=self.env._(", ").join(strangers.mapped("name")),
                        post=post.name,
                    )
                )

    # ---------------------------------------------------------------- who is there

    @api.depends("officer_id", "deputy_ids")
    def _compute_on_duty(self):
        away = self._get_away()
        for post in self:
            found = kernel.on_duty(post._to_kernel(), away)
            post.on_duty_ids = found
            post.is_uncovered = not found

    @api.model
    def _search_is_uncovered(self, operator, value):
        if operator != "in":
            return NotImplemented
        away = self._get_away()
        posts = [post for unit in self._get_posts().values() for post in unit]
        empty = [post.id for post in posts if not kernel.on_duty(post, away)]
        return Domain.OR(Domain("id", "in" if is_empty else "not in", empty) for is_empty in value)

    # ---------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        result = super().write(vals)
        # Access was checked for the unit that the post belonged to: it may not leave it.
        self.check_access("write")
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # ------------------------------------------------------------- for the kernel

    def _to_kernel(self):
        return kernel.Post(
            self.id,
            self.name,
            self.officer_id.id,
            tuple(self.deputy_ids.ids),
            frozenset(self.item_ids.ids),
        )

    @api.model
    @tools.ormcache()
    def _get_posts(self):
        """All posts in force by role and unit; read once a worker, forgotten on a change."""
        found = {}
        for post in self.sudo().search([]):  # who answers for what is known to the whole staff
            unit = post[UNITS[post.role]].id
            found.setdefault((post.role, unit), []).append(post._to_kernel())
        return {key: tuple(posts) for key, posts in found.items()}

    @api.model
    def _get_posts_of(self, role, unit_id):
        """The posts of a role in one unit (a centre for window clerks, else a department)."""
        return self._get_posts().get((role, unit_id), ())

    @api.model
    @tools.ormcache()
    def _get_accounts(self):
        """The account (partner) of every officer A, by user."""
        officers = self.sudo().search([]).officer_id  # to know them among those who apply
        return {user.id: user.partner_id.id for user in officers}

    @api.model
    def _get_away(self):
        """Everybody who is absent today or has left the service."""
        return self._get_away_on(self.env["gov.calendar.day"]._local_now().date())

    @api.model
    @tools.ormcache("day")
    def _get_away_on(self, day):
        absent = self.env["gov.absence"].sudo()._search_on(day)  # that, not why, is known
        people = self.sudo().search([])  # same
        officers = (people.officer_id | people.deputy_ids).filtered(lambda user: not user.active)
        return frozenset((absent.user_id | officers).ids)
