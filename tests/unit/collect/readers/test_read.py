"""One table, whatever it is written as, is the same rows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.contracts import SourceContract, source
from tests.unit.collect.builders import contract, delivered, field, silent
from tests.unit.collect.readers.files import WRITERS
from transforms.collect.delivered import read_delivered
from transforms.collect.protect import Keys
from transforms.collect.readers.content import Readable
from transforms.collect.readers.decode import detect
from transforms.collect.rows import Value
from transforms.collect.vault import Kept, Loose, keep

GOLDEN = Path(__file__).resolve().parents[3] / "golden"
LABELS = ("文号", "金额", "处罚日期", "备注")
MADE = contract(field("文号", required=True), *map(field, LABELS[1:]))
# What XML cannot hold, what HTML folds, and the traces of a wrong decoding are left out.
_WORD = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Z"), exclude_characters="\ufffd锟烫琛<_"),
    min_size=1,
    max_size=8,
)
CELLS = st.lists(_WORD, min_size=1, max_size=3).map(" ".join)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=6)


def read(content: bytes) -> list[tuple[Value, ...]]:
    with TemporaryDirectory() as folder:
        found = delivered(Path(folder), content, MADE)
        assert found.check(silent).findings == ()
        return [tuple(values) for values in found.values()]


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=25, deadline=None)
@given(rows=ROWS)
def test_the_same_table_is_the_same_rows(kind: str, rows: list[tuple[str, ...]]) -> None:
    order = sorted(range(4), key=LABELS.__getitem__)
    assert read(WRITERS[kind]([LABELS, *rows])) == [tuple(row[place] for place in order) for row in rows]


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != "xml"])
def test_a_golden_table_has_the_same_values_as_any_kind_of_file(kind: str, tmp_path: Path) -> None:
    made = source("amr_zj_penalties")
    made = replace(made, fetch=replace(made.fetch, format=""))
    golden = Loose(GOLDEN / "amr_zj_penalties/raw.csv")
    with io.TextIOWrapper(golden.open(), detect(golden.blocks).encoding, newline="") as file:
        rows = [*csv.reader(file)]
    assert values_of(made, kept(tmp_path, WRITERS[kind](rows))) == values_of(made, golden)


def values_of(made: SourceContract, readable: Readable) -> list[list[str]]:
    found, _ = read_delivered(made, readable)
    found.check(silent)
    # A page shows blanks as one, and a sheet ends before empty cells.
    return [
        ["\n".join(" ".join(line.split()) for line in str(value or "").splitlines()) for value in values]
        for values in found.values()
    ]


def kept(folder: Path, content: bytes) -> Kept:
    path = folder / "delivered"
    path.write_bytes(content)
    return keep(folder / "vault", Keys(folder / "secrets"), "made_up", path, datetime(2026, 11, 1, tzinfo=UTC), silent)
