import base64
import io
import json
import zipfile

import xlsxwriter
from odoo import fields, models
from odoo.exceptions import UserError

from ..kernel import item_json, item_list, item_list_rows
from .rpc import on_records


class GovItemExport(models.TransientModel):
    """A file of exported items (事项导出), kept until it was fetched."""

    _name = "gov.item.export"
    _description = "Exported items"

    file = fields.Binary(readonly=True, attachment=True)
    filename = fields.Char(readonly=True)

    def _hand_out(self, content, filename):
        """The action of the web client that downloads the file."""
        export = self.create({"file": base64.b64encode(content), "filename": filename})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/gov.item.export/{export.id}/file/{filename}?download=true",
            "target": "download",
        }


class GovItem(models.Model):
    """Export of items: as a list for people, as packs for another installation."""

    _inherit = "gov.item"

    @on_records
    def action_export_list(self):
        """The chosen items in the columns of the national implementation list (实施清单)."""
        content = self._write_list(self._get_export_versions())
        return self.env["gov.item.export"]._hand_out(content, "items.xlsx")

    @on_records
    def action_export_packs(self):
        """The chosen items, complete, as one archive of packs (事项包)."""
        content = self._write_packs(self._get_export_versions())
        return self.env["gov.item.export"]._hand_out(content, "items.zip")

    def _get_export_versions(self):
        """The version in force of each item, else its draft; none is left out unsaid."""
        self.env["gov.item.export"].check_access("create")
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Choose the items in the list first."))
        bare = self.filtered(lambda i: not (i.published_version_id or i.draft_version_id))
        if bare:
            raise UserError(
                self.env._(
                    "These have no version in force and no draft, so there is nothing to export;"
                    " leave them out: %(names)s.",
                    names=", ".join(bare[:10].mapped("name")),
                )
            )
        if len(self) > item_json.MAX_MEMBERS:
            raise UserError(
                self.env._(
                    "More than %(limit)s items at once cannot be imported again; choose fewer.",
                    limit=item_json.MAX_MEMBERS,
                )
            )
        return [item.published_version_id or item.draft_version_id for item in self]

    def _write_list(self, versions):
        """The workbook: cells of text only, so that no program takes one for a formula."""
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet("实施清单")
        style = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "num_format": "@", "bg_color": "#DDEBF7"})
        sheet.set_column(0, len(item_list.HEADINGS) - 1, 16, style)
        sheet.set_column(1, 1, 36, style)
        sheet.freeze_panes(1, 2)
        for column, heading in enumerate(item_list.HEADINGS):
            sheet.write_string(0, column, heading, head)
        places = {heading: column for column, heading in enumerate(item_list.HEADINGS)}
        line = 0
        for version in versions:
            for row in item_list_rows.to_rows(self._read_for_list(version)):
                line += 1
                for heading, cell in row.items():
                    if sheet.write_string(line, places[heading], cell, style):
                        raise UserError(
                            self.env._(
                                "The text of “%(column)s” of “%(item)s” is too long for a cell;"
                                " export the item as a pack.",
                                column=heading,
                                item=version.item_id.name,
                            )
                        )
        book.close()
        return stream.getvalue()

    def _read_for_list(self, version):
        values = self.env["gov.item.import"]._read_values(version)
        values["item"]["department"] = version.department_id.name
        return values

    def _write_packs(self, versions):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for version in versions:
                pack = self.env["gov.item.import"]._to_pack(version)
                text = json.dumps(pack, ensure_ascii=False, indent=2)
                archive.writestr(f"{version.item_id.code}.json", text)
        return stream.getvalue()
