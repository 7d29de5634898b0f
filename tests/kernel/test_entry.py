"""Licences from records: every cell is judged and nothing is guessed; plain facts are kept."""

import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import case as casefile
from kernel import entry, licence
from kernel.errors import KernelError

TODAY = date(2026, 6, 1)
GOOD = {
    "number": "川食许 (2022) 第7号",
    "holder_kind": "企业",
    "holder_name": "测试食品有限公司",
    "holder_number": "91310115MA1K00027T",
    "issued_on": "2022年3月1日",
    "valid_from": "2022/3/1",
    "valid_to": "2027-02-28",
    "state": "有效",
}


def read(**cells):
    return entry.read(GOOD | cells, TODAY)


def refused(code, **cells):
    with pytest.raises(KernelError) as caught:
        read(**cells)
    assert caught.value.code == code
    return caught.value


def event(kind, said, answers=None):
    payload = {"entry": json.loads(json.dumps(said.to_payload())), "answers": dict(said.answers)}
    return casefile.Event(kind, datetime(2026, 6, 1, 10), 7, "item_manager", payload)


def test_a_good_line():
    said = read(phone=" 138 0013 8000 ", email="A@EXAMPLE.org")
    assert said.held == licence.Licence(date(2022, 3, 1), date(2027, 2, 28))
    assert said.answers == {
        "applicant_kind": "enterprise",
        "applicant_name": "测试食品有限公司",
        "applicant_credit_code": "91310115MA1K00027T",
        "applicant_phone": "13800138000",
        "applicant_email": "A@example.org",
    }


def test_a_person_has_a_card_and_no_credit_code():
    said = read(holder_kind="自然人", holder_name="张三", holder_number="11010519491231002x")
    assert said.answers["applicant_person_id"] == "11010519491231002X"
    assert "applicant_credit_code" not in said.answers
    refused("identity.length", holder_kind="自然人", holder_number="9131")
    refused("identity.check_character", holder_number="91310115MA1K00028T")


@pytest.mark.parametrize("name", entry.REQUIRED)
def test_nothing_that_is_needed_is_guessed(name):
    assert refused("entry.missing", **{name: "  "}).params["field"] == f"entry_{name}"


@pytest.mark.parametrize("text", ["2022-13-01", "soon", "44621", "0000-01-01", "2022-02-30"])
def test_what_is_no_date(text):
    for name in ("issued_on", "valid_from", "valid_to"):
        assert refused("entry.not_date", **{name: text}).params["value"] == text


def test_without_a_last_day_only_where_it_says_so():
    assert read(valid_to="长期").held.valid_to is None
    refused("entry.missing", valid_to="")


def test_dates_agree_with_the_state():
    refused("entry.reversed", valid_to="2022-02-28")
    refused("entry.past", valid_to="2026-05-31")
    assert read(valid_to="2026-06-01").held.is_alive(TODAY)
    refused("entry.not_past", state="已过期")
    refused("entry.not_past", state="已过期", valid_to="长期")
    refused("entry.not_ended", ended_on="2025-01-01")
    refused("entry.future", issued_on="2026-06-02")
    refused("entry.end_missing", state="已吊销")
    refused("entry.end_outside", state="已注销", ended_on="2026-06-02")
    refused("entry.end_outside", state="已注销", ended_on="2022-02-28")
    held = read(state="已注销", ended_on="2025-01-02").held
    assert (held.state, held.ended_on, held.cancelled_on) == (
        "cancelled", date(2025, 1, 2), date(2025, 1, 2),
    )  # fmt: skip
    held = read(state="过期", valid_to="2026-05-31").held
    assert (held.state, held.ended_on) == ("expired", date(2026, 5, 31))


def test_unknown_terms_name_the_known_ones():
    assert "已过期" in refused("entry.unknown_term", state="好").params["known"]
    assert "企业" in refused("entry.unknown_term", holder_kind="公司").params["known"]
    refused("entry.unknown_term", state="renewed")  # replaced revisions are not entered
    refused("entry.too_long", number="1" * 61)


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"valid_to": "长期"},
        {"state": "暂停"},
        {"state": "已吊销", "ended_on": "2025-01-02"},
        {"state": "已注销", "ended_on": "2025-01-02"},
        {"state": "已过期", "valid_to": "2026-05-31"},
    ],
)
def test_the_event_folds_to_what_was_read(cells):
    said = read(**cells)
    case = casefile.fold({}, [event("enter_licence", said)])
    assert case.licence.state == said.held.state
    assert (case.licence.valid_to, case.licence.ended_on) == (
        said.held.valid_to, said.held.ended_on,
    )  # fmt: skip
    assert case.state == casefile.CLOSED and case.outcome == "" and case.answers == said.answers


def test_a_correction_until_something_was_done():
    first = event("enter_licence", read())
    case = casefile.fold({}, [first])
    entry.check_correction(case)
    case = casefile.apply({}, case, event("correct_entry", read(valid_to="2028-02-28")))
    assert case.licence.valid_to == date(2028, 2, 28)
    entry.check_correction(case)
    late = casefile.Event("expire", datetime(2028, 3, 1, 8), 0, "system", {})
    entry.check_correction(casefile.apply({}, case, late))  # the day itself may be the mistake
    suspended = casefile.Event("suspend_licence", datetime(2026, 7, 1, 8), 3, "representative", {})
    with pytest.raises(KernelError) as caught:
        entry.check_correction(casefile.apply({}, case, suspended))
    assert caught.value.code == "entry.acted_on"
    with pytest.raises(KernelError):
        entry.check_correction(casefile.CaseFile())


@given(st.dictionaries(st.sampled_from(sorted(entry.COLUMNS)), st.text(max_size=80)))
def test_whatever_stands_in_a_line_is_read_or_refused(cells):
    try:
        said = entry.read(GOOD | cells, TODAY)
    except KernelError as error:
        assert error.code.partition(".")[0] in ("entry", "identity", "form")
    else:
        json.dumps(said.to_payload())
        assert said.number and said.held.state in entry.STATES


def test_header_names_are_not_ambiguous():
    names = [name for key, names in entry.COLUMNS.items() for name in (key, *names)]
    assert len(names) == len(set(names))
