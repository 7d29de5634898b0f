"""The law stays in plain Python: design.md 2.1."""

import ast
import sys

from sources import ADDONS, python, text_of

# the kernel neither logs nor asks for the time, the environment, files, the network or chance
UNWANTED = {
    "logging",
    "os",
    "subprocess",
    "socket",
    "random",
    "time",
    "threading",
    "gettext",
}


def kernels():
    return [source for source in python() if source.path.parent.name == "kernel"]


def test_there_are_kernels():
    assert {source.path.parents[1] for source in kernels()} == {
        path.parent for path in ADDONS.glob("*/__manifest__.py")
    }


def kernels_of_dependencies(source):
    """What a kernel may take from the modules that its own depends on: their kernels."""
    manifest = ast.parse((source.path.parents[1] / "__manifest__.py").read_text())
    words = {text_of(node) for node in ast.walk(manifest)}
    return {f"{path.name}.kernel" for path in ADDONS.iterdir() if path.name in words}


def test_kernel_imports_only_the_standard_library():
    found = []
    for source in kernels():
        others = kernels_of_dependencies(source)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [] if node.level == 1 else [node.module or ".."]
                if node.level == 3 and ".".join(names[0].split(".")[:2]) in others:
                    continue
            else:
                continue
            found += [
                f"{source.at(node)}: {name}"
                for name in names
                if name.split(".")[0] not in sys.stdlib_module_names
                or name.split(".")[0] in UNWANTED
            ]
    assert not found


def test_kernel_takes_the_date_as_an_argument():
    clocks, builtins = {"today", "now", "utcnow"}, {"open", "print", "input"}
    found = [
        source.at(node)
        for source in kernels()
        for name, node in source.calls()
        if (name in clocks and isinstance(node.func, ast.Attribute))
        or (name in builtins and isinstance(node.func, ast.Name))
    ]
    assert not found


def test_kernel_codes_are_sentences():
    """Each code a kernel module may raise has an English sentence and is declared once."""
    seen, found = {}, []
    for source in kernels():
        for node in source.tree.body:
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            if not any(getattr(target, "id", "") == "CODES" for target in targets):
                continue
            if not isinstance(node.value, ast.Dict):
                continue
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if key is None:
                    continue
                code = text_of(key)
                text = text_of(value.args[0] if isinstance(value, ast.Call) else value)
                ends = text.strip().endswith((".", "?", "!", "…", ")s"))  # or with what was asked
                if not ends or seen.setdefault(code, source) is not source:
                    found.append(f"{source.at(key)}: {code}")
    assert seen
    assert not found
