from odoo import models
from odoo.tools import format_date

from ..kernel import case as casefile
from .speech import word

#: Endings against which there are remedies (Art. 7).
ADVERSE = ("refused", "not_required", "not_competent", "terminated", "abandoned")


class GovCase(models.Model):
    """What an applicant should know of the case now (办件动态): short sentences under a heading."""

    _inherit = "gov.case"

    def _get_news(self):
        """List of ``{title, lines}``; what asks for something comes first."""
        self.ensure_one()
        definition, facts = self._get_casefile()
        news = (
            self._tell_power(facts),
            self._tell_migration(),
            self._tell_promised(definition, facts),
            self._tell_messages(facts),
            self._tell_hearing(definition, facts),
            *self._tell_stops(definition, facts),
            self._tell_review(definition, facts),
            self._tell_extension(definition, facts),
            self._tell_public_notice(definition, facts),
            self._tell_dispatch(facts),
            self._tell_check(definition, facts),
            self._tell_statement(facts),
            self._tell_ending(definition, facts),
        )
        return [{"title": entry[0], "lines": entry[1:]} for entry in news if entry]

    def _say_day(self, day):
        return format_date(self.env, day)

    def _find_payload(self, *kinds, **values):
        """What the last event of one of these kinds recorded, with these values."""
        events = self._get_events().filtered(
            lambda event: event.kind in kinds and values.items() <= (event.payload or {}).items()
        )
        return events[-1:].payload or {}

    def _get_due_day(self, definition, facts, key):
        Day = self.env["gov.calendar.day"]
        dues = casefile.due_dates(definition, facts, Day._calendar(), Day._local_now().date())
        return dues[key].on if key in dues else None

    def _get_repeat_reason(self):
        """Why this is not the one notice that the law allows; empty for the first."""
        _definition, facts = self._get_casefile()
        if not facts.is_notice_repeated or facts.state != casefile.SUPPLEMENTING:
            return ""
        return self._find_payload("request_supplement").get("repeat_reason", "")

    # --------------------------------------------------------------- each matter

    def _tell_power(self, facts):
        rows = self._describe_power(facts)
        if not rows or facts.state == casefile.CLOSED:
            return None
        lines = [self.env._("%(a)s: %(b)s", a=label, b=text) for label, text in rows if text]
        return (self.env._("Power of attorney"), *lines)

    def _tell_promised(self, definition, facts):
        if not facts.deferred or facts.state == casefile.CLOSED:
            return None
        names = [m["name"] for m in definition["materials"] if m["code"] in facts.deferred]
        due_on = self._get_due_day(definition, facts, "deferral")
        line = (
            self.env._(
                "Hand them in by %(day)s. The result is handed out when they are in; without them"
                " the case is ended.",
                day=self._say_day(due_on),
            )
            if due_on
            else self.env._("The notice of acceptance will say by which day.")
        )
        return (self.env._("Papers you promised"), self.env._(", ").join(names), line)

    def _tell_messages(self, facts):
        """What completed steps told (``kernel.effects``), the latest first, while it is handled."""
        if facts.state == casefile.CLOSED:
            return None
        told = [
            message["text"]
            for event in self._get_events()
            for message in (event.payload or {}).get("messages", ())
        ]
        return (self.env._("Message from the department"), *reversed(told)) if told else None

    def _tell_hearing(self, definition, facts):
        hearing, title = facts.hearing, self.env._("Hearing")
        if hearing is None or facts.state != casefile.ACCEPTED:
            return None
        if hearing.recorded_at:
            return (title, self.env._("It was held; the decision follows its record."))
        if hearing.waived_at:
            return (title, self.env._("It was given up; the decision need not wait for one."))
        if hearing.called_at:
            return self._tell_called(title, hearing)
        if hearing.requested_at:
            due_on = self._get_due_day(definition, facts, "hearing")
            return (
                title,
                self.env._(
                    "You asked for one. It is held by %(day)s; you hear time and place seven"
                    " working days before.",
                    day=self._say_day(due_on),
                ),
            )
        due_on = self._get_due_day(definition, facts, "hearing_request")
        reasons = self._find_payload("tell_hearing_right").get("reasons", "")
        ask = self.env._(
            "You may ask for a hearing until the end of %(day)s.", day=self._say_day(due_on)
        )
        return (title, reasons, ask)

    def _tell_called(self, title, hearing):
        # The name of the chair is told, so that an interest can be pointed out (Art. 48).
        chair = self.env["res.users"].sudo().browse(hearing.chair).name
        lines = [
            self.env._(
                "%(day)s, %(place)s. Chair: %(chair)s.",
                day=f"{self._say_day(hearing.held_on)} {hearing.begins_at}".rstrip(),
                place=hearing.place,
                chair=chair,
            ),
            self.env._("Until then the period for the decision stands still."),
        ]
        if hearing.challenge:
            lines.append(
                self.env._("You asked for another chair; this is decided before the hearing.")
            )
        return (title, *lines)

    def _tell_stops(self, definition, facts):
        for record in facts.stop_records:
            if not record.is_open or record.ground == "hearing":
                continue
            due_on = self._get_due_day(definition, facts, f"stop:{record.number}")
            payload = self._find_payload("stop_clock", node=record.ground)
            yield (
                self.env._("The clock stands still"),
                payload.get("reasons") or "",
                self.env._(
                    "%(step)s, expected to end by %(day)s. This time is not counted.",
                    step=self._name_ground(record.ground, definition),
                    day=self._say_day(due_on),
                ),
            )

    def _tell_extension(self, definition, facts):
        if facts.extension is None or facts.state != casefile.ACCEPTED:
            return None
        return (
            self.env._("The period was extended"),
            self._find_payload("extend").get("reasons", ""),
            self.env._("%(days)s working days more (Art. 42).", days=facts.extension.days),
        )

    def _tell_public_notice(self, definition, facts):
        due_on = self._get_due_day(definition, facts, "public_notice")
        if not due_on:
            return None
        notice, title = facts.public_notice, self.env._("Public notice")
        line = self.env._(
            "Until the end of %(day)s, %(place)s.", day=self._say_day(due_on), place=notice.place
        )
        count = len(notice.objections)
        if not count:
            return (title, line)
        return (title, line, self.env._("Objections so far: %(count)s.", count=count))

    def _tell_dispatch(self, facts):
        dispatch = facts.dispatch
        if dispatch is None or facts.state != casefile.DECIDED:
            return None
        lines = [
            self.env._(
                "%(method)s, on %(day)s.",
                method=word(self.env, dispatch.method),
                day=self._say_day(dispatch.sent_on),
            )
        ]
        if dispatch.tracking:
            lines.append(self.env._("Tracking number: %(number)s", number=dispatch.tracking))
        return (self.env._("The result is on its way"), *lines)

    def _tell_check(self, definition, facts):
        due_on = self._get_due_day(definition, facts, "check")
        if not due_on:
            return None
        return (
            self.env._("Check of your promise"),
            self.env._("What you promised is checked by %(day)s.", day=self._say_day(due_on)),
        )

    def _tell_statement(self, facts):
        if not facts.applicant_statement:
            return None
        return (self.env._("Your statement"), facts.applicant_statement)

    def _tell_ending(self, definition, facts):
        """How it ended against the applicant: ground, reasons, right organ, remedies."""
        if facts.outcome not in ADVERSE:
            return None
        said = self._find_payload(
            "decide", "decide_at_once", "terminate", "decline", "refuse_acceptance"
        )
        ground = said.get("ground")
        lines = [
            word(self.env, ground) if ground else "",
            said.get("reasons") or said.get("opinion") or "",
        ]
        if said.get("competent_organ"):
            lines.append(
                self.env._("The right organ is: %(organ)s.", organ=said["competent_organ"])
            )
        guide = self.env["gov.item.version"]
        lines.append(guide._say_remedies(guide._get_guide_organ(definition)))
        return (self.env._("Why, and what you can do"), *lines)
