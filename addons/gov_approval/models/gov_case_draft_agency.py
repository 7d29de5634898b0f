from odoo import models

from ..kernel import agency
from ..kernel.errors import KernelError
from .applicant_form import power_form
from .speech import say


class GovCaseDraft(models.Model):
    """The power of attorney (授权委托书, Art. 29) of an application, with the filing or later."""

    _inherit = "gov.case.draft"

    def _get_asked(self):
        """The definition as far as this form asks for it."""
        definition = self.version_id._get_definition()
        if not self.is_for_power:
            return definition
        paper = agency.paper_of(definition)
        materials = [row | {"needed_if": ""} for row in definition["materials"]]
        return definition | {
            "form": power_form(definition),
            "materials": [row for row in materials if row["code"] == paper],
        }

    def _get_power_facts(self):
        """What the filing of a power of attorney records: the whole answers with the new agent."""
        old = {
            name: value
            for name, value in (self.case_id.answers or {}).items()
            if name not in agency.QUESTIONS
        }
        answers = old | {"has_agent": True} | (self.answers or {})
        return {"answers": answers, "agent": answers["agent_name"]}

    def _get_problems(self):
        problems = super()._get_problems()
        return problems if self.is_for_promised else problems + self._get_agent_problems()

    def _get_agent_problems(self):
        """A new power of attorney is in force and on paper; promises are signed by whoever may
        bind the applicant."""
        answers, filed = self.answers or {}, self.case_id.answers or {}
        if self.is_for_power:
            answers = answers | {"has_agent": True}
        held = agency.power_of(answers)
        if held is None and not self.promise:
            return []
        today = self.env["gov.calendar.day"]._local_now().date()
        problems = []
        if held and any(answers.get(name) != filed.get(name) for name in agency.QUESTIONS):
            lapse = held.lapse(today)
            if lapse:
                problems.append({"path": "agent_until", "text": say(self.env, lapse)})
            paper = agency.paper_of(self.version_id._get_definition())
            is_given = paper in self.material_ids.mapped("spec_code")
            # Elsewhere the paper is among the materials that are asked for.
            if self.case_id and not self.is_for_power and not is_given:
                text = self.env._("Please add the power of attorney of this agent.")
                problems.append({"path": f"material:{paper}", "text": text})
        refused = self._judge_signer(answers, held, today)
        if refused:
            problems.append({"path": "promise", "text": say(self.env, refused)})
        return problems

    def _judge_signer(self, answers, held, today):
        """Why the promises in this form are not signed by who may sign them; None if they are."""
        signer = self._get_signer()
        if not signer or agency.is_principal(answers, signer):
            return None
        if held is None or not agency.is_same(held.agent, signer):
            return KernelError("agency.no_power", name=signer, power="agent_sign")
        return held.refusal("agent_sign", today)
