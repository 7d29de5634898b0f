"""Tables from strangers: every row comes back, or stands there with its error."""

import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import table
from kernel.errors import KernelError

COLUMNS = {"code": ("编号",), "name": ("名称", "服务名称"), "price": ()}


def read(content, required=("code",)):
    return table.understand(table.read_csv(content), COLUMNS, required)


def refused(content):
    with pytest.raises(KernelError) as caught:
        read(content)
    assert table.CODES[caught.value.code] % caught.value.params
    return caught.value


def codes(found):
    return [row.error.code if row.error else None for row in found.rows]


CELL = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffe\uffff\ufffd"),
    max_size=30,
).filter(lambda text: text == text.strip() and text[:1] not in ("=", "@", "+", "-"))


@given(st.lists(st.tuples(CELL.filter(bool), CELL, CELL), max_size=20))
def test_whatever_is_written_comes_back(rows):
    stream = io.StringIO()
    csv.writer(stream).writerows([("code", "name", "price"), *rows])
    found = read(stream.getvalue().encode("utf-8-sig"))
    assert [tuple(row.cells.values()) for row in found.rows] == rows
    assert not found.notes


@given(st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_in_a_sentence(content):
    try:
        found = read(b"code,name\n" + content)
    except KernelError as error:
        assert table.CODES[error.code] % error.params
    else:
        assert all(row.error or row.cells["code"] is not None for row in found.rows)


def test_chinese_headers_and_line_numbers():
    found = read("编号 *,服务名称\n1,甲\n\n2,\"两\n行\"\n3,丙\n".encode())
    assert [(row.number, row.cells["name"]) for row in found.rows] == [
        (2, "甲"), (4, "两\n行"), (6, "丙"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16"])
def test_other_encodings_are_recognised_and_said(encoding):
    found = read("编号,名称\n1,水土保持方案\n".encode(encoding))
    assert found.rows[0].cells["name"] == "水土保持方案"
    assert [note.code for note in found.notes] == ["table.encoding"]


def test_one_broken_byte_spoils_its_row_only_and_never_turns_the_file_into_gbk():
    rows = [f"{n},环境影响评价\n".encode() for n in range(5)]
    rows[2] = b"2,\xe7\x8e\xaf\xff\xe5\xa2\n"
    found = read(b"code,name\n" + b"".join(rows))
    assert codes(found) == [None, None, "table.broken_text", None, None]
    assert found.rows[4].cells["name"] == "环境影响评价"


def test_a_quotation_mark_that_is_not_closed_spoils_its_row_only():
    found = read(b'code,name\n1,"open\n2,good\n3,"closed, here"\n4,last\n')
    assert [(row.number, bool(row.error)) for row in found.rows] == [
        (2, True), (3, False), (4, False), (5, False),
    ]  # fmt: skip
    assert '1,"open' in found.rows[0].raw


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=1+1", "table.formula"),
        ("@SUM(A1)", "table.formula"),
        ("+cmd|'/C calc'!A0", "table.formula"),
        ("-2+3+cmd|' /C'!A0", "table.formula"),
        ("a\x00b", "table.not_text"),
        ("a\x07b", "table.odd_text"),
        ("x" * 20_001, "table.text_too_long"),
        ("x" * 10_000_000, "table.row_too_long"),
    ],
)
def test_a_bad_cell_is_named_and_the_next_row_is_good(cell, code):
    content = f"code,name\n1,{cell}\n2,good\n".encode()
    if code == "table.not_text":
        assert refused(content).code == code
        return
    found = read(content)
    assert codes(found) == [code, None]
    assert len(found.rows[0].raw) < 1000
    if code != "table.row_too_long":
        assert found.rows[0].error.params["column"] == "name"


@pytest.mark.parametrize("cell", ["-5", "+86 791 8888", "-", "- 20%", "A=B", "5-8 (天)"])
def test_signs_that_are_no_formula(cell):
    assert read(f"code,name\n1,{cell}\n".encode()).rows[0].cells["name"] == cell


def test_unknown_columns_are_said_and_their_values_kept_with_the_row():
    found = read("code,颜色,name\n1,红,甲\n2,,乙\n".encode())
    (note,) = found.notes
    assert (note.code, note.params["column"], note.params["number"]) == (
        "table.column_unknown", "颜色", 2,
    )  # fmt: skip
    assert [dict(row.unplaced) for row in found.rows] == [{"颜色": "红"}, {}]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table.empty"),
        (b"\n\n", "table.empty"),
        (b"name\n1\n", "table.column_missing"),
        (b"code,name,name\n1,2,3\n", "table.column_twice"),
        ("code,name,名称\n1,2,3\n".encode(), "table.column_twice"),
        (b"code," + b"x," * 300 + b"\n", "table.too_many_columns"),
        (b"code\n" + b"1\n" * 20_001, "table.too_many_rows"),
        (b"x" * (20 * 1024 * 1024 + 1), "table.too_large"),
        (b"\x00\x01\x02", "table.not_text"),
        (b'code,"name\n', "table.not_csv"),
    ],
)
def test_files_that_are_refused_whole(content, code):
    assert refused(content).code == code


def test_a_short_or_long_row_is_faulty_and_empty_cells_at_its_end_are_not():
    found = read(b"code,name\n1\n2,b,c\n3,d,,\n")
    assert codes(found) == ["table.cells", "table.cells", None]


def test_hostile_quotation_marks_take_no_long_time():
    begun = time.monotonic()
    read(b"code,name\n" + b'1,"\n' * 15_000)
    read(b"code,name\n" + b'1,"x"y\n' * 15_000)
    assert time.monotonic() - begun < 5
