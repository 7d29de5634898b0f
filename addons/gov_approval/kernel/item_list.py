"""Lists of items as tables in the columns of the national implementation list (实施清单).

One item is one row and, for its second and later grounds, conditions, steps, materials and fees,
rows below that carry only its code and those cells (`domain.md` 4.1).  ``read`` turns the rows of
a table into sources for ``item_source.read``, so that a column lands in a field or is a fact by
the same rules as every other guide; ``item_list_rows`` writes such rows.  Codes of national code
lists are not read as words: provinces shuffle them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .errors import KernelError, _lt
from .table import Row

CODES = {
    "item_list.no_code": _lt(
        "The row names no item: one of the columns %(columns)s must have its code. Enter it."
    ),
    "item_list.code_twice": _lt(
        "Row %(row)s says otherwise in “%(column)s” than row %(first)s, which has the same code"
        " %(code)s. Give each item its own code; nothing of this item was imported."
    ),
    "item_list.repeated": _lt(
        "Row %(row)s repeats row %(first)s. Remove one; nothing of this item was imported."
    ),
    "item_list.unreadable": _lt(
        "Row %(row)s cannot be read and may belong to this item. Correct it; nothing of this item"
        " was imported."
    ),
}

#: Where cells without a field of ours stand in a source, and so in the facts of the version.
OTHER = "表列"
TEXT, WHOLE, AMOUNT, FLAG, WORD, WORDS, VALIDITY = (
    "text", "whole", "amount", "flag", "word", "words", "validity",
)  # fmt: skip
_UNITS = {
    "工作日": "workday", "自然日": "calendar_day", "月": "month", "年": "year", "小时": "hour",
}  # fmt: skip
_FORMS = {"纸质": "paper", "电子": "electronic", "纸质或电子": "both"}
_KINDS = {
    "复印件": "photocopy",
    "原件和复印件": "original_and_copy",
    "核验原件的复印件": "copy_verified_against_original",
}
_FLAGS = {"是": True, "否": False}
_COUNTS = {"计入": True, "不计入": False}
LATER = "容缺后补"


@dataclass(frozen=True)
class Column:
    """``heading`` of the list; ``path`` in the source of ``item_source``, below ``group``;
    ``words``: words of the cell -> words of the source."""

    heading: str
    path: str
    kind: str = TEXT
    group: str = ""
    words: Mapping | None = None


def _own(*headings, group=""):
    """Columns of the list for which there is no field: kept as facts and written again."""
    return tuple(Column(heading, f"{OTHER}.{heading}", group=group) for heading in headings)


def _period(name, heading):
    return (
        Column(heading, f"deadlines.{name}.value", WHOLE),
        Column(f"{heading}单位", f"deadlines.{name}.unit", WORD, words=_UNITS),
        Column(f"{heading}说明", f"deadlines.{name}.text"),
    )


def _group(group, *columns):
    return tuple(Column(*column[:2], *(column[2:3] or (TEXT,)), group, *column[3:])
                 for column in columns)  # fmt: skip


_CODE_COLUMNS = {
    "本系统编码": "id",
    "业务办理项编码": "codes.handling",
    "实施编码": "codes.implementation",
    "地方实施编码": "codes.local",
}
COLUMNS = (
    Column("本系统编码", "id"),
    Column("事项名称", "name"),
    Column("基本编码", "codes.base"),
    Column("实施编码", "codes.implementation"),
    Column("业务办理项编码", "codes.handling"),
    *_own("地方基本编码"),
    Column("地方实施编码", "codes.local"),
    Column("事项类型", "power_type"),
    *_group(
        "legal_basis",
        ("设定依据", "title"),
        ("设定依据条款", "article"),
        ("设定依据文号", "ref"),
        ("设定依据内容", "gist"),
    ),
    Column("行使层级", "exercise_level"),
    *_own("权限划分", "行使内容"),
    Column("实施主体", "department"),
    *_own("实施主体编码", "实施主体性质", "权力来源", "委托部门", "联办机构"),
    Column("办件类型", "item_kind"),
    Column("服务对象", "objects", WORDS),
    *_period("statutory", "法定办结时限"),
    *_period("promised", "承诺办结时限"),
    Column("到办事现场次数", "visits", WHOLE),
    Column("到办事现场原因", "visit_reason"),
    *_group("conditions", ("受理条件", "")),
    *_group("steps", ("办理流程", "name")),
    *_group(
        "special_procedures",
        ("特别程序", "name"),
        ("特别程序时限", "days", WHOLE),
        ("特别程序时限单位", "unit", WORD, _UNITS),
        ("特别程序是否计入时限", "counts_toward_deadline", FLAG, _COUNTS),
    ),
    Column("办理形式", "channels", WORDS),
    *_own("网上办理深度", "是否网办", "网址", "移动端", "通办范围"),
    Column("数量限制", "quantity_limit"),
    Column("是否收费", "fee_charged", FLAG, words=_FLAGS),
    *_group(
        "fees",
        ("收费项目名称", "name"),
        ("收费项目编码", "fee_code"),
        ("收费标准", "standard"),
        ("收费金额", "amount", AMOUNT),
        ("计费单位", "unit"),
        ("收费依据", "basis"),
    ),
    *_own("是否允许减免", "减免依据", group="fees"),
    Column("中介服务", "intermediary_services", "texts"),
    Column("结果名称", "result.name"),
    Column("结果类型", "result.type"),
    Column("结果有效期", "result.validity"),
    *_own("结果样本"),
    Column("办理地点", "place"),
    Column("办理时间", "service_hours"),
    Column("咨询方式", "consult_phone"),
    Column("监督投诉方式", "complaint_phone"),
    Column("送达方式", "delivery", WORDS),
    Column("告知承诺制", "commitment_based", FLAG, words=_FLAGS),
    *_own(
        "是否进驻大厅", "预约", "快递", "网上支付", "自助终端", "主题分类",
        "事项状态", "版本", "计划生效日期", "计划取消日期",
        "乡镇街道代码", "村居代码", "常见问题",
    ),
    Column("来源标题", "source.title"),
    *_group(
        "materials",
        ("材料名称", "name"),
        ("材料类型", "copy_rule", WORD, _KINDS),
        ("材料形式", "form", WORD, _FORMS),
        ("必要性", "required"),
        ("原件份数", "originals", WHOLE),
        ("复印件份数", "photocopies", WHOLE),
        ("来源渠道", "source"),
        ("受理标准", "accept_standard"),
        ("材料依据", "basis"),
        ("情形", "conditional_on"),
        ("材料说明", "note"),
    ),
    *_own("来源渠道说明", "规格", "空白表格", "示例样表", "填报须知", group="materials"),
)  # fmt: skip
HEADINGS = tuple(column.heading for column in COLUMNS)
#: For ``table.understand``: names in other headers that mean the same.
NAMES = {heading: () for heading in HEADINGS} | {
    "地方实施编码": ("地方基本/实施编码",),
    "到办事现场原因": ("到办事现场次数原因",),
    "材料依据": ("依据",),
}
REQUIRED = ("事项名称",)
BY_HEADING = {column.heading: column for column in COLUMNS}

# ------------------------------------------------------------------------- text

#: What spreadsheet programs run, in both widths; an apostrophe before it makes it text.
_RUN = re.compile("'*[=+\\-@＝＋－＠]")


def guard(text: str) -> str:
    """A text that no spreadsheet program runs; ``unguard`` gives it back."""
    return f"'{text}" if _RUN.match(text) else text


def unguard(text: str) -> str:
    return text[1:] if text[:1] == "'" and _RUN.match(text[1:]) else text


# ---------------------------------------------------------------------- reading


@dataclass(frozen=True)
class Listed:
    """One item of a list: its row, and its source or the error that keeps it out."""

    number: int
    source: Mapping | None = None
    error: KernelError | None = None


class _Item:
    """The rows of one item while they are gathered."""

    def __init__(self, code, row):
        self.code, self.number = code, row.number
        self.first, self.source, self.error, self.rows = {}, {}, None, {}

    def add(self, row):
        cells = {key: unguard(cell) for key, cell in row.cells.items() if cell}
        if row.error:
            self.error = self.error or row.error
        if cells.get("事项名称"):  # a row without the name only adds to an item
            seen = tuple(sorted(cells.items()))
            if seen in self.rows:
                self.fail("item_list.repeated", row=row.number, first=self.rows[seen])
            self.rows[seen] = row.number
        parts = {}
        for heading, cell in cells.items():
            column = BY_HEADING[heading]
            if column.group:
                parts.setdefault(column.group, {})[heading] = cell
            else:
                self._take(row, column, cell)
        for name, cell in row.unplaced.items():
            self._other(row, name, unguard(cell))
        for group, part in parts.items():
            self.source.setdefault(group, []).append(_part(group, part))

    def _take(self, row, column, cell):
        number, known = self.first.setdefault(column.heading, (row.number, cell))
        if known != cell:
            self.fail("item_list.code_twice", row=row.number, column=column.heading, first=number)
        else:
            put(self.source, column.path, _value(column, cell))

    def _other(self, row, name, cell):
        """A cell of an unknown column; each row may have its own."""
        found = self.source.setdefault(OTHER, {})
        found[name if name not in found else f"{name} ({row.number})"] = cell

    def fail(self, code, **params):
        self.error = self.error or KernelError(code, **{"code": self.code} | params)

    def listed(self):
        if self.error:
            return Listed(self.number, error=self.error)
        return Listed(self.number, {"id": self.code} | self.source)


def read(rows: Iterable[Row]) -> list[Listed]:
    """The items of a table, in its order; a faulty row spoils its own item and no other."""
    found, items, last = [], {}, None
    for row in rows:
        code = _code(row.cells)
        if not code:
            if last and row.error and not row.cells:
                last.fail("item_list.unreadable", row=row.number)
            error = row.error or KernelError("item_list.no_code", columns="、".join(_CODE_COLUMNS))
            found.append(Listed(row.number, error=error))
            continue
        if code not in items:
            items[code] = _Item(code, row)
            found.append(items[code])
        last = items[code]
        last.add(row)
    return [entry.listed() if isinstance(entry, _Item) else entry for entry in found]


def _code(cells):
    """Our own code; the longest national one where a foreign list has none of ours."""
    for heading in _CODE_COLUMNS:
        if cells.get(heading):
            code = unguard(cells[heading])
            return code if heading == "本系统编码" else code.lower()
    return ""


def _part(group, cells):
    if group == "conditions":
        return cells["受理条件"]
    part = {}
    for heading, cell in cells.items():
        if heading == "必要性":
            _put_required(part, cell)
        else:
            put(part, BY_HEADING[heading].path, _value(BY_HEADING[heading], cell))
    return part


def _put_required(part, cell):
    """容缺后补 alone means: necessary, and may follow."""
    word = cell.removesuffix(LATER).rstrip("、") if cell.endswith(LATER) else cell
    if word != cell:
        part["deferrable"] = True
    if cell == LATER:
        word = "必要"
    if word:
        part["required"] = word


def _value(column, cell):
    """The cell as the source has it; what does not fit stays text and becomes a fact there."""
    if column.kind == WHOLE and re.fullmatch("[0-9]{1,9}", cell):
        return int(cell)
    if column.kind == AMOUNT and re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", cell):
        return Decimal(cell)
    if column.kind in (WORD, FLAG):
        return column.words.get(cell, cell)
    if column.kind == WORDS:
        return [word for word in re.split("[、,，;；\n]+", cell) if word.strip()]
    return [cell] if column.kind == "texts" else cell


def put(source, path, value):
    *above, last = path.split(".")
    for key in above:
        source = source.setdefault(key, {})
    source[last] = value
