"""The terms of a case that moves to a new version (办件迁移), in words; ``speech`` says them."""

from ..kernel.errors import _lt

MIGRATION_TERMS = {
    "migrate": _lt("Move to the version in force"),
    "consented_by": _lt("Who agreed"),
    "consented_on": _lt("Agreed on"),
    "consented_how": _lt("How the consent was given"),
    # what a new version worsens
    "due_later": _lt("a later due day"),
    "time_shorter": _lt("less time for the applicant"),
    "more_answers": _lt("more questions"),
    "more_materials": _lt("more materials"),
    "higher_fees": _lt("higher fees"),
    "added_step": _lt("an added step"),
}
