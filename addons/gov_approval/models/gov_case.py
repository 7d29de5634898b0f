from odoo import fields, models

STATES = [
    ("received", "Received"),
    ("supplementing", "Waiting for supplements"),
    ("accepted", "In review"),
    ("decided", "Decided, to be delivered"),
    ("closed", "Closed"),
]
OUTCOMES = [
    ("granted", "Granted"),
    ("refused", "Refused"),
    ("not_required", "No licence needed"),
    ("not_competent", "Acceptance refused"),
    ("withdrawn", "Withdrawn by the applicant"),
    ("abandoned", "Deemed abandoned"),
    ("terminated", "Ended before a decision"),
    ("referred", "Referred to the superior organ"),
]
#: Who may read personal data and answers on a case: everyone with a duty on its contents.
DUTY_GROUPS = (
    "gov_approval.group_gov_window_clerk,gov_approval.group_gov_reviewer,"
    "gov_approval.group_gov_representative,gov_approval.group_gov_supervisor,"
    "gov_approval.group_gov_auditor"
)
#: Leaders read the history and the register as well, without personal contents.
READER_GROUPS = f"{DUTY_GROUPS},gov_approval.group_gov_leader"


class GovCase(models.Model):
    """A case (办件): a projection of its events, written only through the door ``_act``.

    Every column below is recomputed from the events by ``_project``; none is ever edited.
    """

    _name = "gov.case"
    _description = "Case"
    _inherit = ["gov.sealed"]
    _order = "next_due_on, id"
    _rec_name = "number"
    _rec_names_search = ["number", "applicant_name"]

    # What it is
    number = fields.Char(string="Case number", required=True, readonly=True)
    secret = fields.Char(
        string="Query code",
        readonly=True,
        groups=DUTY_GROUPS,
        help="With the number, shows progress.",
    )
    draft_token = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    item_id = fields.Many2one(
        "gov.item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    version_id = fields.Many2one(
        "gov.item.version", required=True, readonly=True, index=True, ondelete="restrict"
    )
    department_id = fields.Many2one(
        "gov.department", required=True, readonly=True, index=True, ondelete="restrict"
    )
    handling_department_ids = fields.Many2many(
        "gov.department", string="Departments that handle it", readonly=True
    )
    centre_id = fields.Many2one(
        "gov.centre", required=True, readonly=True, index=True, ondelete="restrict"
    )
    window_id = fields.Many2one("gov.window", readonly=True, ondelete="restrict")
    channel = fields.Selection([("online", "Online"), ("window", "Window")], readonly=True)

    # Who applied
    partner_id = fields.Many2one(
        "res.partner",
        string="Account",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=DUTY_GROUPS,
    )
    applicant_name = fields.Char(string="Applicant", readonly=True, index="trigram")
    applicant_kind = fields.Char(readonly=True)
    applicant_id_masked = fields.Char(string="Applicant id", readonly=True)
    applicant_phone = fields.Char(readonly=True, groups=DUTY_GROUPS)
    agent_name = fields.Char(string="Agent", readonly=True)
    answers = fields.Json(readonly=True, groups=DUTY_GROUPS)

    # Where it stands
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    is_stopped = fields.Boolean(string="Clock stopped", readonly=True)
    is_deemed_accepted = fields.Boolean(string="Deemed accepted", readonly=True)
    is_notice_repeated = fields.Boolean(string="Repeated notice", readonly=True)
    is_renewed_by_silence = fields.Boolean(string="Renewed by silence", readonly=True)
    has_promised_papers = fields.Boolean(string="Papers to follow", readonly=True)
    commitment_check = fields.Selection(
        [("open", "Check is due"), ("kept", "Kept"), ("broken", "Broken")],
        string="Commitment",
        readonly=True,
    )
    chair_id = fields.Many2one(
        "res.users",
        string="Chair of the hearing",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="While a hearing is called and not recorded.",
    )
    received_at = fields.Datetime(readonly=True)
    accepted_at = fields.Datetime(readonly=True)
    decided_at = fields.Datetime(readonly=True)
    closed_at = fields.Datetime(readonly=True)
    promised_due_on = fields.Date(string="Promised until", readonly=True)
    statutory_due_on = fields.Date(string="Statutory limit", readonly=True)
    next_due_on = fields.Date(string="Due", readonly=True, index=True)
    is_due_provisional = fields.Boolean(readonly=True)
    calendar_version = fields.Integer(readonly=True, aggregator=None)
    head = fields.Char(
        readonly=True, help="Digest of the last event: shows a history cut off or written anew."
    )

    # Parts
    event_ids = fields.One2many(
        "gov.case.event", "case_id", string="History", readonly=True, groups=READER_GROUPS
    )
    step_ids = fields.One2many("gov.case.step", "case_id", string="Steps", readonly=True)
    material_ids = fields.One2many(
        "gov.case.material", "case_id", string="Materials", readonly=True, groups=DUTY_GROUPS
    )
    document_ids = fields.One2many(
        "gov.case.document", "case_id", string="Documents", readonly=True, groups=DUTY_GROUPS
    )
    certificate_ids = fields.One2many(
        "gov.certificate", "case_id", string="Certificates", readonly=True, groups=READER_GROUPS
    )

    _number_uniq = models.Constraint("UNIQUE (number)", "This case number was given already.")
    _draft_uniq = models.UniqueIndex(
        "(draft_token) WHERE draft_token IS NOT NULL", "This application was filed already."
    )
    _check_idx = models.Index("(department_id) WHERE commitment_check = 'open'")
    _open_idx = models.Index("(department_id, next_due_on, id) WHERE state != 'closed'")
