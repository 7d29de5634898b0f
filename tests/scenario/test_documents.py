"""Documents over real connections: many openings at once make one file."""

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

CALLERS = 8


def call(opener, url, **params):
    """The result of one JSON-RPC call; AssertionError with the server's message."""
    request = urllib.request.Request(
        url,
        json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
        {"Content-Type": "application/json"},
    )
    with opener.open(request, timeout=60) as response:
        answer = json.load(response)
    assert "error" not in answer, answer["error"]
    return answer["result"]


def signed_in(server, login, password):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    call(
        opener,
        f"{server.url}/web/session/authenticate",
        db=server.database,
        login=login,
        password=password,
    )
    return opener


def test_a_document_opened_by_many_at_once_is_printed_once(server):
    [unprinted] = server.sql(
        "SELECT min(id) FROM gov_case_document WHERE attachment_id IS NULL HAVING min(id) > 0"
    )
    document = int(unprinted[0])
    login, password = next(
        (login, password) for _role, login, password in server.logins if login == "auditor"
    )
    openers = [signed_in(server, login, password) for _caller in range(CALLERS)]

    def open_it(opener):
        action = call(
            opener,
            f"{server.url}/web/dataset/call_kw/gov.case.document/action_open_pdf",
            model="gov.case.document",
            method="action_open_pdf",
            args=[[document]],
            kwargs={},
        )
        with opener.open(server.url + action["url"], timeout=60) as response:
            return response.read()

    with ThreadPoolExecutor(CALLERS) as pool:
        files = set(pool.map(open_it, openers))
    assert len(files) == 1
    assert files.pop().startswith(b"%PDF-")
    count = server.sql(
        "SELECT count(*) FROM ir_attachment"
        f" WHERE res_model = 'gov.case.document' AND res_id = {document}"
    )
    assert int(count[0][0]) == 1
