"""Money under eight cashiers at once (`security.md` D1, D4): one payment, one receipt, no gaps."""

from functools import partial

import pytest
from crowd import PEOPLE, Crowd, sign_in

#: Rounds in which all press on one bill; then bills that all confirm at once.
ROUNDS, CONFIRMED = 15, 10


@pytest.fixture(scope="module")
def money(hall):
    found = hall.script("crowd_money.py", "MONEY ")
    hall.logins.extend(found["passwords"])
    return found


@pytest.fixture(scope="module")
def cashiers(hall, money):
    return sign_in(hall, money["cashiers"])


@pytest.fixture(scope="module")
def officers(hall, money):
    return sign_in(hall, money["officers"])


@pytest.fixture(scope="module")
def crowd():
    with Crowd() as present:
        yield present


def collect(person, money, bill, reference, key):
    arguments = [bill, money["method"], reference, key]
    return person.attempt("gov.fee.payment", "action_collect", *arguments)


def outcomes(told):
    return sorted(answer.outcome for answer in told)


def count(hall, query):
    return int(hall.sql(query)[0][0])


def test_one_bill_is_paid_once_whoever_presses(hall, money, cashiers, crowd, figure):
    crashed = []
    for number in range(ROUNDS):
        bill = money["bills"][number]
        told = crowd.together(
            [
                partial(collect, person, money, bill, f"S{number}-{n}", f"{number}-{n}-" + "k" * 16)
                for n, person in enumerate(cashiers)
            ]
        )
        crashed += [answer for answer in told if answer.outcome == "crash"]
        assert outcomes(told) == ["accepted"] + ["refused"] * (PEOPLE - 1), told
    assert not crashed
    paid = ",".join(str(bill) for bill in money["bills"][:ROUNDS])
    assert count(hall, f"SELECT count(*) FROM gov_fee_payment WHERE bill_id IN ({paid})") == ROUNDS
    wrong = (
        f"SELECT count(*) FROM gov_fee_bill b WHERE id IN ({paid}) AND (state <> 'paid' OR payable"
        " <> (SELECT sum(amount) FROM gov_fee_entry e WHERE e.bill_id = b.id AND kind = 'paid'))"
    )
    assert count(hall, wrong) == 0
    figure(f"{PEOPLE} cashiers on one bill: {ROUNDS} bills, {ROUNDS} payments")


def test_the_same_act_fifty_times_is_one_payment(hall, money, cashiers, crowd):
    """With one key, as an impatient browser sends it; every answer is the same."""
    bill, told = money["bills"][ROUNDS], []
    for _time in range(7):
        told += crowd.together(
            [partial(collect, cashiers[0], money, bill, "S-same", "same" * 6)] * PEOPLE
        )
    assert outcomes(told) == ["accepted"] * len(told), set(told)
    assert len(told) >= 50
    assert count(hall, f"SELECT count(*) FROM gov_fee_payment WHERE bill_id = {bill}") == 1


def test_receipts_have_no_gaps_and_no_doubles(hall, money, cashiers, officers, crowd, figure):
    """Eight officers confirm eight bills at once, and each other's again."""
    first = ROUNDS + 1
    bills = money["bills"][first : first + PEOPLE * CONFIRMED]
    for number, bill in enumerate(bills):
        person = cashiers[number % PEOPLE]
        told = collect(person, money, bill, f"R{number}", f"receipt-{number}-" + "k" * 16)
        assert told.outcome == "accepted", told
    for number in range(CONFIRMED):
        mine = bills[number * PEOPLE : (number + 1) * PEOPLE]
        told = crowd.together(
            [
                partial(person.attempt, "gov.fee.bill", "action_act", [bill], "settle", {})
                for person, bill in zip(officers, mine, strict=True)
            ]
        )
        assert outcomes(told) == ["accepted"] * PEOPLE, told
        again = crowd.together(
            [
                partial(person.attempt, "gov.fee.bill", "action_act", [mine[0]], "settle", {})
                for person in officers
            ]
        )
        assert outcomes(again) == ["refused"] * PEOPLE, again
    numbers = [int(row[0]) for row in hall.sql("SELECT number FROM gov_fee_receipt ORDER BY id")]
    assert sorted(numbers) == list(range(1, len(bills) + 1))
    differing = (
        "SELECT count(*) FROM gov_fee_receipt r JOIN gov_fee_bill b ON b.id = r.bill_id"
        " WHERE r.amount <> b.payable"
    )
    assert count(hall, differing) == 0
    figure(f"{len(bills)} receipts by {PEOPLE} officers at once: no gap, no double")
