"""Lifecycle of a case, in `odoo shell` on a throw-away copy: cases a second, SQL and CPU an act.

File, accept, site visit, review, decide, deliver, by five people, each act a transaction.
"""

import time
from collections import defaultdict
from statistics import median

from odoo.addons.gov_approval.tests import common

env = globals()["env"]  # given by odoo shell
ROUNDS = 20
world = common.build_network(env)
version = common.build_item(env, world)
env.cr.commit()
figures = defaultdict(list)


def measured(name, act):
    """One transaction: SQL statements, wall and CPU milliseconds."""
    env.invalidate_all()
    queries, wall, cpu = env.cr.sql_log_count, time.perf_counter(), time.process_time()
    result = act()
    env.flush_all()
    env.cr.commit()
    figures[name].append(
        (
            env.cr.sql_log_count - queries,
            (time.perf_counter() - wall) * 1000,
            (time.process_time() - cpu) * 1000,
        )
    )
    return result


def draft():
    """A complete draft of the applicant, outside the measured acts."""
    applicant = world["applicant"]
    Draft = env["gov.case.draft"].with_user(applicant).sudo()
    opened = Draft._open(version.item_id, channel="online", partner=applicant.partner_id)
    opened._save(common.ANSWERS, 0)
    opened._add_file("plan", "plan.pdf", common.PDF)
    env.cr.commit()
    return opened


def lifecycle():
    """One case from filing to delivery."""
    waiting = draft()
    case = measured("file", waiting._submit)

    def act(by, name, kind, payload=None):
        measured(name, lambda: case.with_user(world[by]).action_act(kind, payload))

    opinion = {"opinion": "As described", "outcome": "pass"}
    officers = [world["reviewer"].id, world["reviewer2"].id]
    act("clerk", "accept", "accept")
    visit = {"officers": officers, "visited_on": "2026-11-20"}
    act("reviewer", "visit", "complete_step", visit | opinion)
    act("reviewer", "review", "complete_step", opinion)
    act("chief", "decide", "decide", {"decision": "grant", "opinion": "Agreed"})
    act("clerk", "deliver", "deliver", {"method": "window", "receiver": "Li"})


lifecycle()  # warms the caches
figures.clear()
start = time.perf_counter()
for _round in range(ROUNDS):
    lifecycle()
print(f"{'act':<10}{'SQL':>6}{'wall ms':>10}{'CPU ms':>10}")
for name, rows in figures.items():
    print(
        f"{name:<10}"
        + "".join(
            f"{median(c):>{w}.0f}"
            for c, w in zip(zip(*rows, strict=True), (6, 10, 10), strict=True)
        )
    )
print(f"lifecycle: {ROUNDS / (time.perf_counter() - start):.1f} cases a second, drafts included")
