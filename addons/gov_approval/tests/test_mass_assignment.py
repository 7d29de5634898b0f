"""What a person may write must not carry along what he may not: rows, defaults, owners."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ANSWERS, GovCase, build_item, mandate_vals


@tagged("post_install", "-at_install", "gov")
class TestMassAssignment(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.world["other_department"]
        other.staff_ids += cls.world["chief"]  # to sign: the gate asks for it
        foreign = build_item(cls.env, {**cls.world, "department": other}, code="test-water")
        cls.foreign = foreign.item_id
        for item in (cls.item, cls.foreign):
            item.action_new_version()
        cls.mine, cls.theirs = cls.item.draft_version_id, cls.foreign.draft_version_id
        cls.manager = cls.world["manager"]

    def refused(self, records, vals, by="manager"):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            records.with_user(self.world[by]).write(vals)

    def test_rows_stay_under_their_version(self):
        table = self.mine.field_ids[0]
        table.option_ids = [Command.create({"code": "a", "label": "A"})]
        for target in (self.theirs, self.version):
            for name in ("basis_ids", "condition_ids", "field_ids", "node_ids", "material_ids"):
                self.refused(self.mine[name][:1], {"version_id": target.id})
            self.refused(table, {"parent_id": target.field_ids[0].id})
            self.refused(table.option_ids, {"field_id": target.field_ids[0].id})

    def test_own_template_does_not_become_the_standard(self):
        create = Command.create({"kind": "receipt", "name": "Own"})
        self.mine.with_user(self.manager).template_ids = [create]
        own = self.mine.template_ids
        self.env["gov.document.template"].search(
            [("version_id", "=", False), ("kind", "=", "receipt")]
        ).unlink()
        self.refused(own, {"version_id": False})
        self.refused(own, {"version_id": self.theirs.id})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            own.with_user(self.manager).create({"kind": "receipt", "name": "Standard"})

    def test_defaults_do_not_publish(self):
        """Neither a context nor a stored default fills in what only publishing writes."""
        Item = self.env["gov.item"].with_user(self.manager)
        item = Item.create(
            {"name": "N", "code": "n", "department_id": self.world["department"].id}
        )
        self.env["ir.default"].with_user(self.manager).set(
            "gov.item.version", "digest", "forged", user_id=True
        )
        forged = {
            "default_state": "published",
            "default_definition": {"forged": True},
            "default_published_at": "2020-01-01 00:00:00",
            "default_retired_at": "2020-01-01 00:00:00",
            "default_number": 77,
        }
        Version = self.env["gov.item.version"].with_user(self.manager).with_context(**forged)
        version = Version.create({"item_id": item.id, "state": "published", "digest": "forged"})
        self.assertEqual((version.state, version.number), ("draft", 1))
        self.assertFalse(version.definition or version.digest)
        self.assertFalse(version.published_at or version.retired_at)
        for vals in ({"state": "published"}, {"digest": "x"}, {"retired_at": "2020-01-01"}):
            self.refused(version, vals)
        self.refused(item, {"version_ids": [Command.update(version.id, {"state": "published"})]})

    def test_defaults_do_not_file_a_mandate(self):
        Mandate = self.env["gov.mandate"].with_user(self.world["administrator"])
        forged = {"filed_on": "2020-01-01", "revoked_reason": "forged"}
        vals = mandate_vals(
            self.env, self.world["other_department"], self.world["foreign_reviewer"], "M-forged",
            self.foreign,
        )
        defaults = {f"default_{name}": value for name, value in forged.items()}
        mandate = Mandate.with_context(**defaults).create(vals | forged)
        self.assertFalse(mandate.filed_on or mandate.revoked_reason)
        mandate.write({"filed_on": "2020-01-01", "revoked_on": "2020-01-01"})
        self.assertFalse(mandate.filed_on or mandate.revoked_on)
        mandate.action_file()
        self.refused(mandate, {"valid_to": "2100-01-01"}, by="administrator")

    def test_items_are_not_pushed_to_others(self):
        self.refused(self.item, {"department_id": self.world["other_department"].id})
        self.refused(self.foreign, {"department_id": self.world["department"].id})
        self.refused(self.mine, {"item_id": self.foreign.id})

    def test_partners_and_messages_are_no_way_in(self):
        """x2many commands from records that a clerk may write do not reach a case."""
        case = self.file()
        before = case.read()
        clerk = self.world["clerk"]
        for model in ("res.partner", "res.users", "mail.message", "ir.attachment"):
            for name, field in self.env[model]._fields.items():
                self.assertNotIn(
                    field.comodel_name, ("gov.case", "gov.case.event"), f"{model}.{name}"
                )
        attachment = case.material_ids.attachment_id.with_user(clerk)
        for change in (
            lambda: attachment.write({"res_id": 1}),
            lambda: attachment.write({"raw": b"x"}),
            lambda: attachment.write({"res_model": "res.partner"}),
            lambda: attachment.write({"public": True}),
            attachment.unlink,
            lambda: attachment.create(
                {"name": "x", "res_model": "gov.case", "res_id": case.id, "raw": b"x"}
            ),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.assertEqual(case.read(), before)

    def test_whoever_applied_has_no_other_part(self):
        """回避: a clerk who applied for himself cannot accept his own case."""
        clerk = self.world["clerk"]
        draft = (
            self.env["gov.case.draft"]
            .with_user(clerk)
            .sudo()  # as the controllers do after their own check
            ._open(self.item, channel="online", partner=clerk.partner_id)
        )
        draft._save(ANSWERS, 0)
        draft._set_paper("plan")
        case = draft._submit()
        with self.assertRaises(UserError):
            self.act("clerk", case, "accept")
        self.act("clerk2", case, "accept")
