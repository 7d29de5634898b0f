"""Workers killed in the middle of their work (G1): what was acknowledged is there, the rest whole.

Whoever gets no answer does not know whether he was heard, and simply tries again, as people do.
"""

import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from crowd import sign_in

KILLS, CASES = 20, 120
PAUSE = (0.3, 1.2)  # seconds between two kills
SEED = 20261123
ACTS = (
    ("clerk", "accept", {}),
    ("chief", "decide", {"decision": "grant", "opinion": "Meets the conditions"}),
    ("clerk", "deliver", {"method": "window", "receiver": "Li"}),
)
DONE = ["receive", *(kind for _who, kind, _payload in ACTS)]


class Load:
    """People at work until told to stop; every work that was begun is brought to its end."""

    def __init__(self, hall):
        self.hall, self.stop, self.counts = hall, threading.Event(), Counter()
        self.cases, self.tokens, self.wrong = [], [], []
        self.mutex = threading.Lock()

    def persist(self, what, attempt):
        """Try until it is known to be done; a refusal after silence means that it was done."""
        silent = 0
        while True:
            told = attempt()
            with self.mutex:
                self.counts[told.outcome] += 1
            if told.outcome == "unknown":
                silent += 1
                continue
            if told.outcome == "accepted":
                return
            with self.mutex:
                self.counts["heard before the kill"] += told.outcome == "refused" and silent > 0
                if told.outcome == "crash" or not silent:
                    self.wrong.append((what, told))
            return

    def officers(self, people):
        """Case after case, accepted, decided, delivered."""
        while not self.stop.is_set():
            with self.mutex:
                if len(self.cases) == CASES:
                    return  # the rest is for others; forms go on being filed
                case = self.hall.take_case()["id"]
                self.cases.append(case)
            for who, kind, payload in ACTS:
                self.persist((case, kind), partial(people[who].act, case, kind, payload))

    def applicant(self, person):
        """Form after form, opened, filled in, with a file, handed in."""
        world = self.hall.world
        while not self.stop.is_set():
            token = uuid.uuid4().hex
            self.persist((token, "open"), partial(person.open_once, world["item"], token))
            self.persist((token, "save"), partial(person.fill_in, token, world["answers"]))
            self.persist((token, "file"), partial(person.upload, token, world["material"]))
            self.persist((token, "hand in"), partial(person.hand_in, token))
            with self.mutex:
                self.tokens.append(token)


def kill_workers(hall, load):
    """Kill -9 one worker after the other, whatever it is doing."""
    dice = random.Random(SEED)
    try:
        for _time in range(KILLS):
            time.sleep(dice.uniform(*PAUSE))
            workers = hall.workers()
            if workers:
                os.kill(dice.choice(workers), signal.SIGKILL)
    finally:
        load.stop.set()


def test_kill_9_of_workers_under_load(hall, figure):
    load, logins, begun = Load(hall), hall.world["logins"], time.monotonic()
    offices = [
        dict(zip(("clerk", "chief"), sign_in(hall, [logins[clerk], logins["chief"]]), strict=True))
        for clerk in ("crowd-0", "crowd-1", "crowd-2", "crowd-3")
    ]
    applicants = sign_in(hall, [logins["applicant"], logins["applicant"], logins["stranger"]])
    with ThreadPoolExecutor(len(offices) + len(applicants) + 1) as pool:
        works = [pool.submit(kill_workers, hall, load)]
        works += [pool.submit(load.officers, office) for office in offices]
        works += [pool.submit(load.applicant, person) for person in applicants]
    for work in works:
        work.result()
    seconds, counts = time.monotonic() - begun, load.counts
    history = hall.verify()
    figure(
        f"{KILLS} workers killed: {counts['accepted']} answers, {counts['unknown']} broken off"
        f" ({counts['heard before the kill']} of them heard), {len(load.cases)} cases taken to"
        f" their end, {len(load.tokens)} forms filed; {history['events']} events whole;"
        f" {seconds:.0f} s"
    )
    assert not load.wrong
    assert counts["unknown"], "no kill met a request"
    assert_done(hall, load)
    assert history["broken"] == {}


def assert_done(hall, load):
    """Each act once on each case, and one case for each form."""
    ids = ",".join(map(str, load.cases))
    rows = hall.sql(
        "SELECT case_id, string_agg(kind, ' ' ORDER BY sequence) FROM gov_case_event"
        f" WHERE case_id IN ({ids}) GROUP BY case_id"
    )
    assert {int(case): kinds.split() for case, kinds in rows} == dict.fromkeys(load.cases, DONE)
    tokens = ",".join(f"'{token}'" for token in load.tokens)
    rows = hall.sql(f"SELECT draft_token FROM gov_case WHERE draft_token IN ({tokens})")
    assert sorted(token for (token,) in rows) == sorted(load.tokens)
