"""Files of an application: up, down, away (材料上传).

What a file is is read from its bytes (``kernel/upload.py``); it is stored only after that, and
given back only as a download to its owner.
"""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from .common import DOWNLOAD, MAX_REQUEST, missing_page


class GovUploads(http.Controller):
    @http.route(
        "/my/gov/drafts/<string:token>/files",
        type="http",
        auth="user",
        methods=["POST"],
        max_content_length=MAX_REQUEST,
    )
    def add(self, token, material="", file=None, **_kwargs):
        """Add one file to a material of the own draft; answers ``{file}`` or ``{error}``."""
        draft = request.env["gov.case.draft"]._find_own(token)
        if not draft:
            return self._refuse(self._say_missing(), 404)
        if not hasattr(file, "filename"):
            return self._refuse(request.env._("Choose a file first."), 400)
        try:
            content = file.read()
            draft._check_is_open()
            draft._check_room(len(content))
            row = draft._add_file(material, file.filename, content)
        except UserError as error:
            request.env.cr.rollback()
            return self._refuse(str(error), 422)
        return request.make_json_response(
            {"file": draft._say_file(row), "promises": draft._describe_promises()}
        )

    @http.route(
        "/my/gov/drafts/<string:token>/files/<int:file_id>/remove",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def remove(self, token, file_id, **_kwargs):
        """Take a file back out of the own draft."""
        draft = request.env["gov.case.draft"]._find_own(token)
        row = draft.material_ids.filtered(lambda m: m.id == file_id)
        if not row:
            return self._refuse(self._say_missing(), 404)
        try:
            draft._remove_material(row)
        except UserError as error:
            return self._refuse(str(error), 422)
        return request.make_json_response({"removed": file_id})

    @http.route(
        "/my/gov/drafts/<string:token>/promise", type="http", auth="user", methods=["POST"]
    )
    def promise(self, token, material="", given="", **_kwargs):
        """Promise a material of the own draft (容缺, 告知承诺), or take the promise back.

        Answers ``{promises}`` as the form shows them, or ``{error}``.
        """
        draft = request.env["gov.case.draft"]._find_own(token)
        if not draft:
            return self._refuse(self._say_missing(), 404)
        try:
            draft._set_promise(material, given == "yes")
        except UserError as error:
            request.env.cr.rollback()
            return self._refuse(str(error), 422)
        return request.make_json_response({"promises": draft._describe_promises()})

    @http.route(
        "/my/gov/drafts/<string:token>/provider", type="http", auth="user", methods=["POST"]
    )
    def provider(self, token, material="", by="", name="", credit_code="", own="", **_kwargs):
        """State which provider of an intermediary service the applicant chose, or take it back.

        Answers ``{providers}`` as the form shows them, or ``{error}``.
        """
        draft = request.env["gov.case.draft"]._find_own(token)
        if not draft:
            return self._refuse(self._say_missing(), 404)
        said = {"by": by, "name": name, "credit_code": credit_code, "is_own": own == "yes"}
        try:
            draft._set_provider(material, said if by else None)
        except UserError as error:
            request.env.cr.rollback()
            return self._refuse(str(error), 422)
        return request.make_json_response({"providers": draft._describe_providers()})

    @http.route(
        "/my/gov/drafts/<string:token>/files/<int:file_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def of_draft(self, token, file_id, **_kwargs):
        """A file of the own draft."""
        return self._download(request.env["gov.case.draft"]._find_own(token), file_id)

    @http.route(
        "/my/gov/cases/<string:number>/files/<int:file_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def of_case(self, number, file_id, **_kwargs):
        """A file that was handed in with the own case."""
        return self._download(request.env["gov.case"]._find_own(number), file_id)

    def _download(self, owner, file_id):
        row = owner.material_ids.filtered(lambda m: m.id == file_id and m.attachment_id)
        if not row:
            return missing_page()
        return request.make_response(
            row.attachment_id.raw,
            headers=[
                *DOWNLOAD.items(),
                ("Content-Type", row.mimetype),
                ("Content-Disposition", content_disposition(row.name)),
            ],
        )

    def _say_missing(self):
        return request.env._("This application is not open any more. Reload the page.")

    def _refuse(self, sentence, status):
        return request.make_json_response({"error": sentence}, status=status)
