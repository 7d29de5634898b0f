"""Acts on assessments and bills: who does them, when, and what is said with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...gov_approval.kernel import act_input
from ...gov_approval.kernel.act_input import Input
from ...gov_approval.kernel.errors import KernelError, _lt

CODES = {
    "fee_act.unknown": _lt("There is no such act here. Reload the page."),
    "fee_act.not_yours": _lt("“%(act)s” is not done by you but by: %(roles)s."),
    "fee_act.not_now": _lt(
        "This is %(state)s, so “%(act)s” is not possible. Possible for you: %(known)s."
    ),
    "fee_act.unknown_input": _lt("“%(input)s” is no input of this act. Reload the page."),
    "fee_act.missing_input": _lt("Fill in “%(input)s” first."),
}


@dataclass(frozen=True)
class Act:
    """``roles``: who does it; ``states``: in which it is possible; ``inputs``: what is said."""

    roles: tuple[str, ...]
    states: tuple[str, ...]
    inputs: tuple[Input, ...] = ()


def find(acts: Mapping[str, Act], kind: str, roles: frozenset[str]) -> Act:
    """The act, if one of these roles does it.

    :raises KernelError: ``fee_act.unknown``, ``fee_act.not_yours``
    """
    act = acts.get(kind)
    if act is None:
        raise KernelError("fee_act.unknown")
    if not roles.intersection(act.roles):
        raise KernelError("fee_act.not_yours", act=kind, roles=act.roles)
    return act


def check_state(act: Act, kind: str, state: str, known: tuple[str, ...]) -> None:
    """:raises KernelError: ``fee_act.not_now``, with the acts that are possible"""
    if state not in act.states:
        raise KernelError("fee_act.not_now", state=state, act=kind, known=known or ("–",))


def clean(act: Act, payload: Mapping, more: tuple[str, ...] = ()) -> dict:
    """The inputs as the event will hold them.

    :param more: names that the caller reads itself
    :raises KernelError: an input is unknown, missing or odd
    """
    names = {item.name for item in act.inputs}
    for name in payload:
        if name not in names and name not in more:
            raise KernelError("fee_act.unknown_input", input=str(name)[:60])
    values = {}
    for item in act.inputs:
        values[item.name] = act_input.clean(item, payload.get(item.name))
        if item.required and values[item.name] in ("", None):
            raise KernelError("fee_act.missing_input", input=item.name)
    return values
