"""What another applicant gets of a case, by every route and remote call: nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from client import Client

ITEM = "gaoling-food-business-new"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ANSWERS = {
    "applicant_kind": "enterprise",
    "applicant_name": "云溪区晨光餐饮有限公司",
    "applicant_credit_code": "91510199MA6DAAA13E",
    "representative_name": "徐建",
    "applicant_phone": "13800000002",
    "applicant_address": "云溪区建设路16号",
    "main_form": "food_sales",
    "business_items": ["packaged"],
    "premises_address": "云溪区政务大道88号",
    "area": "46",
    "premises_right": "own",
    "safety_manager": "徐建",
    "staff_count": "2",
}
MATERIALS = ("m1", "m2", "m3")
#: Words of the owner that no answer to a stranger may have.
PRIVATE = (b"\xe6\x99\xa8\xe5\x85\x89", b"91510199MA6DAAA13E", b"13800000002", b"%PDF")


@pytest.fixture(scope="module")
def stranger(running):
    return Client(running, "applicant")


@pytest.fixture(scope="module")
def owner(running):
    return Client(running, "applicant2")


def fill_in(client):
    """An application with all answers and files; its token."""
    token = client.open_form(ITEM)
    page = f"/my/gov/drafts/{token}"
    saved = client.rpc(f"{page}/save", values=ANSWERS, revision=0, check=True)["result"]
    assert saved["errors"] == []
    csrf = client.csrf()
    for code in MATERIALS:
        files = {"file": (f"{code}.pdf", PDF)}
        answer = client.post(f"{page}/files", {"material": code}, files=files, csrf=csrf)
        assert "error" not in answer.json()
    return token


@pytest.fixture(scope="module")
def mine(running, owner):
    """The owner's open draft and filed case, with the ids of all parts."""
    draft = fill_in(owner)
    filed = fill_in(owner)
    csrf = owner.csrf()

    def hand_in(_turn):
        return owner.post(f"/my/gov/drafts/{filed}/submit", {"declared": "yes"}, csrf=csrf)

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(hand_in, range(8)))
    assert {answer.status_code for answer in answers} == {200}
    cases = running.sql(f"SELECT id, number FROM gov_case WHERE draft_token = '{filed}'")
    assert len(cases) == 1, "eight clicks on one button make one case"
    case, number = cases[0]
    material = "SELECT id, attachment_id FROM gov_case_material WHERE"
    draft_id = running.sql(f"SELECT id FROM gov_case_draft WHERE token = '{draft}'")[0][0]
    file, attachment = running.sql(f"{material} case_id = {case} ORDER BY id LIMIT 1")[0]
    draft_file, _ = running.sql(f"{material} draft_id = {draft_id} ORDER BY id LIMIT 1")[0]
    document = running.sql(f"SELECT id FROM gov_case_document WHERE case_id = {case}")[0][0]
    return {
        "draft": draft,
        "draft_id": draft_id,
        "draft_file": draft_file,
        "filed": filed,
        "case": case,
        "number": number,
        "file": file,
        "attachment": attachment,
        "document": document,
    }


READING = (
    "/my/gov/cases/{number}",
    "/my/gov/cases/{number}/documents/{document}",
    "/my/gov/cases/{number}/files/{file}",
    "/my/gov/drafts/{draft}",
    "/my/gov/drafts/{draft}/files/{draft_file}",
    "/my/gov/drafts/{filed}/filed",
)
BY_ID = (
    "/web/content/{attachment}",
    "/web/content/gov.case.material/{file}/attachment_id",
    "/web/content/gov.case.document/{document}/text",
)
WRITING = (
    "/my/gov/cases/{number}/answer",
    "/my/gov/cases/{number}/acts/withdraw",
    "/my/gov/drafts/{draft}/submit",
    "/my/gov/drafts/{draft}/discard",
    "/my/gov/drafts/{draft}/files",
    "/my/gov/drafts/{draft}/files/{draft_file}/remove",
    "/gov/intake/{draft_id}/files",
)


def assert_nothing(answer):
    """Refused or sent to the sign-in page, and without a private word."""
    assert answer.status_code in (400, 403, 404) or "/web/login" in answer.url
    for word in PRIVATE:
        assert word not in answer.content


@pytest.mark.parametrize("route", READING + BY_ID)
def test_reading(server, owner, stranger, mine, route):
    path = route.format(**mine)
    if route in READING:
        assert owner.get(path).status_code == 200
    assert_nothing(stranger.get(path))
    assert_nothing(Client(server).get(path))


def state_of(server, mine):
    """Everything of the owner's that somebody could have changed."""
    case, draft = mine["case"], mine["draft_id"]
    return [
        server.sql(f"SELECT md5(t::text) FROM {table} t WHERE {column} IN ({key}) ORDER BY id")
        for table, column, key in (
            ("gov_case", "id", case),
            ("gov_case_event", "case_id", case),
            ("gov_case_material", "case_id", case),
            ("gov_case_material", "draft_id", draft),
            ("gov_case_draft", "id", draft),
        )
    ]


def test_writing(server, stranger, mine):
    before = state_of(server, mine)
    csrf = stranger.csrf()
    form = {"declared": "yes", "material": "m1", "reasons": "x"}
    for route in WRITING:
        answer = stranger.post(
            route.format(**mine), form, files={"file": ("a.pdf", PDF)}, csrf=csrf
        )
        assert_nothing(answer)
    saved = stranger.rpc(f"/my/gov/drafts/{mine['draft']}/save", values={}, revision=1)
    assert "error" in saved
    assert state_of(server, mine) == before


def test_remote_calls(server, stranger, mine):
    """No model of ours answers an applicant's remote call."""
    before = state_of(server, mine)
    models = server.sql(
        "SELECT model FROM ir_model WHERE model LIKE 'gov.%'"
        " AND to_regclass(replace(model, '.', '_')) IS NOT NULL ORDER BY model"
    )
    assert len(models) > 20
    for (model,) in models:
        for method, args in (
            ("search_read", ([], ["id"])),
            ("web_search_read", ([], {"id": {}})),
            ("name_search", ()),
            ("read", ([1], ["id"])),
            ("export_data", ([1], ["id"])),
            ("write", ([1], {})),
            ("unlink", ([1],)),
        ):
            answer = stranger.call(model, method, *args)
            assert "error" in answer, f"{model}.{method} answered {answer}"
    for act, payload in (("withdraw", {}), ("accept", {})):
        assert "error" in stranger.call("gov.case", "action_act", [int(mine["case"])], act, payload)
    assert state_of(server, mine) == before
