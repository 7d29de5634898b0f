from odoo import models


class IrHttp(models.AbstractModel):
    """Applicants' pages get the Chinese of our browser components too."""

    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        return [*super()._get_translation_frontend_modules_name(), "gov_approval"]
