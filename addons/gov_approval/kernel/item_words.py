"""Words of published guides and the codes they stand for (`domain.md` 4.1).

Only words that a national code list or the format itself defines are here; a word that is not
here is reported and never guessed.  ``LOOSE`` are readings that drop a shade of the word.
"""

import re

#: 行使层级, GB/T 39046 table A.2.
EXERCISE_LEVELS = {
    "国家级": "1",
    "省级": "2",
    "市级": "3",
    "县级": "4",
    "镇(乡、街道)级": "5",
    "村(社区)级": "6",
}
#: 事项类型, table A.1; 行政备案 has no code of its own there.
POWER_TYPES = {
    "行政许可": "01",
    "行政处罚": "02",
    "行政强制": "03",
    "行政征收": "04",
    "行政给付": "05",
    "行政检查": "06",
    "行政确认": "07",
    "行政奖励": "08",
    "行政裁决": "09",
    "其他": "10",
    "其他行政权力": "10",
    "公共服务": "20",
}
ITEM_KINDS = {"即办件": "instant", "承诺件": "promised", "其他": "other"}
#: 服务对象, table A.4.
OBJECTS = {
    "自然人": "person",
    "个体工商户": "individual_business",
    "企业法人": "enterprise",
    "事业法人": "public_institution",
    "事业单位法人": "public_institution",
    "社会组织法人": "social_organisation",
    "社会团体法人": "social_organisation",
    "基金会法人": "social_organisation",
    "民办非企业法人": "social_organisation",
    "行政机关": "organ",
    "其他组织": "other_organisation",
}
CHANNELS = {
    "窗口": "window",
    "窗口办理": "window",
    "网上": "online",
    "网上办理": "online",
    "快递": "post",
    "快递申请": "post",
}
DELIVERY = {
    "窗口领取": "window",
    "邮寄": "post",
    "快递": "post",
    "免费邮寄": "post",
    "电子送达": "electronic",
    "网上下载": "electronic",
}
MATERIAL_FORMS = {"paper": "paper", "electronic": "electronic", "both": "both"}
COPY_RULES = {
    "photocopy": "photocopy",
    "original_and_copy": "original_and_copy",
    "copy_verified_against_original": "copy_verified_against_original",
}
MATERIAL_SOURCES = {
    "申请人自备": "applicant",
    "政府部门核发": "government",
    "中介机构": "intermediary",
    "其他": "other",
}
REQUIRED = {
    "必要": "always",
    "非必要": "optional",
    "免提交": "waived",
    "告知承诺替代": "commitment",
}
RESULT_TYPES = {"证照": "licence", "批文": "approval", "其他": "other", "无": "none"}
UNITS = {"workday": "workday", "calendar_day": "calendar_day", "month": "month"}

#: Words that are placed under a wider code: the word itself is kept as a fact.
LOOSE = {"社会团体法人", "基金会法人", "民办非企业法人", "免费邮寄", "网上下载"}

#: Exact names of steps (环节) and what they are: (kind, stage, procedure).
START = ("start", "intake", None)
REVIEW = ("task", "review", None)
DECIDE = ("task", "decide", None)
END = ("end", "close", None)
APPLICANT = ("applicant", None, None)


def _procedure(code):
    return ("procedure", None, code)


_STEPS = {
    APPLICANT: ("申请", "提交申请", "提交申请表", "提交", "递交", "咨询"),
    START: ("受理", "窗口受理", "收件", "收件受理", "接件受理", "申请受理"),
    REVIEW: ("审查", "审核", "初审", "复审", "复核", "书面审查", "形式审查", "实质审查"),
    DECIDE: ("决定", "审批", "审定", "批准", "核准", "签发", "后台审批", "审批决定", "确认"),
    _procedure("site_visit"): (
        "现场勘查",
        "现场勘察",
        "现场勘验",
        "现场核查",
        "现场审核",
        "现场检查",
        "现场踏勘",
        "实地核查",
        "实地勘查",
        "勘查",
    ),
    _procedure("expert_review"): ("专家评审", "专家论证"),
    _procedure("inspection"): ("检验",),
    _procedure("testing"): ("检测",),
    _procedure("quarantine"): ("检疫",),
    _procedure("appraisal"): ("鉴定",),
    _procedure("tender"): ("招标",),
    _procedure("auction"): ("拍卖",),
    _procedure("public_notice"): ("公示", "公告"),
    _procedure("hearing"): ("听证",),
    _procedure("training"): ("考试", "培训考试", "统一培训并考试"),
    END: ("办结", "送达", "发证", "制证送达", "出证办结", "领取", "办结送达"),
}
STEPS = {name: meaning for meaning, names in _STEPS.items() for name in names}
_BETWEEN = re.compile("[、,，/]|与|和|及|并")


def step_meaning(name: str) -> tuple | None:
    """What a step is by its name: (kind, stage, procedure), ``None`` for an unknown name and
    ``()`` for a name that joins several stages.

    A joined name (申请、受理) is read only where its parts are one stage, or the applicant's own
    act and one stage: 受理、审查、核准 would have to be taken apart, which is for a person.
    """
    name = re.sub(r"\s", "", name)
    if name in STEPS:
        return STEPS[name]
    parts = [part for part in _BETWEEN.split(name) if part]
    meanings = {STEPS.get(part) for part in parts}
    if len(parts) < 2 or meanings == {None}:
        return None
    if None in meanings:
        return ()
    ours = meanings - {APPLICANT}
    if len(ours) > 1:
        return ()
    return next(iter(ours), APPLICANT)
