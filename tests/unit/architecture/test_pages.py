"""What pages and messages say is true: commands, targets, files, tables and links exist."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import typer.main

from infra.cli.main import _register, typer_app
from schemas.contracts import entities
from tests.unit.architecture.tree import ROOT, files, shown
from transforms.connections import ROLES
from transforms.ledger.tables import metadata
from transforms.model.sources import SPINE

PAGES: Final = files(".md")
_FENCE: Final = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SPAN: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"\]\((?!https?:)([^)#\s]+)")
_PATH: Final = re.compile(r"[\w.<>*-]+(/[\w.<>*-]+)*/?")
_FILE: Final = re.compile(r"[\w-]+\.(py|sql|ya?ml|csv|md|xml|lock|toml|json)")
_TARGET: Final = re.compile(r"^([a-z-]+):", re.MULTILINE)
_RELATION: Final = re.compile(r"(?<![\w/.])(ops|staged|canonical|marts)\.(\w+)")
# Messages of the programs themselves: `casebridge …` in backticks, or as an example in a help text.
_SAID: Final = re.compile(r"(?:`|\[bold\])((?:casebridge|make) [^`\[\n]+?)(?:`|\[/)")
# Written beside a delivery or into a pack, and so not in the tree.
_WRITTEN: Final = {"X.manifest.json", "datapackage.json", "expected.jsonl"}
_PROGRAMS: Final = ("casebridge", ".venv/bin/casebridge")
# Words behind which a line is no longer the call's.
_ENDS: Final = frozenset({"--", "|", "<", ">", ">>", "&&", ";"})


@cache
def command() -> Any:
    """Return the whole command, as Typer makes it."""
    _register()
    return typer.main.get_command(typer_app)


def commands_in(page: Path) -> Iterator[str]:
    """Yield each line of a page that calls the command or make."""
    text = page.read_text("utf-8")
    for line in (line for block in _FENCE.findall(text) for line in block.splitlines()):
        if line.startswith((*(f"{p} " for p in _PROGRAMS), "make ")):
            yield line
    yield from (span for span in _SPAN.findall(_FENCE.sub("", text)) if span.startswith((*_PROGRAMS, "make ")))


def wrong_with(line: str) -> str | None:
    """Say what is wrong with a call of the command or of make; None where nothing is."""
    words = shlex.split(line, comments=True)
    if words[0] == "make":
        unknown = set(words[1:]) - set(_TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
        return f"no target {sorted(unknown)}" if unknown else None
    at, given = command(), words[1:]
    while given and given[0] in getattr(at, "commands", {}):
        at, given = at.commands[given[0]], given[1:]
    is_called_itself = getattr(at, "invoke_without_command", False) and (not given or given[0].startswith("-"))
    if getattr(at, "commands", {}) and given and not is_called_itself:
        return f"no command {given[0]!r}"
    known = {option for p in at.params for option in (*p.opts, *p.secondary_opts)} | {"--help"}
    options = [word.partition("=")[0] for word in given[: [*given, "--"].index("--")] if word.startswith("-")]
    if unknown_option := next((option for option in options if option not in known), None):
        return f"no option {unknown_option}"
    wrong = (f"no {p.name} {value!r}" for p, value in _values(at.params, given) if not _may_be(p, value))
    return next(wrong, None)


def _values(params: Sequence[Any], given: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """Yield the arguments and the options of a call that take a value, each with its value."""
    options = {name: p for p in params for name in (*p.opts, *p.secondary_opts) if name.startswith("-")}
    places = [p for p in params if not p.opts[0].startswith("-")]
    words = iter(itertools.takewhile(lambda word: word not in _ENDS, given))
    for word in words:
        name, equals, value = word.partition("=")
        if name in options and not options[name].is_flag:
            yield options[name], value if equals else next(words, "")
        elif not word.startswith("-") and places:
            yield places[0], word
            places = places[places[0].nargs == 1 :]


def _may_be(param: Any, value: str) -> bool:
    """Say whether a value is one that an enumeration has, or a word in capitals that stands for any."""
    kind = param.type_descriptor.annotation
    if not isinstance(kind, type) or not issubclass(kind, Enum):
        return True
    return value in {one.value for one in kind} or bool(re.fullmatch("[A-Z_]+|…", value))


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_command_on_a_page_exists(page: Path) -> None:
    lines = list(commands_in(page))
    assert [f"{line}: {wrong}" for line in lines if (wrong := wrong_with(line))] == []


def test_a_command_that_does_not_exist_is_noticed() -> None:
    for line in (
        *("make it", "casebridge undo", "casebridge slice hold 3", "casebridge account --fast"),
        *("casebridge quarantine free 3", "casebridge quarantine --fast", "casebridge slice --source x"),
        *("casebridge clean colour", "casebridge clean --unit 元 colour x.txt", "casebridge clean colour < x"),
    ):
        assert wrong_with(line), line
    for line in (
        *("make demo", ".venv/bin/casebridge slice admit 3 --reason x", "casebridge psql -- -c 'select 1'"),
        *("casebridge clean KIND", "casebridge clean --unit=元 amount x.txt", "casebridge clean amount | colour"),
    ):
        assert wrong_with(line) is None, line


def test_every_command_that_a_message_names_exists() -> None:
    said = {
        (shown(path), line.replace("{", "").replace("}", ""))
        for folder in ("schemas", "transforms", "quality", "infra", "dags")
        for path in files(".py", under=folder)
        for line in _SAID.findall(path.read_text("utf-8"))
        if "“" not in line
    }
    assert said
    assert [f"{file}: {line}: {wrong}" for file, line in sorted(said) if (wrong := wrong_with(_plain(line)))] == []


def _plain(line: str) -> str:
    """Take quoted words for one, and leave out what closes a call around the command."""
    return re.sub(r"\\?\"[^\"]+\"", "x", line).rstrip('\\")')


def test_every_command_of_the_makefile_exists() -> None:
    recipes = re.findall(r"\$\(BIN\)/(casebridge [a-z][^;\n]*)", (ROOT / "Makefile").read_text("utf-8"))
    assert recipes
    assert [f"{line}: {wrong}" for line in recipes if (wrong := wrong_with(line.strip()))] == []


def test_every_target_explains_itself() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    assert set(_TARGET.findall(text)) == set(re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_file_on_a_page_exists(page: Path) -> None:
    text = _FENCE.sub("", page.read_text("utf-8"))
    missing = [link for link in _LINK.findall(text) if not (page.parent / link).exists()]
    missing += [span for span in _SPAN.findall(text) if _is_path(span) and not _is_there(page, span)]
    assert missing == []


def _is_path(span: str) -> bool:
    if span in _WRITTEN or not _PATH.fullmatch(span):
        return False
    return bool(_FILE.fullmatch(span)) or "/" in span.rstrip("/") or span.endswith("/")


def _is_there(page: Path, span: str) -> bool:
    if span.startswith((".casebridge", ".venv", "secrets/", "share/")):  # made when it runs
        return True
    pattern = re.sub(r"<\w+>", "*", span).rstrip("/")
    return any(any(folder.glob(pattern)) for folder in (ROOT, page.parent))


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_table_on_a_page_exists(page: Path) -> None:
    named = {f"{schema}.{name}" for schema, name in _RELATION.findall(" ".join(_SPAN.findall(page.read_text("utf-8"))))}
    assert named - _relations() == set()


@cache
def _relations() -> set[str]:
    spine = set(re.findall(r"create (?:unlogged )?table (\w+\.\w+)", SPINE.read_text("utf-8")))
    claims = {f"{schema}.{entity}" for schema in ("staged", "canonical") for entity in entities()}
    marts = {f"marts.{path.stem}" for path in files(".sql", under="dbt_project/models/marts")}
    functions = {"ops.visible_release", "marts.working_days", "marts.working_day_after"}
    return spine | claims | marts | functions | {str(table) for table in metadata.tables}


def test_decisions_are_numbered_dated_and_short() -> None:
    pages = sorted((ROOT / "infra/decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.name[:4]} "), page.name
        assert re.search(r"^Date: \d{4}-\d\d-\d\d\. Status: \w+", text, re.MULTILINE), page.name
        assert re.findall(r"^## (\w+)", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], page.name
        assert len(text.splitlines()) <= 40, page.name


def test_the_page_of_services_names_every_role() -> None:
    text = (ROOT / "infra/README.md").read_text("utf-8")
    assert [role for role in ROLES if role not in text] == []
