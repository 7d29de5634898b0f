"""What a suite yields, and how it reads a table that somebody else wrote.

A suite is a module ``suite_<name>.py`` with ``run(folder: Path) -> Iterable[Outcome]``.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """One line of the report.

    ``line`` says which line of the data; ``ok`` True passed, False failed, None a remark that
    counts as neither (an unknown column, an encoding that was recognised).
    """

    line: str
    ok: bool | None
    message: str = ""


@dataclass(frozen=True)
class Row:
    """A row that could be read: ``line`` as ``file:number (id)``, cells by column name."""

    line: str
    cells: dict[str, str]


def read_table(path: Path, required: set[str], optional: set[str] = frozenset(),
               key: str | None = None) -> Iterator[Row | Outcome]:
    """The rows of a CSV file; whatever is odd about the file comes as an Outcome in between.

    Failed: a missing file or column, a row with bytes that are no UTF-8, with too many cells, or
    with a cell missing.  Remarked: an unknown column, a ``key`` that occurs twice.
    """
    try:
        text = _decode(path.read_bytes())
    except OSError as error:
        yield Outcome(path.name, False, f"cannot be read: {error.strerror}")
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(_rows(reader), [])]
    yield from _about_header(path, header, required, optional)
    if required <= set(header):
        yield from _body(path, reader, header, key)


def _about_header(path, header, required, optional):
    for name in sorted(required - set(header)):
        yield Outcome(f"{path.name}:1", False, f"the column {name} is missing")
    for name in header:
        if name not in required | optional:
            yield Outcome(f"{path.name}:1", None, f"the column {name!r} is not known and not used")
        elif header.count(name) > 1:
            yield Outcome(f"{path.name}:1", False, f"the column {name} occurs twice")


def _body(path, reader, header, key):
    seen = set()
    for cells in _rows(reader):
        line = f"{path.name}:{reader.line_num}"
        if isinstance(cells, csv.Error):
            yield Outcome(line, False, f"is no CSV: {cells}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(header, cells, strict=False))
        if key and row.get(key):
            line += f" ({row[key]})"
            if row[key] in seen:
                yield Outcome(line, None, f"the {key} occurs twice")
            seen.add(row[key])
        if len(cells) != len(header):
            yield Outcome(line, False, f"has {len(cells)} cells instead of {len(header)}")
        elif any("\ufffd" in cell for cell in cells):
            yield Outcome(line, False, "has bytes that are no UTF-8")
        else:
            yield Row(line, row)


def _rows(reader):
    """The rows; a row that the reader refuses comes as its error, and reading goes on."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield error


def _decode(data):
    """UTF-8 (or UTF-16 with its mark); what is neither becomes U+FFFD and fails its row."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")
