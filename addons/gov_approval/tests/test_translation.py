"""Every string of ours has its Chinese, and the Chinese reaches the people who need it."""

from types import SimpleNamespace

from odoo.exceptions import UserError
from odoo.tests import HttpCase, TransactionCase, tagged

from ..models.speech import say
from .common import GovCase
from .translation_case import LANGUAGE, CatalogueCase, SpeechCase

MODULE = "gov_approval"


@tagged("post_install", "-at_install", "gov")
class TestTranslation(CatalogueCase, TransactionCase):
    pass


@tagged("post_install", "-at_install", "gov")
class TestTranslationHttp(HttpCase):
    def test_browser_components_of_applicants_get_their_chinese(self):
        """The pages of visitors fetch their terms here, before anybody signs in."""
        answer = self.url_open(f"/website/translations?lang={LANGUAGE}").json()
        messages = answer["modules"][MODULE]["messages"]
        chinese = {message["id"]: message["string"] for message in messages}
        self.assertEqual(chinese["Saving…"], "正在保存…")
        self.assertEqual(chinese["Hand in"], "提交申请")
        self.assertEqual([term for term, text in chinese.items() if not text], [])


@tagged("post_install", "-at_install", "gov")
class TestSpeech(SpeechCase, GovCase):
    models = (
        "ir.ui.menu",
        "ir.actions.act_window",
        "ir.actions.client",
        "ir.cron",
        "ir.model",
        "ir.module.category",
        "res.groups",
        "res.groups.privilege",
    )

    def test_refused_act_is_said_in_the_users_language(self):
        self.world["clerk"].lang = LANGUAGE
        case = self.file().with_user(self.world["clerk"])
        case = case.with_context(lang=LANGUAGE)
        delivery = {"method": "window", "receiver": "李"}
        for kind, payload in (("deliver", delivery), ("extend", {}), ("request_supplement", {})):
            with self.assertRaises(UserError) as refusal:
                case.action_act(kind, payload)
            self.assertChinese(str(refusal.exception))
            self.assertNotIn(", ", str(refusal.exception))

    def test_half_a_character_of_a_client_can_be_sent_back(self):
        problem = SimpleNamespace(code="flow.opinion_unknown", params={"opinion": "\ud800"})
        self.assertIn("“?”", say(self.chinese, problem).encode().decode())
