"""Fees and bills of the payer, and their payment online (我的缴费、线上缴款).

Every record comes from a ``_find_own`` or ``_list_own`` that carries the ownership check.  Amounts
are the bill's own: what a browser sends along is never read.
"""

from odoo import http
from odoo.addons.gov_approval.controllers.common import (
    DOWNLOAD,
    missing_page,
    private_page,
    sentence_page,
)
from odoo.addons.gov_approval.models.rpc import is_id
from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from werkzeug.exceptions import Forbidden, NotFound

MAX_TEXT = 1000


def _text(value):
    return value.replace("\0", "").strip()[:MAX_TEXT] if isinstance(value, str) else ""


class GovFeePortal(PaymentPortal):
    @http.route(
        "/my/gov/bills", type="http", auth="user", methods=["GET"], website=True, readonly=True
    )
    def my_bills(self, **_kwargs):
        """Fees that wait for a bill, and the bills of the account."""
        return private_page(
            "gov_fees.portal_bills",
            {
                "unbilled": request.env["gov.fee.assessment"]._list_unbilled(),
                "bills": request.env["gov.fee.bill"]._list_own(),
                "page_name": "gov_bills",
            },
        )

    @http.route("/my/gov/bills", type="http", auth="user", methods=["POST"], website=True)
    def issue(self, **_kwargs):
        """One bill over the chosen fees (合并开单)."""
        Assessment = request.env["gov.fee.assessment"]
        chosen = Assessment.sudo()  # only own ones are put in
        for number in request.httprequest.form.getlist("fee")[:200]:
            chosen |= Assessment._find_own(_text(number))
        try:
            if not chosen:
                raise UserError(request.env._("Choose at least one fee, then make the bill."))
            bill = request.env["gov.fee.bill"]._issue(chosen).sudo()  # of fees found as own
        except UserError as error:
            request.env.cr.rollback()
            return sentence_page(str(error))
        return request.redirect(f"/my/gov/bills/{bill.number}")

    @http.route(
        "/my/gov/bills/<string:number>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
        sitemap=False,
    )
    def bill(self, number, **_kwargs):
        """A bill: what is paid for, how to pay, papers, refunds."""
        bill = request.env["gov.fee.bill"]._find_own(_text(number))
        if not bill:
            return missing_page()
        values = {
            "bill": bill,
            "attempt": bill._get_attempt(),
            "refundable": bill._list_refundable(),
            "grounds": request.env["gov.fee.refund"]
            ._fields["ground"]
            ._description_selection(request.env),
            "page_name": "gov_bills",
        }
        try:
            bill._check_payable_online()
        except UserError as error:
            values["hindrance"] = str(error)
        else:
            values |= self._prepare_form(bill)
        return private_page("gov_fees.portal_bill", values)

    def _prepare_form(self, bill):
        """What Odoo's own payment form needs."""
        providers, methods = bill._get_providers()
        return {
            "mode": "payment",
            "allow_token_selection": False,
            "reference_prefix": bill.number,
            "amount": bill.payable,
            "currency": bill._get_currency(),
            "partner_id": bill.partner_id.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": request.env["payment.token"],
            "availability_report": {},
            "show_tokenize_input_mapping": dict.fromkeys(providers.ids, False),
            "transaction_route": f"/my/gov/bills/{bill.number}/pay",
            "landing_route": f"/my/gov/bills/{bill.number}",
            "access_token": "",
        }

    @http.route("/my/gov/bills/<string:number>/pay", type="jsonrpc", auth="user")
    def pay(self, number, provider_id=None, payment_method_id=None, flow=None, **_ignored):
        """Begin an attempt to pay; the amount comes from the bill.

        :return: what the browser needs to go to the provider
        :raises UserError: a sentence that says why not now
        """
        bill = request.env["gov.fee.bill"]._find_own(_text(number))
        if not bill:
            raise NotFound
        ids = [value if is_id(value) else 0 for value in (provider_id, payment_method_id)]
        attempt = self._create_transaction(**bill._prepare_attempt(*ids, flow))
        return attempt._get_processing_values()

    @http.route(
        "/my/gov/bills/<string:number>/paper",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def paper(self, number, **_kwargs):
        """The payment notice, or the receipts where finance has confirmed the money, as PDF."""
        bill = request.env["gov.fee.bill"]._find_own(_text(number))
        if not bill:
            return missing_page()
        report = request.env["ir.actions.report"].sudo()  # of the bill that was found as own
        content, _kind = report._render_qweb_pdf("gov_fees.report_bill", [bill.id])
        return request.make_response(
            content,
            headers=[
                *DOWNLOAD.items(),
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(f"{bill.number}.pdf")),
            ],
        )

    @http.route(
        "/my/gov/bills/<string:number>/refund",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def refund(self, number, what="", amount="", ground="", reason="", **_kwargs):
        """Ask money back; people of the unit and of finance decide."""
        bill = request.env["gov.fee.bill"]._find_own(_text(number))
        if not bill:
            return missing_page()
        try:
            bill._request_refund(*map(_text, (what, amount, ground, reason)))
        except UserError as error:
            request.env.cr.rollback()
            return sentence_page(str(error))
        return request.redirect(f"/my/gov/bills/{bill.number}")

    @http.route(
        "/my/gov/fees/<string:number>/acts/<string:kind>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def ask(self, number, kind, relief="", until="", reason="", **_kwargs):
        """Ask for a relief or for a later day (申请减免、缓缴); the competent organ decides."""
        fee = request.env["gov.fee.assessment"]._find_own(_text(number))
        if not fee:
            return missing_page()
        said = {"reason": _text(reason)}
        said |= {"relief": _text(relief)} if kind == "request_relief" else {"until": _text(until)}
        try:
            if kind not in ("request_relief", "request_deferral"):
                raise UserError(request.env._("A payer asks for a relief or for a later day."))
            fee._act(kind, said)
        except UserError as error:
            request.env.cr.rollback()
            return sentence_page(str(error))
        return request.redirect("/my/gov/bills")

    # Whoever signs in again after a pause is sent back by GET to where the form was posted.

    @http.route(
        ["/my/gov/bills/<string:number>/refund", "/my/gov/fees/<string:number>/acts/<string:kind>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
        sitemap=False,
    )
    def back_to_bills(self, number, **_kwargs):
        """Nothing is done by following a link."""
        return request.redirect("/my/gov/bills")

    # Money comes on a bill or not at all: Odoo's pages for free amounts and stored cards are shut.

    @http.route()
    def payment_pay(self, *_args, **_kwargs):
        raise NotFound

    @http.route()
    def payment_transaction(self, *_args, **_kwargs):
        raise Forbidden

    @http.route()
    def payment_method(self, **_kwargs):
        return request.redirect("/my/gov/bills")
