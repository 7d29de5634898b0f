"""The project's files as the guards look at them."""

import ast
import tokenize
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
_FOREIGN = {
    ".git",
    ".runtime",
    "__pycache__",
    "node_modules",
    ".hypothesis",
    ".pytest_cache",
    ".ruff_cache",
}


@lru_cache
def files(*suffixes: str, below: Path = ROOT) -> tuple[Path, ...]:
    """Files of the project with one of the suffixes (all without any), sorted."""
    return tuple(
        sorted(
            path
            for path in below.rglob("*")
            if path.is_file()
            and not _FOREIGN.intersection(path.relative_to(ROOT).parts)
            and (not suffixes or path.suffix in suffixes)
        )
    )


@dataclass(frozen=True)
class Source:
    """One Python file, parsed once."""

    path: Path

    def __str__(self):
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self))

    @cached_property
    def comments(self) -> set[int]:
        """Numbers of the lines that carry a comment."""
        with open(self.path, "rb") as handle:
            return {
                token.start[0]
                for token in tokenize.tokenize(handle.readline)
                if token.type == tokenize.COMMENT
            }

    def calls(self):
        """(name called, node) of every call: `sudo` for `x.sudo()`, `eval` for `eval()`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
                yield name, node

    def at(self, node) -> str:
        """`path:line`, for the message of a guard."""
        return f"{self}:{node.lineno}"


@lru_cache
def python(below: Path = ADDONS, tests: bool = False) -> tuple[Source, ...]:
    """Python sources below a folder; those of tests only on request."""
    return tuple(
        Source(path)
        for path in files(".py", below=below)
        if tests or "tests" not in path.relative_to(ROOT).parts
    )


def text_of(node) -> str:
    """The value of a string literal, else ''."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
