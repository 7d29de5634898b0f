"""A bill and what happens to its money (一张缴款书, ``domain.md`` 8.3 and 8.4).

A bill is the fold of its events: nothing is added up that an event does not say.  Its amount is
paid once, by one payment; whatever else succeeds (a second payment, one after the bill was voided)
is kept as excess, which only a refund clears.  A receipt (财政票据) exists when finance confirmed
the money, never before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ...gov_approval.kernel.act_input import Input
from ...gov_approval.kernel.case_facts import Event
from ...gov_approval.kernel.errors import KernelError, _lt
from . import fee_act, money
from .fee_act import Act

#: 已开票, 已缴, 已入库/入专户, 已核销, 已作废.
ISSUED, PAID, SETTLED, WRITTEN_OFF, VOIDED = "issued", "paid", "settled", "written_off", "voided"
STATES = (ISSUED, PAID, SETTLED, WRITTEN_OFF, VOIDED)
#: Money that fits the bill, or is too much: paid twice, after it was voided, another amount.
FITS, PAID_TWICE, AFTER_VOID, OTHER_AMOUNT = "fits", "paid_twice", "after_void", "amount_differs"
#: What a refund rests on (退付): wrongly charged, paid twice, by policy, application withdrawn.
GROUNDS = ("error", "paid_twice", "policy", "withdrawn")
REQUESTED, CHECKED, APPROVED, REFUSED, DONE = (
    "requested",
    "checked",
    "approved",
    "refused",
    "done",
)
#: Refunds whose money is not to be promised a second time.
HOLDING = (REQUESTED, CHECKED, APPROVED, DONE)
ZERO = Decimal("0.00")
MAX_LINES = 500

CODES = {
    "bill.empty": _lt("No fee is chosen. Choose what is to be billed."),
    "bill.too_many": _lt("A bill has at most %(limit)s lines. Divide it."),
    "bill.nothing_due": _lt(
        "Nothing is payable, so no bill is needed: the case goes on as exempted."
    ),
    "bill.service": _lt(
        "“%(line)s” is a service charge: its provider collects it against a tax invoice, and it"
        " stands on no bill of the treasury."
    ),
    "bill.wrong_sum": _lt("“%(line)s”: due less relief is not what is payable. Assess it again."),
    "bill.paid_already": _lt(
        "This bill is %(state)s, so nothing is collected on it. If money came twice, ask for a"
        " refund."
    ),
    "bill.void_paid": _lt("A paid bill is never voided. Ask for a refund instead."),
    "bill.refund_line": _lt("Line %(line)s is not on this bill. Choose lines of the bill."),
    "bill.refund_nothing": _lt("Choose at least one line and an amount above zero to refund."),
    "bill.refund_too_much": _lt(
        "Of “%(line)s” at most %(left)s can be refunded, not %(found)s. Correct the amount."
    ),
    "bill.refund_no_excess": _lt("That payment is no excess on this bill. Choose one of the list."),
    "bill.refund_unknown": _lt("There is no such refund on this bill. Reload the page."),
    "bill.refund_not_now": _lt(
        "The refund is %(state)s, so “%(act)s” is not possible now. Look at it again."
    ),
    "bill.same_person": _lt(
        "You took part in this refund as %(part)s. A second person has to do this."
    ),
    "bill.not_settled": _lt(
        "Finance has not confirmed this money yet. A fee is refunded after that; enter it then."
    ),
}


@dataclass(frozen=True)
class Line:
    """One computed fee on the bill; ``key`` names it, amounts in yuan."""

    key: int
    name: str
    due: Decimal
    relief: Decimal
    payable: Decimal
    is_service: bool = False


@dataclass(frozen=True)
class Payment:
    key: int
    amount: Decimal
    standing: str
    day: date | None = None


@dataclass(frozen=True)
class Refund:
    """``lines``: key of a line -> yuan; or ``payment``: an excess that goes back whole."""

    number: int
    amount: Decimal
    ground: str
    state: str
    people: Mapping[str, int]
    lines: Mapping[int, Decimal] = field(default_factory=dict)
    payment: int = 0


@dataclass(frozen=True)
class Bill:
    state: str = ""
    lines: tuple[Line, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()

    @property
    def payable(self) -> Decimal:
        return sum((line.payable for line in self.lines), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((p.amount for p in self.payments if p.standing == FITS), ZERO)

    @property
    def excess(self) -> Decimal:
        """Money that no bill needs and that did not go back yet."""
        gone = {r.payment for r in self.refunds if r.state == DONE}
        return sum(
            (p.amount for p in self.payments if p.standing != FITS and p.key not in gone), ZERO
        )

    @property
    def refunded(self) -> Decimal:
        """What went back of the fees themselves."""
        return sum((r.amount for r in self.refunds if r.state == DONE and not r.payment), ZERO)

    def held(self, key: int) -> Decimal:
        """What of a line went back, or is asked back."""
        held = (r.lines.get(key, ZERO) for r in self.refunds if r.state in HOLDING)
        return sum(held, ZERO)


_PAYABLE = (ISSUED, PAID, SETTLED, WRITTEN_OFF, VOIDED)
_REFUND = Input("refund", "number")
ACTS: Mapping[str, Act] = {
    "void": Act(("cashier", "finance_officer", "system"), (ISSUED,), (Input("reason"),)),
    # Money that arrived is taken into the books whatever the bill says: it is there.
    "pay": Act(("cashier", "finance_officer", "system"), _PAYABLE),
    "settle": Act(("finance_officer", "system"), (PAID,)),
    "write_off": Act(("finance_officer", "system"), (SETTLED,)),
    "request_refund": Act(
        ("cashier", "applicant", "finance_officer"),
        _PAYABLE,
        (Input("ground", "choice", options=GROUNDS), Input("reason")),
    ),
    "check_refund": Act(("representative",), _PAYABLE, (_REFUND, Input("opinion"))),
    "approve_refund": Act(("finance_officer",), _PAYABLE, (_REFUND, Input("opinion"))),
    "refuse_refund": Act(
        ("representative", "finance_officer"), _PAYABLE, (_REFUND, Input("reason"))
    ),
    "pay_refund": Act(("finance_officer",), _PAYABLE, (_REFUND, Input("bank_reference"))),
}
#: State of a refund -> what can be done with it, and what it is then.
_STEPS = {
    "check_refund": ((REQUESTED,), CHECKED),
    "approve_refund": ((CHECKED,), APPROVED),
    "refuse_refund": ((REQUESTED, CHECKED), REFUSED),
    "pay_refund": ((APPROVED,), DONE),
}
#: Who may not be the same person: an approval stands against asking and checking (退付两人审核).
_OTHERS = {
    "check_refund": (REQUESTED,),
    "approve_refund": (REQUESTED, CHECKED),
}


# --------------------------------------------------------------------- issuing


def check_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines of a bill to be; a bill holds one payer's fees of any number of departments.

    :raises KernelError: ``bill.…``
    """
    lines = tuple(lines)
    if not lines:
        raise KernelError("bill.empty")
    if len(lines) > MAX_LINES:
        raise KernelError("bill.too_many", limit=MAX_LINES)
    for line in lines:
        if line.is_service:
            raise KernelError("bill.service", line=line.name)
        if line.due - line.relief != line.payable or min(line.payable, line.relief) < 0:
            raise KernelError("bill.wrong_sum", line=line.name)
    if not sum(line.payable for line in lines):
        raise KernelError("bill.nothing_due")
    return lines


# ------------------------------------------------------------------------ fold


def fold(events: Iterable[Event]) -> Bill:
    """The bill that these events leave."""
    bill = Bill()
    for event in events:
        bill = _FOLDS.get(event.kind, _fold_refund)(bill, event)
    return bill


def _issue(bill, event):
    lines = tuple(
        Line(
            row["key"],
            row["name"],
            Decimal(row["due"]),
            Decimal(row["relief"]),
            Decimal(row["payable"]),
        )
        for row in event.payload["lines"]
    )
    return replace(bill, state=ISSUED, lines=lines)


def _void(bill, _event):
    return replace(bill, state=VOIDED)


def _pay(bill, event):
    said = event.payload
    day = date.fromisoformat(said["day"])
    payment = Payment(said["payment"], Decimal(said["amount"]), said["standing"], day)
    state = PAID if payment.standing == FITS else bill.state
    return replace(bill, state=state, payments=(*bill.payments, payment))


def _settle(bill, _event):
    return replace(bill, state=SETTLED)


def _write_off(bill, _event):
    return replace(bill, state=WRITTEN_OFF)


def _request_refund(bill, event):
    said = event.payload
    refund = Refund(
        len(bill.refunds) + 1,
        Decimal(said["amount"]),
        said["ground"],
        REQUESTED,
        {REQUESTED: event.actor},
        {row["line"]: Decimal(row["amount"]) for row in said.get("lines", ())},
        said.get("payment") or 0,
    )
    return replace(bill, refunds=(*bill.refunds, refund))


def _fold_refund(bill, event):
    number, state = event.payload["refund"], _STEPS[event.kind][1]
    refunds = tuple(
        replace(refund, state=state, people={**refund.people, state: event.actor})
        if refund.number == number
        else refund
        for refund in bill.refunds
    )
    return replace(bill, refunds=refunds)


_FOLDS = {
    "issue": _issue,
    "void": _void,
    "pay": _pay,
    "settle": _settle,
    "write_off": _write_off,
    "request_refund": _request_refund,
}


# ----------------------------------------------------------------------- acts


def judge_payment(bill: Bill, amount: Decimal) -> str:
    """What money that arrived is for this bill; amounts never add up to one that fits."""
    if bill.state == VOIDED:
        return AFTER_VOID
    if bill.state != ISSUED:
        return PAID_TWICE
    return FITS if amount == bill.payable else OTHER_AMOUNT


def check_collectable(bill: Bill) -> None:
    """The window takes money only on a bill that waits for it.

    :raises KernelError: ``bill.paid_already``
    """
    if bill.state != ISSUED:
        raise KernelError("bill.paid_already", state=bill.state)


def get_acts(bill: Bill, actor: int, roles: frozenset[str]) -> tuple[str, ...]:
    """What this person can do now, in the order of :data:`ACTS`."""
    found = []
    for kind, act in ACTS.items():
        if bill.state not in act.states or not roles.intersection(act.roles):
            continue
        if kind in _STEPS and not any(
            _hinders(kind, refund, actor) is None for refund in bill.refunds
        ):
            continue
        if kind == "request_refund" and not (_can_refund(bill) or bill.excess):
            continue
        found.append(kind)
    return tuple(found)


def check(kind: str, bill: Bill, payload: Mapping, actor: int, roles: frozenset[str]) -> dict:
    """Whether this person may do this now; the payload as the event will hold it.

    :param payload: what was said; of ``request_refund`` also ``lines`` (rows of ``line`` and
        ``amount``) or ``payment`` (an excess)
    :raises KernelError: ``bill.…``, ``fee_act.…`` with what to do instead
    """
    act = fee_act.find(ACTS, kind, roles)
    if kind == "void" and bill.state in (PAID, SETTLED, WRITTEN_OFF):
        raise KernelError("bill.void_paid")
    fee_act.check_state(act, kind, bill.state, get_acts(bill, actor, roles))
    more = ("lines", "payment") if kind == "request_refund" else ()
    values = fee_act.clean(act, payload, more)
    if kind == "request_refund":
        return values | _check_request(bill, payload)
    if kind in _STEPS:
        _check_step(kind, bill, values["refund"], actor)
    return values


def _can_refund(bill):
    return bill.state in (SETTLED, WRITTEN_OFF) and any(
        line.payable > bill.held(line.key) for line in bill.lines
    )


def _check_request(bill, payload):
    if payload.get("payment"):
        return _check_excess(bill, payload["payment"])
    if bill.state not in (SETTLED, WRITTEN_OFF):
        raise KernelError("bill.not_settled")
    rows, wanted = payload.get("lines"), {}
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise KernelError("bill.refund_nothing")
    known = {line.key: line for line in bill.lines}
    for row in rows:
        line = known.get(row.get("line")) if type(row.get("line")) is int else None
        if line is None or line.key in wanted:
            raise KernelError("bill.refund_line", line=str(row.get("line"))[:40])
        amount = money.exact(row.get("amount"), line.name, money.AMOUNT, money.MOST)
        left = line.payable - bill.held(line.key)
        if amount > left:
            found, most = money.plain(amount), money.plain(left)
            raise KernelError("bill.refund_too_much", line=line.name, left=most, found=found)
        wanted[line.key] = money.to_cents(amount)
    wanted = {key: amount for key, amount in wanted.items() if amount}
    if not wanted:
        raise KernelError("bill.refund_nothing")
    return {
        "lines": [{"line": key, "amount": str(amount)} for key, amount in wanted.items()],
        "amount": str(sum(wanted.values(), ZERO)),
    }


def _check_excess(bill, key):
    asked = {refund.payment for refund in bill.refunds if refund.state in HOLDING}
    for payment in bill.payments:
        if payment.key == key and payment.standing != FITS and key not in asked:
            return {"payment": key, "amount": str(payment.amount)}
    raise KernelError("bill.refund_no_excess")


def _check_step(kind, bill, number, actor):
    refund = next((refund for refund in bill.refunds if refund.number == number), None)
    if refund is None:
        raise KernelError("bill.refund_unknown")
    if error := _hinders(kind, refund, actor):
        raise error


def _hinders(kind, refund, actor):
    """The error that this act would meet on this refund, or None."""
    if refund.state not in _STEPS[kind][0]:
        return KernelError("bill.refund_not_now", state=refund.state, act=kind)
    for part in _OTHERS.get(kind, ()):
        if refund.people.get(part) == actor:
            return KernelError("bill.same_person", part=part)
    return None
