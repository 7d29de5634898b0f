"""Lists of intermediary services (中介服务事项清单) row by row: fields, or the reason why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .errors import KernelError, _lt

#: Columns of a list: key -> what published lists call it.
COLUMNS = {
    "seq": ("序号",),
    "code": ("编码", "事项编码", "中介服务事项编码"),
    "service": ("中介服务事项", "中介服务事项名称", "中介服务名称", "服务名称", "事项名称"),
    "related_item": ("涉及的审批事项", "审批事项", "对应审批事项", "涉及事项"),
    "approving_department": ("审批部门", "主管部门", "实施部门"),
    "basis": ("设定依据", "依据", "法律依据"),
    "provider_requirement": ("中介服务实施机构", "实施机构", "机构要求", "资质要求"),
    "commissioned_by": ("委托人", "委托方", "委托主体"),
    "paid_by": ("付费人", "付费方", "费用承担"),
    "applicant_may_do_it_himself": ("申请人可自行完成", "可自行完成"),
    "price_type": ("收费性质", "价格形式", "收费方式"),
    "price_note": ("收费标准", "收费依据", "价格说明"),
    "time_limit": ("服务时限", "办理时限", "时限"),
    "valid_from": ("生效日期",),
    "valid_to": ("失效日期",),
    "source_title": ("来源",),
    "confidence": (),
    "note": ("备注", "说明"),
}
REQUIRED = ("service",)
#: Columns that go into a field of text as they stand: column -> field.
TEXTS = {
    "related_item": "related_item",
    "approving_department": "approving_department",
    "basis": "basis",
    "provider_requirement": "provider_requirement",
    "price_note": "price",
    "time_limit": "time_limit",
    "source_title": "source_title",
    "confidence": "confidence",
    "note": "note",
}
_WHO = {
    "申请人": "applicant", "行政相对人": "applicant", "建设单位": "applicant",
    "applicant": "applicant", "审批部门": "organ", "行政机关": "organ", "审批机关": "organ",
    "organ": "organ",
}  # fmt: skip
_YES_NO = {"是": "yes", "可以": "yes", "yes": "yes", "否": "no", "不可以": "no", "no": "no"}
_PRICES = {"市场调节价": "market", "政府指导价": "guided", "政府定价": "fixed", "不收费": "free"}
#: Columns with a closed list of words: column -> (field, words).
WORDS = {
    "commissioned_by": ("commissioned_by", _WHO),
    "paid_by": ("payer", _WHO),
    "applicant_may_do_it_himself": ("self_service", _YES_NO),
    "price_type": ("price_type", _PRICES),
}
DATES = ("valid_from", "valid_to")
NAME_LENGTH = 300
_DATE = re.compile("([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_CODE = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_SEQ = re.compile("[0-9]{1,6}", re.ASCII)
_PREFIX = re.compile("[A-Za-z0-9]{0,20}", re.ASCII)

CODES = {
    "intermediary_list.no_name": _lt("The row names no service. Fill in the column “service”."),
    "intermediary_list.long_name": _lt(
        "The name of the service has more than %(limit)s characters. Shorten it."
    ),
    "intermediary_list.no_code": _lt(
        "The row has neither a code nor a number. Fill in the column “code” or “seq”."
    ),
    "intermediary_list.odd_code": _lt(
        "The code “%(value)s” has other signs than letters, digits and . _ - or is too long."
        " Correct it."
    ),
    "intermediary_list.odd_number": _lt(
        "The number “%(value)s” is no whole number of at most six digits. Correct it."
    ),
    "intermediary_list.odd_prefix": _lt(
        "The prefix of codes consists of at most 20 letters and digits. Correct it."
    ),
    "intermediary_list.twice": _lt(
        "The code %(value)s stands in row %(row)s already. Give this row a code of its own."
    ),
    "intermediary_list.unknown_word": _lt(
        "“%(column)s” says “%(value)s”, which is none of: %(known)s. It was kept as a remark;"
        " choose the value by hand."
    ),
    "intermediary_list.no_date": _lt(
        "“%(column)s” says “%(value)s”, which is no date such as 2026-01-31. It was kept as a"
        " remark; enter the date by hand."
    ),
    "intermediary_list.reversed": _lt(
        "The service ends on %(until)s, before it begins on %(since)s. Correct the dates."
    ),
    "intermediary_list.unknown_column": _lt(
        "“%(column)s” is no column of a list of services; “%(value)s” was kept as a remark."
    ),
}


@dataclass(frozen=True)
class Remark:
    """A value that found no field: it is kept with the service and stands in the report."""

    code: str
    params: Mapping
    column: str
    value: str


@dataclass(frozen=True)
class Service:
    values: Mapping
    remarks: tuple[Remark, ...]


def check_prefix(prefix: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise KernelError("intermediary_list.odd_prefix")
    return prefix


def read(cells: Mapping[str, str], unplaced: Mapping[str, str], prefix: str) -> Service:
    """One service of a list.

    :param cells: texts by column key; ``unplaced``: texts of unknown columns by their header
    :param prefix: what stands before the number in the code of a service that has none
    :raises KernelError: why the row is no service
    """
    name = cells.get("service", "")
    if not name:
        raise KernelError("intermediary_list.no_name")
    if len(name) > NAME_LENGTH:
        raise KernelError("intermediary_list.long_name", limit=NAME_LENGTH)
    values = {"code": _code(cells, prefix), "name": name}
    values |= {field: cells.get(column, "") for column, field in TEXTS.items()}
    remarks = []
    for column, (field, words) in WORDS.items():
        values[field] = _word(column, cells.get(column, ""), words, values, remarks)
    for column in DATES:
        values[column] = _date(column, cells.get(column, ""), remarks)
    since, until = (values[column] for column in DATES)
    if since and until and until < since:
        raise KernelError("intermediary_list.reversed", since=since, until=until)
    for column, value in unplaced.items():
        params = {"column": column[:60], "value": value[:60]}
        remarks.append(Remark("intermediary_list.unknown_column", params, column, value))
    return Service(values, tuple(remarks))


def _code(cells, prefix):
    code, number = cells.get("code", ""), cells.get("seq", "")
    if code:
        if not _CODE.fullmatch(code):
            raise KernelError("intermediary_list.odd_code", value=code[:60])
        return code
    if not number:
        raise KernelError("intermediary_list.no_code")
    if not _SEQ.fullmatch(number):
        raise KernelError("intermediary_list.odd_number", value=number[:60])
    return f"{prefix}{int(number):03}"


def _word(column, text, words, values, remarks):
    if not text:
        return False
    if text.casefold() in words:
        return words[text.casefold()]
    if column == "price_type":
        found = {code for word, code in words.items() if word in text}
        if found:
            # Several forms for parts of one service: the words themselves are the price.
            values["price"] = "；".join(filter(None, (text, values["price"])))
            return "mixed" if len(found) > 1 else found.pop()
    params = {"column": column, "value": text[:60], "known": tuple(words)}
    remarks.append(Remark("intermediary_list.unknown_word", params, column, text))
    return False


def _date(column, text, remarks):
    if not text:
        return False
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        params = {"column": column, "value": text[:60]}
        remarks.append(Remark("intermediary_list.no_date", params, column, text))
        return False
