"""Pages of the applicant: applications, the form, tracking (我的办件).

Portal users have no access rights on our models: every record comes from a ``_find_own`` search
that carries the ownership check, and what is not found does not exist.  No GET changes a state.
"""

import re
import uuid

from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from werkzeug.exceptions import NotFound

from .common import DOWNLOAD, missing_page, private_page, sentence_page

FORM_TOKEN = re.compile("[0-9a-f]{32}")


def _whole(text):
    """The id in a parameter of an address; 0, which nobody has, for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


class GovPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "gov_case_count" in counters:
            Case = request.env["gov.case"]
            # Counted for the account itself; see _get_own_domain.
            values["gov_case_count"] = Case.sudo().search_count(Case._get_own_domain())
        return values

    # -------------------------------------------------------------------- lists

    @http.route("/my/gov", type="http", auth="user", website=True, readonly=True)
    def my_applications(self, **_kwargs):
        """Open applications and cases of the account, those that need the applicant first."""
        Case = request.env["gov.case"]
        # The account's own cases; see _get_own_domain.
        cases = Case.sudo().search(Case._get_own_domain(), order="id desc", limit=200)
        return private_page(
            "gov_approval.portal_my_gov",
            {
                "drafts": request.env["gov.case.draft"]._list_own(),
                "waiting": cases.filtered(lambda c: c.state == "supplementing"),
                "running": cases.filtered(
                    lambda c: c.state in ("received", "accepted", "decided")
                ),
                "closed": cases.filtered(lambda c: c.state == "closed"),
                "page_name": "gov_my",
            },
        )

    # -------------------------------------------------------------------- apply

    @http.route(
        "/gov/items/<string:code>/apply",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
        sitemap=False,
    )
    def apply(self, code, certificate="", situation="", **_kwargs):
        """What is needed in this situation, and the button that opens the form, about an own
        certificate if given."""
        item = request.env["gov.item"]._find_public(code)
        if not item:
            return missing_page()
        about = request.env["gov.certificate"]._find_own(_whole(certificate))
        Version = request.env["gov.item.version"]
        version = item.published_version_id._get_definition()
        try:
            answers = Version._read_guidance(version, situation)
        except UserError as error:
            return sentence_page(str(error))
        return private_page(
            "gov_approval.portal_apply",
            {
                "item": item,
                "version": version,
                "guidance": Version._get_guidance(version, answers),
                "has_guidance": Version._has_guidance(version),
                "form_token": uuid.uuid4().hex,
                "about": about,
                "page_name": "gov_home",
            },
        )

    @http.route(
        "/gov/items/<string:code>/apply",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def open_form(self, code, form_token="", certificate="", situation="", **_kwargs):
        """Open the form of an item once for each one-time token, with what was answered before."""
        item = request.env["gov.item"]._find_public(code)
        if not item:
            return missing_page()
        if not FORM_TOKEN.fullmatch(form_token):
            return sentence_page(request.env._("This form is out of date. Open the guide again."))
        about = request.env["gov.certificate"]._find_own(_whole(certificate))
        try:
            answers = request.env["gov.item.version"]._read_guidance(
                item.published_version_id._get_definition(), situation
            )
            token = request.env["gov.case.draft"]._open_online(item, form_token, about, answers)
        except UserError as error:
            return sentence_page(str(error))
        return request.redirect(f"/my/gov/drafts/{token}")

    # ----------------------------------------------------------------- the form

    @http.route(
        "/my/gov/drafts/<string:token>", type="http", auth="user", website=True, sitemap=False
    )
    def form(self, token, check="", **_kwargs):
        """The application form, or where the application went."""
        draft = request.env["gov.case.draft"]._find_own(token)
        if not draft:
            return missing_page()
        if draft.is_filed:
            return request.redirect(f"/my/gov/drafts/{draft.token}/filed")
        return private_page(
            "gov_approval.portal_form",
            {
                "draft": draft,
                "screen": draft._get_screen() | {"check": bool(check)},
                "page_name": "gov_my",
            },
        )

    @http.route("/my/gov/drafts/<string:token>/save", type="jsonrpc", auth="user")
    def save(self, token, values, revision, check=False, replies=None, promise=None):
        """Store what was filled in; with ``check`` also what keeps it from being filed.

        :return: ``{revision, errors: [{path, text}], problems?}`` or ``{refused: sentence}``
        """
        draft = request.env["gov.case.draft"]._find_own(token)
        if not draft:
            raise NotFound
        if not isinstance(values, dict) or type(revision) is not int:
            return {"refused": request.env._("The form sent something odd. Reload the page.")}
        try:
            result = draft._save(values, revision, replies, promise)
            if check:
                result["problems"] = draft._get_problems()
        except UserError as error:
            return {"refused": str(error)}
        return result

    @http.route(
        "/my/gov/drafts/<string:token>/submit",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def submit(self, token, declared="", **_kwargs):
        """Hand in, exactly once; the server judges."""
        draft = request.env["gov.case.draft"]._find_own(token)
        if not draft:
            return missing_page()
        if not draft.is_filed and declared != "yes":
            return sentence_page(
                request.env._("Please confirm that what you state is true (Art. 31), then hand in.")
            )
        if not draft.is_filed and draft._get_problems():
            return request.redirect(f"/my/gov/drafts/{draft.token}?check=1")
        try:
            draft._submit()
        except UserError as error:
            request.env.cr.rollback()
            return sentence_page(str(error))
        return request.redirect(f"/my/gov/drafts/{draft.token}/filed")

    @http.route(
        "/my/gov/drafts/<string:token>/follow",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def follow(self, token, **_kwargs):
        """Go on under the version that came into force since the form was begun."""
        draft = request.env["gov.case.draft"]._find_own(token)
        if not draft:
            return missing_page()
        try:
            draft._follow()
        except UserError as error:
            request.env.cr.rollback()
            return sentence_page(str(error))
        return request.redirect(f"/my/gov/drafts/{draft.token}")

    @http.route(
        "/my/gov/drafts/<string:token>/filed",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def filed(self, token, **_kwargs):
        """Confirmation: number, query code, what happens next, receipt."""
        draft = request.env["gov.case.draft"]._find_own(token)
        case = draft._get_filed_case() if draft.is_filed else None
        if not case:
            return missing_page()
        return private_page(
            "gov_approval.portal_filed",
            {
                "case": case,
                "is_supplement": bool(draft.case_id),
                "is_promised": draft.is_for_promised or draft.is_for_power,
                "receipt": case.document_ids.filtered(lambda d: d.kind == "receipt")[-1:],
                "page_name": "gov_my",
            },
        )

    @http.route(
        "/my/gov/drafts/<string:token>/discard",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def discard(self, token, **_kwargs):
        """Remove an application that was not handed in."""
        draft = request.env["gov.case.draft"]._find_own(token)
        if not draft:
            return missing_page()
        try:
            draft._discard()
        except UserError as error:
            return sentence_page(str(error))
        return request.redirect("/my/gov")

    # ----------------------------------------------------------------- the case

    @http.route(
        "/my/gov/cases/<string:number>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def case(self, number, **_kwargs):
        """Where the own case stands, why, and what can be done."""
        case = request.env["gov.case"]._find_own(number)
        if not case:
            return missing_page()
        return private_page("gov_approval.portal_case", {"case": case, "page_name": "gov_my"})

    @http.route(
        "/my/gov/cases/<string:number>/answer",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def answer(self, number, power="", **_kwargs):
        """Open the form in which the case gets what it waits for, or a power of attorney."""
        case = request.env["gov.case"]._find_own(number)
        if not case:
            return missing_page()
        try:
            token = case.env["gov.case.draft"]._open_supplement(case, power == "yes").token
        except UserError as error:
            return sentence_page(str(error))
        return request.redirect(f"/my/gov/drafts/{token}")

    @http.route(
        "/my/gov/cases/<string:number>/acts/<string:kind>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def act(self, number, kind, **values):
        """Perform an act that the page of the case offers, with the inputs of its form."""
        case = request.env["gov.case"]._find_own(number)
        if not case:
            return missing_page()
        try:
            case._act_as_applicant(kind, values)
        except UserError as error:
            request.env.cr.rollback()
            return sentence_page(str(error))
        return request.redirect(f"/my/gov/cases/{case.number}")

    # Whoever signs in again after a pause is sent back by GET to where the form was posted.

    @http.route(
        [
            "/my/gov/cases/<string:number>/answer",
            "/my/gov/cases/<string:number>/acts/<string:kind>",
        ],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
        sitemap=False,
    )
    def back_to_case(self, number, **_kwargs):
        """Nothing is done by following a link: the page of the case offers it."""
        case = request.env["gov.case"]._find_own(number)
        return request.redirect(f"/my/gov/cases/{case.number}") if case else missing_page()

    @http.route(
        [
            f"/my/gov/drafts/<string:token>/{act}" for act in ("submit", "discard", "follow")
        ],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
        sitemap=False,
    )
    def back_to_form(self, token, **_kwargs):
        """The same for the form."""
        draft = request.env["gov.case.draft"]._find_own(token)
        return request.redirect(f"/my/gov/drafts/{draft.token}") if draft else missing_page()

    @http.route(
        "/my/gov/cases/<string:number>/documents/<int:document_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def document(self, number, document_id, **_kwargs):
        """A document of the own case as PDF."""
        case = request.env["gov.case"]._find_own(number)
        document = case.document_ids.filtered(lambda d: d.id == document_id)
        if not document:
            return missing_page()
        return request.make_response(
            document._get_pdf(),
            headers=[
                *DOWNLOAD.items(),
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(f"{document.name}.pdf")),
            ],
        )
