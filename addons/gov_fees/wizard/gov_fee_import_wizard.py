import base64
import binascii

from odoo import Command, fields, models
from odoo.addons.gov_approval.kernel import table
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError

ACTIONS = [
    ("created", "Imported"),
    ("updated", "Updated"),
    ("same", "Unchanged"),
    ("kept", "Kept"),
    ("refused", "Refused"),
    ("note", "About the file"),
]


class GovFeeImportWizard(models.TransientModel):
    """Import of a published fee list (导入收费目录清单), with a report row by row.

    The work is done by ``gov.fee.import._import_list`` with the rights of the user.
    """

    _name = "gov.fee.import.wizard"
    _description = "Import of a fee list"

    file = fields.Binary(string="Table", attachment=False)
    file_name = fields.Char()
    prefix = fields.Char(
        default="F-", required=True, help="Before the number of a row that has no code of its own."
    )
    collision = fields.Selection(
        [("refuse", "Refuse the row"), ("keep", "Keep what is here"), ("update", "Update it")],
        string="A fee that says something else here",
        default="refuse",
        required=True,
    )
    date_from = fields.Date(string="In force from", help="For rows that say no day of their own.")
    state = fields.Selection(
        [("choose", "Choose"), ("imported", "Imported")], default="choose", required=True
    )
    landed = fields.Integer(string="Rows imported", readonly=True)
    open_rows = fields.Integer(string="Rows for a person", readonly=True)
    line_ids = fields.One2many("gov.fee.import.line", "wizard_id", string="Report")

    @on_one_record
    def action_import(self):
        """Import the list as drafts; faulty rows are reported and spoil no others."""
        if not self.file:
            raise UserError(self.env._("Choose the table of fees first."))
        if len(self.file) > table.MAX_BYTES * 4 // 3 + 4:
            raise UserError(
                self.env._(
                    "The table has more than %(limit)s MB; divide it into several.",
                    limit=table.MAX_BYTES // 1024 // 1024,
                )
            )
        try:
            content = base64.b64decode(self.file, validate=True)
        except binascii.Error:
            raise UserError(self.env._("The file did not arrive whole. Choose it again.")) from None
        report = self.env["gov.fee.import"]._import_list(
            content, prefix=self.prefix, collision=self.collision, date_from=self.date_from
        )
        self.line_ids.unlink()
        rows = [line for line in report if line["row"]]
        self.write(
            {
                "state": "imported",
                "landed": sum(line["action"] != "refused" for line in rows),
                "open_rows": sum(not line["is_settled"] for line in rows),
                "line_ids": [Command.create(line) for line in report],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import of a fee list"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class GovFeeImportLine(models.TransientModel):
    """What the import did with one row (导入结果)."""

    _name = "gov.fee.import.line"
    _description = "Result of importing a fee"
    _order = "is_settled, row, id"

    wizard_id = fields.Many2one("gov.fee.import.wizard", required=True, ondelete="cascade")
    row = fields.Integer(readonly=True, aggregator=None)
    action = fields.Selection(ACTIONS, string="Outcome", readonly=True)
    is_settled = fields.Boolean(string="Complete", readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char(string="Fee", readonly=True)
    text = fields.Text(string="Report", readonly=True)
    raw = fields.Text(string="Row as it stands", readonly=True)
    item_id = fields.Many2one("gov.fee.item", readonly=True, ondelete="cascade")
