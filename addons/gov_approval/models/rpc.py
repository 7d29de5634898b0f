"""What a client may name as records, checked before a public method begins.

The web client names one saved record; whoever calls by hand may send anything, and is told so in a
sentence instead of by a failing statement of the database.
"""

import functools

from odoo.exceptions import UserError


def is_id(value) -> bool:
    """Whether a value can be the id of a stored record."""
    return type(value) is int and 0 < value < 2**31


def browse_one(model, id_):
    """The record that a client named by its id; it may be gone, or forbidden."""
    if not is_id(id_):
        raise UserError(model.env._("This is done on one record at a time; open it first."))
    return model.browse(id_)


def on_one_record(method):
    """A public method that is called on exactly one stored record."""

    @functools.wraps(method)
    def checked(self, *args, **kwargs):
        if len(self) != 1:
            raise UserError(self.env._("This is done on one record at a time; open it first."))
        return method(browse_one(self, self.id), *args, **kwargs)

    return checked


def on_records(method):
    """A public method that is called on stored records, however many."""

    @functools.wraps(method)
    def checked(self, *args, **kwargs):
        if not all(is_id(id_) for id_ in self._ids):
            raise UserError(self.env._("Choose the records in the list first."))
        return method(self, *args, **kwargs)

    return checked
