import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.gov_item_import_outcome import COLLISIONS, DEPARTMENTS
from ..models.rpc import on_one_record

#: Together; one item has a few kilobytes.
MAX_UPLOAD = 50 * 1024 * 1024

#: So many items are imported at once, while the person waits; more become a run.
IMMEDIATE = 20


class GovItemImportWizard(models.TransientModel):
    """Import of service items (导入事项): look first, then import.

    The work is done by ``gov.item.import`` with the rights of the user.
    """

    _name = "gov.item.import.wizard"
    _description = "Import service items"

    file_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        help="JSON files of items or packs, ZIP archives of them, or lists as XLSX or CSV.",
    )
    department_id = fields.Many2one(
        "gov.department",
        string="Department",
        default=lambda self: self._default_department_id(),
        help="The items become those of this department.",
    )
    departments = fields.Selection(
        DEPARTMENTS, string="Items belong to", required=True, default="given"
    )
    collision = fields.Selection(
        COLLISIONS, string="Item is there already", required=True, default="refuse"
    )
    state = fields.Selection(
        [("choose", "Choose"), ("previewed", "Previewed"), ("imported", "Imported")],
        default="choose",
        required=True,
    )
    line_ids = fields.One2many("gov.item.import.line", "wizard_id", string="Report")

    def _default_department_id(self):
        return self.env["gov.department"].search([("staff_ids", "in", self.env.uid)], limit=1)

    @on_one_record
    def action_preview(self):
        """Read the files and show what an import would do; nothing is stored."""
        self.ensure_one()
        report = self.env["gov.item.import"]._read_files(self._get_files(), self.collision)
        return self._show(report, "previewed")

    @on_one_record
    def action_import(self):
        """Import the files; faulty ones are reported and the others imported."""
        self.ensure_one()
        self.env["gov.item.version"].check_access("create")
        Import, files = self.env["gov.item.import"], self._get_files()
        options = {
            "departments": self.departments,
            "collision": self.collision,
            "choices": {line.file: line.collision for line in self.line_ids if line.collision},
        }
        unpacked = list(Import._unpack(files))
        if len(unpacked) > IMMEDIATE:
            run = self.env["gov.item.import.run"]._begin(
                files, unpacked, self.department_id, **options
            )
            return run._get_action()
        return self._show(Import._import_files(files, self.department_id, **options), "imported")

    def _get_files(self):
        if not self.file_ids:
            raise UserError(self.env._("Choose at least one file."))
        if sum(self.file_ids.mapped("file_size")) > MAX_UPLOAD:
            raise UserError(
                self.env._(
                    "The files have more than %(limit)s MB together; import fewer at a time.",
                    limit=MAX_UPLOAD // 1024 // 1024,
                )
            )
        files = {}
        for number, attachment in enumerate(self.file_ids, 1):
            name = attachment.name
            files[f"{number}. {name}" if name in files else name] = base64.b64decode(
                attachment.datas or b""
            )
        return files

    def _show(self, report, state):
        Line = self.env["gov.item.import.line"]
        self.line_ids.unlink()
        self.write(
            {
                "state": state,
                "line_ids": [(0, 0, Line._prepare_vals(row)) for row in report],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import service items"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class GovItemImportLine(models.TransientModel):
    """What an import did with one file, or would do (导入结果)."""

    _name = "gov.item.import.line"
    _inherit = "gov.item.import.outcome"
    _description = "Result of importing a file"
    _order = "ok, id"

    wizard_id = fields.Many2one("gov.item.import.wizard", required=True, ondelete="cascade")

    @on_one_record
    def action_open(self):
        """Open the draft that was made from this file."""
        self.ensure_one()
        return self.version_id.action_design()
