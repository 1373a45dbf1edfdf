"""Random histories of a warehouse: of every pack, the last one and the delta make the new one, file by file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from schemas.packs import packs
from tests.integration.pack_warehouse import KEYS, MODELS, add, case, decision, make_warehouse, publish, sanction, uid
from transforms.connections import Connections
from transforms.extract.apply import verify_delta
from transforms.extract.build import Built, build_pack
from transforms.extract.sign import PUBLIC_KEY

EXAMPLES = 12
FIRST = date(2026, 1, 1)
(CONTRACT,) = packs()["cnipa"]
Row: TypeAlias = dict[str, Any]

_some = st.sampled_from([1, 2, 3])
_ends = st.none() | st.integers(0, 4).map(lambda days: str(FIRST + timedelta(days)))
_cases = st.builds(
    lambda n, ip, open_, goods: (
        case(n, is_ip=ip, proceeding="DETENTION" if open_ else "PENALTY", goods=goods)
        | ({"disposition": None} if open_ else {})
    ),
    _some,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["茶", "酒"]),
)
_decisions = st.builds(lambda n, of, ends: decision(10 + n, of, ends), _some, _some, _ends)
_sanctions = st.builds(lambda n, decided, of: sanction(20 + n, 10 + decided, of), _some, _some, _some)
_parties = st.builds(
    lambda n, kind, name: {"party_id": uid(30 + n), "party_type": kind, "name_display": name},
    _some,
    st.sampled_from(["PERSON", "LEGAL"]),
    st.sampled_from(["张某", "李某", "某有限公司"]),
)
_roles = st.builds(lambda c, p: {"case_id": uid(c), "party_id": uid(30 + p), "role": "INFRINGER"}, _some, _some)
_ROWS = dict(zip(MODELS, (_cases, _decisions, _sanctions, _parties, _roles), strict=True))
_release = st.fixed_dictionaries({model: st.lists(rows, max_size=3) for model, rows in _ROWS.items()})
# What a release shows, and by how many days the pack of it is later than the last one.
_history = st.lists(st.tuples(_release, st.integers(0, 2)), min_size=2, max_size=4)


@pytest.fixture(scope="module")
def warehouse(stack: Connections, tmp_path_factory: pytest.TempPathFactory) -> Connections:
    return make_warehouse(stack, tmp_path_factory.mktemp("histories"))


def empty(connections: Connections) -> None:
    with psycopg.connect(connections.dsn("owner")) as owner:
        tables = [sql.Identifier("marts_v", model) for model in MODELS]
        tables += [sql.Identifier("ops", "release"), sql.Identifier("ops", "pack")]
        owner.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(tables)))
    shutil.rmtree(connections.outbox, ignore_errors=True)


def show(
    connections: Connections, release: int, model: str, rows: list[Row], shown: dict[tuple[str, ...], Row]
) -> None:
    """Let a release retire what it no longer shows, and add what is new or otherwise; `shown` becomes what it shows."""
    now = {tuple(str(row[name]) for name in KEYS[model]): row for row in rows}
    gone = [key for key, row in shown.items() if now.get(key) != row]
    with psycopg.connect(connections.dsn("owner")) as owner:
        for key in gone:
            same = sql.SQL(" and ").join(
                sql.SQL("{}::text = {}").format(sql.Identifier(name), value)
                for name, value in zip(KEYS[model], key, strict=True)
            )
            query = sql.SQL("update {} set retired_in = {} where {} and retired_in > {}")
            owner.execute(query.format(sql.Identifier("marts_v", model), release, same, release))
    add(connections, model, [row for key, row in now.items() if shown.get(key) != row], released=release)
    shown.clear()
    shown.update(now)


def build(connections: Connections, as_of: date) -> Built:
    return build_pack(connections, CONTRACT, None, as_of, unjudged)


def unjudged(_: object, __: object) -> None:
    """Judge nothing: gate pack has its own tests."""


def content(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(_history)
def test_the_last_pack_and_the_delta_make_the_new_pack(
    warehouse: Connections, history: list[tuple[dict[str, list[Row]], int]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Every case is read alone, so that what moves between cases is seen on one side only.
        patch.setattr("transforms.extract.delta.CASES_AT_ONCE", 1)
        empty(warehouse)
        shown: dict[str, dict[tuple[str, ...], Row]] = {model: {} for model in MODELS}
        built: list[Built] = []
        day = FIRST
        for release, (rows, days) in enumerate(history, 1):
            for model in MODELS:
                show(warehouse, release, model, rows[model], shown[model])
            publish(warehouse, release)
            day += timedelta(days)
            built.append(build(warehouse, day))
        key = warehouse.outbox / PUBLIC_KEY
        for last, new in pairwise(built):
            assert verify_delta(new.path, last.path, key) == new.since
        whole = content(built[-1].path)
        shutil.rmtree(built[-1].path)
        patch.setattr("transforms.extract.delta.CASES_AT_ONCE", 2)
        assert content(build(warehouse, day).path) == whole
        # Over all releases at once: as if those between had not been built.
        aside = replace(warehouse, outbox=warehouse.outbox.parent / "aside")
        shutil.copytree(warehouse.outbox, aside.outbox, dirs_exist_ok=True)
        shutil.rmtree(aside.outbox / built[-1].name.pack_id)
        with psycopg.connect(warehouse.dsn("owner")) as owner:
            owner.execute("delete from ops.pack where pack_id <> %s", (built[0].name.pack_id,))
        once = build(aside, day)
        assert verify_delta(once.path, built[0].path, key) == built[0].name.pack_id
        shutil.rmtree(aside.outbox)
