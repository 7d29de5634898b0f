from odoo import models

from ..kernel import case as casefile
from ..kernel import licence, procedure
from .desk_phrases import PHRASES
from .speech import say, word

#: Inputs whose choices are the buttons themselves: one click performs the act.
BUTTON_INPUTS = ("outcome", "decision")
#: Acts that belong together in the list of further acts.
GROUPS = {
    "clock": ("stop_clock", "resume_clock", "cancel_stop", "extend", "cancel_extension"),
    "procedures": (
        "publish_notice", "record_objection", "answer_objection", "name_third_party",
        "record_statement", "tell_hearing_right", "request_hearing", "waive_hearing",
        "call_hearing", "challenge_chair", "replace_chair", "record_hearing",
    ),
    "endings": ("withdraw", "terminate", "refer", "decline", "refuse_acceptance"),
    "licence": (
        "hear_holder", "suspend_licence", "resume_licence", "revoke_licence", "withdraw_licence",
        "penalise_licence", "cancel_licence",
    ),
}  # fmt: skip
_GROUP_OF = {kind: group for group, kinds in GROUPS.items() for kind in kinds}


class GovCase(models.Model):
    """What the reader may do on a case (可办动作), and what still has to wait for what."""

    _inherit = "gov.case"

    def _describe_offers(self, definition, facts):
        """The acts that the reader may perform now, the main one first."""
        target = self._get_target()
        goal = target._get_definition() if target else None
        possible = procedure.offers(definition, facts, *self._get_reader(definition), goal)
        return [self._describe_offer(definition, facts, offer) for offer in possible]

    def _describe_hindered(self, definition, facts):
        """Acts of the reader that are not possible yet, each with the reason."""
        return [
            {
                "key": f"{found.act}:{found.node}:{found.department}",
                "label": word(self.env, found.act),
                "reason": say(self.env, found.reason),
            }
            for found in procedure.hindered(definition, facts, *self._get_reader(definition))
        ]

    def _get_reader(self, definition):
        """Actor, calendar and today, as the kernel asks for them."""
        Day = self.env["gov.calendar.day"]
        return self._get_actor(definition), Day._calendar(), Day._local_now().date()

    def _describe_offer(self, definition, facts, offer):
        node = casefile.node_of(definition, offer.node) if offer.node else {}
        inputs = [self._describe_input(definition, facts, offer.act, i) for i in offer.inputs]
        return {
            "act": offer.act,
            "label": word(self.env, offer.act),
            "group": self._name_group(_GROUP_OF.get(offer.act, "")),
            "node": offer.node,
            "node_name": self._name_place(
                definition, {"node": offer.node, "departments": offer.department.split()}
            ),
            "department": offer.department,
            "standard": node.get("standard", ""),
            "is_next": offer.is_next,
            "phrases": node.get("procedure") if node.get("procedure") in PHRASES else offer.act,
            "inputs": [i for i in inputs if i["name"] not in BUTTON_INPUTS],
            "button_input": next((i for i in inputs if i["name"] in BUTTON_INPUTS), False),
        }

    def _name_group(self, group):
        return {
            "clock": self.env._("Clock"),
            "procedures": self.env._("Procedures"),
            "endings": self.env._("Endings"),
            "licence": self.env._("Licence"),
        }.get(group, self.env._("Other acts"))

    def _describe_input(self, definition, facts, act, item):
        return {
            "name": item.name,
            "label": word(self.env, item.name),
            "kind": item.kind,
            "required": item.required,
            "options": [
                {"value": option, "label": self._name_option(definition, facts, act, item, option)}
                for option in item.options
            ],
        }

    def _name_option(self, definition, facts, act, item, option):
        """A choice in the reader's words: a step, a question, a party, a stop, or a term."""
        if item.name == "back_to":
            return casefile.node_of(definition, option)["name"]
        if item.name == "field":
            fields = definition["form"]["fields"]
            return next(field["label"] for field in fields if field["code"] == option)
        if option.isdecimal():
            return self._name_numbered(definition, facts, item.name, int(option))
        if act == "cancel_licence" and option in licence.ENDED:
            return word(self.env, f"licence_{option}")  # a state of the licence, not of a filing
        return word(self.env, option)

    def _name_numbered(self, definition, facts, name, number):
        if name == "party":
            return next(p.name for p in facts.third_parties if p.number == number)
        if name == "stop":
            record = next(r for r in facts.stop_records if r.number == number)
            return f"{self._name_ground(record.ground, definition)} {record.started_on}"
        one = next(o for o in facts.public_notice.objections if o.number == number)
        return f"{number}. {one.objector}"
