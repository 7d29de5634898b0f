"""Licences that existed before the system: entered, corrected, and then as all others."""

import base64
import io

import openpyxl
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ANSWERS, RECORD, build_item
from .licence_common import GovLicence

HEADER = tuple(RECORD)
DAY = "2026-06-01 02:00:00"


def table(*lines, header=HEADER, encoding="utf-8"):
    """A CSV file of lines; each a dict of what differs from ``RECORD``, or a list of cells."""
    rows = [
        [{**RECORD, **line}[name] for name in header] if isinstance(line, dict) else line
        for line in lines
    ]
    return "\n".join(",".join(row) for row in [header, *rows]).encode(encoding)


class Entries(GovLicence):
    def setUp(self):
        super().setUp()
        self.register = self.env["gov.certificate"].with_user(self.world["manager"])

    def enter(self, by="manager", **cells):
        register = self.register.with_user(self.world[by])
        with self.at(DAY):
            return register._enter_one(self.item, RECORD | cells, "Book 3")

    def import_table(self, content, **options):
        with self.at(DAY):
            return self.register._enter_table(self.item, content, "old.csv", **options)

    def count(self):
        return self.env["gov.certificate"].search_count([])


@tagged("post_install", "-at_install", "gov")
class TestEntry(Entries):
    def test_what_an_entry_leaves(self):
        made = self.enter(number="R-8", phone="13800138000")
        self.assertTrue(made.is_entered)
        self.assertEqual((made.state, str(made.valid_to)), ("valid", "2031-03-01"))
        self.assertEqual((made.entry_source, made.entered_by_id), ("Book 3", self.world["manager"]))
        self.assertEqual(made.department_id, self.world["department"])
        self.assertEqual(str(made.remind_on), "2031-01-30", "by the window of the renewing item")
        case = made.sudo().case_id
        self.assertEqual((case.state, case.outcome, case.channel), ("closed", False, "records"))
        self.assertEqual(case._get_events().mapped("kind"), ["enter_licence"])
        self.assertIsNone(case._get_events()._find_break())
        digest = self.env["gov.block"]._get_digest(ANSWERS)
        self.assertEqual(made.sudo().holder_digest, digest)
        self.assertFalse(self.env["gov.case"]._list_public_decisions(made.number)[0])

    def test_a_person_is_masked_in_public(self):
        made = self.enter(
            holder_kind="person", holder_name="张三丰", holder_number="11010519491231002X"
        ).sudo()
        self.assertEqual(made.case_id.applicant_id_masked, "110105********002X")
        facts = made._find_by_code("ｒ-７", made.verification_code)._get_public_facts()
        self.assertEqual(facts["holder"], "张**")
        self.assertTrue(facts["entered_on"] and facts["is_valid"])

    def test_only_managers_of_the_department(self):
        for by in ("clerk", "chief", "administrator", "auditor", "applicant"):
            with self.assertRaises(AccessError, msg=by):
                self.enter(by=by)
        self.world["department"].staff_ids -= self.world["manager"]
        with self.assertRaisesRegex(AccessError, "Market bureau"):
            self.enter()

    def test_only_items_that_grant_a_licence_anew(self):
        for item in (self.about["renewal"], self.env["gov.item"].create(
            {"name": "N", "code": "n", "department_id": self.world["department"].id}
        )):  # fmt: skip
            with self.assertRaisesRegex(UserError, "no published version that grants"):
                self.register._enter_one(item, RECORD, "Book 3")

    def test_a_number_is_entered_once(self):
        self.enter()
        for number in ("R-7", " r - 7", "Ｒ-7"):
            with self.assertRaisesRegex(UserError, "already"):
                self.enter(number=number)
        granted = self.licensed()
        with self.assertRaisesRegex(UserError, "already"):
            self.enter(number=granted.number)

    def test_entered_licences_are_archived_and_verified(self):
        case = self.enter().sudo().case_id
        archive = case.with_user(1)._file_archive()
        self.assertTrue(archive.digest)


@tagged("post_install", "-at_install", "gov")
class TestEntryTable(Entries):
    def test_a_faulty_line_spoils_no_other(self):
        content = table(
            {"number": "A-1"},
            {"number": "A-2", "valid_to": "soon"},
            {"number": "A-3", "holder_name": "=cmd|' /C calc'!A0"},
            {"number": "a-1"},
            ["A-4", "too", "few"],
            {"number": "A-5", "valid_to": "长期"},
        )
        before = self.count()
        trial, _notes = self.import_table(content, is_trial=True)
        self.assertEqual(self.count(), before, "a preview stores nothing")
        lines, _notes = self.import_table(content)
        self.assertEqual([line["ok"] for line in lines], [True, False, False, False, False, True])
        self.assertEqual([line["ok"] for line in trial], [line["ok"] for line in lines])
        self.assertEqual([line["line"] for line in lines], [2, 3, 4, 5, 6, 7])
        for line, said in zip(lines[1:5], ("soon", "formula", "line 2 already", "cells"),
                              strict=True):
            self.assertIn(said, line["text"])
        made = self.env["gov.certificate"].search([("entry_source", "=", "old.csv")], order="id")
        self.assertEqual(made.mapped("number"), ["A-1", "A-5"])
        self.assertEqual(made.mapped("entry_line"), [2, 7])
        again, _notes = self.import_table(content)
        self.assertFalse(any(line["ok"] for line in again), "nothing is entered twice")

    def test_gbk_and_foreign_columns(self):
        names = ("证照编号", "持证人类型", "持证人", "证件号码", "发证日期", "有效期起", "有效期至",
                 "证照状态", "备注")  # fmt: skip
        row = [*RECORD.values(), "旧"]
        row[1], row[2], row[7] = "企业", "测试食品有限公司", "有效"
        content = "\n".join(",".join(cells) for cells in (names, row)).encode("gb18030")
        lines, notes = self.import_table(content)
        self.assertTrue(lines[0]["ok"], lines)
        self.assertIn("备注", "".join(notes))
        self.assertIn("GBK", "".join(notes))
        made = self.env["gov.certificate"].search([("number", "=", "R-7")])
        self.assertEqual(made.holder_name, "测试食品有限公司")

    def test_a_workbook(self):
        book = openpyxl.Workbook()
        book.active.append(HEADER)
        book.active.append(list(RECORD.values()))
        book.active.append(["=1+1", *list(RECORD.values())[1:]])
        stream = io.BytesIO()
        book.save(stream)
        lines, _notes = self.import_table(stream.getvalue())
        self.assertEqual([line["ok"] for line in lines], [True, False])

    def test_hostile_files_are_refused_whole(self):
        before = self.count()
        for content in (
            b"",
            b"number,number\n1,2",
            b"\x89PNG\r\n\x1a\n\x00\x00",
            b"PK\x03\x04 no archive",
            table(header=HEADER[1:]),
            table(*[{"number": f"B-{n}"} for n in range(2001)]),
        ):
            with self.assertRaises(UserError):
                self.import_table(content)
        lines, _notes = self.import_table(table({"holder_name": "x" * 10_000_000}))
        self.assertFalse(lines[0]["ok"])
        self.assertLess(len(lines[0]["text"]), 300)
        self.assertEqual(self.count(), before)

    def test_the_wizard(self):
        Wizard = self.env["gov.certificate.import.wizard"].with_user(self.world["manager"])
        vals = {"item_id": self.item.id, "file_name": "old.csv"}
        wizard = Wizard.create(vals | {"file": base64.b64encode(table({}, {"state": "?"}))})
        with self.at(DAY):
            wizard.action_preview()
            self.assertEqual((wizard.good, wizard.faulty, wizard.state), (1, 1, "previewed"))
            wizard.action_import()
        self.assertEqual((wizard.good, wizard.faulty, wizard.state), (1, 1, "imported"))
        made = self.env["gov.certificate"].search([("number", "=", "R-7")])
        self.assertEqual((made.entry_source, made.entry_line), ("old.csv", 2))
        self.assertEqual(wizard.line_ids.sorted("line").mapped("line"), [2, 3])
        foreign = {**self.world, "department": self.world["other_department"]}
        self.world["other_department"].staff_ids += self.world["chief"]
        wizard.item_id = build_item(self.env, foreign, "test-water").item_id
        with self.assertRaises(AccessError):
            wizard.action_import()


@tagged("post_install", "-at_install", "gov")
class TestEntryCorrection(Entries):
    def correct(self, made, by="manager", reasons="Misread", **cells):
        with self.at("2026-06-02 02:00:00"):
            made.with_user(self.world[by])._correct_entry(RECORD | cells, reasons)

    def test_corrected_and_recorded(self):
        made = self.enter()
        self.correct(made, valid_to="2030-03-01", holder_number="", number="R-77")
        self.assertEqual((made.number, str(made.valid_to)), ("R-77", "2030-03-01"))
        self.assertEqual(made.sudo().holder_digest, self.env["gov.block"]._get_digest(ANSWERS))
        events = made.sudo().case_id._get_events()
        self.assertEqual(events.mapped("kind"), ["enter_licence", "correct_entry"])
        self.assertEqual(events[1].payload["reasons"], "Misread")
        self.assertEqual(events[0].payload["entry"]["number"], "R-7", "what stood before")
        self.assertIsNone(events._find_break())

    def test_refused(self):
        made, other = self.enter(), self.enter(number="R-8")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.correct(made, reasons=" ")
        with self.assertRaisesRegex(UserError, "already"):
            self.correct(made, number=other.number)
        for by in ("clerk", "chief", "auditor"):
            with self.assertRaises(AccessError):
                self.correct(made, by=by)
        granted = self.licensed()
        with self.assertRaises(AccessError):  # the manager sees only what was entered
            self.correct(granted)

    def test_not_once_a_case_is_about_it(self):
        made = self.enter()
        with self.at("2031-01-10 02:00:00"):
            self.file_about("renewal", made.sudo(), by="clerk")
            with self.assertRaisesRegex(UserError, "change"):
                self.correct(made)

    def test_not_once_something_was_done_with_it(self):
        made = self.enter()
        self.act("chief", made.sudo().case_id, "suspend_licence", {"reasons": "Dirty kitchen"})
        with self.assertRaisesRegex(UserError, "Suspended"):
            self.correct(made)

    def test_the_form(self):
        Form = self.env["gov.certificate.entry.form"].with_user(self.world["manager"])
        form = Form.create({"item_id": self.item.id, "source": "Book 3", **RECORD})
        with self.at(DAY):
            made = self.register.browse(form.action_enter()["res_id"])
            action = made.action_correct_entry()
            form = Form.browse(action["res_id"])
            self.assertFalse(form.holder_number, "the number is not shown again")
            form.write({"valid_to": False, "is_unlimited": True, "reasons": "No limit"})
            form.action_correct()
        self.assertFalse(made.valid_to)
        foreign = self.licensed()
        with self.assertRaises(AccessError):
            form.certificate_id = foreign


@tagged("post_install", "-at_install", "gov")
class TestEnteredLicence(Entries):
    """From then on it is a licence as all others."""

    def test_renewed(self):
        old = self.enter().sudo()
        with self.at("2031-01-10 02:00:00"):
            new = self.conclude(self.file_about("renewal", old, by="clerk")).certificate_ids
        self.assertEqual((new.number, new.revision, new.is_entered), ("R-7", 2, False))
        self.assertEqual((str(new.valid_from), str(new.valid_to)), ("2031-03-02", "2036-03-01"))
        self.assertEqual((old.state, str(old.ended_on)), ("renewed", "2031-03-01"))

    def test_renewed_by_silence(self):
        old = self.enter().sudo()
        with self.at("2031-01-10 02:00:00"):
            case = self.file_about("renewal", old, by="clerk")
            self.act("clerk", case, "accept")
        with self.at("2031-03-03 02:00:00"):
            self.tick()
        new = case.certificate_ids
        self.assertTrue(new.is_renewed_by_silence)
        self.assertEqual((old.state, str(new.valid_from)), ("renewed", "2031-03-02"))

    def test_changed_reissued_given_up(self):
        for handles, state in (("change", "changed"), ("reissue", "changed"),
                               ("cancellation", "cancelled")):  # fmt: skip
            old = self.enter(number=f"R-{handles}").sudo()
            with self.at("2026-07-01 02:00:00"):
                self.conclude(self.file_about(handles, old, by="clerk"))
            self.assertEqual(old.state, state)

    def test_suspended_revoked_expired(self):
        old = self.enter().sudo()
        with self.at("2026-07-01 02:00:00"):
            self.act("chief", old.case_id, "suspend_licence", {"reasons": "Dirty kitchen"})
            self.assertEqual(old.state, "suspended")
            self.revoke(old)
        self.assertEqual(old.state, "revoked")
        self.assertIn("revocation_decision", old.case_id.document_ids.mapped("kind"))
        short = self.enter(number="R-9", valid_to="2026-06-30").sudo()
        with self.at("2026-07-01 02:00:00"):
            self.tick()
        self.assertEqual(short.state, "expired")

    def test_the_holder_is_reminded(self):
        old = self.enter(email="holder@example.org").sudo()
        with self.at("2031-01-30 02:00:00"):
            self.tick("_cron_remind", "gov.certificate")
            notice = self.env["gov.notice"].search([("kind", "=", "remind_renewal")])
            self.assertEqual((len(notice), notice.case_id), (1, old.case_id))
            self.assertEqual(notice._get_address(), "holder@example.org")
            self.assertIn("R-7", notice._prepare_mail_vals("a@b.cn")["body_html"])

    def test_pages_of_officers_tell_where_it_came_from(self):
        made = self.enter()
        page = made.with_user(self.world["auditor"])
        self.assertIn("Book 3", page.history_html)
        case = made.sudo().case_id.with_user(self.world["reviewer"])
        self.assertTrue(case.read())
        self.assertTrue(page.read())
