"""Document texts: values escaped, blocks where asked for, never a hole, never code."""

import json
from functools import partial

import pytest
from kernel.document import (
    BLOCKS,
    FACTS,
    MUST_HAVE,
    gather,
    missing_tokens,
    resolve,
    standing,
    tokens,
    unknown_tokens,
)
from kernel.errors import KernelError


def test_values_are_escaped_and_blocks_are_not():
    text = resolve(
        "<p>{{ applicant_name }}</p>{{seal}}",
        {"applicant_name": "<b>A & 'B'</b>"},
        {"seal": lambda: "<i>seal</i>"},
    )
    assert text == "<p>&lt;b&gt;A &amp; &#x27;B&#x27;&lt;/b&gt;</p><i>seal</i>"


def test_a_value_cannot_bring_a_token_along():
    facts = {"applicant_name": "{{ case_number }}", "case_number": "secret"}
    assert resolve("{{ applicant_name }}", facts, {}) == "{{ case_number }}"


def test_blocks_are_drawn_only_where_asked_for():
    drawn = []
    blocks = {name: lambda name=name: drawn.append(name) or name for name in BLOCKS}
    resolve("{{ qr }} {{ seal }}", {}, blocks)
    assert drawn == ["qr", "seal"]


def test_what_was_gathered_says_the_same_later():
    body = "{{ days }}{{ reasons }}{{ court }}{{ qr }}{{ seal }}"
    facts = {"days": 0, "reasons": "<a>\nb", "court": None, "opinion": "not asked for"}
    drawn = {"seal": lambda: ["signature", {"organ": "<o>"}]}
    said = json.loads(json.dumps(gather("receipt", body, facts, drawn)))
    assert said == {
        "facts": {"days": "0", "reasons": "<a>\nb", "court": ""},
        "blocks": {"seal": ["signature", {"organ": "<o>"}]},
    }
    blocks = {"seal": lambda: "<i>seal</i>"}
    assert resolve(body, said["facts"], blocks) == resolve(body, facts, blocks)


@pytest.mark.parametrize("value", [None, False, ""])
def test_a_known_token_without_a_value_is_empty(value):
    assert resolve("[{{ reasons }}]", {"reasons": value}, {}) == "[]"
    assert resolve("[{{ reasons }}{{ seal }}]", {}, {}) == "[]"


def test_zero_is_a_value():
    assert resolve("{{ days }}", {"days": 0}, {}) == "0"


def test_lines_of_a_value_stay_lines():
    assert resolve("{{ reasons }}", {"reasons": "a\nb"}, {}).startswith("a<br/>")


def test_an_unknown_token_is_never_issued():
    for write in (partial(gather, "receipt"), resolve):
        with pytest.raises(KernelError) as caught:
            write("{{ wishes }}", {}, {})
        assert caught.value.code == "document.unknown_token"
        assert caught.value.params == {"token": "wishes"}


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7 * 7 }}",
        "{{ applicant_name.upper() }}",
        "{% for a in b %}",
        "{{ __class__ }}",
        "{{ Applicant }}",
        "{{applicant_name|safe}}",
        "${applicant_name}",
        "<t t-out='1'/>",
    ],
)
def test_nothing_but_names_is_a_token(text):
    assert tokens(text) == frozenset()
    assert resolve(text, {"applicant_name": "x"}, {}) == text


def test_unknown_tokens_are_named_for_the_publish_gate():
    body = "{{ applicant_name }}{{ area }}{{ seal }}{{ wishes }}{{ table:wishes }}"
    assert unknown_tokens(body, {"area"}) == {"wishes", "table:wishes"}
    assert not FACTS & BLOCKS


def test_a_long_text_is_quick():
    resolve("{{ " * 20_000 + "{{" + " " * 20_000, {}, {})


# ------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("body", "facts", "text"),
    [
        ("<p>{{ when:court }}A {{ court }}</p><p>B</p>", {"court": "x"}, "<p>A x</p><p>B</p>"),
        ("<p>{{ when:court }}A {{ court }}</p><p>B</p>", {"court": ""}, "<p>B</p>"),
        ("<p>{{ when:reasons }}A</p>", {}, ""),
        ("<p>{{ unless:reasons }}A</p><p>{{when:reasons}}B</p>", {}, "<p>A</p>"),
        ("<p>{{ unless:reasons }}A</p><p>{{when:reasons}}B</p>", {"reasons": "0"}, "<p>B</p>"),
        ('<p class="x"> <b>{{ when:days }}A</b></p>', {"days": 0}, '<p class="x"> <b>A</b></p>'),
        ("<p>{{ when:days }}{{ unless:court }}A</p>", {"days": 1}, "<p>A</p>"),
        ("<p>{{ when:days }}{{ unless:court }}A</p>", {"days": 1, "court": "C"}, ""),
        ("<p>{{ unless:court }}{{ when:days }}A</p>", {}, ""),
        ("<tr><th>{{ when:court }}A</th><td>B</td></tr><tr></tr>", {}, "<tr></tr>"),
        ("<div>{{ when:court }}<div>A</div><div>B</div></div>C", {}, "C"),
        ("<div>{{ when:court }}<p>A</p>", {}, ""),
    ],
)
def test_a_condition_keeps_or_drops_what_it_heads(body, facts, text):
    assert resolve(body, facts, {}) == text


def test_what_a_condition_drops_is_neither_drawn_nor_wanted():
    def never():
        raise AssertionError("drawn")

    body = "<div>{{ unless:holder_request }}{{ remedies }}{{ reasons }}</div>"
    said = gather("cancellation_decision", body, {"holder_request": "yes"}, {"remedies": never})
    assert said == {"facts": {"holder_request": "yes"}, "blocks": {}}
    assert resolve(body, said["facts"], {}) == ""


@pytest.mark.parametrize("text", ["A {{ when:court }}B", "<p>A {{ when:court }}B</p>"])
def test_a_condition_stands_at_the_head_of_something(text):
    assert unknown_tokens(text, set()) == {"when:court"}
    with pytest.raises(KernelError) as caught:
        resolve(text, {"court": "C"}, {})
    assert caught.value.params == {"token": "when:court"}


def test_a_condition_asks_for_known_facts():
    assert unknown_tokens("<p>{{ when:wishes }}</p><p>{{ when:area }}</p>", {"area"}) == {"wishes"}
    assert unknown_tokens("<p>{{ when:court }}{{ unless:days }}A</p>", set()) == set()
    with pytest.raises(KernelError):
        gather("receipt", "<p>{{ when:wishes }}</p>", {}, {})


def test_a_value_cannot_bring_a_condition_along():
    facts = {"reasons": "<p>{{ when:court }}gone</p>", "court": ""}
    assert "gone" in resolve("<p>{{ reasons }}</p>", facts, {})


# ------------------------------------------------------------- what must be there


def test_a_hole_where_the_law_wants_a_value_is_never_issued():
    body = "<p>{{ applicant_name }}</p><p>{{ reasons }}</p><p>{{ opinion }}</p>"
    with pytest.raises(KernelError) as caught:
        gather("refusal_decision", body, {"applicant_name": "A", "reasons": ""}, {})
    assert caught.value.code == "document.empty"
    assert caught.value.params == {"kind": "refusal_decision", "token": "reasons"}
    said = gather("refusal_decision", body, {"applicant_name": "A", "reasons": "B"}, {})
    assert said["facts"]["opinion"] == "", "what the law does not want may be empty"


def test_the_law_wants_known_things_of_every_kind():
    for kind, wanted in MUST_HAVE.items():
        assert wanted <= FACTS | BLOCKS, kind
        assert missing_tokens(kind, "") == wanted
        assert not missing_tokens(kind, " ".join(f"{{{{ {name} }}}}" for name in wanted))
    assert missing_tokens("own_kind", "") == frozenset()
    assert "reasons" not in missing_tokens("refusal_decision", "<p>{{ when:reasons }}</p>")


def test_many_conditions_are_settled_quickly():
    assert standing("<p>{{ when:court }}A</p>" * 3_000, {}) == ""
    assert len(standing("<div>" * 5_000 + "{{ when:court }}", {})) == 5 * 4_999
