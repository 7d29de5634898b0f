"""Whatever is changed by SQL, by the owner of the database, is found (`security.md` H1)."""

from datetime import date

from odoo.addons.gov_approval.kernel import chain
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import AlertCase

#: Each is done alone and undone; ``case`` is one case with several events.
TAMPERED = {
    "update": 'UPDATE gov_case_event SET payload = \'{"channel": "x"}\''
    " WHERE case_id = %(case)s AND sequence = 1",
    "actor": "UPDATE gov_case_event SET actor_id = 2 WHERE case_id = %(case)s AND sequence = 2",
    "delete": "DELETE FROM gov_case_event WHERE case_id = %(case)s AND sequence = 1",
    "insert": "INSERT INTO gov_case_event (case_id, sequence, kind, at, actor_id, payload,"
    " previous, digest, algorithm)"
    " SELECT case_id, 99, kind, at, actor_id, payload, digest, 'x', algorithm"
    " FROM gov_case_event WHERE case_id = %(case)s AND sequence = 2",
    "swap": "UPDATE gov_case_event SET sequence = CASE sequence WHEN 1 THEN 12 ELSE 11 END"
    " WHERE case_id = %(case)s AND sequence IN (1, 2)",
    "back-date": "UPDATE gov_case_event SET at = at - interval '1 day'"
    " WHERE case_id = %(case)s AND sequence = 2",
    "cut the tail": "DELETE FROM gov_case_event WHERE case_id = %(case)s AND sequence = 2",
    "drop a whole case": "DELETE FROM gov_case_event WHERE case_id = %(case)s",
    "empty the cards": "DELETE FROM gov_alert_event",
    "card": "UPDATE gov_alert_event SET payload = '{}' WHERE card_id = %(card)s AND sequence = 1",
    "cut a seal": "DELETE FROM gov_day_seal WHERE sequence = (SELECT max(sequence) FROM"
    " gov_day_seal)",
    "change a seal": "UPDATE gov_day_seal SET count = count + 1 WHERE sequence = 1",
    "empty the seals": "DELETE FROM gov_day_seal",
    "reset the numbers": "UPDATE gov_case SET number = number || 'x' WHERE id = %(case)s",
}


@tagged("post_install", "-at_install", "gov")
class TestDaySeal(AlertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.card = self.late_card()
        cls.case = cls.card.case_id
        Seal = cls.env["gov.day.seal"]
        for day in range(2, 19):
            Seal._seal(date(2026, 3, day))
        cls.kept = Seal.search([], limit=1).digest

    def own(self, query, **values):
        """What the owner of the database can do."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL session_replication_role = replica")  # no trigger at all
        self.env.cr.execute(SQL(query, **values))
        self.env.cr.execute("SET LOCAL session_replication_role = origin")
        self.env.invalidate_all()

    def verify(self, who="supervisor", kept=None):
        Seal = self.env["gov.day.seal"].with_user(self.world[who])
        return Seal.action_verify(self.kept if kept is None else kept)

    def test_what_nobody_touched_holds(self):
        self.assertEqual(self.verify(), [])
        self.assertEqual(self.verify("auditor"), [])

    def test_every_change_by_sql_is_found(self):
        for name, query in TAMPERED.items():
            self.env.cr.execute("SAVEPOINT tampered")
            self.own(query, case=self.case.id, card=self.card.id)
            with self.subTest(change=name):
                self.assertTrue(self.verify(), name)
            self.env.cr.execute("ROLLBACK TO SAVEPOINT tampered")
            self.env.invalidate_all()
        self.assertEqual(self.verify(), [])

    def test_the_place_is_named(self):
        self.own(TAMPERED["update"], case=self.case.id)
        self.assertIn(self.case.number, "".join(self.verify()))

    def rewrite(self, case):
        """A whole case written anew, every digest as it should be."""
        self.own("UPDATE gov_case_event SET actor_id = 2 WHERE case_id = %(case)s", case=case.id)
        head = ""
        for event in case.event_ids.sorted("sequence"):
            digest = chain.digest(event.algorithm, head, event._body())
            self.own(
                "UPDATE gov_case_event SET previous = %(head)s, digest = %(digest)s"
                " WHERE id = %(id)s",
                head=head,
                digest=digest,
                id=event.id,
            )
            head = digest
        self.own("UPDATE gov_case SET head = %(head)s WHERE id = %(case)s", head=head, case=case.id)

    def test_a_case_written_anew_shows_against_the_seals(self):
        self.rewrite(self.case)
        self.assertIsNone(self.case.event_ids._find_break(), "the chain by itself holds")
        self.assertIn("2026-03-02", "".join(self.verify()))

    def test_seals_written_anew_show_against_the_digest_on_paper(self):
        self.rewrite(self.case)
        self.own("DELETE FROM gov_day_seal")
        for day in range(2, 19):
            self.env["gov.day.seal"]._seal(date(2026, 3, day))
        self.assertEqual(self.verify(kept=""), [], "nothing stored contradicts anything stored")
        self.assertEqual(len(self.verify()), 1)

    def test_nobody_writes_seals_by_hand(self):
        seal = self.env["gov.day.seal"].search([], limit=1)
        for attempt in (
            lambda: seal.sudo().unlink(),
            lambda: seal.sudo().write({"count": 0}),
            lambda: seal.sudo().copy(),
            lambda: self.verify("leader"),
            lambda: self.verify(kept=[1]),
        ):
            with self.assertRaises(UserError):
                attempt()
        with self.assertRaises(AccessError):
            seal.with_user(self.world["leader"]).read(["digest"])

    def test_the_cron_seals_each_day_that_is_over_once(self):
        Seal = self.env["gov.day.seal"]
        with self.at("2026-03-20 16:30:00"):
            self.tick("gov.day.seal", "_cron_seal")
            self.assertEqual(str(Seal.search([], limit=1).day), "2026-03-19", "not settled yet")
        with self.at("2026-03-20 17:30:00"):
            self.tick("gov.day.seal", "_cron_seal")
            self.tick("gov.day.seal", "_cron_seal")
        self.assertEqual(str(Seal.search([], limit=1).day), "2026-03-20")
        self.assertEqual(self.verify(), [])

    def test_the_wizard_says_it_in_words(self):
        Check = self.env["gov.day.seal.check"].with_user(self.world["supervisor"])
        check = Check.create({"kept": self.kept})
        check.action_check()
        self.assertTrue(check.is_sound)
        check = Check.create({"kept": "0" * 64})
        check.action_check()
        self.assertIn("written down", check.findings)
