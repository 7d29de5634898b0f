import re

from odoo import models, tools
from odoo.addons.gov_approval.kernel.effects import FAVOURABLE

from .gov_fee_portal import TEST_PAYMENTS
from .gov_item_version import DEMAND_FEE

#: Lists of the sample, and what stands before the numbers of their rows.
LISTS = {"F-": "gov_fees/demo/fees.csv", "Y-": "gov_fees/demo/fees-local.csv"}
#: An item that charges, and the step that demands the fees.
CHARGING, DEMANDING = "loudi-road-excavation", "decide"
_VALUE = re.compile('value="[^"]*"')
COMPLAINTS = "云溪区财政局非税收入管理科 12345"


class GovSampleDistrict(models.AbstractModel):
    """The fee list of the sample district: real published rows, drafted by one finance officer and
    published by another.  What the rows do not say stays a draft with its open questions."""

    _inherit = "gov.sample.district"

    def _load_items(self, data):
        """Items may charge what is on the list, so the list is there before them."""
        self._load_fees()
        super()._load_items(data)
        draft = self._by_code("gov.item", CHARGING).draft_version_id
        step = draft.node_ids.filtered(lambda node: node.code == DEMANDING)
        step.effects = [{"effect": DEMAND_FEE, "on": FAVOURABLE}]

    def _load_fees(self):
        parameters = self.env["ir.config_parameter"]
        if not parameters.get_param("gov_fees.complaint_channel"):
            parameters.set_param("gov_fees.complaint_channel", COMPLAINTS)
        self._let_demo_pay()
        drafter, publisher = (
            self.env["res.users"].search([("login", "=", login)])
            for login in ("finance", "finance2")
        )
        for prefix, path in LISTS.items():
            with tools.file_open(path, "rb") as source:
                self.env["gov.fee.import"].with_user(drafter)._import_list(
                    source.read(),
                    prefix=prefix,
                    collision="keep",
                    date_from=self._get_first_day(),
                )
        drafts = self.env["gov.fee.rate"].search([("state", "=", "draft")])
        complete = drafts.filtered(lambda rate: not rate._get_missing())
        # Reliefs given in words only and remarks in brackets: the rate itself is complete.
        complete.item_id.with_user(drafter).write({"to_settle": False})
        complete.with_user(publisher).action_publish()

    def _let_demo_pay(self):
        """Visitors of the sample pay with Odoo's demo provider, where it is installed."""
        self.env["ir.config_parameter"].set_param(TEST_PAYMENTS, "yes")
        form = self.env.ref("payment_demo.payment_details", raise_if_not_found=False)
        if not form:
            return
        # Odoo's Chinese translates the values of its list of outcomes too, which then mean nothing.
        terms, _kind = form.get_field_translations("arch_db", langs=["zh_CN"])
        mended = {}
        for term in terms:
            if "<option" in term["value"]:
                meant = iter(_VALUE.findall(term["source"]))
                mended[term["source"]] = _VALUE.sub(lambda _wrong: next(meant), term["value"])  # noqa: B023
        form.update_field_translations("arch_db", {"zh_CN": mended})

    def _get_first_day(self):
        """The list of the sample has been in force since the start of last year."""
        today = self.env["gov.calendar.day"]._local_now().date()
        return today.replace(year=today.year - 1, month=1, day=1)
