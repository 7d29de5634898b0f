"""Evidence: tampering in the database shows, and each change of a case is exactly one event."""

import random

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..kernel import chain, procedure
from .common import ANSWERS, PDF, GovCase

#: What an act may change on a case; compared before and after each act.
COLUMNS = (
    "state outcome is_stopped is_deemed_accepted received_at accepted_at decided_at closed_at"
    " promised_due_on statutory_due_on next_due_on answers applicant_name head"
).split()
ROUNDS, STEPS = 8, 25


class TamperCase(GovCase):
    def tamper(self, query, **values):
        """What the owner of the database can do: switch the trigger off and run SQL."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE gov_case_event DISABLE TRIGGER USER")
        self.env.cr.execute(SQL(query, **values))
        self.env.cr.execute("ALTER TABLE gov_case_event ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def events(self, case):
        return self.env["gov.case.event"].search([("case_id", "=", case.id)])

    def broken(self, case, query, **values):
        """The break found after ``query``; undone afterwards."""
        with self.env.cr.savepoint() as savepoint:
            self.tamper(query, case=case.id, **values)
            found = self.events(case)._find_break()
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertIsNone(self.events(case)._find_break(), "undone")
        return found


@tagged("post_install", "-at_install", "gov")
class TestTampering(TamperCase):
    def all_kinds(self, case):
        """Every kind of tampering is found, and the first bad event is named."""
        self.assertIsNone(self.events(case)._find_break())
        last = len(self.events(case))
        for sequence in range(1, last + 1):
            with self.subTest(sequence=sequence):
                self.changes(case, sequence)
                self.removal(case, sequence, last)
        self.insertion_and_exchange(case, last)
        self.rewriting(case, last)

    def changes(self, case, sequence):
        for column, value in (
            ("kind", "forged"),
            ("at", "2020-01-01 00:00:00"),
            ("actor_id", self.env.ref("base.user_admin").id),
            ("role", "forged"),
            ("payload", '{"forged": true}'),
            ("digest", "0" * 64),
            ("previous", "0" * 64),
            ("algorithm", "md5"),
        ):
            found = self.broken(
                case,
                "UPDATE gov_case_event SET %(column)s = %(value)s"
                " WHERE case_id = %(case)s AND sequence = %(sequence)s",
                column=SQL.identifier(column),
                value=value,
                sequence=sequence,
            )
            self.assertTrue(found, column)
            self.assertEqual(found.sequence, sequence, column)

    def removal(self, case, sequence, last):
        """Also of the last event: the head on the case says that one is missing."""
        found = self.broken(
            case,
            "DELETE FROM gov_notice WHERE case_id = %(case)s;"
            "UPDATE gov_case_document SET event_id = (SELECT id FROM gov_case_event"
            " WHERE case_id = %(case)s AND sequence != %(sequence)s LIMIT 1)"
            " WHERE case_id = %(case)s;"
            "DELETE FROM gov_case_event WHERE case_id = %(case)s AND sequence = %(sequence)s",
            sequence=sequence,
        )
        self.assertTrue(found)
        if sequence < last:
            self.assertEqual(found.params["expected"], sequence)

    def insertion_and_exchange(self, case, last):
        copied = (
            "INSERT INTO gov_case_event (case_id, sequence, kind, at, actor_id, role, payload,"
            " previous, digest, algorithm) SELECT case_id, %(to)s, kind, at, actor_id, role,"
            " payload, digest, digest, algorithm FROM gov_case_event"
            " WHERE case_id = %(case)s AND sequence = %(source)s"
        )
        self.assertTrue(self.broken(case, copied, source=last, to=last + 1))
        swapped = (
            "UPDATE gov_case_event SET sequence = -sequence WHERE case_id = %(case)s"
            " AND sequence IN (1, 2);"
            "UPDATE gov_case_event SET sequence = 3 + sequence WHERE case_id = %(case)s"
            " AND sequence < 0"
        )
        self.assertTrue(self.broken(case, swapped))

    def rewriting(self, case, last):
        """Changed with a fresh digest: one event, and everything from it to the end."""
        for until in (2, last):
            with self.env.cr.savepoint() as savepoint:
                previous = ""
                for event in self.events(case).sorted("sequence"):
                    body = event._body()
                    if event.sequence == 2:
                        body["payload"] = {"forged": True}
                    if 2 <= event.sequence <= until:
                        self.tamper(
                            "UPDATE gov_case_event SET payload = %(payload)s::jsonb,"
                            " previous = %(previous)s, digest = %(digest)s WHERE id = %(id)s",
                            payload=chain.canonical(body["payload"]).decode(),
                            previous=previous,
                            digest=chain.digest(event.algorithm, previous, body),
                            id=event.id,
                        )
                    previous = event.digest
                found = self.events(case)._find_break()
                savepoint.rollback()
            self.env.invalidate_all()
            self.assertTrue(found, f"events 2 to {until} written anew")

    def test_every_kind_with_both_digests(self):
        settings = self.env["ir.config_parameter"]
        for algorithm in chain.ALGORITHMS:
            settings.set_param("gov_approval.chain_algorithm", algorithm)
            case = self.reviewed()
            self.assertEqual(set(self.events(case).mapped("algorithm")), {algorithm})
            self.all_kinds(case)

    def test_a_chain_may_change_its_digest(self):
        case = self.file()
        self.env["ir.config_parameter"].set_param("gov_approval.chain_algorithm", "sm3")
        self.act("clerk", case, "accept")
        self.assertEqual(self.events(case).mapped("algorithm"), ["sha256", "sm3"])
        self.assertIsNone(self.events(case)._find_break())

    def test_events_of_another_case_do_not_fit(self):
        case, other = self.file(), self.file()
        exchanged = (
            "UPDATE gov_case_event SET payload = o.payload, at = o.at, digest = o.digest"
            " FROM gov_case_event o WHERE o.case_id = %(other)s"
            " AND gov_case_event.case_id = %(case)s"
        )
        self.assertEqual(self.broken(case, exchanged, other=other.id).sequence, 1)

    @mute_logger("odoo.sql_db")
    def test_the_trigger_also_stops_emptying_the_table(self):
        self.file()
        with self.assertRaisesRegex(Exception, "append-only"), self.env.cr.savepoint():
            self.env.cr.execute("TRUNCATE gov_case_event CASCADE")


@tagged("post_install", "-at_install", "gov")
class TestCompleteness(GovCase):
    """A random walk of people over a case: what changed is exactly what the events say."""

    PAYLOADS = {
        "accept": [None, {"note": "ok"}],
        "request_supplement": [
            {"requests": [{"material": "plan", "wrong": "w", "expected": "e", "basis": "b"}]},
            {"requests": []},
        ],
        "complete_step": [{"opinion": "o", "outcome": "pass"}, {"opinion": "o"}],
        "return_step": [{"opinion": "o", "back_to": "visit"}, {"opinion": "o", "back_to": "?"}],
        "decide": [{"decision": "grant", "opinion": "o"}, {"decision": "refuse", "opinion": "o"}],
        "extend": [{"days": 5, "reasons": "r"}, {"days": 99, "reasons": "r"}],
        "deliver": [{"method": "window", "receiver": "Li"}],
        "stop_clock": [{"expected_days": 5, "reasons": "r"}],
        "resume_clock": [{"opinion": "o"}],
        "withdraw": [None],
        "decline": [{"reasons": "r"}, {}],
    }
    PEOPLE = ["clerk", "reviewer", "chief"] * 5 + ["reviewer2"] * 4 + ["applicant"]

    def snapshot(self, case):
        self.env.flush_all()
        self.env.invalidate_all()
        steps = case.step_ids.read(["node", "is_active", "completed_at", "outcome", "due_on"])
        return case.read(COLUMNS)[0], steps

    def choose(self, case, random_):
        """Somebody and an act: mostly one that the kernel offers, so that walks get on."""
        by = random_.choice(self.PEOPLE)
        definition, facts = case._get_casefile()
        actor = case.with_user(self.world[by]).sudo()._get_actor(definition)
        Day = self.env["gov.calendar.day"]
        today = Day._local_now().date()
        offers = procedure.offers(definition, facts, actor, Day._calendar(), today)
        kinds = [offer.act for offer in offers if offer.act in self.PAYLOADS]
        if not kinds or random_.random() < 0.2:
            kinds = list(self.PAYLOADS)
        kind = kinds[0] if random_.random() < 0.75 else random_.choice(kinds)
        payload = random_.choice(self.PAYLOADS[kind])
        if kind == "complete_step" and case.step_ids.filtered("is_active").node == "visit":
            officers = [self.world["reviewer"].id, self.world["reviewer2"].id]
            payload = dict(payload, officers=officers, visited_on="2026-11-20")
        return by, kind, payload

    def try_act(self, case, random_):
        by, kind, payload = self.choose(case, random_)
        try:
            with self.env.cr.savepoint():
                if by == "applicant":
                    case.with_user(self.world[by]).sudo()._act(kind, payload)
                else:
                    self.act(by, case, kind, payload)
        except UserError:
            return False
        return True

    def test_one_event_for_each_change(self):
        accepted = 0
        for seed in range(ROUNDS):
            random_ = random.Random(seed)
            case = self.file()
            for _step in range(STEPS):
                before, count = self.snapshot(case), len(case.event_ids)
                done = self.try_act(case, random_)
                after = self.snapshot(case)
                self.assertEqual(len(case.event_ids), count + done)
                self.assertEqual(before != after, done, "changed without an event, or the reverse")
                accepted += done
                if case.state == "supplementing":
                    self.answer(case)
            self.assert_refolds(case)
        self.assertGreater(accepted, ROUNDS * 2)

    def answer(self, case):
        count = len(case.event_ids)
        draft = self.env["gov.case.draft"].with_user(self.world["applicant"]).sudo()
        draft = draft._open_supplement(case)
        draft._add_file("plan", "plan2.pdf", PDF)
        draft._save(ANSWERS, draft.revision)
        draft._submit()
        self.assertEqual(len(case.event_ids), count + 1)

    def assert_refolds(self, case):
        """The columns are what the events alone give, and the chain holds."""
        stored = self.snapshot(case)
        case._project()
        self.assertEqual(self.snapshot(case), stored)
        self.assertIsNone(case.event_ids._find_break())
