from odoo import models

from ..kernel import case as casefile
from ..kernel import form, identity
from .gov_sealed import DOOR


class GovCase(models.Model):
    """The columns of a case (办件投影): recomputed from its events, never edited.

    ``_project_into`` is the only writer; projecting refolded events again changes nothing.
    """

    _inherit = "gov.case"

    def _project(self):
        """Fold the events again and store what differs from them."""
        found, writing = self._enter(), self._door_begin(DOOR)
        with_answers = found.before.answers != (self.answers or {})
        self._project_into(writing, found, found.before, with_answers)
        writing.send()

    def _project_into(self, writing, found, after, with_answers, *, head=None, birth=None):
        """Add to ``writing`` every column, step and answer that follows from the facts.

        :param head: digest of a new event; ``birth``: columns of a case that is not written yet
        """
        Day = self.env["gov.calendar.day"]
        today = Day._local_now().date()
        dues = casefile.due_dates(found.definition, after, Day._calendar(), today)
        vals = {"version_id": found.version, **self._prepare_columns(after, dues)}
        if with_answers:
            vals |= self._prepare_applicant(after.answers)
        if head:
            vals["head"] = head
        if birth:
            departments = [id_ for id_, _is_staff in found.network.departments.values()]
            writing.insert(self, [birth | vals])
            writing.link(self, "handling_department_ids", departments)
        elif changed := {name: value for name, value in vals.items() if self._is_new(name, value)}:
            writing.update(self, changed)
        self._project_steps(writing, found, after, dues)
        self._project_opinions(writing, found, after, dues)
        if with_answers:
            self._project_answers(writing, found.definition, after.answers, is_first=bool(birth))

    def _is_new(self, name, value):
        stored = self[name].id if self._fields[name].type == "many2one" else self[name]
        return (stored or False) != (value or False)

    def _prepare_columns(self, after, dues):
        """The columns of the case as its facts have them, but for the answers."""
        Day = self.env["gov.calendar.day"]
        upcoming = casefile.next_due(dues)
        vals = {
            "calendar_version": Day._version(),
            "state": after.state,
            "outcome": after.outcome or False,
            "is_stopped": after.is_stopped,
            "is_deemed_accepted": after.is_deemed_accepted,
            "is_notice_repeated": after.is_notice_repeated,
            "is_renewed_by_silence": after.is_renewed_by_silence,
            "has_promised_papers": bool(after.deferred),
            "commitment_check": after.check or False,
            "chair_id": self._get_chair(after),
            "next_due_on": upcoming.on if upcoming else False,
            "is_due_provisional": bool(upcoming and upcoming.provisional),
        }
        for name in ("promised", "statutory"):
            if name in dues:
                vals[f"{name}_due_on"] = dues[name].on
        for name in ("received_at", "accepted_at", "decided_at", "closed_at"):
            vals[name] = Day._utc(getattr(after, name))
        return vals

    def _get_chair(self, after):
        """Who has to hold the hearing that is called."""
        hearing = after.hearing
        is_called = hearing and hearing.called_at and not hearing.is_over
        return hearing.chair if is_called and after.state == casefile.ACCEPTED else False

    def _prepare_applicant(self, answers):
        """The columns that repeat the answers."""
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

    def _project_steps(self, writing, found, after, dues):
        """A new row for each new passage; those that were open get what became of them."""
        Step = self.env["gov.case.step"]
        Day = self.env["gov.calendar.day"]
        departments = found.network.departments
        new = []
        for sequence, step in enumerate(after.steps, 1):
            is_active = step.completed_at is None
            if sequence <= len(found.before.steps) and sequence not in found.steps:
                continue
            vals = {
                "is_active": is_active,
                "completed_at": Day._utc(step.completed_at),
                "completed_by_id": step.completed_by or False,
                "outcome": step.outcome or False,
                "opinion": step.opinion or False,
            }
            if is_active:
                due = dues.get(f"step:{step.node}") or dues.get("notice")
                vals["due_on"] = due.on if due else False
            if sequence in found.steps:
                writing.update(Step.browse(found.steps[sequence]), vals)
                continue
            node = casefile.node_of(found.definition, step.node)
            vals |= {
                "case_id": self.id,
                "sequence": sequence,
                "node": step.node,
                "name": node["name"],
                "stage": node["stage"] or False,
                "role": node["role"] or False,
                "department_id": departments.get(node["department"], [self.department_id.id])[0],
                "started_at": Day._utc(step.started_at),
            }
            new.append(vals)
        if new:
            writing.insert(Step, new)

    def _project_answers(self, writing, definition, answers, *, is_first):
        """Rebuild the typed rows of the indexed answers; always equal to ``answers``."""
        Answer = self.env["gov.case.answer"]
        if not is_first:
            writing.delete(Answer, "case_id", self.id)
        columns = {"number": "value_number", "money": "value_number", "date": "value_date"}
        rows = [
            {
                "case_id": self.id,
                "code": part.code,
                "row": part.row,
                columns.get(part.kind, "value_char"): part.value,
            }
            for part in form.projection(definition["form"], answers)
        ]
        if rows:
            writing.insert(Answer, rows)
