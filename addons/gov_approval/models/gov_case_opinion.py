from odoo import api, fields, models
from odoo.tools import SQL

from .gov_case import READER_GROUPS

OPINIONS = [
    ("agree", "Agrees"),
    ("object", "Disagree"),
    ("not_concerned", "Not concerned"),
    ("silent", "No objection by silence"),
]


class GovCaseOpinion(models.Model):
    """What one department says in a joint review (部门审查意见): a projection of the events.

    A department reads the case because of such a row, and as long as its review runs.
    """

    _name = "gov.case.opinion"
    _description = "Opinion of a department"
    _inherit = ["gov.sealed"]
    _order = "case_id, sequence"
    _rec_name = "department_id"

    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(required=True, readonly=True, aggregator=None)
    node = fields.Char(required=True, readonly=True)
    name = fields.Char(string="Joint review", readonly=True)
    department_id = fields.Many2one(
        "gov.department", required=True, readonly=True, index=True, ondelete="restrict"
    )
    is_active = fields.Boolean(string="The review runs", readonly=True)
    asked_at = fields.Datetime(readonly=True)
    due_on = fields.Date(string="To be given until", readonly=True)
    acknowledged_at = fields.Datetime(string="Signed for", readonly=True)
    outcome = fields.Selection(OPINIONS, readonly=True)
    is_corrected = fields.Boolean(readonly=True)
    opinion = fields.Text(readonly=True, groups=READER_GROUPS)
    basis = fields.Char(string="Legal basis", readonly=True, groups=READER_GROUPS)
    given_at = fields.Datetime(readonly=True)
    officer_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _sequence_uniq = models.Constraint(
        "UNIQUE (case_id, sequence)", "This department was asked already."
    )
    _active_idx = models.Index("(department_id, case_id) WHERE is_active")

    @api.model
    def _open_sql(self, case):
        """Those of running reviews, as one JSON value: sequence -> id; ``case``: id or column."""
        return SQL(
            """(SELECT jsonb_object_agg(sequence, id) FROM gov_case_opinion
                WHERE case_id = %s AND is_active)""",
            case,
        )


class GovCase(models.Model):
    _inherit = "gov.case"

    opinion_ids = fields.One2many(
        "gov.case.opinion", "case_id", string="Opinions of departments", readonly=True
    )

    def _project_opinions(self, writing, found, after, dues):
        """A row for each department when it is asked; while its review runs, what became of it."""
        Opinion, Day = self.env["gov.case.opinion"], self.env["gov.calendar.day"]
        new = []
        for sequence, one in enumerate(after.opinions, 1):
            if sequence <= len(found.before.opinions) and sequence not in found.opinions:
                continue
            vals = {
                "is_active": one.is_open,
                "acknowledged_at": Day._utc(one.acknowledged_at),
                "outcome": one.value or False,
                "is_corrected": one.is_corrected,
                "opinion": one.text or False,
                "basis": one.basis or False,
                "given_at": Day._utc(one.given_at),
                "officer_id": one.given_by or False,
            }
            if due := dues.get(f"opinion:{one.node}:{one.department}"):
                vals["due_on"] = due.on
            if sequence in found.opinions:
                writing.update(Opinion.browse(found.opinions[sequence]), vals)
                continue
            node = next(n for n in found.definition["flow"]["nodes"] if n["code"] == one.node)
            vals |= {
                "case_id": self.id,
                "sequence": sequence,
                "node": one.node,
                "name": node["name"],
                "department_id": found.network.consulted[one.department][0],
                "asked_at": Day._utc(one.asked_at),
            }
            new.append(vals)
        if new:
            writing.insert(Opinion, new)
