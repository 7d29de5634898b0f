"""An act by one reading and one writing: few statements, fresh rights, nothing by halves."""

import threading
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.gov_sealed import DOOR
from .common import ANSWERS, PDF, GovCase

#: Most SQL statements of one act, on all cursors.
STATEMENTS = 8
TABLES = ("gov_case_event", "gov_case_step", "gov_case_document", "gov_notice", "gov_certificate")


class ActCase(GovCase):
    @contextmanager
    def few_statements(self, name):
        """As in a request of its own: nothing in the cache of records, the worker warm."""
        self.env.flush_all()
        self.env.invalidate_all()
        thread = threading.current_thread()
        before = getattr(thread, "query_count", 0)
        thread.query_count = 0
        try:
            yield
            self.env.flush_all()
            self.assertLessEqual(thread.query_count, STATEMENTS, name)
        finally:
            thread.query_count = before

    def visit(self):
        officers = [self.world["reviewer"].id, self.world["reviewer2"].id]
        said = {"opinion": "As described", "outcome": "pass"}
        return {"officers": officers, "visited_on": "2026-11-20", **said}

    def acts(self):
        """(who, kind, payload) from acceptance to delivery."""
        return (
            ("clerk", "accept", None),
            ("reviewer", "complete_step", self.visit()),
            ("reviewer", "complete_step", {"opinion": "Meets", "outcome": "pass"}),
            ("chief", "decide", {"decision": "grant", "opinion": "Agreed"}),
            ("clerk", "deliver", {"method": "window", "receiver": "Li"}),
        )

    def counts(self):
        self.env.flush_all()
        query = ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
        self.env.cr.execute(f"SELECT {query}")
        return self.env.cr.fetchone()


@tagged("post_install", "-at_install", "gov")
class TestAct(ActCase):
    def test_few_statements(self):
        for is_warm in (False, True):
            draft = self.draft()
            draft._add_file("plan", "plan.pdf", PDF)
            if not is_warm:
                case = draft._submit()
            else:
                with self.few_statements("receive"):
                    case = draft._submit()
            for who, kind, payload in self.acts():
                if not is_warm:
                    self.act(who, case, kind, payload)
                    continue
                with self.few_statements(kind):
                    self.act(who, case, kind, payload)
            self.assertEqual((case.state, case.outcome), ("closed", "granted"))
            self.assertIsNone(case.event_ids._find_break())

    def test_columns_steps_and_answers_follow_from_the_events(self):
        case = self.file()
        request = {"material": "plan", "wrong": "No scale", "expected": "Scale", "basis": "12"}
        self.act("clerk", case, "request_supplement", {"requests": [request]})
        draft = self.env["gov.case.draft"].with_user(self.world["applicant"]).sudo()
        draft = draft._open_supplement(case)
        draft._add_file("plan", "plan2.pdf", PDF)
        draft._save(ANSWERS | {"area": "70"}, draft.revision)
        draft._submit()
        self.assertTrue(draft.is_filed)
        for who, kind, payload in self.acts():
            self.act(who, case, kind, payload)
            stored = self.rows(case)
            case._project()
            self.assertEqual(self.rows(case), stored, kind)
        answer = self.env["gov.case.answer"].search([("case_id", "=", case.id)])
        self.assertEqual(answer.value_number, 70, "the rows of the first answers are gone")

    def rows(self, case):
        """All columns of the case and of its steps and answers, but for who wrote them when."""
        self.env.invalidate_all()
        own = {"write_date", "write_uid", "create_date", "create_uid"}
        answers = self.env["gov.case.answer"].search([("case_id", "=", case.id)])
        return [
            [
                {f.name: row[f.name] for f in rows._get_columns()[0] if f.name not in own}
                for row in rows
            ]
            for rows in (case, case.step_ids, answers)
        ]

    def test_a_column_that_was_changed_in_the_database_is_projected_again(self):
        case = self.file()
        stored = self.rows(case)
        self.env.cr.execute(
            "UPDATE gov_case SET state = 'closed', answers = '{}', next_due_on = NULL"
            " WHERE id = %s",
            [case.id],
        )
        self.env.invalidate_all()
        case._project()
        fresh = self.rows(case)
        self.assertEqual(fresh[:2], stored[:2])

    def test_an_act_that_fails_leaves_nothing(self):
        case = self.file()
        before = self.counts()

        def fail(*_arguments):
            raise ZeroDivisionError

        with (
            patch.object(type(case), "_emit", fail),
            self.assertRaises(ZeroDivisionError),
            self.env.cr.savepoint(),
        ):
            self.act("clerk", case, "accept")
        self.assertEqual(self.counts(), before)
        self.assertEqual(case.state, "received")
        self.assertIsNone(case.event_ids._find_break())

    def test_other_modules_hear_of_every_event_once(self):
        heard = []

        def hear(case, record, event, before, after):
            heard.append((case.id, record, event.kind, before.state, after.state))

        with patch.object(type(self.env["gov.case"]), "_emit", hear):
            case = self.file()
            self.act("clerk", case, "accept")
        events = case.event_ids.sorted("sequence")
        self.assertEqual(
            heard,
            [
                (case.id, events[0], "receive", "", "received"),
                (case.id, events[1], "accept", "received", "accepted"),
            ],
        )

    def test_other_modules_hold_an_act_up_in_a_sentence(self):
        case = self.file()

        def block(case, kind):
            return ["Pay first.", "Then come back."] if kind == "accept" else []

        with patch.object(type(case), "_get_blockers", block):
            with self.assertRaisesRegex(UserError, "Pay first.\nThen come back."):
                self.act("clerk", case, "accept")
            self.act("clerk", case, "decline", {"reasons": "Free"})
        self.assertEqual(case.event_ids.sorted("sequence").mapped("kind"), ["receive", "decline"])

    def test_nothing_of_a_context_gets_into_the_rows(self):
        case = self.reviewed()
        context = {
            "default_state": "failed",
            "default_outcome": "x",
            "default_revoked_on": "2020-01-01",
            "default_error": "x",
            "default_valid_to": "2099-01-01",
        }
        chief = case.with_user(self.world["chief"]).with_context(**context)
        chief.action_act("decide", {"decision": "grant", "opinion": "Agreed"})
        self.assertEqual(case.certificate_ids.state, "valid")
        notices = self.env["gov.notice"].search([("case_id", "=", case.id)])
        self.assertEqual(set(notices.mapped("state")), {"queued"})
        self.assertFalse(any(notices.mapped("error")))

    def test_writing_needs_the_object_of_the_door(self):
        for key in (None, object(), "DOOR"):
            with self.assertRaises(UserError):
                self.env["gov.case"]._door_begin(key)
        self.assertTrue(self.env["gov.case"]._door_begin(DOOR))

    def test_rows_of_several_models_and_of_no_plain_kind(self):
        """What a writing does not do by itself goes through the ORM as ever."""
        case = self.file()
        both = self.world["department"] | self.world["other_department"]
        case._door_write(DOOR, {"handling_department_ids": [(6, 0, both.ids)]})
        self.assertEqual(case.handling_department_ids, both)
        with self.assertRaises(AccessError):
            case.with_user(self.world["clerk"])._door_write(DOOR, {"agent_name": "x"})
        with self.assertRaises(ValueError):
            case.sudo()._door_write(DOOR, {"state": "no such state"})


@tagged("post_install", "-at_install", "gov")
class TestRights(ActCase):
    """A right that is gone is gone with the next request, whoever took it away and how."""

    def assertGone(self, who, case, kind, payload=None):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(UserError):  # an AccessError is one too
            self.act(who, case, kind, payload)

    def test_intake_staff(self):
        case, other = self.file(), self.file()
        self.act("clerk", other, "accept")
        self.world["centre"].staff_ids -= self.world["clerk"]
        self.assertGone("clerk", case, "accept")
        self.act("clerk2", case, "accept")

    def test_as_if_another_worker_had_done_it(self):
        """Taken away by SQL: no cache of this worker hears of it, and none is asked."""
        case, other = self.file(), self.file()
        self.act("clerk", other, "accept")
        self.act("reviewer", other, "complete_step", self.visit())
        self.act("clerk", case, "accept")
        users = [self.world[login].id for login in ("clerk", "reviewer")]
        for table in ("gov_centre_res_users_rel", "gov_department_res_users_rel"):
            self.env.cr.execute(f"DELETE FROM {table} WHERE res_users_id = ANY(%s)", [users])
        self.assertGone("reviewer", case, "complete_step", self.visit())
        self.assertGone("clerk", case, "withdraw", {"requester": "Li", "reasons": "r"})
        officers = [self.world["reviewer"].id, self.world["reviewer2"].id]
        with self.assertRaisesRegex(UserError, "staff"):
            self.act("reviewer2", case, "complete_step", self.visit() | {"officers": officers})

    def test_mandate(self):
        case, other = self.reviewed(), self.reviewed()
        payload = {"decision": "grant", "opinion": "Agreed"}
        self.act("chief", other, "decide", payload)
        self.env.cr.execute(
            "UPDATE gov_mandate SET revoked_on = '2020-01-01' WHERE user_id = %s",
            [self.world["chief"].id],
        )
        self.assertGone("chief", case, "decide", payload)

    def test_role(self):
        case, other = self.file(), self.file()
        self.act("clerk", other, "accept")
        self.world["clerk"].group_ids -= self.env.ref("gov_approval.group_gov_window_clerk")
        self.assertGone("clerk", case, "accept")

    def test_whoever_may_not_read_a_case_cannot_lock_it(self):
        case = self.file()
        with self.assertRaises(AccessError):
            case.with_user(self.world["foreign_clerk"])._lock()
        with self.assertRaises(AccessError):
            case.with_user(self.world["stranger"])._lock()
        self.env.invalidate_all()
        case.with_user(self.world["clerk"])._lock()
        gone = self.env["gov.case"].browse(2**31 - 1)
        with self.assertRaisesRegex(UserError, "does not exist"):
            gone._lock()


@tagged("post_install", "-at_install", "gov")
class TestNumbers(ActCase):
    def test_several_series_at_once(self):
        Number = self.env["gov.number"]
        self.assertEqual(Number._next_all(["b", "a", "b", "c"]), [1, 1, 2, 1])
        self.assertEqual(Number._next_all([]), [])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            Number._next_all(["a", "c"])
            raise ZeroDivisionError
        self.assertEqual(Number._next_all(["a", "b", "c"]), [2, 3, 2])
        self.assertEqual(Number.search([("series", "=", "b")]).mapped("serial"), [3, 2, 1])
