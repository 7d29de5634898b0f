import json

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..kernel import agency, chain, guidance
from .applicant_form import applicant_fields, applicant_section, power_material
from .rpc import on_one_record
from .speech import word

PERIOD_UNITS = [
    ("workday", "Working days"),
    ("calendar_day", "Calendar days"),
    ("month", "Months"),
    ("year", "Years"),
    ("hour", "Hours"),
]
#: Child rows copied with a version; the order is that of the definition.
PARTS = (
    "basis_ids",
    "condition_ids",
    "section_ids",
    "field_ids",
    "material_ids",
    "intermediary_ids",
    "node_ids",
    "edge_ids",
    "fee_ids",
    "template_ids",
    "fact_ids",
)
#: What only publishing and withdrawing write, beside the state.
PUBLICATION = (
    "definition",
    "digest",
    "published_at",
    "published_by_id",
    "retired_at",
    "force_from",
    "scheduled_at",
)


def _split(codes):
    """The codes of a comma separated text."""
    return [code.strip() for code in (codes or "").split(",") if code.strip()]


class GovItemVersion(models.Model):
    """One version of an item (事项版本): draft, then published and frozen, then retired.

    Several drafts may be prepared beside each other; at most one version waits for its day.

    Everything that an outcome depends on hangs under it.  Publishing compiles it to one
    canonical JSON with a digest (`design.md` 2.2); cases run on that JSON, never on the rows.
    """

    _name = "gov.item.version"
    _description = "Item version"
    _order = "item_id, number desc"
    _rec_name = "display_name"

    # Identity
    item_id = fields.Many2one("gov.item", required=True, index=True, ondelete="restrict")
    number = fields.Integer(readonly=True, copy=False, aggregator=None)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("scheduled", "Waits for its day"),
            ("published", "In force"),
            ("retired", "Retired"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    department_id = fields.Many2one(related="item_id.department_id", store=True, index=True)
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    retired_at = fields.Datetime(readonly=True, copy=False)
    definition = fields.Json(readonly=True, copy=False)
    digest = fields.Char(readonly=True, copy=False)

    # Limits
    item_kind = fields.Selection(
        [("instant", "Decided at once"), ("promised", "Promised time"), ("other", "Other")],
        help="办件类型: 即办件, 承诺件.",
    )
    statutory_value = fields.Integer(string="Statutory period", aggregator=None)
    statutory_unit = fields.Selection(PERIOD_UNITS, default="workday")
    promised_value = fields.Integer(string="Promised period", aggregator=None)
    promised_unit = fields.Selection(PERIOD_UNITS, default="workday")
    deadline_note = fields.Char(help="What the source says beside the numbers.")
    supplement_value = fields.Integer(
        string="Supplement within", default=30, help="Working days; then deemed abandoned."
    )

    # Guide (GB/T 36114, Art. 30)
    objects = fields.Char(help="服务对象, comma separated codes: person, enterprise, …")
    place = fields.Char(string="Place of handling")
    service_hours = fields.Char()
    consult_phone = fields.Char(string="Consultation")
    complaint_phone = fields.Char(string="Complaints")
    quantity_limit = fields.Char(help="数量限制; 'none' in words where there is no limit.")
    visits = fields.Integer(string="Visits to the hall", default=-1, help="-1: not stated.")
    visit_reason = fields.Char()
    channels = fields.Char(default="window,online", help="办理形式, comma separated.")
    delivery = fields.Char(default="window", help="送达方式, comma separated.")
    is_fee_charged = fields.Selection(
        [("yes", "Fees are charged"), ("no", "Free of charge")], string="Fees"
    )
    intermediary_note = fields.Char(string="Intermediary services")
    commitment_based = fields.Selection(
        [("yes", "Yes"), ("no", "No")], string="Commitment procedure", help="告知承诺制."
    )
    source_title = fields.Char(help="Title of the published guide that this version follows.")

    # Result
    result_name = fields.Char()
    result_type = fields.Selection(
        [
            ("licence", "Licence"),
            ("approval", "Approval document"),
            ("other", "Other"),
            ("none", "None"),
        ],
        help="结果类型: 证照, 批文, 其他, 无.",
    )
    validity_value = fields.Integer(string="Validity", aggregator=None)
    validity_unit = fields.Selection(
        [("year", "Years"), ("month", "Months"), ("calendar_day", "Days"), ("none", "No limit")]
    )

    # Parts
    basis_ids = fields.One2many("gov.legal.basis", "version_id", string="Legal basis", copy=True)
    condition_ids = fields.One2many(
        "gov.item.condition", "version_id", string="Conditions", copy=True
    )
    section_ids = fields.One2many("gov.form.section", "version_id", string="Sections", copy=True)
    field_ids = fields.One2many(
        "gov.form.field",
        "version_id",
        string="Form fields",
        domain=[("parent_id", "=", False)],
        copy=True,
    )
    material_ids = fields.One2many(
        "gov.material.spec", "version_id", string="Materials", copy=True
    )
    node_ids = fields.One2many("gov.flow.node", "version_id", string="Steps", copy=True)
    edge_ids = fields.One2many("gov.flow.edge", "version_id", string="Connections", copy=True)
    fee_ids = fields.One2many("gov.item.fee", "version_id", string="Fee lines", copy=True)
    template_ids = fields.One2many(
        "gov.document.template", "version_id", string="Document templates", copy=True
    )
    fact_ids = fields.One2many(
        "gov.item.fact", "version_id", string="Facts of the source", copy=True
    )

    _one_published = models.UniqueIndex(
        "(item_id) WHERE state = 'published'", "An item has only one version in force."
    )
    _number_uniq = models.Constraint(
        "UNIQUE (item_id, number)", "This version number is used already."
    )

    # ------------------------------------------------------------------ compute

    @api.depends("item_id.name", "number", "remark")
    def _compute_display_name(self):
        for version in self:
            name = self.env._(
                "%(item)s, version %(number)s",
                item=version.item_id.name or "",
                number=version.number,
            )
            version.display_name = f"{name} · {version.remark}" if version.remark else name

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            latest = self.search([("item_id", "=", vals.get("item_id"))], limit=1)
            # Set, not left out: a default from the context or of a user would fill the gap.
            vals.update(dict.fromkeys(PUBLICATION, False), state="draft")
            vals["number"] = latest.number + 1
        return super().create(vals_list)

    def write(self, vals):
        self._check_is_draft()
        if {"state", "number", "item_id", *PUBLICATION} & vals.keys():
            raise UserError(
                self.env._(
                    "State, number and definition of a version change only by publishing it."
                )
            )
        return super().write(vals)

    def unlink(self):
        self._check_is_draft()
        for name in reversed(PARTS):
            self[name].unlink()
        return super().unlink()

    def _check_is_draft(self):
        if any(version.state != "draft" for version in self):
            raise UserError(
                self.env._(
                    "A published version is frozen, because cases run on it."
                    " Create a new version of the item and change that."
                )
            )

    def _copy_to_draft(self):
        """A draft with the same content; fields of tables follow their parents by code."""
        self.ensure_one()
        draft = self.copy({"based_on_id": self.id})
        for field in draft.field_ids:
            twin = self.field_ids.filtered(lambda f, code=field.code: f.code == code)
            field.section_id = draft.section_ids.filtered(
                lambda s, code=twin.section_id.code: s.code == code
            )
        return draft

    # ------------------------------------------------------------------ actions

    @on_one_record
    def action_publish(self, force_from=None):
        """Check, compile and freeze; put in force now or on the day ``force_from`` (发布)."""
        self.ensure_one()
        self.check_access("write")
        self._check_is_draft()
        day = self._read_force_from(force_from)
        failed = [check for check in self._get_checks() if check["level"] == "fail"]
        if failed:
            raise UserError(
                self.env._("This version cannot be published yet:")
                + "".join(f"\n• {check['text']}" for check in failed)
            )
        definition = self._compile()
        frozen = {
            "definition": definition,
            "digest": chain.digest("sha256", "", definition),
            "published_by_id": self.env.uid,
        }
        if day:
            self._schedule(frozen, day)
        else:
            self._put_in_force(frozen)
        return True

    @on_one_record
    def action_withdraw(self):
        """Take the version out of force (取消); running cases stay on it."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "published":
            raise UserError(self.env._("Only a version in force can be taken out of force."))
        self._set_published_state({"state": "retired", "retired_at": fields.Datetime.now()})

    def _set_published_state(self, vals):
        super().write(vals)
        self.flush_recordset()  # the unique indexes on the state look at the rows
        self.env.registry.clear_cache()

    # --------------------------------------------------------------- definition

    def _compile(self):
        """The canonical JSON of the draft as it stands now (`kernel` contract: definition)."""
        self.ensure_one()
        return {
            "schema": 1,
            "item": self._compile_item(),
            "version": self.number,
            "item_kind": self.item_kind or None,
            "objects": _split(self.objects),
            "periods": self._compile_periods(),
            "conditions": self.condition_ids.mapped("text"),
            "bases": [basis._compile() for basis in self.basis_ids],
            "form": self._compile_form(),
            "materials": self._compile_materials(),
            "flow": {
                "nodes": [node._compile() for node in self.node_ids],
                "edges": [edge._compile() for edge in self.edge_ids],
            },
            "fees": [fee._compile() for fee in self.fee_ids],
            "documents": self.env["gov.document.template"]._compile_for(self),
            "result": {
                "name": self.result_name or None,
                "type": self.result_type or None,
                "validity_value": self.validity_value or None,
                "validity_unit": self.validity_unit or None,
            },
            "guide": self._compile_guide(),
        }

    def _compile_item(self):
        item = self.item_id
        return {
            "code": item.code,
            "name": item.name,
            "department": item.department_id.code,
            "organ_short": item.department_id.organ_short,
            "power_type": item.power_type or None,
            "exercise_level": item.exercise_level or None,
            "codes": {
                "base": item.base_code or None,
                "implementation": item.implementation_code or None,
                "handling": item.handling_code or None,
                "local": item.local_code or None,
            },
        }

    def _compile_form(self):
        """The applicant's own questions first, in the language of the centre."""
        env = self.with_context(lang=self.env.lang or "zh_CN").env
        own = [field._compile() for field in self.field_ids]
        needs = [material.needed_if for material in self.material_ids if material.needed_if]
        return {
            "sections": [
                applicant_section(env),
                *(section._compile() for section in self.section_ids),
            ],
            "fields": [
                *guidance.mark(
                    applicant_fields(env, word, with_agent=not self.is_in_person), own, needs
                ),
                *own,
            ],
        }

    def _compile_materials(self):
        """Those of the item, and the power of attorney where it lists none of its own."""
        env = self.with_context(lang=self.env.lang or "zh_CN").env
        materials = [material._compile() for material in self.material_ids]
        if not self.is_in_person and not agency.paper_of({"materials": materials}):
            materials.append(power_material(env))
        return materials

    def _compile_guide(self):
        texts = (
            "place",
            "service_hours",
            "consult_phone",
            "complaint_phone",
            "quantity_limit",
            "visit_reason",
            "is_fee_charged",
            "intermediary_note",
            "commitment_based",
            "deadline_note",
            "source_title",
        )
        return {name: self[name] or None for name in texts} | {
            "visits": self.visits,
            "channels": _split(self.channels),
            "delivery": _split(self.delivery),
        }

    def _compile_periods(self):
        def period(value, unit):
            return {"value": value, "unit": unit} if value else None

        return {
            "statutory": period(self.statutory_value, self.statutory_unit),
            "promised": period(self.promised_value, self.promised_unit),
            "notice": period(5, "workday"),  # Art. 32: nobody may lengthen it
            "supplement": period(self.supplement_value, "workday"),
            "delivery": period(10, "workday"),  # Art. 44
        }

    @api.model
    @tools.ormcache("version_id")
    def _frozen(self, version_id):
        """Definition and digest of a published or retired version, read and parsed once a worker;
        nothing of a draft."""
        version = self.browse(version_id).sudo()  # frozen public facts of the item
        if version.state == "draft":
            return None, ""
        return json.loads(json.dumps(version.definition)), version.digest

    def _get_definition(self):
        """Frozen definition of a published version; the compiled rows of a draft."""
        self.ensure_one()
        return self._frozen(self.id)[0] or self._compile()

    def _get_digest(self):
        """Digest of the frozen definition."""
        self.ensure_one()
        return self._frozen(self.id)[1]
