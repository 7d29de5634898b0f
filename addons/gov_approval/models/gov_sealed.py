"""Records that only the door may write, and definitions that freeze when published.

Both guards compare an object by identity.  Neither a context key nor a value that came over
RPC can ever *be* that object, so no client can forge the permission (`design.md` 2.5).
"""

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from .sealed_writing import Writing, can_write

#: Held by the code of the door only; compared with ``is``.
DOOR = object()
#: So many others may come first to the same row before Odoo's own, slow repetition takes over.
_TURNS = 100


class GovSealed(models.AbstractModel):
    """Base of every record that is a projection of events or an event itself.

    ``create``, ``write``, ``unlink`` and with them ``load``, ``copy``, ``web_save``, ``default_*``
    and x2many commands refuse for everybody, the superuser included.  The door calls
    ``_door_begin`` for the rows of an act, and ``_door_create``, ``_door_write`` for single ones;
    plain columns are then written as they are, with nothing of a context or of a user in them.
    """

    _name = "gov.sealed"
    _description = "Sealed record"
    _allow_sudo_commands = False

    def _refuse_direct_change(self):
        raise UserError(
            self.env._(
                "%(model)s is written only by acts on a case. Open the case and use the act"
                " that it offers now.",
                model=self._description,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_direct_change()

    def write(self, vals):
        self._refuse_direct_change()

    def unlink(self):
        self._refuse_direct_change()

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

    @api.model
    def _door_begin(self, key):
        """What the door writes with; ``key`` must be the door's own object."""
        if key is not DOOR:
            self._refuse_direct_change()
        return Writing(self.env)

    def _hold(self):
        """Lock the row for work that only adds rows elsewhere: files of a form, forms of a case.

        Whoever waits has a snapshot older than that work.  PostgreSQL refuses it, and ``_lock``
        begins anew, only when the row itself was written, so it is, with what it holds already.
        """
        self._lock()
        table = SQL.identifier(self._table)
        self.env.cr.execute(SQL("UPDATE %s SET id = id WHERE id = %s", table, self.id))

    def _door_create(self, key, vals_list):
        """Insert rows on behalf of the door; ``key`` must be the door's own object."""
        writing = self._door_begin(key)
        names = {name for vals in vals_list for name in vals}
        if not (self.env.su and names and can_write(self, names)):
            return super().create(vals_list)
        rows = writing.insert(self, vals_list)
        writing.send()
        return rows.records

    def _door_write(self, key, vals):
        """Update a projection on behalf of the door; ``key`` must be the door's own object."""
        writing = self._door_begin(key)
        if not (self and self.env.su and can_write(self, vals)):
            return super().write(vals)
        writing.update(self, vals)
        writing.send()
        return True

    def _door_unlink(self, key):
        """Remove rows that were never part of a case (drafts); the door's own object is needed."""
        self._door_begin(key)
        return super().unlink()


class GovVersionPart(models.AbstractModel):
    """A row under an item version (事项版本的组成部分): editable while the version is a draft.

    Published is frozen (`design.md` 2.2): a change after publishing needs a new version.
    """

    _name = "gov.version.part"
    _description = "Part of an item version"

    version_id = fields.Many2one(
        "gov.item.version", required=True, index=True, ondelete="cascade"
    )

    def _versions_of(self, vals_list=()):
        """The versions that these rows, or rows made from ``vals_list``, belong to."""
        Version = self.env["gov.item.version"]
        added = Version.browse({v["version_id"] for v in vals_list if v.get("version_id")})
        return (self.version_id if self else Version) | added

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.version_id._check_is_draft()
        return records

    def write(self, vals):
        self._versions_of([vals])._check_is_draft()
        before = [part.version_id for part in self]
        result = super().write(vals)
        # Access was checked for the version that the row belonged to: it may not leave it.
        if [part.version_id for part in self] != before:
            raise UserError(
                self.env._(
                    "A row does not move from one version to another. Add it there, and remove"
                    " it here."
                )
            )
        return result

    def unlink(self):
        self._versions_of()._check_is_draft()
        return super().unlink()
