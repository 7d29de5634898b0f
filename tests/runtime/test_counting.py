"""The suite's own arithmetic: silence is never success."""

import pytest
from centre.database import last_error
from centre.testing import read_odoo_log

STAMP = "2026-01-05 09:00:00,000 77"
RESULT = (
    f"{STAMP} INFO db odoo.tests.result: "
    "0 failed, 0 error(s) of 12 tests when loading database 'x'\n"
)


def counts(text, code=0):
    part = read_odoo_log("part", text, code)
    return part.passed, part.failed


def test_a_clean_run():
    assert counts(RESULT) == (12, 0)


def test_no_test_at_all_fails():
    assert counts(f"{STAMP} INFO db odoo: done\n") == (0, 1)
    assert counts(RESULT.replace("of 12", "of 0")) == (0, 1)


def test_failures_and_errors_are_added():
    assert counts(RESULT.replace("0 failed, 0 error", "2 failed, 1 error"), 1) == (9, 3)


def test_a_skipped_browser_test_fails():
    skip = (
        f"{STAMP} INFO db odoo.addons.x.tests.test_y: "
        "skipped TestY.test_z : Chrome executable not found\n"
    )
    assert counts(skip + RESULT) == (11, 1)


@pytest.mark.parametrize("level", ["ERROR", "CRITICAL"])
def test_a_logged_error_fails(level):
    assert counts(f"{STAMP} {level} db odoo.http: boom\n" + RESULT) == (12, 1)


def test_an_exit_code_without_a_failure_fails():
    assert counts(RESULT, 1) == (12, 1)


def test_last_error_is_quoted(tmp_path):
    log = tmp_path / "x.log"
    log.write_text(
        "Traceback:\n  File\nValueError: first\nodoo.exceptions.UserError: the last\nmore\n"
    )
    assert "the last" in last_error(log)
