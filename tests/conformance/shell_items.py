"""Run in `odoo shell` by suite_items.py: import each file and account for every scalar of it, fill
in what it does not say, publish it, and take one case to each of its legal ends.

GOV_ITEMS: the folder; GOV_SUITES: where the modules beside this script lie.  One line for each file
and for each end: ``ITEM {"file", "ok", "message"}``.
"""

import json
import os
import sys
from decimal import Decimal
from pathlib import Path

from freezegun import freeze_time
from odoo.addons.gov_approval.kernel import item_source, item_words
from odoo.addons.gov_approval.tests import common

sys.path.insert(0, os.environ["GOV_SUITES"])
import item_defaults  # noqa: E402  beside this script, which comes from standard input
import item_ends  # noqa: E402

env = globals()["env"]
WORDS = {
    **item_words.EXERCISE_LEVELS,
    **item_words.POWER_TYPES,
    **item_words.ITEM_KINDS,
    **item_words.OBJECTS,
    **item_words.CHANNELS,
    **item_words.DELIVERY,
    **item_words.MATERIAL_SOURCES,
    **item_words.REQUIRED,
    **item_words.RESULT_TYPES,
}


def flatten(value, path=""):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from flatten(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from flatten(part, f"{path}[{index}]")
    elif value is not None:
        yield path, value


def stored(version, target):
    """What the database holds at the place that the importer names."""
    part, _dot, name = target.partition(".")
    if part in ("item", "version"):
        return (version.item_id if part == "item" else version)[name]
    part, _bracket, index = part.rstrip("]").partition("[")
    rows = version[part].sorted("id")
    return rows[int(index)][name] if index else rows.mapped(name)


def holds(value, found):
    """Whether a field holds the value of the source, as itself or as the code of its word."""
    if isinstance(value, bool):
        return found in (value, "yes" if value else "no")
    if isinstance(value, int | Decimal):
        return isinstance(found, int | float) and Decimal(str(found)) == Decimal(str(value))
    if isinstance(found, int | float):  # “4年” as number and unit
        return str(found) in value
    texts = found if isinstance(found, list) else [str(found)]
    return any(value.strip() in text or WORDS.get(value.strip()) in text.split(",")
               for text in texts)


def as_text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def lost(source, version, placed):
    """Paths of scalars that stand neither in a field nor among the facts."""
    facts = {(fact.path, fact.value or "") for fact in version.fact_ids}
    for path, value in flatten(source):
        in_field = path in placed and (
            holds(value, stored(version, placed[path])) or placed[path] in TURNED
        )
        if not in_field and (path, as_text(value)) not in facts:
            yield path


#: Targets that hold a value in another shape: the kind of source as a yes or no, “长期” as a unit.
TURNED = {"item.is_theme", "version.validity_unit"}


def judge(path, department):
    content = path.read_bytes()
    report = env["gov.item.import"]._import_files({path.name: content}, department)[0]
    if not report["ok"]:
        return False, report["text"]
    version = env["gov.item.version"].browse(report["version_id"])
    version.invalidate_recordset()
    placed = item_source.read(content).placed
    source = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    gone = list(lost(source, version, placed))
    if gone:
        return False, f"lost: {', '.join(gone[:10])}"
    counts = ", ".join(
        f"{report[kind]} {kind}"
        for kind in ("placed", "unplaced", "missing", "odd", "default")
        if report[kind]
    )
    return True, f"{'theme' if version.item_id.is_theme else 'item'} imported: {counts}"


def tell(file, ok, message):
    line = json.dumps({"file": file, "ok": ok, "message": message}, ensure_ascii=False)
    print(f"ITEM {line}", flush=True)


def attempt(file, judge_one):
    """One line; a crash is the finding, and the others are judged too."""
    try:
        with env.cr.savepoint():
            tell(file, *judge_one())
            return True
    except Exception as error:
        tell(file, False, f"broke down: {type(error).__name__}: {error}"[:400])
        return False


def publish(path, world):
    """Fill in, mandate, publish."""
    version = env["gov.item.version"].search([], order="id desc", limit=1)
    item = version.item_id
    vals = common.mandate_vals(env, item.department_id, world["chief"], f"M-{item.id}", item)
    with freeze_time(item_ends.START):  # relied on from the day when the walks begin
        env["gov.mandate"].create(vals).action_file()
    filled = item_defaults.fill(version)
    version.action_publish()
    said = f": {', '.join(filled)}" if filled else ""
    return True, f"published, {len(filled)} defaults filled in{said}"[:400]


def main():
    world = common.build_network(env)
    department = world["department"]
    # The sample district may have an item with the code of a file: it makes room in this copy.
    for item in env["gov.item"].with_context(active_test=False).search([]):
        item.code = f"sample.{item.code}"
    for path in sorted(Path(os.environ["GOV_ITEMS"]).glob("*.json")):
        if not attempt(path.name, lambda path=path: judge(path, department)):
            continue
        name = f"{path.name} published"
        if not attempt(name, lambda path=path: publish(path, world)):
            continue
        version = env["gov.item.version"].search([], order="id desc", limit=1)
        for end in item_ends.ENDS:
            attempt(f"{path.name} {end}", lambda v=version, end=end: ended(world, v, end))
        version.invalidate_recordset()


def ended(world, version, end):
    problem = item_ends.reach(env, world, version, end)
    return not problem, problem or "reached"


main()
