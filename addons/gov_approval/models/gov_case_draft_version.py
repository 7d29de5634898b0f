from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel import form, migration
from .gov_sealed import DOOR
from .material_demand import COMMITMENT, DEFERRED, promisable_materials
from .migration_words import MigrationWords
from .rpc import on_one_record


class GovCaseDraft(models.Model):
    """A form begun under a version that is no longer in force (草稿随版本更新).

    Nothing is filed under it: whoever fills it in sees what carries over and what is asked anew,
    and goes on under the version in force.  Drafts of a running case follow their case instead.
    """

    _inherit = "gov.case.draft"

    news = fields.Json(
        string="Asked by a new version",
        readonly=True, help="What the last change of the version asks anew, until it is filed."
    )

    def _is_outdated(self):
        if self.case_id:
            return False
        return self.item_id.published_version_id != self.version_id

    def _lock_with_version(self):
        """Lock the draft; the same statement reads which version of its item is in force."""
        (version_id,) = self._lock(
            SQL("(SELECT published_version_id FROM gov_item WHERE id = gov_case_draft.item_id)")
        )
        field = self.env["gov.item"]._fields["published_version_id"]
        field._insert_cache(self.item_id, (version_id,))

    def _get_version_in_force(self):
        version = self.item_id.published_version_id
        if not version:
            raise UserError(self._say_not_offered())
        return version

    def _check_is_current(self):
        """Refuse to go on, or to file, under rules that are no longer in force."""
        if self._is_outdated():
            self._get_version_in_force()
            raise UserError(self._say_outdated())

    def _say_not_offered(self):
        return self.env._(
            "“%(item)s” cannot be applied for at present. What you filled in is kept for"
            " 90 days.",
            item=self.item_id.name,
        )

    def _say_outdated(self):
        return self.env._(
            "A new version of this item came into force after this form was begun. Look at what"
            " changes and go on under it; reload the page if that is not shown."
        )

    def _save(self, values, revision, replies=None, promise=None):
        self._check_is_open()
        self._check_is_current()
        return super()._save(values, revision, replies, promise)

    def _get_spec(self, code):
        self._check_is_current()
        return super()._get_spec(code)

    def _get_problems(self):
        if self._is_outdated():
            is_offered = self.item_id.published_version_id
            text = self._say_outdated() if is_offered else self._say_not_offered()
            return [{"path": "version:new", "text": text}]
        return super()._get_problems()

    # ------------------------------------------------------------------- follow

    def _follow(self, typed=None):
        """Go on under the version in force: what it takes of the answers and files stays.

        :param dict typed: answers on the screen, where they were not saved yet
        """
        self._check_is_open()
        if not self._is_outdated():
            return
        version = self._get_version_in_force()
        given = self.answers or {}
        if typed is not None:
            given = dict(self._validate(typed, partial=True).values)
        definition = version._get_definition()
        papers, news = self._compare_with(version, given)
        for material in self.material_ids.filtered(lambda row: not _takes(definition, row)):
            self._remove_material(material)
        vals = {
            "version_id": version.id,
            "answers": {code: given[code] for code in papers.carried},
            "promise": False,  # what was agreed to may read otherwise now
            "revision": self.revision + 1,
            "news": news,
        }
        self._door_write(DOOR, vals)

    def _compare_with(self, version, answers):
        """Papers under ``version``, and what has to be told of it: codes and sentences."""
        today = self.env["gov.calendar.day"]._local_now().date()
        old, new = self.version_id._get_definition(), version._get_definition()
        papers = migration.carry(old, new, answers, today)
        known = {row["code"] for row in old["form"]["fields"]}
        kept = {code: answers[code] for code in papers.carried}
        shown = form.visible_fields(new["form"], kept, today=today)
        codes = [row["code"] for row in new["form"]["fields"] if row["code"] in shown]
        before = (self.news or {}).get("asked", [])
        papers = migration.Papers(
            **vars(papers)
            | {"asked": tuple(code for code in codes if code not in known or code in papers.asked)}
        )
        words = MigrationWords(self.env, old, new)
        return papers, {
            "numbers": [self.version_id.number, version.number],
            "asked": [code for code in codes if code in {*papers.asked, *before}],
            "materials": list(papers.materials_more),
            "lines": words.describe_papers(papers),
        }

    # ------------------------------------------------------------------- screen

    def _describe_news(self):
        """What a new version changes: ``{is_ahead, can_follow, title, lines, asked, materials}``;
        False where the form was begun under the version in force."""
        if self._is_outdated():
            version = self.item_id.published_version_id
            if not version:
                text = self._say_not_offered()
                return {"is_ahead": True, "can_follow": False, "title": text, "lines": []}
            _papers, news = self._compare_with(version, self.answers or {})
            title = self.env._("A new version of this item came into force")
            return news | {"is_ahead": True, "can_follow": True, "title": title}
        if not self.news:
            return False
        title = self.env._("This form goes on under a new version of the item")
        return self.news | {"is_ahead": False, "can_follow": False, "title": title}

    def _mark_new(self, shown):
        """Questions that a new version asks anew are marked until the form is filed."""
        anew = set((self.news or {}).get("asked", ()))
        if not shown or not anew:
            return shown
        return shown | {
            "fields": [row | {"is_new": row["code"] in anew} for row in shown["fields"]]
        }

    def _get_screen(self):
        screen = super()._get_screen()
        anew = (self.news or {}).get("materials", ())
        for material in screen["materials"]:
            material["is_new"] = material["code"] in anew
        return screen | {"news": self._describe_news(), "form": self._mark_new(screen["form"])}

    def _prepare_intake(self):
        shown = super()._prepare_intake()
        return shown | {
            "news": self._describe_news(),
            "version": self.version_id.number,
            "form": self._mark_new(shown["form"]),
        }

    def _describe_spec(self, spec, given, is_needed):
        is_new = spec["code"] in (self.news or {}).get("materials", ())
        return super()._describe_spec(spec, given, is_needed) | {"is_new": is_new}

    @on_one_record
    def action_intake_save(self, answers, revision, replies=None, promise=None):
        """As before; a form that is overtaken by a new version says so and keeps what it has."""
        draft = self._check_clerk()
        if draft._is_outdated() and not draft.is_filed:
            return draft._prepare_intake() | {"errors": {}}
        return super().action_intake_save(answers, revision, replies, promise)

    @on_one_record
    def action_intake_follow(self, answers):
        """Go on under the version in force with what was typed; returns what the screen shows."""
        draft = self._check_clerk()
        if not isinstance(answers, dict):
            raise UserError(self.env._("The form sent something odd. Reload the page."))
        draft._follow(answers)
        return draft._prepare_intake()


def _takes(definition, material):
    """Whether a version asks for what was handed in or promised."""
    specs = {spec["code"]: spec for spec in definition["materials"]}
    if material.form == DEFERRED:
        return promisable_materials(definition).get(material.spec_code) == DEFERRED
    if material.form == COMMITMENT:
        return specs.get(material.spec_code, {}).get("required") == COMMITMENT
    return material.spec_code in specs
