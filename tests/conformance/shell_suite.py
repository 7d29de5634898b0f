"""A suite of lists that runs in `odoo shell` on a throw-away copy; one judged line a row.

The script prints ``ROW {"file", "line", "ok", "message"}``; a file of which it says nothing failed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from outcome import Outcome

HERE = Path(__file__).resolve().parent
CLI = HERE.parents[1] / "config" / "cli.py"
MARK = "ROW "
SECONDS = 900


def judge(folder: Path, names, script: str):
    """Outcomes of every row of the files ``names`` that the folder has.

    :param script: beside this file; it finds the files in ``GOV_LISTS``
    """
    files = [folder / name for name in names if (folder / name).is_file()]
    if not files:
        yield Outcome(names[0], False, "is not in the folder")
        return
    done = subprocess.run(
        [sys.executable, CLI, "copy-shell", HERE / script],
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
