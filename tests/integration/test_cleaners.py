"""The cleaners through Spark: a million rows of every vector, each answer that of the plain form."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from infra.settings import settings
from infra.setup.java import find_java
from tests.unit.cleaners import test_properties
from transforms.normalise.cleaners.registry import cleaner
from transforms.spark import build_session, wait_for_end

ROWS = 1_000_000


def test_spark_says_what_the_plain_form_says(tmp_path: Path) -> None:
    logics = [*test_properties.LOGICS, *test_properties.DATED]
    vectors = list(dict.fromkeys(test_properties.VECTORS))

    def work(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        for batch in batches:
            ids = batch.column(0).to_pylist()
            wrong = 0
            for place, logic in enumerate(logics):
                bound = cleaner(logic)
                raw = [vectors[number // len(logics) % len(vectors)] for number in ids if number % len(logics) == place]
                values, reasons = bound.column(pa.array(raw, pa.string()))
                plain = {cell: tuple(bound.plain(cell)) for cell in set(raw)}
                said = zip(values.to_pylist(), reasons.to_pylist(), strict=True)
                wrong += sum(answer != plain[cell] for cell, answer in zip(raw, said, strict=True))
            yield pa.RecordBatch.from_arrays([pa.array([len(ids)]), pa.array([wrong])], names=["seen", "wrong"])

    chosen = settings()
    builder = build_session(chosen.jars, find_java(chosen.java_home), "local[2]", [])
    session = builder.config("spark.local.dir", str(tmp_path)).getOrCreate()
    try:
        counted = session.range(ROWS).mapInArrow(work, "seen long, wrong long").collect()
    finally:
        wait_for_end(session)
    assert sum(row["seen"] for row in counted) == ROWS
    assert sum(row["wrong"] for row in counted) == 0
