"""Certificates over HTTP: of the own account, and for everybody who has the paper."""

import uuid

from odoo.tests import tagged

from .common import ANSWERS
from .licence_common import GovLicence
from .portal_http import PortalHttp


@tagged("post_install", "-at_install", "gov")
class TestCertificatePages(PortalHttp, GovLicence):
    def setUp(self):
        super().setUp()
        renewal = self.about["renewal"]
        renewal.action_new_version()
        renewal.draft_version_id.renewal_earliest_value = 0
        renewal.draft_version_id.action_publish()
        self.certificate = self.conclude(self.file()).certificate_ids
        self.env.flush_all()

    def text_of(self, path):
        return self.url_open(path).text

    def test_the_holder_sees_own_certificates_only(self):
        self.sign_in()
        page = self.text_of("/my/gov/certificates")
        self.assertIn(self.certificate.number, page)
        self.assertIn("days left", page)
        for handles, item in self.about.items():
            link = f"/gov/items/{item.code}/apply?certificate={self.certificate.id}"
            self.assertIn(link, page, handles)
        self.sign_in("stranger")
        page = self.text_of("/my/gov/certificates")
        self.assertNotIn(self.certificate.number, page)
        self.assertIn("no certificates yet", page)

    def test_the_paper_is_for_its_holder(self):
        address = f"/my/gov/certificates/{self.certificate.id}/pdf"
        self.sign_in("stranger")
        self.assertEqual(self.url_open(address).status_code, 404)
        self.sign_in()
        answer = self.url_open(address)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.content.startswith(b"%PDF"))
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(self.url_open("/my/gov/certificates/0/pdf").status_code, 404)

    def test_a_form_about_a_certificate_is_filled_in(self):
        self.sign_in()
        item = self.about["change"]
        address = f"/gov/items/{item.code}/apply?certificate={self.certificate.id}"
        self.assertIn(self.certificate.number, self.text_of(address))
        draft = self.open_about(item, self.certificate.id)
        self.assertEqual(draft.answers["licence"], self.certificate.number)
        self.assertEqual(float(draft.answers["area"]), float(ANSWERS["area"]))
        self.assertEqual(draft.answers["applicant_name"], ANSWERS["applicant_name"])

    def test_nobody_gets_the_data_of_another_by_a_guessed_id(self):
        self.sign_in("stranger")
        item = self.about["change"]
        for guess in (self.certificate.id, -1, 0, "x", "1'", 10**12):
            page = self.text_of(f"/gov/items/{item.code}/apply?certificate={guess}")
            self.assertNotIn(self.certificate.number, page)
            draft = self.open_about(item, guess)
            self.assertFalse((draft.answers or {}).get("licence"))
            self.assertNotIn(ANSWERS["applicant_name"], str(draft.answers))

    def open_about(self, item, certificate_id):
        token = uuid.uuid4().hex
        answer = self.post(
            f"/gov/items/{item.code}/apply",
            {"form_token": token, "certificate": certificate_id},
        )
        self.assertEqual(answer.status_code, 303)
        return self.env["gov.case.draft"].search([("token", "=", token)])

    def test_an_open_application_is_shown_instead_of_its_button(self):
        case = self.file_about("renewal", self.certificate)
        self.sign_in()
        page = self.text_of("/my/gov/certificates")
        self.assertIn(f"/my/gov/cases/{case.number}", page)
        self.assertNotIn(f"/gov/items/{self.about['renewal'].code}/apply", page)

    def test_why_it_cannot_be_renewed_yet(self):
        renewal = self.about["renewal"]
        renewal.action_new_version()
        renewal.draft_version_id.renewal_earliest_value = 90
        renewal.draft_version_id.action_publish()
        self.sign_in()
        page = self.text_of("/my/gov/certificates")
        self.assertIn("too early to renew", page)
        self.assertNotIn(f"/gov/items/{renewal.code}/apply", page)

    # ---------------------------------------------------------------- for everybody

    def verify(self, certificate, code=None):
        values = {"number": certificate.number, "code": code or certificate.verification_code}
        return self.post("/gov/verify", values).text

    def test_each_revision_is_verified_with_its_own_code(self):
        old = self.certificate
        new = self.conclude(self.file_about("change", old)).certificate_ids
        self.authenticate(None, None)
        page = self.verify(new)
        self.assertIn("is-good", page)
        self.assertIn("Revision", page)
        page = self.verify(old)
        self.assertIn("is-bad", page)
        self.assertIn("replaced by revision 2", page)
        self.assertNotIn(new.verification_code, page)
        by_token = self.text_of(f"/gov/verify/{old.sudo().token}")
        self.assertIn("replaced by revision 2", by_token)

    def test_a_renewed_paper_is_good_until_its_last_day(self):
        old = self.certificate
        new = self.conclude(self.file_about("renewal", old)).certificate_ids
        self.authenticate(None, None)
        page = self.verify(old)
        self.assertIn("is-good", page)
        self.assertIn("renewed", page)
        page = self.verify(new)
        self.assertIn("is-good", page)
        self.assertIn("until then the one before is in force", page)

    def test_one_that_was_ended_is_shown_as_such(self):
        self.revoke(self.certificate)
        self.authenticate(None, None)
        page = self.verify(self.certificate)
        self.assertIn("is-bad", page)
        self.assertIn("Revoked", page)

    def test_the_number_may_be_typed_in_any_way(self):
        self.authenticate(None, None)
        number = self.certificate.number.replace("〔", "[").replace("〕", "]")
        values = {"number": f" {number} ", "code": self.certificate.verification_code.lower()}
        self.assertIn("is-good", self.post("/gov/verify", values).text)
