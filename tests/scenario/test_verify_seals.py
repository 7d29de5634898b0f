"""The command that verifies a database without Odoo, beside a real one (`security.md` H1)."""

import subprocess
import sys

import pytest
from centre import testing
from centre.settings import ROOT


@pytest.fixture(scope="module")
def verify(server_settings):
    """(run the command, run SQL as the owner) on a sealed copy of the sample."""
    settings, tree = server_settings
    bed = testing.testbed(settings, tree)
    with bed.copy("seals") as database:
        assert bed.odoo.script(database, ROOT / "tests/scenario/seal_world.py") == 0
        environment = bed.server.full_environment()
        environment["PATH"] = f"{bed.server.bin}:{environment.get('PATH', '')}"

        def run(*arguments):
            command = [sys.executable, "-B", ROOT / "addons/gov_supervision/verify.py", database]
            return subprocess.run(
                [*command, *arguments], env=environment, capture_output=True, text=True, check=False
            )

        yield run, lambda query: bed.server.sql(query, database)


def test_a_sample_that_nobody_touched_holds_and_a_change_by_sql_does_not(verify):
    run, sql = verify
    kept = sql("SELECT digest FROM gov_day_seal ORDER BY sequence DESC LIMIT 1")[0][0]
    done = run("--digest", kept)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "events: 0" not in done.stdout
    assert run("--digest", "0" * 64).returncode == 1
    (number, event), *_more = sql(
        "SELECT c.number, e.id FROM gov_case_event e JOIN gov_case c ON c.id = e.case_id LIMIT 1"
    )
    sql(
        "SET session_replication_role = replica;"
        f" UPDATE gov_case_event SET role = 'system' WHERE id = {event}"
    )
    done = run("--digest", kept)
    assert done.returncode == 1
    assert number in done.stdout
