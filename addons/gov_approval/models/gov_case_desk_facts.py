from odoo import models

from ..kernel import agency, identity
from ..kernel import case as casefile
from .speech import say, word


class GovCase(models.Model):
    """What special procedures have come to (特别程序情况): one small card each on the case page.

    A card is ``{key, title, tone, rows: [{label, text}]}``; tone ``wait`` asks for attention.
    """

    _inherit = "gov.case"

    def _describe_cards(self, definition, facts):
        """The cards of a case in the order in which an officer needs them."""
        cards = (
            self._card_power(facts),
            self._card_papers(definition, facts),
            self._card_commitment(definition, facts),
            self._card_notice(definition, facts),
            self._card_hearing(facts),
            self._card_parties(facts),
            self._card_public_notice(facts),
            self._card_clock(definition, facts),
            self._card_dispatch(facts),
        )
        return [card for card in cards if card]

    def _card(self, key, rows, tone=""):
        """A card without content is none."""
        rows = [{"label": label, "text": text} for label, text in rows if text]
        return rows and {"key": key, "title": self._card_title(key), "tone": tone, "rows": rows}

    def _card_title(self, key):
        return {
            "power": self.env._("Power of attorney"),
            "papers": self.env._("Papers to follow"),
            "commitment": self.env._("Granted on a commitment"),
            "notice": self.env._("One-time notice"),
            "hearing": self.env._("Hearing"),
            "parties": self.env._("Parties' statements"),
            "public_notice": self.env._("Public notice"),
            "clock": self.env._("Stops and extension"),
            "dispatch": self.env._("On its way"),
        }[key]

    def _names(self, definition, codes):
        names = {m["code"]: m["name"] for m in definition["materials"]}
        return self.env._(", ").join(names.get(code, code) for code in sorted(codes))

    def _say_day(self, moment):
        return moment.strftime("%Y-%m-%d") if moment else ""

    def _describe_power(self, facts):
        """The power of attorney on the case (授权委托书), as officer and applicant see it."""
        held = facts.power
        if held is None:
            return []
        today = self.env["gov.calendar.day"]._local_now().date()
        lapse = held.lapse(today)
        powers = [word(self.env, power) for power in agency.AGENT_POWERS if power in held.powers]
        return [
            (self.env._("Principal"), self.applicant_name),
            (word(self.env, "agent"), held.agent),
            (
                self.env._("Identity number"),
                identity.mask_id(facts.answers.get("agent_person_id") or ""),
            ),
            (self.env._("For"), self.item_id.name),
            (
                self.env._("Express powers"),
                self.env._(", ").join(powers) or self.env._("none: filing only"),
            ),
            (self.env._("Valid"), f"{held.since or '…'} – {held.until or '…'}"),
            (self.env._("Note"), say(self.env, lapse) if lapse else ""),
        ]

    def _card_power(self, facts):
        rows = self._describe_power(facts)
        return self._card("power", rows, "wait" if rows and rows[-1][1] else "")

    def _card_papers(self, definition, facts):
        return self._card(
            "papers",
            [(self.env._("Still promised"), self._names(definition, facts.deferred))],
            "wait",
        )

    def _card_commitment(self, definition, facts):
        states = {
            "open": self.env._("Check is due"),
            "kept": word(self.env, "kept"),
            "broken": word(self.env, "broken"),
        }
        return self._card(
            "commitment",
            [
                (self.env._("Instead of"), self._names(definition, facts.committed)),
                (word(self.env, "check"), states.get(facts.check, "")),
            ],
            "wait" if facts.check in ("open", "broken") else "",
        )

    def _card_notice(self, definition, facts):
        """What was asked for, and how the applicant answered it."""
        rows = [
            (request["material"], request["reply"] or self.env._("Handed in again"))
            for request in facts.answered
        ]
        if facts.is_notice_repeated:
            reason = self._get_events().filtered(lambda e: e.kind == "request_supplement")[-1:]
            text = (reason.payload or {}).get("repeat_reason", "")
            rows.append((word(self.env, "repeat_reason"), text))
        return self._card("notice", rows, "wait" if facts.is_notice_repeated else "")

    def _card_hearing(self, facts):
        hearing = facts.hearing
        if not hearing:
            return None
        chair = self.env["res.users"].sudo().browse(hearing.chair).name  # on the public notice
        rows = [
            (self.env._("Told of the right"), self._say_day(hearing.told_at)),
            (self.env._("Asked for by"), hearing.requester),
            (self.env._("Waived"), self._say_day(hearing.waived_at)),
            (word(self.env, "held_on"), self._say_day(hearing.held_on)),
            (word(self.env, "begins_at"), hearing.begins_at),
            (self.env._("Place"), hearing.place),
            (word(self.env, "chair"), chair if hearing.chair else ""),
            (self.env._("Chair challenged"), hearing.challenge),
            (self.env._("Record entered"), self._say_day(hearing.recorded_at)),
        ]
        return self._card("hearing", rows, "" if hearing.is_over else "wait")

    def _card_parties(self, facts):
        waiting = self.env._("No statement yet")
        rows = [(party.name, party.statement or waiting) for party in facts.third_parties]
        rows.append((word(self.env, "applicant"), facts.applicant_statement))
        return self._card("parties", rows)

    def _card_public_notice(self, facts):
        notice = facts.public_notice
        if not notice:
            return None
        period = self.env._(
            "%(days)s %(unit)s from %(day)s",
            days=notice.days,
            unit=word(self.env, notice.unit),
            day=self._say_day(notice.published_on),
        )
        open_text = self.env._("(no answer yet)")
        rows = [(self.env._("Period"), period), (self.env._("Place"), notice.place)]
        rows += [
            (
                self.env._("Objection by %(name)s", name=one.objector),
                f"{one.text} — {one.answer or open_text}",
            )
            for one in notice.objections
        ]
        is_open = any(not one.answer for one in notice.objections)
        return self._card("public_notice", rows, "wait" if is_open else "")

    def _card_clock(self, definition, facts):
        rows = [
            (self._name_ground(record.ground, definition), self._say_stop(record))
            for record in facts.stop_records
        ]
        if facts.extension:
            text = self.env._(
                "%(days)s working days, approved on %(day)s",
                days=facts.extension.days,
                day=self._say_day(facts.extension.approved_on),
            )
            rows.append((word(self.env, "extend"), text))
        return self._card("clock", rows)

    def _say_stop(self, record):
        days = {"started": self._say_day(record.started_on), "days": record.expected_days}
        if record.is_cancelled:
            return self.env._("From %(started)s; cancelled, it stops nothing", **days)
        if record.ended_on is None:
            return self.env._("Since %(started)s; %(days)s working days were announced", **days)
        return self.env._(
            "%(started)s to %(ended)s; %(days)s working days were announced",
            ended=self._say_day(record.ended_on),
            **days,
        )

    def _card_dispatch(self, facts):
        sent = facts.dispatch
        if not sent or facts.state == casefile.CLOSED:
            return None
        return self._card(
            "dispatch",
            [
                (word(self.env, "method"), word(self.env, sent.method)),
                (self.env._("Sent on"), self._say_day(sent.sent_on)),
                (word(self.env, "tracking"), sent.tracking),
            ],
            "wait",
        )
