from odoo import models

from ..kernel import case as casefile
from ..kernel import form, identity
from .gov_sealed import DOOR


class GovCase(models.Model):
    """The columns of a case (办件投影): recomputed from its events, never edited.

    ``_project`` is the only writer; projecting refolded events again changes nothing.
    """

    _inherit = "gov.case"

    def _project(self, definition, after, today):
        """Store every column that follows from the events."""
        dues = casefile.due_dates(
            definition, after, self.env["gov.calendar.day"]._calendar(), today
        )
        upcoming = casefile.next_due(dues)
        vals = {
            "calendar_version": self.env["gov.calendar.day"]._version(),
            "state": after.state,
            "outcome": after.outcome or False,
            "is_stopped": after.is_stopped,
            "is_deemed_accepted": after.is_deemed_accepted,
            "next_due_on": upcoming.on if upcoming else False,
            "is_due_provisional": bool(upcoming and upcoming.provisional),
        }
        for name in ("promised", "statutory"):
            if name in dues:
                vals[f"{name}_due_on"] = dues[name].on
        for name in ("received_at", "accepted_at", "decided_at", "closed_at"):
            vals[name] = self.env["gov.calendar.day"]._utc(getattr(after, name))
        if after.answers != (self.answers or {}):
            vals |= self._prepare_applicant_vals(definition, after.answers)
        self._door_write(DOOR, vals)
        self._project_steps(definition, after, dues)
        if "answers" in vals:
            self._project_answers(definition)

    def _prepare_applicant_vals(self, definition, answers):
        person = answers.get("applicant_person_id")
        return {
            "answers": dict(answers),
            "applicant_name": answers.get("applicant_name"),
            "applicant_kind": answers.get("applicant_kind"),
            "applicant_id_masked": identity.mask_id(person)
            if person
            else answers.get("applicant_credit_code"),
            "applicant_phone": answers.get("applicant_phone"),
            "agent_name": answers.get("agent_name"),
        }

    def _project_steps(self, definition, after, dues):
        known = {step.sequence: step for step in self.step_ids}
        departments = {d.code: d.id for d in self.handling_department_ids}
        new = []
        for sequence, step in enumerate(after.steps, 1):
            node = casefile.node_of(definition, step.node)
            due = dues.get(f"step:{step.node}") or dues.get("notice")
            vals = {
                "is_active": step.completed_at is None,
                "completed_at": self.env["gov.calendar.day"]._utc(step.completed_at),
                "completed_by_id": step.completed_by or False,
                "outcome": step.outcome or False,
                "opinion": step.opinion or False,
            }
            if step.completed_at is None:
                vals["due_on"] = due.on if due else False
            if sequence in known:
                if known[sequence].is_active:
                    known[sequence]._door_write(DOOR, vals)
                continue
            new.append(
                vals
                | {
                    "case_id": self.id,
                    "sequence": sequence,
                    "node": step.node,
                    "name": node["name"],
                    "stage": node["stage"] or False,
                    "role": node["role"] or False,
                    "department_id": departments.get(node["department"], self.department_id.id),
                    "started_at": self.env["gov.calendar.day"]._utc(step.started_at),
                }
            )
        if new:
            self.env["gov.case.step"]._door_create(DOOR, new)

    def _project_answers(self, definition):
        """Rebuild the typed rows of the indexed answers; always equal to ``answers``."""
        Answer = self.env["gov.case.answer"]
        Answer.search([("case_id", "=", self.id)])._door_unlink(DOOR)
        columns = {"number": "value_number", "money": "value_number", "date": "value_date"}
        rows = form.projection(definition["form"], self.answers or {})
        Answer._door_create(
            DOOR,
            [
                {
                    "case_id": self.id,
                    "code": part.code,
                    "row": part.row,
                    columns.get(part.kind, "value_char"): part.value,
                }
                for part in rows
            ],
        )
