"""Releases: begin, publish with one row, or abandon and hand the admissions back."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from transforms.errors import CasebridgeError
from transforms.model.apart import variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from transforms.connections import Connections

ROOT = Path(__file__).resolve().parents[2]
UNCHANGED = "nothing visible changed"
# Fewer rows than this do not make a plan of the models bad.
ANALYZE_ABOVE = 500

_NEWEST = """
select release_id, state, reason, code_digest, contracts_digest, vocabularies_digest, started_at
from ops.release order by release_id desc limit 1
"""
# What a gate refused has shown its rules to nobody.
_SHOWN = """
select code_digest, contracts_digest, vocabularies_digest from ops.release
where state = 'published' or (state = 'abandoned' and reason = %(unchanged)s) order by release_id desc limit 1
"""
_TAKE = "update ops.admission set release_id = %s where release_id is null and changes > 0"
# A row that was let in and superseded by one admission corrects nothing that was ever shown.
_CAUSES = """
with taken as (
    select admission_id, kind from ops.admission where release_id = %(release)s
), change as (
    select case when t.kind in ('replay', 'reused_identifier') then t.kind when r.is_withdrawal then 'withdrawal'
        else 'arrival' end as cause
    from canonical.record r join taken t using (admission_id)
    union all
    select case when t.kind in ('replay', 'reused_identifier') then t.kind else 'correction' end
    from canonical.record r join taken t on t.admission_id = r.superseded_in
    where r.admission_id <> r.superseded_in
    union all
    select case when t.kind in ('replay', 'reused_identifier') then t.kind else 'absence' end
    from canonical.record r join taken t on t.admission_id = r.withdrawn_in
), counted as (
    select cause, count(*) as records from change group by cause
)
update ops.release set causes = coalesce((select jsonb_object_agg(cause, records) from counted), '{}')
where release_id = %(release)s
"""
_IS_LARGE = "select sum(changes) > %(least)s from ops.admission where release_id = %(release)s"
_PENDING = """
select exists (
    select from ops.admission
    where release_id is null and changes > 0 and (%(since)s::timestamptz is null or admitted_at > %(since)s)
)
"""


@dataclass(frozen=True)
class Digests:
    """What a release was made with, as SHA-256 of the files: models, canonical contracts, vocabularies.

    With the canonical contracts go the sources that the models treat apart, as the source contracts list them.
    """

    code: str
    contracts: str
    vocabularies: str

    @classmethod
    def of_this_code(cls) -> Digests:
        """Compute the digests of the files as they lie here."""
        return cls(
            _digest(p for d in ("models", "macros") for p in (ROOT / "dbt_project" / d).rglob("*") if p.is_file()),
            _digest((ROOT / "schemas" / "canonical").glob("*.yaml"), variables()),
            _digest((ROOT / "schemas" / "vocabularies").glob("*.csv")),
        )


@dataclass(frozen=True)
class Building:
    """A release that is being built; `is_rule_change` asks for all keys."""

    release_id: int
    is_rule_change: bool


def begin_release(connections: Connections, *, retry: bool = False) -> Building | None:
    """Return the release to build: the one that a crash left building, else a new one, else None.

    A new one is begun where admissions wait that no published release has taken, or where code, contracts or
    vocabularies differ from the newest release. After an abandoned release it takes a newer admission, or `retry`.
    """
    building = _begin(connections, retry)
    if building is not None:
        with psycopg.connect(connections.dsn("modeller")) as connection:
            if _value(connection, _IS_LARGE, {"release": building.release_id, "least": ANALYZE_ABOVE}):
                connection.execute("select ops.analyze_canonical()")
    return building


def _begin(connections: Connections, retry: bool) -> Building | None:
    digests = Digests.of_this_code()
    with psycopg.connect(connections.dsn("modeller")) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('casebridge release'))")
        newest = connection.execute(_NEWEST).fetchone()
        number, state, reason, *before, started = newest or (0, "published", None, None, None, None, None)
        now = [digests.code, digests.contracts, digests.vocabularies]
        shown = connection.execute(_SHOWN, {"unchanged": UNCHANGED}).fetchone()
        is_rule_change = shown is not None and list(shown) != now
        if state == "building":
            connection.execute(_TAKE, (number,))
            _write_digests(connection, number, digests)
            return Building(number, is_rule_change or before != now or _is_rule_change(connection, number))
        refused = state == "abandoned" and reason != UNCHANGED
        since = started if refused and not retry else None
        is_untried = (newest is not None and before != now) or (retry and is_rule_change)
        if not _value(connection, _PENDING, {"since": since}) and not is_untried:
            return None
        release_id = number + 1
        connection.execute(
            "insert into ops.release (release_id, state, cause) values (%s, 'building', %s)",
            (release_id, "rule change" if is_rule_change else "admission"),
        )
        _write_digests(connection, release_id, digests)
        connection.execute(_TAKE, (release_id,))
        return Building(release_id, is_rule_change)


def publish_release(connections: Connections, release_id: int, rows_changed: int) -> None:
    """Make the release visible to every reader: one row, which says by what cause how many records changed."""
    with psycopg.connect(connections.dsn("modeller")) as connection:
        connection.execute("select ops.close_release(%s)", (release_id,))
        connection.execute(_CAUSES, {"release": release_id})
        done = connection.execute(
            "update ops.release set state = 'published', published_at = now(), rows_changed = %s "
            "where release_id = %s and state = 'building'",
            (rows_changed, release_id),
        )
        if done.rowcount != 1:
            raise CasebridgeError(f"release {release_id} is not being built", "publish", "see `casebridge releases`")


def abandon_release(connections: Connections, release_id: int, reason: str) -> None:
    """Undo every row of the release and hand its admissions back, in one transaction.

    Where nothing visible changed, the admissions are done with: they would change nothing again.
    """
    with psycopg.connect(connections.dsn("modeller")) as connection:
        connection.execute("select ops.undo_release(%s)", (release_id,))
        settled = ", changes = 0" if reason == UNCHANGED else ""
        connection.execute(
            f"update ops.admission set release_id = null{settled} where release_id = %s",  # noqa: S608  # constant text
            (release_id,),
        )
        connection.execute(
            "update ops.release set state = 'abandoned', abandoned_at = now(), reason = %s, rows_changed = 0 "
            "where release_id = %s",
            (reason, release_id),
        )


def _write_digests(connection: psycopg.Connection[Any], release_id: int, digests: Digests) -> None:
    connection.execute(
        "update ops.release set code_digest = %s, contracts_digest = %s, vocabularies_digest = %s "
        "where release_id = %s",
        (digests.code, digests.contracts, digests.vocabularies, release_id),
    )


def _is_rule_change(connection: psycopg.Connection[Any], release_id: int) -> bool:
    query = "select cause = 'rule change' from ops.release where release_id = %s"
    return bool(_value(connection, query, (release_id,)))


def _value(connection: psycopg.Connection[Any], query: Any, values: Any) -> object:
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def _digest(paths: Iterable[Path], lists: Mapping[str, str] | None = None) -> str:
    total = sha256(repr(sorted((lists or {}).items())).encode())
    for path in sorted(paths):
        total.update(path.relative_to(ROOT).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()
