"""The clock at its edges: closing time, month ends, open stops, late extensions, refusals."""

from datetime import UTC, date, datetime, time

import pytest
from kernel.clock import (
    CALENDAR_DAY,
    CODES,
    MONTH,
    WORKDAY,
    Calendar,
    Extension,
    Period,
    Stop,
    due_date,
    filing_window,
    not_longer,
    received_on,
    remaining_days,
)
from kernel.errors import KernelError
from test_clock import CALENDAR, HOLIDAYS, LAST, MAKEUPS, ONE, add_up, by_code

# ── receipt, to the second ──────────────────────────────────────────────────────────────────

@pytest.mark.parametrize(("at", "expected"), [
    ("2026-09-24T16:59:59", "2026-09-24"),
    ("2026-09-24T17:00:00", "2026-09-24"),          # closing time itself is in time
    ("2026-09-24T17:00:01", "2026-09-28"),          # the Mid-Autumn holiday follows
    ("2026-09-24T17:00:00.000001", "2026-09-28"),
    ("2026-09-24T00:00:00", "2026-09-24"),          # before opening: the same day
    ("2026-09-24T23:59:59", "2026-09-28"),
    ("2026-09-25T10:00:00", "2026-09-28"),          # on a holiday
    ("2026-09-19T10:00:00", "2026-09-20"),          # Saturday before a make-up Sunday
    ("2026-09-20T17:00:00", "2026-09-20"),          # the make-up Sunday itself
])
def test_receipt(at, expected):
    assert received_on(datetime.fromisoformat(at), CALENDAR) == date.fromisoformat(expected)


def test_receipt_without_rolling_is_the_calendar_day():
    at = datetime(2026, 9, 25, 23, 0)
    assert received_on(at, CALENDAR, roll=False) == date(2026, 9, 25)


def test_closing_time_is_a_setting():
    calendar = Calendar(HOLIDAYS, MAKEUPS, LAST, closes=time(17, 30))
    assert received_on(datetime(2026, 9, 24, 17, 30), calendar) == date(2026, 9, 24)
    assert received_on(datetime(2026, 9, 24, 17, 31), calendar) == date(2026, 9, 28)


def test_a_time_with_a_zone_is_refused():
    refused("clock.local_time", received_on,
            datetime(2026, 9, 24, 9, tzinfo=UTC), CALENDAR)


def refused(code, function, *args, **kwargs):
    with pytest.raises(KernelError) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code
    assert CODES[code] % caught.value.params
    return caught.value


# ── month ends, zero, provisional ───────────────────────────────────────────────────────────

@pytest.mark.parametrize(("start", "months", "unrolled"), [
    ("2024-01-31", 1, "2024-02-29"),
    ("2025-01-31", 1, "2025-02-28"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2024-12-31", 2, "2025-02-28"),
    ("2025-08-31", 1, "2025-09-30"),
    ("2025-11-30", 3, "2026-02-28"),
])
def test_month_ends(start, months, unrolled):
    unrolled = date.fromisoformat(unrolled)
    due = due_date(date.fromisoformat(start), Period(months, MONTH), CALENDAR)
    assert due.on == CALENDAR.working_day_on_or_after(unrolled)
    assert by_code(due)["clock.period_months"][0]["on"] == unrolled


def test_a_period_of_nothing_ends_on_the_day_itself_or_the_next_working_day():
    assert due_date(date(2026, 3, 2), Period(0, WORKDAY), CALENDAR).on == date(2026, 3, 2)
    assert due_date(date(2026, 2, 15), Period(0, WORKDAY), CALENDAR).on == date(2026, 2, 24)


def test_dates_past_the_last_notice_are_provisional():
    inside = due_date(date(2026, 12, 30), Period(1, WORKDAY), CALENDAR)
    outside = due_date(date(2026, 12, 30), Period(2, WORKDAY), CALENDAR)
    assert inside.on == LAST and not inside.provisional
    assert outside.on == date(2027, 1, 1) and outside.provisional    # 元旦 not yet published
    assert "clock.provisional" in by_code(outside)
    assert "clock.provisional" not in by_code(inside)
    assert due_date(date(2026, 12, 1), Period(60, CALENDAR_DAY), CALENDAR).provisional


def test_dates_before_the_first_notice_are_provisional():
    assert due_date(date(2023, 12, 28), Period(5, WORKDAY), CALENDAR).provisional
    assert not CALENDAR.is_confirmed(date(2023, 12, 31))


# ── open stops ──────────────────────────────────────────────────────────────────────────────

def test_an_open_stop_is_counted_through_today():
    stop = Stop(date(2025, 3, 10), ground="expert_review")
    due = due_date(date(2025, 3, 3), Period(20, WORKDAY), CALENDAR, stops=[stop],
                   today=date(2025, 3, 21))
    assert due.on == date(2025, 4, 14) and not due.is_running       # as S15
    assert by_code(due)["clock.stop_open"] == [
        {"started_on": stop.started_on, "ground": "expert_review", "days": 9}]
    assert add_up(due, WORKDAY) == due.on


def test_an_open_stop_needs_today():
    refused("clock.today_needed", due_date, date(2025, 3, 3), Period(20, WORKDAY), CALENDAR,
            stops=[Stop(date(2025, 3, 10))])


def test_a_stop_that_opens_tomorrow_does_not_stop_today():
    due = due_date(date(2025, 3, 3), Period(20, WORKDAY), CALENDAR,
                   stops=[Stop(date(2025, 3, 10))], today=date(2025, 3, 7))
    assert due.is_running and due.on == date(2025, 3, 31)


def test_a_stop_after_the_end_adds_nothing():
    due = due_date(date(2025, 3, 3), Period(20, WORKDAY), CALENDAR,
                   stops=[Stop(date(2025, 3, 31), date(2025, 5, 1))])
    assert due.on == date(2025, 3, 31) and "clock.stop" not in by_code(due)


# ── extension ───────────────────────────────────────────────────────────────────────────────

def test_an_extension_is_approved_on_the_last_day_at_the_latest():
    start, period = date(2025, 1, 20), Period(20, WORKDAY)
    in_time = due_date(start, period, CALENDAR, extension=Extension(10, date(2025, 2, 21)))
    assert in_time.on == date(2025, 3, 7)
    error = refused("clock.extension_late", due_date, start, period, CALENDAR,
                    extension=Extension(10, date(2025, 2, 22)))
    assert error.params["due_on"] == date(2025, 2, 21)


def test_a_stop_moves_the_last_day_for_approving_an_extension():
    stops = [Stop(date(2025, 2, 17), date(2025, 2, 19))]
    due = due_date(date(2025, 1, 20), Period(20, WORKDAY), CALENDAR, stops=stops,
                   extension=Extension(10, date(2025, 2, 25)))
    assert due.on == date(2025, 3, 11)


# ── remaining days, backward windows, comparison ────────────────────────────────────────────

@pytest.mark.parametrize(("today", "left"), [
    ("2026-02-11", 5), ("2026-02-13", 3), ("2026-02-14", 2), ("2026-02-20", 2),
    ("2026-02-24", 1), ("2026-02-25", 0), ("2026-02-26", -1), ("2026-02-27", -2),
    ("2026-02-28", -3), ("2026-03-01", -3), ("2026-03-02", -4),
])
def test_remaining_days(today, left):
    assert remaining_days(date.fromisoformat(today), date(2026, 2, 25), CALENDAR) == left


def test_the_weekend_after_a_due_friday_is_overdue():
    friday = date(2026, 3, 6)
    assert [remaining_days(friday + ONE * n, friday, CALENDAR) for n in range(5)] \
        == [0, -1, -1, -1, -2]


@pytest.mark.parametrize(("period", "last_day", "remind_on"), [
    (Period(30, CALENDAR_DAY), "2026-02-18", "2026-02-14"),
    (Period(1, WORKDAY), "2026-03-19", "2026-03-19"),
    (Period(15, WORKDAY), "2026-02-28", "2026-02-28"),
    (Period(1, MONTH), "2026-02-20", "2026-02-14"),
    (Period(0, WORKDAY), "2026-03-20", "2026-03-20"),
])
def test_backward_windows(period, last_day, remind_on):
    window = filing_window(date(2026, 3, 20), period, CALENDAR)
    assert (window.last_day, window.remind_on) == tuple(
        map(date.fromisoformat, (last_day, remind_on)))


@pytest.mark.parametrize(("promised", "statutory", "fits"), [
    ((10, "workday"), (20, "workday"), True),
    ((20, "workday"), (20, "workday"), True),
    ((21, "workday"), (20, "workday"), False),
    ((20, "workday"), (1, "month"), True),
    ((21, "workday"), (1, "month"), False),
    ((3, "month"), (62, "workday"), True),
    ((1, "year"), (12, "month"), True),
    ((366, "calendar_day"), (1, "year"), False),
    ((5, "workday"), (7, "calendar_day"), False),
    ((8, "hour"), (1, "workday"), True),
    ((9, "hour"), (1, "workday"), False),
    ((0, "workday"), (0, "calendar_day"), True),
])
def test_a_promise_is_not_longer_than_the_statute(promised, statutory, fits):
    assert not_longer(Period(*promised), Period(*statutory)) is fits


# ── what is refused ─────────────────────────────────────────────────────────────────────────

@pytest.mark.parametrize(("code", "make"), [
    ("clock.period_value", lambda: Period(-1, WORKDAY)),
    ("clock.period_value", lambda: Period(True, WORKDAY)),
    ("clock.period_value", lambda: Period(1.5, WORKDAY)),
    ("clock.period_value", lambda: Period(10 ** 9, WORKDAY)),
    ("clock.period_unit", lambda: Period(1, "week")),
    ("clock.stop_reversed", lambda: Stop(date(2026, 3, 2), date(2026, 3, 1))),
    ("clock.extension_days", lambda: Extension(0, date(2026, 3, 1))),
    ("clock.unit_not_countable", lambda: due_date(date(2026, 3, 1), Period(8, "hour"), CALENDAR)),
    ("clock.unit_not_countable",
     lambda: filing_window(date(2026, 3, 1), Period(1, "year"), CALENDAR)),
    ("clock.out_of_range",
     lambda: due_date(date(9999, 12, 30), Period(9, WORKDAY), CALENDAR)),
    ("clock.out_of_range",
     lambda: due_date(date(9999, 12, 30), Period(9, MONTH), CALENDAR)),
    ("clock.out_of_range",
     lambda: filing_window(date(1, 1, 5), Period(9, CALENDAR_DAY), CALENDAR)),
    ("clock.calendar_conflict",
     lambda: Calendar({date(2026, 3, 1): "x"}, [date(2026, 3, 1)], LAST)),
])
def test_what_is_refused(code, make):
    refused(code, make)
