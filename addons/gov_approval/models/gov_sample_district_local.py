from odoo import models


class GovSampleDistrict(models.AbstractModel):
    """A town of the sample district follows a template: it changed its copy, the template was
    updated and pushed, and one conflict waits for the town's item manager."""

    _inherit = "gov.sample.district"

    def _load_cases(self, users):
        super()._load_cases(users)
        for row in self._read("district.json")["local_items"]:
            if not self._by_code("gov.item", row["code"]):
                self._load_local_item(row, users)

    def _load_local_item(self, row, users):
        template = self._by_code("gov.item", row["template"]).with_user(users[row["pushed_by"]])
        context = template.action_make_local()["context"]
        Item = self.env["gov.item"].with_user(users[row["kept_by"]]).with_context(context)
        department = self._by_code("gov.department", row["department"])
        local = Item.create(
            {"code": row["code"], "name": row["name"], "department_id": department.id}
        )
        self._change(local.draft_version_id, row["changes"])
        template.action_new_version()
        update = template.draft_version_id
        self._change(update, row["update"])
        update.action_publish()
        template.action_push_template()

    def _change(self, version, changes):
        """Values of the version, and of its materials by their codes."""
        version.write(changes["version"])
        for code, vals in changes["materials"].items():
            version.material_ids.filtered(lambda m, code=code: m.code == code).write(vals)
