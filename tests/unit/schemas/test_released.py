"""Older versions beside the newest contract, and edits that a released contract does not allow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.contracts import ContractError, source
from schemas.released import all_wrongs, judged, read_released, release, wrongs
from schemas.versions import best_fit, in_force, version_named, versions

Document = dict[str, Any]
SOURCE = "psb_zj_case_events"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a folder of contracts with one source in it."""
    write(tmp_path, document())
    return tmp_path


def document(version: str = "1.0.0", **renamed: str) -> Document:
    """Return a contract in which some labels are renamed."""
    found: Document = yaml.safe_load(source(SOURCE).path.read_text("utf-8"))
    found["version"] = version
    for item in found["schema"][0]["properties"]:
        item["physicalName"] = renamed.get(item["physicalName"], item["physicalName"])
    return found


def write(root: Path, content: Document, name: str = SOURCE) -> None:
    folder = root / "psb_zj"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.odcs.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


def copy_of(root: Path, tmp_path: Path, name: str) -> Path:
    """Return the same contracts in a folder that nothing has read yet: what was read is remembered."""
    there = tmp_path / name
    there.mkdir()
    for path in (root / "psb_zj").glob("*.yaml"):
        write(there, yaml.safe_load(path.read_text("utf-8")), path.name.removesuffix(".odcs.yaml"))
    return there


def test_no_contract_here_differs_from_what_was_released() -> None:
    assert list(map(str, all_wrongs())) == []


def test_a_source_that_was_never_released_may_be_changed_at_will(root: Path, tmp_path: Path) -> None:
    assert list(wrongs(SOURCE, root, tmp_path / "released")) == []


def test_an_incompatible_edit_is_refused_with_the_remedy(root: Path, tmp_path: Path) -> None:
    released = tmp_path / "released"
    release(SOURCE, root, released)
    edited = copy_of(root, tmp_path, "edited")
    write(edited, document("1.1.0", bureau="organ"))
    (wrong,) = wrongs(SOURCE, edited, released)
    assert "label of field agency_name was bureau, is organ" in str(wrong)
    assert f"keep the released contract as {SOURCE}.v1.odcs.yaml" in wrong.remedy
    with pytest.raises(ContractError):
        release(SOURCE, edited, released)


def test_a_breaking_change_passes_with_the_old_version_beside_it_only(root: Path, tmp_path: Path) -> None:
    released = tmp_path / "released"
    release(SOURCE, root, released)
    alone = copy_of(root, tmp_path, "alone")
    write(alone, document("2.0.0", bureau="organ"))
    (wrong,) = wrongs(SOURCE, alone, released)
    assert "version 1.0.0 is gone" in str(wrong)
    beside = copy_of(alone, tmp_path, "beside")
    write(beside, document(), f"{SOURCE}.v1")
    assert list(wrongs(SOURCE, beside, released)) == []
    release(SOURCE, beside, released)
    assert set(read_released(SOURCE, released)) == {"1", "2"}


def test_what_a_change_would_break_is_told_of_every_version_that_was_released(root: Path, tmp_path: Path) -> None:
    released = tmp_path / "released"

    def told(folder: Path, version: str, **renamed: str) -> str:
        write(there := copy_of(folder, tmp_path, f"as {version} {renamed}"), document(version, **renamed))
        return judged(source(SOURCE, there), there, released)

    assert told(root, "2.0.0", bureau="organ") == "nothing was released of it: any change is free"
    release(SOURCE, root, released)
    assert told(root, "1.1.0") == "the change is additive"
    assert "label of field agency_name" in told(root, "1.2.0", bureau="organ")
    gone = f"version 1.0.0 would be gone: keep what was released as {SOURCE}.v1.odcs.yaml"
    assert told(root, "2.1.0", bureau="organ") == gone
    beside = copy_of(root, tmp_path, "with its first")
    write(beside, document("3.0.0"))
    write(beside, document(), f"{SOURCE}.v1")
    assert told(beside, "3.1.0", bureau="organ") == "a new major version, beside what was released: any change is free"


def test_a_source_that_another_body_is_to_send_is_another_source(root: Path, tmp_path: Path) -> None:
    released = tmp_path / "released"
    release(SOURCE, root, released)
    moved = tmp_path / "moved"
    (moved / "psb_zhejiang").mkdir(parents=True)
    (root / "psb_zj" / f"{SOURCE}.odcs.yaml").rename(moved / "psb_zhejiang" / f"{SOURCE}.odcs.yaml")
    (wrong,) = all_wrongs(moved, released)
    assert "body_id was psb_zj, is psb_zhejiang" in str(wrong)


def test_a_contract_that_was_released_may_not_go_without_a_word(root: Path, tmp_path: Path) -> None:
    released = tmp_path / "released"
    path = release(SOURCE, root, released)
    (empty := tmp_path / "empty").mkdir()
    (wrong,) = all_wrongs(empty, released)
    assert (wrong.path, wrong.where) == (path, "the contract is gone")
    path.unlink()
    assert all_wrongs(empty, released) == ()


def test_what_was_sent_under_a_version_is_read_by_its_major_version(root: Path, tmp_path: Path) -> None:
    there = copy_of(root, tmp_path, "there")
    write(there, document("2.1.0", bureau="organ"))
    write(there, document("1.3.0"), f"{SOURCE}.v1")
    kept = versions(SOURCE, there)
    assert [contract.version for contract in kept] == ["2.1.0", "1.3.0"]
    assert in_force(kept, "1.0.0").version == "1.3.0"
    assert in_force(kept, "2.0.0").version == "2.1.0"
    assert in_force(kept, None).version == "2.1.0"


def test_labels_choose_the_version_that_they_were_written_for(root: Path, tmp_path: Path) -> None:
    there = copy_of(root, tmp_path, "there")
    write(there, document("2.0.0", bureau="organ", caseRef="reference"))
    write(there, document(), f"{SOURCE}.v1")
    newest, older = kept = versions(SOURCE, there)
    assert best_fit(kept, newest.labels) is newest
    assert best_fit(kept, older.labels) is older
    assert best_fit(kept, [*older.labels, "addedYesterday"]) is older
    assert best_fit(kept, []) is newest


def test_an_older_version_with_a_wrong_name_is_refused(root: Path, tmp_path: Path) -> None:
    there = copy_of(root, tmp_path, "there")
    write(there, document("2.0.0"))
    write(there, document("1.0.0"), f"{SOURCE}.v3")
    with pytest.raises(ContractError, match=rf"call the file {SOURCE}\.v1\.odcs\.yaml"):
        versions(SOURCE, there)


def test_a_version_is_found_by_its_number_or_its_major_number() -> None:
    assert version_named(SOURCE, "1") == version_named(SOURCE, source(SOURCE).version) == source(SOURCE)
    with pytest.raises(KeyError, match=rf"has no contract 7; kept are {source(SOURCE).version}"):
        version_named(SOURCE, "7")
