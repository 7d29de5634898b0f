import io

import xlsxwriter
from odoo import http
from odoo.addons.gov_approval.models.rpc import is_id
from odoo.http import request

KINDS = ("due", "relief", "paid", "refunded", "excess")


class FeeLedger(http.Controller):
    """Statements of closed days and months as files."""

    @http.route("/gov/fees/period/<int:period_id>", type="http", auth="user", readonly=True)
    def period(self, period_id):
        """The sums of a day or a month by department, fee and fund (日报、月报), as XLSX."""
        period = request.env["gov.fee.period"].browse(period_id if is_id(period_id) else 0).exists()
        if not period:
            raise request.not_found()
        content = self._write(period, period.action_get_sums())
        name = f"fees-{period.date_from}-{period.span}.xlsx"
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return request.make_response(
            content,
            [("Content-Type", kind), ("Content-Disposition", http.content_disposition(name))],
        )

    def _write(self, period, rows):
        stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(stream, options)
        sheet = book.add_worksheet()
        money, bold = book.add_format({"num_format": "#,##0.00"}), book.add_format({"bold": True})
        labels = dict(
            period.env["gov.fee.entry"]._fields["kind"]._description_selection(period.env)
        )
        env = period.env
        head = [env._("Department"), env._("Fee"), env._("Management of the money")]
        sheet.write_string(0, 0, period.display_name, bold)
        for column, text in enumerate([*head, *(labels[kind] for kind in KINDS)]):
            sheet.write_string(1, column, text, bold)
        for number, row in enumerate(rows, 2):
            for column, key in enumerate(("department", "fee", "fund")):
                sheet.write_string(number, column, row[key])
            for column, kind in enumerate(KINDS, 3):
                sheet.write_number(number, column, row[kind], money)
        last = len(rows) + 2
        sheet.write_string(last, 0, env._("Sum"), bold)
        for column, kind in enumerate(KINDS, 3):
            sheet.write_number(last, column, round(sum(row[kind] for row in rows), 2), money)
        sheet.set_column(0, 2, 28)
        sheet.set_column(3, 7, 14)
        book.close()
        return stream.getvalue()
