"""Mandates: nothing is signed outside items, powers and dates; what is filed stays as it was."""

import base64

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PDF, GovCase, mandate_vals

GRANT = {"decision": "grant", "opinion": "Agreed"}


class MandateCase(GovCase):
    def vals(self, number, user="chief", items=None, **more):
        return mandate_vals(
            self.env,
            self.world["department"],
            self.world[user],
            number,
            self.item if items is None else items,
            **more,
        )

    def filed(self, number, **more):
        mandate = self.env["gov.mandate"].create(self.vals(number, **more))
        mandate.action_file()
        return mandate

    def second_item(self):
        return self.item.copy({"code": "test-second", "name": "Second"})


@tagged("post_install", "-at_install", "gov")
class TestMandateFiling(MandateCase):
    def test_only_a_complete_mandate_is_filed(self):
        for missing in ("item_ids", "rank", "duties", "paper", "seal_id"):
            mandate = self.env["gov.mandate"].create(
                self.vals(f"M-no-{missing}", user="reviewer", **{missing: False})
            )
            label = mandate.fields_get([missing])[missing]["string"]
            with self.assertRaisesRegex(UserError, label.partition(" (")[0]):
                mandate.action_file()
        powerless = dict.fromkeys(
            ("can_decide", "can_extend", "can_manage_clock", "can_manage_licences"), False
        )
        mandate = self.env["gov.mandate"].create(self.vals("M-0", user="reviewer", **powerless))
        with self.assertRaisesRegex(UserError, "Powers"):
            mandate.action_file()

    def test_without_the_power_to_decide_no_seal_is_needed(self):
        self.filed("M-clock", user="reviewer", can_decide=False, seal_id=False)

    def test_the_publish_gate_asks_for_the_power_to_decide(self):
        self.world["mandate"].action_revoke("Transferred")
        self.filed("M-clock", user="reviewer", can_decide=False, seal_id=False)
        draft = self.version._copy_to_draft()
        failed = [check["code"] for check in draft._get_checks() if check["level"] == "fail"]
        self.assertEqual(failed, ["publish.no_mandate_in_force"])
        self.filed("M-decide")
        self.assertFalse([c for c in draft._get_checks() if c["level"] == "fail"])

    def test_person_items_and_seal_are_of_the_department(self):
        mandate = self.env["gov.mandate"].create(self.vals("M-f", user="foreign_reviewer"))
        with self.assertRaisesRegex(UserError, "not on the staff"):
            mandate.action_file()
        elsewhere = self.second_item()
        elsewhere.department_id = self.world["other_department"]
        mandate = self.env["gov.mandate"].create(
            self.vals("M-g", user="reviewer", items=self.item | elsewhere)
        )
        with self.assertRaisesRegex(UserError, "own department"):
            mandate.action_file()
        mandate.item_ids = self.item
        mandate.seal_id.department_id = self.world["other_department"]
        with self.assertRaisesRegex(UserError, "another department"):
            mandate.action_file()

    def test_an_expired_mandate_is_not_filed(self):
        mandate = self.env["gov.mandate"].create(
            self.vals("M-old", user="reviewer", valid_to="2021-01-01")
        )
        with self.assertRaisesRegex(UserError, "ended"):
            mandate.action_file()

    def test_the_paper_is_judged_by_its_content(self):
        vals = self.vals("M-paper", user="reviewer")
        for content in (b"<html><script>x</script></html>", b"", b"%PDF-1.4 /JavaScript %%EOF"):
            with self.assertRaises(ValidationError):
                self.env["gov.mandate"].create(vals | {"paper": base64.b64encode(content or b" ")})
        with self.assertRaises(ValidationError):
            self.env["gov.mandate"].create(vals | {"paper": "no base64!"})

    def test_one_seal_goes_with_one_mandate(self):
        seal = self.world["mandate"].seal_id
        second = self.env["gov.mandate"].create(
            self.vals("M-2", user="reviewer", seal_id=seal.id)
        )
        with self.assertRaisesRegex(UserError, self.world["mandate"].number):
            second.action_file()
        self.world["mandate"].action_revoke("Transferred")
        second.action_file()
        self.assertEqual(second.status, "in_force")

    def test_a_person_has_one_mandate_for_an_item(self):
        again = self.env["gov.mandate"].create(self.vals("M-2"))
        with self.assertRaisesRegex(UserError, self.item.name):
            again.action_file()
        again.item_ids = self.second_item()
        again.action_file()

    def test_the_seal_of_a_filed_mandate_does_not_change(self):
        seal = self.world["mandate"].seal_id.with_user(self.world["administrator"])
        for vals in ({"name": "x"}, {"number": "x"}, {"image": False}, {"department_id": 1}):
            with self.assertRaisesRegex(UserError, "does not change"), self.env.cr.savepoint():
                seal.write(vals)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            seal.unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            seal.write({"mandate_ids": [Command.update(self.world["mandate"].id, {"number": "x"})]})
        spare = seal.copy({"number": "spare"})
        spare.write({"name": "Cut anew", "mandate_ids": [Command.link(self.world["mandate"].id)]})
        self.assertEqual(self.world["mandate"].seal_id, seal)


@tagged("post_install", "-at_install", "gov")
class TestMandateEnd(MandateCase):
    def test_revoking_needs_a_reason_and_is_asked_for_in_a_dialog(self):
        mandate = self.world["mandate"].with_user(self.world["administrator"])
        for reason in ("", "  ", None, 7, ["x"]):
            with self.assertRaisesRegex(UserError, "reason"):
                mandate.action_revoke(reason)
        dialog = self.env["gov.mandate.revocation"].with_user(self.world["administrator"])
        with Form(dialog.with_context(default_mandate_id=mandate.id)) as form:
            form.reason = "Transferred"
        form.record.action_confirm()
        self.assertEqual((mandate.status, mandate.revoked_reason), ("revoked", "Transferred"))
        mandate.action_revoke("Another reason")
        self.assertEqual(mandate.revoked_reason, "Transferred", "the first end stays")

    def test_only_the_centre_files_and_revokes(self):
        for login in ("chief", "manager", "supervisor"):
            mandate = self.world["mandate"].with_user(self.world[login])
            with self.assertRaises(AccessError):
                mandate.action_revoke("x")
            with self.assertRaises(AccessError):
                self.env["gov.mandate.revocation"].with_user(self.world[login]).create(
                    {"mandate_id": mandate.id, "reason": "x"}
                )

    def test_replacing_ends_the_predecessor_when_the_new_one_begins(self):
        old, today = self.world["mandate"], self.env["gov.mandate"]._today()
        tomorrow = fields.Date.add(today, days=1)
        action = old.action_replace()
        self.assertEqual(action["context"]["default_replaces_id"], old.id)
        new = self.filed(
            "M-next",
            user="reviewer2",
            replaces_id=old.id,
            valid_from=tomorrow,
            seal_id=old.seal_id.id,
        )
        self.assertEqual((old.status, new.status), ("in_force", "coming"))
        self.assertEqual(old.revoked_on, tomorrow)
        self.assertIn("M-next", old.revoked_reason)
        Mandate = self.env["gov.mandate"]
        for day, found in ((today, old), (tomorrow, new)):
            in_force = Mandate._domain_in_force(self.world["department"], self.item, day)
            self.assertEqual(Mandate.search(in_force), found)
        old.action_revoke("Earlier")
        self.assertEqual((old.status, old.revoked_on), ("revoked", today))

    def test_what_may_be_replaced(self):
        draft = self.env["gov.mandate"].create(self.vals("M-d", user="reviewer"))
        new = self.env["gov.mandate"].create(
            self.vals("M-n", user="reviewer2", replaces_id=draft.id)
        )
        with self.assertRaisesRegex(UserError, "replaces"):
            new.action_file()

    def test_status_as_shown_is_the_status_as_found(self):
        today, add = self.env["gov.mandate"]._today(), fields.Date.add
        found = {
            "draft": self.env["gov.mandate"].create(self.vals("M-1", user="reviewer")),
            "coming": self.filed("M-2", valid_from=add(today, days=3), items=self.second_item()),
            "in_force": self.world["mandate"],
            "expiring": self.filed("M-3", user="reviewer", valid_to=add(today, days=30)),
            "expired": self.filed("M-4", user="reviewer2", valid_to=today),
            "revoked": self.filed("M-5", user="manager"),
        }
        found["revoked"].action_revoke("x")
        ids = [mandate.id for mandate in found.values()]
        with self.at(fields.Datetime.to_datetime(add(today, days=0)).replace(hour=4)):
            self.assertEqual(found["expired"].status, "expiring")
        with self.at(fields.Datetime.to_datetime(add(today, days=1)).replace(hour=4)):
            self.env.invalidate_all()
            for status, mandate in found.items():
                self.assertEqual(mandate.status, status)
                domain = [("status", "=", status), ("id", "in", ids)]
                self.assertEqual(self.env["gov.mandate"].search(domain), mandate)


@tagged("post_install", "-at_install", "gov")
class TestMandateFrozen(MandateCase):
    """What the widest role tries over RPC: no way leads into a filed mandate."""

    def test_no_way_into_a_filed_mandate(self):
        mandate = self.world["mandate"].with_user(self.world["administrator"])
        department = self.world["department"].with_user(self.world["administrator"])
        values = {
            "number": "x",
            "user_id": self.world["reviewer"].id,
            "item_ids": [Command.clear()],
            "can_decide": False,
            "valid_to": "2100-01-01",
            "seal_id": False,
            "paper": base64.b64encode(PDF + b" "),
            "filed_on": False,
            "revoked_on": "2020-01-01",
            "revoked_reason": "x",
            "replaces_id": False,
            "status": "revoked",
        }
        before = mandate.read()
        for name, value in values.items():
            for change in (
                lambda n=name, v=value: mandate.write({n: v}),
                lambda n=name, v=value: mandate.web_save({n: v}, {}),
                lambda n=name, v=value: department.write(
                    {"mandate_ids": [Command.update(mandate.id, {n: v})]}
                ),
            ):
                with self.assertRaises(UserError, msg=name), self.env.cr.savepoint():
                    change()
        for command in (Command.delete(mandate.id), Command.unlink(mandate.id), Command.clear()):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                department.write({"mandate_ids": [command]})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mandate.unlink()
        self.env.invalidate_all()
        self.assertEqual(mandate.read(), before)

    def test_import_writes_no_filed_mandate(self):
        mandate = self.world["mandate"].with_user(self.world["administrator"])
        xmlid = self.world["mandate"].export_data(["id"])["datas"][0][0]
        found = mandate.load(["id", "valid_to"], [[xmlid, "2100-01-01"]])
        self.assertFalse(found["ids"])
        self.assertEqual(fields.Date.to_string(mandate.valid_to), "2099-12-31")
        columns = ["number", "department_id/.id", "user_id/.id", "valid_from", "valid_to"]
        row = ["M-load", mandate.department_id.id, mandate.user_id.id, "2026-01-01", "2027-01-01"]
        found = mandate.load([*columns, "filed_on"], [[*map(str, row), "2026-01-01"]])
        self.assertFalse(mandate.browse(found["ids"] or []).filed_on)

    def test_defaults_of_a_person_file_nothing(self):
        administrator = self.world["administrator"]
        Default = self.env["ir.default"].with_user(administrator)
        for name in ("filed_on", "revoked_on"):
            Default.set("gov.mandate", name, "2020-01-01", user_id=True)
        Mandate = self.env["gov.mandate"].with_user(administrator)
        mandate = Mandate.with_context(default_revoked_reason="x").create(self.vals("M-d"))
        self.assertFalse(mandate.filed_on or mandate.revoked_on or mandate.revoked_reason)
        copied = self.world["mandate"].with_user(administrator).copy({"number": "M-c"})
        self.assertFalse(copied.filed_on or copied.seal_id or copied.paper)


@tagged("post_install", "-at_install", "gov")
class TestMandateInTheDoor(MandateCase):
    """The kernel refuses; here it is asked with the facts of filed mandates."""

    def refused(self, pattern, case, kind, payload, by="chief"):
        with self.assertRaisesRegex(UserError, pattern):
            self.act(by, case, kind, payload)

    def replace(self, **more):
        self.world["mandate"].action_revoke("Replaced")
        return self.filed("M-new", **more)

    def test_outside_the_items(self):
        case = self.reviewed()
        self.replace(items=self.second_item())
        self.refused("mandate", case, "decide", GRANT)

    def test_outside_the_dates(self):
        case, today = self.reviewed(), self.env["gov.mandate"]._today()
        new = self.replace(valid_from=fields.Date.add(today, days=1))
        self.refused("mandate", case, "decide", GRANT)
        new.action_revoke("x")
        self.filed("M-last", valid_to=today)
        with self.at(fields.Datetime.add(fields.Datetime.now(), days=1)):
            self.refused("mandate", case, "decide", GRANT)
        self.act("chief", case, "decide", GRANT)

    def test_revoked_at_once(self):
        case = self.reviewed()
        self.world["mandate"].with_user(self.world["administrator"]).action_revoke("x")
        self.refused("mandate", case, "decide", GRANT)

    def test_outside_the_powers(self):
        case = self.reviewed()
        self.replace(can_extend=False)
        extension = {"days": 5, "reasons": "Complex"}
        self.refused("mandate|M-new", case, "extend", extension)
        self.act("chief", case, "decide", GRANT)

    def test_only_to_extend(self):
        case = self.reviewed()
        self.replace(can_decide=False)
        self.refused("mandate|M-new", case, "decide", GRANT)
        self.act("chief", case, "extend", {"days": 5, "reasons": "Complex"})

    def test_the_signature_names_its_ground(self):
        case = self.reviewed()
        self.act("chief", case, "decide", GRANT)
        payload = case.event_ids.sorted("sequence")[-1].payload
        mandate = self.world["mandate"]
        self.assertEqual(payload["mandate"], mandate.number)
        self.assertEqual(payload["seal"], mandate.seal_id.display_name)
        mandate.action_revoke("Later")
        self.assertEqual(case.outcome, "granted", "signatures given before stay covered")


@tagged("post_install", "-at_install", "gov")
class TestMandatePublic(MandateCase):
    def test_public_facts(self):
        facts = self.env["gov.mandate"].with_user(self.env.ref("base.public_user"))
        row = next(r for r in facts._get_public_facts() if r["number"] == "M-test-food")
        self.assertEqual(row["representative"], "chief")
        self.assertEqual(row["department"], "Market bureau")
        self.assertEqual([item["name"] for item in row["items"]], [self.item.name])
        self.assertEqual(len(row["powers"]), 4)
        self.assertIn("Signs decisions", row["powers"])

    def test_who_does_not_sign_today_is_not_shown(self):
        Mandate = self.env["gov.mandate"]
        tomorrow = fields.Date.add(Mandate._today(), days=1)
        self.filed("M-later", user="reviewer", valid_from=tomorrow)
        Mandate.create(self.vals("M-draft", user="reviewer2"))
        self.world["mandate"].action_revoke("x")
        shown = [row["number"] for row in Mandate._get_public_facts()]
        self.assertFalse({"M-later", "M-draft", "M-test-food"} & set(shown))

    def test_queries_do_not_grow_with_the_mandates(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = len(self.env["gov.mandate"]._get_public_facts())
            return rows, self.env.cr.sql_log_count - before

        count()
        few, queries = count()
        for number in range(5):
            self.filed(f"M-{number}", items=self.item.copy({"code": f"c{number}"}))
        many, queries_of_many = count()
        self.assertEqual((many - few, queries_of_many), (5, queries))
