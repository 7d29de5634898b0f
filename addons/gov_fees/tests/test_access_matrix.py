"""The access matrix of the fee module, proven cell by cell by the code of gov_approval's."""

from odoo import Command
from odoo.addons.gov_approval.tests.access_matrix_case import AccessMatrixCase
from odoo.tests import tagged

from .common import FeeCase


@tagged("post_install", "-at_install", "gov")
class TestFeeAccessMatrix(AccessMatrixCase, FeeCase):
    module = "gov_fees"
    harmless = {
        "gov.fee.rate": {"standard": "x"},
        "gov.fee.relief": {"basis": "x"},
        "gov.fee.import.wizard": {"collision": "keep"},
        "gov.fee.import.line": {"text": "x"},
        "gov.fee.end": {"reason": "x"},
    }

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

    def _is_in(self, scope, login, label, record):
        return {
            None: False,
            "all": True,
            "drafts": label == "drafts",
            "own_wizard": label == f"by_{login}",
        }[scope]
