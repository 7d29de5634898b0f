"""A plain HTTP client of the running server: a session, its forms and its remote calls."""

import html
import re

import requests

PATIENCE = 120  # seconds


class Client:
    """A visitor, or whoever has this login."""

    def __init__(self, server, login=None):
        self.url, self.session = server.url, requests.Session()
        self.session.trust_env = False  # the server is on this machine, behind no proxy
        if login:
            passwords = {login: password for _role, login, password in server.logins}
            form = {"login": login, "password": passwords[login]}
            self.landing = self.post("/web/login", form)
            assert "session_id" in self.session.cookies
            assert not self.landing.url.endswith("/web/login"), f"{login} was not let in"

    def get(self, path):
        """The answer to a GET; redirections are followed."""
        return self.session.get(self.url + path, timeout=PATIENCE)

    def post(self, path, form=None, files=None, csrf=None):
        """The answer to a form with its token."""
        form = dict(form or {}, csrf_token=csrf or self.csrf())
        return self.session.post(self.url + path, data=form, files=files, timeout=PATIENCE)

    def csrf(self) -> str:
        """A token of this session, read where every page carries it."""
        return re.search(r'csrf_token: "([^"]+)"', self.get("/gov/verify").text)[1]

    def rpc(self, path, **params):
        """The answer of a JSON-RPC route, ``{result}`` or ``{error}``."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.session.post(self.url + path, json=body, timeout=PATIENCE).json()

    def call(self, model, method, *args, **kwargs):
        """A method of a model, as the web client calls it."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, model=model, method=method, args=args, kwargs=kwargs)

    def open_form(self, item) -> str:
        """Begin an application; returns its token."""
        page = self.get(f"/gov/items/{item}/apply").text
        token = re.search(r'name="form_token" value="([0-9a-f]{32})"', page)[1]
        answer = self.post(f"/gov/items/{item}/apply", {"form_token": token})
        assert answer.url.endswith(f"/my/gov/drafts/{token}"), html.unescape(answer.text[:2000])
        return token
