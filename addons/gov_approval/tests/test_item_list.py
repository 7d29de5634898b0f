import base64
import io
import json
import zipfile

import openpyxl
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_item_import import NAME, PACKS, ImportCase


@tagged("post_install", "-at_install")
class TestItemList(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "list-manager", groups="gov_approval.group_gov_item_manager"
        )
        cls.department.staff_ids = [(4, cls.manager.id)]

    def fetch(self, action):
        """The content of the file that an action hands out."""
        number = int(action["url"].split("/")[4])
        return base64.b64decode(self.env["gov.item.export"].browse(number).file)

    def rows(self, content):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        return [[cell.value for cell in row] for row in sheet.iter_rows()]

    def make_items(self):
        """A published pack with everything, and a guide with facts and texts to be run."""
        pack = json.loads((PACKS / "zhongmu-drainage-permit.json").read_text())
        pack["item"]["code"] = "list-pack"
        self.Import._load_pack(pack, self.department)
        self.load({NAME: self.source(name="=HYPERLINK(1)", place="+86 1")})
        return self.env["gov.item"].search([("code", "in", ["list-pack", "import-test"])])

    def test_a_list_goes_there_and_back(self):
        items = self.make_items()
        content = self.fetch(items.with_user(self.manager).action_export_list())
        before = self.rows(content)
        self.assertIn("'=HYPERLINK(1)", [row[1] for row in before])
        (_preview, *_rest) = self.Import._read_files({"items.xlsx": content})
        items.version_ids.unlink()
        items.unlink()
        report = self.load({"items.xlsx": content})
        self.assertEqual([row["action"] for row in report], ["created"] * 2, report)
        again = self.env["gov.item"].search([("code", "in", ["list-pack", "import-test"])])
        places = {row[0]: index for index, row in enumerate(before[1:]) if row[1]}
        again = again.sorted(lambda item: places[item.code])
        after = self.rows(self.fetch(again.with_user(self.manager).action_export_list()))
        self.assertEqual(after, before)
        self.assertEqual(
            again.filtered(lambda item: item.code == "import-test").name, "=HYPERLINK(1)"
        )

    def test_remarks_and_faulty_rows_stand_in_the_report_and_spoil_no_other(self):
        text = "本系统编码,事项名称,外来列\nl-1,甲,x\nL 2,乙,\nl-3,=1+1,\nl-4,丁,\n"
        report = self.load({"l.csv": text.encode()})
        self.assertEqual(
            [(row["file"], row["action"]) for row in report],
            [
                ("l.csv", "noted"),
                ("l.csv:2", "created"),
                ("l.csv:3", "failed"),
                ("l.csv:4", "failed"),
                ("l.csv:5", "created"),
            ],
        )
        found = self.env["gov.item"].search([("code", "in", ["l-1", "l-3", "l-4"])])
        self.assertEqual(sorted(found.mapped("code")), ["l-1", "l-4"])
        item = found.filtered(lambda item: item.code == "l-1")
        self.assertIn("表列.外来列", item.draft_version_id.fact_ids.mapped("path"))

    def test_queries_of_an_item_are_bounded(self):
        def lines(letter, count):
            rows = (f"{letter}-{n},甲,申请表,第一条" for n in range(count))
            text = "\n".join(("本系统编码,事项名称,材料名称,受理条件", *rows))
            return {"q.csv": text.encode()}

        self.load(lines("warm", 1))
        before = self.env.cr.sql_log_count
        report = self.load(lines("q", 20))
        self.assertTrue(all(row["ok"] for row in report))
        self.assertLess((self.env.cr.sql_log_count - before) / 20, 60)

    def test_packs_go_there_and_back_as_an_archive(self):
        items = self.make_items()
        content = self.fetch(items.with_user(self.manager).action_export_packs())
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            before = {name: json.loads(archive.read(name)) for name in archive.namelist()}
        report = self.load({"items.zip": content}, collision="duplicate")
        self.assertEqual([row["action"] for row in report], ["duplicated"] * 2)
        for row in report:
            version = self.env["gov.item.version"].browse(row["version_id"])
            pack = self.Import._to_pack(version)
            code = pack["item"]["code"].removesuffix("-2")
            pack["item"]["code"] = code
            self.assertEqual(pack, before[f"{code}.json"])

    def test_what_happens_is_chosen_file_by_file(self):
        self.load({"a.json": self.source(), "b.json": self.source(id="import-b")})
        report = self.load(
            {"a.json": self.source(), "b.json": self.source(id="import-b")},
            collision="reuse",
            choices={"b.json": "duplicate"},
        )
        self.assertEqual([row["action"] for row in report], ["reused", "duplicated"])
        self.assertEqual(report[1]["code"], "import-b-2")

    def test_only_those_who_keep_items_export(self):
        items = self.make_items()
        clerk = new_test_user(self.env, "list-clerk", groups="gov_approval.group_gov_window_clerk")
        for action in ("action_export_list", "action_export_packs"):
            with self.assertRaises(AccessError):
                getattr(items.with_user(clerk), action)()
        bare = items.create({"name": "bare", "code": "bare", "department_id": self.department.id})
        with self.assertRaises(UserError):
            bare.action_export_list()
