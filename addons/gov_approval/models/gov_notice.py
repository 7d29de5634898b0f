import logging

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.translate import LazyTranslate

from .gov_sealed import DOOR

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

#: Acts by others that the applicant is told of, each in one plain sentence.
TOLD = {
    "receive": _lt("Your application has been received. You will hear within 5 working days."),
    "accept": _lt("Your application has been accepted and is being handled."),
    "deem_accepted": _lt("Your application counts as accepted and is being handled."),
    "request_supplement": _lt(
        "Your application needs to be completed. Please see the list of everything that is missing."
    ),
    "decline": _lt("Your matter needs no licence. Please see the written notice."),
    "refuse_acceptance": _lt(
        "Your matter belongs to another organ. Please see the written decision for which one."
    ),
    "stop_clock": _lt(
        "A special procedure has begun; its time does not count. Please see the written notice."
    ),
    "resume_clock": _lt("The special procedure has ended; the period goes on."),
    "extend": _lt("The period has been extended. Please see the written notice for the reasons."),
    "migrate": _lt(
        "Your application goes on under a new version of the item. The page of the case says what"
        " that changes."
    ),
    "decide": _lt("Your application has been decided. Please see the written decision."),
    "accept_deferred": _lt(
        "Your application has been accepted. Hand in the promised papers in time: without them no"
        " result is handed out."
    ),
    "decide_at_once": _lt("Your application has been decided on the spot. The case is closed."),
    "correct": _lt("A mistake in your application was put right on the spot."),
    "end_deferral": _lt(
        "The promised papers did not come in time, so the case was ended. You may apply again."
    ),
    "deem_renewed": _lt("Your licence counts as renewed because it was not decided in time."),
    "cancel_stop": _lt("A stop of the period was cancelled; please see the new date."),
    "cancel_extension": _lt("The extension was taken back; please see the new date."),
    "publish_notice": _lt("Your application is published for objections before the decision."),
    "tell_hearing_right": _lt(
        "You may ask for a hearing within 5 working days. Please see the written notice."
    ),
    "call_hearing": _lt("A hearing will be held. Please see the notice for time and place."),
    "replace_chair": _lt("The hearing has another chair."),
    "terminate": _lt("The procedure has ended. Please see the written decision for the reasons."),
    "refer": _lt("Your application was referred to the superior organ with our opinion."),
    "dispatch": _lt("The result has been sent to you."),
    "return_dispatch": _lt("The result came back. Please tell us how it can reach you."),
    "confirm_delivery": _lt("The receipt of the result is confirmed. The case is closed."),
    "revoke_licence": _lt("Your licence was revoked. Please see the written decision."),
    "withdraw_licence": _lt("Your licence was withdrawn. Please see the written decision."),
    "suspend_licence": _lt("Your licence was suspended. Please see the written decision."),
    "resume_licence": _lt("The suspension of your licence was lifted."),
    "cancel_licence": _lt("Your licence was cancelled. Please see the written decision."),
    "deliver": _lt("The result has been delivered. The case is closed."),
    "expire": _lt("The last day of your licence has gone by; it is no longer valid."),
    "abandon": _lt(
        "Nothing was handed in within the time given, so the application counts as given up."
        " You may apply again."
    ),
}
#: The kind of a reminder that a licence runs out; it is told of the certificate, not of an act.
REMINDER = "remind_renewal"
#: How often a message is tried; in between the mail server may come back.
MAX_ATTEMPTS = 5
#: So many failures in a row mean that the server is away: the rest waits for the next run.
FAILURES_IN_A_ROW = 3


class GovNotice(models.Model):
    """A message to the applicant that waits to be sent (待发通知).

    An act only queues it; a cron sends in batches, so that a slow mail server never slows a
    window and a failed message never undoes an act.
    """

    _name = "gov.notice"
    _description = "Notice to an applicant"
    _inherit = ["gov.sealed"]
    _order = "id"
    _rec_name = "kind"

    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    event_id = fields.Many2one("gov.case.event", required=True, readonly=True, ondelete="restrict")
    kind = fields.Char(required=True, readonly=True)
    text = fields.Char(readonly=True, help="What the step itself tells, beside the act.")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("no_address", "No address"),
        ],
        required=True,
        default="queued",
        readonly=True,
    )
    attempts = fields.Integer(readonly=True, aggregator=None)
    error = fields.Char(readonly=True)

    _queued_idx = models.Index("(attempts, id) WHERE state = 'queued'")

    @api.model
    def _queue(self, writing, case, event, kind, messages=()):
        """Add to ``writing`` what an event has to tell the applicant, if anything.

        :param messages: what the completed steps tell beside it (``kernel.effects``)
        """
        common = {"case_id": case.id, "event_id": event, "kind": kind}
        if kind in TOLD:
            writing.insert(self, [common])
        for message in messages:
            writing.insert(self, [common | {"text": message["text"]}])

    # ------------------------------------------------------------------ sending

    @api.model
    def _cron_send(self):
        """Send what is queued, new messages first; each is settled for itself.

        Hosts share the queue by row locks.  A message that failed is tried again in later runs.
        """
        tried, failures = [0], 0
        while failures < FAILURES_IN_A_ROW:
            notice = self._lock_next_queued(tried)
            if not notice:
                return
            tried.append(notice.id)
            notice._send()
            failures = failures + 1 if notice.error else 0
            remaining = self.search_count([("state", "=", "queued"), ("id", "not in", tried)])
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    def _lock_next_queued(self, tried):
        self.env.cr.execute(
            """SELECT id FROM gov_notice WHERE state = 'queued' AND id != ALL(%s)
               ORDER BY attempts, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED""",
            [tried],
        )
        row = self.env.cr.fetchone()
        return self.browse(row[0]) if row else self.browse()

    def _send(self):
        """Send one message and store how it went; never raises for what the mail server does."""
        address = self._get_address()
        if not address:
            self._door_write(DOOR, {"state": "no_address"})
            return
        error = ""
        try:
            with self.env.cr.savepoint():
                mail = self.env["mail.mail"].create(self._prepare_mail_vals(address))
                mail.send()
                if mail.state == "exception":
                    error = mail.failure_reason or mail.failure_type
                mail.unlink()  # what was told stands in the event; addresses are not kept twice
        except Exception as failure:
            _logger.info("Notice %s could not be sent", self.id, exc_info=True)
            error = str(failure) or type(failure).__name__
        self._settle(error)

    def _settle(self, error):
        attempts = self.attempts + 1
        waits = bool(error) and attempts < MAX_ATTEMPTS
        self._door_write(
            DOOR,
            {
                "attempts": attempts,
                "state": "queued" if waits else "failed" if error else "sent",
                "error": error[:500],
            },
        )

    def _get_address(self):
        """E-mail of the account, else the one given on the form; empty if neither is one."""
        case = self.case_id
        given = (case.answers or {}).get("applicant_email")
        return email_normalize(case.partner_id.email or "") or email_normalize(given or "")

    def _say_message(self):
        """What is told, in one sentence, and the page where the holder goes on."""
        if self.kind == REMINDER:
            return self.case_id.certificate_ids[:1]._say_reminder(), "/my/gov/certificates"
        if self.text:
            return self.text, f"/my/gov/cases/{self.case_id.number}"
        told = self.env._(TOLD[self.kind])  # pylint: disable=gettext-variable
        return told, f"/my/gov/cases/{self.case_id.number}"

    def _prepare_mail_vals(self, address):
        """Subject and text: the number of the case and one sentence, no personal data."""
        lang = self.case_id.partner_id.lang or self.env["ir.default"]._get("res.partner", "lang")
        env = self.with_context(lang=lang).env
        case = self.case_id.with_env(env)
        sentence, page = self.with_env(env)._say_message()
        link = f"{case.get_base_url()}{page}"
        return {
            "email_to": address,
            "email_from": self.env.company.email_formatted,
            "subject": env._(
                "%(item)s: case %(number)s", item=case.item_id.name, number=case.number
            ),
            "body_html": Markup("<p>{}</p><p>{}</p><p><a href='{}'>{}</a></p>").format(
                env._("Case %(number)s, %(item)s", number=case.number, item=case.item_id.name),
                sentence,
                link,
                link,
            ),
            "auto_delete": False,
        }
