import re
from datetime import datetime

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..kernel import case as casefile
from ..kernel import identity, procedure
from ..kernel.validity import LICENCE_POWER

#: Documents that say a grant; which one depends on what the item handles.
GRANTS = ("grant_decision", "change_decision", "renewal_decision")
#: Where the next page of the decisions begins: moment and number of the last row shown.
CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)_(\d{1,9})")
#: An objection has to say something, and how to answer it.
MIN_OBJECTION, MIN_CONTACT = 10, 5


class GovCaseEvent(models.Model):
    _inherit = "gov.case.event"

    _published_idx = models.Index("(case_id) WHERE kind = 'publish_notice'")


class GovCase(models.Model):
    """What everybody may know of cases (公示公开): running public notices, decisions to grant."""

    _inherit = "gov.case"

    _granted_idx = models.Index("(decided_at DESC, id DESC) WHERE outcome = 'granted'")

    # ----------------------------------------------------------- public notices

    @api.model
    def _list_public_notices(self):
        """The public notices (公示) that run today, those that end first at the top."""
        # Published by an act of the organ; what is shown is chosen below.
        events = self.env["gov.case.event"].sudo().search(
            [("kind", "=", "publish_notice"), ("case_id.state", "=", "accepted")]
        )
        notices = [case._get_public_notice() for case in events.case_id]
        return sorted(filter(None, notices), key=lambda notice: notice["until"])

    @api.model
    def _find_public_notice(self, number):
        """The case with this number while its public notice runs; else empty."""
        # Same; whoever objects has no rights on the case.
        case = self.sudo().search([("number", "=", number), ("state", "=", "accepted")], limit=1)
        return case if case and case._get_public_notice() else case.browse()

    def _get_public_notice(self):
        """What a running public notice tells everybody; None when none runs."""
        self.ensure_one()
        Day = self.env["gov.calendar.day"]
        today = Day._local_now().date()
        definition, facts = self._get_casefile()
        due = casefile.due_dates(definition, facts, Day._calendar(), today).get("public_notice")
        if not due or today > due.on:
            return None
        guide = definition["guide"]
        return {
            "number": self.number,
            "item": definition["item"]["name"],
            "applicant": self._say_applicant_publicly(),
            "organ": self.department_id.name,
            "place": facts.public_notice.place,
            "since": facts.public_notice.published_on,
            "until": due.on,
            "phone": guide["consult_phone"] or self.centre_id.phone or "",
        }

    def _is_natural_person(self):
        return self.applicant_kind in (False, "person")

    def _say_applicant_publicly(self):
        name = self.applicant_name or ""
        return identity.mask_name(name) if self._is_natural_person() else name

    def _object_publicly(self, objector, contact, objection):
        """Record the objection of a signed-in person who has no part in the case (异议).

        :raises UserError: a sentence that says what to do instead
        """
        self._lock()
        user = self.env.user
        definition, facts = self._get_casefile()
        if self._get_actor(definition).roles:
            raise UserError(
                self.env._(
                    "You have a part in this case; say it on the page of the case itself."
                )
            )
        payload = {"objector": objector, "contact": contact, "objection": objection}
        payload = {name: " ".join(str(text).split()) for name, text in payload.items()}
        if len(payload["objection"]) < MIN_OBJECTION or len(payload["contact"]) < MIN_CONTACT:
            raise UserError(
                self.env._(
                    "Please say what speaks against the grant, and give a phone number or an"
                    " address for the answer."
                )
            )
        said = (payload["objector"], payload["contact"], payload["objection"])
        if said in [(o.objector, o.contact, o.text) for o in facts.public_notice.objections]:
            return  # sent twice
        self._act(
            "record_objection", payload, actor=procedure.Actor(user.id, frozenset({"public"}))
        )

    # ---------------------------------------------------------------- decisions

    @api.model
    def _list_public_decisions(self, search="", cursor="", limit=20):
        """Decisions to grant a licence (双公示), newest first.

        :param str search: part of the holder's name, or the whole number of a decision or licence
        :param str cursor: where the page before ended
        :return: ``(rows, cursor of the next page or "")``
        """
        domain = Domain("outcome", "=", "granted") & Domain("decided_at", "!=", False)
        domain &= Domain("item_id.power_type", "=", LICENCE_POWER)
        if search:
            domain &= (
                Domain("applicant_name", "ilike", search)
                | Domain("document_ids", "any", [("number", "=", search)])
                | Domain("certificate_ids", "any", [("number", "=", search)])
            )
        domain &= self._get_cursor_domain(cursor)
        # Grants are public by law (Art. 40); what is shown of them is chosen below.
        cases = self.sudo().search(domain, order="decided_at DESC, id DESC", limit=limit + 1)
        shown = cases[:limit]
        following = f"{shown[-1].decided_at.isoformat()}_{shown[-1].id}" if cases - shown else ""
        return [case._get_public_decision() for case in shown], following

    @api.model
    def _get_cursor_domain(self, cursor):
        found = CURSOR.fullmatch(cursor)
        try:
            moment = datetime.fromisoformat(found[1]) if found else None
        except ValueError:
            moment = None
        if moment is None:
            return Domain.TRUE
        return Domain("decided_at", "<", moment) | (
            Domain("decided_at", "=", moment) & Domain("id", "<", int(found[2]))
        )

    def _get_public_decision(self):
        """What is published of a grant: never an id number, a phone, an address or an answer."""
        self.ensure_one()
        definition = self.version_id._get_definition()
        decision = self.document_ids.filtered(lambda d: d.kind in GRANTS)[:1]
        certificate = next(iter(self.certificate_ids), self.certificate_ids)
        is_person = self._is_natural_person()
        return {
            "holder": self.applicant_name,
            "code": "" if is_person else (self.answers or {}).get("applicant_credit_code", ""),
            "document": decision.name,
            "number": decision.number,
            "licence": certificate.name,
            "licence_number": certificate.number,
            "licence_state": certificate._say_state() if certificate else "",
            "sort": self.env["gov.item.version"]._say_choice(
                "gov.item.version", "licence_kind", definition.get("licence_kind")
            ),
            "content": definition["item"]["name"],
            "decided_on": self.env["gov.calendar.day"]._local(self.decided_at).date(),
            "valid_from": certificate.valid_from,
            "valid_to": certificate.valid_to,
            "organ": self.department_id.name,
        }
