"""Answers to a form (表单): cleaning, visibility, required fields, constraints, projection.

``form`` is the form of a published definition: sections and fields with their conditions.  Its
answers are one canonical JSON object (``form_types.py`` says how each type looks).  A form that
``form_check.check_form`` passes never makes these functions raise; a form with a wrong condition
makes them raise its KernelError.

An undecidable condition (it calculates with a field that has no value) counts as not met, as a
comparison with that field would; any other failure of a rule is an error that blocks.
"""

import json
from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from . import form_check, form_types
from .errors import KernelError, _lt
from .expression import Expression, FrozenTypes, parse_condition
from .form_check import MAX_FIELDS, Defect, check_form, column_types, dependency_order, types
from .form_types import MAX_ROWS, TYPES, check_count, column_value, is_blank

__all__ = [
    "CODES", "MAX_FIELDS", "Defect", "FieldError", "Projected", "Result", "check_form",
    "needed_materials", "projection", "required_fields", "types", "validate", "visible_fields",
]  # fmt: skip

CODES = {
    **form_types.CODES,
    **form_check.CODES,
    "form.not_answers": _lt("The answers could not be read. Load the page again."),
    "form.unknown_field": _lt("The form has no field “%(name)s”. Load the page again."),
    "form.required": _lt("“%(label)s” is required. Fill it in."),
    "form.constraint": _lt("“%(label)s”: %(message)s"),
    "form.constraint_failed": _lt("“%(label)s” does not keep the rule “%(rule)s”. Correct it."),
    "form.rule_failed": _lt(
        "A rule of “%(label)s” could not be judged (“%(rule)s”). Check the values that it "
        "names, or ask the service centre."
    ),
}


@dataclass(frozen=True)
class FieldError:
    """``path`` is a field code, or ``table.row.column`` with the row counted from 0 as sent."""

    path: str
    code: str
    params: dict


@dataclass(frozen=True)
class Result:
    """``values`` are the canonical answers of visible fields that are correct."""

    values: dict
    errors: tuple[FieldError, ...]


@dataclass(frozen=True)
class Projected:
    """One indexed answer: ``row`` is 0, or counts from 1 in a table and in many choices;
    ``kind`` is "char", "number" or "date" and ``value`` a str, Decimal or date."""

    code: str
    row: int
    kind: str
    value: Any


@dataclass(frozen=True)
class _Field:
    spec: Mapping[str, Any]
    visible_if: tuple[Expression, ...]
    required_if: Expression | None
    constraint: Expression | None
    columns: tuple["_Field", ...]

    @property
    def code(self) -> str:
        return self.spec["code"]

    @property
    def label(self) -> str:
        return self.spec.get("label") or self.code


@dataclass(frozen=True)
class _Plan:
    fields: tuple[_Field, ...]
    by_code: Mapping[str, _Field]
    order: tuple[str, ...]


class _Row(dict):
    """A row of a table that remembers where it stood in what was sent."""

    index = 0


def validate(form, raw, *, today: date, partial: bool = False) -> Result:
    """Clean and judge the answers ``raw`` ({code: value}); nothing but errors is reported.

    Hidden fields are dropped, with their errors.  ``partial`` (saving a draft) leaves out only
    what is required.  An unknown key is an error and is not kept.
    """
    if not isinstance(raw, Mapping):
        return Result({}, (FieldError("", "form.not_answers", {}),))
    return _Validation(_plan_of(form), raw, today, partial).result()


def visible_fields(form, values, *, today: date) -> frozenset[str]:
    """Codes of the fields (not columns) that these canonical answers show."""
    visible, _failures = _visible(_plan_of(form), values, today)
    return frozenset(visible)


def required_fields(form, values, *, today: date) -> frozenset[str]:
    """Codes of the visible fields (not columns) that these canonical answers require."""
    plan = _plan_of(form)
    visible, _failures = _visible(plan, values, today)
    known = {code: values[code] for code in visible if code in values}
    return frozenset(
        field.code
        for field in plan.fields
        if field.code in visible and _required(field, known, today, on_failure=True)
    )


def projection(form, values) -> tuple[Projected, ...]:
    """The indexed answers as typed values, in the order of the form."""
    found = []
    for field in _plan_of(form).fields:
        value = values.get(field.code)
        if field.columns:
            for row, cells in enumerate(value or (), start=1):
                for column in field.columns:
                    found += _projected(column, row, cells.get(column.code))
        elif isinstance(value, list):
            for row, option in enumerate(value, start=1):
                found += _projected(field, row, option)
        else:
            found += _projected(field, 0, value)
    return tuple(found)


def needed_materials(materials: Iterable, form, values, *, today: date) -> tuple[str, ...]:
    """Codes of the materials (材料) that the applicant must hand in with these answers.

    Needed are those with required "always" whose ``needed_if`` is empty or true.  Waived (免交),
    optional ones and those replaced by a commitment (告知承诺) are never demanded.  A condition
    that fails demands the material: missing papers are noticed, superfluous ones do no harm.
    """
    kinds = FrozenTypes(types(form))
    needed = []
    for material in materials:
        condition = _condition(material.get("needed_if"), kinds)
        if material.get("required", "always") == "always" and (
            condition is None or _met(condition, values, today, on_failure=True)
        ):
            needed.append(material["code"])
    return tuple(needed)


# Compiling a form once


def _plan_of(form) -> _Plan:
    return _plan(json.dumps(form, ensure_ascii=False))


@lru_cache(maxsize=256)
def _plan(text: str) -> _Plan:
    form = json.loads(text)
    kinds = FrozenTypes(types(form))
    sections = {
        section["code"]: _condition(section.get("visible_if"), kinds)
        for section in form.get("sections") or ()
    }
    fields = tuple(
        _compiled(spec, kinds, sections.get(spec.get("section"))) for spec in form["fields"]
    )
    by_code = MappingProxyType({field.code: field for field in fields})
    return _Plan(fields, by_code, dependency_order(form))


def _compiled(spec, kinds: FrozenTypes, section: Expression | None = None) -> _Field:
    own = _condition(spec.get("visible_if"), kinds)
    columns = ()
    if TYPES[spec["type"]].has_columns:
        inner = FrozenTypes(kinds | column_types(spec))
        columns = tuple(_compiled(column, inner) for column in spec.get("columns") or ())
    return _Field(
        spec,
        tuple(condition for condition in (section, own) if condition),
        _condition(spec.get("required_if"), kinds),
        _condition(spec.get("constraint"), kinds),
        columns,
    )


def _condition(text: str | None, kinds: FrozenTypes) -> Expression | None:
    return parse_condition(text, kinds) if text and text.strip() else None


# Judging conditions


def _met(condition: Expression, values, today: date, on_failure: bool | None = None) -> bool:
    """Whether the condition holds; another failure than an unset value gives ``on_failure``, or
    raises when that is None."""
    try:
        return condition.evaluate(values, today=today)
    except KernelError as failure:
        if failure.code == "expression.unset":
            return False
        if on_failure is None:
            raise
        return on_failure


def _failed(field: _Field, rule: Expression, path: str) -> FieldError:
    return FieldError(path, "form.rule_failed", {"label": field.label, "rule": rule.text})


def _shown(field: _Field, path: str, values, today: date) -> tuple[bool, list[FieldError]]:
    """Whether the field is visible; one whose rule fails is shown, with the error."""
    for rule in field.visible_if:
        try:
            if not _met(rule, values, today):
                return False, []
        except KernelError:
            return True, [_failed(field, rule, path)]
    return True, []


def _visible(plan: _Plan, values, today: date) -> tuple[set[str], dict[str, list[FieldError]]]:
    """Visible codes.  A hidden field counts as unset for every condition that names it."""
    visible, failures, known = set(), {}, {}
    for code in plan.order:
        shown, failures[code] = _shown(plan.by_code[code], code, known, today)
        if shown:
            visible.add(code)
            if code in values:
                known[code] = values[code]
    return visible, failures


def _required(field: _Field, values, today: date, on_failure: bool | None = None) -> bool:
    if field.spec.get("required"):
        return True
    return bool(field.required_if) and _met(field.required_if, values, today, on_failure)


class _Validation:
    """One pass over the answers: clean all, then judge what is visible, in the form's order."""

    def __init__(self, plan: _Plan, raw: Mapping, today: date, partial: bool):
        self.plan = plan
        self.raw = raw
        self.today = today
        self.partial = partial
        self.unclean: dict[str, FieldError] = {}
        self.errors: list[FieldError] = []

    def result(self) -> Result:
        self._report_unknown(self.raw, self.plan.by_code, "")
        cleaned = self._clean_all(self.plan.fields, self.raw, "")
        visible, failures = _visible(self.plan, cleaned, self.today)
        known = {code: cleaned[code] for code in visible if code in cleaned}
        values = {}
        for field in self.plan.fields:
            code = field.code
            if code not in visible:
                continue
            self.errors += failures[code]
            self._judge(field, code, known)
            if field.columns and code in known:
                values[code] = [self._judge_row(field, row, known) for row in known[code]]
            elif code in known:
                values[code] = known[code]
        return Result(values, tuple(self.errors))

    # Cleaning

    def _report_unknown(self, raw: Mapping, known, prefix: str):
        for name in raw:
            if name not in known:
                shown = str(name)[:60]
                self.errors.append(
                    FieldError(prefix + shown, "form.unknown_field", {"name": shown})
                )

    def _clean_all(self, fields: Iterable[_Field], raw: Mapping, prefix: str) -> dict:
        cleaned = {}
        for field in fields:
            value = raw.get(field.code)
            if is_blank(value):
                continue
            path = prefix + field.code
            try:
                value = self._clean(field, value, path)
            except KernelError as error:
                params = {**error.params, "label": field.label}
                self.unclean[path] = FieldError(path, error.code, params)
            else:
                if not is_blank(value):
                    cleaned[field.code] = value
        return cleaned

    def _clean(self, field: _Field, value, path: str):
        if not field.columns:
            return TYPES[field.spec["type"]].clean(field.spec, value)
        if not isinstance(value, list | tuple):
            raise KernelError("form.not_table")
        if len(value) > MAX_ROWS:
            raise KernelError("form.too_many", limit=MAX_ROWS)
        rows = [
            row
            for index, cells in enumerate(value)
            if (row := self._clean_row(field, index, cells, path)) is not None
        ]
        if rows:
            check_count(field.spec, len(rows))
        return rows

    def _clean_row(self, field: _Field, index: int, cells, path: str) -> _Row | None:
        """The row, or None when nothing was entered in it."""
        if not isinstance(cells, Mapping):
            raise KernelError("form.not_table")
        prefix = f"{path}.{index}."
        self._report_unknown(cells, {column.code for column in field.columns}, prefix)
        row = _Row(self._clean_all(field.columns, cells, prefix))
        row.index = index
        is_wrong = any(prefix + column.code in self.unclean for column in field.columns)
        return row if row or is_wrong else None

    # Judging

    def _judge(self, field: _Field, path: str, known: Mapping):
        """Report what is wrong with a visible field: its value, that it is missing, its rule."""
        if path in self.unclean:
            self.errors.append(self.unclean[path])
        elif field.code in known:
            self._judge_constraint(field, path, known)
        elif not self.partial:
            self._judge_required(field, path, known)

    def _judge_required(self, field: _Field, path: str, known: Mapping):
        try:
            if _required(field, known, self.today):
                self.errors.append(FieldError(path, "form.required", {"label": field.label}))
        except KernelError:
            self.errors.append(_failed(field, field.required_if, path))

    def _judge_constraint(self, field: _Field, path: str, known: Mapping):
        rule = field.constraint
        if rule is None:
            return
        try:
            kept = rule.evaluate(known, today=self.today)
        except KernelError:
            self.errors.append(_failed(field, rule, path))
            return
        if not kept:
            self.errors.append(_constraint_error(field, path, rule))

    def _judge_row(self, field: _Field, row: _Row, known: Mapping) -> dict:
        """The cells of a row that are visible; conditions see the row first, then the form."""
        cells: dict = {}
        scope = ChainMap(cells, known)
        shown_columns = []
        for column in field.columns:
            path = f"{field.code}.{row.index}.{column.code}"
            shown, failures = _shown(column, path, scope, self.today)
            if shown:
                self.errors += failures
                shown_columns.append((column, path))
                if column.code in row:
                    cells[column.code] = row[column.code]
        for column, path in shown_columns:
            in_row = {**known, **cells} if column.constraint or column.required_if else cells
            self._judge(column, path, in_row)
        return cells


def _constraint_error(field: _Field, path: str, rule: Expression) -> FieldError:
    message = field.spec.get("constraint_message")
    if message:
        return FieldError(path, "form.constraint", {"label": field.label, "message": message})
    params = {"label": field.label, "rule": rule.text}
    return FieldError(path, "form.constraint_failed", params)


def _projected(field: _Field, row: int, value) -> list[Projected]:
    column = TYPES[field.spec["type"]].column
    if value is None or not column or not field.spec.get("indexed"):
        return []
    return [Projected(field.code, row, column, column_value(column, value))]
