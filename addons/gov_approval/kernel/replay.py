"""Past cases played on a draft (回放): what would have come of them, had it been in force.

``observe`` looks at one case, ``Tally`` adds up many without keeping any; nothing is written and
nobody's answers leave this module: a finding is a number, and the case that it comes from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from . import case as casefile
from . import clock, item_test
from .dues import decision_dues
from .errors import KernelError, _lt

LATE = "late"  # decided after the promised day of the draft, and not after that of its own version
LATE_BY_LAW = "late_by_law"  # the same for the statutory day
IN_TIME = "in_time"  # the reverse of LATE
INVALID = "invalid"  # the form of the draft does not take the answers
MORE, LESS = "more", "less"  # materials
PATH = "path"  # other steps
STUCK = "stuck"  # the flow of the draft has no way on
DEARER, CHEAPER = "dearer", "cheaper"
#: What may become of a case, in the order in which it is said.
FINDINGS = (LATE_BY_LAW, LATE, IN_TIME, INVALID, STUCK, MORE, LESS, PATH, DEARER, CHEAPER)
#: Cases remembered by id for a finding, to be opened; beyond that only counted.
MAX_KEPT = 10_000

CODES = {
    "replay.tally": _lt("What was counted so far cannot be read. Play the cases again."),
    "replay.none": _lt("No past case of the item: there is nothing to play on the draft."),
    "replay.same": _lt("Of %(total)s cases none would have gone otherwise."),
    "replay.late": _lt("%(count)s of %(total)s would be late against the promise."),
    "replay.late_by_law": _lt("%(count)s of %(total)s would be late against the law."),
    "replay.in_time": _lt("%(count)s that were late would be in time."),
    "replay.invalid": _lt("%(count)s forms would not be accepted as they were filled in."),
    "replay.stuck": _lt("%(count)s would find no way through the flow."),
    "replay.more": _lt("%(count)s would need %(materials)s materials more."),
    "replay.less": _lt("%(count)s would need %(materials)s materials less."),
    "replay.path": _lt("%(count)s would pass other steps."),
    "replay.dearer": _lt("Fees of %(count)s cases would rise, all in all by %(percent)s %%."),
    "replay.cheaper": _lt("Fees of %(count)s cases would fall, all in all by %(percent)s %%."),
}


@dataclass(frozen=True)
class Outcome:
    """What a draft makes of one case: findings with how much (materials, or 1)."""

    findings: Mapping[str, int]
    fee_before: Decimal = Decimal(0)
    fee_after: Decimal = Decimal(0)


def observe(
    own: Mapping,
    draft: Mapping,
    events: Iterable[casefile.Event],
    calendar: clock.Calendar,
    today: date,
    earlier: Mapping[str, Mapping] | None = None,
) -> Outcome:
    """One case of the version ``own``, played on ``draft``.

    :param earlier: definitions by digest, where the case ran under others before (迁移)
    :raises KernelError: where the events do not fold under their own version
    """
    facts = casefile.fold(own, events, earlier)
    filed_on = facts.received_at.date()
    found = Counter()
    _judge_time(own, draft, facts, calendar, today, found)
    _judge_form(own, draft, facts.answers, filed_on, found)
    before, after = fee_total(own), fee_total(draft)
    if after != before:
        found[DEARER if after > before else CHEAPER] = 1
    return Outcome(found, before, after)


def _judge_time(own, draft, facts, calendar, today, found):
    """Whether the day of the decision, or today for a running case, is after the due day."""
    if not facts.accepted_at or (facts.closed_at and not facts.decided_at):
        return  # neither accepted nor decided: no promise ran out
    day = facts.decided_at.date() if facts.decided_at else today
    was, now = (
        {term for term, due in decision_dues(d, facts, calendar, day).items() if day > due.on}
        for d in (own, draft)
    )
    found[LATE_BY_LAW] = int("statutory" in now - was)
    found[LATE] = int("promised" in now - was)
    found[IN_TIME] = int("promised" in was - now)


def _judge_form(own, draft, answers, filed_on, found):
    """Answers, materials and path; what was wrong under its own version is no finding."""
    before = item_test.observe(own, _known(own, answers), filed_on)
    after = item_test.observe(draft, _known(draft, answers), filed_on)
    if before.failure or before.errors:
        return
    if after.errors:
        found[INVALID] = 1
        return
    if after.failure:
        found[STUCK] = 1
        return
    was, now = before.result, after.result
    found[MORE] = len(set(now["materials"]) - set(was["materials"]))
    found[LESS] = len(set(was["materials"]) - set(now["materials"]))
    found[PATH] = int(now["steps"] != was["steps"])


def _known(definition, answers):
    """The answers to questions that the form still asks."""
    codes = {row["code"] for row in definition["form"]["fields"]}
    return {code: value for code, value in answers.items() if code in codes}


def fee_total(definition: Mapping) -> Decimal:
    """The sum of the fixed amounts of the fee lines; a line without an amount says no sum."""
    total = Decimal(0)
    for line in definition.get("fees", ()):
        try:
            total += Decimal(line["amount"] or 0)
        except (InvalidOperation, TypeError):
            continue
    return total


# ------------------------------------------------------------------------ adding up


@dataclass
class Tally:
    """The findings of many cases: sums, and for each finding the ids of its cases."""

    total: int = 0
    skipped: int = 0  # whose events do not fold
    counts: dict = field(default_factory=dict)  # finding -> {amount: cases}
    cases: dict = field(default_factory=dict)  # finding -> ids
    fee_before: Decimal = Decimal(0)
    fee_after: Decimal = Decimal(0)

    def add(self, case_id: int, outcome: Outcome) -> None:
        self.total += 1
        self.fee_before += outcome.fee_before
        self.fee_after += outcome.fee_after
        for finding, amount in outcome.findings.items():
            if amount:
                by_amount = self.counts.setdefault(finding, {})
                by_amount[amount] = by_amount.get(amount, 0) + 1
                kept = self.cases.setdefault(finding, [])
                if len(kept) < MAX_KEPT:
                    kept.append(case_id)

    def count(self, finding: str) -> int:
        return sum(self.counts.get(finding, {}).values())

    def lines(self) -> tuple[tuple[str, KernelError], ...]:
        """What to say: (finding, sentence), the gravest first; "" where nothing is to be opened."""
        if not self.total:
            return (("", KernelError("replay.none")),)
        said = [(finding, line) for finding in FINDINGS for line in self._say(finding)]
        return tuple(said) or (("", KernelError("replay.same", total=self.total)),)

    def _say(self, finding):
        if finding in (MORE, LESS):
            for amount, count in sorted(self.counts.get(finding, {}).items()):
                yield KernelError(f"replay.{finding}", count=count, materials=amount)
        elif count := self.count(finding):
            params = {"count": count, "total": self.total}
            if finding in (DEARER, CHEAPER):
                params["percent"] = self._percent()
            yield KernelError(f"replay.{finding}", **params)

    def _percent(self) -> str:
        """How far all fees together rise or fall."""
        if not self.fee_before:
            return "100"
        change = abs(self.fee_after - self.fee_before) / self.fee_before * 100
        return format(change.quantize(Decimal("0.1")).normalize(), "f")

    # Kept between batches

    def to_json(self) -> dict:
        return {
            "total": self.total,
            "skipped": self.skipped,
            "counts": {f: {str(a): n for a, n in c.items()} for f, c in self.counts.items()},
            "cases": self.cases,
            "fee_before": str(self.fee_before),
            "fee_after": str(self.fee_after),
        }

    @classmethod
    def from_json(cls, value: Mapping) -> "Tally":
        """The inverse of :meth:`to_json`; KernelError ``replay.tally`` for anything else."""
        try:
            tally = cls(
                total=_whole(value["total"]),
                skipped=_whole(value["skipped"]),
                counts={
                    finding: {int(amount): _whole(count) for amount, count in by_amount.items()}
                    for finding, by_amount in value["counts"].items()
                },
                cases={
                    finding: [_whole(case_id) for case_id in ids]
                    for finding, ids in value["cases"].items()
                },
                fee_before=Decimal(value["fee_before"]),
                fee_after=Decimal(value["fee_after"]),
            )
        except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
            raise KernelError("replay.tally") from None
        sums = (tally.fee_before, tally.fee_after)
        if not all(amount.is_finite() for amount in sums):
            raise KernelError("replay.tally")
        return tally


def _whole(value) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError(value)
    return value
