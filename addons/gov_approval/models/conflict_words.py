"""A conflict between a local version and its template, in the words of the comparison."""

from ..kernel.difference import ADDED, CHANGED, MOVED, REMOVED, Line, by_code, label_of
from .difference_words import DifferenceWords


class ConflictWords(DifferenceWords):
    """Says conflicts of ``kernel.inheritance`` between two definitions: local and template."""

    def say_conflict(self, conflict):
        """``place`` as a text; ``base``, ``local`` and ``template`` as pieces."""
        if conflict.kind == MOVED:
            return self._say_orders(conflict)
        if conflict.kind == REMOVED:
            values = conflict.base, conflict.local, conflict.template
            base, local, template = (self._say_side(conflict, value) for value in values)
        else:
            base = self.say(self._line(conflict, conflict.base, conflict.template))["before"]
            said = self.say(self._line(conflict, conflict.local, conflict.template))
            local, template = said["before"], said["after"]
            base = [("same", text) for kind, text in base]
        line = self._line(conflict, None, None)
        where = [self._say_place(line), self._say_label(line) if line.name else ""]
        return {
            "place": " › ".join(part for part in where if part),
            "base": base or self._say_nothing(),
            "local": local or self._say_nothing(),
            "template": template or self._say_nothing(),
        }

    def _line(self, conflict, before, after):
        before, after = (_bare(value, conflict.place) for value in (before, after))
        return Line(conflict.part, conflict.place, CHANGED, conflict.name, before, after)

    def _say_nothing(self):
        return [("same", self.env._("(empty)"))]

    def _say_side(self, conflict, row):
        """A whole row, or that the side removed it."""
        if row is None:
            return [("same", self.env._("(removed)"))]
        bare = row
        if isinstance(row, dict):
            bare = {key: value for key, value in row.items() if _bare(value, conflict.place)}
        line = Line(conflict.part, conflict.place, ADDED, "", None, bare)
        return [("same", text) for _kind, text in self.say(line)["after"]] or [
            ("same", conflict.place[-1].label)
        ]

    def _say_orders(self, conflict):
        line = Line(conflict.part, conflict.place, MOVED, "", None, None)
        names = [self._say_place(line), self._say_list(conflict.name), self.env._("Order")]
        orders = conflict.base, conflict.local, conflict.template
        base, local, template = (self._say_order(conflict, order) for order in orders)
        place = " › ".join(name for name in names if name)
        return {"place": place, "base": base, "local": local, "template": template}

    def _say_order(self, conflict, order):
        labels = {}
        for definition in self.definitions:
            rows = definition
            for step in conflict.place:
                rows = by_code(_find(rows, step.list)).get((step.code, step.number), {})
            listed = _find(rows, conflict.name)
            if all(isinstance(row, dict) for row in listed):
                labels |= {key: label_of(row) for key, row in by_code(listed).items()}
        texts = [
            labels.get(tuple(key), str(key[0])) if isinstance(key, list) else key for key in order
        ]
        return [("same", self.env._(", ").join(texts))]


def _bare(value, place):
    """None for what a complete pack writes where nothing is stated."""
    number = value.get("value") if isinstance(value, dict) and "unit" in value else value
    if isinstance(number, bool):
        return value
    if number == -1 or (number == 0 and isinstance(number, int) and not place):
        return None
    return value


def _find(value, path):
    for key in path.split("."):
        value = value.get(key, {}) if isinstance(value, dict) else {}
    return value or []
