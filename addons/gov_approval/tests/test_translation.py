"""Every string of ours has its Chinese (zh_CN.po is complete)."""

import io

import polib

from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export


@tagged("post_install", "-at_install", "gov")
class TestTranslation(TransactionCase):
    def test_chinese_is_complete(self):
        buffer = io.BytesIO()
        trans_export(False, ["gov_approval"], buffer, "po", self.env)
        source = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}
        catalogue = polib.pofile(get_module_path("gov_approval") + "/i18n/zh_CN.po")
        chinese = {entry.msgid: entry.msgstr for entry in catalogue}
        self.assertGreater(len(source), 300)
        self.assertEqual(sorted(term for term in source if not chinese.get(term)), [])

    def test_placeholders_survive(self):
        """A translation with another placeholder would break the sentence at run time."""
        catalogue = polib.pofile(get_module_path("gov_approval") + "/i18n/zh_CN.po")
        for entry in catalogue:
            if "%(" in entry.msgid:
                names = {part.split(")")[0] for part in entry.msgid.split("%(")[1:]}
                given = {part.split(")")[0] for part in entry.msgstr.split("%(")[1:]}
                self.assertEqual(given, names, entry.msgid)
