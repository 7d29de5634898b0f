from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .rpc import on_records

REASONS = [
    ("leave", "Leave"),
    ("sick", "Sick leave"),
    ("business", "Official business"),
    ("training", "Training"),
    ("other", "Other"),
]


class GovAbsence(models.Model):
    """An absence from the post (离岗登记), with what B has to know (交接).

    It is the ground on which B acts for A, so its past stays as it was: a running absence only
    changes its last day and its hand-over, a past one nothing.
    """

    _name = "gov.absence"
    _description = "Absence"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Absent person",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    date_from = fields.Date(string="First day", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="Last day", required=True, index=True)
    reason = fields.Selection(REASONS, required=True, default="leave")
    handover_note = fields.Text(string="Hand-over", help="What the officer B has to know.")
    returned_on = fields.Date(string="Back on", readonly=True, copy=False)
    is_running = fields.Boolean(string="Absent", compute="_compute_is_running")
    can_change = fields.Boolean(string="Mine to change", compute="_compute_can_change")
    deputy_ids = fields.Many2many(
        "res.users",
        string="Stood in for by",
        compute="_compute_deputies",
        search="_search_deputies",
        compute_sudo=True,
    )
    manager_ids = fields.Many2many(
        "res.users",
        string="Colleagues",
        compute="_compute_managers",
        search="_search_managers",
        compute_sudo=True,
        help="Staff of the departments of the absent person.",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "An absence cannot end before it begins."
    )

    @api.constrains("user_id", "date_from", "date_to")
    def _check_overlap(self):
        for absence in self:
            other = self.sudo().search(  # only whether there is one
                Domain("user_id", "=", absence.user_id.id)
                & Domain("id", "!=", absence.id)
                & Domain("returned_on", "=", False)
                & Domain("date_from", "<=", absence.date_to)
                & Domain("date_to", ">=", absence.date_from),
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "%(name)s is recorded as absent from %(first)s to %(last)s already; change"
                        " that absence instead.",
                        name=absence.user_id.name,
                        first=other.date_from,
                        last=other.date_to,
                    )
                )

    @api.constrains("user_id")
    def _check_person(self):
        if self.user_id.filtered("share"):
            raise ValidationError(self.env._("Absences are recorded for the staff only."))

    # -------------------------------------------------------------------- computes

    @api.depends("date_from", "date_to", "returned_on")
    def _compute_is_running(self):
        today = self._today()
        for absence in self:
            absence.is_running = bool(
                absence.date_from
                and absence.date_to
                and absence.date_from <= today <= absence.date_to
                and not absence.returned_on
            )

    @api.depends_context("uid")
    def _compute_can_change(self):
        kept = self.filtered("id")._filtered_access("write")
        for absence in self:
            absence.can_change = not absence.id or absence in kept

    @api.depends("user_id")
    def _compute_deputies(self):
        Post = self.env["gov.post"]
        for absence in self:
            posts = Post.search([("officer_id", "=", absence.user_id.id)])
            absence.deputy_ids = posts.deputy_ids

    @api.model
    def _search_deputies(self, operator, value):
        if operator != "in":
            return NotImplemented
        Post = self.env["gov.post"].sudo()  # who stands in for whom is known to the whole staff
        officers = Post.search([("deputy_ids", "in", list(value))]).officer_id
        return Domain("user_id", "in", officers.ids)

    @api.depends("user_id")
    def _compute_managers(self):
        Department = self.env["gov.department"]
        for absence in self:
            units = Department.search([("staff_ids", "in", absence.user_id.ids)])
            absence.manager_ids = units.staff_ids

    @api.model
    def _search_managers(self, operator, value):
        if operator != "in":
            return NotImplemented
        units = self.env["gov.department"].sudo()  # the staff is known to the whole staff
        people = units.search([("staff_ids", "in", list(value))]).staff_ids
        return Domain("user_id", "in", people.ids)

    @api.model
    def _today(self):
        return self.env["gov.calendar.day"]._local_now().date()

    # ------------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Set, not left out: a default from the context or of a user would fill the gap.
            vals["returned_on"] = False
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        vals = {name: value for name, value in vals.items() if name != "returned_on"}
        self._check_past_stays(vals)
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if any(absence._has_begun() for absence in self):
            raise UserError(
                self.env._(
                    "An absence that has begun stays on record, because others acted on it. End"
                    " it with “I am back”."
                )
            )

    def _has_begun(self):
        return self.date_from <= self._today()

    def _check_past_stays(self, vals):
        today = self._today()
        for absence in self:
            if "user_id" in vals and vals["user_id"] != absence.user_id.id:
                raise UserError(
                    self.env._("An absence stays with its person; record another one instead.")
                )
            if not absence._has_begun() or not vals:
                continue
            last = fields.Date.to_date(vals.get("date_to", absence.date_to))
            free = {"date_to", "handover_note"}
            if vals.keys() - free - {"user_id"} or not absence.is_running or last < today:
                raise UserError(
                    self.env._(
                        "What is past of an absence stays as it was, because others acted on it."
                        " Change its last day or the hand-over while it runs, or press “I am"
                        " back”."
                    )
                )

    # --------------------------------------------------------------------- actions

    @on_records
    def action_return(self):
        """The absent person is back: from now on nobody stands in."""
        self.check_access("write")
        running = self.filtered("is_running")
        self.env.registry.clear_cache()
        super(GovAbsence, running).write({"returned_on": self._today()})

    @api.model
    def _search_on(self, day):
        """The absences that run on ``day``."""
        return self.search(
            [
                ("date_from", "<=", day),
                ("date_to", ">=", day),
                "|",
                ("returned_on", "=", False),
                ("returned_on", ">", day),
            ]
        )
