"""Two supervisors, and rules that are drafted by the one and put in force by the other."""

from odoo.addons.gov_approval.tests.common import G, GovCase
from odoo.tests import new_test_user

#: A promise of ten working days from here ends on Monday, 2026-03-16.
FILED, ACCEPTED = "2026-03-02 01:00:00", "2026-03-02 02:00:00"
#: The day after the promise has ended, at midnight of legal time.
LATE_AT = "2026-03-16 16:00:00"


class AlertCase(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world["supervisor2"] = new_test_user(
            cls.env, "test-supervisor2", groups=f"base.group_user,{G}supervisor"
        )
        # Only the rules of a test give cards in it.
        for rule in cls.env["gov.alert.rule"].search([("state", "=", "published")]):
            rule._end("test")
        cls.env["gov.alert.rule"]._forget_rules()

    def draft_rule(self, code="late", **vals):
        Rule = self.env["gov.alert.rule"].with_user(self.world["supervisor"])
        values = {"name": code, "code": f"test-{code}", "limit": "promised"} | vals
        return Rule.create(values)

    def rule(self, code="late", since="2026-01-05 00:00:00", **vals):
        """A rule in force."""
        with self.at(since):
            rule = self.draft_rule(code, **vals)
            rule.with_user(self.world["supervisor2"]).action_publish()
        return rule.sudo()  # looked at only

    def accepted(self):
        with self.at(FILED):
            case = self.file()
        with self.at(ACCEPTED):
            self.act("clerk", case, "accept")
        return case

    def tick(self, model="gov.alert.watch", cron="_cron_sweep"):
        """Let a cron work, on a cursor that may commit."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(self.env(cr=cr)[model], cron)()
        self.env.invalidate_all()

    def cards(self, case):
        return self.env["gov.alert.card"].search([("case_id", "=", case.id)], order="id")

    def late_card(self):
        """A yellow card for a promise that has passed, of the department."""
        self.rule(action="correct", demand="立即办结")
        case = self.accepted()
        with self.at("2026-03-17 01:00:00"):
            self.tick()
        return self.cards(case)
