"""Certificates outside the back office (证照): for everybody, and for their holders.

Nobody here has access rights on the register.  A secret printed on the paper, or the search by the
own account, is the check; only what may be known leaves.
"""

from odoo import api, models
from odoo.tools import consteq, format_date

from ..kernel import identity, licence, numbering
from ..kernel.errors import KernelError
from .speech import say

#: What a holder can ask for, in the order of the buttons.
REQUESTS = (licence.RENEWAL, licence.CHANGE, licence.REISSUE, licence.CANCELLATION)


class GovCertificate(models.Model):
    """Verification by anybody (证照查验)."""

    _inherit = "gov.certificate"

    @api.model
    def _find_by_token(self, token):
        """The certificate whose QR code was scanned."""
        # The token (192 random bits) is the key; only published facts are shown.
        return self.sudo().search([("token", "=", token)], limit=1) if token else self.browse()

    @api.model
    def _find_by_code(self, number, code):
        """The revision with this number and verification code; compared in constant time."""
        # The code printed on the certificate is the key; only published facts are shown.
        revisions = self.sudo().search([("number_key", "=", numbering.certificate_key(number))])
        given = code.strip().upper().encode()
        found = self.browse()
        for revision in revisions:
            if consteq(revision.verification_code.encode(), given):
                found = revision
        return found

    def _get_public_facts(self):
        """What anyone may know of a certificate (双公示): never an id number."""
        self.ensure_one()
        today = self.env["gov.calendar.day"]._local_now().date()
        is_person = self.case_id.applicant_kind == "person" or not self.holder_code
        latest = self._get_revisions()[:1]
        return {
            "is_valid": self._is_in_force(today),
            "state": self._say_verdict(today),
            "note": self._say_place(latest, today),
            "name": self.name,
            "number": self.number,
            "revision": self.revision if latest.revision > 1 else 0,
            "holder": identity.mask_name(self.holder_name) if is_person else self.holder_name,
            "organ": self.department_id.name,
            "region": self.region or self.env._("The whole country"),
            "issued_on": self.issued_on,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "entered_on": self.entered_at,
        }

    def _is_in_force(self, today):
        """Whether this paper proves the right today: a renewed one does until its last day."""
        if self.valid_to and self.valid_to < today:
            return False
        if self.state == "renewed":
            return bool(self.ended_on) and today <= self.ended_on
        return self.state == "valid" and (self.valid_from <= today or self.revision > 1)

    def _say_verdict(self, today):
        if self.state == "renewed" and self._is_in_force(today):
            return self.env._("Valid")
        return self._say_state()

    def _say_place(self, latest, today):
        """Where this revision stands among the others, in one sentence; empty for an only one."""
        if self.state == "valid" and self.valid_from > today:
            return self.env._(
                "This revision begins on %(day)s; until then the one before is in force.",
                day=format_date(self.env, self.valid_from),
            )
        if self == latest or self.state not in licence.SUPERSEDED:
            return ""
        if self.state == "renewed" and self._is_in_force(today):
            return self.env._(
                "The licence is renewed; from %(day)s on revision %(revision)s is in force.",
                day=format_date(self.env, latest.valid_from),
                revision=latest.revision,
            )
        return self.env._(
            "This paper was replaced by revision %(revision)s, issued on %(day)s. Ask for that"
            " one.",
            revision=latest.revision,
            day=format_date(self.env, latest.issued_on),
        )


class GovCertificateOfHolder(models.Model):
    """The certificates of an account (我的证照), and what can be asked about them."""

    _inherit = "gov.certificate"

    @api.model
    def _list_own(self):
        """The latest revision of every certificate of the current account, alive ones first."""
        # No access rights exist for applicants: this search is the ownership check.
        own = self.sudo().search(
            [("partner_id", "=", self.env.user.partner_id.id)], order="revision desc, id desc",
            limit=500,
        )
        latest = {}
        for certificate in own:
            latest.setdefault(certificate.number, certificate)
        today = self.env["gov.calendar.day"]._local_now().date()
        found = sorted(
            latest.values(),
            key=lambda c: (not c._is_alive(today), str(c.valid_to or "9999"), c.id),
        )
        return self.sudo().browse([certificate.id for certificate in found])  # as above

    @api.model
    def _find_own(self, certificate_id):
        """A certificate of the current account; empty for a foreign or unknown id alike."""
        # No access rights exist for applicants: this search is the ownership check.
        return self.sudo().search(
            [("id", "=", certificate_id), ("partner_id", "=", self.env.user.partner_id.id)], limit=1
        )

    def _is_alive(self, today):
        return self.state in licence.ALIVE and not (self.valid_to and self.valid_to < today)

    def _get_requests(self):
        """What the holder can ask for now: list of ``{handles, label, item, text, case}``.

        ``item`` is the item whose form the button opens; without one, ``text`` says why not yet;
        ``case`` is an application of the kind that is still open.
        """
        self.ensure_one()
        today = self.env["gov.calendar.day"]._local_now().date()
        if not self._is_alive(today):
            return []
        labels = {
            licence.RENEWAL: self.env._("Renew"),
            licence.CHANGE: self.env._("Change"),
            licence.REISSUE: self.env._("Replace a lost one"),
            licence.CANCELLATION: self.env._("Give it up"),
        }
        found = []
        for handles in REQUESTS:
            item = self._find_item_for(handles, self.item_id)
            if item:
                row = {"handles": handles, "label": labels[handles], "item": item, "text": ""}
                found.append(row | self._get_request_state(handles, item, today))
        return found

    def _get_request_state(self, handles, item, today):
        open_case = self.env["gov.case"].sudo().search(  # of the same account: its certificate
            [("about_key", "=", f"{handles}/{self.number_key}"), ("state", "!=", "closed")], limit=1
        )
        if open_case:
            return {"case": open_case, "item": item.browse()}
        if handles == licence.RENEWAL:
            rule = item.published_version_id._get_definition().get("renewal")
            calendar = self.env["gov.calendar.day"]._calendar()
            try:
                licence.admit_renewal(today, self.valid_to or None, rule, calendar)
            except KernelError as error:
                return {"case": open_case, "item": item.browse(), "text": say(self.env, error)}
        return {"case": open_case}

    def _get_prefill(self, version):
        """Answers for a form about this certificate: the number, and what was answered before."""
        self.ensure_one()
        asked = version._get_definition()["form"]["fields"]
        known = self.case_id.answers or {}
        answers = {f["code"]: known[f["code"]] for f in asked if f["code"] in known}
        return answers | {f["code"]: self.number for f in asked if f["type"] == "certificate"}
