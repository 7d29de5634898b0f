"""What a rule may ask of an act on a case (监察要素): plain values, read from the events alone.

A value that means nothing for an act is None, and a comparison with it is false: a rule on the
officers of a site visit never catches a payment.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from ...gov_approval.kernel import acts, clock, issuing
from ...gov_approval.kernel.case_facts import OUTCOMES, UNCOUNTED_BY_LAW, node_of
from ...gov_approval.kernel.dues import decision_dues
from ...gov_approval.kernel.errors import _lt

ROLES = (
    "window_clerk", "reviewer", "representative", "government_head", "applicant", "public",
    "system",
)  # fmt: skip
#: Whose reports a case may hold, and what they may have found; what a module wants supervised, it
#: reports as an event of the case with ``topic`` and ``finding``.
TOPICS = ("fee", "intermediary")
FINDINGS = ("off_list", "wrong_rate", "outside_bank", "named")
ACTS = (*sorted(acts.ACTS), "report")
_YES_NO, _NUMBER, _CHOICE = "yes_no", "number", "choice"
#: Code -> (type, option codes).
FIELDS = {
    "act": (_CHOICE, ACTS),
    "role": (_CHOICE, ROLES),
    "outcome": (_CHOICE, OUTCOMES),
    "stage": (_CHOICE, ("intake", "first_review", "review", "decide", "close")),
    "procedure": (_CHOICE, ("site_visit", "public_notice", *sorted(UNCOUNTED_BY_LAW))),
    "notices": (_NUMBER, ()),
    "unlisted_requests": (_NUMBER, ()),
    "officers": (_NUMBER, ()),
    "has_opinion": (_YES_NO, ()),
    "has_mandate": (_YES_NO, ()),
    "is_drafter": (_YES_NO, ()),
    "missing_papers": (_NUMBER, ()),
    "is_stop_lawful": (_YES_NO, ()),
    "promise_used": (_NUMBER, ()),
    "promise_left": (_NUMBER, ()),
    "statute_left": (_NUMBER, ()),
    "days_entered_late": (_NUMBER, ()),
    "step_minutes": (_NUMBER, ()),
    "steps_this_minute": (_NUMBER, ()),
    "topic": (_CHOICE, TOPICS),
    "finding": (_CHOICE, FINDINGS),
}
#: What is asked, in words; ``models/rule_speech.py`` says them in the user's language.
LABELS = {
    "act": _lt("Act"),
    "role": _lt("Role of whoever acted"),
    "outcome": _lt("Outcome of the case"),
    "stage": _lt("Stage of the step"),
    "procedure": _lt("Procedure"),
    "notices": _lt("One-time notices so far"),
    "unlisted_requests": _lt("Demands that are not in the guide"),
    "officers": _lt("Officers at the visit"),
    "has_opinion": _lt("An opinion is written"),
    "has_mandate": _lt("Signed under a mandate"),
    "is_drafter": _lt("Whoever decided had drafted too"),
    "missing_papers": _lt("Documents due with the act and not issued"),
    "is_stop_lawful": _lt("The stop has a ground in the law or in the item"),
    "promise_used": _lt("Promised period used (percent)"),
    "promise_left": _lt("Working days left of the promise"),
    "statute_left": _lt("Working days left by law"),
    "days_entered_late": _lt("Days between the act and its entry"),
    "step_minutes": _lt("Minutes that the step lasted"),
    "steps_this_minute": _lt("Steps completed within a minute"),
    "topic": _lt("Matter that was reported"),
    "finding": _lt("What was found"),
}
#: Dates that an act says of itself.
_SAID_DATES = ("visited_on", "held_on", "received_on", "checked_on")
_SIGNED = ("decide", "decide_at_once", "extend", "cancel_extension", "cancel_stop", "terminate")
_DECISIONS = ("decide", "decide_at_once")
_MINUTE = timedelta(minutes=1)


def read(definition: Mapping, before, event, after, calendar: clock.Calendar) -> dict:
    """The values of ``FIELDS`` for one event between the facts ``before`` and ``after``."""
    payload, kind = event.payload, event.kind
    node = _node(definition, payload)
    values = dict.fromkeys(FIELDS)
    values |= {
        "act": kind,
        "role": event.role or None,
        "outcome": after.outcome or None,
        "stage": node.get("stage") or None,
        "procedure": node.get("procedure") or None,
        "notices": after.notices,
        "topic": payload.get("topic") if kind == "report" else None,
        "finding": payload.get("finding") if kind == "report" else None,
        "missing_papers": _missing_papers(definition, event, after),
        "days_entered_late": _days_late(payload, event.at.date()),
    }
    if kind == "request_supplement":
        values["unlisted_requests"] = _unlisted(definition, payload)
    if kind == "complete_step":
        values |= _step(before, event, after, payload)
        if node.get("procedure") == "site_visit":
            values["officers"] = len(payload.get("officers") or ())
    if kind in (*_DECISIONS, "complete_step", "give_opinion"):
        values["has_opinion"] = bool((payload.get("opinion") or "").strip())
    if kind in _DECISIONS:
        values["is_drafter"] = event.actor in before.drafters
    if kind in _SIGNED:
        head = event.role == "government_head"  # signs by office, not under a mandate
        values["has_mandate"] = head or bool(payload.get("mandate"))
    if kind == "stop_clock":
        values["is_stop_lawful"] = _is_lawful(node)
    return values | _left(definition, before, calendar, event.at.date())


def _node(definition, payload):
    code = payload.get("node")
    known = {node["code"] for node in definition["flow"]["nodes"]}
    return node_of(definition, code) if code in known else {}


def _missing_papers(definition, event, after):
    """Nothing that concerns the applicant happens without paper (Art. 32, 38, 42, 45)."""
    if event.kind == "report":
        return None
    issued = {one["kind"] for one in event.payload.get("documents", ())}
    return len(set(issuing.documents_of(definition, event, after)) - issued)


def _days_late(payload, day):
    said = [payload[name] for name in _SAID_DATES if payload.get(name)]
    return max((day - date.fromisoformat(one)).days for one in said) if said else None


def _unlisted(definition, payload):
    """A notice may only ask for what the guide lists (Art. 30, 32)."""
    materials = definition["materials"]
    listed = {part for one in materials for part in (one["code"], one["name"])}
    listed |= {part for f in definition["form"]["fields"] for part in (f["code"], f["label"])}
    return sum(row["material"] not in listed for row in payload.get("requests", ()))


def _step(before, event, after, payload):
    begun = next(
        (s.started_at for s in before.steps if s.node == payload["node"] and not s.completed_at),
        None,
    )
    together = [s for s in after.steps if s.completed_at and event.at - s.completed_at < _MINUTE]
    minutes = int((event.at - begun).total_seconds() // 60) if begun else None
    return {"step_minutes": minutes, "steps_this_minute": len(together)}


def _is_lawful(node):
    """A procedure of Art. 45, or one that the item takes out of its promise from the outset."""
    is_declared = not node.get("counts_toward_deadline", True)
    return node.get("procedure") in UNCOUNTED_BY_LAW or bool(node.get("procedure") and is_declared)


def _left(definition, before, calendar, day):
    """How the case stood against its promise and the law when the act was done."""
    if before.state != "accepted":
        return {}
    dues, values = decision_dues(definition, before, calendar, day), {}
    for name, key in (("promised", "promise_left"), ("statutory", "statute_left")):
        if name in dues:
            values[key] = clock.remaining_days(day, dues[name].on, calendar)
    if "promised" in dues:
        due = dues["promised"]
        total = max(1, calendar.working_days_between(due.started_on, due.on))
        left = calendar.working_days_between(min(day, due.on), due.on)
        values["promise_used"] = 100 * (total - left) // total
    return values
