from odoo import fields, models


class GovMaterialSpec(models.Model):
    """A material that an item asks for (申请材料): national columns of `domain.md` 4.1."""

    _name = "gov.material.spec"
    _description = "Required material"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    form = fields.Selection(
        [("paper", "Paper"), ("electronic", "Electronic"), ("both", "Paper or electronic")]
    )
    originals = fields.Integer(default=-1, help="Number of originals; -1: not stated.")
    photocopies = fields.Integer(default=-1, help="Number of copies; -1: not stated.")
    copy_rule = fields.Selection(
        [
            ("photocopy", "Copy"),
            ("original_and_copy", "Original and copy"),
            ("copy_verified_against_original", "Copy, checked against the original"),
        ]
    )
    source = fields.Selection(
        [
            ("applicant", "Applicant"),
            ("government", "Issued by government"),
            ("intermediary", "Intermediary service"),
            ("other", "Other"),
        ]
    )
    required = fields.Selection(
        [
            ("always", "Always required"),
            ("optional", "Optional"),
            ("waived", "Waived, shared by government data"),
            ("commitment", "Replaced by a written commitment"),
        ],
        help="Empty: the source does not say; must be settled before publishing.",
    )
    needed_if = fields.Char(help="Condition over the answers; empty: always asked for.")
    condition_text = fields.Char(help="The condition in the words of the source.")
    file_types = fields.Char(default="pdf,jpg,png")
    max_mb = fields.Integer(string="Largest file (MB)", default=20)
    is_secret = fields.Boolean(help="Trade secret of the applicant: never shown to others.")
    is_deferrable = fields.Boolean(help="May follow later (容缺后补).")
    basis = fields.Char(help="Legal ground of asking for it (Art. 31).")
    accept_standard = fields.Char(help="受理标准: what the window checks.")
    note = fields.Char()

    _code_uniq = models.Constraint(
        "UNIQUE (version_id, code)", "Another material of this version has this code."
    )

    def _compile(self):
        return {
            "code": self.code,
            "name": self.name,
            "form": self.form or None,
            "originals": self.originals if self.originals >= 0 else None,
            "photocopies": self.photocopies if self.photocopies >= 0 else None,
            "copy_rule": self.copy_rule or None,
            "source": self.source or None,
            "required": self.required or None,
            "needed_if": self.needed_if or "",
            "condition_text": self.condition_text or None,
            "file_types": [t.strip() for t in (self.file_types or "").split(",") if t.strip()],
            "max_mb": self.max_mb,
            "is_secret": self.is_secret,
            "is_deferrable": self.is_deferrable,
            "basis": self.basis or None,
            "accept_standard": self.accept_standard or None,
            "note": self.note or None,
        }
