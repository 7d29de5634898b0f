import json

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel import chain
from odoo.addons.gov_approval.models.rpc import on_records
from odoo.exceptions import UserError
from odoo.fields import Domain

STATES = [("draft", "Draft"), ("published", "Published")]
STATUSES = [
    ("draft", "Draft"),
    ("coming", "Coming"),
    ("in_force", "In force"),
    ("ended", "Ended"),
]
#: What only publishing and ending write.
OUTCOME_FIELDS = (
    "state",
    "editor_ids",
    "definition",
    "digest",
    "published_by_id",
    "published_at",
    "ended_by_id",
    "ended_at",
    "end_reason",
)


class GovFeePublication(models.AbstractModel):
    """Part of the public fee list (收费目录清单的组成部分): drafted, published by a second person,
    frozen from then on, ended by date.

    Publishing compiles what it says to one canonical JSON with its digest (`design.md` 2.2); bills
    and the public page rest on that JSON.
    """

    _name = "gov.fee.publication"
    _description = "Part of the public fee list"

    state = fields.Selection(STATES, default="draft", required=True, readonly=True, copy=False)
    status = fields.Selection(STATUSES, compute="_compute_status", search="_search_status")
    date_from = fields.Date(string="In force from")
    date_to = fields.Date(
        string="In force until", help="The last day; empty: until further notice."
    )
    editor_ids = fields.Many2many(
        "res.users",
        string="Drafted by",
        readonly=True,
        copy=False,
        help="None of them may publish it.",
    )
    definition = fields.Json(readonly=True, copy=False)
    digest = fields.Char(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", string="Published by", readonly=True, copy=False)
    published_at = fields.Datetime(string="Published at", readonly=True, copy=False)
    ended_by_id = fields.Many2one("res.users", string="Ended by", readonly=True, copy=False)
    ended_at = fields.Datetime(string="End entered at", readonly=True, copy=False)
    end_reason = fields.Char(string="Reason of the end", readonly=True, copy=False)

    # -------------------------------------------------------------------- status

    @api.depends("state", "date_from", "date_to")
    def _compute_status(self):
        for part in self:
            part.status = next(
                (s for s, _l in STATUSES if part.filtered_domain(self._domain_of_status(s))),
                "draft",
            )

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._domain_of_status(s) for s in value if s in dict(STATUSES))

    @api.model
    def _domain_of_status(self, status, day=None):
        """Parts that stand so on a day, today without one."""
        day = day or self._today()
        published = Domain("state", "=", "published")
        begun = published & Domain("date_from", "<=", day)
        running = Domain("date_to", "=", False) | Domain("date_to", ">=", day)
        return {
            "draft": Domain("state", "=", "draft"),
            "coming": published & Domain("date_from", ">", day) & running,
            "in_force": begun & running,
            "ended": published & Domain("date_to", "<", day),
        }[status]

    @api.model
    def _today(self):
        return self.env["gov.calendar.day"]._local_now().date()

    # ---------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Set, not left out: a default from the context or of a user would fill the gap.
            vals.update(dict.fromkeys(OUTCOME_FIELDS, False), state="draft")
        parts = super().create(vals_list)
        parts._note_editor()
        return parts

    def write(self, vals):
        self._check_is_draft()
        if not vals.keys().isdisjoint(OUTCOME_FIELDS):
            raise UserError(
                self.env._(
                    "What stands on the fee list changes only by publishing and ending it; use"
                    " the buttons."
                )
            )
        items = self._get_item()
        result = super().write(vals)
        if self._get_item() != items:
            raise UserError(self.env._("This belongs to its fee and does not move to another one."))
        self._note_editor()
        return result

    def unlink(self):
        self._check_is_draft()
        return super().unlink()

    def _check_is_draft(self):
        if any(part.state != "draft" for part in self):
            raise UserError(
                self.env._(
                    "What is published on the fee list is frozen, because bills rest on it. End it"
                    " by date, and publish a new version."
                )
            )

    def _note_editor(self):
        """Whoever touches a draft is among its drafters and cannot publish it."""
        for part in self:
            if self.env.user not in part.editor_ids:
                part._write_outcome({"editor_ids": [fields.Command.link(self.env.uid)]})

    def _write_outcome(self, vals):
        """Write what publishing and ending decide; only they and ``_note_editor`` come here."""
        return super().write(vals)

    # ------------------------------------------------------------------- actions

    @on_records
    def action_publish(self):
        """Put drafts on the public list (公布): by somebody who did not draft them."""
        self.check_access("write")
        for part in self:
            part._check_is_draft()
            item = part._get_item()
            item.lock_for_update()  # two at once must not overlap in time
            self._check_second_person(part.editor_ids | item.editor_ids)
            missing = part._get_missing()
            if missing:
                raise UserError(
                    self.env._(
                        "%(part)s cannot be published yet; please fill in: %(missing)s.",
                        part=part.display_name,
                        missing=self.env._(", ").join(missing),
                    )
                )
            item._check_settled()
            part._check_content()
            part._check_alone()
            definition = json.loads(json.dumps(part._compile()))
            part._write_outcome(
                {
                    "state": "published",
                    "definition": definition,
                    "digest": chain.digest("sha256", "", definition),
                    "published_by_id": self.env.uid,
                    "published_at": fields.Datetime.now(),
                }
            )
            item._forget_editors()
        return True

    def _check_second_person(self, editors):
        if self.env.user in editors:
            raise UserError(
                self.env._(
                    "Whoever drafted it does not publish it. Ask another finance officer to check"
                    " and publish it."
                )
            )

    def _end(self, day, reason):
        """Set the last day of a published part; days that have passed stay as they were."""
        self.ensure_one()
        self.check_access("write")
        today = self._today()
        self.env["gov.fee.item"].browse(self._get_item().id).lock_for_update()
        if self.state != "published":
            raise UserError(self.env._("Only what is published can be ended; delete the draft."))
        if not day or not (reason or "").strip():
            raise UserError(self.env._("Enter the last day and the reason."))
        if self.date_to and self.date_to < today:
            raise UserError(self.env._("It has ended already and stays as it was."))
        earliest = max(
            fields.Date.subtract(self.date_from, days=1), fields.Date.subtract(today, days=1)
        )
        if day < earliest or (self.date_to and day > self.date_to):
            raise UserError(
                self.env._(
                    "The last day is %(earliest)s at the earliest and can only be brought forward."
                    " To charge for longer, publish a new version.",
                    earliest=earliest,
                )
            )
        self._write_outcome(
            {
                "date_to": day,
                "ended_by_id": self.env.uid,
                "ended_at": fields.Datetime.now(),
                "end_reason": reason.strip(),
            }
        )

    # -------------------------------------------------- what each part says of itself

    def _get_item(self):
        """The fee that this is a part of."""
        return self.item_id

    def _get_missing(self):
        """Labels of what has to be filled in before publishing."""
        return [self.env._("In force from")] if not self.date_from else []

    def _check_content(self):
        """Raise a sentence for what no kernel would compute with."""

    def _check_alone(self):
        """Raise a sentence where another published part stands in its way."""

    def _compile(self):
        """The canonical JSON of the draft as it stands now."""
        return {
            "date_from": self.date_from.isoformat(),
            "date_to": self.date_to.isoformat() if self.date_to else None,
        }
