"""Guided questions: the table shared with the browser, the address, and what publishing refuses."""

import json
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from kernel import guidance
from kernel.errors import KernelError

ADDON = Path(__file__).resolve().parents[2] / "addons" / "gov_approval"
TABLE = json.loads((ADDON / "static/tests/guidance_cases.json").read_text(encoding="utf-8"))
FORM = TABLE["form"]
TODAY = date.fromisoformat(TABLE["today"])


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: str(case["answers"]))
def test_where_answers_lead(case):
    lead = guidance.lead(FORM, TABLE["materials"], case["answers"], today=TODAY)
    assert list(lead.asked) == case["asked"]
    assert lead.next == case["next"]
    assert list(lead.materials) == case["materials"]
    assert list(lead.open_materials) == case["open"]
    assert list(lead.sections) == case["sections"]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: str(case["answers"]))
def test_answers_survive_the_address(case):
    query = urlencode(guidance.write(case["answers"]))
    assert guidance.read(FORM, parse_qs(query)) == case["answers"]


def test_an_empty_answer_is_none():
    assert guidance.read(FORM, {"kind": [""], "goods": []}) == {}


HOSTILE = [
    ({"gone": ["1"]}, "guidance.unknown"),
    ({"area": ["12"]}, "guidance.unknown"),
    ({"kind": ["palace"]}, "guidance.answer"),
    ({"kind": ["shop", "canteen"]}, "guidance.answer"),
    ({"chain": ["True"]}, "guidance.answer"),
    ({"goods": ["rice", "'; DROP"]}, "guidance.answer"),
    ({"goods": ["rice"] * 10**5}, "guidance.answer"),
    ({"x" * 10**6: ["1"]}, "guidance.unknown"),
]


@pytest.mark.parametrize(("given", "code"), HOSTILE, ids=lambda value: str(value)[:40])
def test_hostile_addresses_are_refused(given, code):
    with pytest.raises(KernelError) as caught:
        guidance.read(FORM, given)
    assert caught.value.code == code
    assert all(len(str(value)) <= 60 for value in caught.value.params.values())


def changed(code, **more):
    fields = [{**field, **more} if field["code"] == code else field for field in FORM["fields"]]
    return {**FORM, "fields": fields}


def test_publishing_refuses_questions_that_cannot_guide():
    assert list(guidance.defects(FORM)) == []
    [(code, params)] = guidance.defects(changed("area", situation=True))
    assert (code, params) == ("publish.situation_type", {"field": "Area"})
    [(code, params)] = guidance.defects(changed("goods", visible_if="area > 5"))
    assert (code, params) == ("publish.situation_late", {"field": "Goods", "other": "Area"})
    table = {"code": "rows", "label": "Rows", "type": "table", "section": "main"}
    column = {"code": "cell", "label": "Cell", "type": "yes_no", "situation": True}
    spec = {**FORM, "fields": [*FORM["fields"], {**table, "columns": [column]}]}
    assert list(guidance.defects(spec)) == [("publish.situation_type", {"field": "Cell"})]


STANDARD = [
    {"code": "has_agent", "label": "Agent", "type": "yes_no", "situation": False},
    {"code": "applicant_kind", "label": "Kind", "type": "choice", "situation": False},
    {"code": "agent_name", "label": "Name", "type": "text", "situation": False},
]


def test_standard_questions_guide_where_materials_hang_on_them():
    needs = ["has_agent and kind == 'shop'", "is_set(agent_name)", "wrong ("]
    marked = guidance.mark(STANDARD, FORM["fields"], needs)
    assert [field["situation"] for field in marked] == [True, False, False]
    own = [{**field, "situation": False} for field in FORM["fields"]]
    assert guidance.mark(STANDARD, own, needs) == STANDARD
