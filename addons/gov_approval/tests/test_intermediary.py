"""Intermediary services by the persons who meet them: centre, manager, applicant, clerk."""

from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PDF, GovCase
from .portal_http import PortalHttp
from .test_access_matrix import CREDIT_CODES
from .test_table_reader import workbook

GOOD, OTHER = CREDIT_CODES
COMPLETE = {"basis": "b", "provider_requirement": "r", "commissioned_by": "applicant"}
SAID = {"by": "provider", "name": "Clear Water Ltd", "credit_code": GOOD, "is_own": True}


def build_service(env, code="T-1", **vals):
    service = env["gov.intermediary.service"].create(
        {"code": code, "name": f"Service {code}", **COMPLETE, **vals}
    )
    service.action_list()
    return service


def build_provider(env, service, **vals):
    offer = {"name": "CMA", "service_id": service.id, "valid_to": "2098-12-31"}
    return env["gov.intermediary.provider"].create(
        {
            "name": "Clear Water Ltd",
            "credit_code": GOOD,
            "qualification_ids": [Command.create(offer | vals.pop("offer", {}))],
        }
        | vals
    )


def refer(item, service):
    """A version in force whose material “plan” comes from the service."""
    item.action_new_version()
    draft = item.draft_version_id
    draft.material_ids.filtered(lambda m: m.code == "plan").source = "intermediary"
    draft.intermediary_ids = [Command.create({"service": service.code, "material": "plan"})]
    draft.action_publish()
    return draft


@tagged("post_install", "-at_install", "gov")
class TestIntermediaryImport(GovCase):
    def load(self, content, **how):
        return self.env["gov.intermediary.import"]._import_list(content, prefix="T-", **how)

    def outcomes(self, report):
        return [(line["row"], line["action"]) for line in report]

    def test_the_published_list_lands_whole(self):
        path = Path(get_module_path("gov_approval"), "demo", "intermediaries.csv")
        report = self.load(path.read_bytes())
        self.assertEqual({line["action"] for line in report}, {"created"})
        self.assertEqual(len(report), 28)
        first = self.env["gov.intermediary.service"].browse(report[0]["service_id"])
        self.assertEqual(
            (first.code, first.name, first.commissioned_by, first.self_service, first.state),
            ("T-001", "项目申请报告编制", "applicant", "yes", "draft"),
        )

    def test_a_faulty_row_spoils_no_other_and_everything_is_in_the_report(self):
        report = self.load(
            "序号,中介服务事项,委托人,颜色\n"
            "1,甲,申请人,红\n"
            "2,=HYPERLINK(1),申请人,\n"
            "3,丙,路人,\n"
            "1,丁,申请人,\n"
            "5,,申请人,\n"
            f"6,{'长' * 301},申请人,\n".encode("gbk")
        )
        self.assertEqual(
            self.outcomes(report),
            [
                (0, "note"), (0, "note"), (2, "created"), (3, "refused"), (4, "created"),
                (5, "refused"), (6, "refused"), (7, "refused"),
            ],
        )  # fmt: skip
        services = self.env["gov.intermediary.service"]
        one, three = (services.browse(report[i]["service_id"]) for i in (2, 4))
        self.assertEqual((one.code, one.unplaced), ("T-001", "颜色: 红"))
        self.assertEqual((three.commissioned_by, three.unplaced), (False, "commissioned_by: 路人"))
        for line in report:
            self.assertTrue(line["text"])
            self.assertNotIn("%(", line["text"])
        self.assertIn("丁", report[5]["raw"])

    def test_a_workbook_goes_the_same_way(self):
        report = self.load(workbook(["序号", "服务名称"], [1, "甲"], [2, "=1+1"], [3.5, "丙"]))
        self.assertEqual(
            self.outcomes(report), [(2, "created"), (3, "refused"), (4, "refused")]
        )

    def test_collisions(self):
        content = "seq,service,basis\n1,甲,{}\n"
        self.load(content.format("a").encode())
        again = content.format("b").encode()
        service = self.env["gov.intermediary.service"].search([("code", "=", "T-001")])
        for how, action, basis in (
            ("refuse", "refused", "a"), ("keep", "kept", "a"), ("update", "updated", "b"),
        ):  # fmt: skip
            self.assertEqual(self.outcomes(self.load(again, collision=how)), [(2, action)])
            self.assertEqual(service.basis, basis)

    def test_files_that_are_refused_leave_nothing(self):
        before = self.env["gov.intermediary.service"].search_count([])
        for content in (b"", b"a,b\n1,2\n", b"PK\x03\x04xx", b"seq,service,service\n1,2,3\n"):
            with self.assertRaises(UserError):
                self.load(content)
        self.assertEqual(self.env["gov.intermediary.service"].search_count([]), before)

    def test_only_complete_services_are_listed_at_once(self):
        report = self.load(
            "seq,service,basis,provider_requirement,commissioned_by\n"
            "1,甲,法,机构,申请人\n2,乙,,机构,申请人\n".encode(),
            is_listed=True,
        )
        states = [
            self.env["gov.intermediary.service"].browse(line["service_id"]).state
            for line in report
        ]
        self.assertEqual(states, ["listed", "draft"])

    def test_the_wizard_shows_first_and_stores_nothing(self):
        Wizard = self.env["gov.intermediary.import.wizard"].with_user(self.world["administrator"])
        wizard = Wizard.create({"file": "c2VxLHNlcnZpY2UKMSzkuIAK", "prefix": "W-"})
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("action"), ["created"])
        found = [("code", "=", "W-001")]
        self.assertFalse(self.env["gov.intermediary.service"].search(found))
        wizard.action_import()
        self.assertEqual(self.env["gov.intermediary.service"].search(found).name, "一")


@tagged("post_install", "-at_install", "gov")
class TestIntermediary(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = build_service(cls.env)
        cls.provider = build_provider(cls.env, cls.service)

    def refused(self, act, word=""):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            act()
        self.assertIn(word, str(caught.exception))

    # ------------------------------------------------------------------ catalogue

    def test_the_catalogue_has_one_way_in_and_out(self):
        admin = self.env["gov.intermediary.service"].with_user(self.world["administrator"])
        forged = admin.with_context(default_state="listed").create(
            {"code": "T-2", "name": "n", "state": "listed", "listed_at": "2026-01-01"}
        )
        self.assertEqual((forged.state, forged.listed_at), ("draft", False))
        self.refused(lambda: forged.write({"state": "listed"}), "buttons")
        self.refused(forged.action_list, "T-2")
        self.refused(lambda: forged.write({"code": "T-3"}), "code")
        self.refused(lambda: self.service.write({"basis": False}), "T-1")
        self.refused(self.service.unlink, "stays on record")
        self.service.action_delist()
        self.assertFalse(admin._find_public("T-1"))
        for login in ("manager", "clerk"):
            with self.assertRaises(AccessError):
                self.service.with_user(self.world[login]).action_list()

    @mute_logger("odoo.sql_db")
    def test_providers_with_wrong_codes_and_silent_suspensions(self):
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.provider.credit_code = GOOD[:-1] + "0"
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.provider.suspended_from = "2026-01-01"
        spaced = self.env["gov.intermediary.provider"].create(
            {"name": "P", "credit_code": f" {OTHER.lower()} "}
        )
        self.assertEqual(spaced.credit_code, OTHER)

    # ----------------------------------------------------------------------- gate

    def test_the_gate_lets_only_the_catalogue_through_and_no_provider(self):
        version = refer(self.item, self.service)
        frozen = version.definition["intermediaries"]
        self.assertEqual([(r["service"], r["basis"]) for r in frozen], [("T-1", "b")])
        guide = version._get_guide(version.definition)["intermediaries"]
        self.assertEqual(guide[0]["name"], "Service T-1")
        self.service.action_delist()
        self.item.action_new_version()
        draft = self.item.draft_version_id
        self.assertEqual(draft.intermediary_ids.service, "T-1")
        self.refused(draft.action_publish, "Service T-1")
        self.service.action_list()
        draft.condition_ids[0].text = "A report of clear  water LTD"
        self.refused(draft.action_publish, "Clear Water Ltd")
        draft.condition_ids[0].text = "A report"
        draft.intermediary_ids.unlink()
        self.refused(draft.action_publish, "Floor plan")

    def test_a_pack_keeps_its_services(self):
        version = refer(self.item, self.service)
        Import = self.env["gov.item.import"]
        pack = Import._to_pack(version)
        self.assertEqual(pack["intermediaries"], [{"service": "T-1", "material": "plan"}])
        pack["item"]["code"] = "test-twin"
        self.assertEqual(Import._to_pack(Import._load_pack(pack)), pack)

    # --------------------------------------------------------------------- choice

    def open(self, by="applicant"):
        refer(self.item, self.service)
        draft = self.draft(by)
        for spec, given in draft._get_needed():
            if not given:
                draft._add_file(spec["code"], "paper.pdf", PDF)
        return draft

    def test_the_choice_becomes_part_of_the_filing(self):
        draft = self.open()
        self.assertFalse(draft.providers)
        self.assertEqual(draft._describe_providers()["plan"]["choice"], False)
        draft._set_provider("plan", SAID)
        case = draft._submit()
        event = case.event_ids.filtered(lambda e: e.kind == "receive")
        self.assertEqual(event.payload["providers"]["plan"]["credit_code"], GOOD)
        desk = case.with_user(self.world["clerk"])._prepare_desk()
        said = [row["provider"] for row in desk["materials"] if row["code"] == "plan"]
        self.assertEqual(said, [f"Clear Water Ltd ({GOOD})"])
        with self.assertRaises(UserError):
            draft._set_provider("plan", None)

    def test_bad_statements_are_refused_in_a_sentence(self):
        draft = self.open()
        for statement, word in (
            (SAID | {"is_own": False}, "Only the applicant"),
            (SAID | {"by": "self"}, "cannot be done"),
            (SAID | {"credit_code": {"$ne": 1}}, "empty"),
            (SAID | {"name": ["x"]}, "full name"),
            (SAID | {"name": "Foul Water Ltd"}, "Clear Water Ltd"),
            ("Clear Water Ltd", "odd"),
        ):
            self.refused(lambda s=statement: draft._set_provider("plan", s), word)
        self.refused(lambda: draft._set_provider("lease", SAID))
        self.assertFalse(draft.providers)

    def test_suspended_or_expired_since_it_was_stated(self):
        draft = self.open()
        draft._set_provider("plan", SAID)
        self.provider.write({"suspended_from": "2020-01-01", "suspension_reason": "forged"})
        self.refused(draft._submit, "suspended")
        self.refused(lambda: draft._set_provider("plan", SAID), "suspended")
        self.provider.suspended_from = False
        self.provider.qualification_ids.valid_to = "2020-01-01"
        self.refused(draft._submit, "2020-01-01")
        draft._set_provider("plan", SAID | {"name": "Elsewhere Ltd", "credit_code": OTHER})
        self.assertTrue(draft._submit())

    def test_staff_only_writes_down_what_the_applicant_says_at_the_window(self):
        refer(self.item, self.service)
        clerk = self.env["gov.case.draft"].with_user(self.world["clerk"])
        screen = clerk.action_intake_open(self.item.id, self.world["window"].id)
        draft = clerk.browse(screen["draft_id"])
        self.assertFalse(screen["providers"]["plan"]["choice"])
        shown = str(screen["providers"])
        self.assertNotIn("Clear Water", shown)
        self.refused(lambda: draft.action_intake_provider("plan", SAID | {"is_own": False}))
        screen = draft.action_intake_provider("plan", SAID)
        self.assertEqual(screen["providers"]["plan"]["choice"]["credit_code"], GOOD)
        online = self.draft("applicant")
        for login in ("clerk", "clerk2", "manager", "chief", "administrator"):
            for mine in (online, draft.sudo()):
                if login == "clerk" and mine != online:
                    continue
                person = mine.with_user(self.world[login])
                with self.assertRaises(UserError):
                    person.action_intake_provider("plan", SAID)
                with self.assertRaises(UserError):
                    person.write({"providers": {"plan": SAID}})


@tagged("post_install", "-at_install", "gov")
class TestIntermediaryPages(PortalHttp):
    def setUp(self):
        super().setUp()
        self.service = build_service(self.env, related_item="Drainage", price="5 a litre")
        self.provider = build_provider(self.env, self.service)
        self.authenticate(None, None)

    def test_the_list_and_the_providers_without_a_login(self):
        page = self.url_open("/gov/intermediaries", params={"search": "T-1"}).text
        for fact in ("Service T-1", "Drainage", "5 a litre"):
            self.assertIn(fact, page)
        page = self.url_open("/gov/intermediaries/T-1").text
        for fact in ("Clear Water Ltd", GOOD, "CMA"):
            self.assertIn(fact, page)
        self.provider.write({"suspended_from": "2020-01-01", "suspension_reason": "forged"})
        self.assertNotIn("Clear Water", self.url_open("/gov/intermediaries/T-1").text)
        self.service.action_delist()
        self.assertEqual(self.url_open("/gov/intermediaries/T-1").status_code, 404)
        for odd in ("%", "' OR 1=1 --", "\\", "<script>", "x" * 500):
            answer = self.url_open("/gov/intermediaries", params={"search": odd})
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.url_open("/gov/intermediaries/page/99999").status_code, 200)

    def test_queries_do_not_depend_on_the_rows(self):
        counts = []
        Service = self.env["gov.intermediary.service"].with_user(self.env.ref("base.public_user"))
        for number in (1, 30):
            for row in range(number):
                build_service(self.env, f"T-{number}-{row}")
                code = f"{number:02}{row:02}"
                self.env.cr.execute(
                    "INSERT INTO gov_intermediary_provider (name, credit_code, active)"
                    " VALUES (%s, %s, TRUE) RETURNING id",
                    [f"P{code}", code],
                )
                self.env["gov.intermediary.qualification"].create(
                    {
                        "name": "Q",
                        "service_id": self.service.id,
                        "provider_id": self.env.cr.fetchone()[0],
                    }
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Service._list_public(Service._get_public_domain("T-"), 0, 20)
            service = Service._find_public("T-1")
            rows = service._list_providers(service._get_offering_domain(), 0, 20)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(rows), 20)
        self.assertEqual(*counts)

    def test_the_order_changes_with_the_day_and_follows_no_name(self):
        for number in range(12):
            self.env.cr.execute(
                "INSERT INTO gov_intermediary_provider (name, credit_code, active)"
                " VALUES (%s, %s, TRUE) RETURNING id",
                [f"P{number:02}", f"{number:02}"],
            )
            vals = {"name": "Q", "service_id": self.service.id}
            self.env["gov.intermediary.qualification"].create(
                vals | {"provider_id": self.env.cr.fetchone()[0]}
            )

        def order(day):
            with self.at(day):
                domain = self.service._get_offering_domain()
                return [row["name"] for row in self.service._list_providers(domain, 0, 20)]

        monday, tuesday = order("2026-05-18 01:00:00"), order("2026-05-19 01:00:00")
        self.assertEqual(order("2026-05-18 09:00:00"), monday)
        self.assertEqual(sorted(monday), sorted(tuesday))
        self.assertNotEqual(monday, tuesday)
        self.assertNotIn(sorted(monday), (monday, tuesday))

    def test_the_applicant_states_the_choice_on_the_form(self):
        refer(self.item, self.service)
        self.sign_in()
        draft = self.apply()
        url = f"/my/gov/drafts/{draft.token}/provider"
        said = {"material": "plan", "by": "provider", "name": "Clear Water Ltd", "own": "yes"}
        said["credit_code"] = GOOD
        answer = self.post(url, said)
        self.assertEqual(answer.json()["providers"]["plan"]["choice"]["name"], "Clear Water Ltd")
        refusal = self.post(url, said | {"own": ""})
        self.assertEqual((refusal.status_code, "error" in refusal.json()), (422, True))
        taken = self.post(url, said | {"by": ""})
        self.assertFalse(taken.json()["providers"]["plan"]["choice"])
        other = url.replace(draft.token, "cd" * 16)
        self.assertEqual(self.post(other, said).status_code, 404)
