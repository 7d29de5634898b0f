"""The daily seal (每日封存): a digest over all events of a day, chained to that of the day before.

Every event carries the digest of its chain (办件, 缴费, 预警纠错单).  A chain shows by itself that
a link was changed, removed, inserted or moved; that a tail was cut, a whole case was written anew
or a table was emptied shows against the seals.  The seals show it against one digest that a
supervisor has written down: 64 characters on paper suffice, and nobody has to be trusted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from ...gov_approval.kernel import chain
from ...gov_approval.kernel.errors import KernelError, _lt

CODES = {
    "seal.chain": _lt("%(chain)s is not as it was recorded: %(reason)s"),
    "seal.day": _lt(
        "%(day)s: %(found)s events do not make the seal of that day, which was over %(expected)s:"
        " events were removed, added, moved or written anew."
    ),
    "seal.unsealed": _lt("%(day)s has %(found)s events and no seal, though a later day has one."),
    "seal.order": _lt("The seal of %(day)s does not follow the one before: a seal was changed."),
    "seal.kept": _lt(
        "The digest that was written down is that of no seal: the seals were written anew or cut."
    ),
}
#: Legal time is eight hours ahead of the time of the records.
_LEGAL_OFFSET = timedelta(hours=8)
#: One event as a row ``chain, sequence, previous, digest, algorithm, body``, by table; the body is
#: what the digest covers.  The same texts serve Odoo, the tests and the command ``verify.py``.
EVENTS = {
    "gov_case_event": """
        SELECT 'case/' || c.number, e.sequence, coalesce(e.previous, ''), e.digest, e.algorithm,
               jsonb_build_object('case', c.number, 'sequence', e.sequence, 'kind', e.kind,
                   'at', to_char(e.at, 'YYYY-MM-DD HH24:MI:SS'), 'actor', e.actor_id,
                   'role', coalesce(e.role, ''),
                   'payload', coalesce(nullif(e.payload, 'null'), '{}'))
        FROM gov_case_event e JOIN gov_case c ON c.id = e.case_id""",
    "gov_alert_event": """
        SELECT 'card/' || c.number, e.sequence, coalesce(e.previous, ''), e.digest, e.algorithm,
               jsonb_build_object('card', c.number, 'sequence', e.sequence, 'kind', e.kind,
                   'at', to_char(e.at, 'YYYY-MM-DD HH24:MI:SS'), 'actor', e.actor_id,
                   'payload', coalesce(nullif(e.payload, 'null'), '{}'))
        FROM gov_alert_event e JOIN gov_alert_card c ON c.id = e.card_id""",
    "gov_fee_event": """
        SELECT 'fee/' || s.subject, e.sequence, coalesce(e.previous, ''), e.digest, e.algorithm,
               jsonb_build_object('subject', s.subject, 'sequence', e.sequence, 'kind', e.kind,
                   'at', to_char(e.at, 'YYYY-MM-DD HH24:MI:SS'), 'actor', e.actor_id,
                   'role', coalesce(e.role, ''),
                   'payload', coalesce(nullif(e.payload, 'null'), '{}'))
        FROM gov_fee_event e
        JOIN (SELECT id, NULL::integer AS bill, 'gov.fee.assessment,' || number AS subject
              FROM gov_fee_assessment
              UNION ALL SELECT NULL, id, 'gov.fee.bill,' || number FROM gov_fee_bill) s
          ON s.id = e.assessment_id OR s.bill = e.bill_id""",
}
SEALS = """
    SELECT sequence, to_char(day, 'YYYY-MM-DD'), count, events, previous, digest, algorithm
    FROM gov_day_seal ORDER BY sequence"""


@dataclass(frozen=True)
class Entry:
    """One event with its chain."""

    chain: str
    link: chain.Link

    @property
    def day(self) -> date:
        at = datetime.fromisoformat(self.link.body["at"])
        return (at + _LEGAL_OFFSET).date()


@dataclass(frozen=True)
class Seal:
    """What the seal of a day says; ``events``: digest over the digests of its events."""

    sequence: int
    day: date
    count: int
    events: str
    previous: str
    digest: str
    algorithm: str


def read_event(row) -> Entry:
    """A row of ``EVENTS``."""
    name, sequence, previous, digest, algorithm, body = row
    return Entry(name, chain.Link(sequence, previous, digest, algorithm, body))


def read_seal(row) -> Seal:
    """A row of ``SEALS``."""
    sequence, day, *rest = row
    return Seal(sequence, date.fromisoformat(day), *rest)


def make(entries: Iterable[Entry], day: date, before: Seal | None, algorithm: str) -> Seal:
    """The seal of a day over its events, in whatever order they come."""
    lines = sorted((e.chain, e.link.sequence, e.link.digest) for e in entries)
    text = "".join(f"{name}\t{sequence}\t{digest}\n" for name, sequence, digest in lines)
    events = chain.hash_bytes(algorithm, text.encode())
    sequence, previous = (before.sequence + 1, before.digest) if before else (1, "")
    digest = chain.digest(algorithm, previous, _body(sequence, day, len(lines), events))
    return Seal(sequence, day, len(lines), events, previous, digest, algorithm)


def _body(sequence, day, count, events) -> Mapping:
    return {"sequence": sequence, "day": day.isoformat(), "count": count, "events": events}


def verify(entries: Iterable[Entry], seals: Iterable[Seal], kept: str = "") -> list[KernelError]:
    """What does not hold; nothing if all does.

    :param kept: digest of a seal as somebody wrote it down
    """
    chains, days = defaultdict(list), defaultdict(list)
    for entry in entries:
        chains[entry.chain].append(entry)
        days[entry.day].append(entry)
    seals = list(seals)
    found = [*_check_chains(chains), *_check_seals(seals, days)]
    if kept and kept not in {seal.digest for seal in seals}:
        found.append(KernelError("seal.kept"))
    return found


def _check_chains(chains):
    for name, entries in sorted(chains.items()):
        links = sorted((entry.link for entry in entries), key=attrgetter("sequence"))
        broken = chain.verify(links)
        if broken:
            reason = KernelError(broken.code, **broken.params)
            yield KernelError("seal.chain", chain=name, reason=reason)


def _check_seals(seals, days):
    before = None
    for seal in seals:
        again = make(days.pop(seal.day, ()), seal.day, before, seal.algorithm)
        if (seal.sequence, seal.previous) != (again.sequence, again.previous):
            yield KernelError("seal.order", day=seal.day)
        elif (seal.count, seal.events) != (again.count, again.events):
            yield KernelError("seal.day", day=seal.day, found=again.count, expected=seal.count)
        elif seal.digest != again.digest:
            yield KernelError("seal.order", day=seal.day)
        before = seal
    last = before.day if before else date.min
    for day in sorted(day for day in days if day <= last):
        yield KernelError("seal.unsealed", day=day, found=len(days[day]))
