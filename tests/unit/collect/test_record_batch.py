"""The batches that we write are the ones that kafka-python would write."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from kafka.record.memory_records import MemoryRecords, MemoryRecordsBuilder

from transforms.collect.record_batch import BATCH_BYTES, RecordBatch

CONSTANT = (("ce_specversion", b"1.0"), ("ce_source", "/bodies/海关".encode()))


@given(st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=200)), min_size=1, max_size=200))
def test_they_have_the_same_bytes(records: list[tuple[bytes, bytes]]) -> None:
    ours = RecordBatch("t", CONSTANT, ("ce_id",))
    for value, own in records:
        assert ours.add(value, (own,))
    written = ours.taken().records
    moment = written._builder._first_timestamp
    theirs = MemoryRecordsBuilder(2, 3, BATCH_BYTES)
    for value, own in records:
        theirs.append(moment, None, value, [*CONSTANT, ("ce_id", own)])
    for built in (written, theirs):
        built.close()
    assert written.buffer() == theirs.buffer()
    assert written.next_offset() == theirs.next_offset() == len(records)
    assert not len(ours)


def test_a_full_batch_takes_no_more_and_one_large_record_fits() -> None:
    batch = RecordBatch("t", CONSTANT, ())
    assert batch.add(b"x" * (BATCH_BYTES + 1), ())
    assert not batch.add(b"x", ())
    (read,) = list(MemoryRecords(_closed(batch)).next_batch())
    assert len(read.value) == BATCH_BYTES + 1


def _closed(batch: RecordBatch) -> bytes:
    records = batch.taken().records
    records.close()
    return bytes(records.buffer())
