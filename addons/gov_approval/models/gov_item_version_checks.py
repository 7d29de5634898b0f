from odoo import api, models

from ..kernel import effects, publish
from ..kernel.errors import KernelError
from ..kernel.publish import Staffing
from .speech import say, say_article


class GovItemVersion(models.Model):
    """The publish gate (发布校验): what has to be right before a version is put in force."""

    _inherit = "gov.item.version"

    def _get_checks(self):
        """The named checks of the publish gate in words: list of
        ``{code, level: pass|warn|fail, article, text, topic, params}``."""
        self.ensure_one()
        definition = self._compile()
        tests = self._get_stored_tests(definition)
        checks = publish.check(definition, self._get_staffing(), tests)
        names = {unit.code: unit.name for unit in self.node_ids.joint_department_ids}
        return [self._say_check(check, names) for check in checks] + self._check_lineage()

    def _say_check(self, check, names):
        return {
            "code": check.code,
            "level": check.level,
            "article": say_article(self.env, check.article),
            "text": say(self.env, KernelError(check.code, **self._name_unit(check, names))),
            "topic": check.topic,
            "params": {
                name: value
                for name, value in check.params.items()
                if not isinstance(value, KernelError)
            },
        }

    def _name_unit(self, check, names):
        """The parameters of a check; kernels know departments by code, readers by name."""
        params = dict(check.params)
        if "department" in params:
            params["department"] = names.get(params["department"], params["department"])
        return params

    def _get_staffing(self):
        """Who stands behind the roles: facts for the publish gate."""
        department = self.item_id.department_id.sudo()  # staffing is counted, not shown
        today = self.env["gov.calendar.day"]._local_now().date()
        roles = set()
        for role in ("reviewer", "representative"):
            group = self.env.ref(f"gov_approval.group_gov_{role}")
            if department.staff_ids & group.sudo().all_user_ids:  # counted, not shown
                roles.add(role)
        clerks = self.env.ref("gov_approval.group_gov_window_clerk").sudo().all_user_ids  # same
        if department.centre_id.staff_ids & clerks:
            roles.add("window_clerk")
        Mandate = self.env["gov.mandate"].sudo()  # counted, not shown
        in_force = [
            *Mandate._domain_in_force(department, self.item_id, today),
            ("can_decide", "=", True),
        ]
        reviewers = self.env.ref("gov_approval.group_gov_reviewer").sudo().all_user_ids  # same
        asked = self.node_ids.joint_department_ids.sudo()  # same
        return Staffing(
            frozenset(roles),
            bool(Mandate.search_count(in_force, limit=1)),
            frozenset(d.code for d in asked if d.active and d.staff_ids & reviewers),
            self._get_effects(),
        )

    @api.model
    def _get_effects(self):
        """What steps can do on completion, by code: `kernel.effects.EFFECTS` and what other
        modules add to it."""
        return dict(effects.EFFECTS)
