from odoo import api, models
from odoo.fields import Domain

from .applicant_form import APPLICANT_KINDS

#: Served persons by theme: one code for citizens, the others for bodies.
PERSON = "person"


class GovItem(models.Model):
    """The public list of items (事项目录)."""

    _inherit = "gov.item"

    @api.model
    def _get_public_domain(self, search="", department="", who=""):
        """Published items by words of the name, code of the department and served person."""
        domain = Domain("published_version_id", "!=", False)
        for term in search.split()[:5]:
            domain &= Domain("name", "ilike", term) | Domain("code", "ilike", term)
        if department:
            domain &= Domain("department_id.code", "=", department)
        if who == PERSON:
            domain &= Domain("published_version_id.objects", "ilike", PERSON)
        elif who:
            bodies = [f for f in APPLICANT_KINDS if f != PERSON]
            domain &= Domain.OR(
                Domain("published_version_id.objects", "ilike", kind) for kind in bodies
            )
        return domain

    @api.model
    def _list_public(self, domain, offset, limit):
        """One page of the list in words; the number of queries does not depend on its length."""
        # The list of items is public (Art. 30); readers have no rights on the rows.
        items = self.sudo().search(domain, offset=offset, limit=limit)
        versions = items.published_version_id
        versions.fetch(["promised_value", "promised_unit", "item_kind", "visits", "channels"])
        guide = self.env["gov.item.version"]
        return [
            {
                "code": item.code,
                "name": item.name,
                "department": item.department_id.name,
                "kind": guide._say_choice("gov.item.version", "item_kind", version.item_kind),
                "promised": guide._say_period(
                    {"value": version.promised_value, "unit": version.promised_unit}
                )
                if version.promised_value
                else "",
                "visits": guide._short_visits({"visits": version.visits}),
                "is_online": "online" in (version.channels or ""),
            }
            for item in items
            for version in item.published_version_id
        ]

    @api.model
    def _list_public_departments(self):
        """Departments with published items: [(code, name, number of items)]."""
        groups = self.sudo()._read_group(  # the list of items is public
            self._get_public_domain(), ["department_id"], ["__count"]
        )
        return [(department.code, department.name, count) for department, count in groups]

    @api.model
    def _find_public(self, code):
        """The published item with this code; empty when there is none in force."""
        # Published items are public (Art. 30).
        return self.sudo().search(
            [("code", "=", code), ("published_version_id", "!=", False)], limit=1
        )
