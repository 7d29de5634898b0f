"""The access matrix of the fee module, proven cell by cell by the code of gov_approval's."""

from odoo import Command
from odoo.addons.gov_approval.tests.access_matrix_case import AccessMatrixCase
from odoo.tests import tagged

from .money_case import MoneyCase


@tagged("post_install", "-at_install", "gov")
class TestFeeAccessMatrix(AccessMatrixCase, MoneyCase):
    module = "gov_fees"
    harmless = {
        "gov.fee.rate": {"standard": "x"},
        "gov.fee.relief": {"basis": "x"},
        "gov.fee.import.wizard": {"collision": "keep"},
        "gov.fee.import.line": {"text": "x"},
        "gov.fee.end": {"reason": "x"},
        "gov.fee.act": {"reason": "x"},
        "gov.fee.settle": {"reason": "x"},
        "gov.fee.statement.wizard": {"file_name": "x"},
        "gov.fee.close": {"reason": "x"},
        "gov.fee.close.line": {"amount": 1},
    }
    mirrors = {"reviewer": "foreign_reviewer", "window_clerk": "foreign_clerk"}

    @classmethod
    def _make_samples(cls):
        for label in ("drafts", "published"):
            rate = cls.draft(f"M-{label}")
            relief = cls.relief(rate)
            if label == "published":
                cls.publish(relief)
                cls.publish(rate)
            # Compared only: what each person may do with them is tried as that person.
            parts = (rate.line_ids, relief, rate, rate.item_id)
            cls._sample(label, *(part.sudo() for part in parts))
        env = cls.env(user=cls.drafter)
        wizard = env["gov.fee.import.wizard"].create({"line_ids": [Command.create({"row": 2})]})
        end = env["gov.fee.end"].create({"rate_id": rate.id, "reason": "r"})
        cls._sample("by_finance", wizard.line_ids.sudo(), wizard.sudo(), end.sudo())  # the same
        cls._make_money("ours", cls.version)
        cls._make_money("foreign", cls.make_foreign_item())

    @classmethod
    def _make_money(cls, label, version):
        """A bill that was paid, refunded in part, and found in a file that has one line more."""
        self = cls()
        bill = self.settled(self.assessed(version)).sudo()  # compared only, as above
        self.refund(bill, "1.00")
        layout = cls.env["gov.fee.statement.format"].create(
            {"name": label, "code_column": "c", "amount_column": "a", "day_column": "d"}
        )
        statement = (
            cls.env["gov.fee.statement"]
            .with_user(cls.world["finance"])
            ._take_in(layout, bill.centre_id, label, f"c,a,d\n{label},1,2026-01-05\n".encode())
        )
        statement.action_compare()
        statement, entries = statement.sudo(), cls.env["gov.fee.entry"].sudo()  # the same
        entries = entries.search([("bill_id", "=", bill.id)])
        cls._sample(
            label,
            bill,
            bill.line_ids,
            bill.payment_ids,
            bill.receipt_ids,
            bill.refund_ids,
            bill.event_ids,
            bill.assessment_ids,
            bill.assessment_ids.line_ids,
            entries,
            entries.period_id,
            statement,
            statement.line_ids,
            statement.difference_ids,
        )
        if label == "ours":
            cls._make_wizards(bill, statement)
            spare = cls.env["gov.fee.method"].create({"name": "Spare", "code": "spare"})
            layout = layout.copy({"name": "Spare"})
            cls._sample(label, bill.payment_ids.shift_id, spare.sudo(), layout.sudo())  # the same

    @classmethod
    def _make_wizards(cls, bill, statement):
        env = cls.env(user=cls.world["finance"])
        line = Command.create({"name": "x"})
        act = env["gov.fee.act"].create({"bill_id": bill.id, "kind": "void", "line_ids": [line]})
        settle = env["gov.fee.settle"].create({"difference_id": statement.difference_ids.id})
        layout = env["gov.fee.statement.wizard"].create({"file_name": "x"})
        # Compared only, as above.
        cls._sample("by_finance", act.line_ids.sudo(), act.sudo(), settle.sudo(), layout.sudo())
        env = cls.env(user=cls.world["cashier"])
        close = env["gov.fee.close"].create(
            {
                "shift_id": bill.payment_ids.shift_id.id,
                "line_ids": [Command.create({"method_id": cls.method.id})],
            }
        )
        cls._sample("by_cashier", close.line_ids.sudo(), close.sudo())  # likewise

    def _is_in(self, scope, login, label, record):
        return {
            None: False,
            "all": True,
            "drafts": label == "drafts",
            "own_wizard": label == f"by_{login}",
            "place": (label, login) in (("ours", "clerk"), ("foreign", "foreign_clerk")),
            "unit": (label, login)
            in (("ours", "reviewer"), ("ours", "chief"), ("foreign", "foreign_reviewer")),
            "own_shift": login == "cashier",
        }[scope]
