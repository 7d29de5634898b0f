"""Stored test cases: what a version makes of answers, and every departure in a sentence."""

import copy
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import item_test
from kernel.errors import KernelError
from kernel.item_test import compare, observe
from law_world import ITEMS

ON = date(2026, 3, 2)
GOOD = {"name": "Li", "area": "60"}


def material(code, needed_if="", required="always"):
    return {"code": code, "name": f"<{code}>", "required": required, "needed_if": needed_if}


def node(code, kind, name=None, **more):
    row = {
        "code": code, "kind": kind, "name": name or code, "stage": None, "procedure": None,
        "counts_toward_deadline": True,
    }  # fmt: skip
    return row | more


def edge(source, target, condition="", default=False):
    return {"source": source, "target": target, "condition": condition, "default": default}


def item():
    """A licence with a branch: large premises are visited and announced to the public."""
    definition = copy.deepcopy(ITEMS["licence"])
    definition["materials"] = [
        material("plan"),
        material("photo", "area > 50"),
        material("health", required="commitment"),
        material("old", required="waived"),
    ]
    definition["flow"] = {
        "nodes": [
            node("accept", "start"),
            node("large", "decision"),
            node("visit", "procedure", procedure="site_visit"),
            node("notice", "procedure", procedure="public_notice", counts_toward_deadline=False),
            node("decide", "task", stage="decide"),
            node("deliver", "end"),
        ],
        "edges": [
            edge("accept", "large"),
            edge("large", "visit", "area > 50"),
            edge("large", "decide", default=True),
            edge("visit", "notice"),
            edge("notice", "decide"),
            edge("decide", "deliver"),
        ],
    }
    return definition


def said(definition, expected, answers=GOOD):
    return [d.code for d in compare(definition, expected, observe(definition, answers, ON))]


def test_what_is_observed():
    result = observe(item(), GOOD, ON).result
    assert result == {
        "errors": [],
        "materials": ["plan", "photo"],
        "steps": ["accept", "visit", "notice", "decide", "deliver"],
        "documents": [
            "receipt", "commitment_letter", "acceptance_notice", "visit_record", "public_notice",
            "procedure_notice", "grant_decision", "certificate", "delivery_receipt",
        ],
        "promised": {"value": 10, "unit": "workday"},
        "statutory": {"value": 20, "unit": "workday"},
        "failure": "",
    }  # fmt: skip
    assert observe(item(), {"name": "Li", "area": "10"}, ON).result["steps"] == [
        "accept", "decide", "deliver",
    ]  # fmt: skip


@given(st.dictionaries(st.sampled_from(["name", "area", "odd"]), st.text(max_size=4) | st.none()))
def test_what_was_recorded_passes(answers):
    """Recording is the inverse of running, and survives storage."""
    definition = item()
    played = observe(definition, answers, ON)
    stored = json.loads(json.dumps(played.result))
    item_test.check(answers, stored)
    assert compare(definition, stored, played) == ()


def test_documents_that_a_step_issues():
    definition = item()
    opinion = {"effect": "issue_document", "on": "favourable", "document": "step_opinion"}
    definition["flow"]["nodes"][2]["effects"] = [opinion]
    assert "step_opinion" in observe(definition, GOOD, ON).result["documents"]
    small = {"name": "Li", "area": "10"}
    assert "step_opinion" not in observe(definition, small, ON).result["documents"]
    definition["flow"]["nodes"][2]["effects"] = [opinion | {"on": "adverse"}]
    assert "step_opinion" not in observe(definition, GOOD, ON).result["documents"]


def test_a_refused_form_is_a_result_too():
    result = observe(item(), {"area": "60"}, ON).result
    assert result["errors"] == [["name", "form.required"]]
    assert result["steps"] == []
    assert said(item(), result) == ["item_test.now_accepted"]
    good = observe(item(), GOOD, ON).result
    assert said(item(), good, {"area": "60"}) == ["item_test.now_refused"]


def test_every_departure_is_said():
    before = observe(item(), GOOD, ON).result
    now = item()
    now["materials"][0]["required"] = "waived"
    now["materials"].append(material("lease"))
    now["periods"]["promised"] = {"value": 5, "unit": "workday"}
    now["flow"]["edges"][1]["condition"] = "area > 100"
    played = observe(now, GOOD, ON)
    found = {(d.code, next(iter(d.params.values()))) for d in compare(now, before, played)}
    assert {code for code, _name in found} == {
        "item_test.material_more", "item_test.material_less", "item_test.step_less",
        "item_test.document_less", "item_test.period",
    }  # fmt: skip
    assert ("item_test.material_more", "<lease>") in found
    assert ("item_test.material_less", "<plan>") in found


def test_another_order_of_steps():
    now = item()
    before = observe(now, GOOD, ON).result
    now["flow"]["edges"][1]["target"] = "notice"
    now["flow"]["edges"][3:5] = [edge("notice", "visit"), edge("visit", "decide")]
    (difference,) = compare(now, before | {"documents": []}, observe(now, GOOD, ON))[:1]
    assert difference.code == "item_test.step_order"
    assert difference.params["steps"] == ("accept", "notice", "visit", "decide", "deliver")


def test_a_flow_without_a_way_to_its_end():
    now = item()
    before = observe(now, GOOD, ON).result
    now["flow"]["edges"] = [e for e in now["flow"]["edges"] if not e["default"]]
    now["flow"]["edges"][1]["condition"] = "area > 100"
    played = observe(now, GOOD, ON)
    assert played.failure.code == "flow.no_way_on"
    assert "item_test.stuck" in [d.code for d in compare(now, before, played)]
    assert said(item(), played.result)[-1] == "item_test.unstuck"


def test_a_draft_that_is_half_written():
    now = item()
    now["form"]["fields"][1]["visible_if"] = "nonsense ("
    assert observe(now, GOOD, ON).failure.code.startswith("expression.")
    empty = item() | {"flow": {"nodes": [], "edges": []}}
    assert observe(empty, GOOD, ON).failure.code == "flow.no_single_start"


def test_facets_not_recorded_are_not_judged():
    now = item()
    now["periods"]["promised"] = None
    assert said(now, {"materials": ["plan", "photo"]}) == []
    assert said(now, {"promised": {"value": 1, "unit": "hour"}}) == ["item_test.period_less"]
    assert said(now, {"statutory": None}) == ["item_test.period_more"]
    assert said(now, {"statutory": {"value": 1, "unit": "hour"}}) == ["item_test.period"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (None, {}), ([], {}), ("x", {}), ({str(n): 1 for n in range(501)}, {}), ({}, None),
        ({}, []), ({}, {"odd": 1}), ({}, {"errors": "x"}), ({}, {"errors": [["a"]]}),
        ({}, {"errors": [["a", 1]]}), ({}, {"materials": [1]}), ({}, {"steps": {}}),
        ({}, {"promised": 5}), ({}, {"promised": {"value": "5", "unit": "workday"}}),
        ({}, {"promised": {"value": 5}}), ({}, {"failure": 1}), ({}, {"steps": ["x"] * 501}),
    ],
)  # fmt: skip
def test_what_is_no_test_is_refused(answers, expected):
    with pytest.raises(KernelError) as refusal:
        item_test.check(answers, expected)
    assert refusal.value.code in item_test.CODES
