from datetime import date

from odoo import api, models
from odoo.tools import format_date


class GovFeeEntry(models.Model):
    """Income and reliefs made public (收费与减免公示), of closed days: those figures stay."""

    _inherit = "gov.fee.entry"

    @api.model
    def _get_public_years(self):
        """Years with a closed day, the last one first."""
        rows = self.sudo()._read_group(  # sums are made public, entries are not
            [("period_id.state", "=", "closed")], ["day:year"], order="day:year DESC"
        )
        return [row[0].year for row in rows]

    @api.model
    def _get_public_income(self, year):
        """Sums of a year in yuan.

        :return: ``months`` and ``departments``: rows of ``name``, ``income`` (paid less refunded),
            ``relief`` and ``share`` (percent of the longest bar); ``income``, ``relief``, ``until``
        """
        Entry = self.sudo()  # as above
        domain = [
            ("period_id.state", "=", "closed"),
            ("day", ">=", date(year, 1, 1)),
            ("day", "<=", date(year, 12, 31)),
        ]
        [(until,)] = Entry._read_group(domain, [], ["day:max"])
        return {
            "months": Entry._add_up(domain, "day:month", self._say_month),
            "departments": Entry._add_up(
                [*domain, ("department_id", "!=", False)], "department_id", lambda unit: unit.name
            ),
            "until": until,
        }

    def _say_month(self, month):
        return format_date(self.env, month, date_format="MMM")

    def _add_up(self, domain, group, say):
        rows = {}
        for key, kind, amount in self._read_group(domain, [group, "kind"], ["amount:sum"]):
            row = rows.setdefault(key, {"name": say(key), "income": 0.0, "relief": 0.0})
            if kind in ("paid", "refunded"):
                row["income"] += amount
            elif kind == "relief":
                row["relief"] -= amount
        longest = max((row["income"] + row["relief"] for row in rows.values()), default=0.0)
        for row in rows.values():
            for part in ("income", "relief"):
                row[f"{part}_share"] = round(100 * max(row[part], 0) / longest, 1) if longest else 0
        return list(rows.values())
