import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel import upload
from ..kernel.errors import KernelError
from .gov_sealed import DOOR
from .speech import say


class GovCaseMaterial(models.Model):
    """A material handed in (提交材料): a file, papers counted at the window, or a promise.

    Rows belong to a draft until it is filed, then to the case; filed rows never change.
    """

    _name = "gov.case.material"
    _description = "Material handed in"
    _inherit = ["gov.sealed"]
    _order = "id"

    case_id = fields.Many2one(
        "gov.case", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    draft_id = fields.Many2one(
        "gov.case.draft", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    spec_code = fields.Char(string="Material", required=True, readonly=True)
    form = fields.Selection(
        [
            ("file", "File"),
            ("paper", "Paper"),
            ("commitment", "Written commitment"),
            ("deferred", "Promised for later"),
        ],
        required=True,
        readonly=True,
    )
    name = fields.Char(required=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    mimetype = fields.Char(readonly=True)
    size = fields.Integer(string="Bytes", readonly=True, aggregator=None)
    digest = fields.Char(string="SHA-256", readonly=True)
    round = fields.Integer(
        readonly=True, aggregator=None, help="0: with the filing; n: the n-th time after it."
    )

    def _summary(self):
        """What the event records of each row."""
        return [
            {
                "spec": m.spec_code,
                "form": m.form,
                "name": m.name,
                "digest": m.digest or "",
                "size": m.size,
            }
            for m in self
        ]

    @api.model
    def _add_file(self, draft, spec, name, content):
        """Store one uploaded file after checking it by content; UserError says what to do."""
        try:
            sort = upload.check(
                name, content, allowed=spec["file_types"], max_bytes=spec["max_mb"] * 1024 * 1024
            )
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        attachment = (
            self.env["ir.attachment"]
            .sudo()  # the applicant's file; read access follows the material
            ._door_create(
                DOOR,
                [
                    {
                        "name": sort.name,
                        "raw": content,
                        "mimetype": sort.mimetype,
                        "res_model": self._name,
                    }
                ],
            )
        )
        row = self._door_create(
            DOOR,
            [
                {
                    "draft_id": draft.id,
                    "spec_code": spec["code"],
                    "form": "file",
                    "name": sort.name,
                    "attachment_id": attachment.id,
                    "mimetype": sort.mimetype,
                    "size": len(content),
                    "digest": hashlib.sha256(content).hexdigest(),
                }
            ],
        )
        attachment._door_write(DOOR, {"res_id": row.id})
        return row
