"""The chain of events: one spelling, known digests, and every kind of tampering found."""

import json
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel import chain
from kernel.chain import ALGORITHMS, CODES, Link, canonical, digest, hash_bytes, verify
from kernel.errors import KernelError


def refused(code, function, *args):
    with pytest.raises(KernelError) as caught:
        function(*args)
    assert caught.value.code == code
    assert CODES[code] % caught.value.params


# ── one spelling ────────────────────────────────────────────────────────────────────────────

def test_canonical_spelling():
    body = {"乙": [1, True, None, "a\"b"], "b": Decimal("12.50"), "a": date(2026, 3, 2),
            "c": datetime(2026, 3, 2, 9, 30), "d": (), "e": Decimal("1E+3")}
    assert canonical(body).decode() == (
        '{"a":"2026-03-02","b":"12.50","c":"2026-03-02T09:30:00","d":[],"e":"1000",'
        '"乙":[1,true,null,"a\\"b"]}')


def test_the_order_of_keys_and_the_type_of_a_mapping_do_not_matter():
    assert canonical(OrderedDict([("b", 1), ("a", 2)])) == canonical({"a": 2, "b": 1})


values = st.recursive(
    st.none() | st.booleans() | st.integers(-2**63 + 1, 2**63 - 1) | st.dates()
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-10**9, max_value=10**9,
                  places=2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.text("abc甲乙_", max_size=4), inner, max_size=4), max_leaves=20)


@given(values)
def test_a_body_read_back_from_json_has_the_same_bytes(value):
    written = canonical(value)
    assert canonical(json.loads(written)) == written


def nested(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(("code", "value"), [
    ("chain.value", 1.0), ("chain.value", float("nan")), ("chain.value", {"a": [b"x"]}),
    ("chain.value", {1, 2}), ("chain.value", object()),
    ("chain.number", Decimal("NaN")), ("chain.number", Decimal("Infinity")),
    ("chain.number", Decimal("1E+999999")), ("chain.number", 2 ** 63),
    ("chain.key", {1: "a"}), ("chain.key", {"a": {None: 1}}),
    ("chain.text", "\ud800"), ("chain.text", {"\udfff": 1}), ("chain.text", ["a\0b"]),
    ("chain.zone", datetime(2026, 3, 2, tzinfo=UTC)),
    ("chain.depth", nested(5000)),
])
def test_what_cannot_be_recorded(code, value):
    refused(code, canonical, value)


# ── known digests ───────────────────────────────────────────────────────────────────────────

@pytest.mark.parametrize(("algorithm", "data", "expected"), [
    # GB/T 32905-2016, appendix A, examples 1 and 2
    ("sm3", b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ("sm3", b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    # FIPS 180-4
    ("sha256", b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
])
def test_published_test_vectors(algorithm, data, expected):
    assert hash_bytes(algorithm, data) == expected


def test_a_digest_covers_algorithm_previous_and_body():
    found = {digest(algorithm, previous, body)
             for algorithm in ALGORITHMS for previous in ("", "0" * 64) for body in ({}, {"a": 1})}
    assert len(found) == 8
    assert digest("sha256", "", {}) == hash_bytes("sha256", b"sha256\n\n{}")


def test_unknown_and_missing_digests(monkeypatch):
    refused("chain.algorithm", digest, "md5", "", {})
    refused("chain.algorithm", hash_bytes, "md5", b"")

    def new(name, data):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(chain.hashlib, "new", new)
    refused("chain.algorithm_missing", digest, "sm3", "", {})
    refused("chain.algorithm_missing", verify, [Link(1, "", "x", "sm3", {})])


# ── tampering ───────────────────────────────────────────────────────────────────────────────

def link(sequence, previous, body, algorithm):
    return Link(sequence, previous, digest(algorithm, previous, body), algorithm, body)


def build(length, algorithm="sha256"):
    links, previous = [], ""
    for sequence in range(1, length + 1):
        links.append(link(sequence, previous, {"kind": "收件", "n": sequence}, algorithm))
        previous = links[-1].digest
    return links


def renumbered(links):
    return [replace(item, sequence=n) for n, item in enumerate(links, start=1)]


def rehashed(links, start):
    """The forger writes every link from ``start`` on anew, with fitting digests."""
    done = list(links[:start])
    for item in links[start:]:
        done.append(link(len(done) + 1, done[-1].digest if done else "", item.body,
                         item.algorithm))
    return done


def broken(links, head=None):
    found = verify(links, head)
    if found is None:
        return None
    assert CODES[found.code] % found.params
    return found.sequence, found.code.removeprefix("chain.broken_")


@pytest.fixture(params=ALGORITHMS)
def links(request):
    return build(6, request.param)


def test_an_honest_chain_holds(links):
    assert verify(links) is None
    assert verify(iter(links), links[-1].digest) is None
    assert verify([]) is None and verify([], "") is None


def test_links_of_both_digests_may_follow_each_other():
    links = build(3)
    links.append(link(4, links[-1].digest, {"n": 4}, "sm3"))
    assert verify(links) is None


def test_update(links):
    links[2] = replace(links[2], body={"kind": "收件", "n": 33})
    assert broken(links) == (3, "digest")


def test_update_with_a_fitting_digest(links):
    links[2] = link(3, links[2].previous, {"n": 33}, links[2].algorithm)
    assert broken(links) == (4, "previous")


def test_update_of_the_last_with_a_fitting_digest_shows_against_the_head(links):
    head = links[-1].digest
    links[-1] = link(6, links[-1].previous, {"n": 66}, links[-1].algorithm)
    assert broken(links) is None
    assert broken(links, head) == (6, "head")


def test_delete(links):
    del links[2]
    assert broken(links) == (4, "sequence")
    assert broken(renumbered(links)) == (3, "previous")


def test_delete_the_first(links):
    del links[0]
    assert broken(links) == (2, "sequence")
    assert broken(renumbered(links)) == (1, "previous")


def test_insert(links):
    extra = link(3, links[1].digest, {"n": "new"}, links[0].algorithm)
    links.insert(2, extra)
    assert broken(links) == (3, "sequence")
    assert broken(renumbered(links)) == (4, "previous")


def test_the_same_link_twice(links):
    links.insert(3, links[2])
    assert broken(links) == (3, "sequence")
    assert broken(renumbered(links)) == (4, "previous")


def test_swap(links):
    links[2], links[3] = links[3], links[2]
    assert broken(links) == (4, "sequence")
    assert broken(renumbered(links)) == (3, "previous")


def test_swapped_bodies(links):
    one, other = links[2].body, links[3].body
    links[2], links[3] = replace(links[2], body=other), replace(links[3], body=one)
    assert broken(links) == (3, "digest")


def test_another_algorithm(links):
    other = "sm3" if links[0].algorithm == "sha256" else "sha256"
    links[2] = replace(links[2], algorithm=other)
    assert broken(links) == (3, "digest")
    links[2] = replace(links[2], algorithm="crc32")
    assert broken(links) == (3, "algorithm")


def test_an_unreadable_body(links):
    links[2] = replace(links[2], body={"n": 1.5})
    assert broken(links) == (3, "body")


def test_a_changed_previous(links):
    links[0] = replace(links[0], previous="0" * 64)
    assert broken(links) == (1, "previous")


def test_a_cut_tail_shows_only_against_the_head(links):
    head = links[-1].digest
    assert broken(links[:4]) is None
    assert broken(links[:4], head) == (4, "head")
    assert broken([], head) == (0, "head")


def test_a_chain_written_anew_shows_only_against_the_head(links):
    head = links[-1].digest
    forged = list(links)
    forged[1] = replace(forged[1], body={"n": "forged"})
    forged = rehashed(forged, 1)
    assert broken(forged) is None
    assert broken(forged, head) == (6, "head")
    assert broken(rehashed(links[:2] + links[3:], 2), head) == (5, "head")


def test_an_appended_link_shows_against_the_head_and_the_part_before_it_holds(links):
    head = links[-1].digest
    grown = [*links, link(7, head, {"n": 7}, links[0].algorithm)]
    assert broken(grown) is None
    assert broken(grown, head) == (7, "head")
    assert broken(grown[:6], head) is None


@given(st.integers(1, 8), st.data())
def test_any_one_changed_field_is_found(length, data):
    links = build(length)
    index = data.draw(st.integers(0, length - 1))
    change = data.draw(st.sampled_from([
        {"sequence": 99}, {"previous": "f" * 64}, {"digest": "f" * 64}, {"algorithm": "sm3"},
        {"body": {"n": -1}}, {"body": None}]))
    links[index] = replace(links[index], **change)
    assert verify(links) is not None
