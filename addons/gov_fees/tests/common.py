"""Two finance officers and a fee that is drafted by the one and published by the other."""

from datetime import date

from odoo import Command
from odoo.addons.gov_approval.tests.common import G, build_network
from odoo.tests import TransactionCase, new_test_user

#: One published row and one that says too little, as a list has them.
ROWS = (
    "seq,category,department,item,sub_item,standard,amount_min,amount_max,unit,fund_management,"
    "policy_basis,set_by,enterprise_related,exemption,note\n"
    "1,行政事业性收费,城市管理部门,占道费,主干道,每日每平方米0.30元,0.3,0.3,平方米·日,缴入地方国库,"
    "建城〔1993〕410号,中央,是,,\n"
    "2,行政事业性收费,卫生健康部门,储存运输费,,,,,,缴入地方国库,财税〔2020〕17号,中央,,,\n"
)
ITEM = {
    "name": "占道费",
    "sub_item": "主干道",
    "kind": "administrative",
    "department": "城市管理部门",
    "fund_management": "local_treasury",
    "level": "central",
    "policy_basis": "建城〔1993〕410号",
    "complaint_channel": "12345",
}
LINE = {"name": "占道", "shape": "per_unit", "amount": 0.3, "unit": "平方米·日"}


class FeeCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = build_network(cls.env)
        cls.drafter = cls.world["finance"]
        cls.publisher = new_test_user(
            cls.env, "test-finance2", groups=f"base.group_user,{G}finance_officer"
        )

    @classmethod
    def draft(cls, code="T-1", since=date(2026, 1, 1), until=False, item=None, **line):
        """A rate that lacks nothing, drafted by the first officer."""
        env = cls.env(user=cls.drafter)
        item = item or env["gov.fee.item"].create(dict(ITEM, code=code))
        return env["gov.fee.rate"].create(
            {
                "item_id": item.id,
                "standard": "每日每平方米0.30元",
                "date_from": since,
                "date_to": until,
                "line_ids": [Command.create(LINE | line)],
            }
        )

    @classmethod
    def publish(cls, part):
        part.with_user(cls.publisher).action_publish()
        return part

    @classmethod
    def relief(cls, rate, **vals):
        env = cls.env(user=cls.drafter)
        return env["gov.fee.relief"].create(
            {
                "item_id": rate.item_id.id,
                "code": "small",
                "name": "小微企业",
                "value": 50,
                "basis": "财税〔2023〕9号",
                "date_from": date(2026, 1, 1),
            }
            | vals
        )
