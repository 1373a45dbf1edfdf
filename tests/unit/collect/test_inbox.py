"""What was handed over leaves the inbox whole, wherever the moving is interrupted."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from transforms.collect.finding import told
from transforms.collect.inbox import complete_files, file_away, resume
from transforms.collect.manifest import Manifest, read_manifest
from transforms.collect.receipt import Receipt

CONTENT = b"no,name\n1,a\n"
MANIFEST = "may.csv.manifest.json"
WHOLE = ["may.csv", MANIFEST, "may.csv.receipt.json"]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Give an inbox in which a file with a manifest lies."""
    (tmp_path / "may.csv").write_bytes(CONTENT)
    (tmp_path / MANIFEST).write_text('{"period": "2026-05"}')
    return tmp_path


def receipt(state: str = "closed") -> Receipt:
    return Receipt("id", "made_up", state, "may.csv", sha256=hashlib.sha256(CONTENT).hexdigest())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def file_away_killed(path: Path, state: str, moves: int, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, left = Path.replace, iter(range(moves))

    def until_killed(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", until_killed)
        try:
            file_away(path, receipt(state))
        except KeyboardInterrupt:
            assert moves < 3


@pytest.mark.parametrize("state", ["closed", "refused"])
@pytest.mark.parametrize("moves", range(4))
def test_a_move_that_was_interrupted_is_ended(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, moves: int, state: str
) -> None:
    file_away_killed(inbox / "may.csv", state, moves, monkeypatch)
    resume(inbox)
    assert names(inbox / ("refused" if state == "refused" else "done")) == WHOLE
    assert names(inbox) == []
    (inbox / "may.csv").write_bytes(CONTENT)
    resume(inbox)
    assert names(inbox) == ["may.csv"]


def test_a_name_that_is_taken_there_is_resumed_under_its_other_name(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_away(inbox / "may.csv", receipt())
    (inbox / "may.csv").write_bytes(CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            file_away(inbox / "may.csv", receipt())
    resume(inbox)
    assert names(inbox) == []
    assert [name.partition("-")[2] for name in names(inbox / "done")[:2]] == ["may.csv", "may.csv.receipt.json"]


def test_another_file_of_the_name_and_a_receipt_that_is_not_whole_stay_out_of_it(inbox: Path) -> None:
    (inbox / "done").mkdir()
    for content in ('{"sha', '{"sha256": "of another file"}'):
        (inbox / "done/.may.csv.receipt.json").write_text(content)
        resume(inbox)
        assert names(inbox / "done") == []
        assert complete_files(inbox) == [inbox / "may.csv"]


@pytest.mark.parametrize("content", ['{"sha256": ""}', '{"sha'])
def test_a_receipt_without_a_file_that_tells_of_none_is_no_receipt(inbox: Path, content: str) -> None:
    (inbox / "may.csv").unlink()
    (inbox / "refused").mkdir()
    (inbox / "refused/.may.csv.receipt.json").write_text(content)
    resume(inbox)
    assert names(inbox / "refused") == []


def test_the_receipt_of_what_may_not_be_kept_is_not_lost(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            file_away(inbox / "may.csv", replace(receipt("refused"), is_kept=False))
    resume(inbox)
    assert names(inbox) == []
    assert names(inbox / "refused") == ["may.csv.receipt.json"]


def interrupted(_path: Path, _target: Path) -> Path:
    raise KeyboardInterrupt


@pytest.mark.parametrize("state", ["closed", "refused"])
@pytest.mark.parametrize("is_kept", [True, False])
def test_a_name_as_long_as_names_may_be_is_filed_away(tmp_path: Path, state: str, is_kept: bool) -> None:
    for number in range(2):
        path = tmp_path / f"{'长' * 83}{number}.csv"
        path.write_bytes(CONTENT)
        assert complete_files(tmp_path) == [path]
        assert read_manifest(path) == Manifest()
        place = file_away(path, replace(receipt(state), is_kept=is_kept))
        assert names(tmp_path) == []
        assert place.name.endswith(f"{'长' * 45}{number}.csv")
        assert place.exists() == is_kept
        assert place.with_name(f"{place.name}.receipt.json").exists()


@pytest.mark.parametrize("moves", range(4))
def test_a_move_of_a_long_name_that_was_interrupted_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    path, other = (tmp_path / f"{first}{'长' * 74}.csv" for first in "甲乙")
    other.write_bytes(b"no,name\n2,b\n")
    path.write_bytes(CONTENT)
    Path(f"{path}.manifest.json").write_text('{"period": "2026-05"}')
    file_away_killed(path, "closed", moves, monkeypatch)
    resume(tmp_path)
    assert names(tmp_path) == [other.name]
    filed = f"{'长' * 46}.csv"
    assert names(tmp_path / "done") == [filed, f"{filed}.manifest.json", f"{filed}.receipt.json"]


def test_a_name_in_another_encoding_is_told_and_filed_away(tmp_path: Path) -> None:
    name = os.fsdecode("处罚.csv".encode("gb18030"))
    (tmp_path / name).write_bytes(CONTENT)
    (path,) = complete_files(tmp_path)
    assert told(path.name) == "????.csv"
    assert file_away(path, receipt()).name == name
