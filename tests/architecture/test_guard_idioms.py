"""What Odoo 19 silently ignores, refuses or warns about; and what our own style rules out."""

import ast
import re
import xml.etree.ElementTree as ElementTree

import pytest
from sources import ADDONS, ROOT, files, python, text_of

DEAD_NAMES = {
    "_sql_constraints",
    "name_get",
    "_name_search",
    "osv",
    "groups_id",
    "toggle_active",
    "_cr",
    "_uid",
    "_context",
    "check_access_rights",
    "check_access_rule",
    "read_group",
    "_notify_progress",
}


def test_no_dead_names_in_python():
    found = []
    for source in python(tests=True):
        for node in ast.walk(source.tree):
            name = (
                getattr(node, "attr", None)
                or getattr(node, "id", None)
                or getattr(node, "name", None)
            )
            if isinstance(name, str) and name in DEAD_NAMES:
                found.append(f"{source.at(node)}: {name}")
    assert not found


def test_routes_are_jsonrpc_not_json():
    assert not [
        source.at(node)
        for source in python()
        for name, node in source.calls()
        if name == "route"
        for keyword in node.keywords
        if keyword.arg == "type" and text_of(keyword.value) == "json"
    ]


def test_view_modes_have_no_tree():
    found = [
        source.at(node)
        for source in python()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if key is not None and text_of(key) == "view_mode" and "tree" in text_of(value)
    ]
    assert not found


@pytest.mark.parametrize("path", [p for p in files(".xml", below=ADDONS)], ids=lambda p: p.name)
def test_no_dead_idioms_in_xml(path):
    found = []
    for node in ElementTree.parse(path).iter():
        if not isinstance(node.tag, str):
            continue
        if (
            node.tag == "tree"
            or node.get("t-name") == "kanban-box"
            or "oe_chatter" in node.get("class", "")
        ):
            found.append(node.tag)
        if {"attrs", "states"}.intersection(node.attrib) or (
            node.tag == "group" and "expand" in node.attrib
        ):
            found.append(f"{node.tag} {sorted(node.attrib)}")
        if node.get("name") == "view_mode" and "tree" in (node.text or ""):
            found.append(node.text)
    assert not found


def test_translations_use_named_placeholders():
    """`env._("… %(name)s", name=x)`: no `_` from odoo, nothing formatted before translating."""
    found = []
    for source in python():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom) and node.module == "odoo":
                found += [source.at(node) for alias in node.names if alias.name == "_"]
        for name, node in source.calls():
            if name not in ("_", "_lt") or not node.args:
                continue
            text = node.args[0]
            while isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
                text = text.left
            if isinstance(text, ast.JoinedStr | ast.BinOp) or re.search(
                r"%[sdr]|\{\}", text_of(text)
            ):
                found.append(source.at(node))
    assert not found


def test_odoo_tests_run_after_installation():
    """On a template nothing is installed again, so a test at install would silently never run;
    and a test with a browser needs the lane that has one."""
    found = []
    for source in python(tests=True):
        if not source.path.name.startswith("test_"):
            continue
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.ClassDef):
                continue
            methods = [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
            if not any(name.startswith("test") for name in methods):
                continue
            tags = {
                text_of(argument)
                for call in node.decorator_list
                if isinstance(call, ast.Call)
                for argument in call.args
            }
            if not {"post_install", "-at_install"} <= tags:
                found.append(f"{source.at(node)}: {node.name} is not post_install")
            browses = {"browser_js", "start_tour"}.intersection(
                getattr(call.func, "attr", "")
                for call in ast.walk(node)
                if isinstance(call, ast.Call)
            )
            if bool(browses) and "gov_browser" not in tags:
                found.append(f"{source.at(node)}: {node.name} is not gov_browser")
    assert not found


def test_every_odoo_test_file_is_imported():
    found = []
    for folder in ADDONS.glob("*/tests"):
        text = (folder / "__init__.py").read_text() if (folder / "__init__.py").exists() else ""
        found += [
            str(path.relative_to(ROOT))
            for path in folder.glob("test_*.py")
            if not re.search(rf"\b{path.stem}\b", text)
        ]
    assert not found


def test_no_test_is_skipped():
    words = (
        "skip" + "Test",
        "mark.skip",
        "mark." + "xfail",
        "unittest." + "skip",
        "import" + "orskip",
    )
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files(".py", ".js")
        for word in words
        if path.name != "test_guard_idioms.py"
        and word in path.read_text()
        and ("tests" in path.relative_to(ROOT).parts)
    ]
    assert not found
