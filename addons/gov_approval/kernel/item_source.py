"""Reading a published service item (事项) into our fields, without guessing (`domain.md` 4.4).

``read`` takes one JSON file in the format of the project's item data.  Every scalar of it ends up
either *placed* in a field or as a ``Fact`` with the reason; what the publish gate will ask for and
the source does not say is a fact of kind ``missing``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from . import item_json, item_words, numbering
from .clock import Period, not_longer
from .errors import KernelError, _lt
from .item_place import DEFAULT, MISSING, ODD, Account, Fact, Place
from .item_steps import read_flow
from .periods import UNITS as PERIOD_UNITS

CODES = {
    "item_source.no_name": _lt("The item has no name at %(path)s. Enter one."),
    "item_source.no_id": _lt(
        "The item has no usable code at %(path)s: small letters a-z, digits, dot, dash and"
        " underscore, beginning with a letter or digit. Enter one."
    ),
    "item_source.unknown_kind": _lt(
        "The kind “%(value)s” at %(path)s is neither item nor joint_theme. Correct it."
    ),
    "item_source.depends_cycle": _lt(
        "At %(path)s the members %(orders)s wait for each other, so none can begin. Correct"
        " depends_on."
    ),
    # why something became a fact
    "item_source.missing": _lt("The source does not say; fill it in before publishing."),
    "item_source.no_field": _lt("There is no field for this; it is kept here."),
    "item_source.unknown_key": _lt("The format has no such entry; it is kept here."),
    "item_source.about_source": _lt("Says where the facts come from."),
    "item_source.remark": _lt("A remark of those who recorded the source."),
    "item_source.department": _lt("The department was chosen at the import."),
    "item_source.responsible": _lt("Choose the role or department that handles this step."),
    "item_source.deadline_note": _lt("A remark about the periods; check them."),
    "item_source.member": _lt("A member of the theme."),
    "item_source.wrong_type": _lt("Another kind of value is expected here."),
    "item_source.no_whole_number": _lt("A whole number from 0 to %(high)s is expected here."),
    "item_source.unknown_word": _lt("This word is in no code list; choose the code."),
    "item_source.wider_word": _lt("Read as the wider “%(term)s”."),
    "item_source.unit_alone": _lt("A unit without a number that can be used."),
    "item_source.days_without_unit": _lt("A number of days without a known unit."),
    "item_source.days_differ": _lt("Differs from what the list of steps says."),
    "item_source.promise_too_long": _lt("The promised period is longer than the statutory one."),
    "item_source.validity": _lt("The validity is given in words; set number and unit."),
    "item_source.amount": _lt("This amount cannot be stored as it stands; enter it."),
    "item_source.row_without_name": _lt("A row without a name makes no record."),
    "item_source.no_such_order": _lt("No member of the theme has this number."),
    "item_source.base_code": _lt("A base code has 12 digits or capital letters; check it."),
    "item_source.implementation_code": _lt(
        "An implementation code has 31 characters, a handling code 33, digits and capitals;"
        " check it."
    ),
    "item_source.step_unknown": _lt("A step of this name has no fixed stage; place it by hand."),
    "item_source.step_joined": _lt("The step joins several stages; divide it by hand."),
    "item_source.step_of_applicant": _lt("An act of the applicant, before the filing."),
    "item_source.step_after_end": _lt("Comes after the end of the flow."),
    "item_source.step_out_of_order": _lt("Stands before acceptance or repeats it."),
    "item_source.step_read_as": _lt("Read as “%(term)s” by its name."),
    "item_source.several_decisions": _lt(
        "Several steps read as the decision; say which of them is the legal one."
    ),
    "item_source.steps_in_order": _lt("The steps are connected in the order of the source."),
    "item_source.procedure_counts": _lt(
        "The source does not say whether this procedure counts toward the period; it counts."
    ),
    "item_source.procedure_is_step": _lt("Taken as the step of the same kind: “%(term)s”."),
    "item_source.no_place_in_flow": _lt(
        "The source does not say where in the flow it stands; place it by hand."
    ),
}

ITEM, THEME = "item", "joint_theme"
_ID = re.compile("[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
_VALIDITY = re.compile("([0-9]{1,3})(年|个月|月|日|天)")
_VALIDITY_UNITS = {
    "年": "year",
    "个月": "month",
    "月": "month",
    "日": "calendar_day",
    "天": "calendar_day",
}


@dataclass(frozen=True)
class Parsed:
    """``values``: ``item`` and ``version`` by field name, rows by the name of the one2many;
    ``placed``: path of each leaf that was taken -> its target; ``facts``: the rest."""

    values: Mapping
    facts: tuple[Fact, ...]
    placed: Mapping[str, str]


def read(source: str | bytes | Mapping) -> Parsed:
    """Understand one item or theme.

    :param source: the file, its text, or the object parsed from it
    :raises KernelError: a code of ``item_json`` or ``item_source``; the sentence names the place
    """
    if isinstance(source, Mapping):
        item_json.check(source)
    else:
        source = item_json.load(source)
    account = Account(source)
    root = Place(account, "", source)
    values = {"item": _item(root), "version": _version(root), **_parts(root)}
    if values["item"]["is_theme"]:
        _check_members(root)
    _missing(root, values)
    account.settle(_reason)
    return Parsed(values, tuple(account.facts), account.placed)


def _item(root):
    kind = root.get("kind")
    if kind not in (None, ITEM, THEME):
        raise KernelError("item_source.unknown_kind", path="kind", value=str(kind)[:60])
    code = root.text("id", "item.code")
    if not _ID.fullmatch(code):
        raise KernelError("item_source.no_id", path="id")
    name = root.text("name", "item.name")
    if not name:
        raise KernelError("item_source.no_name", path="name")
    root.put("kind", "item.is_theme")
    return {
        "code": code,
        "name": name,
        "is_theme": kind == THEME,
        "power_type": root.word("power_type", "item.power_type", item_words.POWER_TYPES) or False,
        "exercise_level": root.word(
            "exercise_level", "item.exercise_level", item_words.EXERCISE_LEVELS
        )
        or False,
        **_codes(root),
    }


def _codes(root):
    """The printed codes, stored as they are; what breaks the standard is a fact (published codes
    do break it)."""
    codes = root.below("codes")
    level = item_words.EXERCISE_LEVELS.get(str(root.get("exercise_level")))
    found = {
        f"{key}_code": codes.text(key, f"item.{key}_code")
        for key in ("base", "implementation", "handling", "local")
    }
    base = found["base_code"]
    if base:
        try:
            numbering.check_base_code(base)
        except KernelError:
            codes.odd("base", "item_source.base_code")
    for key in ("implementation", "handling"):
        text = found[f"{key}_code"]
        if text:
            for code in _code_warnings(text, level, base):
                codes.odd(key, code)
    return found


def _code_warnings(text, level, base):
    try:
        return numbering.parse_implementation_code(
            text, level=level, base_code=base or None
        ).warnings
    except KernelError:
        return ("item_source.implementation_code",)


def _version(root):
    values = {
        name: root.text(key, f"version.{name}")
        for name, key in (
            ("place", "place"),
            ("service_hours", "service_hours"),
            ("consult_phone", "consult_phone"),
            ("complaint_phone", "complaint_phone"),
            ("quantity_limit", "quantity_limit"),
            ("visit_reason", "visit_reason"),
        )
    }
    visits = root.whole("visits", "version.visits", 99)
    charged = root.flag("fee_charged", "version.is_fee_charged")
    commitment = root.flag("commitment_based", "version.commitment_based")
    source = root.below("source")
    values |= {
        "item_kind": root.word("item_kind", "version.item_kind", item_words.ITEM_KINDS) or False,
        "objects": ",".join(root.words("objects", "version.objects", item_words.OBJECTS)),
        "channels": ",".join(root.words("channels", "version.channels", item_words.CHANNELS)),
        "delivery": ",".join(root.words("delivery", "version.delivery", item_words.DELIVERY)),
        "visits": -1 if visits is None else visits,
        "is_fee_charged": _yes_no(charged),
        "commitment_based": _yes_no(commitment),
        "intermediary_note": "；".join(
            root.texts("intermediary_services", "version.intermediary_note")
        ),
        "source_title": source.text("title", "version.source_title"),
    }
    return values | _deadlines(root) | _result(root)


def _yes_no(flag):
    return False if flag is None else ("yes" if flag else "no")


def _deadlines(root):
    """Periods as printed.  One figure that the page calls neither statutory nor promised is no
    period of ours: both stay missing and the note is a fact."""
    place, values, notes, periods = root.below("deadlines"), {}, [], {}
    for name in ("statutory", "promised"):
        period = place.below(name)
        notes.append(period.text("text", "version.deadline_note"))
        value, unit = period.get("value"), period.get("unit")
        good = type(value) is int and 0 < value <= 3650
        if value is not None and not good:
            period.odd("value", "item_source.no_whole_number", high=3650)
        if unit not in (None, *PERIOD_UNITS):
            period.odd("unit", "item_source.unknown_word")
            good = False
        if good and unit is not None:
            period.put("value", f"version.{name}_value")
            period.put("unit", f"version.{name}_unit")
            values |= {f"{name}_value": value, f"{name}_unit": unit}
            periods[name] = Period(value, unit)
        elif good:
            period.odd("value", "item_source.days_without_unit")
    if len(periods) == 2 and not not_longer(periods["promised"], periods["statutory"]):
        place.below("promised").odd("value", "item_source.promise_too_long")
    return values | {"deadline_note": "；".join(note for note in notes if note)}


def _result(root):
    result = root.below("result")
    values = {
        "result_name": result.text("name", "version.result_name"),
        "result_type": result.word("type", "version.result_type", item_words.RESULT_TYPES)
        or False,
    }
    text = result.get("validity")
    found = _VALIDITY.fullmatch(text.strip()) if isinstance(text, str) else None
    if found:
        result.put("validity", "version.validity_value")
        values |= {
            "validity_value": int(found[1]),
            "validity_unit": _VALIDITY_UNITS[found[2]],
        }
    elif isinstance(text, str) and text.strip() == "长期":
        result.put("validity", "version.validity_unit")
        values["validity_unit"] = "none"
    elif text is not None:
        result.odd("validity", "item_source.validity")
    return values


def _parts(root):
    nodes, edges = read_flow(root)
    return {
        "basis_ids": _rows(root, "legal_basis", "basis_ids", "title", _basis),
        "condition_ids": [
            {"sequence": number, "text": text}
            for number, text in enumerate(root.texts("conditions", "condition_ids.text"), 1)
        ],
        "material_ids": _rows(root, "materials", "material_ids", "name", _material),
        "node_ids": nodes,
        "edge_ids": edges,
        "fee_ids": _rows(root, "fees", "fee_ids", "name", _fee),
    }


def _rows(root, key, target, name, reader):
    """Rows of a list of objects; one without its name makes no record and stays a fact."""
    found = []
    for row in root.rows(key):
        if not isinstance(row.get(name), str) or not row.get(name).strip():
            row.account.keep(ODD, row.path, row.values, "item_source.row_without_name")
            continue
        position = len(found)
        place = f"{target}[{position}]"
        found.append(
            {"sequence": position + 1, name: row.text(name, f"{place}.{name}")}
            | reader(row, place, position + 1)
        )
    return found


def _basis(row, place, number):
    return {
        "code": f"b{number}",
        "article": row.text("article", f"{place}.article"),
        "ref": row.text("ref", f"{place}.ref"),
        "text": row.text("gist", f"{place}.text"),
    }


def _material(row, place, number):
    sequence = row.whole("no", f"{place}.sequence")
    originals = row.whole("originals", f"{place}.originals", 999)
    photocopies = row.whole("photocopies", f"{place}.photocopies", 999)
    required = row.word("required", f"{place}.required", item_words.REQUIRED)
    if row.get("required") is None:
        row.missing("required")
    return {
        "code": f"m{number}",
        "sequence": number if sequence is None else sequence,
        "form": row.word("form", f"{place}.form", item_words.MATERIAL_FORMS) or False,
        "originals": -1 if originals is None else originals,
        "photocopies": -1 if photocopies is None else photocopies,
        "copy_rule": row.word("copy_rule", f"{place}.copy_rule", item_words.COPY_RULES) or False,
        "source": row.word("source", f"{place}.source", item_words.MATERIAL_SOURCES) or False,
        "required": required or False,
        "is_deferrable": bool(row.flag("deferrable", f"{place}.is_deferrable")),
        "accept_standard": row.text("accept_standard", f"{place}.accept_standard"),
        "basis": row.text("basis", f"{place}.basis"),
        "condition_text": row.text("conditional_on", f"{place}.condition_text"),
        "note": row.text("note", f"{place}.note"),
    }


def _fee(row, place, number):
    values = {
        key: row.text(key, f"{place}.{key}") for key in ("standard", "unit", "basis", "fee_code")
    }
    amount = row.get("amount")
    if amount is None:
        return values
    exact = None if isinstance(amount, bool) else _exact(amount)
    if exact is None:
        row.odd("amount", "item_source.amount")
        return values
    row.put("amount", f"{place}.amount")
    return values | {"amount": float(exact)}


def _exact(amount):
    """The amount when four decimals hold it, else None; zero is no amount of ours."""
    if not isinstance(amount, int | float | Decimal):
        return None
    exact = Decimal(str(amount))
    fits = exact.is_finite() and 0 < exact < 10**11
    return exact if fits and exact == round(exact, 4) else None


#: What the publish gate asks for: (path in the source, whether our values have it).
_NEEDED = (
    ("power_type", lambda v: v["item"]["power_type"]),
    ("exercise_level", lambda v: v["item"]["exercise_level"]),
    ("item_kind", lambda v: v["version"]["item_kind"]),
    ("objects", lambda v: v["version"]["objects"]),
    ("deadlines.statutory", lambda v: v["version"].get("statutory_value")),
    ("deadlines.promised", lambda v: v["version"].get("promised_value")),
    ("place", lambda v: v["version"]["place"]),
    ("service_hours", lambda v: v["version"]["service_hours"]),
    ("consult_phone", lambda v: v["version"]["consult_phone"]),
    ("complaint_phone", lambda v: v["version"]["complaint_phone"]),
    ("quantity_limit", lambda v: v["version"]["quantity_limit"]),
    ("visits", lambda v: v["version"]["visits"] >= 0),
    ("channels", lambda v: v["version"]["channels"]),
    ("delivery", lambda v: v["version"]["delivery"]),
    ("fee_charged", lambda v: v["version"]["is_fee_charged"]),
    ("result.name", lambda v: v["version"]["result_name"]),
    ("result.type", lambda v: v["version"]["result_type"]),
    ("conditions", lambda v: v["condition_ids"]),
    ("legal_basis", lambda v: v["basis_ids"]),
    ("materials", lambda v: v["material_ids"]),
    ("steps", lambda v: v["node_ids"]),
)


def _missing(root, values):
    for path, has in _NEEDED:
        if not has(values):
            root.account.fact(MISSING, path, "", "item_source.missing")
    if root.get("kind") is None:
        root.account.fact(DEFAULT, "kind", ITEM, "item_source.missing")


def _check_members(root):
    """Members of a theme (一件事): facts, after checking that they can be done in some order."""
    waits, paths = {}, {}
    for row in root.rows("joint_departments"):
        order = _orders(row.get("order"))
        row.account.keep("unplaced", row.path, row.values, "item_source.member")
        if len(order) == 1:
            waits[order[0]] = set(_orders(row.get("depends_on")))
            paths[order[0]] = row
    for order, needed in waits.items():
        for other in sorted(needed - waits.keys()):
            paths[order].account.fact(
                ODD, paths[order].at("depends_on"), other, "item_source.no_such_order"
            )
    while waits:
        ready = [order for order, needed in waits.items() if not needed & waits.keys()]
        if not ready:
            raise KernelError(
                "item_source.depends_cycle",
                path=paths[next(iter(waits))].at("depends_on"),
                orders=", ".join(waits),
            )
        for order in ready:
            del waits[order]


def _orders(value):
    """Order numbers as text: 1, "1", "1,2", [1, 2]."""
    parts = value if isinstance(value, list | tuple) else re.split("[,，、; ]+", str(value or ""))
    return [str(part).strip() for part in parts if str(part).strip()]


_KNOWN = frozenset(
    "id kind name name_in_catalogue codes department handling_office region exercise_level"
    " power_type power_source objects item_kind deadlines conditions materials steps"
    " special_procedures public_notice fee_charged fees result visits channels delivery"
    " quantity_limit intermediary_services joint_departments commitment_based place service_hours"
    " consult_phone complaint_phone visit_reason legal_basis source confidence traps".split()
)
_REASONS = {
    "source": "item_source.about_source",
    "confidence": "item_source.remark",
    "traps": "item_source.remark",
    "department": "item_source.department",
    "steps": "item_source.responsible",
}


def _reason(path):
    """Why a leaf that nothing took is a fact."""
    top = re.split(r"[.\[]", path, maxsplit=1)[0]
    if path == "deadlines.note":
        return "item_source.deadline_note"
    if top not in _KNOWN:
        return "item_source.unknown_key"
    return _REASONS.get(top, "item_source.no_field")
