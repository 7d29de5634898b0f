from decimal import Decimal

from odoo import api, fields, models
from odoo.addons.gov_approval.kernel import form
from odoo.addons.gov_approval.kernel.errors import KernelError
from odoo.addons.gov_approval.models.gov_case_event import History
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError

from ..kernel import assessment, bill, money, relief, tariff
from .fee_speech import say

STATES = [
    ("demanded", "To be assessed"),
    ("assessed", "Assessed"),
    ("exempted", "Nothing to pay"),
    ("billed", "Billed"),
    ("paid", "Paid"),
    ("cancelled", "Cancelled"),
]
WISHES = [("relief", "Relief asked for"), ("deferral", "Deferral asked for")]


class GovFeeAssessment(models.Model):
    """What a case has to pay (应收核定): computed from the public list, line by line.

    It names only fees that the case's frozen item version names, each by its rate in force on the
    day of acceptance (before acceptance: today), so nothing off the list is charged (Art. 59).
    """

    _name = "gov.fee.assessment"
    _description = "Fee assessment"
    _inherit = ["gov.fee.folded"]
    _event_key = "assessment_id"
    _order = "id desc"
    _rec_name = "number"

    case_id = fields.Many2one("gov.case", required=True, readonly=True, index=True)
    case_number = fields.Char(readonly=True, index=True, help="Read by those who see no cases.")
    department_id = fields.Many2one("gov.department", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", string="Payer's account", readonly=True, index=True)
    payer = fields.Char(readonly=True)
    step = fields.Char(string="Demanded by step", readonly=True)
    is_condition = fields.Boolean(string="Payment is a condition", readonly=True)
    ground = fields.Char(string="Ground of the condition", readonly=True)
    codes = fields.Json(string="Fees that may be charged", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    wish = fields.Selection(WISHES, string="Undecided", readonly=True, index=True)
    due = fields.Float(digits=(16, 2), readonly=True)
    relief_amount = fields.Float(string="Relief", digits=(16, 2), readonly=True)
    payable = fields.Float(digits=(16, 2), readonly=True)
    deferred_until = fields.Date(readonly=True)
    bill_id = fields.Many2one("gov.fee.bill", readonly=True, index=True)
    line_ids = fields.One2many(
        "gov.fee.line", "assessment_id", domain=[("is_current", "=", True)], string="Lines"
    )
    event_ids = fields.One2many("gov.fee.event", "assessment_id", string="History")
    acts = fields.Char(compute="_compute_acts", help="What the user can do now.")

    @api.depends("state", "wish", "head")
    @api.depends_context("uid")
    def _compute_acts(self):
        person = self.env["gov.case.event"]._person(self.env.uid)
        for found in self:
            known = found.sudo()  # what the user may do is told from what he reads
            now = assessment.fold(known._read_history().events)
            found.acts = ",".join(assessment.get_acts(now, person, frozenset(known._get_roles())))

    # ------------------------------------------------------------------- demand

    @api.model
    def _demand(self, case, step=""):
        """Demand the fees of a case (要求缴费): assessed at once where the answers say everything.

        :return: the assessment, or none where the item names no fee of the list
        """
        fees = [fee for fee in case.version_id._get_definition()["fees"] if fee.get("fee_code")]
        if not fees:
            return self
        count = self.sudo().search_count([("case_id", "=", case.id)])  # whoever demands counts all
        vals = {
            "number": f"{case.number}-F{count + 1}",
            "case_id": case.id,
            "case_number": case.number,
            "department_id": case.department_id.id,
            "partner_id": case.partner_id.id,
            "payer": case.applicant_name,
            "step": step,
            "codes": [fee["fee_code"] for fee in fees],
            "is_condition": any(fee.get("is_payment_condition") for fee in fees),
            "ground": "; ".join(filter(None, (fee.get("payment_ground") for fee in fees))),
            "state": "demanded",
        }
        found = self.sudo()._door_create(DOOR, [vals])  # the act that demands was judged before
        payload = {"case": case.number, "step": step, "codes": vals["codes"]}
        history = found._append(History(), "demand", "system", payload)
        entries = found._read_entries(fees)
        if entries is not None:
            try:
                found._record_act(history, "assess", {"fees": entries}, {"system"})
            except UserError:
                return found  # a rate is missing or the answers do not fit: a person looks at it
        return found

    def _read_entries(self, fees):
        """What the case's answers say of every line of its fees, or None if a person has to."""
        answers, found = self.case_id.answers or {}, []
        types = form.types(self.case_id.version_id._get_definition()["form"])
        for fee in fees:
            try:
                rate = self.env["gov.fee.item"]._rate_in_force(fee["fee_code"], self._get_day())
                quantities = fee.get("quantities") or {}
                entries = rate._entries_from(quantities, answers, types, self._get_day())
            except (UserError, KernelError):
                return None
            if entries is None:
                return None
            found.append({"code": fee["fee_code"], "lines": entries})
        return found

    def _get_day(self):
        """The day whose rates apply: that of acceptance; before it, today."""
        local = self.env["gov.calendar.day"]
        if accepted := self.case_id.accepted_at:
            return local._local(accepted).date()
        return local._local_now().date()

    # ----------------------------------------------------------------- the door

    @on_one_record
    def action_act(self, kind, payload=None):
        """Perform an act on this assessment.

        :param str kind: one of ``kernel.assessment.ACTS`` but those that the bill writes
        :param dict payload: the inputs of the act; of ``assess`` also ``fees``: rows of ``code``
            and ``lines`` (name of the rate's line -> ``quantities``, ``chosen``, ``reason``,
            ``applies``)
        :raises UserError: a sentence that says what is allowed now
        """
        if kind in ("bill", "unbill", "pay"):
            self.check_access("read")
            raise UserError(
                self.env._("Fees are billed and paid at the finance window or on the portal.")
            )
        if payload is not None and not isinstance(payload, dict):
            raise UserError(self.env._("The inputs of an act are given by name."))
        self._act(kind, payload or {})
        return True

    def _act(self, kind, payload, roles=None):
        """Lock, ask the kernel, append one event, project (`design.md` 2.3)."""
        self.ensure_one()
        history = self._enter()
        self.sudo()._record_act(  # the row was read with the user's own rights
            history, kind, payload, roles or self._get_roles()
        )
        return self

    def _record_act(self, history, kind, payload, roles):
        now = assessment.fold(history.events)
        actor = self.env["gov.case.event"]._person(self.env.uid)
        today = self.env["gov.calendar.day"]._local_now().date()
        said = {key: value for key, value in payload.items() if key != "fees"}
        facts, lines = {}, None
        if kind == "bill":
            facts, said = {"bill": said.pop("bill")}, said
        try:
            values = assessment.check(kind, now, said, actor, frozenset(roles), today)
            if kind == "assess":
                lines = self._compute(payload.get("fees"), frozenset(), values)
            elif kind == "request_relief":
                self._check_relief(values["relief"])
            elif kind == "grant_relief":
                fees = self._get_entries(history)
                lines = self._compute(fees, now.granted | {now.wish.relief}, values)
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        if lines is not None:
            facts = self._summarise(lines)
        role = sorted(set(roles) & set(assessment.ACTS[kind].roles))[0]
        old = self.bill_id if kind == "grant_relief" else self.env["gov.fee.bill"]
        others = old.assessment_ids
        if old:
            old._act("void", {"reason": values["opinion"]}, {"system"})
            history = self._enter()
        history = self._append(history, kind, role, values | facts)
        self._project(history, lines)
        self._tell_case(kind, role)
        if left := others.filtered(lambda one: one.state == "assessed" and not one.wish):
            old._issue(left, replaces=old, roles={"system"})

    def _get_roles(self):
        user, roles = self.env.user, set()
        case = self.case_id.sudo()  # whoever reads the assessment may be told his part in it
        has = {
            role: user.has_group(f"gov_approval.group_gov_{role}")
            for role in ("window_clerk", "reviewer", "representative")
        }
        if user in case.centre_id.staff_ids and has["window_clerk"]:
            roles.add("window_clerk")
        if user in self.department_id.sudo().staff_ids:  # likewise
            roles |= {role for role in ("reviewer", "representative") if has[role]}
        if case.partner_id and case.partner_id == user.partner_id:
            return {"applicant"}  # whoever applied has no other part
        return roles

    def _check_billable(self):
        """Whether this can go onto a bill; the kernel says the rest under the lock."""
        self.check_access("read")
        if self.state != "assessed":
            raise UserError(
                self.env._(
                    "%(number)s is not waiting for a bill (%(state)s). Choose fees that are"
                    " assessed and not billed.",
                    number=self.number,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )

    # ------------------------------------------------------------------ compute

    def _get_entries(self, history):
        """What was entered when the fees were assessed last."""
        return next(e for e in reversed(history.events) if e.kind == "assess").payload["fees"]

    def _compute(self, fees, granted, values):
        """Lines by the published list; refuses every fee that the item does not name.

        :raises KernelError, UserError:
        """
        entered = self._read_fees(fees)
        if set(entered) != set(self.codes) and not values.get("reason") and not granted:
            raise UserError(
                self.env._(
                    "The item names %(count)s fees and not all are assessed. Assess all, or give"
                    " the reason why one does not apply.",
                    count=len(self.codes),
                )
            )
        day, lines = self._get_day(), []
        for code, entries in entered.items():
            rate = self.env["gov.fee.item"]._rate_in_force(code, day)
            charges = rate._to_kernel().assess(entries)
            lines.append(self._settle_line(rate, charges, granted, day))
        values["fees"] = fees
        return lines

    def _read_fees(self, fees):
        known, entered = set(self.codes), {}
        if not isinstance(fees, list) or not fees:
            raise UserError(self.env._("Enter what the fees are computed from first."))
        for fee in fees:
            if not isinstance(fee, dict) or set(fee) != {"code", "lines"}:
                raise UserError(self.env._("A fee is given by its code and its lines."))
            if fee["code"] not in known or fee["code"] in entered:
                raise UserError(
                    self.env._(
                        "“%(code)s” is no fee of this item, or stands here twice. Only these can"
                        " be charged: %(known)s.",
                        code=str(fee["code"])[:60],
                        known=", ".join(sorted(known)),
                    )
                )
            entered[fee["code"]] = self._read_lines(fee["lines"])
        return entered

    def _read_lines(self, lines):
        entries = {}
        if not isinstance(lines, dict):
            raise UserError(self.env._("A fee is given by its code and its lines."))
        for name, said in lines.items():
            said = said if isinstance(said, dict) else {"": ""}
            quantities, reason = said.get("quantities") or {}, said.get("reason") or ""
            if (
                set(said) - {"quantities", "chosen", "reason", "applies"}
                or not isinstance(quantities, dict)
                or not isinstance(reason, str)
                or said.get("applies") not in (None, True, False)
            ):
                raise UserError(
                    self.env._("What is entered for “%(line)s” cannot be read.", line=name[:60])
                )
            chosen = said.get("chosen")
            chosen = None if chosen in ("", False) else chosen
            entries[name] = tariff.Entry(quantities, chosen, reason[:500], said.get("applies"))
        return entries

    def _settle_line(self, rate, charges, granted, day):
        fee = rate.item_id
        mine = frozenset(
            code.partition("/")[2] for code in granted if code.partition("/")[0] == fee.code
        )
        due = tariff.total(charges)
        reliefs = fee.relief_ids.filtered(lambda part: part.state == "published")
        facts = {"applicant_kind": self.case_id.applicant_kind or None}
        found = relief.settle(due, [part._to_kernel() for part in reliefs], facts, day, mine)
        return {
            "assessment_id": self.id,
            "case_id": self.case_id.id,
            "department_id": self.department_id.id,
            "fee_item_id": fee.id,
            "rate_id": rate.id,
            "name": fee.display_name,
            "kind": rate.definition["item"]["kind"],
            "fund_management": rate.definition["item"].get("fund_management"),
            "basis": rate.definition["item"]["policy_basis"],
            "charges": [
                {
                    "name": charge.name,
                    "amount": str(charge.amount),
                    "factors": [[name, money.plain(number)] for name, number in charge.factors],
                    "reason": charge.reason,
                }
                for charge in charges
            ],
            "due": str(found.due),
            "relief_amount": str(found.reduced),
            "payable": str(found.payable),
            "relief": found.relief.name if found.relief else None,
            "relief_basis": found.relief.basis if found.relief else None,
        }

    def _get_discretionary(self):
        """Reliefs of the list, of fees of this case, that are granted case by case: by code."""
        day, found = self._get_day(), {}
        for part in self.line_ids.fee_item_id.relief_ids.filtered(lambda p: p.state == "published"):
            known = part._to_kernel()
            if known.is_discretionary and known.runs_on(day):
                found[f"{part.item_id.code}/{known.code}"] = part
        return found

    def _check_relief(self, wanted):
        if wanted not in self._get_discretionary():
            raise KernelError("relief.unknown", name=wanted[:60])

    def _summarise(self, lines):
        names = ("due", "relief_amount", "payable")
        sums = {name: str(sum(Decimal(line[name]) for line in lines)) for name in names}
        told = ("name", "charges", "relief", "relief_basis", *names)
        return sums | {
            "lines": [
                {"fee": line["fee_item_id"], "rate": line["rate_id"]}
                | {name: line[name] for name in told}
                for line in lines
            ]
        }

    # ------------------------------------------------------------------ project

    def _project(self, history, lines):
        now = assessment.fold(history.events)
        vals = {
            "state": now.state,
            "wish": now.wish and ("relief" if now.wish.relief else "deferral"),
            "deferred_until": now.deferred_until,
        }
        if lines is not None:
            Line = self.env["gov.fee.line"].sudo()  # the projection of the event just written
            if self.line_ids:
                self.line_ids.sudo()._door_write(DOOR, {"is_current": False})  # likewise
            Line._door_create(DOOR, [_to_columns(line) for line in lines])
            for name in ("due", "relief_amount", "payable"):
                vals[name] = float(sum(Decimal(line[name]) for line in lines))
        self._door_write(DOOR, vals)

    def _tell_case(self, kind, role):
        """The case's own events say what happened to its fees, so supervision sees it."""
        facts = {"assessment": self.number, "act": kind, "by": role}
        facts |= {"state": self.state, "payable": f"{self.payable:.2f}"}
        self.case_id.sudo()._report("fee", facts)  # the act was judged; the case records it


def _to_columns(line):
    amounts = {name: float(line[name]) for name in ("due", "relief_amount", "payable")}
    return line | amounts | {"is_current": True}


class GovFeeLine(models.Model):
    """One fee of an assessment (核定明细): due, relief, payable (应缴、减免、实缴), basis."""

    _name = "gov.fee.line"
    _description = "Assessed fee"
    _inherit = ["gov.sealed"]
    _order = "id"

    assessment_id = fields.Many2one(
        "gov.fee.assessment", required=True, readonly=True, index=True, ondelete="restrict"
    )
    case_id = fields.Many2one("gov.case", required=True, readonly=True, index=True)
    department_id = fields.Many2one("gov.department", required=True, readonly=True, index=True)
    fee_item_id = fields.Many2one("gov.fee.item", required=True, readonly=True, index=True)
    rate_id = fields.Many2one("gov.fee.rate", required=True, readonly=True, ondelete="restrict")
    name = fields.Char(string="Fee", required=True, readonly=True)
    kind = fields.Char(string="Kind of fee", readonly=True)
    fund_management = fields.Char(string="Management of the money", readonly=True)
    basis = fields.Char(readonly=True)
    charges = fields.Json(string="Computation", readonly=True)
    due = fields.Float(digits=(16, 2), readonly=True)
    relief_amount = fields.Float(string="Relief", digits=(16, 2), readonly=True)
    payable = fields.Float(digits=(16, 2), readonly=True)
    relief = fields.Char(string="Relief granted", readonly=True)
    relief_basis = fields.Char(string="Basis of the relief", readonly=True)
    is_current = fields.Boolean(readonly=True)

    def _to_kernel(self):
        return bill.Line(
            self.id,
            self.name,
            Decimal(f"{self.due:.2f}"),
            Decimal(f"{self.relief_amount:.2f}"),
            Decimal(f"{self.payable:.2f}"),
            self.kind == "service",
        )

    def _prepare_bill_line_vals(self, found):
        copied = ("name", "fund_management", "basis", "due", "relief_amount", "payable")
        return {name: self[name] for name in copied} | {
            "bill_id": found.id,
            "line_id": self.id,
            "assessment_id": self.assessment_id.id,
            "case_id": self.case_id.id,
            "case_number": self.case_id.number,
            "department_id": self.department_id.id,
            "fee_item_id": self.fee_item_id.id,
        }
