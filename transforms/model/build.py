"""Build all models of the release that is being built, and say what each of them changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from transforms.errors import Terminal
from transforms.model.invoke import PROJECT, run_dbt

if TYPE_CHECKING:
    from pathlib import Path

    from transforms.connections import Connections

_RELEASE = """
select
    (select state from ops.release where release_id = %(release)s),
    exists (select from ops.release where state = 'published')
"""
_CHANGES = "select model, added, removed from ops.release_model where release_id = %(release)s order by model"


@dataclass(frozen=True)
class ModelChange:
    """Row versions that a release added to and removed from one model."""

    model: str
    added: int
    removed: int


@dataclass(frozen=True)
class BuildResult:
    """What building a release changed; `whole` says that every key was computed."""

    release_id: int
    whole: bool
    changes: tuple[ModelChange, ...]
    seconds_by_node: tuple[tuple[str, float], ...]

    @property
    def rows_changed(self) -> int:
        """Count the row versions added and removed; 0 means that readers would see no difference."""
        return sum(change.added + change.removed for change in self.changes)


def build(connections: Connections, release_id: int, *, full: bool = False, project: Path = PROJECT) -> BuildResult:
    """Build the models of a release; again is safe, for each model first takes its rows of the release back.

    `full` computes every key, for a release that changes code or vocabularies; the first release is always full.
    """
    dsn = connections.dsn("modeller")
    whole = full or not _is_anything_published(dsn, release_id)
    outcomes = run_dbt(connections, _command(whole), project=project)
    return BuildResult(
        release_id,
        whole,
        _changes(dsn, release_id),
        tuple((outcome.node, round(outcome.seconds, 3)) for outcome in outcomes),
    )


def _command(whole: bool) -> tuple[str, ...]:
    """Choose what to build: vocabularies and views change with the code only, and unit tests test the code."""
    command = ("build", "--no-write-json", "--exclude-resource-type", "unit_test")
    return (*command, "--full-refresh") if whole else (*command, "--select", "config.materialized:versioned")


def _is_anything_published(dsn: str, release_id: int) -> bool:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(_RELEASE, {"release": release_id}).fetchone()
    state, published = row or (None, False)
    if state != "building":
        raise Terminal(
            f"release {release_id} is {state or 'unknown'}, not being built",
            "ops.release",
            "begin a release, then build its models: a published or abandoned release is never built again",
        )
    return bool(published)


def _changes(dsn: str, release_id: int) -> tuple[ModelChange, ...]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(_CHANGES, {"release": release_id}).fetchall()
    return tuple(ModelChange(*row) for row in rows)
