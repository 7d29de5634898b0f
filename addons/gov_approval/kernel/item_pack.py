"""Packs (事项包): one complete item as one JSON file, in the words of the definition.

``to_values`` turns a pack into the rows of an item version, ``from_values`` is its inverse.  What
equals the default is left out of the file, so that a pack stays readable; an unknown key or a
value of the wrong type is refused with its path.
"""

from collections.abc import Mapping
from decimal import Decimal

from . import form_check, item_test
from .errors import KernelError, _lt
from .flow_graph import Graph
from .item_json import check, children, join, shorten
from .item_pack_values import (
    AMOUNT,
    COUNT,
    DAY,
    FLAG,
    JSON,
    NUMBER,
    ON,
    RECORDS,
    TEXT,
    WORDS,
    checked,
)

SCHEMA = 1

CODES = {
    "item_pack.schema": _lt(
        "The pack has the layout %(value)s; this release reads %(known)s. Export it again there."
    ),
    "item_pack.unknown_key": _lt("The pack has an unknown entry at %(path)s. Remove it."),
    "item_pack.wrong_type": _lt("The value at %(path)s is of the wrong type. Correct it."),
    "item_pack.missing": _lt("The pack has no value at %(path)s. Add it."),
}

#: (path in the pack, field, type).  COUNT is -1 where nothing is stated.
ITEM = (
    ("item.code", "code", TEXT),
    ("item.name", "name", TEXT),
    ("item.department", "department", TEXT),
    ("item.is_theme", "is_theme", FLAG),
    ("item.power_type", "power_type", TEXT),
    ("item.exercise_level", "exercise_level", TEXT),
    ("item.codes.base", "base_code", TEXT),
    ("item.codes.implementation", "implementation_code", TEXT),
    ("item.codes.handling", "handling_code", TEXT),
    ("item.codes.local", "local_code", TEXT),
)
VERSION = (
    ("item_kind", "item_kind", TEXT),
    ("handles", "handles", TEXT),
    ("certificate_items", "certificate_items", WORDS),
    ("licence_kind", "licence_kind", TEXT),
    ("is_safety", "is_safety", FLAG),
    ("is_in_person", "is_in_person", FLAG),
    ("allows_deferral", "allows_deferral", ON),
    ("check.value", "check_value", NUMBER),
    ("check.unit", "check_unit", TEXT),
    ("renewal.latest.value", "renewal_latest_value", NUMBER),
    ("renewal.latest.unit", "renewal_latest_unit", TEXT),
    ("renewal.earliest.value", "renewal_earliest_value", NUMBER),
    ("renewal.earliest.unit", "renewal_earliest_unit", TEXT),
    ("renewal.late", "renewal_late", TEXT),
    ("objects", "objects", WORDS),
    ("periods.statutory.value", "statutory_value", NUMBER),
    ("periods.statutory.unit", "statutory_unit", TEXT),
    ("periods.promised.value", "promised_value", NUMBER),
    ("periods.promised.unit", "promised_unit", TEXT),
    ("periods.supplement.value", "supplement_value", NUMBER),
    ("result.name", "result_name", TEXT),
    ("result.type", "result_type", TEXT),
    ("result.validity_value", "validity_value", NUMBER),
    ("result.validity_unit", "validity_unit", TEXT),
    ("result.region", "validity_region", TEXT),
    ("guide.place", "place", TEXT),
    ("guide.service_hours", "service_hours", TEXT),
    ("guide.consult_phone", "consult_phone", TEXT),
    ("guide.complaint_phone", "complaint_phone", TEXT),
    ("guide.quantity_limit", "quantity_limit", TEXT),
    ("guide.visits", "visits", COUNT),
    ("guide.visit_reason", "visit_reason", TEXT),
    ("guide.channels", "channels", WORDS),
    ("guide.delivery", "delivery", WORDS),
    ("guide.is_fee_charged", "is_fee_charged", TEXT),
    ("guide.intermediary_note", "intermediary_note", TEXT),
    ("guide.commitment_based", "commitment_based", TEXT),
    ("guide.deadline_note", "deadline_note", TEXT),
    ("guide.source_title", "source_title", TEXT),
)
_OPTION = (("code", "code", TEXT), ("label", "label", TEXT))
_FIELD = (
    ("code", "code", TEXT),
    ("label", "label", TEXT),
    ("section", "section", TEXT),
    ("type", "type", TEXT),
    ("help", "help", TEXT),
    ("required", "is_required", FLAG),
    ("required_if", "required_if", TEXT),
    ("visible_if", "visible_if", TEXT),
    ("constraint", "constraint", TEXT),
    ("constraint_message", "constraint_message", TEXT),
    ("indexed", "is_indexed", FLAG),
    ("min", "minimum", TEXT),
    ("max", "maximum", TEXT),
    ("max_length", "max_length", NUMBER),
    ("default", "default", TEXT),
    ("basis", "basis", TEXT),
    ("situation", "is_situation", FLAG),
)
#: path of a list -> (one2many of the version, columns); ``joint.rule``: an entry below ``joint``
PARTS = {
    "conditions": ("condition_ids", (("text", "text", TEXT),)),
    "bases": (
        "basis_ids",
        tuple((key, key, TEXT) for key in ("code", "title", "article", "ref", "text")),
    ),
    "form.sections": ("section_ids", tuple((k, k, TEXT) for k in ("code", "name", "visible_if"))),
    "form.fields": ("field_ids", _FIELD),
    "materials": (
        "material_ids",
        (
            ("code", "code", TEXT),
            ("name", "name", TEXT),
            ("form", "form", TEXT),
            ("originals", "originals", COUNT),
            ("photocopies", "photocopies", COUNT),
            ("copy_rule", "copy_rule", TEXT),
            ("source", "source", TEXT),
            ("required", "required", TEXT),
            ("needed_if", "needed_if", TEXT),
            ("condition_text", "condition_text", TEXT),
            ("file_types", "file_types", WORDS),
            ("max_mb", "max_mb", NUMBER),
            ("is_secret", "is_secret", FLAG),
            ("is_deferrable", "is_deferrable", FLAG),
            ("basis", "basis", TEXT),
            ("accept_standard", "accept_standard", TEXT),
            ("note", "note", TEXT),
        ),
    ),
    "intermediaries": (
        "intermediary_ids",
        tuple((key, key, TEXT) for key in ("service", "material")),
    ),
    "flow.nodes": (
        "node_ids",
        (
            ("code", "code", TEXT),
            ("kind", "kind", TEXT),
            ("stage", "stage", TEXT),
            ("name", "name", TEXT),
            ("role", "role", TEXT),
            ("department", "department", TEXT),
            ("days", "days", COUNT),
            ("unit", "unit", TEXT),
            ("procedure", "procedure", TEXT),
            ("counts_toward_deadline", "counts_toward_deadline", ON),
            ("four_eyes", "four_eyes", ON),
            ("joint.rule", "joint_rule", TEXT),
            ("joint.quorum", "joint_quorum", NUMBER),
            ("joint.departments", "joint_departments", WORDS),
            ("joint.silence", "joint_silence", TEXT),
            ("standard", "standard", TEXT),
            ("outcomes", "outcomes", TEXT),
            ("effects", "effects", RECORDS),
            ("note", "note", TEXT),
        ),
    ),
    "flow.edges": (
        "edge_ids",
        (
            ("source", "source", TEXT),
            ("target", "target", TEXT),
            ("condition", "condition", TEXT),
            ("default", "is_default", FLAG),
        ),
    ),
    "fees": (
        "fee_ids",
        (
            ("name", "name", TEXT),
            ("standard", "standard", TEXT),
            ("amount", "amount", AMOUNT),
            ("unit", "unit", TEXT),
            ("basis", "basis", TEXT),
            ("fee_code", "fee_code", TEXT),
            ("quantities", "quantities", JSON),
            ("is_payment_condition", "is_payment_condition", FLAG),
            ("payment_ground", "payment_ground", TEXT),
        ),
    ),
    "documents": (
        "template_ids",
        tuple((key, key, TEXT) for key in ("kind", "name", "number_word", "body")),
    ),
    "facts": (
        "fact_ids",
        tuple((key, key, TEXT) for key in ("kind", "path", "value", "reason")),
    ),
}
#: The stored test cases: of the item, not of its version, and no part of the definition.
TESTS = (
    "tests",
    "test_ids",
    (
        ("code", "code", TEXT),
        ("name", "name", TEXT),
        ("played_on", "played_on", DAY),
        ("answers", "answers", JSON),
        ("expected", "expected", JSON),
    ),
)
#: Lists inside a field of the form.
NESTED = {"options": ("option_ids", _OPTION), "columns": ("column_ids", _FIELD)}
_NEEDED = ("item.code", "item.name", "item.department")

_EMPTY = {TEXT: False, FLAG: False, ON: True, NUMBER: 0, COUNT: -1, WORDS: "", AMOUNT: 0.0,
          DAY: False, JSON: {}, RECORDS: []}  # fmt: skip
#: Units default to the unit of the law (Art. 50, 82); files and sizes to those of the material.
_DEFAULTS = {
    "statutory_unit": "workday",
    "promised_unit": "workday",
    "unit": "workday",
    "joint_silence": "wait",
    "supplement_value": 30,
    "handles": "new",
    "check_value": 30,
    "check_unit": "workday",
    "renewal_latest_unit": "calendar_day",
    "renewal_earliest_unit": "calendar_day",
    "renewal_late": "refuse",
    "file_types": "pdf,jpg,png",
    "max_mb": 20,
}


def _default(part, name, kind):
    if name == "unit" and part == "fee_ids":
        return False
    return _DEFAULTS.get(name, _EMPTY[kind])


def to_values(pack: Mapping) -> dict:
    """``item``, ``version`` and rows by one2many, as ``item_source.read`` gives them.

    :raises KernelError: a code of ``item_json`` or :data:`CODES`, with the path
    """
    check(pack)
    if pack.get("schema") != SCHEMA:
        raise KernelError("item_pack.schema", value=str(pack.get("schema"))[:20], known=SCHEMA)
    left = _Left(pack)
    left.take("schema")
    values = {
        "item": {f: left.value(p, k, _default("", f, k)) for p, f, k in ITEM},
        "version": {f: left.value(p, k, _default("", f, k)) for p, f, k in VERSION},
    }
    for path in _NEEDED:
        if not values["item"][path.rpartition(".")[2]]:
            raise KernelError("item_pack.missing", path=path)
    for path, (part, columns) in PARTS.items():
        rows = left.take(path)
        if path == "conditions" and isinstance(rows, list):
            rows = [{"text": text} for text in rows]
        values[part] = _rows(path, rows, part, columns)
    values["test_ids"] = _tests(left.take("tests"))
    left.refuse_rest()
    return values


def refuse_circles(values):
    """No designer draws a circle, no walk ends in one, and questions that wait for each other are
    never asked: a draft with one is not taken in from a file. The studio saves one all the same
    and shows it as a check that has to be put right.

    :param values: what `to_values` gave
    :raises KernelError: ``flow.cycle`` or the circle of the questions
    """
    form_check.dependency_order({"sections": values["section_ids"], "fields": values["field_ids"]})
    edges = [{"source": row["source"], "target": row["target"]} for row in values["edge_ids"]]
    graph = Graph({"nodes": values["node_ids"], "edges": edges})
    if circle := graph.on_cycle():
        raise KernelError("flow.cycle", names=", ".join(map(graph.name, circle)))


def _tests(rows):
    path, part, columns = TESTS
    found = _rows(path, rows, part, columns)
    for index, row in enumerate(found):
        for name in ("code", "name", "played_on"):
            if not row[name]:
                raise KernelError("item_pack.missing", path=f"{path}[{index}].{name}")
        row["answers"] = _plain(row["answers"])
        item_test.check(row["answers"], row["expected"])
    return found


def _plain(value):
    """Numbers with a point as the texts that answers are made of."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return format(value, "f") if isinstance(value, Decimal) else value


class _Left:
    """A pack from which entries are taken; what is left at the end is unknown."""

    def __init__(self, pack):
        self.pack, self.taken = pack, set()

    def take(self, path):
        value = self.pack
        for key in path.split("."):
            if value is None:
                return None
            if not isinstance(value, Mapping):
                raise KernelError("item_pack.wrong_type", path=path)
            value = value.get(key)
        self.taken.add(path)
        return value

    def value(self, path, kind, default):
        return checked(path, self.take(path), kind, default)

    def refuse_rest(self):
        waiting = [("", self.pack)]
        while waiting:
            path, value = waiting.pop()
            if path in self.taken:
                continue
            if not isinstance(value, Mapping):
                raise KernelError("item_pack.unknown_key", path=shorten(path))
            known = {taken for taken in self.taken if not path or taken.startswith(f"{path}.")}
            if not known:
                raise KernelError("item_pack.unknown_key", path=shorten(path))
            waiting += children(path, value)


def _rows(path, rows, part, columns):
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise KernelError("item_pack.wrong_type", path=path)
    found = [_row(f"{path}[{index}]", row, part, columns) for index, row in enumerate(rows)]
    if part != "fact_ids":  # facts have no order of their own
        for number, row in enumerate(found, 1):
            row["sequence"] = number
    return found


def _row(path, row, part, columns):
    if not isinstance(row, Mapping):
        raise KernelError("item_pack.wrong_type", path=path)
    nested = NESTED if part in ("field_ids", "column_ids") else {}
    groups = {key.partition(".")[0] for key, _field, _kind in columns if "." in key}
    flat = _flatten(path, row, groups)
    known = {key for key, _field, _kind in columns} | nested.keys()
    for key in flat:
        if key not in known:
            group, _dot, rest = key.partition(".")
            at = join(join(path, group), rest) if group in groups else join(path, key)
            raise KernelError("item_pack.unknown_key", path=shorten(at))
    values = {
        field: checked(f"{path}.{key}", flat.get(key), kind, _default(part, field, kind))
        for key, field, kind in columns
    }
    for key, (below, inner) in nested.items():
        values[below] = _rows(f"{path}.{key}", row.get(key), below, inner)
    return values


def _flatten(path, row, groups):
    """The entries of a row; those below a group as ``group.key``."""
    flat = {}
    for key, value in row.items():
        if key.partition(".")[0] in groups and "." in key:
            raise KernelError("item_pack.unknown_key", path=shorten(join(path, key)))
        if key not in groups:
            flat[key] = value
        elif isinstance(value, Mapping):
            flat |= {f"{key}.{inner}": below for inner, below in value.items()}
        elif value is not None:
            raise KernelError("item_pack.wrong_type", path=f"{path}.{key}")
    return flat


def from_values(values: Mapping) -> dict:
    """The pack of a version; ``to_values`` of it gives the same values."""
    pack = {"schema": SCHEMA}
    for part, columns in (("item", ITEM), ("version", VERSION)):
        for path, field, kind in columns:
            put(pack, path, _written(part, field, kind, values[part].get(field)))
    for path, (part, columns) in PARTS.items():
        rows = [_written_row(row, part, columns) for row in values[part]]
        if path == "conditions":
            rows = [row.get("text") for row in rows]
        put(pack, path, rows or None)
    path, part, columns = TESTS
    tests = [_written_row(row, part, columns) for row in values.get(part, ())]
    put(pack, path, tests or None)
    return pack


def _written(part, field, kind, value):
    if kind in (RECORDS, JSON):
        return value or None
    if value == _default(part, field, kind) or (value in (None, "") and kind in (TEXT, WORDS)):
        return None
    if kind == WORDS:
        return [word.strip() for word in value.split(",") if word.strip()]
    if kind == AMOUNT:
        return str(Decimal(str(value)).normalize().__format__("f"))
    return value


def _written_row(row, part, columns):
    found = {}
    for key, field, kind in columns:
        value = _written(part, field, kind, row.get(field))
        put(found, key, value)
    if part in ("field_ids", "column_ids"):
        for key, (below, inner) in NESTED.items():
            rows = [_written_row(child, below, inner) for child in row.get(below, ())]
            if rows:
                found[key] = rows
    return found


def put(pack, path, value):
    if value is None:
        return
    *above, last = path.split(".")
    for key in above:
        pack = pack.setdefault(key, {})
    pack[last] = value
