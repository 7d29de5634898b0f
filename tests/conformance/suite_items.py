"""items/*.json: each file goes through the importer that users have, into a throw-away database.

One line for the import: the item is there as a draft, and every scalar of the file stands in a
field with its value or in the list of facts with its path and value.  One for publishing, with the
defaults that were filled in (``item_defaults``).  One for each legal end of a case of the item
(``item_ends``).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from outcome import Outcome

HERE = Path(__file__).resolve().parent
CLI = HERE.parents[1] / "config" / "cli.py"
MARK = "ITEM "
SECONDS = 900


def run(folder: Path):
    files = sorted((folder / "items").glob("*.json"))
    if not files:
        yield Outcome("items", False, "the folder items has no .json file")
        return
    judged = {}
    done = subprocess.run(
        [sys.executable, CLI, "copy-shell", HERE / "shell_items.py"],
        env=dict(
            os.environ,
            GOV_ITEMS=str((folder / "items").resolve()),
            GOV_SUITES=str(HERE),
        ),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            row = json.loads(line.removeprefix(MARK))
            judged[row["file"]] = Outcome(row["file"], row["ok"], row["message"])
    yield from judged.values()
    for path in files:
        if path.name not in judged:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no output"]
            yield Outcome(path.name, False, f"was not judged: {last[0][:300]}")
