import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.rpc import on_one_record


class _Undone(Exception):
    """Leaves the savepoint of a preview behind."""


class GovIntermediaryImportWizard(models.TransientModel):
    """Import of a list of intermediary services (导入中介服务事项清单): look first, then import."""

    _name = "gov.intermediary.import.wizard"
    _description = "Import intermediary services"

    file = fields.Binary(string="List", attachment=False, help="CSV or XLSX, one service a row.")
    file_name = fields.Char()
    prefix = fields.Char(
        string="Prefix of codes",
        default="ZJ-",
        help="Before the number of a row that has no code of its own.",
    )
    collision = fields.Selection(
        [
            ("refuse", "Refuse the row"),
            ("update", "Update the service"),
            ("keep", "Keep the service as it is"),
        ],
        string="Service is there already",
        required=True,
        default="refuse",
    )
    is_listed = fields.Boolean(
        string="List complete services at once",
        help="Those with basis, requirement and who commissions; the others wait as drafts.",
    )
    state = fields.Selection(
        [("choose", "Choose"), ("previewed", "Previewed"), ("imported", "Imported")],
        default="choose",
        required=True,
    )
    line_ids = fields.One2many("gov.intermediary.import.line", "wizard_id", string="Report")

    @on_one_record
    def action_preview(self):
        """Show what an import would do; nothing is stored."""
        report = []
        try:
            with self.env.cr.savepoint():
                report = self._import()
                raise _Undone
        except _Undone:
            self.env.invalidate_all(flush=False)
        return self._show([line | {"service_id": False} for line in report], "previewed")

    @on_one_record
    def action_import(self):
        """Import the list row by row; faulty rows are reported and the others imported."""
        return self._show(self._import(), "imported")

    def _import(self):
        self.env["gov.intermediary.service"].check_access("create")
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        return self.env["gov.intermediary.import"]._import_list(
            base64.b64decode(self.file),
            prefix=self.prefix or "",
            collision=self.collision,
            is_listed=self.is_listed,
        )

    def _show(self, report, state):
        self.line_ids.unlink()
        self.write({"state": state, "line_ids": [(0, 0, line) for line in report]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import intermediary services"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class GovIntermediaryImportLine(models.TransientModel):
    """What an import did with one row of a list (导入结果)."""

    _name = "gov.intermediary.import.line"
    _description = "Result of importing a row"
    _order = "row, id"

    wizard_id = fields.Many2one(
        "gov.intermediary.import.wizard", required=True, ondelete="cascade"
    )
    row = fields.Integer(readonly=True, aggregator=None)
    action = fields.Selection(
        [
            ("note", "About the file"),
            ("created", "New service"),
            ("updated", "Updated"),
            ("kept", "Kept as it is"),
            ("refused", "Row refused"),
        ],
        readonly=True,
    )
    code = fields.Char(readonly=True)
    name = fields.Char(string="Service", readonly=True)
    text = fields.Text(string="Outcome of the import", readonly=True)
    raw = fields.Text(string="Row as it stands in the file", readonly=True)
    service_id = fields.Many2one(
        "gov.intermediary.service", readonly=True, ondelete="cascade"
    )
