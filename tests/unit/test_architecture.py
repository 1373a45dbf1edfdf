"""Imports point one way, and every library has a home."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

from tests.unit.architecture.tree import PACKAGES, ROOT, files, imports, is_within, parsed, shown

# What a package may import of ours, besides itself: schemas <- transforms, quality <- infra <- dags.
MAY_IMPORT: Final = {
    "schemas": frozenset[str](),
    "transforms": frozenset({"schemas"}),
    "quality": frozenset({"schemas", "transforms.connections", "transforms.errors", "transforms.ledger"}),
    "infra": frozenset({"schemas", "transforms", "quality"}),
    "dags": frozenset({"schemas", "transforms", "quality", "infra"}),
    "tests": frozenset({"schemas", "transforms", "quality", "infra"}),
}
# Airflow puts dags/plugins on the path.
PLUGINS: Final = frozenset(path.stem for path in (ROOT / "dags/plugins").glob("*.py"))

# library -> the folders and files where it is at home; tests may use what they test.
HOMES: Final = {
    "adbc_driver_postgresql": ("transforms/extract", "transforms/normalise"),
    "airflow": ("dags",),
    "alembic": ("infra/migrations",),
    "cryptography": ("transforms/collect/protect.py",),
    "dbt": ("transforms/model",),
    "dlt": ("infra/bench",),
    "great_expectations": ("quality",),
    "httpx": ("transforms/collect/api.py", "transforms/collect/login.py"),
    "ijson": ("transforms/collect/readers/json_document.py",),
    "kafka": ("transforms/kafka.py", "transforms/collect", "transforms/land"),
    "lxml": ("transforms/collect/readers",),
    "minisign": ("transforms/extract",),
    "numpy": ("transforms/normalise", "quality/pack_files.py"),
    "open_data_contract_standard": ("schemas",),
    "opencc": ("transforms/normalise",),
    "orjson": ("transforms/collect", "transforms/normalise", "infra/bench"),
    "paramiko": ("transforms/collect/sftp.py",),
    "psutil": ("infra/stack", "infra/bench"),
    "psycopg": ("transforms", "quality", "infra", "dags/plugins"),
    "pyarrow": (
        *("transforms/collect/s3.py", "transforms/extract", "transforms/masking.py", "transforms/normalise"),
        *("quality/pack_files.py", "infra/bench", "infra/onboard/trial.py"),
    ),
    "pydantic": ("schemas", "quality/suites.py", "infra/settings.py", "transforms/collect/database.py"),
    "pydantic_settings": ("infra/settings.py",),
    "pyspark": ("transforms/spark.py", "transforms/land", "transforms/normalise", "infra/bench"),
    "rich": ("infra/cli/terminal.py",),
    "sqlalchemy": ("transforms/collect", "transforms/ledger", "infra/migrations"),
    "structlog": ("transforms", "infra", "dags"),
    "typer": ("infra/cli",),
    "typing_extensions": ("transforms/extract/read.py",),
    "xlrd": ("transforms/collect/readers/xls_before_97.py",),
    "yaml": ("schemas", "quality/suites.py", "transforms/model/sources.py", "infra/onboard"),
}
# `casebridge --help` answers within half a second: what is heavier waits inside the commands.
LIGHT: Final = frozenset({"infra.cli", "transforms.errors", "typer"})


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_lies_before_it(package: str) -> None:
    ours = (one for path in files(".py", under=package) for one in imports(path) if one.top in PACKAGES)
    wrong = [str(one) for one in ours if one.top != package and not is_within(one.name, MAY_IMPORT[package])]
    assert wrong == []


def test_nothing_but_tests_imports_dags_and_nothing_imports_tests() -> None:
    everything = [one for package in PACKAGES for path in files(".py", under=package) for one in imports(path)]
    to_dags = [str(i) for i in everything if i.top in {"dags", *PLUGINS} and not i.file.startswith(("dags/", "tests/"))]
    assert to_dags == []
    tests = [one.name for one in everything if one.top == "tests" and one.file.startswith("tests/")]
    assert [name for name in tests if any(part.startswith("test_") for part in name.split(".")[:-1])] == []


def test_modules_do_not_import_each_other_in_circles() -> None:
    paths = {_module(shown(path)): path for package in PACKAGES[:4] for path in files(".py", under=package)}
    graph = {
        name: {found for one in imports(path) if (found := _known(one.name, paths.keys())) and found != name}
        for name, path in paths.items()
    }
    order = list(TopologicalSorter(graph).static_order())
    assert set(order) == set(paths)


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _known(name: str, modules: Collection[str]) -> str:
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


def test_imports_are_written_out_from_the_root() -> None:
    assert [str(one) for path in files(".py") for one in imports(path) if one.name.startswith(".")] == []


def test_every_library_is_used_at_home_only() -> None:
    theirs = [
        one
        for package in PACKAGES[:5]
        for path in files(".py", under=package)
        for one in imports(path)
        if one.top not in {*sys.stdlib_module_names, *PACKAGES, *PLUGINS}
    ]
    assert {one.top for one in theirs} - HOMES.keys() == set(), "give the library a home"
    assert [str(one) for one in theirs if not is_within(one.file, HOMES.get(one.top, ()), "/")] == []


def test_every_home_exists() -> None:
    assert [home for homes in HOMES.values() for home in homes if not (ROOT / home).exists()] == []


def test_the_command_imports_nothing_heavy_before_it_is_asked() -> None:
    found = [one for path in files(".py", under="infra/cli") for one in imports(path, top_level=True)]
    assert found
    heavy = [one for one in found if one.top not in sys.stdlib_module_names and not is_within(one.name, LIGHT)]
    assert [str(one) for one in heavy] == []


@pytest.mark.parametrize("package", PACKAGES[:4])
def test_every_folder_of_modules_is_a_package_that_says_what_it_is(package: str) -> None:
    folders = {path.parent for path in files(".py", under=package)} - {ROOT / "infra/migrations/versions"}
    silent = [shown(f) for f in folders if not (f / "__init__.py").exists() or not _says(f / "__init__.py")]
    assert silent == []


def _says(path: Path) -> bool:
    return bool(ast.get_docstring(parsed(path)))
