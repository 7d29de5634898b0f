"""The standard texts: complete by law, whole in every situation, decent on paper."""

import io
import re

from markupsafe import Markup
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from ..kernel import document
from ..models import document_layout, document_words
from ..models.gov_document_template import DOCUMENT_KINDS
from . import document_samples as samples
from .common import GovCase, build_item

#: Documents that take something away or refuse it: they say how to be heard against them.
ADVERSE = (
    "not_required_notice",
    "not_competent_decision",
    "refusal_decision",
    "termination_decision",
    "revocation_decision",
    "licence_withdrawal_decision",
    "cancellation_decision",
    "suspension_decision",
)
#: Articles of the Administrative License Law that a standard text names itself.
ARTICLES = {
    "receipt": "第三十二条第一款第四项",
    "acceptance_notice": "第三十二条第一款第五项",
    "not_required_notice": "第三十二条第一款第一项",
    "supplement_notice": "第三十二条第一款第四项",
    "deferral_notice": "第三十二条第二款",
    "commitment_letter": "第六十九条",
    "extension_notice": "第四十二条",
    "procedure_notice": "第四十五条",
    "period_notice": "第四十二条、第四十五条",
    "visit_record": "第三十四条第三款",
    "step_opinion": "第三十八条",
    "step_notice": "第五条、第三十四条",
    "third_party_notice": "第三十六条",
    "hearing_right_notice": "第四十七条第一款",
    "hearing_notice": "第四十七条、第四十八条",
    "hearing_record": "第四十八条第一款第五项",
    "public_notice": "第三十六条",
    "referral_letter": "第三十五条",
    "grant_decision": "第三十八条第一款",
    "change_decision": "第四十九条",
    "renewal_decision": "第五十条",
    "revocation_decision": "第六十九条第四款",
    "licence_withdrawal_decision": "第七十条第四项",
    "check_record": "第六十一条",
    "suspension_decision": "第六十一条",
    "resumption_decision": "第六十一条",
}
#: Papers of which the applicant gets one and the file another (一式两份).
_ONE_COPY = {
    "visit_record",
    "hearing_right_notice",
    "hearing_notice",
    "hearing_record",
    "public_notice",
    "referral_letter",
    "check_record",
    "delivery_announcement",
    "delivery_receipt",
    "certificate",
}
SIGNED = {
    "deferral_commitment": "承诺人（签字或者盖章）",
    "commitment_letter": "申请人（签字或者盖章）",
    "visit_record": "核查人员签字",
    "hearing_record": "主持人签字",
    "check_record": "监督检查人员签字",
    "delivery_receipt": "收件人签名或者盖章",
}


@tagged("post_install", "-at_install", "gov")
class TestDocumentTexts(GovCase):
    def standard(self, kind, scope="licence"):
        return self.env["gov.document.template"].search(
            [("version_id", "=", False), ("kind", "=", kind), ("scope", "=", scope)]
        )

    def values(self, template, without=()):
        """Sample values; facts in ``without`` are empty unless the law wants them in any case."""
        body, wanted = str(template.body), document.MUST_HAVE[template.kind]
        asked = set(re.findall(r"(?:when|unless):(\w+)", body))
        bare = {name for name in without if name in asked or name not in wanted}
        return {name: "" if name in bare else said for name, said in samples.FACTS.items()}

    def holes(self, template, without=()):
        """Values that stand in the middle of a text and are empty."""
        facts = self.values(template, without)
        standing = document.tokens(document.standing(str(template.body), facts))
        return {name for name in standing if not facts.get(name, "block")}

    def lay_out(self, template, without=()):
        """The text of a standard template with sample values."""
        body, kind, facts = str(template.body), template.kind, self.values(template, without)
        blocks = {token: lambda drawn=drawn: drawn for token, drawn in samples.BLOCKS.items()}
        head = {
            "kind": kind,
            "title": template.name,
            "number": f"某审{template.number_word}字〔2026〕第00012号",
            "organ": facts["department_name"],
            "case_number": facts["case_number"],
        }
        content = head | document.gather(kind, body, facts, blocks)
        return document_layout.lay_out(self.env, content, body)

    def test_every_kind_has_a_text_with_all_that_the_law_wants(self):
        fields = {field["code"] for field in self.version.definition["form"]["fields"]}
        self.assertEqual({kind for kind, _label in DOCUMENT_KINDS}, set(document.MUST_HAVE))
        for kind, _label in DOCUMENT_KINDS:
            for template in self.standard(kind) | self.standard(kind, "other"):
                self.assertEqual(document.unknown_tokens(template.body, fields), set(), kind)
                self.assertEqual(document.missing_tokens(kind, template.body), set(), kind)
            self.assertTrue(self.standard(kind), kind)

    def test_no_two_kinds_share_a_series_of_numbers(self):
        for scope in ("licence", "other"):
            words = [self.standard(kind, scope).number_word for kind, _label in DOCUMENT_KINDS]
            words = [word for word in words if word]
            self.assertEqual(len(words), len(set(words)))
        self.assertTrue(all(self.standard(kind).number_word for kind, _label in DOCUMENT_KINDS))

    def test_every_text_is_whole_with_all_facts_and_with_the_common_ones(self):
        for scope in ("licence", "other"):
            for kind, _label in DOCUMENT_KINDS:
                template = self.standard(kind, scope)
                for without in ((), samples.RARE) if template else ():
                    text = self.lay_out(template, without)
                    self.assertNotIn("{{", text, kind)
                    self.assertEqual(self.holes(template, without), set(), kind)

    def test_adverse_documents_say_how_to_be_heard_against_them(self):
        for kind in ADVERSE:
            for scope in ("licence", "other"):
                template = self.standard(kind, scope)
                if not template:
                    continue
                text = self.lay_out(template, samples.RARE)
                for words in (
                    "六十日内",
                    "行政复议",
                    samples.FACTS["reconsideration_body"],
                    "六个月内",
                    "行政诉讼",
                    samples.FACTS["court"],
                ):
                    self.assertIn(words, text, kind)

    def test_a_cancellation_at_the_holders_request_takes_nothing_away(self):
        text = self.lay_out(self.standard("cancellation_decision"))
        self.assertNotIn("行政复议", text)

    def test_articles_are_cited(self):
        for kind, article in ARTICLES.items():
            self.assertIn(f"{document_words.LAW}{article}", self.standard(kind).body, kind)
        grounds = {kind for kind, _l in DOCUMENT_KINDS} - set(ARTICLES)
        self.assertEqual(
            grounds,
            {
                "not_competent_decision",
                "refusal_decision",
                "termination_decision",
                "cancellation_decision",
                "deferral_commitment",
                "withdrawal_notice",
                "delivery_announcement",
                "delivery_receipt",
                "certificate",
            },
        )
        for kind in ("not_competent_decision", "refusal_decision", "termination_decision"):
            self.assertIn("{{ ground_article }}", self.standard(kind).body)
        for by_ground in document_words.GROUNDS.values():
            for found, article in by_ground.values():
                self.assertTrue(found)
                self.assertRegex(article, r"^第[一二三四五六七八九十]+条")

    def test_copies_and_signatures(self):
        for kind, _label in DOCUMENT_KINDS:
            body = self.standard(kind).body
            self.assertEqual("一式两份" in body, kind not in _ONE_COPY, kind)
        for kind, words in SIGNED.items():
            self.assertIn(words, self.standard(kind).body, kind)
            self.assertNotIn("gov-organ", self.lay_out(self.standard(kind)), "no red head")

    def test_the_law_of_licences_is_no_ground_of_other_powers(self):
        other = self.env["gov.document.template"].search([("scope", "=", "other")])
        self.assertGreater(len(other), 10)
        for template in other:
            self.assertNotIn(f"依据{document_words.LAW}", template.body, template.kind)
            self.assertNotIn("准予行政许可", f"{template.name}{template.body}")
        self.item.power_type = "07"
        compiled = self.env["gov.document.template"]._compile_for(self.version)
        names = {template["kind"]: template["name"] for template in compiled}
        self.assertEqual(names["grant_decision"], "准予办理决定书")
        self.assertEqual(names["certificate"], "行政许可证", "the common text where none is own")
        self.assertEqual([t["kind"] for t in compiled], [kind for kind, _label in DOCUMENT_KINDS])

    def test_a_version_without_what_the_law_wants_is_not_published(self):
        own = {"kind": "refusal_decision", "name": "Own", "body": "<p>{{ reasons }}</p>"}
        with self.assertRaises(UserError) as caught:
            build_item(self.env, self.world, code="test-hole", template_ids=[(0, 0, own)])
        self.assertIn("“remedies”", str(caught.exception))
        own["body"] = self.standard("refusal_decision").body + Markup("<p>{{ when:wishes }}x</p>")
        with self.assertRaises(UserError) as caught:
            build_item(self.env, self.world, code="test-hole", template_ids=[(0, 0, own)])
        self.assertIn("“wishes”", str(caught.exception))

    def test_every_kind_is_decent_on_paper(self):
        """A4, numbered pages, and no page with the seal alone."""
        for kind, _label in DOCUMENT_KINDS:
            template = self.standard(kind)
            paper = self.env["gov.case.document"].new({"name": template.name, "number": "x"})
            paper.body = self.lay_out(template)
            pages = PdfFileReader(io.BytesIO(paper._render_pdf())).pages
            self.assertLessEqual(len(pages), 2, kind)
            sides = sorted(float(side) for side in pages[0].mediabox[2:])
            self.assertEqual([round(side) for side in sides], [595, 842], kind)
            last = re.sub(r"\s", "", pages[-1].extract_text())
            self.assertGreater(len(last), 90, kind)
            if kind != "certificate":
                self.assertIn(f"第{len(pages)}页共{len(pages)}页", last)


@tagged("post_install", "-at_install", "gov")
class TestSeal(GovCase):
    def test_a_seal_has_words_and_perhaps_a_number(self):
        for text, parts in (
            ("行政审批专用章", ("行政审批专用章", "")),
            ("行政审批专用章 5101990012345", ("行政审批专用章", "5101990012345")),
            ("行政审批专用章（2）", ("行政审批专用章", "2")),
            ("某局 行政审批专用章(A-07)", ("某局 行政审批专用章", "A-07")),
        ):
            self.assertEqual(document_layout.split_seal(text), parts)
