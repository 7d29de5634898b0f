"""Two at once: one act, one case, one number, whoever presses at the same moment."""

import json
import subprocess
from pathlib import Path

import pytest
from centre import testing

SCRIPT = Path(__file__).with_name("concurrency_script.py")
PEOPLE = 8


@pytest.fixture(scope="module", name="outcome")
def outcome_fixture(server_settings):
    """What the script found on a copy of the test template."""
    settings, tree = server_settings
    bed = testing.testbed(settings, tree)
    with bed.copy("concurrency") as database, open(SCRIPT) as script:
        command = bed.odoo.command(
            "-d", database, "--no-http", "--max-cron-threads", "0", "--log-level", "error",
            sub="shell",
        )  # fmt: skip
        done = subprocess.run(
            [str(part) for part in command],
            stdin=script,
            env=bed.odoo.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines, (done.stdout + done.stderr)[-3000:]
    return json.loads(lines[-1])


def test_one_of_eight_acts_is_accepted(outcome):
    for found in outcome["acts"]:
        assert found["counts"] == {"done": 1, "refused": PEOPLE - 1}, found
        assert found["events"] == 1, found
        assert not found["break"], found


def test_refusals_are_sentences(outcome):
    texts = {text for found in outcome["acts"] for text in found["texts"]}
    assert texts
    assert not [text for text in texts if len(text.split()) < 4 or "psycopg2" in text]


def test_one_form_is_one_case(outcome):
    for found in outcome["form"]:
        assert found["counts"] == {"done": PEOPLE}, found
        assert (found["ids"], found["cases"]) == (1, 1), found


def test_different_forms_do_not_get_in_each_others_way(outcome):
    found = outcome["forms"]
    assert found["counts"] == {"done": PEOPLE}, found
    serials = [int(number[-5:]) for number in found["numbers"]]
    assert serials == list(range(serials[0], serials[0] + PEOPLE))


def test_numbers_have_no_gaps_and_no_doubles(outcome):
    found = outcome["numbers"]
    assert found["counts"] == {"done": PEOPLE}, found
    assert found["given"] == list(range(1, len(found["given"]) + 1))
    assert len(found["given"]) > PEOPLE


def test_no_deadlock(outcome):
    assert outcome["deadlocks"] == 0
