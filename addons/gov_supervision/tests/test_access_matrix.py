"""The access matrix of supervision, proven cell by cell by the code of gov_approval's."""

from datetime import date

from odoo.addons.gov_approval.tests.access_matrix_case import AccessMatrixCase
from odoo.tests import tagged

from .common import AlertCase


@tagged("post_install", "-at_install", "gov")
class TestSupervisionAccessMatrix(AccessMatrixCase, AlertCase):
    module = "gov_supervision"
    harmless = {
        "gov.alert.preview": {"is_played": True},
        "gov.alert.preview.line": {"step": "x"},
        "gov.alert.preview.unit": {"count": 3},
        "gov.alert.answer": {"opinion": "x"},
        "gov.day.seal.check": {"kept": "x"},
    }
    mirrors = {"reviewer": "foreign_reviewer", "window_clerk": "foreign_clerk"}

    @classmethod
    def _make_samples(cls):
        self = cls()
        cls._sample("drafts", self.draft_rule("draft").sudo())  # compared only
        rule = self.rule("step", limit="step")
        cls._sample("in_force", rule)
        self.rule("notice", limit="notice")
        with self.at("2026-03-02 01:00:00"):
            waiting, case = self.file(), self.file()
        with self.at("2026-03-02 02:00:00"):
            self.act("clerk", case, "accept")
        with self.at("2026-03-30 02:00:00"):
            cls.env["gov.alert.watch"]._sweep_slice()
        for label, one in (("window", waiting), ("unit", case)):
            cards = self.cards(one)
            cls._sample(label, cards, cards.event_ids)
            cls._sample(label, cls.env["gov.alert.watch"].search([("case_id", "=", one.id)]))
        env = cls.env(user=cls.world["supervisor"])
        span = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        preview = env["gov.alert.preview"].create(span | {"rule_id": rule.id})
        preview.action_play()
        parts = (preview.line_ids[:1], preview.unit_ids[:1], preview)
        cls._sample("by_supervisor", *(part.sudo() for part in parts))  # compared only
        seals = cls.env["gov.day.seal"]
        cls._sample("day", seals._seal(date(2026, 3, 2)))
        check = env["gov.day.seal.check"].create({"kept": "x"})
        cls._sample("by_supervisor", check.sudo())  # compared only
        answer = {"card_id": cards.id, "kind": "verify"}
        for login in ("supervisor", "reviewer"):
            env = cls.env(user=cls.world[login])
            found = env["gov.alert.answer"].create(answer)
            cls._sample(f"by_{login}", found.sudo())  # compared only

    def _is_in(self, scope, login, label, record):
        return {
            None: False,
            "all": True,
            "drafts": label == "drafts",
            "own_wizard": label == f"by_{login}",
            "window": (label, login) == ("window", "clerk"),
            "unit": label in ("unit", "window") and login in ("reviewer", "chief"),
        }[scope]
