"""Locking first, so that nothing has to be repeated (`security.md` E)."""

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

#: So many others may come first to the same row before Odoo's own, slow repetition takes over.
_TURNS = 100


class GovLocked(models.AbstractModel):
    """Base of every record that several people or machines change at the same moment."""

    _name = "gov.locked"
    _description = "Record that is locked before it is changed"

    def _lock(self, *more):
        """Wait for the row until commit, and read what the one before left: by one statement.

        PostgreSQL refuses a row that changed after the snapshot of this transaction was taken,
        and Odoo would sleep up to 2, 4, 8 seconds before it repeats the request.  As long as
        nothing has been written, a newer snapshot is all that is needed: the transaction begins
        anew, at once.  So lock first, outside of savepoints and before any advisory lock.

        :param more: expressions on the row that the same statement reads; their values are returned
        :raises AccessError: for a user who may not read the row: the rules are in the statement
        """
        self.ensure_one()
        cr, turns = self.env.cr, 1
        self.env.flush_all()
        cr.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        if cr.fetchone()[0]:
            turns = _TURNS
        columns, names = self._get_columns()
        query = SQL(
            "%s FOR NO KEY UPDATE OF %s",
            self._search([("id", "=", self.id)]).select(names, *more),
            SQL.identifier(self._table),
        )
        while True:
            try:
                cr.execute(query, log_exceptions=False)  # being refused is part of the plan
                break
            except SerializationFailure:
                turns -= 1
                if not turns:
                    raise
                cr.rollback()
        row = cr.fetchone()
        self.invalidate_recordset(flush=False)
        if not row:
            self.check_access("read")
            raise UserError(self.env._("This record does not exist any more; reload the page."))
        for field, value in zip(columns, row, strict=False):
            field._insert_cache(self, (value,))
        return row[len(columns) :]

    @api.model
    @tools.ormcache()
    def _get_columns(self):
        """The fields with a column of their own, and the same as a list in SQL."""
        columns = [field for field in self._fields.values() if field.store and field.column_type]
        names = (SQL.identifier(self._table, field.name) for field in columns)
        return columns, SQL(", ").join(names)
