"""CSV and XLSX files as rows with their line numbers: the one home of reading tables.

``openpyxl`` comes with Odoo.  Before it sees a workbook, every part of it is unpacked here once
under a limit, because the sizes that an archive states may lie.
"""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl

from ..kernel import table
from ..kernel.errors import KernelError

MAX_PARTS = 500
MAX_UNPACKED = 60 * 1024 * 1024
_CHUNK = 1024 * 1024
#: Rows looked at for each that is kept: a cell in row 1,048,576 stands for a million empty ones.
_SCANNED = 5
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def read_table(content: bytes, columns, required=(), limit=table.MAX_ROWS) -> table.Table:
    """Read a CSV text or an XLSX workbook, whatever its name says.

    :param columns: key -> names in the header that mean it, beside the key itself
    :param required: keys without which nothing can be imported
    :param limit: so many rows at most
    :raises KernelError: a code of ``kernel.table``, when nothing of the file can be read
    """
    if content.startswith(_OLD_WORKBOOK):
        raise KernelError("table.old_workbook")
    is_workbook = content.startswith(b"PK\x03\x04")
    grid = _read_xlsx(content, limit) if is_workbook else table.read_csv(content)
    return table.understand(grid, columns, required, limit)


def _read_xlsx(content, limit):
    table.check_size(content)
    _check_parts(content)
    # A damaged workbook meets errors of zipfile, XML, dates and openpyxl itself.
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        others = [sheet.title for sheet in book.worksheets if sheet not in sheets[:1]]
        if not sheets:
            raise KernelError("table.empty")
        sheets[0].reset_dimensions()
        rows = list(_scan(sheets[0], limit))
    except KernelError:
        raise
    except Exception:
        raise KernelError("table.bad_workbook") from None
    notes = tuple(table.Note("table.other_sheet", {"sheet": title[:60]}) for title in others)
    return table.Grid(rows, notes, is_ragged=True)


def _check_parts(content):
    """Refuse archives that unpack to too much, and XML that defines entities of its own."""
    too_large = KernelError("table.too_large", limit=table.MAX_BYTES // 1024 // 1024)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise too_large
            total = 0
            for part in parts:
                with archive.open(part) as stream:
                    while chunk := stream.read(_CHUNK):
                        total += len(chunk)
                        if total > MAX_UNPACKED:
                            raise too_large
                        if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                            raise KernelError("table.bad_workbook")
    except KernelError:
        raise
    except Exception:  # zlib, bz2, lzma and passwords each raise errors of their own
        raise KernelError("table.bad_workbook") from None


def _scan(sheet, limit):
    kept = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > _SCANNED * limit or kept > limit + 1:
            raise KernelError("table.too_many_rows", limit=limit)
        if len(row) > table.MAX_COLUMNS:  # empty cells too: thousands a row take their time
            raise KernelError("table.too_many_columns", row=number, limit=table.MAX_COLUMNS)
        cells = [_text(cell) for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            kept += 1
            yield number, cells


def _text(cell):
    """The value of a cell as a person would type it; an error for what is no value."""
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if kind == "f":
        return KernelError("table.formula", column="")
    if kind == "e":
        return KernelError("table.cell_error", column="")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _plain_number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, str | int) else KernelError("table.formula", column="")


def _plain_number(value):
    exact = Decimal(repr(value))
    if exact == exact.to_integral_value():
        return str(int(exact))
    return format(exact, "f")
