"""P17: 1,000 items imported, as a list and as packs (goal: at most 120 s each).

Run in `odoo shell` by `make bench` on a throw-away copy.  The items are the published guides of
the sample again and again, each under a code and a name of its own; the cron works the run off.
"""

import json
import time
from pathlib import Path

from odoo.tools import file_path

env = globals()["env"]
COUNT, GOAL = 1000, 120
GUIDES = [
    json.loads(path.read_text())
    for path in sorted(Path(file_path("gov_approval/demo/items")).glob("*.json"))
]


def guide(number):
    """One of the guides under another code."""
    source = GUIDES[number % len(GUIDES)]
    source = source | {"id": f"bench-{number}", "name": f"{source['name']} {number}"}
    return json.dumps(source | {"codes": {}}, ensure_ascii=False).encode()


def measure(title, files, **options):
    """Import through a run; prints the seconds and whether all lines are good."""
    Run, Import = env["gov.item.import.run"], env["gov.item.import"]
    department = env["gov.department"].search([], limit=1)
    begin = time.monotonic()
    unpacked = list(Import._unpack(files))
    options = {"departments": "given", "collision": "refuse", "choices": {}} | options
    run = Run._begin(files, unpacked, department, **options)
    env.cr.commit()
    begun = time.monotonic() - begin
    Run._cron_work_off()
    spent = time.monotonic() - begin
    env.invalidate_all()
    word = "met" if spent <= GOAL and run.good >= COUNT else "missed"
    print(
        f"P17  {title:<38}{spent:>8.1f} s (begun after {begun:.1f} s), {run.good} good of"
        f" {run.total}; goal <= {GOAL} s {word}",
        flush=True,
    )
    for line in run.faulty_line_ids[:3]:
        print("    ", line.file, line.text)
    return run


packs = measure("1,000 items imported, files", {f"{n}.json": guide(n) for n in range(COUNT)})
items = packs.line_ids.item_id
content = items._write_list(items._get_export_versions())
measure("1,000 items imported, list", {"items.xlsx": content}, collision="duplicate")
