"""From measured rounds to the lifecycle's table and goals: medians of rounds, ratios of medians."""

from statistics import mean, median
from typing import NamedTuple


class Figures(NamedTuple):
    """Of one party: cases a second; ms, SQL statements and CPU ms an operation; KB a case."""

    cases: float
    wall: float
    queries: float
    cpu: float
    size: float
    operations: int

    @classmethod
    def of(cls, rounds, size):
        """``rounds`` hold cases, and a case holds what its operations spent."""
        operations = len(rounds[0][0])

        def middle(column, factor=1.0):
            return factor * median(
                mean(getattr(spent, column) for case in cases for spent in case)
                for cases in rounds
            )

        return cls(
            1 / (operations * middle("wall")),
            middle("wall", 1000),
            middle("queries"),
            middle("cpu", 1000),
            size,
            operations,
        )


class Goal(NamedTuple):
    """One goal: what is compared, the limit, and whether it is a ceiling."""

    key: str
    text: str
    limit: float
    is_ceiling: bool
    value: float

    @property
    def is_met(self):
        return self.value <= self.limit if self.is_ceiling else self.value >= self.limit


def goals(ours, peer, raw):
    """The goals on the lifecycle; without the peer, those that need none."""
    beside_peer = () if peer is None else (
        Goal("P1", "cases a second, times the peer's", 10, False, ours.cases / peer.cases),
        Goal(
            "P2",
            "CPU of a case, share of the peer's",
            1 / 12,
            True,
            ours.cpu * ours.operations / (peer.cpu * peer.operations),
        ),
    )  # fmt: skip
    alone = (
        Goal("P1", "cases a second, share of raw SQL's", 1 / 8, False, ours.cases / raw.cases),
        Goal("P1", "ms an operation", 5, True, ours.wall),
        Goal("P2", "SQL statements an operation", 8, True, ours.queries),
        Goal("P3", "KB a case, times raw SQL's", 2, True, ours.size / raw.size),
    )
    return sorted(beside_peer + alone, key=lambda goal: goal.key)


def table(parties):
    """Lines of the comparison; ``parties`` maps titles to figures."""
    yield (
        f"{'':<26}{'cases/s':>9}{'ms/op':>8}{'SQL/op':>8}{'CPU/op':>8}"
        f"{'SQL/case':>10}{'CPU/case':>10}{'KB/case':>9}"
    )
    for title, one in parties.items():
        yield (
            f"{title:<26}{one.cases:>9.1f}{one.wall:>8.1f}{one.queries:>8.1f}{one.cpu:>8.1f}"
            f"{one.queries * one.operations:>10.0f}{one.cpu * one.operations:>10.1f}"
            f"{one.size:>9.1f}"
        )


def by_operation(rounds):
    """Lines of one party: medians of each operation."""
    cases = [case for cases in rounds for case in cases]
    for spent in zip(*cases, strict=True):
        wall, cpu, queries = (
            median(getattr(one, column) for one in spent) for column in ("wall", "cpu", "queries")
        )
        yield f"  {spent[0].name:<24}{wall * 1000:>17.1f}{queries:>8.0f}{cpu * 1000:>8.1f}"


def verdicts(found):
    """Lines of the goals."""
    for goal in found:
        sign = "<=" if goal.is_ceiling else ">="
        word = "met" if goal.is_met else "missed"
        yield f"{goal.key}  {goal.text:<38}{goal.value:>8.3g}  goal {sign} {goal.limit:<8.3g}{word}"
