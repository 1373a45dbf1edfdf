"""A delivery is read by the version of the contract that its labels were written for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from schemas.contracts import Fetch, SourceContract, read_source, source, sources
from schemas.versions import best_fit, versions
from tests.unit.collect.builders import delivered, silent
from transforms.collect.fit import fit
from transforms.errors import DeliveryRefused

SOURCE = "shenzhen_amr_penalties"
WITH_VERSIONS = [name for name in sources() if len(versions(name)) > 1]


@pytest.fixture
def newest(tmp_path: Path) -> SourceContract:
    """Give a contract whose version 2 renamed a required and an optional label; version 1 lies beside it."""
    document = yaml.safe_load(source(SOURCE).path.read_text("utf-8"))
    (tmp_path / f"{SOURCE}.v1.odcs.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    document["version"] = "2.0.0"
    for item in document["schema"][0]["properties"]:
        item["physicalName"] = f"新{item['physicalName']}"
    path = tmp_path / f"{SOURCE}.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return read_source(path)


def fitted(newest: SourceContract, folder: Path, labels: tuple[str, ...]) -> SourceContract:
    content = ",".join(labels) + "\n" + ",".join("某" for _ in labels) + "\n"
    return fit(newest, lambda contract: (delivered(folder, content, contract), "utf-8"), silent).contract


def test_labels_of_either_version_are_read_by_it(newest: SourceContract, tmp_path: Path) -> None:
    before = source(SOURCE).labels
    assert fitted(newest, tmp_path, newest.labels).version == "2.0.0"
    assert fitted(newest, tmp_path, before).version == source(SOURCE).version
    assert fitted(newest, tmp_path, (*before, "备注二")).version == source(SOURCE).version


def test_what_no_version_reads_is_refused_in_the_words_of_the_newest(newest: SourceContract, tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused) as caught:
        fitted(newest, tmp_path, ("无", "名"))
    assert "新" in caught.value.what
    assert f"contract {SOURCE} 2.0.0" in caught.value.remedy


def test_a_source_of_one_version_is_checked_once(tmp_path: Path) -> None:
    only = replace(source(SOURCE), path=tmp_path / f"{SOURCE}.odcs.yaml")
    assert fitted(only, tmp_path, only.labels) is only


@pytest.mark.parametrize("name", WITH_VERSIONS)
def test_a_label_that_may_lack_chooses_no_older_version(name: str, tmp_path: Path) -> None:
    newest = source(name)
    required = {item.label for item in newest.fields if item.required}
    optional = [label for label in newest.labels if label not in required]
    for labels in (*([x for x in newest.labels if x != label] for label in optional), required):
        assert best_fit(versions(name), labels) is newest
        assert chosen(newest, tmp_path, (*labels,)) is newest


def chosen(newest: SourceContract, folder: Path, labels: tuple[str, ...]) -> SourceContract:
    """Return the version that reads a CSV file with these labels, whatever its source sends."""
    content = ",".join(labels) + "\n" + ",".join("某" for _ in labels) + "\n"
    plain = Fetch("local", "csv", "made_up", {})
    return fit(newest, lambda c: (delivered(folder, content, replace(c, fetch=plain)), "utf-8"), silent).contract
