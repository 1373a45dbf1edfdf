"""The stack itself: up, down, status, doctor, dsn, psql."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict
from typing import Annotated

import typer

from infra.cli.terminal import Json, say, show_rows
from transforms.errors import CasebridgeError

Role = Annotated[str, typer.Option(help="One of owner, loader, modeller, gate, analyst.")]


def up(
    airflow: Annotated[bool, typer.Option("--with-airflow/--without-airflow", help="Start Airflow too.")] = True,
) -> None:
    """Start the services. Example: [bold]casebridge up[/]."""
    from infra.settings import settings
    from infra.stack.stack import up as bring_up

    bring_up(settings(), say, airflow)


def down() -> None:
    """Stop the services, whatever their state. Example: [bold]casebridge down[/]."""
    from infra.settings import settings
    from infra.stack.stack import down as take_down

    take_down(settings(), say)


def status(as_json: Json = False) -> None:
    """Show the services. Example: [bold]casebridge status --json[/]."""
    from infra.settings import settings
    from infra.stack.stack import status as read_status

    states = read_status(settings())
    show_rows([asdict(state) for state in states], as_json)
    if any(state.state != "running" for state in states):
        raise typer.Exit(2)


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
        raise CasebridgeError(
            "there is no psql", "beside the server's programs and on PATH", "use `casebridge dsn` with any client"
        )
    environment = {**os.environ, "PGPASSWORD": address.password(role)}
    name = f"host={address.pg_host} port={address.pg_port} user={role} dbname={address.database}"
    os.execve(program, [program, name, *(arguments or [])], environment)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (up, down, status, dsn, psql):
        app.command(rich_help_panel="Stack")(command)
