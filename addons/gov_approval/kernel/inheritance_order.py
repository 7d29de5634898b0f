"""The order of merged rows, and which text of one list is which of another."""

from collections.abc import Callable, Collection, Sequence

from .difference import ALIKE, likeness


def arrange(
    orders: Sequence[Sequence], kept: Collection, group_of: Callable
) -> tuple[list, bool]:
    """Kept keys in their merged order: that of whoever moved some, the template's where nobody
    did; a key that is not in it follows the key that it followed.

    :param orders: keys of base, local and template
    :param group_of: only the order within a group says anything
    :return: the keys, and whether both moved some to different places
    """
    base, local, template = ([key for key in order if key in kept] for order in orders)
    if _agree(base, local):
        return _filled(template, local), False
    if _agree(base, template) or _agree(local, template):
        return _filled(local, template), False
    if _agree_in_groups(base, local, group_of):
        return _filled(template, local), False
    is_one = any(_agree_in_groups(side, template, group_of) for side in (base, local))
    return _filled(local, template), not is_one


def _agree(one, other):
    """Whether what both have stands in the same order."""
    return [key for key in one if key in other] == [key for key in other if key in one]


def _agree_in_groups(one, other, group_of):
    groups = {group_of(key) for key in one}
    return all(
        _agree(*([key for key in side if group_of(key) == group] for side in (one, other)))
        for group in groups
    )


def _filled(first, second):
    found = list(first)
    for place, key in enumerate(second):
        if key not in found:
            found.insert(found.index(second[place - 1]) + 1 if place else 0, key)
    return found


def pair(base: Sequence[str], texts: Sequence[str]) -> dict:
    """The texts in their order, by the place in ``base`` of what each was, else by themselves.

    The same text is the same one; what is left over is the one that it is most like, if it is
    like any.
    """
    free = dict(enumerate(base))
    found = [None] * len(texts)
    for number, text in enumerate(texts):
        place = next((place for place, old in free.items() if old == text), None)
        if place is not None:
            found[number] = place
            del free[place]
    for number, text in enumerate(texts):
        if found[number] is None:
            likenesses = {place: likeness(words, text) for place, words in free.items()}
            place = max(likenesses, key=likenesses.get, default=None)
            if place is not None and likenesses[place] >= ALIKE:
                found[number] = place
                del free[place]
            else:
                found[number] = ("new", text, texts[:number].count(text))
    return dict(zip(found, texts, strict=True))
