from odoo import fields, models, tools

from .gov_sample_district import FOLDER


class GovSampleDistrict(models.AbstractModel):
    """Cases of the sample district, each filed and handled by its people through the door.

    They happen at the moment of loading: no event is ever written with another time.  Dates are
    days from today (``+10``, ``-5``, ``+12 workdays``), so that they stay plausible;
    ``@<token>`` is the number of the certificate that the case with this token issued.
    """

    _inherit = "gov.sample.district"

    def _load_cases(self, users):
        Case = self.env["gov.case"]
        with tools.file_open(f"{FOLDER}/material.pdf", "rb") as source:
            paper = source.read()
        for row in self._read("cases.json"):
            if Case.search_count([("draft_token", "=", row["token"])]):
                continue
            case = self._file_case(row, users, paper)
            for login, kind, payload in row["acts"]:
                self._perform(case, users, login, kind, payload)
        self._file_first_archive()

    def _file_first_archive(self):
        """One closed case is archived at once, so that auditors see what the nightly job files."""
        if not self.env["gov.case.archive"].search_count([], limit=1):
            tokens = [row["token"] for row in self._read("cases.json")]
            ended = [
                ("draft_token", "in", tokens),
                ("is_to_archive", "=", True),
                ("next_due_on", "=", False),
            ]
            for case in self.env["gov.case"].search(ended, order="id", limit=1):
                for document in case.document_ids:
                    document._get_pdf()
                case._file_archive()

    def _file_case(self, row, users, paper):
        """Fill in and file as the applicant online, or as a clerk for a person at the window."""
        user = users[row["login"]]
        item = self._by_code("gov.item", row["item"])
        is_window = "window" in row
        # The screens open drafts in the same way: the account for itself, the clerk at a window.
        Draft = self.env["gov.case.draft"].with_user(user).sudo()
        draft = Draft._open(
            item,
            channel="window" if is_window else "online",
            window=self._find_window(row["window"]) if is_window else None,
            partner=None if is_window else user.partner_id,
            token=row["token"],
        )
        saved = draft._save(self._resolve(row["answers"]), draft.revision)
        if saved["errors"]:
            raise ValueError(f"{row['token']}: {saved['errors']}")
        promised = row.get("promised", ())
        for spec, _given in draft._get_needed():
            if spec["code"] in promised:
                draft._set_promise(spec["code"])
            elif is_window:
                draft._set_paper(spec["code"])
            else:
                draft._add_file(spec["code"], f"{spec['name'][:40]}.pdf", paper)
        if promised:
            promise = {"by": draft.answers["representative_name"], "is_agreed": True}
            draft._save(draft.answers, draft.revision, promise=promise)
        return draft._submit()

    def _perform(self, case, users, login, kind, payload):
        payload = self._resolve(payload)
        if "officers" in payload:
            payload["officers"] = [users[officer].id for officer in payload["officers"]]
        if "chair" in payload:
            payload["chair"] = users[payload["chair"]].id
        user = users[login]
        # An account acts on its own case as the portal lets it: found by the door, not by rights.
        case.with_user(user).sudo(user._is_portal())._act(kind, payload)

    def _resolve(self, values):
        return {name: self._resolve_value(value) for name, value in values.items()}

    def _resolve_value(self, value):
        """A day counted from today, or a certificate of the sample; everything else as it is."""
        if not isinstance(value, str):
            return value
        if value.startswith("@"):
            case = self.env["gov.case"].search([("draft_token", "=", value[1:])], limit=1)
            return case.certificate_ids[:1].number
        number, _space, unit = value.partition(" ")
        if number[:1] not in ("+", "-") or not number[1:].isdecimal():
            return value
        today = fields.Date.context_today(self)
        if unit == "workdays":
            calendar = self.env["gov.calendar.day"]._calendar()
            return fields.Date.to_string(calendar.add_working_days(today, int(number)))
        return fields.Date.to_string(fields.Date.add(today, days=int(number)))
