"""The proof that a module speaks Chinese: its catalogue, its kernels' sentences, its names."""

import io
import re
from types import SimpleNamespace

import polib
from odoo.modules import get_module_path
from odoo.tools.translate import trans_export

from ..models import speech

LANGUAGE = "zh_CN"
ENGLISH = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: What a sentence may be given and must keep: placeholders and tags.
KEPT = re.compile(r"%\(\w+\)[sd]|%[sd]|\$\{\w+\}|</?\w[^>]*>")


class CatalogueCase:
    """The catalogue of the module ``module``."""

    allow_inherited_tests_method = True  # Odoo runs only tests of the class itself otherwise
    module = "gov_approval"

    def read_catalogue(self):
        return polib.pofile(f"{get_module_path(self.module)}/i18n/{LANGUAGE}.po")

    def test_chinese_is_complete(self):
        buffer = io.BytesIO()
        trans_export(False, [self.module], buffer, "po", self.env)
        source = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}
        chinese = {entry.msgid: entry.msgstr for entry in self.read_catalogue()}
        self.assertGreater(len(source), 100)
        self.assertEqual(sorted(term for term in source if not chinese.get(term)), [])

    def test_placeholders_survive(self):
        """A translation with another placeholder or tag would break the sentence at run time."""
        for entry in self.read_catalogue():
            given = sorted(KEPT.findall(entry.msgstr))
            self.assertEqual(given, sorted(KEPT.findall(entry.msgid)), entry.msgid)

    def test_catalogue_changes_only_with_its_terms(self):
        """No dates and no names in the head, so that two exports differ by terms alone."""
        volatile = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team")
        self.assertFalse(set(volatile) & set(self.read_catalogue().metadata))


class SpeechCase:
    """What the code says is looked up at run time: prove that it comes out in Chinese."""

    allow_inherited_tests_method = True  # as above
    module = "gov_approval"
    words, sentences = speech.WORDS, speech.SENTENCES
    say, word = staticmethod(speech.say), staticmethod(speech.word)
    #: Models whose names in the database people choose from.
    models = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(LANGUAGE)
        module = cls.env["ir.module.module"].search([("name", "=", cls.module)])
        module._update_translations([LANGUAGE])
        cls.chinese = cls.env(context=dict(cls.env.context, lang=LANGUAGE))

    def assertChinese(self, text):
        self.assertRegex(text, CHINESE)
        self.assertNotRegex(text, ENGLISH)

    def test_every_word_of_the_kernels_has_its_chinese(self):
        for term in self.words:
            said = self.word(self.chinese, term)
            self.assertChinese(re.sub(r"\w+\(…\)", "", said))  # functions of conditions stay

    def test_every_sentence_of_the_kernels_has_its_chinese(self):
        for code, sentence in self.sentences.items():
            params = {name: "1" for name in re.findall(r"%\((\w+)\)", sentence)}
            problem = SimpleNamespace(code=code, params=params)
            self.assertNotEqual(self.say(self.chinese, problem), self.say(self.env, problem), code)

    def test_names_in_the_database_have_their_chinese(self):
        """Menus, actions, groups, privileges and scheduled jobs: what people choose from."""
        found = self.env["ir.model.data"].search(
            [("module", "=", self.module), ("model", "in", self.models)]
        )
        self.assertEqual(set(found.mapped("model")), set(self.models))
        for data in found:
            if data.model == "ir.model" and not data.name.startswith("model_gov_"):
                continue  # a model of Odoo that we extend keeps Odoo's name
            record = self.chinese[data.model].browse(data.res_id)
            self.assertRegex(record.display_name, CHINESE, data.name)
