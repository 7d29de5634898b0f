"""Notices: queued by acts, sent apart from them, each settled for itself."""

import smtplib
from unittest.mock import patch

from odoo.addons.base.tests.common import MockSmtplibCase
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import gov_notice
from .common import ANSWERS, GovCase


@tagged("post_install", "-at_install", "gov")
class TestNotice(GovCase, MockSmtplibCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        waiting = cls.env["gov.notice"].search([("state", "=", "queued")])
        cls.env.cr.execute("UPDATE gov_notice SET state = 'sent' WHERE id = ANY(%s)", [waiting.ids])
        cls.env.company.email = "centre@example.com"
        cls.world["applicant"].partner_id.email = "zhang@example.com"

    def notices(self, case):
        return self.env["gov.notice"].search([("case_id", "=", case.id)])

    def send(self):
        """Let the cron send, on a cursor that may commit."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["gov.notice"]._cron_send()
        self.env.invalidate_all()

    def test_every_message_is_one_sentence_with_a_link_and_no_personal_data(self):
        answers = {**ANSWERS, "applicant_email": "li@example.com"}
        case = self.file(answers=answers)
        self.act("clerk", case, "accept")
        with self.mock_smtplib_connection():
            self.send()
        self.assertEqual(self.notices(case).mapped("state"), ["sent", "sent"])
        self.assertEqual(
            [mail["smtp_to_list"] for mail in self.emails], [["zhang@example.com"]] * 2
        )
        for mail in self.emails:
            self.assertIn(f"/my/gov/cases/{case.number}", mail["message"].replace("=\n", ""))
            for private in ("91310115MA1K00027T", "13800138000", "1 Test street"):
                self.assertNotIn(private, mail["message"])
        self.assertFalse(self.env["mail.mail"].search([("body_html", "like", case.number)]))

    def test_the_address_of_the_form_serves_a_window_case(self):
        case = self.file("clerk", {**ANSWERS, "applicant_email": "li@example.com"})
        silent = self.file("clerk")
        with self.mock_smtplib_connection():
            self.send()
        self.assertEqual([mail["smtp_to_list"] for mail in self.emails], [["li@example.com"]])
        self.assertEqual(self.notices(case).state, "sent")
        self.assertEqual(self.notices(silent).state, "no_address")

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")
    def test_one_bad_message_does_not_stop_the_others(self):
        bad, good = self.file(), self.file("clerk", {**ANSWERS, "applicant_email": "li@x.com"})
        with self.mock_smtplib_connection():
            deliver = self.testing_smtp_session.send_message

            def choosy(message, smtp_from, smtp_to_list):
                if "zhang" in smtp_to_list[0]:
                    raise smtplib.SMTPRecipientsRefused({"zhang": (550, b"unknown")})
                deliver(message, smtp_from, smtp_to_list)

            with patch.object(self.testing_smtp_session, "send_message", choosy, create=True):
                for _run in range(gov_notice.MAX_ATTEMPTS - 1):
                    self.send()
                self.assertEqual(self.notices(bad).state, "queued", "it may come back")
                self.send()
        self.assertEqual(self.notices(good).state, "sent")
        self.assertEqual(len(self.emails), 1)
        self.assertEqual(self.notices(bad).state, "failed")
        self.assertIn("550", self.notices(bad).error)

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")
    def test_a_broken_mail_server_touches_no_act(self):
        calls = []

        def unreachable(*_args, **_options):
            calls.append(1)
            raise ConnectionRefusedError("away")

        with (
            patch("smtplib.SMTP", unreachable),
            patch.object(type(self.env["ir.mail_server"]), "_disable_send", lambda _self: False),
        ):
            cases = [self.file() for _case in range(5)]
            self.act("clerk", cases[0], "accept")
            self.assertEqual(calls, [], "an act opens no connection")
            self.send()
        self.assertEqual(cases[0].state, "accepted")
        self.assertEqual(len(calls), gov_notice.FAILURES_IN_A_ROW, "the rest waits")
        notices = self.env["gov.notice"].search([("case_id", "in", [c.id for c in cases])])
        self.assertEqual(set(notices.mapped("state")), {"queued"})
        with self.mock_smtplib_connection():
            self.send()
        self.assertEqual(set(notices.mapped("state")), {"sent"})
