"""What a rule looks at when it judges an act: the case, the day, and who acts (办理情境)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from . import clock
from .acts import POWERS
from .case_facts import CaseFile, node_of
from .dues import due_dates
from .errors import KernelError


@dataclass(frozen=True)
class Mandate:
    """A mandate in force (授权书): the legal ground of a signature, with its special seal."""

    id: int
    number: str
    powers: frozenset[str] = frozenset(POWERS)
    seal: str = ""


@dataclass(frozen=True)
class Actor:
    """Who acts: a user with the roles held *on this case* (0 and ``system``: the clock).

    ``stands_in``: the roles held in somebody's stead, and whose.  ``kept_back``: the roles that the
    posts give to others now, each with the refusal to be shown (``kernel.post``).
    """

    user_id: int
    roles: frozenset[str]
    mandate: Mandate | None = None
    stands_in: Mapping[str, int] = field(default_factory=dict)
    kept_back: Mapping[str, KernelError] = field(default_factory=dict)
    name: str = ""  # of the account: on a case with an agent it tells principal and agent apart

    def may_sign(self, power: str) -> bool:
        """Whether a mandate in force covers this power."""
        return self.mandate is not None and power in self.mandate.powers


@dataclass(frozen=True)
class Situation:
    """A case as it stands today before somebody who wants to act."""

    definition: Mapping
    case: CaseFile
    actor: Actor
    calendar: clock.Calendar
    today: date
    target: Mapping | None = None  # the definition to which the case is to migrate

    @cached_property
    def dues(self) -> dict[str, clock.Due]:
        return due_dates(self.definition, self.case, self.calendar, self.today)

    def due_on(self, key: str) -> date | None:
        """The last day of a running period, if it runs."""
        due = self.dues.get(key)
        return due.on if due else None

    def is_over(self, key: str) -> bool:
        """Whether a running period has passed without what it waits for."""
        due_on = self.due_on(key)
        return due_on is not None and self.today > due_on

    def node(self, code: str) -> Mapping:
        return node_of(self.definition, code)
