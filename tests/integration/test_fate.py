"""What became of a delivery is told from the rows of its own source, where an index finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from tests.support.warehouses import warehouse_beside
from transforms.ledger.fate import fate

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


def test_only_rows_of_the_source_of_a_delivery_are_told(stack: Connections) -> None:
    with warehouse_beside(stack, "told") as there:
        with psycopg.connect(there.dsn("owner")) as connection:
            connection.execute(RECORDS)
        told = fate(there, "d", 5)
    counts = {row["state"]: row["records"] for row in told["states"]}
    assert (counts, told["without_row"]) == ({"current": 2, "quarantined": 1}, 0)
