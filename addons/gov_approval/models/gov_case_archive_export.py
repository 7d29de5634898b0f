from odoo import api, fields, models
from odoo.exceptions import UserError

from .gov_sealed import DOOR


class GovCaseArchiveExport(models.Model):
    """An archive that left the centre (归档包导出记录): who took which one, when, as which file.

    A line is written by the export itself, in the same transaction, and stays: nobody adds, changes
    or removes one.
    """

    _name = "gov.case.archive.export"
    _description = "Export of an archive"
    _inherit = ["gov.sealed"]
    _order = "id desc"

    # Of its own: who oversees exports need not be able to read what was exported.
    name = fields.Char(string="Archive", required=True, readonly=True)
    archive_id = fields.Many2one(
        "gov.case.archive", required=True, readonly=True, index=True, ondelete="restrict"
    )
    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Exported by", required=True, readonly=True, ondelete="restrict"
    )
    exported_at = fields.Datetime(required=True, readonly=True)
    digest = fields.Char(
        string="SHA-256",
        required=True,
        readonly=True,
        help="Of the file that was handed out; archives exported together share one.",
    )

    def _refuse_direct_change(self):
        raise UserError(
            self.env._(
                "The log of exports is written by the exports themselves and is kept as it is."
                " To export archives, choose them in the list of archives."
            )
        )

    @api.model
    def _log(self, archives, digest):
        """One line for each archive in the file with this digest."""
        common = {
            "user_id": self.env.uid,
            "exported_at": fields.Datetime.now(),
            "digest": digest,
        }
        # Whoever exports may not read the log; the line says who it was.
        return self.sudo()._door_create(
            DOOR,
            [
                common | {"name": filed.name, "archive_id": filed.id, "case_id": filed.case_id.id}
                for filed in archives
            ],
        )
