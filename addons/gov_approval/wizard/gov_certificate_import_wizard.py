import base64

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..kernel import table
from ..models.rpc import on_one_record


class GovCertificateImportWizard(models.TransientModel):
    """Import of licences from records (存量证照导入): look first, then import, line by line.

    The work is done by ``gov.certificate._enter_table`` with the rights of the user.
    """

    _name = "gov.certificate.import.wizard"
    _description = "Import licences from records"

    item_id = fields.Many2one(
        "gov.item",
        string="Item that grants them",
        domain="[('department_id.staff_ids', 'in', uid), ('published_version_id', '!=', False)]",
        ondelete="cascade",
    )
    file = fields.Binary(string="Table", attachment=False)
    file_name = fields.Char()
    state = fields.Selection(
        [("choose", "Choose"), ("previewed", "Previewed"), ("imported", "Imported")],
        default="choose",
        required=True,
    )
    good = fields.Integer(string="Good lines", readonly=True)
    faulty = fields.Integer(string="Faulty lines", readonly=True)
    notes = fields.Text(string="About the table", readonly=True)
    line_ids = fields.One2many("gov.certificate.import.line", "wizard_id", string="Report")

    @on_one_record
    def action_preview(self):
        """Read the table and say what an import would do; nothing is stored."""
        return self._run(is_trial=True)

    @on_one_record
    def action_import(self):
        """Enter the good lines; faulty ones are reported and spoil no others."""
        return self._run(is_trial=False)

    def _run(self, is_trial):
        if not self.item_id or not self.file:
            raise UserError(
                self.env._("Choose the item that grants these licences, and the table.")
            )
        if len(self.file) > table.MAX_BYTES * 4 // 3 + 4:
            raise UserError(
                self.env._(
                    "The table has more than %(limit)s MB; divide it into several.",
                    limit=table.MAX_BYTES // 1024 // 1024,
                )
            )
        lines, notes = self.env["gov.certificate"]._enter_table(
            self.item_id,
            base64.b64decode(self.file),
            (self.file_name or self.env._("table"))[-120:],
            is_trial=is_trial,
        )
        good = sum(line["ok"] for line in lines)
        self.line_ids.unlink()
        self.write(
            {
                "state": "previewed" if is_trial else "imported",
                "good": good,
                "faulty": len(lines) - good,
                "notes": "\n".join(notes),
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import licences from records"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class GovCertificateImportLine(models.TransientModel):
    """What an import did with one line, or would do (导入结果)."""

    _name = "gov.certificate.import.line"
    _description = "Result of importing a licence"
    _order = "ok, line, id"

    wizard_id = fields.Many2one(
        "gov.certificate.import.wizard", required=True, ondelete="cascade"
    )
    line = fields.Integer(readonly=True, aggregator=None)
    ok = fields.Boolean(string="Good", readonly=True)
    number = fields.Char(string="Number of the certificate", readonly=True)
    holder = fields.Char(readonly=True)
    text = fields.Text(string="Outcome of the import", readonly=True)
