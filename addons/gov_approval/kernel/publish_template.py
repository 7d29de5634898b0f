"""The publish gate of an item that follows a template (模板校验).

Name, type, legal basis and base code of an item are those of the catalogue (基本目录); below it an
organ sets its times, materials and place (实施清单), and may set them better for who applies, not
worse: no longer period, no further material or condition, no fee where there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from . import clock
from .errors import _lt
from .publish import FAIL, PASS, WARN, Check


@dataclass(frozen=True)
class Inherited:
    """What the gate has to know of the template of a version.

    ``definition``: of the version of the template that this one was brought up to; ``newer``: the
    number of a later one in force; ``is_in_force``: whether any version of the template is.
    """

    definition: Mapping
    undecided: int = 0
    newer: int = 0
    is_in_force: bool = True


def check(definition: Mapping, inherited: Inherited) -> tuple[Check, ...]:
    """The checks of a local version against its template."""
    found = list(_upkeep(inherited))
    for name, topic, article, rule in _CHECKS:
        faults = list(rule(definition, inherited.definition))
        found += [Check(code, level, article, params, topic) for level, code, params in faults] or [
            Check(f"publish.template_{name}", PASS, article, topic=topic)
        ]
    return tuple(found)


def _upkeep(inherited):
    """The house's own rules, no article's."""
    if inherited.undecided:
        params = {"count": inherited.undecided}
        yield Check("publish.template_undecided", FAIL, "", params, "template")
    if not inherited.is_in_force:
        yield Check("publish.template_withdrawn", WARN, "", topic="template")
    elif inherited.newer:
        yield Check("publish.template_newer", WARN, "", {"number": inherited.newer}, "template")


def _basis(definition, template):
    codes = {basis["code"] for basis in definition["bases"]}
    cited = {(basis["title"], basis["article"]) for basis in definition["bases"]}
    for basis in template["bases"]:
        if basis["code"] not in codes and (basis["title"], basis["article"]) not in cited:
            yield FAIL, "publish.template_basis_missing", {"basis": basis["title"]}


def _periods(definition, template):
    for name, level in (("statutory", FAIL), ("promised", WARN)):
        mine, theirs = definition["periods"][name], template["periods"][name]
        if mine and theirs and not clock.not_longer(_period(mine), _period(theirs)):
            yield level, f"publish.template_{name}_longer", dict(theirs)


def _period(spec):
    return clock.Period(spec["value"], spec["unit"])


def _conditions(definition, template):
    """Art. 16: rules below a law may not add conditions against it."""
    known = set(template["conditions"])
    for text in definition["conditions"]:
        if text not in known:
            yield WARN, "publish.template_condition_added", {"condition": text}


#: How much a material asks of who applies.
_DEMANDS = {"waived": 0, "optional": 0, "commitment": 1, "always": 2}


def _materials(definition, template):
    by_code = {material["code"]: material for material in template["materials"]}
    by_name = {material["name"]: material for material in template["materials"]}
    for material in definition["materials"]:
        twin = by_code.get(material["code"]) or by_name.get(material["name"])
        name = {"material": material["name"]}
        demand = _DEMANDS.get(material["required"], 0)
        if twin is None:
            if demand:
                yield FAIL, "publish.template_material_added", name
            continue
        if demand > _DEMANDS.get(twin["required"], 2) or (
            demand and twin["needed_if"] and not material["needed_if"]
        ):
            yield FAIL, "publish.template_material_stricter", name
        elif any(_more(material[kind], twin[kind]) for kind in ("originals", "photocopies")):
            yield FAIL, "publish.template_material_copies", name


def _more(mine, theirs):
    return mine is not None and theirs is not None and mine > theirs


def _intermediaries(definition, template):
    """Art. 27: what the template demands no report of a third party for, a lower level does not."""
    known = {row["service"] for row in template.get("intermediaries", ())}
    for row in definition.get("intermediaries", ()):
        if row["service"] not in known:
            yield FAIL, "publish.template_service_added", {"service": row.get("name", "")}


def _fees(definition, template):
    charged = definition["guide"]["is_fee_charged"], template["guide"]["is_fee_charged"]
    if charged == ("yes", "no"):
        yield FAIL, "publish.template_fee_added", {}


_CHECKS = (
    ("basis", "basis", "Art. 30", _basis),
    ("periods", "periods", "Art. 42", _periods),
    ("conditions", "basis", "Art. 16", _conditions),
    ("materials", "materials", "Art. 31", _materials),
    ("services", "intermediaries", "Art. 27", _intermediaries),
    ("fees", "fees", "Art. 58, 59", _fees),
)

CODES = {
    "publish.template_undecided": _lt(
        "%(count)s conflicts with the template are not decided; choose the local or the template's"
        " value of each."
    ),
    "publish.template_withdrawn": _lt(
        "The template has no version in force any more; make sure that the item may still be"
        " handled here."
    ),
    "publish.template_newer": _lt(
        "Version %(number)s of the template is in force and not taken over; take it over first."
    ),
    "publish.template_basis": _lt("The legal bases of the template are kept."),
    "publish.template_basis_missing": _lt(
        "The legal basis “%(basis)s” of the template is missing; it belongs to the item wherever"
        " it is handled. Add it again."
    ),
    "publish.template_periods": _lt("No period is longer than that of the template."),
    "publish.template_statutory_longer": _lt(
        "The statutory period is longer than that of the template, %(value)s %(unit)s; a lower"
        " level may shorten it, not lengthen it."
    ),
    "publish.template_promised_longer": _lt(
        "The promised period is longer than that of the template, %(value)s %(unit)s; who applies"
        " here waits longer than elsewhere."
    ),
    "publish.template_conditions": _lt("No condition is added to those of the template."),
    "publish.template_condition_added": _lt(
        "The condition “%(condition)s” is not in the template; make sure that a law sets it, since"
        " a lower level may not."
    ),
    "publish.template_materials": _lt("No material is asked for beyond the template."),
    "publish.template_material_added": _lt(
        "The material “%(material)s” is asked for here and not by the template; remove it, or make"
        " it optional."
    ),
    "publish.template_material_stricter": _lt(
        "The material “%(material)s” is asked for in more cases than by the template; ask for it"
        " as the template does, or less."
    ),
    "publish.template_material_copies": _lt(
        "More copies of “%(material)s” are asked for than by the template; ask for as many, or"
        " fewer."
    ),
    "publish.template_services": _lt("No intermediary service is added to those of the template."),
    "publish.template_service_added": _lt(
        "The intermediary service “%(service)s” is asked for here and not by the template; remove"
        " it."
    ),
    "publish.template_fees": _lt("No fee is charged where the template charges none."),
    "publish.template_fee_added": _lt(
        "Fees are charged here, yet the template is free of charge; a lower level may not set"
        " fees. Set the item free of charge."
    ),
}
