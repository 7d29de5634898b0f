from odoo import api, fields, models
from odoo.tools import SQL

#: Length of a window and how many wrong answers one address has in it.
WINDOW_MINUTES, LIMIT = 15, 20


class GovAttempt(models.Model):
    """Wrong answers to a public question, and objections, by who tries (防暴力查询).

    Counted in the database, so that all workers and hosts see the same number.  Rows are removed
    after a day.
    """

    _name = "gov.attempt"
    _description = "Failed public queries"
    _order = "window_start desc"
    _rec_name = "address"

    scope = fields.Char(required=True, readonly=True, help="verify, progress or objection")
    address = fields.Char(required=True, readonly=True)
    window_start = fields.Datetime(required=True, readonly=True, index=True)
    count = fields.Integer(required=True, readonly=True, aggregator=None)

    _window_uniq = models.UniqueIndex("(scope, address, window_start)")

    @api.model
    def _window(self):
        now = fields.Datetime.now()
        return now.replace(minute=now.minute // WINDOW_MINUTES * WINDOW_MINUTES, second=0)

    @api.model
    def _is_blocked(self, scope, address, limit=LIMIT):
        """Whether this address has used up its tries of the present quarter hour."""
        return bool(
            self.sudo().search_count(  # a counter that nobody may read
                [
                    ("scope", "=", scope),
                    ("address", "=", address),
                    ("window_start", "=", self._window()),
                    ("count", ">=", limit),
                ],
                limit=1,
            )
        )

    @api.model
    def _count_failure(self, scope, address):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO gov_attempt (scope, address, window_start, count)
                     VALUES (%s, %s, %s, 1)
                ON CONFLICT (scope, address, window_start)
                  DO UPDATE SET count = gov_attempt.count + 1
                """,
                scope,
                address,
                self._window(),
            )
        )

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.search([("window_start", "<", limit)], limit=10_000).unlink()
