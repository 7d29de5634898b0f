"""Items that follow a template: made, brought up to date, decided, published; and attacked."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ANSWERS, G, GovCase, mandate_vals


class TemplateCase(GovCase):
    """A template of the district in force, and a town department with an item manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env, world = cls.env, cls.world
        world["town_manager"] = new_test_user(env, "test-town", groups=f"{G}item_manager")
        world["town_centre"] = env["gov.centre"].create(
            {
                "name": "Town centre",
                "code": "test-town",
                "level": "township",
                "parent_id": world["centre"].id,
                "address": "Main street 12",
                "phone": "1",
                "complaint_phone": "2",
                "service_hours": "9-12",
                "staff_ids": [Command.set(world["clerk"].ids)],
            }
        )
        staff = ("town_manager", "reviewer", "chief")
        world["town"] = env["gov.department"].create(
            {
                "name": "Town office",
                "code": "test-town",
                "organ_short": "镇",
                "centre_id": world["town_centre"].id,
                "staff_ids": [Command.set([world[login].id for login in staff])],
            }
        )
        cls.template = cls.item.with_user(world["manager"])
        cls.local = cls.make("test-town-food")

    @classmethod
    def make(cls, code, by="town_manager", **vals):
        """A local item as the form of the template's button makes it."""
        action = cls.template.action_make_local()
        Item = cls.env["gov.item"].with_user(cls.world[by]).with_context(action["context"])
        return Item.create({"code": code, "department_id": cls.world["town"].id} | vals)

    @classmethod
    def staff(cls, local):
        """A mandate for what is decided here."""
        vals = mandate_vals(cls.env, cls.world["town"], cls.world["chief"], local.code, local)
        cls.env["gov.mandate"].create(vals).action_file()

    def publish(self, version):
        version.action_publish()
        self.env.invalidate_all()

    def update_template(self, **vals):
        """Put the next version of the template in force."""
        self.template.action_new_version()
        draft = self.template.draft_version_id
        for name, value in vals.items():
            if name in draft._fields:
                draft[name] = value
        return draft

    def draft_of(self, local):
        self.env.invalidate_all()
        return local.draft_version_id


@tagged("post_install", "-at_install", "gov")
class TestItemTemplate(TemplateCase):
    def test_made_from_the_template(self):
        local, draft = self.local, self.local.draft_version_id
        self.assertEqual((local.name, local.exercise_level), ("Licence test-food", "5"))
        self.assertEqual(local.template_version_id, self.version)
        self.assertEqual(draft.template_version_id, self.version)
        mine, theirs = draft._studio_pack(), self.version._studio_pack()
        for part in ("materials", "form", "flow", "bases", "conditions", "periods", "result"):
            self.assertEqual(mine[part], theirs[part], part)
        self.assertEqual(draft.place, "Main street 12")
        self.assertEqual(mine["item"]["department"], "test-town")
        self.assertEqual((local.template_state, draft.number), ("prepared", 1))
        self.staff(local)
        self.publish(draft)
        self.assertEqual(local.template_state, "current")
        self.assertIn(local, self.template.local_item_ids)

    def test_the_test_cases_come_along(self):
        stored = self.env["gov.item.test"].create(
            {
                "item_id": self.template.id,
                "name": "Shop",
                "played_on": "2026-03-02",
                "answers": ANSWERS,
                "expected": {"promised": {"value": 10, "unit": "workday"}},
            }
        )
        local = self.make("test-town-tested")
        copied = local.test_ids
        kept = ("code", "name", "played_on", "answers", "expected")
        self.assertEqual(copied.read(kept)[0] | {"id": 0}, stored.read(kept)[0] | {"id": 0})
        draft = local.draft_version_id
        self.assertEqual(self.level(draft, "publish.tests"), "pass")
        draft.promised_value = 4
        self.assertEqual(self.level(draft, "publish.test_failed"), "fail")
        stored.name = "Another shop"
        self.assertEqual(copied.name, "Shop", "a copy, of its own")

    def level(self, version, code):
        """How a check of a version came out."""
        return {check["code"]: check["level"] for check in version._get_checks()}[code]

    def test_the_buttons_are_for_those_who_may(self):
        for persona, expected in (("manager", True), ("town_manager", False)):
            seen = self.template.with_user(self.world[persona])
            self.assertEqual(seen.can_change, expected, persona)
        new = self.env["gov.item"].with_user(self.world["town_manager"]).new({"name": "x"})
        self.assertTrue(new.can_change)

    def test_what_does_not_conflict_is_merged(self):
        draft = self.local.draft_version_id
        draft.promised_value = 4
        draft.material_ids[0].note = "Ask at window 2"
        new = self.update_template(statutory_value=12)
        new.material_ids[0].name = "New name"
        new.condition_ids = [Command.create({"sequence": 99, "text": "A plan is kept"})]
        self.publish(new)
        self.assertEqual(self.local.template_state, "waits")
        self.assertEqual(self.template.waiting_local_count, 1)
        self.template.action_push_template()
        self.assertEqual(self.draft_of(self.local), draft)
        self.assertEqual((draft.promised_value, draft.statutory_value), (4, 12))
        paper = draft.material_ids[0]
        self.assertEqual((paper.name, paper.note), ("New name", "Ask at window 2"))
        self.assertIn("A plan is kept", draft.condition_ids.mapped("text"))
        self.assertEqual(draft.template_version_id, new)
        self.assertFalse(draft.conflict_ids)
        self.assertEqual(self.local.template_state, "prepared")

    def conflicting(self):
        """A draft with two conflicts: a period and the name of a material."""
        draft = self.local.draft_version_id
        draft.promised_value = 4
        draft.material_ids[0].name = "Plan of the town"
        new = self.update_template(promised_value=6)
        new.material_ids[0].name = "Plan of the district"
        self.publish(new)
        self.template.action_push_template()
        self.env.invalidate_all()
        return draft

    def test_conflicts_wait_for_a_decision(self):
        draft = self.conflicting()
        self.assertEqual(draft.undecided_count, 2)
        self.assertEqual(
            (self.local.template_state, self.local.template_state_text),
            ("conflicts", "2 conflicts to decide"),
        )
        found = draft.promised_value, draft.material_ids[0].name
        self.assertEqual(found, (4, "Plan of the town"))
        said = {c.place: (c.base_html, c.local_html, c.template_html) for c in draft.conflict_ids}
        self.assertEqual(
            said["Promised period"],
            ("10 working days", "<del>4 working days</del>", "<ins>6 working days</ins>"),
        )
        self.assertIn("Materials “Plan of the town” › Name", said)
        self.staff(self.local)
        checks = {check["code"]: check["level"] for check in draft._get_checks()}
        self.assertEqual(checks["publish.template_undecided"], "fail")
        with self.assertRaisesRegex(UserError, "2 conflicts"), self.env.cr.savepoint():
            draft.action_publish()
        mine = draft.conflict_ids.filtered(lambda c: c.place == "Promised period")
        mine.action_choose_template()
        self.assertEqual(draft.promised_value, 6)
        self.assertEqual(mine.chosen, "template")
        self.assertEqual(mine.decided_by_id, self.world["town_manager"])
        self.assertTrue(mine.decided_at)
        mine.action_choose_local()  # another mind
        self.assertEqual((mine.chosen, draft.promised_value), ("local", 4))
        draft.action_choose_all_template()
        self.assertEqual(draft.material_ids[0].name, "Plan of the district")
        self.assertEqual((draft.promised_value, draft.undecided_count), (4, 0))
        self.publish(draft)
        self.assertEqual(self.local.template_state, "current")
        self.assertEqual(self.local.template_version_id, self.item.published_version_id)
        with self.assertRaisesRegex(UserError, "frozen"), self.env.cr.savepoint():
            mine.action_choose_template()

    def test_what_is_written_since_stays_the_local_value(self):
        draft = self.conflicting()
        draft.promised_value = 3
        mine = draft.conflict_ids.filtered(lambda c: c.place == "Promised period")
        self.assertIn("3 working days", mine.local_html)
        mine.action_choose_local()
        self.assertEqual(draft.promised_value, 3)

    def test_the_next_update_comes_on_top(self):
        draft = self.conflicting()
        new = self.update_template(promised_value=5)
        new.material_ids[0].name = "Plan of the town"
        self.publish(new)
        self.template.action_push_template()
        self.env.invalidate_all()
        (left,) = draft.conflict_ids  # both say the same of the material now
        self.assertIn("5 working days", left.template_html)
        draft.action_choose_all_template()
        self.assertEqual((draft.promised_value, draft.undecided_count), (5, 0))

    def test_a_version_in_force_is_never_written(self):
        self.staff(self.local)
        self.publish(self.local.draft_version_id)
        frozen = self.local.published_version_id
        digest, rows = frozen.digest, frozen._studio_pack()
        self.publish(self.update_template(promised_value=7))
        self.template.action_push_template()
        draft = self.draft_of(self.local)
        self.assertNotEqual(draft, frozen)
        self.assertEqual((draft.promised_value, draft.based_on_id), (7, frozen))
        self.assertEqual((frozen.digest, frozen._studio_pack()), (digest, rows))
        self.assertEqual(frozen.template_version_id, self.version)
        self.assertEqual(self.local.template_version_id, self.version)
        self.template.action_push_template()
        self.local.action_take_template()
        self.assertEqual(self.draft_of(self.local), draft)
        self.assertEqual(len(self.local.version_ids), 2)
        draft.unlink()  # given up: the update waits again, from where it was
        self.env.invalidate_all()
        self.assertEqual(self.local.template_state, "waits")

    def test_overtaken_without_taking_over(self):
        draft = self.local.draft_version_id
        self.publish(self.update_template(promised_value=7))
        (check,) = [c for c in draft._get_checks() if c["code"] == "publish.template_newer"]
        self.assertEqual(check["level"], "warn")
        Item = self.env["gov.item"].with_user(self.world["town_manager"])
        self.assertIn(self.local, Item.search([("has_template_update", "=", True)]))
        self.assertNotIn(self.template, Item.search([("has_template_update", "=", True)]))
        self.assertIn(self.template, Item.search([("has_template_update", "=", False)]))

    def test_not_worse_for_who_applies(self):
        self.staff(self.local)
        draft = self.local.draft_version_id
        draft.statutory_value = 30
        draft.material_ids = [
            Command.create({"code": "extra", "name": "Extra paper", "required": "always"})
        ]
        with self.assertRaisesRegex(UserError, "Extra paper") as caught, self.env.cr.savepoint():
            draft.action_publish()
        self.assertIn("statutory period is longer", str(caught.exception))
        draft.statutory_value = 10
        draft.material_ids.filtered(lambda m: m.code == "extra").required = "optional"
        draft.action_publish()

    def test_two_drafts_of_a_town_are_not_mixed_up(self):
        """A copy of a draft with conflicts begins again where the item stands."""
        draft = self.conflicting()
        twin = draft.copy()
        self.assertEqual(twin.template_version_id, self.version)
        self.assertFalse(twin.conflict_ids)
        self.template.action_push_template()
        self.env.invalidate_all()
        self.assertEqual(twin.undecided_count, 2)

    # -------------------------------------------------------------- what may follow what

    def test_templates_have_none_and_stand_above(self):
        world, Item = self.world, self.env["gov.item"]
        with self.assertRaises(ValidationError):
            self.item.template_id = self.item
        second = Item.create(
            {"name": "S", "code": "s", "department_id": world["town"].id, "is_template": True}
        )
        refused = self.assertRaisesRegex(ValidationError, "follows a template itself")
        with refused, self.env.cr.savepoint():
            second.template_id = self.local
        with self.assertRaisesRegex(ValidationError, "cannot follow"), self.env.cr.savepoint():
            self.item.template_id = second
        refused = self.assertRaisesRegex(ValidationError, "no superior department")
        with refused, self.env.cr.savepoint():
            Item.create(
                {
                    "name": "Beside",
                    "code": "beside",
                    "department_id": world["other_department"].id,
                    "template_id": self.item.id,
                }
            )
        self.item.is_template = True
        beside = Item.create(
            {
                "name": "Beside",
                "code": "beside",
                "department_id": world["other_department"].id,
                "template_id": self.item.id,
            }
        )
        self.assertEqual(beside.template_version_id, self.version)
        refused = self.assertRaisesRegex(ValidationError, "no superior department")
        with refused, self.env.cr.savepoint():
            self.item.is_template = False

    def test_an_item_that_was_there_begins_to_follow(self):
        item = self.env["gov.item"].create(
            {"name": "Old", "code": "old", "department_id": self.world["town"].id}
        )
        item.action_new_version()
        old = item.draft_version_id
        old.promised_value = 2
        item.template_id = self.item
        self.assertEqual(old.template_version_id, self.version)
        self.publish(self.update_template(promised_value=8, result_name="Card"))
        self.template.action_push_template()
        self.env.invalidate_all()
        self.assertEqual((old.promised_value, old.undecided_count), (2, 2))
        item.template_id = False
        self.assertFalse(old.conflict_ids or item.template_version_id or old.template_version_id)

    def test_a_template_that_is_gone(self):
        draft = self.local.draft_version_id
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.item.unlink()
        self.publish(self.update_template(promised_value=7))
        self.item.published_version_id.with_user(self.world["manager"]).action_withdraw()
        self.env.invalidate_all()
        self.assertEqual(self.local.template_state, "withdrawn")
        for act in (self.template.action_push_template, self.local.action_take_template):
            with self.assertRaisesRegex(UserError, "no version in force"), self.env.cr.savepoint():
                act()
        with self.assertRaisesRegex(UserError, "no version in force"), self.env.cr.savepoint():
            self.template.action_make_local()
        with self.assertRaisesRegex(UserError, "no version in force"), self.env.cr.savepoint():
            self.local.copy({"code": "x"})
        codes = {c["code"]: c["level"] for c in draft._get_checks()}
        self.assertEqual(codes["publish.template_withdrawn"], "warn")

    # ------------------------------------------------------------------ attacks

    def test_who_may_push_take_and_decide(self):
        draft = self.conflicting()
        conflict = draft.conflict_ids[:1]
        for login in ("manager", "reviewer", "clerk", "auditor"):
            user = self.world[login]
            for act in (
                conflict.with_user(user).action_choose_local,
                conflict.with_user(user).action_choose_template,
                draft.with_user(user).action_choose_all_template,
                self.local.with_user(user).action_take_template,
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    act()
        for login in ("town_manager", "reviewer"):
            with self.assertRaises(AccessError):
                self.item.with_user(self.world[login]).action_push_template()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.make("test-by-district", by="manager")  # no item of another department
        self.assertEqual(set(draft.conflict_ids.mapped("chosen")), {False})
        conflict.with_user(self.world["administrator"]).action_choose_local()

    def test_nothing_is_written_past_the_acts(self):
        draft = self.conflicting()
        conflict = draft.conflict_ids[:1]
        vals = {"chosen": "local"}
        for login in ("town_manager", "administrator"):
            rows = conflict.with_user(self.world[login])
            for act in (
                lambda rows=rows: rows.write(vals),
                lambda rows=rows: rows.create({"version_id": draft.id, "key": "k", "facts": {}}),
                lambda rows=rows: rows.unlink(),
                lambda rows=rows: rows.copy(),
                lambda rows=rows: rows._door_write(object(), vals),
                lambda rows=rows: rows.version_id.write(
                    {"conflict_ids": [Command.update(conflict.id, vals)]}
                ),
                lambda rows=rows: rows.version_id.write({"conflict_ids": [Command.clear()]}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    act()
        with self.assertRaises(UserError):
            conflict.sudo().write(vals)
        for record in (self.local, draft):
            with self.assertRaises(UserError):
                record.template_version_id = self.version
            with self.assertRaises(UserError):
                record.sudo().template_version_id = self.version
        forged = self.env["gov.item.version"].with_user(self.world["town_manager"])
        forged = forged.with_context(default_template_version_id=draft.template_version_id.id)
        made = forged.create({"item_id": self.local.id})
        self.assertEqual(made.template_version_id, self.version)
        self.assertEqual(draft.undecided_count, 2)

    def test_a_conflict_whose_place_is_gone(self):
        draft = self.conflicting()
        paper = draft.material_ids[0]
        mine = draft.conflict_ids.filtered(lambda c: "Materials" in c.place)
        paper.unlink()
        self.env.invalidate_all()
        refused = self.assertRaisesRegex(UserError, "not in the draft any more")
        with refused, self.env.cr.savepoint():
            mine.action_choose_template()
        mine.action_choose_local()
        self.assertEqual(mine.chosen, "local")

    def test_rows_that_came_and_went(self):
        draft = self.local.draft_version_id
        draft.material_ids[0].unlink()
        new = self.update_template()
        code = new.material_ids[0].code
        new.material_ids[0].note = "Signed"
        self.publish(new)
        self.template.action_push_template()
        self.env.invalidate_all()
        (conflict,) = draft.conflict_ids
        self.assertEqual(conflict.local_html, "(removed)")
        self.assertIn("Signed", conflict.template_html)
        self.assertIn(code, draft.material_ids.mapped("code"))
        conflict.action_choose_local()
        self.assertNotIn(code, draft.material_ids.mapped("code"))
        conflict.action_choose_template()
        self.assertEqual(draft.material_ids.filtered(lambda m: m.code == code).note, "Signed")
