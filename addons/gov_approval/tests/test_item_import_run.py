import base64
import io
import json
import zipfile

import openpyxl
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import gov_item_import_run
from ..wizard.gov_item_import_wizard import IMMEDIATE
from .test_item_import import ImportCase


class Kill(Exception):
    """Stands for the end of a server in the middle of its work."""


@tagged("post_install", "-at_install")
class TestItemImportRun(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "run-manager", groups="gov_approval.group_gov_item_manager"
        )
        cls.department.staff_ids = [(4, cls.manager.id)]

    def make_wizard(self, files, **options):
        attachments = (
            self.env["ir.attachment"]
            .with_user(self.manager)
            .create([{"name": name, "raw": content} for name, content in files.items()])
        )
        Wizard = self.env["gov.item.import.wizard"].with_user(self.manager)
        return Wizard.create(
            {"file_ids": [(6, 0, attachments.ids)], "department_id": self.department.id} | options
        )

    def begin(self, files, **options):
        action = self.make_wizard(files, **options).action_import()
        self.assertEqual(action["res_model"], "gov.item.import.run")
        return self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])

    def sheet(self, count, *more):
        rows = [f"run-{n},事项{n}" for n in range(count)]
        return {"list.csv": "\n".join(("本系统编码,事项名称", *rows, *more)).encode()}

    def tick(self):
        """Let the cron work, on a cursor that may commit."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["gov.item.import.run"]._cron_work_off()
        self.env.invalidate_all()

    def count_items(self):
        return self.env["gov.item"].search_count([("code", "=like", "run-%")])

    def test_few_items_are_there_at_once(self):
        wizard = self.make_wizard(self.sheet(IMMEDIATE))
        self.assertEqual(wizard.action_import()["res_model"], wizard._name)
        self.assertEqual(self.count_items(), IMMEDIATE)

    def test_many_items_in_one_go_and_faulty_lines_spoil_no_other(self):
        run = self.begin(self.sheet(40, "run-x,=1+1", ",nameless", "run-y,丁"))
        self.assertEqual((run.state, run.total, run.done, run.progress), ("waiting", 43, 0, 0))
        self.assertEqual(self.count_items(), 0)
        self.tick()
        self.assertEqual((run.state, run.done, run.progress), ("done", 43, 100))
        self.assertEqual((run.good, run.faulty), (41, 2))
        self.assertEqual(self.count_items(), 41)
        self.assertEqual(run.faulty_line_ids.mapped("file"), ["list.csv:42", "list.csv:43"])
        self.assertTrue(all(run.faulty_line_ids.mapped("text")))
        item = self.env["gov.item"].search([("code", "=", "run-y")])
        self.assertEqual(item.create_uid, self.manager)
        self.assertEqual(run.line_ids[-1].version_id, item.draft_version_id)
        self.assertFalse(run.sudo()._get_attachments(), "files are kept as long as they are needed")

    def test_a_kill_loses_one_batch_and_nothing_is_done_twice(self):
        """Each batch is one transaction: it ends whole or not at all."""
        run, batch = self.begin(self.sheet(45)).sudo(), gov_item_import_run.BATCH
        files = {file.name: file.raw for file in run._get_attachments()}
        entries = list(self.Import._unpack(files))
        run._work_batch(entries, run._get_seen())
        with self.assertRaises(Kill), self.env.cr.savepoint():
            run._work_batch(entries, run._get_seen())
            self.assertEqual(self.count_items(), 2 * batch)
            raise Kill
        self.env.invalidate_all()
        self.assertEqual((self.count_items(), run.done, run.state), (batch, batch, "running"))
        first = run.line_ids[:batch].version_id
        self.tick()
        self.assertEqual((self.count_items(), run.done, run.faulty), (45, 45, 0))
        self.assertEqual(run.line_ids[:batch].version_id, first)
        self.tick()
        self.assertEqual(self.count_items(), 45)

    def test_stop_and_continue(self):
        run = self.begin(self.sheet(30))
        run.action_stop()
        self.tick()
        self.assertEqual((run.state, self.count_items()), ("stopped", 0))
        with self.assertRaises(UserError):
            run.action_stop()
        run.action_continue()
        self.tick()
        self.assertEqual((run.state, self.count_items()), ("done", 30))

    def test_choices_line_by_line_and_codes_that_stand_twice(self):
        self.load({"old.json": self.source(id="run-1")})
        packs = {f"{n}.json": self.source(id=f"run-{n}") for n in range(IMMEDIATE)}
        packs |= {"again.json": self.source(id="run-1"), "third.json": self.source(id="run-1")}
        wizard = self.make_wizard(packs, collision="reuse")
        wizard.action_preview()
        lines = {line.file: line for line in wizard.line_ids}
        self.assertEqual(lines["again.json"].action, "refused")
        lines["1.json"].collision = "duplicate"
        run = self.env["gov.item.import.run"].browse(wizard.action_import()["res_id"])
        self.tick()
        found = {line.file: line for line in run.line_ids}
        self.assertEqual((found["1.json"].action, found["1.json"].code), ("duplicated", "run-1-2"))
        for name in ("again.json", "third.json"):
            self.assertEqual(found[name].action, "refused")
            self.assertIn("1.json", found[name].text)

    def test_rights_that_ended_end_the_import(self):
        run = self.begin(self.sheet(30))
        self.department.staff_ids = [(3, self.manager.id)]
        self.tick()
        self.assertEqual((run.state, run.faulty, self.count_items()), ("done", 30, 0))
        run = self.begin(self.sheet(25))
        self.manager.group_ids = [(5,)]
        self.tick()
        self.assertEqual((run.sudo().faulty, self.count_items()), (25, 0))

    def test_the_report_leaves_as_a_workbook(self):
        run = self.begin(self.sheet(21, "run-x,=1+1"))
        self.tick()
        number = int(run.action_download_report()["url"].split("/")[4])
        content = base64.b64decode(self.env["gov.item.export"].browse(number).file)
        rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
        self.assertEqual(len(rows), 23)
        self.assertEqual((rows[1][0], rows[1][2]), ("list.csv:2", "run-0"))
        self.assertEqual(rows[22][0], "list.csv:23")

    def test_runs_belong_to_who_began_them_and_nobody_writes_them(self):
        run = self.begin(self.sheet(30))
        other = new_test_user(self.env, "run-other", groups="gov_approval.group_gov_item_manager")
        for method in ("action_stop", "action_continue", "action_download_report"):
            with self.assertRaises(AccessError):
                getattr(run.with_user(other), method)()
        with self.assertRaises(AccessError):
            run.write({"state": "done"})
        with self.assertRaises(AccessError):
            run.line_ids[0].write({"action": "created"})
        with self.assertRaises(AccessError):
            run.create({"name": "x"})


@tagged("post_install", "-at_install")
class TestHostileImport(ImportCase):
    """Refused in a sentence that names the place; all beside it is kept, nothing of it."""

    def pack(self, **changes):
        item = {"code": "hostile", "name": "X", "department": "import"}
        return {"schema": 1, "item": item} | changes

    def archive(self, members):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return stream.getvalue()

    def book(self, rows):
        book, stream = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(stream)
        return stream.getvalue()

    def check(self, files, refused):
        """``refused``: file -> what its sentence must name; all other entries are imported."""
        before = {
            name: self.env[name].search_count([])
            for name in ("gov.item", "gov.item.version", "gov.flow.node", "gov.material.spec")
        }
        good = {"good.json": self.source(id="hostile-neighbour")}
        report = {row["file"]: row for row in self.load(files | good)}
        for name, place in refused.items():
            with self.subTest(name):
                self.assertFalse(report[name]["ok"])
                self.assertRegex(report[name]["text"], place)
        self.assertTrue(report.pop("good.json")["ok"])
        self.assertEqual({name for name, row in report.items() if not row["ok"]}, set(refused))
        self.env["gov.item"].search([("code", "=", "hostile-neighbour")]).version_ids.unlink()
        self.env["gov.item"].search([("code", "=", "hostile-neighbour")]).unlink()
        made = sum(row["ok"] and row["action"] == "created" for row in report.values())
        after = self.env["gov.item"].search_count([])
        self.assertEqual(after, before["gov.item"] + made)
        if not made:
            self.assertEqual(before, {name: self.env[name].search_count([]) for name in before})

    def test_packs(self):
        dump = json.dumps
        node = {"kind": "task", "code": "a", "name": "A"}
        circle = [node, {"kind": "task", "code": "b", "name": "B"}]
        edges = [{"source": "a", "target": "b"}, {"source": "b", "target": "a"}]
        field = {"code": "f", "label": "F", "type": "text", "section": "s"}
        loop = [field | {"visible_if": "g == 'x'"}, field | {"code": "g", "visible_if": "f == 'x'"}]
        files = {
            "type.json": dump(self.pack(periods={"statutory": {"value": "soon"}})),
            "list.json": dump(self.pack(flow={"nodes": {"a": 1}})),
            "node.json": dump(self.pack(flow={"nodes": [1]})),
            "key.json": dump(self.pack(periods={"statutory": {"values": 5}})),
            "schema.json": dump(self.pack(schema=[])),
            "number.json": dump(self.pack(guide={"visits": 10**30})),
            "kind.json": dump(self.pack(item_kind="unheard of")),
            "long.json": dump(self.pack(guide={"place": "x" * 30_000})),
            "huge.json": dump(self.pack(guide={"place": "x" * 10 * 1024 * 1024})),
            "circle.json": dump(self.pack(flow={"nodes": circle, "edges": edges})),
            "loop.json": dump(
                self.pack(form={"sections": [{"code": "s", "name": "S"}], "fields": loop})
            ),
            "twice.json": '{"schema": 1, "item": {"code": "a", "code": "b"}}',
            "deep.json": '{"schema": 1, "x": ' + "[" * 50_000 + "]" * 50_000 + "}",
            "half.json": r'{"schema": 1, "item": {"name": "\ud800"}}',
            "nan.json": '{"schema": 1, "item": {"name": NaN}}',
        }
        files = {name: text.encode() for name, text in files.items()}
        files |= {
            "utf16.json": dump(self.pack()).encode("utf-16"),
            "gbk.json": '{"a": "政务"}'.encode("gbk"),
        }
        self.check(
            files,
            {
                "type.json": r"periods\.statutory\.value",
                "list.json": r"flow\.nodes",
                "node.json": r"flow\.nodes\[0\]",
                "key.json": r"periods\.statutory\.values",
                "schema.json": "layout",
                "number.json": "visits",
                "kind.json": "unheard of|item_kind",
                "long.json": r"guide\.place",
                "huge.json": "2 MB",
                "circle.json": "circle",
                "loop.json": "f, g",
                "twice.json": "code",
                "deep.json": "nested",
                "half.json": r"item\.name",
                "nan.json": r"item\.name",
                "utf16.json": "byte 1",
                "gbk.json": "byte",
            },
        )

    def test_archives(self):
        bomb = b"[" + b" " * 200 * 1024 * 1024 + b"]"
        inner = self.archive({"x.json": self.source()})
        names = ("../up.json", "/etc/root.json", "C:\\x.json", "a/../../b.json")
        members = {name: self.source(id=f"hostile-{n}") for n, name in enumerate(names)}
        members |= {"inner.zip": inner, "bomb.json": bomb, "run.py": b"1", "bad.json": b"\xff"}
        good = {"a.json": self.source(id="hostile-a"), "b/a.json": self.source(id="hostile-a")}
        files = {
            "mixed.zip": self.archive(members | good),
            "many.zip": self.archive({f"{n}.json": b"{}" for n in range(2001)}),
            "total.zip": self.archive({f"{n}.json": bomb[: 2**21 - 9] for n in range(30)}),
            "cut.zip": inner[:-30],
            "empty.zip": b"",
        }
        refused = {f"mixed.zip/{name.replace(chr(92), '/')}": "leads out" for name in names}
        self.check(
            files,
            refused
            | {
                "mixed.zip/inner.zip": "json",
                "mixed.zip/bomb.json": "2 MB",
                "mixed.zip/run.py": "json",
                "mixed.zip/bad.json": "byte 1",
                "mixed.zip/b/a.json": "mixed.zip/a.json",
                "many.zip": "2000|2,000",
                "total.zip": "unpacks to too much",
                "cut.zip": "damaged",
                "empty.zip": "damaged",
            },
        )

    def test_sheets(self):
        head = ("本系统编码", "事项名称", "办理地点")
        files = {
            "formula.xlsx": self.book([head, ("h-1", "=1+1", ""), ("h-2", "甲", "")]),
            "twice.xlsx": self.book([head, ("h-3", "甲", "一"), ("h-3", "乙", "一")]),
            "long.xlsx": self.book([head, ("h-4", "甲", "x" * 30_000)]),
            "unknown.xlsx": self.book([("a", "b"), (1, 2)]),
            "doubled.xlsx": self.book(
                [("本系统编码", "事项名称", "事项名称"), ("h-5", "甲", "乙")]
            ),
            "text.xlsx": b"PK\x03\x04" + b"x" * 100,
            "old.xls": b"\xd0\xcf\x11\xe0" + b"x" * 100,
            "bomb.xlsx": self.archive({"xl/worksheets/sheet1.xml": b" " * 200 * 1024 * 1024}),
            "broken.csv": "本系统编码,事项名称\nh-6,甲\nh-7,".encode() + b"\xff\xfe\n",
            "huge.csv": "本系统编码,事项名称\nh-8,".encode() + b"x" * 10 * 1024 * 1024,
        }
        self.check(
            files,
            {
                "formula.xlsx:2": "事项名称",
                "twice.xlsx:2": "事项名称",
                "long.xlsx:2": "办理地点",
                "unknown.xlsx": "事项名称",
                "doubled.xlsx": "事项名称",
                "text.xlsx": "damaged",
                "old.xls": "old kind",
                "bomb.xlsx": "unpacks",
                "broken.csv:3": "事项名称",
                "huge.csv:2": "row|characters|MB",
            },
        )
        found = self.env["gov.item"].search([("code", "=like", "h-_")])
        self.assertEqual(sorted(found.mapped("code")), ["h-2", "h-6"])
