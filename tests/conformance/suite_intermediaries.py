"""intermediaries.csv: the list goes through the importer that users have, into a throw-away copy.

Every row lands in fields or stands in the report with its reason; every cell of a row that landed
stands in a field, as itself or as the code of its word, or among what has no field.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from outcome import Outcome

HERE = Path(__file__).resolve().parent
CLI = HERE.parents[1] / "config" / "cli.py"
MARK = "SERVICE "
NAMES = ("intermediaries.csv", "intermediaries.xlsx")
SECONDS = 900


def run(folder: Path):
    files = [folder / name for name in NAMES if (folder / name).is_file()]
    if not files:
        yield Outcome(NAMES[0], False, "is not in the folder")
        return
    done = subprocess.run(
        [sys.executable, CLI, "copy-shell", HERE / "shell_intermediaries.py"],
        env=dict(os.environ, GOV_LISTS=os.pathsep.join(str(path.resolve()) for path in files)),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
    )
    judged = set()
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            row = json.loads(line.removeprefix(MARK))
            judged.add(row["file"])
            yield Outcome(row["line"], row["ok"], row["message"])
    for path in files:
        if path.name not in judged:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no output"]
            yield Outcome(path.name, False, f"was not judged: {last[0][:300]}")
