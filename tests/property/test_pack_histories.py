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
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql

from schemas.packs import packs
from tests.integration.packs.warehouse import KEYS, MODELS, add, case, decision, make_warehouse, publish, sanction, uid
from transforms.connections import Connections
from transforms.extract.apply import verify_delta
from transforms.extract.build import Built, build_pack
from transforms.extract.sign import PUBLIC_KEY

EXAMPLES = 12
FIRST = date(2026, 1, 1)
(CONTRACT,) = packs()["cnipa"]
Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]
History: TypeAlias = tuple[dict[str, list[Row]], list[tuple[list[tuple[str, Row, bool]], int]]]

_some = st.sampled_from([1, 2, 3])
_seldom = st.sampled_from([False, False, False, True])
_ends = st.none() | st.integers(0, 4).map(lambda days: str(FIRST + timedelta(days)))
_cases = st.builds(
    lambda n, other, open_, goods: (
        case(n, is_ip=not other, proceeding="DETENTION" if open_ else "PENALTY", goods=goods)
        | ({"disposition": None} if open_ else {})
    ),
    _some,
    _seldom,
    _seldom,
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
_first = st.fixed_dictionaries({model: st.lists(rows, min_size=2, max_size=4) for model, rows in _ROWS.items()})
# Of a row that is drawn a release shows what it says, or nothing more.
_edits = st.lists(st.one_of([st.tuples(st.just(model), rows, _seldom) for model, rows in _ROWS.items()]), max_size=3)
# What each release edits, and by how many days the pack of it is later than the last one.
_history = st.tuples(_first, st.lists(st.tuples(_edits, st.integers(0, 2)), min_size=1, max_size=3))

# Chance seldom lets a decision move from one case of the pack to another.
_TWO_CASES: dict[str, list[Row]] = {
    "fct_case": [case(1), case(2)],
    "fct_decision": [decision(11, 1)],
    "fct_sanction": [sanction(21, 11, 1)],
    "dim_party": [],
    "bridge_case_party": [],
}


@pytest.fixture(scope="module")
def connections(stack: Connections, tmp_path_factory: pytest.TempPathFactory) -> Connections:
    return make_warehouse(stack, tmp_path_factory.mktemp("histories"))


def empty(connections: Connections) -> None:
    with psycopg.connect(connections.dsn("owner")) as owner:
        tables = [sql.Identifier("marts_v", model) for model in MODELS]
        tables += [sql.Identifier("ops", "release"), sql.Identifier("ops", "pack")]
        owner.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(tables)))
    shutil.rmtree(connections.outbox, ignore_errors=True)


class Warehouse:
    """What the newest release shows, by model and key, of a warehouse that is given one release after another."""

    def __init__(self, connections: Connections, first: dict[str, list[Row]]) -> None:
        """Publish release 1."""
        empty(connections)
        self.connections, self.release = connections, 1
        self.shown: dict[str, dict[Key, Row]] = {}
        for model, rows in first.items():
            self.shown[model] = {key_of(model, row): row for row in rows}
            add(connections, model, list(self.shown[model].values()))
        publish(connections, 1)

    def edit(self, edits: list[tuple[str, Row, bool]]) -> None:
        """Publish a release that shows these rows, or shows them no more."""
        self.release += 1
        before = {model: dict(rows) for model, rows in self.shown.items()}
        for model, row, is_gone in edits:
            self.shown[model].pop(key_of(model, row), None)
            if not is_gone:
                self.shown[model][key_of(model, row)] = row
        for model, rows in self.shown.items():
            self._retire(model, [key for key, row in before[model].items() if rows.get(key) != row])
            came = [row for key, row in rows.items() if before[model].get(key) != row]
            add(self.connections, model, came, released=self.release)
        publish(self.connections, self.release)

    def _retire(self, model: str, keys: list[Key]) -> None:
        query = sql.SQL("update {} set retired_in = {} where ({})::text = {} and retired_in > {} and released_in < {}")
        names = sql.SQL(", ").join(map(sql.Identifier, KEYS[model]))
        with psycopg.connect(self.connections.dsn("owner")) as owner:
            for key in keys:
                row = sql.SQL("row({})").format(names)
                values = sql.Literal(f"({','.join(key)})")
                table = sql.Identifier("marts_v", model)
                owner.execute(query.format(table, self.release, row, values, self.release, self.release))


def key_of(model: str, row: Row) -> Key:
    return tuple(str(row[name]) for name in KEYS[model])


def build(connections: Connections, as_of: date) -> Built:
    return build_pack(connections, CONTRACT, None, as_of, unjudged)


def unjudged(_: object, __: object) -> None:
    """Judge nothing: gate pack has its own tests."""


def content(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(_history)
@example((_TWO_CASES, [([("fct_decision", decision(11, 2), False)], 0)]))
def test_the_last_pack_and_the_delta_make_the_new_pack(connections: Connections, history: History) -> None:
    first, later = history
    with pytest.MonkeyPatch.context() as patch:
        # Every case is read alone, so that what moves between cases is seen on one side only.
        patch.setattr("transforms.extract.delta.CASES_AT_ONCE", 1)
        warehouse, day = Warehouse(connections, first), FIRST
        built = [build(connections, day)]
        for edits, days in later:
            warehouse.edit(edits)
            day += timedelta(days)
            built.append(build(connections, day))
        key = connections.outbox / PUBLIC_KEY
        for last, new in pairwise(built):
            assert verify_delta(new.path, last.path, key) == new.since
        whole = content(built[-1].path)
        shutil.rmtree(built[-1].path)
        patch.setattr("transforms.extract.delta.CASES_AT_ONCE", 2)
        assert content(build(connections, day).path) == whole
        assert verify_delta(build_at_once(connections, built, day).path, built[0].path, key) == built[0].name.pack_id


def build_at_once(connections: Connections, built: list[Built], day: date) -> Built:
    """Build the last pack once more, elsewhere, as if none but the first had been built before it."""
    aside = replace(connections, outbox=connections.outbox.parent / "aside")
    shutil.rmtree(aside.outbox, ignore_errors=True)
    shutil.copytree(connections.outbox, aside.outbox)
    shutil.rmtree(aside.outbox / built[-1].name.pack_id)
    with psycopg.connect(connections.dsn("owner")) as owner:
        owner.execute("delete from ops.pack where pack_id <> %s", (built[0].name.pack_id,))
    return build(aside, day)
