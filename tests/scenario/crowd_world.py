"""Run in `odoo shell` on a throw-away copy: eight clerks, an item, and cases that wait for them;
eight departments, cases of two more items that all of them review at once, and cases that are to
move to a new version.

The last line printed is a JSON object that ``conftest.py`` reads.
"""

import inspect
import json
import os
from unittest.mock import patch

from odoo import Command
from odoo.addons.gov_approval.tests.common import ANSWERS, PDF, build_item, build_network
from odoo.models import BaseModel
from odoo.tests import new_test_user
from passlib.context import CryptContext

CASES = int(os.environ["CROWD_CASES"])
JOINT_CASES = int(os.environ["CROWD_JOINT_CASES"])
PEOPLE = 8
#: The shortest way that the law knows: acceptance, decision, delivery.
FLOW = (
    ("accept", "start", "intake", "window_clerk", None),
    ("decide", "task", "decide", "representative", None),
    ("deliver", "end", "close", "window_clerk", None),
)
env = globals()["env"]


def build():
    """The world, with passwords that cost nothing to make; each is made anew at the first login."""
    quick = CryptContext(["pbkdf2_sha512", "plaintext"], pbkdf2_sha512__rounds=1)
    with patch.object(type(env["res.users"]), "_crypt_context", lambda self: quick):
        world = build_network(env)
        clerks = [
            new_test_user(env, f"test-crowd-{n}", groups="gov_approval.group_gov_window_clerk")
            for n in range(PEOPLE)
        ]
        speakers = [
            new_test_user(env, f"test-joint-{n}", groups="gov_approval.group_gov_reviewer")
            for n in range(PEOPLE)
        ]
    world["centre"].staff_ids = [Command.link(clerk.id) for clerk in clerks]
    return world, clerks, speakers


def build_departments(world, speakers):
    """Eight departments, each with one who speaks for it."""
    return env["gov.department"].create(
        [
            {
                "name": f"Bureau {n}",
                "code": f"test-joint-{n}",
                "organ_short": f"联{n}",
                "centre_id": world["centre"].id,
                "staff_ids": [Command.set(speaker.ids)],
            }
            for n, speaker in enumerate(speakers)
        ]
    )


def joint_item(world, departments, rule):
    """An item whose cases all departments review, between acceptance and decision."""
    draft = build_item(env, world, f"test-joint-{rule}", FLOW)._copy_to_draft()
    draft.edge_ids.filtered(lambda edge: edge.source == "accept").target = "ask"
    env["gov.flow.node"].create(
        {
            "version_id": draft.id,
            "code": "ask",
            "name": "Joint review",
            "kind": "joint_review",
            "stage": "review",
            "days": 5,
            "joint_rule": rule,
            "joint_department_ids": [Command.set(departments.ids)],
        }
    )
    env["gov.flow.edge"].create({"version_id": draft.id, "source": "ask", "target": "decide"})
    draft.action_publish()
    return draft.item_id


def receive(item, applicant):
    """A complete application, handed in as the pages do it."""
    draft = env["gov.case.draft"].with_user(applicant).sudo()
    draft = draft._open(item, channel="online", partner=applicant.partner_id)
    draft._save(ANSWERS, 0)
    draft._add_file("plan", "plan.pdf", PDF)
    return draft._submit()


def public_methods():
    """Every method of ours that a client can call: model, name, fewest and most arguments."""
    found = []
    for name in sorted(name for name in env.registry if name.startswith("gov.")):
        for method, code in inspect.getmembers(env.registry[name], inspect.isfunction):
            ours = code.__module__.startswith("odoo.addons.gov_approval")
            if not ours or method[0] == "_" or hasattr(BaseModel, method):
                continue
            inner = inspect.unwrap(code)
            most = inner.__code__.co_argcount - 1
            found.append(
                {
                    "model": name,
                    "method": method,
                    "fewest": most - len(inner.__defaults__ or ()),
                    "most": most,
                    "on_records": not getattr(code, "_api_model", False),
                }
            )
    return found


def moving_cases(world):
    """Cases of an item whose next version, a better one, came into force after they were filed."""
    version = build_item(env, world, "test-moving", FLOW)
    found = [receive(version.item_id, world["applicant"]) for _case in range(JOINT_CASES)]
    draft = version._copy_to_draft()
    draft.promised_value -= 1
    draft.action_publish()
    return found


def number_cases(found):
    """What the tests know of cases."""
    return [{"id": case.id, "number": case.number} for case in found]


world, clerks, speakers = build()
item = build_item(env, world, "test-crowd", FLOW).item_id
cases = [receive(item, world["applicant"]) for _case in range(CASES)]
departments = build_departments(world, speakers)
joint = {rule: joint_item(world, departments, rule) for rule in ("all", "veto")}
joint = {
    rule: [receive(one, world["applicant"]) for _case in range(JOINT_CASES)]
    for rule, one in joint.items()
}
moving = moving_cases(world)
env.cr.commit()
people = {name: user for name, user in world.items() if user._name == "res.users"}
people |= {f"crowd-{n}": clerk for n, clerk in enumerate(clerks)}
people |= {f"joint-{n}": speaker for n, speaker in enumerate(speakers)}
result = {
    "item": item.code,
    "answers": ANSWERS,
    "material": "plan",
    "cases": number_cases(cases),
    "joint": {rule: number_cases(found) for rule, found in joint.items()},
    "moving": number_cases(moving),
    "logins": {name: user.login for name, user in people.items()},
    "passwords": [[name, user.login, user.login] for name, user in people.items()],
    "methods": public_methods(),
}
print("WORLD " + json.dumps(result))
