"""The stack itself: up, down, status, doctor, remove."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from infra.cli.terminal import DryRun, Json, Yes, confirm, say, show_rows, steps


def up(
    airflow: Annotated[bool, typer.Option("--with-airflow/--without-airflow", help="Start Airflow too.")] = True,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Start the services. Example: [bold]casebridge up[/]."""
    from infra.settings import settings
    from infra.stack.stack import plan_up
    from infra.stack.stack import up as bring_up

    chosen = settings()
    if dry_run:
        show_rows([asdict(planned) for planned in plan_up(chosen, airflow)], as_json)
        return
    # Each service tells once, and so do the migrations.
    with steps("Starting", len(plan_up(chosen, airflow)) + 1) as tell:
        bring_up(chosen, tell, airflow)


def down(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Stop the services, whatever their state. Example: [bold]casebridge down[/]."""
    from infra.settings import settings
    from infra.stack.stack import down as take_down
    from infra.stack.stack import plan_down

    chosen = settings()
    if dry_run:
        show_rows([asdict(planned) for planned in plan_down(chosen)], as_json)
        return
    with steps("Stopping", None) as tell:
        take_down(chosen, tell)


def status(as_json: Json = False) -> None:
    """Show the services. Example: [bold]casebridge status --json[/]."""
    from infra.settings import settings
    from infra.stack.stack import status as read_status

    show_rows([asdict(state) for state in read_status(settings())], as_json)


def doctor(as_json: Json = False) -> None:
    """Say what is wrong, why, and what to do. Example: [bold]casebridge doctor[/]."""
    from infra.settings import settings
    from infra.stack.doctor import examine

    found = examine(settings())
    show_rows([asdict(checked) for checked in sorted(found, key=lambda checked: checked.state)], as_json)
    if any(checked.state == "bad" for checked in found):
        raise typer.Exit(2)


def remove(yes: Yes = False, dry_run: DryRun = False) -> None:
    """Stop the services and remove everything they wrote. Example: [bold]casebridge remove --yes[/]."""
    from infra.settings import settings
    from infra.stack.stack import remove as take_away

    say(f"this removes {settings().home}: warehouse, archive, vault, keys and packs")
    if not dry_run:
        confirm("Remove it?", yes)
        take_away(settings(), say)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (up, down, status, doctor, remove):
        app.command(rich_help_panel="Stack")(command)
