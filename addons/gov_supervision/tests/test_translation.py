"""Every string of supervision has its Chinese."""

from odoo.addons.gov_approval.tests.translation_case import CatalogueCase, SpeechCase
from odoo.tests import TransactionCase, tagged

from ..models.alert_speech import SENTENCES, WORDS, say, word


@tagged("post_install", "-at_install", "gov")
class TestSupervisionTranslation(CatalogueCase, TransactionCase):
    module = "gov_supervision"


@tagged("post_install", "-at_install", "gov")
class TestSupervisionSpeech(SpeechCase, TransactionCase):
    module = "gov_supervision"
    models = ("ir.ui.menu", "ir.actions.act_window", "ir.model")
    words, sentences = WORDS, SENTENCES
    say, word = staticmethod(say), staticmethod(word)
