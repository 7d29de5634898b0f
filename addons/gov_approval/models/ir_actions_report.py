import re
from base64 import b64decode
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree, html
from odoo import api, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools.mimetypes import guess_mimetype
from odoo.tools.misc import file_open
from odoo.tools.pdf import merge_pdf

from ..report import engine

#: Head and foot of Odoo's layouts become running elements; its page numbers become counters.
_CSS = """
@page {
  size: %(size)s; margin: %(top)smm %(right)smm %(bottom)smm %(left)smm;
  @top-center { content: element(gov-head); width: 100%%; vertical-align: top; }
  @bottom-center { content: element(gov-foot); width: 100%%; vertical-align: bottom; }
}
.gov-head { position: running(gov-head); }
.gov-foot { position: running(gov-foot); }
.gov-head span.page::after, .gov-foot span.page::after { content: counter(page); }
.gov-head span.topage::after, .gov-foot span.topage::after { content: counter(pages); }
html { height: auto !important; }
html, body { font-family: Lato, "Noto Sans SC", "Noto Sans CJK SC", sans-serif; }
body { overflow: visible !important; }
"""
_PARTS = (
    ("minimal_layout_report_footers", "gov-foot"),
    ("minimal_layout_report_headers", "gov-head"),
)
_IMAGE = re.compile(
    r"/web/(?:image|content)/(?:(?P<id>\d+)(?:-\w+)?"
    r"|(?P<model>[\w.]+)/(?P<res_id>\d+)/(?P<field>\w+)|(?P<xmlid>\w+\.[\w.-]+))(?:/|$)"
)
_ASSETS = re.compile(r"/web/assets/(?:[^/]+/)*(?P<filename>[^/]+)$")
_STATIC = re.compile(r"/(?P<path>\w+/static/[^\\]+)$")
_STATIC_KINDS = tuple(".css .svg .png .jpg .jpeg .gif .ttf .otf .woff .woff2".split())
_MEDIA = {"css": "text/css", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}


class IrActionsReport(models.Model):
    """All PDFs are made by WeasyPrint inside the worker, without a helper program or a call back.

    Odoo's hooks for its outside program are answered here; every resource that a report refers
    to comes from this process (assets, images the user may read, barcodes, static files), and
    nothing else is ever fetched.
    """

    _inherit = "ir.actions.report"

    @api.model
    def get_wkhtmltopdf_state(self):
        """Asked by the web client and the renderer: PDFs can always be made."""
        return "ok"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Record by record: each has its own page numbers, and nothing needs splitting."""
        prepare = super()._render_qweb_pdf_prepare_streams
        if not res_ids or len(res_ids) != len(set(res_ids)):
            return prepare(report_ref, data, res_ids=res_ids)
        streams = {}
        for res_id in res_ids:
            streams |= prepare(report_ref, dict(data or {}), res_ids=[res_id])
        return streams

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        report = self._get_report(report_ref) if report_ref else self
        css = _CSS % self._get_page(
            report.get_paperformat(), landscape, specific_paperformat_args or {}
        )
        base_url = self._get_report_url()
        files = [
            engine.write_pdf(
                self._with_head_and_foot(body, header, footer, position),
                css=css,
                base_url=base_url,
                answer=lambda url: self._get_resource(url, base_url),
            )
            for position, body in enumerate(bodies)
        ]
        return files[0] if len(files) == 1 else merge_pdf(files)

    def _get_page(self, paper, landscape, special):
        """Size and margins (mm) of a paper format and the ``data-report-*`` marks of a layout."""
        wide = landscape or special.get("data-report-landscape") or paper.orientation == "Landscape"
        if paper.format == "custom":
            sides = (paper.page_width, paper.page_height)
            size = " ".join(f"{side}mm" for side in (reversed(sides) if wide else sides))
        else:
            size = f"{paper.format or 'A4'} {'landscape' if wide else 'portrait'}"
        return {
            "size": size,
            "top": float(special.get("data-report-margin-top") or paper.margin_top),
            "bottom": float(special.get("data-report-margin-bottom") or paper.margin_bottom),
            "left": paper.margin_left,
            "right": paper.margin_right,
        }

    def _with_head_and_foot(self, body, header, footer, position):
        """One whole HTML document with its own head and foot, in the language of the user."""
        root = html.document_fromstring(str(body))
        lang = (self.env.lang or "en_US").replace("_", "-")
        root.set("lang", lang)  # it decides between Chinese and Japanese shapes of a character
        for script in root.xpath("//script"):
            script.drop_tree()
        for source, (ident, name) in zip((footer, header), _PARTS, strict=True):
            if not source:
                continue
            found = html.document_fromstring(str(source)).xpath(f"//div[@id='{ident}']/*")
            if len(found) > position:
                part = html.Element("div", {"class": name})
                part.append(found[position])
                root.body.insert(0, part)
        return "<!DOCTYPE html>" + etree.tostring(root, encoding="unicode", method="html")

    # ------------------------------------------------------------------ resources

    def _get_resource(self, url, base_url):
        """Content and media type of what a report refers to, out of this process; None: refused."""
        parts = urlsplit(url)
        if parts.netloc != urlsplit(base_url).netloc or parts.scheme not in ("http", "https"):
            return None
        path, query = unquote(parts.path), dict(parse_qsl(parts.query))
        for pattern, answer in (
            (_ASSETS, self._get_assets),
            (_IMAGE, self._get_image),
            (_STATIC, self._get_static),
        ):
            if match := pattern.match(path):
                return answer(query=query, **match.groupdict())
        if path.startswith("/report/barcode"):
            return self._get_barcode(path.split("/", 4)[3:], query)
        if path in ("/logo", "/logo.png", "/web/binary/company_logo"):
            return self._get_image(None, "res.company", self.env.company.id, "logo", None, query)
        return None

    def _get_assets(self, filename, query):
        """A bundle of style sheets, made if it does not exist yet."""
        if not filename.endswith(".css"):
            return None
        Asset = self.env["ir.asset"]
        try:
            name, rtl, _kind, autoprefix = Asset._parse_bundle_name(filename, False)
        except ValueError:
            return None
        bundle = self.env["ir.qweb"]._get_asset_bundle(
            name, css=True, js=False, rtl=rtl, autoprefix=autoprefix
        )
        return bundle.css().raw, "text/css"

    def _get_image(self, id, model, res_id, field, xmlid, query):  # noqa: A002
        """A picture that the user may read (an access token in the address counts)."""
        name = field or "raw"
        try:
            record = self.env["ir.binary"]._find_record(
                xmlid=xmlid,
                res_model=model or "ir.attachment",
                res_id=int(id or res_id) if id or res_id else None,
                access_token=query.get("access_token"),
                field=name,
            )
            if record._fields[name].type != "binary":
                return None
            value = record[name]
        except (AccessError, MissingError, UserError, KeyError):
            return None
        if not value:  # for instance an attachment that only names an outside address
            return None
        content = value if name == "raw" else b64decode(value)
        return content, guess_mimetype(content)

    def _get_static(self, path, query):
        try:
            with file_open(path, "rb", filter_ext=_STATIC_KINDS) as source:
                content = source.read()
        except (FileNotFoundError, ValueError):
            return None
        return content, _MEDIA.get(path.rpartition(".")[2], "application/octet-stream")

    def _get_barcode(self, path, query):
        kind = query.pop("barcode_type", None) or (path[0] if path else "")
        value = query.pop("value", None) or (path[1] if len(path) > 1 else "")
        try:
            return self.barcode(kind, value, **query), "image/png"
        except (ValueError, AttributeError, KeyError):  # no such kind, or not its alphabet
            return None
