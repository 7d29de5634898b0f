"""Rows of sealed records, written by one statement (一次写入).

What an act leaves behind belongs together: its event, the columns and steps of the case, documents,
messages.  A ``Writing`` collects these rows and sends them at once.  It fills in the defaults of
the models, never those of a context or a user.
"""

from odoo.tools import SQL
from psycopg2.extensions import AsIs

_NOW = AsIs("(now() AT TIME ZONE 'UTC')")
_DEFAULT = AsIs("DEFAULT")


class Rows:
    """Rows that a ``Writing`` will insert; as a value, a single row stands for its id to be."""

    def __init__(self, model, part):
        self._model, self._part, self._ids = model, part, ()

    @property
    def records(self):
        """The records, once they are written."""
        return self._model.browse(self._ids)

    def _reference(self):
        return AsIs(f"(SELECT id FROM {self._part})")


class Writing:
    """Inserts, updates and deletions of sealed rows; the database sees nothing before ``send``."""

    def __init__(self, env):
        self.env = env
        self._parts, self._settle = [], []

    def _add(self, part, settle):
        self._parts.append(part)
        self._settle.append(settle)
        return f"part_{len(self._parts) - 1}"

    def insert(self, model, vals_list):
        """Rows of one model; :class:`Rows` that values of later parts may refer to."""
        log = {**_stamp(model), "create_uid": model.env.uid, "create_date": _NOW}
        vals_list = [_get_defaults(model) | vals | log for vals in vals_list]
        names = sorted({name for vals in vals_list for name in vals})
        part = SQL(
            "INSERT INTO %s (%s) VALUES %s RETURNING id",
            SQL.identifier(model._table),
            _names(names),
            SQL(", ").join(
                tuple(_to_column(model, name, vals) for name in names) for vals in vals_list
            ),
        )

        def settle(ids):
            rows._ids = ids
            _forget(rows.records, names, model._fields)

        rows = Rows(model, self._add(part, settle))
        return rows

    def update(self, records, vals):
        """The same values for all ``records``."""
        vals = vals | _stamp(records)
        part = SQL(
            "UPDATE %s SET (%s) = ROW %s WHERE id = ANY(%s) RETURNING id",
            SQL.identifier(records._table),
            _names(vals),
            tuple(_to_column(records, name, vals) for name in vals),
            list(records._ids),
        )
        self._add(part, lambda _ids: _forget(records, vals))

    def link(self, record, name, ids):
        """Rows of the relation of a many2many field."""
        field = record._fields[name]
        part = SQL(
            "INSERT INTO %s (%s, %s) VALUES %s RETURNING %s AS id",
            SQL.identifier(field.relation),
            SQL.identifier(field.column1),
            SQL.identifier(field.column2),
            SQL(", ").join((record.id, id_) for id_ in ids),
            SQL.identifier(field.column2),
        )
        self._add(part, lambda _ids: _forget(record, [name]))

    def delete(self, model, name, value):
        """The rows whose many2one ``name`` is ``value``."""
        part = SQL(
            "DELETE FROM %s WHERE %s = %s RETURNING id",
            SQL.identifier(model._table),
            SQL.identifier(name),
            value,
        )
        self._add(part, lambda _ids: model.env[model._name].invalidate_model(flush=False))

    def add(self, statement):
        """A statement on a table of another module, which returns ids, beside these rows."""
        self._add(statement, lambda _ids: None)

    def send(self):
        """Write everything by one statement, and let the ORM forget what it knew of it."""
        if not self._parts:
            return
        self.env.flush_all()
        names = [SQL.identifier(f"part_{number}") for number in range(len(self._parts))]
        self.env.cr.execute(
            SQL(
                "WITH %s SELECT %s",
                SQL(", ").join(
                    SQL("%s AS (%s)", name, part)
                    for name, part in zip(names, self._parts, strict=True)
                ),
                SQL(", ").join(SQL("ARRAY(SELECT id FROM %s)", name) for name in names),
            )
        )
        settle, self._parts, self._settle = self._settle, [], []
        for function, ids in zip(settle, self.env.cr.fetchone(), strict=True):
            function(ids)


def can_write(model, names):
    """Whether these are plain columns, of a model that needs none of the ORM's machinery."""
    fields = [model._fields[name] for name in names]
    return all(
        field.store
        and field.column_type
        and not (field.translate or field.company_dependent or field.inverse)
        for field in fields
    )


def _names(columns):
    """Names of columns, which are names of fields and need no more than quotes."""
    return SQL(", ".join(f'"{name}"' for name in columns))


def _stamp(model):
    return {"write_uid": model.env.uid, "write_date": _NOW}


def _get_defaults(model):
    return {
        field.name: field.default(model) for field in model._get_columns()[0] if field.default
    }


def _to_column(model, name, vals):
    value = vals.get(name, _DEFAULT)
    if isinstance(value, AsIs):
        return value
    if isinstance(value, Rows):
        return value._reference()
    return model._fields[name].convert_to_column_insert(value, model, vals)


def _forget(records, fnames, created=()):
    """Drop what the cache holds of these columns and of everything computed from them."""
    records._invalidate_cache(fnames, records._ids)
    records.modified(created or fnames, create=bool(created))
    records._validate_fields(fnames)
