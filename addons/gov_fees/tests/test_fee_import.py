"""Import of published lists: every row lands or says why not, again changes nothing."""

import base64
import io
from datetime import date

import openpyxl
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import ROWS, FeeCase


@tagged("post_install", "-at_install", "gov")
class TestFeeImport(FeeCase):
    def load(self, content=ROWS, user=None, **options):
        content = content.encode() if isinstance(content, str) else content
        Import = self.env["gov.fee.import"].with_user(user or self.drafter)
        return Import._import_list(content, **{"prefix": "X-"} | options)

    def actions(self, *args, **options):
        return [line["action"] for line in self.load(*args, **options)]

    def item(self, code="X-001"):
        return self.env["gov.fee.item"].search([("code", "=", code)])

    def test_rows_become_drafts_or_questions(self):
        good, asked = self.load(date_from=date(2026, 1, 1))
        self.assertEqual((good["action"], good["is_settled"]), ("created", True))
        self.assertEqual((asked["action"], asked["is_settled"]), ("created", False))
        self.assertIn("no standard", asked["text"])
        item = self.item()
        self.assertEqual(item.rate_ids.state, "draft")
        self.assertEqual(item.rate_ids.date_from, date(2026, 1, 1))
        self.assertEqual(item.rate_ids.line_ids.unit, "平方米·日")
        self.assertEqual(item.fund_management, "local_treasury")
        self.assertIn("no standard", self.item("X-002").to_settle)
        self.assertFalse(self.item("X-002").rate_ids.line_ids)

    def test_the_whole_sample_lands(self):
        with file_open("gov_fees/demo/fees.csv", "rb") as source:
            content = source.read()
        report = self.load(content)
        self.assertEqual(len(report), 62)
        self.assertEqual({line["action"] for line in report}, {"created"})
        self.assertEqual([line["row"] for line in report if not line["is_settled"]], [42])
        self.assertEqual(self.actions(content), ["same"] * 62)

    def test_again_changes_nothing(self):
        self.load()
        rate = self.item().rate_ids
        rate.item_id.write({"complaint_channel": "12345", "to_settle": False})
        self.assertEqual(self.actions(), ["same", "same"])
        self.assertEqual(self.item().rate_ids, rate)
        rate.write({"date_from": date(2026, 1, 1)})
        self.publish(rate)
        self.assertEqual(self.actions(), ["same", "same"])

    def test_another_rate_under_the_same_code(self):
        self.load(date_from=date(2026, 1, 1))
        changed = ROWS.replace("0.30元,0.3,0.3", "0.40元,0.4,0.4")
        refused, same = self.load(changed)
        self.assertEqual((refused["action"], same["action"]), ("refused", "same"))
        self.assertIn("says something else", refused["text"])
        self.assertEqual(self.actions(changed, collision="keep"), ["kept", "same"])
        self.assertEqual(self.item().rate_ids.line_ids.amount, 0.3)
        self.assertEqual(self.actions(changed, collision="update"), ["updated", "same"])
        self.assertEqual(self.item().rate_ids.line_ids.amount, 0.4)
        self.item().write({"complaint_channel": "12345"})
        self.publish(self.item().rate_ids)
        self.assertEqual(self.actions(ROWS, collision="update"), ["updated", "same"])
        self.assertEqual(self.item().rate_ids.sorted("id").mapped("state"), ["published", "draft"])

    def test_workbooks_too(self):
        book = openpyxl.Workbook()
        for row in ROWS.splitlines():
            book.active.append([float(c) if c == "0.3" else c for c in row.split(",")])
        content = io.BytesIO()
        book.save(content)
        self.assertEqual(self.actions(content.getvalue()), ["created", "created"])
        self.assertEqual(self.actions(ROWS), ["same", "same"])

    def test_hostile_rows_spoil_no_others(self):
        head = "seq,item,standard,amount_min,amount_max,unit,category"
        rows = (
            '1,"=cmd|calc",每副1元,,,,',
            "2,费,每副1元,-5,1,副,",
            "3,费,每副NaN元,nan,inf,副,",
            "4,费,每副1元,1,1,副,罚没收入",
            "4,费,每副1元,1,1,副,",
            "4,费,每副1元,1,1,副,",
            "x,费,每副1元,1,1,副,",
            "6,<script>alert(1)</script>,每副1元,1,1,副,",
            f"7,{'费' * 300},每副1元,1,1,副,",
            "8,费,每副1元",
            "9,费,每副99999999999999999999元,,,,",
            "10,好费,每副1元,1,1,副,行政事业性收费",
        )
        report = self.load("\n".join((head, *rows)))
        self.assertEqual(len(report), len(rows))
        self.assertEqual(report[-1]["action"], "created")
        self.assertEqual(
            [line["action"] for line in report],
            ["refused", "created", "created", "refused", "created", "refused", "refused",
             "created", "refused", "refused", "created", "created"],
        )  # fmt: skip
        self.assertTrue(all(line["text"] for line in report))
        self.assertEqual([line["row"] for line in report if line["is_settled"]], [6, 9, 13])
        for code in ("X-002", "X-003", "X-009"):
            self.assertFalse(self.item(code).rate_ids.line_ids)

    def test_files_that_are_no_list(self):
        for content in (b"", b"\x00\x01", b"PK\x03\x04broken", b"a,b\n1,2\n", b"item,item\nx,y\n"):
            with self.assertRaises(UserError):
                self.load(content)
        for prefix in ("", "a b", "费", "x" * 30, "../"):
            with self.assertRaises(UserError):
                self.load(prefix=prefix)

    def test_columns_nobody_knows_are_kept(self):
        lines = ROWS.splitlines()
        content = "\n".join([f"{lines[0]},其他", f"{lines[1]},值得看"])
        note, row = self.load(content)
        self.assertEqual(note["action"], "note")
        self.assertIn("值得看", row["text"])
        self.assertEqual(self.item().unplaced, "其他: 值得看")

    def test_only_finance_officers_import(self):
        for login in ("cashier", "manager", "administrator"):
            self.assertEqual(self.actions(user=self.world[login]), ["refused", "refused"])
            with self.assertRaises(AccessError):
                self.env["gov.fee.import.wizard"].with_user(self.world[login]).create({})

    def test_wizard_reports_line_by_line(self):
        Wizard = self.env["gov.fee.import.wizard"].with_user(self.drafter)
        wizard = Wizard.create({"prefix": "X-"})
        with self.assertRaises(UserError):
            wizard.action_import()
        wizard.file = base64.b64encode(ROWS.encode())
        action = wizard.action_import()
        self.assertEqual((action["res_id"], wizard.state), (wizard.id, "imported"))
        self.assertEqual((wizard.landed, wizard.open_rows), (2, 1))
        self.assertEqual(wizard.line_ids.sorted("row").mapped("row"), [2, 3])
        self.assertEqual(wizard.line_ids.search([], limit=1).item_id, self.item("X-002"))
