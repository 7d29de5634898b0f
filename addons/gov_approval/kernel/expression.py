"""Conditions and formulas (条件表达式) written by administrators: parsed, typed, never executed.

The language is a strict subset of the syntax of Odoo's ``invisible=`` modifiers.  There is no
``eval`` behind it: a closed set of tokens, a small recursive parser, and nodes that are plain
Python closures over numbers, text and dates.  What is not listed here cannot be written.

* ``and``, ``or``, ``not``; ``True``, ``False``; field codes; numbers; text in quotation marks
* ``== !=`` between equal types, ``< <= > >=`` between numbers or dates, without chaining
* ``in`` / ``not in`` a list of literals, or ``'option' in field`` for a field of many choices
* ``+ - * /`` on numbers (exact fractions: ``0.1 + 0.2 == 0.3`` and ``1 / 3 * 3 == 1`` hold)
* ``is_set(field)``, ``count(field)``, ``today()``, ``days_between(earlier, later)``

A date literal is text of the form ``'2026-01-31'`` compared with a date.  Missing values (None,
empty text, empty list) make a comparison False (``!=`` and ``not in`` True); calculating with one
raises ``expression.unset``.  ``static/src/core/expression.js`` evaluates the same texts in the
browser; ``static/tests/expression_cases.json`` holds both sides to the same answers.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from .errors import KernelError, _lt
from .expression_nodes import (
    CALLS,
    KINDS,
    Node,
    Scope,
    demand,
    iso_date,
    literal_number,
    number,
    reader,
    to_decimal,
    wrong_type,
)

MAX_LENGTH = 2000
MAX_DEPTH = 30

WORDS = frozenset({"and", "or", "not", "in", "True", "False"})
FUNCTIONS = frozenset({"is_set", "count", "today", "days_between"})

CODES = {
    "expression.empty": _lt("The condition is empty. Write a condition or remove it."),
    "expression.length": _lt("The condition has more than %(limit)s characters. Split it up."),
    "expression.syntax": _lt(
        "The condition cannot be read at character %(position)s (“%(found)s”). Correct that place."
    ),
    "expression.number": _lt(
        "The number at character %(position)s has too many digits. Use at most 15, of them "
        "at most 6 after the point."
    ),
    "expression.depth": _lt(
        "The condition is nested too deeply at character %(position)s. Use fewer brackets."
    ),
    "expression.name": _lt(
        "“%(name)s” at character %(position)s is not a field of this form. Choose one of the "
        "form's field codes."
    ),
    "expression.function": _lt(
        "“%(name)s” at character %(position)s is not used correctly. The functions are "
        "is_set(field), count(field), today() and days_between(date, date)."
    ),
    "expression.chained": _lt(
        "Comparisons cannot be chained at character %(position)s. Write “a < b and b < c”."
    ),
    "expression.type": _lt(
        "At character %(position)s stands a value of type %(found)s, but here only "
        "%(expected)s fits."
    ),
    "expression.date": _lt(
        "“%(found)s” at character %(position)s is not a date. Write it as '2026-01-31'."
    ),
    "expression.condition": _lt(
        "The expression gives a value of type %(found)s. Write a condition that is either "
        "true or false."
    ),
    "expression.unset": _lt(
        "“%(name)s” has no value yet, so the formula cannot be calculated. Fill it in first."
    ),
    "expression.value": _lt("The value of “%(name)s” does not fit its type. Enter it again."),
    "expression.zero_division": _lt("The formula divides by zero. Check the values that it uses."),
    "expression.budget": _lt(
        "The expression needs %(cost)s steps, more than the %(budget)s allowed. Make it shorter."
    ),
}

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
    |(?P<number>\d+(?:\.\d+)?(?![\w.]))
    |(?P<text>'[^'\\\r\n]*'|"[^"\\\r\n]*")
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>==|!=|<=|>=|[-<>+*/()\[\],])""",
    re.VERBOSE | re.ASCII,
)
_EQUALITY = {"==": operator.eq, "!=": operator.ne}
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
_COMPARABLE = frozenset({"text", "number", "date", "bool", "choice"})


@dataclass(frozen=True)
class Expression:
    """A checked expression.  ``kind`` is "bool", "number", "text" or "date"; ``options`` holds the
    (field, option code, position) of every literal that is compared with a choice field."""

    text: str
    kind: str
    names: frozenset[str]
    options: tuple[tuple[str, str, int], ...]
    cost: int
    _run: Callable[[Scope], Any]

    def evaluate(self, values: Mapping[str, Any], *, today: date, budget: int = 1000):
        """Value for these answers: bool, Decimal, str, date, or None for a single unset field.

        Numbers are Decimal, int or decimal text, dates are ``date`` or ISO text.  Raises
        KernelError ``expression.unset``, ``.value``, ``.zero_division`` or ``.budget``.
        Nothing loops, so the number of nodes bounds the work and is checked beforehand.
        """
        if self.cost > budget:
            raise KernelError("expression.budget", cost=self.cost, budget=budget)
        result = self._run(Scope(values, today))
        if self.kind == "bool":
            return bool(result)
        return to_decimal(result) if isinstance(result, Fraction) else result


class FrozenTypes(dict):
    """Types of fields with their hash kept, so that looking up a compiled expression is cheap."""

    def __init__(self, types: Mapping[str, str]):
        super().__init__(types)
        self._hash = hash(frozenset(self.items()))

    def __hash__(self):
        return self._hash


def parse(text: str, types: Mapping[str, str]) -> Expression:
    """Compile ``text`` over fields of the given types (see KINDS), or raise KernelError.

    Errors carry ``position``, counted from 1 in characters of the text.  Compiled expressions are
    kept by text and types; a caller with many expressions passes ``FrozenTypes``.
    """
    if not isinstance(text, str) or not text.strip():
        raise KernelError("expression.empty")
    if len(text) > MAX_LENGTH:
        raise KernelError("expression.length", limit=MAX_LENGTH)
    return _compile(text, types if isinstance(types, FrozenTypes) else FrozenTypes(types))


def parse_condition(text: str, types: Mapping[str, str]) -> Expression:
    """As ``parse``, and the expression must be true or false."""
    expression = parse(text, types)
    if expression.kind != "bool":
        raise KernelError("expression.condition", found=expression.kind)
    return expression


@lru_cache(maxsize=4096)
def _compile(text: str, types: FrozenTypes) -> Expression:
    parser = _Parser(text, types)
    root = parser.parse()
    return Expression(
        text, root.kind, frozenset(parser.names), tuple(parser.options), parser.cost, root.run
    )


def _tokens(text: str) -> list[tuple[str, str, int]]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise KernelError("expression.syntax", position=at + 1, found=text[at : at + 12])
        if match.lastgroup != "blank":
            found.append((match.lastgroup, match.group(), at + 1))
        at = match.end()
    found.append(("end", "", len(text) + 1))
    return found


class _Parser:
    """Recursive descent over the tokens; chains are folded flat, so only brackets go deeper."""

    def __init__(self, text: str, types: Mapping[str, str]):
        self.tokens = _tokens(text)
        self.types = types
        self.at = 0
        self.depth = 0
        self.cost = 0
        self.names: set[str] = set()
        self.options: list[tuple[str, str, int]] = []

    def parse(self) -> Node:
        root = self._or()
        if self._token[0] != "end":
            raise self._unexpected()
        if root.kind in ("choices", "table"):
            raise wrong_type(root, "a comparison, is_set(…) or count(…)")
        return Node("text", 1, root.run) if root.kind == "choice" else root

    # Reading tokens

    @property
    def _token(self) -> tuple[str, str, int]:
        return self.tokens[self.at]

    def _next(self) -> tuple[str, str, int]:
        token = self._token
        self.at += 1
        return token

    def _unexpected(self) -> KernelError:
        _kind, text, position = self._token
        return KernelError("expression.syntax", position=position, found=text)

    def _take(self, *texts: str) -> str | None:
        kind, text, _position = self._token
        if kind in ("name", "sign") and text in texts:
            self.at += 1
            return text
        return None

    def _expect(self, text: str):
        if not self._take(text):
            raise self._unexpected()

    def _node(self, kind, position, run, name="", literal=None) -> Node:
        self.cost += 1
        return Node(kind, position, run, name, literal)

    def _deeper(self, parse: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise KernelError("expression.depth", position=self._token[2])
        node = parse()
        self.depth -= 1
        return node

    # Grammar, weakest binding first

    def _or(self) -> Node:
        return self._chain("or", self._and, any)

    def _and(self) -> Node:
        return self._chain("and", self._not, all)

    def _chain(self, word: str, operand: Callable[[], Node], fold) -> Node:
        first = operand()
        runs = [first.run]
        while self._take(word):
            if len(runs) == 1:
                demand(first, "bool")
            runs.append(demand(operand(), "bool").run)
        if len(runs) == 1:
            return first
        parts = tuple(runs)
        return self._node("bool", first.position, lambda scope: fold(run(scope) for run in parts))

    def _not(self) -> Node:
        position = self._token[2]
        if not self._take("not"):
            return self._comparison()
        run = demand(self._deeper(self._not), "bool").run
        return self._node("bool", position, lambda scope: not run(scope))

    def _comparison(self) -> Node:
        left = self._sum()
        sign = self._comparison_sign()
        if sign is None:
            return left
        if sign in ("in", "not in"):
            node = self._membership(left, sign)
        else:
            node = self._compare(left, sign, self._sum())
        position = self._token[2]
        if self._comparison_sign():
            raise KernelError("expression.chained", position=position)
        return node

    def _comparison_sign(self) -> str | None:
        if self._token[1] == "not" and self.tokens[self.at + 1][1] == "in":
            self.at += 2
            return "not in"
        return self._take("in", *_EQUALITY, *_ORDER)

    def _sum(self) -> Node:
        return self._calculation(self._product, "+", "-")

    def _product(self) -> Node:
        return self._calculation(self._signed, "*", "/")

    def _calculation(self, operand: Callable[[], Node], *signs: str) -> Node:
        first = operand()
        steps = []
        while sign := self._take(*signs):
            steps.append((_ARITHMETIC[sign], number(operand())))
        if not steps:
            return first
        start = number(first)

        def run(scope):
            total = start(scope)
            try:
                for apply, value in steps:
                    total = apply(total, value(scope))
            except ZeroDivisionError:
                raise KernelError("expression.zero_division") from None
            return total

        return self._node("number", first.position, run)

    def _signed(self) -> Node:
        position = self._token[2]
        if not self._take("-"):
            return self._primary()
        run = number(self._deeper(self._signed))
        return self._node("number", position, lambda scope: -run(scope))

    def _primary(self) -> Node:
        kind, text, position = self._token
        if kind in ("number", "text") or text in ("True", "False"):
            return self._literal()
        if kind == "name" and text not in WORDS:
            self._next()
            return self._call(text, position) if self._take("(") else self._field(text, position)
        if self._take("("):
            node = self._deeper(self._or)
            self._expect(")")
            return node
        raise self._unexpected()

    # Leaves

    def _literal(self) -> Node:
        kind, text, position = self._next()
        if kind == "number":
            value = literal_number(text, position)
        elif kind == "text":
            value = text[1:-1]
        elif kind == "name" and text in ("True", "False"):
            kind, value = "bool", text == "True"
        else:
            self.at -= 1
            raise self._unexpected()
        return self._node(kind, position, lambda _scope: value, literal=value)

    def _field(self, name: str, position: int) -> Node:
        kind = self.types.get(name)
        if kind not in KINDS:
            raise KernelError("expression.name", name=name, position=position)
        self.names.add(name)
        return self._node(kind, position, reader(name, kind), name=name)

    def _call(self, name: str, position: int) -> Node:
        wrong = KernelError("expression.function", name=name, position=position)
        arguments = []
        if not self._take(")"):
            arguments.append(self._deeper(self._sum))
            while self._take(","):
                arguments.append(self._deeper(self._sum))
            self._expect(")")
        build = CALLS.get((name, len(arguments)))
        if build is None:
            raise wrong
        kind, run = build(wrong, *arguments)
        return self._node(kind, position, run)

    # Comparing

    def _compare(self, left: Node, sign: str, right: Node) -> Node:
        left, right = self._agree(left, right), self._agree(right, left)
        if left.kind not in _COMPARABLE:
            raise wrong_type(left, "is_set(…) or count(…)")
        if left.kind != right.kind:
            raise wrong_type(right, left.kind)
        if sign in _ORDER and left.kind not in ("number", "date"):
            raise wrong_type(left, "number or date")
        compare = (_EQUALITY | _ORDER)[sign]
        get_left, get_right, unset = left.run, right.run, sign == "!="

        def run(scope):
            one, other = get_left(scope), get_right(scope)
            return unset if one is None or other is None else compare(one, other)

        return self._node("bool", left.position, run)

    def _agree(self, node: Node, other: Node) -> Node:
        """A text literal takes the type of the choice or the date that it stands against."""
        if node.kind != "text" or node.literal is None:
            return node
        if other.kind in ("choice", "choices"):
            self.options.append((other.name, node.literal, node.position))
            return Node("choice", node.position, node.run, literal=node.literal)
        if other.kind == "date":
            day = iso_date(node.literal)
            if day is None:
                raise KernelError("expression.date", position=node.position, found=node.literal)
            return Node("date", node.position, lambda _scope: day, literal=day)
        return node

    def _membership(self, left: Node, sign: str) -> Node:
        negated = sign == "not in"
        if not self._take("["):
            return self._has_option(left, self._primary(), negated)
        items = [self._item(left)]
        while self._take(","):
            items.append(self._item(left))
        self._expect("]")
        if left.kind not in _COMPARABLE - {"bool"}:
            raise wrong_type(left, "text, number, date or choice")
        members = frozenset(items)
        get = left.run
        return self._node("bool", left.position, lambda scope: (get(scope) in members) != negated)

    def _item(self, left: Node):
        sign = -1 if self._take("-") else 1
        item = self._agree(self._literal(), left)
        if item.kind != left.kind:
            raise wrong_type(item, left.kind)
        return item.literal if sign > 0 else -demand(item, "number").literal

    def _has_option(self, left: Node, field: Node, negated: bool) -> Node:
        if field.kind != "choices":
            raise wrong_type(field, "a list in square brackets or a field of many choices")
        left = self._agree(left, field)
        if left.kind != "choice":
            raise wrong_type(left, "choice")
        get, options = left.run, field.run
        return self._node(
            "bool", left.position, lambda scope: (get(scope) in (options(scope) or ())) != negated
        )
