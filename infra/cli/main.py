"""The `casebridge` command: finds the noun modules beside it, and turns every error into one clear sentence."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Final, NoReturn

import typer

import infra.cli
from infra.cli.terminal import say
from transforms.errors import CasebridgeError, Terminal, reason_of, trace_of

DATA_SAID_NO: Final = 1
COULD_NOT_RUN: Final = 2
INTERRUPTED: Final = 130
# Below this no service can write a page, and any error may come of it.
FULL_BYTES: Final = 8 * 2**20

typer_app = typer.Typer(
    name="casebridge",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="One warehouse for intellectual-property enforcement.\n\n"
    "Example: [bold]casebridge up[/] starts the services, [bold]casebridge doctor[/] says what is wrong.",
)


def _register() -> None:
    for module in pkgutil.iter_modules(infra.cli.__path__):
        if module.name not in ("main", "onboard", "terminal"):
            importlib.import_module(f"infra.cli.{module.name}").register(typer_app)


def _speak_utf8() -> None:
    """Off a terminal data is UTF-8, whatever the locale; on one, what it cannot show is written as its number."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="backslashreplace")


def _configure_logging() -> None:
    """Send log lines to stderr; help is shown without paying for it."""
    if "--help" in sys.argv or len(sys.argv) < 2:
        return
    from infra.logging import configure
    from infra.settings import settings

    try:
        configure(settings().log_level)
    except CasebridgeError:
        # A wrong setting is told by the command that reads it.
        configure()


def _complain(error: CasebridgeError) -> None:
    say(f"casebridge: {error.what}")
    if error.where:
        say(f"  where:  {error.where}")
    if error.remedy:
        say(f"  remedy: {error.remedy}")


def _describe(error: Exception) -> CasebridgeError:
    """Turn an error that nobody expected into a sentence, and keep where it came from in the log."""
    from infra.settings import settings

    log = settings().layout.log("casebridge")
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{trace_of(error)}\n")
        where = str(log)
    except OSError:
        where = f"{type(error).__module__}.{type(error).__name__}; no log could be written"
    first = reason_of(error).strip().splitlines()[0]
    return CasebridgeError(
        f"not expected: {first}", where, "`casebridge doctor` looks for the cause; the log has the details"
    )


def name_full_disk(error: CasebridgeError, home: Path) -> CasebridgeError:
    """Return what is behind an error where the disk of a home has no room left, else the error."""
    folder = next(folder for folder in (home, *home.parents) if folder.exists())
    if shutil.disk_usage(folder).free >= FULL_BYTES:
        return error
    remedy = "free some space, then `casebridge up` and the same command again: nothing that was taken is lost"
    return CasebridgeError(f"the disk is full: {error.what}", str(folder), remedy)


def _could_not_run(error: CasebridgeError) -> NoReturn:
    from infra.settings import settings

    try:
        home = settings().home
    except CasebridgeError:
        _complain(error)
    else:
        _complain(name_full_disk(error, home))
    sys.exit(COULD_NOT_RUN)


def app() -> None:
    """Run the command; exit 0 when done, 1 when the data or a gate said no, 2 when it could not run."""
    _speak_utf8()
    try:
        _register()
        _configure_logging()
        typer_app()
    except Terminal as error:
        _complain(error)
        sys.exit(DATA_SAID_NO)
    except CasebridgeError as error:
        _could_not_run(error)
    except SystemExit as ended:
        # Typer makes this of an interrupt.
        if ended.code == INTERRUPTED:
            say("casebridge: interrupted; services that run keep running until `casebridge down`")
        raise
    except BrokenPipeError:
        # Whoever read the output has enough; Python would complain once more while it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:  # noqa: BLE001  # the one run boundary: a person gets a sentence, the log the traceback
        _could_not_run(_describe(error))


if __name__ == "__main__":
    app()
