from odoo import models
from odoo.exceptions import UserError

from ..kernel import difference
from .difference_words import DifferenceWords, get_part_names
from .rpc import browse_one, on_one_record


class GovItemVersion(models.Model):
    """Two versions of an item side by side (版本比较), in the words of its screens."""

    _inherit = "gov.item.version"

    @on_one_record
    def action_compare(self, other_id=None):
        """What this version changes against another one of the item; by default against the one
        in force, else the one before.

        :return: ``before`` and ``after`` {id, name}, ``choices`` to compare with, ``parts``
            [{code, name, lines}] with something in them, ``count``
        """
        self.check_access("read")
        choices = self.item_id.version_ids - self
        other = self._get_other(choices, other_id)
        parts = self._compare_with(other) if other else []
        return {
            "before": {"id": other.id, "name": other._get_short_name()} if other else False,
            "after": {"id": self.id, "name": self._get_short_name()},
            "choices": [{"id": v.id, "name": v._get_short_name()} for v in choices],
            "parts": parts,
            "count": sum(len(part["lines"]) for part in parts),
        }

    @on_one_record
    def action_open_comparison(self):
        """The comparison in a dialog."""
        return {
            "type": "ir.actions.client",
            "tag": "gov_approval.version_comparison",
            "name": self.env._("What changes: %(version)s", version=self.display_name),
            "target": "new",
            "params": {"version_id": self.id},
            "context": {"dialog_size": "extra-large"},
        }

    def _get_other(self, choices, other_id):
        if other_id:
            other = browse_one(self, other_id)
            if other not in choices:
                raise UserError(
                    self.env._("Only versions of one item are compared; choose one of this item.")
                )
            return other
        earlier = choices.filtered(lambda v: v.number < self.number).sorted("number")
        return choices.filtered(lambda v: v.state == "published") or earlier[-1:] or choices[:1]

    def _get_short_name(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "Version %(number)s (%(state)s)", number=self.number, state=states[self.state]
        )

    def _compare_with(self, other):
        """The parts in which this version differs from ``other``, line by line in words."""
        # In the language of the centre, as published ones are, whatever the reader's is.
        before, after = (v.with_context(lang=None)._get_definition() for v in (other, self))
        words = DifferenceWords(self.env, before, after)
        found = {}
        for line in difference.compare(before, after):
            found.setdefault(line.part, []).append(words.say(line))
        names = get_part_names(self.env)
        return [
            {"code": code, "name": names[code], "lines": lines} for code, lines in found.items()
        ]
