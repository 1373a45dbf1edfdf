"""The warehouse, as one of its roles: dsn, psql; and the settings."""

from __future__ import annotations

import os
import shutil
from typing import Annotated

import typer

from infra.cli.terminal import Json, show_rows
from transforms.errors import CasebridgeError

Role = Annotated[str, typer.Option(help="One of owner, loader, modeller, gate, analyst, investigator.")]


def dsn(role: Role = "analyst") -> None:
    """Print the warehouse's address with its password. Example: [bold]psql "$(casebridge dsn)"[/]."""
    from infra.settings import connections

    print(connections().dsn(role))


def psql(
    role: Role = "analyst", arguments: Annotated[list[str] | None, typer.Argument(help="Given to psql.")] = None
) -> None:
    """Open the warehouse in psql. Example: [bold]casebridge psql -- -c 'select 1'[/]."""
    from infra.settings import connections, settings
    from infra.stack.postgres import find_bins

    address = connections()
    beside = [folder / "psql" for folder in find_bins(settings().pg_bin).values()]
    program = next((str(path) for path in beside if path.is_file()), shutil.which("psql"))
    if program is None:
        where, remedy = "beside the server's programs and on PATH", "use `casebridge dsn` with any other client"
        raise CasebridgeError("there is no psql", where, remedy)
    environment = {**os.environ, "PGPASSWORD": address.password(role)}
    name = f"host={address.pg_host} port={address.pg_port} user={role} dbname={address.database}"
    os.execve(program, [program, name, *(arguments or [])], environment)


def settings(
    as_json: Json = False,
    markdown: Annotated[bool, typer.Option(help="Print the table of infra/SETTINGS.md.")] = False,
) -> None:
    """Show the settings in force. Example: [bold]casebridge settings[/]."""
    from infra.settings import PREFIX, read_settings, write_table

    if markdown:
        print(write_table(), end="")
        return
    chosen = read_settings()
    rows = [
        {"variable": f"{PREFIX}{name.upper()}", "value": getattr(chosen, name), "sets": field.description}
        for name, field in type(chosen).model_fields.items()
    ]
    show_rows(rows, as_json)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (dsn, psql):
        app.command(rich_help_panel="Warehouse")(command)
    app.command(rich_help_panel="Stack")(settings)
