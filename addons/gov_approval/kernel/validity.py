"""How long a licence is valid, and its renewal in time (有效期与延续, Art. 50)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from . import clock
from .errors import KernelError, _lt

#: What a version handles (业务办理项): the first grants, the others are about an existing licence.
NEW, CHANGE, RENEWAL, REISSUE, CANCELLATION = HANDLES = (
    "new",  # 新办
    "change",  # 变更, Art. 49
    "renewal",  # 延续, Art. 50
    "reissue",  # 补证
    "cancellation",  # 注销, Art. 70
)
#: Power types whose items are licences (行政许可): the law on silence is about these only.
LICENCE_POWER = "01"
#: 30 days before expiry unless a law, regulation or rule says otherwise (Art. 50).
GENERAL_WINDOW = {"value": 30, "unit": clock.CALENDAR_DAY}


def expiry(day: date, value: int | None, unit: str | None) -> date | None:
    """Last day of a validity (有效期) that begins with ``day``, or None for no limit.

    The first day counts, so it is the day before the same date; where the last month has no such
    date it is that month's last day (民法典 Art. 202).

    :raises KernelError: ``clock.out_of_range``
    """
    if not value or unit in (None, "", "none"):
        return None
    if unit == "calendar_day":
        return _shift(day, value - 1)
    anniversary = clock.add_months(day, value * 12 if unit == "year" else value)
    return anniversary if anniversary.day < day.day else _shift(anniversary, -1)


def _shift(day, days):
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise KernelError("clock.out_of_range") from None


# ── renewal ─────────────────────────────────────────────────────────────────────────────────


class RenewalWindow(NamedTuple):
    """When a renewal may be filed; ``opens_on`` None: as early as the holder likes."""

    opens_on: date | None
    last_day: date
    remind_on: date


def renewal_window(
    expires_on: date, rule: Mapping | None, calendar: clock.Calendar
) -> RenewalWindow:
    """The window for filing a renewal (延续申请期限, Art. 50), as the item states it.

    :param rule: ``{"latest": {"value", "unit"}, "earliest": {…} or None, "late": …}``; without
        one the general rule serves: 30 days before expiry
    """
    rule = rule or {}
    latest = _before(expires_on, rule.get("latest") or GENERAL_WINDOW, calendar)
    earliest = rule.get("earliest")
    opens_on = _before(expires_on, earliest, calendar).last_day if earliest else None
    return RenewalWindow(opens_on, latest.last_day, latest.remind_on)


def _before(expires_on, spec, calendar):
    return clock.filing_window(expires_on, clock.Period(spec["value"], spec["unit"]), calendar)


def judge_renewal(
    on: date, expires_on: date | None, rule: Mapping | None, calendar: clock.Calendar
) -> str:
    """How a renewal filed on that day stands to its window (Art. 50): early, in_time, late or
    expired.  A licence without limit has nothing to renew: always early."""
    if expires_on is None:
        return "early"
    if on > expires_on:
        return "expired"
    window = renewal_window(expires_on, rule, calendar)
    if window.opens_on is not None and on < window.opens_on:
        return "early"
    return "in_time" if on <= window.last_day else "late"


def admit_renewal(
    on: date, expires_on: date | None, rule: Mapping | None, calendar: clock.Calendar
) -> bool:
    """Whether a renewal filed on that day is in time; False: it counts as a new application.

    :raises KernelError: ``licence.renewal_…`` if it cannot be filed (Art. 50)
    """
    if expires_on is None:
        raise KernelError("licence.renewal_needless")
    verdict = judge_renewal(on, expires_on, rule, calendar)
    if verdict == "expired":
        raise KernelError("licence.renewal_expired", valid_to=expires_on)
    window = renewal_window(expires_on, rule, calendar)
    if verdict == "early":
        raise KernelError(
            "licence.renewal_early", opens_on=window.opens_on, last_day=window.last_day
        )
    if verdict == "late" and (rule or {}).get("late", "refuse") != "as_new":
        raise KernelError("licence.renewal_late", last_day=window.last_day, valid_to=expires_on)
    return verdict == "in_time"


def renewal_starts(valid_to: date, *, in_time: bool, on: date, by_silence: bool = False) -> date:
    """First day of the renewed licence (Art. 50): the day after the old one, however early the
    decision; a late renewal counts as a new application and begins with its decision ``on``."""
    if in_time and (by_silence or on <= valid_to):
        return _shift(valid_to, 1)
    return on


def renewed_by_silence(
    definition: Mapping, state: str, renews: Mapping | None, on: date
) -> bool:
    """Whether a renewal counts as granted because nobody decided it before expiry (Art. 50).

    The only licence by silence: a renewal of an administrative licence, filed in time, whose
    papers lie with the organ when the old licence has run out.  While the applicant still owes
    supplements it is not the organ that is silent.

    :param state: the state of the case (办件状态)
    :param renews: ``{"valid_to": ISO date, "in_time": bool}`` of the licence to be renewed
    """
    if definition["item"]["power_type"] != LICENCE_POWER:
        return False
    if definition.get("handles", NEW) != RENEWAL or state not in ("received", "accepted"):
        return False
    if not renews or not renews.get("in_time") or not renews.get("valid_to"):
        return False
    return on > date.fromisoformat(renews["valid_to"])


CODES = {
    "licence.renewal_needless": _lt(
        "This certificate has no last day, so there is nothing to renew. It stays valid."
    ),
    "licence.renewal_early": _lt(
        "It is too early to renew: the renewal can be filed from %(opens_on)s to %(last_day)s."
    ),
    "licence.renewal_late": _lt(
        "A renewal had to be filed by %(last_day)s (Art. 50). The certificate stays valid until"
        " %(valid_to)s; apply for a new one."
    ),
    "licence.renewal_expired": _lt(
        "This certificate ran out on %(valid_to)s and cannot be renewed; apply for a new one."
    ),
}
