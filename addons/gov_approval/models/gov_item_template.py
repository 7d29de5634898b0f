from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel import inheritance, item_pack, item_studio, publish_template
from ..kernel.publish_template import Inherited
from .item_studio_rows import RowWriter
from .rpc import on_one_record
from .turns import take_turn

#: Levels of exercise from the top; a local item begins one below its template.
_LAST_LEVEL = "6"


class GovItem(models.Model):
    """Items that follow a template (模板事项): one item of a superior department, or one marked
    as template, and items of other departments with local changes on top.

    One level only: a template follows none itself, so that every local item has one source.
    """

    _inherit = "gov.item"

    is_template = fields.Boolean(
        string="Template for others",
        help="Items of any department may follow this one, not only those of departments below.",
    )
    template_id = fields.Many2one(
        "gov.item",
        string="Follows the template",
        index="btree_not_null",
        ondelete="restrict",
        help="The item of a superior department, or one marked as template, whose updates this one"
        " takes over.",
    )
    template_version_id = fields.Many2one(
        "gov.item.version",
        string="Brought up to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The version of the template that the version in force was last brought up to.",
    )
    local_item_ids = fields.One2many("gov.item", "template_id", string="Local items")

    # -------------------------------------------------------------- constraints

    @api.constrains("template_id", "is_template", "department_id")
    def _check_template(self):
        everything = self.with_context(active_test=False)
        for item in everything | everything.local_item_ids:
            template = item.template_id
            if not template:
                continue
            if item.local_item_ids:
                raise ValidationError(
                    self.env._(
                        "Other items follow “%(name)s”, so it cannot follow one itself.",
                        name=item.name,
                    )
                )
            if template.template_id:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” follows a template itself. Choose an item that follows none.",
                        name=template.name,
                    )
                )
            if not template.is_template and not template._is_above(item):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” belongs to no superior department and is not marked as"
                        " template. Choose another item, or have its department mark it.",
                        name=template.name,
                    )
                )

    def _is_above(self, item):
        """Whether the place of this item stands above that of ``item`` in the network."""
        mine, theirs = self.department_id.centre_id, item.department_id.centre_id
        return mine != theirs and (theirs.parent_path or "").startswith(mine.parent_path or "?")

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        # Set, not left out: a default from the context or of a user would fill the gap.
        vals_list = [dict(vals, template_version_id=False) for vals in vals_list]
        items = super().create(vals_list)
        for item in items.filtered("template_id"):
            item._follow_template()
        return items

    def write(self, vals):
        if "template_version_id" in vals:
            raise UserError(
                self.env._("What a local item was brought up to changes by taking over an update.")
            )
        before = {item: item.template_id for item in self} if "template_id" in vals else {}
        result = super().write(vals)
        for item, template in before.items():
            if item.template_id != template:
                item._follow_template()
        return result

    def _follow_template(self):
        """Begin with the version of the template that is in force; what the item says already are
        its local changes."""
        template = self.template_id
        self.version_ids._forget_template()
        if template:
            take_turn(template)
            target = template._get_version_to_follow()
        else:
            target = self.env["gov.item.version"]
        self._set_template_version(target)
        for draft in self.version_ids.filtered(lambda version: version.state == "draft"):
            draft._set_template_version(target)
        if target and not self.version_ids:
            self._start_from_template()

    def _set_template_version(self, version):
        super().write({"template_version_id": version.id})

    def _get_version_to_follow(self):
        """The version in force of a template.

        :raises UserError: where there is none
        """
        if not self.active or not self.published_version_id:
            raise UserError(
                self.env._(
                    "The template “%(name)s” has no version in force. Publish it first, or choose"
                    " another template.",
                    name=self.name,
                )
            )
        return self.published_version_id

    # ------------------------------------------------------------------- drafts

    def _start_from_template(self):
        """The first draft: what the template says, in the place of this item."""
        draft = self.env["gov.item.version"].create({"item_id": self.id})
        centre = self.department_id.centre_id
        draft.write(
            {
                "place": centre.address,
                "service_hours": centre.service_hours,
                "consult_phone": centre.phone,
                "complaint_phone": centre.complaint_phone,
            }
        )
        pack = inheritance.started(self.template_version_id._studio_pack(), draft._studio_pack())
        RowWriter(draft).write(item_studio.read(pack))
        self._take_tests()
        self.env.invalidate_all()  # the order of rows is that of the database
        return draft

    def _take_tests(self):
        """The stored test cases of the template: what is right there is asked here too; what this
        item changes on purpose is recorded anew."""
        Import = self.env["gov.item.import"]
        _path, _part, columns = item_pack.TESTS
        Import._create_tests(
            self, [Import._read_row(test, columns) for test in self.template_id.test_ids]
        )

    def _get_newest(self):
        """The version that an update goes on with: the draft, else what is or will be in force,
        else the last one."""
        by_state = {}
        for version in self.version_ids.sorted("number"):
            by_state[version.state] = version
        states = ("draft", "scheduled", "published", "retired")
        return next((by_state[state] for state in states if state in by_state), self.version_ids)

    def _take_template(self):
        """Bring a draft up to the version of the template in force; what both sides changed is
        noted as a conflict.

        :return: the version that is up to date
        """
        self.ensure_one()
        take_turn(self)  # two at once make one draft
        self.invalidate_recordset()
        target = self.template_id._get_version_to_follow()
        newest = self._get_newest()
        if not newest:
            self._set_template_version(target)
            return self._start_from_template()
        if newest._get_template_level() == target:
            return newest
        draft = newest if newest.state == "draft" else newest._copy_to_draft()
        draft._bring_up_to(target, newest._get_template_level())
        return draft

    # ------------------------------------------------------------------ actions

    @on_one_record
    def action_make_local(self):
        """A form for a new item that follows this one (按模板新建本地事项)."""
        self.check_access("read")
        self._get_version_to_follow()
        level = self.exercise_level or ""
        below = str(min(int(level) + 1, int(_LAST_LEVEL))) if level.isdigit() else False
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Local item of “%(name)s”", name=self.name),
            "res_model": "gov.item",
            "views": [[False, "form"]],
            "context": {
                "default_template_id": self.id,
                "default_name": self.name,
                "default_power_type": self.power_type,
                "default_exercise_level": below,
                "default_base_code": self.base_code,
            },
        }

    @on_one_record
    def action_push_template(self):
        """Prepare the update in every item that follows this one (推送模板更新); their departments
        decide what is in conflict, and publish."""
        self.check_access("write")
        target = self._get_version_to_follow()
        waiting = self.local_item_ids.filtered(
            lambda item: item._get_newest()._get_template_level() != target
        )
        said, failed = [], False
        for item in waiting.sorted("id"):
            try:
                with self.env.cr.savepoint():
                    # Drafts of other departments: these review, decide and publish them.
                    draft = item.sudo()._take_template()
                    said.append(item._say_pushed(draft))
            except UserError as error:
                failed = True
                said.append(f"{item.department_id.name}: {error}")
        return self._notify(
            "\n".join(said) or self.env._("Every local item is up to date."), failed
        )

    def _say_pushed(self, draft):
        names = {"name": self.department_id.name, "number": draft.number}
        count = draft.undecided_count
        if count:
            return self.env._(
                "%(name)s: version %(number)s, %(count)s conflicts to decide", count=count, **names
            )
        return self.env._("%(name)s: version %(number)s, no conflict", **names)

    def _notify(self, message, is_failed):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if is_failed else "success",
                "title": self.env._("Update of the template"),
                "message": message,
                "sticky": is_failed,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @on_one_record
    def action_take_template(self):
        """Take over what the template changed (更新到模板新版本), and open the draft."""
        self.check_access("write")
        if not self.template_id:
            raise UserError(self.env._("This item follows no template; choose one first."))
        # As a push does it: the update may touch what only the door writes.
        draft = self.sudo()._take_template()
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.item.version",
            "res_id": draft.id,
            "views": [[False, "form"]],
        }


class GovItemVersion(models.Model):
    """What a version of a local item was brought up to."""

    _inherit = "gov.item.version"

    template_version_id = fields.Many2one(
        "gov.item.version",
        string="Brought up to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The version of the template that this one was last brought up to.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # Set, not left out: a default from the context or of a user would fill the gap.
        versions = super().create([dict(vals, template_version_id=False) for vals in vals_list])
        for version in versions:
            if version.item_id.template_version_id:
                version._set_template_version(version.item_id.template_version_id)
        return versions

    def write(self, vals):
        if "template_version_id" in vals:
            raise UserError(
                self.env._("What a local item was brought up to changes by taking over an update.")
            )
        return super().write(vals)

    def _set_template_version(self, version):
        super().write({"template_version_id": version.id})

    def _get_template_level(self):
        """The version of the template that this one was brought up to."""
        mine, item = self.template_version_id, self.item_id
        return mine if mine.item_id == item.template_id else item.template_version_id

    def _put_in_force(self, frozen):
        level = self._get_template_level()
        super()._put_in_force(frozen)
        if level != self.item_id.template_version_id:
            self.item_id._set_template_version(level)

    def _bring_up_to(self, target, base):
        """Merge what the template changed from ``base`` to ``target`` into this draft."""
        take_turn(self)
        packs = [version._studio_pack() for version in (base, self, target)]
        merge = inheritance.merge(*packs)
        self._studio_write_pack(merge.pack)
        self._set_template_version(target)
        self._note_conflicts(merge, packs[2], target)

    # ------------------------------------------------------------------ publishing

    def _get_checks(self):
        inherited = self._get_inherited()
        if not inherited:
            return super()._get_checks()
        checks = publish_template.check(self._compile(), inherited)
        return super()._get_checks() + [self._say_check(check, {}) for check in checks]

    def _get_inherited(self):
        """What the publish gate has to know of the template."""
        level, template = self._get_template_level(), self.item_id.template_id
        if not template:
            return None
        in_force = template.published_version_id if template.active else level.browse()
        return Inherited(
            level._get_definition(),
            undecided=self.undecided_count,
            newer=in_force.number if in_force != level else 0,
            is_in_force=bool(in_force),
        )
