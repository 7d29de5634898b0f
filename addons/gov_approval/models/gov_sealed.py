"""Records that only the door may write, and definitions that freeze when published.

Both guards compare an object by identity.  Neither a context key nor a value that came over
RPC can ever *be* that object, so no client can forge the permission (`design.md` 2.5).
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .sealed_writing import Writing, can_write

#: Held by the code of the door only; compared with ``is``.
DOOR = object()


class GovSealed(models.AbstractModel):
    """Base of every record that is a projection of events or an event itself.

    ``create``, ``write``, ``unlink`` and with them ``load``, ``copy``, ``web_save``, ``default_*``
    and x2many commands refuse for everybody, the superuser included.  The door calls
    ``_door_begin`` for the rows of an act, and ``_door_create``, ``_door_write`` for single ones;
    plain columns are then written as they are, with nothing of a context or of a user in them.
    """

    _name = "gov.sealed"
    _description = "Sealed record"
    _inherit = ["gov.locked"]
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
