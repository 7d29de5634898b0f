"""Rules of supervision (监察规则): what they catch, and the instant at which they do.

A time rule watches one limit of a case; a rule on acts judges each event.  Both give *watches*: an
occasion with the instant at which it is due.  Nothing here asks what the case looks like later: a
watch that came due counts, whenever somebody looks.  That is why a server that was off for three
days gives the same cards as one that never was (`design.md` 6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from ...gov_approval.kernel import case as casefile
from ...gov_approval.kernel import clock, expression
from ...gov_approval.kernel.errors import KernelError, _lt
from ...gov_approval.kernel.form_types import TYPES
from . import facts

BLUE, YELLOW, RED = LEVELS = ("blue", "yellow", "red")
TIME, EVENT = KINDS = ("time", "event")
#: Limits of a case that a time rule may watch: the heads of the keys of ``kernel.dues``.
LIMITS = (
    "notice", "promised", "statutory", "step", "stop", "opinion", "inspectors", "hearing",
    "statement", "deferral", "delivery", "check",
)  # fmt: skip
PERCENT, BEFORE, AFTER = MEASURES = ("percent", "before", "after")
#: What a card asks for: take note, explain, put right.
ACTIONS = ("inform", "explain", "correct")
MAX_DAYS = 365
WHOLE = 100
_PARTS = ("step", "opinion")
_DAY = timedelta(days=1)

CODES = {
    "rule.part": _lt("Choose “%(part)s” for the rule first."),
    "rule.percent": _lt("Give a percentage from 1 to 100; what is later is counted in days."),
    "rule.days": _lt("Give from 0 to %(most)s working days."),
    "rule.condition": _lt("Say what the rule catches: set a condition on the acts."),
    "rule.answer_days": _lt("Give the unit from 1 to %(most)s working days to answer."),
}
TYPES_OF_FACTS = expression.FrozenTypes(
    {code: TYPES[type_].kind for code, (type_, _options) in facts.FIELDS.items()}
)


@dataclass(frozen=True)
class Rule:
    """One published version of a rule; empty scopes mean everywhere.

    ``since``: it catches nothing that came due before it was in force.
    """

    code: str
    kind: str
    level: str
    since: datetime
    limit: str = ""
    measure: str = ""
    value: int = 0
    condition: str = ""
    departments: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    step: str = ""
    id: int = 0


@dataclass(frozen=True)
class Place:
    """Where a case is handled: codes for the scope of rules."""

    item: str
    department: str
    centre: str = ""


@dataclass(frozen=True)
class Watch:
    """An occasion that a rule waits for: once in the life of a case.

    ``step``: the step concerned; ``actor``, ``role``: of the act that was caught; ``problem``: why
    the rule could not be judged, which is shown instead of passed over.
    """

    rule: Rule
    key: str
    at: datetime
    step: str = ""
    department: str = ""
    actor: int = 0
    role: str = ""
    problem: str = ""

    @property
    def occasion(self) -> tuple[str, str]:
        return self.rule.code, self.key


def check(rule: Mapping) -> None:
    """:raises KernelError: what keeps a rule from being published"""
    if rule["kind"] == TIME:
        for part in ("limit", "measure"):
            if not rule.get(part):
                raise KernelError("rule.part", part=part)
        value = rule.get("value") or 0
        if rule["measure"] == PERCENT and not 1 <= value <= WHOLE:
            raise KernelError("rule.percent")
        if not 0 <= value <= MAX_DAYS:
            raise KernelError("rule.days", most=MAX_DAYS)
    elif not rule.get("condition"):
        raise KernelError("rule.condition")
    else:
        expression.parse_condition(rule["condition"], TYPES_OF_FACTS)
    if rule["action"] != "inform" and not 1 <= (rule.get("answer_days") or 0) <= MAX_DAYS:
        raise KernelError("rule.answer_days", most=MAX_DAYS)


# -------------------------------------------------------------------------------- time


def plan(rules: Iterable[Rule], definition: Mapping, case, place: Place, calendar, today: date):
    """The watches of time rules on a case as it stands, each with its own instant."""
    by_limit: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.kind == TIME and _is_about(rule, place):
            by_limit.setdefault(rule.limit, []).append(rule)
    if not by_limit:
        return []
    watches = []
    for key, due in casefile.due_dates(definition, case, calendar, today).items():
        head, _colon, rest = key.partition(":")
        if not due.is_running:
            continue  # a case that stands still gets no card; it is planned anew when it goes on
        step, department = _part(definition, head, rest, place)
        for rule in by_limit.get(head, ()):
            if not _is_within(rule, step, department):
                continue
            at = _instant(rule, due, calendar)
            if at is not None and at >= rule.since:
                watches.append(Watch(rule, _occasion(case, key, head, rest), at, step, department))
    return watches


def _part(definition, head, rest, place):
    """The step and the department that a limit concerns."""
    if head not in _PARTS:
        return "", place.department
    step, _colon, department = rest.partition(":")
    node = casefile.node_of(definition, step)
    return step, department or node["department"] or place.department


def _occasion(case, key, head, rest):
    """A limit that begins anew is a new occasion: papers handed in again, a step passed again."""
    if head == "notice":
        return f"{key}@{case.papers_at.isoformat()}"
    if head in _PARTS:
        node = rest.partition(":")[0]
        return f"{key}#{sum(step.node == node for step in case.steps)}"
    if head == "statement":
        return f"{key}#{len(case.third_parties)}"
    return key


def _instant(rule, due, calendar):
    """The first moment at which the rule holds; None for a warning that the period is too short
    for.  A day counts in full: what is used up on a day is due at its end."""
    if rule.measure == AFTER:
        return _end(calendar.add_working_days(due.on, rule.value))
    if rule.measure == PERCENT:
        day = clock.used_on(due, rule.value)
        return _end(due.on if rule.value == WHOLE else day)
    rank = calendar.rank(due.on.toordinal()) - rule.value
    day = clock.date_of(calendar.ordinal_at(rank)) if rule.value else due.on
    return datetime.combine(day, time()) if day > due.started_on else None


def _end(day):
    return datetime.combine(day + _DAY, time())


# -------------------------------------------------------------------------------- acts


def judge(rules, definition, before, event, after, place: Place, calendar, number: int):
    """The watches of rules that this act, the ``number``-th of its case, meets."""
    watching = [rule for rule in rules if rule.kind == EVENT and _is_about(rule, place)]
    if not watching:
        return []
    values, watches = facts.read(definition, before, event, after, calendar), []
    step = event.payload.get("node") or ""
    department = event.payload.get("department") or place.department
    for rule in watching:
        if event.at < rule.since or not _is_within(rule, step, department):
            continue
        problem = _meets(rule, values, event.at.date())
        if problem is None:
            continue
        key = f"event:{number}"
        watches.append(
            Watch(rule, key, event.at, step, department, event.actor, event.role, problem)
        )
    return watches


def _meets(rule, values, today):
    """Empty text: the rule holds; a code: it cannot be judged; None: it does not hold."""
    try:
        condition = expression.parse_condition(rule.condition, TYPES_OF_FACTS)
        return "" if condition.evaluate(values, today=today) else None
    except KernelError as error:
        if error.code == "expression.unset":
            return None  # a calculation with something that the act does not have
        return error.code


def _is_about(rule, place):
    return (not rule.items or place.item in rule.items) and (
        not rule.places or place.centre in rule.places
    )


def _is_within(rule, step, department):
    return (not rule.step or rule.step == step) and (
        not rule.departments or department in rule.departments
    )


# ------------------------------------------------------------------------------- watching


@dataclass
class Watching:
    """What waits on one case, and what came due; the tables of the module do the same by SQL."""

    waiting: dict[tuple[str, str], Watch] = field(default_factory=dict)
    due: dict[tuple[str, str], datetime] = field(default_factory=dict)
    watches: dict[tuple[str, str], Watch] = field(default_factory=dict)

    def follow(self, planned: Iterable[Watch], moment: datetime) -> None:
        """After an event: what is not due yet is planned anew; what came due before stays due."""
        kept = {key: watch for key, watch in self.waiting.items() if watch.at <= moment}
        fresh = {
            watch.occasion: clamp(watch, moment)
            for watch in planned
            if watch.occasion not in kept and watch.occasion not in self.due
        }
        self.waiting = fresh | kept

    def sweep(self, now: datetime) -> list[Watch]:
        """Take what is due."""
        taken = [watch for watch in self.waiting.values() if watch.at <= now]
        for watch in taken:
            del self.waiting[watch.occasion]
            self.due[watch.occasion], self.watches[watch.occasion] = watch.at, watch
        return taken


def clamp(watch: Watch, moment: datetime) -> Watch:
    """A limit that an event moved into the past is met with that event, not before it."""
    return watch if watch.at >= moment else Watch(**{**watch.__dict__, "at": moment})


def watch(rules, definitions, events, place: Place, calendar) -> Watching:
    """What the rules found on a case up to its last event, and what still waits.

    :param definitions: the definition under which each event happened, or one for all
    """
    watching, case, rules = Watching(), casefile.CaseFile(), tuple(rules)
    for number, event in enumerate(events, 1):
        definition = definitions[number - 1] if isinstance(definitions, list) else definitions
        watching.sweep(event.at)
        before, case = case, casefile.apply(definition, case, event)
        planned = plan(rules, definition, case, place, calendar, event.at.date())
        planned += judge(rules, definition, before, event, case, place, calendar, number)
        watching.follow(planned, event.at)
    return watching


def replay(rules, definitions, events, place: Place, calendar, until: datetime) -> list[Watch]:
    """What the rules would have caught on a past case, until a moment (历史预演)."""
    watching = watch(rules, definitions, events, place, calendar)
    watching.sweep(until)
    return sorted(watching.watches.values(), key=lambda found: (found.at, *found.occasion))
