from odoo import models, tools

LIST = "gov_fees/demo/fees.csv"
COMPLAINTS = "云溪区财政局非税收入管理科 12345"


class GovSampleDistrict(models.AbstractModel):
    """The fee list of the sample district: real published rows, drafted by one finance officer and
    published by another.  What the rows do not say stays a draft with its open questions."""

    _inherit = "gov.sample.district"

    def _load_items(self, data):
        """Items may charge what is on the list, so the list is there before them."""
        self._load_fees()
        return super()._load_items(data)

    def _load_fees(self):
        parameters = self.env["ir.config_parameter"]
        if not parameters.get_param("gov_fees.complaint_channel"):
            parameters.set_param("gov_fees.complaint_channel", COMPLAINTS)
        drafter, publisher = (
            self.env["res.users"].search([("login", "=", login)])
            for login in ("finance", "finance2")
        )
        with tools.file_open(LIST, "rb") as source:
            self.env["gov.fee.import"].with_user(drafter)._import_list(
                source.read(), collision="keep", date_from=self._get_first_day()
            )
        drafts = self.env["gov.fee.rate"].search([("state", "=", "draft")])
        complete = drafts.filtered(lambda rate: not rate._get_missing())
        # Reliefs given in words only and remarks in brackets: the rate itself is complete.
        complete.item_id.with_user(drafter).write({"to_settle": False})
        complete.with_user(publisher).action_publish()

    def _get_first_day(self):
        """The list of the sample has been in force since the start of last year."""
        today = self.env["gov.calendar.day"]._local_now().date()
        return today.replace(year=today.year - 1, month=1, day=1)
