import logging

from odoo import api, fields, models
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.addons.gov_approval.models.rpc import on_one_record
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_BATCH = 100


class GovFeeStatement(models.Model):
    """Finance's own file confirms what it lists (财政入账确认).

    A cron settles the bills whose money agrees with a line, one bill a transaction, and each gets
    its receipt.
    """

    _inherit = "gov.fee.statement"

    confirmed_by_id = fields.Many2one("res.users", string="Confirmed by", readonly=True)
    unconfirmed_count = fields.Integer(
        string="Bills to confirm", compute="_compute_unconfirmed_count"
    )

    @api.depends("line_ids.payment_id.bill_id.state")
    def _compute_unconfirmed_count(self):
        for found in self:
            found.unconfirmed_count = found.side == "finance" and found._count_unconfirmed()

    @on_one_record
    def action_confirm(self):
        """Have the bills confirmed that agree with this file; the cron goes on by itself.

        :raises UserError: not of finance, or nothing is left to confirm
        """
        if not self.env.user.has_group("gov_approval.group_gov_finance_officer"):
            raise UserError(self.env._("Finance officers confirm that money has arrived."))
        self._lock()
        if self.side != "finance":
            raise UserError(
                self.env._(
                    "A file of the bank says that money was paid, not that it is in the treasury."
                    " Take in the file of finance and confirm by that."
                )
            )
        if not self._count_unconfirmed():
            raise UserError(
                self.env._("No paid bill of this file waits. Compare it first, or it is done.")
            )
        self.sudo()._door_write(DOOR, {"confirmed_by_id": self.env.uid})  # an officer, as checked
        self.env.ref("gov_fees.ir_cron_confirm").sudo()._trigger()  # the officer's act starts it
        return True

    @api.model
    def _cron_confirm(self):
        """Settle what officers had confirmed, until nothing is left.

        A bill that cannot be settled is logged and keeps none waiting; the next run tries it again.
        """
        for found in self.search([("confirmed_by_id", "!=", False)], order="id"):
            if not found._settle_bills():
                return

    def _settle_bills(self):
        """Whether time is left for another file."""
        officer, last = self.confirmed_by_id, 0
        Bill = self.env["gov.fee.bill"].with_user(officer)
        while ids := self._find_unconfirmed(last):
            for bill in Bill.browse(ids):
                last = bill.id
                try:
                    bill.action_settle()
                except UserError as error:
                    self.env.cr.rollback()
                    _logger.warning("Bill %s is not confirmed: %s", last, error)
                if not self.env["ir.cron"]._commit_progress(
                    1, remaining=self._count_unconfirmed(last)
                ):
                    return False
        return True

    def _find_unconfirmed(self, after):
        query = SQL("SELECT b.id %s ORDER BY b.id LIMIT %s", self._sql_unconfirmed(after), _BATCH)
        return [row[0] for row in self.env.execute_query(query)]

    def _count_unconfirmed(self, after=0):
        query = SQL("SELECT count(*) %s", self._sql_unconfirmed(after))
        return self.env.execute_query(query)[0][0]

    def _sql_unconfirmed(self, after):
        return SQL(
            """FROM gov_fee_statement_line l
               JOIN gov_fee_payment p ON p.id = l.payment_id AND p.standing = 'fits'
               JOIN gov_fee_bill b ON b.id = p.bill_id AND b.state = 'paid'
               WHERE l.statement_id = %s AND b.id > %s""",
            self.id,
            after,
        )
