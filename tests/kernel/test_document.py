"""Document texts: values escaped, blocks where asked for, never a hole, never code."""

import json

import pytest
from kernel.document import BLOCKS, FACTS, gather, resolve, tokens, unknown_tokens
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
    said = json.loads(json.dumps(gather(body, facts, drawn)))
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
    for write in (gather, resolve):
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
