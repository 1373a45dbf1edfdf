"""Habits that no linter of ours holds: what is silenced says why, failures are told, tests wait instead of sleeping."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.unit.architecture.tree import called, files, imports, parsed, shown

_SILENCED: Final = re.compile(r"#\s*(noqa|type:\s*ignore|ruff:|mypy:|pragma)")
_REASONED: Final = re.compile(r"# (noqa: [A-Z]+\d+(, [A-Z]+\d+)*|type: ignore\[[a-z-]+(, [a-z-]+)*\])  # \S.+")
_LEFT_OVER: Final = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X:", "HACK" + ":")))
_BROAD: Final = {"", "Exception", "BaseException"}
# The one place where every error becomes a sentence.
RUN_BOUNDARY: Final = "infra/cli/main.py"
TALKERS: Final = ("infra/cli/", "infra/setup/", "tests/")
# A body that is slow on purpose.
SLOW_ON_PURPOSE: Final = ("tests/support/",)


def test_what_is_silenced_names_its_code_and_its_reason() -> None:
    bare = [
        f"{shown(path)}:{line} {comment}"
        for path in files(".py")
        for line, comment in _comments(path)
        if _SILENCED.match(comment) and not _REASONED.match(comment)
    ]
    assert bare == []


def test_nothing_is_left_to_do() -> None:
    found = [
        f"{shown(path)}:{number}"
        for path in files(".py", ".sql", ".md", ".yaml", ".yml")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if _LEFT_OVER.search(line)
    ]
    assert found == []


def _comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_only_the_run_boundary_ends_every_error() -> None:
    """Whoever else catches all must raise it again, or another in its place."""
    ended = [
        f"{shown(path)}:{node.lineno}"
        for path in files(".py")
        if shown(path) != RUN_BOUNDARY
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _raises_again(node)
    ]
    assert ended == []


def test_nothing_suppresses_every_error() -> None:
    calls = ((shown(path), node) for path in files(".py") for node in _calls(path))
    found = [f"{file}:{node.lineno}" for file, node in calls if called(node).split(".")[-1] == "suppress"]
    suppressed = {place for place in found if _suppresses_all(place)}
    assert suppressed == set()


def _suppresses_all(place: str) -> bool:
    file, _, line = place.rpartition(":")
    (path,) = (p for p in files(".py") if shown(p) == file)
    return any(_is_broad(a) for n in _calls(path) if n.lineno == int(line) for a in n.args)


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(one) for one in caught.elts)
    return (ast.unparse(caught) if caught else "") in _BROAD


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise)


def _calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))


def test_only_commands_print() -> None:
    printed = [
        f"{shown(path)}:{node.lineno}"
        for path in files(".py")
        if not shown(path).startswith(TALKERS)
        for node in _calls(path)
        if called(node) == "print"
    ]
    assert printed == []


def test_tests_wait_for_something_and_do_not_sleep() -> None:
    sleeps = [
        f"{shown(path)}:{line} in {name}"
        for path in files(".py", under="tests")
        if not shown(path).startswith(SLOW_ON_PURPOSE)
        for name, line in _sleeps(parsed(path), "module")
        if not name.startswith(("wait", "_wait"))
    ]
    assert sleeps == []


def _sleeps(node: ast.AST, function: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and called(child).split(".")[-1] == "sleep":
            yield function, child.lineno
        named = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield from _sleeps(child, named)


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    marks = {"pytest.skip", "pytest.xfail", "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif"}
    marks |= {"pytest.mark.xfail", "unittest.skip", "unittest.skipIf"}
    skipped = [
        f"{shown(path)}:{node.lineno}"
        for path in files(".py", under="tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in marks
    ]
    assert skipped == []
    assert [str(i) for p in files(".py", under="tests") for i in imports(p) if i.name.startswith("unittest")] == []


def test_every_test_file_tests_and_every_test_is_in_one() -> None:
    paths = files(".py", under="tests")
    tests = {shown(path): [name for name in _functions(path) if name.startswith("test_")] for path in paths}
    named = {file for file in tests if file.rpartition("/")[2].startswith("test_")}
    # A random machine of hypothesis is a class, and so are its tests.
    machines = {shown(path) for path in paths if "TestCase" in path.read_text("utf-8")}
    assert {file for file in named - machines if not tests[file]} == set()
    assert {file for file in tests.keys() - named if tests[file]} == set()


def test_the_name_of_a_test_is_a_sentence() -> None:
    short = [
        f"{shown(path)}: {name}"
        for path in files(".py", under="tests")
        for name in _functions(path)
        if name.startswith("test_") and name.count("_") < 3
    ]
    assert short == []


def _functions(path: Path) -> list[str]:
    return [n.name for n in ast.walk(parsed(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
