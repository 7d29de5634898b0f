"""Intermediary services (行政审批中介服务): only those of the list, never a named provider.

Art. 27: no improper demand, no purchase from somebody named.  A service that is not in the
catalogue in force is no condition of acceptance, and who provides it is the applicant's own choice.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from . import identity
from .errors import KernelError, _lt

APPLICANT, ORGAN = "applicant", "organ"
SELF, PROVIDER = "self", "provider"
#: The way in which a material comes that an intermediary service yields.
SOURCE = "intermediary"
NAME_LENGTH = 120
#: Shorter names would be found inside ordinary words.
_SHORTEST_NAME = 4

CODES = {
    "intermediary.not_own": _lt(
        "Only the applicant chooses the provider. Record the choice after the applicant has named"
        " it, and confirm that."
    ),
    "intermediary.no_service": _lt(
        "“%(material)s” does not come from an intermediary service of this item; nothing is to be"
        " stated about its provider."
    ),
    "intermediary.not_by_oneself": _lt(
        "“%(service)s” cannot be done by the applicant; state the provider that you chose."
    ),
    "intermediary.organ_commissions": _lt(
        "“%(service)s” is commissioned by the organ itself; the applicant chooses nobody."
    ),
    "intermediary.no_name": _lt("State the full name of the provider, as its licence prints it."),
    "intermediary.odd_name": _lt(
        "The name of the provider is too long or has characters that cannot be used; enter it as"
        " its licence prints it."
    ),
    "intermediary.name_differs": _lt(
        "The credit code belongs to “%(registered)s” in the registry. Compare name and code with"
        " the licence of the provider."
    ),
    "intermediary.suspended": _lt(
        "“%(provider)s” is suspended since %(since)s and may not provide services now. Choose"
        " another provider."
    ),
    "intermediary.not_qualified": _lt(
        "“%(provider)s” is not registered for “%(service)s”. Choose a provider that is."
    ),
    "intermediary.not_yet_qualified": _lt(
        "The qualification of “%(provider)s” for “%(service)s” begins on %(since)s. Choose another"
        " provider, or wait until then."
    ),
    "intermediary.expired": _lt(
        "The qualification of “%(provider)s” for “%(service)s” ended on %(until)s. Choose a"
        " provider whose qualification is valid."
    ),
    # publish gate
    "intermediary.not_catalogued": _lt(
        "The intermediary service “%(service)s” is not in the catalogue in force, so it cannot be"
        " asked for. Choose one of the catalogue, or have it listed first."
    ),
    "intermediary.material_unknown": _lt(
        "The intermediary service “%(service)s” is said to yield the material “%(material)s”,"
        " which this item does not have. Choose one of its materials."
    ),
    "intermediary.yields_nothing": _lt(
        "The intermediary service “%(service)s” yields no material of this item. State which one,"
        " or remove the service."
    ),
    "intermediary.material_without_service": _lt(
        "The material “%(material)s” comes from an intermediary service. State which one of the"
        " catalogue."
    ),
    "intermediary.only_in_words": _lt(
        "The guide speaks of intermediary services in words only: “%(text)s”. Refer to the"
        " catalogue instead."
    ),
    "intermediary.organ_pays": _lt(
        "“%(service)s” is commissioned by the organ, yet the applicant pays for it. What an organ"
        " commissions it pays for."
    ),
    "intermediary.provider_named": _lt(
        "In %(field)s, “%(place)s”, the provider “%(provider)s” is named. An item names services of"
        " the catalogue, never a provider; remove the name."
    ),
}


# --------------------------------------------------------------- the applicant's choice


@dataclass(frozen=True)
class Provider:
    """What the registry says of a provider (中介服务机构): ``offers`` holds, by code of the
    service, the days from and to which it is qualified (None: open)."""

    name: str
    credit_code: str
    suspended_from: date | None = None
    suspended_until: date | None = None
    offers: Mapping[str, Sequence[tuple[date | None, date | None]]] = field(default_factory=dict)


def check_credit_code(value) -> str:
    """The unified social credit code in its stored form (统一社会信用代码)."""
    return identity.check(identity.USCC, value if isinstance(value, str) else "").value


def clean_name(value) -> str:
    name = " ".join(unicodedata.normalize("NFKC", value).split()) if isinstance(value, str) else ""
    if not name:
        raise KernelError("intermediary.no_name")
    if len(name) > NAME_LENGTH or any(unicodedata.category(c)[0] == "C" for c in name):
        raise KernelError("intermediary.odd_name")
    return name


def check_choice(row: Mapping, statement: Mapping, registered: Provider | None, today: date):
    """The choice as it is recorded; a KernelError says why it cannot be.

    :param row: the intermediary service in the definition of the item
    :param statement: ``by`` (self, provider), ``name``, ``credit_code``, ``is_own``
    :param registered: who has this credit code in the registry, if anybody
    """
    if statement.get("is_own") is not True:
        raise KernelError("intermediary.not_own")
    if row["commissioned_by"] == ORGAN:
        raise KernelError("intermediary.organ_commissions", service=row["name"])
    if statement.get("by") == SELF:
        if row["self_service"] != "yes":
            raise KernelError("intermediary.not_by_oneself", service=row["name"])
        return {"service": row["service"], "by": SELF}
    name = clean_name(statement.get("name"))
    credit_code = check_credit_code(statement.get("credit_code"))
    if registered:
        if _plain(registered.name) != _plain(name):
            raise KernelError("intermediary.name_differs", registered=registered.name)
        check_provider(registered, row, today)
    return {
        "service": row["service"],
        "by": PROVIDER,
        "name": registered.name if registered else name,
        "credit_code": credit_code,
        "is_registered": bool(registered),
    }


def is_suspended(provider: Provider, today: date) -> bool:
    since, until = provider.suspended_from, provider.suspended_until
    return bool(since) and since <= today and not (until and until < today)


def check_provider(provider: Provider, row: Mapping, today: date) -> None:
    """Refuse a registered provider that is suspended or not qualified for the service today."""
    names = {"provider": provider.name, "service": row["name"]}
    if is_suspended(provider, today):
        since = provider.suspended_from
        raise KernelError("intermediary.suspended", provider=provider.name, since=since)
    periods = provider.offers.get(row["service"], ())
    if not periods:
        raise KernelError("intermediary.not_qualified", **names)
    if any((not a or a <= today) and (not b or today <= b) for a, b in periods):
        return
    ended = [until for _since, until in periods if until and until < today]
    if ended:
        raise KernelError("intermediary.expired", **names, until=max(ended))
    since = min(since for since, _until in periods if since)
    raise KernelError("intermediary.not_yet_qualified", **names, since=since)


# -------------------------------------------------------------------- the publish gate


def gate(definition: Mapping, staffing) -> Iterator[tuple[str, str, Mapping]]:
    """Only catalogued services in force, every material that comes from one refers to it, and no
    provider is named anywhere (Art. 27)."""
    rows = definition.get("intermediaries", ())
    materials = {material["code"]: material for material in definition["materials"]}
    for row in rows:
        yield from _row(row, materials, staffing.catalogue)
    served = {row["material"] for row in rows}
    for code, material in materials.items():
        if material["source"] == SOURCE and code not in served:
            name = {"material": material["name"]}
            yield "fail", "intermediary.material_without_service", name
    note = (definition["guide"].get("intermediary_note") or "").strip()
    if note not in ("", "无", "none", "/") and not rows:
        yield "warn", "intermediary.only_in_words", {"text": note[:60]}
    for name, term, place in named_providers(definition, staffing.providers):
        found = {"field": term, "place": place[:60], "provider": name}
        yield "fail", "intermediary.provider_named", found


def _row(row, materials, catalogue):
    name = {"service": row["name"] or row["service"]}
    if row["service"] not in catalogue:
        yield "fail", "intermediary.not_catalogued", name
    if not row["material"]:
        yield "warn", "intermediary.yields_nothing", name
    elif row["material"] not in materials:
        yield "fail", "intermediary.material_unknown", name | {"material": row["material"]}
    if row["commissioned_by"] == ORGAN and row["payer"] == APPLICANT:
        yield "warn", "intermediary.organ_pays", name


def named_providers(definition: Mapping, names: Sequence[str]):
    """Where a provider is named: (name, term of the part, title of the place)."""
    wanted = {name: _plain(name) for name in names}
    wanted = {name: plain for name, plain in wanted.items() if len(plain) >= _SHORTEST_NAME}
    for term, place, text in texts(definition):
        held = _plain(text)
        yield from ((name, term, place) for name, plain in wanted.items() if plain in held)


#: Lists of a definition with texts that people read: (term, path, key of the title, keys of texts).
_PARTS = (
    ("materials", ("materials",), "name",
     ("name", "note", "accept_standard", "condition_text", "basis")),
    ("steps", ("flow", "nodes"), "name", ("name", "standard", "note", "outcomes")),
    ("questions", ("form", "fields"), "label", ("label", "help", "default", "options", "columns")),
    ("fee_lines", ("fees",), "name", ("name", "standard", "basis")),
    ("documents", ("documents",), "name", ("name", "body")),
)  # fmt: skip


def texts(definition: Mapping) -> Iterator[tuple[str, str, str]]:
    """Every text of an item that people read: (term of the part, title of the place, text)."""
    for text in definition["conditions"]:
        yield "conditions", text, text
    for key, value in definition["guide"].items():
        if isinstance(value, str):
            yield "guide", key, value
    for term, path, title, keys in _PARTS:
        rows = definition
        for key in path:
            rows = rows[key]
        for row in rows:
            for key in keys:
                yield term, str(row[title]), "\n".join(_words(row.get(key)))


def _words(value) -> Iterator[str]:
    """The texts of a value, those of options and columns too, without markup."""
    if isinstance(value, str):
        yield re.sub("<[^>]*>", "", value)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _words(part)


def _plain(text):
    """Blanks, widths, brackets and letter case do not hide a name."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff()\[\]【】〔〕·•“”\"'‘’,，.。、_-]+", "", plain)
