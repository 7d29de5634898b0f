"""The life of a licence: validity, renewal, every way it ends and what its misuse bars."""

import calendar as gregorian
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import licence as law
from kernel.clock import Calendar
from kernel.errors import KernelError
from kernel.licence import Block, Licence

ONE = timedelta(days=1)
PLAIN = Calendar({}, (), date(2030, 12, 31))
SPRING = Calendar(
    {date(2026, 2, 15) + n * ONE: "春节" for n in range(9)},
    (date(2026, 2, 14), date(2026, 2, 28)),
    date(2026, 12, 31),
)
TODAY = date(2026, 6, 1)
GRANTED = Licence(date(2024, 1, 1), date(2028, 12, 31))
HEARD = replace(GRANTED, heard_on=date(2026, 5, 1))
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
UNITS = st.sampled_from(["year", "month", "calendar_day"])
SPECS = st.fixed_dictionaries(
    {"value": st.integers(0, 400), "unit": st.sampled_from(["workday", "calendar_day", "month"])}
)


def refusal(licence, kind, payload=None, on=TODAY):
    with pytest.raises(KernelError) as caught:
        law.check(licence, kind, payload or {}, on)
    error = caught.value
    sentence = law.CODES[error.code]
    assert set(re.findall(r"%\((\w+)\)s", sentence)) == set(error.params)
    return error.code


def act(licence, kind, payload=None, on=TODAY):
    law.check(licence, kind, payload or {}, on)
    return law.apply(licence, kind, payload or {}, on)


# ── validity ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "value", "unit", "last"),
    [
        ("2026-03-05", 5, "year", "2031-03-04"),
        ("2026-01-01", 1, "year", "2026-12-31"),
        ("2024-02-29", 1, "year", "2025-02-28"),  # no 29th: the month's last day
        ("2024-02-29", 4, "year", "2028-02-28"),  # there is one: the day before
        ("2023-03-01", 1, "year", "2024-02-29"),
        ("2026-01-31", 1, "month", "2026-02-28"),
        ("2026-01-29", 1, "month", "2026-02-28"),
        ("2026-01-28", 1, "month", "2026-02-27"),
        ("2026-08-31", 6, "month", "2027-02-28"),
        ("2026-05-01", 18, "month", "2027-10-31"),
        ("2026-06-01", 1, "calendar_day", "2026-06-01"),  # the first day counts
        ("2026-06-01", 90, "calendar_day", "2026-08-29"),
    ],
)
def test_last_day_of_validity(day, value, unit, last):
    assert law.expiry(date.fromisoformat(day), value, unit) == date.fromisoformat(last)


@pytest.mark.parametrize("unit", [None, "", "none", "year"])
def test_no_limit(unit):
    assert law.expiry(TODAY, 0, unit) is None
    assert law.expiry(TODAY, None, unit) is None
    assert law.expiry(TODAY, 5, "none") is None


@given(DAYS, st.integers(1, 100), UNITS)
def test_a_validity_has_no_gap_and_no_overlap_with_the_next(day, value, unit):
    """Whoever renews for the same length again and again keeps the date, or the month's end."""
    last = law.expiry(day, value, unit)
    assert last >= day
    following = last + ONE
    if unit == "calendar_day":
        assert (following - day).days == value
    else:
        assert following.day in (day.day, 1)
        months = value * 12 if unit == "year" else value
        passed = (following.year - day.year) * 12 + following.month - day.month
        assert passed == months + (following.day != day.day)


@given(DAYS, st.integers(1, 100), UNITS)
def test_a_day_later_never_ends_earlier(day, value, unit):
    assert law.expiry(day, value, unit) <= law.expiry(day + ONE, value, unit)


@pytest.mark.parametrize("unit", ["year", "month", "calendar_day"])
def test_beyond_the_calendar(unit):
    with pytest.raises(KernelError, match="clock.out_of_range"):
        law.expiry(TODAY, 10**9, unit)


# ── renewal ─────────────────────────────────────────────────────────────────────────────────


def test_general_rule_is_thirty_days():
    """The worked table: in time until 18 February, remind before the Spring Festival."""
    window = law.renewal_window(date(2026, 3, 20), None, SPRING)
    assert window == (None, date(2026, 2, 18), date(2026, 2, 14))
    assert law.renewal_window(date(2026, 3, 20), {"latest": None}, SPRING) == window


FOOD = {  # food business since 2023: between 90 and 15 working days before expiry
    "latest": {"value": 15, "unit": "workday"},
    "earliest": {"value": 90, "unit": "workday"},
    "late": "refuse",
}
LABOUR = {"latest": {"value": 60, "unit": "calendar_day"}, "earliest": None, "late": "as_new"}


def test_window_with_two_sides():
    window = law.renewal_window(date(2026, 6, 30), FOOD, PLAIN)
    assert window == (date(2026, 2, 24), date(2026, 6, 9), date(2026, 6, 9))


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        ("2026-02-23", "early"),
        ("2026-02-24", "in_time"),
        ("2026-06-09", "in_time"),
        ("2026-06-10", "late"),
        ("2026-06-30", "late"),
        ("2026-07-01", "expired"),
    ],
)
def test_judging_a_renewal(on, verdict):
    day = date.fromisoformat(on)
    assert law.judge_renewal(day, date(2026, 6, 30), FOOD, PLAIN) == verdict


def admission(on, expires_on, rule):
    try:
        return law.admit_renewal(on, expires_on, rule, PLAIN)
    except KernelError as error:
        assert set(re.findall(r"%\((\w+)\)s", law.CODES[error.code])) == set(error.params)
        return error.code


def test_admitting_a_renewal():
    last = date(2026, 6, 30)
    assert admission(date(2026, 2, 23), last, FOOD) == "licence.renewal_early"
    assert admission(date(2026, 6, 9), last, FOOD) is True
    assert admission(date(2026, 6, 10), last, FOOD) == "licence.renewal_late"
    assert admission(date(2026, 7, 1), last, FOOD) == "licence.renewal_expired"
    assert admission(date(2026, 5, 1), last, LABOUR) is True
    assert admission(date(2026, 5, 2), last, LABOUR) is False  # a new application
    assert admission(date(2026, 7, 1), last, LABOUR) == "licence.renewal_expired"
    assert admission(date(2026, 6, 1), last, None) == "licence.renewal_late"
    assert admission(date(2026, 5, 31), last, None) is True
    assert admission(TODAY, None, FOOD) == "licence.renewal_needless"


@given(DAYS, SPECS, st.none() | SPECS, st.integers(-500, 500))
def test_every_day_has_one_verdict_in_order(expires_on, latest, earliest, shift):
    order = ["early", "in_time", "late", "expired"]
    rule = {"latest": latest, "earliest": earliest, "late": "refuse"}
    day = expires_on + shift * ONE
    today, tomorrow = (law.judge_renewal(d, expires_on, rule, PLAIN) for d in (day, day + ONE))
    assert order.index(today) <= order.index(tomorrow)
    window = law.renewal_window(expires_on, rule, PLAIN)
    assert window.last_day <= expires_on
    assert window.remind_on <= window.last_day
    assert (today == "expired") == (day > expires_on)
    assert earliest or today != "early"


@given(DAYS, st.integers(1, 12), st.integers(0, 400))
def test_a_timely_renewal_loses_no_day(valid_to, years, ahead):
    on = valid_to - ahead * ONE
    start = law.renewal_starts(valid_to, in_time=True, on=on)
    assert start == valid_to + ONE
    assert law.expiry(start, years, "year") > valid_to
    assert law.renewal_starts(valid_to, in_time=False, on=on) == on


def test_a_renewal_decided_after_expiry():
    valid_to, on = date(2026, 5, 1), date(2026, 5, 20)
    assert law.renewal_starts(valid_to, in_time=True, on=on, by_silence=True) == date(2026, 5, 2)
    assert law.renewal_starts(valid_to, in_time=True, on=on) == on  # the papers came too late


RENEWAL = {"item": {"power_type": "01"}, "handles": "renewal"}
FILED = {"number": "x", "valid_to": "2026-05-31", "in_time": True}


@pytest.mark.parametrize(
    ("definition", "state", "renews", "on", "expected"),
    [
        (RENEWAL, "accepted", FILED, date(2026, 6, 1), True),
        (RENEWAL, "received", FILED, date(2026, 6, 1), True),
        (RENEWAL, "accepted", FILED, date(2026, 5, 31), False),  # the last day is not over
        (RENEWAL, "supplementing", FILED, date(2026, 6, 1), False),  # the applicant is silent
        (RENEWAL, "decided", FILED, date(2026, 6, 1), False),
        (RENEWAL, "closed", FILED, date(2026, 6, 1), False),
        (RENEWAL, "accepted", {**FILED, "in_time": False}, date(2026, 6, 1), False),
        (RENEWAL, "accepted", {**FILED, "valid_to": None}, date(2026, 6, 1), False),
        (RENEWAL, "accepted", None, date(2026, 6, 1), False),
        ({**RENEWAL, "handles": "change"}, "accepted", FILED, date(2026, 6, 1), False),
        ({**RENEWAL, "handles": "new"}, "accepted", FILED, date(2026, 6, 1), False),
        ({"item": {"power_type": "01"}}, "accepted", FILED, date(2026, 6, 1), False),
        ({**RENEWAL, "item": {"power_type": "07"}}, "accepted", FILED, date(2026, 6, 1), False),
        ({**RENEWAL, "item": {"power_type": None}}, "accepted", FILED, date(2026, 6, 1), False),
    ],
)
def test_renewal_is_the_only_licence_by_silence(definition, state, renews, on, expected):
    assert law.renewed_by_silence(definition, state, renews, on) is expected


# ── the ways a licence ends ─────────────────────────────────────────────────────────────────

COMPENSATION = {"ground": "law_changed", "compensation": "20 000 元"}
ENDS = [
    (HEARD, "revoke_licence", {"ground": "unqualified"}, "revoked"),
    (GRANTED, "withdraw_licence", COMPENSATION, "withdrawn"),
    (GRANTED, "penalise_licence", {"organ": "市场监管局", "decision_number": "1"}, "penalised"),
]


@pytest.mark.parametrize(("licence", "kind", "payload", "state"), ENDS)
@pytest.mark.parametrize("is_suspended", [False, True])
def test_ending_and_cancelling(licence, kind, payload, state, is_suspended):
    if is_suspended:
        licence = act(licence, "suspend_licence")
    ended = act(licence, kind, payload)
    assert (ended.state, ended.ended_on) == (state, TODAY)
    assert not ended.is_alive(TODAY)
    later = TODAY + 10 * ONE
    for again in ("revoke_licence", "withdraw_licence", "penalise_licence", "suspend_licence",
                  "resume_licence", "expire", "supersede", "hear_holder"):  # fmt: skip
        assert refusal(ended, again, payload, later) == "licence.already_ended"
    cancelled = act(ended, "cancel_licence", {"ground": state, "ground_on": "2026-06-01"}, later)
    assert (cancelled.state, cancelled.ended_on, cancelled.cancelled_on) == (
        "cancelled",
        TODAY,
        later,
    )
    for again in law.LIFE:
        assert refusal(cancelled, again, payload, later) == "licence.already_cancelled"


def test_suspending_and_resuming():
    suspended = act(GRANTED, "suspend_licence")
    assert suspended.is_alive(TODAY)
    assert refusal(suspended, "suspend_licence") == "licence.already_suspended"
    assert act(suspended, "resume_licence") == GRANTED
    assert refusal(GRANTED, "resume_licence") == "licence.not_suspended"


def test_the_holder_is_heard_before_a_revocation():
    fraud = {"ground": "fraud"}
    assert refusal(GRANTED, "revoke_licence", fraud) == "licence.holder_not_heard"
    heard = act(GRANTED, "hear_holder")
    assert heard == replace(GRANTED, heard_on=TODAY)
    assert act(heard, "revoke_licence", fraud).ground == "fraud"


def test_compensation():
    """Fraud is not compensated (Art. 69); a lawful licence is not withdrawn without it (Art. 8)."""
    fraud = {"ground": "fraud", "compensation": "1 元"}
    assert refusal(HEARD, "revoke_licence", fraud) == "licence.fraud_compensated"
    fault = {"ground": "procedure_breach", "compensation": "1 元"}
    assert act(HEARD, "revoke_licence", fault).state == "revoked"
    bare = {"ground": "facts_changed", "compensation": ""}
    assert refusal(GRANTED, "withdraw_licence", bare) == "licence.compensation_missing"


def test_expiry_needs_its_day():
    assert refusal(GRANTED, "expire", on=GRANTED.valid_to) == "licence.not_past"
    assert refusal(replace(GRANTED, valid_to=None), "expire") == "licence.not_past"
    expired = act(GRANTED, "expire", on=date(2029, 1, 3))
    assert (expired.state, expired.ended_on) == ("expired", GRANTED.valid_to)
    assert refusal(expired, "expire", on=date(2029, 1, 3)) == "licence.already_ended"


@pytest.mark.parametrize(
    "kind", ["hear_holder", "revoke_licence", "withdraw_licence", "penalise_licence",
             "suspend_licence"],
)  # fmt: skip
def test_after_the_last_day_only_the_formality_is_left(kind):
    """Also before the nightly run has entered the expiry."""
    assert refusal(HEARD, kind, COMPENSATION, date(2029, 1, 1)) == "licence.past"


@pytest.mark.parametrize("ground", ["dead", "body_ended", "force_majeure", "lapsed",
                                    "holder_request"])  # fmt: skip
def test_cancelling_an_alive_licence(ground):
    payload = {"ground": ground, "ground_on": "2026-05-20"}
    cancelled = act(GRANTED, "cancel_licence", payload)
    assert (cancelled.state, cancelled.ground) == ("cancelled", ground)
    assert (cancelled.ended_on, cancelled.cancelled_on) == (date(2026, 5, 20), TODAY)
    assert refusal(GRANTED, "cancel_licence", {"ground": ground}) == "licence.ground_undated"
    odd = {"ground": ground, "ground_on": "yesterday"}
    assert refusal(GRANTED, "cancel_licence", odd) == "licence.ground_undated"
    future = {"ground": ground, "ground_on": "2026-06-02"}
    assert refusal(GRANTED, "cancel_licence", future) == "licence.ground_future"
    late = date(2029, 1, 1)
    assert refusal(GRANTED, "cancel_licence", payload, late) == "licence.ground_past"
    expired = act(GRANTED, "expire", on=late)
    assert refusal(expired, "cancel_licence", payload, late) == "licence.ground_other"


@pytest.mark.parametrize("ground", ["revoked", "withdrawn", "penalised"])
def test_a_ground_on_record_must_be_on_record(ground):
    payload = {"ground": ground, "ground_on": "2026-05-20"}
    assert refusal(GRANTED, "cancel_licence", payload) == "licence.ground_absent"
    expired = act(GRANTED, "expire", on=date(2029, 1, 1))
    assert refusal(expired, "cancel_licence", payload, date(2029, 1, 1)) == "licence.ground_other"
    for licence, kind, facts, state in ENDS:
        if state != ground:
            ended = act(licence, kind, facts)
            assert refusal(ended, "cancel_licence", payload) == "licence.ground_other"


def test_the_day_of_the_ground_agrees_with_the_register():
    later = TODAY + 5 * ONE
    revoked = act(HEARD, "revoke_licence", {"ground": "abuse"})
    for wrong in ("2026-05-31", "2026-06-02"):
        payload = {"ground": "revoked", "ground_on": wrong}
        assert refusal(revoked, "cancel_licence", payload, later) == "licence.ground_date"
    # A penalty was decided elsewhere, before it was recorded here; never after.
    penalised = act(GRANTED, "penalise_licence")
    payload = {"ground": "penalised", "ground_on": "2026-05-31"}
    assert act(penalised, "cancel_licence", payload, later).state == "cancelled"
    payload = {"ground": "penalised", "ground_on": "2026-06-02"}
    assert refusal(penalised, "cancel_licence", payload, later) == "licence.ground_date"


def test_cancelling_after_expiry():
    late, payload = date(2029, 1, 3), {"ground": "expired", "ground_on": "2028-12-31"}
    for licence in (GRANTED, act(GRANTED, "expire", on=late), act(GRANTED, "suspend_licence")):
        cancelled = act(licence, "cancel_licence", payload, late)
        assert (cancelled.ended_on, cancelled.cancelled_on) == (GRANTED.valid_to, late)
    wrong = {"ground": "expired", "ground_on": "2028-12-30"}
    assert refusal(GRANTED, "cancel_licence", wrong, late) == "licence.ground_date"
    assert refusal(GRANTED, "cancel_licence", wrong, TODAY) == "licence.ground_future"
    on_last_day = {"ground": "expired", "ground_on": "2028-12-31"}
    code = refusal(GRANTED, "cancel_licence", on_last_day, date(2028, 12, 31))
    assert code == "licence.not_past"
    revoked = act(HEARD, "revoke_licence", {"ground": "abuse"})
    assert refusal(revoked, "cancel_licence", payload, late) == "licence.ground_other"


@pytest.mark.parametrize("ground", [None, "", "bankrupt", "valid"])
def test_cancellation_never_stands_alone(ground):
    payload = {"ground": ground, "ground_on": "2026-05-20"}
    assert refusal(GRANTED, "cancel_licence", payload) == "licence.ground_missing"


@pytest.mark.parametrize(
    ("effect", "state"),
    [("changed", "changed"), ("renewed", "renewed"), ("reissued", "changed"),
     ("cancelled", "cancelled")],
)  # fmt: skip
def test_another_case_takes_its_place(effect, state):
    replaced = act(GRANTED, "supersede", {"effect": effect, "by": "1"})
    assert (replaced.state, replaced.ended_on) == (state, TODAY)
    assert (replaced.cancelled_on == TODAY) is (effect == "cancelled")
    again = {"effect": effect, "by": "2"}
    expected = "licence.already_cancelled" if effect == "cancelled" else "licence.superseded"
    assert refusal(replaced, "supersede", again) == expected
    assert refusal(replaced, "revoke_licence") == expected
    assert refusal(replaced, "expire", on=date(2029, 1, 1)) == expected


def test_a_renewal_does_not_shorten_the_old_licence():
    facts = {"effect": "renewed", "by": "1", "ended_on": "2028-12-31"}
    assert act(GRANTED, "supersede", facts).ended_on == GRANTED.valid_to


@pytest.mark.parametrize("effect", [None, "", "valid", "revoked", ["changed"]])
def test_odd_effects(effect):
    if isinstance(effect, list):
        effect = str(effect)
    assert refusal(GRANTED, "supersede", {"effect": effect}) == "licence.unknown_effect"


def test_a_case_without_a_licence():
    for kind in (*law.LIFE, "supersede"):
        assert not law.is_possible(None, kind)
        assert refusal(None, kind) == "licence.none"


GROUNDS = st.sampled_from([*law.CANCELLATION_GROUNDS, "fraud", "law_changed", None])
ACTS = st.lists(
    st.tuples(
        st.sampled_from([*law.LIFE, "supersede"]),
        st.fixed_dictionaries(
            {
                "ground": GROUNDS,
                "ground_on": st.dates(date(2026, 1, 1), date(2027, 1, 1)).map(str),
                "compensation": st.sampled_from(["", "1 元"]),
                "effect": st.sampled_from([*law.EFFECTS]),
            }
        ),
        st.integers(0, 60),
    ),
    max_size=12,
)


@given(ACTS, st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_any_order_of_acts_keeps_the_register_sound(acts, valid_to):
    """Every act is refused in a sentence or leads along the table; what has ended stays ended."""
    licence, day = Licence(date(2026, 1, 1), valid_to), date(2026, 1, 1)
    for kind, payload, passed in acts:
        day += passed * ONE
        try:
            law.check(licence, kind, payload, day)
        except KernelError as error:
            assert set(re.findall(r"%\((\w+)\)s", law.CODES[error.code])) == set(error.params)
            continue
        assert law.is_possible(licence, kind)
        after = law.apply(licence, kind, payload, day)
        assert after.state in law.STATES
        if licence.state not in law.ALIVE:
            assert (kind, after.state) == ("cancel_licence", "cancelled")
            assert after.ended_on == licence.ended_on
        if after.state not in law.ALIVE:
            assert after.ended_on <= day
        assert (after.state == "cancelled") == (after.cancelled_on is not None)
        licence = after


@given(st.sampled_from(sorted(law.STATES)), st.sampled_from([*law.LIFE, "supersede"]))
def test_the_table_offers_what_the_check_knows(state, kind):
    """An act that the table lacks is refused whatever its inputs are."""
    licence = replace(HEARD, state=state, ended_on=TODAY, cancelled_on=TODAY)
    if not law.is_possible(licence, kind):
        with pytest.raises(KernelError):
            law.check(licence, kind, {"ground": "dead", "ground_on": "2026-05-01"}, TODAY)


# ── what its misuse bars ────────────────────────────────────────────────────────────────────

SAFETY, ORDINARY = {"is_safety": True}, {}
FALSE_PAPERS = {"ground": "false_papers"}


@pytest.mark.parametrize(
    ("definition", "kind", "payload", "expected"),
    [
        (SAFETY, "refuse_acceptance", FALSE_PAPERS, ("item", "Art. 78", date(2027, 6, 1))),
        (SAFETY, "decide", {"decision": "refuse", **FALSE_PAPERS},
         ("item", "Art. 78", date(2027, 6, 1))),
        (SAFETY, "decide_at_once", {"decision": "refuse", **FALSE_PAPERS},
         ("item", "Art. 78", date(2027, 6, 1))),
        (ORDINARY, "decide", {"decision": "refuse", **FALSE_PAPERS}, None),
        ({"is_safety": False}, "refuse_acceptance", FALSE_PAPERS, None),
        (SAFETY, "refuse_acceptance", {"ground": "not_competent"}, None),
        (SAFETY, "refuse_acceptance", {}, None),
        (SAFETY, "decide", {"decision": "refuse", "ground": "conditions_not_met"}, None),
        (SAFETY, "decide", {"decision": "grant", **FALSE_PAPERS}, None),
        (SAFETY, "decline", FALSE_PAPERS, None),
        (ORDINARY, "revoke_licence", {"ground": "fraud"}, ("class", "Art. 79", date(2029, 6, 1))),
        (ORDINARY, "revoke_licence", {"ground": "unqualified"}, None),
        (ORDINARY, "withdraw_licence", {"ground": "fraud"}, None),
        (ORDINARY, "check_commitment", {"outcome": "broken"},
         ("credit", "国办发〔2020〕42号", None)),
        (ORDINARY, "check_commitment", {"outcome": "kept"}, None),
        (ORDINARY, "end_deferral", {}, ("credit", "国办发〔2020〕42号", None)),
        (ORDINARY, "accept", {}, None),
    ],
)  # fmt: skip
def test_what_bars_an_applicant(definition, kind, payload, expected):
    block = law.block_of(definition, kind, payload, TODAY)
    assert (block and (block.kind, block.article, block.until)) == expected
    assert kind in law.BARRING or block is None


@pytest.mark.parametrize(
    ("on", "one", "three"),
    [
        ("2024-02-29", "2025-02-28", "2027-02-28"),
        ("2025-02-28", "2026-02-28", "2028-02-28"),
        ("2026-12-31", "2027-12-31", "2029-12-31"),
    ],
)
def test_years_of_a_bar_end_on_the_same_date(on, one, three):
    day = date.fromisoformat(on)
    block = law.block_of(SAFETY, "refuse_acceptance", FALSE_PAPERS, day)
    assert block.until == date.fromisoformat(one)
    block = law.block_of(SAFETY, "revoke_licence", {"ground": "fraud"}, day)
    assert block.until == date.fromisoformat(three)


def test_what_a_bar_bars():
    block = Block("class", "fraud", "Art. 79", date(2029, 6, 1))
    assert law.bars(block, date(2029, 6, 1))  # the last day is part of it
    assert not law.bars(block, date(2029, 6, 2))
    assert law.bars(block, TODAY, handles="renewal", in_time=False)  # counts as new
    for handles in ("renewal", "change", "reissue", "cancellation"):
        assert not law.bars(block, TODAY, handles=handles)
        barred = law.bars(block, TODAY, handles=handles, same_item=True)
        assert barred is (handles in ("renewal", "change"))
    assert law.bars(Block("item", "x", "Art. 78", None), TODAY)


def test_a_broken_promise_bars_promises_only():
    assert not law.bars(Block("credit", "x", "y"), TODAY, same_item=True)


@given(DAYS)
def test_bars_last_a_year_and_three(day):
    one = law.block_of(SAFETY, "refuse_acceptance", FALSE_PAPERS, day).until
    three = law.block_of(SAFETY, "revoke_licence", {"ground": "fraud"}, day).until
    for until, years in ((one, 1), (three, 3)):
        last_of_month = gregorian.monthrange(day.year + years, day.month)[1]
        assert until == date(day.year + years, day.month, min(day.day, last_of_month))
