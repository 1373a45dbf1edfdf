"""Contracts of sources: begun from a sample, checked against the archive, released, and held to what was released."""

from __future__ import annotations

import typer

from infra.cli.onboard import new
from infra.cli.replay import check, promises, release


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    sources = typer.Typer(no_args_is_help=True, help="Contracts. Example: [bold]casebridge source new may.csv[/].")
    for command in (new, check, release, promises):
        sources.command()(command)
    app.add_typer(sources, name="source", rich_help_panel="Ledger")
