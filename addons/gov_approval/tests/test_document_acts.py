"""What each act issues, with the values of the case in it.

The acts are written down as the door does after it let them pass: what may be done when is tested
elsewhere; here it is what the paper then says.
"""

from copy import deepcopy
from unittest.mock import patch

from freezegun import freeze_time
from odoo.tests import tagged

from ..kernel import case as casefile
from ..kernel.errors import KernelError
from ..models import document_layout
from .common import GovCase, build_item

FLOW = (
    ("accept", "start", "intake", "window_clerk", None),
    ("visit", "procedure", None, "reviewer", "site_visit"),
    ("notice", "procedure", None, "reviewer", "public_notice"),
    ("experts", "procedure", None, "reviewer", "expert_review"),
    ("review", "task", "review", "reviewer", None),
    ("decide", "task", "decide", "representative", None),
    ("deliver", "end", "close", "window_clerk", None),
)
PAPER = {"spec": "plan", "form": "file", "name": "plan.pdf", "digest": "0", "size": 1}
SIGNED = {"mandate": "M-1", "seal": "某局审批专用章 5101990012345"}
PASS = {"opinion": "As described", "outcome": "pass"}


@tagged("post_install", "-at_install", "gov")
class TestDocumentActs(GovCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world["centre"].write({"reconsideration_body": "某区人民政府", "court": "某区人民法院"})
        version = build_item(cls.env, cls.world, code="test-all", flow=FLOW)
        cls.item = version.item_id
        cls.people = {name: cls.world[name].id for name in ("reviewer", "reviewer2", "clerk2")}

    def record(self, case, kind, by="chief", role="representative", **payload):
        """Write down one act without asking whether it may be done; returns its documents."""
        user = self.world[by] if by else self.env.ref("base.user_root")
        mine = case.with_user(user).sudo()
        event = mine._record(mine._enter(), kind, payload, role)
        case.invalidate_recordset()
        issued = case.sudo().document_ids.filtered(lambda d: d.event_id == event)
        for document in issued:
            self.assertNotIn("{{", document.body, document.kind)
            self.assertIn(document.number, document.body)
        return {document.kind: str(document.body) for document in issued}

    def accepted(self):
        case = self.file()
        self.record(case, "accept", "clerk", "window_clerk")
        return case

    def walk(self, case, *nodes):
        for node in nodes:
            self.record(case, "complete_step", "reviewer", "reviewer", node=node, **PASS)

    def decided(self, **more):
        case = self.accepted()
        self.walk(case, "visit", "notice", "experts", "review")
        values = {"decision": "grant", "opinion": "Agreed", "node": "decide", **SIGNED, **more}
        return case, self.record(case, "decide", **values)

    def closed(self):
        case, _issued = self.decided()
        self.record(case, "deliver", "clerk", "window_clerk", method="window", receiver="Li")
        return case

    def says(self, issued, kind, *parts):
        """The document of this kind was issued alone, and it says this."""
        self.assertEqual(list(issued), [kind])
        for part in parts:
            self.assertIn(part, issued[kind])
        return issued[kind]

    # ---------------------------------------------------------------- intake

    def test_receipt_and_acceptance(self):
        case = self.file()
        receipt = case.sudo().document_ids.body
        self.assertIn("Floor plan", receipt)
        self.assertIn("plan.pdf", receipt)
        self.assertIn("自收到上述材料之日起五个工作日内", receipt)
        self.assertIn('data-words="受理专用章"', receipt)
        issued = self.record(case, "accept", "clerk", "window_clerk")
        body = self.says(issued, "acceptance_notice", "第三十二条第一款第五项")
        self.assertNotIn("视为受理", body)

    def test_deemed_acceptance_says_so_and_from_which_day(self):
        with freeze_time("2026-11-02 02:00:00"):
            case = self.file()
        with freeze_time("2026-11-10 02:00:00"):
            issued = self.record(case, "deem_accepted", None, "system")
        body = self.says(issued, "acceptance_notice", "视为受理", "第三十二条第一款第四项")
        self.assertIn("（2026年11月2日）", body)
        self.assertNotIn("第三十二条第一款第五项", body)

    def test_the_notice_lists_each_request_and_says_when_it_is_repeated(self):
        case = self.file()
        request = {"material": "plan", "wrong": "No scale", "expected": "Scale", "basis": "Art. 12"}
        first = self.record(case, "request_supplement", "clerk", "window_clerk", requests=[request])
        body = self.says(first, "supplement_notice", "Floor plan", "No scale", "Scale", "Art. 12")
        self.assertNotIn("再次告知", body)
        supplement = {"materials": [PAPER], "answers": case.sudo().answers}
        receipt = self.record(case, "supplement", "applicant", "applicant", **supplement)
        self.says(receipt, "receipt", "补交的材料")
        second = self.record(
            case,
            "request_supplement",
            "clerk",
            "window_clerk",
            requests=[request],
            repeat_reason="Seen only now",
        )
        self.says(second, "supplement_notice", "第2次告知", "Seen only now")
        ended = self.record(case, "abandon", None, "system")
        self.says(ended, "termination_decision", "视为放弃申请", "逾期未补正", "某区人民法院")

    def test_refused_at_the_door(self):
        def refuse(**payload):
            by = ("clerk", "window_clerk")
            return self.record(self.file(), "refuse_acceptance", *by, **payload)

        issued = refuse(ground="not_competent", reasons="Not ours", competent_organ="某市水务局")
        body = self.says(
            issued, "not_competent_decision", "第三十二条第一款第二项", "向该机关提出申请"
        )
        self.assertIn("某市水务局", body)
        issued = refuse(ground="false_papers", reasons="Forged")
        body = self.says(issued, "not_competent_decision", "第七十八条", "虚假材料")
        self.assertNotIn("向该机关提出申请", body)
        issued = self.record(self.file(), "decline", "clerk", "window_clerk", reasons="Free")
        self.says(issued, "not_required_notice", "第三十二条第一款第一项", "如不服本告知")

    def test_promised_papers_and_promises_in_place_of_papers(self):
        case = self.file().sudo()
        definition = case.version_id._get_definition()
        rows = [dict(PAPER, spec="plan", form="deferred")]
        rows += [dict(PAPER, spec="authority", form="commitment")]
        filed = {"answers": case.answers, "materials": rows}
        at = case.event_ids.at
        event = casefile.Event("receive", at, 1, "applicant", filed)
        received = casefile.apply(definition, casefile.CaseFile(), event)
        receipt, letter = self.prepare(case, definition, event, received)
        self.assertIn("容缺后补", str(receipt["blocks"]))
        [row] = letter["blocks"]["table:commitments"][1]["rows"]
        self.assertEqual(row["material"], "Power of attorney")
        self.assertEqual(letter["blocks"]["list:conditions"][1]["rows"], ["Premises are clean"])
        event = casefile.Event(
            "accept_deferred", at, 1, "window_clerk", {"days": 5, "signed_by": "Li"}
        )
        accepted = casefile.apply(definition, received, event)
        promise, notice = self.prepare(case, definition, event, accepted)
        self.assertEqual(promise["facts"]["signed_by"], "Li")
        for content in (promise, notice):
            self.assertTrue(content["facts"]["deferral_due_on"])
            [row] = content["blocks"]["table:deferred"][1]["rows"]
            self.assertEqual(row["material"], "Floor plan")

    def prepare(self, case, definition, event, after):
        """What the documents of an event would say."""
        Document = type(self.env["gov.case.document"])
        with patch.object(Document, "_issue") as issue:
            prepared = self.env["gov.case.document"]._prepare(case, definition, event, after)
            prepared.issue(None, case, None)
        *_where, rows, _certificate = issue.call_args.args
        return [row["content"] for row in rows]

    # ---------------------------------------------------------------- clocks

    def test_a_stop_says_what_is_not_counted(self):
        case = self.accepted()
        self.walk(case, "visit", "notice")
        stop = {"node": "experts", "expected_days": 12, "reasons": "Technical questions"}
        issued = self.record(case, "stop_clock", "reviewer", "reviewer", **stop)
        body = self.says(
            issued, "procedure_notice", "专家评审", "12个工作日", "Technical questions"
        )
        self.assertIn("依据《中华人民共和国行政许可法》第四十五条", body)
        issued = self.record(case, "cancel_stop", stop="1", reasons="Not needed", **SIGNED)
        self.says(issued, "period_notice", "专家评审", "Not needed", "M-1")

    def test_a_stop_that_the_law_does_not_know_leaves_the_statute_running(self):
        case = self.accepted()
        stop = {"node": "visit", "expected_days": 3, "reasons": "Far away"}
        issued = self.record(case, "stop_clock", "reviewer", "reviewer", **stop)
        self.says(issued, "procedure_notice", "现场核查", "法定办理期限不停止计算")

    def test_an_extension_names_reason_approver_and_both_dates(self):
        with freeze_time("2026-11-02 02:00:00"):
            case = self.accepted()
            extend = {"days": 10, "reasons": "Works go on", "covers": ["statutory"], **SIGNED}
            issued = self.record(case, "extend", **extend)
            body = self.says(issued, "extension_notice", "Works go on", "10个工作日", "chief")
            self.assertIn("第四十二条第一款", body)
            self.assertIn("本行政机关负责人", body)
            self.assertIn("2026年11月23日", body)
            self.assertIn("2026年12月7日", body)
            issued = self.record(case, "cancel_extension", reasons="Done", **SIGNED)
        body = self.says(issued, "period_notice", "延长", "Done")
        self.assertIn("2026年11月23日", body)

    # ------------------------------------------------------------ procedures

    def test_visit_notice_and_third_parties(self):
        case = self.accepted()
        visit = {"officers": [self.people["reviewer"], self.people["reviewer2"]]}
        visit |= {"node": "visit", "visited_on": "2026-11-20", **PASS}
        issued = self.record(case, "complete_step", "reviewer", "reviewer", **visit)
        self.says(issued, "visit_record", "reviewer、reviewer2", "2026年11月20日", "As described")
        issued = self.record(
            case,
            "publish_notice",
            "reviewer",
            "reviewer",
            node="notice",
            days=7,
            place="Web page",
        )
        self.says(issued, "public_notice", "7个工作日", "Web page")
        party = {"name": "刘邻居", "contact": "13900139000", "interest": "Smoke"}
        issued = self.record(case, "name_third_party", "reviewer", "reviewer", **party)
        body = self.says(issued, "third_party_notice", "刘邻居：", "Smoke", "第三十六条")
        self.assertNotIn("13900139000", body, "a contact is not for the other side")

    def test_a_public_notice_that_stops_the_clock_is_told_to_the_applicant(self):
        case = self.accepted()
        self.walk(case, "visit")
        definition, before = case._get_casefile()
        definition = deepcopy(definition)
        node = next(n for n in definition["flow"]["nodes"] if n["code"] == "notice")
        node["counts_toward_deadline"] = False
        payload = {"node": "notice", "days": 7, "place": "Web page"}
        at = case.sudo().event_ids[-1].at
        event = casefile.Event("publish_notice", at, 1, "reviewer", payload)
        after = casefile.apply(definition, before, event)
        notice, stop = self.prepare(case.sudo(), definition, event, after)
        self.assertEqual(stop["facts"]["procedure_kind"], "公示")
        self.assertEqual(stop["facts"]["days"], "7")
        self.assertEqual(notice["facts"]["notice_place"], "Web page")

    def test_hearing(self):
        case = self.accepted()
        party = {"name": "刘邻居", "contact": "1", "interest": "Smoke"}
        self.record(case, "name_third_party", "reviewer", "reviewer", **party)
        issued = self.record(case, "tell_hearing_right", "reviewer", "reviewer", reasons="Smoke")
        self.says(issued, "hearing_right_notice", "Test food company、刘邻居：", "第四十七条第一款")
        self.record(case, "request_hearing", "applicant", "applicant", requester="刘邻居")
        call = {
            "held_on": "2026-12-10",
            "begins_at": "09:30",
            "place": "Room 2",
            "chair": self.people["clerk2"],
            "expected_days": 12,
        }
        issued = self.record(case, "call_hearing", "reviewer", "reviewer", **call)
        said = ("Room 2", "2026年12月10日09:30", "clerk2", "申请回避")
        body = self.says(issued, "hearing_notice", *said)
        self.assertIn("根据刘邻居的申请", body)
        self.assertIn("第四十五条", body)
        new = {"chair": self.people["reviewer2"], "reasons": "A cousin"}
        issued = self.record(case, "replace_chair", **new)
        self.says(issued, "hearing_notice", "听证主持人clerk2已经更换", "A cousin", "reviewer2")
        held = {"attended": "All", "record": "A: <said>\nB: answered", "signed_by": "A and B"}
        issued = self.record(case, "record_hearing", "reviewer2", "reviewer", **held)
        self.says(issued, "hearing_record", "A: &lt;said&gt;", "A and B", "reviewer2", "刘邻居")

    def test_a_hearing_on_the_organs_own_motion(self):
        call = {
            "held_on": "2026-12-10",
            "begins_at": "09:30",
            "place": "Room 2",
            "chair": self.people["clerk2"],
            "expected_days": 12,
            "reasons": "Great public interest",
        }
        issued = self.record(self.accepted(), "call_hearing", "reviewer", "reviewer", **call)
        body = self.says(issued, "hearing_notice", "第四十六条", "Great public interest")
        self.assertNotIn("的申请，依据", body)

    # -------------------------------------------------------------- decision

    def test_grant_and_certificate_under_the_seal_of_the_mandate(self):
        case, issued = self.decided()
        self.assertEqual(list(issued), ["grant_decision", "certificate"])
        number = case.sudo().certificate_ids.number
        self.assertIn(number, issued["grant_decision"])
        for body in issued.values():
            self.assertIn('data-words="某局审批专用章"', body)
            self.assertIn('data-number="5101990012345"', body)
        self.assertNotIn("行政复议", issued["grant_decision"])

    def test_a_grant_that_others_may_attack_says_how(self):
        case = self.accepted()
        party = {"name": "刘邻居", "contact": "1", "interest": "Smoke"}
        self.record(case, "name_third_party", "reviewer", "reviewer", **party)
        self.walk(case, "visit", "notice", "experts", "review")
        decision = {"decision": "grant", "opinion": "Agreed", "node": "decide", **SIGNED}
        self.assertIn("行政复议", self.record(case, "decide", **decision)["grant_decision"])

    def test_refusals(self):
        for ground, article in (
            ("conditions_not_met", "第三十八条第二款和"),
            ("quantity_reached", "第三十八条第二款、第五十七条和"),
            ("false_papers", "第三十八条第二款、第七十八条和"),
        ):
            _case, issued = self.decided(decision="refuse", ground=ground, opinion="No\nway")
            body = self.says(issued, "refusal_decision", article, "某区人民政府", "某区人民法院")
            self.assertIn("No<br/>", body)

    def test_endings_before_a_decision(self):
        case = self.accepted()
        ended = {"ground": "body_ended", "reasons": "Struck off", **SIGNED}
        issued = self.foresee(case, "terminate", **ended)
        self.says(issued, "termination_decision", "第七十条第三项", "Struck off", "行政复议")
        issued = self.foresee(case, "refer", competent_organ="某市局", opinion="Fit", **SIGNED)
        self.says(issued, "referral_letter", "某市局：", "Fit", "第三十五条", "Floor plan")
        issued = self.record(case, "withdraw", "applicant", "applicant")
        self.assertNotIn("撤回理由", self.says(issued, "withdrawal_notice"))

    def foresee(self, case, kind, **payload):
        """The documents that an act would issue, laid out, by kind."""
        definition, before = case._get_casefile()
        at = case.sudo().event_ids[-1].at
        event = casefile.Event(kind, at, 1, "representative", payload)
        after = casefile.apply(definition, before, event)
        texts = {t["kind"]: t["body"] for t in definition["documents"]}
        return {
            said["kind"]: document_layout.lay_out(self.env, said, texts[said["kind"]])
            for said in self.prepare(case.sudo(), definition, event, after)
        }

    # -------------------------------------------------------------- delivery

    def test_every_way_of_delivery_has_its_proof(self):
        window = ("clerk", "window_clerk")
        case, _issued = self.decided()
        number = case.sudo().certificate_ids.number
        issued = self.record(case, "deliver", *window, method="left", receiver="Neighbour")
        self.says(issued, "delivery_receipt", "留置送达", "见证人签名", number)
        for method, more, parts in (
            ("post", {"tracking": "EMS123"}, ("邮寄送达", "EMS123", "寄出、发出日期")),
            ("electronic", {"consent": "Li, at filing"}, ("电子送达", "Li, at filing")),
            ("notice", {}, ("公告送达", "经过三十日视为送达")),
        ):
            case, _issued = self.decided()
            sent = self.record(case, "dispatch", *window, method=method, **more)
            self.assertEqual(list(sent), ["delivery_announcement"] * (method == "notice"))
            got = {"received_on": "2027-01-15", "receiver": "Li"}
            issued = self.record(case, "confirm_delivery", *window, **got)
            body = self.says(issued, "delivery_receipt", "2027年1月15日", *parts)
            self.assertIn("准予行政许可决定书", body)
            self.assertNotIn("见证人", body)

    def test_in_one_sitting(self):
        case = self.file()
        at_once = {"decision": "grant", "opinion": "Agreed", "method": "window", "receiver": "Li"}
        issued = self.record(case, "decide_at_once", "chief", "window_clerk", **at_once, **SIGNED)
        self.assertEqual(list(issued), ["grant_decision", "certificate", "delivery_receipt"])
        self.assertIn("当场受理并当场作出本决定", issued["grant_decision"])
        self.assertIn(case.sudo().certificate_ids.number, issued["delivery_receipt"])

    # ------------------------------------------------------------ the licence

    def test_revocation_hears_the_holder_and_pays_none_who_cheated(self):
        case = self.closed()
        number = case.sudo().certificate_ids.number
        self.record(case, "hear_holder", "reviewer", "reviewer", statement="I confess")
        fraud = {"ground": "fraud", "reasons": "Forged report", **SIGNED}
        issued = self.record(case, "revoke_licence", **fraud)
        body = self.says(issued, "revocation_decision", "第六十九条第二款", "I confess", number)
        self.assertIn("3年内不得再次申请", body)
        self.assertIn("不受保护", body)
        self.assertNotIn("给予赔偿", body)
        end = {"ground": "revoked", "ground_on": "2026-11-23", **SIGNED}
        issued = self.record(case, "cancel_licence", **end)
        self.says(issued, "cancellation_decision", "第七十条第四项", "2026年11月23日", "行政复议")

    def test_the_organs_own_fault_is_paid_for(self):
        case = self.closed()
        self.record(case, "hear_holder", "reviewer", "reviewer", statement="A pity")
        fault = {"ground": "procedure_breach", "reasons": "No hearing", "compensation": "1000"}
        body = self.says(
            self.record(case, "revoke_licence", **fault, **SIGNED), "revocation_decision"
        )
        self.assertIn("第六十九条第一款第三项", body)
        self.assertIn("给予赔偿：1000", body)
        self.assertNotIn("不受保护", body)

    def test_a_check_is_recorded_with_what_was_found_and_what_follows(self):
        for outcome, parts in (
            ("kept", ("与承诺一致", "核查通过")),
            ("broken", ("与承诺不符", "不再适用告知承诺", "第六十九条")),
        ):
            check = {"outcome": outcome, "opinion": "Seen <there>", "checked_on": "2026-11-20"}
            issued = self.record(self.closed(), "check_commitment", "reviewer", "reviewer", **check)
            body = self.says(issued, "check_record", "2026年11月20日", "Seen &lt;there&gt;", *parts)
            self.assertIn("reviewer", body)
            self.assertIn("第六十一条", body)
            self.assertNotIn("承诺的材料", body, "this application promised nothing")

    def test_withdrawn_suspended_resumed(self):
        case = self.closed()
        issued = self.record(case, "suspend_licence", reasons="Unsafe", **SIGNED)
        self.says(issued, "suspension_decision", "Unsafe", "行政诉讼")
        issued = self.record(case, "resume_licence", reasons="Safe again", **SIGNED)
        self.assertNotIn("行政诉讼", self.says(issued, "resumption_decision", "Safe again"))
        changed = {"ground": "law_changed", "reasons": "New plan", "compensation": "2000"}
        issued = self.record(case, "withdraw_licence", **changed, **SIGNED)
        self.says(issued, "licence_withdrawal_decision", "第八条第二款", "2000", "行政复议")

    # --------------------------------------------------------------- holes

    def test_a_document_with_a_hole_is_never_issued(self):
        with self.assertRaises(KernelError) as caught:
            self.foresee(self.accepted(), "terminate", ground="other", reasons="", **SIGNED)
        self.assertEqual(caught.exception.code, "document.empty")

    def test_a_version_from_before_a_kind_takes_todays_standard_text(self):
        case = self.file().with_user(self.world["clerk"])
        found = case._enter()
        found = found._replace(definition=dict(found.definition, documents=[]))
        case._record(found, "decline", {"reasons": "Why"}, "window_clerk")
        case.invalidate_recordset()
        document = case.sudo().document_ids[-1]
        self.env.ref("gov_approval.gov_document_template_not_required_notice").body = "<p>new</p>"
        document.invalidate_recordset(["body"])
        self.assertIn("Why", document.body)
        self.assertEqual(document.name, "不受理告知书")


@tagged("post_install", "-at_install", "gov")
class TestDocumentPersonas(GovCase):
    """The same through the door, by the persons who may do it."""

    def papers(self, case):
        return {document.kind: str(document.body) for document in case.sudo().document_ids}

    def accepted(self):
        case = self.file()
        self.act("clerk", case, "accept")
        return case

    def test_the_seal_of_the_mandate_stands_on_what_was_signed_under_it(self):
        case = self.accepted()
        self.act("chief", case, "extend", {"days": 5, "reasons": "Works go on"})
        papers = self.papers(case)
        for part in ('data-words="Seal', "M-test-food", "chief", "Works go on。"):
            self.assertIn(part, papers["extension_notice"])
        self.assertIn('data-words="受理专用章"', papers["acceptance_notice"])
        self.act("chief", case, "terminate", {"ground": "object_lost", "reasons": "Burnt down"})
        self.assertIn("Burnt down", self.papers(case)["termination_decision"])

    def test_referred_to_a_superior(self):
        case = self.accepted()
        self.act("chief", case, "refer", {"competent_organ": "某市局", "opinion": "Fit"})
        self.assertIn("Floor plan", self.papers(case)["referral_letter"])

    def test_a_licence_from_the_post_to_its_end(self):
        case = self.reviewed()
        self.act("chief", case, "decide", {"decision": "grant", "opinion": "Agreed"})
        self.act("clerk", case, "dispatch", {"method": "post", "tracking": "EMS123"})
        day = self.env["gov.calendar.day"]._local_now().date().isoformat()
        self.act("clerk", case, "confirm_delivery", {"received_on": day, "receiver": "Li"})
        self.assertIn("EMS123", self.papers(case)["delivery_receipt"])
        self.act("chief", case, "suspend_licence", {"reasons": "Unsafe"})
        self.act("chief", case, "resume_licence", {"reasons": "Safe again"})
        self.act("reviewer", case, "hear_holder", {"statement": "I confess"})
        self.act("chief", case, "revoke_licence", {"ground": "fraud", "reasons": "Forged"})
        self.act("chief", case, "cancel_licence", {"ground": "revoked", "ground_on": day})
        papers = self.papers(case)
        self.assertIn("I confess", papers["revocation_decision"])
        number = case.sudo().certificate_ids.number
        for kind in (
            "suspension_decision",
            "resumption_decision",
            "revocation_decision",
            "cancellation_decision",
        ):
            self.assertIn(number, papers[kind], kind)
        for document in case.sudo().document_ids:
            self.assertTrue(document._get_pdf().startswith(b"%PDF-"))
