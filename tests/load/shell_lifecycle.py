"""Lifecycle of a case beside the peer and raw SQL, in `odoo shell` on throw-away copies.

One process, alternating rounds: whatever else the machine does falls on all alike.  GOV_PEER names
the peer's database, or is empty when the peer could not be had.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path("tests", "load").absolute()))

import figures  # noqa: E402
from measure import ROUNDS, milliseconds, python_loop, spent_by  # noqa: E402
from parties import Helpdesk, Ours, RawSql  # noqa: E402

SECONDS = 2.5  # of each party's turn in a round; the case at hand is finished


def play(party):
    """Whole cases, one after the other: for each, what its operations spent."""
    cases, end = [], time.monotonic() + SECONDS
    while not cases or time.monotonic() < end:
        cases.append([spent_by(name, operation) for name, operation in party.operations()])
    return cases


def calibration(raw):
    """How fast this machine is just now: Python, a round trip to PostgreSQL, a commit."""
    loop, (trip, commit) = milliseconds(python_loop, 3), raw.calibration()
    print(
        f"calibration: Python loop of 100,000 steps {loop:.1f} ms,"
        f" SQL round trip {trip * 1000:.0f} µs, commit {commit * 1000:.0f} µs;"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


def main(database, beside):
    """Measure all parties and print the table, the operations and the goals."""
    ours, raw = Ours(database), RawSql(database)
    peer = Helpdesk(beside) if beside else None
    parties = [party for party in (ours, peer, raw) if party]
    for party in parties:
        play(party)  # fills the caches, not counted
    calibration(raw)
    before = {party: party.size() for party in parties}
    rounds = {party: [] for party in parties}
    for _round in range(ROUNDS):
        for party in parties:
            rounds[party].append(play(party))
    found = {
        party: figures.Figures.of(
            rounds[party],
            (party.size() - before[party]) / 1024 / sum(map(len, rounds[party])),
        )
        for party in parties
    }
    calibration(raw)
    print(
        f"lifecycle: 7 operations of 5 people, medians of {ROUNDS} alternating rounds.\n"
        "An operation is one request's transaction: own cursor, own user, act, flush, commit;"
        " times in ms, CPU of Odoo's Python."
    )
    print(*figures.table({party.title: found[party] for party in parties}), sep="\n")
    for party in (ours, peer) if peer else (ours,):
        print(f"{party.title}, by operation", *figures.by_operation(rounds[party]), sep="\n")
    print(*figures.verdicts(figures.goals(found[ours], found.get(peer), found[raw])), sep="\n")


env = globals()["env"]  # given by odoo shell
env.cr.rollback()  # its own transaction would only hold on to old rows
main(env.cr.dbname, os.environ["GOV_PEER"])
