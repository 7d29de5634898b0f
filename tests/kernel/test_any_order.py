"""Stops, extension and their cancellation in any order give the date of counting from scratch."""

from datetime import timedelta

import law_world
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel import case
from kernel.errors import KernelError
from law_world import World, moment

ACTS = ("stop_clock", "resume_clock", "cancel_stop", "extend", "cancel_extension")
WALK = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(ACTS), st.integers(1, 10)), max_size=25
)


def walk(item, steps):
    """A case with whichever of these acts the law allowed on its day; the world and the day."""
    world, at, events = World(item), moment("03-02"), []
    world.receive(at, [])
    world.act("accept", at)
    for passed, kind, number in steps:
        at += timedelta(days=passed)
        said = {"days": number} if kind == "extend" else {}
        if kind == "cancel_stop":
            said["stop"] = str(number)
        try:
            world.act(kind, at, said=said)
        except KernelError:
            continue
        events.append(kind)
    return world, at.date(), events


def by_hand(world, key, today):
    """Count days one by one: working days that no stop in force takes out."""
    days = world.definition["periods"][key]["value"]
    if world.case.extension and key in world.case.extension_covers:
        days += world.case.extension.days
    stops = [
        (record.started_on, record.ended_on or today)
        for record in world.case.stop_records
        if not record.is_cancelled
        and (key == "promised" or record.kind != "site_visit")
    ]
    day = world.case.clock_from.date()
    while days:
        day += timedelta(days=1)
        if not world_calendar.is_working_day(day):
            continue
        days -= not any(start < day <= end for start, end in stops)
    return day


world_calendar = law_world.calendar()


@settings(max_examples=300, deadline=None)
@given(WALK, st.sampled_from(["licence with expert review", "licence with uncounted visit"]))
def test_any_order_gives_the_date_of_counting_from_scratch(steps, item):
    world, today, _events = walk(item, steps)
    dues = world.dues(today)
    for key in ("promised", "statutory"):
        assert dues[key].on == by_hand(world, key, today), key


@settings(max_examples=150, deadline=None)
@given(WALK)
def test_a_stop_that_is_cancelled_leaves_no_trace_on_the_date(steps):
    """The same history without the cancelled stops has the same due dates."""
    world, today, _events = walk("licence with expert review", steps)
    kept = tuple(r for r in world.case.stop_records if not r.is_cancelled)
    clean = World("licence with expert review")
    clean.case = case.CaseFile(**{**vars(world.case), "stop_records": kept})
    assert {k: d.on for k, d in world.dues(today).items() if k[:4] != "stop"} == {
        k: d.on for k, d in clean.dues(today).items() if k[:4] != "stop"
    }


def test_the_walks_really_stop_and_extend():
    """The strategy reaches what it is meant to test."""
    steps = [(1, "stop_clock", 5), (3, "resume_clock", 1), (2, "extend", 10), (1, "cancel_stop", 1)]
    world, today, events = walk("licence with expert review", steps)
    assert events == [kind for _days, kind, _number in steps]
    assert by_hand(world, "statutory", today).isoformat() == "2026-04-14"
