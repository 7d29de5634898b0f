"""Intermediary services: the applicant's own choice, the publish gate, lists row by row."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import identity, intermediary, intermediary_list, publish
from kernel.errors import KernelError

TODAY = date(2026, 5, 20)
CODE = "91510197MA9000011X"
ROW = {
    "service": "ZJ-019", "material": "m9", "name": "水质检测",
    "commissioned_by": "applicant", "payer": None, "self_service": "no",
}  # fmt: skip
SAID = {"by": "provider", "name": "云溪清源水质检测有限公司", "credit_code": CODE, "is_own": True}
QUALIFIED = intermediary.Provider(
    SAID["name"], CODE, offers={"ZJ-019": [(date(2024, 1, 1), date(2026, 5, 20))]}
)


def refused(row=ROW, said=SAID, registered=QUALIFIED, today=TODAY):
    with pytest.raises(KernelError) as caught:
        intermediary.check_choice(row, said, registered, today)
    error = caught.value
    assert (intermediary.CODES | identity.CODES)[error.code] % error.params
    return error.code


# ------------------------------------------------------------------------ the choice


def test_a_registered_provider_on_its_last_day():
    found = intermediary.check_choice(ROW, SAID, QUALIFIED, TODAY)
    assert found == {
        "service": "ZJ-019", "by": "provider", "name": SAID["name"], "credit_code": CODE,
        "is_registered": True,
    }  # fmt: skip


def test_another_provider_by_name_and_code():
    said = SAID | {"credit_code": " 91510197ma9000011x ", "name": "  外地\u3000检测（集团）公司 "}
    found = intermediary.check_choice(ROW, said, None, TODAY)
    assert (found["name"], found["credit_code"], found["is_registered"]) == (
        "外地 检测(集团)公司", CODE, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"is_own": False}, "intermediary.not_own"),
        ({"is_own": "yes"}, "intermediary.not_own"),
        ({"by": "self"}, "intermediary.not_by_oneself"),
        ({"name": ""}, "intermediary.no_name"),
        ({"name": 7}, "intermediary.no_name"),
        ({"name": "x" * 121}, "intermediary.odd_name"),
        ({"name": "a\u202eb"}, "intermediary.odd_name"),
        ({"name": "另一家公司"}, "intermediary.name_differs"),
        ({"credit_code": ""}, "identity.empty"),
        ({"credit_code": None}, "identity.empty"),
        ({"credit_code": CODE[:-1] + "0"}, "identity.check_character"),
    ],
)
def test_a_statement_that_cannot_stand(said, code):
    assert refused(said=SAID | said) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"suspended_from": TODAY}, "intermediary.suspended"),
        ({"suspended_from": TODAY, "suspended_until": TODAY}, "intermediary.suspended"),
        ({"offers": {}}, "intermediary.not_qualified"),
        ({"offers": {"ZJ-020": [(None, None)]}}, "intermediary.not_qualified"),
        ({"offers": {"ZJ-019": [(None, date(2026, 5, 19))]}}, "intermediary.expired"),
        ({"offers": {"ZJ-019": [(date(2026, 5, 21), None)]}}, "intermediary.not_yet_qualified"),
    ],
)
def test_suspended_and_unqualified_providers(change, code):
    assert refused(registered=replace(QUALIFIED, **change)) == code


def test_a_suspension_before_it_begins_and_after_it_ended():
    for since, until in ((TODAY + timedelta(1), None), (TODAY - timedelta(9), date(2026, 5, 19))):
        provider = replace(QUALIFIED, suspended_from=since, suspended_until=until)
        assert intermediary.check_choice(ROW, SAID, provider, TODAY)["is_registered"]


def test_oneself_where_the_catalogue_allows_it_and_nobody_where_the_organ_commissions():
    own = {"by": "self", "is_own": True}
    found = intermediary.check_choice(ROW | {"self_service": "yes"}, own, None, TODAY)
    assert found == {"service": "ZJ-019", "by": "self"}
    assert refused(row=ROW | {"commissioned_by": "organ"}) == "intermediary.organ_commissions"


# -------------------------------------------------------------------------- the gate


def definition(**changes):
    material = {
        "code": "m9", "name": "检测报告", "source": "intermediary", "note": None,
        "accept_standard": None, "condition_text": None, "basis": "b",
    }  # fmt: skip
    return {
        "conditions": ["依法设立"],
        "guide": {"place": "大厅", "intermediary_note": None, "visits": 0},
        "materials": [material],
        "form": {"sections": [], "fields": []},
        "flow": {"nodes": [{"name": "受理", "standard": None}], "edges": []},
        "fees": [],
        "documents": [{"name": "决定书", "body": "<p>文</p>"}],
        "intermediaries": [ROW],
    } | changes


def staffing(**changes):
    facts = {"catalogue": frozenset({"ZJ-019"}), "providers": ("云溪清源水质检测有限公司",)}
    return publish.Staffing(frozenset(), False, **(facts | changes))


def found(definition, facts=None):
    result = list(intermediary.gate(definition, facts or staffing()))
    for _level, code, params in result:
        if code in intermediary.CODES:
            assert intermediary.CODES[code] % params
    return [(level, code) for level, code, _params in result]


def test_a_catalogued_service_that_yields_its_material_passes():
    assert found(definition()) == []


def test_only_the_catalogue_in_force():
    assert found(definition(), staffing(catalogue=frozenset())) == [
        ("fail", "intermediary.not_catalogued")
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], [("fail", "intermediary.material_without_service")]),
        (
            [ROW | {"material": "m1"}],
            [
                ("fail", "intermediary.material_unknown"),
                ("fail", "intermediary.material_without_service"),
            ],
        ),
        (
            [ROW, ROW | {"material": ""}],
            [("warn", "intermediary.yields_nothing")],
        ),
        (
            [ROW | {"commissioned_by": "organ", "payer": "applicant"}],
            [("warn", "intermediary.organ_pays")],
        ),
    ],
)
def test_what_an_item_must_say_of_its_services(rows, expected):
    assert found(definition(intermediaries=rows)) == expected


def test_a_service_in_words_only():
    spoken = definition(
        intermediaries=[], materials=[], guide={"intermediary_note": "水质检测", "visits": 0}
    )
    assert found(spoken) == [("warn", "intermediary.only_in_words")]
    assert found(spoken | {"guide": {"intermediary_note": "无", "visits": 0}}) == []


NAMED = "须由云溪 清源水质检测（有限公司）出具"


@pytest.mark.parametrize(
    ("path", "term"),
    [
        (("conditions", 0), "conditions"),
        (("guide", "place"), "guide"),
        (("materials", 0, "note"), "materials"),
        (("materials", 0, "accept_standard"), "materials"),
        (("flow", "nodes", 0, "standard"), "steps"),
        (("documents", 0, "body"), "documents"),
    ],
)
def test_no_provider_is_named_anywhere(path, term):
    item = definition()
    *above, last = path
    place = item
    for key in above:
        place = place[key]
    place[last] = NAMED
    ((level, code, params),) = intermediary.gate(item, staffing())
    assert (level, code, params["field"]) == ("fail", "intermediary.provider_named", term)


def test_names_in_options_of_questions_are_found():
    field = {
        "code": "x", "type": "choice", "label": "L", "help": None, "default": None,
        "options": [{"code": "a", "label": "云溪清源水质检测有限公司"}],
    }  # fmt: skip
    asked = definition(form={"fields": [field]})
    named = list(intermediary.named_providers(asked, (SAID["name"],)))
    assert named == [(SAID["name"], "questions", "L")]


def test_short_names_are_not_looked_for():
    assert not list(intermediary.named_providers(definition(), ("检测",)))


# --------------------------------------------------------------------------- the list


def read(unplaced=(), **cells):
    return intermediary_list.read({"seq": "1", "service": "监理"} | cells, dict(unplaced), "ZJ-")


def test_words_become_codes_and_numbers_become_codes_of_services():
    values = read(
        seq="7", commissioned_by="审批部门", applicant_may_do_it_himself="否",
        price_type="市场调节价", price_note="双方协商", valid_from="2026年1月5日",
    ).values  # fmt: skip
    assert values["code"] == "ZJ-007"
    assert (values["commissioned_by"], values["self_service"], values["price_type"]) == (
        "organ", "no", "market",
    )  # fmt: skip
    assert (values["price"], values["valid_from"]) == ("双方协商", date(2026, 1, 5))


def test_several_forms_of_the_price_keep_their_words():
    values = read(price_type="鉴定费市场调节价,检查费政府定价", price_note="见文件").values
    assert values["price_type"] == "mixed"
    assert values["price"] == "鉴定费市场调节价,检查费政府定价；见文件"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"service": ""}, "no_name"),
        ({"service": "x" * 301}, "long_name"),
        ({"seq": ""}, "no_code"),
        ({"seq": "1.5"}, "odd_number"),
        ({"seq": "١"}, "odd_number"),
        ({"code": "a b"}, "odd_code"),
        ({"code": "编"}, "odd_code"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "reversed"),
    ],
)
def test_rows_that_are_no_service(cells, code):
    with pytest.raises(KernelError) as caught:
        read(**cells)
    assert caught.value.code == f"intermediary_list.{code}"
    assert intermediary_list.CODES[caught.value.code] % caught.value.params


@given(
    st.dictionaries(
        st.sampled_from([*intermediary_list.WORDS, *intermediary_list.DATES]), st.text(max_size=20)
    ),
    st.dictionaries(st.text(min_size=1, max_size=9), st.text(min_size=1, max_size=9), max_size=3),
)
def test_every_value_lands_in_a_field_or_in_a_remark(cells, unplaced):
    try:
        service = read(unplaced, **cells)
    except KernelError as error:
        assert error.code == "intermediary_list.reversed"
        return
    kept = {(remark.column, remark.value) for remark in service.remarks}
    for column, text in cells.items():
        field = intermediary_list.WORDS.get(column, (column,))[0]
        assert not text or service.values[field] or (column, text) in kept
    assert set(unplaced.items()) <= kept
    for remark in service.remarks:
        assert intermediary_list.CODES[remark.code] % remark.params
