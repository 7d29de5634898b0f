"""The pack as the item studio (事项设计器) edits it: complete, with nothing left to guess.

A pack in a file leaves out what equals the default.  An editor wants every list to be there, every
flag to be a boolean and every number a number; ``full`` writes it so, and ``read`` is the way back
from what a browser sent.
"""

import json
from collections.abc import Mapping
from decimal import Decimal

from . import chain, item_json, item_pack
from .errors import KernelError, _lt
from .item_pack import AMOUNT, COUNT, FLAG, JSON, NESTED, NUMBER, ON, PARTS, RECORDS, SCHEMA, WORDS

#: Codes are parts of indexes and of conditions; a longer one is a mistake.
MAX_CODE = 64

CODES = {
    "item_studio.not_pack": _lt(
        "What was sent is no item. Reload the page and make the change again."
    ),
    "item_studio.code_twice": _lt(
        "The code “%(twice)s” stands twice at %(path)s. Give each row a code of its own."
    ),
    "item_studio.code_too_long": _lt(
        "The code at %(path)s is longer than %(limit)s characters. Shorten it."
    ),
}

#: Columns other than a code that name a row.
_KEYS = {"template_ids": "kind", "intermediary_ids": "material"}


def key_of(part: str, columns) -> str:
    """The column by which rows of ``part`` keep their identity, "" where none does."""
    if part in _KEYS:
        return _KEYS[part]
    return "code" if any(key == "code" for key, _field, _kind in columns) else ""


def full(values: Mapping) -> dict:
    """The complete pack of values as ``item_pack.to_values`` gives them."""
    pack = {"schema": SCHEMA}
    for part, columns in (("item", item_pack.ITEM), ("version", item_pack.VERSION)):
        for path, field, kind in columns:
            item_pack.put(pack, path, _shown(kind, values[part].get(field)))
    for path, (part, columns) in PARTS.items():
        rows = [_full_row(row, part, columns) for row in values[part]]
        if path == "conditions":
            rows = [row["text"] for row in rows]
        item_pack.put(pack, path, rows)
    return pack


def _full_row(row, part, columns):
    found = {}
    for key, field, kind in columns:
        item_pack.put(found, key, _shown(kind, row.get(field)))
    if part in ("field_ids", "column_ids"):
        for key, (below, inner) in NESTED.items():
            found[key] = [_full_row(child, below, inner) for child in row.get(below, ())]
    return found


def _shown(kind, value):
    if kind == WORDS:
        return [word.strip() for word in (value or "").split(",") if word.strip()]
    if kind == RECORDS:
        return [dict(row) for row in value or ()]
    if kind in (FLAG, ON):
        return bool(value)
    if kind in (NUMBER, COUNT):
        return int(value or 0)
    if kind == AMOUNT:
        return str(Decimal(str(value or 0)).normalize().__format__("f"))
    if kind == JSON:
        return dict(value or {})
    return str(value or "")


def digest(pack: Mapping) -> str:
    """What stands for one state of a pack; two editors who began with it changed the same thing."""
    return chain.digest("sha256", "", pack)


def read(pack) -> dict:
    """The values of a pack that a browser sent, judged entry by entry.

    :raises KernelError: a code of ``item_json``, ``item_pack`` or :data:`CODES`, with its path
    """
    if not isinstance(pack, Mapping):
        raise KernelError("item_studio.not_pack")
    try:
        content = json.dumps(pack)
    except (TypeError, ValueError, RecursionError):
        raise KernelError("item_studio.not_pack") from None
    values = item_pack.to_values(item_json.load(content))
    for path, (part, columns) in PARTS.items():
        _check_codes(path, values[part], key_of(part, columns))
    return values


def _check_codes(path, rows, key):
    seen = set()
    for index, row in enumerate(rows):
        code = row.get(key) if key else None
        if code and len(code) > MAX_CODE:
            raise KernelError("item_studio.code_too_long", path=f"{path}[{index}]", limit=MAX_CODE)
        if code and code in seen:
            raise KernelError("item_studio.code_twice", path=path, twice=code)
        seen.add(code)
        for name, (below, _inner) in NESTED.items():
            if below in row:
                _check_codes(f"{path}[{index}].{name}", row[below], "code")
