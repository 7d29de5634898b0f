"""The PDF engine (WeasyPrint): one font set-up a worker, and no way out of the process.

Nothing is fetched: a resource is either answered by the function that the caller gives, or it
stays away.  No HTTP, no files, no redirects, whatever stands in a text.
"""

import logging
import threading
from functools import cache

import weasyprint
from odoo.tools import file_open
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Every unknown CSS property of a foreign style sheet would be a line in the log; a resource that
# is refused must not look like a failure of the server.
for _name in ("weasyprint", "weasyprint.progress", "fontTools"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

#: Pango's font map serves one thread at a time.
_LOCK = threading.RLock()


class Resources(URLFetcher):
    """Answers what a document refers to: embedded ``data:`` and what ``answer(url)`` returns.

    ``answer``: function of an absolute URL that returns (bytes, media type), or None to refuse.
    """

    def __init__(self, answer=None):
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._answer = answer
        self.failure = None

    def fetch(self, url, headers=None):
        if url.startswith("data:"):
            return super().fetch(url, headers)
        try:
            found = self._answer(url) if self._answer else None
        except Exception as error:
            self.failure = error
            raise
        if found is None:
            raise ValueError("This resource is not part of the document.")
        content, mimetype = found
        return URLFetcherResponse(url, body=content, headers={"Content-Type": mimetype})


@cache
def _fonts():
    return FontConfiguration()


@cache
def _stylesheet(path):
    """A parsed style sheet of an addon, kept by the worker."""
    with file_open(path) as source:
        return _parse(source.read())


def _parse(css):
    return weasyprint.CSS(string=css, font_config=_fonts(), url_fetcher=Resources())


def write_pdf(html, *, stylesheets=(), css="", answer=None, base_url=None) -> bytes:
    """One HTML document as a PDF.

    :param str html: a whole document; its root carries ``lang``, which decides the glyphs
    :param stylesheets: paths of style sheets in addons, parsed once a worker
    :param str css: more style for this document only
    :param answer: see ``Resources``
    :param str base_url: what relative addresses are relative to, before ``answer`` sees them
    :raises Exception: whatever ``answer`` raised; a resource that it refuses merely stays away
    """
    with _LOCK:
        styles = [_stylesheet(path) for path in stylesheets]
        if css:
            styles.append(_parse(css))
        resources = Resources(answer)
        document = weasyprint.HTML(string=html, base_url=base_url, url_fetcher=resources)
        content = document.write_pdf(stylesheets=styles, font_config=_fonts())
    if resources.failure:  # the engine goes on without a resource; a broken transaction must not
        raise resources.failure
    return content
