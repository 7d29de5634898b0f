"""Two hosts sweep one database at once (`security.md` E3): every occasion has one card."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from centre import testing
from centre.settings import ROOT

FOLDER = ROOT / "tests/scenario"
DUE = 6000


@pytest.fixture(scope="module")
def swept(server_settings):
    """The database after two processes swept it at the same time."""
    settings, tree = server_settings
    bed = testing.testbed(settings, tree)
    with bed.copy("sweep") as database:
        assert bed.odoo.script(database, FOLDER / "sweep_world.py") == 0
        with ThreadPoolExecutor() as pool:
            hosts = [
                pool.submit(bed.odoo.script, database, FOLDER / "sweep_run.py") for _n in range(2)
            ]
            codes = [host.result() for host in hosts]
        assert codes == [0, 0]
        yield lambda query: bed.server.sql(query, database)


def test_one_card_for_each_occasion(swept):
    made = "FROM gov_alert_card WHERE key LIKE 'made:%'"
    assert swept(f"SELECT count(*), count(DISTINCT key) {made}") == [[str(DUE)] * 2]
    assert swept(
        "SELECT count(*) FROM gov_alert_watch WHERE key LIKE 'made:%' AND is_fired IS NOT TRUE"
    ) == [["0"]]


def test_numbers_have_no_gaps_and_every_card_its_event(swept):
    serials = "SELECT max(serial) - count(*) FROM gov_number WHERE series LIKE 'card/%'"
    assert swept(serials) == [["0"]]
    assert swept(
        "SELECT count(*) FROM gov_alert_card c WHERE key LIKE 'made:%' AND NOT EXISTS"
        " (SELECT FROM gov_alert_event e WHERE e.card_id = c.id AND e.digest = c.head)"
    ) == [["0"]]


def test_nobody_waited_in_a_circle(swept):
    query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert swept(query) == [["0"]]
