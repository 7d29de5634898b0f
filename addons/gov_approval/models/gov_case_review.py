from odoo import models

from ..kernel import case as casefile
from ..kernel import case_facts, clock
from .gov_case import READER_GROUPS
from .speech import word


class GovCase(models.Model):
    """Joint reviews in words (联合审查情况): who was asked, until when, and what they say."""

    _inherit = "gov.case"

    def _describe_reviews(self, definition, facts):
        """One table a passage through a joint review, the running one first."""
        rounds = {}
        for one in facts.opinions:
            rounds.setdefault((one.step, one.node), []).append(one)
        return [
            self._describe_review(definition, facts, number, node, opinions)
            for (number, node), opinions in sorted(rounds.items(), reverse=True)
        ]

    def _describe_review(self, definition, facts, number, code, opinions):
        node, step = casefile.node_of(definition, code), facts.steps[number]
        Day = self.env["gov.calendar.day"]
        dues = casefile.due_dates(definition, facts, Day._calendar(), Day._local_now().date())
        return {
            "key": number,
            "name": node["name"],
            "rule": self._say_rule(node["joint"]),
            "is_open": step.completed_at is None,
            "result": word(self.env, step.outcome) if step.outcome else "",
            "is_negative": step.outcome == "object",
            "rows": [
                self._describe_opinion(one, dues.get(f"opinion:{one.node}:{one.department}"))
                for one in opinions
            ],
        }

    def _say_rule(self, joint):
        if joint["rule"] == "quorum":
            return self.env._("passes when %(count)s agree", count=joint["quorum"])
        if joint["rule"] == "veto":
            return self.env._("ends with the first objection")
        return self.env._("waits for everybody; one objection and it does not pass")

    def _describe_opinion(self, one, due):
        Day = self.env["gov.calendar.day"]
        today = Day._local_now().date()
        remaining = clock.remaining_days(today, due.on, Day._calendar()) if due else None
        is_late = due is not None and due.on < today
        unit = self._get_asked_units()[one.department]
        # Who speaks for a department is no secret among those who handle the case.
        officer = self.env["res.users"].sudo().browse(one.given_by or ())
        has_duty = self.env.user.has_groups(READER_GROUPS)
        return {
            "department": unit.name,
            "is_mine": self.env.user in unit.staff_ids,
            "state": self._say_opinion(one, is_late),
            "tone": _tone(one, is_late),
            "due_on": due.on.isoformat() if due else "",
            "remaining_text": self._say_days(remaining) if due else "",
            "acknowledged_on": self._say_local(one.acknowledged_at),
            "opinion": one.text if has_duty else "",
            "basis": one.basis if has_duty else "",
            "is_corrected": one.is_corrected,
            "officer": officer.name or "",
            "given_on": self._say_local(one.given_at),
        }

    def _get_asked_units(self):
        """The departments asked, by code."""
        units = self.sudo().opinion_ids.department_id  # names and staff, no contents
        return {unit.code: unit for unit in units}

    def _say_local(self, moment):
        return moment.strftime("%Y-%m-%d %H:%M") if moment else ""

    def _say_opinion(self, one, is_late):
        if one.value:
            return word(self.env, one.value)
        if not one.is_open:
            return self.env._("No longer needed")
        return self.env._("Late") if is_late else self.env._("Awaited")

    def _describe_awaited(self, definition, facts):
        """Departments whose opinions the case waits for, as the page names who has to act."""
        units = self._get_asked_units()
        return [
            {
                "name": casefile.node_of(definition, one.node)["name"],
                "role": word(self.env, "reviewer"),
                "department": units[one.department].name,
            }
            for one in facts.opinions
            if one.is_awaited
        ]

    def _count_opinions(self, facts, code):
        """How far a running review has come, for the picture; empty for any other node."""
        asked = [one for one in facts.opinions if one.is_open and one.node == code]
        given = sum(not one.is_awaited for one in asked)
        if not asked:
            return ""
        return self.env._("%(given)s of %(asked)s opinions", given=given, asked=len(asked))

    def _tell_review(self, definition, facts):
        """To the applicant: how many were asked and how many answered, never who said what."""
        running = [one for one in facts.opinions if one.is_open]
        if not running:
            return None
        due_on = self._get_due_day(definition, facts, f"step:{running[0].node}")
        line = self.env._(
            "%(asked)s departments look at your application at the same time; %(given)s have"
            " answered.",
            asked=len(running),
            given=sum(not one.is_awaited for one in running),
        )
        if not due_on:
            return (self.env._("Joint review"), line)
        until = self.env._("Their answers are due by %(day)s.", day=self._say_day(due_on))
        return (self.env._("Joint review"), line, until)


def _tone(one, is_late):
    if one.is_awaited:
        return "late" if is_late else "wait"
    return {"object": "bad", "agree": "good"}.get(one.value, "")


class GovItemVersion(models.Model):
    _inherit = "gov.item.version"

    def _name_reviewers(self, node):
        """The departments that a joint review asks, as the public guide names them."""
        codes = case_facts.reviewing_departments(node)
        # The guide is public, and so is who decides with whom.
        units = self.env["gov.department"].sudo().search([("code", "in", codes)])
        return self.env._(", ").join(units.mapped("name"))
