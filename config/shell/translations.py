"""Bring ``i18n/zh_CN.po`` of every module of ours up to date; runs inside ``odoo shell``.

Terms that vanished are dropped, known translations kept, new terms left empty and printed: the
test ``test_translation`` fails until they have their Chinese.
"""

import io
import re
from pathlib import Path

import polib
from odoo.modules import get_module_path
from odoo.tools.translate import trans_export

env = globals()["env"]  # given by odoo shell
LANGUAGE = "zh_CN"
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team")
#: Odoo exports no term without letters, but looks this one up like any other.
SEPARATOR = re.compile(r'\b_t?\(", "\)')


def export(module):
    """The module's terms as a catalogue without translations and without changing dates."""
    buffer = io.BytesIO()
    trans_export(LANGUAGE, [module], buffer, "po", env)
    catalogue = polib.pofile(buffer.getvalue().decode())
    catalogue.metadata["Language"] = LANGUAGE
    for name in VOLATILE:
        catalogue.metadata.pop(name, None)
    return catalogue


def separator(module):
    """The entry of the sign between the parts of an enumeration, None where none is joined."""
    root = Path(get_module_path(module))
    found = [
        (f"code:addons/{module}/{path.relative_to(root).as_posix()}", "0")
        for path in sorted(root.rglob("*"))
        if path.suffix in (".py", ".js") and SEPARATOR.search(path.read_text())
    ]
    if not found:
        return None
    comment = f"module: {module}\nodoo-javascript\nodoo-python"
    return polib.POEntry(msgid=", ", comment=comment, occurrences=found)


modules = env["ir.module.module"].search(
    [("name", "=like", "gov\\_%"), ("state", "=", "installed")]
)
for module in modules.mapped("name"):
    path = Path(get_module_path(module)) / "i18n" / f"{LANGUAGE}.po"
    known = {e.msgid: e.msgstr for e in polib.pofile(str(path))} if path.exists() else {}
    fresh = export(module)
    if sign := separator(module):
        fresh.insert(0, sign)
    for entry in fresh:
        entry.msgstr = known.get(entry.msgid) or ""
    path.parent.mkdir(exist_ok=True)
    fresh.save(str(path))
    missing = [entry.msgid for entry in fresh if not entry.msgstr]
    print(f"{module}: {len(fresh)} terms, {len(missing)} without Chinese")
    for term in missing:
        print("   ", term)
