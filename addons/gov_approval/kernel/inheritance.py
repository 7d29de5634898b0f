"""A local item follows its template (模板事项与本地实施清单): three-way merge of packs.

``merge`` takes three complete packs (``item_studio.full``): the version of the template that the
local one was last brought up to (``base``), the local version and the new version of the
template.  Rows are matched by their code, texts without one by their likeness.  What one side
changed is taken; what both changed to different values is a :class:`Conflict`, and the local value
stands until somebody decides.  A row that one side removed and the other changed, or still refers
to, stays until then.  What says where the organ is and who it is (:data:`OWN`) is never merged.

``take`` puts one decided value into a pack, ``at`` reads what stands there now.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass

from .difference import (
    CHANGED,
    MOVED,
    PART_OF,
    PERIODS,
    REMOVED,
    TEXTS,
    Row,
    by_code,
    is_open,
    is_same,
    row_of,
)
from .errors import KernelError, _lt
from .inheritance_order import arrange, pair

LOCAL, TEMPLATE = "local", "template"

#: Entries that belong to the organ that handles the item (实施清单), by their dotted paths.
OWN = frozenset(
    {
        "schema",
        "item",
        "facts",
        "guide.place",
        "guide.service_hours",
        "guide.consult_phone",
        "guide.complaint_phone",
        "guide.source_title",
    }
)
#: Lists whose rows name rows of another list: (that list, the entries that name them).
REFERENCES = {
    "form.fields": ("form.sections", ("section",)),
    "flow.edges": ("flow.nodes", ("source", "target")),
    "intermediaries": ("materials", ("material",)),
}

CODES = {
    "inheritance.place_gone": _lt(
        "The place of this conflict is not in the draft any more. Keep the local value, or add the"
        " row again."
    ),
}


@dataclass(frozen=True)
class Conflict:
    """What the template and the local version changed to different values.

    ``place``: the rows that lead to it; ``name``: dotted path of the entry in the last of them.
    ``kind``: CHANGED (an entry or a text), REMOVED (None on the side that removed the row) or
    MOVED (``name`` is a list, the values are the texts, or [code, number] of the rows, that both
    sides have, in their order).
    """

    part: str
    place: tuple[Row, ...]
    kind: str
    name: str
    base: object
    local: object
    template: object


@dataclass(frozen=True)
class Merge:
    """The merged pack, and what has to be decided."""

    pack: dict
    conflicts: tuple[Conflict, ...]


def merge(base: Mapping, local: Mapping, template: Mapping) -> Merge:
    """What ``local`` becomes when the template goes from ``base`` to ``template``."""
    work = _Work(base, local, template)
    return Merge(work.merged, tuple(work.conflicts))


def started(template: Mapping, local: Mapping) -> dict:
    """The pack of a new local item: the template's, with the own entries of ``local``."""
    return merge(local, local, template).pack


class _Work:
    """One merge under way."""

    def __init__(self, base, local, template):
        self.conflicts, self.part = [], ""
        self.packs = base, local, template
        self.named = {}  # list -> codes of its rows that merged rows of other lists name
        self.merged = {}
        keys = _keys(*self.packs)
        for key in _in_turn("", keys):
            self.part = PART_OF.get(key, "basics")
            self._put(self.merged, (), "", key, self.packs)
        self.merged = {key: self.merged[key] for key in keys if key in self.merged}

    # ------------------------------------------------------------------ entries

    def _put(self, merged, place, prefix, key, sides):
        """One entry of the three sides into ``merged``; left out where it is on none."""
        values = [side.get(key) for side in sides]
        name = f"{prefix}{key}"
        present = [value for value in values if value is not None]
        if not place and name in OWN:
            found = values[1]
        elif name in TEXTS:
            found = self._texts(name, [value or [] for value in values])
        elif any(present) and all(_is_rows(value) for value in present):
            found = self._rows(place, name, [value or [] for value in values])
        elif present and all(is_open(value) for value in present):
            found = self._mapping(place, f"{name}.", [value or {} for value in values])
        else:
            found = self._leaf(place, name, values)
        if found is not None:
            merged[key] = found

    def _mapping(self, place, prefix, sides):
        sides = [_joined(side) for side in sides]
        keys, merged = _keys(*sides), {}
        for key in _in_turn(prefix, keys):
            self._put(merged, place, prefix, key, sides)
        return _split({key: merged[key] for key in keys if key in merged})

    def _leaf(self, place, name, values):
        base, local, template = values
        if is_same(local, template) or is_same(base, template):
            return local
        if is_same(base, local):
            return template
        self._dispute(place, CHANGED, name, values)
        return local

    def _dispute(self, place, kind, name, values):
        self.conflicts.append(Conflict(self.part, place, kind, name, *values))

    # --------------------------------------------------------------------- rows

    def _rows(self, place, name, lists):
        tables = [by_code(rows) for rows in lists]
        merged = {}
        for key in _keys(*tables):
            row = self._row(place, name, key, [table.get(key) for table in tables])
            if row is not None:
                merged[key] = row
        if name in REFERENCES:
            target, entries = REFERENCES[name]
            self.named[target] = _named(merged.values(), entries)
        return self._in_order(place, name, tables, merged)

    def _row(self, place, name, key, sides):
        base, local, template = sides
        stays = template if local is None else local
        if stays is None:
            return None
        here = (*place, row_of(name, key, stays))
        if local is not None and template is not None:
            return self._mapping(here, "", [side or {} for side in sides])
        if base is None:
            return stays
        side = 1 if local is None else 2
        if is_same(stays, base) and not self._is_named(name, key[0], self.packs[side]):
            return None
        self._dispute(here, REMOVED, "", sides)
        return stays

    def _is_named(self, name, code, pack):
        """Whether merged rows name a row that ``pack``, which removed it, names nowhere."""
        if code not in self.named.get(name, ()):
            return False
        return not any(
            target == name and code in _named(_find(pack, path) or (), entries)
            for path, (target, entries) in REFERENCES.items()
        )

    def _in_order(self, place, name, tables, merged):
        """The merged rows as a list; two different new orders are a conflict."""
        groups = {
            key: row.get("source") for key, row in merged.items() if isinstance(row, Mapping)
        }
        keys, is_torn = arrange([list(table) for table in tables], merged, groups.get)
        if is_torn:
            both = [key for key in tables[1] if key in tables[2]]
            orders = ([key for key in table if key in both] for table in tables)
            if name in TEXTS:
                orders = ([merged[key] for key in order] for order in orders)
            self._dispute(place, MOVED, name, [[_plain(key) for key in order] for order in orders])
        return [merged[key] for key in keys]

    # -------------------------------------------------------------------- texts

    def _texts(self, name, lists):
        base = lists[0]
        tables = [dict(enumerate(base)), *(pair(base, texts) for texts in lists[1:])]
        merged = {}
        for key in _keys(*tables):
            text = self._text(name, [table.get(key) for table in tables])
            if text is not None:
                merged[key] = text
        return self._in_order((), name, tables, merged)

    def _text(self, name, values):
        base, local, template = values
        stays = template if local is None else local
        if base is None or stays is None:
            return stays
        here = (Row(name, "", base),)
        if local is not None and template is not None:
            return self._leaf(here, "", values)
        if stays == base:
            return None
        self._dispute(here, REMOVED, "", values)
        return stays


def _keys(*sides):
    return list(dict.fromkeys(key for side in sides for key in side))


def _in_turn(prefix, keys):
    """Lists that name rows of others come first: what they name is not removed unseen."""
    return sorted(keys, key=lambda key: f"{prefix}{key}" not in REFERENCES)


def _is_rows(value):
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _named(rows, entries):
    return {row.get(entry) for row in rows for entry in entries}


def _plain(key):
    return list(key) if isinstance(key, tuple) else key


def _joined(side):
    """Numbers with their units as one value: both change together."""
    side = dict(side)
    for number, unit in PERIODS.items():
        if number in side and unit in side:
            side[number] = {"value": side[number], "unit": side.pop(unit)}
    return side


def _split(side):
    for number, unit in PERIODS.items():
        if isinstance(side.get(number), Mapping):
            side |= {number: side[number]["value"], unit: side[number]["unit"]}
    return side


# ----------------------------------------------------------------------- deciding


def at(pack: Mapping, conflict: Conflict):
    """What stands in ``pack`` at the place of the conflict, None for nothing.

    :raises KernelError: ``inheritance.place_gone``
    """
    if _is_text(conflict):
        texts = pack.get(conflict.place[-1].list) or []
        return next((text for text in _sides(conflict) if text in texts), None)
    if not conflict.name:
        return _find_row(_find_above(pack, conflict.place), conflict.place[-1])
    value = _find(_joined_at(_follow(pack, conflict.place), conflict.name), conflict.name)
    if conflict.kind != MOVED:
        return value
    keys = value if conflict.name in TEXTS else [list(key) for key in by_code(value or [])]
    return [key for key in keys if key in conflict.local]


def take(pack: Mapping, conflict: Conflict, side: str) -> dict:
    """The pack with the value of ``side`` at the place of the conflict.

    :raises KernelError: ``inheritance.place_gone``
    """
    pack = copy.deepcopy(pack)
    value = copy.deepcopy(conflict.local if side == LOCAL else conflict.template)
    if _is_text(conflict):
        _put_text(pack.setdefault(conflict.place[-1].list, []), _sides(conflict), value)
    elif not conflict.name:
        _put_row(_find_above(pack, conflict.place), conflict.place[-1], value)
    elif conflict.kind == MOVED:
        _put_order(_find(_follow(pack, conflict.place), conflict.name) or [], value)
    else:
        _put_entry(_follow(pack, conflict.place), conflict.name, value)
    return pack


def _is_text(conflict):
    return bool(conflict.place) and conflict.place[-1].list in TEXTS


def _sides(conflict):
    """The wordings that a text may have now, likeliest first."""
    values = (conflict.local, conflict.template, conflict.base)
    return [value for value in values if value is not None]


def _find(mapping, path):
    for key in path.split("."):
        mapping = mapping.get(key) if isinstance(mapping, Mapping) else None
    return mapping


def _find_row(rows, row):
    return by_code(rows).get((row.code, row.number))


def _follow(pack, place):
    """The row at the end of ``place`` as it stands in the pack."""
    for step in place:
        pack = _pick(_find(pack, step.list) or [], step)
    return pack


def _find_above(pack, place):
    """The list in which the last row of ``place`` stands."""
    return _find(_follow(pack, place[:-1]), place[-1].list) or []


def _pick(rows, step):
    index = _index(rows, step)
    if index is None:
        raise KernelError("inheritance.place_gone")
    return rows[index]


def _index(rows, step):
    keys = list(by_code(rows))
    key = (step.code, step.number)
    return keys.index(key) if key in keys else None


def _joined_at(container, name):
    """The container with the number of ``name`` and its unit as one value."""
    above, _dot, _last = name.rpartition(".")
    if not above:
        return _joined(container)
    inner = _find(container, above)
    return container | {above: _joined(inner)} if isinstance(inner, Mapping) else container


def _put_text(texts, wordings, value):
    index = next((texts.index(text) for text in wordings if text in texts), None)
    if index is not None:
        texts[index : index + 1] = [] if value is None else [value]
    elif value is not None:
        texts.append(value)


def _put_row(rows, step, value):
    index = _index(rows, step)
    if index is not None:
        rows[index : index + 1] = [] if value is None else [value]
    elif value is not None:
        rows.append(value)


def _put_order(rows, order):
    """``rows`` in the order of their keys; what is not in it follows what it followed."""
    if rows and not isinstance(rows[0], Mapping):
        rows[:], _torn = arrange([rows, rows, order], rows, lambda text: None)
        return
    table = dict(zip(by_code(rows), rows, strict=True))
    keys, _torn = arrange([table, table, [tuple(key) for key in order]], table, lambda key: None)
    rows[:] = [table[key] for key in keys]


def _put_entry(container, name, value):
    *above, last = name.split(".")
    for key in above:
        container = container.setdefault(key, {})
    if last in PERIODS and isinstance(value, Mapping):
        container |= {last: value["value"], PERIODS[last]: value["unit"]}
    elif value is None:
        container.pop(last, None)
    else:
        container[last] = value
