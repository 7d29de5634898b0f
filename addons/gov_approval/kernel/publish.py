"""The publish gate (发布检查): named checks, each with the article it comes from.

``check`` looks at the compiled definition and plain facts, never guesses, reports every check.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from . import (
    case_facts,
    clock,
    document,
    dues,
    effects,
    expression,
    flow,
    flow_graph,
    form,
    guidance,
    intermediary,
    licence,
    publish_licence,
)
from .errors import KernelError, _lt

PASS, WARN, FAIL = "pass", "warn", "fail"


@dataclass(frozen=True)
class Staffing:
    """Who stands behind the item: roles with at least one person; a mandate to decide in force.

    ``reviewing``: departments at work, among those asked for opinions, that have a reviewer.
    ``catalogue``: codes of the intermediary services in force; ``providers``: names of providers
    that the item's texts may hold.
    """

    roles: frozenset[str]
    has_mandate: bool
    reviewing: frozenset[str] = frozenset()
    #: what steps can do on completion, by code
    doable: Mapping = field(default_factory=lambda: effects.EFFECTS)
    catalogue: frozenset[str] = frozenset()
    providers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """One named check: ``code`` of the sentence, level, the article it comes from, what it looked
    at (``topic``)."""

    code: str
    level: str
    article: str
    params: Mapping = field(default_factory=dict)
    topic: str = ""


@dataclass(frozen=True)
class StoredTest:
    """A stored test case of the item, run on the definition; no difference: it passes."""

    name: str
    differences: tuple = ()


def check(
    definition: Mapping, staffing: Staffing, tests: Iterable[StoredTest] = ()
) -> tuple[Check, ...]:
    """All checks on a definition, failures first."""
    results = list(_tests(tuple(tests)))
    for name, article, rule in _CHECKS:
        found = list(rule(definition, staffing))
        results += [Check(code, level, article, params, name) for level, code, params in found] or [
            Check(f"publish.{name}", PASS, article, topic=name)
        ]
    order = {FAIL: 0, WARN: 1, PASS: 2}
    return tuple(sorted(results, key=lambda c: order[c.level]))


def _tests(tests):
    """What was recorded as right still comes out; this is the house's own rule, no article's."""
    if not tests:
        yield Check("publish.no_tests", WARN, "", topic="tests")
    for test in tests:
        for difference in test.differences[:1]:
            said = KernelError(difference.code, **difference.params)
            params = {"test": test.name, "difference": said, "count": len(test.differences)}
            yield Check("publish.test_failed", FAIL, "", params, "tests")
    if tests and not any(test.differences for test in tests):
        yield Check("publish.tests", PASS, "", {"count": len(tests)}, "tests")


def _basis(definition, staffing):
    if not definition["bases"]:
        yield FAIL, "publish.no_basis", {}


#: What Art. 30 demands at the place of handling: (where, name of the sentence's parameter).
_GUIDE = (
    (("guide", "place"), "place"),
    (("guide", "service_hours"), "service_hours"),
    (("guide", "consult_phone"), "consult_phone"),
    (("guide", "complaint_phone"), "complaint_phone"),
    (("guide", "quantity_limit"), "quantity_limit"),
    (("guide", "is_fee_charged"), "is_fee_charged"),
    (("guide", "channels"), "channels"),
    (("guide", "delivery"), "delivery"),
    (("result", "type"), "result_type"),
    (("conditions",), "conditions"),
    (("objects",), "objects"),
    (("item_kind",), "item_kind"),
    (("item", "power_type"), "power_type"),
    (("item", "exercise_level"), "exercise_level"),
    (("materials",), "materials"),
)


def _guide(definition, staffing):
    for path, name in _GUIDE:
        value = definition
        for key in path:
            value = value[key]
        if not value:
            yield FAIL, "publish.guide_incomplete", {"field": name}
    visits = definition["guide"]["visits"]
    if visits < 0:
        yield FAIL, "publish.guide_incomplete", {"field": "visits"}
    elif visits > 0 and not definition["guide"]["visit_reason"]:
        yield WARN, "publish.visit_without_reason", {}


def _periods(definition, staffing):
    periods = {}
    for name in ("statutory", "promised"):
        spec = definition["periods"][name]
        if spec is None:
            yield FAIL, "publish.period_missing", {"field": f"{name}_value"}
        else:
            periods[name] = clock.Period(spec["value"], spec["unit"])
    if len(periods) == 2 and not clock.not_longer(periods["promised"], periods["statutory"]):
        yield FAIL, "publish.promise_too_long", {}
    if definition["item_kind"] == "instant" and "promised" in periods:
        if not clock.not_longer(periods["promised"], _AT_ONCE):
            yield WARN, "publish.instant_too_long", dict(definition["periods"]["promised"])


#: 即办件: decided on the spot, at the latest on the next working day.
_AT_ONCE = clock.Period(1, clock.WORKDAY)


def _result(definition, staffing):
    """What a licence is called and how long it holds (Art. 39, 50)."""
    result = definition["result"]
    if result["type"] != "licence" or definition.get("handles") == licence.CANCELLATION:
        return
    if not result["name"]:
        yield WARN, "publish.result_unnamed", {}
    elif not result["validity_value"] and result["validity_unit"] != "none":
        yield WARN, "publish.validity_missing", {"name": result["name"]}


def _materials(definition, staffing):
    types = form.types(definition["form"])
    yield from _asked_twice(definition["materials"])
    for material in definition["materials"]:
        name = {"material": material["name"]}
        if not material["basis"]:
            yield WARN, "publish.material_without_basis", name
        if not material["required"]:
            yield FAIL, "publish.material_need_unknown", name
        if material["condition_text"] and not material["needed_if"]:
            yield WARN, "publish.material_condition_in_words", name
        if material["needed_if"]:
            try:
                expression.parse_condition(material["needed_if"], types)
            except KernelError as error:
                yield FAIL, error.code, dict(error.params, **name)


def _asked_twice(materials):
    """The same paper is not asked for twice, unless under another condition (Art. 31)."""
    seen = set()
    for material in materials:
        key = material["name"].strip(), material["needed_if"] or material["condition_text"]
        if key in seen:
            yield WARN, "publish.material_twice", {"material": material["name"]}
        seen.add(key)


def _fees(definition, staffing):
    charged = definition["guide"]["is_fee_charged"]
    if charged == "yes" and not definition["fees"]:
        yield FAIL, "publish.fee_without_line", {}
    if charged == "no" and definition["fees"]:
        yield FAIL, "publish.fee_line_though_free", {}
    for line in definition["fees"]:
        if not line["basis"]:
            yield FAIL, "publish.fee_without_basis", {"fee": line["name"]}
        # Nothing waits for money unless a law says so; definitions of old lack the flag.
        if line.get("is_payment_condition") and not (line.get("payment_ground") or "").strip():
            yield WARN, "publish.payment_without_ground", {"fee": line["name"]}


def _form(definition, staffing):
    if not definition["form"]["fields"]:
        yield FAIL, "publish.form_empty", {}
    for defect in form.check_form(definition["form"]):
        yield FAIL, defect.code, dict(defect.params, path=defect.path)
    for entry in definition["form"]["fields"]:
        if not entry["basis"]:
            yield WARN, "publish.field_without_condition", {"field": entry["label"]}


def _flow(definition, staffing):
    spec = definition["periods"]["promised"]
    promised = clock.Period(spec["value"], spec["unit"]) if spec else None
    types = form.types(definition["form"])
    for defect in flow.check_flow(definition["flow"], promised=promised, types=types):
        yield defect.level, defect.code, dict(defect.params, step=defect.node)


def _joint(definition, staffing):
    """Joint reviews (联合审查): people who answer, a limit, and before the decision."""
    graph = flow_graph.Graph(definition["flow"])
    decided = graph.reach(
        [code for code in graph.nodes if graph.nodes[code].get("stage") == "decide"]
    )
    for node in definition["flow"]["nodes"]:
        if node["kind"] != flow_graph.JOINT_REVIEW:
            continue
        step = {"step": node["name"]}
        for department in case_facts.reviewing_departments(node):
            if department not in staffing.reviewing:
                yield FAIL, "publish.review_not_staffed", step | {"department": department}
        if not node["days"]:
            yield FAIL, "publish.review_without_limit", step
        if node["code"] in decided:
            yield FAIL, "publish.review_after_decision", step
        if node["joint"]["silence"] == dues.SILENCE_COUNTS:
            yield WARN, "publish.review_by_silence", step


def _effects(definition, staffing):
    for fault in effects.check(definition["flow"], staffing.doable):
        yield FAIL, fault.code, dict(fault.params, step=fault.node)


def _staffed(definition, staffing):
    needed = {n["role"] for n in definition["flow"]["nodes"] if n["role"]}
    for role in sorted(needed - staffing.roles):
        yield FAIL, "publish.role_not_staffed", {"role": role}
    if "representative" in needed and not staffing.has_mandate:
        yield FAIL, "publish.no_mandate_in_force", {}


#: Documents that the acts of a case issue and a version therefore needs; the certificate only
#: where the result is one.
_NEEDED_DOCUMENTS = tuple(kind for kind in document.MUST_HAVE if kind != "certificate")


def _documents(definition, staffing):
    templates = {template["kind"]: template for template in definition["documents"]}
    needed = list(_NEEDED_DOCUMENTS)
    if definition["result"]["type"] == "licence":
        needed.append("certificate")
    for kind in needed:
        if kind not in templates or not templates[kind]["body"]:
            yield FAIL, "publish.document_missing", {"kind": kind}
    fields = {entry["code"] for entry in definition["form"]["fields"]}
    for kind, template in templates.items():
        faults = {
            "publish.document_token_unknown": document.unknown_tokens(template["body"], fields),
            "publish.document_incomplete": document.missing_tokens(kind, template["body"]),
        }
        for code, found in faults.items():
            for token in sorted(found):
                yield FAIL, code, {"document": template["name"], "token": token}


_CHECKS = (
    ("basis", "Art. 30", _basis),
    ("guide", "Art. 30", _guide),
    ("periods", "Art. 42", _periods),
    ("result", "Art. 39, 50", _result),
    ("materials", "Art. 31", _materials),
    ("fees", "Art. 58, 59", _fees),
    ("intermediaries", "Art. 27", intermediary.gate),
    ("form", "Art. 29", _form),
    ("situations", "Art. 30", guidance.check),
    ("flow", "Art. 34", _flow),
    ("joint", "Art. 26, 42", _joint),
    ("effects", "Art. 34", _effects),
    ("staffing", "Art. 26", _staffed),
    ("documents", "Art. 38", _documents),
    ("licence", "Art. 49, 50", publish_licence.check),
)


CODES = publish_licence.CODES | {
    "publish.effects": _lt("What steps do on completion can be done."),
    "publish.basis": _lt("The legal basis is stated."),
    "publish.no_basis": _lt("Add at least one legal basis."),
    "publish.guide": _lt("The guide has everything that the law demands."),
    "publish.guide_incomplete": _lt("The guide is incomplete: fill in “%(field)s”."),
    "publish.visit_without_reason": _lt("State why the applicant has to come to the hall."),
    "publish.periods": _lt("The promised period is within the statutory period."),
    "publish.period_missing": _lt("The period is missing: fill in “%(field)s”."),
    "publish.promise_too_long": _lt(
        "The promised period is longer than the statutory period; shorten the promise."
    ),
    "publish.instant_too_long": _lt(
        "The item is decided at once, yet the promise is %(value)s %(unit)s; promise one working"
        " day, or set another kind of handling."
    ),
    "publish.result": _lt("The result says what the applicant gets and for how long."),
    "publish.result_unnamed": _lt("The result is a licence without a name; say what it is called."),
    "publish.validity_missing": _lt(
        "Say how long the licence “%(name)s” is valid, or that it has no limit."
    ),
    "publish.material_twice": _lt("The material “%(material)s” is asked for twice; one is enough."),
    "publish.materials": _lt("Every material has its ground."),
    "publish.material_without_basis": _lt("The material “%(material)s” has no legal ground."),
    "publish.material_need_unknown": _lt(
        "Say for the material “%(material)s” whether it is required, optional, waived or replaced"
        " by a commitment."
    ),
    "publish.material_condition_in_words": _lt(
        "The material “%(material)s” is asked for in some cases only, in words; set its condition."
    ),
    "publish.fees": _lt("Fees agree with what the guide says."),
    "publish.fee_without_line": _lt("The guide says that fees are charged; list them."),
    "publish.fee_line_though_free": _lt(
        "The guide says free of charge, yet there are fee lines; remove one or the other."
    ),
    "publish.fee_without_basis": _lt("The fee “%(fee)s” has no legal basis."),
    "publish.payment_without_ground": _lt(
        "The fee “%(fee)s” has to be paid first, but no law is named that says so. Name law and"
        " article, or take the condition off."
    ),
    "publish.intermediaries": _lt(
        "Intermediary services are those of the catalogue, and no provider is named."
    ),
    "publish.form": _lt("The form is complete and every question can be reached."),
    "publish.form_empty": _lt("The form has no field; add the questions of the application."),
    "publish.field_without_condition": _lt(
        "Tie the question “%(field)s” to a condition of the licence (Art. 29)."
    ),
    "publish.flow": _lt("The flow leads from acceptance to completion on every path."),
    "publish.joint": _lt("Every department of a joint review can answer, within a limit."),
    "publish.review_not_staffed": _lt(
        "The joint review “%(step)s” asks the department “%(department)s”, where nobody is a"
        " reviewer. Have its staff entered, or ask another department."
    ),
    "publish.review_without_limit": _lt(
        "The joint review “%(step)s” has no limit; set the days within which opinions are given."
    ),
    "publish.review_after_decision": _lt(
        "The joint review “%(step)s” comes after the decision; ask for opinions before it."
    ),
    "publish.review_by_silence": _lt(
        "In the joint review “%(step)s” silence counts as no objection, once the department has"
        " signed for the request. It is recorded as silence and stays the department's own"
        " responsibility; make sure that a local rule allows it."
    ),
    "publish.staffing": _lt("Every role is staffed and signatures are covered by a mandate."),
    "publish.role_not_staffed": _lt("Nobody of the department has the role “%(role)s”."),
    "publish.no_mandate_in_force": _lt(
        "No chief representative has a mandate to decide this item today; file one with the centre."
    ),
    "publish.tests": _lt("All %(count)s stored test cases give the expected result."),
    "publish.no_tests": _lt(
        "No test case is stored for the item; enter one, so that the next change is tested."
    ),
    "publish.test_failed": _lt(
        "The test case “%(test)s” gives another result in %(count)s points; the first:"
        " %(difference)s Correct the version, or record the new result as the expected one."
    ),
    "publish.documents": _lt("Every document that the law demands has its text."),
    "publish.document_missing": _lt("The text of the document “%(kind)s” is missing."),
    "publish.document_incomplete": _lt(
        "The document “%(document)s” has no place for “%(token)s”, which the law wants in it; put"
        " the token into its text."
    ),
    "publish.document_token_unknown": _lt(
        "The document “%(document)s” uses “%(token)s”, which is neither a field nor a known token."
    ),
}
