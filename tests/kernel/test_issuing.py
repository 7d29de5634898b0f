"""Which documents an act issues: the table of `domain.md` 2.3, read aloud."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from kernel.acts import ACTS
from kernel.case_facts import CaseFile, Event, StopRecord
from kernel.document import MUST_HAVE
from kernel.issuing import RESULTS, SERVICE, documents_of
from kernel.licence import Licence

AT = datetime(2026, 11, 23, 10)
LICENCE = Licence(date(2026, 11, 23))
GRANTED = CaseFile(outcome="granted", licence=LICENCE)
RENEWS = {"number": "N", "valid_to": "2026-12-31", "in_time": True}


def issued(kind, after=GRANTED, handles="new", **payload):
    return documents_of({"handles": handles}, Event(kind, AT, payload=payload), after)


@pytest.mark.parametrize(
    ("kind", "payload", "documents"),
    [
        ("receive", {"materials": []}, ("receipt",)),
        ("receive", {"materials": [{"form": "commitment"}]}, ("receipt", "commitment_letter")),
        ("accept", {}, ("acceptance_notice",)),
        ("accept_deferred", {}, ("deferral_commitment", "deferral_notice")),
        ("complete_step", {"officers": [1, 2]}, ("visit_record",)),
        ("complete_step", {"opinion": "x"}, ()),
        ("dispatch", {"method": "post"}, ()),
        ("dispatch", {"method": "notice"}, ("delivery_announcement",)),
        ("revoke_licence", {}, ("revocation_decision",)),
        ("return_step", {}, ()),
        ("archive", {}, ()),
        ("check_commitment", {"outcome": "kept"}, ("check_record",)),
        ("check_commitment", {"outcome": "broken"}, ("check_record",)),
    ],
)
def test_acts(kind, payload, documents):
    after = replace(GRANTED, licence=None) if kind == "receive" else GRANTED
    assert issued(kind, after, **payload) == documents


def test_every_act_that_ends_or_changes_a_right_is_given_in_writing():
    silent = {
        "correct", "complete_step", "return_step", "resume_clock", "record_objection",
        "answer_objection", "record_statement", "request_hearing", "waive_hearing",
        "challenge_chair", "dispatch", "return_dispatch", "archive",
        "hear_holder", "penalise_licence", "revoke_power", "expire", "supersede",
        "migrate",  # worsens nothing without the applicant's own consent
        # a department's opinion is a matter between organs
        "acknowledge_review", "give_opinion", "correct_opinion", "deem_no_objection",
    }  # fmt: skip
    stop = StopRecord(1, "n", "public_notice", 5, AT.date())
    after = replace(GRANTED, stop_records=(stop,))
    payload = {"materials": [], "node": "n", "method": "post", "decision": "grant"}
    for kind in ACTS:
        documents = issued(kind, after, **payload)
        assert bool(documents) == (kind not in silent), kind
        assert set(documents) <= set(MUST_HAVE), kind


@pytest.mark.parametrize(
    ("handles", "about", "decision"),
    [
        ("new", None, "grant_decision"),
        ("change", RENEWS, "change_decision"),
        ("change", None, "grant_decision"),
        ("renewal", RENEWS, "renewal_decision"),
        ("renewal", RENEWS | {"in_time": False}, "grant_decision"),
        ("reissue", RENEWS, "grant_decision"),
        ("cancellation", RENEWS, "cancellation_decision"),
    ],
)
def test_what_grants(handles, about, decision):
    after = replace(GRANTED, renews=about)
    assert issued("decide", after, handles, decision="grant") == (decision, "certificate")
    assert decision in RESULTS


def test_a_refusal_is_a_refusal_whatever_was_asked_for():
    after = CaseFile(outcome="refused", renews=RENEWS)
    for handles in ("new", "change", "renewal", "cancellation"):
        assert issued("decide", after, handles, decision="refuse") == ("refusal_decision",)


def test_no_certificate_while_promised_papers_are_missing():
    missing = CaseFile(outcome="granted", deferred=frozenset({"plan"}))
    assert issued("decide", missing, decision="grant") == ("grant_decision",)
    assert issued("hand_in_deferred", missing, materials=[]) == ("receipt",)
    assert issued("hand_in_deferred", materials=[]) == ("receipt", "certificate")
    before = CaseFile(deferred=frozenset())
    assert issued("hand_in_deferred", before, materials=[]) == ("receipt",)


def test_in_one_sitting_all_is_issued_and_handed_over():
    assert issued("decide_at_once", decision="grant") == (
        "grant_decision", "certificate", "delivery_receipt",
    )  # fmt: skip
    refused = CaseFile(outcome="refused")
    assert issued("decide_at_once", refused, decision="refuse") == (
        "refusal_decision", "delivery_receipt",
    )  # fmt: skip
    assert "delivery_receipt" in SERVICE


def test_renewed_by_silence_is_confirmed_in_writing():
    after = replace(GRANTED, renews=RENEWS, is_renewed_by_silence=True)
    assert issued("deem_renewed", after, "renewal") == ("renewal_decision", "certificate")


def test_a_public_notice_that_stops_the_clock_is_told():
    stop = StopRecord(1, "notice", "public_notice", 5, AT.date())
    payload = {"node": "notice", "days": 5, "place": "Web"}
    stopped = CaseFile(stop_records=(stop,))
    assert issued("publish_notice", stopped, **payload) == ("public_notice", "procedure_notice")
    assert issued("publish_notice", CaseFile(), **payload) == ("public_notice",)
