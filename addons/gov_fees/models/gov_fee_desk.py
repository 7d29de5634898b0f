from odoo import api, models
from odoo.addons.gov_approval.models.rpc import is_id
from odoo.exceptions import UserError
from odoo.fields import Domain

#: So many at most; whoever needs more searches more closely.
LIMIT = 12


class GovFeeBill(models.Model):
    """What the cashier's screen shows (收费窗口): bills, and fees that wait for one."""

    _inherit = "gov.fee.bill"

    @api.model
    def action_open_desk(self):
        """The user's shift, the ways to pay at the window, and what waits."""
        Shift = self.env["gov.fee.shift"]
        Shift._check_cashier()
        shift = Shift.search([("cashier_id", "=", self.env.uid), ("state", "=", "open")], limit=1)
        methods = self.env["gov.fee.method"].search([("is_at_window", "=", True)])
        return {
            "shift": shift and {"id": shift.id, "count": shift.payment_count},
            "methods": methods.read(["name", "needs_reference"]),
            **self.action_find(""),
        }

    @api.model
    def action_find(self, text):
        """Bills and fees without a bill, for a scanned code or a typed text.

        :param str text: payment code, case number, payer's name or number; empty: what waits
        :return: ``bills`` and ``groups`` (fees of one payer that no bill has yet)
        """
        if not isinstance(text, str):
            raise UserError(self.env._("Scan the payment code, or type a name or a case number."))
        text = text.strip()[:100]
        bills = self._find(text) if text else self.search([("state", "=", "issued")], limit=LIMIT)
        return {
            "bills": [bill._to_desk() for bill in bills[:LIMIT]],
            "groups": self._find_unbilled(text),
        }

    def _find_unbilled(self, text):
        Assessment = self.env["gov.fee.assessment"]
        domain = Domain("state", "=", "assessed") & Domain("wish", "=", False)
        if text:
            domain &= Domain.OR(
                [
                    Domain("case_number", "=", text),
                    Domain("number", "=", text),
                    Domain("payer", "ilike", text),
                ]
            )
        found = Assessment.search(domain, limit=50).sudo()  # the names of cases a cashier reads
        groups = found.grouped(
            lambda one: (one.partner_id.id, one.payer, one.case_id.applicant_id_masked)
        )
        return [
            {
                "ids": group.ids,
                "payer": payer,
                "payable": f"{sum(group.mapped('payable')):.2f}",
                "lines": [_to_row(line) for line in group.line_ids],
            }
            for (_partner, payer, _number), group in list(groups.items())[:LIMIT]
        ]

    @api.model
    def action_issue(self, assessment_ids):
        """One bill over these fees (合并开单).

        :return: the bill as the screen shows it
        """
        if not isinstance(assessment_ids, list) or not all(map(is_id, assessment_ids)):
            raise UserError(self.env._("Choose the fees in the list first."))
        assessments = self.env["gov.fee.assessment"].browse(assessment_ids).exists()
        if not assessments:
            raise UserError(self.env._("These fees are gone. Search again."))
        return self._issue(assessments)._to_desk()

    def _to_desk(self):
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.number,
            "payer": self.payer,
            "payer_number": self.payer_id_masked or "",
            "state": self.state,
            "label": dict(self._fields["state"]._description_selection(self.env))[self.state],
            "is_overdue": self.is_overdue,
            "due_on": self.due_on.isoformat(),
            "due": f"{self.due:.2f}",
            "relief": f"{self.relief_amount:.2f}",
            "payable": f"{self.payable:.2f}",
            "lines": [_to_row(line) for line in self.line_ids.sudo()],  # of a bill that he reads
        }


def _to_row(line):
    """An assessed fee or a line of a bill: both say what is due and what is payable."""
    return {
        "id": line.id,
        "name": line.name,
        "department": line.department_id.name,
        "case": line.case_id.number,
        "due": f"{line.due:.2f}",
        "relief": f"{line.relief_amount:.2f}",
        "payable": f"{line.payable:.2f}",
    }
