import json

from odoo import api, fields, models, tools
from odoo.addons.gov_approval.kernel import chain, errors
from odoo.addons.gov_approval.models.rpc import on_one_record, on_records
from odoo.exceptions import UserError

from ..kernel import facts, rules
from .alert_speech import say, word

LEVELS = [("blue", "Blue: notice"), ("yellow", "Yellow card"), ("red", "Red card")]
KINDS = [("time", "A limit"), ("event", "An act")]
LIMITS = [
    ("notice", "Answer to a filing"),
    ("promised", "Promised period"),
    ("statutory", "Statutory period"),
    ("step", "Limit of a step"),
    ("stop", "Announced end of a stop"),
    ("opinion", "Opinion in a joint review"),
    ("inspectors", "Sending inspectors"),
    ("hearing", "Holding the hearing"),
    ("statement", "Statements of third parties"),
    ("deferral", "Papers promised for later"),
    ("delivery", "Delivery of the result"),
    ("check", "Check of a promise"),
]
MEASURES = [
    ("percent", "percent used"),
    ("before", "working days before the end"),
    ("after", "working days after the end"),
]
ACTIONS = [
    ("inform", "Take note"),
    ("explain", "Explain"),
    ("correct", "Put right and report"),
]
STATES = [("draft", "Draft"), ("published", "In force"), ("ended", "Ended")]
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
    "planned_to",
    "is_planned",
)
DEFAULTS = "gov_supervision/data/rules.json"


class GovAlertRule(models.Model):
    """A rule of supervision (监察规则) in its versions: drafted by one, published by another.

    Publishing compiles it to one canonical JSON with its digest and freezes it; cards name the
    version that caught them.  The next version ends the last one.
    """

    _name = "gov.alert.rule"
    _description = "Rule of supervision"
    _order = "sequence, code, version desc"

    sequence = fields.Integer(default=100)
    name = fields.Char(required=True)
    code = fields.Char(required=True, help="Stays the same through all versions.")
    version = fields.Integer(default=1, required=True, readonly=True, copy=False, aggregator=None)
    basis = fields.Char(string="Ground", help="The norm or the monitoring point behind the rule.")
    level = fields.Selection(LEVELS, required=True, default="yellow")
    kind = fields.Selection(KINDS, string="Watches", required=True, default="time")
    limit = fields.Selection(LIMITS)
    measure = fields.Selection(MEASURES, default="after")
    value = fields.Integer(string="How many", aggregator=None)
    condition = fields.Char(help="Which acts are caught; built from rows.")
    condition_fields = fields.Json(compute="_compute_condition_fields")
    department_ids = fields.Many2many("gov.department", string="Departments")
    item_ids = fields.Many2many("gov.item", string="Items")
    centre_ids = fields.Many2many("gov.centre", string="Places")
    step = fields.Char(string="Code of a step", help="Empty: every step.")
    action = fields.Selection(ACTIONS, string="Asks the unit to", required=True, default="explain")
    answer_days = fields.Integer(string="Working days to answer", default=3, aggregator=None)
    demand = fields.Char(help="What the correction order asks for.")
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, copy=False)
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
    published_at = fields.Datetime(string="In force since", readonly=True, copy=False)
    ended_by_id = fields.Many2one("res.users", string="Ended by", readonly=True, copy=False)
    ended_at = fields.Datetime(string="Ended at", readonly=True, copy=False)
    end_reason = fields.Char(string="Reason of the end", readonly=True, copy=False)
    planned_to = fields.Integer(
        readonly=True, copy=False, help="Up to this case the rule watches what ran before it."
    )
    is_planned = fields.Boolean(readonly=True, copy=False)
    card_ids = fields.One2many("gov.alert.card", "rule_id", string="Cards")
    card_count = fields.Integer(compute="_compute_card_count")

    _version_uniq = models.Constraint(
        "UNIQUE (code, version)", "This version of the rule exists already."
    )
    _one_in_force = models.UniqueIndex(
        "(code) WHERE state = 'published'", "Another version of this rule is in force."
    )
    _to_plan_idx = models.Index("(id) WHERE state = 'published' AND is_planned IS NOT TRUE")

    # ----------------------------------------------------------------- computed

    @api.depends("name", "version")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.name} V{rule.version}" if rule.name else ""

    @api.depends_context("lang")
    def _compute_condition_fields(self):
        """What conditions may name, as the builder takes it."""
        known = [
            {
                "code": code,
                "label": word(self.env, code),
                "type": kind,
                "options": [{"code": one, "label": word(self.env, one)} for one in options],
            }
            for code, (kind, options) in facts.FIELDS.items()
        ]
        for rule in self:
            rule.condition_fields = known

    @api.depends("card_ids")
    def _compute_card_count(self):
        counted = dict(
            self.env["gov.alert.card"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.card_count = counted.get(rule, 0)

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Set, not left out: a default from the context or of a user would fill the gap.
            vals.update(dict.fromkeys(OUTCOME_FIELDS, False), state="draft")
            known = self.search([("code", "=", vals.get("code"))], order="version desc", limit=1)
            vals["version"] = known.version + 1
        created = super().create(vals_list)
        created._note_editor()
        return created

    def write(self, vals):
        self._check_is_draft()
        if {"code", "version", *OUTCOME_FIELDS} & vals.keys():
            raise UserError(
                self.env._(
                    "The code of a rule stays, and it comes into force only by publishing. Make"
                    " another rule, or use the buttons."
                )
            )
        result = super().write(vals)
        self._note_editor()
        return result

    def unlink(self):
        self._check_is_draft()
        return super().unlink()

    def copy_data(self, default=None):
        """A copy is the next version of the same rule."""
        return super().copy_data(dict(default or {}))

    def _check_is_draft(self):
        if any(rule.state != "draft" for rule in self):
            raise UserError(
                self.env._(
                    "A rule that is or was in force does not change, because cards rest on it."
                    " Make a new version."
                )
            )

    def _note_editor(self):
        """Whoever touches a draft is among its drafters and cannot publish it."""
        if self.env.user._is_superuser():
            return  # the national set comes with the module: nobody here drafted it
        for rule in self:
            if self.env.user not in rule.editor_ids:
                rule._write_outcome({"editor_ids": [fields.Command.link(self.env.uid)]})

    def _write_outcome(self, vals):
        """Write what publishing and ending decide; only they and ``_note_editor`` come here."""
        return super().write(vals)

    # ------------------------------------------------------------------ actions

    @on_records
    def action_publish(self):
        """Put drafts in force (发布): by somebody who did not draft them."""
        self.check_access("write")
        self.lock_for_update()
        for rule in self:
            rule._check_is_draft()
            if self.env.user in rule.editor_ids:
                raise UserError(
                    self.env._(
                        "Whoever drafted a rule does not publish it. Ask another supervisor to"
                        " check and publish it."
                    )
                )
            rule._check_content()
            rule._supersede()
            definition = json.loads(json.dumps(rule._compile()))
            rule._write_outcome(
                {
                    "state": "published",
                    "definition": definition,
                    "digest": chain.digest("sha256", "", definition),
                    "published_by_id": self.env.uid,
                    "published_at": fields.Datetime.now(),
                }
            )
        self._forget_rules()
        self.env.ref("gov_supervision.ir_cron_plan_rules").sudo()._trigger()  # a publisher has none
        return True

    @on_one_record
    def action_end(self):
        """Take the rule out of force at once; cards that it gave stay (停用)."""
        self.check_access("write")
        self.lock_for_update()
        if self.state != "published":
            raise UserError(self.env._("Only a rule in force can be ended; delete the draft."))
        if self.env.user == self.published_by_id:
            raise UserError(
                self.env._(
                    "Whoever put a rule in force does not end it alone. Ask another supervisor."
                )
            )
        self._end(self.env._("Ended by hand"))
        self._forget_rules()
        return True

    @on_one_record
    def action_new_version(self):
        """A draft of the next version, opened."""
        self.check_access("write")
        draft = self.search([("code", "=", self.code), ("state", "=", "draft")], limit=1)
        draft = draft or self.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    @on_one_record
    def action_open_cards(self):
        """The cards that this version gave."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "gov_supervision.gov_alert_card_action"
        )
        return dict(action, domain=[("rule_id", "=", self.id)], context={})

    def _supersede(self):
        """The version that was in force until now ends with this moment."""
        for old in self.search([("code", "=", self.code), ("state", "=", "published")]):
            old._end(self.env._("Replaced by version %(version)s", version=self.version))
        self.flush_model()

    def _end(self, reason):
        now = fields.Datetime.now()
        self._write_outcome(
            {
                "state": "ended",
                "ended_by_id": self.env.uid,
                "ended_at": now,
                "end_reason": reason,
            }
        )
        self.env["gov.alert.watch"]._drop(self, now)

    # --------------------------------------------------------------- definition

    def _check_content(self):
        try:
            rules.check(self._compile())
        except errors.KernelError as error:
            raise UserError(f"{self.name}: {say(self.env, error)}") from error
        if self.action == "correct" and not self.demand:
            raise UserError(
                self.env._("%(rule)s: say what has to be put right.", rule=self.display_name)
            )

    def _compile(self):
        """The canonical JSON of the rule as it stands now."""
        self.ensure_one()
        is_time = self.kind == "time"
        return {
            "code": self.code,
            "version": self.version,
            "name": self.name,
            "basis": self.basis or "",
            "level": self.level,
            "kind": self.kind,
            "limit": self.limit or "" if is_time else "",
            "measure": self.measure or "" if is_time else "",
            "value": self.value if is_time else 0,
            "condition": "" if is_time else self.condition or "",
            "departments": sorted(self.department_ids.mapped("code")),
            "items": sorted(self.item_ids.mapped("code")),
            "places": sorted(self.centre_ids.mapped("code")),
            "step": self.step or "",
            "action": self.action,
            "answer_days": self.answer_days,
            "demand": self.demand or "",
        }

    def _to_kernel(self, since=None):
        """The rule for the kernel; a draft is tried from ``since`` on."""
        said = self.definition or self._compile()
        parts = {name: said[name] for name in ("code", "kind", "level", "limit", "measure")}
        scope = {name: frozenset(said[name]) for name in ("departments", "items", "places")}
        since = since or self.env["gov.calendar.day"]._local(self.published_at)
        rest = {name: said[name] for name in ("value", "condition", "step")}
        return rules.Rule(**parts, **scope, **rest, since=since, id=self.id)

    @api.model
    @tools.ormcache()
    def _in_force(self):
        """The rules in force, compiled once a worker."""
        found = self.sudo().search([("state", "=", "published")])  # the same for everybody
        return tuple(rule._to_kernel() for rule in found)

    def _forget_rules(self):
        self.env.registry.clear_cache()

    @api.model
    def _load_defaults(self):
        """The national set as drafts; rules that the centre has already stay as they are."""
        with tools.file_open(DEFAULTS, "r") as source:
            wanted = json.load(source)
        known = set(self.search([]).mapped("code"))
        self.create(
            [
                dict(row, sequence=number)
                for number, row in enumerate(wanted, 1)
                if row["code"] not in known
            ]
        )
