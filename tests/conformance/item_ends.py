"""Take a published item to each of its legal ends (办结方式), through the door and by persons.

``ENDS`` names them; ``reach`` files one case and walks it there on a clock that can be moved on.
"""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.addons.gov_approval.kernel import procedure
from odoo.addons.gov_approval.tests import common

#: People in the order in which they are asked whether it is their turn.
STAFF = ("clerk", "reviewer", "reviewer2", "chief")
TEXT = "依法办理"
#: Who comes to the window: the legal representative of the applicant.
COMER = common.ANSWERS["representative_name"]
START = "2026-03-02 02:00:00"
LONGEST = 400  # days that a walk may take


class Walk:
    """One case on its way; time passes only by ``wait``."""

    def __init__(self, env, world, version):
        self.env, self.world, self.version = env, world, version
        self.now = fields.Datetime.from_string(START)

    def at_now(self):
        return freeze_time(self.now)

    def wait(self, days=1):
        self.now += timedelta(days=days)

    def file(self):
        """A complete filing at the window, papers as the item asks for them."""
        with self.at_now():
            draft = self.env["gov.case.draft"].with_user(self.world["clerk"]).sudo()
            draft = draft._open(
                self.version.item_id, channel="window", window=self.world["window"]
            )
            saved = draft._save(self._answers(), draft.revision)
            assert not saved["errors"], saved["errors"]
            for spec, given in draft._get_needed():
                if not given:
                    draft._set_paper(spec["code"])
            self.case = self.env["gov.case"].browse(draft._submit().id)  # seen by the system

    def _answers(self):
        return {name: value for name, value in common.ANSWERS.items() if name != "area"} | {
            field["code"]: EXAMPLES.get(field["type"], TEXT)
            for field in self.version._get_definition()["form"]["fields"]
            if field["required"] and field["code"] not in common.ANSWERS
        }

    def act(self, by, kind, **said):
        """One act with every input filled in, those given as given."""
        with self.at_now():
            case = self.case.with_user(self.world[by])
            offer = next((o for o in self._offers(by) if o.act == kind), None)
            payload = self._payload(offer) if offer else {}
            case.action_act(kind, payload | said)

    def by_time(self, kind):
        """An act of the system, performed as the cron does."""
        with self.at_now():
            self.case._act(kind)

    def _offers(self, by):
        definition, facts = self.case._get_casefile()
        actor = self.case.with_user(self.world[by]).sudo()._get_actor(definition)
        Day = self.env["gov.calendar.day"]
        return procedure.offers(
            definition, facts, actor, Day._calendar(), Day._local_now().date()
        )

    def _payload(self, offer):
        payload = {given.name: self._say(given) for given in offer.inputs if given.required}
        return payload | ({"node": offer.node} if offer.node else {})

    def _say(self, given):
        if given.kind == "choice":
            return given.options[0]
        return {
            "number": 10,
            "date": fields.Date.to_string(self.now),
            "officers": [self.world["reviewer"].id, self.world["reviewer2"].id],
            "requests": [{"material": "m", "wrong": "w", "expected": "e", "basis": "b"}],
        }.get(given.kind, TEXT)

    def to_decision(self, decision="grant"):
        """Walk the flow; whoever has the next act performs it, and if nobody has, a day passes."""
        self.walk_until(lambda: self.case.state == "decided", decision=decision)

    def walk_until(self, is_there, **said):
        waited = 0
        while not is_there():
            if not self._one_step(said):
                self.wait()
                waited += 1
                assert waited < LONGEST, f"stuck at {self.case.current_steps}"

    def _one_step(self, said):
        for by in STAFF:
            with self.at_now():
                offer = next((o for o in self._offers(by) if o.is_next), None)
            if offer and offer.act not in ("resume_clock", "decide_at_once"):
                names = {given.name for given in offer.inputs}
                self.act(by, offer.act, **{k: v for k, v in said.items() if k in names})
                return True
        return False


EXAMPLES = {"number": "10", "money": "10", "date": "2026-01-05", "yes_no": True}


def _granted(walk):
    walk.to_decision()
    walk.act("clerk", "deliver", receiver=COMER)


def _refused(walk):
    walk.to_decision("refuse")
    walk.act("clerk", "deliver", receiver=COMER)


def _granted_after_silence(walk):
    walk.wait(12)
    walk.by_time("deem_accepted")
    _granted(walk)


def _granted_after_notice(walk):
    """Supplemented, extended, and the result sent by post."""
    walk.act("clerk", "request_supplement")
    walk.wait(1)
    with walk.at_now():
        draft = walk.env["gov.case.draft"].with_user(walk.world["clerk"]).sudo()
        draft = draft._open_supplement(walk.case)
        draft._save(draft.answers, draft.revision, replies={"0": TEXT})
        draft._submit()
    walk.to_decision()
    walk.act("clerk", "dispatch", method="post", tracking="EMS")
    walk.wait(2)
    walk.act("clerk", "confirm_delivery", receiver=COMER)


def _abandoned(walk):
    walk.act("clerk", "request_supplement")
    walk.wait(120)
    walk.by_time("abandon")


def _after_acceptance(by, kind, **said):
    def end(walk):
        walk.act("clerk", "accept")
        walk.act(by, kind, **said)

    return end


def _at_intake(kind, **said):
    return lambda walk: walk.act("clerk", kind, **said)


#: name -> (how to get there, the outcome that the case must have)
ENDS = {
    "granted": (_granted, "granted"),
    "refused": (_refused, "refused"),
    "granted after silence": (_granted_after_silence, "granted"),
    "granted after a notice, by post": (_granted_after_notice, "granted"),
    "not required": (_at_intake("decline"), "not_required"),
    "not competent": (
        _at_intake("refuse_acceptance", competent_organ=TEXT),
        "not_competent",
    ),
    "abandoned": (_abandoned, "abandoned"),
    "withdrawn before acceptance": (_at_intake("withdraw", requester=COMER), "withdrawn"),
    "withdrawn": (_after_acceptance("clerk", "withdraw", requester=COMER), "withdrawn"),
    "terminated": (_after_acceptance("chief", "terminate"), "terminated"),
    "referred": (_after_acceptance("chief", "refer"), "referred"),
}


def reach(env, world, version, end):
    """File one case of ``version`` and take it to ``end``; a sentence if it is not there."""
    walk = Walk(env, world, version)
    walk.file()
    way, outcome = ENDS[end]
    way(walk)
    case = walk.case
    if (case.state, case.outcome) != ("closed", outcome):
        return f"{case.state}/{case.outcome} instead of closed/{outcome}"
    broken = case.event_ids._find_break()
    if broken:
        return f"the chain of its events is broken: {broken}"
    return ""
