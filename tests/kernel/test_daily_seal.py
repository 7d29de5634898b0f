"""Daily seals: whatever is done to events or seals shows, at the latest against one kept digest."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from addons.gov_approval.kernel import chain
from addons.gov_supervision.kernel import daily_seal
from addons.gov_supervision.kernel.daily_seal import Entry

FIRST = datetime(2026, 3, 2, 1)


def chained(name, moments):
    """A chain with an event at each moment."""
    previous, entries = "", []
    for sequence, at in enumerate(moments, 1):
        body = {"case": name, "sequence": sequence, "kind": "x", "at": at.isoformat(" ")}
        digest = chain.digest("sha256", previous, body)
        entries.append(Entry(name, chain.Link(sequence, previous, digest, "sha256", body)))
        previous = digest
    return entries


def sealed(entries, days=6):
    seals = []
    for number in range(days):
        day = FIRST.date() + timedelta(number)
        events = [entry for entry in entries if entry.day == day]
        seals.append(daily_seal.make(events, day, seals[-1] if seals else None, "sha256"))
    return seals


def world(chains=4, days=5):
    entries = []
    for number in range(chains):
        moments = [FIRST + timedelta(days=day, hours=number) for day in range(days)]
        entries += chained(f"case/{number}", moments)
    return entries, sealed(entries)


def codes(found):
    return {error.code for error in found}


def test_all_holds_and_the_order_does_not_matter():
    entries, seals = world()
    assert daily_seal.verify(reversed(entries), seals, seals[-1].digest) == []
    assert daily_seal.verify(entries, seals, seals[2].digest) == []


def test_the_day_is_that_of_legal_time():
    late = chained("case/x", [datetime(2026, 3, 2, 15, 59), datetime(2026, 3, 2, 16)])
    assert [entry.day for entry in late] == [date(2026, 3, 2), date(2026, 3, 3)]


def test_what_came_after_the_last_seal_is_not_judged():
    entries, seals = world(days=5)
    assert daily_seal.verify(entries, seals[:3], seals[2].digest) == []


@given(st.integers(0, 19), st.sampled_from(["change", "remove", "move", "copy", "cut", "rewrite"]))
def test_every_change_shows(place, kind):
    entries, seals = world()
    entry = entries[place]
    others = [one for one in entries if one is not entry]
    link = entry.link
    if kind == "change":
        body = dict(link.body, kind="y")
        others.append(replace(entry, link=replace(link, body=body)))
    elif kind == "move":
        body = dict(link.body, at="2026-03-09 01:00:00")
        others.append(replace(entry, link=replace(link, body=body)))
    elif kind == "copy":
        others += [entry, replace(entry, chain="case/new", link=replace(link, previous=""))]
    elif kind == "cut":
        others = [
            one
            for one in entries
            if one.chain != entry.chain or one.link.sequence < link.sequence
        ]
    elif kind == "rewrite":  # with fresh digests from some day on
        own = [one.link.body["at"] for one in entries if one.chain == entry.chain]
        moments = [datetime.fromisoformat(at) for at in own]
        moments[link.sequence - 1] += timedelta(minutes=1)
        others = [one for one in entries if one.chain != entry.chain]
        others += chained(entry.chain, moments)
    assert daily_seal.verify(others, seals)


def test_a_rewritten_case_with_rewritten_seals_shows_against_the_kept_digest():
    entries, seals = world()
    kept = seals[-1].digest
    changed = [one for one in entries if one.chain != "case/1"]
    again = sealed(changed)
    assert daily_seal.verify(changed, again) == []
    assert codes(daily_seal.verify(changed, again, kept)) == {"seal.kept"}


def test_seals_that_were_touched_show():
    entries, seals = world()
    assert codes(daily_seal.verify(entries, seals[:2] + seals[3:])) == {
        "seal.order", "seal.unsealed",
    }  # fmt: skip
    wrong = replace(seals[1], count=seals[1].count + 1)
    assert "seal.day" in codes(daily_seal.verify(entries, [seals[0], wrong, *seals[2:]]))
    assert codes(daily_seal.verify(entries, seals[:-1], seals[-1].digest)) == {"seal.kept"}
