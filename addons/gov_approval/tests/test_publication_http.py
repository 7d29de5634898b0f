"""What the law makes public: running notices, objections to them, decisions to grant."""

from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.publication import MAX_OBJECTIONS
from .common import ANSWERS, build_item
from .portal_http import PortalHttp

FLOW = (
    ("accept", "start", "intake", "window_clerk", None),
    ("notice", "procedure", None, "reviewer", "public_notice"),
    ("decide", "task", "decide", "representative", None),
    ("deliver", "end", "close", "window_clerk", None),
)
PERSON = {
    **{name: ANSWERS[name] for name in ("applicant_phone", "applicant_address", "area")},
    "applicant_kind": "person",
    "applicant_name": "欧阳小满",
    "applicant_person_id": "11010519491231002X",
}
PRIVATE = ("11010519491231002X", "13800138000", "1 Test street", "110105")
OBJECTION = {
    "objector": "Zhang San",
    "contact": "13900139000",
    "objection": "The smoke goes into our windows",
}


@tagged("post_install", "-at_install", "gov")
class TestPublicNotices(PortalHttp):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.version = build_item(cls.env, cls.world, "test-notice", FLOW)
        cls.item = cls.version.item_id

    def noticed(self, answers=None):
        case = self.file(answers=answers)
        self.act("clerk", case, "accept")
        self.act("reviewer", case, "publish_notice", {"days": 7, "place": "Notice board 2"})
        return case

    def object(self, case, values=OBJECTION, **options):
        return self.post(f"/gov/notices/{case.number}/object", values, **options)

    def objections(self, case):
        return case._get_casefile()[1].public_notice.objections

    def test_everybody_sees_what_runs_and_nothing_private(self):
        case = self.noticed(PERSON)
        self.authenticate(None, None)
        page = self.url_open("/gov/notices")
        for fact in (self.item.name, case.number, "Notice board 2", "Market bureau", "12345"):
            self.assertIn(fact, page.text)
        self.assertIn("欧阳**", page.text)
        for private in (*PRIVATE, "欧阳小满", case.secret):
            self.assertNotIn(private, page.text)
        self.assertIn("/web/login", page.text)
        until = case._get_public_notice()["until"] + timedelta(days=1)
        with self.at(f"{until} 04:00:00"):
            self.assertFalse(case._get_public_notice())
            self.assertNotIn(case.number, self.url_open("/gov/notices").text)

    def test_a_body_is_named_in_full(self):
        self.noticed()
        self.assertIn(ANSWERS["applicant_name"], self.url_open("/gov/notices").text)

    def test_anyone_signed_in_may_object_once_with_the_same_words(self):
        case = self.noticed()
        self.sign_in("stranger")
        for _ in range(3):
            answer = self.object(case)
            self.assertTrue(answer.headers["Location"].endswith("?sent=1"))
        self.assertIn("has arrived", self.url_open("/gov/notices?sent=1").text)
        self.assertEqual([o.text for o in self.objections(case)], [OBJECTION["objection"]])
        event = case._get_events()[-1:]
        self.assertEqual((event.role, event.actor_id), ("public", self.world["stranger"]))
        self.act("reviewer", case, "answer_objection", {"number": "1", "opinion": "A filter"})

    @mute_logger("odoo.http")
    def test_who_may_not_object(self):
        case = self.noticed()
        quiet = self.file()
        before = self.snapshot()
        self.sign_in()
        self.assertEqual(self.object(case).status_code, 400)  # the applicant
        self.sign_in("reviewer")
        self.assertEqual(self.object(case).status_code, 400)  # who handles the case
        self.sign_in("stranger")
        self.assertEqual(self.object(case, csrf=False).status_code, 400)
        self.assertEqual(self.object(quiet).status_code, 404)  # no notice runs
        self.assertEqual(self.object(case, {**OBJECTION, "website": "spam"}).status_code, 404)
        path = "/gov/notices/00000/object"
        self.assertEqual(self.post(path, OBJECTION).status_code, 404)
        by_link = self.url_open(f"/gov/notices/{case.number}/object")
        self.assertTrue(by_link.url.endswith("/gov/notices"), "a link is no act")
        self.authenticate(None, None)
        self.assertIn("/web/login", self.object(case).headers["Location"])
        after = [row for row in self.snapshot() if row[0] != "gov_attempt"]
        self.assertEqual(after, [row for row in before if row[0] != "gov_attempt"])

    def test_odd_objections_are_refused(self):
        case = self.noticed()
        self.sign_in("stranger")
        odd = ({"objection": "no"}, {"contact": "1"}, {"objector": " "}, {"objection": "x" * 5000})
        for values in odd:
            self.assertEqual(self.object(case, OBJECTION | values).status_code, 400, values)
        self.assertFalse(self.objections(case))

    def test_a_flood_is_stopped(self):
        case = self.noticed()
        self.sign_in("stranger")
        for number in range(MAX_OBJECTIONS):
            text = f"{OBJECTION['objection']} {number}"
            self.assertEqual(self.object(case, OBJECTION | {"objection": text}).status_code, 303)
        self.assertEqual(self.object(case).status_code, 429)
        self.assertEqual(len(self.objections(case)), MAX_OBJECTIONS)

    def test_the_public_has_no_other_act(self):
        case = self.noticed()
        stranger = case.with_user(self.world["stranger"]).sudo()
        self.assertFalse(stranger._get_offers())
        self.assertFalse(stranger._get_actor(self.version._get_definition()).roles)


@tagged("post_install", "-at_install", "gov")
class TestPublicDecisions(PortalHttp):
    def granted(self, answers=None):
        case = self.reviewed(self.file(answers=answers))
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Secret opinion"})
        return case

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_grants_are_published_without_private_facts(self):
        case, body = self.granted(PERSON), self.granted()
        page = self.url_open("/gov/decisions").text
        number = case.document_ids.filtered(lambda d: d.kind == "grant_decision").number
        for fact in ("欧阳小满", number, case.certificate_ids.number, self.item.name):
            self.assertIn(fact, page)
        self.assertIn(ANSWERS["applicant_credit_code"], page)
        secrets = (case.number, case.secret, case.certificate_ids.verification_code)
        for private in (*PRIVATE, *secrets, "Secret opinion", "Li", body.secret):
            self.assertNotIn(f">{private}<", page)
        for private in (*PRIVATE, *secrets, "Secret opinion"):
            self.assertNotIn(private, page)

    def test_nothing_else_is_published(self):
        refused = self.reviewed(self.file(answers=PERSON))
        self.act("chief", refused, "decide", {"decision": "refuse", "opinion": "No"})
        running = self.file(answers=PERSON)
        benefit = self.granted(PERSON)
        self.item.power_type = "05"  # a benefit: who gets it is nobody's business
        page = self.url_open("/gov/decisions").text
        self.assertNotIn("欧阳小满", page)
        self.item.power_type = "01"
        rows, _next = self.env["gov.case"]._list_public_decisions(limit=100)
        self.assertEqual(len([r for r in rows if r["holder"] == "欧阳小满"]), 1)
        self.assertTrue(benefit and running)

    def test_search_by_holder_or_number(self):
        case = self.granted()
        number = case.certificate_ids.number
        for search in ("Test food", number):
            page = self.url_open("/gov/decisions", params={"search": search}).text
            self.assertIn(number, page)
        for search in ("nobody", number[:-1], "11010519491231002X", "13800138000"):
            page = self.url_open("/gov/decisions", params={"search": search}).text
            self.assertNotIn(number, page, search)

    def test_pages_by_cursor_and_odd_cursors(self):
        made = []
        for hour in range(3):
            with self.at(f"2026-11-25 0{hour}:00:00"):
                made.append(self.granted().certificate_ids.number)
        Case = self.env["gov.case"]
        found, cursor = [], ""
        for _ in range(50):
            rows, cursor = Case._list_public_decisions(cursor=cursor, limit=2)
            found += [row["licence_number"] for row in rows]
            if not cursor:
                break
        self.assertEqual([number for number in found if number in made], made[::-1])
        self.assertEqual(len(found), len(set(found)))
        for odd in ("x", "2026-99-99T00:00:00_1", "2026-01-01T00:00:00_" + "9" * 40, "'; --", "\0"):
            answer = self.url_open("/gov/decisions", params={"after": odd})
            self.assertEqual(answer.status_code, 200, odd)

    def test_queries_do_not_grow_with_the_page(self):
        def count(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows, _next = self.env["gov.case"]._list_public_decisions(limit=limit)
            return len(rows), self.env.cr.sql_log_count - before

        for _ in range(6):
            self.granted()
        count(6)  # what the first reading learns, it keeps
        few, queries = count(2)
        many, more = count(6)
        self.assertEqual((few, many), (2, 6))
        self.assertLessEqual(more, queries)
