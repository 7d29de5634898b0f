from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..kernel.fee_list import CODE
from .gov_fee_publication import STATUSES

KINDS = [
    ("administrative", "Administrative charge"),
    ("fund", "Government fund"),
    ("service", "Service charge"),
]
FUNDS = [
    ("central_treasury", "Central treasury"),
    ("shared_treasury", "Central and local treasury"),
    ("provincial_treasury", "Provincial treasury"),
    ("local_treasury", "Local treasury"),
    ("same_level_treasury", "Treasury of the same level"),
    ("special_account", "Special account of finance"),
]
LEVELS = [
    ("central", "Central"),
    ("provincial", "Provincial"),
    ("municipal", "Municipal"),
    ("county", "County"),
]
YES_NO = [("yes", "Yes"), ("no", "No")]
#: Facts that every version of the rate freezes with itself.
FACTS = (
    "code", "name", "sub_item", "kind", "department", "fund_management", "level",
    "is_enterprise_related", "policy_basis", "payers", "exemption",
)  # fmt: skip


class GovFeeItem(models.Model):
    """A fee of the public list (收费项目): what may be charged, by whom, on what policy.

    Its facts are worked on freely; what counts is the copy that each published version of the rate
    has frozen with itself.
    """

    _name = "gov.fee.item"
    _description = "Fee"
    _order = "department, code"
    _rec_names_search = ["code", "name", "sub_item"]

    code = fields.Char(required=True, index=True, help="Letters, digits and . _ - ; never reused.")
    name = fields.Char(string="Fee", required=True)
    sub_item = fields.Char(string="Part of the fee")
    kind = fields.Selection(KINDS, string="Kind of fee", index=True)
    department = fields.Char(string="Collecting unit", index=True, help="As the list prints it.")
    department_id = fields.Many2one(
        "gov.department",
        string="Department of the centre",
        index="btree_not_null",
        ondelete="restrict",
    )
    fund_management = fields.Selection(FUNDS, string="Management of the money")
    level = fields.Selection(LEVELS, string="Level that set it")
    is_enterprise_related = fields.Selection(YES_NO, string="Concerns enterprises")
    policy_basis = fields.Text(string="Policy basis", help="Laws and documents that allow the fee.")
    payers = fields.Text(string="Who pays", help="Range of the fee.")
    exemption = fields.Text(
        string="Reliefs as printed", help="Words only; a relief takes off what its own row says."
    )
    complaint_channel = fields.Char(string="Complaints", help="Empty: that of the whole list.")
    source_title = fields.Text(string="Source")
    confidence = fields.Char()
    note = fields.Text()
    unplaced = fields.Text(
        string="Without a field", readonly=True, help="What a list said and no field holds."
    )
    to_settle = fields.Text(
        string="To be settled", help="What the import left to a person; empty it when it is done."
    )
    rate_ids = fields.One2many("gov.fee.rate", "item_id", string="Rates")
    relief_ids = fields.One2many("gov.fee.relief", "item_id", string="Reliefs")
    editor_ids = fields.Many2many(
        "res.users",
        string="Changed since the last publication by",
        readonly=True,
        copy=False,
    )
    rate_id = fields.Many2one("gov.fee.rate", string="Rate today", compute="_compute_rate_id")
    standard = fields.Char(compute="_compute_rate_id")
    status = fields.Selection(STATUSES, compute="_compute_rate_id", search="_search_status")

    _code_uniq = models.Constraint("UNIQUE (code)", "Another fee has this code.")

    @api.depends("code", "name", "sub_item")
    def _compute_display_name(self):
        for item in self:
            item.display_name = " · ".join(filter(None, (item.code, item.name, item.sub_item)))

    @api.depends("rate_ids.status", "rate_ids.standard")
    def _compute_rate_id(self):
        """The rate in force, else the coming, drafted or last one."""
        order = {"in_force": 0, "coming": 1, "draft": 2, "ended": 3}
        for item in self:
            newest = item.rate_ids.sorted(lambda rate: rate.date_from or date.min, reverse=True)
            rate = newest.sorted(lambda rate: order[rate.status])[:1]
            item.rate_id, item.standard = rate, rate.standard
            item.status = rate.status or "draft"

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        Rate, left, found = self.env["gov.fee.rate"], Domain.TRUE, {}
        for status in ("in_force", "coming", "draft", "ended"):
            has = Domain("rate_ids", "any", Rate._domain_of_status(status))
            found[status] = left & has
            left &= ~has
        found["draft"] |= Domain("rate_ids", "=", False)
        return Domain.OR(found[status] for status in value if status in found)

    @api.constrains("code")
    def _check_code(self):
        for item in self:
            if not CODE.fullmatch(item.code):
                raise ValidationError(
                    self.env._(
                        "The code of a fee has letters, digits and . _ - only, 40 at most."
                        " Correct it."
                    )
                )

    # ---------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.update(editor_ids=False)
        items = super().create(vals_list)
        items._note_editor()
        return items

    def write(self, vals):
        if "editor_ids" in vals:
            raise UserError(self.env._("Who changed a fee is noted by itself."))
        if "code" in vals and any(
            item.code != vals["code"] and item._was_published() for item in self
        ):
            raise UserError(
                self.env._(
                    "The code of a fee that was published stays: items and bills name it. Enter a"
                    " new fee instead."
                )
            )
        result = super().write(vals)
        self._note_editor()
        return result

    def unlink(self):
        if any(item._was_published() for item in self):
            raise UserError(
                self.env._(
                    "A fee that was on the public list stays, because bills rest on it. End its"
                    " rate by date."
                )
            )
        self.rate_ids.unlink()
        self.relief_ids.unlink()
        return super().unlink()

    def _was_published(self):
        return "published" in (*self.rate_ids.mapped("state"), *self.relief_ids.mapped("state"))

    def _note_editor(self):
        for item in self:
            if self.env.user not in item.editor_ids:
                super(GovFeeItem, item).write({"editor_ids": [fields.Command.link(self.env.uid)]})

    def _forget_editors(self):
        """After publishing: what the fee says now was checked by a second person."""
        super().write({"editor_ids": [fields.Command.clear()]})

    # ------------------------------------------------------------------ the list

    @api.model
    def _rate_in_force(self, code, day):
        """The one rate that may be charged for a fee on a day (目录清单之外不得收费).

        :return: the published rate, readable whoever asks: the list is public
        :raises UserError: a sentence where nothing of the list can be charged
        """
        item = self.sudo().search([("code", "=", code or "")], limit=1)  # the list is public
        rates = item.rate_ids.filtered(lambda rate: rate.state == "published")
        running = rates.filtered_domain(rates._domain_of_status("in_force", day))
        if running:
            return running
        if not rates:
            raise UserError(
                self.env._(
                    "“%(code)s” is not on the public fee list, so it cannot be charged. Choose a"
                    " fee of the list, or have the finance officers publish it.",
                    code=code or "–",
                )
            )
        raise UserError(
            self.env._(
                "“%(fee)s” is on the fee list, but no rate was in force on %(day)s, so it cannot be"
                " charged for that day. See its rates by date.",
                fee=item.display_name,
                day=day,
            )
        )

    @api.model
    def _get_complaint_channel(self):
        """Where fees off the list are complained of, for the whole list."""
        parameters = self.env["ir.config_parameter"].sudo()  # printed on a public page
        return parameters.get_param("gov_fees.complaint_channel") or ""

    def _get_missing(self):
        """Labels of the facts that the law has printed and that are not entered."""
        self.ensure_one()
        needed = ["kind", "department", "level", "policy_basis"]
        if self.kind != "service":
            needed.append("fund_management")
        labels = [
            self._fields[name]._description_string(self.env) for name in needed if not self[name]
        ]
        if not self.complaint_channel and not self._get_complaint_channel():
            labels.append(self._fields["complaint_channel"]._description_string(self.env))
        return labels

    def _check_settled(self):
        if self.to_settle:
            raise UserError(
                self.env._(
                    "%(fee)s still has open points of its import: settle them, then empty the field"
                    " “To be settled”.",
                    fee=self.display_name,
                )
            )

    def _compile(self):
        facts = {name: self[name] or None for name in FACTS}
        return facts | {
            "complaint_channel": self.complaint_channel or self._get_complaint_channel() or None
        }
