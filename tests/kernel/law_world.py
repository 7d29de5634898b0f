"""Small items, people and a clock on which the table ``tests/conformance/law.csv`` is played.

A situation is a list of acts, each performed through ``procedure.check`` by whoever may: a row can
only stand on a history that the law allows.
"""

import copy
import csv
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from kernel import agency, case, clock, form, procedure
from kernel.situation import Actor, Mandate

ROOT = Path(__file__).resolve().parents[2]
HOURS = time(10, 0)

SIGNING = Mandate(1, "M-1", frozenset({"decide"}), "seal 1")
FULL = Mandate(2, "M-2", frozenset(procedure.POWERS), "seal 2")
PEOPLE = {
    "system": Actor(0, frozenset({"system"})),
    "clerk": Actor(1, frozenset({"window_clerk"})),
    "reviewer": Actor(2, frozenset({"reviewer", "reviewer@market"})),
    "second reviewer": Actor(3, frozenset({"reviewer", "reviewer@market"})),
    "chair": Actor(4, frozenset({"reviewer", "reviewer@market"})),
    "representative": Actor(5, frozenset({"representative"}), FULL),
    "representative for signing": Actor(6, frozenset({"representative"}), SIGNING),
    "representative without mandate": Actor(7, frozenset({"representative"})),
    "reviewing representative": Actor(8, frozenset({"reviewer", "representative"}), FULL),
    "representative at the window": Actor(9, frozenset({"window_clerk", "representative"}), FULL),
    "head of government": Actor(10, frozenset({"government_head"})),
    "water reviewer": Actor(11, frozenset({"reviewer@water"})),
    "applicant": Actor(12, frozenset({"applicant"}), name="Li"),
    "agent": Actor(12, frozenset({"applicant"}), name="Zhao"),
    "stranger": Actor(13, frozenset({"public"})),
    "nobody": Actor(14, frozenset()),
    "city reviewer": Actor(15, frozenset({"reviewer@city"})),
    "second water reviewer": Actor(16, frozenset({"reviewer@water"})),
    "reviewer of two departments": Actor(17, frozenset({"reviewer@water", "reviewer@city"})),
    "reviewing water representative": Actor(
        18, frozenset({"reviewer@water", "representative"}), FULL
    ),
}


@cache
def calendar():
    """The State Council's days of the project's own table."""
    days = {"holiday": {}, "makeup_workday": {}}
    with open(ROOT / "tests/conformance/data/holidays.csv", encoding="utf-8-sig") as rows:
        for row in csv.DictReader(rows):
            days[row["kind"]][date.fromisoformat(row["date"])] = row["name"]
    return clock.Calendar(days["holiday"], days["makeup_workday"], date(2026, 12, 31))


# ------------------------------------------------------------------------- items


def _node(code, kind, stage, role, days=0, **more):
    base = {
        "code": code,
        "kind": kind,
        "stage": stage,
        "name": code,
        "role": role,
        "department": None,
        "days": days,
        "unit": "workday",
        "procedure": None,
        "counts_toward_deadline": True,
        "four_eyes": True,
    }
    return base | more


def _line(*nodes):
    edges = [
        {"source": a["code"], "target": b["code"], "condition": "", "default": False}
        for a, b in zip(nodes, nodes[1:], strict=False)
    ]
    return {"nodes": list(nodes), "edges": edges}


ACCEPT = _node("accept", "start", "intake", "window_clerk")
REVIEW = _node("review", "task", "review", "reviewer", 5)
DECIDE = _node("decide", "task", "decide", "representative", 3)
END = _node("deliver", "end", "close", "window_clerk")


def _procedure(kind, counts, days=0, **more):
    return _node(
        kind, "procedure", None, "reviewer", days, procedure=kind, counts_toward_deadline=counts,
        **more,
    )  # fmt: skip


def _field(code, kind, **more):
    return {
        "code": code, "label": code, "section": "main", "type": kind, "required": False,
        "required_if": "", "visible_if": "", "constraint": "", "constraint_message": "",
        "options": [], "columns": [], "indexed": False, "min": None, "max": None,
        "max_length": None, "default": None, "basis": "", "help": "",
    } | more  # fmt: skip


BASE = {
    "item": {"code": "food", "power_type": "01", "department": "market"},
    "item_kind": "promised",
    "periods": {
        "statutory": {"value": 20, "unit": "workday"},
        "promised": {"value": 10, "unit": "workday"},
        "notice": {"value": 5, "unit": "workday"},
        "supplement": {"value": 15, "unit": "workday"},
        "delivery": {"value": 10, "unit": "workday"},
    },
    "form": {
        "sections": [{"code": "main", "name": "Main", "visible_if": ""}],
        "fields": [
            _field("name", "text", required=True),
            _field("applicant_name", "text"),
            _field("area", "number", min=1),
            _field("has_agent", "yes_no"),
        ],
    },
    "materials": [{"code": "power_of_attorney", "needed_if": "has_agent"}],
    "flow": _line(ACCEPT, REVIEW, DECIDE, END),
    "result": {"type": "licence", "name": "Licence", "validity_value": 5, "validity_unit": "year"},
    "handles": "new",
    "is_safety": False,
}


def _with(**changes):
    return copy.deepcopy(BASE) | changes


def _with_procedure(kind, counts, days=0, **more):
    return _with(flow=_line(ACCEPT, _procedure(kind, counts, days), REVIEW, DECIDE, END), **more)


def _with_review(**joint):
    """Water and city are asked; five working days within a statute of 45 (Art. 42)."""
    rule = {"rule": "all", "quorum": 0, "departments": ["water", "city"], "silence": "wait"}
    review = _node("ask", "joint_review", "review", None, 5, joint=rule | joint)
    return _with(
        periods=BASE["periods"] | {"statutory": {"value": 45, "unit": "workday"}},
        flow=_line(ACCEPT, review, DECIDE, END),
    )


ITEMS = {
    "licence": BASE,
    "instant licence": _with(item_kind="instant"),
    "filing": _with(
        item=BASE["item"] | {"power_type": "10"}, result=BASE["result"] | {"type": "none"}
    ),
    "licence asked for in person": _with(materials=[]),
    "licence for safety": _with(is_safety=True),
    "technical approval": _with_procedure("site_visit", True, licence_kind="technical"),
    "licence with site visit": _with_procedure("site_visit", True),
    "licence with uncounted visit": _with_procedure("site_visit", False),
    "licence with expert review": _with_procedure("expert_review", False),
    "licence with testing": _with_procedure("testing", False),
    "licence with hearing": _with_procedure("hearing", False),
    "licence with public notice": _with_procedure("public_notice", False, 7),
    "benefit with public notice": _with_procedure(
        "public_notice", False, 7, item=BASE["item"] | {"power_type": "05"}
    ),
    "joint licence": _with(
        periods=BASE["periods"] | {"statutory": {"value": 45, "unit": "workday"}},
        flow=_line(
            ACCEPT,
            _node("water", "task", "review", "reviewer", 5, department="water"),
            REVIEW,
            DECIDE,
            END,
        ),
    ),
    "joint review": _with_review(),
    "joint review by veto": _with_review(rule="veto"),
    "joint review by quorum": _with_review(rule="quorum", quorum=1),
    "joint review with silence": _with_review(silence="no_objection"),
    "licence with first review": _with(
        flow=_line(ACCEPT, _node("first", "task", "first_review", "reviewer"), REVIEW, DECIDE, END)
    ),
    "licence with hand-out step": _with(
        flow=_line(
            ACCEPT, REVIEW, DECIDE, _node("print", "task", "close", "window_clerk"), END
        )
    ),
    "licence with a longer promise": _with(
        periods=BASE["periods"] | {"promised": {"value": 15, "unit": "workday"}}
    ),
    "renewal": _with(handles="renewal"),
    "renewal of a filing": _with(
        handles="renewal", item=BASE["item"] | {"power_type": "10"}
    ),
    "change": _with(handles="change"),
    "reissue": _with(handles="reissue"),
    "cancellation": _with(handles="cancellation"),
    "own law in months": _with(
        periods=BASE["periods"] | {"statutory": {"value": 3, "unit": "month"}}
    ),
}

# -------------------------------------------------------------------------- acts

REQUEST = {"material": "plan", "wrong": "no scale", "expected": "a scale", "basis": "Art. 12"}
ANSWERS = {"name": "Li", "area": "60", "applicant_name": "Li"}
#: A power of attorney for filing alone, and one with every express power.
AGENT = {
    "has_agent": True, "agent_name": "Zhao", "agent_powers": [],
    "agent_from": "2026-03-01", "agent_until": "2026-03-31",
}
EXPRESS = AGENT | {"agent_powers": list(agency.AGENT_POWERS)}
AGENTS = {"agent": AGENT, "empowered": EXPRESS}
OLD = {"number": "No 1", "revision": 1, "valid_from": "2021-04-16", "valid_to": "2026-04-15"}
#: Who performs an act and what is said, where a row does not say otherwise.
USUAL = {
    "accept": ("clerk", {}),
    "accept_deferred": ("clerk", {"days": 5, "signed_by": "Li"}),
    "decide_at_once": (
        "representative at the window",
        {"decision": "grant", "opinion": "met", "method": "window", "receiver": "Li"},
    ),
    "request_supplement": ("clerk", {"requests": [REQUEST]}),
    "correct": ("clerk", {"field": "area", "value": "70", "initialled_by": "Li"}),
    "decline": ("clerk", {"reasons": "no licence needed"}),
    "refuse_acceptance": ("clerk", {"reasons": "not ours", "competent_organ": "Water bureau"}),
    "supplement": ("applicant", {}),
    "hand_in_deferred": ("applicant", {}),
    "file_power": ("clerk", {}),
    "revoke_power": ("clerk", {"requester": "Li"}),
    "complete_step": ("reviewer", {"opinion": "met", "outcome": "pass"}),
    "give_opinion": ("water reviewer", {"outcome": "agree"}),
    "acknowledge_review": ("water reviewer", {}),
    "correct_opinion": ("water reviewer", {"outcome": "agree", "reasons": "plan was misread"}),
    "return_step": ("representative", {"opinion": "unclear", "back_to": "review"}),
    "decide": ("representative", {"decision": "grant", "opinion": "met"}),
    "stop_clock": ("reviewer", {"expected_days": 10, "reasons": "by law"}),
    "resume_clock": ("reviewer", {"opinion": "done"}),
    "cancel_stop": ("representative", {"stop": "1", "reasons": "without ground"}),
    "extend": ("representative", {"days": 10, "reasons": "complex"}),
    "cancel_extension": ("representative", {"reasons": "not needed"}),
    "publish_notice": ("reviewer", {"days": 7, "place": "hall"}),
    "record_objection": (
        "clerk",
        {"objector": "Wang", "contact": "13800138000", "objection": "noise"},
    ),
    "answer_objection": ("reviewer", {"number": "1", "opinion": "examined"}),
    "name_third_party": ("reviewer", {"name": "Wang", "contact": "1", "interest": "neighbour"}),
    "record_statement": ("reviewer", {"party": "1", "statement": "noise"}),
    "tell_hearing_right": ("reviewer", {"reasons": "major interests"}),
    "request_hearing": ("applicant", {"requester": "Li"}),
    "waive_hearing": ("applicant", {"requester": "Li"}),
    "call_hearing": (
        "reviewer",
        {"held_on": "2026-03-20", "begins_at": "09:30", "place": "hall", "chair": 4},
    ),
    "challenge_chair": ("applicant", {"reasons": "related"}),
    "replace_chair": ("representative", {"chair": 3, "reasons": "challenge justified"}),
    "record_hearing": ("chair", {"attended": "Li", "record": "heard", "signed_by": "Li"}),
    "migrate": ("representative", {"target": "licence", "reasons": "new version"}),
    "withdraw": ("applicant", {}),
    "terminate": ("representative", {"ground": "applicant_dead", "reasons": "died"}),
    "refer": ("representative", {"competent_organ": "City bureau", "opinion": "agreed"}),
    "deliver": ("clerk", {"method": "window", "receiver": "Li"}),
    "dispatch": ("clerk", {"method": "post", "tracking": "EMS 1"}),
    "return_dispatch": ("clerk", {"reasons": "unknown at the address"}),
    "confirm_delivery": ("clerk", {"received_on": "2026-03-20", "receiver": "Li"}),
    "check_commitment": (
        "reviewer",
        {"outcome": "kept", "opinion": "as promised", "checked_on": "2026-04-01"},
    ),
    "hear_holder": ("reviewer", {"statement": "heard"}),
    "revoke_licence": ("representative", {"ground": "unqualified", "reasons": "not qualified"}),
    "withdraw_licence": (
        "representative",
        {"ground": "law_changed", "reasons": "new law", "compensation": "1 000"},
    ),
    "penalise_licence": (
        "reviewer",
        {"organ": "Market bureau", "decision_number": "1", "reasons": "breach"},
    ),
    "suspend_licence": ("representative", {"reasons": "investigation"}),
    "resume_licence": ("representative", {"reasons": "cleared"}),
    "cancel_licence": ("representative", {"ground": "expired", "ground_on": "2026-03-01"}),
}  # fmt: skip
#: What the code behind a screen adds to an act.
FACTS = {
    "file_power": lambda world: {"answers": world.case.answers | EXPRESS},
    "supplement": lambda world: {"answers": dict(world.case.answers), "replies": []},
    "hand_in_deferred": lambda world: {"materials": [{"spec": "health", "form": "file"}]},
    "supersede": lambda world: {"effect": "renewed", "by": "next"},
}


class World:
    """One case of an item, as far as its situation has brought it."""

    def __init__(self, item):
        self.definition = ITEMS[item]
        self.case = case.CaseFile()

    def receive(self, at, said):
        """Filing, with what was promised and the certificate that it is about."""
        payload = {"answers": dict(ANSWERS)}
        for name in said:
            payload["answers"] |= AGENTS.get(name, {})
        payload["materials"] = [
            {"spec": "health", "form": given}
            for given in ("deferred", "commitment")
            if given in said
        ]
        if self.definition["handles"] != "new":
            payload["certificate"] = OLD | {"in_time": "late" not in said}
        self._apply("receive", at, 12, payload)

    def act(self, kind, at, who=None, said=None):
        """One act as the door performs it; KernelError if it is refused."""
        usual_who, usual = USUAL.get(kind, ("system", {}))
        who, payload = PEOPLE[who or usual_who], dict(usual)
        for name, value in (said or {}).items():
            if value == "-":
                payload.pop(name, None)
            else:
                payload[name] = value
        target = ITEMS.get(payload.pop("target", ""))
        _offer, values = procedure.check(
            kind, self.definition, self.case, who, payload, calendar(), at.date(), target
        )
        self.definition = target or self.definition
        values |= FACTS.get(kind, lambda world: {})(self)
        self._apply(kind, at, who.user_id, values)

    def _apply(self, kind, at, actor, payload):
        self.case = case.apply(self.definition, self.case, case.Event(kind, at, actor, "", payload))

    def dues(self, today):
        """The due dates by key."""
        return case.due_dates(self.definition, self.case, calendar(), today)


def moment(text):
    """``03-02`` or ``03-02 18:30`` of 2026, or a whole date; ten o'clock unless said."""
    day, _blank, hour = text.partition(" ")
    if len(day) == 5:
        day = f"2026-{day}"
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour) if hour else HOURS)


def said_of(text):
    """``days=5, officers=2+3, reasons=-`` as a mapping; ``-`` leaves an input out."""
    said = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _equals, value = part.partition("=")
        if name == "officers" and value != "-":
            said[name] = [int(number) for number in value.split("+")]
        else:
            said[name] = int(value) if value.isdecimal() and name not in TEXTS else value
    return said


#: Inputs that are texts even where they look like numbers.
TEXTS = {"stop", "number", "party", "value", "compensation"}
FORM_CODES = form.CODES
