"""Run in `odoo shell` by suite_intermediaries.py: import each list, then account for every cell.

GOV_LISTS: the files.  One line a row: ``ROW {"file", "line", "ok", "message"}``; ``ok`` is null
for a remark about the file, and true for a row that was refused with its reason: it is not lost.
"""

import json
import os
from pathlib import Path

from odoo.addons.gov_approval.kernel import intermediary_list as lists
from odoo.addons.gov_approval.models.table_reader import read_table
from odoo.exceptions import UserError

env = globals()["env"]
FIELDS = {"service": "name", "code": "code", **lists.TEXTS}


def tell(file, line, ok, message):
    row = {"file": file, "line": line, "ok": ok, "message": message[:400]}
    print(f"ROW {json.dumps(row, ensure_ascii=False)}", flush=True)


def holds(service, column, text):
    """Whether a service holds the text of a column, or what it means."""
    kept = f"{column}: {text}" in (service.unplaced or "")
    if column == "seq":
        return service.code.endswith(f"{int(text):03}") or kept
    if column in FIELDS:
        return text in (service[FIELDS[column]] or "")
    if column in lists.DATES:
        return bool(service[column]) or kept
    field, words = lists.WORDS[column]
    known = words.get(text.casefold())
    if known:
        return service[field] == known
    return kept or (column == "price_type" and text in (service.price or ""))


def lost(service, row):
    """Columns of a row whose text stands nowhere."""
    gone = [c for c, text in row.cells.items() if text and not holds(service, c, text)]
    unplaced = service.unplaced or ""
    return gone + [c for c, text in row.unplaced.items() if f"{c}: {text}" not in unplaced]


def judge(path):
    content = path.read_bytes()
    try:
        report = env["gov.intermediary.import"]._import_list(content)
    except UserError as error:
        tell(path.name, path.name, False, str(error))
        return
    rows = {row.number: row for row in read_table(content, lists.COLUMNS).rows}
    for line in report:
        name = f"{path.name}:{line['row']} ({line['code']})" if line["row"] else path.name
        text = line["text"].replace("\n", " ")
        if line["action"] == "note":
            tell(path.name, name, None, text)
            continue
        if line["action"] == "refused":
            tell(path.name, name, bool(text), f"not imported: {text}")
            rows.pop(line["row"])
            continue
        service = env["gov.intermediary.service"].browse(line["service_id"])
        service.invalidate_recordset()
        gone = lost(service, rows.pop(line["row"]))
        tell(path.name, name, not gone, f"lost: {', '.join(gone)}" if gone else text)
    for number in rows:
        tell(path.name, f"{path.name}:{number}", False, "stands in no line of the report")


def main():
    # The sample district may have services with the codes of a list: they make room in this copy.
    env.cr.execute("UPDATE gov_intermediary_service SET code = 'sample.' || code")
    env.invalidate_all()
    for path in map(Path, os.environ["GOV_LISTS"].split(os.pathsep)):
        try:
            with env.cr.savepoint():
                judge(path)
        except Exception as error:
            tell(path.name, path.name, False, f"broke down: {type(error).__name__}: {error}")


main()
