"""Identity numbers: the table, the two standards against python-stdnum, masks."""

import csv
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel.errors import KernelError
from kernel.identity import (
    CODES,
    check,
    check_citizen_id,
    check_credit_code,
    check_permanent_resident,
    digest,
    is_mobile,
    mask_id,
    mask_name,
    mask_phone,
    normalise,
)
from stdnum.cn import ric, uscc

DATA = Path(__file__).parent.parent / "conformance" / "data" / "ids.csv"
with open(DATA, encoding="utf-8", newline="") as stream:
    IDS = list(csv.DictReader(stream))

CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Codes of organs printed in published service guides.
PUBLISHED = ("11621200MB193864XN", "113701250042137085", "11360727MB1561539A")


def reason(function, *args):
    with pytest.raises(KernelError) as caught:
        function(*args)
    assert CODES[caught.value.code] % caught.value.params
    return caught.value.code


# ── the table ───────────────────────────────────────────────────────────────────────────────

@pytest.mark.parametrize("row", IDS, ids=lambda row: f"{row['value']}-{row['expected']}")
def test_the_table(row):
    if row["expected"] == "invalid":
        assert reason(check, row["kind"], row["value"])
    else:
        assert check(row["kind"], row["value"]).value == normalise(row["value"])


def test_the_table_has_all_its_lines():
    assert len(IDS) == 12


# ── 统一社会信用代码 ─────────────────────────────────────────────────────────────────────────

def credit(body):
    return body + uscc.calc_check_digit(body)


@pytest.mark.parametrize("value", PUBLISHED)
def test_published_codes_are_valid(value):
    found = check_credit_code(value)
    assert (found.kind, found.value, found.warnings) == ("uscc", value, ())


@pytest.mark.parametrize(("text", "code"), [
    ("", "identity.empty"), (None, "identity.empty"), (" \u200b\u3000", "identity.empty"),
    ("91310115", "identity.length"),
    ("91310115MA1K00027U", "identity.check_character"),
    ("91310115MA1K0O027T", "identity.characters"),          # the letter O
    ("9131011AMA1K00027T", "identity.characters"),          # the division is digits
    ("91310115MA1K0००27T"[:18], "identity.characters"),     # digits of another script
])
def test_wrong_credit_codes(text, code):
    assert reason(check_credit_code, text) == code


def test_every_single_wrong_character_and_every_swap_of_neighbours_is_found():
    for value in PUBLISHED:
        for index in range(18):
            for other in CREDIT.replace(value[index], ""):
                reason(check_credit_code, value[:index] + other + value[index + 1:])
            if index and value[index - 1] != value[index]:
                swapped = value[:index - 1] + value[index] + value[index - 1] + value[index + 1:]
                reason(check_credit_code, swapped)


def test_a_wrong_inner_organisation_code_is_only_a_warning():
    value = credit("11370125" + "004213709")            # the inner check character would be 8
    assert check_credit_code(value).warnings == ("identity.warn_inner_code",)
    assert set(check_credit_code(value).warnings) <= set(CODES)


def test_an_unknown_registering_department_is_only_a_warning():
    value = credit("00" + PUBLISHED[0][2:17])
    assert check_credit_code(value).warnings == ("identity.warn_registration",)


def test_credit_codes_against_stdnum():
    """python-stdnum refuses letters in the first two places.

    GB 32100 has departments A, N (rural collectives: N1, N2, N3, N9) and Y there, so those codes
    are in use; elsewhere both must say the same.
    """
    dice = random.Random(32100)
    differing = set()
    for _ in range(5_000):
        body = (dice.choice("123456789ANY") + dice.choice("1239")
                + "".join(dice.choices("0123456789", k=6))
                + "".join(dice.choices(CREDIT, k=9)))
        value = body + dice.choice((uscc.calc_check_digit(body), dice.choice(CREDIT)))
        if accepted(check_credit_code, value) != uscc.is_valid(value):
            assert value[-1] == uscc.calc_check_digit(body)
            differing.add(value[0])
    assert differing == set("ANY")


def accepted(function, value):
    try:
        function(value)
    except KernelError:
        return False
    return True


# ── 公民身份号码 ────────────────────────────────────────────────────────────────────────────

def citizen(body):
    return body + ric.calc_check_digit(body + "0")


def test_what_a_citizen_id_tells():
    found = check_citizen_id("510703190305170033")
    assert (found.birth_date, found.sex, found.warnings) == (date(1903, 5, 17), "male", ())
    assert check_citizen_id("330102190802291028").sex == "female"


@pytest.mark.parametrize(("text", "code"), [
    ("", "identity.empty"),
    ("510703190305170", "identity.first_generation"),
    ("5107031903051700", "identity.length"),
    ("510703190305170030", "identity.check_character"),
    ("330102190702291020", "identity.birth_date"),
    ("33010219070229X020", "identity.characters"),
    ("51070319030517003A", "identity.characters"),
    (citizen("51070300000101003"), "identity.birth_date"),
    (citizen("91070319030517003"), "identity.citizen_first_digit"),
    (citizen("01070319030517003"), "identity.citizen_first_digit"),
])
def test_wrong_citizen_ids(text, code):
    assert reason(check_citizen_id, text) == code


def test_a_birth_date_after_today_is_refused_when_today_is_known():
    value = citizen("51070320270101003")
    assert check_citizen_id(value).birth_date == date(2027, 1, 1)
    assert check_citizen_id(value, date(2027, 1, 1))
    assert reason(check, "citizen_id", value, date(2026, 12, 31)) == "identity.birth_date_future"


@pytest.mark.parametrize("division", ["810000", "820000", "830000", "510723", "429099"])
def test_residence_permits_and_abolished_divisions_are_accepted(division):
    assert check_citizen_id(citizen(division + "19500101001")).birth_date == date(1950, 1, 1)


def test_citizen_ids_against_stdnum():
    """python-stdnum looks the division up in a list (since 2.0 for the year of birth).

    A division that is not on its list is refused there, and so are the permits of Hong Kong, Macao
    and Taiwan residents (81, 82, 83 + 0000).  A number is given once for life and divisions are
    abolished, so here the division decides nothing.  About the check character and the date both
    must say the same.
    """
    dice = random.Random(11643)
    for _ in range(5_000):
        body = (dice.choice(("110105", "310115", "330102", "510703", "440304"))
                + f"{dice.randrange(1995, 2020)}{dice.randrange(14):02}{dice.randrange(33):02}"
                + f"{dice.randrange(1000):03}")
        value = body + dice.choice((ric.calc_check_digit(body + "0"), dice.choice("0123456789X")))
        assert accepted(check_citizen_id, value) == ric.is_valid(value), value
    for only_here in ("81000019950101001", "83000019950101001", "51990119950101001"):
        value = citizen(only_here)
        assert accepted(check_citizen_id, value) and not accepted_by_stdnum(value)


def accepted_by_stdnum(value):
    try:
        return ric.is_valid(value)
    except KeyError:
        return False        # it trips over a division that is not on its list


def test_every_single_wrong_digit_of_a_citizen_id_is_found():
    value = "510703190305170033"
    for index in range(18):
        for other in "0123456789X".replace(value[index], ""):
            reason(check_citizen_id, value[:index] + other + value[index + 1:])


# ── foreigners, others ──────────────────────────────────────────────────────────────────────

def test_permanent_residence_card():
    value = citizen("93184019850712001")
    found = check("foreign_permanent_resident", value)
    assert (found.value, found.birth_date, found.sex) == (value, date(1985, 7, 12), "male")
    wrong = value[:-1] + ("0" if value[-1] != "0" else "1")
    assert reason(check_permanent_resident, wrong) == "identity.check_character"
    assert reason(check_permanent_resident, "510703190305170033") == "identity.first_digit"
    assert reason(check_permanent_resident, "USA310085071201") == "identity.length"


def test_an_unreadable_birth_date_on_a_permanent_residence_card_is_a_warning():
    assert check_permanent_resident(citizen("93184019851312001")).warnings \
        == ("identity.warn_birth_date",)


def test_other_documents_have_a_shape_only():
    assert check("other", " e12345678 ").value == "E12345678"
    assert reason(check, "other", "<b>") == "identity.other"
    assert reason(check, "other", "1" * 51) == "identity.other"
    assert reason(check, "other", "") == "identity.empty"
    assert reason(check, "passport", "E1") == "identity.kind"


# ── normalising ─────────────────────────────────────────────────────────────────────────────

@pytest.mark.parametrize("text", [
    "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X\n",
    "110105\u300019491231\u3000002ｘ", "\ufeff110105\u200b19491231002X", "110105\u00a019491231002X",
])
def test_normalise(text):
    assert check_citizen_id(text).value == "11010519491231002X"


@given(st.text())
def test_normalising_twice_changes_nothing_and_nothing_crashes(text):
    assert normalise(normalise(text)) == normalise(text)
    for kind in ("uscc", "citizen_id", "foreign_permanent_resident", "other"):
        try:
            check(kind, text)
        except KernelError as error:
            assert error.code in CODES
    for mask in (mask_id, mask_name, mask_phone):
        mask(text)


@given(st.text(alphabet="0123456789X", min_size=17, max_size=18))
def test_an_error_never_carries_the_number(value):
    for function in (check_citizen_id, check_credit_code, check_permanent_resident):
        try:
            function(value)
        except KernelError as error:
            assert value not in repr(error) and value not in str(error)


# ── masks ───────────────────────────────────────────────────────────────────────────────────

@pytest.mark.parametrize(("value", "masked"), [
    ("11010519491231002x", "110105********002X"),
    ("91310115MA1K00027T", "913101********027T"),
    ("510703190305170", "510703*****5170"),
    ("E12345678", "E1*****78"), ("123456", "******"), ("", ""), (None, ""),
])
def test_mask_id(value, masked):
    assert mask_id(value) == masked


@pytest.mark.parametrize(("value", "masked"), [
    ("张三", "张*"), ("张三丰", "张**"), ("张", "*"),
    ("欧阳娜娜", "欧阳**"), ("欧阳询", "欧阳*"), ("欧阳", "欧*"),
    ("买买提·艾力", "买**·艾*"), ("John Smith", "J*** S****"), ("", ""), (None, ""),
])
def test_mask_name(value, masked):
    assert mask_name(value) == masked


@pytest.mark.parametrize(("value", "masked"), [
    ("13812345678", "138****5678"), ("+86 138 1234 5678", "138****5678"),
    ("0833-2345678", "********5678"), ("12345", "*****"), ("", ""),
])
def test_mask_phone(value, masked):
    assert mask_phone(value) == masked


@pytest.mark.parametrize(("text", "is_one"), [
    ("13812345678", True), ("１３８１２３４５６７８", True), ("+8619912345678", True),
    ("8619912345678", True), ("12812345678", False), ("1381234567", False),
    ("0833-2345678", False), ("138123456789", False), ("", False),
])
def test_is_mobile(text, is_one):
    assert is_mobile(text) is is_one


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231\u200b002X "],
)
def test_one_number_has_one_digest(typed):
    """Blocks are found by it: neither blanks nor width nor a small x get around one."""
    assert digest(typed, b"pepper") == digest("11010519491231002X", b"pepper")
    assert digest(typed, b"pepper") != digest(typed, b"other")
    assert digest(typed, b"pepper") != digest("110105194912310021", b"pepper")
    assert "110105" not in digest(typed, b"pepper")
