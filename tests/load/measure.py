"""Clocks of the bench, and fixed pieces of work that tell how fast this machine is just now."""

import threading
import time
from statistics import median
from typing import NamedTuple

ROUNDS = 5


class Spent(NamedTuple):
    """What one operation took: wall and CPU seconds, SQL statements on all cursors."""

    name: str
    wall: float
    cpu: float
    queries: int


def milliseconds(function, times, rounds=ROUNDS):
    """Median over some rounds of the milliseconds that one call takes."""
    spent = []
    for _round in range(rounds):
        start = time.perf_counter()
        for _time in range(times):
            function()
        spent.append((time.perf_counter() - start) * 1000 / times)
    return median(spent)


def python_loop():
    """100,000 steps."""
    total = 0
    for number in range(100_000):
        total += number
    return total


def spent_by(name, operation):
    """Run an operation; Odoo counts each thread's statements where it finds this attribute."""
    thread = threading.current_thread()
    thread.query_count, thread.query_time = 0, 0.0
    cpu, wall = time.thread_time(), time.perf_counter()
    operation()
    wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
    return Spent(name, wall, cpu, thread.query_count)
