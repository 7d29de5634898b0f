"""Verifies all chains of events and their daily seals (核验封存) without Odoo.

    python3 addons/gov_supervision/verify.py DATABASE [--digest DIGEST]

DATABASE is a name or a connection string for ``psql``; an account that may only read suffices.
DIGEST is that of a seal as a supervisor wrote it down.  Ends with 0 if everything holds, else 1.
"""

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

_ADDONS = Path(__file__).resolve().parents[1]
_SHOWN = 50


def _kernel():
    """``kernel/daily_seal.py`` with its relative imports, the modules themselves not loaded."""
    for path in (_ADDONS, _ADDONS / "gov_approval", _ADDONS / "gov_supervision"):
        name = ".".join(path.relative_to(_ADDONS.parent).parts)
        if name not in sys.modules:
            sys.modules[name] = ModuleType(name)
            sys.modules[name].__path__ = [str(path)]
    return importlib.import_module(f"{_ADDONS.name}.gov_supervision.kernel.daily_seal")


def _ask(database, *queries):
    """Rows of all queries, of one snapshot, each as a list."""
    texts = [
        f"SELECT to_jsonb(ARRAY(SELECT value FROM json_each(row_to_json(r)))) FROM ({query}) r;"
        for query in queries
    ]
    script = "\n".join(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;", *texts])
    done = subprocess.run(
        ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"无法读取数据库 / the database cannot be read:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def _say(error):
    params = {k: _say(v) if hasattr(v, "code") else v for k, v in error.params.items()}
    codes = importlib.import_module(f"{_ADDONS.name}.gov_approval.kernel.chain").CODES
    return (_kernel().CODES | codes)[error.code] % params


def main(argv=None):
    """Verify one database and say what was found."""
    parser = argparse.ArgumentParser(description="核验封存 / Verify event chains and daily seals")
    parser.add_argument("database", help="数据库 / name or connection string")
    parser.add_argument("--digest", default="", help="记下的封存摘要 / the digest that was kept")
    arguments = parser.parse_args(argv)
    daily_seal = _kernel()
    names = ", ".join(f"('{name}')" for name in daily_seal.EVENTS)
    here = f"SELECT name FROM (VALUES {names}) t(name) WHERE to_regclass(name) IS NOT NULL"
    tables = [name for (name,) in _ask(arguments.database, here)]
    columns = "r(c1, c2, c3, c4, c5, c6)"
    events = [f"SELECT * FROM ({daily_seal.EVENTS[table]}) {columns}" for table in tables]
    seals = f"SELECT * FROM ({daily_seal.SEALS}) r(c1, c2, c3, c4, c5, c6, c7)"
    rows = _ask(arguments.database, seals, *events)
    sealed = [daily_seal.read_seal(row) for row in rows if len(row) == 7]
    entries = [daily_seal.read_event(row) for row in rows if len(row) == 6]
    found = daily_seal.verify(entries, sealed, arguments.digest.strip().lower())
    for error in found[:_SHOWN]:
        print(_say(error))
    print(
        f"事件 / events: {len(entries)}; 封存 / seals: {len(sealed)}; 问题 / findings: {len(found)}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
