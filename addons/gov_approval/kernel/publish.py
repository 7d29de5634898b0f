"""The publish gate (发布检查): named checks, each with the article it comes from.

``check`` looks at the compiled definition and at plain facts about staffing; it never guesses
and it reports every check, also those passed, so that a screen can show the whole list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import clock, document, expression, flow, form
from .errors import KernelError, _lt

PASS, WARN, FAIL = "pass", "warn", "fail"


@dataclass(frozen=True)
class Staffing:
    """Who stands behind the item: roles with at least one person; a mandate in force or not."""

    roles: frozenset[str]
    has_mandate: bool


@dataclass(frozen=True)
class Check:
    """One named check: ``code`` of the sentence, level, the article it comes from."""

    code: str
    level: str
    article: str
    params: Mapping = field(default_factory=dict)


def check(definition: Mapping, staffing: Staffing) -> tuple[Check, ...]:
    """All checks on a definition, failures first."""
    results = []
    for name, article, rule in _CHECKS:
        found = list(rule(definition, staffing))
        results += [Check(code, level, article, params) for level, code, params in found] or [
            Check(f"publish.{name}", PASS, article)
        ]
    order = {FAIL: 0, WARN: 1, PASS: 2}
    return tuple(sorted(results, key=lambda c: order[c.level]))


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


def _materials(definition, staffing):
    types = form.types(definition["form"])
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


def _fees(definition, staffing):
    charged = definition["guide"]["is_fee_charged"]
    if charged == "yes" and not definition["fees"]:
        yield FAIL, "publish.fee_without_line", {}
    if charged == "no" and definition["fees"]:
        yield FAIL, "publish.fee_line_though_free", {}
    for line in definition["fees"]:
        if not line["basis"]:
            yield FAIL, "publish.fee_without_basis", {"fee": line["name"]}


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
    for node in definition["flow"]["nodes"]:
        if node["kind"] == "joint_review":
            yield FAIL, "publish.joint_review_unsupported", {"step": node["name"]}


def _staffed(definition, staffing):
    needed = {n["role"] for n in definition["flow"]["nodes"] if n["role"]}
    for role in sorted(needed - staffing.roles):
        yield FAIL, "publish.role_not_staffed", {"role": role}
    if "representative" in needed and not staffing.has_mandate:
        yield FAIL, "publish.no_mandate_in_force", {}


#: Documents that the acts of a case issue and a version therefore needs.
_NEEDED_DOCUMENTS = (
    "receipt",
    "acceptance_notice",
    "not_required_notice",
    "not_competent_decision",
    "supplement_notice",
    "grant_decision",
    "refusal_decision",
)


def _documents(definition, staffing):
    templates = {template["kind"]: template for template in definition["documents"]}
    needed = list(_NEEDED_DOCUMENTS)
    if definition["result"]["type"] == "licence":
        needed.append("certificate")
    for kind in needed:
        if kind not in templates or not templates[kind]["body"]:
            yield FAIL, "publish.document_missing", {"kind": kind}
    fields = {entry["code"] for entry in definition["form"]["fields"]}
    for template in templates.values():
        for token in sorted(document.unknown_tokens(template["body"], fields)):
            yield (
                FAIL,
                "publish.document_token_unknown",
                {"document": template["name"], "token": token},
            )


_CHECKS = (
    ("basis", "Art. 30", _basis),
    ("guide", "Art. 30", _guide),
    ("periods", "Art. 42", _periods),
    ("materials", "Art. 31", _materials),
    ("fees", "Art. 58, 59", _fees),
    ("form", "Art. 29", _form),
    ("flow", "Art. 34", _flow),
    ("staffing", "Art. 26", _staffed),
    ("documents", "Art. 38", _documents),
)


CODES = {
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
    "publish.form": _lt("The form is complete and every question can be reached."),
    "publish.form_empty": _lt("The form has no field; add the questions of the application."),
    "publish.field_without_condition": _lt(
        "Tie the question “%(field)s” to a condition of the licence (Art. 29)."
    ),
    "publish.flow": _lt("The flow leads from acceptance to completion on every path."),
    "publish.joint_review_unsupported": _lt(
        "The step “%(step)s” is a joint review; running one is not available in this release."
        " Use parallel tasks instead."
    ),
    "publish.staffing": _lt("Every role is staffed and signatures are covered by a mandate."),
    "publish.role_not_staffed": _lt("Nobody of the department has the role “%(role)s”."),
    "publish.no_mandate_in_force": _lt(
        "No chief representative has a mandate for this item today."
    ),
    "publish.documents": _lt("Every document that the law demands has its text."),
    "publish.document_missing": _lt("The text of the document “%(kind)s” is missing."),
    "publish.document_token_unknown": _lt(
        "The document “%(document)s” uses “%(token)s”, which is neither a field nor a known token."
    ),
}
