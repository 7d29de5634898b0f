"""The official calendar of working days (工作日历)."""

import csv
from datetime import time, timedelta

from odoo import api, fields, models, tools

from ..kernel.clock import Calendar

#: All of China keeps one legal time.
LEGAL_TIME_ZONE = "Asia/Shanghai"
#: The same as a difference to UTC: no daylight saving since 1991.
_LEGAL_OFFSET = timedelta(hours=8)


class GovCalendarYear(models.Model):
    """A year whose holiday notice of the State Council has been entered (节假日安排通知)."""

    _name = "gov.calendar.year"
    _description = "Confirmed calendar year"
    _order = "year desc"
    _rec_name = "year"

    year = fields.Integer(required=True, aggregator=None)
    notice = fields.Char(required=True, help="Number or date of the notice.")

    _year_uniq = models.Constraint("UNIQUE (year)", "This year is confirmed already.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env["gov.calendar.day"]._forget_calendar()
        return super().create(vals_list)

    def write(self, vals):
        self.env["gov.calendar.day"]._forget_calendar()
        return super().write(vals)

    def unlink(self):
        self.env["gov.calendar.day"]._forget_calendar()
        return super().unlink()


class GovCalendarDay(models.Model):
    """A day that departs from the plain week: a holiday or a make-up working day (调休)."""

    _name = "gov.calendar.day"
    _description = "Calendar day"
    _order = "date desc"
    _rec_name = "date"

    date = fields.Date(required=True)
    kind = fields.Selection(
        [("holiday", "Holiday"), ("makeup_workday", "Make-up working day")], required=True
    )
    name = fields.Char(translate=True)
    notice = fields.Char(help="Notice of the State Council that this day follows.")

    _date_uniq = models.Constraint("UNIQUE (date)", "This day is in the calendar already.")

    @api.model_create_multi
    def create(self, vals_list):
        self._forget_calendar()
        return super().create(vals_list)

    def write(self, vals):
        self._forget_calendar()
        return super().write(vals)

    def unlink(self):
        self._forget_calendar()
        return super().unlink()

    def _forget_calendar(self):
        """A new version of the calendar: dates of open cases follow in a batch."""
        self.env.registry.clear_cache()
        settings = self.env["ir.config_parameter"].sudo()  # a counter, not a secret
        settings.set_param("gov_approval.calendar_version", self._version() + 1)
        cron = self.env.ref("gov_approval.ir_cron_follow_calendar", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()  # the calendar's editor need not administer crons

    @api.model
    def _load_holidays(self):
        """Enter the notices of the State Council that the module carries; days that the centre
        has entered itself stay as they are."""
        with tools.file_open("gov_approval/data/holidays.csv", "r") as source:
            rows = list(csv.DictReader(source))
        known = {fields.Date.to_string(day.date) for day in self.search([])}
        self.create([dict(row) for row in rows if row["date"] not in known])
        Year = self.env["gov.calendar.year"]
        entered = Year.search([]).mapped("year")
        notices = {int(row["date"][:4]): row["notice"] for row in rows}
        Year.create(
            [
                {"year": year, "notice": notice}
                for year, notice in notices.items()
                if year not in entered
            ]
        )

    @api.model
    def _version(self):
        """Counts the changes of the calendar."""
        settings = self.env["ir.config_parameter"].sudo()  # a counter, not a secret
        return int(settings.get_param("gov_approval.calendar_version", 0))

    @api.model
    @tools.ormcache()
    def _calendar(self):
        """The kernel's calendar, built once a worker and calendar version."""
        days = self.sudo().search_fetch([], ["date", "kind", "name"])  # the same for everybody
        years = self.env["gov.calendar.year"].sudo().search([]).mapped("year")  # same
        hours = self.env["ir.config_parameter"].sudo()  # settings of the centre, not secrets
        return Calendar(
            {d.date: d.name or "" for d in days if d.kind == "holiday"},
            [d.date for d in days if d.kind == "makeup_workday"],
            fields.Date.to_date(f"{max(years)}-12-31")
            if years
            else fields.Date.to_date("1970-12-31"),
            opens=time.fromisoformat(hours.get_param("gov_approval.office_opens", "09:00")),
            closes=time.fromisoformat(hours.get_param("gov_approval.office_closes", "17:00")),
        )

    @api.model
    def _local_now(self):
        """Now in legal time, naive: what the clock on the wall of the hall shows."""
        return self._local(fields.Datetime.now())

    @api.model
    def _local(self, moment):
        """A stored UTC moment in legal time, naive."""
        return moment + _LEGAL_OFFSET

    @api.model
    def _utc(self, local):
        """A naive moment of legal time as stored."""
        return local - _LEGAL_OFFSET if local else False
