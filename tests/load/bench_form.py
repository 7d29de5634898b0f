"""How long a form of 100 fields and 100 rules takes to validate (target: 20 ms, kept plan).

The browser answers the same form in ``static/tests/form_speed.test.js`` (16 ms a keystroke).
It reads the form from ``static/tests/large_form.json``; this file run with ``--write`` makes it.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median

ADDON = Path(__file__).resolve().parents[2] / "addons" / "gov_approval"
sys.path.insert(0, str(ADDON))

from kernel.form import validate  # noqa: E402

SHARED = ADDON / "static" / "tests" / "large_form.json"
TODAY = date(2026, 3, 15)
TYPES = ("text", "number", "date", "choice", "choices", "money", "phone", "yes_no", "person_id")
ANSWERS = {
    "text": "张三", "number": "12.5", "date": "2026-01-05", "choice": "a", "choices": ["a", "b"],
    "money": "10.00", "phone": "13800138000", "yes_no": True, "person_id": "11010519491231002X",
}  # fmt: skip
RULES = {
    "text": "{0} != '李四'", "number": "{0} * 2 > 3 and {0} < 100", "date": "{0} <= today()",
    "choice": "{0} in ['a', 'b']", "choices": "'a' in {0}", "money": "{0} / 3 > 1",
    "phone": "is_set({0})", "yes_no": "not {0} or {0}", "person_id": "{0} != ''",
}  # fmt: skip


def large_form(count=100):
    """A form where every field is shown by a rule over the field before it, and its answers."""
    options = [{"code": code, "label": code} for code in "abc"]
    fields, answers, rule = [], {}, ""
    for number in range(count):
        kind, code = TYPES[number % len(TYPES)], f"field_{number}"
        fields.append(
            {"code": code, "label": code, "type": kind, "required": True, "visible_if": rule,
             "options": options}
        )  # fmt: skip
        answers[code] = ANSWERS[kind]
        rule = RULES[kind].format(code)
    fields[0]["constraint"] = rule
    return {"sections": [], "fields": fields}, answers


def shared_form():
    """The text of the file that the browser's test reads."""
    form, answers = large_form()
    return json.dumps({"today": str(TODAY), "form": form, "answers": answers}, ensure_ascii=False)


def bench_form(rounds=50):
    """Milliseconds: {"first": the form is compiled too, "median": of later validations}."""
    form, answers = large_form()
    spent = []
    for _round in range(rounds + 1):
        start = time.perf_counter()
        result = validate(form, answers, today=TODAY)
        spent.append((time.perf_counter() - start) * 1000)
        if result.errors or len(result.values) != len(form["fields"]):
            raise SystemExit(f"wrong result: {result.errors}")
    return {"first": round(spent[0], 2), "median": round(median(spent[1:]), 2)}


if __name__ == "__main__":
    if "--write" in sys.argv:
        SHARED.write_text(shared_form() + "\n", encoding="utf-8")
    print("form, 100 fields, 100 rules, ms:", bench_form())
