from odoo import api, models


class GovSampleDistrict(models.AbstractModel):
    _name = "gov.sample.district"
    _description = "Sample district"

    @api.model
    def _load(self):
        return True
