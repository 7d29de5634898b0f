"""Thousands of senseless calls of our public methods (C8): refused in words, nothing changed."""

import random
import time
from collections import Counter
from functools import partial

import pytest
from crowd import PEOPLE, Crowd, sign_in
from kernel.acts import ACTS

CALLS = 2000  # by those without a duty, and again by those who have one
SEED = 20261123
LONG = "x" * 1_000_000
ODD = (
    None, True, False, 0, -1, 7, 2**31, 2**63, 10**40, 1e308, float("nan"), float("inf"), -0.0,
    "", " ", "x", "\x00", "\ud800", "'; DROP TABLE gov_case; --", "{{7*7}}", "%(act)s %s",
    "../../etc/passwd", "accept", "2026-99-99", "9" * 5000, [], [[]], [None], [1, 2], ["x"] * 50,
    {}, {"a": {}}, {"": ""}, {"note": {}}, {"__class__": 1}, {"requests": [[1]]}, {"requests": {}},
    {"requests": [{}]}, {"officers": [2**70, True, None]}, {"node": []}, {"decision": ["grant"]},
)  # fmt: skip
#: Somebody of every kind who has nothing to say on the cases.
STRANGERS = (
    "foreign_clerk", "foreign_reviewer", "cashier", "manager", "supervisor", "leader", "stranger",
    "applicant",
)  # fmt: skip
INVOLVED = ("clerk", "clerk2", "reviewer", "reviewer2", "chief", "auditor", "crowd-0", "crowd-1")
TABLES = ("gov_case", "gov_case_event", "gov_case_step", "gov_case_material", "gov_case_document",
          "gov_certificate", "gov_case_answer", "gov_number")  # fmt: skip


class Nonsense:
    """Calls that no screen makes, the same at each run."""

    def __init__(self, seed, cases, methods):
        self.dice, self.cases, self.methods = random.Random(seed), cases, methods

    def value(self, depth=0):
        """Anything at all."""
        dice = self.dice
        luck = dice.random()
        if luck < 0.002:
            return LONG
        if depth < 3 and luck < 0.15:
            return [self.value(depth + 1) for _n in range(dice.randrange(3))]
        if depth < 3 and luck < 0.3:
            return {self.name(): self.value(depth + 1) for _n in range(dice.randrange(4))}
        return dice.choice(ODD)

    def name(self):
        """The name of an input, mostly one that exists."""
        act = self.dice.choice(list(ACTS.values()))
        names = [item.name for item in act.inputs] + ["node", "note", "x"]
        return self.dice.choice(names)

    def ids(self):
        """Mostly one case."""
        case = self.dice.choice(self.cases)
        return self.dice.choice([[case]] * 8 + [case, [], [0], [-1], [2**40], [2**70], ["x"],
                                                [None], [[1]], [True], self.cases[:2]])  # fmt: skip

    def kind(self):
        """Mostly an act that the law knows."""
        return self.dice.choice([*ACTS] * 4 + [self.value()])

    def payload(self, kind):
        """Inputs of the act in which each value may be anything, or anything at all."""
        if self.dice.random() < 0.3 or not isinstance(kind, str) or kind not in ACTS:
            return self.value()
        return {item.name: self.value() for item in ACTS[kind].inputs}

    def call(self):
        """``(model, method, arguments)``."""
        if self.dice.random() < 0.7:
            kind = self.kind()
            return "gov.case", "action_act", self.ids(), kind, self.payload(kind)
        found = self.dice.choice(self.methods)
        count = self.dice.randint(found["fewest"], found["most"])
        arguments = [self.value() for _n in range(count)]
        ids = [self.ids()] if found["on_records"] else []
        return found["model"], found["method"], *ids, *arguments


def checksum(hall):
    """One digest over everything that an act writes; a reader may have a document printed."""
    row = "(to_jsonb(t) - '{attachment_id,pdf_digest,write_uid,write_date}'::text[])::text"
    digest = f"md5(string_agg({row}, ' ' ORDER BY id))"
    return [hall.sql(f"SELECT count(*), {digest} FROM {table} t") for table in TABLES]


@pytest.fixture(scope="module")
def crowd():
    with Crowd() as present:
        yield present


def call_all(hall, crowd, names, seed):
    """All calls, an eighth by each person; what each was told."""
    people = sign_in(hall, [hall.world["logins"][name] for name in names])
    cases = [hall.take_case()["id"] for _case in range(30)]
    nonsense = Nonsense(seed, cases, hall.world["methods"])
    calls = [[nonsense.call() for _call in range(CALLS // PEOPLE)] for _person in people]
    begun = time.monotonic()

    def work(person, mine):
        return [(call, person.attempt(*call)) for call in mine]

    told = crowd.together([partial(work, *pair) for pair in zip(people, calls, strict=True)])
    answers = [answer for answers in told for answer in answers]
    crashes = {
        f"{call[0]}.{call[1]}{str(call[2:])[:200]}: {answer.text[:300]}"
        for call, answer in answers
        if answer.outcome in ("crash", "unknown")
    }
    counts = Counter(answer.outcome for _call, answer in answers)
    return counts, sorted(crashes), answers, time.monotonic() - begun


def test_without_a_duty_nothing_changes(hall, crowd, figure):
    before = checksum(hall)
    counts, crashes, answers, seconds = call_all(hall, crowd, STRANGERS, SEED)
    figure(f"senseless calls without a duty, seed {SEED}: {dict(counts)}; {seconds:.0f} s")
    assert not "\n".join(crashes[:20])
    assert not [call for call, told in answers if call[1] == "action_act"
                and told.outcome == "accepted"]  # fmt: skip
    assert checksum(hall) == before


def test_with_a_duty_the_history_stays_whole(hall, crowd, figure):
    counts, crashes, answers, seconds = call_all(hall, crowd, INVOLVED, SEED + 1)
    acts = Counter(call[3] for call, told in answers
                   if call[1] == "action_act" and told.outcome == "accepted")  # fmt: skip
    figure(f"senseless calls with a duty, seed {SEED + 1}: {dict(counts)}, of them acts"
           f" {dict(acts)}; {seconds:.0f} s")
    assert not "\n".join(crashes[:20])
    assert hall.verify()["broken"] == {}
