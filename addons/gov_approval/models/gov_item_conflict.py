from dataclasses import asdict

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel import inheritance, item_studio
from ..kernel.difference import REMOVED, Row
from ..kernel.errors import KernelError
from ..kernel.inheritance import LOCAL, TEMPLATE, Conflict
from .conflict_words import ConflictWords
from .gov_sealed import DOOR
from .rpc import on_records
from .speech import say
from .turns import take_turn

_MARKS = {"removed": Markup("<del>{}</del>"), "added": Markup("<ins>{}</ins>")}


class GovItemConflict(models.Model):
    """A point in which a local version and its template say different things (模板冲突).

    It is noted when an update of the template is taken over, and decided by whoever keeps the
    local item.  Nobody writes it directly; until it is decided the version is not published.
    """

    _name = "gov.item.conflict"
    _description = "Conflict with the template"
    _inherit = ["gov.sealed"]
    _order = "version_id, id"
    _rec_name = "key"

    version_id = fields.Many2one("gov.item.version", required=True, index=True, ondelete="cascade")
    template_version_id = fields.Many2one(
        "gov.item.version", required=True, index=True, ondelete="restrict"
    )
    key = fields.Char(required=True)
    facts = fields.Json(required=True, help="kernel.inheritance.Conflict as it was found.")
    chosen = fields.Selection([(LOCAL, "Local value"), (TEMPLATE, "Value of the template")])
    decided_by_id = fields.Many2one("res.users", string="Decided by", index="btree_not_null")
    decided_at = fields.Datetime()
    place = fields.Char(string="What differs", compute="_compute_words")
    base_html = fields.Html(
        string="Before in the template", compute="_compute_words", sanitize=False
    )
    local_html = fields.Html(string="Here", compute="_compute_words", sanitize=False)
    template_html = fields.Html(string="In the template", compute="_compute_words", sanitize=False)

    _key_uniq = models.Constraint(
        "UNIQUE (version_id, template_version_id, key)", "This conflict is noted already."
    )

    def _refuse_direct_change(self):
        raise UserError(
            self.env._(
                "Conflicts are noted when an update of the template is taken over. Open the version"
                " and choose one of the two values."
            )
        )

    def _to_kernel(self):
        facts = dict(self.facts)
        return Conflict(place=tuple(Row(**row) for row in facts.pop("place")), **facts)

    @api.model
    def _prepare_vals(self, conflict):
        path = [f"{row.list}/{row.code}/{row.number}" for row in conflict.place]
        if conflict.place and not conflict.place[-1].code:
            path.append(conflict.place[-1].label)
        return {"key": "/".join([*path, conflict.name]), "facts": asdict(conflict)}

    # ------------------------------------------------------------------ in words

    @api.depends("facts", "chosen")
    @api.depends_context("lang")
    def _compute_words(self):
        for version in self.version_id:
            conflicts = self.filtered(lambda c, version=version: c.version_id == version)
            pack = version._studio_pack() if version.state == "draft" else None
            for conflict in conflicts:
                conflict._say(pack)
        for conflict in self - self.filtered("version_id"):
            conflict.place = conflict.base_html = conflict.local_html = False
            conflict.template_html = False

    def _say(self, pack):
        definitions = [
            version.with_context(lang=None)._get_definition()
            for version in (self.version_id, self.template_version_id)
        ]
        said = ConflictWords(self.env, *definitions).say_conflict(self._get_now(pack))
        self.place = said["place"]
        self.base_html = _draw(said["base"])
        self.local_html = _draw(said["local"])
        self.template_html = _draw(said["template"])

    def _get_now(self, pack):
        """The conflict with the local value as it stands, where somebody changed it since."""
        conflict = self._to_kernel()
        if pack is None or self.chosen:
            return conflict
        try:
            now = inheritance.at(pack, conflict)
        except KernelError:
            return conflict
        if now in (conflict.local, conflict.template):
            return conflict
        return Conflict(**vars(conflict) | {"local": now})

    def _still_differs(self, pack, template):
        """Whether there is something to decide between a merged pack and that of the template;
        then the template's value of today is the one to choose."""
        conflict = self._to_kernel()
        try:
            now, theirs = inheritance.at(pack, conflict), inheritance.at(template, conflict)
        except KernelError:
            return False
        is_removed_here = conflict.kind == REMOVED and conflict.local is None
        if theirs == conflict.local or (now == theirs and not is_removed_here):
            return False
        self._door_write(DOOR, {"facts": self.facts | {"template": theirs}})
        return True

    # ------------------------------------------------------------------ deciding

    @on_records
    def action_choose_local(self):
        """Keep what the local version says (保留本地值)."""
        return self._choose(LOCAL)

    @on_records
    def action_choose_template(self):
        """Take what the template says (采用模板值)."""
        return self._choose(TEMPLATE)

    def _choose(self, side):
        self.check_access("read")
        versions = self.version_id
        versions.check_access("write")
        versions._check_is_draft()
        for version in versions.sorted("id"):
            take_turn(version)
            conflicts = self.filtered(lambda c, version=version: c.version_id == version)
            conflicts._decide(version, side)
        return True

    def _decide(self, version, side):
        """Put the values of ``side`` in the draft, and note who decided."""
        version.invalidate_recordset()
        before = pack = version._studio_pack()
        for conflict in self:
            pack = conflict._apply(pack, side)
        if pack != before:
            version._studio_write_pack(pack)
        # The right to write the draft is the right to decide; nobody writes the rows themselves.
        self.sudo()._door_write(
            DOOR,
            {"chosen": side, "decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()},
        )

    def _apply(self, pack, side):
        """The pack after the decision; what somebody wrote since as the local value stays."""
        conflict = self._to_kernel()
        try:
            now = inheritance.at(pack, conflict)
            if side == LOCAL and now != conflict.template:
                return pack
            return inheritance.take(pack, conflict, side)
        except KernelError as error:
            if side == LOCAL:
                return pack
            raise UserError(f"{self.place}: {say(self.env, error)}") from error


def _draw(pieces):
    return Markup("").join(_MARKS.get(kind, Markup("{}")).format(text) for kind, text in pieces)


class GovItemVersion(models.Model):
    """The conflicts of a version with its template."""

    _inherit = "gov.item.version"

    conflict_ids = fields.One2many(
        "gov.item.conflict", "version_id", string="Conflicts with the template", copy=False
    )
    undecided_count = fields.Integer(
        string="Conflicts to decide", compute="_compute_undecided_count"
    )

    @api.depends("conflict_ids.chosen")
    def _compute_undecided_count(self):
        for version in self:
            version.undecided_count = len(version._get_undecided())

    def _get_undecided(self):
        return self.conflict_ids.filtered(lambda conflict: not conflict.chosen)

    @on_records
    def action_choose_all_local(self):
        """Keep the local value of every conflict that is not decided."""
        return self._get_undecided().action_choose_local()

    @on_records
    def action_choose_all_template(self):
        """Take the value of the template for every conflict that is not decided."""
        return self._get_undecided().action_choose_template()

    def _studio_write_pack(self, pack):
        try:
            values = item_studio.read(pack)
        except KernelError as error:
            raise UserError(say(self.env, error)) from None
        self._studio_write(values)
        self.env.invalidate_all()  # the order of rows is that of the database

    def _forget_template(self):
        """Nothing waits to be decided once the item follows another template."""
        # What nobody writes goes with what it was about; who may change the item was asked.
        self._get_undecided().sudo()._door_unlink(DOOR)
        self.invalidate_recordset(["conflict_ids"])

    def _note_conflicts(self, merge, template, target):
        """Store what a take-over left to decide; what was left before is decided by now, or waits
        with the value that the template has now."""
        Conflict = self.env["gov.item.conflict"]
        found = {vals["key"]: vals for vals in map(Conflict._prepare_vals, merge.conflicts)}
        for old in self._get_undecided():
            if old.key in found or not old._still_differs(merge.pack, template):
                old._door_unlink(DOOR)
        link = {"version_id": self.id, "template_version_id": target.id}
        Conflict._door_create(DOOR, [vals | link for vals in found.values()])
        self.invalidate_recordset(["conflict_ids"])
