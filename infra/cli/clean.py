"""What the line makes of a value: the cleaners that Spark runs, over lines of text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.terminal import say
from transforms.errors import CasebridgeError


class Kind(StrEnum):
    """What the lines hold."""

    DATE = "date"
    AMOUNT = "amount"
    USCC = "uscc"
    ORG_CODE = "org_code"
    RESIDENT_ID = "resident_id"
    PATENT_NO = "patent_no"
    TRADEMARK_NO = "trademark_no"
    RIGHT_NO = "right_no"
    DOC_NO = "doc_no"
    CASE_NO = "case_no"
    REGION = "region"
    PARTY_NAME = "party_name"
    AGENCY_NAME = "agency_name"
    HS = "hs"
    NICE = "nice"
    LEGAL_BASIS = "legal_basis"


_CLEANERS = {Kind.CASE_NO: "court_case_no", Kind.HS: "hs_code", Kind.NICE: "nice_class"}


def clean(
    kind: Annotated[Kind, typer.Argument(help="What the lines hold.")],
    path: Annotated[Path | None, typer.Argument(help="A file of UTF-8 text; else standard input.")] = None,
    unit: Annotated[str | None, typer.Option(help="Of an amount's column: 元, 千元, 万元 or 亿元.")] = None,
    on: Annotated[str | None, typer.Option(help="The day, for a region; of the act, for a legal basis.")] = None,
    epoch: Annotated[str | None, typer.Option(help="Of a date's column that counts from 1970: s or ms.")] = None,
    by: Annotated[str | None, typer.Option(help="The day of the decision, for a legal basis.")] = None,
) -> None:
    """Say what the line would make of each value, one a line, as JSON lines.

    Example: [bold]echo 贰万叁仟元整 | casebridge clean amount --unit 万元[/].
    """
    from transforms.normalise.cleaners.registry import cleaner

    told = ", ".join(f"{name}={value}" for name, value in (("unit", unit), ("epoch", epoch)) if value)
    bound = cleaner(_CLEANERS.get(kind, kind) + (f"({told})" if told else ""))
    given = {name: _day(day, f"--{name}") for name, day in (("on", on), ("by", by)) if day is not None}
    for name in given:
        if name not in bound.params:
            raise CasebridgeError(f"{kind} does not ask for a day {name}", f"--{name}", f"leave --{name} out")
    for raw in _lines(path):
        value, reason = bound.plain(raw, **given)
        _show({"raw": raw, "value": value, "reason": reason})


def _show(outcome: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def _day(text: str, where: str) -> Any:
    from transforms.normalise.cleaners.dates import clean_date

    day, reason = clean_date(text)
    if day is None:
        raise CasebridgeError(f"{text!r} is no day ({reason or 'empty'})", where, "write it as 2026-12-31")
    return day


def _lines(path: Path | None) -> Iterator[str]:
    where = str(path or "standard input")
    if path is None and sys.stdin.isatty():
        say("type one value a line; Ctrl-D ends")
    try:
        with (path or Path("/dev/stdin")).open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield _decoded(line, f"{where}, line {number:,}")
    except OSError as error:
        raise CasebridgeError(f"cannot be read: {error.strerror}", where, "name a file that exists") from error


def _decoded(line: bytes, where: str) -> str:
    try:
        return line.decode("utf-8-sig" if where.endswith(", line 1") else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise CasebridgeError(
            f"this is no UTF-8 text: {error.reason}", where, "convert it, as collect would"
        ) from error


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(rich_help_panel="Line")(clean)
