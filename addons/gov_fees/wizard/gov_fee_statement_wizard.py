import base64
import binascii

from odoo import fields, models
from odoo.addons.gov_approval.kernel import table
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError


class GovFeeStatementWizard(models.TransientModel):
    """Take in a file of the bank or of finance and compare it (导入对账文件)."""

    _name = "gov.fee.statement.wizard"
    _description = "Import of a bank or finance file"

    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    format_id = fields.Many2one("gov.fee.statement.format", string="Layout")
    centre_id = fields.Many2one(
        "gov.centre",
        string="Centre",
        default=lambda self: self.env["gov.centre"].search([], limit=1),
    )

    @on_one_record
    def action_take_in(self):
        """Take the file in, compare it with the books, and show what differs."""
        if not (self.file and self.format_id and self.centre_id):
            raise UserError(self.env._("Choose the file, its layout and the centre first."))
        if len(self.file) > table.MAX_BYTES * 4 // 3 + 4:
            raise UserError(
                self.env._(
                    "The file has more than %(limit)s MB; divide it into several.",
                    limit=table.MAX_BYTES // 1024 // 1024,
                )
            )
        try:
            content = base64.b64decode(self.file, validate=True)
        except binascii.Error:
            raise UserError(self.env._("The file did not arrive whole. Choose it again.")) from None
        statement = self.env["gov.fee.statement"]._take_in(
            self.format_id, self.centre_id, self.file_name, content
        )
        statement.action_compare()
        return {
            "type": "ir.actions.act_window",
            "res_model": statement._name,
            "res_id": statement.id,
            "views": [(False, "form")],
        }
