"""What is known of a case (办件事实): plain values that follow from its events and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from . import clock, flow
from .agency import PowerOfAttorney, power_of
from .errors import KernelError
from .licence import Licence
from .validity import LICENCE_POWER

# States of a case (办件状态): closed and statutory; configured steps are never states.
RECEIVED, SUPPLEMENTING, ACCEPTED, DECIDED, CLOSED = STATES = (
    "received",  # 已收件
    "supplementing",  # 补正
    "accepted",  # 已受理, in review
    "decided",  # 已决定, to be delivered
    "closed",  # 办结
)
#: How a case ended (办结结果).  不受理 ≠ 不予受理; 撤回 by the applicant ≠ 撤销 by the organ.
OUTCOMES = (
    "granted",  # 准予许可
    "refused",  # 不予许可
    "not_required",  # 不受理, Art. 32 (1)
    "not_competent",  # 不予受理, Art. 32 (2)
    "withdrawn",  # 申请人撤回
    "abandoned",  # 补正不来办结
    "terminated",  # 终止
    "referred",  # 转报
)
#: Special procedures whose time no period counts (Art. 45).
UNCOUNTED_BY_LAW = frozenset(
    {
        "hearing",  # 听证
        "tender",  # 招标
        "auction",  # 拍卖
        "inspection",  # 检验
        "testing",  # 检测
        "quarantine",  # 检疫
        "appraisal",  # 鉴定
        "expert_review",  # 专家评审
    }
)


@dataclass(frozen=True)
class Event:
    """One act as recorded; ``at`` is naive legal time, ``actor`` a user id (0: the system)."""

    kind: str
    at: datetime
    actor: int = 0
    role: str = ""
    payload: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One passage through a node of the flow (办理环节)."""

    node: str
    started_at: datetime
    completed_at: datetime | None = None
    completed_by: int = 0
    outcome: str = ""
    opinion: str = ""


@dataclass(frozen=True)
class Change:
    """One answer that differs from the submission before (变更项)."""

    field: str
    old: object
    new: object


@dataclass(frozen=True)
class StopRecord:
    """One stop of the clock (特别程序): never removed; a cancelled one stops nothing.

    ``ground`` is the code of the step, or ``hearing``; ``kind`` the kind of procedure.
    """

    number: int
    ground: str
    kind: str
    expected_days: int
    started_on: date
    ended_on: date | None = None
    is_cancelled: bool = False

    @property
    def is_open(self) -> bool:
        return self.ended_on is None and not self.is_cancelled


@dataclass(frozen=True)
class Objection:
    """An objection to a public notice (异议) and its answer."""

    number: int
    objector: str
    contact: str
    text: str
    answer: str = ""


@dataclass(frozen=True)
class PublicNotice:
    """A public notice before the decision (公示)."""

    node: str
    published_on: date
    days: int
    unit: str
    place: str
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True)
class Hearing:
    """A hearing (听证, Art. 46 to 48), as far as it has come."""

    told_at: datetime | None = None
    requested_at: datetime | None = None
    requester: str = ""
    waived_at: datetime | None = None
    called_at: datetime | None = None
    held_on: date | None = None
    begins_at: str = ""  # hour and minute; hearings called before the hour was asked have none
    place: str = ""
    chair: int = 0
    challenge: str = ""  # reasons of a challenge not yet decided
    recorded_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Held and recorded, or given up by those who could ask for it."""
        return bool(self.recorded_at or self.waived_at)

    @property
    def is_due(self) -> bool:
        """To be held: asked for, or called on the organ's own motion."""
        return bool(self.requested_at or self.called_at) and not self.is_over


@dataclass(frozen=True)
class ThirdParty:
    """A third party with a major direct interest (利害关系人, Art. 36)."""

    number: int
    name: str
    contact: str
    interest: str
    told_at: datetime
    statement: str = ""


@dataclass(frozen=True)
class Opinion:
    """What one department says in a joint review (部门审查意见), as far as it has come.

    ``step``: the passage through the review that it belongs to, counted from 0; ``value``: one of
    ``flow.OPINIONS``, empty as long as nothing was said; ``is_open``: the review is not over.
    """

    step: int
    node: str
    department: str
    asked_at: datetime
    acknowledged_at: datetime | None = None
    value: str = ""
    text: str = ""
    basis: str = ""
    given_at: datetime | None = None
    given_by: int = 0
    is_corrected: bool = False
    is_open: bool = True

    @property
    def is_awaited(self) -> bool:
        return self.is_open and not self.value


@dataclass(frozen=True)
class Dispatch:
    """A result on its way (寄出): delivered is only what was received."""

    method: str
    sent_on: date
    tracking: str = ""


@dataclass(frozen=True)
class CaseFile:
    """All facts that follow from the events of one case so far."""

    state: str = ""
    outcome: str = ""
    refusal_ground: str = ""
    # what was handed in
    answers: Mapping = field(default_factory=dict)
    power_revoked_on: date | None = None  # 撤销委托, Art. 29
    changes: tuple[Change, ...] = ()  # answers that the last submission changed
    deferred: frozenset[str] = frozenset()  # materials promised for later (容缺)
    deferral_days: int | None = None
    committed: frozenset[str] = frozenset()  # materials replaced by a promise (告知承诺)
    check: str = ""  # check of the promise: "", open, kept, broken
    renews: Mapping | None = None  # the certificate that the case is about
    providers: Mapping = field(default_factory=dict)  # chosen by the applicant, by material
    # the flow
    marking: flow.Marking | None = None
    steps: tuple[Step, ...] = ()
    drafters: frozenset[int] = frozenset()
    opinions: tuple[Opinion, ...] = ()  # of joint reviews, in the order in which they were asked
    #: steps that the last event completed on the way forward, each with its result
    just_completed: tuple[tuple[str, str], ...] = ()
    # moments
    papers_at: datetime | None = None  # last receipt of papers: filing or supplement
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    clock_from: datetime | None = None  # the event after which the decision period runs
    decided_at: datetime | None = None
    decided_by: int = 0
    closed_at: datetime | None = None
    archived_at: datetime | None = None  # filed with its whole history; None once that went on
    is_deemed_accepted: bool = False
    is_renewed_by_silence: bool = False
    # the one-time notice
    requests: tuple[Mapping, ...] = ()  # open, item by item
    answered: tuple[Mapping, ...] = ()  # those of the last notice, each with its ``reply``
    noticed_at: datetime | None = None
    notices: int = 0
    # the clock
    stop_records: tuple[StopRecord, ...] = ()
    extension: clock.Extension | None = None
    extension_covers: frozenset[str] = frozenset()  # periods that it lengthens
    # procedures
    public_notice: PublicNotice | None = None
    hearing: Hearing | None = None
    third_parties: tuple[ThirdParty, ...] = ()
    applicant_statement: str = ""  # 陈述申辩, Art. 7, 36
    # after the decision
    dispatch: Dispatch | None = None
    licence: Licence | None = None
    entered: Licence | None = None  # as it came from records (存量证照)

    @property
    def active(self) -> frozenset[str]:
        """Codes of the nodes where the case stands now."""
        return self.marking.active if self.marking else frozenset()

    @cached_property
    def done(self) -> frozenset[str]:
        """Codes of the nodes that the case has completed."""
        return frozenset(step.node for step in self.steps if step.completed_at)

    @cached_property
    def power(self) -> PowerOfAttorney | None:
        """The power of attorney of the agent, if the applicant named one."""
        return power_of(self.answers, self.power_revoked_on)

    @property
    def is_stopped(self) -> bool:
        return any(record.is_open for record in self.stop_records)

    @property
    def is_notice_repeated(self) -> bool:
        """More than the one notice that the law allows (Art. 32)."""
        return self.notices > 1

    @property
    def stops(self) -> tuple[clock.Stop, ...]:
        """Every stop in force; the promise waits for each of them."""
        return tuple(_stop(record) for record in self.stop_records if not record.is_cancelled)

    def statutory_stops(self, definition: Mapping) -> tuple[clock.Stop, ...]:
        """The stops that the statutory period waits for.

        For a licence only the procedures of Art. 45; other powers follow their own law, and what
        the item says of its procedures serves.
        """
        if definition["item"].get("power_type") != LICENCE_POWER:
            return self.stops
        return tuple(
            _stop(record)
            for record in self.stop_records
            if not record.is_cancelled and record.kind in UNCOUNTED_BY_LAW
        )

    def open_stop(self, ground: str) -> StopRecord | None:
        """The running stop with this ground."""
        return next((r for r in self.stop_records if r.is_open and r.ground == ground), None)

    def open_opinion(self, node: str, department: str) -> Opinion | None:
        """The part of a department in a review that runs."""
        return next(
            (
                one
                for one in self.opinions
                if one.is_open and (one.node, one.department) == (node, department)
            ),
            None,
        )


def _stop(record):
    return clock.Stop(record.started_on, record.ended_on, record.ground)


def node_of(definition: Mapping, code: str) -> Mapping:
    """The node of the flow with this code; KernelError if the version has none."""
    for node in definition["flow"]["nodes"]:
        if node["code"] == code:
            return node
    raise KernelError("case.unknown_step", step=code)


def is_joint(definition: Mapping) -> bool:
    """Whether several departments handle the case: unified or joint handling (Art. 26, 42)."""
    nodes = definition["flow"]["nodes"]
    departments = {node["department"] for node in nodes}.union(*map(reviewing_departments, nodes))
    return bool(departments - {None, "", definition["item"].get("department")})


def reviewing_departments(node: Mapping) -> tuple[str, ...]:
    """The departments whose opinions a joint review (联合审查) asks for."""
    return tuple((node.get("joint") or {}).get("departments") or ())
