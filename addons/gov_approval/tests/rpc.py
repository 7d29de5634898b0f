"""Helpers of the tests that attack over HTTP: persons who log in, calls, checksums."""

import json

from odoo import fields
from odoo.tests import HttpCase

from .common import GovCase

#: In every answer, material and phone of the victim; must never reach a stranger.
CANARIES = ("13800138000", "Test food company", "91310115MA1K00027T", "plan.pdf", "Secret opinion")


class RpcCase(GovCase, HttpCase):
    """A victim's case with contents, and calls as a person through a real server."""

    def setUp(self):
        super().setUp()
        self.case = self.file()
        self.act("clerk", self.case, "accept", {"note": "Secret opinion"})
        self.world["applicant"].partner_id.phone = "13912345678"
        self.env.flush_all()

    def login(self, name):
        self.authenticate(self.world[name].login, self.world[name].login)

    def call(self, model, method, args=(), kwargs=None):
        """``(ok, text)`` of a call through the web client's route."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs or {}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": params}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(body),
            headers={"Content-Type": "application/json"},
        )
        self.assertEqual(answer.status_code, 200)
        found = answer.json()
        return "error" not in found, json.dumps(
            found.get("result", found.get("error")), ensure_ascii=False
        )

    def key_of(self, name):
        """An API key of a person, as the preferences screen makes it."""
        keys = self.env["res.users.apikeys"].with_user(self.world[name])
        return keys._generate("rpc", "test", fields.Datetime.add(fields.Datetime.now(), days=1))

    def call2(self, key, model, method, body):
        """``(status, text)`` of a call through the public API with an API key."""
        data = body if isinstance(body, str) else json.dumps(body)
        answer = self.url_open(
            f"/json/2/{model}/{method}",
            data=data.encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
        )
        return answer.status_code, answer.text

    def checksum(self):
        """One digest over all rows of our stored tables; failed public queries are no state."""
        self.env.flush_all()
        total = []
        for name, model in sorted(self.registry.items()):
            if (
                name.startswith("gov.")
                and not (model._abstract or model._transient)
                and name != "gov.attempt"
            ):
                self.env.cr.execute(
                    f'SELECT md5(string_agg(t::text, chr(10) ORDER BY id)) FROM "{model._table}" t'
                )
                total.append((name, self.env.cr.fetchone()[0]))
        return total

    def assert_silent(self, text, about):
        """No content of the victim's case stands in an answer."""
        for canary in CANARIES:
            self.assertNotIn(canary, text, about)
