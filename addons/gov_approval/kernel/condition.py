"""A condition as a tree of rows (条件树): what the visual builder shows and writes.

``to_tree`` reads a text of the expression language, ``to_text`` writes one; both mean the same.
A tree is a group ``{"join": "all" | "any" | "none", "rows": [...]}``; a row of it is a group or
``{"field", "operator", "value"}``.  A value is text (numbers and dates too, as they are written),
a list of such, ``{"field": code}``, ``{"today": True}`` or None.  A text with a part that rows
cannot show has no tree: it stays a text, and nobody rewrites it.

``static/src/core/condition.js`` does the same in the browser; ``static/tests/
condition_cases.json`` holds both sides to the same trees and texts.
"""

import ast
from collections.abc import Iterable, Mapping
from decimal import Decimal

from .errors import KernelError, _lt
from .expression import parse_condition
from .expression_nodes import iso_date
from .form_check import types

CODES = {
    "condition.tree": _lt("The condition is not laid out as rows and groups. Build it again."),
    "condition.field": _lt("The field “%(name)s” is not in this form. Choose another field."),
    "condition.operator": _lt(
        "The field “%(name)s” cannot be compared in this way. Choose another comparison."
    ),
    "condition.value": _lt(
        "The value to compare “%(name)s” with is missing or does not fit. Enter it again."
    ),
}

_SIGNS = {
    "==": "is", "!=": "is_not", ">": "more_than", ">=": "at_least", "<": "less_than",
    "<=": "at_most",
}  # fmt: skip
_FLIPPED = {"==": "==", "!=": "!=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
_SIGN_OF = {name: sign for sign, name in _SIGNS.items()}
_AST_SIGNS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_EQUAL = ("is", "is_not")
_LIST = ("is_one_of", "is_none_of")
_SET = ("is_set", "is_not_set")
_COUNTS = tuple(f"count_{name}" for name in _SIGN_OF)
#: Comparisons by the kind of a field, in the order in which they are offered.
OPERATORS = {
    "text": (*_EQUAL, *_LIST, *_SET),
    "choice": (*_EQUAL, *_LIST, *_SET),
    "number": (*_SIGN_OF, *_LIST, *_SET),
    "date": (*_SIGN_OF, *_LIST, *_SET),
    "bool": ("is_yes", "is_no", "is_not_yes", *_SET),
    "choices": ("contains", "contains_not", *_COUNTS, *_SET),
    "table": (*_COUNTS, *_SET),
}
_WITHOUT_VALUE = {*_SET, "is_yes", "is_no", "is_not_yes"}
#: Rows whose negation is a row again, also where the field has no value.
_NEGATED = {
    "is": "is_not", "is_one_of": "is_none_of", "contains": "contains_not", "is_set": "is_not_set",
    "is_yes": "is_not_yes", "count_is": "count_is_not",
}  # fmt: skip
_NEGATED |= {after: before for before, after in _NEGATED.items()}
_WORDS = {"all": " and ", "any": " or ", "none": " or "}


class _Beyond(Exception):
    """Rows cannot show this part of a text."""


def check(text: str, fields: Iterable[Mapping]) -> None:
    """Judge a condition over these fields, with the options that it names.

    :raises KernelError: what is wrong with it, as publishing would find it
    """
    fields = list(fields)
    rule = parse_condition(text, types({"fields": fields}))
    offered = {
        field["code"]: {option.get("code") for option in field.get("options") or ()}
        for field in fields
    }
    for name, option, _position in rule.options:
        if option not in offered[name]:
            raise KernelError("form.option_unknown", rule=rule.text, name=name, option=option)


def to_tree(text: str, fields: Iterable[Mapping]) -> dict | None:
    """The tree of a condition, or None where only its text can show it.

    :raises KernelError: the condition is wrong; as ``expression.parse_condition``
    """
    if isinstance(text, str) and not text.strip():
        return {"join": "all", "rows": []}
    kinds = types({"fields": list(fields)})
    parse_condition(text, kinds)
    try:
        root = ast.parse(" ".join(text.splitlines()).strip(), mode="eval").body
        tree = _Reader(kinds).read(root)
    except (_Beyond, SyntaxError, ValueError):
        return None
    return tree if "join" in tree else {"join": "all", "rows": [tree]}


class _Reader:
    def __init__(self, kinds: Mapping[str, str]):
        self.kinds = kinds

    def read(self, node) -> dict:
        if isinstance(node, ast.BoolOp):
            join = "all" if isinstance(node.op, ast.And) else "any"
            return _merged(join, [self.read(value) for value in node.values])
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return _negated(self.read(node.operand))
        if isinstance(node, ast.Compare):
            return self._compare(node.left, _AST_SIGNS[type(node.ops[0])], node.comparators[0])
        if isinstance(node, ast.Name):
            return _row(self._field(node, "bool"), "is_yes")
        if _called(node) == "is_set":
            return _row(self._field(node.args[0]), "is_set")
        raise _Beyond

    def _field(self, node, *kinds: str) -> str:
        if not isinstance(node, ast.Name) or (kinds and self.kinds[node.id] not in kinds):
            raise _Beyond
        return node.id

    def _compare(self, left, sign: str, right) -> dict:
        if sign in ("in", "not in"):
            return self._membership(left, sign == "in", right)
        if not _is_subject(left):
            left, sign, right = right, _FLIPPED[sign], left
        if _called(left) == "count":
            operator = f"count_{_SIGNS[sign]}"
            return _row(self._field(left.args[0]), operator, self._literal(right, "number"))
        name = self._field(left)
        kind = self.kinds[name]
        if kind == "bool":
            return self._yes_no(name, sign, right)
        return _row(name, _SIGNS[sign], self._operand(right, kind))

    def _yes_no(self, name: str, sign: str, right) -> dict:
        if not isinstance(right, ast.Constant):
            raise _Beyond
        found = {("==", True): "is_yes", ("==", False): "is_no", ("!=", True): "is_not_yes"}
        if (sign, right.value) not in found:
            raise _Beyond
        return _row(name, found[sign, right.value])

    def _membership(self, left, is_in: bool, right) -> dict:
        if not isinstance(right, ast.List):
            value = self._literal(left, "text")
            return _row(self._field(right), "contains" if is_in else "contains_not", value)
        name = self._field(left)
        items = [self._literal(item, self.kinds[name]) for item in right.elts]
        return _row(name, "is_one_of" if is_in else "is_none_of", items)

    def _operand(self, node, kind: str):
        if isinstance(node, ast.Name):
            return {"field": node.id}
        if _called(node) == "today":
            return {"today": True}
        return self._literal(node, kind)

    def _literal(self, node, kind: str) -> str:
        sign = ""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            sign, node = "-", node.operand
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
            raise _Beyond
        if kind == "number":
            return sign + _written_number(node.value)
        if not node.value.strip():
            raise _Beyond
        return node.value


def _is_subject(node) -> bool:
    return isinstance(node, ast.Name) or _called(node) == "count"


def _called(node) -> str:
    return node.func.id if isinstance(node, ast.Call) else ""


def _written_number(value) -> str:
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _row(field: str, operator: str, value=None) -> dict:
    return {"field": field, "operator": operator, "value": value}


def _merged(join: str, parts: Iterable[dict]) -> dict:
    """One group; groups of the same sense inside it are taken apart."""
    rows = []
    for part in parts:
        is_same = part.get("join") == ("any" if join == "none" else join)
        rows += part["rows"] if is_same else [part]
    return {"join": join, "rows": rows}


def _negated(part: dict) -> dict:
    if "operator" in part and part["operator"] in _NEGATED:
        return {**part, "operator": _NEGATED[part["operator"]]}
    if part.get("join") == "none":
        rows = part["rows"]
        return rows[0] if len(rows) == 1 else {"join": "any", "rows": rows}
    return _merged("none", [part])


def to_text(tree: Mapping, fields: Iterable[Mapping]) -> str:
    """The condition that the tree shows; empty for a tree without rows.

    :raises KernelError: one of :data:`CODES`, or what ``expression.parse_condition`` finds
    """
    kinds = types({"fields": list(fields)})
    parts = _parts(tree, kinds, 0)
    if not parts:
        return ""
    text = _joined(tree["join"], parts)
    parse_condition(text, kinds)
    return text


def _parts(group, kinds, depth: int) -> list[str]:
    rows = group.get("rows") if isinstance(group, Mapping) else None
    if not isinstance(rows, list) or str(group.get("join")) not in _WORDS or depth > 20:
        raise KernelError("condition.tree")
    parts = []
    for row in rows:
        if isinstance(row, Mapping) and "join" in row:
            inner = _parts(row, kinds, depth + 1)
            if inner:
                text = _joined(row["join"], inner)
                is_plain = row["join"] == "none" or len(inner) == 1
                parts.append(text if is_plain else f"({text})")
        else:
            parts.append(_written(row, kinds))
    return parts


def _joined(join: str, parts: list[str]) -> str:
    text = _WORDS[join].join(parts)
    return f"not ({text})" if join == "none" else text


def _written(row, kinds) -> str:
    if not isinstance(row, Mapping):
        raise KernelError("condition.tree")
    name, operator = str(row.get("field")), str(row.get("operator"))
    if name not in kinds:
        raise KernelError("condition.field", name=name[:60])
    kind = kinds[name]
    if operator not in OPERATORS[kind]:
        raise KernelError("condition.operator", name=name)
    if operator in _WITHOUT_VALUE:
        return {
            "is_set": f"is_set({name})", "is_not_set": f"not is_set({name})", "is_yes": name,
            "is_no": f"{name} == False", "is_not_yes": f"not {name}",
        }[operator]  # fmt: skip
    wrong = KernelError("condition.value", name=name)
    value = row.get("value")
    if operator in _COUNTS:
        sign = _SIGN_OF[operator.removeprefix("count_")]
        return f"count({name}) {sign} {_quoted(value, 'number', wrong)}"
    if operator in _LIST:
        if not isinstance(value, list) or not value:
            raise wrong
        items = ", ".join(_quoted(item, kind, wrong) for item in value)
        return f"{name} {'in' if operator == 'is_one_of' else 'not in'} [{items}]"
    if kind == "choices":
        word = "in" if operator == "contains" else "not in"
        return f"{_quoted(value, kind, wrong)} {word} {name}"
    return f"{name} {_SIGN_OF[operator]} {_compared(value, kind, kinds, wrong)}"


def _compared(value, kind: str, kinds, wrong: KernelError) -> str:
    if value == {"today": True} and kind == "date":
        return "today()"
    if isinstance(value, Mapping):
        other = value.get("field")
        if not isinstance(other, str) or kinds.get(other) != kind:
            raise wrong
        return other
    return _quoted(value, kind, wrong)


def _quoted(value, kind: str, wrong: KernelError) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong
    if kind == "number":
        return _checked_number(value, wrong)
    if kind == "date" and iso_date(value) is None:
        raise wrong
    if set(value) & set("\\\r\n") or {"'", '"'} <= set(value):
        raise wrong
    return f'"{value}"' if "'" in value else f"'{value}'"


def _checked_number(value: str, wrong: KernelError) -> str:
    digits = value.removeprefix("-")
    whole, point, decimals = digits.partition(".")
    is_plain = digits.isascii() and whole.isdigit() and (decimals.isdigit() if point else True)
    if not is_plain:
        raise wrong
    return value
