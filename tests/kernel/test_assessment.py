"""Assessment, discretionary relief and deferral: by two people, never by the window."""

from datetime import date, datetime

import pytest

from addons.gov_approval.kernel.case_facts import Event
from addons.gov_approval.kernel.errors import KernelError
from addons.gov_fees.kernel import assessment

AT, TODAY = datetime(2026, 11, 24, 9), date(2026, 11, 24)
CLERK, REVIEWER, CHIEF, SYSTEM = 1, 2, 3, 0
WHO = {
    CLERK: frozenset({"window_clerk"}),
    REVIEWER: frozenset({"reviewer"}),
    CHIEF: frozenset({"representative"}),
    SYSTEM: frozenset({"system"}),
}


class File:
    def __init__(self):
        self.events = [Event("demand", AT)]

    @property
    def now(self):
        return assessment.fold(self.events)

    def act(self, kind, actor=REVIEWER, facts=None, **said):
        values = assessment.check(kind, self.now, said, actor, WHO[actor], TODAY)
        self.events.append(Event(kind, AT, actor, payload=values | (facts or {})))
        return self

    def refused(self, code, kind, actor=REVIEWER, **said):
        with pytest.raises(KernelError) as caught:
            self.act(kind, actor, **said)
        assert caught.value.code == code

    def assess(self, payable="80.00", **said):
        return self.act("assess", facts={"payable": payable}, **said)


def test_assessed_billed_paid():
    file = File()
    assert file.now.state == "demanded"
    file.assess().act("bill", SYSTEM, {"bill": "B1"}).act("pay", SYSTEM)
    assert (file.now.state, file.now.bill) == ("paid", "B1")
    assert file.now.is_in_order(TODAY)


def test_nothing_payable_is_exempted():
    assert File().assess("0.00").now.state == "exempted"


def test_again_only_with_a_reason_and_before_the_bill():
    file = File().assess()
    file.refused("assessment.no_reason", "assess")
    file.assess("70.00", reason="area measured anew").act("bill", SYSTEM, {"bill": "B1"})
    file.refused("fee_act.not_now", "assess", reason="again")
    file.act("unbill", SYSTEM).assess("60.00", reason="again")
    assert file.now.bill == ""


def test_relief_is_asked_for_and_granted_by_another():
    file = File().assess()
    file.refused("assessment.not_pending", "grant_relief", CHIEF, opinion="yes")
    file.act("request_relief", CHIEF, relief="hardship", reason="flood")
    file.refused("assessment.same_person", "grant_relief", CHIEF, opinion="yes")
    file.refused("fee_act.not_yours", "grant_relief", CLERK, opinion="yes")
    file.refused("assessment.pending", "bill", SYSTEM)
    assert file.now.wish.relief == "hardship"


def test_relief_of_the_clerks_request():
    file = File().assess().act("request_relief", CLERK, relief="hardship", reason="flood")
    file.act("grant_relief", CHIEF, {"payable": "0.00"}, opinion="document 3")
    assert (file.now.state, file.now.granted) == ("exempted", {"hardship"})


def test_deferral_has_a_day_and_holds_until_then():
    file = File().assess()
    file.refused("assessment.past", "request_deferral", until="2026-11-24", reason="x")
    file.refused("fee_act.missing_input", "request_deferral", reason="x")
    file.act("request_deferral", until="2026-12-24", reason="harvest")
    file.refused("assessment.not_pending", "grant_relief", CHIEF, opinion="yes")
    assert not file.now.is_in_order(TODAY)
    file.act("grant_deferral", CHIEF, opinion="yes")
    assert file.now.is_in_order(date(2026, 12, 24))
    assert not file.now.is_in_order(date(2026, 12, 25))


def test_refused_wishes_leave_everything():
    file = File().assess().act("request_relief", CLERK, relief="hardship", reason="flood")
    file.act("refuse", CHIEF, opinion="no ground")
    assert (file.now.state, file.now.wish) == ("assessed", None)


def test_what_the_bill_writes_is_offered_to_nobody():
    file = File().assess()
    for actor, roles in WHO.items():
        assert not {"bill", "unbill", "pay"} & set(assessment.get_acts(file.now, actor, roles))
    assert assessment.get_acts(file.now, CHIEF, WHO[CHIEF]) == (
        "assess",
        "request_relief",
        "request_deferral",
        "cancel",
    )


def test_unknown_acts_and_inputs():
    file = File().assess()
    file.refused("fee_act.unknown", "forgive")
    file.refused("fee_act.unknown_input", "assess", reason="x", payable="0.01")
