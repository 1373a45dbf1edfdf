"""How commands show things: data on stdout, talk on stderr, tables for people and JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final
from unicodedata import category

import typer

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

# Controls, marks that turn the direction of writing, and halves of characters.
_OBEYED: Final = frozenset({"Cc", "Cf", "Cs"})
# A column that is narrower cuts words into pieces.
_LEAST_WIDTH: Final = 12
_LONGEST: Final = 400

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def say(text: str) -> None:
    """Tell the person something, beside the data."""
    print(printable(text), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Return a text with a sign for each character that a terminal would obey: what bodies send may hold any."""
    return "".join("\ufffd" if one not in "\n\t" and category(one) in _OBEYED else one for one in text)


@contextmanager
def steps(doing: str, total: int | None) -> Iterator[Callable[[str], None]]:
    """Give a `say` that also moves a bar, of so many steps if their number is known; off a terminal there is no bar."""
    if not sys.stderr.isatty():
        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(TextColumn(doing), BarColumn(), TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(doing, total=total)

        def tell(text: str) -> None:
            console.print(printable(text), markup=False, highlight=False)
            progress.advance(task)

        yield tell


def show_json(value: Any) -> None:
    """Print data as JSON on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_rows(rows: Sequence[Mapping[str, Any]], as_json: bool = False, empty: str = "nothing to show") -> None:
    """Print rows as a table on stdout, or as JSON."""
    if as_json:
        show_json(rows)
        return
    if not rows:
        say(empty)
        return
    from rich.console import Console

    # Off a terminal a table is as wide as its content: a narrow pipe would cut paths in two.
    console = Console(width=None if sys.stdout.isatty() else _LONGEST)
    table = _table(rows)
    whole = console.measure(table, options=console.options.update(max_width=_LONGEST)).maximum
    if console.width < min(whole, _LEAST_WIDTH * len(rows[0])):
        for row in rows:
            console.print(_block(row), "")
    else:
        console.print(table)


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, value in rows[0].items():
        table.add_column(
            name.replace("_", " "), justify="right" if isinstance(value, int | float) else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    return table


def _block(row: Mapping[str, Any]) -> Table:
    """Return one row below itself, for a terminal that is too narrow for all columns."""
    from rich.table import Table

    block = Table.grid(padding=(0, 2))
    block.add_column(no_wrap=True)
    block.add_column(overflow="fold")
    for name, value in row.items():
        block.add_row(name.replace("_", " "), _cell(value))
    return block


def _cell(value: Any) -> Text:
    """Return a value as it stands: in a text alone Rich reads brackets as its own marks."""
    from rich.text import Text

    return Text("" if value is None else printable(str(value)))


def confirm(question: str, yes: bool) -> None:
    """Ask before a change; off a terminal only --yes goes on."""
    if yes:
        return
    if not sys.stdin.isatty():
        say(f"{question} Say --yes: there is no terminal to ask.")
        raise typer.Exit(2)
    typer.confirm(question, abort=True, err=True)
