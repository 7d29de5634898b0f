"""What the law makes public of cases (公示公开): notices before a decision, decisions to grant."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .common import missing_page, private_page, sentence_page

DECISIONS_PER_PAGE = 20
MAX_SEARCH = 60
#: Objections that one account may send in a quarter of an hour.
MAX_OBJECTIONS = 5


class GovPublication(http.Controller):
    @http.route(
        "/gov/notices", type="http", auth="public", website=True, readonly=True, sitemap=True
    )
    def notices(self, sent="", **_kwargs):
        """Public notices that run now, and how to object."""
        user = request.env.user
        return private_page(
            "gov_approval.public_notices",
            {
                "notices": request.env["gov.case"]._list_public_notices(),
                "may_object": not user._is_public(),
                "objector": "" if user._is_public() else user.name,
                "is_sent": bool(sent),
                "page_name": "gov_publication",
                "part": "notices",
            },
        )

    @http.route(
        "/gov/notices/<string:number>/object",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
        sitemap=False,
    )
    def back_to_notices(self, **_kwargs):
        """Whoever signed in to object stands before the notices again, nothing sent yet."""
        return request.redirect("/gov/notices")

    @http.route(
        "/gov/notices/<string:number>/object",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def object(self, number, objector="", contact="", objection="", website="", **_kwargs):
        """Object to a running notice; ``website`` is a field that people do not see."""
        case = request.env["gov.case"]._find_public_notice(number)
        if not case or website:
            return missing_page()
        Attempt, account = request.env["gov.attempt"], f"user {request.env.uid}"
        if Attempt._is_blocked("objection", account, MAX_OBJECTIONS):
            return sentence_page(
                request.env._(
                    "You have sent several objections in a short time. Please wait a quarter of an"
                    " hour, or call the organ."
                ),
                status=429,
            )
        try:
            case._object_publicly(objector, contact, objection)
        except UserError as error:
            request.env.cr.rollback()
            Attempt._count_failure("objection", account)
            return sentence_page(str(error))
        Attempt._count_failure("objection", account)
        return request.redirect("/gov/notices?sent=1")

    @http.route(
        "/gov/decisions", type="http", auth="public", website=True, readonly=True, sitemap=True
    )
    def decisions(self, search="", after="", **_kwargs):
        """Decisions to grant, newest first, by holder or number."""
        search = search.strip()[:MAX_SEARCH]
        rows, following = request.env["gov.case"]._list_public_decisions(
            search, after, DECISIONS_PER_PAGE
        )
        return private_page(
            "gov_approval.public_decisions",
            {
                "rows": rows,
                "following": following,
                "search": search,
                "is_first": not after,
                "page_name": "gov_publication",
                "part": "decisions",
            },
        )
