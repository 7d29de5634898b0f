"""A bill and its money: paid once, never added up, refunded by several people, never too much."""

from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.gov_approval.kernel.case_facts import Event
from addons.gov_approval.kernel.errors import KernelError
from addons.gov_fees.kernel import bill, money, payment_code
from addons.gov_fees.kernel.shapes import PerUnit
from addons.gov_fees.kernel.tariff import Entry, Rate, total
from addons.gov_fees.kernel.tariff import Line as RateLine

AT = datetime(2026, 11, 24, 9)
CASHIER, UNIT, FINANCE = 1, 2, 3
WHO = {
    CASHIER: frozenset({"cashier"}),
    UNIT: frozenset({"representative"}),
    FINANCE: frozenset({"finance_officer"}),
}


def row(key, payable, relief="0.00"):
    due = Decimal(payable) + Decimal(relief)
    return {"key": key, "name": f"L{key}", "due": str(due), "relief": relief, "payable": payable}


class Book:
    """A bill that acts as the door does: check, then one event."""

    def __init__(self, *rows):
        self.events = [Event("issue", AT, CASHIER, payload={"lines": rows or (row(1, "80.00"),)})]

    @property
    def bill(self):
        return bill.fold(self.events)

    def act(self, kind, actor=FINANCE, **payload):
        values = bill.check(kind, self.bill, payload, actor, WHO[actor])
        self.events.append(Event(kind, AT, actor, payload=values))
        return self

    def pay(self, amount="80.00", key=1):
        standing = bill.judge_payment(self.bill, Decimal(amount))
        said = {"payment": key, "amount": amount, "standing": standing, "day": "2026-11-24"}
        self.events.append(Event("pay", AT, CASHIER, payload=said))
        return standing

    def settle(self):
        self.pay(str(self.bill.payable))
        return self.act("settle")

    def refused(self, code, kind, actor=FINANCE, **payload):
        before = len(self.events)
        with pytest.raises(KernelError) as caught:
            self.act(kind, actor, **payload)
        assert caught.value.code == code
        assert len(self.events) == before

    def ask(self, *lines, **more):
        rows = [{"line": key, "amount": amount} for key, amount in lines]
        more = more or {"lines": rows}
        return self.act("request_refund", CASHIER, ground="error", reason="typed wrong", **more)


def test_the_way_of_a_bill():
    book = Book()
    assert book.bill.state == bill.ISSUED
    assert book.pay() == bill.FITS
    assert book.bill.state == bill.PAID
    assert book.act("settle").bill.state == bill.SETTLED
    assert book.act("write_off").bill.state == bill.WRITTEN_OFF
    assert (book.bill.paid, book.bill.excess) == (Decimal("80.00"), 0)


def test_money_that_comes_again_is_excess_and_never_adds_up():
    book = Book()
    assert book.pay("40.00", 1) == bill.OTHER_AMOUNT
    assert book.pay("40.00", 2) == bill.OTHER_AMOUNT  # two halves are no payment
    assert book.bill.state == bill.ISSUED
    assert book.pay("80.00", 3) == bill.FITS
    assert book.pay("80.00", 4) == bill.PAID_TWICE
    assert (book.bill.paid, book.bill.excess) == (Decimal("80.00"), Decimal("160.00"))


def test_money_after_a_void_is_kept_and_goes_back():
    book = Book().act("void", CASHIER, reason="wrong fee")
    assert book.pay() == bill.AFTER_VOID
    assert book.bill.state == bill.VOIDED
    book.ask(payment=1)
    book.act("check_refund", UNIT, refund=1, opinion="yes")
    book.act("approve_refund", FINANCE, refund=1, opinion="yes")
    assert book.bill.excess == Decimal("80.00")  # until it went back
    book.act("pay_refund", FINANCE, refund=1, bank_reference="R1")
    assert (book.bill.excess, book.bill.refunded) == (0, 0)
    book.refused("bill.refund_no_excess", "request_refund", ground="error", reason="x", payment=1)


def test_void_before_payment_only():
    book = Book()
    book.pay()
    book.refused("bill.void_paid", "void", reason="late")
    book.refused("fee_act.not_yours", "void", UNIT, reason="late")


def test_a_refund_needs_three_steps_and_other_people():
    book = Book(row(1, "80.00"), row(2, "20.00"))
    book.pay("100.00")
    book.refused("bill.not_settled", "request_refund", ground="error", reason="x", lines=[])
    book.act("settle")
    book.ask((2, "20.00"))
    book.refused("bill.refund_not_now", "approve_refund", refund=1, opinion="yes")
    book.act("check_refund", UNIT, refund=1, opinion="yes")
    book.refused("bill.refund_not_now", "pay_refund", refund=1, bank_reference="R")
    book.act("approve_refund", refund=1, opinion="yes")
    book.act("pay_refund", refund=1, bank_reference="R")
    assert (book.bill.refunded, book.bill.state) == (Decimal("20.00"), bill.SETTLED)
    book.refused("bill.refund_unknown", "pay_refund", refund=2, bank_reference="R")


def test_nobody_approves_what_he_asked_for_or_checked():
    book = Book().settle()
    book.act(
        "request_refund", FINANCE, ground="error", reason="x", lines=[{"line": 1, "amount": "1"}]
    )
    book.act("check_refund", UNIT, refund=1, opinion="yes")
    book.refused("bill.same_person", "approve_refund", refund=1, opinion="yes")
    both = frozenset({"representative", "finance_officer"})
    with pytest.raises(KernelError) as caught:
        bill.check("approve_refund", book.bill, {"refund": 1, "opinion": "y"}, UNIT, both)
    assert caught.value.code == "bill.same_person"
    assert "approve_refund" not in bill.get_acts(book.bill, UNIT, both)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("bill.refund_nothing", None),
        ("bill.refund_nothing", []),
        ("bill.refund_nothing", ["x"]),
        ("bill.refund_nothing", [{"line": 1, "amount": "0"}]),
        ("bill.refund_line", [{"line": 9, "amount": "1"}]),
        ("bill.refund_line", [{"line": True, "amount": "1"}]),
        ("bill.refund_line", [{"line": 1, "amount": "1"}, {"line": 1, "amount": "1"}]),
        ("bill.refund_too_much", [{"line": 1, "amount": "80.01"}]),
        ("money.negative", [{"line": 1, "amount": "-1"}]),
        ("money.inexact", [{"line": 1, "amount": 1.5}]),
        ("money.not_a_number", [{"line": 1, "amount": "NaN"}]),
        ("money.too_fine", [{"line": 1, "amount": "0.001"}]),
        ("money.missing", [{"line": 1}]),
    ],
)
def test_what_cannot_be_refunded(code, lines):
    book = Book().settle()
    book.refused(code, "request_refund", ground="error", reason="x", lines=lines)


def test_a_line_is_not_refunded_twice_even_while_undecided():
    book = Book().settle().ask((1, "50.00"))
    book.refused(
        "bill.refund_too_much",
        "request_refund",
        ground="error",
        reason="x",
        lines=[{"line": 1, "amount": "30.01"}],
    )
    book.act("refuse_refund", UNIT, refund=1, reason="no ground").ask((1, "80.00"))
    assert book.bill.held(1) == Decimal("80.00")


def test_inputs_are_named_and_complete():
    book = Book()
    book.refused("fee_act.unknown", "reopen")
    book.refused("fee_act.unknown_input", "void", reason="x", amount="1")
    book.refused("fee_act.missing_input", "void", CASHIER)
    book.refused("fee_act.not_now", "write_off")


def lines(*amounts, **more):
    amounts = [Decimal(amount) for amount in amounts]
    return [bill.Line(n, f"L{n}", a, Decimal(0), a, **more) for n, a in enumerate(amounts)]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("bill.empty", []),
        ("bill.nothing_due", lines("0.00")),
        ("bill.service", lines("5.00", is_service=True)),
        ("bill.too_many", lines(*["1.00"] * 501)),
        ("bill.wrong_sum", [bill.Line(1, "L", Decimal(5), Decimal(1), Decimal(5))]),
        ("bill.wrong_sum", [bill.Line(1, "L", Decimal(5), Decimal(6), Decimal(-1))]),
    ],
)
def test_what_is_no_bill(code, found):
    with pytest.raises(KernelError) as caught:
        bill.check_lines(found)
    assert caught.value.code == code


def test_ten_thousand_random_bills_agree_to_the_cent():
    """`security.md` D2 on the kernels: rates -> lines -> bill -> payment -> refunds."""
    random, differences = Random(20261124), 0
    for _number in range(10_000):
        rows, whole = [], Decimal(0)
        for key in range(1, random.randint(1, 5) + 1):
            price = Decimal(random.randint(1, 99_999)).scaleb(-random.randint(0, 4))
            quantity = Decimal(random.randint(1, 9_999)).scaleb(-random.randint(0, 3))
            rate = Rate((RateLine("x", PerUnit(price, ("m",))),))
            due = total(rate.assess({"x": Entry({"m": quantity})}))
            relief = money.to_cents(due * random.randint(0, 99) / 100)
            rows.append(
                {"key": key, "name": "x", "due": str(due), "relief": str(relief)}
                | {"payable": str(due - relief)}
            )
            whole += due - relief
        if not whole:
            continue
        book = Book(*rows)
        assert book.pay(str(whole)) == bill.FITS
        book.act("settle")
        refunded = Decimal(0)
        for line in book.bill.lines:
            part = money.to_cents(line.payable * random.randint(0, 100) / 100)
            if part and random.random() < 0.1:
                book.ask((line.key, str(part)))
                number = len(book.bill.refunds)
                book.act("check_refund", UNIT, refund=number, opinion="y")
                book.act("approve_refund", refund=number, opinion="y")
                book.act("pay_refund", refund=number, bank_reference="R")
                refunded += part
        found = book.bill
        differences += (found.payable, found.paid, found.refunded) != (whole, whole, refunded)
    assert not differences


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["pay", *bill.ACTS]),
        st.sampled_from([CASHIER, UNIT, FINANCE]),
        st.sampled_from(["80.00", "40.00", "0.01", "79.99"]),
        st.integers(1, 3),
    ),
    max_size=25,
)


@settings(max_examples=200)
@given(MOVES)
def test_in_any_order_nothing_is_paid_or_refunded_twice(moves):
    book = Book()
    for kind, actor, amount, number in moves:
        said = {
            "void": {"reason": "x"},
            "request_refund": {
                "ground": "error",
                "reason": "x",
                "lines": [{"line": 1, "amount": amount}],
            },
            "check_refund": {"refund": number, "opinion": "x"},
            "approve_refund": {"refund": number, "opinion": "x"},
            "refuse_refund": {"refund": number, "reason": "x"},
            "pay_refund": {"refund": number, "bank_reference": "x"},
        }.get(kind, {})
        if kind == "pay":
            book.pay(amount, len(book.events))
            continue
        try:
            book.act(kind, actor, **said)
        except KernelError as error:
            assert error.code.startswith(("bill.", "fee_act.", "money."))
    found = book.bill
    arrived = sum(payment.amount for payment in found.payments)
    assert sum(p.standing == bill.FITS for p in found.payments) <= 1
    assert found.paid + found.excess <= arrived
    assert found.refunded <= found.paid
    assert (found.paid == found.payable) == (found.state not in (bill.ISSUED, bill.VOIDED))


@given(st.integers(1, payment_code.MAX_SERIAL))
def test_payment_codes_find_every_wrong_digit(serial):
    code = payment_code.make("371002", 2026, "001", serial)
    assert len(code) == 20
    assert payment_code.is_valid(code)
    for place, digit in enumerate(code):
        wrong = str((int(digit) + 1) % 10)
        assert not payment_code.is_valid(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "1", "x" * 20, "１" * 20, "0" * 21])
def test_what_is_no_payment_code(text):
    assert not payment_code.is_valid(text)


def test_a_wrong_range_or_a_used_up_one_is_said():
    for code, args in (
        ("payment_code.prefix", ("37100", 2026, "001", 1)),
        ("payment_code.prefix", ("371002", 2026, "", 1)),
        ("payment_code.used_up", ("371002", 2026, "001", 10**8)),
    ):
        with pytest.raises(KernelError) as caught:
            payment_code.make(*args)
        assert caught.value.code == code


def test_the_day_of_a_payment_is_kept():
    book = Book()
    book.pay()
    assert book.bill.payments[0].day == date(2026, 11, 24)
