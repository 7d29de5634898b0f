from odoo import models

#: Whoever ordered a correction does not decide on its appeal.
SECOND_SUPERVISOR = {"login": "supervisor2", "name": "邵岚", "roles": ["supervisor"]}


class GovSampleDistrict(models.AbstractModel):
    """Supervision of the sample district: two supervisors, and the national rules in force."""

    _inherit = "gov.sample.district"

    def _read(self, name):
        data = super()._read(name)
        if name == "district.json":
            data["people"].append(SECOND_SUPERVISOR)
        return data

    def _load_items(self, data):
        """Cases of the sample are watched from their first event, so the rules are there before."""
        users = self.env["res.users"]
        supervisor = users.search([("login", "=", "supervisor")], limit=1)
        drafts = self.env["gov.alert.rule"].search([("state", "=", "draft")])
        drafts.with_user(supervisor).action_publish()
        return super()._load_items(data)
