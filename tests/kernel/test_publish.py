"""The publish gate on what a version says of the licence that it grants or is about."""

import pytest
from kernel import publish
from kernel.item_test import Difference
from kernel.publish import FAIL, PASS, WARN, Staffing, StoredTest

WINDOW = {
    "latest": {"value": 15, "unit": "workday"},
    "earliest": {"value": 90, "unit": "workday"},
    "late": "refuse",
}
QUESTION = {"label": "原证", "type": "certificate", "visible_if": ""}


def found(handles="new", fields=(), result="licence", name="食品经营许可", **more):
    definition = {
        "item": {"name": name},
        "handles": handles,
        "form": {"fields": list(fields)},
        "result": {"type": result},
        "materials": [],
        "guide": {"commitment_based": None},
        "certificate_items": ["food"],
        "renewal": WINDOW,
        **more,
    }
    rule = next(rule for name, _article, rule in publish._CHECKS if name == "licence")
    return [(level, code) for level, code, _params in rule(definition, Staffing(frozenset(), True))]


@pytest.mark.parametrize("handles", ["change", "renewal", "reissue", "cancellation"])
def test_a_version_about_a_certificate_asks_for_it(handles):
    assert found(handles, [QUESTION]) == []
    assert found(handles) == [(FAIL, "publish.certificate_not_asked")]
    twice = found(handles, [QUESTION, QUESTION])
    assert twice == [(FAIL, "publish.certificate_not_asked")]
    hidden = found(handles, [QUESTION | {"visible_if": "has_agent"}])
    assert hidden == [(FAIL, "publish.certificate_hidden")]
    own = found(handles, [QUESTION], certificate_items=[])
    assert own == [(WARN, "publish.certificate_of_itself")]


@pytest.mark.parametrize(
    ("handles", "expected"),
    [
        ("change", [(FAIL, "publish.result_no_licence")]),
        ("reissue", [(FAIL, "publish.result_no_licence")]),
        ("cancellation", []),
    ],
)
def test_what_comes_out(handles, expected):
    assert found(handles, [QUESTION], result="other") == expected


def test_the_window_for_renewals():
    missing = found("renewal", [QUESTION], renewal=None)
    assert missing == [(WARN, "publish.renewal_window_missing")]
    reversed_ = WINDOW | {"earliest": {"value": 10, "unit": "workday"}}
    assert found("renewal", [QUESTION], renewal=reversed_) == [
        (FAIL, "publish.renewal_window_reversed")
    ]
    one_sided = WINDOW | {"earliest": None}
    assert found("renewal", [QUESTION], renewal=one_sided) == []
    assert found("change", [QUESTION], renewal=reversed_) == []


@pytest.mark.parametrize("name", ["取水许可证延续", "食品经营许可变更", "补办许可证", "许可证注销"])
def test_a_name_that_says_otherwise(name):
    assert found(name=name) == [(WARN, "publish.handles_doubtful")]


def test_no_promise_instead_of_proof_where_safety_is_at_stake():
    refused = [(FAIL, "publish.safety_on_promise")]
    assert found(is_safety=True) == []
    assert found(is_safety=True, guide={"commitment_based": "yes"}) == refused
    promised = [{"required": "commitment"}]
    assert found(is_safety=True, materials=promised) == refused
    assert found(is_safety=False, materials=promised) == []


def test_definitions_of_earlier_releases():
    """They say nothing of all this and are new licences."""
    definition = {
        "item": {"name": "食品经营许可"},
        "form": {"fields": []},
        "result": {"type": "licence"},
        "materials": [],
        "guide": {"commitment_based": None},
    }
    rule = next(rule for name, _article, rule in publish._CHECKS if name == "licence")
    assert list(rule(definition, Staffing(frozenset(), True))) == []


def test_stored_tests_stand_at_the_gate():
    def levels(*tests):
        return [(check.level, check.code) for check in publish._tests(tests)]

    other = Difference("item_test.now_accepted"), Difference("item_test.unstuck")
    failed = StoredTest("b", other)
    assert levels() == [(WARN, "publish.no_tests")]
    assert levels(StoredTest("a")) == [(PASS, "publish.tests")]
    assert levels(StoredTest("a"), failed) == [(FAIL, "publish.test_failed")]


def of(rule, definition):
    rules = {name: check for name, _article, check in publish._CHECKS}
    return [code for _level, code, _p in rules[rule](definition, Staffing(frozenset(), True))]


def test_a_licence_has_a_name_and_a_validity():
    def result(handles="new", **facts):
        facts = {
            "type": "licence",
            "name": "L",
            "validity_value": 5,
            "validity_unit": "year",
        } | facts
        return of("result", {"handles": handles, "result": facts})

    assert result() == []
    assert result(name=None) == ["publish.result_unnamed"]
    assert result(validity_value=None) == ["publish.validity_missing"]
    assert result(validity_value=None, validity_unit="none") == []
    assert result(type="other", name=None) == []
    assert result("cancellation", name=None) == []


def test_no_material_twice():
    def materials(*rows):
        base = {"basis": "x", "required": "always", "condition_text": None, "needed_if": ""}
        rows = [base | row for row in rows]
        return of("materials", {"form": {"fields": []}, "materials": rows})

    assert materials({"name": "身份证"}, {"name": "身份证 "}) == ["publish.material_twice"]
    other = {"name": "身份证", "condition_text": "有代理人"}
    assert "publish.material_twice" not in materials({"name": "身份证"}, other)


def test_at_once_is_not_later():
    def periods(days):
        found = {"statutory": 20, "promised": days}
        spec = {name: {"value": n, "unit": "workday"} for name, n in found.items()}
        return of("periods", {"item_kind": "instant", "periods": spec})

    assert periods(1) == []
    assert periods(2) == ["publish.instant_too_long"]


def test_nothing_waits_for_money_without_a_law():
    def fees(**flags):
        line = {"name": "挖掘修复费", "basis": "办法"} | flags
        return of("fees", {"guide": {"is_fee_charged": "yes"}, "fees": [line]})

    assert fees() == fees(is_payment_condition=False, payment_ground=None) == []
    assert fees(is_payment_condition=True, payment_ground="《行政许可法》第五十九条") == []
    for ground in (None, "", "  "):
        warned = fees(is_payment_condition=True, payment_ground=ground)
        assert warned == ["publish.payment_without_ground"]
