"""The tree as these tests read it: its files, their imports, and places to name in a failure."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
PACKAGES: Final = ("schemas", "transforms", "quality", "infra", "dags", "tests")
_MADE: Final = {"__pycache__", "target", "logs", "dbt_packages"}
_KEPT: Final = {".ci"}
_TEXT: Final = {"", ".cfg", ".csv", ".ini", ".json", ".jsonl", ".lock", ".mako", ".md", ".py", ".sql", ".toml"} | {
    *(".txt", ".xml", ".yaml", ".yml"),
}


@dataclass(frozen=True)
class Import:
    """One name that a file imports, with the line where it does."""

    file: str
    line: int
    name: str

    @property
    def top(self) -> str:
        """Return the first part of the name."""
        return self.name.partition(".")[0]

    def __str__(self) -> str:
        """Return the place and the name."""
        return f"{self.file}:{self.line} imports {self.name}"


@cache
def files(*suffixes: str, under: str = ".") -> tuple[Path, ...]:
    """Return the files of the tree with one of these endings, but for what tools have made."""
    found: list[Path] = []
    for folder, names, here in os.walk(ROOT / under):
        names[:] = [n for n in names if n not in _MADE and (not n.startswith(".") or n in _KEPT)]
        found += [Path(folder) / name for name in here if Path(name).suffix in suffixes]
    assert found, f"no {suffixes} under {under}"
    return tuple(sorted(found))


def text_files() -> tuple[Path, ...]:
    """Return every file that is read as text."""
    return files(*sorted(_TEXT))


def shown(path: Path) -> str:
    """Return a path as it is named in a failure."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text("utf-8"), shown(path))


def imports(path: Path, *, top_level: bool = False) -> Iterator[Import]:
    """Yield what a file imports, wherever in it: within functions, for types only, or by name."""
    for node in parsed(path).body if top_level else ast.walk(parsed(path)):
        for name in _imported(node):
            yield Import(shown(path), getattr(node, "lineno", 0), name)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        head = "." * node.level + (node.module or "")
        return [f"{head}.{alias.name}" for alias in node.names]
    is_call = isinstance(node, ast.Call) and called(node) in {"importlib.import_module", "__import__"}
    if is_call and isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return [str(node.args[0].value)]
    return []


def called(node: ast.Call) -> str:
    """Return the dotted name of what is called, as far as it is one."""
    return ast.unparse(node.func)


def is_within(name: str, parents: frozenset[str] | set[str] | tuple[str, ...], separator: str = ".") -> bool:
    """Say whether a name is one of `parents` or lies in one of them."""
    return any(name == parent or name.startswith(parent + separator) for parent in parents)
