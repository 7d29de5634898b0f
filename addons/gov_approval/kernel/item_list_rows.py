"""Items as rows of the national implementation list: the inverse of ``item_list.read``."""

import re
from collections.abc import Mapping
from decimal import Decimal

from . import item_words
from .item_list import BY_HEADING, COLUMNS, LATER, OTHER, guard, put


def to_rows(values: Mapping) -> list[dict[str, str]]:
    """The rows of one item: heading -> text, empty cells left out.

    :param values: as ``item_pack.to_values`` gives them, the department by its name
    """
    source = _source(values)
    head = {"本系统编码": values["item"]["code"]}
    for column in COLUMNS:
        if not column.group:
            cell = _cell(column, _get(source, column.path))
            if cell:
                head[column.heading] = cell
    rows = [head]
    for group in dict.fromkeys(column.group for column in COLUMNS if column.group):
        for index, part in enumerate(source.get(group, ())):
            while len(rows) <= index:
                rows.append({"本系统编码": head["本系统编码"]})
            rows[index] |= _part_cells(group, part)
    return [{key: guard(cell) for key, cell in row.items()} for row in rows]


def _part_cells(group, part):
    if group == "conditions":
        return {"受理条件": part}
    cells = {}
    for column in COLUMNS:
        if column.group == group:
            cell = _cell(column, _get(part, column.path))
            if cell:
                cells[column.heading] = cell
    return cells


def _cell(column, value):
    if value is None or value == "" or value == []:
        return ""
    if column.words:
        return {meant: word for word, meant in column.words.items()}.get(value, str(value))
    if isinstance(value, list):
        return "、".join(value)
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return re.sub("\r\n?", "\n", text).strip()


def _get(source, path):
    for key in path.split("."):
        source = source.get(key) if isinstance(source, Mapping) else None
    return source


def _source(values):
    """The source of ``item_source`` that says what the values say."""
    item, version = values["item"], values["version"]
    source = {
        "id": item["code"],
        "name": item["name"],
        "department": item.get("department"),
        "codes": {
            key: item.get(f"{key}_code") for key in ("base", "implementation", "handling", "local")
        },
        "power_type": _word(item_words.POWER_TYPES, item.get("power_type")),
        "exercise_level": _word(item_words.EXERCISE_LEVELS, item.get("exercise_level")),
        "item_kind": _word(item_words.ITEM_KINDS, version.get("item_kind")),
        "objects": _some(item_words.OBJECTS, version.get("objects")),
        "channels": _some(item_words.CHANNELS, version.get("channels")),
        "delivery": _some(item_words.DELIVERY, version.get("delivery")),
        "visits": _count(version.get("visits", -1)),
        "fee_charged": _FLAG_OF.get(version.get("is_fee_charged")),
        "commitment_based": _FLAG_OF.get(version.get("commitment_based")),
        "intermediary_services": version.get("intermediary_note"),
        "source": {"title": version.get("source_title")},
        "result": {
            "name": version.get("result_name"),
            "type": _word(item_words.RESULT_TYPES, version.get("result_type")),
            "validity": _validity(version),
        },
        "deadlines": _deadlines(version),
    }
    for name in ("visit_reason", "quantity_limit", "place", "service_hours", "consult_phone"):
        source[name] = version.get(name)
    source["complaint_phone"] = version.get("complaint_phone")
    _put_parts(source, values)
    _put_kept(source, values)
    return _without_false(source)


_FLAG_OF = {"yes": True, "no": False}
_VALIDITY_WORDS = {"year": "年", "month": "个月", "calendar_day": "日"}


def _word(table, code):
    """The first word that the table has for the code; a code without a word stays readable."""
    return next((word for word, meant in table.items() if meant == code), code) or None


def _some(table, codes):
    return [_word(table, code.strip()) for code in (codes or "").split(",") if code.strip()]


def _count(value):
    return None if value == -1 else value


def _validity(version):
    if version.get("validity_unit") == "none":
        return "长期"
    unit = _VALIDITY_WORDS.get(version.get("validity_unit"))
    return f"{version['validity_value']}{unit}" if unit and version.get("validity_value") else None


def _deadlines(version):
    found = {}
    for name in ("statutory", "promised"):
        value = version.get(f"{name}_value")
        found[name] = {"value": value, "unit": version.get(f"{name}_unit")} if value else {}
    found["statutory"]["text"] = version.get("deadline_note")
    return found


def _put_parts(source, values):
    source["legal_basis"] = [
        {"title": row["title"], "article": row.get("article"), "ref": row.get("ref"),
         "gist": row.get("text")}
        for row in values["basis_ids"]
    ]  # fmt: skip
    source["conditions"] = [row["text"] for row in values["condition_ids"] if row["text"]]
    source["materials"] = [_material(row) for row in values["material_ids"]]
    source["fees"] = [
        {key: row.get(key) for key in ("name", "standard", "unit", "basis", "fee_code")}
        | {"amount": Decimal(str(row["amount"])).normalize() if row.get("amount") else None}
        for row in values["fee_ids"]
    ]
    source["steps"] = [{"name": row["name"]} for row in values["node_ids"] if row.get("name")]
    source["special_procedures"] = [
        {
            "name": row["name"],
            "days": _count(row.get("days", -1)),
            "unit": row.get("unit") if row.get("days", -1) != -1 else None,
            "counts_toward_deadline": row.get("counts_toward_deadline", True),
        }
        for row in values["node_ids"]
        if row["kind"] == "procedure" and row.get("name")
    ]


def _material(row):
    required = _word(item_words.REQUIRED, row.get("required"))
    if row.get("is_deferrable"):
        required = LATER if required == "必要" else f"{required or ''}、{LATER}"
    found = {key: row.get(key) for key in ("name", "form", "copy_rule", "accept_standard", "basis")}
    return found | {
        "required": required,
        "originals": _count(row.get("originals", -1)),
        "photocopies": _count(row.get("photocopies", -1)),
        "source": _word(item_words.MATERIAL_SOURCES, row.get("source")),
        "conditional_on": row.get("condition_text"),
        "note": row.get("note"),
    }


_KEPT = re.compile(rf"(?:(materials|fees)\[([0-9]+)\]\.)?{OTHER}\.(.+)")


def _put_kept(source, values):
    """Cells without a field, which an import kept as facts."""
    for fact in values.get("fact_ids", ()):
        found = _KEPT.fullmatch(fact["path"] or "") if fact["kind"] == "unplaced" else None
        column = BY_HEADING.get(found[3]) if found else None
        if not column or column.group != (found[1] or ""):
            continue
        rows = source[found[1]] if found[1] else [source]
        index = int(found[2] or 0)
        if index < len(rows):
            put(rows[index], column.path, fact["value"])


def _without_false(source):
    """Without what a record leaves empty; False is a word only of a flag."""
    flags = ("fee_charged", "commitment_based", "counts_toward_deadline")
    found = {}
    for key, value in source.items():
        if value is False and key not in flags:
            continue
        if isinstance(value, Mapping):
            value = _without_false(value)  # noqa: PLW2901
        elif isinstance(value, list):
            value = [_without_false(v) if isinstance(v, Mapping) else v for v in value]  # noqa: PLW2901
        if value is not None:
            found[key] = value
    return found
