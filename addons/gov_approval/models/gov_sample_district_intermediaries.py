from odoo import models, tools

from .gov_sample_district import FOLDER


class GovSampleDistrict(models.AbstractModel):
    """The catalogue of intermediary services of the sample, from published lists, and providers
    that do not exist: one suspended, one whose qualification has run out."""

    _inherit = "gov.sample.district"

    def _load_intermediaries(self, data):
        with tools.file_open(f"{FOLDER}/intermediaries.csv", "rb") as source:
            self.env["gov.intermediary.import"]._import_list(
                source.read(), collision="keep", is_listed=True
            )
        for row in data["providers"]:
            self._ensure(
                "gov.intermediary.provider",
                [("credit_code", "=", row["credit_code"])],
                self._prepare_provider_vals(row),
            )

    def _prepare_provider_vals(self, row):
        names = ("name", "credit_code", "phone", "address", "credit_level")
        vals = {name: row.get(name, False) for name in names}
        vals["qualification_ids"] = [
            (
                0,
                0,
                {
                    "service_id": self._by_code("gov.intermediary.service", code).id,
                    "name": name,
                    "number": number,
                    "valid_from": valid_from,
                    "valid_to": valid_to,
                },
            )
            for code, (name, number, valid_from, valid_to) in row["services"].items()
        ]
        if "credit" in row:
            day, text, source = row["credit"]
            vals["credit_ids"] = [(0, 0, {"date": day, "text": text, "source": source})]
        if "suspended" in row:
            vals["suspended_from"], vals["suspension_reason"] = row["suspended"]
        return vals
