"""What all pages of the applicant and of the public share."""

from odoo.http import request

from ..models.gov_calendar import LEGAL_TIME_ZONE

#: Bytes of one request with a file; the limit of the single material is checked after that.
MAX_REQUEST = 101 * 1024 * 1024
#: Pages with personal data: kept by no cache, told to no other site.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
#: Files of applicants: never shown inside a page, never executed.
DOWNLOAD = PRIVATE | {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def private_page(template, values):
    """Render a page with personal data, its moments in legal time wherever the reader is."""
    request.update_context(tz=LEGAL_TIME_ZONE)
    return request.render(template, values, headers=list(PRIVATE.items()))


def sentence_page(text, status=400):
    """A page that says one sentence and where to go on."""
    response = request.render(
        "gov_approval.page_sentence", {"sentence": text}, headers=list(PRIVATE.items())
    )
    response.status_code = status
    return response


def missing_page():
    """The same answer for what does not exist and for what belongs to somebody else."""
    return sentence_page(
        request.env._(
            "There is nothing at this address, or it belongs to another account."
            " Sign in with the account that filed the application."
        ),
        status=404,
    )
