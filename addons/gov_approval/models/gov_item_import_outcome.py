from odoo import fields, models

#: What a person may choose where an item is there already.
COLLISIONS = [
    ("refuse", "Refuse the file"),
    ("draft", "Make a new draft version"),
    ("reuse", "Keep the item as it is"),
    ("duplicate", "Make a second item with a new code"),
]
#: Whose items they become.
DEPARTMENTS = [
    ("given", "The department above"),
    ("match", "The one that the file names, otherwise the one above"),
    ("create", "The one that the file names; create it when it is missing"),
]
WAITING = "waiting"


class GovItemImportOutcome(models.AbstractModel):
    """What an import did with one file or one item of a list, or would do (导入结果)."""

    _name = "gov.item.import.outcome"
    _description = "Result of importing a file"

    file = fields.Char(readonly=True)
    ok = fields.Boolean(string="Good", readonly=True)
    action = fields.Selection(
        [
            (WAITING, "Waiting"),
            ("created", "New item"),
            ("new_version", "New draft version"),
            ("duplicated", "Second item"),
            ("reused", "Kept as it is"),
            ("refused", "File refused"),
            ("failed", "Faulty"),
            ("noted", "Remark"),
        ],
        readonly=True,
    )
    item_id = fields.Many2one("gov.item", readonly=True, ondelete="set null")
    collision = fields.Selection(
        COLLISIONS, string="Instead", help="For this one, where it differs from the choice above."
    )
    text = fields.Text(string="Outcome of the import", readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char(string="Item", readonly=True)
    placed = fields.Integer(string="In fields", readonly=True, aggregator=None)
    unplaced = fields.Integer(string="Not placed", readonly=True, aggregator=None)
    missing = fields.Integer(readonly=True, aggregator=None)
    odd = fields.Integer(readonly=True, aggregator=None)
    default = fields.Integer(string="Inferred", readonly=True, aggregator=None)
    version_id = fields.Many2one("gov.item.version", readonly=True, ondelete="set null")

    def _prepare_vals(self, report):
        """What of a report of ``gov.item.import`` is kept."""
        names = self.env["gov.item.import.outcome"]._fields.keys() - {"id", "collision"}
        return {name: value for name, value in report.items() if name in names}
