"""A place in a source: takes values out of it and keeps account of every one.

Whatever is taken is *placed* (path -> target field); whatever cannot be taken becomes a fact.
What nobody took is found at the end by ``Account.settle``: completeness does not depend on the
reader thinking of every key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .item_json import children, join, leaves
from .item_words import LOOSE

UNPLACED, MISSING, ODD, DEFAULT = "unplaced", "missing", "odd", "default"


@dataclass(frozen=True)
class Fact:
    """Something of a source for a person to see: ``kind`` as in ``gov.item.fact``, the path in
    the source, its value as text, and the code of the sentence that says why."""

    kind: str
    path: str
    value: str
    code: str
    params: Mapping = field(default_factory=dict)


def as_text(value) -> str:
    """A scalar as the source writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


class Account:
    """What became of each leaf of one source."""

    def __init__(self, source: Mapping):
        self.source = source
        self.placed: dict[str, str] = {}
        self.facts: list[Fact] = []

    def fact(self, kind, path, value, code, **params):
        self.facts.append(Fact(kind, path, as_text(value), code, params))

    def keep(self, kind, path, value, code, **params):
        """Facts for every leaf of ``value``, or one for a value without leaves."""
        for leaf, part in leaves(path, value):
            self.fact(kind, leaf, part, code, **params)

    def settle(self, reason):
        """Facts for all leaves that nothing took; ``reason(path)`` gives the code."""
        known = self.placed.keys() | {fact.path for fact in self.facts}
        for path, value in leaves("", self.source):
            if path not in known:
                self.fact(UNPLACED, path, value, reason(path))


class Place:
    """An object of the source at ``path``."""

    def __init__(self, account: Account, path: str, values: Mapping):
        self.account, self.path, self.values = account, path, values

    def at(self, key) -> str:
        return join(self.path, key)

    def get(self, key):
        return self.values.get(key)

    def odd(self, key, code="item_source.wrong_type", **params):
        self.account.keep(ODD, self.at(key), self.get(key), code, **params)

    def missing(self, key):
        self.account.fact(MISSING, self.at(key), "", "item_source.missing")

    def put(self, key, target):
        """Mark ``key`` as placed in ``target``."""
        self.account.placed[self.at(key)] = target

    def text(self, key, target) -> str:
        """A text, or a number as text; "" when absent or of another type."""
        value = self.get(key)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            self.odd(key)
            return ""
        self.put(key, target)
        return str(value).strip()

    def whole(self, key, target, high=9999) -> int | None:
        """A whole number from 0 to ``high``."""
        value = self.get(key)
        if value is None:
            return None
        if type(value) is not int or not 0 <= value <= high:
            self.odd(key, "item_source.no_whole_number", high=high)
            return None
        self.put(key, target)
        return value

    def flag(self, key, target) -> bool | None:
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, bool):
            self.odd(key)
            return None
        self.put(key, target)
        return value

    def word(self, key, target, table) -> str | None:
        """The code of a word of a closed list."""
        value = self.get(key)
        if value is None:
            return None
        code = self._code(self.at(key), value, target, table)
        return code

    def words(self, key, target, table) -> list[str]:
        """The codes of a list of words, each once."""
        codes = []
        for path, value in self.parts(key):
            code = self._code(path, value, target, table)
            if code and code not in codes:
                codes.append(code)
        return codes

    def _code(self, path, value, target, table):
        word = value.strip() if isinstance(value, str) else None
        if word not in table:
            self.account.keep(ODD, path, value, "item_source.unknown_word")
            return None
        self.account.placed[path] = target
        if word in LOOSE:
            self.account.fact(DEFAULT, path, word, "item_source.wider_word", term=table[word])
        return table[word]

    def texts(self, key, target) -> list[str]:
        """A list of texts."""
        found = []
        for path, value in self.parts(key):
            if isinstance(value, str) and value.strip():
                self.account.placed[path] = target
                found.append(value.strip())
            else:
                self.account.keep(ODD, path, value, "item_source.wrong_type")
        return found

    def parts(self, key) -> list[tuple[str, object]]:
        """The entries of a list that are not null, with their paths."""
        value = self.get(key)
        if value is not None and not isinstance(value, list | tuple):
            self.odd(key)
            return []
        return [(path, part) for path, part in children(self.at(key), value) if part is not None]

    def rows(self, key) -> list["Place"]:
        """The entries of a list of objects."""
        found = []
        for path, value in self.parts(key):
            if isinstance(value, Mapping):
                found.append(Place(self.account, path, value))
            else:
                self.account.keep(ODD, path, value, "item_source.wrong_type")
        return found

    def below(self, key) -> "Place":
        """The object at ``key``; an empty one when absent or of another type."""
        value = self.get(key)
        if value is not None and not isinstance(value, Mapping):
            self.odd(key)
            value = None
        return Place(self.account, self.at(key), value or {})
