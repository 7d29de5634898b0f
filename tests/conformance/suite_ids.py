"""ids.csv: valid numbers accepted, invalid ones refused with a reason, lenient ones either."""

from pathlib import Path

from kernel import identity
from kernel.errors import KernelError
from outcome import Outcome, Row, read_table

COLUMNS = {"kind", "value", "expected"}
OPTIONAL = {"why", "source"}
KINDS = (identity.USCC, identity.CITIZEN_ID, identity.PERMANENT_RESIDENT)
EXPECTED = ("valid", "invalid", "lenient")


def run(folder: Path):
    for row in read_table(folder / "ids.csv", COLUMNS, OPTIONAL):
        yield row if isinstance(row, Outcome) else judge(row)


def judge(row: Row) -> Outcome:
    kind, expected = row.cells["kind"].strip(), row.cells["expected"].strip()
    # The report is kept and shown: it names the masked number only.
    line = f"{row.line} ({kind} {identity.mask_id(row.cells['value'])})"
    if kind not in KINDS:
        return Outcome(line, False, "the kind is not known")
    if expected not in EXPECTED:
        return Outcome(line, False, f"expected is {expected!r}, not one of {', '.join(EXPECTED)}")
    try:
        found = identity.check(kind, row.cells["value"])
    except KernelError as error:
        return Outcome(line, expected != "valid",
                       "refused: " + identity.CODES[error.code] % error.params)
    remarks = "".join("; " + identity.CODES[code] for code in found.warnings)
    if expected == "invalid":
        return Outcome(line, False, f"accepted, expected to be refused{remarks}")
    return Outcome(line, True, f"accepted{remarks}")
