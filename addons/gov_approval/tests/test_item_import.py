import base64
import io
import json
import zipfile
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_path

DEMO = Path(file_path("gov_approval/demo/items"))
#: The published guides that the sample district makes whole items of.
GUIDES = (
    "chengkou-fireworks-retail",
    "danleng-hazardous-chemicals",
    "gaoling-food-business-new",
    "haidian-public-place-hygiene",
    "huaxian-forest-felling",
    "jinan-public-institution-registration",
    "jiyang-publication-temporary-stall",
    "lianyun-subsistence-allowance",
    "loudi-road-excavation",
    "mianchi-water-abstraction",
    "taiqian-entertainment-venue",
    "wanyuan-water-permit-renewal",
    "yaan-association-name-preregistration",
    "yongxing-outdoor-advertising",
    "zhongmu-drainage-permit",
    "zhongmu-soil-water-plan",
)
PACKS = Path(file_path("gov_approval/data/packs"))
NAME = "chengkou-fireworks-retail.json"


class ImportCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre = cls.env["gov.centre"].create({"name": "Import", "code": "import"})
        cls.department = cls.env["gov.department"].create(
            {"name": "Import", "code": "import", "centre_id": cls.centre.id}
        )
        cls.Import = cls.env["gov.item.import"]

    def source(self, **changes):
        """The file of a real guide under a code of our own."""
        data = json.loads((DEMO / NAME).read_text()) | {"id": "import-test"} | changes
        return json.dumps(data, ensure_ascii=False).encode()

    def load(self, files, **options):
        return self.Import._import_files(files, self.department, **options)


@tagged("post_install", "-at_install")
class TestItemImport(ImportCase):
    def test_every_demo_file_becomes_a_draft_with_facts(self):
        files = {}
        for path in sorted(DEMO.glob("*.json")):
            data = json.loads(path.read_text())
            data["id"] = f"import-{data['id']}"
            files[path.name] = json.dumps(data).encode()
        for row in self.load(files):
            with self.subTest(row["file"]):
                self.assertTrue(row["ok"], row["text"])
                version = self.env["gov.item.version"].browse(row["version_id"])
                self.assertEqual(version.state, "draft")
                self.assertEqual(
                    len(version.fact_ids),
                    sum(row[kind] for kind in ("unplaced", "missing", "odd", "default")),
                )
                self.assertTrue(all(fact.reason for fact in version.fact_ids))
                failed = [c for c in version._get_checks() if c["level"] == "fail"]
                self.assertTrue(failed, "an incomplete guide must not be publishable")

    def test_nothing_is_filled_in_by_our_defaults(self):
        (row,) = self.load({NAME: self.source()})
        version = self.env["gov.item.version"].browse(row["version_id"])
        self.assertFalse(version.channels)
        self.assertFalse(version.delivery)
        self.assertEqual(version.visits, -1)
        self.assertEqual(set(version.material_ids.mapped("required")), {False})
        self.assertEqual(version.material_ids.mapped("needed_if"), [False] * 5)

    def test_one_faulty_file_spoils_no_other(self):
        rows = self.load(
            {
                "a.json": b"{",
                "b.json": self.source(fees=[{"name": "x", "amount": 10**11 - 1}]),
                "c.json": "{}".encode("utf-16"),
                "d.zip": b"PK\x03\x04",
            }
        )
        self.assertEqual([row["ok"] for row in rows], [False, True, False, False])
        self.assertTrue(all(row["text"] for row in rows))

    def test_archive(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("folder/a.json", self.source())
            archive.writestr("../b.json", self.source(id="import-b"))
        rows = self.load({"items.zip": stream.getvalue()})
        self.assertEqual([row["ok"] for row in rows], [True, False])
        self.assertFalse(self.env["gov.item"].search([("code", "=", "import-b")]))

    def test_collisions(self):
        self.load({NAME: self.source()})
        item = self.env["gov.item"].search([("code", "=", "import-test")])
        for collision, action in (
            ("refuse", "refused"),
            ("draft", "refused"),  # there is a draft already: nobody's work is overwritten
            ("reuse", "reused"),
        ):
            (row,) = self.load({NAME: self.source()}, collision=collision)
            self.assertEqual(row["action"], action)
        item.draft_version_id.unlink()
        (row,) = self.load({NAME: self.source(name="Other")}, collision="draft")
        self.assertEqual(row["action"], "new_version")
        self.assertNotEqual(item.name, "Other")
        version = self.env["gov.item.version"].browse(row["version_id"])
        self.assertIn("item.name", version.fact_ids.mapped("path"))

    def test_same_code_twice_in_one_import(self):
        rows = self.load({"a.json": self.source(), "b.json": self.source()})
        self.assertEqual([row["action"] for row in rows], ["created", "refused"])

    def test_department_by_choice_only(self):
        self.load({NAME: self.source()})
        item = self.env["gov.item"].search([("code", "=", "import-test")])
        self.assertEqual(item.department_id, self.department)
        self.load({NAME: self.source(id="import-2")}, departments="create")
        other = self.env["gov.item"].search([("code", "=", "import-2")])
        self.assertEqual(other.department_id.name, "城口县应急管理局")
        self.load({NAME: self.source(id="import-3")}, departments="match")
        third = self.env["gov.item"].search([("code", "=", "import-3")])
        self.assertEqual(third.department_id, other.department_id)

    def test_theme_keeps_its_members(self):
        theme = json.loads((DEMO / "theme-chaisang-open-food-shop.json").read_text())
        theme["id"] = "import-t"
        (row,) = self.load({"t.json": json.dumps(theme).encode()})
        version = self.env["gov.item.version"].browse(row["version_id"])
        self.assertTrue(version.item_id.is_theme)
        self.assertIn("刻制印章备案", version.fact_ids.mapped("value"))

    def test_packs_go_there_and_back(self):
        for path in sorted(PACKS.glob("*.json")):
            with self.subTest(path.name):
                pack = json.loads(path.read_text())
                pack["item"]["code"] = f"import-{path.stem}"
                self.ensure_items(pack.get("certificate_items", ()))
                version = self.Import._load_pack(pack, self.department)
                pack["item"]["department"] = "import"
                self.assertEqual(self.Import._to_pack(version), pack)

    def ensure_items(self, codes):
        """Items that a pack refers to; a district has them from other packs."""
        Item = self.env["gov.item"]
        for code in codes:
            if not Item.search_count([("code", "=", code)]):
                Item.create({"name": code, "code": code, "department_id": self.department.id})

    def test_packs_name_items_that_are_not_here(self):
        path = PACKS / "yunxi-food-business-change.json"
        pack = json.loads(path.read_text())
        pack["item"]["code"] = "import-change"
        pack["certificate_items"] = ["import-no-such"]
        version = self.Import._load_pack(pack, self.department)
        self.assertFalse(version.certificate_item_ids)
        fact = version.fact_ids.filtered(lambda f: f.path == "certificate_items")
        self.assertEqual((fact.kind, fact.value), ("missing", "import-no-such"))

    def test_faulty_packs_say_the_place(self):
        pack = {"schema": 1, "item": {"code": "x", "name": "X", "department": "import"}}
        with self.assertRaisesRegex(UserError, "flow.nodes"):
            self.Import._load_pack(pack | {"flow": {"nodes": [1]}})
        with self.assertRaises(UserError):
            self.Import._load_pack(pack | {"item_kind": "unheard of"}, self.department)
        self.assertFalse(self.env["gov.item"].search([("code", "=", "x")]))


@tagged("post_install", "-at_install")
class TestItemImportWizard(ImportCase):
    def make(self, user, content):
        files = self.env["ir.attachment"].with_user(user).create(
            {"name": "a.json", "datas": base64.b64encode(content)}
        )
        return self.env["gov.item.import.wizard"].with_user(user).create(
            {"file_ids": [(6, 0, files.ids)], "department_id": self.department.id}
        )

    def test_preview_stores_nothing_and_import_does(self):
        manager = new_test_user(
            self.env, "import-manager", groups="gov_approval.group_gov_item_manager"
        )
        self.department.staff_ids = [(4, manager.id)]
        wizard = self.make(manager, self.source())
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.action, "created")
        self.assertFalse(self.env["gov.item"].search([("code", "=", "import-test")]))
        wizard.action_import()
        item = self.env["gov.item"].search([("code", "=", "import-test")])
        self.assertEqual(wizard.line_ids.version_id, item.draft_version_id)

    def test_only_those_who_keep_items_import(self):
        clerk = new_test_user(
            self.env, "import-clerk", groups="gov_approval.group_gov_window_clerk"
        )
        with self.assertRaises(AccessError):
            self.make(clerk, self.source())
        outsider = new_test_user(
            self.env, "import-outsider", groups="gov_approval.group_gov_item_manager"
        )
        wizard = self.make(outsider, self.source())
        wizard.action_import()
        self.assertFalse(wizard.line_ids.ok)
        self.assertFalse(self.env["gov.item"].search([("code", "=", "import-test")]))


@tagged("post_install", "-at_install")
class TestSampleDistrict(TransactionCase):
    def test_district_lives_and_loading_twice_changes_nothing(self):
        Sample = self.env["gov.sample.district"]
        Sample._load()
        names = ("gov.case", "gov.item.version", "gov.mandate", "gov.case.event", "res.users")
        before = {name: self.env[name].search_count([]) for name in names}
        Sample._load()
        self.assertEqual(before, {name: self.env[name].search_count([]) for name in names})
        tokens = [row["token"] for row in Sample._read("cases.json")]
        cases = self.env["gov.case"].search([("draft_token", "in", tokens)])
        self.assertEqual(
            set(cases.mapped("state")),
            {"received", "supplementing", "accepted", "decided", "closed"},
        )
        self.assertTrue(any(case.is_stopped for case in cases))
        self.assertEqual(set(cases.certificate_ids.mapped("state")), {"valid", "revoked"})
        self.assertEqual(
            set(self.env["gov.block"].search([]).mapped("kind")), {"item", "credit"}
        )
        rare = {"accept_deferred", "call_hearing", "extend", "record_objection", "revoke_licence"}
        self.assertLessEqual(rare, set(cases.event_ids.mapped("kind")))
        self.assertGreater(len(set(cases.mapped("next_due_on"))), 4)
        published = self.env["gov.item"].search([("published_version_id", "!=", False)])
        self.assertIn("gaoling-food-business-new", published.mapped("code"))
        self.assertTrue(cases.archive_ids, "auditors see an archive at once")
        for _role, login, _password in Sample._logins():
            self.assertTrue(self.env["res.users"].search([("login", "=", login)]), login)

    def test_mandates_of_a_sample_that_was_upgraded_cover_its_new_items(self):
        """A filed mandate never changes: it gets a successor, once, and signing goes on."""
        Sample, Mandate = self.env["gov.sample.district"], self.env["gov.mandate"]
        Sample._load()
        people = Sample._read("district.json")["people"]
        users = {user.login: user for user in self.env["res.users"].search([])}
        department = self.env["gov.department"].search([("code", "=", "city")])
        item = self.env["gov.item"].create(
            {"code": "sample-later", "name": "Later", "department_id": department.id}
        )
        of_chief = [("user_id", "=", users["chief_city"].id)]
        earlier = Mandate.search(of_chief)
        old = earlier.filtered(lambda mandate: not mandate.revoked_on)
        Sample._load_mandates(people, users)
        Sample._load_mandates(people, users)
        new = Mandate.search(of_chief) - earlier
        self.assertEqual(new.replaces_id, old)
        self.assertTrue(new.filed_on and old.revoked_on)
        self.assertIn(item, new.item_ids)
        today = self.env["gov.calendar.day"]._local_now().date()
        found = Mandate._for_user(users["chief_city"], department, item, today)
        self.assertEqual(found.number, new.number)

    def test_every_published_guide_is_an_item_that_can_be_applied_for(self):
        Sample = self.env["gov.sample.district"]
        Sample._load()
        for path in sorted(PACKS.glob("*.json")):
            item = self.env["gov.item"].search([("code", "=", path.stem)])
            with self.subTest(item=path.stem):
                self.assertTrue(item.published_version_id)
        for code in GUIDES:
            item = self.env["gov.item"].search([("code", "=", code)])
            with self.subTest(item=code):
                tests = item.published_version_id.action_tests()["tests"]
                self.assertTrue(tests)
                failed = [test["differences"] for test in tests if not test["is_passed"]]
                self.assertEqual(failed, [])

    def test_theme_is_a_draft_whose_members_are_listed(self):
        self.env["gov.sample.district"]._load()
        theme = self.env["gov.item"].search([("code", "=", "theme-chaisang-open-food-shop")])
        self.assertTrue(theme.is_theme)
        self.assertFalse(theme.published_version_id)
        source = json.loads((DEMO / "theme-chaisang-open-food-shop.json").read_text())
        listed = theme.draft_version_id.fact_ids.mapped("value")
        for member in source["joint_departments"]:
            self.assertIn(member["item"], listed)
