"""Sentences to click instead of typing (常用语), by act or by kind of special procedure."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

PHRASES = {
    "site_visit": (
        _lt("Premises, layout and facilities agree with the application."),
        _lt("The site meets the requirements; the visit is passed."),
        _lt("The site does not agree with the application: "),
    ),
    "complete_step": (
        _lt("Materials complete and in legal form; conditions met; grant proposed."),
        _lt("Examined, no objection."),
        _lt("Does not meet the conditions: "),
    ),
    "give_opinion": (
        _lt("Examined, no objection."),
        _lt("Does not agree with the rules in our charge: "),
        _lt("The matter is outside the duties of this department: "),
    ),
    "decide": (
        _lt("Statutory conditions and standards met; the licence is granted."),
        _lt("Opinion of the reviewer agreed."),
        _lt("Statutory conditions not met: "),
    ),
    "return_step": (
        _lt("Facts unclear, please verify: "),
        _lt("Opinion incomplete, please add: "),
    ),
    "resume_clock": (_lt("The special procedure is finished; the clock runs again."),),
    "stop_clock": (_lt("Time needed for the special procedure by law."),),
    "extend": (_lt("The case is complex and cannot be decided within the period."),),
    "decline": (_lt("The matter needs no administrative licence by law."),),
    "refuse_acceptance": (_lt("The matter is outside the powers of this organ."),),
    "terminate": (_lt("The procedure cannot go on by law."),),
    "tell_hearing_right": (_lt("The decision touches major interests of others."),),
    "expert_review": (
        _lt("The experts agree; requirements met."),
        _lt("The experts have objections: "),
    ),
    "check_commitment": (
        _lt("Checked; the facts are as promised."),
        _lt("Checked; the facts are not as promised: "),
    ),
    "cancel_stop": (_lt("The stop had no legal ground."),),
    "wrong": (
        _lt("Not handed in"),
        _lt("Not legible"),
        _lt("Expired"),
        _lt("Signature or seal missing"),
        _lt("Does not agree with the form"),
    ),
    "expected": (
        _lt("Hand in the material"),
        _lt("Hand in again, clear and complete"),
        _lt("Hand in a document in force"),
        _lt("Sign and seal, then hand in again"),
        _lt("Correct so that form and material agree"),
    ),
}
