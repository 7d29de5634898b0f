"""What the publish gate (发布检查) asks about licences: an item about existing certificates
(延续、变更、补证、注销) asks for one, says when it is renewed, and never puts safety on a promise.
"""

from . import clock, licence
from .errors import _lt

WARN, FAIL = "warn", "fail"

#: Words in the name of an item that say what it handles.
_NAMED = (("延续", "renewal"), ("变更", "change"), ("补证", "reissue"), ("补办", "reissue"),
          ("注销", "cancellation"))  # fmt: skip


def check(definition, staffing):
    """A version about existing certificates asks for one, and says when to renew it."""
    handles = definition.get("handles", licence.NEW)
    if definition.get("is_safety") and _is_on_promise(definition):
        yield FAIL, "publish.safety_on_promise", {}
    if handles == licence.NEW:
        named = [kind for word, kind in _NAMED if word in definition["item"]["name"]]
        if named:
            yield WARN, "publish.handles_doubtful", {"kind": f"handles_{named[0]}"}
        return
    asked = [f for f in definition["form"]["fields"] if f["type"] == "certificate"]
    if len(asked) != 1:
        yield FAIL, "publish.certificate_not_asked", {"kind": f"handles_{handles}"}
    elif asked[0]["visible_if"]:
        yield FAIL, "publish.certificate_hidden", {"field": asked[0]["label"]}
    if not definition.get("certificate_items"):
        yield WARN, "publish.certificate_of_itself", {}
    if handles != licence.CANCELLATION and definition["result"]["type"] != "licence":
        yield FAIL, "publish.result_no_licence", {"kind": f"handles_{handles}"}
    if handles == licence.RENEWAL:
        yield from _window(definition.get("renewal"))


def _is_on_promise(definition):
    return definition["guide"]["commitment_based"] == "yes" or any(
        material["required"] == "commitment" for material in definition["materials"]
    )


def _window(rule):
    if not rule:
        yield WARN, "publish.renewal_window_missing", {}
        return
    periods = [
        clock.Period(spec["value"], spec["unit"])
        for spec in (rule["latest"], rule["earliest"] or rule["latest"])
    ]
    if not clock.not_longer(*periods):
        yield FAIL, "publish.renewal_window_reversed", {}


CODES = {
    "publish.licence": _lt("What is asked for and the certificate that it is about agree."),
    "publish.safety_on_promise": _lt(
        "The item touches public safety and yet decides on a promise instead of proof; ask for the"
        " proof, or do not mark it as touching safety."
    ),
    "publish.handles_doubtful": _lt(
        "By its name the item is about an existing licence (%(kind)s), yet it handles new ones;"
        " set what it handles."
    ),
    "publish.certificate_not_asked": _lt(
        "“%(kind)s” is about one existing certificate: add one question of the type “Earlier"
        " certificate” to the form."
    ),
    "publish.certificate_hidden": _lt(
        "“%(field)s” is hidden in some cases, yet the application is always about a certificate;"
        " remove the condition."
    ),
    "publish.certificate_of_itself": _lt(
        "Only certificates of this item itself are accepted; choose the items whose certificates"
        " it is about."
    ),
    "publish.result_no_licence": _lt(
        "“%(kind)s” issues a new revision of the certificate; set the result to “Licence”."
    ),
    "publish.renewal_window_missing": _lt(
        "No window for renewals is set, so the general rule serves: 30 days before the last day"
        " of validity."
    ),
    "publish.renewal_window_reversed": _lt(
        "The window for renewals opens after it closes; make the earliest side the longer one."
    ),
}
