"""What the line makes of real sets: accepted, quarantined, and right where a set carries its own answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.terminal import Json, say, show_json, show_rows

if TYPE_CHECKING:
    from infra.eval.run import Evaluated


def eval_real(
    real: Annotated[Path | None, typer.Option(help="Folder of the sets; else ../shared/real.")] = None,
    only: Annotated[str | None, typer.Option(help="One set.")] = None,
    disagreements: Annotated[bool, typer.Option("--disagreements", help="List them one by one, with --only.")] = False,
    as_json: Json = False,
) -> None:
    """Measure readers, cleaners and contracts on real sets. Example: [bold]casebridge eval-real --only hs[/]."""
    from infra.eval.run import BESIDE, chosen, evaluate, worst
    from transforms.errors import CasebridgeError

    if disagreements and not only:
        raise CasebridgeError("disagreements are listed of one set", "--disagreements", "say --only SET as well")
    names, folder = chosen(only), real or BESIDE
    if not folder.is_dir():
        say(f"no real sets: {folder} is not there, nothing was measured")
        names = ()
    done: list[Evaluated] = []
    for one in evaluate(folder, names):
        done.append(one)
        if not as_json:
            _show(one, disagreements=disagreements)
    if as_json:
        show_json({"sets": [asdict(one) for one in done], "worst": [asdict(one) for one in worst(done)]})
    elif done:
        print("The classes of error that lost or spoilt most")
        show_rows([asdict(one) for one in worst(done)], empty="none")


def _show(one: Evaluated, *, disagreements: bool) -> None:
    if one.measured is None:
        print(f"{one.name}: {one.problem}\n")
        return
    found = one.measured
    print(f"{one.name}: {found.records:,} records, {found.accepted:,} accepted, {one.seconds:.2f} s")
    for note in found.notes:
        print(f"  {note}")
    _show_counts("quarantined", found.quarantined)
    _show_counts("findings", found.findings)
    if found.shares:
        show_rows(
            [{"accuracy": s.what, "count": s.count, "of": s.of, "share": _share(s.count, s.of)} for s in found.shares]
        )
    if disagreements:
        show_rows([asdict(item) for item in found.disagreements], empty="no disagreements")


def _show_counts(what: str, counts: Mapping[str, int]) -> None:
    if counts:
        print(f"  {what}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.1f} %"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("eval-real", rich_help_panel="Stack")(eval_real)
