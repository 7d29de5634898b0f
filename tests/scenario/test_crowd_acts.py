"""One act, or acts that exclude each other, by eight people at once: one is accepted (E1, E5)."""

import time
from collections import Counter
from functools import partial
from itertools import cycle

import pytest
from crowd import PEOPLE, Crowd, sign_in

ROUNDS = 500
REQUEST = {"material": "plan", "wrong": "Unclear", "expected": "A clear one", "basis": "Art. 12"}
OPPOSITE = (
    ("accept", {}),
    ("request_supplement", {"requests": [REQUEST]}),
    ("decline", {"reasons": "No licence is needed"}),
    ("refuse_acceptance", {"reasons": "Another organ", "competent_organ": "Water bureau"}),
)
DECISION = {"decision": "grant", "opinion": "Meets the conditions"}
DELIVERY = {"method": "window", "receiver": "Li"}


@pytest.fixture(scope="module")
def people(hall):
    """Sessions by what they may do: eight clerks, eight of the applicant, four of the chief."""
    logins = hall.world["logins"]
    clerks = [logins[f"crowd-{n}"] for n in range(PEOPLE)]
    sessions = sign_in(hall, clerks + [logins["applicant"]] * 8 + [logins["chief"]] * 4)
    return {"clerks": sessions[:8], "applicants": sessions[8:16], "chiefs": sessions[16:]}


class Play:
    """Cases taken to their end by eight people, of whom only one is heard each time."""

    def __init__(self, hall, people):
        self.hall, self.people = hall, people
        self.intake = cycle((OPPOSITE[:1], OPPOSITE, OPPOSITE[:1]))

    def rounds(self):
        """``(case, works)`` as long as somebody asks; ``state`` follows from the answer."""
        while True:
            case, self.state = self.hall.take_case(), "received"
            while self.state != "closed":
                yield case, self._works(case)

    def _works(self, case):
        clerks, path = self.people["clerks"], f"/my/gov/cases/{case['number']}/acts/withdraw"
        withdrawals = [
            ("withdraw", "closed", partial(person.hand, path))
            for person in self.people["applicants"]
        ]
        if self.state == "received":
            ways = next(self.intake)
            after = {"accept": "accepted", "request_supplement": "supplementing"}
            return [
                (kind, after.get(kind, "closed"), partial(clerk.act, case["id"], kind, payload))
                for clerk, (kind, payload) in zip(clerks, cycle(ways), strict=False)
            ]
        if self.state == "supplementing":
            return withdrawals
        if self.state == "accepted":
            return withdrawals[:4] + [
                ("decide", "decided", partial(chief.act, case["id"], "decide", DECISION))
                for chief in self.people["chiefs"]
            ]
        return [
            ("deliver", "closed", partial(clerk.act, case["id"], "deliver", DELIVERY))
            for clerk in clerks
        ]


def is_one_act(works, outcomes):
    """One act is accepted and the rest refused; a form that one applicant sends again and again is
    one act, and each time leads to the case (the events are compared at the end)."""
    accepted = [work[0] for work, told in zip(works, outcomes, strict=True) if told == "accepted"]
    is_told = set(outcomes) <= {"accepted", "refused"} and len(set(accepted)) == 1
    return is_told and (len(accepted) == 1 or accepted[0] == "withdraw")


def test_one_of_eight_is_heard(hall, people, figure):
    play, counts, heard = Play(hall, people), Counter(), {}
    deadlocks, retries, begun = hall.deadlocks(), hall.retries(), time.monotonic()
    cpu, wrong = hall.cpu_seconds(), None
    with Crowd() as crowd:
        for number, (case, works) in enumerate(play.rounds(), 1):
            told = crowd.together([work for _kind, _state, work in works])
            counts.update(answer.outcome for answer in told)
            outcomes = [answer.outcome for answer in told]
            if not is_one_act(works, outcomes):
                wrong = [number, case, told]
                break
            kind, play.state, _work = works[outcomes.index("accepted")]
            heard.setdefault(case["id"], ["receive"]).append(kind)
            counts[kind] += 1
            if number == ROUNDS:
                break
    seconds = time.monotonic() - begun
    retries, deadlocks = hall.retries() - retries, hall.deadlocks() - deadlocks
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
    cpu = 1000 * (hall.cpu_seconds() - cpu) / number
    figure(
        f"eight at once, {number} rounds: {kinds}; {retries} retries, {deadlocks} deadlocks;"
        f" {seconds:.0f} s, a round {1000 * seconds / number:.0f} ms ({cpu:.0f} ms CPU of workers)"
    )
    assert not wrong
    assert histories(hall, heard) == heard
    assert deadlocks == 0
    assert retries == 0
    assert hall.verify()["broken"] == {}


def histories(hall, heard):
    """The kinds of the events that each case really has, by its id."""
    ids = ",".join(map(str, heard))
    rows = hall.sql(f"SELECT case_id, kind FROM gov_case_event WHERE case_id IN ({ids})"
                    " ORDER BY case_id, sequence")
    found = {}
    for case, kind in rows:
        found.setdefault(int(case), []).append(kind)
    return found
