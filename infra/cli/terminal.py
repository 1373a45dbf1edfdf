"""How commands show things: data on stdout, talk on stderr, tables for people and JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final
from unicodedata import category

import typer

# Controls, marks that turn the direction of writing, and halves of characters.
_OBEYED: Final = frozenset({"Cc", "Cf", "Cs"})

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
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, value in rows[0].items():
        table.add_column(
            name.replace("_", " "), justify="right" if isinstance(value, int | float) else "left", overflow="fold"
        )
    for row in rows:
        # Not as text alone, in which Rich reads brackets as its own marks.
        table.add_row(*(Text("" if value is None else printable(str(value))) for value in row.values()))
    # Off a terminal a table is as wide as its content: a narrow pipe would cut paths in two.
    Console(width=None if sys.stdout.isatty() else 400).print(table)


def confirm(question: str, yes: bool) -> None:
    """Ask before a change; off a terminal only --yes goes on."""
    if yes:
        return
    if not sys.stdin.isatty():
        say(f"{question} Say --yes: there is no terminal to ask.")
        raise typer.Exit(2)
    typer.confirm(question, abort=True, err=True)
