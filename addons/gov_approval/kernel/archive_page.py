"""What people read in an archive (归档包的阅读页): one page without scripts, and how to verify.

Archives are official, therefore in Chinese (国家通用语言文字法, Art. 9), so the words stand here.
"""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

#: Facts of the case on the page, in this order; what a case does not have is left out.
_LABELS = {
    "number": "办件编号",
    "item": "事项名称",
    "item_code": "事项编码",
    "organ": "实施机关",
    "organ_code": "机关编码",
    "centre": "办理中心",
    "channel": "申请渠道",
    "applicant": "申请人",
    "applicant_id": "申请人证件号码",
    "agent": "经办人",
    "agent_power": "授权委托书",
    "received_on": "收件日期",
    "accepted_on": "受理日期",
    "decided_on": "决定日期",
    "closed_on": "办结日期",
    "outcome": "办理结果",
    "edition": "归档版次",
}
_FORMS = {
    "file": "电子文件",
    "paper": "纸质材料",
    "commitment": "书面承诺",
    "deferred": "容缺后补",
}
_STYLE = """
body { font: 16px/1.6 "Noto Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif;
       margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222 }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #ccc; padding: .35em .6em; text-align: left; vertical-align: top }
th { background: #f4f4f4; font-weight: 600 }
.facts th { width: 10em } code { word-break: break-all; font-size: .85em }
footer { margin-top: 2em; color: #555; font-size: .9em }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

README = """归档包说明
==========

本文件是一个办件办结后的归档包，内容完整、自成一体，脱离原系统也能阅读和验证。

一、怎样阅读
  index.html      用浏览器打开，可查看办件概况、办理过程、文书和材料目录
  documents/      每份文书的 PDF 文件，以及出具时固定下来的文书内容（.json）
  materials/      申请人提交的每份材料原文件
  events.json     办件的全部办理记录，首尾相连，每条记录都带有摘要值
  definition.json 办理时适用的事项版本
  case.json       办件的基本情况
  documents.json、materials.json   文书目录、材料目录
  manifest.json   本包的文件清单，列出每个文件的大小和 SHA-256 摘要值

二、怎样验证（只需要 Python 3.10 或以上版本，不需要联网，不需要原系统）
  1. 保留归档包原件（.zip），不要解压后重新打包：重新打包的文件不再是原件。
  2. 把归档包解压到一个文件夹：  python3 -m zipfile -e 归档包.zip 文件夹
  3. 验证：                      python3 文件夹/verify.py 归档包.zip
  4. 同时核对中心登记的摘要值：  python3 文件夹/verify.py 归档包.zip --digest 摘要值
  验证通过时退出码为 0；不通过时逐条指出有问题的部分，退出码为 1。
  为防止有人把验证程序一并换掉，请使用从中心另行取得的 verify.py 和 kernel 文件夹；
  它们与包内的完全相同，任何人都可以阅读。

三、验证能证明什么
  能发现：任何文件被修改、删除、增加、调换；任何一条办理记录被修改、删除、插入、调换；
  文书内容、材料文件、事项版本与办理记录不一致；归档包被截断或者重新打包。
  仅凭归档包本身不能发现：有人把全部内容连同全部摘要值重新编造一遍，或者截去最后几条
  记录并重新编造清单。文书的 PDF 文件和阅读页也只由清单保护。要排除这些情况，必须用
  “--digest”核对整个归档包的摘要值：归档时它作为一条办理记录登记在中心，
  也应当由接收归档包的单位另行登记。
"""


@dataclass(frozen=True)
class Act:
    """One event as the page tells it: legal time, what was done, by whom, in which role."""

    at: str
    act: str
    who: str
    role: str


def write_index(
    case: Mapping,
    acts: Iterable[Act],
    documents: Iterable[Mapping],
    materials: Iterable[Mapping],
    titles: Iterable[str],
) -> str:
    """The page as HTML; every value is escaped, nothing is loaded from anywhere.

    :param titles: what the guide calls each of ``materials``
    """
    facts = "".join(
        f"<tr><th>{label}</th><td>{_text(case[name])}</td></tr>\n"
        for name, label in _LABELS.items()
        if case.get(name)
    )
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{_text(case["number"])} {_text(case["title"])}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{_text(case["title"])}</h1>
<table class="facts">
{facts}</table>
<h2>办理过程</h2>
{_table(("序号", "时间", "办理事项", "办理人", "角色"), map(_act, count(1), acts))}
<h2>文书</h2>
{_table(("序号", "文书", "文号", "日期", "办理记录"), map(_document, count(1), documents))}
<h2>材料</h2>
{_table(("序号", "材料", "形式", "文件", "办理记录"), map(_material, count(1), materials, titles))}
<footer><p>本页只为方便阅读；内容以 events.json、文书和材料文件为准，
验证方法见 <a href="README.txt">README.txt</a>。</p></footer>
</body>
</html>
"""


def _text(value):
    return html.escape(str(value))


def _table(heads, rows):
    head = "".join(f"<th>{name}</th>" for name in heads)
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
    return "<table>\n" + "\n".join([f"<tr>{head}</tr>", *lines]) + "\n</table>"


def _act(place, act):
    return place, _text(act.at), _text(act.act), _text(act.who), _text(act.role)


def _document(place, row):
    link = f'<a href="{row["file"]}">{_text(row["name"])}</a>'
    return place, link, _text(row["row"].get("number")), _text(row["issued_on"]), row["event"]


def _material(place, row, title):
    name, form = _text(row["row"].get("name")), str(row["row"].get("form"))
    link = f'<a href="{row["file"]}">{name}</a>' if row["file"] else name
    return place, _text(title), _text(_FORMS.get(form, form)), link, row["event"]
