from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovIntermediaryService(models.Model):
    """The public list of intermediary services (中介服务事项公示)."""

    _inherit = "gov.intermediary.service"

    @api.model
    def _get_public_domain(self, search=""):
        """Listed services in force by words of name, item, department or code."""
        domain = self._domain_in_force()
        for term in search.split()[:5]:
            domain &= Domain.OR(
                Domain(name, "ilike", term)
                for name in ("name", "related_item", "approving_department", "code")
            )
        return domain

    @api.model
    def _list_public(self, domain, offset, limit):
        """One page of the list in words; the number of queries does not depend on its length."""
        # The catalogue is published; readers have no rights on the rows.
        services = self.sudo().search(domain, offset=offset, limit=limit)
        Qualification = self.env["gov.intermediary.qualification"].sudo()  # as above
        offered = Qualification._read_group(
            Domain("service_id", "in", services.ids) & self._domain_offered(),
            ["service_id"],
            ["provider_id:count_distinct"],
        )
        counts = {service.id: count for service, count in offered}
        return [
            service._describe_publicly() | {"providers": counts.get(service.id, 0)}
            for service in services
        ]

    @api.model
    def _domain_offered(self):
        """Qualifications that hold today, of providers that are not suspended."""
        today = self.env["gov.calendar.day"]._local_now().date()
        return (
            (Domain("valid_from", "=", False) | Domain("valid_from", "<=", today))
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", today))
            & Domain("provider_id.active", "=", True)
            & (
                Domain("provider_id.suspended_from", "=", False)
                | Domain("provider_id.suspended_from", ">", today)
                | Domain("provider_id.suspended_until", "<", today)
            )
        )

    def _describe_publicly(self):
        """One service in words."""
        self.ensure_one()
        guide = self.env["gov.item.version"]
        return guide._get_guide_intermediary(self._compile() | {"service": self.code}) | {
            "related_item": self.related_item or "",
            "department": self.approving_department or "",
            "source": self.source_title or "",
        }

    @api.model
    def _find_public(self, code):
        """The listed service with this code; empty when there is none in force."""
        domain = self._domain_in_force() & Domain("code", "=", code)
        return self.sudo().search(domain, limit=1)  # published, as above

    def _get_offering_domain(self, search=""):
        """Providers qualified for this service today, by words of name or credit code."""
        self.ensure_one()
        Qualification = self.env["gov.intermediary.qualification"].sudo()  # published, as above
        offered = Domain("service_id", "=", self.id) & self._domain_offered()
        domain = Domain("id", "in", Qualification._search(offered).subselect("provider_id"))
        for term in search.split()[:5]:
            domain &= Domain("name", "ilike", term) | Domain("credit_code", "ilike", term)
        return domain

    def _list_providers(self, domain, offset, limit):
        """One page of those providers.

        They stand in an order that is shuffled anew every day (by a digest of day and credit code),
        the same for everybody and on every page: no provider is preferred for long, and none can
        be put first.
        """
        Provider = self.env["gov.intermediary.provider"].sudo()  # as above
        query = Provider._search(domain)
        day = self.env["gov.calendar.day"]._local_now().date().isoformat()
        query.order = SQL("md5(%s || gov_intermediary_provider.credit_code)", day)
        query.offset, query.limit = offset, limit
        return Provider.browse(query)._describe_publicly(self)


class GovIntermediaryProvider(models.Model):
    _inherit = "gov.intermediary.provider"

    def _describe_publicly(self, service):
        levels = dict(self._fields["credit_level"]._description_selection(self.env))
        return [
            {
                "name": provider.name,
                "credit_code": provider.credit_code,
                "phone": provider.phone or "",
                "address": provider.address or "",
                "level": levels.get(provider.credit_level, ""),
                "breaches": len(provider.credit_ids.filtered(lambda row: row.kind == "bad")),
                "qualifications": [
                    {"name": row.name, "number": row.number or "", "until": row.valid_to}
                    for row in provider.qualification_ids
                    if row.service_id == service
                ],
            }
            for provider in self
        ]
