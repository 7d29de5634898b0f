"""Run in `odoo shell` on a throw-away copy: eight people take numbers of one series at once.

A third of the transactions is rolled back; the last line printed is what was given.
"""

import json
import random
import threading

from odoo import api

PEOPLE, NUMBERS = 8, 25
env = globals()["env"]
given, crashes = [], []


def take(seed, barrier):
    dice = random.Random(seed)
    try:
        with env.registry.cursor() as cr:
            mine = api.Environment(cr, api.SUPERUSER_ID, {})
            mine.user.has_group("base.group_user")  # the snapshot begins before the number
            barrier.wait()
            for _time in range(NUMBERS):
                serial = mine["gov.number"]._next("test/parallel")
                if dice.random() < 0.33:
                    cr.rollback()
                else:
                    cr.commit()
                    given.append(serial)
    except Exception as error:  # anything is what the test looks for
        crashes.append(f"{type(error).__name__}: {error}")


barrier = threading.Barrier(PEOPLE)
threads = [threading.Thread(target=take, args=(seed, barrier)) for seed in range(PEOPLE)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("NUMBERS " + json.dumps({"given": sorted(given), "crashes": crashes}))
