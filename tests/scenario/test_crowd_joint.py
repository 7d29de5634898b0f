"""Eight departments give their opinions in one joint review at the same moment (联合审查).

Each speaks for itself, so nobody is in anybody's way: under the rule that waits for everybody all
eight are heard and the case goes on once. Under the veto the first objection ends the review, and
who comes after it is told so.
"""

from functools import partial

import pytest
from crowd import PEOPLE, Crowd, sign_in

AGREE = {"outcome": "agree"}
OBJECT = {"outcome": "object", "opinion": "Pipes are in the way", "basis": "Act, Art. 5"}


@pytest.fixture(scope="module")
def clerk(hall):
    """Who accepts the cases."""
    return sign_in(hall, [hall.world["logins"]["crowd-0"]])[0]


@pytest.fixture(scope="module")
def speakers(hall):
    """A session for each of the eight departments."""
    return sign_in(hall, [hall.world["logins"][f"joint-{n}"] for n in range(PEOPLE)])


def rounds(hall, clerk, speakers, rule, voices):
    """``(case id, what each department was told)``, case after case."""
    with Crowd() as crowd:
        for case in hall.world["joint"][rule]:
            assert clerk.act(case["id"], "accept").outcome == "accepted"
            works = [
                partial(person.act, case["id"], "give_opinion", voice)
                for person, voice in zip(speakers, voices, strict=True)
            ]
            yield case["id"], crowd.together(works)


def opinions(hall, case):
    """The opinions that are stored, by department."""
    return dict(
        hall.sql(
            "SELECT d.code, COALESCE(o.outcome, '') FROM gov_case_opinion o"
            f" JOIN gov_department d ON d.id = o.department_id WHERE o.case_id = {case}"
        )
    )


def events(hall, case):
    """How often somebody was heard, and how often the case went on to the decision."""
    return hall.sql(
        "SELECT (SELECT count(*) FROM gov_case_event WHERE kind = 'give_opinion'"
        f" AND case_id = {case}), (SELECT count(*) FROM gov_case_step WHERE node = 'decide'"
        f" AND is_active AND case_id = {case}), (SELECT count(*) FROM gov_case_opinion"
        f" WHERE is_active AND case_id = {case})"
    )[0]


def test_all_eight_are_heard_at_once(hall, clerk, speakers, figure):
    deadlocks, retries, count = hall.deadlocks(), hall.retries(), 0
    voices = [OBJECT if n == 5 else AGREE for n in range(PEOPLE)]
    wanted = {f"test-joint-{n}": voice["outcome"] for n, voice in enumerate(voices)}
    for case, told in rounds(hall, clerk, speakers, "all", voices):
        assert [answer.outcome for answer in told] == ["accepted"] * PEOPLE, told
        assert opinions(hall, case) == wanted
        assert events(hall, case) == [str(PEOPLE), "1", "0"]
        count += 1
    retries = hall.retries() - retries
    figure(f"eight departments at once, {count} joint reviews: all heard; {retries} retries")
    assert count and retries == 0
    assert hall.deadlocks() == deadlocks
    assert hall.verify()["broken"] == {}


def test_the_first_objection_ends_it_for_those_after_it(hall, clerk, speakers, figure):
    deadlocks, late = hall.deadlocks(), 0
    voices = [OBJECT if n % 2 else AGREE for n in range(PEOPLE)]
    for case, told in rounds(hall, clerk, speakers, "veto", voices):
        heard = [answer.outcome == "accepted" for answer in told]
        assert {answer.outcome for answer in told} <= {"accepted", "refused"}, told
        # One objection is the last word, and what was heard before it is kept.
        objected = [said and voice is OBJECT for said, voice in zip(heard, voices, strict=True)]
        assert sum(objected) == 1, told
        stored = opinions(hall, case)
        for n, (said, voice) in enumerate(zip(heard, voices, strict=True)):
            assert stored[f"test-joint-{n}"] == (voice["outcome"] if said else "")
        assert events(hall, case) == [str(sum(heard)), "1", "0"]
        late += PEOPLE - sum(heard)
    figure(f"eight departments at once under a veto: {late} came after the first objection")
    assert late
    assert hall.deadlocks() == deadlocks
    assert hall.verify()["broken"] == {}
