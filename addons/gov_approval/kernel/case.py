"""A case is its events (办件即事件): fold events into the facts that every rule looks at.

``fold`` is the only place that knows what an event changes.  The door folds before it asks
``procedure`` whether an act is allowed, folds again with the new event, and stores the result;
a rebuilt projection therefore always equals the stored one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from . import clock, expression, flow, form
from .errors import KernelError

# States of a case (办件状态): closed and statutory; configured steps are never states.
RECEIVED, SUPPLEMENTING, ACCEPTED, DECIDED, CLOSED = STATES = (
    "received",  # 已收件
    "supplementing",  # 补正
    "accepted",  # 已受理, in review
    "decided",  # 已决定, to be delivered
    "closed",  # 办结
)
#: How a case ended (办结结果).  不受理 ≠ 不予受理; 撤回 by the applicant ≠ 撤销 by the organ.
OUTCOMES = (
    "granted",  # 准予许可
    "refused",  # 不予许可
    "not_required",  # 不受理, Art. 32 (1)
    "not_competent",  # 不予受理, Art. 32 (2)
    "withdrawn",  # 申请人撤回
    "abandoned",  # 补正不来办结
)


@dataclass(frozen=True)
class Event:
    """One act as recorded; ``at`` is naive legal time, ``actor`` a user id (0: the system)."""

    kind: str
    at: datetime
    actor: int = 0
    role: str = ""
    payload: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One passage through a node of the flow (办理环节)."""

    node: str
    started_at: datetime
    completed_at: datetime | None = None
    completed_by: int = 0
    outcome: str = ""
    opinion: str = ""


@dataclass(frozen=True)
class CaseFile:
    """All facts that follow from the events of one case so far."""

    state: str = ""
    outcome: str = ""
    answers: Mapping = field(default_factory=dict)
    marking: flow.Marking | None = None
    steps: tuple[Step, ...] = ()
    papers_at: datetime | None = None  # last receipt of papers: filing or supplement
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    clock_from: datetime | None = None  # the event after which the decision period runs
    is_deemed_accepted: bool = False
    requests: tuple[Mapping, ...] = ()  # the open one-time notice, item by item
    noticed_at: datetime | None = None
    notices: int = 0
    stops: tuple[clock.Stop, ...] = ()
    extension: clock.Extension | None = None
    drafters: frozenset[int] = frozenset()
    decided_at: datetime | None = None
    decided_by: int = 0
    closed_at: datetime | None = None

    @property
    def active(self) -> frozenset[str]:
        """Codes of the nodes where the case stands now."""
        return self.marking.active if self.marking else frozenset()

    @property
    def done(self) -> frozenset[str]:
        """Codes of the nodes that the case has completed."""
        return frozenset(step.node for step in self.steps if step.completed_at)

    @property
    def is_stopped(self) -> bool:
        return any(stop.ended_on is None for stop in self.stops)


def node_of(definition: Mapping, code: str) -> Mapping:
    """The node of the flow with this code; KernelError if the version has none."""
    for node in definition["flow"]["nodes"]:
        if node["code"] == code:
            return node
    raise KernelError("case.unknown_step", step=code)


def fold(definition: Mapping, events: Iterable[Event]) -> CaseFile:
    """Facts after ``events`` in order; KernelError ``case.unknown_event`` for a foreign kind."""
    case = CaseFile()
    for event in events:
        case = apply(definition, case, event)
    return case


def apply(definition: Mapping, case: CaseFile, event: Event) -> CaseFile:
    """Facts after one more event."""
    handler = _HANDLERS.get(event.kind)
    if handler is None:
        raise KernelError("case.unknown_event", kind=event.kind)
    return handler(definition, case, event)


def _tester(definition, case, event):
    types = form.types(definition["form"])

    def test(text):
        condition = expression.parse_condition(text, types)
        return condition.evaluate(case.answers, today=event.at.date())

    return test


def _move(definition, case, event, node, *, outcome="pass", back_to=None):
    """Complete ``node`` and start whatever the flow makes active then.

    Only a return moves the token back; an objection or a decision goes forward, and a branch that
    depends on it reads the answers.
    """
    marking = flow.advance(
        definition["flow"],
        case.marking,
        node,
        outcome=flow.BACK if back_to else flow.PASS,
        back_to=back_to,
        test=_tester(definition, case, event),
        done=case.done,
    )
    return _enter(case, event, marking, closing={node: outcome})


def _enter(case, event, marking, closing):
    steps = tuple(
        replace(
            step,
            completed_at=event.at,
            completed_by=event.actor,
            outcome=closing.get(step.node, ""),
            opinion=event.payload.get("opinion", ""),
        )
        if step.completed_at is None and step.node not in marking.active
        else step
        for step in case.steps
    )
    running = {step.node for step in steps if step.completed_at is None}
    started = tuple(Step(node, event.at) for node in sorted(marking.active - running))
    return replace(case, marking=marking, steps=steps + started)


def _resume(case, event):
    stops = tuple(
        replace(stop, ended_on=event.at.date()) if stop.ended_on is None else stop
        for stop in case.stops
    )
    return replace(case, stops=stops)


def _close(case, event, outcome):
    steps = tuple(
        step
        if step.completed_at
        else replace(step, completed_at=event.at, completed_by=event.actor, outcome=outcome)
        for step in case.steps
    )
    case = _resume(case, event)
    return replace(
        case,
        state=CLOSED,
        outcome=case.outcome or outcome,
        steps=steps,
        marking=flow.Marking(frozenset(), frozenset()),
        closed_at=event.at,
    )


def _on_receive(definition, case, event):
    case = replace(
        case,
        state=RECEIVED,
        answers=event.payload.get("answers", {}),
        received_at=event.at,
        papers_at=event.at,
    )
    return _enter(case, event, flow.begin(definition["flow"]), closing={})


def _on_request_supplement(definition, case, event):
    return replace(
        case,
        state=SUPPLEMENTING,
        requests=tuple(event.payload["requests"]),
        noticed_at=event.at,
        notices=case.notices + 1,
    )


def _on_supplement(definition, case, event):
    return replace(
        case,
        state=RECEIVED,
        answers=event.payload.get("answers", case.answers),
        requests=(),
        papers_at=event.at,
    )


def _on_accept(definition, case, event):
    """After a supplement the period runs from the day the last missing paper came."""
    case = replace(
        case,
        state=ACCEPTED,
        accepted_at=event.at,
        clock_from=case.papers_at if case.notices else event.at,
    )
    return _move(definition, case, event, _start_of(definition))


def _on_deem_accepted(definition, case, event):
    """Silence for five working days: accepted as of the day of receipt (Art. 32)."""
    case = replace(
        case,
        state=ACCEPTED,
        accepted_at=case.papers_at,
        clock_from=case.papers_at,
        is_deemed_accepted=True,
    )
    return _move(definition, case, event, _start_of(definition))


def _start_of(definition):
    return next(n["code"] for n in definition["flow"]["nodes"] if n["kind"] == "start")


def _on_complete_step(definition, case, event):
    node = node_of(definition, event.payload["node"])
    outcome = event.payload.get("outcome", "pass")
    if node["kind"] == "task" and node["stage"] == "review":
        case = replace(case, drafters=case.drafters | {event.actor})
    if not node.get("counts_toward_deadline", True):
        case = _resume(case, event)
    return _move(definition, case, event, node["code"], outcome=outcome)


def _on_return_step(definition, case, event):
    return _move(
        definition,
        case,
        event,
        event.payload["node"],
        outcome="return",
        back_to=event.payload["back_to"],
    )


def _on_stop_clock(definition, case, event):
    stop = clock.Stop(event.at.date(), None, event.payload["node"])
    return replace(case, stops=(*case.stops, stop))


def _on_resume_clock(definition, case, event):
    return _resume(case, event)


def _on_extend(definition, case, event):
    return replace(case, extension=clock.Extension(event.payload["days"], event.at.date()))


def _on_decide(definition, case, event):
    """A grant goes on along the flow; a refusal goes straight to delivery (Art. 38)."""
    granted = event.payload["decision"] == "grant"
    case = replace(
        _resume(case, event),
        state=DECIDED,
        outcome="granted" if granted else "refused",
        decided_at=event.at,
        decided_by=event.actor,
    )
    if granted:
        return _move(definition, case, event, event.payload["node"], outcome="grant")
    end = next(n["code"] for n in definition["flow"]["nodes"] if n["kind"] == "end")
    marking = flow.Marking(frozenset({end}), frozenset())
    return _enter(case, event, marking, closing={event.payload["node"]: "refuse"})


def _closing(outcome):
    return lambda definition, case, event: _close(case, event, outcome)


_HANDLERS = {
    "receive": _on_receive,
    "request_supplement": _on_request_supplement,
    "supplement": _on_supplement,
    "accept": _on_accept,
    "deem_accepted": _on_deem_accepted,
    "complete_step": _on_complete_step,
    "return_step": _on_return_step,
    "stop_clock": _on_stop_clock,
    "resume_clock": _on_resume_clock,
    "extend": _on_extend,
    "decide": _on_decide,
    "decline": _closing("not_required"),
    "refuse_acceptance": _closing("not_competent"),
    "withdraw": _closing("withdrawn"),
    "abandon": _closing("abandoned"),
    "deliver": _closing(""),
}


def due_dates(
    definition: Mapping, case: CaseFile, calendar: clock.Calendar, today: date
) -> dict[str, clock.Due]:
    """Every due date of the case as it stands, recomputed from the facts.

    Keys: ``notice`` (Art. 32), ``supplement`` [L], ``promised``, ``statutory`` (Art. 42),
    ``delivery`` (Art. 44), ``step:<node>``.
    """
    periods = definition["periods"]
    dues = {}

    def add(name, start, spec, **clock_options):
        """Papers handed in out of hours count as received on the next working day; an act of
        the office counts on its own day."""
        if spec and start:
            period = clock.Period(spec["value"], spec["unit"])
            is_filing = start == case.papers_at
            day = clock.received_on(start, calendar) if is_filing else start.date()
            dues[name] = clock.due_date(day, period, calendar, today=today, **clock_options)

    if case.state == RECEIVED:
        add("notice", case.papers_at, periods["notice"])
    elif case.state == SUPPLEMENTING:
        add("supplement", case.noticed_at, periods["supplement"])
    elif case.state == ACCEPTED:
        running = {"stops": case.stops}
        add("promised", case.clock_from, periods["promised"], **running)
        add("statutory", case.clock_from, periods["statutory"], extension=case.extension, **running)
    elif case.state == DECIDED:
        add("delivery", case.decided_at, periods["delivery"])
    for step in case.steps:
        if step.completed_at is None and case.state in (ACCEPTED, DECIDED):
            node = node_of(definition, step.node)
            spec = {"value": node["days"], "unit": node["unit"]} if node["days"] else None
            add(f"step:{step.node}", step.started_at, spec, stops=case.stops)
    return dues


def next_due(dues: Mapping[str, clock.Due]) -> clock.Due | None:
    """The due date that comes first; a work queue is sorted by it."""
    return min(dues.values(), key=lambda due: due.on, default=None)
