from odoo import models
from odoo.exceptions import UserError

from ..kernel import identity, intermediary
from ..kernel.errors import KernelError
from .gov_sealed import DOOR
from .speech import say


class GovCaseDraft(models.Model):
    """Whom the applicant chose for an intermediary service (自主选择中介服务机构).

    A statement of the applicant, never of the organ: no list is offered here, nothing is preset,
    and it is voluntary.  It becomes part of the event that files the form; no act changes it then.
    """

    _inherit = "gov.case.draft"

    def _get_services(self):
        """The intermediary services of the item by the material that they yield."""
        definition = self.version_id._get_definition()
        materials = {spec["code"] for spec in definition["materials"]}
        return {
            row["material"]: row
            for row in definition.get("intermediaries", ())
            if row["material"] in materials and row["commissioned_by"] != intermediary.ORGAN
        }

    def _set_provider(self, spec_code, statement):
        """Record the choice for a material, or with no statement take it back.

        :param dict statement: ``by`` (self, provider), ``name``, ``credit_code``, ``is_own``
        """
        self._check_is_open()
        spec = self._get_spec(spec_code)
        chosen = dict(self.providers or {})
        chosen.pop(spec["code"], None)
        if statement:
            try:
                chosen[spec["code"]] = self._judge_provider(spec, statement)
            except KernelError as error:
                raise UserError(say(self.env, error)) from error
        self._door_write(DOOR, {"providers": chosen})

    def _judge_provider(self, spec, statement):
        row = self._get_services().get(spec["code"])
        if not row:
            raise KernelError("intermediary.no_service", material=spec["name"])
        if not isinstance(statement, dict):
            raise UserError(self.env._("The form sent something odd. Reload the page."))
        code = statement.get("credit_code")
        Registry = self.env["gov.intermediary.provider"]
        registered = isinstance(code, str) and Registry._find_registered(identity.normalise(code))
        today = self.env["gov.calendar.day"]._local_now().date()
        return intermediary.check_choice(row, statement, registered or None, today)

    def _get_provider_problems(self):
        """Choices that no longer hold: suspended or expired since they were stated."""
        services, problems = self._get_services(), []
        for code, choice in (self.providers or {}).items():
            if code not in services:
                continue
            try:
                self._judge_provider(self._get_spec(code), {**choice, "is_own": True})
            except KernelError as error:
                problems.append({"path": f"material:{code}", "text": say(self.env, error)})
        return problems

    def _get_filed_providers(self):
        """Choices for materials that come in with this form."""
        given = set(self.material_ids.mapped("spec_code")) & self._get_services().keys()
        return {code: row for code, row in (self.providers or {}).items() if code in given}

    def _get_receive_facts(self):
        providers = self._get_filed_providers()
        return super()._get_receive_facts() | ({"providers": providers} if providers else {})

    def _get_supplement_act(self):
        kind, facts = super()._get_supplement_act()
        providers = self._get_filed_providers()
        return kind, facts | ({"providers": providers} if providers else {})

    # -------------------------------------------------------------- on the screen

    def _describe_providers(self):
        """By material: the service in words, and the applicant's choice so far."""
        chosen, guide = self.providers or {}, self.env["gov.item.version"]
        return {
            code: guide._get_guide_intermediary(row)
            | {"can_self": row["self_service"] == "yes", "choice": chosen.get(code) or False}
            for code, row in self._get_services().items()
        }


class GovCase(models.Model):
    _inherit = "gov.case"

    def _say_provider(self, choice):
        """The applicant's choice in words; empty where none was stated."""
        if not choice:
            return ""
        if choice["by"] == intermediary.SELF:
            return self.env._("Done by the applicant")
        said = self.env._(
            "%(name)s (%(code)s)", name=choice["name"], code=choice["credit_code"]
        )
        if choice["is_registered"]:
            return said
        return self.env._("%(provider)s, not in the registry", provider=said)
