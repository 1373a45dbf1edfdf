"""What became of a delivery is told from the rows of its own source, which an index finds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg

from tests.support.warehouses import warehouse_beside
from transforms.ledger.fate import TOLD, fate

if TYPE_CHECKING:
    from transforms.connections import Connections

RECORDS = """
insert into ops.delivery (delivery_id, source, body_id, mode, state, sent_count) values ('d', 's', 'b', 'batch',
    'closed', 3);
insert into ops.admission (kind) values ('batch');
insert into canonical.record (record_id, source, body_id, delivery_id, row_number, record_key, source_time,
    delivery_seq, image, raw_hash, kafka_offset, batch_id, admission_id, is_withdrawal)
select i, case when i < 3 then 's' else 'another' end, 'b', 'd', i, 'k' || i, '2026-01-01', 1, 'i', 'h', i, 1, 1, false
from generate_series(1, 4) i;
insert into ops.quarantine (source, body_id, delivery_id, row_number, delivery_seq, image, slice_id, admission_id)
select source, 'b', 'd', 9, 1, 'i', 1, 1 from unnest(array['s', 'another']) source;
"""


# What was read again, of many deliveries: as much as in a warehouse that replays read often.
REREAD = """
insert into canonical.record (record_id, source, body_id, delivery_id, row_number, record_key, source_time,
    delivery_seq, image, raw_hash, kafka_offset, batch_id, admission_id, is_withdrawal, reread_in)
select i, 's', 'b', 'd' || i % 500, i, 'k' || i, '2026-01-01', 1, 'i', 'h', i, 1, 1, false, 2
from generate_series(1, 20000) i;
insert into ops.quarantine (source, body_id, delivery_id, row_number, delivery_seq, image, slice_id, admission_id,
    reread_in)
select 's', 'b', 'd' || i % 500, i, 1, 'i', 1, 1, 2 from generate_series(1, 20000) i;
analyze canonical.record;
analyze ops.quarantine;
"""


def test_only_rows_of_the_source_of_a_delivery_are_told(stack: Connections) -> None:
    with warehouse_beside(stack, "told") as there:
        with psycopg.connect(there.dsn("owner")) as connection:
            connection.execute(RECORDS)
        told = fate(there, "d", 5)
    counts = {row["state"]: row["records"] for row in told["states"]}
    assert (counts, told["without_row"]) == ({"current": 2, "quarantined": 1}, 0)


def test_what_was_read_again_is_found_by_its_delivery(stack: Connections) -> None:
    with warehouse_beside(stack, "told_again") as there, psycopg.connect(there.dsn("owner")) as connection:
        connection.execute(REREAD)
        plan = connection.execute(f"explain {TOLD}".encode(), {"source": "s", "delivery": "d7"}).fetchall()
    told = "\n".join(line for (line,) in plan)
    assert {"record_reread_of", "quarantine_reread_of"} <= set(re.findall(r"\w+_of\b", told)), told
    assert "Seq Scan" not in told


def test_a_record_that_nobody_waits_for_any_more_is_told_as_that_and_not_as_usable(stack: Connections) -> None:
    with warehouse_beside(stack, "told") as there:
        with psycopg.connect(there.dsn("owner")) as connection:
            connection.execute(RECORDS)
            connection.execute("update ops.quarantine set closed_in = 1")
        told = fate(there, "d", 5)
    (closed,) = told["later"]
    why = "a later record of its key came, or a newer snapshot lacks it"
    assert (closed["state"], closed["why"]) == ("superseded", why)
