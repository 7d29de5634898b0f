"""Eight people who press at the same moment, and what each of them was told."""

import html
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import requests
from client import PATIENCE, Client

PEOPLE = 8
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_JSON = {"Content-Type": "application/json"}
#: Errors that are an answer to a person; everything else is a defect of the program.
REFUSALS = {
    f"odoo.exceptions.{name}"
    for name in ("UserError", "AccessError", "ValidationError", "MissingError", "AccessDenied")
}
_NO_SENTENCE = re.compile(r"psycopg2|Traceback|could not serialize|%\(")
_SENTENCE = re.compile(r'gov-sentence".*?</h1>(.*?)<p class="gov-actions">', re.DOTALL)


@dataclass(frozen=True)
class Told:
    """An answer: ``accepted``, ``refused`` with a sentence, ``crash``, or ``unknown`` when the
    connection broke before one came."""

    outcome: str
    text: str = ""


def judge_sentence(text) -> Told:
    """A refusal is one only when a person can read it."""
    plain = " ".join(str(text).split())
    if len(plain.split()) < 4 or _NO_SENTENCE.search(plain):
        return Told("crash", f"no sentence: {plain[:300]}")
    return Told("refused", plain)


def judge_rpc(answer) -> Told:
    """What a JSON-RPC route told."""
    if answer.status_code != 200:
        return Told("crash", f"HTTP {answer.status_code}: {answer.text[:300]}")
    body = answer.json()
    if "error" not in body:
        return Told("accepted")
    data = body["error"]["data"]
    if data["name"] not in REFUSALS:
        return Told("crash", f"{data['name']}: {data['message'][:300]}")
    return judge_sentence(data["message"])


def judge_page(answer) -> Told:
    """What a page told after a form: it led on, or it said a sentence."""
    if answer.status_code in (302, 303):
        return Told("accepted", answer.headers["Location"])
    found = _SENTENCE.search(answer.text)
    if answer.status_code != 400 or not found:
        return Told("crash", f"HTTP {answer.status_code}: {answer.text[:300]}")
    return judge_sentence(html.unescape(re.sub(r"<[^>]+>", " ", found[1])))


def judge_save(answer) -> Told:
    """What saving a form told."""
    told = judge_rpc(answer)
    result = answer.json()["result"] if told.outcome == "accepted" else {}
    if "refused" in result:
        return judge_sentence(result["refused"])
    return Told("crash", str(result["errors"])) if result.get("errors") else told


def judge_upload(answer) -> Told:
    """What handing over a file told."""
    if answer.status_code == 200:
        return Told("accepted")
    if answer.status_code != 422:
        return Told("crash", f"HTTP {answer.status_code}: {answer.text[:300]}")
    return judge_sentence(answer.json()["error"])


class Person(Client):
    """One signed-in session; broken connections are an answer too."""

    def __init__(self, server, login):
        super().__init__(server, login)
        self.token = self.csrf()

    def attempt(self, model, method, *args) -> Told:
        """A remote call of a method."""
        path = f"{self.url}/web/dataset/call_kw/{model}/{method}"
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self._send(judge_rpc, path, data=body, headers=_JSON)

    def act(self, case, kind, payload=None) -> Told:
        """An act on a case, as the screens perform it."""
        return self.attempt("gov.case", "action_act", [case], kind, payload)

    def hand(self, path, form=None) -> Told:
        """A form of the portal; the page it leads to is not asked for."""
        form = dict(form or {}, csrf_token=self.token)
        return self._send(judge_page, self.url + path, data=form, allow_redirects=False)

    def open_once(self, item, token) -> Told:
        """The form of an item, opened with this one-time token."""
        return self.hand(f"/gov/items/{item}/apply", {"form_token": token})

    def fill_in(self, token, answers, revision=0, **more) -> Told:
        """The answers of an open form."""
        params = {"values": answers, "revision": revision} | more
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        url = f"{self.url}/my/gov/drafts/{token}/save"
        return self._send(judge_save, url, data=body, headers=_JSON)

    def upload(self, token, material) -> Told:
        """A file for a material of an open form."""
        form = {"material": material, "csrf_token": self.token}
        url, files = f"{self.url}/my/gov/drafts/{token}/files", {"file": ("plan.pdf", PDF)}
        return self._send(judge_upload, url, data=form, files=files)

    def hand_in(self, token) -> Told:
        """The form, complete."""
        return self.hand(f"/my/gov/drafts/{token}/submit", {"declared": "yes"})

    def _send(self, judge, url, **what):
        try:
            return judge(self.session.post(url, timeout=PATIENCE, **what))
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            return Told("unknown", str(error))


class Crowd:
    """Works that begin at the same moment, round after round, on threads that stay."""

    def __enter__(self):
        self.pool = ThreadPoolExecutor(PEOPLE)
        return self

    def __exit__(self, *_error):
        self.pool.shutdown()

    def together(self, works) -> list:
        """The results of eight works, in order."""
        barrier = threading.Barrier(len(works))

        def press(work):
            barrier.wait()
            return work()

        return list(self.pool.map(press, works))


def sign_in(server, logins) -> list[Person]:
    """A session for each login; a person's second one only after the first."""
    with ThreadPoolExecutor(PEOPLE) as pool:
        first = dict(zip(set(logins), pool.map(partial(Person, server), set(logins)), strict=True))
        return list(pool.map(lambda login: first.pop(login, None) or Person(server, login), logins))
