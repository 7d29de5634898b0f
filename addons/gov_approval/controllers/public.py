"""Pages for everybody: items and guides, certificates, progress (公众服务)."""

import re
import uuid

from odoo import http
from odoo.addons.portal.controllers.portal import pager
from odoo.exceptions import UserError
from odoo.http import request

from .common import missing_page, private_page, sentence_page

ITEMS_PER_PAGE = 20
MAX_SEARCH = 60
TOKEN = re.compile("[A-Za-z0-9_-]{16,64}")


class GovPublic(http.Controller):
    # ------------------------------------------------------------ items, guides

    @http.route(
        ["/gov", "/gov/page/<int:page>"],
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=True,
    )
    def home(self, page=1, search="", department="", who="", **_kwargs):
        """The list of published items by words, department and served person."""
        Item = request.env["gov.item"]
        search = search.strip()[:MAX_SEARCH]
        domain = Item._get_public_domain(search, department, who)
        total = Item.sudo().search_count(domain)  # the list of items is public
        chosen = {"search": search, "department": department, "who": who}
        pages = pager(
            url="/gov",
            total=total,
            page=page,
            step=ITEMS_PER_PAGE,
            url_args={name: value for name, value in chosen.items() if value},
        )
        return request.render(
            "gov_approval.public_home",
            chosen
            | {
                "items": Item._list_public(domain, pages["offset"], ITEMS_PER_PAGE),
                "departments": Item._list_public_departments(),
                "total": total,
                "pager": pages,
                "page_name": "gov_home",
            },
        )

    @http.route(
        "/gov/items/<string:code>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def guide(self, code, view="", **_kwargs):
        """The guide of one item (服务指南), full or short."""
        item = request.env["gov.item"]._find_public(code)
        if not item:
            return missing_page()
        return request.render(
            "gov_approval.public_guide",
            {
                "item": item,
                "version": item.published_version_id._get_definition(),
                "is_short": view == "short",
                "has_guidance": request.env["gov.item.version"]._has_guidance(
                    item.published_version_id._get_definition()
                ),
                "form_token": uuid.uuid4().hex,
                "page_name": "gov_home",
            },
        )

    @http.route(
        "/gov/items/<string:code>/situation",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        readonly=True,
        sitemap=False,
    )
    def situation(self, code, **_kwargs):
        """Guided questions (情形引导) that lead to the exact list of materials.

        The answers stand in the address, so that it can be kept and sent on.
        """
        item = request.env["gov.item"]._find_public(code)
        if not item:
            return missing_page()
        Version = request.env["gov.item.version"]
        definition = item.published_version_id._get_definition()
        if not Version._has_guidance(definition):
            return request.redirect(f"/gov/items/{item.code}#materials")
        query = request.httprequest.query_string.decode("utf-8", "replace")
        try:
            answers = Version._read_guidance(definition, query)
        except UserError as error:
            return sentence_page(str(error))
        return request.render(
            "gov_approval.public_situation",
            {
                "item": item,
                "guidance": Version._get_guidance(definition, answers),
                "is_online": "online" in definition["guide"]["channels"],
                "is_public": request.env.user._is_public(),
                "form_token": uuid.uuid4().hex,
                "page_name": "gov_home",
            },
        )

    @http.route(
        "/gov/representatives",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=True,
    )
    def representatives(self, department="", **_kwargs):
        """Who signs for which items (首席代表公示), online and on the screen at the window."""
        mandates = request.env["gov.mandate"]._get_public_facts()
        return request.render(
            "gov_approval.public_representatives",
            {
                "departments": {m["department_code"]: m["department"] for m in mandates},
                "mandates": [
                    m for m in mandates if department in ("", m["department_code"])
                ],
                "department": department,
                "page_name": "gov_publication",
                "part": "representatives",
            },
        )

    # ------------------------------------------------------------- certificates

    @http.route(
        "/gov/verify", type="http", auth="public", methods=["GET"], website=True, readonly=True
    )
    def verify(self, **_kwargs):
        """The question: certificate number and verification code."""
        return self._render_verify()

    @http.route(
        "/gov/verify", type="http", auth="public", methods=["POST"], website=True, sitemap=False
    )
    def verify_code(self, number="", code="", **_kwargs):
        """The answer; a wrong number and a wrong code get the same one."""
        values = {"number": number.strip()[:60]}
        Attempt, address = request.env["gov.attempt"], request.httprequest.remote_addr
        if Attempt._is_blocked("verify", address):
            return self._render_verify(dict(values, is_blocked=True))
        found = request.env["gov.certificate"]._find_by_code(values["number"], code[:60])
        if not found:
            Attempt._count_failure("verify", address)
            return self._render_verify(dict(values, is_unknown=True))
        return self._render_verify(dict(values, facts=found._get_public_facts()))

    @http.route(
        "/gov/verify/<string:token>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def verify_token(self, token, **_kwargs):
        """The certificate behind a scanned QR code."""
        Certificate = request.env["gov.certificate"]
        found = Certificate._find_by_token(token if TOKEN.fullmatch(token) else "")
        facts = found._get_public_facts() if found else None
        return self._render_verify({"facts": facts, "is_unknown": not found})

    def _render_verify(self, values=None):
        shown = {"number": "", "facts": None, "is_unknown": False, "is_blocked": False}
        shown |= {"page_name": "gov_verify"} | (values or {})
        response = private_page("gov_approval.public_verify", shown)
        if shown["is_blocked"]:
            response.status_code = 429
        return response

    # ----------------------------------------------------------------- progress

    @http.route(
        "/gov/progress", type="http", auth="public", methods=["GET"], website=True, readonly=True
    )
    def progress(self, **_kwargs):
        """The question: case number and query code."""
        return self._render_progress()

    @http.route(
        "/gov/progress", type="http", auth="public", methods=["POST"], website=True, sitemap=False
    )
    def progress_of(self, number="", code="", **_kwargs):
        """Where a case stands, without a name; a wrong number and a wrong code look alike."""
        values = {"number": number.strip()[:60]}
        Attempt, address = request.env["gov.attempt"], request.httprequest.remote_addr
        if Attempt._is_blocked("progress", address):
            return self._render_progress(dict(values, is_blocked=True))
        case = request.env["gov.case"]._find_by_secret(values["number"], code[:60])
        if not case:
            Attempt._count_failure("progress", address)
            return self._render_progress(dict(values, is_unknown=True))
        return self._render_progress(dict(values, case=case))

    def _render_progress(self, values=None):
        shown = {"number": "", "case": None, "is_unknown": False, "is_blocked": False}
        shown |= {"page_name": "gov_progress"} | (values or {})
        response = private_page("gov_approval.public_progress", shown)
        if shown["is_blocked"]:
            response.status_code = 429
        return response
