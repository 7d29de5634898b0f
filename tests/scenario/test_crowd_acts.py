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
WITHDRAWAL = {"requester": "Li", "reasons": "The shop moves elsewhere"}
AFTER = {"accept": "accepted", "request_supplement": "supplementing", "decide": "decided"}


@pytest.fixture(scope="module")
def people(hall):
    """Sessions by what they may do: eight clerks, and the chief in four windows of the browser."""
    logins = hall.world["logins"]
    clerks = [logins[f"crowd-{n}"] for n in range(PEOPLE)]
    sessions = sign_in(hall, clerks + [logins["chief"]] * 4)
    return {"clerks": sessions[:PEOPLE], "chiefs": sessions[PEOPLE:]}


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
        """What each of the eight does, such that one excludes all others."""
        clerks, chiefs = self.people["clerks"], self.people["chiefs"]
        if self.state == "received":
            ways = cycle(next(self.intake))
            return [self._work(case, clerk, next(ways)) for clerk in clerks]
        if self.state == "supplementing":
            return [self._work(case, clerk, ("withdraw", WITHDRAWAL)) for clerk in clerks]
        if self.state == "decided":
            return [self._work(case, clerk, ("deliver", DELIVERY)) for clerk in clerks]
        return [
            *(self._work(case, chief, ("decide", DECISION)) for chief in chiefs),
            *(self._work(case, clerk, ("withdraw", WITHDRAWAL)) for clerk in clerks[:4]),
        ]

    def _work(self, case, person, act):
        kind, payload = act
        return kind, partial(person.act, case["id"], kind, payload)


def test_one_of_eight_is_heard(hall, people, figure):
    play, counts, heard = Play(hall, people), Counter(), {}
    deadlocks, retries, begun = hall.deadlocks(), hall.retries(), time.monotonic()
    cpu, wrong = hall.cpu_seconds(), None
    with Crowd() as crowd:
        for number, (case, works) in enumerate(play.rounds(), 1):
            told = crowd.together([work for _kind, work in works])
            counts.update(answer.outcome for answer in told)
            outcomes = [answer.outcome for answer in told]
            if sorted(outcomes) != ["accepted"] + ["refused"] * (PEOPLE - 1):
                wrong = [number, case, told]
                break
            kind, _work = works[outcomes.index("accepted")]
            play.state = AFTER.get(kind, "closed")
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
