"""Run dbt in this process and keep the parsed project: parsing costs more than building a small release."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from transforms.errors import CasebridgeError
from transforms.model.apart import environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dbt.contracts.graph.manifest import Manifest

    from transforms.connections import Connections

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
_FAILED = frozenset({"error", "fail", "runtime error", "partial success"})
log = structlog.get_logger()
_parsed: dict[tuple[Path, Path, str], tuple[object, Manifest]] = {}


@dataclass(frozen=True)
class Outcome:
    """What became of one node: its name, dbt's word for it, its message and its seconds."""

    node: str
    status: str
    message: str
    seconds: float


def run_dbt(connections: Connections, command: Iterable[str], *, project: Path = PROJECT) -> tuple[Outcome, ...]:
    """Run one dbt command on the warehouse as the modeller, and log what warns.

    Raises CasebridgeError for the first node that failed.
    """
    manifest = _manifest(connections, project)
    outcomes = _invoke(connections, project, tuple(command), manifest)
    for outcome in outcomes:
        if outcome.status in _FAILED:
            raise _failure(outcome, _logs(connections))
        if outcome.status == "warn":
            log.warning("test of models warns", test=outcome.node, told=outcome.message)
    return outcomes


def _manifest(connections: Connections, project: Path) -> Manifest:
    """Parse the project, or copy what was parsed if no file has changed since: dbt marks the nodes of a manifest."""
    key, state = (project, connections.home, connections.database), _state(project)
    if key not in _parsed or _parsed[key][0] != state:
        parsed: Any = _result(connections, project, ("parse",), None)
        _parsed[key] = (state, parsed)
    return _parsed[key][1].deepcopy()


def _state(project: Path) -> object:
    """Describe the project's files, so that an edit between two runs is seen."""
    found = (path for path in sorted(project.rglob("*")) if path.is_file())
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in found)


def _invoke(
    connections: Connections, project: Path, command: tuple[str, ...], manifest: Manifest
) -> tuple[Outcome, ...]:
    result = _result(connections, project, command, manifest)
    return tuple(
        Outcome(str(r.node.name), str(r.status), str(r.message or ""), float(r.execution_time))
        for r in getattr(result, "results", ())
    )


def _result(connections: Connections, project: Path, command: tuple[str, ...], manifest: Manifest | None) -> object:
    # Imported here, because importing dbt takes seconds.
    from dbt.cli.main import dbtRunner

    _drop_repeated_flags()
    os.environ.update(_environment(connections))
    done = dbtRunner(manifest=manifest).invoke([*_flags(connections), *command, *_folders(connections, project)])
    if done.result is None or (done.exception is not None and not hasattr(done.result, "results")):
        what = str(done.exception or "dbt gave no result").strip()
        raise CasebridgeError(f"dbt {command[0]} did not run: {what}", str(project), _remedy(_logs(connections)))
    return done.result


def _drop_repeated_flags() -> None:
    """Keep the tenth run of a process as quick as the first."""
    from dbt.adapters.base.impl import DEFAULT_BASE_BEHAVIOR_FLAGS

    # dbt 1.11 adds the flags of an adapter to this list whenever it makes one, and walks the stack for each entry.
    DEFAULT_BASE_BEHAVIOR_FLAGS[:] = {flag["name"]: flag for flag in DEFAULT_BASE_BEHAVIOR_FLAGS}.values()


def _environment(connections: Connections) -> Mapping[str, str]:
    return {
        "DBT_PG_HOST": connections.pg_host,
        "DBT_PG_PORT": str(connections.pg_port),
        "DBT_PG_DATABASE": connections.database,
        # dbt masks the values of variables of this prefix in its logs.
        "DBT_ENV_SECRET_PG_PASSWORD": connections.password("modeller"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        **environment(),
    }


def _flags(connections: Connections) -> tuple[str, ...]:
    logs = str(_logs(connections))
    return (
        "--quiet",
        "--no-use-colors",
        "--no-version-check",
        "--log-level",
        "none",
        "--log-level-file",
        "info",
        "--log-path",
        logs,
    )


def _folders(connections: Connections, project: Path) -> tuple[str, ...]:
    target = str(connections.home / "run" / "dbt" / project.name)
    return ("--project-dir", str(project), "--profiles-dir", str(project), "--target-path", target)


def _logs(connections: Connections) -> Path:
    return connections.home / "logs" / "dbt"


def _failure(outcome: Outcome, logs: Path) -> CasebridgeError:
    return CasebridgeError(f"{outcome.node}: {outcome.message.strip()}", f"dbt model {outcome.node}", _remedy(logs))


def _remedy(logs: Path) -> str:
    return f"read {logs / 'dbt.log'}, mend the model or the data, then build again: a release may be built repeatedly"
