"""fees.csv: the list goes through the importer that users have, into a throw-away copy.

Every row lands in fields or stands in the report with its reason; every cell of a row that landed
stands in a field, as itself or as the code of its word, or among what has no field; a rate is made
that computes, or the report says what a person has to settle.
"""

from pathlib import Path

from shell_suite import judge


def run(folder: Path):
    yield from judge(folder, ("fees.csv", "fees.xlsx"), "shell_fees.py")
