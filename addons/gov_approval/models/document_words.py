"""The words of official documents (文书用语): dates, answers, grounds and articles in Chinese.

Official documents are in Chinese by law (国家通用语言文字法, Art. 9), whatever the language of the
user who acts; that is why these words stand here and in the layouts, not in a translation.
"""

from datetime import date

from ..kernel import identity

LAW = "《中华人民共和国行政许可法》"
NO_LIMIT, ONLINE, YES = "长期", "网上申请", "是"
_NO = "否"

METHODS = {
    "window": "直接送达（窗口领取）",
    "left": "留置送达",
    "post": "邮寄送达",
    "electronic": "电子送达",
    "notice": "公告送达",
}
OUTCOMES = {
    "pass": "核查通过",
    "object": "核查未通过（有异议）",
    "kept": "与承诺一致",
    "broken": "与承诺不符",
}
#: What follows from the check of a promise (处理结果, Art. 61).
HANDLINGS = {
    "kept": "核查通过，本次核查结束，记录归档。",
    "broken": "不履行承诺的情况记入案卷；信用修复前，不再适用告知承诺方式办理。"
    "依法应当撤销行政许可的，依照《中华人民共和国行政许可法》第六十九条另行处理。",
}
#: Forms in which a material comes.
FORMS = {
    "file": "电子文件",
    "paper": "纸质",
    "commitment": "书面承诺",
    "deferred": "容缺后补",
    "both": "纸质或者电子文件",
    "electronic": "电子文件",
}
#: Special procedures (特别程序); the first eight are those of Art. 45.
PROCEDURES = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
    "site_visit": "现场核查",
    "public_notice": "公示",
    "training": "考试考核",
    "other": "其他特别程序",
}
_UNITS = {"workday": "个工作日", "calendar_day": "日", "month": "个月", "year": "年"}

#: By act and ground: what was found, and the article (without the name of the law).
GROUNDS = {
    "refuse_acceptance": {
        "not_competent": (
            "所申请的事项依法不属于本行政机关职权范围",
            "第三十二条第一款第二项",
        ),
        "false_papers": (
            "申请人隐瞒有关情况或者提供虚假材料申请行政许可",
            "第七十八条",
        ),
    },
    "refuse": {
        "conditions_not_met": ("申请不符合法定条件、标准", "第三十八条第二款"),
        "false_papers": (
            "申请人隐瞒有关情况或者提供虚假材料申请行政许可",
            "第三十八条第二款、第七十八条",
        ),
        "quantity_reached": (
            "该行政许可有数量限制，已无可供许可的数量",
            "第三十八条第二款、第五十七条",
        ),
    },
    "terminate": {
        "applicant_dead": ("申请人死亡或者丧失行为能力", "第七十条第二项"),
        "body_ended": ("申请行政许可的法人或者其他组织依法终止", "第七十条第三项"),
        "law_changed": (
            "申请事项所依据的法律、法规、规章修改或者废止，无法或者无须继续办理",
            "第八条第二款",
        ),
        "object_lost": ("申请事项的标的灭失，行政许可事项无法实施", "第七十条第五项"),
        "other": ("依法应当终止办理的其他情形", "第七十条第六项"),
        "abandon": ("申请人逾期未补正申请材料，视为放弃申请", "第三十二条第一款第四项"),
        "end_deferral": (
            "申请人逾期未补齐容缺受理时承诺补交的材料",
            "第三十一条第一款、第三十二条第一款第四项",
        ),
    },
    "revoke_licence": {
        "abuse": (
            "行政机关工作人员滥用职权、玩忽职守作出准予行政许可决定",
            "第六十九条第一款第一项",
        ),
        "beyond_power": ("超越法定职权作出准予行政许可决定", "第六十九条第一款第二项"),
        "procedure_breach": ("违反法定程序作出准予行政许可决定", "第六十九条第一款第三项"),
        "unqualified": (
            "对不具备申请资格或者不符合法定条件的申请人准予行政许可",
            "第六十九条第一款第四项",
        ),
        "fraud": ("被许可人以欺骗、贿赂等不正当手段取得行政许可", "第六十九条第二款"),
        "commitment_broken": (
            "被许可人所作的书面承诺不实，不符合取得该行政许可的法定条件",
            "第六十九条第一款第四项",
        ),
        "other": ("依法可以撤销行政许可的其他情形", "第六十九条第一款第五项"),
    },
    "withdraw_licence": {
        "law_changed": (
            "该行政许可所依据的法律、法规、规章修改或者废止",
            "第八条第二款",
        ),
        "facts_changed": (
            "准予该行政许可所依据的客观情况发生重大变化",
            "第八条第二款",
        ),
    },
    "cancel_licence": {
        "expired": ("行政许可有效期届满未延续", "第七十条第一项"),
        "dead": (
            "被许可的公民死亡或者丧失行为能力",
            "第七十条第二项",
        ),
        "body_ended": ("被许可的法人或者其他组织依法终止", "第七十条第三项"),
        "revoked": ("行政许可依法被撤销", "第七十条第四项"),
        "withdrawn": ("行政许可依法被撤回", "第七十条第四项"),
        "penalised": ("行政许可证件依法被吊销", "第七十条第四项"),
        "force_majeure": ("因不可抗力导致行政许可事项无法实施", "第七十条第五项"),
        "lapsed": ("行政许可依照法律、法规的规定失效", "第七十条第六项"),
        "holder_request": ("被许可人申请注销该行政许可", "第七十条第六项"),
    },
}


def say_date(day) -> str:
    """A date as official documents write it; empty without one."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def say_iso(text) -> str:
    """The same for a date as an event keeps it."""
    return say_date(date.fromisoformat(text)) if text else ""


def say_period(value, unit) -> str:
    """A length of time; empty without one."""
    return f"{value}{_UNITS.get(unit, '日')}" if value else ""


def say_ground(kind, ground):
    """What was found, and the article that it falls under, with the law."""
    words, article = GROUNDS.get(kind, {}).get(ground, ("", ""))
    return words, f"{LAW}{article}" if article else ""


def say_bases(bases) -> str:
    """The legal bases of an item (设定依据), each with its article."""
    return "、".join(f"《{b['title'].strip('《》')}》{b['article'] or ''}" for b in bases)


def say_answer(field, value) -> str:
    """An answer of a form in words: labels of options, masked id numbers, dates in full."""
    kind = field["type"]
    if value in (None, "", []):
        return ""
    if kind == "yes_no":
        return YES if value else _NO
    if kind in ("choice", "choices"):
        labels = {option["code"]: option["label"] for option in field["options"]}
        codes = value if isinstance(value, list) else [value]
        return "、".join(labels.get(code, str(code)) for code in codes)
    if kind == "person_id":
        return identity.mask_id(value)
    if kind == "date":
        return say_iso(value)
    if kind == "table":
        return f"{len(value)}项"
    return str(value)


def end_sentence(text):
    """What somebody wrote as a paragraph of a document: a sentence ends with its stop."""
    is_open = bool(text) and (text[-1].isalnum() or text[-1] in ")）》”")
    return f"{text}。" if is_open else text
