"""100,000 payments against a bank file of as many lines (`performance.md` P16: 10 s, memory flat).

Run in `odoo shell` by `make bench` on a throw-away copy: bills and payments are made by SQL, the
file is taken in and compared as a finance officer does it.
"""

import resource
import time

from odoo.tests import new_test_user

LINES, WRONG = 100_000, 100
env = globals()["env"]


def make_books(centre, user):
    """Bills that were paid today, as the door leaves them; their events are not needed here."""
    env.cr.execute(
        """
        WITH bills AS (
            INSERT INTO gov_fee_bill (number, centre_id, payer, state, payable, due_on, create_date)
            SELECT lpad(n::text, 20, '0'), %(centre)s, 'P', 'paid', 80, current_date, now()
            FROM generate_series(1, %(lines)s) n RETURNING id, number
        )
        INSERT INTO gov_fee_payment
            (bill_id, method_id, amount, standing, key, day, received_at, cashier_id)
        SELECT id, %(method)s, 80, 'fits', 'bench/' || number, current_date, now(), %(user)s
        FROM bills
        """,
        {
            "centre": centre.id,
            "lines": LINES,
            "method": env.ref("gov_fees.gov_fee_method_card").id,
            "user": user.id,
        },
    )
    env.cr.execute("ANALYZE gov_fee_bill; ANALYZE gov_fee_payment; SELECT current_date")
    return env.cr.fetchone()[0]


def make_file(day):
    """As many lines; some with another amount, as many of unknown codes."""
    lines = ["code,amount,day,reference"]
    for number in range(1, LINES + 1):
        code = f"{number:020}" if number > WRONG else f"X{number}"
        amount = "80.00" if number > 2 * WRONG else "79.00"
        lines.append(f"{code},{amount},{day},B{number}")
    return "\n".join(lines).encode()


def peak():
    """Megabytes of this process at its highest so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main():
    centre = env["gov.centre"].search([], limit=1)
    officer = new_test_user(
        env, "bench-finance", groups="base.group_user,gov_approval.group_gov_finance_officer"
    )
    content = make_file(make_books(centre, officer))
    layout = env["gov.fee.statement.format"].create(
        {
            "name": "Bench",
            "code_column": "code",
            "amount_column": "amount",
            "day_column": "day",
            "reference_column": "reference",
        }
    )
    Statement = env["gov.fee.statement"].with_user(officer)
    start = time.perf_counter()
    statement = Statement._take_in(layout, centre, "bench.csv", content)
    env.flush_all()
    taken_in = time.perf_counter() - start
    env.invalidate_all()
    before = peak()
    start = time.perf_counter()
    statement.action_compare()
    env.flush_all()
    compared = time.perf_counter() - start
    grown = peak() - before
    kinds = dict(
        env["gov.fee.difference"]._read_group(
            [("statement_id", "=", statement.id)], ["kind"], ["__count"]
        )
    )
    assert statement.matched_count == LINES - 2 * WRONG, statement.matched_count
    assert kinds == {"amount_differs": WRONG, "not_in_books": WRONG, "not_listed": WRONG}, kinds
    print(f"bank file of {LINES} lines taken in                {taken_in:10.1f} s")
    print(f"compared with {LINES} payments                     {compared:10.1f} s (goal 10)")
    print(f"memory that comparing needed beyond the file's    {grown:10d} MB")
    env.cr.rollback()


main()
