"""The applicant's pages over HTTP: what works, and what a stranger gets."""

import io
import uuid
import zipfile
import zlib

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ANSWERS, PDF
from .portal_http import PortalHttp

XSS = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"


@tagged("post_install", "-at_install", "gov")
class TestPortal(PortalHttp):
    def test_from_guide_to_receipt(self):
        self.sign_in()
        draft = self.apply()
        saved = self.rpc(f"/my/gov/drafts/{draft.token}/save", values=ANSWERS, revision=0)["result"]
        self.assertEqual(saved["errors"], [])
        checked = self.rpc(
            f"/my/gov/drafts/{draft.token}/save", values=ANSWERS, revision=1, check=True
        )["result"]
        self.assertEqual([p["path"] for p in checked["problems"]], ["material:plan"])
        self.assertEqual(self.upload(draft, "plan.pdf", PDF).status_code, 200)
        answer = self.post(f"/my/gov/drafts/{draft.token}/submit", {"declared": "yes"})
        self.assertTrue(answer.headers["Location"].endswith("/filed"))
        case = self.env["gov.case"].search([("draft_token", "=", draft.token)])
        page = self.url_open(f"/my/gov/drafts/{draft.token}/filed").text
        self.assertIn(case.number, page)
        self.assertIn(case.secret, page)
        page = self.url_open(f"/my/gov/cases/{case.number}")
        self.assertIn("gov-timeline", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn(case.number, self.url_open("/my/gov").text)

    def test_eight_submits_make_one_case(self):
        self.sign_in()
        token = uuid.uuid4().hex
        drafts = [self.apply(token) for _ in range(8)]
        self.assertEqual(len(set(drafts)), 1)
        draft = drafts[0]
        self.rpc(f"/my/gov/drafts/{token}/save", values=ANSWERS, revision=0)
        self.upload(draft, "plan.pdf", PDF)
        for _ in range(8):
            self.post(f"/my/gov/drafts/{token}/submit", {"declared": "yes"})
        self.assertEqual(self.env["gov.case"].search_count([("draft_token", "=", token)]), 1)

    def test_the_second_window_does_not_overwrite(self):
        self.sign_in()
        draft = self.apply()
        path = f"/my/gov/drafts/{draft.token}/save"
        self.rpc(path, values=ANSWERS, revision=0)
        refused = self.rpc(path, values={}, revision=0)["result"]["refused"]
        self.assertIn("another window", refused)
        for odd in ([], "x", None):
            self.assertIn("refused", self.rpc(path, values=odd, revision=1)["result"])
        self.assertIn("refused", self.rpc(path, values={}, revision="1")["result"])
        unknown = self.rpc(path, values=dict(ANSWERS, no_such=1), revision=1)["result"]
        self.assertEqual([error["path"] for error in unknown["errors"]], ["no_such"])
        draft.invalidate_recordset()
        self.assertEqual(draft.answers["area"], "60.5")

    def test_incomplete_or_undeclared_is_not_filed(self):
        self.sign_in()
        draft = self.apply()
        answer = self.post(f"/my/gov/drafts/{draft.token}/submit", {"declared": "yes"})
        self.assertIn("check=1", answer.headers["Location"])
        self.assertEqual(self.post(f"/my/gov/drafts/{draft.token}/submit").status_code, 400)
        self.assertFalse(draft.is_filed)

    def test_supplement_and_withdrawal(self):
        case = self.file()
        request = {
            "material": "plan",
            "wrong": "Not legible",
            "expected": "Scan again",
            "basis": "Art. 12",
        }
        self.act("clerk", case, "request_supplement", {"requests": [request]})
        self.sign_in()
        page = self.url_open(f"/my/gov/cases/{case.number}").text
        self.assertIn("Not legible", page)
        tokens = set()
        for _ in range(2):
            answer = self.post(f"/my/gov/cases/{case.number}/answer")
            tokens.add(answer.headers["Location"])
        self.assertEqual(len(tokens), 1)
        draft = self.env["gov.case.draft"].search([("case_id", "=", case.id)])
        self.assertTrue(tokens.pop().endswith(draft.token))
        self.upload(draft, "plan2.pdf", PDF)
        self.post(f"/my/gov/drafts/{draft.token}/submit", {"declared": "yes"})
        case.invalidate_recordset()
        self.assertEqual(case.state, "received")
        self.post(f"/my/gov/cases/{case.number}/acts/withdraw", {"reasons": "Moved"})
        case.invalidate_recordset()
        self.assertEqual((case.state, case.outcome), ("closed", "withdrawn"))
        again = self.post(f"/my/gov/cases/{case.number}/acts/withdraw")
        self.assertEqual(again.status_code, 400)
        self.assertIn("Closed", again.text)

    def test_discard(self):
        self.sign_in()
        draft = self.apply()
        self.upload(draft, "plan.pdf", PDF)
        attachment = draft.material_ids.attachment_id
        self.post(f"/my/gov/drafts/{draft.token}/discard")
        self.assertFalse(draft.exists())
        self.assertFalse(attachment.exists())

    def test_known_answers_are_filled_in(self):
        self.file()
        self.sign_in()
        draft = self.apply()
        self.assertEqual(draft.answers["applicant_name"], ANSWERS["applicant_name"])
        self.assertNotIn("area", draft.answers)


@tagged("post_install", "-at_install", "gov")
class TestPortalStranger(PortalHttp):
    """Ownership, CSRF, GET: `security.md` A1, A2, B5."""

    def make(self):
        case = self.file()
        draft = self.draft()
        draft._add_file("plan", "plan.pdf", PDF)
        return case, draft

    def addresses(self, case, draft, material, document, file):
        gets = (
            f"/my/gov/cases/{case}",
            f"/my/gov/cases/{case}/files/{material}",
            f"/my/gov/cases/{case}/documents/{document}",
            f"/my/gov/drafts/{draft}",
            f"/my/gov/drafts/{draft}/filed",
            f"/my/gov/drafts/{draft}/files/{file}",
        )
        posts = (
            f"/my/gov/cases/{case}/answer",
            f"/my/gov/cases/{case}/acts/withdraw",
            f"/my/gov/drafts/{draft}/submit",
            f"/my/gov/drafts/{draft}/discard",
            f"/my/gov/drafts/{draft}/promise",
            f"/my/gov/drafts/{draft}/files",
            f"/my/gov/drafts/{draft}/files/{file}/remove",
        )
        return gets, posts

    def all_addresses(self, case, draft):
        return self.addresses(
            case.number,
            draft.token,
            case.material_ids.id,
            case.document_ids[:1].id,
            draft.material_ids.id,
        )

    @mute_logger("odoo.http")
    def test_a_stranger_finds_nothing(self):
        case, draft = self.make()
        gets, posts = self.all_addresses(case, draft)
        missing = self.addresses("0" * 20, "0" * 32, 10**8, 10**8, 10**8)
        self.sign_in("stranger")
        before = self.snapshot()
        for path, other in zip(gets, missing[0], strict=True):
            answer, nothing = self.url_open(path), self.url_open(other)
            self.assertEqual((answer.status_code, nothing.status_code), (404, 404), path)
            self.assertNotIn(ANSWERS["applicant_name"], answer.text)
        for path, other in zip(posts, missing[1], strict=True):
            values = {"declared": "yes", "material": "plan"}
            answer, nothing = self.post(path, values), self.post(other, values)
            self.assertEqual((answer.status_code, nothing.status_code), (404, 404), path)
        saved = self.rpc(f"/my/gov/drafts/{draft.token}/save", values={}, revision=1)
        self.assertEqual(saved["error"]["data"]["name"], "werkzeug.exceptions.NotFound")
        self.assertEqual(self.snapshot(), before)
        self.assertNotIn(case.number, self.url_open("/my/gov").text)

    def test_a_stranger_cannot_take_over_a_form(self):
        draft = self.draft()
        self.sign_in("stranger")
        answer = self.post(f"/gov/items/{self.item.code}/apply", {"form_token": draft.token})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(draft.partner_id, self.world["applicant"].partner_id)

    def test_a_visitor_has_to_sign_in(self):
        case, draft = self.make()
        gets, _posts = self.all_addresses(case, draft)
        self.authenticate(None, None)
        for path in (*gets, "/my/gov", f"/gov/items/{self.item.code}/apply"):
            answer = self.url_open(path, allow_redirects=False)
            self.assertEqual(answer.status_code, 303, path)
            self.assertIn("/web/login", answer.headers["Location"])

    @mute_logger("odoo.http")
    def test_without_csrf_token_nothing_happens(self):
        case, draft = self.make()
        self.sign_in()
        _gets, posts = self.all_addresses(case, draft)
        before = self.snapshot()
        for path in (*posts, f"/gov/items/{self.item.code}/apply", "/gov/verify", "/gov/progress"):
            answer = self.post(path, {"declared": "yes", "form_token": "a" * 32}, csrf=False)
            self.assertEqual(answer.status_code, 400, path)
        plain = self.url_open(
            f"/my/gov/drafts/{draft.token}/save",
            data='{"params": {"values": {}, "revision": 1}}',
            headers={"Content-Type": "text/plain"},
        )
        self.assertGreaterEqual(plain.status_code, 400)
        self.assertEqual(self.snapshot(), before)

    @mute_logger("odoo.http")
    def test_get_changes_nothing(self):
        case, draft = self.make()
        gets, posts = self.all_addresses(case, draft)
        public = (
            "/gov",
            f"/gov/items/{self.item.code}",
            f"/gov/items/{self.item.code}?view=short",
            f"/gov/items/{self.item.code}/apply",
            "/gov/verify",
            "/gov/verify/" + "x" * 32,
            "/gov/progress",
            "/my/gov",
        )
        self.sign_in()
        before = self.snapshot()
        for path in (*gets, *posts, *public):
            self.assertLess(self.url_open(path).status_code, 500, path)
        self.assertEqual(self.snapshot(), before)


@tagged("post_install", "-at_install", "gov")
class TestPortalHostile(PortalHttp):
    """Uploads and script injection: `security.md` C1, C3."""

    def hostile(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("a.txt", "x")
        header = b"IHDR" + (20_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
        bomb = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + header
        bomb += zlib.crc32(header).to_bytes(4, "big")
        return {
            "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
            "page.html": b"<html><script>alert(1)</script></html>",
            "plan.pdf": b"MZ\x90\0" + b"\0" * 200,
            "page.pdf": b"<!doctype html><script>alert(1)</script>%PDF-1.4 %%EOF",
            "script.pdf": PDF.replace(b"<<>>endobj", b"<</S/JavaScript/JS(app.alert(1))>>endobj"),
            "hidden.pdf": PDF.replace(b"<<>>endobj", b"<</S/J#61vaScript>>endobj"),
            "archive.pdf": PDF + packed.getvalue(),
            "picture.jpg": b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)",
            "huge.png": bomb,
            "empty.pdf": b"",
            "cut.pdf": b"%PDF-1.4\n1 0 obj",
            "archive.zip": packed.getvalue(),
        }

    def test_hostile_files_are_not_stored(self):
        self.sign_in()
        draft = self.apply()
        Attachment = self.env["ir.attachment"].sudo()
        stored = Attachment.search_count([("res_model", "=", "gov.case.material")])
        for name, content in self.hostile().items():
            answer = self.upload(draft, name, content)
            self.assertEqual(answer.status_code, 422, name)
            self.assertTrue(answer.json()["error"], name)
        self.assertEqual(self.upload(draft, "x.pdf", PDF, "no-such").status_code, 422)
        self.assertEqual(
            self.post(f"/my/gov/drafts/{draft.token}/files", {"material": "plan"}).status_code, 400
        )
        self.assertFalse(draft.material_ids)
        self.assertEqual(
            Attachment.search_count([("res_model", "=", "gov.case.material")]), stored
        )

    def test_files_come_back_as_downloads(self):
        self.sign_in()
        draft = self.apply()
        file = self.upload(draft, "../../平面图\r\nX: 1.PDF", PDF).json()["file"]
        answer = self.url_open(file["url"])
        self.assertEqual(answer.content, PDF)
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
        self.assertNotIn("/", file["name"])
        self.assertEqual(
            self.post(f"/my/gov/drafts/{draft.token}/files/{file['id']}/remove").status_code, 200
        )
        self.assertEqual(self.url_open(file["url"]).status_code, 404)

    def test_payloads_are_shown_as_text(self):
        self.sign_in()
        draft = self.apply()
        answers = dict(ANSWERS, applicant_name=XSS[:100], applicant_address=XSS)
        self.rpc(f"/my/gov/drafts/{draft.token}/save", values=answers, revision=0)
        self.upload(draft, f"{XSS}.pdf", PDF)
        self.assertNotIn("<script>alert", self.url_open(f"/my/gov/drafts/{draft.token}").text)
        self.post(f"/my/gov/drafts/{draft.token}/submit", {"declared": "yes"})
        case = self.env["gov.case"].search([("draft_token", "=", draft.token)])
        request = {"material": XSS, "wrong": XSS, "expected": XSS, "basis": XSS}
        self.act("clerk", case, "request_supplement", {"requests": [request]})
        for path in (f"/my/gov/cases/{case.number}", "/my/gov"):
            page = self.url_open(path).text
            self.assertNotIn("<script>alert", page)
            self.assertNotIn("<img src=x", page)
        search = self.url_open("/gov", params={"search": XSS, "department": XSS, "who": XSS}).text
        self.assertNotIn("<script>alert", search)
        self.assertNotIn("<img src=x", search)
