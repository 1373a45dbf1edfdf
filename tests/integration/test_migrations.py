"""A ledger that was made by an earlier version of Casebridge, brought to the newest migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from infra.migrations import require_newest, upgrade
from infra.runs.integrate import release, take_next_batch
from tests.support.warehouses import warehouse_beside
from transforms.errors import Terminal

if TYPE_CHECKING:
    from transforms.connections import Connections

# What 0004 left behind: the time of confirmation stands in the spine.
BEFORE = """
drop table canonical.confirmation;
alter table canonical.record add column confirmed_at timestamptz;
insert into canonical.record (record_id, source, body_id, delivery_id, row_number, record_key, source_time,
    delivery_seq, image, raw_hash, kafka_offset, batch_id, admission_id, is_withdrawal, confirmed_at)
select i, 's', 'b', 'd', i, 'k' || i, '2026-01-01', 1, 'i', 'h', i, 1, 1, false,
    case i when 2 then timestamptz '2026-02-01' else '2026-01-01' end
from generate_series(1, 3) i;
update ops.alembic_version set version_num = '0004';
"""

# What no index holds, of a time before claims were looked up by it.
PAGE = """
drop index canonical.case_reference_by_head_of_other_agency_name;
insert into canonical.case_reference (record_id, source, body_id, admission_id, source_time, reference_id, case_id,
    link_type, other_case_no, other_agency_name)
select 1, 's', 'b', 1, '2026-01-01', gen_random_uuid(), gen_random_uuid(), 'REVIEWS', '1', string_agg(md5(i::text), '')
from generate_series(1, 300) i;
"""
LOOKUP = "explain select from canonical.case_reference where left(other_agency_name, 300) = left('x', 300)"


def test_what_was_confirmed_stays_confirmed(stack: Connections) -> None:
    with warehouse_beside(stack, "older") as there:
        with psycopg.connect(there.dsn("owner")) as connection:
            connection.execute(BEFORE)
        upgrade(there)
        with psycopg.connect(there.dsn("loader")) as connection:
            confirmed = connection.execute(
                "select record_id, confirmed_at::date::text from canonical.confirmation"
            ).fetchall()
            connection.execute("update canonical.confirmation set confirmed_at = now() where record_id = 2")
            (records,) = connection.execute("select count(*) from canonical.record").fetchone() or (0,)
    assert confirmed == [(2, "2026-02-01")]
    assert records == 3


def test_a_page_that_was_read_as_a_name_breaks_no_index(stack: Connections) -> None:
    with warehouse_beside(stack, "older") as there:
        with psycopg.connect(there.dsn("owner")) as connection:
            connection.execute(PAGE)
        upgrade(there)
        with psycopg.connect(there.dsn("owner")) as connection:
            connection.execute("set enable_seqscan = off")
            plan = "\n".join(line for (line,) in connection.execute(LOOKUP).fetchall())
    assert "case_reference_by_head_of_other_agency_name" in plan


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ("update ops.alembic_version set version_num = '0004'", "migration 0004"),
        ("alter table canonical.goods_item drop column item_no", "goods_item.item_no"),
        ("drop table ops.alembic_version", "migration None"),
    ],
)
def test_a_warehouse_that_is_older_than_the_code_is_told_before_anything_is_planned(
    stack: Connections, change: str, lacks: str
) -> None:
    with warehouse_beside(stack, "older") as there:
        require_newest(there)
        with psycopg.connect(there.dsn("owner")) as connection:
            connection.execute(change.encode())
        for step in (take_next_batch, release):
            with pytest.raises(Terminal) as refused:
                step(there)
            assert lacks in str(refused.value)
            assert "casebridge up" in str(refused.value)
