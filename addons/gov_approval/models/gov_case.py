import logging
import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..kernel import case as casefile
from ..kernel import numbering, procedure
from ..kernel.errors import KernelError
from .gov_sealed import DOOR
from .speech import say

_logger = logging.getLogger(__name__)

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
    ("not_competent", "Not accepted: another organ's power"),
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
    _open_idx = models.Index("(department_id, next_due_on, id) WHERE state != 'closed'")

    # ------------------------------------------------------------------- filing

    @api.model
    def _receive(self, draft):
        """Receive a complete draft (收件): the case comes into being with its first event."""
        Day = self.env["gov.calendar.day"]
        now = Day._local_now()
        department = draft.item_id.department_id.sudo()  # the applicant need not read it
        centre = (draft.window_id.centre_id or department.centre_id).sudo()  # same
        series = f"case/{centre.division_code}/{now.date().isoformat()}"
        serial = self.env["gov.number"]._next(series)
        definition = draft.version_id._get_definition()
        codes = {n["department"] for n in definition["flow"]["nodes"] if n["department"]}
        others = self.env["gov.department"].sudo().search([("code", "in", list(codes))])  # same
        case = self._door_create(
            DOOR,
            [
                {
                    "number": numbering.case_number(centre.division_code, now.date(), serial),
                    "secret": numbering.secret(secrets.token_bytes(8)),
                    "draft_token": draft.token,
                    "item_id": draft.item_id.id,
                    "version_id": draft.version_id.id,
                    "department_id": department.id,
                    "handling_department_ids": [(6, 0, (department | others).ids)],
                    "centre_id": centre.id,
                    "window_id": draft.window_id.id,
                    "channel": draft.channel,
                    "partner_id": draft.partner_id.id,
                    "state": "received",
                }
            ],
        )
        taken = case._take_materials(draft)
        role = "window_clerk" if draft.channel == "window" else "applicant"
        payload = {
            "answers": draft.answers or {},
            "materials": taken._summary(),
            "channel": draft.channel,
            "version": draft.version_id.digest,
        }
        nothing = self.env["gov.case.event"]
        case._record("receive", payload, role, definition, casefile.CaseFile(), nothing)
        return case

    @api.model
    def _supplement(self, draft):
        """Take the answer to the one-time notice into the case (补正)."""
        case = draft.case_id
        taken = case._take_materials(draft)
        facts = {"answers": draft.answers or {}, "materials": taken._summary()}
        return case._act("supplement", facts=facts)

    def _take_materials(self, draft):
        """Move the materials of a draft into the case; round n is the n-th supplement."""
        kinds = self._get_events().mapped("kind")
        taken = draft.material_ids
        taken._door_write(
            DOOR,
            {
                "case_id": self.id,
                "draft_id": False,
                "round": kinds.count("supplement") + 1 if kinds else 0,
            },
        )
        return taken

    # ---------------------------------------------------------------- the door

    def action_act(self, kind, payload=None):
        """Perform an act on this case (public API of screens and of RPC).

        :param str kind: one of ``kernel.procedure.ACTS`` except ``supplement``, which files a draft
        :param dict payload: the declared inputs of the act; others are refused
        :raises UserError: a sentence that names what is allowed now
        """
        if len(self) != 1 or type(self.id) is not int or not 0 < self.id < 2**31:
            raise UserError(self.env._("An act is performed on one case at a time; open it first."))
        self.check_access("read")
        if kind == "supplement":
            raise UserError(
                self.env._(
                    "Open the form of the one-time notice and hand in the supplements there."
                )
            )
        self._act(kind, payload)
        return True

    def _act(self, kind, payload=None, *, facts=None):
        """The one door (`design.md` 2.3): lock, ask the kernel, write one event, project.

        ``facts`` are added by the code behind a screen (filed answers, digests), never by a client.
        """
        self.ensure_one()
        self._lock()
        if payload is not None and not isinstance(payload, dict):
            raise UserError(self.env._("The inputs of an act are given by name."))
        definition = self.version_id._get_definition()
        Day = self.env["gov.calendar.day"]
        today = Day._local_now().date()
        try:
            events = self._get_events()
            before = casefile.fold(definition, events._to_kernel())
            actor = self._get_actor(definition)
            offer, values = procedure.check(
                kind, definition, before, actor, payload or {}, Day._calendar(), today
            )
            self._check_officers(values)
            values |= facts or {}
            self._record(kind, values, offer.role, definition, before, events[-1:])
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        return self

    def _get_events(self):
        Event = self.env["gov.case.event"].sudo()  # the door reads what it decides on
        return Event.search([("case_id", "=", self.id)], order="sequence")

    def _get_casefile(self):
        """The facts of the case, folded from its events (`kernel.case`)."""
        self.ensure_one()
        definition = self.version_id.sudo()._get_definition()  # frozen public facts
        return definition, casefile.fold(definition, self._get_events()._to_kernel())

    def _get_actor(self, definition):
        """The kernel's view of the current user on this case."""
        user = self.env.user
        if user.id == SUPERUSER_ID:
            return procedure.Actor(0, frozenset({"system"}))
        case = self.sudo()  # roles are facts of the network, not contents
        roles = set()
        if case.partner_id and case.partner_id == user.partner_id:
            # Whoever applied has no other part in the case (回避).
            return procedure.Actor(user.id, frozenset({"applicant"}))
        if user in case.centre_id.staff_ids and self._has_role(user, "window_clerk"):
            roles.add("window_clerk")
        for role in ("reviewer", "representative"):
            if not self._has_role(user, role):
                continue
            for department in case.handling_department_ids:
                if user in department.staff_ids:
                    roles.add(f"{role}@{department.code}")
            if user in case.department_id.staff_ids:
                roles.add(role)
        mandate = self.env["gov.mandate"].sudo()  # the filed authorisation is public
        return procedure.Actor(
            user.id,
            frozenset(roles),
            mandate._for_user(
                user,
                case.department_id,
                case.item_id,
                self.env["gov.calendar.day"]._local_now().date(),
            ),
        )

    def _has_role(self, user, role):
        return user.has_group(f"gov_approval.group_gov_{role}")

    def _check_officers(self, values):
        """Visiting officers are staff of a department that handles the case (Art. 34)."""
        staff = self.sudo().handling_department_ids.staff_ids.ids  # names of the own colleagues
        if set(values.get("officers", ())) - set(staff):
            raise UserError(
                self.env._("Visiting officers must be staff of a department that handles the case.")
            )

    def _record(self, kind, payload, role, definition, before, previous):
        """Write the event after ``previous`` with its documents and store what follows from it."""
        moment = fields.Datetime.now()
        local = self.env["gov.calendar.day"]._local(moment)
        actor = self.env["gov.case.event"]._person(self.env.uid)
        event = casefile.Event(kind, local, actor, role, payload)
        after = casefile.apply(definition, before, event)
        case = self.sudo()  # from here on the door itself writes, whoever opened it
        documents = self.env["gov.case.document"].sudo()._prepare(case, definition, event, after)
        payload = dict(payload, **documents.payload)
        row = case.env["gov.case.event"]._append(case, previous, kind, moment, role, payload)
        case._door_write(DOOR, {"head": row.digest})
        case._project(definition, after, local.date())
        documents.issue(case, row)
        case.env["gov.notice"]._queue(row)
        return row

    # ------------------------------------------------------------ acts of time

    @api.model
    def _cron_act_by_time(self):
        """Deemed acceptance and abandonment, set by the system (Art. 32): one case a transaction.

        The candidates come from an indexed date; the kernel alone decides.  A case that cannot be
        acted on is logged and does not hold up the others.
        """
        today = self.env["gov.calendar.day"]._local_now().date()
        overdue = self.search(
            [("state", "in", ("received", "supplementing")), ("next_due_on", "<", today)]
        )
        for position, case in enumerate(overdue, 1):
            try:
                case._act("deem_accepted" if case.state == "received" else "abandon")
            except UserError as error:
                self.env.cr.rollback()
                _logger.error("Case %s: no act by time: %s", case.number, error)
            self.env["ir.cron"]._commit_progress(1, remaining=len(overdue) - position)

    @api.model
    def _cron_follow_calendar(self):
        """After a change of the calendar: recompute the due dates of open cases, one a transaction.

        Each case keeps the version of the calendar that its dates follow, so a run that was
        interrupted goes on where it stopped.
        """
        Day = self.env["gov.calendar.day"]
        version, today = Day._version(), Day._local_now().date()
        stale = [("state", "!=", "closed"), ("calendar_version", "!=", version)]
        cases, left = self.search(stale, limit=200), self.search_count(stale)
        for position, case in enumerate(cases, 1):
            case._lock()
            definition, facts = case._get_casefile()
            case._project(definition, facts, today)
            self.env["ir.cron"]._commit_progress(1, remaining=left - position)
