"""Certificates of the account (我的证照): where they stand, what can be asked, the paper as PDF."""

from odoo import http
from odoo.http import content_disposition, request

from .common import DOWNLOAD, missing_page, private_page


class GovCertificates(http.Controller):
    @http.route(
        "/my/gov/certificates", type="http", auth="user", website=True, readonly=True, sitemap=False
    )
    def certificates(self, **_kwargs):
        """All certificates of the account, those in force first."""
        return private_page(
            "gov_approval.portal_certificates",
            {
                "certificates": request.env["gov.certificate"]._list_own(),
                "page_name": "gov_certificates",
            },
        )

    @http.route(
        "/my/gov/certificates/<int:certificate_id>/pdf",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def certificate_pdf(self, certificate_id, **_kwargs):
        """The paper of an own certificate."""
        certificate = request.env["gov.certificate"]._find_own(certificate_id)
        if not certificate.document_id:
            return missing_page()
        return request.make_response(
            certificate.document_id._get_pdf(),
            headers=[
                *DOWNLOAD.items(),
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(f"{certificate.name}.pdf")),
            ],
        )
