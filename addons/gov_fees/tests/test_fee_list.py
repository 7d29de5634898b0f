"""The fee list: two people, frozen when published, one rate on any day, nothing off the list."""

from datetime import date
from decimal import Decimal

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..kernel.tariff import Entry
from .common import LINE, FeeCase


@tagged("post_install", "-at_install", "gov")
@freeze_time("2026-06-15 04:00:00")
class TestFeeList(FeeCase):
    def in_force(self, code="T-1", day=date(2026, 6, 15)):
        return self.env["gov.fee.item"]._rate_in_force(code, day)

    def assertRefused(self, call, *words):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            call()
            self.env.flush_all()
        for said in words:
            self.assertIn(said, str(refusal.exception))

    # --------------------------------------------------------------- two people

    def test_who_drafted_it_does_not_publish_it(self):
        rate = self.draft()
        self.assertRefused(rate.with_user(self.drafter).action_publish, "another finance officer")
        rate.with_user(self.publisher).action_publish()
        self.assertEqual(
            (rate.state, rate.published_by_id, rate.status),
            ("published", self.publisher, "in_force"),
        )

    def test_who_touches_a_draft_or_its_fee_is_a_drafter(self):
        for change in (
            lambda rate: rate.write({"standard": "x"}),
            lambda rate: rate.line_ids.write({"amount": 0.4}),
            lambda rate: rate.line_ids.unlink(),
            lambda rate: rate.write({"line_ids": [Command.create(dict(LINE, name="y"))]}),
            lambda rate: rate.item_id.write({"policy_basis": "other"}),
        ):
            rate = self.draft(code=f"T-{id(change)}")
            change(rate.with_user(self.publisher))
            self.assertRefused(
                rate.with_user(self.publisher).action_publish, "another finance officer"
            )

    def test_others_neither_draft_nor_publish(self):
        rate = self.draft()
        for login in ("cashier", "manager", "administrator", "auditor", "clerk", "applicant"):
            user = self.world[login]
            for call in (
                rate.with_user(user).action_publish,
                lambda user=user: rate.with_user(user).write({"standard": "x"}),
                lambda user=user: rate.with_user(user)._end(date(2026, 7, 1), "r"),
            ):
                with self.assertRaises(AccessError):
                    call()

    # ------------------------------------------------------------------- frozen

    def test_published_is_frozen(self):
        rate = self.publish(self.draft())
        relief = self.publish(self.relief(rate))
        officer = rate.with_user(self.drafter)
        for call in (
            lambda: officer.write({"standard": "x"}),
            lambda: officer.write({"date_to": date(2027, 1, 1)}),
            lambda: officer.write({"line_ids": [Command.create(LINE)]}),
            lambda: officer.line_ids.write({"amount": 9}),
            lambda: officer.line_ids.unlink(),
            lambda: officer.unlink(),
            lambda: officer.item_id.unlink(),
            lambda: officer.item_id.write({"code": "other"}),
            lambda: officer.env["gov.fee.rate.line"].create(dict(LINE, rate_id=rate.id)),
            lambda: relief.write({"value": 90}),
            relief.unlink,
            officer.action_publish,
        ):
            self.assertRefused(call)

    def test_nobody_writes_the_outcome(self):
        rate = self.draft()
        forged = {
            "state": "published",
            "definition": {"lines": []},
            "digest": "x",
            "published_by_id": self.publisher.id,
            "editor_ids": [Command.clear()],
            "end_reason": "x",
        }
        for name, value in forged.items():
            self.assertRefused(lambda n=name, v=value: rate.write({n: v}), "buttons")
        Rate = self.env["gov.fee.rate"].with_user(self.drafter)
        made = Rate.with_context(default_state="published", default_digest="x").create(
            {"item_id": rate.item_id.id, "state": "published", "editor_ids": [Command.clear()]}
        )
        self.assertEqual((made.state, made.digest), ("draft", False))
        self.assertEqual(made.editor_ids, self.drafter)
        self.assertRefused(lambda: rate.item_id.write({"editor_ids": [Command.clear()]}))

    def test_a_rate_and_a_line_stay_where_they_are(self):
        rate, other = self.draft(), self.draft("T-2")
        self.assertRefused(lambda: rate.write({"item_id": other.item_id.id}))
        self.assertRefused(lambda: rate.line_ids.write({"rate_id": other.id}))

    def test_bills_rest_on_the_frozen_definition(self):
        rate = self.publish(self.draft())
        rate.item_id.with_user(self.drafter).write({"name": "Other", "policy_basis": "none"})
        said = rate.definition["item"]
        self.assertEqual((said["name"], said["policy_basis"]), ("占道费", "建城〔1993〕410号"))
        charges = self.in_force()._to_kernel().assess({"占道": Entry({"平方米": "20", "日": 30})})
        self.assertEqual(charges[0].amount, Decimal("180.00"))

    def test_what_is_missing_is_named(self):
        rate = self.draft()
        rate.item_id.write({"policy_basis": False, "fund_management": False})
        rate.write({"date_from": False, "standard": False})
        self.assertRefused(
            rate.with_user(self.publisher).action_publish,
            "Policy basis", "Management of the money", "In force from", "Standard",
        )  # fmt: skip

    def test_what_no_kernel_computes_is_not_published(self):
        for line in ({"unit": False}, {"shape": "fixed"}, {"amount": 0}, {"shape": "reference"}):
            rate = self.draft(code=f"T-{len(line)}{list(line)[0]}{list(line.values())[0]}", **line)
            self.assertRefused(rate.with_user(self.publisher).action_publish, "占道")

    def test_open_points_are_settled_first(self):
        rate = self.draft()
        rate.item_id.write({"to_settle": "Which unit?"})
        self.assertRefused(rate.with_user(self.publisher).action_publish, "open points")

    @mute_logger("odoo.sql_db")
    def test_hostile_numbers(self):
        wrong = {-1: IntegrityError, 1e10: IntegrityError}
        wrong |= {float("nan"): ValueError, float("inf"): OverflowError}  # refused by Odoo itself
        for amount, error in wrong.items():
            with self.assertRaises(error), self.env.cr.savepoint():
                self.draft(code="T-odd", amount=amount)
                self.env.flush_all()
        for code in ("a b", "../x", "费", "x" * 41, ""):
            with self.assertRaises(ValidationError):
                self.env["gov.fee.item"].create({"code": code, "name": "n"})

    # --------------------------------------------------------------------- time

    def test_one_rate_on_any_day(self):
        first = self.publish(self.draft(since=date(2026, 1, 1), until=date(2026, 6, 30)))
        item = first.item_id
        for since, until in (
            (date(2026, 6, 30), False),
            (date(2025, 1, 1), date(2026, 1, 1)),
            (date(2025, 1, 1), False),
            (date(2026, 3, 1), date(2026, 3, 1)),
        ):
            rate = self.draft(since=since, until=until, item=item)
            self.assertRefused(rate.with_user(self.publisher).action_publish, "one day")
        after = self.publish(self.draft(since=date(2026, 7, 1), item=item))
        self.publish(self.draft(since=date(2025, 1, 1), until=date(2025, 12, 31), item=item))
        self.assertEqual(after.status, "coming")
        self.assertEqual(self.in_force(), first)
        self.assertEqual(self.in_force(day=date(2026, 6, 30)), first)
        self.assertEqual(self.in_force(day=date(2026, 7, 1)), after)
        self.assertEqual(item.status, "in_force")

    def test_nothing_off_the_list_can_be_charged(self):
        rate = self.draft()
        for code in ("T-1", "T-unknown", "", False, None):
            self.assertRefused(lambda c=code: self.in_force(c), "not on the public fee list")
        self.publish(rate)
        self.assertRefused(lambda: self.in_force(day=date(2025, 12, 31)), "2025-12-31")

    def test_a_rate_is_ended_by_date(self):
        rate = self.publish(self.draft())
        end = self.env["gov.fee.end"].with_user(self.drafter)
        for day, reason in ((date(2026, 6, 13), "r"), (date(2026, 7, 1), " ")):
            wizard = end.create({"rate_id": rate.id, "last_day": day, "reason": reason})
            self.assertRefused(wizard.action_end)
        wizard = end.create({"rate_id": rate.id, "last_day": date(2026, 6, 20), "reason": "停征"})
        wizard.action_end()
        self.assertEqual((rate.date_to, rate.ended_by_id), (date(2026, 6, 20), self.drafter))
        self.assertEqual(self.in_force(), rate)
        self.assertRefused(lambda: self.in_force(day=date(2026, 6, 21)), "no rate was in force")
        self.assertRefused(lambda: rate._end(date(2026, 12, 31), "longer"), "brought forward")
        with freeze_time("2026-06-21 04:00:00"):
            self.assertEqual(rate.status, "ended")
            self.assertRefused(lambda: rate._end(date(2026, 6, 21), "r"), "ended already")

    def test_a_coming_rate_can_be_called_off(self):
        rate = self.publish(self.draft(since=date(2026, 9, 1)))
        rate._end(date(2026, 8, 31), "not approved")
        self.env.flush_all()
        self.assertRefused(lambda: self.in_force(day=date(2026, 9, 1)))
        self.publish(self.draft(since=date(2026, 9, 1), item=rate.item_id))

    def test_search_by_status_agrees_with_what_is_shown(self):
        items = self.env["gov.fee.item"]
        items |= self.draft("S-1").item_id
        items |= self.publish(self.draft("S-2")).item_id
        items |= self.publish(self.draft("S-3", since=date(2026, 9, 1))).item_id
        items |= self.publish(self.draft("S-4", until=date(2026, 6, 14))).item_id
        items |= items.create({"code": "S-5", "name": "empty"})
        self.draft(item=items[1], since=date(2027, 1, 1))
        shown = {item.code: item.status for item in items}
        self.assertEqual(
            shown,
            {"S-1": "draft", "S-2": "in_force", "S-3": "coming", "S-4": "ended", "S-5": "draft"},
        )
        for status in ("draft", "in_force", "coming", "ended"):
            found = items.search([("status", "=", status), ("id", "in", items.ids)])
            self.assertEqual(
                set(found.mapped("code")), {c for c, s in shown.items() if s == status}
            )

    # ------------------------------------------------------------------- reliefs

    def test_reliefs_need_basis_rule_and_a_second_person(self):
        rate = self.publish(self.draft())
        relief = self.relief(rate, basis=False)
        self.assertRefused(relief.with_user(self.publisher).action_publish, "Basis")
        relief.write({"basis": "财税〔2023〕9号"})
        self.assertRefused(relief.with_user(self.drafter).action_publish, "another")
        self.publish(relief)
        self.assertEqual(rate.item_id._get_reliefs_on(date(2026, 6, 15)), relief)
        self.assertEqual(relief._to_kernel().value, 50)
        with self.assertRaises(ValidationError):
            self.relief(rate, code="b", condition="__import__('os')")
        with self.assertRaises(ValidationError):
            self.relief(rate, code="b", condition="applicant_kind == 'friend'")
        odd = self.relief(rate, code="b", value=100)
        self.assertRefused(odd.with_user(self.publisher).action_publish, "100")
