from odoo import api, models
from odoo.fields import Domain


class GovFeeItem(models.Model):
    """The public fee list (收费目录清单公示): what is in force today, as it was published."""

    _inherit = "gov.fee.item"

    @api.model
    def _get_public_domain(self, search="", department="", kind=""):
        """Fees with a rate in force, by words, collecting unit and kind."""
        Rate = self.env["gov.fee.rate"]
        domain = Domain("rate_ids", "any", Rate._domain_of_status("in_force"))
        for term in search.split()[:5]:
            domain &= Domain.OR(
                Domain(name, "ilike", term)
                for name in ("name", "sub_item", "department", "policy_basis", "code")
            )
        if department:
            domain &= Domain("department", "=", department)
        if kind in dict(self._fields["kind"].selection):
            domain &= Domain("kind", "=", kind)
        return domain

    @api.model
    def _list_public(self, domain, offset, limit):
        """One page of the list in words."""
        items = self.sudo().search(domain, offset=offset, limit=limit)  # the list is published
        return [item._describe_publicly() for item in items]

    @api.model
    def _find_public(self, code):
        """The fee with this code that has a rate in force; empty when there is none."""
        domain = self._get_public_domain() & Domain("code", "=", code)
        return self.sudo().search(domain, limit=1)  # published, as above

    @api.model
    def _list_public_departments(self):
        """(collecting unit, number of fees) of the list in force."""
        return self.sudo()._read_group(  # published, as above
            self._get_public_domain() & Domain("department", "!=", False),
            ["department"],
            ["__count"],
        )

    def _describe_publicly(self):
        """One fee in words: the facts frozen with its rate in force."""
        self.ensure_one()
        rate = self.rate_ids.filtered(lambda one: one.status == "in_force")[:1]
        said = rate.definition["item"]
        facts = [
            (self._label(name), self._say_choice(name, said[name]))
            for name in ("kind", "level", "fund_management", "is_enterprise_related")
        ]
        facts += [(self._label(name), said[name]) for name in ("payers", "policy_basis")]
        reliefs = [relief._describe_publicly() for relief in self._get_reliefs_on(rate._today())]
        return {
            "code": said["code"],
            "name": said["name"],
            "sub_item": said["sub_item"] or "",
            "department": said["department"],
            "standard": rate.definition["standard"],
            "facts": [(label, text) for label, text in facts if text],
            "exemption": said["exemption"] or "",
            "reliefs": reliefs,
            "complaint_channel": said["complaint_channel"],
            "date_from": rate.date_from,
            "date_to": rate.date_to,
        }

    def _get_reliefs_on(self, day):
        """Published reliefs that run on a day."""
        reliefs = self.relief_ids
        return reliefs.filtered_domain(reliefs._domain_of_status("in_force", day))

    def _label(self, name):
        return self._fields[name]._description_string(self.env)

    def _say_choice(self, name, value):
        return dict(self._fields[name]._description_selection(self.env)).get(value, "")


class GovFeeRelief(models.Model):
    _inherit = "gov.fee.relief"

    def _describe_publicly(self):
        """``(who has it and how much, basis)``."""
        said, env = self.definition, self.env
        value = said["value"]
        much = {
            "exempt": env._("nothing is charged"),
            "percent": env._("%(value)s%% less", value=value),
            "amount": env._("%(value)s yuan less", value=value),
        }[said["kind"]]
        if said["is_discretionary"]:
            much = env._("%(much)s, granted in each case", much=much)
        return env._("%(who)s: %(much)s", who=said["name"], much=much), said["basis"]
