"""Files of a corpus: read, refused, unequal."""

from __future__ import annotations

from pathlib import Path

from infra.eval.csv_corpora import evaluate
from tests.unit.eval.folders import shares, write_archive


def test_files_are_judged_by_the_cells_that_the_corpus_gives(tmp_path: Path) -> None:
    members = {
        "csvs/simple.csv": b"a,b\n1,2\n",
        "json/simple.json": b'[{"a": "1", "b": "2"}]',
        "csvs/one.csv": b"a,b\n1,2\n",
        "json/one.json": b'{"a": "1", "b": "3"}',
        "csvs/cut.csv": b"a,b\n1,2",
        "csvs/alone.csv": b"a,b\n1,2\n",
    }
    write_archive(tmp_path / "spectrum.tar.gz", members)
    measured = evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (4, 2)
    assert shares(measured)["spectrum: read"] == (3, 4)
    assert shares(measured)["spectrum: equal, of those read"] == (1, 2)
    assert sorted(about.partition(":")[0] for about in measured.quarantined) == ["refused", "unequal"]


def test_a_clean_version_beside_a_polluted_file_is_what_it_should_read_as(tmp_path: Path) -> None:
    members = {
        "files/csv/a.csv": b'a;b\n1;"2"\n',
        "files/clean/a.csv": b"a,b\n1,2\n",
        "files/parameters/a_parameters.json": b"{}",
    }
    write_archive(tmp_path / "polluted.tar.gz", members)
    measured = evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (1, 1)
    assert shares(measured)["polluted: equal, of those read"] == (1, 1)
