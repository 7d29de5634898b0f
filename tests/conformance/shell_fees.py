"""Run in `odoo shell` by suite_fees.py: import each list, then account for every cell of it.

GOV_LISTS: the files.  One line a row: ``ROW {"file", "line", "ok", "message"}``; ``ok`` is null for
a remark about the file, and true for a row that was refused with its reason: it is not lost.
"""

import json
import os
from decimal import Decimal
from pathlib import Path

from odoo.addons.gov_approval.models.table_reader import read_table
from odoo.addons.gov_fees.kernel import fee_list as lists
from odoo.addons.gov_fees.kernel import rate_rows
from odoo.exceptions import UserError

env = globals()["env"]
FIELDS = {"item": "name", "code": "code", **lists.TEXTS}


def tell(file, line, ok, message):
    row = {"file": file, "line": line, "ok": ok, "message": message[:400]}
    print(f"ROW {json.dumps(row, ensure_ascii=False)}", flush=True)


def holds(item, column, text):
    """Whether a fee holds the text of a column, or what it means."""
    if f"{column}: {text}" in (item.unplaced or ""):
        return True
    rate = item.rate_ids
    if column == "seq":
        return item.code.endswith(f"{int(text):03}")
    if column in FIELDS:
        return text in (item[FIELDS[column]] or "")
    if column == "standard":
        return rate.standard == text
    if column in lists.DATES:
        return bool(rate["date_from" if column == "valid_from" else "date_to"])
    if column in lists.WORDS:
        field, words = lists.WORDS[column]
        return item[field] == words[text.casefold()]
    return told(rate, column, text)


def told(rate, column, text):
    """Amounts and units stand in the rate; a sum of several units is a multiple of its price."""
    rows = rate._to_rows()
    if column == "unit":
        same = {"%": "percent", "‰": "percent"}.get(text)
        units = set(rate_rows.units(text))
        return any(
            row["shape"] == same or set(rate_rows.units(row.get("unit"))) == units for row in rows
        )
    amounts = [row[name] for row in rows for name in ("amount", "amount_max") if row.get(name)]
    price = Decimal(text)
    return price in amounts or (f"共计{text}元" in rate.standard and price % amounts[0] == 0)


def faults(item, row):
    """Columns of a row whose text stands nowhere, and what is wrong with its rate."""
    gone = [c for c, text in row.cells.items() if text and not holds(item, c, text)]
    unplaced = item.unplaced or ""
    gone += [c for c, text in row.unplaced.items() if f"{c}: {text}" not in unplaced]
    if len(item.rate_ids) != 1 or item.rate_ids.state != "draft":
        gone.append("(one drafted rate)")
    if item.rate_ids.line_ids:
        item.rate_ids._to_kernel()
    elif not item.to_settle:
        gone.append("(rate or question)")
    return gone


def judge(path):
    content = path.read_bytes()
    try:
        report = env["gov.fee.import"]._import_list(content)
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
        row = rows.pop(line["row"])
        if line["action"] == "refused":
            tell(path.name, name, bool(text), f"not imported: {text}")
            continue
        item = env["gov.fee.item"].browse(line["item_id"])
        env.flush_all()
        item.invalidate_recordset()
        gone = faults(item, row)
        tell(path.name, name, not gone, f"lost: {', '.join(gone)}" if gone else text)
    for number in rows:
        tell(path.name, f"{path.name}:{number}", False, "stands in no line of the report")


def main():
    # The sample district may have fees with the codes of a list: they make room in this copy.
    env.cr.execute("UPDATE gov_fee_item SET code = 'sample.' || code")
    env.invalidate_all()
    for path in map(Path, os.environ["GOV_LISTS"].split(os.pathsep)):
        try:
            with env.cr.savepoint():
                judge(path)
        except Exception as error:
            tell(path.name, path.name, False, f"broke down: {type(error).__name__}: {error}")


main()
