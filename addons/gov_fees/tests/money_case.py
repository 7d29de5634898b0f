"""A published fee, an item that names it, and cases that owe it."""

from odoo import Command
from odoo.addons.gov_approval.tests.common import ANSWERS, PDF, build_item
from odoo.tests import new_test_user

from .common import FeeCase

G = "gov_approval.group_gov_"


class MoneyCase(FeeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier2 = new_test_user(cls.env, "test-cashier2", groups=f"base.group_user,{G}cashier")
        cls.rate = cls.publish(cls.draft(amount=0.3, unit="平方米"))
        cls.version = cls.make_item("test-road")
        cls.method = cls.env.ref("gov_fees.gov_fee_method_card")

    @classmethod
    def make_item(cls, code, **fee):
        line = {"name": "占道费", "standard": "0.3", "basis": "建城〔1993〕410号"}
        line |= {"fee_code": "T-1", "quantities": {"平方米": "area"}}
        return build_item(
            cls.env,
            cls.world,
            code,
            is_fee_charged="yes",
            fee_ids=[Command.create(line | fee)],
        )

    @classmethod
    def make_foreign_item(cls):
        """The same of another department in another centre, whose chief is ``foreign_chief``."""
        world = cls.world
        chief = new_test_user(cls.env, "test-foreign-chief", groups=f"{G}representative")
        world["other_department"].staff_ids += chief
        local = {"department": world["other_department"], "chief": chief}
        local |= {"reviewer": world["foreign_reviewer"], "centre": world["other_centre"]}
        before = dict(world)
        world.update(local)
        version = cls.make_item("test-foreign")
        world.clear()
        world.update(before | {"foreign_chief": chief})
        return version

    def case(self, version=None, **answers):
        """A case of the applicant, received."""
        version = version or self.version
        user = self.world["applicant"]
        Draft = self.env["gov.case.draft"].with_user(user).sudo()
        draft = Draft._open(
            version.item_id,
            channel="online",
            partner=user.partner_id,
            answers=ANSWERS | answers,
        )
        draft._add_file("plan", "plan.pdf", PDF)
        return draft._submit()

    def assessed(self, version=None, **answers):
        """An assessment that was computed from the answers."""
        return self.env["gov.fee.assessment"]._demand(self.case(version, **answers).sudo())

    def as_user(self, record, login):
        return record.with_user(self.world.get(login) or getattr(self, login))

    def issue(self, *assessments):
        assessments = self.env["gov.fee.assessment"].concat(*assessments)
        return self.as_user(assessments.env["gov.fee.bill"], "cashier")._issue(
            self.as_user(assessments, "cashier")
        )

    def open_shift(self, login="cashier"):
        Shift = self.as_user(self.env["gov.fee.shift"], login)
        return Shift.browse(Shift.action_open())

    def collect(self, bill, login="cashier", reference="S1", key="k" * 16, method=None):
        Payment = self.as_user(self.env["gov.fee.payment"], login)
        found = Payment.action_collect(bill.id, (method or self.method).id, reference, key)
        return self.env["gov.fee.payment"].browse(found["payment"])

    def act(self, record, login, kind, **payload):
        self.as_user(record, login).action_act(kind, payload)
        return record

    def settled(self, *assessments):
        """A bill that was paid and confirmed."""
        self.open_shift()
        bill = self.issue(*(assessments or (self.assessed(),)))
        self.collect(bill, reference=f"S{bill.id}", key=f"{bill.id:016}")
        return self.act(bill, "finance", "settle")

    def refund(self, bill, amount, line=0):
        row = bill.line_ids[line]
        self.act(
            bill,
            "cashier",
            "request_refund",
            ground="error",
            reason="Typed wrong",
            lines=[{"line": row.id, "amount": amount}],
        )
        number = max(bill.refund_ids.mapped("serial"))
        is_ours = row.department_id == self.world["department"]
        chief = "chief" if is_ours else "foreign_chief"
        self.act(bill, chief, "check_refund", refund=number, opinion="Right")
        self.act(bill, "finance", "approve_refund", refund=number, opinion="Right")
        self.act(bill, "finance", "pay_refund", refund=number, bank_reference=f"R{number}")
        return bill.refund_ids.filtered(lambda refund: refund.serial == number)
