"""Tables that a stranger wrote (导入的表格): rows with the line they stand on, and what is odd.

A table goes through two steps.  ``read_csv`` (here) or ``models/table_reader.py`` (XLSX) turn
bytes into a :class:`Grid`; ``understand`` finds the columns and judges row by row.  A faulty row
becomes a row with its error and never spoils the others; what makes the whole file doubtful is
raised.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .errors import KernelError, _lt

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_TEXT = 20_000
#: A cell may break over lines; a quotation mark that is never closed must not swallow the file.
_MAX_LINES = 200
_DELIMITERS = ",\t;，"
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: What a spreadsheet program would run: =…, @…, and signs before anything that is no number.
_FORMULA = re.compile(r"[=@]|[+-](?=.*[(!|])(?![\d.,%\s-]*$)", re.DOTALL)
BROKEN = "\ufffd"

CODES = {
    "table.too_large": _lt(
        "The file has more than %(limit)s MB, or unpacks to more than a table ever has. Divide it,"
        " or choose the right file."
    ),
    "table.too_many_rows": _lt(
        "The table has more than %(limit)s rows. Divide it into several files."
    ),
    "table.too_many_columns": _lt(
        "Row %(row)s has more than %(limit)s columns. Remove the empty or foreign ones."
    ),
    "table.empty": _lt("The table has no header row; choose the right file."),
    "table.not_text": _lt(
        "The file is neither a CSV text nor an XLSX workbook. Save it as one of them and import it"
        " again."
    ),
    "table.old_workbook": _lt(
        "Workbooks of the old kind (.xls) are not read. Save it as .xlsx or CSV and import it"
        " again."
    ),
    "table.bad_workbook": _lt(
        "The workbook is damaged, protected or no XLSX file. Save it again as .xlsx without a"
        " password."
    ),
    "table.column_missing": _lt(
        "The column “%(column)s” is missing in row %(row)s, the header. Add it; nothing was"
        " imported."
    ),
    "table.column_twice": _lt(
        "The column “%(column)s” stands twice in row %(row)s, the header, so one of them would be"
        " lost. Keep one; nothing was imported."
    ),
    "table.column_unknown": _lt(
        "The column “%(column)s” (number %(number)s) is not known here and was not imported; its"
        " values stand with their rows. Rename it if it is one of: %(known)s."
    ),
    "table.encoding": _lt("The file was read as %(encoding)s."),
    "table.other_sheet": _lt(
        "Only the first sheet is read; the sheet “%(sheet)s” was not. Import it as a file of its"
        " own."
    ),
    "table.broken_text": _lt(
        "The cell “%(column)s” has bytes that are neither UTF-8 nor GBK. Enter it again and save"
        " the file as UTF-8."
    ),
    "table.odd_text": _lt(
        "The cell “%(column)s” has characters that cannot be stored. Enter it again."
    ),
    "table.text_too_long": _lt(
        "The cell “%(column)s” has more than %(limit)s characters. Shorten it."
    ),
    "table.formula": _lt(
        "The cell “%(column)s” holds a formula, which is never run. Enter its value instead."
    ),
    "table.cell_error": _lt(
        "The cell “%(column)s” shows an error of the spreadsheet. Enter its value instead."
    ),
    "table.cells": _lt(
        "The row has %(found)s cells, the header %(expected)s, so values may stand in a wrong"
        " column. Correct it."
    ),
    "table.not_csv": _lt(
        "The row cannot be read as CSV: a quotation mark is not closed, or stands inside a cell."
        " Correct it."
    ),
    "table.row_too_long": _lt("The row is longer than any row of a table. Correct it."),
}


@dataclass(frozen=True)
class Note:
    """Something about the whole table: a code of :data:`CODES` with its parameters."""

    code: str
    params: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """Cells as they stand in a file.

    ``rows``: (number, cells); a cell is text or a :class:`KernelError`, and in place of all cells
    may stand :class:`Unreadable`.
    ``is_ragged``: rows end where their last cell ends (spreadsheets), so short rows are good.
    """

    rows: Iterable
    notes: tuple[Note, ...] = ()
    is_ragged: bool = False


@dataclass(frozen=True)
class Unreadable:
    """A row whose cells cannot be told apart, with its text as far as it can be shown."""

    error: KernelError
    raw: str = ""


@dataclass(frozen=True)
class Row:
    """One row: ``cells`` by column key (empty text where nothing stands), ``unplaced`` by the
    header of unknown columns; with ``error`` the row must not be imported, and ``cells`` are those
    that could be read (by them one knows to what the row belongs)."""

    number: int
    cells: Mapping[str, str]
    unplaced: Mapping[str, str] = field(default_factory=dict)
    error: KernelError | None = None
    raw: str = ""


@dataclass(frozen=True)
class Table:
    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()


# ------------------------------------------------------------------------- CSV


def read_csv(content: bytes) -> Grid:
    """The cells of a CSV text in UTF-8, UTF-16 (with its mark) or GBK.

    :raises KernelError: ``table.too_large``, ``table.not_text``
    """
    check_size(content)
    text, encoding = decode(content)
    lines = [line for line in re.split("(?<=\n)|(?<=\r)(?!\n)", text) if line]
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    notes = () if encoding == "UTF-8" else (Note("table.encoding", {"encoding": encoding}),)
    return Grid(_records(lines, delimiter), notes)


def check_size(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise KernelError("table.too_large", limit=MAX_BYTES // 1024 // 1024)


def decode(content: bytes) -> tuple[str, str]:
    """Text and encoding; bytes that do not fit become U+FFFD, and only their rows are faulty.

    One wrong byte must not turn a whole UTF-8 file into other characters, which reading it as GBK
    would do in silence: what most lines say decides.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "UTF-16"
    if b"\x00" in content[:4096]:
        raise KernelError("table.not_text")
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    speaking = [line for line in content.split(b"\n") if not line.isascii()]
    broken = sum(BROKEN in line.decode("utf-8", errors="replace") for line in speaking)
    encoding = "gb18030" if 2 * broken > len(speaking) else "utf-8-sig"
    shown = {"gb18030": "GBK", "utf-8-sig": "UTF-8"}[encoding]
    return content.decode(encoding, errors="replace"), shown


def _records(lines, delimiter):
    """(number of the first line, cells) of each record; after a faulty one the next line begins."""
    start = 0
    while start < len(lines):
        end = min(start + _MAX_LINES, len(lines))
        ahead = (lines[number] for number in range(start, end))
        reader = csv.reader(ahead, delimiter=delimiter, strict=True)
        try:
            cells = next(reader, [])
        except csv.Error:
            too_long = len(lines[start]) > csv.field_size_limit()
            code = "table.row_too_long" if too_long else "table.not_csv"
            yield start + 1, Unreadable(KernelError(code), _clean(lines[start]))
            start += 1
        else:
            yield start + 1, cells
            start += max(reader.line_num, 1)


# ---------------------------------------------------------------- understanding


def understand(
    grid: Grid, columns: Mapping[str, Iterable[str]], required=(), limit: int = MAX_ROWS
) -> Table:
    """Rows by column key.

    :param columns: key -> names in the header that mean it, beside the key itself
    :param required: keys without which nothing can be imported
    :param limit: so many rows at most
    :raises KernelError: no header, a column missing or doubled, too many rows or columns
    """
    rows = _bounded(grid.rows, limit)
    at, header = next(rows, (0, None))
    if header is None:
        raise KernelError("table.empty")
    if isinstance(header, Unreadable):
        raise header.error
    for cell in header:
        if isinstance(cell, KernelError):
            raise KernelError(cell.code, column=f"({at})")
    header = [cell.strip() for cell in header]
    while header and not header[-1]:
        header.pop()
    keys, notes = _columns(at, header, columns, required)
    found = [_row(number, cells, header, keys, grid.is_ragged) for number, cells in rows]
    return Table(tuple(found), (*grid.notes, *notes))


def _bounded(rows, limit):
    """The rows in which something stands, none of them too many or too wide."""
    seen = 0
    for number, cells in rows:
        if isinstance(cells, list):
            if len(cells) > MAX_COLUMNS:
                raise KernelError("table.too_many_columns", row=number, limit=MAX_COLUMNS)
            if not any(isinstance(cell, KernelError) or cell.strip() for cell in cells):
                continue
        seen += 1
        if seen > limit + 1:
            raise KernelError("table.too_many_rows", limit=limit)
        yield number, cells


def _columns(at, header, columns, required):
    """The key of each column (None: unknown) and notes on the unknown ones."""
    meaning = {_plain(name): key for key, names in columns.items() for name in (key, *names)}
    keys = [meaning.get(_plain(name)) if name else None for name in header]
    for names in (header, [key for key in keys if key]):
        for name, count in Counter(filter(None, names)).items():
            if count > 1:
                raise KernelError("table.column_twice", column=_shorten(name), row=at)
    for key in required:
        if key not in keys:
            raise KernelError("table.column_missing", column=key, row=at)
    unused = ", ".join(key for key in columns if key not in keys) or "–"
    return keys, [
        Note(
            "table.column_unknown",
            {"column": _shorten(name) or "–", "number": number, "known": unused},
        )
        for number, (name, key) in enumerate(zip(header, keys, strict=True), 1)
        if key is None
    ]


def _plain(name):
    return re.sub(r"[\s*＊]+", "", name).casefold()


def _row(number, cells, header, keys, is_ragged):
    if isinstance(cells, Unreadable):
        return Row(number, {}, error=cells.error, raw=cells.raw)
    while len(cells) > len(header) and not isinstance(cells[-1], KernelError) and not cells[-1]:
        cells = cells[:-1]
    raw = " | ".join("…" if isinstance(c, KernelError) else _clean(c) for c in cells)[:MAX_TEXT]
    if is_ragged:
        cells = [*cells, *[""] * (len(header) - len(cells))]
    if len(cells) != len(header):
        error = KernelError("table.cells", found=len(cells), expected=len(header))
        return Row(number, {}, error=error, raw=raw)
    placed, unplaced, found = {}, {}, None
    for position, (cell, name, key) in enumerate(zip(cells, header, keys, strict=True), 1):
        name = name or f"#{position}"  # noqa: PLW2901
        error = _cell_error(cell, name)
        if error:
            found = found or error
        elif key:
            placed[key] = cell.strip()
        elif cell.strip():
            unplaced[name] = cell.strip()
    return Row(number, placed, unplaced, error=found, raw=raw)


def _cell_error(cell, column):
    column = _shorten(column)
    if isinstance(cell, KernelError):
        return KernelError(cell.code, **dict(cell.params, column=column))
    if len(cell) > MAX_TEXT:
        return KernelError("table.text_too_long", column=column, limit=MAX_TEXT)
    if BROKEN in cell:
        return KernelError("table.broken_text", column=column)
    if _ODD.search(cell):
        return KernelError("table.odd_text", column=column)
    if _FORMULA.match(cell.strip()):
        return KernelError("table.formula", column=column)
    return None


def _shorten(text, limit=60):
    text = _ODD.sub(BROKEN, text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _clean(text):
    """A cell or a line for the report: what can be stored of it, and not megabytes."""
    return _shorten(text[:501].strip(), 500)
