"""Every string of the fee module has its Chinese."""

from odoo.addons.gov_approval.tests.translation_case import CatalogueCase, SpeechCase
from odoo.tests import TransactionCase, tagged

from ..models.fee_speech import SENTENCES, WORDS, say, word


@tagged("post_install", "-at_install", "gov")
class TestFeeTranslation(CatalogueCase, TransactionCase):
    module = "gov_fees"


@tagged("post_install", "-at_install", "gov")
class TestFeeSpeech(SpeechCase, TransactionCase):
    module = "gov_fees"
    models = ("ir.ui.menu", "ir.actions.act_window", "ir.model")
    words, sentences = WORDS, SENTENCES
    say, word = staticmethod(say), staticmethod(word)
