from odoo import api, fields, models
from odoo.tools import SQL

from .gov_case import READER_GROUPS
from .gov_flow import ROLES, STAGES


class GovCaseStep(models.Model):
    """One passage of a case through a step (办理环节): a projection of its events."""

    _name = "gov.case.step"
    _description = "Case step"
    _inherit = ["gov.sealed"]
    _order = "case_id, sequence"

    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(required=True, readonly=True, aggregator=None)
    node = fields.Char(required=True, readonly=True)
    name = fields.Char(readonly=True)
    stage = fields.Selection(STAGES, readonly=True)
    role = fields.Selection(ROLES, readonly=True)
    department_id = fields.Many2one("gov.department", readonly=True, ondelete="restrict")
    is_active = fields.Boolean(readonly=True)
    started_at = fields.Datetime(readonly=True)
    completed_at = fields.Datetime(readonly=True)
    completed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    outcome = fields.Char(readonly=True)
    opinion = fields.Text(readonly=True, groups=READER_GROUPS)
    due_on = fields.Date(readonly=True)

    _sequence_uniq = models.Constraint("UNIQUE (case_id, sequence)", "This step exists already.")
    _active_idx = models.Index("(role, department_id, case_id) WHERE is_active")

    @api.model
    def _open_sql(self, case):
        """Steps not completed, as one JSON value: sequence -> id; ``case`` is an id or a column."""
        return SQL(
            """(SELECT jsonb_object_agg(sequence, id) FROM gov_case_step
                WHERE case_id = %s AND is_active)""",
            case,
        )
