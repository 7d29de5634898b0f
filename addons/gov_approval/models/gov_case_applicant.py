from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..kernel import agency, procedure
from .gov_case_door import FILINGS
from .speech import word

_lt = LazyTranslate(__name__)

#: What an act means to an applicant: title, and what to know before; other acts have their word.
MEANING = {
    "supplement": (_lt("Answer the one-time notice"), ""),
    "hand_in_deferred": (_lt("Hand in promised papers"), ""),
    "confirm_delivery": (
        _lt("Confirm receipt"),
        _lt("The result is among the documents on this page; with this it counts as delivered."),
    ),
    "request_hearing": (_lt("Ask for a hearing"), _lt("A hearing costs you nothing (Art. 47).")),
    "waive_hearing": (
        _lt("Do without a hearing"),
        _lt("The decision then need not wait; you cannot ask for a hearing any more."),
    ),
    "challenge_chair": (
        _lt("Ask for another chair"),
        _lt("If the chair has an interest in your case (Art. 48)."),
    ),
    "record_statement": (
        _lt("State your case"),
        _lt("It goes into the file and is weighed in the decision (Art. 7)."),
    ),
    "file_power": (_lt("File a power of attorney"), ""),
    "revoke_power": (
        _lt("Revoke the power of attorney"),
        _lt("From now on the agent can do nothing for you on this case (Art. 29)."),
    ),
    "withdraw": (
        _lt("Withdraw the application"),
        _lt("The case is closed for good; you may apply anew at any time."),
    ),
}
#: In this order they are offered; those up to the bar are what the case waits for.
ORDER = (*FILINGS[:-1], "confirm_delivery", "request_hearing", "waive_hearing")
#: Whoever acts with the account is the applicant: these need not be asked.
KNOWN = {("withdraw", "requester"), ("revoke_power", "requester")}
#: Inputs that are the name of who acts.
NAMES = ("requester", "receiver")


class GovCase(models.Model):
    """What the applicant may do on a case now (申请人可办事项): offers as small forms."""

    _inherit = "gov.case"

    def _get_offers(self):
        """The acts that the current user may perform now, the main one first."""
        self.ensure_one()
        definition, facts = self._get_casefile()
        return procedure.offers(definition, facts, *self._get_reader(definition))

    def _get_promised(self):
        """Codes of the materials that can be handed in as promised papers now."""
        if self.state not in ("accepted", "decided"):
            return frozenset()
        return self._get_casefile()[1].deferred

    # ------------------------------------------------------------- on the portal

    def _describe_own_offers(self):
        """The offers to the applicant: ``{act, title, hint, is_filing, is_urgent, inputs}``."""
        offers = [self._describe_own_offer(offer) for offer in self._get_offers()]
        known = {act: place for place, act in enumerate((*ORDER, *MEANING))}
        return sorted(offers, key=lambda offer: known.get(offer["act"], len(known)))

    def _describe_own_offer(self, offer):
        title, hint = MEANING.get(offer.act, ("", ""))
        return {
            "act": offer.act,
            "title": self._translate(title) or word(self.env, offer.act),
            "hint": self._translate(hint),
            "is_filing": offer.act in FILINGS,
            "is_urgent": offer.act in ORDER,
            "is_power": offer.act == "file_power",
            "inputs": [
                self._describe_own_input(item)
                for item in offer.inputs
                if (offer.act, item.name) not in KNOWN
            ],
        }

    def _translate(self, text):
        return self.env._(text) if text else ""  # pylint: disable=gettext-variable

    def _describe_own_input(self, item):
        today = self.env["gov.calendar.day"]._local_now().date().isoformat()
        kind = "name" if item.name in NAMES else item.kind
        return {
            "name": item.name,
            "label": word(self.env, item.name),
            "kind": kind,
            "required": item.required,
            "value": {"name": self._get_account_name(), "date": today}.get(kind, ""),
            "options": [(option, word(self.env, option)) for option in item.options],
        }

    def _get_account_name(self):
        """Who uses the account: the applicant, or the agent on the case."""
        answers, name = self.answers or {}, self.env.user.name or ""
        if answers.get("has_agent") and not agency.is_principal(answers, name):
            return answers.get("agent_name") or ""
        return self._get_person_name()

    def _get_person_name(self):
        """Who acts for the applicant: the person, or the legal representative of a body."""
        answers = self.answers or {}
        return answers.get("representative_name") or answers.get("applicant_name") or ""

    def _act_as_applicant(self, kind, values):
        """Perform an act that the portal offers, with what its form says.

        The same form sent twice is done once: the second time finds what the first recorded.

        :raises UserError: a sentence that names what is allowed now
        """
        self._lock()
        if kind in FILINGS:
            raise UserError(
                self.env._("Papers are handed in on their form. Open it from the case.")
            )
        offer = next((offer for offer in self._get_offers() if offer.act == kind), None)
        names = {item.name for item in offer.inputs} if offer else set()
        payload = {name: value for name, value in values.items() if name in names and value}
        if not self._was_just_done(kind, values):
            self._act(kind, payload)

    def _was_just_done(self, kind, values):
        """Whether the last act is this one, by the same person and in the same words."""
        last = self._get_events()[-1:]
        if last.kind != kind or last.actor_id != self.env.user:
            return False
        names = [item.name for item in procedure.ACTS[kind].inputs]
        said = {name: values[name].strip() for name in names if isinstance(values.get(name), str)}
        recorded = {name: last.payload[name] for name in names if name in last.payload}
        return {name: text for name, text in said.items() if text} == recorded

    # ------------------------------------------------------------- at the window

    @api.model
    def _get_sitting_acts(self):
        """Acts that follow intake while the applicant still stands at the window."""
        return ("decide_at_once", "accept", "accept_deferred")

    def _get_next_at_window(self):
        """How the clerk goes on in one sitting: ``{act, label, days, signed_by}``, or False."""
        acts = [offer.act for offer in self._get_offers()]
        act = next((act for act in self._get_sitting_acts() if act in acts), None)
        if not act:
            return False
        promised = self.version_id._get_definition()["periods"]["promised"] or {}
        receipt = self._get_events()[:1].payload or {}
        return {
            "act": act,
            "label": word(self.env, act),
            "days": promised["value"] if promised.get("unit") == "workday" else "",
            "signed_by": receipt.get("signed_by") or self._get_person_name(),
        }
