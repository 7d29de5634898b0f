import io
import zipfile
from datetime import date, datetime
from unittest import mock

import openpyxl
from odoo.tests import TransactionCase, tagged

from ..kernel.errors import KernelError
from ..models import table_reader
from ..models.speech import say

COLUMNS = {"code": ("编号",), "name": ("名称",), "price": ()}


def workbook(*rows, sheets=(), **cells):
    """An XLSX file of rows; ``cells``: values at addresses such as ``A4``."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for address, value in cells.items():
        book.active[address] = value
    for title in sheets:
        book.create_sheet(title).append(["code"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def replaced(content, name, part):
    """The workbook with another text in one of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            written = part if entry.filename == name else old.read(entry)
            new.writestr(entry.filename, written, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestTableReader(TransactionCase):
    def read(self, content):
        return table_reader.read_table(content, COLUMNS, ("code",))

    def assert_refused(self, content, code):
        with self.assertRaises(KernelError) as caught:
            self.read(content)
        self.assertEqual(caught.exception.code, code)
        self.assertNotIn("%(", say(self.env, caught.exception))

    def test_values_as_a_person_would_type_them(self):
        found = self.read(
            workbook(
                ["编号", "名称", "price"],
                [1, "甲", 2.5],
                [None, None, None],
                [3.0, datetime(2026, 1, 2), 0.1],
                [True, date(2026, 3, 4), 1e-7],
                [5],
            )
        )
        self.assertEqual(
            [(row.number, *row.cells.values()) for row in found.rows],
            [
                (2, "1", "甲", "2.5"),
                (4, "3", "2026-01-02", "0.1"),
                (5, "TRUE", "2026-03-04", "0.0000001"),
                (6, "5", "", ""),
            ],
        )

    def test_formulas_and_errors_spoil_their_rows_only(self):
        found = self.read(
            workbook(
                ["code", "name"], [1, "=1+1"], [2, "good"], [3, "#REF!"], ["=HYPERLINK(1)", "x"]
            )
        )
        codes = [row.error.code if row.error else None for row in found.rows]
        self.assertEqual(codes, ["table.formula", None, "table.cell_error", "table.formula"])
        self.assertEqual(found.rows[0].error.params["column"], "name")

    def test_a_cell_of_ten_megabytes_spoils_its_row_only(self):
        content = workbook(["code", "name"], ["a", "b"], ["c", "MARK"])
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        (name,) = [name for name, part in parts.items() if b"MARK" in part]
        long = parts[name].replace(b"MARK", b"x" * 10_000_000)
        found = self.read(replaced(content, name, long))
        self.assertEqual(
            [row.error and row.error.code for row in found.rows], [None, "table.text_too_long"]
        )
        self.assertLess(len(found.rows[1].raw), 1000)

    def test_other_sheets_are_said(self):
        found = self.read(workbook(["code"], ["1"], sheets=["二"]))
        self.assertEqual([note.code for note in found.notes], ["table.other_sheet"])

    def test_a_cell_a_million_rows_down(self):
        self.assert_refused(workbook(["code"], A1048576="1"), "table.too_many_rows")

    def test_a_cell_far_to_the_right(self):
        self.assert_refused(workbook(["code"], XFD2="1"), "table.too_many_columns")

    def test_zip_bombs_entities_and_damage(self):
        good = workbook(["code"], ["1"])
        sheet = "xl/worksheets/sheet1.xml"
        with mock.patch.object(table_reader, "MAX_UNPACKED", 100_000):
            bomb = replaced(good, sheet, b"<worksheet>" + b" " * 200_000)
            self.assertLess(len(bomb), 20_000)
            self.assert_refused(bomb, "table.too_large")
        entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
        self.assert_refused(replaced(good, sheet, entity), "table.bad_workbook")
        cut = replaced(good, sheet, b"<worksheet><sheetData><row")
        self.assert_refused(cut, "table.bad_workbook")
        self.assert_refused(good[: len(good) // 2], "table.bad_workbook")
        self.assert_refused(b"PK\x03\x04" + b"x" * 100, "table.bad_workbook")
        self.assert_refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "table.old_workbook")

    def test_a_real_bomb_is_refused_before_it_is_unpacked(self):
        good = workbook(["code"], ["1"])
        bomb = replaced(good, "xl/worksheets/sheet1.xml", b"\x20" * (70 * 1024 * 1024))
        self.assertLess(len(bomb), 1024 * 1024)
        self.assert_refused(bomb, "table.too_large")

    def test_csv_goes_the_same_way(self):
        self.assertEqual(self.read("编号\n7\n".encode("gbk")).rows[0].cells["code"], "7")
