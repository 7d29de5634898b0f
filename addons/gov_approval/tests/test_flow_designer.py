"""The flow as a picture that is edited in the picture: what the server answers, and to whom."""

import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import GovCase

ABOUT = {
    "fields": [{"code": "area", "label": "Area", "type": "number"}],
    "promised": {"value": 10, "unit": "workday"},
    "direction": "down",
}


@tagged("post_install", "-at_install", "gov")
class TestFlowDesigner(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Version = cls.env["gov.item.version"].with_user(cls.world["manager"])

    def edit(self, flow, act, **more):
        return self.Version.edit_flow(flow, {"do": act} | more, ABOUT)

    def test_a_flow_grows_out_of_nothing(self):
        answer = self.edit({"nodes": [], "edges": []}, "begin")
        codes = [node["code"] for node in answer["flow"]["nodes"]]
        self.assertEqual(codes, ["accept", "review", "decide", "close"])
        self.assertEqual([node["name"] for node in answer["nodes"]][0], "Acceptance")
        self.assertEqual(len(answer["spots"]), 3)
        self.assertIn("<svg", answer["svg"])
        answer = self.edit(answer["flow"], "insert", edges=[["accept", "review"]], what="branch")
        self.assertEqual(answer["select"], "branch_1")
        (defect,) = [one for one in answer["defects"] if one["level"] == "fail"]
        self.assertEqual(defect["node"], "branch_1")
        self.assertIn("has no condition", defect["text"])
        meeting = [spot["edges"] for spot in answer["spots"] if len(spot["edges"]) > 1]
        self.assertEqual(meeting, [[["step_1", "review"], ["branch_1", "review"]]])

    def test_words_beside_the_picture(self):
        flow = self.edit({"nodes": [], "edges": []}, "begin")["flow"]
        flow = self.edit(flow, "insert", edges=[["accept", "review"]], what="branch")["flow"]
        flow["edges"][3]["condition"] = "area > 500"
        answer = self.Version.lay_out_flow(flow, ABOUT)
        self.assertIn("more than 500", answer["svg"])
        self.assertIn("otherwise", answer["svg"])
        flow["edges"][3]["condition"] = "wishes > 500"
        answer = self.Version.lay_out_flow(flow, ABOUT)
        faults = " ".join(one["text"] for one in answer["defects"])
        self.assertIn("“wishes”", faults)
        self.assertNotIn("expression.", faults, "a reason is a sentence")

    def test_what_cannot_be_is_refused_in_a_sentence(self):
        flow = self.edit({"nodes": [], "edges": []}, "begin")["flow"]
        with self.assertRaisesRegex(UserError, "begins with acceptance"):
            self.edit(flow, "remove", node="accept")
        with self.assertRaisesRegex(UserError, "passes no approval decision"):
            self.edit(flow, "remove", node="decide")

    def test_hostile_input_is_refused_in_a_sentence(self):
        deep = []
        for _level in range(50):
            deep = [deep]
        many = {"nodes": [{"code": f"n{n}", "kind": "task"} for n in range(301)], "edges": []}
        for flow, about in (
            ("x", None),
            (None, None),
            ([], None),
            (7, {}),
            ({"nodes": deep}, None),
            ({"nodes": [{"code": "a", "name": "x" * 30_000}]}, None),
            ({"nodes": [{"code": "a", "name": "\x00"}]}, None),
            ({"nodes": [], "edges": [{"source": "a"}] * 1000}, None),
            (many, None),
            ({}, "x"),
        ):
            with self.assertRaises(UserError, msg=str(flow)[:60]):
                self.Version.lay_out_flow(flow, about)
            with self.assertRaises(UserError, msg=str(flow)[:60]):
                self.Version.edit_flow(flow, {"do": "begin"}, about)
        for change in (None, 1, [], {"do": []}, {"do": "insert", "edges": [[1, 2]]}):
            with self.assertRaises(UserError):
                self.Version.edit_flow({"nodes": [], "edges": []}, change)

    def test_odd_rows_are_drawn_or_named_never_a_traceback(self):
        odd = {
            "nodes": [
                {"code": "a", "kind": ["x"], "name": {"y": 1}, "role": [], "days": "3", "unit": {}},
                {"code": "b", "days": -7, "joint": 5, "kind": "joint_review"},
                {"code": "a"},
                5,
            ],
            "edges": [{"source": "a", "target": "b", "condition": [1]}, {"source": 1}, None],
        }
        about = {"fields": [{"code": [], "type": {}}, 3], "promised": {"value": "x"}}
        self.assertTrue(self.Version.lay_out_flow(odd, about)["defects"])

    def test_only_who_writes_versions_draws(self):
        for name in ("clerk", "applicant", "auditor"):
            Version = self.env["gov.item.version"].with_user(self.world[name])
            with self.assertRaises(AccessError):
                Version.lay_out_flow({"nodes": [], "edges": []})
            with self.assertRaises(AccessError):
                Version.edit_flow({"nodes": [], "edges": []}, {"do": "begin"})

    def test_a_large_flow_answers_at_once(self):
        flow = self.edit({"nodes": [], "edges": []}, "begin")["flow"]
        for what in ("branch", "parallel", "joint_review", "branch", "parallel", "step"):
            for edge in flow["edges"][:2]:
                if flow["edges"].count(edge):
                    pair = [edge["source"], edge["target"]]
                    flow = self.edit(flow, "insert", edges=[pair], what=what)["flow"]
        self.assertGreater(len(flow["nodes"]), 25)
        best = 9.0
        for _attempt in range(3):
            began = time.perf_counter()
            self.edit(flow, "insert", edges=[["decide", "close"]], what="step")
            best = min(best, time.perf_counter() - began)
        self.assertLess(best, 0.15)


@tagged("post_install", "-at_install", "gov")
class TestStepEffects(GovCase):
    """What a step does on completion goes through the one door with the act that completes it."""

    NOTIFY = {"effect": "notify", "on": "favourable", "text": "The visit is over; please wait."}
    PAPER = {"effect": "issue_document", "on": "any", "document": "step_opinion"}

    def publish(self, **rows):
        """A version whose steps do ``rows`` on completion."""
        draft = self.version._copy_to_draft()
        for node in draft.node_ids:
            node.effects = rows.get(node.code, [])
        draft.action_publish()
        return draft

    def test_a_completed_step_issues_its_document_and_tells_its_text(self):
        self.publish(review=[self.NOTIFY, self.PAPER])
        case = self.reviewed()
        event = case._get_events()[-1]
        self.assertEqual(event.payload["documents"][-1]["kind"], "step_opinion")
        told = [{"step": "review", "text": self.NOTIFY["text"]}]
        self.assertEqual(event.payload["messages"], told)
        paper = case.document_ids.filtered(lambda d: d.kind == "step_opinion")
        self.assertIn("审查意见：Meets", paper.body)
        notices = self.env["gov.notice"].search([("case_id", "=", case.id), ("text", "!=", False)])
        self.assertEqual(notices.mapped("text"), [self.NOTIFY["text"]])
        self.assertEqual(notices._say_message()[0], self.NOTIFY["text"])
        news = case._get_news()
        self.assertIn(self.NOTIFY["text"], [line for entry in news for line in entry["lines"]])

    def test_news_depend_on_the_result_of_the_step(self):
        self.publish(review=[self.NOTIFY | {"on": "adverse"}], accept=[self.NOTIFY])
        case = self.reviewed()
        messages = [bool(event.payload.get("messages")) for event in case._get_events()]
        self.assertEqual(messages, [False, True, False, False])

    def test_a_faulty_effect_is_not_published(self):
        for row, words in (
            (self.NOTIFY | {"text": ""}, "is incomplete"),
            (self.PAPER | {"document": "certificate"}, "cannot issue"),
            (self.NOTIFY | {"effect": "run_code"}, "which nothing here can do"),
        ):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.publish(review=[row])

    def test_effects_travel_in_the_pack(self):
        Import = self.env["gov.item.import"]
        draft = self.version._copy_to_draft()
        draft.node_ids.filtered(lambda n: n.code == "review").effects = [self.NOTIFY, self.PAPER]
        pack = Import._to_pack(draft)
        (row,) = [row for row in pack["flow"]["nodes"] if row.get("effects")]
        self.assertEqual(row["effects"], [self.NOTIFY, self.PAPER])
        pack["item"]["code"] = "test-effects-copy"
        again = Import._load_pack(pack, self.world["department"])
        self.assertEqual(Import._to_pack(again)["flow"], pack["flow"])
