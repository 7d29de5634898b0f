"""Values that a document (文书) may place: facts of a case said in official Chinese.

``get_facts`` gives those of every act; what only some acts have to say stands in ``_BY_ACT``.
"""

from dataclasses import replace
from datetime import timedelta

from ..kernel import case as casefile
from ..kernel import dues, issuing, licence
from . import document_words as words
from .document_words import say_date, say_iso, say_period

#: Periods whose end a document may name.
_DUES = {
    "notice": "notice_due_on",
    "supplement": "supplement_due_on",
    "deferral": "deferral_due_on",
    "promised": "promised_due_on",
    "statutory": "statutory_due_on",
    "hearing_request": "hearing_request_due_on",
    "public_notice": "notice_to",
}
_MOMENTS = {
    "received_at": "received_on",
    "accepted_at": "accepted_on",
    "decided_at": "decided_on",
    "clock_from": "clock_from_on",
}


def get_facts(case, definition, event, after, certificate) -> dict:
    """``kernel.document.FACTS`` and all form fields of a case for the documents of ``event``.

    :param CaseFile after: the facts of the case after the event
    :param dict certificate: columns of the certificate that the event issues, if it does
    """
    facts = {
        field["code"]: words.say_answer(field, after.answers.get(field["code"]))
        for field in definition["form"]["fields"]
    }
    facts["applicant_id_masked"] = facts["applicant_person_id"] or facts["applicant_credit_code"]
    facts |= _network(case, definition)
    facts |= _who_acts(case, event)
    facts |= _said(definition, event)
    facts |= _periods(case, definition, event, after)
    facts |= _materials(definition, event, after)
    facts |= _terms(definition, after, certificate)
    facts["step_name"] = "、".join(
        casefile.node_of(definition, node)["name"] for node, _result in after.just_completed
    )
    say = _BY_ACT.get(event.kind)
    return facts | say(case, definition, event, after, facts) if say else facts


def say_delivered(case, issued) -> str:
    """The documents that a delivery hands over (Art. 44), those of this very act included."""
    rows = [(d.kind, d.name, d.number) for d in case.document_ids]
    rows += [(row["kind"], row["name"], row["number"]) for row in issued]
    handed = [f"{name}（{number}）" for kind, name, number in rows if kind in issuing.RESULTS]
    return "\n".join(handed)


# ----------------------------------------------------------------- facts of every act


def _network(case, definition):
    centre, guide = case.centre_id, definition["guide"]
    return {
        "case_number": case.number,
        "item_name": definition["item"]["name"],
        "department_name": case.department_id.name,
        "centre_name": centre.name,
        "centre_address": centre.address,
        "consult_phone": guide["consult_phone"],
        "complaint_phone": guide["complaint_phone"],
        "reconsideration_body": centre.reconsideration_body,
        "court": centre.court,
        "legal_basis": words.say_bases(definition["bases"]),
        "result_name": definition["result"]["name"],
    }


def _who_acts(case, event):
    actor = case.env.user.name if event.actor else ""
    payload = event.payload
    is_signed = bool(payload.get("mandate")) or event.role == "government_head"
    return {
        "document_date": say_date(event.at.date()),
        "clerk_name": words.ONLINE if event.role == "applicant" else actor,
        "signer_name": actor if is_signed else "",
        "mandate": payload.get("mandate"),
    }


def _said(definition, event):
    payload, kind = event.payload, event.kind
    ground = payload.get("ground")
    family = "refuse" if payload.get("decision") == "refuse" else kind
    found, article = words.say_ground(family, ground)
    block = licence.block_of(definition, kind, payload, event.at.date())
    until = block.until if block else None
    return {
        "reasons": words.end_sentence(payload.get("reasons") or payload.get("opinion")),
        "opinion": payload.get("opinion"),
        "outcome": words.OUTCOMES.get(payload.get("outcome")),
        "ground": found,
        "ground_article": article,
        "ground_on": say_iso(payload.get("ground_on")),
        "false_papers": words.YES if ground == "false_papers" else "",
        "by_fraud": words.YES if ground == "fraud" else "",
        "holder_request": words.YES if ground == "holder_request" else "",
        "barred_for": say_period(until.year - event.at.year, "year") if until else "",
        "compensation": payload.get("compensation"),
        "competent_organ": payload.get("competent_organ"),
        "days": payload.get("days") or payload.get("expected_days"),
        "receiver": payload.get("receiver"),
        "signed_by": payload.get("signed_by"),
        "decided_at_once": words.YES if kind == "decide_at_once" else "",
    }


def _due_dates(case, definition, after, event):
    calendar = case.env["gov.calendar.day"]._calendar()
    return casefile.due_dates(definition, after, calendar, event.at.date())


def _periods(case, definition, event, after):
    found = _due_dates(case, definition, after, event)
    facts = {name: say_date(found[key].on) if key in found else "" for key, name in _DUES.items()}
    for moment, name in _MOMENTS.items():
        at = getattr(after, moment)
        facts[name] = say_date(at.date()) if at else ""
    facts["deemed_accepted_on"] = facts["accepted_on"] if after.is_deemed_accepted else ""
    period = definition.get("check") or dues.CHECK
    facts["check_period"] = say_period(period["value"], period["unit"])
    return facts


def _materials(definition, event, after):
    names = {m["code"]: m["name"] for m in definition["materials"]}
    return {
        "deferred_materials": "、".join(n for code, n in names.items() if code in after.deferred),
        "committed_materials": "、".join(n for code, n in names.items() if code in after.committed),
        "third_parties": "、".join(party.name for party in after.third_parties),
    }


def _terms(definition, after, certificate):
    """The licence that is issued, and the one that the case is about (Art. 49, 50)."""
    about, result = after.renews or {}, definition["result"]
    facts = {
        "and_result": f"，并颁发{result['name']}" if result["type"] == "licence" else "",
        "former_name": result["name"] if about else "",
        "former_number": about.get("number"),
        "former_valid_to": say_iso(about.get("valid_to")) or words.NO_LIMIT if about else "",
        "renewed_by_silence": words.YES if after.is_renewed_by_silence else "",
    }
    if certificate:
        facts |= {
            "certificate_number": certificate["number"],
            "verification_code": certificate["verification_code"],
            "valid_from": say_date(certificate["valid_from"]),
            "valid_to": say_date(certificate["valid_to"]) or words.NO_LIMIT,
        }
    return facts


# ------------------------------------------------------------- facts of some acts only


def _last(case, *kinds):
    """The last earlier event of one of these kinds; None if there is none."""
    events = case._get_events()._to_kernel()
    return next((event for event in reversed(events) if event.kind in kinds), None)


def _name(case, user_id):
    return case.env["res.users"].browse(user_id).name if user_id else ""


def _of_supplement(case, definition, event, after, facts):
    return {"supplemented_on": say_date(event.at.date())}


def _of_notice(case, definition, event, after, facts):
    return {
        "notice_round": after.notices,
        "repeat_reason": event.payload.get("repeat_reason"),
    }


def _of_refused_acceptance(case, definition, event, after, facts):
    ground = event.payload.get("ground", "not_competent")
    found, article = words.say_ground(event.kind, ground)
    return {"ground": found, "ground_article": article}


def _of_decision(case, definition, event, after, facts):
    """A licence given up by its holder is cancelled at the holder's request (Art. 70)."""
    if event.payload["decision"] == "refuse":
        ground = event.payload.get("ground", "conditions_not_met")
        found, article = words.say_ground("refuse", ground)
        return {"ground": found, "ground_article": article}
    if definition.get("handles") != licence.CANCELLATION:
        return {}
    found, article = words.say_ground("cancel_licence", "holder_request")
    return {
        "ground": found,
        "ground_article": article,
        "ground_on": facts["received_on"],
        "holder_request": words.YES,
    }


def _of_stop(case, definition, event, after, facts):
    """A stop of the clock (特别程序): for a licence only Art. 45 keeps the statute waiting."""
    node = casefile.node_of(definition, event.payload["node"])
    record = after.open_stop(node["code"])
    if record is None:
        return {}
    said = words.PROCEDURES.get(record.kind, words.PROCEDURES["other"])
    end = _due_dates(case, definition, after, event).get(f"stop:{record.number}")
    is_counted = any(s.ground == record.ground for s in after.statutory_stops(definition))
    return {
        "step_name": node["name"],
        "procedure_kind": said,
        "expected_end_on": say_date(end.on) if end else "",
        "not_counted_by_law": said if is_counted else "",
    }


def _of_public_notice(case, definition, event, after, facts):
    notice = after.public_notice
    place = f"公示地点和方式：{notice.place}"
    return _of_stop(case, definition, event, after, facts) | {
        "notice_from": say_date(notice.published_on),
        "notice_days": say_period(notice.days, notice.unit),
        "notice_place": notice.place,
        "reasons": f"作出行政许可决定前应当公示。{place}",
    }


def _of_cancelled_stop(case, definition, event, after, facts):
    number = int(event.payload["stop"])
    record = next(r for r in after.stop_records if r.number == number)
    said = words.PROCEDURES.get(record.kind, words.PROCEDURES["other"])
    since = say_date(record.started_on)
    return {"corrected_notice": f"特别程序（{said}，自{since}起不计算办理期限）"}


def _of_cancelled_extension(case, definition, event, after, facts):
    return {"corrected_notice": "办理期限的延长"}


def _of_extension(case, definition, event, after, facts):
    """By the head of the organ, for joint handling by the head of the government (Art. 42)."""
    before = replace(after, extension=None, extension_covers=frozenset())
    due = _due_dates(case, definition, before, event).get("statutory")
    is_joint = casefile.is_joint(definition)
    return {
        "former_due_on": say_date(due.on) if due else "",
        "extension_paragraph": "第二款" if is_joint else "第一款",
        "approver_office": "本级人民政府负责人" if is_joint else "本行政机关负责人",
    }


def _of_step(case, definition, event, after, facts):
    payload = event.payload
    return {
        "step_name": casefile.node_of(definition, payload["node"])["name"],
        "visited_on": say_iso(payload.get("visited_on")),
        "officers": "、".join(_name(case, officer) for officer in payload.get("officers", ())),
    }


def _of_third_party(case, definition, event, after, facts):
    party = after.third_parties[-1]
    return {"third_party_name": party.name, "third_party_interest": party.interest}


def _of_hearing(case, definition, event, after, facts):
    hearing = after.hearing
    parties = [facts["applicant_name"], *(party.name for party in after.third_parties)]
    return {
        "hearing_parties": "、".join(parties),
        "hearing_requester": hearing.requester,
        "hearing_on": f"{say_date(hearing.held_on)}{hearing.begins_at}",
        "hearing_place": hearing.place,
        "hearing_chair": _name(case, hearing.chair),
        "hearing_attended": event.payload.get("attended"),
        "hearing_record": event.payload.get("record"),
        "own_motion_reasons": event.payload.get("reasons") if event.kind == "call_hearing" else "",
    }


def _of_new_chair(case, definition, event, after, facts):
    called = _last(case, "call_hearing", "replace_chair")
    return _of_hearing(case, definition, event, after, facts) | {
        "former_chair": _name(case, called.payload["chair"]),
    }


def _of_ending_by_time(case, definition, event, after, facts):
    """The system ends a case for want of papers; the reason is what did not come."""
    found, article = words.say_ground("terminate", event.kind)
    if event.kind == "abandon":
        reasons = f"申请人收到{say_date(after.noticed_at.date())}的一次性告知书后，逾期未补正。"
    else:
        reasons = f"承诺补交的下列材料逾期未补齐：{facts['deferred_materials']}。"
    return {"ground": found, "ground_article": article, "reasons": reasons}


def _of_dispatch(case, definition, event, after, facts):
    ripe_on = event.at.date() + timedelta(days=dues.DELIVERED_BY_NOTICE.value)
    return {"deemed_delivered_on": say_date(ripe_on)}


def _of_delivery(case, definition, event, after, facts):
    """The receipt of service (送达回证): by hand, left behind, posted, electronic, by notice."""
    method, sent = event.payload.get("method"), None
    if event.kind == "confirm_delivery":
        sent = _last(case, "dispatch")
        method = sent.payload["method"]
    said = {
        "method": words.METHODS.get(method),
        "left_behind": words.YES if method == "left" else "",
        "delivered_on": say_iso(event.payload.get("received_on")) or facts["document_date"],
        "delivery_place": {
            "window": facts["centre_name"],
            "electronic": "政务服务平台（电子送达）",
            "notice": "公告",
        }.get(method, facts["applicant_address"]),
    }
    if sent:
        on = "announced_on" if method == "notice" else "sent_on"
        said |= {
            on: say_date(sent.at.date()),
            "tracking": sent.payload.get("tracking"),
            "consent": sent.payload.get("consent"),
            "clerk_name": _name(case, sent.actor),
        }
    return said


def _of_at_once(case, definition, event, after, facts):
    return _of_decision(case, definition, event, after, facts) | _of_delivery(
        case, definition, event, after, facts
    )


def _of_check(case, definition, event, after, facts):
    """The check of a promise: what was found and what follows, for the signature (Art. 61)."""
    payload = event.payload
    return {
        "checked_on": say_iso(payload["checked_on"]),
        "handling": words.HANDLINGS[payload["outcome"]],
    }


def _of_licence(case, definition, event, after, facts):
    """An act on the licence that this case issued: its last certificate in the register."""
    held = case.certificate_ids.sorted("id")[-1:]
    heard = _last(case, "hear_holder")
    return {
        "former_name": held.name,
        "former_number": held.number,
        "former_valid_to": say_date(held.valid_to) or words.NO_LIMIT,
        "holder_statement": heard.payload["statement"] if heard else "",
    }


_BY_ACT = {
    "supplement": _of_supplement,
    "hand_in_deferred": _of_supplement,
    "file_power": _of_supplement,
    "request_supplement": _of_notice,
    "refuse_acceptance": _of_refused_acceptance,
    "decide": _of_decision,
    "decide_at_once": _of_at_once,
    "stop_clock": _of_stop,
    "cancel_stop": _of_cancelled_stop,
    "extend": _of_extension,
    "cancel_extension": _of_cancelled_extension,
    "complete_step": _of_step,
    "publish_notice": _of_public_notice,
    "name_third_party": _of_third_party,
    "tell_hearing_right": _of_hearing,
    "call_hearing": _of_hearing,
    "replace_chair": _of_new_chair,
    "record_hearing": _of_hearing,
    "abandon": _of_ending_by_time,
    "end_deferral": _of_ending_by_time,
    "deliver": _of_delivery,
    "dispatch": _of_dispatch,
    "confirm_delivery": _of_delivery,
    "check_commitment": _of_check,
    "revoke_licence": _of_licence,
    "withdraw_licence": _of_licence,
    "suspend_licence": _of_licence,
    "resume_licence": _of_licence,
    "cancel_licence": _of_licence,
}
