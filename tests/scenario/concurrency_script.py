"""Run in `odoo shell` on a throw-away copy: people who press at the same moment.

Each press is a transaction on a connection of its own, run through ``retrying`` as the web does.
The last line printed is a JSON object that ``test_concurrency.py`` judges.
"""

import json
import random
import threading
from collections import Counter
from functools import partial

from odoo import Command, api
from odoo.addons.gov_approval.tests.common import ANSWERS, PDF, build_item, build_network
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import new_test_user

PEOPLE, ROUNDS, NUMBERS = 8, 3, 8
registry = env.registry  # noqa: F821 (the shell provides env)


def together(works):
    """Start all ``(uid, work)`` at the same moment; the outcomes in order."""
    barrier, found = threading.Barrier(len(works)), [None] * len(works)

    def press(index, uid, work):
        try:
            with registry.cursor() as cr:
                mine = api.Environment(cr, uid, {})
                mine.user.has_group("base.group_user")  # the snapshot begins before the act
                barrier.wait()
                found[index] = ("done", retrying(partial(work, mine), mine))
        except UserError as error:
            found[index] = ("refused", str(error))
        except Exception as error:  # anything else is what the test looks for
            found[index] = ("crash", f"{type(error).__name__}: {error}")

    threads = [
        threading.Thread(target=press, args=(index, *work)) for index, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def summary(found):
    """How many of each outcome, and the sentences of those refused."""
    texts = {text for kind, text in found if kind != "done"}
    return {"counts": Counter(kind for kind, _value in found), "texts": sorted(texts)}


def file_draft(world, item):
    applicant = world["applicant"]
    draft = env["gov.case.draft"].with_user(applicant).sudo()  # noqa: F821 (as the pages do)
    draft = draft._open(item, channel="online", partner=applicant.partner_id)
    draft._save(ANSWERS, 0)
    draft._add_file("plan", "plan.pdf", PDF)
    return draft


def submit(draft_id, mine):
    return mine["gov.case.draft"].sudo().browse(draft_id)._submit().id  # as the pages do


def act(case_id, kind, payload, mine):
    mine["gov.case"].browse(case_id).action_act(kind, payload)


def same_act(world, item, clerks):
    """Eight clerks accept one case; then eight clerks end one case in four ways."""
    request = {"material": "plan", "wrong": "w", "expected": "e", "basis": "Art. 12"}
    ways = [
        ("accept", None),
        ("decline", {"reasons": "r"}),
        ("refuse_acceptance", {"reasons": "r", "competent_organ": "o"}),
        ("request_supplement", {"requests": [request]}),
    ]
    rounds = []
    for choice in [ways[:1]] * ROUNDS + [ways] * ROUNDS:
        case = file_draft(world, item)._submit()
        env.cr.commit()  # noqa: F821
        before = len(case.event_ids)
        works = [
            (clerk.id, partial(act, case.id, *choice[index % len(choice)]))
            for index, clerk in enumerate(clerks)
        ]
        found = summary(together(works))
        env.cr.commit()  # noqa: F821 (a new snapshot)
        env.invalidate_all()  # noqa: F821
        found["events"] = len(case.event_ids) - before
        found["break"] = str(case.event_ids._find_break() or "")
        rounds.append(found)
    return rounds


def same_form(world, item):
    """One form handed in eight times at once."""
    rounds = []
    for _round in range(ROUNDS):
        draft = file_draft(world, item)
        env.cr.commit()  # noqa: F821
        work = (world["applicant"].id, partial(submit, draft.id))
        outcomes = together([work] * PEOPLE)
        found = summary(outcomes)
        found["ids"] = len({value for kind, value in outcomes if kind == "done"})
        env.cr.commit()  # noqa: F821 (a new snapshot)
        found["cases"] = env["gov.case"].search_count(  # noqa: F821
            [("draft_token", "=", draft.token)]
        )
        rounds.append(found)
    return rounds


def other_forms(world, item):
    """Eight different forms at once: eight cases, numbered without a gap."""
    drafts = [file_draft(world, item) for _person in range(PEOPLE)]
    env.cr.commit()  # noqa: F821
    outcomes = together([(world["applicant"].id, partial(submit, d.id)) for d in drafts])
    found = summary(outcomes)
    env.cr.commit()  # noqa: F821 (a new snapshot)
    cases = env["gov.case"].browse(  # noqa: F821
        [value for kind, value in outcomes if kind == "done"]
    )
    found["numbers"] = sorted(cases.mapped("number"))
    return found


def numbers():
    """Eight people take numbers of one series; a third of the transactions is rolled back."""

    def take(count, mine):
        rng = random.Random(count)
        for _time in range(NUMBERS):
            serial = mine["gov.number"]._next("test/parallel")
            if rng.random() < 0.33:
                mine.cr.rollback()
            else:
                given.append(serial)
                mine.cr.commit()

    given = []
    found = summary(together([(1, partial(take, count)) for count in range(PEOPLE)]))
    return found | {"given": sorted(given)}


world = build_network(env)  # noqa: F821
item = build_item(env, world).item_id  # noqa: F821
clerks = [
    new_test_user(env, f"test-parallel-{n}", groups="gov_approval.group_gov_window_clerk")  # noqa: F821
    for n in range(PEOPLE)
]
world["centre"].staff_ids = [Command.link(clerk.id) for clerk in clerks]
env.cr.commit()  # noqa: F821
env.cr.execute("SELECT sum(deadlocks) FROM pg_stat_database")  # noqa: F821
deadlocks = env.cr.fetchone()[0]  # noqa: F821
result = {
    "acts": same_act(world, item, clerks),
    "form": same_form(world, item),
    "forms": other_forms(world, item),
    "numbers": numbers(),
}
env.cr.execute("SELECT sum(deadlocks) FROM pg_stat_database")  # noqa: F821
result["deadlocks"] = int(env.cr.fetchone()[0] - deadlocks)  # noqa: F821
print(json.dumps(result))
