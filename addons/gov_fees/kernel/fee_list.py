"""Published lists of fees (收费目录清单) row by row: fields and a rate, or the reason why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ...gov_approval.kernel.errors import KernelError, _lt
from . import standard

#: Columns of a list: key -> what published lists call it.
COLUMNS = {
    "seq": ("序号",),
    "code": ("编码", "项目编码", "收费项目编码"),
    "category": ("类别", "收费类别", "收费性质", "项目类别"),
    "department": ("部门", "执收部门", "执收单位", "收费单位", "收费部门"),
    "item": ("项目", "收费项目", "收费项目名称", "项目名称"),
    "sub_item": ("子项", "收费子项", "子项目", "明细项目"),
    "standard": ("收费标准", "征收标准"),
    "amount_min": ("最低金额", "标准下限"),
    "amount_max": ("最高金额", "标准上限"),
    "unit": ("计费单位", "计量单位", "单位"),
    "fund_management": ("资金管理方式",),
    "policy_basis": ("政策依据", "收费依据", "文件依据", "批准文件", "设立依据"),
    "set_by": ("立项级次", "设立级次"),
    "enterprise_related": ("涉企", "是否涉企"),
    "range": ("收费范围", "征收范围", "收费对象"),
    "exemption": ("减免", "减免政策", "减免规定"),
    "complaint_channel": ("投诉渠道", "监督电话", "投诉电话", "举报电话"),
    "valid_from": ("生效日期", "执行日期"),
    "valid_to": ("失效日期", "终止日期"),
    "source_title": ("来源",),
    "confidence": (),
    "note": ("备注", "说明"),
}
REQUIRED = ("item",)
#: Columns that go into a field of text as they stand: column -> field.
TEXTS = {
    "department": "department",
    "sub_item": "sub_item",
    "policy_basis": "policy_basis",
    "range": "payers",
    "exemption": "exemption",
    "complaint_channel": "complaint_channel",
    "source_title": "source_title",
    "confidence": "confidence",
    "note": "note",
}
KINDS = {
    "行政事业性收费": "administrative",
    "政府性基金": "fund",
    "经营服务性收费": "service",
    "administrative": "administrative",
    "fund": "fund",
    "service": "service",
}
_FUNDS = {
    "中央国库": "central_treasury",
    "中央和地方国库": "shared_treasury",
    "省国库": "provincial_treasury",
    "省级国库": "provincial_treasury",
    "地方国库": "local_treasury",
    "同级国库": "same_level_treasury",
    "财政专户": "special_account",
    "地方财政专户": "special_account",
    "同级财政专户": "special_account",
}
#: Columns with a closed list of words: column -> (field, words).
WORDS = {
    "category": ("kind", KINDS),
    "fund_management": (
        "fund_management",
        _FUNDS | {f"缴入{word}": code for word, code in _FUNDS.items()},
    ),
    "set_by": (
        "level",
        {
            "中央": "central", "国家": "central", "国家级": "central",
            "省级": "provincial", "省": "provincial",
            "市级": "municipal", "市": "municipal",
            "县级": "county", "区县级": "county", "县": "county", "区级": "county",
        },
    ),
    "enterprise_related": (
        "is_enterprise_related",
        {"是": "yes", "涉企": "yes", "yes": "yes", "否": "no", "非涉企": "no", "no": "no"},
    ),
}  # fmt: skip
DATES = ("valid_from", "valid_to")
NAME_LENGTH = 200
_DATE = re.compile("([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
CODE = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_SEQ = re.compile("[0-9]{1,6}", re.ASCII)
_PREFIX = re.compile("[A-Za-z0-9]{1,20}-?", re.ASCII)

CODES = {
    "fee_list.no_name": _lt("The row names no fee. Fill in the column “item”."),
    "fee_list.long_name": _lt(
        "The name of the fee has more than %(limit)s characters. Shorten it."
    ),
    "fee_list.no_code": _lt(
        "The row has neither a code nor a number. Fill in the column “code” or “seq”."
    ),
    "fee_list.odd_code": _lt(
        "The code “%(value)s” has other signs than letters, digits and . _ - or is too long."
        " Correct it."
    ),
    "fee_list.odd_number": _lt(
        "The number “%(value)s” is no whole number of at most six digits. Correct it."
    ),
    "fee_list.odd_prefix": _lt(
        "The prefix of codes consists of 1 to 20 letters and digits. Correct it."
    ),
    "fee_list.twice": _lt(
        "The code %(value)s stands in row %(row)s already. Give this row a code of its own."
    ),
    "fee_list.penalty": _lt(
        "A penalty is no fee and does not belong on this list. Remove the row."
    ),
    "fee_list.unknown_word": _lt(
        "“%(column)s” says “%(value)s”, which is none of: %(known)s. It was kept as a remark;"
        " choose the value by hand."
    ),
    "fee_list.no_date": _lt(
        "“%(column)s” says “%(value)s”, which is no date such as 2026-01-31. It was kept as a"
        " remark; enter the date by hand."
    ),
    "fee_list.reversed": _lt(
        "The fee ends on %(until)s, before it begins on %(since)s. Correct the dates."
    ),
    "fee_list.unknown_column": _lt(
        "“%(column)s” is no column of a list of fees; “%(value)s” was kept as a remark."
    ),
    "fee_list.unused_amount": _lt(
        "“%(column)s” says “%(value)s”, which found no place in the rate; it was kept as a remark."
    ),
    "fee_list.exemption": _lt(
        "The relief “%(value)s” is kept as printed. It takes nothing off before it is entered as a"
        " relief with its basis."
    ),
}


@dataclass(frozen=True)
class Remark:
    """Something of the row that a person has to look at.

    With ``column`` the value found no field of its own and is kept beside the fee.
    """

    code: str
    params: Mapping
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Fee:
    """``values`` by field, ``rate`` rows (none: a person enters the rate), the printed
    ``standard``; ``questions`` stand in the way of a rate, ``remarks`` are to be looked at."""

    values: Mapping
    standard: str
    rate: tuple[Mapping, ...]
    valid_from: date | None
    valid_to: date | None
    questions: tuple[KernelError, ...]
    remarks: tuple[Remark, ...]


def check_prefix(prefix: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise KernelError("fee_list.odd_prefix")
    return prefix


def read(cells: Mapping[str, str], unplaced: Mapping[str, str], prefix: str) -> Fee:
    """One fee of a list.

    :param cells: texts by column key; ``unplaced``: texts of unknown columns by their header
    :param prefix: what stands before the number in the code of a fee that has none
    :raises KernelError: why the row is no fee
    """
    name = cells.get("item", "")
    if not name:
        raise KernelError("fee_list.no_name")
    if len(name) > NAME_LENGTH or len(cells.get("sub_item", "")) > NAME_LENGTH:
        raise KernelError("fee_list.long_name", limit=NAME_LENGTH)
    if "罚没" in cells.get("category", "") or "罚款" in cells.get("category", ""):
        raise KernelError("fee_list.penalty")
    values = {"code": _code(cells, prefix), "name": name}
    values |= {field: cells.get(column, "") for column, field in TEXTS.items()}
    remarks = []
    for column, (field, words) in WORDS.items():
        values[field] = _word(column, cells.get(column, ""), words, remarks)
    since, until = (_date(column, cells.get(column, ""), remarks) for column in DATES)
    if since and until and until < since:
        raise KernelError("fee_list.reversed", since=since, until=until)
    for column, value in unplaced.items():
        params = {"column": column[:60], "value": value[:60]}
        remarks.append(Remark("fee_list.unknown_column", params, column, value))
    rows, questions = _rate(cells, remarks)
    if values["exemption"]:
        remarks.append(Remark("fee_list.exemption", {"value": values["exemption"][:80]}))
    printed = cells.get("standard", "")
    return Fee(values, printed, rows, since, until, questions, tuple(remarks))


def _rate(cells, remarks):
    """Rows of the rate and what stands in its way; amounts without a place are kept beside."""
    name = cells.get("sub_item") or cells["item"]
    said = [cells.get(column, "") for column in ("standard", "amount_min", "amount_max", "unit")]
    reading = standard.read(*said, name=name)
    rows = list(reading.rows)
    remarks += [Remark(error.code, error.params) for error in reading.remarks]
    if not rows:
        for column in ("amount_min", "amount_max", "unit"):
            value = cells.get(column, "")
            if value:
                params = {"column": column, "value": value[:60]}
                remarks.append(Remark("fee_list.unused_amount", params, column, value))
        return (), reading.questions
    surcharge, notes = standard.read_surcharge(cells.get("note", ""))
    if surcharge and rows[0]["shape"] != "reference" and surcharge["name"] != name:
        rows.append(surcharge)
        remarks += [Remark(error.code, error.params) for error in notes]
    return tuple(rows), reading.questions


def _code(cells, prefix):
    code, number = cells.get("code", ""), cells.get("seq", "")
    if code:
        if not CODE.fullmatch(code):
            raise KernelError("fee_list.odd_code", value=code[:60])
        return code
    if not number:
        raise KernelError("fee_list.no_code")
    if not _SEQ.fullmatch(number):
        raise KernelError("fee_list.odd_number", value=number[:60])
    return f"{prefix}{int(number):03}"


def _word(column, text, words, remarks):
    if not text:
        return False
    if text.casefold() in words:
        return words[text.casefold()]
    known = tuple(word for word in words if not word.isascii())
    params = {"column": column, "value": text[:60], "known": known}
    remarks.append(Remark("fee_list.unknown_word", params, column, text))
    return False


def _date(column, text, remarks):
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        params = {"column": column, "value": text[:60]}
        remarks.append(Remark("fee_list.no_date", params, column, text))
        return None
