"""The public fee list (收费目录清单公示): what is not here may be refused by the payer."""

from odoo import http
from odoo.addons.portal.controllers.portal import pager
from odoo.http import request

PER_PAGE = 20
MAX_SEARCH = 60


class GovFees(http.Controller):
    @http.route(
        ["/gov/fees", "/gov/fees/page/<int:page>"],
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=True,
    )
    def fees(self, page=1, search="", department="", kind="", **_kwargs):
        """The list in force by words, collecting unit and kind."""
        Item = request.env["gov.fee.item"]
        search, department = (
            text.replace("\0", "").strip()[:MAX_SEARCH] for text in (search, department)
        )
        domain = Item._get_public_domain(search, department, kind)
        total = Item.sudo().search_count(domain)  # the list is published
        chosen = {"search": search, "department": department, "kind": kind}
        pages = pager(
            url="/gov/fees",
            total=total,
            page=page,
            step=PER_PAGE,
            url_args={name: value for name, value in chosen.items() if value},
        )
        return request.render(
            "gov_fees.public_fees",
            chosen
            | {
                "fees": Item._list_public(domain, pages["offset"], PER_PAGE),
                "departments": Item._list_public_departments(),
                "kinds": Item._fields["kind"]._description_selection(request.env),
                "complaint_channel": Item._get_complaint_channel(),
                "total": total,
                "pager": pages,
                "page_name": "gov_publication",
                "part": "fees",
            },
        )

    @http.route("/gov/fees/income", type="http", auth="public", website=True, readonly=True)
    def income(self, year="", **_kwargs):
        """What was charged and what was remitted, by month and department (收费减免情况公示)."""
        Entry = request.env["gov.fee.entry"]
        years = Entry._get_public_years()
        chosen = next((one for one in years if str(one) == year), years[0] if years else None)
        return request.render(
            "gov_fees.public_income",
            {
                "years": years,
                "year": chosen,
                "sums": chosen and Entry._get_public_income(chosen),
                "page_name": "gov_publication",
                "part": "income",
            },
        )

    @http.route("/gov/fees/receipt", type="http", auth="public", website=True, readonly=True)
    def receipt(self, code="", number="", check="", **_kwargs):
        """Whether a receipt is genuine (财政票据查验), for whoever holds it."""
        said = [text.replace("\0", "").strip()[:20] for text in (code, number, check)]
        found = request.env["gov.fee.receipt"]._verify(*said) if all(said) else None
        return request.render(
            "gov_fees.public_receipt",
            {
                "code": said[0],
                "number": said[1],
                "check": said[2],
                "asked": any(said),
                "receipt": found,
                "page_name": "gov_publication",
                "part": "receipt",
            },
        )
