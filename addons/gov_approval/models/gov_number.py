from odoo import api, fields, models

from .gov_sealed import DOOR


class GovNumber(models.Model):
    """Numbers already given (编号登记), a series a row: without gaps and never twice.

    A number is a row of the transaction that uses it: rolled back, it was never given, and the
    next one takes its place.  The series is locked until commit; the highest number is read
    on a cursor of its own, because the snapshot of this transaction may be older than the commit
    that released the lock.
    """

    _name = "gov.number"
    _description = "Number given"
    _inherit = ["gov.sealed"]
    _order = "id desc"
    _rec_name = "series"

    series = fields.Char(required=True, readonly=True)
    serial = fields.Integer(required=True, readonly=True, aggregator=None)

    _serial_uniq = models.Constraint("UNIQUE (series, serial)", "This number was given already.")

    @api.model
    def _next(self, series):
        """The next serial (from 1) of ``series``, for instance ``case/360726/2026-11-23``."""
        self.env.cr.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 19))", [series])
        query = "SELECT COALESCE(MAX(serial), 0) FROM gov_number WHERE series = %s"
        with self.env.registry.cursor() as latest:
            latest.execute(query, [series])
            committed = latest.fetchone()[0]
        self.env.cr.execute(query, [series])
        serial = max(committed, self.env.cr.fetchone()[0]) + 1
        self.sudo()._door_create(DOOR, [{"series": series, "serial": serial}])  # nobody writes
        return serial
