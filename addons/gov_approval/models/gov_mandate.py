import base64
import binascii

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..kernel import upload
from ..kernel.errors import KernelError
from ..kernel.procedure import Mandate
from .rpc import on_one_record, on_records
from .speech import say

#: Column -> power of the kernel: the steps (环节) for which the representative may sign.
POWERS = {
    "can_decide": "decide",
    "can_extend": "extend",
    "can_manage_clock": "clock",
    "can_manage_licences": "licence",
}
#: Whoever is appointed heads at least the section that approves (科室负责人以上).
RANKS = [
    ("section_head", "Head of the approval section"),
    ("deputy_head", "Deputy head of the organ"),
    ("head", "Head of the organ"),
]
STATUSES = [
    ("draft", "Not filed"),
    ("coming", "Filed, not yet in force"),
    ("in_force", "In force"),
    ("expiring", "Expires within 30 days"),
    ("expired", "Expired"),
    ("revoked", "Revoked"),
]
#: Days before its end from which a mandate counts as expiring.
EXPIRING_DAYS = 30
#: Largest scan of the signed paper, in bytes.
MAX_PAPER = 10 * 1024 * 1024
#: What filing, revoking and replacing write; nobody else.
OUTCOME_FIELDS = {"filed_on", "revoked_on", "revoked_reason"}


class GovMandate(models.Model):
    """The filed authorisation of a chief representative (首席代表授权书).

    It is the legal ground of a signature (`domain.md` 6.4): outside its items, powers or dates the
    door refuses to sign.  Filed mandates do not change; they are revoked and a new one is filed.
    One person has one mandate for an item at a time, and a special seal goes with one mandate, so
    every signature has one ground.
    """

    _name = "gov.mandate"
    _description = "Mandate of a chief representative"
    _order = "valid_from desc, id desc"
    _rec_name = "number"

    number = fields.Char(required=True)
    department_id = fields.Many2one(
        "gov.department", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Chief representative", required=True, index=True, ondelete="restrict"
    )

    # The appointment (任命书)
    appointment_number = fields.Char(string="Appointment paper", help="Number of the 任命书.")
    rank = fields.Selection(RANKS, help="At least the head of the approval section is appointed.")
    duties = fields.Text(help="Duties named in the appointment paper.")

    # What may be signed (授权书)
    item_ids = fields.Many2many("gov.item", string="Items covered")
    can_decide = fields.Boolean(string="Signs decisions", default=True)
    can_extend = fields.Boolean(string="Extends periods")
    can_manage_clock = fields.Boolean(string="Cancels stops of the clock")
    can_manage_licences = fields.Boolean(string="Revokes, withdraws, suspends, cancels licences")
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    seal_id = fields.Many2one(
        "gov.seal", string="Special seal", index=True, ondelete="restrict", copy=False
    )
    # In the row, not in a file beside it: files can be changed by themselves.
    paper = fields.Binary(string="Signed paper (scan)", attachment=False, copy=False)
    paper_name = fields.Char()

    # Its fate
    replaces_id = fields.Many2one(
        "gov.mandate",
        string="Replaces",
        copy=False,
        ondelete="restrict",
        help="Filing this mandate ends that one on the day on which this one begins.",
    )
    filed_on = fields.Date(readonly=True, copy=False)
    revoked_on = fields.Date(string="Ended on", readonly=True, copy=False)
    revoked_reason = fields.Char(string="Reason of the end", readonly=True, copy=False)
    status = fields.Selection(STATUSES, compute="_compute_status", search="_search_status")

    _number_uniq = models.Constraint("UNIQUE (number)", "This mandate number is used already.")
    _dates_in_order = models.Constraint(
        "CHECK (valid_from <= valid_to)", "A mandate cannot end before it begins."
    )

    # --------------------------------------------------------------- constraints

    @api.constrains("paper")
    def _check_paper(self):
        for mandate in self.filtered("paper"):
            try:
                upload.check(
                    mandate.paper_name or "",
                    mandate._decode_paper(),
                    allowed=set(upload.KINDS),
                    max_bytes=MAX_PAPER,
                )
            except KernelError as error:
                raise ValidationError(say(self.env, error)) from error

    def _decode_paper(self):
        try:
            return base64.b64decode(self.with_context(bin_size=False).paper, validate=True)
        except binascii.Error:
            return b""

    # -------------------------------------------------------------------- status

    @api.depends("filed_on", "revoked_on", "valid_from", "valid_to")
    def _compute_status(self):
        statuses = [status for status, _label in STATUSES]
        domains = [(status, self._domain_of_status(status)) for status in statuses]
        for mandate in self:
            mandate.status = next(
                status for status, domain in domains if mandate.filtered_domain(domain)
            )

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        known = dict(STATUSES)
        return Domain.OR(self._domain_of_status(status) for status in value if status in known)

    @api.model
    def _domain_of_status(self, status):
        today = self._today()
        filed = Domain("filed_on", "!=", False)
        alive = filed & (Domain("revoked_on", "=", False) | Domain("revoked_on", ">", today))
        running = alive & Domain("valid_from", "<=", today) & Domain("valid_to", ">=", today)
        soon = Domain("valid_to", "<=", fields.Date.add(today, days=EXPIRING_DAYS))
        ended = Domain("revoked_on", "!=", False) & Domain("revoked_on", "<=", today)
        return {
            "draft": Domain("filed_on", "=", False),
            "coming": alive & Domain("valid_from", ">", today),
            "in_force": running & ~soon,
            "expiring": running & soon,
            "expired": alive & Domain("valid_to", "<", today),
            "revoked": filed & ended,
        }[status]

    @api.model
    def _today(self):
        return self.env["gov.calendar.day"]._local_now().date()

    # ---------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Set, not left out: a default from the context or of a user would fill the gap.
            vals.update(dict.fromkeys(OUTCOME_FIELDS, False))
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_filed()
        return super().write({k: v for k, v in vals.items() if k not in OUTCOME_FIELDS})

    def unlink(self):
        self._check_not_filed()
        return super().unlink()

    def _check_not_filed(self):
        if any(mandate.filed_on for mandate in self):
            raise UserError(
                self.env._(
                    "A filed mandate is evidence of past signatures and does not change."
                    " Revoke it and file a new one."
                )
            )

    def _write_outcome(self, vals):
        """Write the fate of a mandate; only filing, revoking and replacing come here."""
        return super().write(vals)

    # ------------------------------------------------------------------- actions

    @on_records
    def action_file(self):
        """File the mandate with the centre (备案); from now on it can be relied on."""
        self.check_access("write")
        for mandate in self.filtered(lambda m: not m.filed_on):
            mandate._check_is_complete()
            mandate.seal_id._take()
            mandate._end_replaced()
            mandate._check_is_alone()
            mandate._write_outcome({"filed_on": self._today()})

    @on_records
    def action_revoke(self, reason):
        """End filed mandates at once; the signatures given under them stay covered.

        :param str reason: why; stands on the mandate for good
        """
        self.check_access("write")
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Give the reason for which the mandate is revoked."))
        today = self._today()
        self.filtered(
            lambda m: m.filed_on and not (m.revoked_on and m.revoked_on <= today)
        )._write_outcome({"revoked_on": today, "revoked_reason": reason.strip()})

    @on_one_record
    def action_replace(self):
        """Prepare the mandate of the next representative: same items, powers and papers to fill."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New mandate in place of %(number)s", number=self.number),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {
                "default_replaces_id": self.id,
                "default_department_id": self.department_id.id,
                "default_item_ids": [fields.Command.set(self.item_ids.ids)],
                "default_seal_id": self.seal_id.id,
                "default_valid_from": self._today(),
                "default_valid_to": self.valid_to,
            }
            | {f"default_{name}": self[name] for name in POWERS},
        }

    def _check_is_complete(self):
        """A paper that grants nothing, or that nobody signed, is no ground of a signature."""
        missing = [
            label
            for is_there, label in (
                (self.item_ids, self.env._("Items covered")),
                (self._get_powers(), self.env._("Powers")),
                (self.rank, self.env._("Rank")),
                (self.duties, self.env._("Duties")),
                (self.paper, self.env._("Signed paper (scan)")),
                (self.seal_id or not self.can_decide, self.env._("Special seal")),
            )
            if not is_there
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Mandate %(number)s cannot be filed yet; please fill in: %(missing)s.",
                    number=self.number,
                    missing=self.env._(", ").join(missing),
                )
            )
        self._check_fits()

    def _check_fits(self):
        """Dates, items, seal and person agree with each other and with the department."""
        if self.valid_to < self._today():
            raise UserError(self.env._("This mandate has ended already; correct its dates."))
        if self.item_ids.department_id - self.department_id:
            raise UserError(
                self.env._("A mandate covers items of its own department; remove the others.")
            )
        if self.seal_id and self.seal_id.department_id != self.department_id:
            raise UserError(self.env._("This seal belongs to another department; choose its own."))
        if self.user_id not in self.department_id.staff_ids:
            raise UserError(
                self.env._(
                    "%(name)s is not on the staff of %(department)s; add the representative to"
                    " the staff first.",
                    name=self.user_id.name,
                    department=self.department_id.name,
                )
            )

    def _end_replaced(self):
        """The predecessor's mandate ends on the day on which this one begins."""
        old = self.replaces_id
        if not old:
            return
        if not old.filed_on or old.department_id != self.department_id:
            raise UserError(
                self.env._("A mandate replaces a filed mandate of the same department.")
            )
        ends = max(self._today(), self.valid_from)
        if not old.revoked_on or old.revoked_on > ends:
            reason = self.env._("Replaced by mandate %(number)s", number=self.number)
            old._write_outcome({"revoked_on": ends, "revoked_reason": reason})

    def _check_is_alone(self):
        """One seal, and one person's right on one item, stand in one mandate at a time."""
        meeting = self._domain_meeting()
        other = self.seal_id and self.search(
            meeting & Domain("seal_id", "=", self.seal_id.id), limit=1
        )
        if other:
            raise UserError(
                self.env._(
                    "The seal %(seal)s goes with mandate %(number)s until %(day)s. Revoke that"
                    " mandate, name it under “Replaces”, or choose another seal.",
                    seal=self.seal_id.display_name,
                    number=other.number,
                    day=other.valid_to,
                )
            )
        own = Domain("user_id", "=", self.user_id.id) & Domain("item_ids", "in", self.item_ids.ids)
        other = self.search(meeting & own, limit=1)
        if other:
            raise UserError(
                self.env._(
                    "%(name)s has mandate %(number)s for “%(item)s” until %(day)s. Revoke it or"
                    " name it under “Replaces”: a signature has one ground.",
                    name=self.user_id.name,
                    number=other.number,
                    item=(other.item_ids & self.item_ids)[:1].name,
                    day=other.valid_to,
                )
            )

    def _domain_meeting(self):
        """Other filed mandates that are in force on some day of this one."""
        begins = max(self._today(), self.valid_from)
        return (
            Domain("id", "!=", self.id)
            & Domain("filed_on", "!=", False)
            & Domain("valid_from", "<=", self.valid_to)
            & Domain("valid_to", ">=", begins)
            & (Domain("revoked_on", "=", False) | Domain("revoked_on", ">", begins))
        )

    # --------------------------------------------------------------- in the door

    def _get_powers(self):
        """The powers in the kernel's words."""
        self.ensure_one()
        return frozenset(power for name, power in POWERS.items() if self[name])

    @api.model
    def _domain_in_force(self, department, item, day):
        """Filed mandates of ``department`` that cover ``item`` on ``day``."""
        return [
            ("department_id", "=", department.id),
            ("item_ids", "in", item.ids),
            *self._domain_on(day),
        ]

    @api.model
    def _domain_on(self, day):
        """Mandates that can be relied on ``day``."""
        return [
            ("filed_on", "!=", False),
            ("filed_on", "<=", day),
            ("valid_from", "<=", day),
            ("valid_to", ">=", day),
            "|",
            ("revoked_on", "=", False),
            ("revoked_on", ">", day),
        ]

    def _for_user(self, user, department, item, day):
        """The filed mandate under which ``user`` may sign ``item`` on ``day``, or None."""
        domain = [("user_id", "=", user.id), *self._domain_in_force(department, item, day)]
        found = self.search(domain, limit=1)
        return found._to_kernel() if found else None

    @tools.ormcache("self.id")
    def _to_kernel(self):
        """What a signature rests on; neither a filed mandate nor its seal ever changes."""
        seal = self.seal_id.display_name or ""
        return Mandate(self.id, self.number, self._get_powers(), seal)
