from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel import identity
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.gov_case_event import History
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..kernel import bill, payment_code
from .fee_speech import say

STATES = [
    ("issued", "To be paid"),
    ("paid", "Paid"),
    ("settled", "Confirmed by finance"),
    ("written_off", "Written off"),
    ("voided", "Voided"),
]
REFUND_STATES = [("asked", "Refund asked for"), ("part", "Partly refunded"), ("full", "Refunded")]
#: Days to pay, where no setting says otherwise.
DAYS_TO_PAY = 15


class GovFeeBill(models.Model):
    """One bill over the fees of one payer (缴款书), whatever departments and cases they are of.

    Its amount and its 20-digit payment code never change: what changes voids it, before payment,
    and issues another.  The law of its states is ``kernel.bill``.
    """

    _name = "gov.fee.bill"
    _description = "Fee bill"
    _inherit = ["gov.fee.folded"]
    _event_key = "bill_id"
    _order = "id desc"
    _rec_name = "number"

    centre_id = fields.Many2one("gov.centre", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", string="Payer's account", readonly=True, index=True)
    payer = fields.Char(required=True, readonly=True, index="trigram")
    payer_id_masked = fields.Char(string="Payer's code", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    refund_state = fields.Selection(REFUND_STATES, readonly=True, index=True)
    payable = fields.Float(digits=(16, 2), readonly=True)
    due = fields.Float(digits=(16, 2), readonly=True)
    relief_amount = fields.Float(string="Relief", digits=(16, 2), readonly=True)
    paid = fields.Float(digits=(16, 2), readonly=True)
    refunded = fields.Float(digits=(16, 2), readonly=True)
    excess = fields.Float(string="To be returned", digits=(16, 2), readonly=True)
    due_on = fields.Date(string="Pay until", required=True, readonly=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    issued_at = fields.Datetime(readonly=True)
    paid_on = fields.Date(readonly=True)
    replaces_id = fields.Many2one("gov.fee.bill", readonly=True)
    line_ids = fields.One2many("gov.fee.bill.line", "bill_id", string="Lines")
    assessment_ids = fields.One2many("gov.fee.assessment", "bill_id", string="Assessments")
    payment_ids = fields.One2many("gov.fee.payment", "bill_id", string="Payments")
    receipt_ids = fields.One2many("gov.fee.receipt", "bill_id", string="Receipts")
    refund_ids = fields.One2many("gov.fee.refund", "bill_id", string="Refunds")
    event_ids = fields.One2many("gov.fee.event", "bill_id", string="History")
    acts = fields.Char(compute="_compute_acts", help="What the user can do now.")

    _number_uniq = models.Constraint("UNIQUE (number)", "This payment code was given already.")

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        for found in self:
            found.is_overdue = bool(found.filtered_domain(self._overdue_domain()))

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._overdue_domain()
        return domain if True in value else ~domain

    @api.model
    def _overdue_domain(self):
        today = self.env["gov.calendar.day"]._local_now().date()
        return Domain("state", "=", "issued") & Domain("due_on", "<", today)

    @api.depends("state", "refund_state", "head")
    @api.depends_context("uid")
    def _compute_acts(self):
        Person = self.env["gov.case.event"]
        for found in self:
            known = found.sudo()  # what the user may do is told from the bill that he reads
            after = bill.fold(known._read_history().events)
            numbers = [refund.number for refund in after.refunds] or [None]
            roles = set().union(*(known._get_roles("", {"refund": n}) for n in numbers))
            found.acts = ",".join(bill.get_acts(after, Person._person(self.env.uid), roles))

    # -------------------------------------------------------------------- issue

    @api.model
    def _issue(self, assessments, replaces=None, roles=None):
        """Issue one bill over what is assessed (开具缴款书).

        :param assessments: of one payer
        :param roles: given where another act issues it
        :raises UserError: what keeps them from being billed
        """
        assessments = assessments.sorted("id")
        roles = roles or self._get_issuing_roles(assessments)
        found = []
        for one in assessments:
            one._check_billable()
            found.append((one, one._enter()))
        own = assessments.sudo()  # they were read and locked with the user's own rights
        self._check_one_payer(own)
        lines = own.line_ids.filtered("payable")
        try:
            kernel_lines = bill.check_lines(line._to_kernel() for line in lines)
            number = self._next_code(own.case_id.centre_id[:1])
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        vals = self._prepare_bill_vals(own, kernel_lines, number, replaces)
        new = self.sudo()._door_create(DOOR, [vals])  # every line was judged
        rows = self.env["gov.fee.bill.line"].sudo()  # likewise
        rows = rows._door_create(DOOR, [line._prepare_bill_line_vals(new) for line in lines])
        payload = {"payer": new.payer, "due_on": new.due_on.isoformat()}
        payload |= {"lines": [row._to_payload() for row in rows]}
        if replaces:
            payload["replaces"] = replaces.number
        new._append(History(), "issue", sorted(roles)[0], payload)
        for one, history in found:
            own = one.sudo()  # read and locked above with the user's own rights
            own._record_act(history, "bill", {"bill": number}, roles)
            own._door_write(DOOR, {"bill_id": new.id})
        self.env["gov.fee.entry"]._enter_issue(new)
        return new.sudo(False)  # whoever issued it goes on with his own rights

    def _get_issuing_roles(self, assessments):
        user = self.env.user
        roles = {
            role
            for role in ("cashier", "window_clerk")
            if user.has_group(f"gov_approval.group_gov_{role}")
        }
        if assessments.partner_id == user.partner_id:
            roles.add("applicant")
        if not roles:
            raise UserError(
                self.env._("Fees are billed at the finance window or by the payer on the portal.")
            )
        return roles

    def _check_one_payer(self, assessments):
        cases = assessments.case_id
        payers = {
            (case.partner_id.id, case.applicant_id_masked, case.applicant_name) for case in cases
        }
        if len(payers) != 1:
            raise UserError(
                self.env._(
                    "A bill has one payer, and these fees are of %(payers)s. Make a bill for each.",
                    payers=", ".join(sorted({name or "–" for _p, _i, name in payers})),
                )
            )

    def _next_code(self, centre):
        today = self.env["gov.calendar.day"]._local_now().date()
        parameters = self.env["ir.config_parameter"].sudo()  # a setting that is printed on bills
        number_range = parameters.get_param("gov_fees.number_range", "001")
        division = centre.division_code
        serial = self.env["gov.number"]._next(f"bill/{division}/{number_range}/{today.year}")
        return payment_code.make(division, today.year, number_range, serial)

    def _prepare_bill_vals(self, assessments, lines, number, replaces):
        case = assessments.case_id[:1]
        today = self.env["gov.calendar.day"]._local_now().date()
        days = int(
            self.env["ir.config_parameter"]
            .sudo()  # likewise
            .get_param("gov_fees.days_to_pay", DAYS_TO_PAY)
        )
        deferred = [day for day in assessments.mapped("deferred_until") if day]
        return {
            "number": number,
            "centre_id": case.centre_id.id,
            "partner_id": case.partner_id.id,
            "payer": case.applicant_name or "–",
            "payer_id_masked": case.applicant_id_masked,
            "state": "issued",
            "due": float(sum(line.due for line in lines)),
            "relief_amount": float(sum(line.relief for line in lines)),
            "payable": float(sum(line.payable for line in lines)),
            "due_on": max([today + timedelta(days=days), *deferred]),
            "issued_at": fields.Datetime.now(),
            "replaces_id": replaces.id if replaces else None,
        }

    # ----------------------------------------------------------------- the door

    @on_one_record
    def action_act(self, kind, payload=None):
        """Perform an act on this bill.

        :param str kind: one of ``kernel.bill.ACTS`` but ``pay``, which takes money
        :param dict payload: its inputs; of ``request_refund`` also ``lines`` or ``payment``
        :raises UserError: a sentence that says what is allowed now
        """
        if kind == "pay":
            self.check_access("read")
            raise UserError(self.env._("Money is collected at the finance window or online."))
        if payload is not None and not isinstance(payload, dict):
            raise UserError(self.env._("The inputs of an act are given by name."))
        self._act(kind, payload or {})
        return True

    @on_one_record
    def action_settle(self):
        """Finance confirms the money (财政确认入库); the receipt is issued."""
        return self.action_act("settle")

    @on_one_record
    def action_write_off(self):
        """Finance writes the bill off (核销)."""
        return self.action_act("write_off")

    def _act(self, kind, payload, roles=None):
        """Lock, ask the kernel, append one event, project (`design.md` 2.3)."""
        self.ensure_one()
        history = self._enter()
        found = self.sudo()  # the row was read with the user's own rights
        roles = roles or found._get_roles(kind, payload)
        before = bill.fold(history.events)
        actor = self.env["gov.case.event"]._person(self.env.uid)
        try:
            values = bill.check(kind, before, payload, actor, frozenset(roles))
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        found._record_act(history, kind, values, roles)
        return self

    def _record_act(self, history, kind, values, roles):
        role = sorted(set(roles) & set(bill.ACTS[kind].roles))[0]
        history = self._append(history, kind, role, values)
        after = bill.fold(history.events)
        self._project(after)
        self._follow(kind, after, values, roles)

    def _project(self, after):
        asked = any(r.state in (bill.REQUESTED, bill.CHECKED, bill.APPROVED) for r in after.refunds)
        back = "full" if after.refunded == after.paid else "part"
        self._door_write(
            DOOR,
            {
                "state": after.state,
                "paid": float(after.paid),
                "refunded": float(after.refunded),
                "excess": float(after.excess),
                "refund_state": "asked" if asked else back if after.refunded else None,
                "paid_on": next((p.day for p in after.payments if p.standing == bill.FITS), None),
            },
        )

    def _follow(self, kind, after, values, roles):
        """What else an act does, in its transaction."""
        Entry, Receipt = self.env["gov.fee.entry"], self.env["gov.fee.receipt"]
        if kind == "void":
            Entry._enter_void(self)
            self._tell_assessments("unbill", roles)
        elif kind == "pay":
            Entry._enter_payment(self, values)
            if values["standing"] == bill.FITS:
                self._tell_assessments("pay", roles)
        elif kind == "settle":
            Receipt._issue(self)
        elif kind in ("request_refund", "check_refund", "approve_refund", "refuse_refund"):
            self.env["gov.fee.refund"]._project(self, after)
        elif kind == "pay_refund":
            refund = self.env["gov.fee.refund"]._project(self, after)
            refund = refund.filtered(lambda row: row.serial == values["refund"])
            Entry._enter_refund(self, refund)
            Receipt._issue_negative(self, refund)
        self._tell_cases(kind, values)

    def _tell_assessments(self, kind, roles):
        for one in self.assessment_ids.sorted("id"):
            one._record_act(one._enter(), kind, {}, roles)
            if kind == "unbill":
                one._door_write(DOOR, {"bill_id": None})

    def _tell_cases(self, kind, values):
        facts = {"bill": self.number, "act": kind, "state": self.state}
        if kind == "pay":
            facts["standing"] = values["standing"]
        for case in self.line_ids.case_id.sorted("id"):
            case._report("fee", facts)

    def _get_roles(self, kind, payload):
        user = self.env.user
        if user._is_superuser():
            return {"system"}
        roles = {
            role
            for role in ("cashier", "finance_officer")
            if user.has_group(f"gov_approval.group_gov_{role}")
        }
        if self.partner_id and self.partner_id == user.partner_id:
            return {"applicant"}  # whoever pays has no other part
        if user.has_group("gov_approval.group_gov_representative"):
            units = self._get_units(payload.get("refund"))
            if units and user in units.staff_ids:
                roles.add("representative")
        return roles

    def _get_units(self, number):
        """The departments that a refund concerns: those of its lines, of an excess all."""
        refund = self.refund_ids.filtered(lambda row: row.serial == number)
        keys = [row["line"] for row in refund.lines or ()]
        lines = self.line_ids.filtered(lambda line: line.id in keys) if keys else self.line_ids
        return lines.department_id

    # ---------------------------------------------------------------------- pay

    def _take(self, vals, roles, *, is_at_window=False):
        """Take money that arrived into the books (缴款入账), once.

        What the bill does not need is kept as excess; at the window it is not taken at all.

        :param vals: columns of the ``gov.fee.payment``; ``key`` makes a repeated call harmless
        :return: the payment
        """
        self.ensure_one()
        history = self._enter()
        found = self.sudo()  # read and locked with the user's own rights
        Payment = self.env["gov.fee.payment"].sudo()  # written by this door only
        if earlier := Payment.search([("key", "=", vals["key"])], limit=1):
            return earlier._check_replay(self, vals)
        if shift := vals.get("shift_id"):
            self.env["gov.fee.shift"].sudo().browse(shift)._hold_open()  # the cashier's own
        before = bill.fold(history.events)
        amount = vals.pop("amount", None) or before.payable
        try:
            if is_at_window:
                bill.check_collectable(before)
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        if is_at_window:
            found._check_no_wish()
        standing = bill.judge_payment(before, amount)
        local = self.env["gov.calendar.day"]._local_now()
        row = {
            "bill_id": self.id,
            "amount": float(amount),
            "standing": standing,
            "day": local.date(),
            "received_at": fields.Datetime.now(),
        }
        payment = Payment._door_create(DOOR, [row | vals])
        values = {
            "payment": payment.id,
            "amount": str(amount),
            "standing": standing,
            "day": payment.day.isoformat(),
            "method": payment.method_id.code,
            "reference": payment.reference or "",
        }
        found._record_act(history, "pay", values, roles)
        return payment

    def _check_no_wish(self):
        if waiting := self.assessment_ids.filtered("wish"):
            raise UserError(
                self.env._(
                    "A relief or deferral of %(number)s is asked for and not decided. Have it"
                    " decided first, or refused, then collect.",
                    number=waiting[0].number,
                )
            )

    @api.model
    def _find(self, text):
        """Bills to a scanned or typed text: payment code, case number, payer's name or code."""
        text = (text or "").strip()[:100]
        if payment_code.is_valid(text):
            return self.search([("number", "=", text)], limit=1)
        domain = Domain.OR(
            [
                Domain("number", "=", text),
                Domain("line_ids.case_number", "=", text),
                Domain("payer", "ilike", text),
                Domain("payer_id_masked", "=", identity.mask_id(text)),
            ]
        )
        return self.search(domain, limit=20).sorted(lambda one: one.state != "issued")


class GovFeeBillLine(models.Model):
    """One fee on a bill (缴款书明细), as it was when the bill was issued."""

    _name = "gov.fee.bill.line"
    _description = "Line of a bill"
    _inherit = ["gov.sealed"]
    _order = "bill_id, id"

    bill_id = fields.Many2one("gov.fee.bill", required=True, readonly=True, index=True)
    line_id = fields.Many2one("gov.fee.line", string="Assessed as", required=True, readonly=True)
    assessment_id = fields.Many2one("gov.fee.assessment", required=True, readonly=True, index=True)
    case_id = fields.Many2one("gov.case", required=True, readonly=True, index=True)
    case_number = fields.Char(readonly=True, index=True, help="Read by those who see no cases.")
    department_id = fields.Many2one("gov.department", required=True, readonly=True, index=True)
    fee_item_id = fields.Many2one("gov.fee.item", required=True, readonly=True, index=True)
    name = fields.Char(string="Fee", required=True, readonly=True)
    fund_management = fields.Char(string="Management of the money", readonly=True)
    basis = fields.Char(readonly=True)
    due = fields.Float(digits=(16, 2), readonly=True)
    relief_amount = fields.Float(string="Relief", digits=(16, 2), readonly=True)
    payable = fields.Float(digits=(16, 2), readonly=True)

    def _to_payload(self):
        return {
            "key": self.id,
            "name": self.name,
            "assessment": self.assessment_id.number,
            "fee": self.fee_item_id.code,
            "due": f"{self.due:.2f}",
            "relief": f"{self.relief_amount:.2f}",
            "payable": f"{self.payable:.2f}",
        }
