"""The clock against the worked table and against a counter that looks at every single day.

The brute-force counter below shares no code with the kernel: it walks day by day, asks a set
whether a day is off, and keeps the stopped days as a set.  What both say must be the same.
"""

import csv
import random
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel.clock import (
    CALENDAR_DAY,
    CODES,
    LINES,
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

DATA = Path(__file__).parent.parent / "conformance" / "data"
ONE = timedelta(days=1)


def read(name):
    with open(DATA / name, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


ROWS = read("holidays.csv")
HOLIDAYS = {date.fromisoformat(row["date"]): row["name"]
            for row in ROWS if row["kind"] == "holiday"}
MAKEUPS = {date.fromisoformat(row["date"]) for row in ROWS if row["kind"] == "makeup_workday"}
LAST = date(2026, 12, 31)
CALENDAR = Calendar(HOLIDAYS, MAKEUPS, LAST)
DEADLINES = {row["id"]: row for row in read("deadlines.csv")}


# ── the brute-force day counter ─────────────────────────────────────────────────────────────

def is_worked(day):
    return day in MAKEUPS or (day.weekday() < 5 and day not in HOLIDAYS)


def month_later(day, months):
    index = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 0, -1):
        try:
            return date(index // 12, index % 12 + 1, number)
        except ValueError:
            continue


def brute_unrolled(start, value, unit, stops, extra):
    stopped = set()
    for begin, end in stops:
        day = begin + ONE
        while day <= end:
            stopped.add(day)
            day += ONE
    if unit == MONTH:
        value = (month_later(start, value) - start).days
    left, day = value + extra, start
    while left:
        day += ONE
        if day not in stopped and (unit != WORKDAY or is_worked(day)):
            left -= 1
    return day


def brute_due(start, value, unit, stops=(), extra=0):
    day = brute_unrolled(start, value, unit, stops, extra)
    while not is_worked(day):
        day += ONE
    return day


# ── the worked table ────────────────────────────────────────────────────────────────────────

def parse(row):
    at = datetime.fromisoformat(row["start"])
    start = received_on(at, CALENDAR, roll="filed online" in row["start_event"])
    stops = [Stop(*map(date.fromisoformat, text.split(".."))) for text in row["stops"].split()]
    extension = None
    if row["extension"]:
        extension = Extension(int(row["extension"]),
                              date.fromisoformat(row["extension_approved_on"]))
    return start, stops, extension


def test_the_table_has_all_its_lines():
    assert len(DEADLINES) == 36


@pytest.mark.parametrize("key", sorted(DEADLINES))
def test_worked_table(key):
    row = DEADLINES[key]
    start, stops, extension = parse(row)
    if row["unit"] == "days_before":
        found = filing_window(start, Period(int(row["length"]), CALENDAR_DAY), CALENDAR).last_day
    else:
        due = due_date(start, Period(int(row["length"]), row["unit"]), CALENDAR,
                       stops=stops, extension=extension)
        found = due.on
        assert not due.provisional and due.is_running
    assert found == date.fromisoformat(row["expected_due"])


@pytest.mark.parametrize("key", sorted(k for k, r in DEADLINES.items() if r["unit"] == WORKDAY))
def test_the_explanation_says_what_the_table_reasons(key):
    """Day 1, the holidays left out, the make-up days counted, the days stopped: as printed."""
    row = DEADLINES[key]
    start, stops, extension = parse(row)
    due = due_date(start, Period(int(row["length"]), WORKDAY), CALENDAR,
                   stops=stops, extension=extension)
    said = by_code(due)
    text = row["reasoning"]
    if found := re.search(r"Day 1 is (\S{10})", text):
        assert said["clock.day_one"][0]["on"] == date.fromisoformat(found[1])
        names = re.search(r"leaves out ([^;.]+)", text)
        left_out = {name for run in said.get("clock.holiday", ())
                    for name in run["name"].split("、")
                    if any(d.weekday() < 5 for d in days(run["first"], run["last"]))}
        assert left_out == set(names[1].split("、") if names else ())
        makeups = re.search(r"counts make-up days ([\d -]+)", text)
        counted = [str(p["on"]) for p in said.get("clock.makeup_day", ())]
        assert counted == (makeups[1].split() if makeups else [])
    if found := re.search(r"Stopped working days: (\d+)", text):
        assert sum(p["days"] for p in said["clock.stop"]) == int(found[1])


def days(first, last):
    return [first + ONE * n for n in range((last - first).days + 1)]


def by_code(due):
    said = {}
    for line in due.lines:
        assert line.code in LINES
        LINES[line.code] % line.params      # every sentence can be filled
        said.setdefault(line.code, []).append(line.params)
    return said


# ── random cases ────────────────────────────────────────────────────────────────────────────

FIRST = date(2024, 1, 1)


def random_case(dice):
    start = FIRST + ONE * dice.randrange(900)
    unit = dice.choice((WORKDAY, WORKDAY, CALENDAR_DAY, MONTH))
    value = dice.randrange(7) if unit == MONTH else dice.randrange(61)
    stops = []
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3))):
        begin = start + ONE * dice.randrange(-10, 60)
        stops.append((begin, begin + ONE * dice.randrange(30)))
    return start, unit, value, stops, dice.choice((0, 0, dice.randrange(1, 31)))


def add_up(due, unit):
    """Recompute the due date from the explanation alone."""
    said = by_code(due)

    def total(code):
        return sum(params["days"] for params in said.get(code, ()))

    day = said["clock.start"][0]["on"]
    if unit == MONTH:
        day = said["clock.period_months"][0]["on"]
    else:
        day += ONE * said["clock.period"][0]["value"]
    day += ONE * sum(map(total, ("clock.extension", "clock.stop", "clock.stop_open",
                                 "clock.holiday", "clock.weekends")))
    for params in said.get("clock.moved", ()):
        assert params["due_on"] == day
        day = params["on"]
    return day


def test_100_000_random_cases_against_the_day_counter():
    dice = random.Random(20261101)
    differences = []
    for number in range(100_000):
        start, unit, value, stops, extra = case = random_case(dice)
        expected = brute_due(start, value, unit, stops, extra)
        due = due_date(start, Period(value, unit), CALENDAR, stops=[Stop(*s) for s in stops],
                       extension=Extension(extra, start) if extra else None)
        wrong = due.on != expected
        if number % 10 == 0:
            wrong = wrong or add_up(due, unit) != expected
        if wrong:
            differences.append((case, expected, due))
    assert not differences


def test_a_random_calendar_against_the_day_counter():
    """Not only the published years: any holidays and make-up days, on weekends or not."""
    dice = random.Random(7)
    for _ in range(200):
        span = [FIRST + ONE * n for n in range(120)]
        off = set(dice.sample(span, dice.randrange(40)))
        makeup = set(dice.sample(span, 20)) - off
        calendar = Calendar(dict.fromkeys(off, "x"), makeup, span[-1])
        worked = [d for d in days(FIRST - ONE * 60, span[-1] + ONE * 60)
                  if (d in makeup and d.weekday() >= 5) or (d.weekday() < 5 and d not in off)]
        for day in days(FIRST - ONE * 20, span[-1] + ONE * 20):
            later = [d for d in worked if d > day]
            assert calendar.is_working_day(day) == (day in worked)
            assert calendar.next_working_day(day) == later[0]
            assert calendar.add_working_days(day, 9) == later[8]
            assert calendar.working_day_on_or_after(day) == (day if day in worked else later[0])
            before = [d for d in worked if d <= day][-1]
            assert calendar.working_day_on_or_before(day) == before
            assert calendar.working_days_between(day, day + ONE * 20) == sum(
                d <= day + ONE * 20 for d in later)


starts = st.dates(date(2024, 1, 1), date(2026, 6, 30))
lengths = st.one_of(
    st.builds(Period, st.integers(0, 60), st.sampled_from((WORKDAY, CALENDAR_DAY))),
    st.builds(Period, st.integers(0, 12), st.just(MONTH)))


@st.composite
def stop_lists(draw):
    begins = draw(st.lists(starts, max_size=5))
    return [Stop(begin, begin + ONE * draw(st.integers(0, 40))) for begin in begins]


@settings(deadline=None, max_examples=300)
@given(starts, lengths, stop_lists(), st.randoms(use_true_random=False))
def test_the_order_of_stops_is_irrelevant(start, period, stops, dice):
    shuffled = list(stops)
    dice.shuffle(shuffled)
    one = due_date(start, period, CALENDAR, stops=stops)
    other = due_date(start, period, CALENDAR, stops=shuffled)
    assert one == other and one.lines == other.lines


@settings(deadline=None, max_examples=300)
@given(starts, lengths, stop_lists(), st.data())
def test_overlapping_stops_count_once(start, period, stops, data):
    """A stop inside another, the same stop twice, or one cut into two change nothing."""
    plain = due_date(start, period, CALENDAR, stops=stops).on
    more = list(stops)
    for stop in stops:
        cut = data.draw(st.dates(stop.started_on, stop.ended_on))
        more += [stop, Stop(stop.started_on, cut), Stop(cut, stop.ended_on)]
    assert due_date(start, period, CALENDAR, stops=more).on == plain


@settings(deadline=None, max_examples=300)
@given(starts, lengths, stop_lists(), st.integers(1, 40), st.data())
def test_any_order_of_events_is_a_recomputation_from_scratch(start, period, stops, extra, data):
    """Open, end, cancel a stop, extend: only what stands in the end decides."""
    extension = Extension(extra, start)
    events = data.draw(st.permutations(
        [("stop", stop) for stop in stops] + [("cancel", stop) for stop in stops[::2]]
        + [("extend", extension)]))
    cancelled, standing, extended = set(), [], None
    for kind, value in events:
        if kind == "cancel":
            cancelled.add(value)
        elif kind == "extend":
            extended = value
        elif kind == "stop":
            standing.append(value)
        due_date(start, period, CALENDAR, stops=standing, extension=extended)
    standing = [stop for stop in standing if stop not in cancelled]
    folded = due_date(start, period, CALENDAR, stops=standing, extension=extended)
    kept = [stop for stop in stops if stop not in cancelled]
    fresh = due_date(start, period, CALENDAR, stops=kept, extension=extension)
    assert folded == fresh and folded.lines == fresh.lines
    assert folded.on == brute_due(start, period.value, period.unit,
                                  [(s.started_on, s.ended_on) for s in kept], extra)


@settings(deadline=None, max_examples=300)
@given(starts, lengths, stop_lists(), st.integers(1, 40))
def test_more_time_is_never_an_earlier_date(start, period, stops, extra):
    plain = due_date(start, period, CALENDAR).on
    stopped = due_date(start, period, CALENDAR, stops=stops).on
    extended = due_date(start, period, CALENDAR, stops=stops,
                        extension=Extension(extra, start)).on
    assert plain <= stopped <= extended
    assert is_worked(stopped) and is_worked(extended)


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
