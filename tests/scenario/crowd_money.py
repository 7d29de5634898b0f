"""Run in `odoo shell` on a throw-away copy: cashiers, finance officers, and bills that wait.

The last line printed is a JSON object.
"""

import json
from unittest.mock import patch

from odoo import Command
from odoo.addons.gov_approval.tests.common import ANSWERS, PDF, build_item
from odoo.addons.gov_fees.tests.common import ITEM, LINE
from odoo.tests import new_test_user
from passlib.context import CryptContext

PEOPLE, BILLS = 8, 130
env = globals()["env"]
quick = CryptContext(["pbkdf2_sha512", "plaintext"], pbkdf2_sha512__rounds=1)
G = "base.group_user,gov_approval.group_gov_"


def people(role):
    return [new_test_user(env, f"test-{role}-{n}", groups=G + role) for n in range(PEOPLE)]


def find_world():
    """The network that ``crowd_world.py`` built."""
    users = {
        login.removeprefix("test-"): user
        for user in env["res.users"].search([("login", "like", "test-")])
        for login in [user.login]
    }
    Centre, Department = env["gov.centre"], env["gov.department"]
    return users | {
        "centre": Centre.search([("code", "=", "test-centre")]),
        "department": Department.search([("code", "=", "test-market")]),
    }


def publish_fee(drafter, publisher):
    item = env["gov.fee.item"].with_user(drafter).create(dict(ITEM, code="C-1"))
    rate = env["gov.fee.rate"].with_user(drafter)
    rate = rate.create(
        {
            "item_id": item.id,
            "standard": "每平方米0.30元",
            "date_from": "2026-01-01",
            "line_ids": [Command.create(LINE | {"unit": "平方米"})],
        }
    )
    rate.with_user(publisher).action_publish()


def bill(item, applicant, cashier):
    draft = env["gov.case.draft"].with_user(applicant).sudo()
    draft = draft._open(item, channel="online", partner=applicant.partner_id)
    draft._save(ANSWERS, 0)
    draft._add_file("plan", "plan.pdf", PDF)
    found = env["gov.fee.assessment"]._demand(draft._submit().sudo())
    return env["gov.fee.bill"].with_user(cashier)._issue(found.with_user(cashier))


def open_online():
    """A real provider of online payment, whose notices the crowd signs with this secret."""
    provider = env["payment.provider"].search([("code", "=", "asiapay")], limit=1)
    way = env["payment.method"].with_context(active_test=False)
    way = way.search([("code", "=", "alipay")], limit=1)
    secret = {"asiapay_secure_hash_secret": "crowd", "asiapay_secure_hash_function": "sha256"}
    account = {"asiapay_merchant_id": "88000001", "payment_method_ids": [Command.set(way.ids)]}
    currency = {"available_currency_ids": [Command.set(env.ref("base.CNY").ids)]}
    provider.write(secret | account | currency | {"state": "enabled", "is_published": True})
    way.active = True
    return {"provider_id": provider.id, "payment_method_id": way.id, "flow": "redirect"}


with patch.object(type(env["res.users"]), "_crypt_context", lambda self: quick):
    cashiers, officers = people("cashier"), people("finance_officer")
world = find_world()
publish_fee(*officers[:2])
line = {"name": "占道费", "standard": "0.3", "basis": "建城〔1993〕410号", "fee_code": "C-1"}
line["quantities"] = {"平方米": "area"}
item = build_item(
    env, world, "test-money", is_fee_charged="yes", fee_ids=[Command.create(line)]
).item_id
for cashier in cashiers:
    env["gov.fee.shift"].with_user(cashier).action_open()
online = open_online()
bills = [bill(item, world["applicant"], cashiers[0]) for _number in range(BILLS)]
env.cr.commit()
logins = [user.login for user in cashiers + officers]
result = {
    "cashiers": [user.login for user in cashiers],
    "officers": [user.login for user in officers],
    "passwords": [[login, login, login] for login in logins],
    "bills": [found.id for found in bills],
    "numbers": [found.number for found in bills],
    "online": online,
    "payer": world["applicant"].login,
    "method": env.ref("gov_fees.gov_fee_method_card").id,
    "payable": f"{bills[0].payable:.2f}",
}
print("MONEY " + json.dumps(result))
