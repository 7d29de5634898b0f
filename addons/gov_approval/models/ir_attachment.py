from odoo import api, models
from odoo.exceptions import UserError

from .gov_sealed import DOOR, GovSealed


class IrAttachment(models.Model):
    """Files of sealed records (已归档文件) are as fixed as the records.

    Nobody re-points, changes, shares, deletes or slips in such a file, the superuser included;
    only the code of the door does.  Read access follows the record.
    """

    _inherit = "ir.attachment"

    def _refuse_sealed_file(self):
        raise UserError(
            self.env._(
                "This file belongs to a case and stays as it was handed in or issued."
                " Hand in a new file, or issue a new document, by an act on the case."
            )
        )

    @api.model
    def _is_sealed_model(self, name):
        return bool(name) and name in self.env and isinstance(self.env[name], GovSealed)

    def _get_sealed(self):
        """Those of these attachments that belong to a sealed record that exists."""
        files = self.sudo().exists()  # whose files they are decides, not who asks
        return files.filtered(
            lambda file: (
                self._is_sealed_model(file.res_model)
                and (
                    not file.res_id or self.env[file.res_model].sudo().browse(file.res_id).exists()
                )
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        model = self.env.context.get("default_res_model")
        if any(self._is_sealed_model(vals.get("res_model", model)) for vals in vals_list):
            self._refuse_sealed_file()
        return super().create(vals_list)

    def write(self, vals):
        if self._is_sealed_model(vals.get("res_model")):
            self._refuse_sealed_file()
        if any(not file._is_same(vals) for file in self._get_sealed()):
            self._refuse_sealed_file()
        return super().write(vals)

    def _is_same(self, vals):
        """Whether ``vals`` would change nothing: moving files to another storage writes them."""
        return vals.keys() <= {"raw", "mimetype"} and all(
            self[name] == value for name, value in vals.items()
        )

    def unlink(self):
        if self._get_sealed():
            self._refuse_sealed_file()
        return super().unlink()

    def _door_create(self, key, vals_list):
        """Store files of sealed records on behalf of the door; ``key`` is the door's own object."""
        if key is not DOOR:
            self._refuse_sealed_file()
        return super().create(vals_list)

    def _door_write(self, key, vals):
        """Give a file to the sealed record just made for it; the door's own object is needed."""
        if key is not DOOR:
            self._refuse_sealed_file()
        return super().write(vals)

    def _door_unlink(self, key):
        """Remove a file that was never part of a case (drafts); the door's own object is needed."""
        if key is not DOOR:
            self._refuse_sealed_file()
        return super().unlink()
