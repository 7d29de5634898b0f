"""``tests/conformance/law.csv``: the law line by line, played on the rules of the kernel.

Columns: ``article``; ``item`` (see ``law_world.ITEMS``); ``situation``, acts already done as
``<moment> <act>[ <flags>][ by <person>][: <input>=<value>, …]``; ``day`` of the act judged;
``act``, empty to look at the case only; ``actor``; ``said``; ``expected``, either ``refused
<code>`` or facts ``<key> <value>``; ``law``, the rule in words.  Days are of 2026, ten o'clock
unless said.
"""

import csv
import re
from datetime import date
from pathlib import Path

import law_world
import pytest
from kernel import licence, procedure
from kernel.errors import KernelError

TABLE = Path(__file__).resolve().parents[1] / "conformance" / "law.csv"
STEP = re.compile(
    r"(?P<at>[\d-]+(?: \d\d:\d\d)?) (?P<act>[a-z_]+)(?P<flags>(?: (?!by )[a-z]+)*)"
    r"(?: by (?P<who>[a-z ]+))?(?:: (?P<said>.*))?"
)


def rows():
    with open(TABLE, encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def play(row):
    """The world as the situation of a row has left it."""
    world = law_world.World(row["item"])
    for text in filter(None, (part.strip() for part in row["situation"].split(";"))):
        step = STEP.fullmatch(text)
        assert step, f"cannot read {text!r}"
        at, said = law_world.moment(step["at"]), law_world.said_of(step["said"] or "")
        if step["act"] == "receive":
            world.receive(at, step["flags"].split())
        else:
            world.act(step["act"], at, step["who"], said)
    return world


def fact(world, key, today, row):
    """One fact of the case as the table writes it."""
    case = world.case
    if key.startswith("due."):
        due = world.dues(today).get(key.removeprefix("due."))
        return due.on.isoformat() if due else "none"
    if key.startswith("running."):
        return str(world.dues(today)[key.removeprefix("running.")].is_running).lower()
    if key == "block":
        said = law_world.USUAL.get(row["act"], ("", {}))[1] | law_world.said_of(row["said"])
        block = licence.block_of(world.definition, row["act"], said, today)
        return f"{block.kind} {block.until or 'until repaired'}" if block else "none"
    values = {
        "state": case.state,
        "outcome": case.outcome or "none",
        "accepted": case.accepted_at,
        "period_from": case.clock_from,
        "deemed": case.is_deemed_accepted,
        "repeated": case.is_notice_repeated,
        "promised_papers": ",".join(sorted(case.deferred)) or "none",
        "check": case.check or "none",
        "ground": case.refusal_ground,
        "by_silence": case.is_renewed_by_silence,
        "licence": case.licence.state if case.licence else "none",
        "valid_from": case.licence.valid_from if case.licence else "none",
        "valid_to": case.licence.valid_to if case.licence else "none",
        "step": ",".join(sorted(case.active)) or "none",
        "changed": ",".join(change.field for change in case.changes) or "none",
        "stopped": case.is_stopped,
        "chair": case.hearing.chair if case.hearing else "none",
        "notices": case.notices,
        "opinions": ",".join(f"{o.department}={o.value or 'awaited'}" for o in case.opinions)
        or "none",
        "outcome_of_step": next((s.outcome for s in case.steps if s.node == "ask"), "none"),
        "power": _power(case),
    }
    value = values[key]
    return value.isoformat()[:10] if isinstance(value, date) else str(value).lower()


def _power(case):
    if case.power is None:
        return "none"
    return "revoked" if case.power.revoked_on else case.power.agent


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['no']}-{row['act'] or 'look'}")
def test_the_law(row):
    world, at = play(row), law_world.moment(row["day"])
    said = law_world.said_of(row["said"])
    code = ""
    if row["act"]:
        try:
            world.act(row["act"], at, row["actor"] or None, said)
        except KernelError as error:
            code = error.code
            assert code in procedure.CODES | licence.CODES | law_world.FORM_CODES, code
    expected = row["expected"]
    if expected.startswith("refused"):
        assert f"refused {code}" == expected, row["law"]
        return
    assert not code, f"refused with {code}: {row['law']}"
    for text in filter(None, (part.strip() for part in expected.split(";"))):
        key, _blank, value = text.partition(" ")
        assert fact(world, key, at.date(), row) == value, (key, row["law"])


def test_the_table_is_whole():
    """At least 120 lines; every act has a line that allows it and one that refuses it."""
    table = rows()
    assert len(table) >= 120
    assert [int(row["no"]) for row in table] == list(range(1, len(table) + 1))
    assert all(row["law"] and row["article"] and row["expected"] for row in table)
    played = {row["act"] for row in table if not row["expected"].startswith("refused")}
    played |= {
        STEP.fullmatch(part.strip())["act"]
        for row in table
        for part in row["situation"].split(";")
        if part.strip()
    }
    refused = {row["act"] for row in table if row["expected"].startswith("refused")}
    assert set(procedure.ACTS) - played == set()
    assert set(procedure.ACTS) - refused - {"archive"} == set()
