from dataclasses import asdict
from itertools import pairwise

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from psycopg2 import IntegrityError

from ..kernel import flow_layout, flow_svg, item_studio
from ..kernel.errors import KernelError
from .applicant_form import APPLICANT_KINDS
from .condition_words import in_words
from .item_studio_rows import RowWriter, checked
from .rpc import on_one_record
from .speech import say, word
from .turns import take_turn

#: Where a manager settles a check: part of the studio by what the check looked at.
PART_OF_TOPIC = {
    "basis": "basics",
    "guide": "guide",
    "periods": "limits",
    "materials": "materials",
    "intermediaries": "materials",
    "fees": "fees",
    "form": "form",
    "situations": "situations",
    "flow": "flow",
    "staffing": "flow",
    "documents": "documents",
    "licence": "basics",
    "result": "basics",
    "tests": "tests",
}
#: The same where one check looks at facts of several parts.
PART_OF_FIELD = {
    "is_fee_charged": "fees",
    "result_type": "basics",
    "conditions": "basics",
    "objects": "basics",
    "item_kind": "basics",
    "power_type": "basics",
    "exercise_level": "basics",
    "materials": "materials",
}
#: Selections whose words the editors show, by the name that they use.
CHOICES = {
    "power_types": ("gov.item", "power_type"),
    "exercise_levels": ("gov.item", "exercise_level"),
    "item_kinds": ("gov.item.version", "item_kind"),
    "handles": ("gov.item.version", "handles"),
    "licence_kinds": ("gov.item.version", "licence_kind"),
    "period_units": ("gov.item.version", "statutory_unit"),
    "window_units": ("gov.item.version", "check_unit"),
    "validity_units": ("gov.item.version", "validity_unit"),
    "late_renewals": ("gov.item.version", "renewal_late"),
    "result_types": ("gov.item.version", "result_type"),
    "fees_charged": ("gov.item.version", "is_fee_charged"),
    "commitment": ("gov.item.version", "commitment_based"),
    "field_types": ("gov.form.field", "type"),
    "material_forms": ("gov.material.spec", "form"),
    "copy_rules": ("gov.material.spec", "copy_rule"),
    "material_sources": ("gov.material.spec", "source"),
    "material_needs": ("gov.material.spec", "required"),
    "node_kinds": ("gov.flow.node", "kind"),
    "stages": ("gov.flow.node", "stage"),
    "roles": ("gov.flow.node", "role"),
    "procedures": ("gov.flow.node", "procedure"),
    "joint_rules": ("gov.flow.node", "joint_rule"),
    "joint_silences": ("gov.flow.node", "joint_silence"),
    "document_kinds": ("gov.document.template", "kind"),
    "fact_kinds": ("gov.item.fact", "kind"),
}
#: What every case goes through: code, kind, stage, role.
_STEPS = (
    ("accept", "start", "intake", "window_clerk"),
    ("review", "task", "review", "reviewer"),
    ("decide", "task", "decide", "representative"),
    ("deliver", "end", "close", "window_clerk"),
)
_ITEMS = 200  # items of a department that a list of choices can hold


class GovItemVersion(models.Model):
    """The item studio (事项设计器): a draft as one pack, loaded, saved and looked at as a whole."""

    _inherit = "gov.item.version"

    @on_one_record
    def action_design(self):
        """Open the version in the studio."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("gov_approval.gov_item_studio_action")
        return action | {
            "name": self.item_id.name,
            "context": {"active_id": self.id, "active_model": self._name},
        }

    @on_one_record
    def studio_load(self):
        """Everything that the studio shows of this version.

        :return: ``pack`` (complete), ``revision`` for the next save, ``preview``, ``words``
            (lists of ``[code, label]``), ``head`` (name, number, state, whether it can be changed)
        """
        self.check_access("read")
        pack = self._studio_pack()
        return {
            "pack": pack,
            "revision": item_studio.digest(pack),
            "preview": self._studio_preview(),
            "words": self._studio_words(),
            "head": self._studio_head(),
        }

    @on_one_record
    def studio_save(self, pack, revision):
        """Bring the rows of this draft in line with ``pack``: all of it, or a sentence and nothing.

        :param dict pack: as ``studio_load`` gave it, changed
        :param str revision: the state that the change began with
        :return: new ``revision``, ``preview``; ``pack`` where the rows differ from what was sent
        """
        self.check_access("write")
        self._check_is_draft()
        take_turn(self)
        if revision != item_studio.digest(self._studio_pack()):
            raise UserError(
                self.env._(
                    "Somebody else changed this item meanwhile. Reload the studio; your last change"
                    " was not saved."
                )
            )
        try:
            values = item_studio.read(pack)
        except KernelError as error:
            raise UserError(say(self.env, error)) from None
        self._studio_write(values)
        self.env.invalidate_all()  # the order of rows is that of the database
        saved = self._studio_pack()
        answer = {"revision": item_studio.digest(saved), "preview": self._studio_preview()}
        return answer if saved == pack else answer | {"pack": saved}

    def _studio_write(self, values):
        try:
            with self.env.cr.savepoint():
                self._studio_write_item(values["item"])
                RowWriter(self).write(values)
                self.env.flush_all()
        except IntegrityError as error:
            models_ = (self.env[name] for name in self.env.registry)
            model = next((m for m in models_ if m._table == error.diag.table_name), self)
            raise UserError(model._sql_error_to_message(error)) from None

    def _studio_write_item(self, values):
        """Facts of the item itself change only while nobody can have applied for it."""
        item = self.item_id
        department = self.env["gov.item.import"]._find_by_code(values["department"])
        vals = {
            name: value
            for name, value in values.items()
            if name != "department" and (item[name] or False) != (value or False)
        }
        if department != item.department_id:
            vals["department_id"] = department.id
        if not vals:
            return
        if not self._studio_is_first():
            raise UserError(
                self.env._(
                    "Name and codes of an item that was published stand on running cases. Change"
                    " them on the item itself."
                )
            )
        item.write(checked(item, vals, "item"))

    def _studio_is_first(self):
        """Whether no version of the item was ever published."""
        return all(version.state == "draft" for version in self.item_id.version_ids)

    # ------------------------------------------------------------------ reading

    def _studio_pack(self):
        return item_studio.full(self.env["gov.item.import"]._read_values(self))

    def _studio_head(self):
        can_change = self.state == "draft" and self.has_access("write")
        return {
            "id": self.id,
            "item_id": self.item_id.id,
            "name": self.item_id.name,
            "department": self.department_id.name,
            "number": self.number,
            "state": self.state,
            "state_label": self._say_choice(self._name, "state", self.state),
            "is_readonly": not can_change,
            "is_first": self._studio_is_first(),
            "has_others": len(self.item_id.version_ids) > 1,
        }

    def _studio_words(self):
        """Lists of ``[code, label]`` in the language of the user."""
        env = self.env
        words = {
            name: [list(pair) for pair in env[model]._fields[field]._description_selection(env)]
            for name, (model, field) in CHOICES.items()
        }
        words["departments"] = [[d.code, d.name] for d in env["gov.department"].search([])]
        words["objects"] = [[code, word(env, code)] for code in APPLICANT_KINDS]
        Service = env["gov.intermediary.service"]
        services = Service.search(Service._domain_in_force())
        words["services"] = [[service.code, service.name] for service in services]
        words["channels"] = self._studio_codes("window", "online", "post", "phone")
        words["delivery"] = self._studio_codes("window", "post", "electronic")
        items = env["gov.item"].search(
            [("department_id", "=", self.department_id.id)], limit=_ITEMS
        )
        words["items"] = [[item.code, item.name] for item in items]
        return words

    def _studio_codes(self, *codes):
        return [[code, self._say_codes([code])] for code in codes]

    def _studio_preview(self):
        """What the studio shows beside the editors, from the rows as they stand."""
        definition = self._get_definition()
        return {
            "checks": self._studio_checks() if self.state == "draft" else [],
            "guide_html": str(self._draw_guide()),
            "flow": self._studio_flow(definition),
            "form": definition["form"],
            "materials": definition["materials"],
        }

    def _studio_checks(self):
        return [check | {"place": self._studio_place(check)} for check in self._get_checks()]

    @api.model
    def _studio_place(self, check):
        """Where a check is settled: part of the studio, and what its parameters name there."""
        params = check["params"]
        part = PART_OF_TOPIC.get(check["topic"], "basics")
        if check["topic"] == "guide":
            part = PART_OF_FIELD.get(params.get("field"), part)
        names = ("field", "material", "fee", "step", "kind", "document", "path")
        return {"part": part} | {n: str(params[n]) for n in names if n in params}

    def _studio_flow(self, definition):
        """Picture and plain layout of the flow; ``problem`` says why there is none yet."""
        captions = {
            node["code"]: self._say_step_limit(node) for node in definition["flow"]["nodes"]
        }
        labels = {
            (edge["source"], edge["target"]): in_words(
                self.env, edge["condition"], definition["form"]
            )
            for edge in definition["flow"]["edges"]
            if edge["condition"]
        }
        try:
            plan = flow_layout.layout(definition["flow"], captions=captions, labels=labels)
            picture = flow_svg.svg(
                definition["flow"],
                title=definition["item"]["name"],
                captions=captions,
                labels=labels,
            )
        except KernelError as error:
            return {"problem": say(self.env, error), "svg": "", "nodes": [], "edges": []}
        return {
            "problem": "",
            "svg": picture,
            "width": plan.width,
            "height": plan.height,
            "nodes": [
                {key: value for key, value in asdict(box).items() if key not in ("width", "height")}
                | {"w": box.width, "h": box.height}
                for box in plan.boxes
            ],
            "edges": [asdict(route) for route in plan.routes],
        }


class GovItem(models.Model):
    """An item begins in the studio."""

    _inherit = "gov.item"

    @api.model
    def _default_studio_department(self):
        return self.env["gov.department"].search([("staff_ids", "in", self.env.uid)], limit=1)

    @api.model
    def _default_studio_code(self):
        items = self.sudo().with_context(active_test=False)  # a free code among all of them
        return f"item-{items.search([], order='id desc', limit=1).id + 1}"

    department_id = fields.Many2one(default=lambda self: self._default_studio_department())
    code = fields.Char(default=lambda self: self._default_studio_code())

    def _prepare_first_version_vals(self):
        """A draft that can be worked on at once: one section, and acceptance to completion."""
        _ = self.env._
        names = [_("Acceptance"), _("Review"), _("Decision"), _("Completion")]
        steps = [(*step, name) for step, name in zip(_STEPS, names, strict=True)]
        return {
            "item_id": self.id,
            "section_ids": [
                Command.create({"sequence": 1, "code": "matter", "name": _("Matter applied for")})
            ],
            "node_ids": [
                Command.create(
                    {
                        "sequence": place,
                        "code": code,
                        "kind": kind,
                        "stage": stage,
                        "role": role,
                        "name": name,
                    }
                )
                for place, (code, kind, stage, role, name) in enumerate(steps, 1)
            ],
            "edge_ids": [
                Command.create({"sequence": place, "source": source[0], "target": target[0]})
                for place, (source, target) in enumerate(pairwise(steps), 1)
            ],
        }
