"""The bench's own arithmetic: medians of rounds, ratios of medians, and goals that say missed."""

import re

import bench_form
import figures
import pytest
from measure import Spent


def rounds(*milliseconds, operations=7, queries=4):
    """Rounds of two cases each, all operations of a round equally slow."""
    return [
        [[Spent(f"op {n}", ms / 1000, ms / 2000, queries) for n in range(operations)]] * 2
        for ms in milliseconds
    ]


OURS = figures.Figures.of(rounds(2, 2, 90), size=8)
PEER = figures.Figures.of(rounds(50, 40, 50, queries=43), size=20)
RAW = figures.Figures.of(rounds(0.5, 0.5, 0.5, queries=2), size=5)


def test_a_slow_round_moves_no_figure():
    assert OURS.wall == pytest.approx(2)
    assert OURS.cases == pytest.approx(1000 / 14)
    assert (OURS.queries, OURS.cpu, OURS.operations) == (4, pytest.approx(1), 7)


def test_ratios_are_those_of_the_medians():
    found = {goal.text: goal for goal in figures.goals(OURS, PEER, RAW)}
    faster = found["cases a second, times the peer's"]
    assert faster.value == pytest.approx(25)
    assert faster.is_met
    assert found["cases a second, share of raw SQL's"].value == pytest.approx(1 / 4)
    assert found["CPU of a case, share of the peer's"].value == pytest.approx(1 / 25)
    assert found["KB a case, times raw SQL's"].value == pytest.approx(1.6)


def test_without_the_peer_the_other_goals_remain():
    found = figures.goals(OURS, None, RAW)
    assert found
    assert not [goal for goal in found if "peer" in goal.text]


def test_a_missed_goal_is_told():
    lines = list(figures.verdicts(figures.goals(PEER, OURS, RAW)))
    assert sum(line.endswith("missed") for line in lines) == len(lines)


def test_the_table_has_a_number_under_each_title():
    head, *lines = figures.table({"ours": OURS, "the peer": PEER})
    assert len(lines) == 2
    for line in lines:
        assert len(re.findall(r"\d+\.?\d*$|\d+\.?\d*(?= )", line)) == len(head.split())


def test_operations_keep_their_order_and_name():
    lines = list(figures.by_operation(rounds(3, 5, 4)))
    assert [line.split()[:2] for line in lines] == [["op", str(n)] for n in range(7)]
    assert lines[0].split()[2:] == ["4.0", "4", "2.0"]


def test_browser_and_server_are_measured_on_one_form():
    assert bench_form.SHARED.read_text(encoding="utf-8") == bench_form.shared_form() + "\n"
