"""What the acts of a joint review change (联合审查): every department answers for itself.

The lead (主办) sends the case to the departments, all work at once, and the review is over as soon
as its rule has a result, whoever answered last; the result then is no single person's act.
"""

from dataclasses import replace

from . import flow
from .case_effects import move
from .case_facts import node_of


def _put(case, event, change):
    """Change the open opinions at the node of the event that ``change`` has values for."""
    return replace(
        case,
        opinions=tuple(
            replace(one, **change(one))
            if one.is_open and one.node == event.payload["node"] and change(one)
            else one
            for one in case.opinions
        ),
    )


def _of(event, **values):
    return lambda one: values if one.department == event.payload["department"] else None


def on_acknowledge_review(definition, case, event):
    return _put(case, event, _of(event, acknowledged_at=event.at))


def on_give_opinion(definition, case, event):
    """Whoever gave an opinion examined the case, and neither signs it nor chairs its hearing."""
    return _say(definition, case, event, is_corrected=False)


def on_correct_opinion(definition, case, event):
    """The opinion before stays in the history; what counts is the last one."""
    return _say(definition, case, event, is_corrected=True)


def _say(definition, case, event, **more):
    payload = event.payload
    said = _of(
        event,
        value=payload["outcome"],
        text=payload.get("opinion", ""),
        basis=payload.get("basis", ""),
        given_at=event.at,
        given_by=event.actor,
        **more,
    )
    case = replace(_put(case, event, said), drafters=case.drafters | {event.actor})
    return _settle(definition, case, event)


def on_deem_no_objection(definition, case, event):
    """Silence after the limit (超时默认): recorded as such, never as the department's approval."""
    silent = event.payload["departments"]

    def change(one):
        is_silent = one.department in silent
        return {"value": flow.SILENT, "given_at": event.at} if is_silent else None

    return _settle(definition, _put(case, event, change), event)


def _settle(definition, case, event):
    """Go on as soon as the rule of the review has a result."""
    node = node_of(definition, event.payload["node"])
    said = {
        one.department: one.value
        for one in case.opinions
        if one.is_open and one.node == node["code"] and one.value
    }
    result = flow.joint_result(node["joint"], said)
    if result == flow.PENDING:
        return case
    outcome = "pass" if result == flow.PASS else "object"
    nobody = replace(event, actor=0, payload={})  # the rule ends the review
    return move(definition, case, nobody, node["code"], outcome=outcome)
