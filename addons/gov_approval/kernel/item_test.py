"""Stored test cases of an item (测试用例): what a version makes of given answers, and what changed.

``observe`` plays the answers on a definition without a case, a calendar or a clock: whether the
form takes them, which materials are asked for, which steps an application passes when everybody
agrees, which documents it gets, within which limits.  ``compare`` holds that against what was
recorded as right, and says each difference as a sentence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from . import expression, flow, form, issuing, licence
from .case_facts import CaseFile, Event
from .errors import KernelError, _lt

#: What a test may expect, in the order in which it is said.
FACETS = {
    "errors": list,  # [[path, code]] of the form; none: the form is accepted
    "materials": list,  # codes asked for
    "steps": list,  # codes passed, in order
    "documents": list,  # kinds issued, in order
    "promised": dict,  # period, or None
    "statutory": dict,
    "failure": str,  # code of what kept the flow from its end
}
#: More entries than any item has.
MAX_ENTRIES = 500

CODES = {
    "item_test.expected": _lt(
        "The expectation of a test case is not in its form at “%(name)s”. Record the present"
        " result instead of writing it."
    ),
    "item_test.answers": _lt(
        "The answers of a test case are not in their form. Enter them through the form of the item."
    ),
    "item_test.now_accepted": _lt("The form is accepted; expected was that it is refused."),
    "item_test.now_refused": _lt("The form is refused: %(reason)s"),
    "item_test.error_more": _lt("New objection of the form: %(reason)s"),
    "item_test.error_less": _lt("The form objects no more to “%(field)s”."),
    "item_test.material_more": _lt("The material “%(material)s” is asked for as well."),
    "item_test.material_less": _lt("The material “%(material)s” is not asked for any more."),
    "item_test.step_more": _lt("The step “%(step)s” is passed as well."),
    "item_test.step_less": _lt("The step “%(step)s” is not passed any more."),
    "item_test.step_order": _lt("The steps are passed in another order: %(steps)s."),
    "item_test.document_more": _lt("The document “%(kind)s” is issued as well."),
    "item_test.document_less": _lt("The document “%(kind)s” is not issued any more."),
    "item_test.period": _lt("The %(term)s is %(found)s; expected was %(expected)s."),
    "item_test.period_more": _lt("The %(term)s is set; expected was that it is not."),
    "item_test.period_less": _lt("The %(term)s is not set; expected was %(expected)s."),
    "item_test.period_said": _lt("%(value)s %(unit)s"),
    "item_test.stuck": _lt("The flow cannot be played to its end: %(reason)s"),
    "item_test.unstuck": _lt("The flow can be played to its end; expected was that it cannot."),
}


@dataclass(frozen=True)
class Difference:
    """One departure from what was recorded; ``code`` of a sentence."""

    code: str
    params: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Played:
    """What a definition makes of answers: ``result`` by facet as plain JSON, and the errors of
    form and flow as they can be said."""

    result: dict
    errors: tuple[form.FieldError, ...] = ()
    failure: KernelError | None = None


# ------------------------------------------------------------------------- playing


def observe(definition: Mapping, answers: Mapping, on: date) -> Played:
    """Play the answers as if they were filed on the day ``on``."""
    try:
        judged = form.validate(definition["form"], answers, today=on)
        needed = form.needed_materials(
            definition["materials"], definition["form"], judged.values, today=on
        )
    except KernelError as error:  # a draft with a wrong condition
        return Played(_result(definition, failure=error), failure=error)
    errors = [[error.path, error.code] for error in judged.errors]
    if errors:
        return Played(_result(definition, errors, needed), judged.errors)
    try:
        steps = path(definition, judged.values, on)
    except KernelError as error:
        return Played(_result(definition, errors, needed, failure=error), failure=error)
    papers = _documents(definition, judged.values, needed, steps, on)
    return Played(_result(definition, errors, needed, steps, papers))


def _result(definition, errors=(), materials=(), steps=(), documents=(), failure=None):
    return {
        "errors": list(errors),
        "materials": list(materials),
        "steps": list(steps),
        "documents": list(documents),
        "promised": definition["periods"]["promised"],
        "statutory": definition["periods"]["statutory"],
        "failure": failure.code if failure else "",
    }


def path(definition: Mapping, values: Mapping, on: date) -> tuple[str, ...]:
    """Codes of the steps that a case with these answers passes when every step agrees.

    :raises KernelError: of the flow, when no way leads to its end
    """
    types = form.types(definition["form"])

    def test(text):
        return expression.parse_condition(text, types).evaluate(values, today=on)

    order = {node["code"]: place for place, node in enumerate(definition["flow"]["nodes"])}
    marking, passed = flow.begin(definition["flow"]), []
    while marking.active and len(passed) <= len(order):
        node = min(marking.active, key=order.__getitem__)
        passed.append(node)
        marking = flow.advance(definition["flow"], marking, node, test=test)
    return tuple(passed)


def _documents(definition, values, needed, steps, on) -> Iterable[str]:
    """Kinds of the documents that the applicant gets on the way to a grant, each once."""
    at = datetime.combine(on, time(10))
    nodes = {node["code"]: node for node in definition["flow"]["nodes"]}
    promised = form.needed_materials(
        [m | {"required": "always"} for m in definition["materials"] if _is_promise(m)],
        definition["form"],
        values,
        today=on,
    )
    rows = [{"spec": code, "form": "file"} for code in needed]
    rows += [{"spec": code, "form": "commitment"} for code in promised]
    after = _granted(definition, on)
    received = Event("receive", at, payload={"materials": rows})
    kinds = [*issuing.documents_of(definition, received, CaseFile())]
    for code in steps:
        kinds += _documents_of_step(definition, nodes[code], at, after)
    return dict.fromkeys(kinds)


def _is_promise(material):
    return material["required"] == "commitment"


def _granted(definition, on):
    """The facts of a granted case, as far as its documents depend on them."""
    handles = definition.get("handles", licence.NEW)
    is_licence = definition["result"]["type"] == "licence" and handles != licence.CANCELLATION
    return CaseFile(
        outcome="granted",
        renews=None if handles == licence.NEW else {"in_time": True},
        licence=licence.Licence(on, None, licence.VALID) if is_licence else None,
    )


def _documents_of_step(definition, node, at, granted):
    """What completing the step issues, with the effects that the item adds to it."""
    begun, payload, kinds = CaseFile(), {}, ()
    if node["kind"] == "start":
        act, after, result = "accept", begun, "pass"
    elif node["kind"] == "end":
        act, after, result = "deliver", granted, "granted"
    elif node.get("stage") == "decide":
        act, after, result = "decide", granted, "grant"
    else:
        act, after, result = "complete_step", begun, "pass"
        if not node.get("counts_toward_deadline", True):
            kinds = ("procedure_notice",)
        if node.get("procedure") == "public_notice":
            kinds = ("public_notice", *kinds)
        elif node.get("procedure") == "site_visit":
            payload = {"officers": ["1", "2"]}
    after = replace(after, just_completed=((node["code"], result),))
    return (*kinds, *issuing.documents_of(definition, Event(act, at, payload=payload), after))


# ----------------------------------------------------------------------- comparing


def compare(definition: Mapping, expected: Mapping, played: Played) -> tuple[Difference, ...]:
    """Departures of what was played from what was recorded; facets not recorded are not judged."""
    found = []
    for facet in FACETS:
        if facet in ("steps", "documents") and found[:1] == [_NOW_ACCEPTED]:
            continue  # of a form that was refused nothing was expected further on
        if facet in expected:
            found += _COMPARE[facet](definition, expected[facet], played)
    return tuple(found)


_NOW_ACCEPTED = Difference("item_test.now_accepted")


def _errors(definition, expected, played):
    labels = {row["code"]: row.get("label") for row in definition["form"]["fields"]}
    before = {tuple(error) for error in expected}
    for error in played.errors:
        if not expected:
            yield Difference("item_test.now_refused", {"reason": _said(error)})
        elif (error.path, error.code) not in before:
            yield Difference("item_test.error_more", {"reason": _said(error)})
    if expected and not played.errors and not played.failure:
        yield _NOW_ACCEPTED
        return
    now = {tuple(error) for error in played.result["errors"]}
    for path_, _code in sorted(before - now):
        name = path_.partition(".")[0]
        yield Difference("item_test.error_less", {"field": labels.get(name) or path_})


def _said(error):
    return KernelError(error.code, **error.params)


def _set(facet, word, name_of):
    """The comparison of two lists of codes whose order says nothing."""

    def differences(definition, expected, played):
        now = played.result[facet]
        if played.errors and not now:
            return  # the form is refused, which is said already
        for code in now:
            if code not in expected:
                yield Difference(f"item_test.{facet[:-1]}_more", {word: name_of(definition, code)})
        for code in expected:
            if code not in now:
                yield Difference(f"item_test.{facet[:-1]}_less", {word: name_of(definition, code)})

    return differences


def _name(rows, code):
    return next((row["name"] for row in rows if row["code"] == code and row.get("name")), code)


def _name_of_step(definition, code):
    return _name(definition["flow"]["nodes"], code)


_passed = _set("steps", "step", _name_of_step)


def _steps(definition, expected, played):
    if played.failure:
        return
    now = played.result["steps"]
    yield from _passed(definition, expected, played)
    if sorted(now) == sorted(expected) and now != expected:
        names = tuple(_name_of_step(definition, code) for code in now)
        yield Difference("item_test.step_order", {"steps": names})


def _period(term):
    def differences(definition, expected, played):
        now = played.result[term]
        if now == expected:
            return
        said = {
            name: KernelError("item_test.period_said", **period)
            for name, period in (("found", now), ("expected", expected))
            if period
        }
        sort = "" if now and expected else "_more" if now else "_less"
        yield Difference(f"item_test.period{sort}", {"term": term, **said})

    return differences


def _failure(definition, expected, played):
    if played.failure and not expected:
        yield Difference("item_test.stuck", {"reason": played.failure})
    elif expected and not played.failure and not played.errors:
        yield Difference("item_test.unstuck")


_COMPARE = {
    "errors": _errors,
    "materials": _set("materials", "material", lambda d, code: _name(d["materials"], code)),
    "steps": _steps,
    "documents": _set("documents", "kind", lambda definition, code: code),
    "promised": _period("promised"),
    "statutory": _period("statutory"),
    "failure": _failure,
}


# ------------------------------------------------------------------------ checking


def check(answers, expected) -> None:
    """Whether a stored test is one; it may come from a file or from a call by hand.

    :raises KernelError: ``item_test.answers`` or ``item_test.expected``
    """
    if not isinstance(answers, Mapping) or len(answers) > MAX_ENTRIES:
        raise KernelError("item_test.answers")
    if not isinstance(expected, Mapping):
        raise KernelError("item_test.expected", name="")
    for facet, value in expected.items():
        if facet not in FACETS or not _fits(facet, value):
            raise KernelError("item_test.expected", name=str(facet)[:60])


def _fits(facet, value) -> bool:
    kind = FACETS[facet]
    if kind is dict:
        return value is None or (
            isinstance(value, Mapping)
            and set(value) == {"value", "unit"}
            and type(value["value"]) is int
            and isinstance(value["unit"], str)
        )
    if kind is str or not isinstance(value, list):
        return isinstance(value, kind)
    if facet == "errors":
        return len(value) <= MAX_ENTRIES and all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) for p in pair)
            for pair in value
        )
    return len(value) <= MAX_ENTRIES and all(isinstance(code, str) for code in value)
