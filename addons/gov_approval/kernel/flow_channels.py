"""In which order the edges of a flow chart (流程图) bend between two layers.

Edges of one source bend together, as do edges that merge before one target: each such group has
one track across the channel.  A group whose line comes in where another one runs across must bend
before that one; a group that leaves there, after it.  Without crossings in the order of the
layers, the lines then do not cross either.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

#: Lines nearer to each other than this (pixels) are kept on different tracks.
PLAY = 4


@dataclass(eq=False)
class Group:
    """Edges that share a track: their keys, and where they come in and leave on the cross axis."""

    merging: bool
    keys: list[Hashable] = field(default_factory=list)
    comes: list[float] = field(default_factory=list)
    leaves: list[float] = field(default_factory=list)

    def add(self, key: Hashable, comes: float, leaves: float) -> None:
        self.keys.append(key)
        self.comes.append(comes)
        self.leaves.append(leaves)

    def is_met_by(self, points: Sequence[float]) -> bool:
        ends = (*self.comes, *self.leaves)
        return any(min(ends) - PLAY <= point <= max(ends) + PLAY for point in points)


def tracks(groups: Sequence[Group], *, early: bool) -> tuple[dict, dict]:
    """The track of every key: those counted from the sources, and those from the targets.

    Groups that merge bend late, near to their target, unless another group must bend behind them
    and cannot; with ``early`` all bend near to the sources.
    """
    followers = _followers(groups)
    order = _sorted(groups, followers)
    late: set[Group] = set()
    for group in reversed(order):
        if group.merging and not early and late.issuperset(followers[group]):
            late.add(group)
    near = _levels([group for group in order if group not in late], followers)
    far = _levels([group for group in reversed(order) if group in late],
                  {group: [other for other in order if group in followers[other]]
                   for group in order})
    return near, far


def _followers(groups: Sequence[Group]) -> dict[Group, list[Group]]:
    """The groups that must bend behind each group; of two that contradict, the first is first."""
    found: dict[Group, list[Group]] = {group: [] for group in groups}
    for place, one in enumerate(groups):
        for other in groups[place + 1:]:
            if _is_before(one, other):
                found[one].append(other)
            elif _is_before(other, one):
                found[other].append(one)
    return found


def _is_before(one: Group, other: Group) -> bool:
    return other.is_met_by(one.comes) or one.is_met_by(other.leaves)


def _sorted(groups: Sequence[Group], followers: dict[Group, list[Group]]) -> list[Group]:
    """Topological order; where lines cross there may be none, then the first one left is next."""
    left, order = list(groups), []
    while left:
        free = (group for group in left if not any(group in followers[other] for other in left))
        order.append(next(free, left[0]))
        left.remove(order[-1])
    return order


def _levels(order: Sequence[Group], followers: dict[Group, list[Group]]) -> dict[Hashable, int]:
    """The longest way to each group along ``followers``, for each of its keys."""
    level = dict.fromkeys(order, 0)
    for group in order:
        for other in followers[group]:
            if other in level:
                level[other] = max(level[other], level[group] + 1)
    return {key: level[group] for group in order for key in group.keys}
