"""What special procedures and the acts after the decision change (特别程序与许可后续)."""

from dataclasses import replace
from datetime import date

from . import licence
from .case_effects import resume
from .case_facts import Hearing, Objection, PublicNotice, StopRecord, ThirdParty, node_of

# ----------------------------------------------------------------------- the clock


def _stopped(case, event, ground, kind, expected_days):
    number = len(case.stop_records) + 1
    record = StopRecord(number, ground, kind, expected_days, event.at.date())
    return replace(case, stop_records=(*case.stop_records, record))


def on_stop_clock(definition, case, event):
    node = node_of(definition, event.payload["node"])
    days = event.payload["expected_days"]
    return _stopped(case, event, node["code"], node["procedure"] or "other", days)


def on_resume_clock(definition, case, event):
    return resume(case, event, event.payload.get("node"))


def on_cancel_stop(definition, case, event):
    """A stop that was wrong counts as never made (撤销暂停)."""
    number = int(event.payload["stop"])
    return replace(
        case,
        stop_records=tuple(
            replace(record, is_cancelled=True) if record.number == number else record
            for record in case.stop_records
        ),
    )


# ------------------------------------------------------------------- public notice


def on_publish_notice(definition, case, event):
    """The notice begins; where the item does not count its time, the promise waits."""
    node = node_of(definition, event.payload["node"])
    days = event.payload["days"]
    notice = PublicNotice(
        node["code"], event.at.date(), days, node["unit"], event.payload["place"]
    )
    if not node.get("counts_toward_deadline", True):
        case = _stopped(case, event, node["code"], node["procedure"], days)
    return replace(case, public_notice=notice)


def on_record_objection(definition, case, event):
    payload, notice = event.payload, case.public_notice
    objection = Objection(
        len(notice.objections) + 1, payload["objector"], payload["contact"], payload["objection"]
    )
    return replace(
        case, public_notice=replace(notice, objections=(*notice.objections, objection))
    )


def on_answer_objection(definition, case, event):
    notice, number = case.public_notice, int(event.payload["number"])
    objections = tuple(
        replace(one, answer=event.payload["opinion"]) if one.number == number else one
        for one in notice.objections
    )
    return replace(case, public_notice=replace(notice, objections=objections))


# ------------------------------------------------------------------- third parties


def on_name_third_party(definition, case, event):
    payload = event.payload
    party = ThirdParty(
        len(case.third_parties) + 1,
        payload["name"],
        payload["contact"],
        payload["interest"],
        event.at,
    )
    return replace(case, third_parties=(*case.third_parties, party))


def on_record_statement(definition, case, event):
    if event.payload["party"] == "applicant":
        return replace(case, applicant_statement=event.payload["statement"])
    number = int(event.payload["party"])
    return replace(
        case,
        third_parties=tuple(
            replace(party, statement=event.payload["statement"])
            if party.number == number
            else party
            for party in case.third_parties
        ),
    )


# ------------------------------------------------------------------------- hearing


def _hearing(case, **facts):
    return replace(case, hearing=replace(case.hearing or Hearing(), **facts))


def on_tell_hearing_right(definition, case, event):
    return _hearing(case, told_at=event.at)


def on_request_hearing(definition, case, event):
    return _hearing(case, requested_at=event.at, requester=event.payload["requester"])


def on_waive_hearing(definition, case, event):
    return _hearing(resume(case, event, "hearing"), waived_at=event.at)


def on_call_hearing(definition, case, event):
    """Called: from now until the record the time is not counted (Art. 45, 48)."""
    payload = event.payload
    if not case.open_stop("hearing"):
        case = _stopped(case, event, "hearing", "hearing", payload["expected_days"])
    return _hearing(
        case,
        called_at=event.at,
        held_on=date.fromisoformat(payload["held_on"]),
        begins_at=payload.get("begins_at", ""),
        place=payload["place"],
        chair=payload["chair"],
    )


def on_challenge_chair(definition, case, event):
    return _hearing(case, challenge=event.payload["reasons"])


def on_replace_chair(definition, case, event):
    return _hearing(case, chair=event.payload["chair"], challenge="")


def on_record_hearing(definition, case, event):
    return _hearing(resume(case, event, "hearing"), recorded_at=event.at, challenge="")


# -------------------------------------------------------------- after the decision


def on_check_commitment(definition, case, event):
    return replace(case, check=event.payload["outcome"])


def on_licence(definition, case, event):
    """The licence changes by an act on it; ``licence`` knows how (`domain.md` 1.5)."""
    changed = licence.apply(case.licence, event.kind, event.payload, event.at.date())
    return replace(case, licence=changed)
