"""A licence with everything that can be asked about it: change, renewal, replacement, giving up."""

from freezegun import freeze_time
from odoo import Command

from .common import ANSWERS, PDF, GovCase, build_item

SHORT_FLOW = (
    ("accept", "start", "intake", "window_clerk", None),
    ("review", "task", "review", "reviewer", None),
    ("decide", "task", "decide", "representative", None),
    ("deliver", "end", "close", "window_clerk", None),
)
#: Renewals between 90 and 30 calendar days before the last day.
WINDOW = {"renewal_earliest_value": 90, "renewal_latest_value": 30}
#: Granted on 2 March 2026 for five years.
BUILT_AT = "2026-01-05 02:00:00"
GRANTED_AT, VALID_TO = "2026-03-02 02:00:00", "2031-03-01"
FRAUD = {"ground": "fraud", "reasons": "Forged lease"}


def build_about(env, world, handles, item, **more):
    """A published item about the certificates of ``item``."""
    create = Command.create
    vals = {
        "handles": handles,
        "certificate_item_ids": [Command.set(item.ids)],
        "field_ids": [
            create(
                {
                    "code": "licence",
                    "label": "Certificate",
                    "type": "certificate",
                    "is_required": True,
                    "basis": "Art. 49",
                }
            ),
            create({"code": "area", "label": "Area", "type": "number", "basis": "premises"}),
        ],
        "material_ids": [create({"code": "plan", "name": "Plan", "required": "always",
                                 "basis": "Art. 12"})],
    }  # fmt: skip
    code = f"test-food-{handles}"
    return build_item(env, world, code, SHORT_FLOW, **vals | more).item_id


class GovLicence(GovCase):
    """``cls.items`` by what they handle; cases taken to their ends in one call."""

    @classmethod
    def setUpClass(cls):
        with freeze_time(BUILT_AT):  # mandates are filed before they are needed
            super().setUpClass()
            cls.about = {
                handles: build_about(
                    cls.env, cls.world, handles, cls.item, **WINDOW if handles == "renewal" else {}
                )
                for handles in ("change", "renewal", "reissue", "cancellation")
            }

    def fill(self, item, by="applicant", answers=None):
        """A draft for ``item`` with all papers, not handed in."""
        own, self.item = self.item, item
        try:
            draft = self.draft(by, answers)
        finally:
            self.item = own
        for spec, given in draft._get_needed():
            if not given:
                draft._add_file(spec["code"], f"{spec['code']}.pdf", PDF)
        return draft

    def file_about(self, handles, certificate, by="applicant", **answers):
        """A case about a certificate, received."""
        return self.fill_about(handles, certificate, by, **answers)._submit()

    def fill_about(self, handles, certificate, by="applicant", **answers):
        number = certificate if isinstance(certificate, str) else certificate.number
        stated = {**ANSWERS, "licence": number, **answers}
        return self.fill(self.about[handles], by, stated)

    def answer(self, case):
        """The draft in which the applicant answers the one-time notice."""
        applicant = self.world["applicant"]
        return self.env["gov.case.draft"].with_user(applicant).sudo()._open_supplement(case)

    def problems(self, draft):
        return "\n".join(problem["text"] for problem in draft._get_problems())

    def conclude(self, case, decision="grant", **more):
        """Take a received case through review and decision to delivery."""
        self.act("clerk", case, "accept")
        if case.step_ids.filtered(lambda s: s.node == "visit"):
            self.visit(case)
        self.act("reviewer", case, "complete_step", {"opinion": "Meets", "outcome": "pass"})
        payload = {"decision": decision, "opinion": "Agreed", **more}
        self.act("chief", case, "decide", payload)
        self.act("clerk", case, "deliver", {"method": "window", "receiver": "Li"})
        return case

    def visit(self, case):
        officers = [self.world["reviewer"].id, self.world["reviewer2"].id]
        self.act(
            "reviewer",
            case,
            "complete_step",
            {"officers": officers, "visited_on": str(case.received_at.date()),
             "opinion": "As described", "outcome": "pass"},
        )  # fmt: skip

    def licensed(self, by="applicant", answers=None, at=GRANTED_AT):
        """A certificate in force."""
        with self.at(at):
            return self.conclude(self.file(by, answers)).certificate_ids

    def latest(self, certificate):
        return certificate._get_revisions()[:1]

    def tick(self, cron="_cron_act_by_time", model="gov.case"):
        """Let the system's cron act, on a cursor that may commit."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(self.env(cr=cr)[model], cron)()
        self.env.invalidate_all()

    def revoke(self, certificate, **more):
        case = certificate.case_id
        self.act("reviewer", case, "hear_holder", {"statement": "Heard"})
        self.act("chief", case, "revoke_licence", {**FRAUD, **more})
