"""What the materialization promises, one promise a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from tests.integration.versioned.project import COLUMNS, FCT_ITEM, write_project
from transforms.errors import CasebridgeError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.versioned.warehouse import Warehouse


@pytest.fixture
def house(warehouse: Warehouse) -> Warehouse:
    """Give a warehouse with one published release of two items."""
    admission = warehouse.admit()
    warehouse.record(admission, "r1", "i1", "1.00")
    warehouse.record(admission, "r2", "i2", "2.50", tier=2)
    warehouse.release()
    return warehouse


@pytest.fixture
def changed(house: Warehouse, tmp_path: Path) -> Warehouse:
    """Give the same warehouse, its project in a folder that a test may change."""
    house.project = write_project(tmp_path / "project")
    return house


_TABLES = "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"


def _written(house: Warehouse) -> set[tuple[Any, ...]]:
    """Return each row of each table: its place, and who wrote, locked or ended it."""
    found: set[tuple[Any, ...]] = set()
    for table in house.admin.execute(_TABLES).fetchall():
        rows = sql.SQL("select tableoid::regclass::text, ctid::text, xmin::text, xmax::text from only {}")
        found.update(house.admin.execute(rows.format(sql.Identifier(*table))).fetchall())
    return found


def test_a_release_that_touches_nothing_writes_nothing(house: Warehouse) -> None:
    house.admit()
    release = house.begin()
    before = _written(house)
    built = house.build(release)
    assert _written(house) == before
    assert built.rows_changed == 0
    assert not built.changes


def test_dbt_keeps_no_flags_of_the_run_before(house: Warehouse) -> None:
    from dbt.adapters.base.impl import DEFAULT_BASE_BEHAVIOR_FLAGS

    house.run("list")
    after_one = len(DEFAULT_BASE_BEHAVIOR_FLAGS)
    house.run("list")
    assert len(DEFAULT_BASE_BEHAVIOR_FLAGS) == after_one


def test_a_row_that_goes_back_to_what_it_was_has_no_new_version(house: Warehouse) -> None:
    release = house.begin()
    house.record(house.admit(), "r1", "i1", "9")
    house.take(release)
    assert house.build(release).rows_changed > 0
    house.record(house.admit(), "r1", "i1", "1")
    house.take(release)
    assert house.build(release).rows_changed == 0


def test_an_abandoned_release_leaves_no_trace_and_hands_its_changes_to_the_next(house: Warehouse) -> None:
    house.record(house.admit(), "r1", "i1", "9")
    release = house.begin()
    house.build(release)
    house.abandon(release)
    assert house.one("select count(*) from marts_v.fct_item where released_in = 2 or retired_in = 2") == 0
    house.check()
    house.release()
    house.check()


def test_nothing_is_built_when_no_release_is_being_built(house: Warehouse) -> None:
    with pytest.raises(CasebridgeError, match="release 1 is published"):
        house.build(1)
    with pytest.raises(CasebridgeError, match="no release is being built"):
        house.run("run")


@pytest.mark.parametrize("wanted", ["2", "99", "-1", "newest", "building"])
def test_an_analyst_cannot_read_a_release_that_is_not_published(house: Warehouse, wanted: str) -> None:
    house.record(house.admit(), "r1", "i1", "9")
    house.build(house.begin())
    with house.session("analyst", wanted) as reader, pytest.raises(psycopg.Error):
        reader.execute("select * from marts.fct_item")


def test_an_analyst_can_read_views_only(house: Warehouse) -> None:
    with house.session("analyst") as reader:
        for query in (
            "select * from marts_v.fct_item",
            "select * from marts_v.fct_item__current",
            "delete from marts.fct_item",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(query.encode())


def test_a_table_cannot_be_read_as_of_a_release_before_its_first(changed: Warehouse) -> None:
    query = FCT_ITEM.replace("fct_item", "fct_late")
    write_project(changed.project, {"fct_late": query}, {"fct_late": COLUMNS["fct_item"]})
    changed.release(full=True)
    with changed.session("analyst") as reader:
        assert len(reader.execute("select * from marts.fct_late").fetchall()) == 2
    with changed.session("analyst", "1") as reader, pytest.raises(psycopg.Error, match="begins with release 2"):
        reader.execute("select * from marts.fct_late")


def test_a_gained_column_comes_at_the_end_and_older_releases_show_null(changed: Warehouse) -> None:
    query = FCT_ITEM.replace("select item_id, surviving.grp", "select item_id, 7 as bonus, surviving.grp")
    write_project(changed.project, {"fct_item": query}, {"fct_item": {"bonus": "integer", **COLUMNS["fct_item"]}})
    changed.record(changed.admit(), "r1", "i1", "9")
    release = changed.begin()
    with pytest.raises(CasebridgeError, match="column bonus is new"):
        changed.build(release)
    changed.build(release, full=True)
    changed.publish(release)
    with changed.session("analyst") as reader:
        cursor = reader.execute("select * from marts.fct_item")
        assert [column.name for column in cursor.description or ()][-1] == "bonus"
        assert {row[-1] for row in cursor} == {7}
    with changed.session("analyst", "1") as reader:
        assert {row[-1] for row in reader.execute("select * from marts.fct_item")} == {None}


def test_a_row_tells_since_which_release_it_stands_so(house: Warehouse) -> None:
    house.record(house.admit(), "r1", "i1", "9")
    house.release()
    query = "select item_id, released_in from marts.fct_item order by item_id"
    with house.session("analyst") as reader:
        assert reader.execute(query).fetchall() == [("i1", 2), ("i2", 1)]
    with house.session("analyst", "1") as reader:
        assert reader.execute(query).fetchall() == [("i1", 1), ("i2", 1)]


def test_a_view_made_before_rows_told_their_release_gains_it(changed: Warehouse) -> None:
    (definition,) = changed.admin.execute("select pg_get_viewdef('marts.fct_item'::regclass)").fetchone() or ("",)
    changed.admin.execute("drop view marts.fct_item")
    older = definition.replace("released_in,", "", 1).replace(",\n    released_in\n", "\n", 1)
    changed.admin.execute(f"create view marts.fct_item as {older}".encode())
    changed.admin.execute("alter view marts.fct_item owner to reader_views")
    query = FCT_ITEM.replace("select item_id, surviving.grp", "select item_id, 7 as bonus, surviving.grp")
    write_project(changed.project, {"fct_item": query}, {"fct_item": {"bonus": "integer", **COLUMNS["fct_item"]}})
    changed.release(full=True)
    with changed.session("analyst") as reader:
        cursor = reader.execute("select * from marts.fct_item")
        assert [c.name for c in cursor.description or ()] == [*COLUMNS["fct_item"], "released_in", "bonus"]


def test_a_lost_column_is_null_from_then_on(changed: Warehouse) -> None:
    query = FCT_ITEM.replace(" surviving.amount * rule.factor as amount,", "")
    columns = {name: kind for name, kind in COLUMNS["fct_item"].items() if name != "amount"}
    lone = {"fct_lone": FCT_ITEM.replace("fct_item", "fct_lone")}
    write_project(changed.project, lone, {"fct_lone": COLUMNS["fct_item"]})
    changed.release(full=True)
    write_project(changed.project, {"fct_lone": query.replace("fct_item", "fct_lone")}, {"fct_lone": columns})
    changed.release(full=True)
    with changed.session("analyst") as reader:
        assert {row[0] for row in reader.execute("select amount from marts.fct_lone")} == {None}
    with changed.session("analyst", "2") as reader:
        assert None not in {row[0] for row in reader.execute("select amount from marts.fct_lone")}


BROKEN = {
    "a wrong type": ("surviving.tier,", "surviving.tier::text as tier,", "contract"),
    "a missing column": (" surviving.tier,", "", "contract"),
    "an extra column": ("surviving.tier,", "surviving.tier, 1 as extra,", "contract"),
    "no _gone": (",\n    surviving.item_id is null as _gone", "", "_gone"),
    "a null _gone": ("surviving.item_id is null as _gone", "null::boolean as _gone", "_gone"),
    "a null key": (
        "select item_id, surviving.grp",
        "select nullif(item_id, 'i1') as item_id, surviving.grp",
        "item_id",
    ),
    "a key twice": (
        "cross join test.rule",
        "cross join test.rule cross join generate_series(1, 2)",
        "could not create unique index",
    ),
    "a null value": ("surviving.grp,", "null::text as grp,", "grp_is_required"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_model_that_breaks_its_contract_is_refused_whole(changed: Warehouse, fault: str) -> None:
    before, after, told = BROKEN[fault]
    assert before in FCT_ITEM
    write_project(changed.project, {"fct_item": FCT_ITEM.replace(before, after)})
    changed.record(changed.admit(), "r1", "i1", "9")
    release = changed.begin()
    with pytest.raises(CasebridgeError, match=told) as refused:
        changed.build(release)
    assert "fct_item" in refused.value.where
    assert refused.value.remedy
    assert changed.one("select count(*) from marts_v.fct_item where released_in = 2 or retired_in = 2") == 0


def test_a_retyped_column_is_refused(changed: Warehouse) -> None:
    query = FCT_ITEM.replace("surviving.tier,", "surviving.tier::bigint as tier,")
    write_project(changed.project, {"fct_item": query}, {"fct_item": COLUMNS["fct_item"] | {"tier": "bigint"}})
    with pytest.raises(
        CasebridgeError, match="column tier is integer in published releases and bigint in the contract"
    ):
        changed.build(changed.begin(), full=True)


def test_retired_rows_lie_in_partitions_that_are_made_as_numbers_grow(house: Warehouse) -> None:
    for amount in range(5):
        house.record(house.admit(), "r1", "i1", str(amount + 10))
        house.release()
    house.check()
    assert house.one("select count(*) from pg_inherits where inhparent = 'marts_v.fct_item'::regclass") == 3
    assert house.one("select count(*) from marts_v.fct_item__retired_4") == 3


def test_only_configured_roles_have_rights(changed: Warehouse) -> None:
    changed.admin.execute("grant select on marts.fct_item to loader")
    changed.release(full=True)
    grantees = """
        select string_agg(distinct a.grantee::regrole::text, ',') from pg_class c, aclexplode(c.relacl) a
        where a.grantee <> c.relowner and c.oid =
    """
    owner = "select relowner::regrole::text from pg_class where oid = 'marts.fct_item'::regclass"
    assert changed.one(grantees + "'marts.fct_item'::regclass") == "analyst,gate"
    assert changed.one(grantees + "'marts_v.fct_item'::regclass") == "gate,reader_views"
    assert changed.one(owner) == "reader_views"


def test_an_abandon_waits_for_a_model_that_is_being_built(house: Warehouse) -> None:
    release = house.begin()
    with house.session("modeller", "building") as builder, builder.transaction():
        builder.execute("select ops.join_release(%s)", (release,))
        with house.session("modeller") as other:
            other.execute("set lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute("select ops.undo_release(%s)", (release,))
    house.abandon(release)
    with house.session("modeller") as late, pytest.raises(psycopg.Error, match="is not being built"):
        late.execute("select ops.join_release(%s)", (release,))
