from odoo import api, fields, models

FIELD_TYPES = [
    ("text", "Text"),
    ("long_text", "Long text"),
    ("number", "Numeric"),
    ("money", "Money"),
    ("date", "Date"),
    ("yes_no", "Yes or no"),
    ("choice", "Choice"),
    ("choices", "Many choices"),
    ("table", "Table"),
    ("person_id", "Citizen id number"),
    ("credit_code", "Unified social credit code"),
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("address", "Address"),
    ("certificate", "Earlier certificate"),
]
CODE_PATTERN = "CHECK (code ~ '^[a-z][a-z0-9_]*$')"


class GovFormSection(models.Model):
    """A section of the application form (表单分组)."""

    _name = "gov.form.section"
    _description = "Form section"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    visible_if = fields.Char()

    _code_uniq = models.Constraint(
        "UNIQUE (version_id, code)", "Another section of this version has this code."
    )
    _code_is_ascii = models.Constraint(
        CODE_PATTERN, "A code begins with a letter a-z and has only a-z, digits and underscore."
    )

    def _compile(self):
        return {"code": self.code, "name": self.name, "visible_if": self.visible_if or ""}


class GovFormField(models.Model):
    """A field of the application form (表单字段).

    Columns of a table field are rows of the same model under ``parent_id``: one model for both
    keeps every check and every type in one place.
    """

    _name = "gov.form.field"
    _description = "Form field"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"
    _rec_name = "label"

    version_id = fields.Many2one(
        "gov.item.version",
        compute="_compute_version_id",
        recursive=True,
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        copy=False,
        index=True,
        ondelete="cascade",
    )
    parent_id = fields.Many2one(
        "gov.form.field", string="Table", index="btree_not_null", ondelete="cascade"
    )
    column_ids = fields.One2many("gov.form.field", "parent_id", string="Columns", copy=True)
    section_id = fields.Many2one("gov.form.section", ondelete="restrict")
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    label = fields.Char(required=True)
    type = fields.Selection(FIELD_TYPES, required=True, default="text")
    help = fields.Char(string="Help for the applicant")
    is_required = fields.Boolean()
    required_if = fields.Char()
    visible_if = fields.Char()
    constraint = fields.Char()
    constraint_message = fields.Char()
    is_indexed = fields.Boolean(help="Searchable and summable in the back office.")
    minimum = fields.Char()
    maximum = fields.Char()
    max_length = fields.Integer()
    default = fields.Char()
    basis = fields.Char(help="The condition of the licence that this question serves (Art. 29).")
    is_situation = fields.Boolean(
        string="Guiding question", help="Asked before filing; leads to materials and sections."
    )
    option_ids = fields.One2many("gov.form.option", "field_id", string="Options", copy=True)

    _code_uniq = models.UniqueIndex(
        "(version_id, code, COALESCE(parent_id, 0))", "Another field has this code."
    )
    _code_is_ascii = models.Constraint(
        CODE_PATTERN, "A code begins with a letter a-z and has only a-z, digits and underscore."
    )

    @api.depends("parent_id.version_id")
    def _compute_version_id(self):
        for field in self:
            field.version_id = field.parent_id.version_id or field.version_id

    def _compile(self):
        return {
            "code": self.code,
            "label": self.label,
            "section": self.section_id.code or None,
            "type": self.type,
            "help": self.help or "",
            "required": self.is_required,
            "required_if": self.required_if or "",
            "visible_if": self.visible_if or "",
            "constraint": self.constraint or "",
            "constraint_message": self.constraint_message or "",
            "options": [{"code": o.code, "label": o.label} for o in self.option_ids],
            "columns": [column._compile() for column in self.column_ids],
            "indexed": self.is_indexed,
            "min": self.minimum or None,
            "max": self.maximum or None,
            "max_length": self.max_length or None,
            "default": self.default or None,
            "basis": self.basis or None,
            "situation": self.is_situation,
        }


class GovFormOption(models.Model):
    """An option of a choice (选项); the answer stores its code."""

    _name = "gov.form.option"
    _description = "Form option"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"
    _rec_name = "label"

    field_id = fields.Many2one("gov.form.field", required=True, index=True, ondelete="cascade")
    version_id = fields.Many2one(related="field_id.version_id", store=True, required=False)
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    label = fields.Char(required=True)

    _code_uniq = models.Constraint(
        "UNIQUE (field_id, code)", "Another option of this field has this code."
    )
