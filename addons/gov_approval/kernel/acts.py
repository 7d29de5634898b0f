"""The acts on a case (办理动作): a closed table of what can be done, by whom, on what ground.

Nothing else changes a case.  ``procedure`` decides which of these acts is possible now; ``rules``
holds the conditions of single acts; ``case`` knows what each changes.
"""

from dataclasses import dataclass

from .act_input import Input

#: Powers that a mandate may give (授权事项).
POWERS = (
    "decide",  # 签批
    "extend",  # 延长期限
    "clock",  # 特别程序管理
    "licence",  # 证照管理
)


@dataclass(frozen=True)
class Act:
    """A kind of act: in which states, by which roles, on which ground.

    ``power``: what the mandate of whoever signs must cover.  ``on_step``: performed on an active
    node; without roles of its own, by the role of that node, in a joint review by the reviewers of
    each department that takes part.
    """

    kind: str
    states: tuple[str, ...]
    roles: frozenset[str]
    article: str
    inputs: tuple[Input, ...] = ()
    on_step: bool = False
    power: str = ""


def _act(kind, states, roles, article, *inputs, **options):
    return Act(kind, tuple(states.split()), frozenset(roles.split()), article, inputs, **options)


def _choice(name, *options, required=True):
    return Input(name, "choice", required, options)


_OPINION, _REASONS = Input("opinion"), Input("reasons")
_WHY = Input("reasons", required=False)
_DECISION = _choice("decision", "grant", "refuse")
_REFUSAL_GROUND = _choice(
    "ground", "conditions_not_met", "false_papers", "quantity_reached", required=False
)
_OUTCOME = _choice("outcome", "pass", "object")
_RECEIVER = Input("receiver")
_SAYS = (
    _choice("outcome", "agree", "object", "not_concerned"),
    Input("opinion", required=False),
    Input("basis", required=False),
)

_INTAKE = (
    _act("accept", "received", "window_clerk", "Art. 32 (5)"),
    _act(
        "accept_deferred",  # 容缺受理
        "received",
        "window_clerk",
        "[L]",
        Input("days", "number"),
        Input("signed_by"),
    ),
    _act(
        "decide_at_once",  # 即办件
        "received",
        "window_clerk",
        "Art. 34, 38",
        _DECISION,
        _OPINION,
        _REFUSAL_GROUND,
        _choice("method", "window", "electronic"),
        _RECEIVER,
        power="decide",
    ),
    _act("request_supplement", "received", "window_clerk", "Art. 32 (4)",
         Input("requests", "requests")),
    _act(
        "correct",  # 当场更正
        "received",
        "window_clerk",
        "Art. 32 (3)",
        Input("field", "choice"),
        Input("value"),
        Input("initialled_by"),
    ),
    _act("decline", "received", "window_clerk", "Art. 32 (1)", _REASONS),
    _act(
        "refuse_acceptance",
        "received",
        "window_clerk",
        "Art. 32 (2), 78",
        _choice("ground", "not_competent", "false_papers", required=False),
        _REASONS,
        Input("competent_organ", required=False),
    ),
    _act("supplement", "supplementing", "applicant window_clerk", "Art. 32 (4)"),
    _act("hand_in_deferred", "accepted decided", "applicant window_clerk", "[L]"),
    _act(
        "file_power",  # 提交授权委托书
        "received supplementing accepted decided",
        "applicant window_clerk",
        "Art. 29",
    ),
    _act(
        "revoke_power",  # 撤销委托
        "received supplementing accepted decided",
        "applicant window_clerk",
        "Art. 29",
        Input("requester", required=False),
        _WHY,
    ),
    _act("deem_accepted", "received", "system", "Art. 32 (4)"),
    _act("abandon", "supplementing", "system", "[L]"),
    _act("end_deferral", "accepted decided", "system", "[L]"),
)  # fmt: skip

_REVIEW = (
    _act("complete_step", "accepted decided", "", "Art. 34", _OPINION, _OUTCOME, on_step=True),
    _act(
        "return_step", "accepted", "", "[L]", _OPINION, Input("back_to", "choice"), on_step=True
    ),
    _act(
        "decide", "accepted", "", "Art. 37, 38", _DECISION, _OPINION, _REFUSAL_GROUND,
        on_step=True, power="decide",
    ),
    _act("deem_renewed", "received accepted", "system", "Art. 50"),
)  # fmt: skip

#: Acts of a department that takes part in a joint review (联合审查), each for its own department.
_JOINT = (
    _act("give_opinion", "accepted", "reviewer", "Art. 26, 42", *_SAYS, on_step=True),
    _act("acknowledge_review", "accepted", "reviewer", "[K]", on_step=True),  # 签收
    _act("correct_opinion", "accepted", "reviewer", "[K]", *_SAYS, _REASONS, on_step=True),
)
JOINT_ACTS = frozenset(act.kind for act in _JOINT)

_SILENCE = (
    _act("deem_no_objection", "accepted", "system", "[L]", on_step=True),  # 超时默认
)

_CLOCK = (
    _act(
        "stop_clock", "accepted", "reviewer", "Art. 45", Input("expected_days", "number"),
        _REASONS, on_step=True,
    ),
    _act("resume_clock", "accepted", "reviewer", "Art. 45", _OPINION, on_step=True),
    _act(
        "cancel_stop", "accepted", "representative", "Art. 45", Input("stop", "choice"), _REASONS,
        power="clock",
    ),
    _act(
        "extend", "accepted", "representative government_head", "Art. 42",
        Input("days", "number"), _REASONS, power="extend",
    ),
    _act(
        "cancel_extension", "accepted", "representative government_head", "Art. 42", _REASONS,
        power="extend",
    ),
)  # fmt: skip

_PROCEDURES = (
    _act(
        "publish_notice",  # 公示
        "accepted",
        "reviewer",
        "[L]",
        Input("days", "number"),
        Input("place"),
        on_step=True,
    ),
    _act(
        "record_objection",
        "accepted",
        "reviewer window_clerk public",
        "[L]",
        Input("objector"),
        Input("contact"),
        Input("objection"),
    ),
    _act("answer_objection", "accepted", "reviewer", "[L]", Input("number", "choice"), _OPINION),
    _act(
        "name_third_party",  # 利害关系人
        "accepted",
        "reviewer",
        "Art. 36",
        Input("name"),
        Input("contact"),
        Input("interest"),
    ),
    _act(
        "record_statement",
        "accepted",
        "reviewer window_clerk applicant",
        "Art. 36",
        Input("party", "choice"),
        Input("statement"),
    ),
    _act("tell_hearing_right", "accepted", "reviewer", "Art. 46, 47", _REASONS),
    _act(
        "request_hearing", "accepted", "applicant window_clerk", "Art. 47", Input("requester"), _WHY
    ),
    _act("waive_hearing", "accepted", "applicant window_clerk", "Art. 47", Input("requester")),
    _act(
        "call_hearing",
        "accepted",
        "reviewer",
        "Art. 46, 48",
        Input("held_on", "date"),
        Input("begins_at", "time"),
        Input("place"),
        Input("chair", "officer"),
        _WHY,
    ),
    _act("challenge_chair", "accepted", "applicant window_clerk", "Art. 48", _REASONS),
    _act(
        "replace_chair", "accepted", "representative", "Art. 48", Input("chair", "officer"),
        _REASONS,
    ),
    _act(
        "record_hearing",
        "accepted",
        "reviewer representative",
        "Art. 48",
        Input("attended"),
        Input("record"),
        Input("signed_by"),
    ),
)  # fmt: skip

_MIGRATION = (
    _act(
        "migrate",  # 迁移到新版本
        "received supplementing accepted",
        "representative",
        "Art. 8",
        _REASONS,
        Input("consented_by", required=False),
        Input("consented_on", "date", required=False),
        Input("consented_how", required=False),
    ),
)

_ENDINGS = (
    _act(
        "withdraw", "received supplementing accepted", "applicant window_clerk", "[K]", _WHY,
        Input("requester", required=False),
    ),
    _act(
        "terminate",  # 终止
        "received supplementing accepted",
        "representative",
        "[K]",
        _choice(
            "ground", "applicant_dead", "body_ended", "law_changed", "object_lost", "other"
        ),
        _REASONS,
        power="decide",
    ),
    _act(
        "refer",  # 转报
        "accepted",
        "representative",
        "Art. 35",
        Input("competent_organ"),
        _OPINION,
        power="decide",
    ),
)  # fmt: skip

_DELIVERY = (
    _act("deliver", "decided", "window_clerk", "Art. 44", _choice("method", "window", "left"),
         _RECEIVER),
    _act(
        "dispatch",
        "decided",
        "window_clerk",
        "Art. 44",
        _choice("method", "post", "electronic", "notice"),
        Input("tracking", required=False),
        Input("consent", required=False),
    ),
    _act("return_dispatch", "decided", "window_clerk", "Art. 44", _REASONS),
    _act(
        "confirm_delivery",
        "decided",
        "window_clerk applicant",
        "Art. 44",
        Input("received_on", "date"),
        _RECEIVER,
    ),
    _act("archive", "closed", "system", "[K]"),
)  # fmt: skip

_AFTER = (
    _act(
        "check_commitment",
        "decided closed",
        "reviewer",
        "[K]",
        _choice("outcome", "kept", "broken"),
        _OPINION,
        Input("checked_on", "date"),
    ),
    _act("hear_holder", "closed", "reviewer", "Art. 7, 69", Input("statement")),
    _act(
        "revoke_licence",  # 撤销
        "closed",
        "representative",
        "Art. 69, 79",
        _choice(
            "ground",
            "abuse",
            "beyond_power",
            "procedure_breach",
            "unqualified",
            "fraud",
            "commitment_broken",
            "other",
        ),
        _REASONS,
        Input("compensation", required=False),
        power="licence",
    ),
    _act(
        "withdraw_licence",  # 撤回
        "closed",
        "representative",
        "Art. 8",
        _choice("ground", "law_changed", "facts_changed"),
        _REASONS,
        Input("compensation"),
        power="licence",
    ),
    _act(
        "penalise_licence",  # 吊销
        "closed",
        "reviewer",
        "Art. 70",
        Input("organ"),
        Input("decision_number"),
        _REASONS,
    ),
    _act("suspend_licence", "closed", "representative", "[K]", _REASONS, power="licence"),
    _act("resume_licence", "closed", "representative", "[K]", _REASONS, power="licence"),
    _act(
        "cancel_licence",  # 注销
        "closed",
        "representative",
        "Art. 70",
        _choice(
            "ground",
            "expired",
            "dead",
            "body_ended",
            "revoked",
            "withdrawn",
            "penalised",
            "force_majeure",
            "lapsed",
            "holder_request",
        ),
        Input("ground_on", "date"),
        _WHY,
        power="licence",
    ),
    _act("expire", "decided closed", "system", "Art. 70"),
    _act("supersede", "decided closed", "system", "Art. 49, 50"),
)

ACTS = {
    act.kind: act
    for act in (
        *_INTAKE, *_REVIEW, *_JOINT, *_SILENCE, *_CLOCK, *_PROCEDURES, *_MIGRATION,
        *_ENDINGS, *_DELIVERY, *_AFTER,
    )
}  # fmt: skip
