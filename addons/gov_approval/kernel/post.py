"""Who answers for a step, and who stands in (岗位 AB 角): the one home of this rule.

Every post has an officer A and deputies B.  A may always act.  B acts only while A is away, with
B's own account, and what B did says for whom.  Nobody else of the unit acts on what a post covers;
what no post covers is open to everybody with the role.  ``away`` are the people who are recorded
as absent today, whoever left the service, and whoever applied for the case himself (回避): the
callers gather them.

``part`` answers for one item; ``reach`` says the same for all items at once, so that a work
queue can ask the database instead of every case.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .errors import KernelError, _lt


@dataclass(frozen=True)
class Post:
    """A post (岗位) of one role in one unit: A, the deputies B, and the items it covers."""

    id: int
    name: str
    officer: int
    deputies: tuple[int, ...]
    items: frozenset[int] = frozenset()  # empty: every item of the unit

    def covers(self, item: int) -> bool:
        return not self.items or item in self.items


@dataclass(frozen=True)
class Part:
    """Whether a person may act on an item, and in whose stead (0: the person's own part)."""

    may_act: bool
    stands_in_for: int = 0


@dataclass(frozen=True)
class Reach:
    """The items on which a person may act: these, or all but these."""

    items: frozenset[int] = frozenset()
    is_all_but: bool = True

    def has(self, item: int) -> bool:
        return (item in self.items) is not self.is_all_but


#: The reach of everybody with the role where there is no post.
EVERYTHING = Reach()


def part(user: int, item: int, posts: Collection[Post], away: Collection[int]) -> Part:
    """The part of ``user`` in a step on ``item``; ``posts``: those of its role and unit."""
    covering = [post for post in posts if post.covers(item)]
    if not covering or any(post.officer == user for post in covering):
        return Part(True)
    for post in covering:
        if _stands_in(user, post, away):
            return Part(True, post.officer)
    return Part(False)


def reach(user: int, posts: Collection[Post], away: Collection[int]) -> Reach:
    """The items on which ``part`` lets ``user`` act."""
    mine = [post for post in posts if post.officer == user or _stands_in(user, post, away)]
    if any(not post.items for post in mine):
        return EVERYTHING
    own = frozenset().union(*(post.items for post in mine))
    if any(not post.items for post in posts):
        return Reach(own, is_all_but=False)
    return Reach(frozenset().union(*(post.items for post in posts)) - own)


def _stands_in(user, post, away):
    """B takes over when A is away; whoever is away himself stands in for nobody."""
    return user in post.deputies and user not in away and post.officer in away


def on_duty(post: Post, away: Collection[int]) -> tuple[int, ...]:
    """Who answers for the post today: A, or the deputies present; nobody is a finding (监察点)."""
    if post.officer not in away:
        return (post.officer,)
    return tuple(deputy for deputy in post.deputies if deputy not in away)


def refusal(
    user: int,
    item: int,
    posts: Collection[Post],
    away: Collection[int],
    names: Mapping[int, str],
) -> KernelError:
    """Why ``part`` refused ``user``, and whom to turn to."""
    covering = [post for post in posts if post.covers(item)]
    own = next((post for post in covering if user in post.deputies), None)
    staffed = (post for post in covering if on_duty(post, away))
    post = own or next(staffed, covering[0])
    params = {
        "post": post.name,
        "officer": names[post.officer],
        "deputies": tuple(names[deputy] for deputy in post.deputies),
    }
    if not on_duty(post, away):
        return KernelError("post.nobody_on_duty", **params)
    if own and post.officer not in away:
        return KernelError("post.officer_is_present", **params)
    if own:
        return KernelError("post.deputy_is_away", **params)
    return KernelError("post.not_yours", **params)


CODES = {
    "post.officer_is_present": _lt(
        "The post “%(post)s” is %(officer)s's, who is at work; %(deputies)s may act for it only"
        " while %(officer)s is recorded as absent. Leave the case to %(officer)s, or have the"
        " absence entered first."
    ),
    "post.deputy_is_away": _lt(
        "The post “%(post)s” is %(officer)s's, who is absent; you are recorded as absent as well,"
        " so you do not stand in. End your own absence first."
    ),
    "post.nobody_on_duty": _lt(
        "For the post “%(post)s” both %(officer)s and %(deputies)s are absent. Ask the centre"
        " administrator to name another deputy."
    ),
    "post.not_yours": _lt(
        "The post “%(post)s” is %(officer)s's; %(deputies)s may act for it while %(officer)s is"
        " absent. Leave the case to them, or have the centre administrator change the post."
    ),
}
