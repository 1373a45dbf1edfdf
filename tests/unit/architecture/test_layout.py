"""The root is short, and so are files and functions."""

from __future__ import annotations

import ast
from typing import Final

from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.unit.architecture.tree import ROOT, files, parsed, shown

# What tools demand at the root, beside the folders of the line.
AT_ROOT: Final = {
    *("dags", "dbt_project", "infra", "quality", "schemas", "tests", "transforms"),
    *(".ci", ".gitignore", ".sqlfluff", "Makefile", "pyproject.toml", "requirements.lock"),
    *("CHANGELOG.md", "LICENSE", "README.md"),
}
MAX_FILE, MAX_FUNCTION, MAX_MODEL, MAX_PAGE = 300, 40, 120, 300


def test_the_root_holds_the_agreed_names_only() -> None:
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()}
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert present - ignored - AT_ROOT == set()
    assert {name for name in AT_ROOT if not (ROOT / name).exists()} == set()


def test_no_file_is_longer_than_a_person_reads() -> None:
    limits = {".py": MAX_FILE, ".sql": MAX_FILE, ".md": MAX_PAGE}
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in files(*limits)}
    assert {shown(path): n for path, n in lengths.items() if n > limits[path.suffix]} == {}


def test_no_model_is_longer_than_a_screen_or_three() -> None:
    lengths = {shown(p): len(p.read_text("utf-8").splitlines()) for p in files(".sql", under="dbt_project/models")}
    assert {name: n for name, n in lengths.items() if n > MAX_MODEL} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name}: {length}"
        for path in files(".py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
    ]
    assert long == []


def test_migrations_stand_in_one_line() -> None:
    names = sorted(path.name.partition("_")[0] for path in (ROOT / "infra/migrations/versions").glob("0*.py"))
    assert names == [f"{number:04}" for number in range(1, len(names) + 1)]
    config = Config()
    config.set_main_option("script_location", str(ROOT / "infra/migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [names[-1]]
