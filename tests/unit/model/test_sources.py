"""What dbt reads is described from the contracts."""

from __future__ import annotations

import csv
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from schemas.contracts import SourceContract, sources
from transforms.model import apart
from transforms.model.apart import secret_sources
from transforms.model.invoke import PROJECT
from transforms.model.sources import (
    SEEDS,
    SOURCES,
    VOCABULARIES,
    write_sources,
    write_staging,
    write_vocabularies,
)


def test_the_committed_description_is_what_the_contracts_say() -> None:
    remedy = "run `python -m transforms.model.sources` and commit what it wrote"
    assert SOURCES.read_text("utf-8") == write_sources(), remedy
    assert SEEDS.read_text("utf-8") == write_vocabularies(), remedy
    for place, text in write_staging().items():
        assert place.read_text("utf-8") == text, remedy


@pytest.mark.parametrize("vocabulary", sorted(VOCABULARIES.glob("*.csv")), ids=lambda path: path.stem)
def test_a_row_of_a_vocabulary_has_one_value_a_column(vocabulary: Path) -> None:
    with vocabulary.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert [row for row in rows if len(row) != len(header)] == [], "a value with a comma stands in quotation marks"


def test_cases_of_police_and_procuratorates_are_secret() -> None:
    assert {sources()[name].body_kind for name in secret_sources()} == {"PSB", "PRO"}


def test_every_model_has_a_yml_of_its_own_that_says_its_grain_and_describes_every_column() -> None:
    for model in (PROJECT / "models").rglob("*.sql"):
        document = yaml.safe_load(model.with_suffix(".yml").read_text("utf-8"))
        (described,) = document["models"]
        assert described["name"] == model.stem
        assert described["description"].startswith("One row per"), model.stem
        assert all(column["description"] for column in described["columns"]), model.stem
        if model.parent.name == "marts":
            assert all(column["data_type"] for column in described["columns"]), model.stem


def test_a_region_has_one_name_at_a_time() -> None:
    with (VOCABULARIES / "region.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (row["region_code"], row["valid_from"], row["valid_to"] or "9999-01-01") for row in csv.DictReader(file)
        ]
    assert rows == sorted(rows)
    for (code, _, end), (following, start, _) in pairwise(rows):
        assert code != following or end <= start, code
    assert all(date.fromisoformat(start) for _, start, _ in rows)


# Published changes of codes (DOMAIN 2.8); sources differ by a year.
@pytest.mark.parametrize(
    ("code", "name", "since", "until"),
    [
        ("110228", "密云县", 1981, 2015),
        ("110118", "密云区", 2015, None),
        ("310108", "闸北区", 1981, 2015),
        ("330113", "临平区", 2021, None),
        ("341400", "巢湖市", 1999, 2011),
        ("420600", "襄阳市", 2010, None),
        ("370114", "章丘区", 2016, None),
    ],
)
def test_a_region_is_dated_as_published(code: str, name: str, since: int, until: int | None) -> None:
    with (VOCABULARIES / "region.csv").open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["region_code"] == code and row["name_zh"] == name]
    (row,) = found
    assert abs(int(row["valid_from"][:4]) - since) <= 1
    assert (int(row["valid_to"][:4]) if row["valid_to"] else None) == until


def test_every_code_list_stands_in_the_dimension_of_codes() -> None:
    listed = {path.stem for path in VOCABULARIES.glob("*.csv") if path.read_text("utf-8").startswith("code,term_zh,")}
    named = re.search(
        r"vocabularies = \[(.*?)\]", (PROJECT / "models/marts/dim_code.sql").read_text("utf-8"), re.DOTALL
    )
    assert named is not None
    assert set(re.findall(r"'(\w+)'", named[1])) == listed


def test_a_source_is_secret_or_of_events_by_its_contract_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"psb_zj_case_events": sources()["psb_zj_case_events"]}

    def of_one() -> dict[str, SourceContract]:
        return known

    monkeypatch.setattr(apart, "sources", of_one)
    assert apart.variables() == {
        "DBT_SECRET_SOURCES": "psb_zj_case_events",
        "DBT_EVENT_SOURCES": "psb_zj_case_events",
    }
    known["amr_zj_penalties"] = sources()["amr_zj_penalties"]
    assert apart.environment() == {**apart.variables(), "DBT_OPEN_SOURCES": "amr_zj_penalties"}
