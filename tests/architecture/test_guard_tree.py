"""The tree itself: sizes, what is declared and what is there, nothing of one machine in it."""

import ast
import re

import pytest
from sources import ADDONS, ROOT, files, python

FILE_LINES, FUNCTION_LINES = 450, 50  # "about 400" and "about 40" of the style guide
TEXT_KINDS = (
    ".py",
    ".xml",
    ".js",
    ".css",
    ".scss",
    ".csv",
    ".md",
    ".txt",
    ".in",
    ".toml",
    ".conf",
    ".json",
    ".yaml",
    ".po",
    ".sh",
    "",
)
# written in pieces, so that this file does not find itself
HOSTS = re.compile(
    "|".join(
        (
            "pypi" + r"\.org",
            "python" + "hosted",
            "npm" + r"js\.(org|com)",
            "deb" + r"\.debian\.org",
            "snapshot" + r"\.debian",
            "jsde" + "livr",
            "unpkg" + r"\.com",
        )
    )
)
MACHINE = re.compile(
    "(?<![\\w.])/(" + "|".join(("wo" + "rk", "tm" + "p", "ro" + "ot", "ho" + "me")) + ")/"
)


@pytest.mark.parametrize("source", python(ROOT, tests=True), ids=str)
def test_python_files_and_functions_are_short(source):
    found = []
    if len(source.text.splitlines()) > FILE_LINES and "tests" not in source.path.parts:
        found.append(f"{source}: {len(source.text.splitlines())} lines")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and "tests" not in source.path.parts:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            if length > FUNCTION_LINES:
                found.append(f"{source.at(node)}: {node.name} has {length} lines")
    assert not found


def test_scripts_and_styles_are_short():
    assert not [
        f"{path.relative_to(ROOT)}: {len(path.read_text().splitlines())} lines"
        for path in files(".js", ".scss", ".css", ".xml", below=ADDONS)
        if len(path.read_text().splitlines()) > FILE_LINES and "lib" not in path.parts
    ]


def test_no_registry_host_and_no_machine_path():
    found = []
    for path in files(*TEXT_KINDS):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if HOSTS.search(line) or MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not found


def test_nothing_is_left_for_later():
    word = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + r"X)\b")
    assert not [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files(".py", ".js", ".xml", ".sh", ".md")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if word.search(line)
    ]


@pytest.mark.parametrize(
    "manifest", sorted(ADDONS.glob("*/__manifest__.py")), ids=lambda p: p.parent.name
)
def test_manifest_and_files_agree(manifest):
    """Each data file is declared, and each declared file exists."""
    addon, values = manifest.parent, ast.literal_eval(manifest.read_text())
    declared = {*values.get("data", ()), *values.get("demo", ())}
    present = {
        str(path.relative_to(addon))
        for folder in ("views", "data", "security", "report", "wizard")
        for path in (addon / folder).rglob("*.xml")
    }
    assert not sorted(present - declared)
    assert not sorted(name for name in declared if not (addon / name).exists())
    assert values["license"] == "LGPL-3"
    assert values["version"].startswith("19.0.")


def test_requirements_are_locked_by_hash():
    for path in (ROOT / "config").glob("requirements*.txt"):
        text = path.read_text()
        pinned = re.findall(r"^[a-z0-9._-]+==\S+.*$", text, re.MULTILINE)
        blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
        assert pinned
        assert all("--hash=sha256:" in block for block in blocks)
        assert "index-url" not in text
        assert "find-links" not in text
