"""What differs between two versions of an item (版本比较): ordered lines, rows matched by code.

``compare`` reads two definitions (frozen or compiled) as a person would: a row that has the same
code is the same row wherever it stands, a text is compared word by word (``segments``), and what
is unset reads the same in every spelling (absent, None, "", False, [], {}).  It knows no list of
fields: whatever a definition holds is compared, so a new entry of the definition shows up here
without being announced.
"""

import difflib
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"

#: Entries that say which version it is, not what is in it.
_IDENTITY = frozenset({"schema", "version"})
#: Parts of an item in reading order, and the entries of a definition that belong to each; what is
#: listed nowhere belongs to the first.
PARTS = {
    "basics": ("item", "item_kind", "handles", "objects", "result"),
    "grounds": ("bases", "conditions"),
    "situations": ("situations",),
    "form": ("form",),
    "materials": ("materials",),
    "flow": ("flow",),
    "limits": ("periods", "renewal", "check"),
    "fees": ("fees",),
    "intermediaries": ("intermediaries",),
    "documents": ("documents",),
    "guide": ("guide",),
}
PART_OF = {key: part for part, keys in PARTS.items() for key in keys}
#: Flags that hold unless a definition says otherwise.
_ON = frozenset({"counts_toward_deadline", "four_eyes"})
#: A number and its unit are read as one period.
PERIODS = {"days": "unit", "validity_value": "validity_unit"}
#: What a row is known by, first that fits.
_KEYS = (("code",), ("source", "target"), ("kind",), ("effect",), ("material",), ("name",))
#: Lists of texts without codes: a text that is much alike is the same one, worded otherwise.
TEXTS = frozenset({"conditions"})
ALIKE = 0.6
#: Texts up to so many words are compared word by word, longer ones line by line.
_WORD_BY_WORD = 4000

_WORD = re.compile(r"[A-Za-z0-9_]+|\s+|[^A-Za-z0-9_\s]")


@dataclass(frozen=True)
class Row:
    """A row on the way to what differs: the list it stands in, its code, and what it is called.

    ``number`` counts the rows before it that have the same code.
    """

    list: str
    code: str
    label: str
    number: int = 0


@dataclass(frozen=True)
class Line:
    """One difference.

    ``place``: the rows that lead to it, outermost first; none for an entry of the version itself.
    ``name``: dotted path of the entry in its row, "" where the whole row came, went or moved.
    ``before`` and ``after``: the values; of a moved row the label of the row that it follows.
    """

    part: str
    place: tuple[Row, ...]
    kind: str
    name: str
    before: object = None
    after: object = None


def compare(before: Mapping, after: Mapping) -> tuple[Line, ...]:
    """Every difference, in the order of the parts."""
    by_part = {part: [] for part in PARTS}
    for key in _keys(before, after):
        if key in _IDENTITY:
            continue
        part = PART_OF.get(key, "basics")
        by_part[part] += _entry(part, (), key, before.get(key), after.get(key))
    return tuple(line for lines in by_part.values() for line in lines)


def lost(base: Mapping, in_force: Mapping, draft: Mapping) -> tuple[Line, ...]:
    """What ``in_force`` changed of ``base`` and a draft made from ``base`` says otherwise."""
    otherwise = {_where(line) for line in compare(in_force, draft)}
    return tuple(line for line in compare(base, in_force) if _where(line) in otherwise)


def _where(line):
    return line.part, tuple((row.list, row.code) for row in line.place), line.name


def _keys(before: Mapping, after: Mapping) -> list:
    return list(dict.fromkeys([*before, *after]))


def _is_nothing(value) -> bool:
    """Unset; 0 is a number that somebody has said."""
    return value is None or value is False or value in ("", [], {}, ())


def _entry(part, place, name, before, after) -> Iterable[Line]:
    """Differences of one entry, whatever kind of value it holds."""
    if _is_nothing(before) and _is_nothing(after):
        return
    if name in TEXTS:
        yield from _texts(part, place, name, before or [], after or [])
    elif _are_rows(before, after):
        yield from _rows(part, place, name, before or [], after or [])
    elif is_open(before) and is_open(after):
        yield from _mapping(part, place, f"{name}.", before, after)
    elif not is_same(before, after):
        yield Line(part, place, CHANGED, name, before, after)


def is_same(before, after) -> bool:
    """True is not 1 here."""
    return before == after and isinstance(before, bool) == isinstance(after, bool)


def is_open(value) -> bool:
    """Whether to look into the value: mappings but for periods."""
    return value is None or (isinstance(value, Mapping) and set(value) != {"value", "unit"})


def _are_rows(before, after) -> bool:
    lists = [value for value in (before, after) if not _is_nothing(value)]
    return all(
        isinstance(value, list) and all(isinstance(row, Mapping) for row in value)
        for value in lists
    )


def _mapping(part, place, prefix, before, after) -> Iterable[Line]:
    before, after = _periods_joined(before or {}, after or {})
    for key in _keys(before, after):
        default = True if key in _ON else None
        old, new = before.get(key, default), after.get(key, default)
        yield from _entry(part, place, prefix + str(key), old, new)


def _periods_joined(before, after):
    """Both with numbers and their units as one value, where either has such a number."""
    for number, unit in PERIODS.items():
        if unit in {*before, *after} and not (
            _is_nothing(before.get(number)) and _is_nothing(after.get(number))
        ):
            before, after = (_period_joined(row, number, unit) for row in (before, after))
    return before, after


def _period_joined(row, number, unit):
    rest = {key: value for key, value in row.items() if key != unit}
    if _is_nothing(row.get(number)):
        return rest
    return rest | {number: {"value": row[number], "unit": row.get(unit)}}


# ---------------------------------------------------------------------------- rows


def label_of(row: Mapping) -> str:
    """What a person calls the row."""
    for key in ("label", "name", "title"):
        if row.get(key):
            return str(row[key])
    if "source" in row:
        return f"{row['source']} → {row.get('target')}"
    return str(row.get("code") or row.get("kind") or row.get("effect") or "")


def _code_of(row: Mapping) -> str:
    for keys in _KEYS:
        if all(row.get(key) for key in keys):
            return " → ".join(str(row[key]) for key in keys)
    return ""


def row_of(name: str, key: tuple[str, int], row: Mapping) -> Row:
    """The row of the list ``name`` that :func:`by_code` gave the key."""
    return Row(name, key[0], label_of(row), key[1])


def by_code(rows: Iterable[Mapping]) -> dict[tuple[str, int], Mapping]:
    """Rows by code; a code that stands there again counts on."""
    found = {}
    for row in _in_order(rows):
        code, count = _code_of(row), 0
        while (code, count) in found:
            count += 1
        found[code, count] = {key: value for key, value in row.items() if key != "sequence"}
    return found


def _in_order(rows):
    """``sequence`` is nothing but the order of the rows."""
    return sorted(rows, key=lambda row: row.get("sequence") or 0)


def _rows(part, place, name, before, after) -> Iterable[Line]:
    old, new = by_code(before), by_code(after)
    for key, row in old.items():
        here = (*place, row_of(name, key, row))
        if key not in new:
            yield Line(part, here, REMOVED, "", row, None)
        else:
            yield from _mapping(part, here, "", row, new[key])
    for key, row in new.items():
        if key not in old:
            yield Line(part, (*place, row_of(name, key, row)), ADDED, "", None, row)
    yield from _moved(part, place, name, old, new)


def _moved(part, place, name, old, new) -> Iterable[Line]:
    """Rows that stand elsewhere among those that stayed; connections only among those that leave
    the same step, since no other order says anything."""
    groups = {}
    for key in old:
        if key in new:
            groups.setdefault(old[key].get("source"), []).append(key)
    for was in groups.values():
        now = [key for key in new if key in set(was)]
        for key in _out_of_order(was, now):
            here = (*place, row_of(name, key, new[key]))
            befores = (_label_before(old, was, key), _label_before(new, now, key))
            yield Line(part, here, MOVED, "", *befores)


def _label_before(rows, order, key) -> str:
    """The label of the row that it follows, "" for the first."""
    place = order.index(key)
    return label_of(rows[order[place - 1]]) if place else ""


def _out_of_order(was: list, now: list) -> list:
    """The fewest keys to move so that ``was`` reads as ``now``."""
    places = {key: place for place, key in enumerate(was)}
    ends, back, tails = [], {}, []
    for key in now:
        at = bisect_left(ends, places[key])
        back[key] = tails[at - 1] if at else None
        if at == len(ends):
            ends.append(0)
            tails.append(None)
        ends[at], tails[at] = places[key], key
    kept, key = set(), tails[-1] if tails else None
    while key is not None:
        kept.add(key)
        key = back[key]
    return [key for key in now if key not in kept]


# --------------------------------------------------------------------------- texts


def _texts(part, place, name, before, after) -> Iterable[Line]:
    gone = _left_over(before, after)
    come = _left_over(after, before)
    for old in gone:
        new = max(come, key=lambda text: likeness(old, text), default=None)
        if new is not None and likeness(old, new) >= ALIKE:
            come.remove(new)
            yield Line(part, (*place, Row(name, new, new)), CHANGED, "", old, new)
        else:
            yield Line(part, (*place, Row(name, old, old)), REMOVED, "", old, None)
    for new in come:
        yield Line(part, (*place, Row(name, new, new)), ADDED, "", None, new)
    stayed = [text for text in before if text in after]
    if not gone and not come and before != after:
        now = [text for text in after if text in stayed]
        yield Line(part, place, MOVED, name, stayed, now)


def _left_over(texts, others) -> list:
    rest, left = list(others), []
    for text in texts:
        if text in rest:
            rest.remove(text)
        else:
            left.append(text)
    return left


def likeness(old, new) -> float:
    return difflib.SequenceMatcher(None, str(old), str(new), autojunk=False).ratio()


def segments(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Two texts as one: pieces ("same" | "removed" | "added", text) in reading order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _WORD_BY_WORD:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[i:j])))
            continue
        if j > i:
            pieces.append((REMOVED, "".join(old[i:j])))
        if m > k:
            pieces.append((ADDED, "".join(new[k:m])))
    return tuple(pieces)
