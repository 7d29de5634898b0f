"""The questions about the applicant (申请人) that stand before every application form.

They are ordinary form fields: one renderer, one validation, and conditions of an item may refer
to them (``has_agent``, ``applicant_kind``).  `domain.md` 9 is their specification.
"""

from ..kernel import agency

APPLICANT_KINDS = (
    "person",
    "individual_business",
    "enterprise",
    "public_institution",
    "social_organisation",
    "organ",
    "other_organisation",
)
SECTION = "applicant"


def applicant_section(env):
    """The section row of the standard questions."""
    return {"code": SECTION, "name": env._("Applicant"), "visible_if": ""}


def applicant_fields(env, word, *, with_agent=True):
    """The standard questions in definition form; ``word(env, term)`` says kinds and powers.

    :param with_agent: whether an agent may stand in for the applicant (Art. 29)
    """
    by_person = 'applicant_kind == "person"'
    by_body = 'is_set(applicant_kind) and applicant_kind != "person"'
    rows = [
        ("applicant_kind", env._("The applicant is"), "choice", {"required": True}),
        ("applicant_name", env._("Full name"), "text", {"required": True, "max_length": 120}),
        ("applicant_person_id", env._("Id card number"), "person_id", {"if": by_person}),
        ("applicant_credit_code", env._("Credit code"), "credit_code", {"if": by_body}),
        ("representative_name", env._("Legal representative"), "text", {"if": by_body}),
        ("applicant_phone", env._("Mobile phone"), "phone", {"required": True}),
        ("applicant_email", env._("E-mail"), "email", {}),
        ("applicant_address", env._("Address"), "address", {"required": True}),
    ]
    if with_agent:
        rows += _agent_rows(env)
    options = {"applicant_kind": APPLICANT_KINDS, "agent_powers": agency.AGENT_POWERS}
    options = {
        code: [{"code": option, "label": word(env, option)} for option in chosen]
        for code, chosen in options.items()
    }
    return [_row(code, label, kind, more, options) for code, label, kind, more in rows]


def _agent_rows(env):
    """The power of attorney (授权委托书): agent, express powers, from when until when."""
    powers = {
        "if": "has_agent",
        "required": False,
        "help": env._("Filing goes with every power; tick what the paper expressly allows."),
    }
    until = {
        "if": "has_agent",
        "constraint": (
            "agent_until >= agent_from",
            env._("A power of attorney ends on the day it begins or later."),
        ),
    }
    return [
        ("has_agent", env._("An agent handles this for the applicant"), "yes_no", {}),
        ("agent_name", env._("Name of the agent"), "text", {"if": "has_agent"}),
        ("agent_person_id", env._("Id card number of the agent"), "person_id", {"if": "has_agent"}),
        ("agent_phone", env._("Phone of the agent"), "phone", {"if": "has_agent"}),
        ("agent_powers", env._("The agent may also"), "choices", powers),
        ("agent_from", env._("Power of attorney from"), "date", {"if": "has_agent"}),
        ("agent_until", env._("Power of attorney until"), "date", until),
    ]


def power_material(env):
    """The power of attorney as a material, for items that list none of their own."""
    return {
        "code": agency.PAPER,
        "name": env._("Power of attorney"),
        "form": None,
        "originals": 1,
        "photocopies": None,
        "copy_rule": None,
        "source": "applicant",
        "required": "always",
        "needed_if": "has_agent",
        "condition_text": env._("If an agent handles it"),
        "file_types": ["pdf", "jpg", "png"],
        "max_mb": 20,
        "is_secret": False,
        "is_deferrable": False,
        "basis": env._("Administrative Licensing Law, Art. 29"),
        "accept_standard": env._(
            "Names principal, agent, item, powers and dates; signed or sealed by the principal;"
            " with copies of both identity papers."
        ),
        "note": None,
    }


def power_form(definition):
    """The part of the application form by which another power of attorney is filed."""
    fields = [
        field | {"visible_if": ""}
        for field in definition["form"]["fields"]
        if field["code"] in agency.QUESTIONS
    ]
    sections = [one for one in definition["form"]["sections"] if one["code"] == SECTION]
    return {"sections": sections, "fields": fields}


def _row(code, label, kind, more, options):
    shown_if = more.get("if", "")
    constraint, message = more.get("constraint", ("", ""))
    return {
        "code": code,
        "label": label,
        "section": SECTION,
        "type": kind,
        "help": more.get("help", ""),
        "required": more.get("required", bool(shown_if)),
        "required_if": "",
        "visible_if": shown_if,
        "constraint": constraint,
        "constraint_message": message,
        "options": options.get(code, []),
        "columns": [],
        "indexed": False,
        "min": None,
        "max": None,
        "max_length": more.get("max_length"),
        "default": None,
        "basis": "Art. 29, 31",
        "situation": False,
    }
