"""Every due date of a case (期限), recomputed from its facts; none is ever added on to the last.

Keys of ``due_dates``:

========================  =====================================================================
``notice``                answer to a filing, 5 working days (Art. 32)
``supplement``            supplements by the applicant; the item's own limit [L]
``deferral``              promised papers (容缺), at most the promised period
``promised``              the promise: what supervision measures
``statutory``             the limit by law (Art. 42)
``inspectors``            sending inspectors for a technical approval, 5 working days (Art. 55)
``public_notice``         end of the public notice
``hearing_request``       asking for a hearing, 5 working days from being told (Art. 47)
``hearing``               holding it, 20 working days from the request (Art. 47)
``statement``             statements of third parties (Art. 36) [L]
``renewal``               expiry of the licence that is to be renewed (Art. 50)
``delivery``              delivery, 10 working days from the decision (Art. 44)
``check``                 check of a promise after the decision (告知承诺)
``step:<node>``           a step of the flow; a first review has 20 working days (Art. 43)
``stop:<number>``         announced end of a running stop (Art. 45)
``opinion:<node>:<dept>`` an opinion awaited in a joint review: the inner clock of a department
``silence:<node>:<dept>`` the same day, where silence after it counts as no objection (超时默认)
========================  =====================================================================
"""

from collections.abc import Mapping
from datetime import date, datetime

from . import clock
from .case_facts import ACCEPTED, CLOSED, DECIDED, RECEIVED, SUPPLEMENTING, node_of

HEARING_REQUEST = clock.Period(5, clock.WORKDAY)
HEARING_HELD = clock.Period(20, clock.WORKDAY)
HEARING_NOTICE = clock.Period(7, clock.WORKDAY)
INSPECTORS = clock.Period(5, clock.WORKDAY)
FIRST_REVIEW = {"value": 20, "unit": clock.WORKDAY}
#: What silence in a joint review means unless the item keeps on waiting (超时默认, [L]).
SILENCE_COUNTS = "no_objection"
#: How long third parties are waited for [L]: the law gives no figure.
STATEMENT = clock.Period(5, clock.WORKDAY)
#: A commitment is checked within this time unless the item says otherwise [L].
CHECK = {"value": 30, "unit": clock.WORKDAY}
#: Not a span: the last working day on or before a date.
_BEFORE = clock.Period(0, clock.WORKDAY)
#: A notice published in place of delivery counts as received after these days.
DELIVERED_BY_NOTICE = clock.Period(30, clock.CALENDAR_DAY)


def due_dates(definition: Mapping, case, calendar: clock.Calendar, today: date) -> dict:
    """Every running due date of ``case`` by key, as :class:`clock.Due`."""
    return _dues(_RULES.get(case.state, ()), definition, case, calendar, today)


def decision_dues(definition: Mapping, case, calendar: clock.Calendar, today: date) -> dict:
    """``promised`` and ``statutory`` wherever the case stands: what its decision is measured by."""
    return _dues((_decision,), definition, case, calendar, today)


def _dues(rules, definition, case, calendar, today):
    dues = {}

    def add(name, start, period, **options):
        if period and start:
            if isinstance(period, Mapping):
                period = clock.Period(period["value"], period["unit"])
            day = _day(case, start, calendar)
            if period is _BEFORE:
                day = calendar.working_day_on_or_before(day)
            dues[name] = clock.due_date(day, period, calendar, today=today, **options)
        return dues.get(name)

    for rule in rules:
        rule(definition, case, add)
    return dues


def _day(case, start, calendar):
    """Papers handed in out of hours count as received on the next working day; an act of the
    office counts on its own day."""
    if start == case.papers_at:
        return clock.received_on(start, calendar)
    return start.date() if isinstance(start, datetime) else start


def _notice(definition, case, add):
    add("notice", case.papers_at, definition["periods"]["notice"])


def _supplement(definition, case, add):
    add("supplement", case.noticed_at, definition["periods"]["supplement"])


def _decision(definition, case, add):
    periods = definition["periods"]
    for name, stops in (
        ("promised", case.stops),
        ("statutory", case.statutory_stops(definition)),
    ):
        extension = case.extension if name in case.extension_covers else None
        add(name, case.clock_from, periods[name], stops=stops, extension=extension)


def _deferral(definition, case, add):
    if case.deferred:
        days = case.deferral_days
        period = clock.Period(days, clock.WORKDAY) if days else definition["periods"]["promised"]
        add("deferral", case.accepted_at, period)


def _inspectors(definition, case, add):
    """Until the first inspection is under way."""
    if definition.get("licence_kind") != "technical":
        return
    visits = [
        node["code"]
        for node in definition["flow"]["nodes"]
        if node.get("procedure") in ("site_visit", "inspection", "testing", "quarantine")
    ]
    begun = case.done | {record.ground for record in case.stop_records}
    if visits and not begun & set(visits):
        add("inspectors", case.accepted_at, INSPECTORS)


def _public_notice(definition, case, add):
    notice = case.public_notice
    if notice and notice.node in case.active:
        add("public_notice", notice.published_on, clock.Period(notice.days, notice.unit))


def _hearing(definition, case, add):
    hearing = case.hearing
    if hearing is None or hearing.is_over:
        return
    if hearing.requested_at:
        add("hearing", hearing.requested_at, HEARING_HELD)
    elif hearing.told_at and not hearing.called_at:
        add("hearing_request", hearing.told_at, HEARING_REQUEST)


def _statement(definition, case, add):
    told = [party.told_at for party in case.third_parties if not party.statement]
    if told:
        add("statement", max(told), STATEMENT)


def _renewal(definition, case, add):
    if definition.get("handles") == "renewal" and case.renews and case.renews.get("valid_to"):
        add("renewal", date.fromisoformat(case.renews["valid_to"]), _BEFORE)


def _delivery(definition, case, add):
    add("delivery", case.decided_at, definition["periods"]["delivery"])


def _check(definition, case, add):
    if case.check == "open":
        add("check", case.decided_at, definition.get("check") or CHECK)


def _steps(definition, case, add):
    for step in case.steps:
        if step.completed_at is None:
            node = node_of(definition, step.node)
            spec = {"value": node["days"], "unit": node["unit"]} if node["days"] else None
            if spec is None and node["stage"] == "first_review":
                spec = FIRST_REVIEW
            add(f"step:{step.node}", step.started_at, spec, stops=case.stops)
    for record in case.stop_records:
        if record.is_open:
            period = clock.Period(record.expected_days, clock.WORKDAY)
            add(f"stop:{record.number}", record.started_on, period)


def _opinions(definition, case, add):
    """Silence counts only where the item says so and the department signed for it in time."""
    for one in case.opinions:
        if not one.is_awaited:
            continue
        node, of = node_of(definition, one.node), f"{one.node}:{one.department}"
        spec = {"value": node["days"], "unit": node["unit"]} if node["days"] else None
        due = add(f"opinion:{of}", one.asked_at, spec, stops=case.stops)
        counts = node["joint"].get("silence") == SILENCE_COUNTS
        if due and counts and one.acknowledged_at and one.acknowledged_at.date() <= due.on:
            add(f"silence:{of}", one.asked_at, spec, stops=case.stops)


_RULES = {
    RECEIVED: (_notice, _renewal),
    SUPPLEMENTING: (_supplement, _renewal),
    ACCEPTED: (
        _decision,
        _deferral,
        _inspectors,
        _public_notice,
        _hearing,
        _statement,
        _renewal,
        _steps,
        _opinions,
    ),
    DECIDED: (_deferral, _delivery, _check, _steps),
    CLOSED: (_check,),
}


def next_due(dues: Mapping[str, clock.Due]) -> clock.Due | None:
    """The due date that comes first; a work queue is sorted by it."""
    return min(dues.values(), key=lambda due: due.on, default=None)
