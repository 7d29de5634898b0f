import base64
import copy
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_path, mute_logger

from ..kernel import document
from ..models import document_tokens
from .common import build_network

G = "gov_approval.group_gov_"
PACKS = ("zhongmu-drainage-permit", "gaoling-food-business-new", "wanyuan-water-permit-renewal")


@tagged("post_install", "-at_install")
class TestItemStudio(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = build_network(cls.env)
        cls.manager = cls.world["manager"]
        cls.drafts = {name: cls.load_pack(name) for name in PACKS}
        cls.env.invalidate_all()
        cls.draft = cls.drafts["zhongmu-drainage-permit"].with_user(cls.manager)

    @classmethod
    def load_pack(cls, name):
        pack = json.loads(open(file_path(f"gov_approval/data/packs/{name}.json")).read())
        pack["item"]["code"] = f"studio-{name}"
        pack["certificate_items"] = []
        for node in pack["flow"]["nodes"]:
            node.pop("department", None)
        return cls.env["gov.item.import"]._load_pack(pack, cls.world["department"])

    def begin(self, version=None):
        loaded = (version or self.draft).studio_load()
        return json.loads(json.dumps(loaded["pack"])), loaded["revision"]

    def save(self, change, version=None):
        version = version or self.draft
        pack, revision = self.begin(version)
        change(pack)
        return version.studio_save(pack, revision)

    # -------------------------------------------------------------- round trip

    def test_saving_what_was_loaded_changes_nothing(self):
        for name, version in self.drafts.items():
            with self.subTest(name):
                before = version._compile()
                stamps = version.field_ids.mapped("write_date")
                pack, revision = self.begin(version)
                answer = version.studio_save(pack, revision)
                self.env.invalidate_all()
                self.assertEqual(version._compile(), before)
                self.assertEqual(answer["revision"], revision)
                self.assertNotIn("pack", answer)
                self.assertEqual(version.field_ids.mapped("write_date"), stamps)

    def test_a_change_of_every_part_arrives(self):
        def change(pack):
            pack["item"]["name"] = "Drainage"
            pack["guide"]["visits"] = 3
            pack["objects"] = ["enterprise"]
            pack["conditions"].append("One more")
            pack["bases"][0]["article"] = "Art. 99"
            pack["form"]["fields"].reverse()
            pack["form"]["fields"][0]["label"] = "First now"
            pack["materials"].pop()
            pack["materials"][0]["originals"] = 7
            pack["flow"]["nodes"][0]["name"] = "Intake"
            pack["documents"].append(
                {"kind": "refusal_decision", "name": "No", "number_word": "X", "body": "<p>No</p>"}
            )

        pack, revision = self.begin()
        change(pack)
        answer = self.draft.studio_save(pack, revision)
        self.env.invalidate_all()
        self.assertEqual(self.begin(), (pack, answer["revision"]))
        self.assertEqual(self.draft.item_id.name, "Drainage")
        self.assertEqual(self.draft.field_ids[0].label, "First now")

    def test_tables_and_options_follow(self):
        def change(pack):
            pack["form"]["sections"] = [{"code": "s1", "name": "One", "visible_if": ""}]
            field = dict(pack["form"]["fields"][0], code="t", label="Table", type="table")
            column = dict(field, code="c", label="Column", type="choice", section="")
            column |= {"options": [{"code": "a", "label": "A"}, {"code": "b", "label": "B"}]}
            column |= {"columns": []}
            pack["form"]["fields"] = [dict(field, section="s1", options=[], columns=[column])]
            pack["materials"], pack["flow"]["edges"] = [], []

        self.save(change)
        self.assertEqual(self.draft.field_ids.column_ids.option_ids.mapped("code"), ["a", "b"])

        def change_again(pack):
            options = pack["form"]["fields"][0]["columns"][0]["options"]
            options.reverse()
            options[0]["label"] = "Bee"
            options.append({"code": "z", "label": "Z"})

        self.save(change_again)
        self.env.invalidate_all()
        options = self.draft.field_ids.column_ids.option_ids
        self.assertEqual(options.mapped("label"), ["Bee", "A", "Z"])

        self.save(lambda pack: pack["form"].update(sections=[], fields=[]))
        self.assertFalse(self.draft.field_ids)
        self.assertFalse(self.draft.section_ids)

    # ----------------------------------------------------------------- refusals

    def assert_refused(self, change, version=None):
        """A sentence, and the item as it was."""
        version = version or self.draft
        before = version._compile()
        with self.assertRaises(UserError) as caught, mute_logger("odoo.sql_db"):
            self.save(change, version)
        self.env.invalidate_all()
        self.assertEqual(version._compile(), before)
        self.assertNotRegex(str(caught.exception), r"Traceback|psycopg|Error:|null value")
        return str(caught.exception)

    def test_a_service_belongs_to_the_material_that_it_yields(self):
        def change(pack):
            first, second = (row["code"] for row in pack["materials"][:2])
            pack["intermediaries"] = [
                {"service": "ZJ-1", "material": first},
                {"service": "ZJ-1", "material": second},
            ]

        def swap(pack):
            pack["intermediaries"].reverse()
            pack["intermediaries"][0]["service"] = "ZJ-2"
            pack["intermediaries"].append(dict(pack["intermediaries"][0]))

        def swap_once(pack):
            swap(pack)
            pack["intermediaries"].pop()

        self.save(change)
        kept = self.draft.intermediary_ids
        with self.assertRaises(UserError):
            self.save(swap)
        self.save(swap_once)
        self.assertEqual(set(self.draft.intermediary_ids.ids), set(kept.ids))
        self.assertEqual(self.draft.intermediary_ids.mapped("service"), ["ZJ-2", "ZJ-1"])

    def test_wrong_values_are_refused_in_a_sentence(self):
        def put(path, value):
            def change(pack):
                *above, last = path.split(".")
                pack["bases"][0]["title"] = "must not stay"
                for key in above:
                    pack = pack[int(key) if key.isdigit() else key]
                pack[last] = value

            return change

        huge = "字" * 30_000
        for path, value in (
            ("item.name", ""),
            ("item.name", 7),
            ("item.code", "Not Ascii 码"),
            ("item.department", "nowhere"),
            ("item_kind", "sudo"),
            ("handles", ""),
            ("handles", huge),
            ("periods.statutory.value", -1),
            ("periods.statutory.value", 2**31),
            ("periods.statutory.value", "5"),
            ("periods.statutory.unit", "decade"),
            ("periods", []),
            ("objects", "person"),
            ("objects", ["a,b"]),
            ("certificate_items", ["nothing-like-it"]),
            ("guide.place", huge),
            ("guide.place", {"a": 1}),
            ("guide.unknown", "x"),
            ("unknown", "x"),
            ("schema", 2),
            ("materials", {}),
            ("materials", [{}]),
            ("materials", [None]),
            ("materials.0.code", ""),
            ("materials.0.name", "\x00"),
            ("materials.0.version_id", 1),
            ("form.fields.0.code", "Bad Code"),
            ("form.fields.0.type", "code"),
            ("form.fields.0.section", "nowhere"),
            ("form.sections.0.code", "x" * 5000),
            ("flow.nodes.0.department", "nowhere"),
            ("flow.nodes.0.kind", "python"),
            ("documents", [{"kind": "virus", "name": "a"}]),
            ("fees", [{"name": "a", "amount": "-1"}]),
            ("fees", [{"name": "a", "amount": "NaN"}]),
            ("conditions", [[]]),
            ("conditions", ["a"] * 30_000),
        ):
            with self.subTest(path=path, value=str(value)[:30]):
                self.assert_refused(put(path, value))

    def test_no_pack_at_all_is_refused(self):
        _pack, revision = self.begin()
        for sent in (None, "pack", [], 0, {"schema": 1}):
            with self.subTest(sent=sent), self.assertRaises(UserError):
                self.draft.studio_save(sent, revision)

    def test_cycles_are_shown_and_not_followed(self):
        def change(pack):
            first, second = (node["code"] for node in pack["flow"]["nodes"][:2])
            more = {"source": second, "target": first, "condition": "", "default": False}
            pack["flow"]["edges"] += [more, dict(more, target=second)]
            a, b = pack["form"]["fields"][:2]
            a["visible_if"], b["visible_if"] = f"is_set({b['code']})", f"is_set({a['code']})"

        answer = self.save(change)
        failed = [c["code"] for c in answer["preview"]["checks"] if c["level"] == "fail"]
        self.assertTrue(any(code.startswith("flow.") for code in failed), failed)
        self.assertTrue(any(code.startswith("form.") for code in failed), failed)

    def test_hostile_html_is_stored_without_its_script(self):
        def change(pack):
            body = '<p onclick="x()">a<script>alert(1)</script></p>'
            pack["documents"] = [{"kind": "receipt", "name": "R", "number_word": "", "body": body}]

        answer = self.save(change)
        self.assertNotRegex(self.draft.template_ids.body, "script|onclick")
        self.assertNotRegex(answer["pack"]["documents"][0]["body"], "script|onclick")

    def test_who_comes_second_is_told(self):
        pack, revision = self.begin()
        self.save(lambda other: other["guide"].update(place="Elsewhere"))
        with self.assertRaises(UserError):
            self.draft.studio_save(pack, revision)
        for wrong in (None, "", 1, {}, "x" * 70):
            with self.assertRaises(UserError):
                self.draft.studio_save(pack, wrong)

    def test_others_and_published_versions_are_refused(self):
        pack, revision = self.begin()
        for role in ("reviewer", "clerk", "supervisor", "auditor"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.draft.with_user(self.world[role]).studio_save(pack, revision)
        stranger = new_test_user(
            self.env, "studio-other", groups=f"base.group_user,{G}item_manager"
        )
        self.world["department"].copy(
            {"code": "studio-other", "name": "Other"}
        ).staff_ids = stranger
        with self.assertRaises(AccessError):
            self.draft.with_user(stranger).studio_save(pack, revision)
        self.assertTrue(self.draft.with_user(stranger).studio_load()["head"]["is_readonly"])
        self.draft.sudo()._set_published_state({"state": "published"})
        with self.assertRaises(UserError):
            self.draft.studio_save(pack, revision)
        self.assertTrue(self.draft.studio_load()["head"]["is_readonly"])

    def test_a_published_item_keeps_its_name(self):
        first = self.env["gov.item.version"].create(
            {"item_id": self.draft.item_id.copy({"code": "studio-second", "name": "Second"}).id}
        )
        first._set_published_state({"state": "published", "definition": first._compile()})
        draft = first._copy_to_draft().with_user(self.manager)
        self.assert_refused(lambda pack: pack["item"].update(name="Another"), draft)
        self.save(lambda pack: pack["guide"].update(place="Hall"), draft)

    def test_an_item_cannot_be_given_away(self):
        other = self.world["department"].copy(
            {"code": "studio-away", "name": "Away", "staff_ids": False}
        )
        pack, revision = self.begin()
        pack["item"]["department"] = other.code
        with self.assertRaises(AccessError):
            self.draft.studio_save(pack, revision)

    # ------------------------------------------------------------------- begin

    def test_a_new_item_begins_with_what_every_item_has(self):
        item = self.env["gov.item"].with_user(self.manager).create({"name": "New"})
        self.assertEqual(item.department_id, self.world["department"])
        action = item.action_new_version()
        self.assertEqual(action["tag"], "gov_approval.item_studio")
        draft = item.draft_version_id
        self.assertEqual(draft.node_ids.mapped("kind"), ["start", "task", "task", "end"])
        codes = [check["code"] for check in draft._get_checks() if check["level"] == "fail"]
        self.assertFalse([code for code in codes if code.startswith("flow.")])

    def test_every_check_leads_somewhere(self):
        preview = self.draft.studio_load()["preview"]
        parts = {"basics", "form", "materials", "flow", "limits", "fees", "guide", "documents"}
        parts |= {"tests", "situations"}
        for check in preview["checks"]:
            self.assertIn(check["place"]["part"], parts)
        self.assertIn("<svg", preview["flow"]["svg"])
        self.assertTrue(preview["flow"]["nodes"] and preview["flow"]["edges"])

    def test_a_save_is_few_statements(self):
        pack, revision = self.begin()
        pack["guide"]["place"] = "Hall 2"
        self.env.flush_all()
        self.env.invalidate_all()
        small = copy.deepcopy(pack)
        before = self.env.cr.sql_log_count
        answer = self.draft.studio_save(small, revision)
        one = self.env.cr.sql_log_count - before
        self.assertLess(one, 100)  # every table of an item costs a read or two
        for field in pack["form"]["fields"]:
            field["help"] = "More"
        for material in pack["materials"]:
            material["note"] = "More"
        before = self.env.cr.sql_log_count
        self.draft.studio_save(pack, answer["revision"])
        self.assertLess(self.env.cr.sql_log_count - before, one + 20)

    # --------------------------------------------------------------- documents

    def test_everything_a_text_may_place_has_a_name(self):
        offered = [token for _group, tokens in document_tokens.GROUPS for token in tokens]
        self.assertEqual(sorted(offered), sorted(document.FACTS | document.BLOCKS))

    def test_every_standard_text_prints_for_a_case_that_is_not_there(self):
        kinds = [kind for kind, _label in self.draft.studio_load()["words"]["document_kinds"]]
        self.assertGreater(len(kinds), 20)
        for kind in kinds:
            text = self.draft.studio_standard_text(kind)
            self.assertEqual(text["kind"], kind)
            self.assertTrue(self.draft._studio_text(text, self.draft._get_definition()), kind)
        pdf = base64.b64decode(self.draft.studio_print(self.draft.studio_standard_text(kinds[0])))
        self.assertTrue(pdf.startswith(b"%PDF"))

    def test_a_text_that_cannot_print_says_why(self):
        good = self.draft.studio_standard_text("receipt")
        for wrong in (
            None,
            [],
            {},
            good | {"body": None},
            good | {"body": "{{ nowhere }}"},
            good | {"body": "x" * 30_000},
            good | {"name": 7},
            good | {"kind": "virus"},
        ):
            with self.subTest(wrong=str(wrong)[:60]), self.assertRaises(UserError):
                self.draft.studio_print(wrong)
        for kind in ("virus", None, 7, []):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self.draft.studio_standard_text(kind)
        script = good | {"body": "<p>{{ item_name }}<script>x()</script></p>"}
        definition = self.draft._get_definition()
        checked = self.draft._studio_check_template(script)
        self.assertNotIn("script", self.draft._studio_text(checked, definition))
