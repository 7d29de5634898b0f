"""What the acts of the main flow change (办件主流程): intake, steps, decision, delivery, ending.

Each function takes ``(definition, case, event)`` and returns the facts after the event.  It never
judges: whether an act is allowed is asked before (``procedure``).
"""

from dataclasses import replace
from datetime import date

from . import agency, clock, expression, flow, form, licence
from .case_facts import (
    ACCEPTED,
    CLOSED,
    DECIDED,
    RECEIVED,
    SUPPLEMENTING,
    Change,
    Dispatch,
    Opinion,
    Step,
    node_of,
    reviewing_departments,
)

# ------------------------------------------------------------------------ the flow


def _tester(definition, case, event):
    def test(text):
        condition = expression.parse_condition(text, form.types(definition["form"]))
        return condition.evaluate(case.answers, today=event.at.date())

    return test


def move(definition, case, event, node, *, outcome="pass", back_to=None):
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
    return _enter(definition, case, event, marking, closing={node: outcome})


def _enter(definition, case, event, marking, closing):
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
    asked = tuple(
        Opinion(number, step.node, department, event.at)
        for number, step in enumerate(started, len(steps))
        for department in reviewing_departments(node_of(definition, step.node))
    )
    said = tuple(_as_of(one, one.node in marking.active) for one in case.opinions)
    forward = tuple((node, result) for node, result in closing.items() if result != "return")
    return replace(
        case,
        marking=marking,
        steps=steps + started,
        opinions=said + asked,
        just_completed=forward,
    )


def _as_of(opinion, is_running):
    return opinion if is_running else replace(opinion, is_open=False)


def _node_of_kind(definition, kind):
    return next(n["code"] for n in definition["flow"]["nodes"] if n["kind"] == kind)


def _to_the_end(definition, case, event, closing):
    """Leave every open step and wait at the end for delivery."""
    marking = flow.Marking(frozenset({_node_of_kind(definition, "end")}), frozenset())
    return _enter(definition, case, event, marking, closing)


def resume(case, event, ground=None):
    """End the running stops, or the one with this ground."""
    return replace(
        case,
        stop_records=tuple(
            replace(record, ended_on=event.at.date())
            if record.is_open and ground in (None, record.ground)
            else record
            for record in case.stop_records
        ),
    )


def close(case, event, outcome):
    """The case ends (办结): no step and no stop stays open."""
    steps = tuple(
        step
        if step.completed_at
        else replace(step, completed_at=event.at, completed_by=event.actor, outcome=outcome)
        for step in case.steps
    )
    ended = () if outcome else tuple(
        (step.node, case.outcome) for step in case.steps if not step.completed_at
    )
    return replace(
        resume(case, event),
        just_completed=ended,
        state=CLOSED,
        outcome=outcome or case.outcome,
        steps=steps,
        opinions=tuple(_as_of(one, False) for one in case.opinions),
        requests=(),
        marking=flow.Marking(frozenset(), frozenset()),
        closed_at=event.at,
    )


# -------------------------------------------------------------------------- intake


def _codes(materials, *forms):
    return frozenset(row["spec"] for row in materials if row.get("form") in forms)


def on_receive(definition, case, event):
    """Receipt (收件) is not acceptance: the period of Art. 32 begins."""
    materials = event.payload.get("materials", ())
    given = _codes(materials, "file", "paper")
    case = replace(
        case,
        state=RECEIVED,
        answers=event.payload.get("answers", {}),
        deferred=_codes(materials, "deferred") - given,
        committed=_codes(materials, "commitment") - given,
        renews=event.payload.get("certificate"),
        providers=event.payload.get("providers", {}),
        received_at=event.at,
        papers_at=event.at,
    )
    return _enter(definition, case, event, flow.begin(definition["flow"]), closing={})


def on_request_supplement(definition, case, event):
    return replace(
        case,
        state=SUPPLEMENTING,
        requests=tuple(event.payload["requests"]),
        answered=(),
        noticed_at=event.at,
        notices=case.notices + 1,
    )


def on_supplement(definition, case, event):
    """The answer to the one-time notice, request by request; the organ's five days begin anew."""
    answers = event.payload.get("answers", case.answers)
    replies = {reply["request"]: reply["text"] for reply in event.payload.get("replies", ())}
    return replace(
        _take_materials(case, event),
        state=RECEIVED,
        answers=answers,
        changes=_changes(case.answers, answers),
        answered=tuple(
            dict(request, reply=replies.get(number, ""))
            for number, request in enumerate(case.requests)
        ),
        requests=(),
        papers_at=event.at,
        power_revoked_on=_revoked_on(case, answers),
    )


def _revoked_on(case, answers):
    """A revocation stands until another power of attorney is filed."""
    is_same = all(case.answers.get(name) == answers.get(name) for name in agency.QUESTIONS)
    return case.power_revoked_on if is_same else None


def on_file_power(definition, case, event):
    """A power of attorney (授权委托书, Art. 29); it takes the place of the last one."""
    return replace(case, answers=event.payload["answers"], power_revoked_on=None)


def on_revoke_power(definition, case, event):
    return replace(case, power_revoked_on=event.at.date())


def _take_materials(case, event):
    """What was promised and came, is promised no more."""
    given = _codes(event.payload.get("materials", ()), "file", "paper")
    return replace(
        case,
        deferred=case.deferred - given,
        committed=case.committed - given,
        providers={**case.providers, **event.payload.get("providers", {})},
    )


def _changes(old, new):
    return tuple(
        Change(code, old.get(code), new.get(code))
        for code in sorted({*old, *new})
        if old.get(code) != new.get(code)
    )


def on_correct(definition, case, event):
    """An error put right on the spot (当场更正, Art. 32 (3)): the clock goes on."""
    answers = event.payload["answers"]
    return replace(
        case, answers=answers, changes=case.changes + _changes(case.answers, answers)
    )


def on_accept(definition, case, event):
    """After a supplement the period runs from the day the last missing paper came."""
    case = replace(
        case,
        state=ACCEPTED,
        accepted_at=event.at,
        clock_from=case.papers_at if case.notices else event.at,
        deferral_days=event.payload.get("days"),
    )
    return move(definition, case, event, _node_of_kind(definition, "start"))


def on_deem_accepted(definition, case, event):
    """Silence for five working days: accepted as of the day of receipt (Art. 32)."""
    case = replace(
        case,
        state=ACCEPTED,
        accepted_at=case.papers_at,
        clock_from=case.papers_at,
        is_deemed_accepted=True,
    )
    return move(definition, case, event, _node_of_kind(definition, "start"))


def on_hand_in_deferred(definition, case, event):
    """Promised papers come in (补交); with the last one a granted licence is issued."""
    case = _take_materials(case, event)
    if case.outcome == "granted" and not case.deferred:
        case = _issue_licence(definition, case, event)
    return case


# ----------------------------------------------------------- steps and the decision


def on_complete_step(definition, case, event):
    node = node_of(definition, event.payload["node"])
    outcome = event.payload.get("outcome", "pass")
    if node["kind"] == "task" and node["stage"] in ("review", "first_review"):
        case = replace(case, drafters=case.drafters | {event.actor})
    case = resume(case, event, node["code"])
    return move(definition, case, event, node["code"], outcome=outcome)


def on_return_step(definition, case, event):
    return move(
        definition,
        case,
        event,
        event.payload["node"],
        outcome="return",
        back_to=event.payload["back_to"],
    )


def _issue_licence(definition, case, event):
    """The licence that the grant makes, with its dates (`domain.md` 1.1, Art. 49, 50).

    The certificate as it stands today comes with the event: since the filing it may have been
    changed, renewed or suspended; a suspension outlasts the new revision.
    """
    handles = definition.get("handles", licence.NEW)
    if definition["result"]["type"] != "licence" or handles == licence.CANCELLATION:
        return case
    about, day = event.payload.get("certificate") or case.renews or {}, event.at.date()
    state = licence.SUSPENDED if about.get("is_suspended") else licence.VALID
    old_to = date.fromisoformat(about["valid_to"]) if about.get("valid_to") else None
    if about.get("valid_from") and handles in (licence.CHANGE, licence.REISSUE):
        since = date.fromisoformat(about["valid_from"])
        return replace(case, licence=licence.Licence(since, old_to, state))
    if old_to and handles == licence.RENEWAL:
        day = licence.renewal_starts(
            old_to,
            in_time=bool(about.get("in_time")),
            on=day,
            by_silence=case.is_renewed_by_silence,
        )
    result = definition["result"]
    valid_to = licence.expiry(day, result["validity_value"], result["validity_unit"])
    return replace(case, licence=licence.Licence(day, valid_to, state))


def _decided(definition, case, event):
    is_granted = event.payload["decision"] == "grant"
    case = replace(
        resume(case, event),
        state=DECIDED,
        outcome="granted" if is_granted else "refused",
        refusal_ground="" if is_granted else event.payload.get("ground", ""),
        decided_at=event.at,
        decided_by=event.actor,
    )
    if is_granted:
        case = replace(case, check="open" if case.committed else "")
        if not case.deferred:
            case = _issue_licence(definition, case, event)
    return case


def on_decide(definition, case, event):
    """A grant goes on along the flow; a refusal goes straight to delivery (Art. 38)."""
    case = _decided(definition, case, event)
    node = event.payload["node"]
    if case.outcome == "granted":
        return move(definition, case, event, node, outcome="grant")
    return _to_the_end(definition, case, event, {node: "refuse"})


def on_decide_at_once(definition, case, event):
    """Accepted, decided and handed over in one sitting (即办件, Art. 34, 56)."""
    case = replace(case, accepted_at=event.at, clock_from=event.at)
    case = _decided(definition, case, event)
    outcome = {"grant": "grant", "refuse": "refuse"}[event.payload["decision"]]
    case = _to_the_end(definition, case, event, dict.fromkeys(case.active, outcome))
    at_once = tuple(
        (node["code"], outcome)
        for node in definition["flow"]["nodes"]
        if node["stage"] in ("intake", "decide", "close")
    )
    return replace(close(case, event, ""), just_completed=at_once)


def on_deem_renewed(definition, case, event):
    """No decision by expiry means renewed (Art. 50): the only licence by silence."""
    case = replace(
        resume(case, event),
        state=DECIDED,
        outcome="granted",
        is_renewed_by_silence=True,
        decided_at=event.at,
    )
    case = _issue_licence(definition, case, event)
    return _to_the_end(definition, case, event, {})


# ----------------------------------------------------------------- delivery and end


def on_dispatch(definition, case, event):
    payload = event.payload
    dispatch = Dispatch(payload["method"], event.at.date(), payload.get("tracking", ""))
    return replace(case, dispatch=dispatch)


def on_return_dispatch(definition, case, event):
    return replace(case, dispatch=None)


def closing(outcome):
    """The handler of an act that ends the case with ``outcome`` (empty: as decided)."""
    return lambda definition, case, event: close(case, event, outcome)


def on_end_deferral(definition, case, event):
    """The promised papers never came (6.6): ended, and a grant not handed out falls with it."""
    return close(replace(case, licence=None, check=""), event, "terminated")


def on_archive(definition, case, event):
    return replace(case, archived_at=event.at)


def on_migrate(definition, case, event):
    """From here on under a new version (迁移): steps stay, so do all answers that it takes."""
    dropped = event.payload.get("dropped", ())
    known = {material["code"] for material in definition["materials"]}
    return replace(
        case,
        answers={code: said for code, said in case.answers.items() if code not in dropped},
        deferred=case.deferred & known,
        committed=case.committed & known,
    )


def on_extend(definition, case, event):
    extension = clock.Extension(event.payload["days"], event.at.date(), was_in_time=True)
    covers = frozenset(event.payload.get("covers", ("statutory",)))
    return replace(case, extension=extension, extension_covers=covers)


def on_cancel_extension(definition, case, event):
    return replace(case, extension=None, extension_covers=frozenset())
