"""Several archives in one download (归档包批量导出), for those who may read each of them."""

import re

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Response, request
from werkzeug.wsgi import wrap_file

from .common import DOWNLOAD, missing_page, sentence_page

IDS = re.compile("[1-9][0-9]{0,8}(,[1-9][0-9]{0,8}){0,199}")


class GovArchives(http.Controller):
    @http.route(
        "/gov/archives/export",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=False,  # each export is logged
        sitemap=False,
    )
    def export(self, ids="", **_kwargs):
        """The chosen archives in one ZIP, written to a temporary file and sent from there."""
        numbers = sorted({int(number) for number in ids.split(",")}) if IDS.fullmatch(ids) else []
        archives = request.env["gov.case.archive"].browse(numbers)
        try:
            file = archives._write_export() if archives else None
        except (AccessError, MissingError):
            file = None
        except UserError as error:
            return sentence_page(str(error))
        if file is None:
            return missing_page()
        headers = [
            *DOWNLOAD.items(),
            ("Content-Type", "application/zip"),
            ("Content-Disposition", 'attachment; filename="archives.zip"'),
        ]
        body = wrap_file(request.httprequest.environ, file)
        return Response(body, headers=headers, direct_passthrough=True)
