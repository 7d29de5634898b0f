"""The sweep of supervision at 10 k, 100 k and 1 M instants that wait (`performance.md` P4, P5).

Run in `odoo shell` by `make bench` on a throw-away copy.  An open case has some three instants
that wait; they are made by SQL on the cases of the sample.  P4: a sweep where nothing is due takes
at most 5 ms, and at 1 M at most 1.5 times that at 10 k.  P5: a card with its event, 0.1 ms.
"""

import statistics
import time

SIZES = (10_000, 100_000, 1_000_000)
DUE, ROUNDS = (1_000, 10_000), 30
env = globals()["env"]
Watch = env["gov.alert.watch"]


def grow(first, last):
    """Instants that wait, spread over the next hundred days."""
    env.cr.execute(
        """
        INSERT INTO gov_alert_watch (case_id, rule_id, rule_code, key, fire_at, department)
        SELECT c.id, r.id, r.code, 'bench:' || n,
               now() AT TIME ZONE 'UTC' + interval '1 day' + n %% 8640000 * interval '1 second',
               d.code
        FROM generate_series(%s, %s) n
        CROSS JOIN (SELECT id, department_id FROM gov_case ORDER BY id LIMIT 1) c
        JOIN gov_department d ON d.id = c.department_id
        CROSS JOIN (SELECT id, code FROM gov_alert_rule WHERE state = 'published' LIMIT 1) r
        """,
        [first, last],
    )
    env.cr.execute("ANALYZE gov_alert_watch")


def idle():
    """Milliseconds of a sweep that finds nothing due."""
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        found = Watch._sweep_slice()
        times.append((time.perf_counter() - start) * 1000)
        assert not found
    return statistics.median(times)


def busy(first, last):
    """Milliseconds a card, where these came due at once."""
    env.cr.execute(
        "UPDATE gov_alert_watch SET fire_at = now() AT TIME ZONE 'UTC' - interval '1 hour'"
        " WHERE key IN (SELECT 'bench:' || n FROM generate_series(%s, %s) n)",
        [first, last],
    )
    start, issued = time.perf_counter(), 0
    while done := Watch._sweep_slice():
        issued += done
    assert issued == last - first + 1
    return (time.perf_counter() - start) * 1000 / issued


def main():
    env.cr.execute("UPDATE gov_alert_watch SET is_fired = TRUE")  # of the sample: not measured
    Watch._sweep_slice()
    known, quiet = 0, {}
    for size in SIZES:
        grow(known + 1, size)
        known, quiet[size] = size, idle()
        print(f"P4 sweep, {size:,} instants wait, none due: {quiet[size]:.2f} ms (goal 5)")
    growth = quiet[SIZES[-1]] / quiet[SIZES[0]]
    print(f"P4 time(1M)/time(10k): {growth:.2f} (goal 1.5)")
    first = 1
    for count in DUE:
        taken = busy(first, first + count - 1)
        first += count
        print(f"P5 {count:,} due at once, a card with its event: {taken:.3f} ms (goal 0.1)")
    env.cr.rollback()


main()
