"""The demo: the whole line on sample deliveries, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.terminal import Json, say, show_json, show_rows

if TYPE_CHECKING:
    from infra.runs.demo import Demo
    from infra.settings import Settings


def demo(
    timeout: Annotated[int, typer.Option(help="Seconds without news after which it gives up.")] = 600,
    as_json: Json = False,
) -> None:
    """Run the whole line on sample deliveries. Example: [bold]casebridge demo[/]."""
    from dataclasses import asdict

    from infra.runs.demo import run_demo
    from infra.settings import settings

    shown = run_demo(settings(), say, timeout)
    if as_json:
        show_json(asdict(shown))
    else:
        _show(shown, settings())


def _show(shown: Demo, chosen: Settings) -> None:
    print("\nThe books: sent = current + superseded + duplicate + quarantined + held + withdrawn")
    show_rows([{k: v for k, v in row.items() if k != "in_flight"} for row in shown.books["sources"]])
    new = "new" if shown.is_new_release else "nothing changed, so no new one was made"
    print(f"Release {shown.release}: {new}; rows written in canonical and marts_v by this run: {shown.rows_written:,}")
    print("\nThe gates of this release")
    show_rows(shown.gates)
    print(f"The pack ({'new' if shown.is_new_pack else 'known, not built again'}): {shown.pack}")
    print(f"  proves itself by: .venv/bin/casebridge pack verify {shown.pack}")
    for question, rows in shown.answers.items():
        print(f"\n{question}")
        show_rows(rows)
    _show_addresses(chosen)
    print(f"\nDone in {shown.seconds:.0f} s. `make down` stops it all.")


def _show_addresses(chosen: Settings) -> None:
    port = chosen.layout.read_services()["airflow"]["port"]
    passwords = chosen.layout.secrets / "airflow_passwords.json"
    print("\nStill running")
    print(f"  Airflow    http://127.0.0.1:{port}  log in as admin; password: {passwords}")
    print("  warehouse  .venv/bin/casebridge psql    as analyst; `casebridge dsn` prints its address")


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(rich_help_panel="Stack")(demo)
