"""Build all models of the release that is being built, and say what each of them changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from schemas.contracts import entities
from transforms.errors import Terminal
from transforms.model.invoke import PROJECT, run_dbt
from transforms.model.retold import find_retold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from transforms.connections import Connections

_RELEASE = """
select
    (select state from ops.release where release_id = %(release)s),
    exists (select from ops.release where state = 'published')
"""
_ADMISSIONS = "select array_agg(admission_id) from ops.admission where release_id = %(release)s"
# Claims are indexed by their record, and records by what happened to them.
_HAS_CHANGED = (
    "exists (select from canonical.record as r join {entity} as e using (record_id) where r.{change} = any({taken}))"
)
_IS_RETOLD = (
    "exists (select from staging.retold as t join {entity} as e using (record_id) where t.release_id = {release})"
)
VERSIONED = "config.materialized:versioned"
_BUILD = ("build", "--no-write-json", "--exclude-resource-type", "unit_test")
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
    Another builds the models that hang on an entity of which it changes a claim: no other has a touched key.
    """
    dsn = connections.dsn("modeller")
    whole = full or not _is_anything_published(dsn, release_id)
    if project == PROJECT:
        find_retold(dsn, release_id, whole=whole)
    if whole:
        # Vocabularies and views change with the code only, and unit tests test the code.
        chosen: tuple[str, ...] = ("--full-refresh",)
    elif project == PROJECT:
        chosen = selection(_changed_entities(dsn, release_id))
    else:
        chosen = ("--select", VERSIONED)
    outcomes = run_dbt(connections, (*_BUILD, *chosen), project=project) if chosen else ()
    return BuildResult(
        release_id,
        whole,
        _changes(dsn, release_id),
        tuple((outcome.node, round(outcome.seconds, 3)) for outcome in outcomes),
    )


def selection(changed: Iterable[str]) -> tuple[str, ...]:
    """Say to dbt which models hang on these entities; nothing for none."""
    found = [f"source:canonical.{entity}+,{VERSIONED}" for entity in changed]
    return ("--select", *found) if found else ()


def _changed_entities(dsn: str, release_id: int) -> list[str]:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(_ADMISSIONS, {"release": release_id}).fetchone()
        taken = sql.Literal(row[0] or [] if row else [])
        query = sql.SQL(" union all ").join(_if_changed(entity, taken, release_id) for entity in entities())
        return [name for (name,) in connection.execute(query)]


def _if_changed(entity: str, taken: sql.Literal, release_id: int) -> sql.Composable:
    """Yield the name of an entity that a record claims of which the release changes anything, or who tells it."""
    table = sql.Identifier("canonical", entity)
    changes = [
        sql.SQL(_HAS_CHANGED).format(entity=table, change=sql.Identifier(change), taken=taken)
        for change in ("admission_id", "superseded_in", "withdrawn_in", "reread_in")
    ]
    changes.append(sql.SQL(_IS_RETOLD).format(entity=table, release=sql.Literal(release_id)))
    return sql.SQL("select {} as entity where {}").format(sql.Literal(entity), sql.SQL(" or ").join(changes))


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
