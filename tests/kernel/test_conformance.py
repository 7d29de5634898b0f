"""The conformance runner: our own copy passes, a broken folder is reported, nothing crashes."""

import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).parent.parent / "conformance" / "run.py"
DEADLINES = "id,start,start_event,length,unit,stops,extension,extension_approved_on,expected_due"
IDS = "kind,value,expected"


def conformance(*arguments):
    done = subprocess.run([sys.executable, RUNNER, *map(str, arguments)], capture_output=True,
                          text=True, encoding="utf-8", timeout=60)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout.splitlines()


def judged(folder, name, header, *rows):
    """The lines of the report about a table of these rows, without the note on holidays."""
    data = "\n".join((header, *rows)).encode() if isinstance(header, str) else header
    (folder / f"{name}.csv").write_bytes(data)
    status, lines = conformance("--data", folder, "--only", name)
    return status, [line for line in lines if "seeded calendar" not in line]


def test_our_own_copy_passes():
    status, lines = conformance("--only", "deadlines ids")
    assert (status, lines[-1]) == (0, "48 passed, 0 failed")


def test_the_seeded_calendar_serves_where_the_folder_has_none(tmp_path):
    source = RUNNER.parent / "data" / "deadlines.csv"
    (tmp_path / "deadlines.csv").write_bytes(source.read_bytes())
    status, lines = conformance("--data", tmp_path, "--only", "deadlines")
    assert (status, lines[-1]) == (0, "36 passed, 0 failed")
    assert lines[0].startswith("note") and "seeded calendar" in lines[0]


def test_a_folder_brings_its_own_holidays(tmp_path):
    (tmp_path / "holidays.csv").write_text(
        "date,kind,name,notice\n2027-03-02,holiday,x,y\n2027-03-06,makeup_workday,,y\n")
    status, lines = judged(tmp_path, "deadlines", DEADLINES,
                           "T1,2027-03-01T10:00,accepted,4,workday,,,,2027-03-06")
    assert (status, lines) == (0, ["ok   deadlines deadlines.csv:2 (T1): due on 2027-03-06",
                                   "1 passed, 0 failed"])


@pytest.mark.parametrize(("row", "reason"), [
    ("2026-03-02T10:00,accepted,5,workday,,,,2026-03-10", "due on 2026-03-09, expected"),
    ("2026-03-02T10:00,accepted,5,fortnight,,,,2026-03-09", "the unit 'fortnight' is not known"),
    ("2026-03-02T10:00,accepted,,workday,,,,2026-03-09", "length is no whole number"),
    ("2026-03-02T10:00,accepted,-5,workday,,,,2026-03-09", "length is no whole number"),
    ("2026-03-02T10:00,accepted,٥,workday,,,,2026-03-09", "length is no whole number"),
    ("2026-03-02T10:00,accepted,999999,workday,,,,2026-03-09", "refused: clock.period_value"),
    ("2026-02-30T10:00,accepted,5,workday,,,,2026-03-09", "start is no local time"),
    ("2026-03-02T10:00Z,accepted,5,workday,,,,2026-03-09", "start has a time zone"),
    (",accepted,5,workday,,,,2026-03-09", "start is no local time"),
    ("2026-03-02T10:00,accepted,5,workday,,,,", "expected_due is no date"),
    ("2026-03-02T10:00,accepted,5,workday,2026-03-03..,,,2026-03-09", "a stop is two dates"),
    ("2026-03-02T10:00,accepted,5,workday,soon,,,2026-03-09", "a stop is two dates"),
    ("2026-03-02T10:00,accepted,5,workday,2026-03-05..2026-03-03,,,2026-03-09",
     "refused: clock.stop_reversed"),
    ("2026-03-02T10:00,accepted,5,workday,,5,,2026-03-16", "extension_approved_on is missing"),
    ("9999-12-30T10:00,accepted,5,workday,,,,2026-03-16", "refused: clock.out_of_range"),
    ("2026-03-02T10:00,accepted,5,workday", "has 5 cells instead of 9"),
    ("2026-03-02T10:00,accepted,5,workday,,,,2026-03-09,more", "has 10 cells instead of 9"),
])
def test_odd_deadlines_are_reported(tmp_path, row, reason):
    status, lines = judged(tmp_path, "deadlines", DEADLINES, f"T1,{row}")
    assert status == 1 and lines[0].startswith("FAIL") and reason in lines[0]
    assert lines[-1] == "0 passed, 1 failed"


def test_a_late_extension_leaves_the_due_date(tmp_path):
    status, lines = judged(tmp_path, "deadlines", DEADLINES,
                           "T1,2026-03-02T10:00,accepted,5,workday,,5,2026-03-10,2026-03-09")
    assert status == 0 and "the extension is refused" in lines[0]


def test_a_date_beyond_the_calendar_says_so(tmp_path):
    _status, lines = judged(tmp_path, "deadlines", DEADLINES,
                            "T1,2027-03-01T10:00,accepted,5,workday,,,,2027-03-08")
    assert "provisional" in lines[0]


@pytest.mark.parametrize(("row", "mark", "reason"), [
    ("uscc,91310115MA1K00027T,valid", "ok", "accepted"),
    ("uscc,91310115ma1k00027t,lenient", "ok", "accepted"),
    ("uscc,91310115MA1K00027T,invalid", "FAIL", "expected to be refused"),
    ("uscc,91310115MA1K00027U,valid", "FAIL", "refused: The last character"),
    ("passport,E12345678,valid", "FAIL", "the kind is not known"),
    ("uscc,91310115MA1K00027T,perhaps", "FAIL", "expected is 'perhaps'"),
    ("citizen_id,,invalid", "ok", "refused: The number is empty"),
])
def test_odd_numbers_are_reported(tmp_path, row, mark, reason):
    status, lines = judged(tmp_path, "ids", IDS, row)
    assert lines[0].startswith(mark) and reason in lines[0]
    assert status == (mark == "FAIL")
    assert not any(cell in lines[0] for cell in row.split(",")[1:2] if len(cell) == 18)


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "the column kind is missing"),
    (b"\x00\xff\xfe\x00\n\x00", "the column kind is missing"),
    (b"kind,value\nuscc,1\n", "the column expected is missing"),
    (b"kind,value,expected\nuscc,\xb0\xa1,invalid\n", "no UTF-8"),
    (b"kind,value,expected,kind\nuscc,1,invalid,uscc\n", "the column kind occurs twice"),
    (b'kind,value,expected\nuscc,"1,invalid\n' + b"x" * 200_000, "is no CSV"),
    (b"kind,value,expected\n", "found nothing to judge"),
])
def test_broken_files_are_reported(tmp_path, data, reason):
    status, lines = judged(tmp_path, "ids", data)
    assert status == 1 and any(reason in line for line in lines if line.startswith("FAIL"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marked_encodings_are_read(tmp_path, encoding):
    data = "kind,value,expected,why\nuscc,91310115MA1K00027T,valid,企业\n".encode(encoding)
    assert judged(tmp_path, "ids", data)[1][-1] == "1 passed, 0 failed"


def test_unknown_columns_and_double_ids_are_remarked(tmp_path):
    row = "T1,2026-03-02T10:00,accepted,5,workday,,,,2026-03-09,x"
    status, lines = judged(tmp_path, "deadlines", DEADLINES + ",colour", row, row)
    assert status == 0 and lines[-1] == "2 passed, 0 failed"
    assert "the column 'colour' is not known" in lines[0] and "occurs twice" in lines[2]


@pytest.mark.parametrize(("holidays", "reason"), [
    ("date,kind\n", "has no day"),
    ("date,kind\nyesterday,holiday\n", "date is no date"),
    ("date,kind\n2026-03-04,feast\n", "the kind 'feast' is not known"),
    ("date,kind\n2026-03-07,holiday\n2026-03-07,makeup_workday\n", "clock.calendar_conflict"),
])
def test_odd_holidays_are_reported(tmp_path, holidays, reason):
    (tmp_path / "holidays.csv").write_text(holidays)
    status, lines = judged(tmp_path, "deadlines", DEADLINES,
                           "T1,2026-03-02T10:00,accepted,5,workday,,,,2026-03-09")
    assert status == 1 and any(reason in line for line in lines)


def test_missing_files_suites_and_folders(tmp_path):
    status, lines = conformance("--data", tmp_path, "--only", "deadlines ids nonsense")
    assert (status, lines[-1]) == (1, "0 passed, 3 failed")
    assert conformance("--data", tmp_path / "nowhere")[0] == 2
