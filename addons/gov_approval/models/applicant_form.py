"""The questions about the applicant (申请人) that stand before every application form.

They are ordinary form fields: one renderer, one validation, and conditions of an item may refer
to them (``has_agent``, ``applicant_kind``).  `domain.md` 9 is their specification.
"""

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


def applicant_fields(env, word):
    """The standard questions in definition form; ``word(env, term)`` says the kinds."""
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
        ("has_agent", env._("An agent handles this for the applicant"), "yes_no", {}),
        ("agent_name", env._("Name of the agent"), "text", {"if": "has_agent"}),
        ("agent_person_id", env._("Id card number of the agent"), "person_id", {"if": "has_agent"}),
        ("agent_phone", env._("Phone of the agent"), "phone", {"if": "has_agent"}),
    ]
    options = [{"code": kind, "label": word(env, kind)} for kind in APPLICANT_KINDS]
    return [_row(code, label, kind, more, options) for code, label, kind, more in rows]


def _row(code, label, kind, more, options):
    shown_if = more.get("if", "")
    return {
        "code": code,
        "label": label,
        "section": SECTION,
        "type": kind,
        "help": "",
        "required": more.get("required", bool(shown_if)),
        "required_if": "",
        "visible_if": shown_if,
        "constraint": "",
        "constraint_message": "",
        "options": options if kind == "choice" else [],
        "columns": [],
        "indexed": False,
        "min": None,
        "max": None,
        "max_length": more.get("max_length"),
        "default": None,
        "basis": "Art. 29, 31",
        "situation": False,
    }
