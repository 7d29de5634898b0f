"""What a step does when it is completed (环节动作): a closed registry, each with typed parameters.

A node of the flow holds a list of effects, plain rows such as ``{"effect": "notify", "on":
"favourable", "text": "…"}``.  They are judged before publishing and run through the one door
with the act that completes the step.  Stopping the clock is no effect: a special procedure whose
time does not count does it, with its notice in writing (Art. 45).

Another module adds to the registry that ``gov.item.version._get_effects`` returns, and follows
its own effects in ``gov.case._emit`` by :func:`due`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .errors import KernelError, _lt
from .flow_graph import PASSING, rows

FAVOURABLE, ADVERSE, ANY = "favourable", "adverse", "any"
#: With which result of the step: passed or granted, objected or refused, either.
RESULTS = (FAVOURABLE, ADVERSE, ANY)
_FORWARD = {"pass": FAVOURABLE, "grant": FAVOURABLE, "granted": FAVOURABLE,
            "fail": ADVERSE, "refuse": ADVERSE, "refused": ADVERSE}

#: Documents that only a step issues; all others belong to an act of the law (``issuing``).
STEP_DOCUMENTS = ("step_opinion", "step_notice")
ISSUE_DOCUMENT, NOTIFY = "issue_document", "notify"
TEXT, CHOICE = "text", "choice"
MAX_EFFECTS = 10

CODES = {
    "effects.malformed": _lt("What “%(name)s” does on completion is damaged. Remove it and add it "
                             "again."),
    "effects.unknown": _lt("“%(name)s” is to do “%(effect)s” on completion, which nothing here "
                           "can do. Remove it."),
    "effects.result_unknown": _lt("Say for what “%(name)s” does on completion with which result "
                                  "it is done: favourable, adverse or any."),
    "effects.missing": _lt("What “%(name)s” does on completion is incomplete: fill in "
                           "“%(term)s”."),
    "effects.too_long": _lt("The text of “%(name)s” for the applicant has more than %(limit)s "
                            "characters. Shorten it."),
    "effects.not_a_choice": _lt("“%(name)s” cannot issue the document “%(value)s”. Choose one of "
                                "the list."),
    "effects.no_step": _lt("“%(name)s” is no step that anybody completes. Move what it does to a "
                           "step."),
    "effects.twice": _lt("“%(name)s” does the same thing twice on completion. Remove one."),
    "effects.too_many": _lt("“%(name)s” does more than %(limit)s things on completion. Remove "
                            "some."),
}


@dataclass(frozen=True)
class Param:
    """One input of an effect: a text up to ``limit`` characters, or one of ``options``."""

    code: str
    type: str
    limit: int = 0
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """One thing that a step can do, with what has to be said about it."""

    code: str
    params: tuple[Param, ...]


EFFECTS: Mapping[str, Effect] = {
    ISSUE_DOCUMENT: Effect(ISSUE_DOCUMENT, (Param("document", CHOICE, options=STEP_DOCUMENTS),)),
    NOTIFY: Effect(NOTIFY, (Param("text", TEXT, limit=200),)),
}


@dataclass(frozen=True)
class Fault:
    """One faulty effect: ``node`` is the code of the step, the rest as in a ``KernelError``."""

    code: str
    node: str
    params: Mapping


def check(flow: Mapping, registry: Mapping[str, Effect] = EFFECTS) -> list[Fault]:
    """Every effect of a flow that could not be run; none where it may be published."""
    return [
        Fault(error.code, str(node.get("code") or ""), error.params)
        for node in rows(flow, "nodes")
        for error in _judge(node, registry)
    ]


def _judge(node: Mapping, registry: Mapping[str, Effect]) -> Iterator[KernelError]:
    name, listed = str(node.get("name") or node.get("code") or ""), node.get("effects")
    if not listed:
        return
    if not isinstance(listed, list):
        yield KernelError("effects.malformed", name=name)
        return
    if str(node.get("kind")) in PASSING:
        yield KernelError("effects.no_step", name=name)
    if len(listed) > MAX_EFFECTS:
        yield KernelError("effects.too_many", name=name, limit=MAX_EFFECTS)
    for place, row in enumerate(listed):
        yield from _judge_row(name, row, registry)
        if row in listed[:place]:
            yield KernelError("effects.twice", name=name)


def _judge_row(name: str, row, registry: Mapping[str, Effect]) -> Iterator[KernelError]:
    code = row.get("effect") if isinstance(row, Mapping) else None
    if not isinstance(code, str):
        yield KernelError("effects.malformed", name=name)
        return
    effect = registry.get(code)
    if effect is None:
        yield KernelError("effects.unknown", name=name, effect=code)
        return
    if row.get("on") not in RESULTS:
        yield KernelError("effects.result_unknown", name=name)
    if not row.keys() <= {"effect", "on", *(param.code for param in effect.params)}:
        yield KernelError("effects.malformed", name=name)
    for param in effect.params:
        yield from _judge_value(name, param, row.get(param.code))


def _judge_value(name: str, param: Param, value) -> Iterator[KernelError]:
    if not isinstance(value, str) or not value.strip():
        yield KernelError("effects.missing", name=name, term=f"effect_{param.code}")
    elif param.type == CHOICE and value not in param.options:
        yield KernelError("effects.not_a_choice", name=name, value=value)
    elif param.type == TEXT and len(value) > param.limit:
        yield KernelError("effects.too_long", name=name, limit=param.limit)


def due(definition: Mapping, after) -> list[tuple[str, Mapping]]:
    """What the act that led to ``after`` has to do: ``(node, effect row)`` for each step that it
    completed with the result that the row asks for.  A step that is returned does nothing."""
    listed = {node["code"]: node.get("effects") or () for node in
              rows(definition.get("flow") or {}, "nodes")}
    return [
        (node, row)
        for node, outcome in after.just_completed
        for row in listed.get(node, ())
        if outcome in _FORWARD and row["on"] in (ANY, _FORWARD[outcome])
    ]


def documents(definition: Mapping, after) -> tuple[str, ...]:
    """Kinds of the documents that completed steps issue, each once."""
    kinds = [row["document"] for _node, row in due(definition, after)
             if row["effect"] == ISSUE_DOCUMENT]
    return tuple(dict.fromkeys(kinds))


def messages(definition: Mapping, after) -> list[dict]:
    """What completed steps tell the applicant: ``{"step", "text"}``."""
    return [{"step": node, "text": row["text"]} for node, row in due(definition, after)
            if row["effect"] == NOTIFY]
