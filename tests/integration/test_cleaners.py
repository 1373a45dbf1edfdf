"""The cleaners through Spark: each answer is that of the plain form, for every cell of a test and for random ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as searched
from hypothesis import strategies as st

from infra.settings import settings
from infra.setup.java import find_java
from tests.unit.cleaners.vectors import (
    BASES,
    CELLS,
    ID_TYPES,
    LOGICS,
    ON,
    REGISTERS,
    Case,
    asked,
    every_case,
    random_case,
)
from transforms.normalise.cleaners.registry import cleaner
from transforms.spark import build_session, wait_for_end

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROWS = 1_000_000
# Has no factor in common with the rows: cells of tests and random ones stand in one column.
STRIDE = 7_919
KINDS = {"raw": pa.string(), "on": pa.date32(), "by": pa.date32(), "register": pa.string(), "id_type": pa.string()}
Row = tuple[str | None, date | None, date | None, str | None, str | None]
OUTCOMES = pa.schema(
    [field for logic in LOGICS for field in ((logic, cleaner(logic).arrow_type), (f"why {logic}", pa.string()))]
)


@pytest.fixture(scope="module", name="session")
def _session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    chosen = settings()
    folder: Path = tmp_path_factory.mktemp("spark")
    builder = build_session(chosen.jars, find_java(chosen.java_home), "local[2]", [])
    session = builder.config("spark.local.dir", str(folder)).getOrCreate()
    try:
        yield session
    finally:
        wait_for_end(session)


def count_wrong(cases: Iterable[Case]) -> int:
    """Return how often the column form, given all cells of a cleaner at once, says otherwise than the plain form."""
    by_logic: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_logic[case.logic].append(case)
    wrong = 0
    for logic, those in by_logic.items():
        bound = cleaner(logic)
        beside = {
            name: pa.array([case.beside[place] for case in those], kind)
            for place, (name, kind) in enumerate(asked(logic).items())
        }
        values, reasons = bound.column(pa.array([case.raw for case in those], pa.string()), **beside)
        said = zip(values.to_pylist(), reasons.to_pylist(), strict=True)
        plain = (bound.plain(case.raw, **dict(zip(beside, case.beside, strict=True))) for case in those)
        wrong += sum(answer != tuple(expected) for answer, expected in zip(said, plain, strict=True))
    return wrong


def test_spark_says_what_the_plain_form_says(session: SparkSession) -> None:
    known = every_case()
    # At least as many cells are random.
    size = max(ROWS, 2 * len(known))

    def work(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        for batch in batches:
            places = [number * STRIDE % size for number in batch.column(0).to_pylist()]
            wrong = count_wrong(known[place] if place < len(known) else random_case(place) for place in places)
            seen = sum(place < len(known) for place in places)
            counts = (len(places), seen, wrong)
            yield pa.RecordBatch.from_arrays([pa.array([count]) for count in counts], names=["rows", "known", "wrong"])

    counted = session.range(size).mapInArrow(work, "rows long, known long, wrong long").collect()
    assert [sum(row[name] for row in counted) for name in ("rows", "known", "wrong")] == [size, len(known), 0]


def answer(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    for batch in batches:
        given_beside = dict(zip(KINDS, batch.columns, strict=True))
        outcomes: list[pa.Array] = []
        for logic in LOGICS:
            outcomes += cleaner(logic).column(batch.column(0), **{name: given_beside[name] for name in asked(logic)})
        yield pa.RecordBatch.from_arrays(outcomes, schema=OUTCOMES)


@searched(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(CELLS | BASES, ON, ON, st.sampled_from(REGISTERS), st.sampled_from(ID_TYPES)), min_size=1, max_size=40
    )
)
def test_what_spark_brings_back_is_what_the_plain_form_says(session: SparkSession, rows: list[Row]) -> None:
    from pyspark.sql.pandas.types import from_arrow_schema

    delivered = [pa.array(cells, kind) for cells, kind in zip(zip(*rows, strict=True), KINDS.values(), strict=True)]
    frame = session.createDataFrame(pa.table(delivered, names=list(KINDS))).coalesce(1)
    told = frame.mapInArrow(answer, from_arrow_schema(OUTCOMES)).toArrow()
    for logic in LOGICS:
        values, reasons = (told.column(name).to_pylist() for name in (logic, f"why {logic}"))
        plain = [dict(zip(KINDS, row, strict=True)) for row in rows]
        expected = [cleaner(logic).plain(one["raw"], **{name: one[name] for name in asked(logic)}) for one in plain]
        assert list(zip(values, reasons, strict=True)) == expected, logic
