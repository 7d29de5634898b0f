"""The public list of intermediary services and of their providers (中介服务公示)."""

from odoo import http
from odoo.addons.portal.controllers.portal import pager
from odoo.http import request

from .common import missing_page

PER_PAGE = 20
MAX_SEARCH = 60


class GovIntermediaries(http.Controller):
    @http.route(
        ["/gov/intermediaries", "/gov/intermediaries/page/<int:page>"],
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=True,
    )
    def services(self, page=1, search="", **_kwargs):
        """The services of the catalogue in force."""
        search = search.strip()[:MAX_SEARCH]
        Service = request.env["gov.intermediary.service"]
        domain = Service._get_public_domain(search)
        total = Service.sudo().search_count(domain)  # the catalogue is published
        frame = self._frame("/gov/intermediaries", total, page, search)
        rows = Service._list_public(domain, frame["pager"]["offset"], PER_PAGE)
        return request.render("gov_approval.public_intermediaries", frame | {"services": rows})

    @http.route(
        [
            "/gov/intermediaries/<string:code>",
            "/gov/intermediaries/<string:code>/page/<int:page>",
        ],
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def providers(self, code, page=1, search="", **_kwargs):
        """One service, and who is qualified for it today, in an order that changes every day."""
        service = request.env["gov.intermediary.service"]._find_public(code)
        if not service:
            return missing_page()
        search = search.strip()[:MAX_SEARCH]
        domain = service._get_offering_domain(search)
        Provider = request.env["gov.intermediary.provider"].sudo()  # the registry is published
        url = f"/gov/intermediaries/{service.code}"
        frame = self._frame(url, Provider.search_count(domain), page, search)
        return request.render(
            "gov_approval.public_intermediary",
            frame
            | {
                "service": service._describe_publicly(),
                "providers": service._list_providers(domain, frame["pager"]["offset"], PER_PAGE),
            },
        )

    def _frame(self, url, total, page, search):
        kept = {"search": search} if search else {}
        return {
            "search": search,
            "pager": pager(url=url, url_args=kept, total=total, page=page, step=PER_PAGE),
            "page_name": "gov_publication",
            "part": "intermediaries",
        }
