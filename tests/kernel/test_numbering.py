"""Numbers given and numbers read."""

import secrets
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel.errors import KernelError
from kernel.numbering import (
    CODES,
    case_number,
    certificate_key,
    check_base_code,
    check_pattern,
    document_number,
    parse_implementation_code,
    secret,
)

PATTERN = "{organ}{kind}字〔{year}〕第{serial:05d}号"
DAY = date(2026, 3, 2)


def refused(code, function, *args, **kwargs):
    with pytest.raises(KernelError) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code
    assert CODES[code] % caught.value.params
    return caught.value


# ── case numbers ────────────────────────────────────────────────────────────────────────────

def test_case_number():
    assert case_number("371002", DAY, 1) == "37100220260302000001"
    assert case_number("371002", DAY, 999_999) == "37100220260302999999"


@pytest.mark.parametrize("division", ["", None, "37100", "3710020", "37100A", "３７１００２"])
def test_case_number_needs_six_digits_of_division(division):
    refused("numbering.division", case_number, division, DAY, 1)


@pytest.mark.parametrize("serial", [0, -1, 1_000_000, True, 1.0, "1", None])
def test_case_number_needs_a_serial_that_fits(serial):
    refused("numbering.serial", case_number, "371002", DAY, serial)


# ── document numbers ────────────────────────────────────────────────────────────────────────

def number(pattern, organ="翠审", kind="准", year=2026, serial=17):
    return document_number(pattern, organ=organ, kind=kind, year=year, serial=serial)


@pytest.mark.parametrize(("pattern", "expected"), [
    (PATTERN, "翠审准字〔2026〕第00017号"),
    ("{serial}", "17"), ("{serial:01d}", "17"), ("{year}-{serial:08d}", "2026-00000017"),
    ("{year}{year}{serial}", "2026202617"),
])
def test_document_number(pattern, expected):
    check_pattern(pattern)
    assert number(pattern) == expected


def test_a_serial_wider_than_its_zeros_is_not_cut():
    assert number("{serial:02d}", serial=12345) == "12345"


def test_a_value_is_never_read_as_a_pattern():
    assert number("{organ}{serial}", organ="{kind}{serial.__class__}") \
        == "{kind}{serial.__class__}17"


@pytest.mark.parametrize(("pattern", "position"), [
    ("{serial}{organ.__class__}", 9), ("{serial}{0}", 9), ("{serial}{}", 9),
    ("{organ!r}{serial}", 1), ("{organ[0]}{serial}", 1), ("{serial:99999999d}", 1),
    ("{serial:05x}", 1), ("{serial:{year}d}", 9), ("{{serial}}", 1), ("{serial}}", 9),
    ("{serial}{", 9), ("{year:05d}{serial}", 1), ("{Serial}", 1), ("{serial }", 1),
    ("{self.env.cr}{serial}", 1), ("%(organ)s{", 10),
])
def test_only_the_closed_placeholders(pattern, position):
    found = refused("numbering.placeholder", number, pattern)
    assert pattern[found.params["position"] - 1] in "{}"
    assert refused("numbering.placeholder", check_pattern, pattern).params == found.params


def test_a_pattern_without_serial_or_too_long():
    refused("numbering.no_serial", number, "{organ}{year}")
    refused("numbering.no_serial", number, "")
    refused("numbering.pattern_length", number, "{serial}" + "x" * 100)


@pytest.mark.parametrize(("code", "change"), [
    ("numbering.serial", {"serial": 0}), ("numbering.serial", {"serial": "1"}),
    ("numbering.serial", {"serial": 10 ** 9}), ("numbering.year", {"year": 26}),
    ("numbering.year", {"year": "2026"}),
])
def test_numbers_that_cannot_be(code, change):
    refused(code, number, PATTERN, **change)


@given(st.text(alphabet="{}serialyorgnkd:0123456789.!_[]第", max_size=40))
def test_no_pattern_does_anything_but_replace(pattern):
    try:
        assert "{" not in number(pattern)
    except KernelError as error:
        assert error.code in CODES


# ── codes of items ──────────────────────────────────────────────────────────────────────────

@pytest.mark.parametrize(("text", "parts"), [       # as printed in published guides
    ("11621200MB193864XN3000123003000", ("11621200MB193864XN", "3", "000123003000", "")),
    ("1137012500421370854373039010001", ("113701250042137085", "4", "373039010001", "")),
    ("11360727MB1561539A400012504500001", ("11360727MB1561539A", "4", "000125045000", "01")),
])
def test_published_implementation_codes(text, parts):
    found = parse_implementation_code(text)
    assert (found.credit_code, found.level, found.base_code, found.handling) == parts
    assert found.warnings == ()
    assert parse_implementation_code(f" {text.lower()}\n") == found


def test_what_disagrees_is_a_warning_and_not_a_refusal():
    text = "11621200MB193864XN3000123003000"
    assert not parse_implementation_code(text, level="3", base_code="000123003000").warnings
    found = parse_implementation_code("11621200MB193864XX9000123003000XX", level="3",
                                      base_code="000123003001")
    assert found.warnings == (
        "numbering.warn_credit_code", "numbering.warn_level_unknown", "numbering.warn_level",
        "numbering.warn_base_code", "numbering.warn_handling")
    assert set(found.warnings) <= set(CODES)


@pytest.mark.parametrize(("code", "text"), [
    ("numbering.implementation_code", ""), ("numbering.implementation_code", None),
    ("numbering.implementation_code", "3701000105701-001"),
    ("numbering.implementation_code", "11621200MB193864XN30001230030001"),
    ("numbering.implementation_characters", "11621200MB193864XN3000123003-00"),
])
def test_what_is_no_implementation_code(code, text):
    refused(code, parse_implementation_code, text)


def test_base_code():
    assert check_base_code(" 00016421300y") == "00016421300Y"
    for text in ("", None, "0001642130", "00016421300302", "00016421300-"):
        refused("numbering.base_code", check_base_code, text)


# ── secrets ─────────────────────────────────────────────────────────────────────────────────

def test_secret():
    assert len(secret(bytes(8))) == 11 and len(secret(b"\xff" * 10)) == 14
    refused("numbering.secret_bytes", secret, b"1234567")
    seen = {secret(secrets.token_bytes(10)) for _ in range(2_000)}
    assert len(seen) == 2_000
    assert set("".join(seen)) == set("23456789ABCDEFGHJKMNPQRSTUVWXYZ")


@pytest.mark.parametrize(
    "typed",
    [
        "云市监证字〔2026〕第00012号",
        " 云市监证字 [2026] 第00012号\n",
        "云市监证字（２０２６）第０００１２号",
        "云市监证字【2026】第00012号\u200b",
    ],
)
def test_one_certificate_number_has_one_key(typed):
    assert certificate_key(typed) == "云市监证字[2026]第00012号"
    assert certificate_key(certificate_key(typed)) == certificate_key(typed)


@given(st.text(max_size=40))
def test_a_key_is_stable(typed):
    assert certificate_key(certificate_key(typed)) == certificate_key(typed)
