"""Documents: complete texts, printed once, closed to the network, files as fixed as the records."""

import io
import re
import socket
import threading
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from ..report import drawing, engine
from .common import ANSWERS, PDF, GovCase


def text_of(content):
    """The text of each page, without blanks."""
    pages = PdfFileReader(io.BytesIO(content)).pages
    return [re.sub(r"\s", "", page.extract_text()) for page in pages]


@contextmanager
def loopback():
    """A listener on the loopback; yields its port and the list of connections that came."""
    hits = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stop = threading.Event()

        def listen():
            while not stop.is_set():
                try:
                    connection, peer = server.accept()
                except TimeoutError:
                    continue
                hits.append(peer)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield server.getsockname()[1], hits
        finally:
            stop.set()
            thread.join()


def hostile(address):
    """HTML that tries every way known to us of making the engine fetch ``address``."""
    return f"""<style>@import url({address}a.css);
        @font-face {{ font-family: X; src: url({address}x.ttf) }}
        .x {{ background: url({address}b.png); font-family: X }}
        li {{ list-style-image: url({address}c.png) }}
        .x::before {{ content: url({address}d.png) }}</style>
        <link rel="stylesheet" href="{address}e.css"/><link rel="attachment" href="{address}f"/>
        <a rel="attachment" href="{address}g">a</a><base href="{address}"/><img src="h.png"/>
        <img src="{address}i.png" srcset="{address}j.png 2x"/><object data="{address}k"></object>
        <embed src="{address}l"/><iframe src="{address}m"></iframe>
        <video poster="{address}n"></video><ul><li>y</li></ul>
        <svg width="9" height="9"><image href="{address}o.png" width="9" height="9"/>
        <use href="{address}p.svg#a"/><style>@import url({address}q.css)</style></svg>
        <img src='data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
        <image href="{address}r.png" width="9" height="9"/></svg>'/>
        <p class="x" style="background: url({address}s.png)">x</p>"""


@tagged("post_install", "-at_install", "gov")
class TestDocument(GovCase):
    def granted(self):
        case = self.reviewed()
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        return case

    def document(self, case=None, kind="receipt"):
        documents = (case or self.file()).sudo().document_ids
        return documents.filtered(lambda document: document.kind == kind)

    # ---------------------------------------------------------------- texts

    def test_personal_numbers_are_masked(self):
        answers = {
            **ANSWERS,
            "applicant_kind": "person",
            "applicant_person_id": "11010519491231002X",
        }
        del answers["applicant_credit_code"], answers["representative_name"]
        case = self.reviewed(self.file(answers=answers))
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        for document in case.sudo().document_ids:
            self.assertNotIn("11010519491231002X", document.body)

    # ------------------------------------------------------------- printing

    def test_printed_once_from_the_text_of_the_act(self):
        case = self.granted()
        document = self.document(case, "grant_decision")
        name = self.world["department"].name
        self.world["department"].name = "Renamed"
        content = document._get_pdf()
        pages = text_of(content)
        self.assertEqual(len(pages), 1)
        for part in (name, document.number, document.name, ANSWERS["applicant_name"], case.number):
            self.assertIn(part.replace(" ", ""), pages[0])
        self.assertIn("第1页共1页", pages[0])
        self.assertNotIn("Renamed", pages[0])
        with patch.object(engine, "write_pdf", side_effect=AssertionError("printed twice")):
            self.assertEqual(document._get_pdf(), content)
            document._print()
        self.assertEqual(document.attachment_id.res_id, document.id)
        self.assertLess(len(content), 120 * 1024)

    def test_a_certificate_carries_its_verification(self):
        case = self.granted()
        document = self.document(case, "certificate")
        certificate = case.sudo().certificate_ids
        page = text_of(document._get_pdf())[0]
        self.assertIn(certificate.verification_code, page)
        self.assertIn(certificate.number, page)
        self.assertIn(f"/gov/verify/{certificate.token}", document.body)
        self.assertEqual(document.name, "Licence", "the result of the item, not of the kind")
        self.assertEqual(drawing.place_marks(document.body).count("<svg"), 2)

    def test_long_texts_break_over_pages_and_the_seal_is_never_alone(self):
        case = self.reviewed()
        reasons = "\n".join(["The premises do not meet the conditions of the measures. " * 4] * 9)
        self.act("chief", case, "decide", {"decision": "refuse", "opinion": reasons})
        pages = text_of(self.document(case, "refusal_decision")._get_pdf())
        self.assertGreater(len(pages), 1)
        self.assertIn(f"第{len(pages)}页共{len(pages)}页", pages[-1])
        self.assertGreater(len(pages[-1]), 60)

    def test_access_follows_the_case(self):
        document = self.document()
        document._get_pdf()
        for persona in ("foreign_clerk", "foreign_reviewer", "cashier", "applicant", "stranger"):
            user = self.world[persona]
            with self.assertRaises(AccessError, msg=persona):
                document.with_user(user)._get_pdf()
            with self.assertRaises(AccessError, msg=persona):
                document.with_user(user).action_open_pdf()
            with self.assertRaises(AccessError, msg=persona):
                document.attachment_id.with_user(user).read(["raw"])
        for persona in ("clerk", "reviewer", "auditor"):
            found = document.with_user(self.world[persona])
            self.assertEqual(found._get_pdf(), document.attachment_id.raw)
            url = found.action_open_pdf()["url"]
            self.assertEqual(url, f"/web/content/{document.attachment_id.id}")

    @mute_logger("odoo.addons.gov_approval.models.gov_case_document")
    def test_the_queue_prints_the_rest_past_a_bad_one(self):
        documents = self.granted().sudo().document_ids
        bad = documents[0].number
        write_pdf = engine.write_pdf

        def failing(html, **options):
            if bad in html:
                raise ValueError("no paper")
            return write_pdf(html, **options)

        self.env.flush_all()
        with (
            patch.object(engine, "write_pdf", failing),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            self.env(cr=cr)["gov.case.document"]._cron_print()
        self.env.invalidate_all()
        self.assertFalse(documents[0].attachment_id)
        self.assertTrue(all(document.attachment_id for document in documents[1:]))
        self.assertTrue(all(document.pdf_digest for document in documents[1:]))

    # ------------------------------------------------------------ no way out

    def test_nothing_is_fetched_while_a_document_is_printed(self):
        document = self.document()
        url_file = self.env["ir.attachment"].create(
            {"name": "x", "type": "url", "url": "http://127.0.0.1/", "public": True}
        )
        report = self.env.ref("web.action_report_internalpreview")
        with loopback() as (port, hits):
            url_file.url = f"http://127.0.0.1:{port}/y"
            for address in (
                f"http://127.0.0.1:{port}/",
                f"http://localhost:{port}/",
                "file:///etc/",
            ):
                text = hostile(address) + f'<img src="/web/image/{url_file.id}"/>'
                engine.write_pdf(f"<html><body>{text}</body></html>")
                page = f"<!DOCTYPE html><html><head></head><body>{text}</body></html>"
                report._run_wkhtmltopdf([page], report.id)
                engine.write_pdf(drawing.place_marks(text))
            document._get_pdf()
        self.assertEqual(hits, [])

    def test_no_file_gets_into_a_document(self):
        text = '<link rel="attachment" href="file:///etc/passwd"/><img src="file:///etc/passwd"/>x'
        content = engine.write_pdf(f"<html><body>{text}</body></html>")
        self.assertNotIn(b"EmbeddedFile", content)
        for url in ("file:///etc/passwd", "http://127.0.0.1/", "ftp://127.0.0.1/", "x", "//a/b"):
            with self.assertRaises(ValueError):
                engine.Resources().fetch(url)

    def test_a_failed_resource_of_ours_stops_the_print(self):
        def broken(url):
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            engine.write_pdf('<img src="http://x/y.png"/>', answer=broken)


@tagged("post_install", "-at_install", "gov")
class TestSealedFiles(GovCase):
    def test_files_of_a_case_stay_as_they_are(self):
        case = self.file()
        case.sudo().document_ids._get_pdf()
        other = self.env["ir.attachment"].create({"name": "other", "raw": b"x"})
        files = case.sudo().document_ids.attachment_id | case.sudo().material_ids.attachment_id
        admin = self.env.ref("base.user_admin")
        for file in files:
            for env in (self.env, self.env(user=admin), self.env(user=self.world["clerk"])):
                mine = file.with_env(env)
                for vals in (
                    {"res_id": other.id},
                    {"res_model": "res.partner"},
                    {"res_model": False, "res_id": False},
                    {"raw": b"%PDF-1.4 forged"},
                    {"datas": "eA=="},
                    {"name": "x"},
                    {"public": True},
                    {"access_token": "x"},
                    {"type": "url", "url": "http://127.0.0.1/"},
                ):
                    with self.assertRaises(UserError):
                        mine.write(vals)
                for attempt in (mine.unlink, mine.generate_access_token, mine.copy):
                    with self.assertRaises(UserError):
                        attempt()
            with self.assertRaises(UserError):
                file._door_write(object(), {"name": "x"})

    def test_no_file_is_slipped_into_a_case(self):
        case = self.file()
        material = case.sudo().material_ids
        Attachment = self.env["ir.attachment"]
        vals = {"name": "x", "res_model": material._name, "res_id": material.id, "raw": b"x"}
        with self.assertRaises(UserError):
            Attachment.create(vals)
        with self.assertRaises(UserError):
            Attachment.with_context(default_res_model="gov.case.document").create({"name": "x"})
        stray = Attachment.create({"name": "x", "raw": b"x"})
        with self.assertRaises(UserError):
            stray.write({"res_model": "gov.case", "res_id": case.id})
        with self.assertRaises(UserError):
            Attachment._door_create(object(), [vals])
        stray.unlink()

    def test_moving_the_storage_is_no_change(self):
        file = self.file().sudo().material_ids.attachment_id
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        file._migrate()
        self.assertEqual((bytes(file.db_datas), file.raw), (PDF, PDF))

    def test_a_file_leaves_a_draft_with_its_row(self):
        draft = self.draft()
        material = draft._add_file("plan", "plan.pdf", PDF)
        file = material.attachment_id
        draft._remove_material(material)
        self.assertFalse(file.exists())
        self.assertFalse(material.exists())


@tagged("post_install", "-at_install", "gov")
class TestReportEngine(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.ui.view"].create(
            {
                "name": "gov_approval.test_report",
                "key": "gov_approval.test_report",
                "type": "qweb",
                "arch": """<t t-name="gov_approval.test_report"><t t-call="web.html_container">
                    <t t-foreach="docs" t-as="o"><t t-call="web.external_layout"><div class="page">
                    <h2>测试报告</h2><p t-field="o.name"/>
                    <img t-attf-src="/report/barcode/QR/{{o.id}}?width=80&amp;height=80"/>
                    <table><tr t-foreach="range(90)" t-as="i"><td t-out="i"/></tr></table>
                    </div></t></t></t></t>""",
            }
        )
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Test",
                "model": "res.partner",
                "report_type": "qweb-pdf",
                "report_name": "gov_approval.test_report",
            }
        )

    def render(self, records):
        report = self.report.with_context(force_report_rendering=True)
        return report._render_qweb_pdf(self.report, records.ids)[0]

    def test_every_record_has_its_own_page_numbers(self):
        first, second = self.env["res.partner"].create([{"name": "甲公司"}, {"name": "乙公司"}])
        alone = len(text_of(self.render(first)))
        pages = text_of(self.render(first | second))
        self.assertGreater(alone, 1)
        self.assertEqual(len(pages), 2 * alone)
        self.assertIn("甲公司", pages[0])
        self.assertIn("乙公司", pages[alone])
        for page in (pages[0], pages[alone]):
            self.assertIn(f"Page1/{alone}", page)
        self.assertIn(self.env.company.name.replace(" ", ""), pages[-1], "a head on every page")

    def test_resources_come_from_this_process_only(self):
        report, base = self.report, self.report._get_report_url()
        answer = report._get_resource
        self.assertTrue(answer(f"{base}/web/static/img/logo.png", base)[0].startswith(b"\x89PNG"))
        css, kind = answer(f"{base}/web/assets/1/web.report_assets_common.min.css", base)
        self.assertEqual(kind, "text/css")
        self.assertIn(b"{", css)
        self.assertTrue(answer(f"{base}/report/barcode/QR/x", base)[0].startswith(b"\x89PNG"))
        self.assertTrue(answer(f"{base}/logo.png", base)[0])
        secret = self.env["ir.attachment"].create({"name": "s", "raw": b"secret"})
        mine = f"{base}/web/image/{secret.id}"
        self.assertEqual(answer(mine, base)[0], b"secret")
        self.assertIsNone(report.with_user(self.world["clerk"])._get_resource(mine, base))
        for url in (
            "http://127.0.0.1:1/web/static/img/logo.png",
            "file:///etc/passwd",
            f"{base}/web/static/../../../etc/passwd",
            f"{base}/web/static/src/core/user.js",
            f"{base}/gov_approval/static/../__manifest__.py",
            f"{base}/web/image/999999999",
            f"{base}/web/assets/1/nothing.at.all",
            f"{base}/report/barcode/Nothing/x",
            f"{base}/web/session/logout",
        ):
            self.assertIsNone(answer(url, base), url)


@tagged("post_install", "-at_install", "gov")
class TestDocumentHttp(HttpCase, GovCase):
    def test_files_over_http_only_for_those_who_may_read_the_case(self):
        document = self.file().sudo().document_ids
        content = document._get_pdf()
        url = f"/web/content/{document.attachment_id.id}"
        for user in (self.world["clerk"], self.world["foreign_clerk"], self.world["stranger"]):
            user.password = f"{user.login}-{user.login}"
            self.authenticate(user.login, user.password)
            response = self.url_open(url)
            if user == self.world["clerk"]:
                self.assertEqual(response.content, content)
            else:
                self.assertEqual(response.status_code, 404)
        self.authenticate(None, None)
        self.assertEqual(self.url_open(url).status_code, 404)
