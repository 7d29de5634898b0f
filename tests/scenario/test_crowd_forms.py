"""One form handed in by eight at once is one case; eight forms at once are eight cases (C7, E1)."""

import re
import time
import uuid
from functools import partial

import pytest
from crowd import PEOPLE, Crowd, sign_in

ROUNDS = 50
#: In every so manieth round the case is asked to be completed, and the answer is sent eight times.
ASKED = 5
REQUEST = {"material": "plan", "wrong": "Unclear", "expected": "A clear one", "basis": "Art. 12"}


@pytest.fixture(scope="module")
def applicants(hall):
    """Eight sessions of one account: eight tabs, or eight impatient clicks."""
    return sign_in(hall, [hall.world["logins"]["applicant"]] * PEOPLE)


@pytest.fixture(scope="module")
def clerk(hall):
    return sign_in(hall, [hall.world["logins"]["clerk"]])[0]


@pytest.fixture(scope="module")
def crowd():
    with Crowd() as present:
        yield present


def locations(told):
    """Where the pages led to, and the sentences of those refused."""
    return {(answer.outcome, answer.text) for answer in told}


def fill_in(hall, person, token):
    for told in (
        person.open_once(hall.world["item"], token),
        person.fill_in(token, hall.world["answers"]),
        person.upload(token, hall.world["material"]),
    ):
        assert told.outcome == "accepted", told


def hand_in(person, token) -> set[str]:
    """Hand in as a browser does; the case numbers on the page that follows."""
    told = person.hand_in(token)
    page = person.get(told.text.removeprefix(person.url)) if told.outcome == "accepted" else None
    return {told.text} if page is None else set(re.findall(r"\b510199\d{12,}\b", page.text))


def case_of(hall, token):
    rows = hall.sql(f"SELECT id, number FROM gov_case WHERE draft_token = '{token}'")
    assert len(rows) == 1, rows
    return int(rows[0][0]), rows[0][1]


def test_one_form_is_one_case(hall, applicants, clerk, crowd, figure):
    retries, begun, answered = hall.retries(), time.monotonic(), 0
    for number in range(ROUNDS):
        token = uuid.uuid4().hex
        opened = crowd.together(
            [partial(person.open_once, hall.world["item"], token) for person in applicants]
        )
        assert {answer.outcome for answer in opened} == {"accepted"}, opened
        assert {answer.text[-32:] for answer in opened} == {token}
        fill_in(hall, applicants[0], token)
        shown = crowd.together([partial(hand_in, person, token) for person in applicants])
        case, case_number = case_of(hall, token)
        assert shown == [{case_number}] * PEOPLE
        if number % ASKED == 0:
            answered += 1
            answer_at_once(hall, applicants, clerk, crowd, case, case_number)
    seconds, retries = time.monotonic() - begun, hall.retries() - retries
    figure(
        f"one form, eight times, {ROUNDS} rounds: {ROUNDS} cases, {answered} notices answered;"
        f" {retries} retries; {seconds:.0f} s, {1000 * seconds / ROUNDS:.0f} ms a round"
    )
    assert retries == 0


def answer_at_once(hall, applicants, clerk, crowd, case, number):
    """The notice is answered and the case withdrawn by one event each, sent eight times."""
    assert clerk.act(case, "request_supplement", {"requests": [REQUEST]}).outcome == "accepted"
    path = f"/my/gov/cases/{number}/answer"
    opened = crowd.together([partial(person.hand, path) for person in applicants])
    assert len(locations(opened)) == 1, opened
    token = re.search("[0-9a-f]{32}", opened[0].text)[0]
    told = applicants[0].fill_in(token, hall.world["answers"], replies={"0": "As asked for"})
    assert told.outcome == "accepted", told
    shown = crowd.together([partial(hand_in, person, token) for person in applicants])
    assert shown == [{number}] * PEOPLE
    withdraw = f"/my/gov/cases/{number}/acts/withdraw"
    told = crowd.together([partial(person.hand, withdraw) for person in applicants])
    assert locations(told) == {("accepted", f"/my/gov/cases/{number}")}
    rows = hall.sql(f"SELECT kind FROM gov_case_event WHERE case_id = {case} ORDER BY sequence")
    kinds = [kind for (kind,) in rows]
    assert kinds == ["receive", "request_supplement", "supplement", "withdraw"]


def test_different_forms_do_not_get_in_each_others_way(hall, applicants, crowd):
    tokens = [uuid.uuid4().hex for _person in applicants]
    for person, token in zip(applicants, tokens, strict=True):
        fill_in(hall, person, token)
    retries = hall.retries()
    told = crowd.together(
        [partial(person.hand_in, token) for person, token in zip(applicants, tokens, strict=True)]
    )
    assert {answer.outcome for answer in told} == {"accepted"}, told
    serials = sorted(int(case_of(hall, token)[1][14:]) for token in tokens)
    assert serials == list(range(serials[0], serials[0] + PEOPLE))
    assert hall.retries() == retries


def test_numbers_have_no_gaps_and_no_doubles(hall):
    """Eight take numbers of one series at once, a third of them in vain (rolled back)."""
    found = hall.script("crowd_numbers.py", "NUMBERS ")
    assert found["crashes"] == []
    assert found["given"] == list(range(1, len(found["given"]) + 1))
    assert len(found["given"]) > 2 * PEOPLE
