from odoo import fields, models
from odoo.addons.gov_approval.kernel import effects

from ..kernel import assessment
from .gov_item_version import DEMAND_FEE

#: Acts that hand out a result, which waits for money only where law makes payment a condition.
HAND_OUTS = ("deliver",)


class GovCase(models.Model):
    """Fees of a case (办件收费): demanded by its steps, and waited for only where law says so."""

    _inherit = "gov.case"

    fee_assessment_ids = fields.One2many("gov.fee.assessment", "case_id", string="Fees")

    def _emit(self, record, event, before, after):
        """A step that demands a fee does so in the transaction of its act."""
        result = super()._emit(record, event, before, after)
        if not after.just_completed:
            return result
        for node, effect in effects.due(self.version_id._get_definition(), after):
            if effect["effect"] == DEMAND_FEE:
                self.env["gov.fee.assessment"]._demand(self, node)
        return result

    def _get_blockers(self, kind):
        """What is owed holds up the result where payment is a condition of it (``domain.md`` 8.3);
        elsewhere it never does.  The clock of the case goes on meanwhile: no article stops it."""
        blockers = super()._get_blockers(kind)
        if kind not in HAND_OUTS:
            return blockers
        today = self.env["gov.calendar.day"]._local_now().date()
        owed = self.sudo().fee_assessment_ids.filtered(  # the sum is told to who hands out
            lambda one: one.is_condition and not one._is_in_order(today)
        )
        for one in owed:
            blockers.append(
                self.env._(
                    "%(number)s is not paid, and payment is a condition here (%(ground)s). Collect"
                    " %(amount)s yuan first, or have it deferred or exempted.",
                    number=one.number,
                    ground=one.ground or "–",
                    amount=f"{one.payable:.2f}",
                )
            )
        return blockers


class GovFeeAssessment(models.Model):
    _inherit = "gov.fee.assessment"

    def _is_in_order(self, today):
        """Whether nothing is owed now (``kernel.assessment``)."""
        until = self.deferred_until or None
        return assessment.Assessment(self.state, deferred_until=until).is_in_order(today)
