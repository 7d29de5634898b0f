from odoo import api, fields, models
from odoo.addons.gov_approval.kernel.case_facts import Event
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError

from ..kernel import card
from .alert_speech import say
from .gov_alert_rule import LEVELS

STATES = [
    ("issued", "To be answered"),
    ("ordered", "To be corrected"),
    ("explained", "To be verified"),
    ("appealed", "Under appeal"),
    ("settled", "Settled"),
    ("withdrawn", "Withdrawn"),
    ("escalated", "Handed over for accountability"),
]
#: Limits by which window clerks answer for the place, not the department.
_AT_WINDOW = ("notice", "delivery")


class GovAlertCard(models.Model):
    """A card of supervision (预警纠错单): a projection of its events, written only by its door.

    The law of its states is ``kernel.card``.  Nothing is deleted; a card that is withdrawn keeps
    its trace and counts no more.
    """

    _name = "gov.alert.card"
    _description = "Card of supervision"
    _inherit = ["gov.sealed"]
    _order = "became_due_at desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "case_number"]

    number = fields.Char(required=True, readonly=True)
    case_id = fields.Many2one("gov.case", required=True, readonly=True, index=True)
    case_number = fields.Char(readonly=True, index="trigram")
    rule_id = fields.Many2one("gov.alert.rule", required=True, readonly=True, index=True)
    rule_code = fields.Char(required=True, readonly=True)
    key = fields.Char(string="Occasion", required=True, readonly=True)
    level = fields.Selection(LEVELS, required=True, readonly=True)
    first_level = fields.Selection(LEVELS, string="Issued as", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    item_id = fields.Many2one("gov.item", readonly=True, index=True)
    department_id = fields.Many2one("gov.department", required=True, readonly=True, index=True)
    centre_id = fields.Many2one("gov.centre", required=True, readonly=True, index=True)
    is_at_window = fields.Boolean(
        readonly=True, help="The staff of the place answers, not the department."
    )
    step = fields.Char(string="Code of the step", readonly=True)
    person_id = fields.Many2one("res.users", string="Person concerned", readonly=True)
    problem = fields.Char(readonly=True, help="Why the rule could not be judged.")
    became_due_at = fields.Datetime(
        string="Came due", required=True, readonly=True, help="Whenever it was found."
    )
    issued_at = fields.Datetime(string="Issued", required=True, readonly=True)
    due_on = fields.Date(string="Next limit", readonly=True)
    is_with_unit = fields.Boolean(readonly=True)
    has_lapsed = fields.Boolean(string="Answer is late", readonly=True)
    is_counted = fields.Boolean(string="Counts", readonly=True)
    lapses = fields.Integer(string="Limits passed", readonly=True, aggregator=None)
    demand = fields.Char(readonly=True)
    explanation = fields.Text(readonly=True)
    evidence = fields.Text(readonly=True)
    opinion = fields.Text(string="Opinion of supervision", readonly=True)
    was_upheld = fields.Boolean(string="Upheld on appeal", readonly=True)
    head = fields.Char(readonly=True)
    event_ids = fields.One2many("gov.alert.event", "card_id", string="History", readonly=True)

    _number_uniq = models.Constraint("UNIQUE (number)", "This card number was given already.")
    _occasion_uniq = models.Constraint(
        "UNIQUE (case_id, rule_code, key)", "There is a card for this occasion already."
    )
    _lapse_idx = models.Index("(due_on, id) WHERE is_with_unit AND has_lapsed IS NOT TRUE")
    _list_idx = models.Index("(state, became_due_at DESC, id DESC)")

    # -------------------------------------------------------------------- issue

    @api.model
    def _issue_all(self, watches):
        """Issue the cards of watches that came due, all at once; rows as of ``_take_due``."""
        self = self.sudo()  # noqa: PLW0642 - the system issues cards, whoever looks
        Row, now = self.env["gov.alert.event"], fields.Datetime.now()
        day = self.env["gov.calendar.day"]._local(now).date()
        serials = self.env["gov.number"]._next_all([f"card/{day.isoformat()}"] * len(watches))
        algorithm, columns, events = Row._get_algorithm(), [], []
        departments = self._get_departments({row["department"] for row in watches})
        for row, serial in zip(watches, serials, strict=True):
            vals = self._prepare_card_vals(row, departments)
            number, payload = f"JC{day:%Y%m%d}{serial:05d}", self._prepare_issue(row, vals, day)
            event = Row._prepare(number, 1, "", "issue", now, payload, algorithm)
            after = card.apply(card.Card(), _as_event(self.env, event))
            vals |= self._prepare_columns(after) | {"number": number, "head": event["digest"]}
            columns.append(vals | {"issued_at": now})
            events.append(event)
        cards = self._door_create(DOOR, columns)
        for one, event in zip(cards, events, strict=True):
            event["card_id"] = one.id
        Row._door_create(DOOR, events)
        return cards

    @api.model
    def _get_departments(self, codes):
        """Code -> department; also those that were dissolved since."""
        Department = self.env["gov.department"].with_context(active_test=False)
        return {one.code: one.id for one in Department.search([("code", "in", list(codes))])}

    @api.model
    def _prepare_card_vals(self, row, departments):
        case = self.env["gov.case"].browse(row["case_id"])
        rule = self.env["gov.alert.rule"].browse(row["rule_id"])
        person = row["actor_id"] or None
        limit = rule.definition["limit"]
        return {
            "case_id": case.id,
            "case_number": case.number,
            "rule_id": rule.id,
            "rule_code": row["rule_code"],
            "key": row["key"],
            "item_id": case.item_id.id,
            "department_id": departments.get(row["department"]) or case.department_id.id,
            "centre_id": case.centre_id.id,
            "is_at_window": limit in _AT_WINDOW or row["role"] == "window_clerk",
            "step": row["step"],
            "person_id": person,
            "problem": row["problem"],
            "became_due_at": row["fire_at"],
        }

    @api.model
    def _prepare_issue(self, row, vals, day):
        """What the event of issuing says; limits are counted from the day of the card."""
        rule = self.env["gov.alert.rule"].browse(row["rule_id"])
        calendar, said = self.env["gov.calendar.day"]._calendar(), rule.definition
        has_limit = said["action"] != "inform"
        due_on = calendar.add_working_days(day, said["answer_days"]) if has_limit else None
        appeal = calendar.add_working_days(day, card.APPEAL_DAYS)
        return {
            "case": vals["case_number"],
            "rule": said["code"],
            "version": said["version"],
            "rule_digest": rule.digest,
            "key": row["key"],
            "became_due_at": fields.Datetime.to_string(row["fire_at"]),
            "level": said["level"],
            "action": said["action"],
            "demand": said["demand"] if said["action"] == "correct" else "",
            "person": row["actor_id"] or 0,
            "due_on": due_on and due_on.isoformat(),
            "appeal_until": appeal.isoformat(),
        }

    @api.model
    def _prepare_columns(self, after):
        """The columns of a card as its facts have them."""
        return {
            "state": after.state,
            "level": after.level,
            "first_level": after.first_level,
            "due_on": after.due_on or None,
            "is_with_unit": after.state in card.WITH_UNIT,
            "has_lapsed": after.has_lapsed,
            "is_counted": after.is_counted,
            "lapses": after.lapses,
            "demand": after.demand or None,
            "explanation": after.explanation or None,
            "evidence": after.evidence or None,
            "opinion": after.opinion or None,
            "was_upheld": after.was_upheld,
        }

    # ----------------------------------------------------------------- the door

    @on_one_record
    def action_act(self, kind, payload=None):
        """Perform an act on this card.

        :param str kind: one of ``kernel.card.ACTS``
        :param dict payload: its inputs
        :raises UserError: a sentence that says what is possible now
        """
        if payload is not None and not isinstance(payload, dict):
            raise UserError(self.env._("The inputs of an act are given by name."))
        if not isinstance(kind, str):
            raise UserError(say(self.env, KernelError("card.unknown")))
        self._act(kind, payload or {})
        return True

    def _act(self, kind, payload):
        """Lock, ask the kernel, append one event, project (`design.md` 2.3)."""
        self._lock()
        found = self.sudo()  # the row was read with the user's own rights
        Day = self.env["gov.calendar.day"]
        before = found._get_facts()
        person = self.env["gov.case.event"]._person(self.env.uid)
        try:
            values = card.check(
                kind,
                before,
                payload,
                person,
                self._get_sides(),
                Day._calendar(),
                Day._local_now().date(),
            )
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        Row = found.env["gov.alert.event"]
        now, sequence = fields.Datetime.now(), len(found.event_ids) + 1
        row = Row._prepare(
            found.number, sequence, found.head, kind, now, values, Row._get_algorithm()
        )
        after = card.apply(before, _as_event(self.env, row))
        Row._door_create(DOOR, [row | {"card_id": found.id}])
        found._door_write(DOOR, found._prepare_columns(after) | {"head": row["digest"]})
        self.invalidate_recordset(flush=False)
        return self

    def _get_facts(self):
        """The card folded from its events (``kernel.card``)."""
        events = self.env["gov.alert.event"].search([("card_id", "=", self.id)])
        return card.fold(events._to_kernel())

    def _get_sides(self):
        """On which sides of this card the user stands."""
        user = self.env.user
        if user._is_superuser():
            return frozenset({card.SYSTEM})
        sides, one = set(), self.sudo()  # staff of the units, not shown
        if user.has_group("gov_approval.group_gov_supervisor"):
            sides.add(card.SUPERVISOR)
        officers = ("gov_approval.group_gov_reviewer", "gov_approval.group_gov_representative")
        is_officer = any(user.has_group(group) for group in officers)
        if is_officer and user in one.department_id.staff_ids:
            sides.add(card.UNIT)
        is_clerk = user.has_group("gov_approval.group_gov_window_clerk")
        if is_clerk and one.is_at_window and user in one.centre_id.staff_ids:
            sides.add(card.UNIT)
        return frozenset(sides)

    @api.model
    def _cron_lapse(self):
        """Limits of units that passed without an answer (逾期未答): one card a transaction."""
        today = self.env["gov.calendar.day"]._local_now().date()
        domain = [("is_with_unit", "=", True), ("has_lapsed", "=", False), ("due_on", "<", today)]
        late = self.search(domain, order="due_on, id")
        for position, one in enumerate(late, 1):
            one._act("lapse", {})
            self.env["ir.cron"]._commit_progress(1, remaining=len(late) - position)


def _as_event(env, row):
    """Columns of an event for the kernel."""
    local, person = env["gov.calendar.day"]._local, env["gov.case.event"]._person
    return Event(row["kind"], local(row["at"]), person(row["actor_id"]), "", row["payload"])
