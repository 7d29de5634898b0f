import secrets

from odoo import api, fields, models

from ..kernel import licence, numbering
from .gov_case import DUTY_GROUPS

#: Status of a certificate (证照状态), `domain.md` 1.5.
CERTIFICATE_STATES = [
    ("valid", "Valid"),
    ("suspended", "Suspended"),
    ("changed", "Changed"),
    ("renewed", "Renewed"),
    ("revoked", "Revoked (unlawful when made)"),
    ("withdrawn", "Withdrawn (law or facts changed)"),
    ("penalised", "Revoked as a penalty"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
]


class GovCertificate(models.Model):
    """One revision of a licence in the register (证照): issued by a decision, written only by acts.

    A change (变更), a renewal (延续) and a reissue (补证) keep the number and issue the next
    revision; of one number at most one revision is alive.  ``item_id`` is the item that granted
    the licence first: it says which licence this is, whatever item handled it since.
    """

    _name = "gov.certificate"
    _description = "Certificate"
    _inherit = ["gov.sealed"]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "holder_name"]

    # What it is
    number = fields.Char(required=True, readonly=True)
    number_key = fields.Char(
        readonly=True, index=True, help="The number without blanks, width and kind of brackets."
    )
    revision = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    previous_id = fields.Many2one(
        "gov.certificate", string="Revision before", readonly=True, ondelete="restrict"
    )
    name = fields.Char(required=True, readonly=True)
    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    item_id = fields.Many2one(
        "gov.item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    department_id = fields.Many2one(
        "gov.department", required=True, readonly=True, index=True, ondelete="restrict"
    )
    region = fields.Char(
        string="Region of validity", readonly=True, help="适用区域; empty: nationwide (Art. 41)."
    )
    document_id = fields.Many2one("gov.case.document", readonly=True, ondelete="restrict")

    # Whose it is
    partner_id = fields.Many2one(
        "res.partner",
        string="Account of the holder",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=DUTY_GROUPS,
    )
    holder_name = fields.Char(string="Holder", required=True, readonly=True, index="trigram")
    holder_code = fields.Char(
        readonly=True, help="Credit code of a body; empty for natural persons (published)."
    )
    holder_digest = fields.Char(
        readonly=True, groups=fields.NO_ACCESS, help="Digest of the id number or credit code."
    )

    # Where it stands
    state = fields.Selection(CERTIFICATE_STATES, required=True, default="valid", readonly=True)
    issued_on = fields.Date(readonly=True)
    valid_from = fields.Date(readonly=True)
    valid_to = fields.Date(readonly=True, help="Empty: no limit.")
    ended_on = fields.Date(readonly=True, help="Last day of the right, or the day of its end.")
    cancelled_on = fields.Date(readonly=True)
    is_renewed_by_silence = fields.Boolean(
        string="Renewed by law", readonly=True, help="Nobody decided before expiry (Art. 50)."
    )
    remind_on = fields.Date(readonly=True, help="Working day on which the holder is reminded.")
    reminded_on = fields.Date(readonly=True)

    # How it is verified
    token = fields.Char(
        readonly=True, groups=fields.NO_ACCESS, help="In the QR code: 192 random bits."
    )
    verification_code = fields.Char(
        readonly=True, help="Printed beside the number; with it anyone can verify."
    )

    _revision_uniq = models.Constraint(
        "UNIQUE (number, revision)", "This revision of the certificate was issued already."
    )
    _alive_uniq = models.UniqueIndex(
        "(number) WHERE state IN ('valid', 'suspended')",
        "Another revision of this certificate is in force.",
    )
    _token_uniq = models.Constraint("UNIQUE (token)", "Another certificate has this token.")
    _expiry_idx = models.Index(
        "(valid_to, id) WHERE state IN ('valid', 'suspended') AND valid_to IS NOT NULL"
    )
    _remind_idx = models.Index("(remind_on, id) WHERE state = 'valid' AND reminded_on IS NULL")

    @api.depends("number", "revision")
    def _compute_display_name(self):
        for certificate in self:
            certificate.display_name = certificate.number
            if certificate.revision > 1:
                certificate.display_name = self.env._(
                    "%(number)s, revision %(revision)s",
                    number=certificate.number,
                    revision=certificate.revision,
                )

    # ------------------------------------------------------------------ issuing

    @api.model
    def _prepare_vals(self, case, definition, after, day, number):
        """Columns of the revision that ``after.licence`` is, issued on ``day``."""
        held, result = after.licence, definition["result"]
        before = case._get_latest_revision()
        item = before.item_id or case.item_id
        vals = {
            "number": number,
            "number_key": numbering.certificate_key(number),
            "revision": before.revision + 1,
            "previous_id": before.id,
            "name": result["name"] or case.item_id.name,
            "case_id": case.id,
            "item_id": item.id,
            "department_id": case.department_id.id,
            "region": result.get("region") or before.region,
            "partner_id": (case.partner_id or before.partner_id).id,
            **self._prepare_holder_vals(after.answers),
            "issued_on": day,
            "is_renewed_by_silence": after.is_renewed_by_silence,
            "token": secrets.token_urlsafe(24),
            "verification_code": numbering.secret(secrets.token_bytes(8)),
        }
        vals |= self._prepare_state_vals(held)
        return vals | {"remind_on": self._get_remind_date(item, held.valid_to, definition)}

    @api.model
    def _get_known_number(self, case, kinds):
        """``{"certificate": number}`` if a new revision among ``kinds`` keeps its number."""
        before = case._get_latest_revision() if "certificate" in kinds else self
        return {"certificate": before.number} if before else {}

    @api.model
    def _get_paper_number(self, vals):
        """Number of the paper: the certificate's own; later revisions of it are told apart."""
        return vals["number"] if vals["revision"] == 1 else f"{vals['number']}-{vals['revision']}"

    @api.model
    def _prepare_holder_vals(self, answers):
        """Whose it is, by the answers: the number itself stays with the case."""
        return {
            "holder_name": answers.get("applicant_name"),
            "holder_code": answers.get("applicant_credit_code"),
            "holder_digest": self.env["gov.block"]._get_digest(answers),
        }

    @api.model
    def _prepare_state_vals(self, held):
        """Columns that follow from a ``kernel.licence.Licence``."""
        return {
            "state": held.state,
            "valid_from": held.valid_from,
            "valid_to": held.valid_to or False,
            "ended_on": held.ended_on or False,
            "cancelled_on": held.cancelled_on or False,
        }

    @api.model
    def _get_remind_date(self, item, valid_to, definition):
        """The working day on which to remind the holder, by the rule of the item that renews."""
        if not valid_to:
            return False
        rule = self._find_renewal_rule(item) or definition.get("renewal")
        calendar = self.env["gov.calendar.day"]._calendar()
        return licence.renewal_window(valid_to, rule, calendar).remind_on

    @api.model
    def _find_renewal_rule(self, item):
        """The window of the item in force that renews certificates of ``item``; None without."""
        version = self._find_item_for(licence.RENEWAL, item).published_version_id
        return version._get_definition().get("renewal") if version else None

    def _get_renewal_rule(self):
        """The window for renewing this certificate: of the item that renews, else its own."""
        own = self.case_id.version_id.sudo()._get_definition()  # frozen public facts
        return self._find_renewal_rule(self.item_id) or own.get("renewal")

    @api.model
    def _find_item_for(self, handles, item):
        """The item in force where a certificate of ``item`` is renewed, changed …; empty if none.
        """
        versions = self.env["gov.item.version"].sudo().search(  # published facts of the items
            [
                ("state", "=", "published"),
                ("handles", "=", handles),
                "|",
                ("certificate_item_ids", "in", item.ids),
                ("item_id", "in", item.ids),
            ],
            limit=1,
        )
        return versions.item_id

    @api.model
    def _issue(self, writing, vals):
        """Enter a revision; the one before gives way first, so at most one is alive."""
        before = self.browse(vals["previous_id"])
        if before:
            self.env["gov.case"].browse(vals["case_id"])._supersede(before, vals["valid_from"])
        return writing.insert(self, [vals])

    def _get_facts(self, in_time):
        """What an event records of the certificate that a case is about."""
        self.ensure_one()
        return {
            "number": self.number,
            "revision": self.revision,
            "valid_from": fields.Date.to_string(self.valid_from),
            "valid_to": fields.Date.to_string(self.valid_to) if self.valid_to else None,
            "in_time": in_time,
        }

    def _say_state(self):
        """The state in words; past its last day it is expired, whatever the nightly run did."""
        self.ensure_one()
        today = self.env["gov.calendar.day"]._local_now().date()
        is_past = self.state in licence.ALIVE and self.valid_to and self.valid_to < today
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels["expired" if is_past else self.state]

    # ------------------------------------------------------------------ finding

    @api.model
    def _find_number(self, number):
        """The latest revision with this number, however it is typed; empty if there is none."""
        key = numbering.certificate_key(number or "")
        return self.search([("number_key", "=", key)], order="revision desc", limit=1)

    @api.model
    def _find_past(self, today):
        """Certificates in force whose last day has gone by."""
        return self.search(
            [("state", "in", list(licence.ALIVE)), ("valid_to", "<", today)], order="valid_to, id"
        )

    def _get_revisions(self):
        """All revisions of these numbers, the latest first."""
        return self.search([("number", "in", self.mapped("number"))], order="revision desc")
