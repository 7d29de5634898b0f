"""Whether a form can be published: every defect with its place, in words of the designer.

Part of ``form.py``.  The form may be anything that JSON can hold; nothing here raises.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from .errors import KernelError, _lt
from .expression import FUNCTIONS, WORDS, Expression, FrozenTypes, parse_condition
from .form_types import MAX_ROWS, TYPES, is_blank

#: A field code (字段代码): ASCII, explicit, never derived from a label.
CODE_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
RESERVED = {word.lower() for word in WORDS} | FUNCTIONS | {"none", "is", "if", "else"}
RULES = ("visible_if", "required_if", "constraint")
MAX_FIELDS = 300

CODES = {
    "form.empty": _lt("The form has no field. Add at least one."),
    "form.too_many_fields": _lt("The form has more than %(limit)s fields. Remove some."),
    "form.shape": _lt("This part of the form is not laid out as it should be. Enter it again."),
    "form.code_invalid": _lt(
        "“%(code)s” cannot be a code. Use small letters, digits and _, beginning with a letter."
    ),
    "form.code_reserved": _lt(
        "“%(code)s” is a word of the condition language. Choose another code."
    ),
    "form.code_duplicate": _lt("The code “%(code)s” is used twice. Give each its own."),
    "form.label_missing": _lt("The field “%(code)s” has no label. Enter one."),
    "form.section_unknown": _lt(
        "The field “%(code)s” is in the section “%(section)s”, which does not exist. Choose "
        "one that does."
    ),
    "form.section_empty": _lt(
        "The section “%(code)s” has no field. Add one or remove the section."
    ),
    "form.type_unknown": _lt("“%(type)s” is not a type of field. Choose one from the list."),
    "form.options_missing": _lt("The field “%(code)s” has no choices to offer. Add at least one."),
    "form.option_duplicate": _lt("The choice “%(option)s” stands twice. Remove one."),
    "form.option_unknown": _lt(
        "The condition “%(rule)s” compares “%(name)s” with “%(option)s”, which is not among "
        "its choices. Correct one of them."
    ),
    "form.columns_missing": _lt("The table “%(code)s” has no column. Add at least one."),
    "form.column_type": _lt("A column cannot be a table itself. Choose another type."),
    "form.limits_invalid": _lt("The limits of “%(code)s” cannot be read. Correct them."),
    "form.limits_crossed": _lt("The least value of “%(code)s” is above its greatest. Correct one."),
    "form.default_invalid": _lt(
        "The value that “%(code)s” begins with does not fit it. Correct it."
    ),
    "form.not_indexable": _lt("Answers to “%(code)s” cannot be indexed. Take the mark away."),
    "form.rule_constant": _lt(
        "The condition “%(rule)s” names no field, so it never changes. Name a field or remove it."
    ),
    "form.unreachable": _lt(
        "“%(code)s” can never be shown, because its condition is always false."
    ),
    "form.loop": _lt("The fields %(codes)s wait for each other to be shown. Change a condition."),
}


@dataclass(frozen=True)
class Defect:
    """``path`` leads to the place, for example ``fields.area.visible_if``."""

    code: str
    path: str
    params: dict


def types(form) -> dict[str, str]:
    """Kind of each field (not columns) inside expressions: {code: kind}."""
    return _kinds(form.get("fields"))


def column_types(field) -> dict[str, str]:
    """Kind of each column of a table inside the expressions of its row."""
    return _kinds(field.get("columns"))


def _kinds(fields) -> dict[str, str]:
    return {
        field["code"]: TYPES[field["type"]].kind
        for field in _mappings(fields)
        if isinstance(field.get("code"), str) and _type(field)
    }


def _type(field):
    name = field.get("type")
    return TYPES.get(name) if isinstance(name, str) else None


def _mappings(items) -> list[Mapping]:
    return [item for item in items if isinstance(item, Mapping)] if _is_list(items) else []


def _is_list(items) -> bool:
    return isinstance(items, list | tuple)


def dependency_order(form) -> tuple[str, ...]:
    """Field codes so that each comes after those that its visibility depends on.

    Raises KernelError ``form.loop`` with the codes that wait for each other.
    """
    waits = _dependencies(form)
    order: list[str] = []
    done: set[str] = set()
    while len(done) < len(waits):
        ready = [code for code, names in waits.items() if code not in done and names <= done]
        if not ready:
            raise KernelError("form.loop", codes=", ".join(c for c in waits if c not in done))
        order += ready
        done.update(ready)
    return tuple(order)


def _dependencies(form) -> dict[str, frozenset[str]]:
    kinds = FrozenTypes(types(form))
    sections = {
        section.get("code"): _names(section.get("visible_if"), kinds)
        for section in _mappings(form.get("sections"))
        if isinstance(section.get("code"), str)
    }
    return {
        field["code"]: _names(field.get("visible_if"), kinds)
        | sections.get(str(field.get("section")), frozenset())
        for field in _mappings(form.get("fields"))
        if isinstance(field.get("code"), str) and field["code"] in kinds
    }


def _names(rule, kinds: FrozenTypes) -> frozenset[str]:
    """Fields that the rule names; a wrong one names none, it is a defect of its own."""
    try:
        return parse_condition(rule, kinds).names if not is_blank(rule) else frozenset()
    except KernelError:
        return frozenset()


def check_form(form) -> list[Defect]:
    """Every defect of the form, in its order; an empty list means that it can be published."""
    if not isinstance(form, Mapping) or not _is_list(form.get("fields")):
        return [Defect("form.shape", "fields", {})]
    return list(_Check(form).defects())


class _Check:
    def __init__(self, form: Mapping):
        self.form = form
        self.fields = _mappings(form["fields"])
        self.sections = _mappings(form.get("sections"))
        self.kinds = FrozenTypes(types(form))
        self.codes: set[str] = set()
        self.by_code = {
            field.get("code"): field for field in self.fields if isinstance(field.get("code"), str)
        }

    def defects(self) -> Iterator[Defect]:
        if not self.fields:
            yield Defect("form.empty", "fields", {})
        if len(self.fields) > MAX_FIELDS:
            yield Defect("form.too_many_fields", "fields", {"limit": MAX_FIELDS})
        if len(self.fields) != len(self.form["fields"]):
            yield Defect("form.shape", "fields", {})
        yield from self._sections()
        for field in self.fields:
            path = f"fields.{field.get('code')}"
            yield from self._field(field, path, self.kinds)
            yield from self._section_of(field, path)
        yield from self._loop()

    def _sections(self) -> Iterator[Defect]:
        used = {str(field.get("section")) for field in self.fields}
        seen: set[str] = set()
        for section in self.sections:
            code = section.get("code")
            path = f"sections.{code}"
            yield from _code(code, path, seen)
            if str(code) not in used:
                yield Defect("form.section_empty", path, {"code": code})
            yield from self._rule(section, "visible_if", path, self.kinds)

    def _section_of(self, field, path) -> Iterator[Defect]:
        section = field.get("section")
        if not is_blank(section) and section not in [
            section.get("code") for section in self.sections
        ]:
            params = {"code": field.get("code"), "section": section}
            yield Defect("form.section_unknown", f"{path}.section", params)

    def _field(self, field, path, kinds, in_table=False) -> Iterator[Defect]:
        yield from _code(field.get("code"), path, self.codes, RESERVED)
        if is_blank(field.get("label")):
            yield Defect("form.label_missing", f"{path}.label", {"code": field.get("code")})
        kind = _type(field)
        if kind is None:
            yield Defect("form.type_unknown", f"{path}.type", {"type": field.get("type")})
            return
        if kind.has_options:
            yield from _options(field, path)
        if kind.has_columns:
            yield from self._columns(field, path, kinds, in_table)
        yield from _limits(field, kind, path)
        yield from _default(field, kind, path)
        if field.get("indexed") and not kind.column:
            yield Defect("form.not_indexable", f"{path}.indexed", {"code": field.get("code")})
        for rule in RULES:
            yield from self._rule(field, rule, path, kinds)

    def _columns(self, field, path, kinds, in_table) -> Iterator[Defect]:
        if in_table:
            yield Defect("form.column_type", f"{path}.type", {})
            return
        columns = _mappings(field.get("columns"))
        if not columns:
            yield Defect("form.columns_missing", f"{path}.columns", {"code": field.get("code")})
        inner = FrozenTypes(kinds | column_types(field))
        before = FrozenTypes(kinds)
        for column in columns:
            below = f"{path}.columns.{column.get('code')}"
            yield from self._field(column, below, inner, in_table=True)
            yield from _later_column(column, below, inner, before)
            before = FrozenTypes(before | _kinds([column]))

    def _rule(self, owner, name, path, kinds) -> Iterator[Defect]:
        text = owner.get(name)
        if is_blank(text):
            return
        place = f"{path}.{name}"
        try:
            rule = parse_condition(text, kinds)
        except KernelError as error:
            yield Defect(error.code, place, error.params)
            return
        if not rule.names:
            yield from _constant(rule, name, place, owner.get("code"))
        yield from self._options_of(rule, place)

    def _options_of(self, rule: Expression, place) -> Iterator[Defect]:
        for name, option, _position in rule.options:
            field = self.by_code.get(name) or self._column(name)
            if field is not None and option not in _option_codes(field):
                params = {"rule": rule.text, "name": name, "option": option}
                yield Defect("form.option_unknown", place, params)

    def _column(self, name):
        for field in self.fields:
            for column in _mappings(field.get("columns")):
                if column.get("code") == name:
                    return column
        return None

    def _loop(self) -> Iterator[Defect]:
        try:
            dependency_order(self.form)
        except KernelError as loop:
            yield Defect("form.loop", "fields", loop.params)


def _code(code, path, seen: set, reserved: Iterable[str] = ()) -> Iterator[Defect]:
    if not isinstance(code, str) or not CODE_PATTERN.fullmatch(code):
        yield Defect("form.code_invalid", f"{path}.code", {"code": str(code)[:60]})
        return
    if code in reserved:
        yield Defect("form.code_reserved", f"{path}.code", {"code": code})
    if code in seen:
        yield Defect("form.code_duplicate", f"{path}.code", {"code": code})
    seen.add(code)


def _option_codes(field) -> list:
    return [option.get("code") for option in _mappings(field.get("options"))]


def _options(field, path) -> Iterator[Defect]:
    codes = _option_codes(field)
    if not codes:
        yield Defect("form.options_missing", f"{path}.options", {"code": field.get("code")})
    seen = set()
    for code in codes:
        if not isinstance(code, str) or not code.strip() or "'" in code or "\\" in code:
            yield Defect("form.code_invalid", f"{path}.options", {"code": str(code)[:60]})
        elif code in seen:
            yield Defect("form.option_duplicate", f"{path}.options", {"option": code})
        else:
            seen.add(code)


def _limits(field, kind, path) -> Iterator[Defect]:
    bounds = [field.get("min"), field.get("max")]
    params = {"code": field.get("code")}
    length = field.get("max_length")
    if length is not None and (type(length) is not int or length < 1):
        yield Defect("form.limits_invalid", f"{path}.max_length", params)
    if kind.limit is None:
        return
    try:
        low, high = (None if is_blank(bound) else kind.limit(bound) for bound in bounds)
    except KernelError:
        yield Defect("form.limits_invalid", f"{path}.min", params)
        return
    if low is not None and high is not None and low > high:
        yield Defect("form.limits_crossed", f"{path}.min", params)
    if kind.has_columns and high is not None and high > MAX_ROWS:
        yield Defect("form.limits_invalid", f"{path}.max", params)


def _default(field, kind, path) -> Iterator[Defect]:
    if is_blank(field.get("default")):
        return
    try:
        kind.clean(field, field["default"])
    except (KernelError, TypeError, AttributeError):
        # Limits or options of a wrong shape make cleaning fail too; they are defects themselves.
        yield Defect("form.default_invalid", f"{path}.default", {"code": field.get("code")})


def _constant(rule: Expression, name, place, code) -> Iterator[Defect]:
    """A rule without a field changes only with the calendar, or never."""
    if "today" in rule.text:
        return
    try:
        value = rule.evaluate({}, today=date.min)
    except KernelError:
        value = False
    if name == "visible_if" and not value:
        yield Defect("form.unreachable", place, {"code": code})
    else:
        yield Defect("form.rule_constant", place, {"rule": rule.text})


def _later_column(column, path, inner, before) -> Iterator[Defect]:
    """Columns are judged from left to right: one may be shown by earlier columns only."""
    late = _names(column.get("visible_if"), inner) - before.keys()
    if late:
        codes = ", ".join([str(column.get("code")), *sorted(late)])
        yield Defect("form.loop", f"{path}.visible_if", {"codes": codes})
