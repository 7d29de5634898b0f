"""Nothing of a user's is run as code, no back door by context, no silent elevation: design.md 2."""

import ast
import csv
import re

from sources import ADDONS, python, text_of

BYPASS = re.compile(r"^(skip|force|bypass|no_check|ignore|disable)")
MODEL_KINDS = {"Model", "TransientModel"}


def test_nothing_is_evaluated_as_code():
    found = [
        f"{source.at(node)}: {name}"
        for source in python(tests=True)
        for name, node in source.calls()
        if name in ("eval", "exec", "safe_eval", "literal_eval", "__import__", "test_python_expr")
        or (name == "compile" and isinstance(node.func, ast.Name))
    ]
    found += [
        source.at(node)
        for source in python(tests=True)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and "safe_eval" in (node.module or "")
    ]
    assert not found


def _context_keys(source):
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "context":
            yield node, text_of(node.slice)
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", "") == "get"
            and node.args
            and (getattr(getattr(node.func, "value", None), "attr", "") == "context")
        ):
            yield node, text_of(node.args[0])


def test_no_context_key_opens_a_door():
    """A context comes from the client: it may change what is shown, never what is allowed."""
    assert not [
        f"{source.at(node)}: {key}"
        for source in python()
        for node, key in _context_keys(source)
        if BYPASS.match(key)
    ]


def test_every_sudo_says_why():
    """A comment on one of the lines of the statement up to the call, or on the line before it."""
    found = []
    for source in python():
        starts = {
            child: statement
            for statement in ast.walk(source.tree)
            if isinstance(statement, ast.stmt)
            for child in ast.walk(statement)
        }  # inner statements come later and win
        for name, node in source.calls():
            if name != "sudo":
                continue
            first = min(starts[node].lineno, node.lineno) - 1
            if not source.comments.intersection(range(first, node.end_lineno + 1)):
                found.append(source.at(node))
    assert not found


def test_transactions_belong_to_the_framework():
    found = [
        source.at(node)
        for source in python()
        for name, node in source.calls()
        if name == "commit"
        and getattr(
            getattr(node.func, "value", None),
            "attr",
            getattr(getattr(node.func, "value", None), "id", ""),
        )
        in ("cr", "_cr")
    ]
    assert not found


def extended_by(statement):
    """Names in a list of ``_inherit``: a class of one of these names extends a model of others."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.List):
        if [getattr(target, "id", "") for target in statement.targets] == ["_inherit"]:
            return [text_of(element) for element in statement.value.elts]
    return []


def our_models():
    """(addon folder, model name) of every stored or transient model that we define."""
    for source in python():
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.ClassDef):
                continue
            kinds = {getattr(base, "attr", "") for base in node.bases}
            values = {
                target.id: text_of(item.value)
                for item in node.body
                if isinstance(item, ast.Assign)
                for target in item.targets
                if isinstance(target, ast.Name)
            }
            extended = {name for item in node.body for name in extended_by(item)}
            if kinds & MODEL_KINDS and values.get("_name") and values["_name"] not in extended:
                yield ADDONS / source.path.relative_to(ADDONS).parts[0], values["_name"]


def test_every_model_has_access_rights():
    found = []
    for addon, name in our_models():
        with open(addon / "security" / "ir.model.access.csv") as handle:
            rows = {row["model_id:id"].rpartition(".")[2] for row in csv.DictReader(handle)}
        if f"model_{name.replace('.', '_')}" not in rows:
            found.append(name)
    assert list(our_models())
    assert not found


def test_every_model_is_in_the_access_matrix():
    found = [
        name
        for addon, name in our_models()
        if not re.search(
            rf"(?<![\w.]){re.escape(name)}(?![\w.])",
            (addon / "security" / "access_matrix.yaml").read_text(),
        )
    ]
    assert not found
