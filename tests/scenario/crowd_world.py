"""Run in `odoo shell` on a throw-away copy: eight clerks, an item, and cases that wait for them.

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
    world["centre"].staff_ids = [Command.link(clerk.id) for clerk in clerks]
    return world, clerks


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


world, clerks = build()
item = build_item(env, world, "test-crowd", FLOW).item_id
cases = [receive(item, world["applicant"]) for _case in range(CASES)]
env.cr.commit()
people = {name: user for name, user in world.items() if user._name == "res.users"}
people |= {f"crowd-{n}": clerk for n, clerk in enumerate(clerks)}
result = {
    "item": item.code,
    "answers": ANSWERS,
    "material": "plan",
    "cases": [{"id": case.id, "number": case.number} for case in cases],
    "logins": {name: user.login for name, user in people.items()},
    "passwords": [[name, user.login, user.login] for name, user in people.items()],
    "methods": public_methods(),
}
print("WORLD " + json.dumps(result))
