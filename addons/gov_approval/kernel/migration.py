"""A running case under a new version of its item (办件迁移): what carries over, what it costs whom.

``compare`` looks at one case under both definitions and writes nothing.  What the new version
cannot take at all blocks; what would worsen the applicant's position needs the applicant's consent
(信赖保护, Art. 8): neither is ever guessed, and ``check`` refuses with the reasons.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from . import clock, form
from .case_facts import ACCEPTED, RECEIVED, SUPPLEMENTING, CaseFile, node_of, reviewing_departments
from .dues import decision_dues, due_dates
from .errors import KernelError, _lt
from .replay import fee_total

#: States in which a case can still be moved; a decided one was decided under its own version.
STATES = (RECEIVED, SUPPLEMENTING, ACCEPTED)
#: What worsens the applicant's position, in the order in which it is said.
WORSENINGS = (
    "due_later", "time_shorter", "more_answers", "more_materials", "higher_fees", "added_step",
)  # fmt: skip
#: What must be said of a consent (同意).
CONSENT = ("consented_by", "consented_on", "consented_how")
_WORK = frozenset({"task", "procedure", "joint_review"})


@dataclass(frozen=True)
class Papers:
    """What becomes of answers and materials under a new version: codes of fields and materials."""

    carried: tuple[str, ...]
    dropped: tuple[str, ...]
    asked: tuple[str, ...]  # answers missing or wrong under the new version only
    materials_carried: tuple[str, ...]
    materials_more: tuple[str, ...]
    materials_less: tuple[str, ...]


@dataclass(frozen=True)
class Preview(Papers):
    """What a migration would do to one case; codes as in :class:`Papers`, and of steps.

    ``dues``: due day by key, before and after.  ``blocked``: refusals, to be shown as they are.
    """

    dues: Mapping[str, tuple[date | None, date | None]]
    steps_added: tuple[str, ...]
    worsened: tuple[str, ...]
    blocked: tuple[KernelError, ...]

    @property
    def is_free(self) -> bool:
        """Possible without asking anybody."""
        return not self.worsened and not self.blocked


def carry(old: Mapping, new: Mapping, answers: Mapping, today: date) -> Papers:
    """Answers given under ``old``, be they finished or not, as ``new`` takes them."""
    was = form.validate(old["form"], answers, today=today)
    known = {row["code"] for row in new["form"]["fields"]}
    kept = {code: value for code, value in answers.items() if code in known}
    now = form.validate(new["form"], kept, today=today)
    wrong = {_field(e) for e in now.errors} - {_field(e) for e in was.errors}
    dropped = tuple(c for c in answers if c not in known or c in wrong)
    carried = tuple(c for c in answers if c not in dropped)
    needed, needed_now = (
        form.needed_materials(d["materials"], d["form"], values, today=today)
        for d, values in ((old, answers), (new, {c: answers[c] for c in carried}))
    )
    return Papers(
        carried,
        dropped,
        tuple(row["code"] for row in new["form"]["fields"] if row["code"] in wrong),
        tuple(c for c in needed if c in needed_now),
        tuple(c for c in needed_now if c not in needed),
        tuple(c for c in needed if c not in needed_now),
    )


def compare(
    old: Mapping, new: Mapping, case: CaseFile, calendar: clock.Calendar, today: date
) -> Preview:
    """``case``, now under ``old``, as it would stand under ``new``."""
    papers = carry(old, new, case.answers, today)
    dues = _due_days(old, new, case, calendar, today)
    added = tuple(sorted(_work_of(new) - _work_of(old)))
    found = {
        "due_later": any(_is_later(dues.get(key)) for key in ("promised", "statutory")),
        "time_shorter": any(_is_earlier(dues.get(key)) for key in ("supplement", "deferral")),
        "more_answers": bool(papers.asked),
        "more_materials": bool(papers.materials_more),
        "higher_fees": fee_total(new) > fee_total(old) or _lines(new) > _lines(old),
        "added_step": bool(added),
    }
    return Preview(
        **vars(papers),
        dues=dues,
        steps_added=added,
        worsened=tuple(name for name in WORSENINGS if found[name]),
        blocked=tuple(_blocks(old, new, case, papers.asked or papers.materials_more)),
    )


def check(preview: Preview, values: Mapping) -> None:
    """Refuse what the new version cannot take, and what worsens without a whole consent."""
    for reason in preview.blocked:
        raise reason
    if preview.worsened and not all(values.get(name) for name in CONSENT):
        raise KernelError("migration.consent", worsened=preview.worsened)


def digests(events: Iterable) -> tuple[str, ...]:
    """Versions under which a case ran, first to last; empty if it never migrated."""
    moves = [event.payload for event in events if event.kind == "migrate"]
    return (moves[0]["from"], *(move["version"] for move in moves)) if moves else ()


def _field(error):
    return error.path.partition(".")[0].partition("[")[0]


def _lines(definition):
    return len(definition.get("fees", ()))


def _due_days(old, new, case, calendar, today):
    """Running days, and those of periods that still lie ahead as if they had begun with receipt."""
    ahead = replace(case, clock_from=case.clock_from or case.received_at)
    answer = case
    if case.state != ACCEPTED:  # after acceptance nothing is supplemented
        noticed_at = case.noticed_at or case.received_at
        answer = replace(case, state=SUPPLEMENTING, noticed_at=noticed_at)
    before, after = (
        due_dates(d, answer, calendar, today)
        | decision_dues(d, ahead, calendar, today)
        | due_dates(d, case, calendar, today)
        if _stands(d, case)
        else {}
        for d in (old, new)
    )
    days = {key: (_on(before, key), _on(after, key)) for key in before | after}
    return dict(sorted(days.items()))


def _stands(definition, case):
    codes = {node["code"] for node in definition["flow"]["nodes"]}
    return {step.node for step in case.steps} <= codes


def _on(dues, key):
    return dues[key].on if key in dues else None


def _is_later(days):
    return bool(days and days[0]) and (days[1] is None or days[1] > days[0])


def _is_earlier(days):
    return bool(days and days[1]) and (days[0] is None or days[1] < days[0])


def _work_of(definition):
    return {n["code"] for n in definition["flow"]["nodes"] if n["kind"] in _WORK}


def _departments(definition):
    nodes = definition["flow"]["nodes"]
    return {n["department"] for n in nodes}.union(*map(reviewing_departments, nodes)) - {None, ""}


def _twin(node):
    """What has to be the same for a step to be the same one."""
    names = ("kind", "role", "department", "stage", "procedure")
    return [node.get(name) or "" for name in names], reviewing_departments(node)


def _blocks(old, new, case, is_asking):
    if case.state not in STATES:
        yield KernelError("migration.over")
    if old.get("handles") != new.get("handles"):
        yield KernelError("migration.other_matter")
    nodes = {node["code"]: node for node in new["flow"]["nodes"]}
    for code in dict.fromkeys(step.node for step in case.steps):
        node = node_of(old, code)
        if code not in nodes or _twin(node) != _twin(nodes[code]):
            yield KernelError("migration.no_twin", step=node["name"])
    edges = {(edge["source"], edge["target"]) for edge in new["flow"]["edges"]}
    if case.marking and not case.marking.arrived <= edges:
        yield KernelError("migration.parallel")
    if strangers := _departments(new) - _departments(old):
        yield KernelError("migration.departments", departments="、".join(sorted(strangers)))
    if case.state == ACCEPTED and is_asking:
        yield KernelError("migration.asks_late")


CODES = {
    "migration.over": _lt(
        "The case was decided or closed under its version and stays there; migrate running cases"
        " only."
    ),
    "migration.other_matter": _lt(
        "The versions handle different matters (new, change, renewal). Leave the case under its"
        " version."
    ),
    "migration.no_twin": _lt(
        "The step “%(step)s” that the case stands in or has passed is missing or different in the"
        " new version. Finish the case under its version."
    ),
    "migration.parallel": _lt(
        "Parallel branches of the case meet elsewhere in the new version. Migrate it after they"
        " have met, or finish it under its version."
    ),
    "migration.departments": _lt(
        "The new version brings in departments that do not handle this case (%(departments)s)."
        " Finish it under its version."
    ),
    "migration.asks_late": _lt(
        "After acceptance nothing new is asked of the applicant (Art. 32), and the new version"
        " would. Finish the case under its version."
    ),
    "migration.consent": _lt(
        "The new version would worsen the applicant's position: %(worsened)s. Enter who agreed,"
        " when and how, or leave the case under its version."
    ),
    "case.unknown_version": _lt(
        "The version of the item under which the case began is missing; tell the administrator."
    ),
}
