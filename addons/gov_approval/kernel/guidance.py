"""Guided questions before filing (情形引导): which are asked, and where their answers lead.

A guiding question is a field of the form that is marked ``situation``: a choice, many choices or
yes/no.  Its answer is an answer to the form, so what was said here is not asked again there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from . import form
from .errors import KernelError, _lt
from .expression import parse_condition

#: Types whose answers can be offered for choosing.
GUIDING_TYPES = ("choice", "choices", "yes_no")
MAX_TEXT = 200

CODES = {
    "guidance.unknown": _lt(
        "“%(name)s” is not a question of this guide. Begin again with the questions below."
    ),
    "guidance.answer": _lt("“%(label)s” does not offer this answer. Choose one from the list."),
    "publish.situations": _lt("Guiding questions can be asked before filing."),
    "publish.situation_type": _lt(
        "“%(field)s” cannot guide applicants: only a choice, many choices or yes/no can. Change"
        " its type, or take the mark away."
    ),
    "publish.situation_late": _lt(
        "The guiding question “%(field)s” is shown by “%(other)s”, which is asked only in the"
        " form. Let it be shown by guiding questions only."
    ),
}


@dataclass(frozen=True)
class Lead:
    """Where answers lead: questions shown with these answers, the first without an answer, and
    codes of materials and of sections.  ``open_materials`` hang on answers that only the form
    asks for."""

    asked: tuple[str, ...]
    next: str
    materials: tuple[str, ...]
    open_materials: tuple[str, ...]
    sections: tuple[str, ...]


def questions(spec: Mapping) -> list[Mapping]:
    """The guiding questions of a form in its order."""
    return [field for field in spec["fields"] if field.get("situation")]


def mark(standard: Iterable[Mapping], own: list[Mapping], needs: Iterable[str]) -> list[Mapping]:
    """The standard questions of every form, marked as guiding where a material hangs on them and
    the item asks guiding questions ``own`` at all."""
    standard = list(standard)
    if not any(field.get("situation") for field in own):
        return standard
    kinds = form.types({"fields": [*standard, *own]})
    used = frozenset().union(*(_names(need, kinds) for need in needs))
    return [
        {**field, "situation": field["code"] in used and field["type"] in GUIDING_TYPES}
        for field in standard
    ]


def read(spec: Mapping, given: Mapping[str, Iterable[str]]) -> dict:
    """Answers as they stand in the query of an address: option codes, ``yes`` and ``no``.

    :param given: every value of each name
    :raises KernelError: one of :data:`CODES`
    """
    known = {field["code"]: field for field in questions(spec)}
    answers = {}
    for name, texts in given.items():
        if name not in known:
            raise KernelError("guidance.unknown", name=str(name)[:60])
        answers[name] = _answer(known[name], [text for text in texts if text])
    return {name: answer for name, answer in answers.items() if answer not in (None, [])}


def _answer(field: Mapping, texts: list[str]):
    if field["type"] == "yes_no":
        offered = {"yes": True, "no": False}
    else:
        offered = {option["code"]: option["code"] for option in field["options"]}
    is_many = field["type"] == "choices"
    if len(texts) > (len(offered) if is_many else 1) or any(t not in offered for t in texts):
        raise KernelError("guidance.answer", label=field["label"])
    if is_many:
        return [code for code in offered if code in texts]
    return offered[texts[0]] if texts else None


def write(answers: Mapping) -> list[tuple[str, str]]:
    """The answers as pairs of an address's query; ``read`` is the way back."""
    pairs = []
    for name, answer in answers.items():
        texts = answer if isinstance(answer, list) else [answer]
        pairs += [(name, {True: "yes", False: "no"}.get(text, text)) for text in texts]
    return pairs


def lead(spec: Mapping, materials: Iterable[Mapping], answers: Mapping, *, today: date) -> Lead:
    """Where these answers (``read`` gives them) lead."""
    materials = list(materials)
    visible = form.visible_fields(spec, answers, today=today)
    asked = [field for field in questions(spec) if field["code"] in visible]
    kept = {field["code"]: answers[field["code"]] for field in asked if field["code"] in answers}
    needed = form.needed_materials(materials, spec, kept, today=today)
    names = {field["code"] for field in questions(spec)}
    kinds = form.types(spec)
    waiting = [
        material["code"]
        for material in materials
        if material["code"] not in needed
        and material.get("required", "always") == "always"
        and not _names(material.get("needed_if"), kinds) <= names
    ]
    sections = [
        section["code"]
        for section in spec["sections"]
        if any(f["code"] in visible for f in spec["fields"] if f.get("section") == section["code"])
    ]
    return Lead(
        tuple(field["code"] for field in asked),
        next((field["code"] for field in asked if field["code"] not in kept), ""),
        needed,
        tuple(waiting),
        tuple(sections),
    )


def _names(condition: str | None, kinds: Mapping) -> frozenset[str]:
    """Fields that a condition names; a wrong one names none, it is a defect of its own."""
    try:
        return parse_condition(condition, kinds).names if condition else frozenset()
    except KernelError:
        return frozenset()


def defects(spec: Mapping) -> Iterable[tuple[str, dict]]:
    """What keeps guiding questions from being asked: (code, params)."""
    kinds = form.types(spec)
    labels = {field["code"]: field["label"] for field in spec["fields"]}
    names = {field["code"] for field in questions(spec)}
    sections = {section["code"]: section.get("visible_if") for section in spec["sections"]}
    for field in _marked(spec):
        if field["type"] not in GUIDING_TYPES:
            yield "publish.situation_type", {"field": field["label"]}
    for field in questions(spec):
        for rule in (field.get("visible_if"), sections.get(field.get("section"))):
            for code in sorted(_names(rule, kinds) - names):
                params = {"field": field["label"], "other": labels[code]}
                yield "publish.situation_late", params


def check(definition: Mapping, _staffing) -> Iterable[tuple[str, str, dict]]:
    """The named check of the publish gate: (level, code, params) of each defect."""
    for code, params in defects(definition["form"]):
        yield "fail", code, params


def _marked(spec: Mapping) -> Iterable[Mapping]:
    """Marked fields, columns of tables too: a cell cannot guide."""
    for field in questions(spec):
        yield field
    for field in spec["fields"]:
        for column in field.get("columns") or ():
            if column.get("situation"):
                yield {**column, "type": "column"}
