"""A joint review inside one case: who may answer, who may read, what time does, what is seen."""

from odoo import Command
from odoo.addons.gov_approval.models.gov_sealed import DOOR
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import G, GovCase, build_item

FLOW = (
    ("accept", "start", "intake", "window_clerk", None),
    ("ask", "joint_review", "review", None, None),
    ("decide", "task", "decide", "representative", None),
    ("deliver", "end", "close", "window_clerk", None),
)
OBJECTION = {"outcome": "object", "opinion": "Pipes are in the way", "basis": "Act, Art. 5"}
#: Records of a case that whoever has a part in it reads.
PARTS = ("event_ids", "step_ids", "material_ids", "document_ids", "opinion_ids")


@tagged("post_install", "-at_install")
class TestJointReview(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env, world = cls.env, cls.world
        for login in ("water", "water2", "city"):
            world[login] = new_test_user(
                env, f"test-{login}", groups=f"base.group_user,{G}reviewer", name=login
            )
        world["other_department"].staff_ids |= world["water"] | world["water2"]
        world["city_department"] = env["gov.department"].create(
            {
                "name": "City bureau",
                "code": "test-city",
                "organ_short": "测城",
                "centre_id": world["centre"].id,
                "staff_ids": [Command.set(world["city"].ids)],
            }
        )
        cls.version = cls._publish("test-joint")
        cls.item = cls.version.item_id

    @classmethod
    def _draft(cls, code, **joint):
        """The item before publishing: the gate of the base class runs on a plain flow."""
        plain = tuple(row for row in FLOW if row[1] != "joint_review")
        version = build_item(cls.env, cls.world, code, plain)
        draft = version._copy_to_draft()
        draft.edge_ids.filtered(lambda edge: edge.source == "accept").target = "ask"
        units = cls.world["other_department"] | cls.world["city_department"]
        vals = {
            "version_id": draft.id,
            "code": "ask",
            "name": "Joint review",
            "kind": "joint_review",
            "stage": "review",
            "days": 5,
            "joint_rule": "all",
            "joint_department_ids": [Command.set(units.ids)],
        }
        cls.env["gov.flow.node"].create(vals | joint)
        cls.env["gov.flow.edge"].create(
            {"version_id": draft.id, "source": "ask", "target": "decide"}
        )
        return draft

    @classmethod
    def _publish(cls, code, **joint):
        draft = cls._draft(code, **joint)
        draft.action_publish()
        return draft

    def asked(self, at="2026-11-02 02:00:00"):
        """A case whose departments are asked; five working days from Monday 2 November."""
        with self.at(at):
            case = self.file()
            self.act("clerk", case, "accept")
        return case

    def reads(self, login, case):
        Case = self.env["gov.case"].with_user(self.world[login])
        return bool(Case.search([("id", "=", case.id)]))

    def queue(self, login):
        return self.env["gov.case"].with_user(self.world[login]).search([("is_my_turn", "=", True)])

    # ------------------------------------------------------------------- running

    def test_each_department_answers_and_the_case_goes_on(self):
        case = self.asked()
        with self.at("2026-11-03 02:00:00"):
            self.assertIn(case, self.queue("water"))
            self.act("water", case, "give_opinion", {"outcome": "agree"})
            self.assertNotIn(case, self.queue("water"))
            self.assertIn(case, self.queue("city"))
            rows = case.opinion_ids
            self.assertEqual(rows.mapped("outcome"), [False, "agree"])  # by code: city, water
            self.assertEqual(str(rows[0].due_on), "2026-11-09")
            self.assertTrue(all(rows.mapped("is_active")))
            self.act("city", case, "give_opinion", OBJECTION)
        self.assertEqual(case.step_ids.filtered("is_active").node, "decide")
        ask = case.step_ids.filtered(lambda step: step.node == "ask")
        self.assertEqual((ask.outcome, ask.completed_by_id.id), ("object", False))
        self.assertEqual(rows[0].officer_id, self.world["city"])
        self.assertFalse(any(rows.mapped("is_active")))
        before = rows.read()
        case._project()
        self.assertEqual(rows.read(), before, "refolded events give the same rows")
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "City was heard"})

    def test_only_reviewers_of_the_department_answer_for_it(self):
        case = self.asked()
        for login in ("reviewer", "chief"):
            with self.assertRaisesRegex(UserError, "not possible now"):
                self.act(login, case, "give_opinion", {"outcome": "agree"})
        with self.assertRaisesRegex(UserError, "not possible now"):
            self.act("water", case, "give_opinion", {"outcome": "agree", "department": "test-city"})
        with self.assertRaisesRegex(UserError, "does not belong"):
            self.act("water", case, "give_opinion", {"outcome": "agree", "officer": 1})
        with self.assertRaisesRegex(UserError, "Opinion"):
            self.act("water", case, "give_opinion", {"outcome": "object"})
        with self.assertRaises(UserError):
            case.opinion_ids.write({"outcome": "agree"})
        self.act("water", case, "give_opinion", {"outcome": "agree"})
        with self.assertRaisesRegex(UserError, "not possible now"):
            self.act("water2", case, "give_opinion", OBJECTION)
        self.act("water2", case, "correct_opinion", OBJECTION | {"reasons": "Plan was misread"})
        said = case.opinion_ids.filtered(lambda row: row.outcome)
        self.assertEqual((said.outcome, said.is_corrected), ("object", True))
        self.assertEqual(said.officer_id, self.world["water2"])

    def test_a_post_shares_out_the_opinion(self):
        self.env["gov.post"].create(
            {
                "name": "Water desk",
                "role": "reviewer",
                "department_id": self.world["other_department"].id,
                "officer_id": self.world["water"].id,
                "deputy_ids": [Command.set(self.world["water2"].ids)],
            }
        )
        case = self.asked()
        self.assertNotIn(case, self.queue("water2"))
        with self.assertRaisesRegex(UserError, "Water desk"):
            self.act("water2", case, "give_opinion", {"outcome": "agree"})
        self.act("water", case, "give_opinion", {"outcome": "agree"})

    def test_whoever_applied_gives_no_opinion(self):
        case = self.file("applicant")
        case._door_write(DOOR, {"partner_id": self.world["water"].partner_id.id})
        self.act("clerk", case, "accept")
        self.assertNotIn(case, self.queue("water"))
        with self.assertRaisesRegex(UserError, "not possible now"):
            self.act("water", case, "give_opinion", {"outcome": "agree"})

    # -------------------------------------------------------------------- rights

    def test_the_right_to_read_comes_and_goes_with_the_review(self):
        """From being asked until the review is over, and then only the own opinion."""
        case = self.file()
        self.assertFalse(self.reads("water", case))
        self.act("clerk", case, "accept")
        self.assertTrue(self.reads("water", case))
        own = case.with_user(self.world["water"])
        for name in PARTS:
            self.assertTrue(own[name].ids, name)
            own[name].read()
        self.assertFalse(self.reads("foreign_clerk", case))
        self.assertEqual(self.act("water", case, "give_opinion", {"outcome": "agree"}), True)
        self.assertTrue(self.reads("water", case), "the review still runs")
        self.assertEqual(self.act("city", case, "give_opinion", {"outcome": "agree"}), False)
        for login in ("water", "city"):
            self.assertFalse(self.reads(login, case))
            with self.assertRaises(AccessError):
                case.with_user(self.world[login]).read(["number"])
            for name in PARTS[:-1]:
                with self.assertRaises(AccessError):
                    case[name].with_user(self.world[login]).read()
        Opinion = self.env["gov.case.opinion"].with_user(self.world["water"])
        found = Opinion.search([("case_id", "=", case.id)])
        self.assertEqual(found.department_id, self.world["other_department"])
        self.assertTrue(self.reads("reviewer", case), "the lead goes on reading")

    def test_a_withdrawn_case_asks_nobody(self):
        case = self.asked()
        self.act("clerk", case, "withdraw", {"requester": "Li"})
        self.assertFalse(self.reads("water", case))
        self.assertNotIn(case, self.queue("water"))
        self.assertFalse(any(case.opinion_ids.mapped("is_active")))

    # ---------------------------------------------------------------------- time

    def test_silence_counts_by_the_sweeper_where_the_item_says_so(self):
        self.version = self._publish("test-silent", joint_silence="no_objection")
        self.item = self.version.item_id
        case = self.asked()
        with self.at("2026-11-03 02:00:00"):
            self.act("water", case, "acknowledge_review")
        with self.at("2026-11-09 02:00:00"):
            self.assertNotIn(case, self._sweep())
        with self.at("2026-11-10 02:00:00"):
            self._sweep()
            city, water = case.opinion_ids
            self.assertEqual((water.outcome, city.outcome), ("silent", False))
            self.assertFalse(water.officer_id, "silence is nobody's signature")
            self.assertEqual(case.state, "accepted")
            lead = case.with_user(self.world["reviewer"]).desk["reviews"][0]["rows"]
            self.assertEqual([row["tone"] for row in lead], ["late", ""])
            self.act("city", case, "give_opinion", {"outcome": "agree"})
        self.assertEqual(case.step_ids.filtered("is_active").node, "decide")

    def _sweep(self):
        cases = self.env["gov.case"].search([("time_act_on", "<", self._today())])
        for case in cases:
            case._act_by_time()
        return cases

    def _today(self):
        return self.env["gov.calendar.day"]._local_now().date()

    def test_without_such_a_rule_time_only_makes_late(self):
        case = self.asked()
        with self.at("2026-11-30 02:00:00"):
            self.assertNotIn(case, self._sweep())
            self.assertEqual(case.lamp, "red")
            self.act("water", case, "give_opinion", {"outcome": "agree"})

    def test_only_the_head_of_government_extends(self):
        case = self.asked()
        extension = {"days": 15, "reasons": "Complex"}
        with self.at("2026-11-04 02:00:00"):
            with self.assertRaisesRegex(UserError, "not possible now"):
                self.act("chief", case, "extend", extension)
            self.act("government_head", case, "extend", extension)

    # ------------------------------------------------------------------- screens

    def test_what_the_page_shows(self):
        case = self.asked()
        with self.at("2026-11-03 02:00:00"):
            desk = case.with_user(self.world["water"]).desk
            offer = desk["offers"][0]
            self.assertEqual((offer["act"], offer["is_next"]), ("give_opinion", True))
            self.assertEqual(offer["department"], "test-water")
            self.assertEqual(offer["button_input"]["options"][0]["value"], "agree")
            self.assertTrue(desk["answers"] and desk["materials"])
            rows = desk["reviews"][0]["rows"]
            self.assertEqual([row["is_mine"] for row in rows], [False, True])
            waiting = case.with_user(self.world["clerk"]).desk["waiting"]
            self.assertEqual(
                {row["department"] for row in waiting}, {"City bureau", "Water bureau"}
            )
            self.act("water", case, "give_opinion", OBJECTION)
            row = case.with_user(self.world["reviewer"]).desk["reviews"][0]["rows"][1]
            self.assertEqual((row["opinion"], row["tone"]), (OBJECTION["opinion"], "bad"))
            leader = case.with_user(self.world["administrator"]).desk["reviews"][0]["rows"][1]
            self.assertEqual(leader["opinion"], "", "progress, not contents")
            told = str(case.sudo()._get_news())
            self.assertIn("2 departments", told)
            self.assertNotIn("Pipes", told)
            self.assertIn("1 of 2 opinions", case.with_user(self.world["reviewer"]).desk["flow"])

    # ------------------------------------------------------------ publish, packs

    def test_the_gate_asks_who_answers(self):
        self.world["city_department"].staff_ids = False
        draft = self._draft("test-gate", days=0)
        with self.assertRaisesRegex(UserError, "City bureau") as caught:
            draft.action_publish()
        self.assertIn("has no limit", str(caught.exception))

    def test_a_dissolved_department_is_found(self):
        draft = self._draft("test-dissolved")
        self.world["city_department"].active = False
        with self.assertRaisesRegex(UserError, "City bureau"):
            draft.action_publish()

    def test_a_pack_keeps_the_review(self):
        Import = self.env["gov.item.import"]
        draft = self._draft("test-pack", joint_rule="quorum", joint_quorum=1)
        pack = Import._to_pack(draft)
        node = next(n for n in pack["flow"]["nodes"] if n["code"] == "ask")
        self.assertEqual(
            node["joint"],
            {"rule": "quorum", "quorum": 1, "departments": ["test-city", "test-water"]},
        )
        pack["item"]["code"] = "test-pack-again"
        again = Import._load_pack(pack)
        self.assertEqual(
            again._compile()["flow"]["nodes"],
            draft._compile()["flow"]["nodes"],
        )
