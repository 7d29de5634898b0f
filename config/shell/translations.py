"""Bring ``i18n/zh_CN.po`` of every module of ours up to date; runs inside ``odoo shell``.

Terms that vanished are dropped, known translations kept, new terms left empty and printed: the
test ``test_translation`` fails until they have their Chinese.
"""

import io
from pathlib import Path

import polib
from odoo.modules import get_module_path
from odoo.tools.translate import trans_export

env = globals()["env"]  # given by odoo shell
LANGUAGE = "zh_CN"
modules = env["ir.module.module"].search(
    [("name", "=like", "gov\\_%"), ("state", "=", "installed")]
)
for module in modules.mapped("name"):
    path = Path(get_module_path(module)) / "i18n" / f"{LANGUAGE}.po"
    buffer = io.BytesIO()
    trans_export(LANGUAGE, [module], buffer, "po", env)
    fresh = polib.pofile(buffer.getvalue().decode())
    known = {e.msgid: e.msgstr for e in polib.pofile(str(path))} if path.exists() else {}
    for entry in fresh:
        entry.msgstr = known.get(entry.msgid) or ""
    fresh.metadata["Language"] = LANGUAGE
    for volatile in ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team"):
        fresh.metadata.pop(volatile, None)
    path.parent.mkdir(exist_ok=True)
    fresh.save(str(path))
    missing = [entry.msgid for entry in fresh if not entry.msgstr]
    print(f"{module}: {len(fresh)} terms, {len(missing)} without Chinese")
    for term in missing:
        print("   ", term)
