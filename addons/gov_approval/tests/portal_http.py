"""Requests as an applicant, a stranger or a visitor."""

import io
import json
import uuid

from odoo import http
from odoo.tests import HttpCase

from .common import GovCase

TABLES = (
    "gov_case",
    "gov_case_draft",
    "gov_case_event",
    "gov_case_material",
    "gov_case_step",
    "gov_certificate",
    "gov_attempt",
)


class PortalHttp(HttpCase, GovCase):
    """Requests with a session and its CSRF token."""

    def sign_in(self, by="applicant"):
        login = self.world[by].login if by else None
        self.authenticate(login, login)

    def post(self, path, values=None, files=None, csrf=True):
        data = dict(values or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=data, files=files, allow_redirects=False)

    def rpc(self, path, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self.url_open(path, data=body, headers={"Content-Type": "application/json"}).json()

    def upload(self, draft, name, content, material="plan"):
        return self.post(
            f"/my/gov/drafts/{draft.token}/files",
            {"material": material},
            files={"file": (name, io.BytesIO(content))},
        )

    def apply(self, token=None):
        """Open a form over HTTP; the draft."""
        token = token or uuid.uuid4().hex
        answer = self.post(f"/gov/items/{self.item.code}/apply", {"form_token": token})
        self.assertEqual(answer.status_code, 303)
        return self.env["gov.case.draft"].search([("token", "=", token)])

    def snapshot(self):
        """A digest of the content of every table that must not change."""
        self.env.flush_all()
        found = []
        for table in TABLES:
            self.env.cr.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t"
            )
            found.append((table, *self.env.cr.fetchone()))
        return found
