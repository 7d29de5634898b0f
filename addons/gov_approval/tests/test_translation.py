"""Every string of ours has its Chinese, and the Chinese reaches the people who need it."""

import io
import re
from types import SimpleNamespace

import polib
from odoo.exceptions import UserError
from odoo.modules import get_module_path
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools.translate import trans_export

from ..models.speech import SENTENCES, WORDS, say, word
from .common import GovCase

MODULE = "gov_approval"
LANGUAGE = "zh_CN"
ENGLISH = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: What a sentence may be given and must keep: placeholders and tags.
KEPT = re.compile(r"%\(\w+\)[sd]|%[sd]|\$\{\w+\}|</?\w[^>]*>")


def read_catalogue():
    return polib.pofile(f"{get_module_path(MODULE)}/i18n/{LANGUAGE}.po")


@tagged("post_install", "-at_install", "gov")
class TestTranslation(TransactionCase):
    def test_chinese_is_complete(self):
        buffer = io.BytesIO()
        trans_export(False, [MODULE], buffer, "po", self.env)
        source = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}
        chinese = {entry.msgid: entry.msgstr for entry in read_catalogue()}
        self.assertGreater(len(source), 300)
        self.assertEqual(sorted(term for term in source if not chinese.get(term)), [])

    def test_placeholders_survive(self):
        """A translation with another placeholder or tag would break the sentence at run time."""
        for entry in read_catalogue():
            given = sorted(KEPT.findall(entry.msgstr))
            self.assertEqual(given, sorted(KEPT.findall(entry.msgid)), entry.msgid)

    def test_catalogue_changes_only_with_its_terms(self):
        """No dates and no names in the head, so that two exports differ by terms alone."""
        volatile = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team")
        self.assertFalse(set(volatile) & set(read_catalogue().metadata))


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
class TestSpeech(GovCase):
    """What the code says is looked up at run time: prove that it comes out in Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(LANGUAGE)
        module = cls.env["ir.module.module"].search([("name", "=", MODULE)])
        module._update_translations([LANGUAGE])
        cls.chinese = cls.env(context=dict(cls.env.context, lang=LANGUAGE))

    def assertChinese(self, text):
        self.assertRegex(text, CHINESE)
        self.assertNotRegex(text, ENGLISH)

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

    def test_every_word_of_the_kernels_has_its_chinese(self):
        for term in WORDS:
            said = word(self.chinese, term)
            self.assertChinese(re.sub(r"\w+\(…\)", "", said))  # functions of conditions stay

    def test_every_sentence_of_the_kernels_has_its_chinese(self):
        for code, sentence in SENTENCES.items():
            params = {name: "1" for name in re.findall(r"%\((\w+)\)", sentence)}
            problem = SimpleNamespace(code=code, params=params)
            self.assertNotEqual(say(self.chinese, problem), say(self.env, problem), code)

    def test_half_a_character_of_a_client_can_be_sent_back(self):
        problem = SimpleNamespace(code="flow.opinion_unknown", params={"opinion": "\ud800"})
        self.assertIn("“?”", say(self.chinese, problem).encode().decode())

    def test_names_in_the_database_have_their_chinese(self):
        """Menus, actions, groups, privileges and scheduled jobs: what people choose from."""
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
        found = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "in", models)]
        )
        self.assertEqual(set(found.mapped("model")), set(models))
        for data in found:
            if data.model == "ir.model" and not data.name.startswith("model_gov_"):
                continue  # a model of Odoo that we extend keeps Odoo's name
            record = self.chinese[data.model].browse(data.res_id)
            self.assertRegex(record.display_name, CHINESE, data.name)
