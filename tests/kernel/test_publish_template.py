"""The publish gate against the template: better for who applies is free, worse is not."""

import copy

import pytest
from kernel.publish_template import Inherited, check
from law_world import ITEMS

TEMPLATE = copy.deepcopy(ITEMS["licence with public notice"])
TEMPLATE["bases"] = [{"code": "b1", "title": "行政许可法", "article": "12"}]
TEMPLATE["conditions"] = ["有固定的经营场所"]
TEMPLATE["guide"] = {"is_fee_charged": "no"}
TEMPLATE["periods"]["statutory"] = {"value": 20, "unit": "workday"}
TEMPLATE["periods"]["promised"] = {"value": 10, "unit": "workday"}
TEMPLATE["materials"] = [
    {"code": code, "name": code, "required": need, "needed_if": condition, "originals": 1,
     "photocopies": None}
    for code, need, condition in (
        ("form", "always", ""), ("plan", "always", "area > 100"), ("photo", "optional", ""),
    )
]  # fmt: skip


def faults(change=None, **facts):
    local = copy.deepcopy(TEMPLATE)
    if change:
        change(local)
    found = check(local, Inherited(TEMPLATE, **facts))
    return {(c.level, c.code.removeprefix("publish.template_")) for c in found if c.level != "pass"}


def material(number, **values):
    return lambda local: local["materials"][number].update(values)


def period(name, value, unit="workday"):
    return lambda local: local["periods"].update({name: {"value": value, "unit": unit}})


def test_the_same_is_in_order():
    assert faults() == set()
    assert len(check(TEMPLATE, Inherited(TEMPLATE))) == 6


WORSE = [
    (period("statutory", 21), ("fail", "statutory_longer")),
    (period("statutory", 2, "month"), ("fail", "statutory_longer")),
    (period("promised", 11), ("warn", "promised_longer")),
    (lambda local: local["bases"].clear(), ("fail", "basis_missing")),
    (lambda local: local["conditions"].append("本镇户籍"), ("warn", "condition_added")),
    (
        lambda local: local["materials"].append(local["materials"][0] | {"code": "x", "name": "x"}),
        ("fail", "material_added"),
    ),
    (material(2, required="always"), ("fail", "material_stricter")),
    (material(2, required="commitment"), ("fail", "material_stricter")),
    (material(1, needed_if=""), ("fail", "material_stricter")),
    (material(0, originals=2), ("fail", "material_copies")),
    (
        lambda local: local.update(intermediaries=[{"service": "s", "name": "S"}]),
        ("fail", "service_added"),
    ),
    (lambda local: local["guide"].update(is_fee_charged="yes"), ("fail", "fee_added")),
]


@pytest.mark.parametrize(("change", "fault"), WORSE)
def test_worse_is_said(change, fault):
    assert faults(change) == {fault}


BETTER = [
    period("statutory", 15),
    period("statutory", 24, "hour"),
    period("promised", 1),
    material(0, required="waived"),
    material(0, required="commitment"),
    material(0, originals=0),
    material(0, originals=None),
    material(0, needed_if="area > 5"),
    material(0, code="other"),  # known by its name
    lambda local: local["materials"].pop(),
    lambda local: local["conditions"].clear(),
    lambda local: local["bases"].append({"code": "b2", "title": "条例", "article": "3"}),
    lambda local: local["bases"][0].update(code="own"),  # known by what it cites
    lambda local: local["materials"].append(
        local["materials"][0] | {"code": "x", "name": "x", "required": "optional"}
    ),
]


@pytest.mark.parametrize("change", BETTER)
def test_better_or_equal_is_free(change):
    assert faults(change) == set()


def test_what_is_not_done_yet():
    assert faults(undecided=2) == {("fail", "undecided")}
    assert faults(newer=3) == {("warn", "newer")}
    assert faults(is_in_force=False, newer=3) == {("warn", "withdrawn")}
    assert faults(undecided=1, newer=3) == {("fail", "undecided"), ("warn", "newer")}
