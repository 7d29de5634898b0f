from odoo import api, fields, models

from .rpc import on_one_record

#: Types of power (事项类型), GB/T 39046 table A.1.
POWER_TYPES = [
    ("01", "Administrative licence"),
    ("02", "Administrative penalty"),
    ("03", "Administrative coercion"),
    ("04", "Administrative levy"),
    ("05", "Administrative payment"),
    ("06", "Administrative inspection"),
    ("07", "Administrative confirmation"),
    ("08", "Administrative reward"),
    ("09", "Administrative adjudication"),
    ("10", "Other administrative power"),
    ("20", "Public service"),
]
#: Levels of exercise (行使层级), table A.2.
EXERCISE_LEVELS = [
    ("1", "National"),
    ("2", "Provincial"),
    ("3", "Municipal"),
    ("4", "County or district"),
    ("5", "Township or sub-district"),
    ("6", "Village or community"),
]


class GovItem(models.Model):
    """An administrative item on the public list (政务服务事项).

    The item is only an identity; what an applicant or an officer relies on stands in its
    versions.  At most one version is in force.
    """

    _name = "gov.item"
    _description = "Service item"
    _order = "sequence, name, id"

    name = fields.Char(required=True, index="trigram")
    code = fields.Char(
        required=True, help="Our own stable code (ASCII); packs and cases refer to it."
    )
    sequence = fields.Integer(default=10)
    department_id = fields.Many2one(
        "gov.department", required=True, index=True, ondelete="restrict"
    )
    power_type = fields.Selection(POWER_TYPES)
    exercise_level = fields.Selection(EXERCISE_LEVELS)
    base_code = fields.Char(help="12 characters (GB/T 39554.1).")
    implementation_code = fields.Char(help="31 characters: organ, level, base code.")
    handling_code = fields.Char(help="33 characters: implementation code and serial.")
    local_code = fields.Char()
    is_theme = fields.Boolean(
        string="Theme of several items", help="One thing handled once (一件事一次办)."
    )
    version_ids = fields.One2many("gov.item.version", "item_id", string="Versions")
    published_version_id = fields.Many2one(
        "gov.item.version",
        string="Version in force",
        compute="_compute_published_version_id",
        store=True,
        index="btree_not_null",
    )
    draft_version_id = fields.Many2one(
        "gov.item.version", string="Draft version", compute="_compute_draft_version_id"
    )
    can_change = fields.Boolean(string="May be changed by me", compute="_compute_can_change")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Another item has this code already.")
    _code_is_ascii = models.Constraint(
        "CHECK (code ~ '^[a-z0-9][a-z0-9._-]*$')",
        "An item code has only small letters a-z, digits, dot, dash and underscore.",
    )

    @api.depends("version_ids.state")
    def _compute_published_version_id(self):
        for item in self:
            item.published_version_id = item.version_ids.filtered(
                lambda v: v.state == "published"
            )[:1]

    @api.depends("version_ids.state", "version_ids.number")
    def _compute_draft_version_id(self):
        """The youngest, where several are prepared beside each other."""
        for item in self:
            drafts = item.version_ids.filtered(lambda v: v.state == "draft")
            item.draft_version_id = drafts.sorted("number")[-1:]

    @api.depends("department_id")
    @api.depends_context("uid")
    def _compute_can_change(self):
        """Whether whoever looks at the item may work on it; a new one is theirs."""
        for item in self:
            known = item._origin
            item.can_change = not known or known.has_access("write")

    def write(self, vals):
        result = super().write(vals)
        if "department_id" in vals:
            self.check_access("write")  # nobody pushes an item to a department of others
        return result

    @on_one_record
    def action_new_version(self):
        """Prepare the next version as a draft, copied from the one in force."""
        self.ensure_one()
        self.check_access("write")
        draft = self.draft_version_id
        if not draft:
            source = self.published_version_id
            draft = (
                source._copy_to_draft()
                if source
                else self.env["gov.item.version"].create(self._prepare_first_version_vals())
            )
        return draft.action_design()
