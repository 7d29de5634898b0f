from odoo import fields, models

from .gov_item_version import PERIOD_UNITS

NODE_KINDS = [
    ("start", "Start (acceptance)"),
    ("task", "Task"),
    ("split", "Parallel split"),
    ("joint_review", "Joint review"),
    ("join", "Join"),
    ("decision", "Branch"),
    ("procedure", "Special procedure"),
    ("end", "End (delivery)"),
]
STAGES = [
    ("intake", "Acceptance"),
    ("first_review", "First review by the lower organ"),
    ("review", "Review"),
    ("decide", "Decision"),
    ("close", "Completion"),
]
ROLES = [
    ("window_clerk", "Window clerk"),
    ("reviewer", "Reviewer"),
    ("representative", "Chief representative"),
]
PROCEDURES = [
    ("site_visit", "Site visit"),
    ("expert_review", "Expert review"),
    ("inspection", "Inspection"),
    ("testing", "Testing"),
    ("quarantine", "Quarantine"),
    ("appraisal", "Appraisal"),
    ("tender", "Tender"),
    ("auction", "Auction"),
    ("public_notice", "Public notice"),
    ("hearing", "Hearing"),
    ("training", "Examination of persons"),
    ("other", "Other procedure by law"),
]


JOINT_RULES = [
    ("all", "All answer; one objection and it does not pass"),
    ("quorum", "Enough departments agree"),
    ("veto", "Ends with the first objection"),
]
SILENCES = [
    ("wait", "Nothing: the answer is late, and waited for"),
    ("no_objection", "No objection, once signed for (by a local rule)"),
]


class GovFlowNode(models.Model):
    """A node of the flow of an item (办理流程节点)."""

    _name = "gov.flow.node"
    _description = "Flow step"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    kind = fields.Selection(NODE_KINDS, required=True, default="task")
    stage = fields.Selection(STAGES)
    role = fields.Selection(ROLES)
    department_id = fields.Many2one("gov.department", help="Empty: the department of the item.")
    days = fields.Integer(default=-1, help="Limit of the step; -1: not stated.")
    unit = fields.Selection(PERIOD_UNITS, default="workday")
    procedure = fields.Selection(PROCEDURES)
    counts_toward_deadline = fields.Boolean(
        default=True, help="Off: the clock stops while this procedure runs (Art. 45)."
    )
    four_eyes = fields.Boolean(
        default=True, help="Whoever drafted may not complete this step (拟稿人不得签发)."
    )
    joint_rule = fields.Selection(JOINT_RULES, string="Passes when")
    joint_quorum = fields.Integer(
        string="Departments that agree", aggregator=None, help="At least so many."
    )
    joint_department_ids = fields.Many2many(
        "gov.department",
        string="Departments asked",
        context={"active_test": False},  # one that was dissolved is found by the gate, not dropped
        help="Each gives its own opinion.",
    )
    joint_silence = fields.Selection(
        SILENCES,
        string="Silence after the limit means",
        default="wait",
        required=True,
        help="超时默认: never the department's approval, and never a licence by silence.",
    )
    standard = fields.Char(help="审查标准: what is examined.")
    outcomes = fields.Char(help="Outcomes in the words of the source.")
    effects = fields.Json(
        string="On completion",
        default=[],
        help="环节动作: what the step does when it is completed, rows of `kernel.effects`.",
    )
    note = fields.Char()

    _code_uniq = models.Constraint(
        "UNIQUE (version_id, code)", "Another step of this version has this code."
    )

    def _compile(self):
        return {
            "code": self.code,
            "kind": self.kind,
            "stage": self.stage or None,
            "name": self.name,
            "role": self.role or None,
            "department": self.department_id.code or None,
            "days": self.days if self.days >= 0 else None,
            "unit": self.unit,
            "procedure": self.procedure or None,
            "counts_toward_deadline": self.counts_toward_deadline,
            "four_eyes": self.four_eyes,
            "joint": self._compile_joint() if self.kind == "joint_review" else None,
            "standard": self.standard or "",
            "effects": self.effects or [],
        }

    def _compile_joint(self):
        return {
            "rule": self.joint_rule or None,
            "quorum": self.joint_quorum,
            "departments": sorted(self.joint_department_ids.mapped("code")),
            "silence": self.joint_silence,
        }


class GovFlowEdge(models.Model):
    """A connection between two steps (流转); conditions belong to branches."""

    _name = "gov.flow.edge"
    _description = "Flow connection"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"
    _rec_name = "source"

    sequence = fields.Integer(default=10)
    source = fields.Char(string="From step", required=True, help="Code of the step it leaves.")
    target = fields.Char(string="To step", required=True, help="Code of the step it reaches.")
    condition = fields.Char()
    is_default = fields.Boolean()

    def _compile(self):
        return {
            "source": self.source,
            "target": self.target,
            "condition": self.condition or "",
            "default": self.is_default,
            "sequence": self.sequence,
        }
