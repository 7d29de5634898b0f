"""Money under eight cashiers at once (`security.md` D1, D4, D5): one payment, one receipt, no gaps,
whether it comes over the counter or online."""

import hashlib
from functools import partial

import pytest
import requests
from client import PATIENCE
from crowd import PEOPLE, Crowd, sign_in

#: Rounds in which all press on one bill; then bills that all confirm at once.
ROUNDS, CONFIRMED = 15, 10
#: Bills that are paid online, then attempts to pay the last of them that all succeed.
ONLINE, ATTEMPTS = 10, 56


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


@pytest.fixture(scope="module")
def payers(hall, money):
    """Eight sessions of the one who pays."""
    return sign_in(hall, [money["payer"]] * PEOPLE)


def begin(person, money, number) -> dict:
    """An attempt to pay a bill online, as the browser begins it."""
    told = person.rpc(f"/my/gov/bills/{number}/pay", **money["online"])
    return told["result"]


def notify(hall, attempt, outcome="0"):
    """The provider's signed notice; its answer."""
    said = {"src": "0", "prc": outcome, "successcode": outcome, "Ref": attempt["reference"]}
    said |= {"PayRef": f"P-{attempt['reference']}", "Cur": "156", "Amt": f"{attempt['amount']:.2f}"}
    said |= {"payerAuth": "U"}
    signed = "|".join([*said.values(), "crowd"])
    said["secureHash"] = hashlib.sha256(signed.encode()).hexdigest()
    return requests.post(hall.url + "/payment/asiapay/webhook", said, timeout=PATIENCE).status_code


def wait(person):
    """The browser that came back asks how it stands."""
    return person.rpc("/payment/status/poll")["result"]["state"]


def online_bills(money):
    first = ROUNDS + 1 + PEOPLE * CONFIRMED
    return list(zip(money["bills"], money["numbers"], strict=True))[first : first + ONLINE]


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


def test_the_notice_and_the_browser_that_came_back_race(hall, money, payers, crowd, figure):
    """Four equal notices and four browsers at the same moment: one payment."""
    for bill, number in online_bills(money)[:-1]:
        attempt = begin(payers[0], money, number)
        told = crowd.together(
            [partial(notify, hall, attempt), partial(wait, payers[0])] * (PEOPLE // 2)
        )
        assert told[::2] == [200] * (PEOPLE // 2), told
        assert wait(payers[0]) == "done"
        rows = hall.sql(f"SELECT standing FROM gov_fee_payment WHERE bill_id = {bill}")
        assert rows == [["fits"]]
    figure(f"{ONLINE - 1} bills, {PEOPLE} notices and browsers at once: one payment each")


def test_fifty_successes_of_one_bill_are_one_receipt(hall, money, payers, officers, crowd, figure):
    """Money that came is kept, all of it; the bill is paid once and has one receipt."""
    bill, number = online_bills(money)[-1]
    attempts = [begin(payers[n % PEOPLE], money, number) for n in range(ATTEMPTS)]
    for first in range(0, ATTEMPTS, PEOPLE):
        some = attempts[first : first + PEOPLE]
        assert crowd.together([partial(notify, hall, attempt) for attempt in some]) == [200] * 8
    crons = [partial(hall.script, "crowd_cron.py", "LEFT ")] * 2
    crowd.together(crons)  # two hosts of one centre
    assert hall.script("crowd_cron.py", "LEFT ") == 0
    rows = hall.sql(f"SELECT standing FROM gov_fee_payment WHERE bill_id = {bill} ORDER BY id")
    assert rows == [["fits"]] + [["paid_twice"]] * (ATTEMPTS - 1)
    settle = partial(officers[0].attempt, "gov.fee.bill", "action_act", [bill], "settle", {})
    assert settle().outcome == "accepted"
    assert settle().outcome == "refused"
    assert count(hall, f"SELECT count(*) FROM gov_fee_receipt WHERE bill_id = {bill}") == 1
    [[paid, excess]] = hall.sql(
        f"SELECT paid::text, excess::text FROM gov_fee_bill WHERE id = {bill}"
    )
    payable = float(money["payable"])
    assert float(paid) == payable
    assert round(float(excess) - payable * (ATTEMPTS - 1), 2) == 0
    figure(f"{ATTEMPTS} successes of one bill online: one receipt, the rest to be paid back")
