import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..kernel import identity, licence
from .gov_sealed import DOOR
from .rpc import on_one_record
from .speech import say_article, word

PEPPER = "gov_approval.identity_pepper"
KINDS = [
    ("item", "No new application"),
    ("class", "No new licence of this class"),
    ("credit", "No acceptance on a promise"),
]


class GovBlock(models.Model):
    """A bar on applications (申请禁限, Art. 78, 79): brought about by an act, never by hand.

    Persons are found by a digest of their number, so nobody who reads the table learns whom a
    number belongs to.  A bar is lifted by two people and stays in the register.
    """

    _name = "gov.block"
    _description = "Bar on applications"
    _inherit = ["gov.sealed"]
    _order = "id desc"
    _rec_name = "holder_name"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    holder_name = fields.Char(string="Who is barred", required=True, readonly=True, index="trigram")
    holder_id_masked = fields.Char(string="Identity number", readonly=True)
    holder_digest = fields.Char(
        required=True, readonly=True, index=True, groups=fields.NO_ACCESS
    )
    item_id = fields.Many2one(
        "gov.item",
        string="Licence",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The item that grants the licence.",
    )
    filed_item_id = fields.Many2one(
        "gov.item", string="Item applied for", required=True, readonly=True, ondelete="restrict"
    )
    case_id = fields.Many2one(
        "gov.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    event_id = fields.Many2one("gov.case.event", required=True, readonly=True, ondelete="restrict")
    ground = fields.Char(required=True, readonly=True)
    ground_text = fields.Char(string="Brought about by", compute="_compute_texts")
    article = fields.Char(required=True, readonly=True)
    article_text = fields.Char(string="By law", compute="_compute_texts")
    begun_on = fields.Date(string="Since", required=True, readonly=True)
    until = fields.Date(string="Last day", readonly=True, help="Empty: until it is lifted.")
    state = fields.Selection(
        [("running", "Running"), ("over", "Over"), ("lifted", "Lifted")],
        compute="_compute_state",
        search="_search_state",
    )

    # Lifting it, by two people
    lift_reason = fields.Char(readonly=True)
    lift_asked_at = fields.Datetime(readonly=True)
    lift_asked_by_id = fields.Many2one(
        "res.users", string="Lifting proposed by", readonly=True, ondelete="restrict"
    )
    lifted_at = fields.Datetime(readonly=True)
    lifted_by_id = fields.Many2one(
        "res.users", string="Lifted by", readonly=True, ondelete="restrict"
    )
    can_propose = fields.Boolean(compute="_compute_can_lift")
    can_confirm = fields.Boolean(compute="_compute_can_lift")

    _event_uniq = models.Constraint(
        "UNIQUE (event_id, holder_digest)", "This act barred the person already."
    )
    _running_idx = models.Index("(holder_digest, item_id) WHERE lifted_at IS NULL")

    # ------------------------------------------------------------------ compute

    @api.depends("ground", "article")
    @api.depends_context("lang")
    def _compute_texts(self):
        for block in self:
            block.ground_text = word(self.env, block.ground)
            block.article_text = self._say_article(block.article)

    def _say_article(self, article):
        return say_article(self.env, article) if article.startswith("Art. ") else article

    @api.depends("until", "lifted_at")
    def _compute_state(self):
        today = self.env["gov.calendar.day"]._local_now().date()
        for block in self:
            if block.lifted_at:
                block.state = "lifted"
            else:
                block.state = "over" if block.until and block.until < today else "running"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["gov.calendar.day"]._local_now().date()
        over = Domain("until", "!=", False) & Domain("until", "<", today)
        found = {
            "lifted": Domain("lifted_at", "!=", False),
            "over": Domain("lifted_at", "=", False) & over,
            "running": Domain("lifted_at", "=", False) & ~over,
        }
        return Domain.OR(found[state] for state in value if state in found)

    @api.depends("lifted_at", "lift_asked_by_id")
    @api.depends_context("uid")
    def _compute_can_lift(self):
        user = self.env.user
        is_administrator = user.has_group("gov_approval.group_gov_centre_administrator")
        is_second = is_administrator or user.has_group("gov_approval.group_gov_supervisor")
        for block in self:
            asked_by = block.lift_asked_by_id
            block.can_propose = is_administrator and block.state == "running" and not asked_by
            block.can_confirm = (
                is_second and block.state == "running" and bool(asked_by) and asked_by != user
            )

    # ----------------------------------------------------------------- identity

    @api.model
    def _ensure_pepper(self):
        """The secret of the digests, made once for the life of the database."""
        parameters = self.env["ir.config_parameter"].sudo()  # nobody else reads it
        if not parameters.get_param(PEPPER):
            parameters.set_param(PEPPER, secrets.token_hex(32))

    @api.model
    def _digest(self, number):
        pepper = self.env["ir.config_parameter"].sudo().get_param(PEPPER)  # only digests leave
        return identity.digest(number, pepper.encode())

    @api.model
    def _get_number(self, answers):
        """The number of the applicant (申请人), not of an agent: card of a person, code of a body.
        """
        return answers.get("applicant_person_id") or answers.get("applicant_credit_code") or ""

    @api.model
    def _get_digest(self, answers):
        """Digest of the applicant's number; False without one."""
        number = self._get_number(answers)
        return self._digest(number) if number else False

    # ---------------------------------------------------------------- coming in

    @api.model
    def _bar(self, block, record, event, after, item):
        """Enter the bar that an act brings about (``kernel.licence.block_of``).

        :param record: the ``gov.case.event`` of the act; ``event``: the same for the kernel
        """
        number = self._get_number(after.answers)
        if not number:
            return self.browse()
        case = record.case_id
        return self._door_create(
            DOOR,
            [
                {
                    "kind": block.kind,
                    "holder_name": after.answers.get("applicant_name") or number,
                    "holder_id_masked": identity.mask_id(number),
                    "holder_digest": self._digest(number),
                    "item_id": item.id,
                    "filed_item_id": case.item_id.id,
                    "case_id": case.id,
                    "event_id": record.id,
                    "ground": block.ground,
                    "article": block.article,
                    "begun_on": event.at.date(),
                    "until": block.until or False,
                }
            ],
        )

    # ------------------------------------------------------------------ barring

    @api.model
    def _find_running(self, answers):
        """Bars on the applicant of these answers that are not lifted, whoever asks."""
        digest = self._get_digest(answers)
        # Nobody who files may read the register; the refusal names only what concerns them.
        blocks = self.sudo()
        if not digest:
            return blocks.browse()
        return blocks.search([("holder_digest", "=", digest), ("lifted_at", "=", False)])

    @api.model
    def _find_bar(self, answers, item, *, filed_item, handles, in_time, today):
        """The bar that stands against asking for the licence of ``item``, if any."""
        for block in self._find_running(answers):
            is_same_item = block.filed_item_id == filed_item
            if block.item_id != item and not is_same_item:
                continue
            fact = licence.Block(block.kind, block.ground, block.article, block.until or None)
            if licence.bars(
                fact, today, handles=handles, in_time=in_time, same_item=is_same_item
            ):
                return block
        return self.browse()

    @api.model
    def _find_credit(self, answers):
        """The open bar on promises (容缺受理, 告知承诺), if any."""
        return self._find_running(answers).filtered(lambda block: block.kind == "credit")[:1]

    def _say_bar(self):
        """Why the applicant may not apply, until when, and what to do instead."""
        self.ensure_one()
        if self.kind == "credit":
            return self.env._(
                "A promise given in case %(case)s was not kept (%(article)s). Until that is made"
                " good, hand in every paper with the application.",
                case=self.case_id.number,
                article=self._say_article(self.article),
            )
        return self.env._(
            "%(ground)s: by %(article)s “%(item)s” may not be applied for again up to and"
            " including %(until)s. Apply after that day; against the decision in case %(case)s"
            " you may ask for reconsideration.",
            ground=word(self.env, self.ground),
            article=self._say_article(self.article),
            item=self.item_id.name,
            until=fields.Date.to_string(self.until),
            case=self.case_id.number,
        )

    # ------------------------------------------------------------------ lifting

    def _propose_lift(self, reason):
        """The centre proposes to lift a bar (信用修复, or the decision behind it was undone)."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_propose:
            raise UserError(
                self.env._(
                    "Only a centre administrator proposes to lift a running bar, and only once."
                )
            )
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("State why the bar is to be lifted, and the papers seen."))
        self.sudo()._door_write(  # the register is written by the door; checked above
            DOOR,
            {
                "lift_reason": reason[:500],
                "lift_asked_at": fields.Datetime.now(),
                "lift_asked_by_id": self.env.uid,
            },
        )

    @on_one_record
    def action_confirm_lift(self):
        """The second person lifts the bar that the first proposed to lift."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_confirm:
            raise UserError(
                self.env._(
                    "A bar is lifted by a second person: a centre administrator other than the one"
                    " who proposed it, or a supervisor. Propose it first if nobody has."
                )
            )
        self.sudo()._door_write(  # same
            DOOR, {"lifted_at": fields.Datetime.now(), "lifted_by_id": self.env.uid}
        )

    @on_one_record
    def action_reject_lift(self):
        """The second person declines: the bar goes on, and may be proposed anew."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_confirm:
            raise UserError(self.env._("Only the second person declines a proposal to lift a bar."))
        self.sudo()._door_write(  # same
            DOOR, {"lift_reason": False, "lift_asked_at": False, "lift_asked_by_id": False}
        )
