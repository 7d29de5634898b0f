"""The clock against the worked table and against a counter that looks at every single day.

The brute-force counter below shares no code with the kernel: it walks day by day, asks a set
whether a day is off, and keeps the stopped days as a set.  What both say must be the same.
"""

import csv
import random
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel.clock import (
    CALENDAR_DAY,
    LINES,
    MONTH,
    WORKDAY,
    Calendar,
    Extension,
    Period,
    Stop,
    due_date,
    filing_window,
    received_on,
)

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
