"""Licences from records (存量证照补录): those that were granted before there was this system.

A licence of which only the record is left comes into the register with one event.  What the record
says is judged here, cell by cell; nothing is guessed, so a blank last day is no unlimited licence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from . import flow, form_types, identity, licence, numbering
from .case_facts import CLOSED, CaseFile
from .errors import KernelError, _lt
from .licence import Licence

#: Columns of a table of licences, each with the names that its header may have.
COLUMNS = {
    "number": ("证照编号", "证书编号", "许可证编号", "证照号码", "证号"),
    "holder_kind": ("持证人类型", "持证主体类型", "主体类型"),
    "holder_name": ("持证人", "持证主体", "持证人名称", "单位名称", "姓名"),
    "holder_number": ("持证人证件号码", "证件号码", "统一社会信用代码", "身份证号"),
    "phone": ("联系电话", "手机号码"),
    "email": ("电子邮箱", "邮箱"),
    "name": ("证照名称", "证书名称"),
    "region": ("适用区域",),
    "issued_on": ("发证日期", "颁发日期"),
    "valid_from": ("有效期起", "有效期自"),
    "valid_to": ("有效期至", "有效期止"),
    "state": ("证照状态", "状态"),
    "ended_on": ("终止日期",),
}
REQUIRED = (
    "number", "holder_kind", "holder_name", "holder_number", "issued_on", "valid_from", "valid_to",
    "state",
)  # fmt: skip
#: Lines of one file: each is a history of its own, written while somebody waits.
MAX_LINES = 2000
#: How a record says that there is no last day.
UNLIMITED = ("长期", "长期有效", "无固定期限", "unlimited")
HOLDER_KINDS = {
    "person": ("自然人", "个人"),
    "individual_business": ("个体工商户",),
    "enterprise": ("企业", "企业法人"),
    "public_institution": ("事业单位", "事业法人"),
    "social_organisation": ("社会组织", "社会团体", "社会组织法人"),
    "organ": ("行政机关", "机关", "国家机关"),
    "other_organisation": ("其他组织",),
}
#: States in which a record can be; what a new revision replaced is not entered.
STATES = {
    licence.VALID: ("有效", "正常"),
    licence.SUSPENDED: ("暂停", "暂扣"),
    licence.REVOKED: ("已撤销", "撤销"),
    licence.WITHDRAWN: ("已撤回", "撤回"),
    licence.PENALISED: ("已吊销", "吊销"),
    licence.CANCELLED: ("已注销", "注销"),
    licence.EXPIRED: ("已过期", "过期", "已失效"),
}
_MAX = {"number": 60, "name": 120, "region": 120, "holder_name": 120}


@dataclass(frozen=True)
class Entry:
    """What the record of a licence says, in canonical form."""

    number: str
    name: str
    region: str
    issued_on: date
    held: Licence
    answers: Mapping

    def to_payload(self) -> dict:
        """What the event records: plain values only."""
        held = self.held
        days = {"issued_on": self.issued_on, "valid_from": held.valid_from}
        days |= {"valid_to": held.valid_to, "ended_on": held.ended_on}
        return {
            "number": self.number,
            "name": self.name,
            "region": self.region,
            "state": held.state,
            **{name: day.isoformat() if day else None for name, day in days.items()},
        }


def read(cells: Mapping[str, str], today: date) -> Entry:
    """The licence that one line of a record describes.

    :param cells: texts by the keys of :data:`COLUMNS`
    :raises KernelError: ``entry.…`` with a sentence that says what to correct
    """
    cells = {name: " ".join(str(cells.get(name) or "").split()) for name in COLUMNS}
    for name in REQUIRED:
        if not cells[name]:
            raise KernelError("entry.missing", field=f"entry_{name}")
    for name, limit in _MAX.items():
        if len(cells[name]) > limit:
            raise KernelError("entry.too_long", field=f"entry_{name}", limit=limit)
    if not numbering.certificate_key(cells["number"]):
        raise KernelError("entry.missing", field="entry_number")
    issued_on = _day(cells, "issued_on")
    if issued_on > today:
        raise KernelError("entry.future", field="entry_issued_on", on=issued_on)
    return Entry(
        number=cells["number"],
        name=cells["name"],
        region=cells["region"],
        issued_on=issued_on,
        held=_held(cells, today),
        answers=_answers(cells),
    )


def _held(cells, today):
    """The licence with its dates, which have to agree with its state."""
    valid_from = _day(cells, "valid_from")
    is_unlimited = cells["valid_to"].casefold() in UNLIMITED
    valid_to = None if is_unlimited else _day(cells, "valid_to")
    if valid_to and valid_to < valid_from:
        raise KernelError("entry.reversed", valid_from=valid_from, valid_to=valid_to)
    state = _term(cells, "state", STATES)
    is_past = valid_to is not None and valid_to < today
    ended_on = _day(cells, "ended_on") if cells["ended_on"] else None
    if state in licence.ALIVE:
        if is_past:
            raise KernelError("entry.past", valid_to=valid_to)
        if ended_on:
            raise KernelError("entry.not_ended", on=ended_on)
        return Licence(valid_from, valid_to, state)
    if state == licence.EXPIRED:
        if not is_past:
            raise KernelError("entry.not_past", valid_to=valid_to or "—")
        return Licence(valid_from, valid_to, state, valid_to, "expired")
    if ended_on is None:
        raise KernelError("entry.end_missing")
    if not valid_from <= ended_on <= today:
        raise KernelError("entry.end_outside", on=ended_on, valid_from=valid_from, today=today)
    return _ended(Licence(valid_from, valid_to, state), ended_on)


def _ended(held, ended_on):
    cancelled_on = ended_on if held.state == licence.CANCELLED else None
    return replace(held, ended_on=ended_on, cancelled_on=cancelled_on)


def _answers(cells):
    """The holder as the questions about an applicant have it: one identity for both."""
    kind = _term(cells, "holder_kind", HOLDER_KINDS)
    is_person = kind == "person"
    answers = {"applicant_kind": kind, "applicant_name": cells["holder_name"]}
    name = "applicant_person_id" if is_person else "applicant_credit_code"
    answers[name] = _typed("person_id" if is_person else "credit_code", cells["holder_number"])
    for name in ("phone", "email"):
        if cells[name]:
            answers[f"applicant_{name}"] = _typed(name, cells[name])
    return answers


def _typed(kind, text):
    return form_types.TYPES[kind].clean(None, text)


def _day(cells, name):
    try:
        return form_types.to_date(cells[name])
    except KernelError:
        raise KernelError(
            "entry.not_date", field=f"entry_{name}", value=cells[name][:40]
        ) from None


def _term(cells, name, terms):
    said = identity.normalise(cells[name])
    for term, names in terms.items():
        if said in {identity.normalise(one) for one in (term, *names)}:
            return term
    known = tuple(names[0] for names in terms.values())
    raise KernelError("entry.unknown_term", field=f"entry_{name}", value=said[:40], known=known)


# ── events ──────────────────────────────────────────────────────────────────────────────────


def on_enter_licence(definition: Mapping, case: CaseFile, event) -> CaseFile:
    """The history of an entered licence begins, and with it a case that has nothing to decide."""
    return replace(
        _recorded(case, event),
        state=CLOSED,
        marking=flow.Marking(frozenset(), frozenset()),
        closed_at=event.at,
    )


def on_correct_entry(definition: Mapping, case: CaseFile, event) -> CaseFile:
    return _recorded(case, event)


def _recorded(case, event):
    facts = event.payload["entry"]
    day = {
        name: date.fromisoformat(facts[name]) if facts[name] else None
        for name in ("valid_from", "valid_to", "ended_on")
    }
    held = Licence(day["valid_from"], day["valid_to"], facts["state"])
    if day["ended_on"]:
        held = _ended(held, day["ended_on"])
    return replace(case, answers=event.payload["answers"], licence=held, entered=held)


def check_correction(case: CaseFile) -> None:
    """A record can be corrected until something was done with the licence.

    That its last day went by is no act of anybody: the day itself may be the mistake.

    :raises KernelError: ``entry.…``
    """
    if case.entered is None:
        raise KernelError("entry.not_entered")
    if case.licence != case.entered and case.licence.state != licence.EXPIRED:
        raise KernelError("entry.acted_on", state=f"licence_{case.licence.state}")


#: What a record says of a licence, as the sentences below name it.
WORDS = {
    "entry_number": _lt("Number of the certificate"),
    "entry_holder_kind": _lt("Kind of holder"),
    "entry_holder_name": _lt("Holder"),
    "entry_holder_number": _lt("Id card number or credit code of the holder"),
    "entry_name": _lt("Name of the certificate"),
    "entry_region": _lt("Region of validity"),
    "entry_issued_on": _lt("Issued on"),
    "entry_valid_from": _lt("Valid from"),
    "entry_valid_to": _lt("Valid to"),
    "entry_state": _lt("State of the certificate"),
    "entry_ended_on": _lt("Ended on"),
}
CODES = {
    "entry.missing": _lt("“%(field)s” is empty; enter what the record says."),
    "entry.too_long": _lt("“%(field)s” has more than %(limit)s characters; shorten it."),
    "entry.not_date": _lt(
        "“%(field)s” is no date: %(value)s. Write it as 2026-01-05; a licence without a last day"
        " has 长期 there."
    ),
    "entry.future": _lt(
        "“%(field)s” is %(on)s, which is still to come; here only licences from records are"
        " entered. Correct the day."
    ),
    "entry.reversed": _lt(
        "The last day, %(valid_to)s, is before the first, %(valid_from)s; correct one of them."
    ),
    "entry.past": _lt(
        "The last day was %(valid_to)s, so the licence is not in force any more. Enter its state as"
        " 已过期, or correct the day."
    ),
    "entry.not_past": _lt(
        "The licence is stated as expired, but its last day is %(valid_to)s. Correct the state or"
        " the day."
    ),
    "entry.not_ended": _lt(
        "A licence that is in force has no day of its end, but %(on)s is stated. Correct the state"
        " or leave the day empty."
    ),
    "entry.end_missing": _lt("Enter the day on which the licence ended (终止日期)."),
    "entry.end_outside": _lt(
        "The licence ended on %(on)s, which is not between its first day, %(valid_from)s, and"
        " today, %(today)s. Correct the day."
    ),
    "entry.unknown_term": _lt(
        "“%(value)s” is not known in “%(field)s”. Use one of: %(known)s."
    ),
    "entry.too_many_lines": _lt(
        "The table has %(found)s lines; at most %(limit)s licences are entered at once. Divide it."
    ),
    "entry.not_entered": _lt(
        "This certificate was granted by a case and not entered from records, so it is not"
        " corrected here. Changes are applied for."
    ),
    "entry.acted_on": _lt(
        "The entry cannot be corrected any more: since then the certificate became “%(state)s” by"
        " an act. Use the acts on the certificate."
    ),
}
