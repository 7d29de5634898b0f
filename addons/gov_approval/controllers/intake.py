"""Files taken in at a window (窗口收件上传)."""

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from .common import MAX_REQUEST


class GovIntake(http.Controller):
    @http.route(
        "/gov/intake/<int:draft_id>/files",
        type="http",
        auth="user",
        methods=["POST"],
        max_content_length=MAX_REQUEST,
    )
    def add(self, draft_id, material="", file=None, **_kwargs):
        """Add one file to a material of a draft at the window.

        Answers what the screen shows, or ``{error}`` in a sentence.
        """
        if not hasattr(file, "filename"):
            return self._refuse(request.env._("Choose a file first."), 400)
        try:
            draft = request.env["gov.case.draft"].browse(draft_id)._check_clerk()
            draft._add_file(material, file.filename, file.read())
        except AccessError as error:
            return self._refuse(str(error), 403)
        except UserError as error:
            request.env.cr.rollback()
            return self._refuse(str(error), 422)
        return request.make_json_response(draft._prepare_intake())

    def _refuse(self, sentence, status):
        return request.make_json_response({"error": sentence}, status=status)
