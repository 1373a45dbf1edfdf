"""Layers of dbt: marts <- intermediate <- staging <- the canonical tables; nothing skips the door."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from schemas.contracts import CLASSIFICATIONS, entities
from tests.unit.architecture.tree import ROOT, files

MODELS: Final = ROOT / "dbt_project/models"
PREFIXES: Final = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("fct_", "dim_", "bridge_", "agg_")}
# What a layer may read; vocabularies are seeds.
READS: Final = {
    "staging": {"vocabulary"},
    "intermediate": {"staging", "intermediate", "vocabulary"},
    "marts": {"intermediate", "marts", "vocabulary"},
}
_REF: Final = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")
_SOURCED: Final = re.compile(r"source\('canonical', '(?!record')(\w+)'\)")
_SOURCE: Final = re.compile(r"\bsource\(")
_TOUCHED: Final = re.compile(r"touched_by_(?:claims|cases)\('(\w+)'")
_UNIQUE: Final = re.compile(r"\bunique_key\s*=")
_LAYER_OF: Final = {path.stem: path.parent.name for path in MODELS.rglob("*.sql")} | {
    path.stem: "vocabulary" for path in (ROOT / "schemas/vocabularies").glob("*.csv")
}
_TIMES: Final = re.compile(r"event time|as known at the release|when we knew is the release")
ALL: Final = files(".sql", under="dbt_project/models")
MARTS: Final = [path for path in ALL if path.parent.name == "marts"]


@pytest.mark.parametrize("model", ALL, ids=lambda path: path.stem)
def test_a_model_reads_only_the_layer_before_it(model: Path) -> None:
    layer, text = model.parent.name, model.read_text("utf-8")
    assert model.stem.startswith(PREFIXES[layer])
    assert {name: _LAYER_OF[name] for name in _REF.findall(text) if _LAYER_OF[name] not in READS[layer]} == {}
    assert bool(_SOURCE.search(text)) == (layer == "staging")


@pytest.mark.parametrize("model", ALL, ids=lambda path: path.stem)
def test_a_model_has_a_page_that_begins_with_its_grain_and_explains_its_columns(model: Path) -> None:
    (page,) = yaml.safe_load(model.with_suffix(".yml").read_text("utf-8"))["models"]
    columns: list[dict[str, Any]] = page["columns"]
    assert page["name"] == model.stem
    assert page["description"].startswith("One row per ")
    assert columns
    assert [c["name"] for c in columns if not c.get("description")] == []
    text = model.read_text("utf-8")
    passes_on = "current_claims(" in text or model.parent.name == "intermediate"  # all columns of what it reads
    if not passes_on:
        assert [c["name"] for c in columns if not re.search(rf"\b{c['name']}\b", text)] == []


def test_every_page_has_its_model() -> None:
    pages = {path.stem for path in files(".yml", under="dbt_project/models") if not path.name.startswith("_")}
    assert pages == {path.stem for path in ALL}


def test_every_mart_has_a_key_and_an_enforced_contract() -> None:
    assert [path.stem for path in MARTS if not _UNIQUE.search(path.read_text("utf-8"))] == []
    project = yaml.safe_load((ROOT / "dbt_project/dbt_project.yml").read_text("utf-8"))
    config = project["models"]["casebridge"]["marts"]
    assert (config["+materialized"], config["+contract"]) == ("versioned", {"enforced": True})


# A record that says who is a party of its case, or gives a number of it, says there what the party is, and one that
# says what was imposed the decision: the two come and go together.
_TOLD_BESIDE = {("party", "case_party"), ("party", "party_identifier"), ("decision", "sanction")}


@pytest.mark.parametrize("model", MARTS, ids=lambda path: path.stem)
def test_a_mart_is_touched_by_the_entities_that_it_reads(model: Path) -> None:
    """A release builds the marts that read an entity which it changes: a mart that it left out would stay old."""
    text = model.read_text("utf-8")
    stated = set(_TOUCHED.findall(text))
    assert stated <= _entities_read(text)
    if stated and "touched_by_model(" not in text:
        beside = {told for told, by in _TOLD_BESIDE if by in stated and told not in stated}
        assert stated == _entities_read(text) - beside


def _entities_read(text: str) -> set[str]:
    texts = {path.stem: path.read_text("utf-8") for path in ALL}
    read = [_entities_read(texts[name]) for name in _REF.findall(text) if name in texts]
    return set(_SOURCED.findall(text)).union(*read)


@pytest.mark.parametrize("model", MARTS, ids=lambda path: path.stem)
def test_a_mart_says_last_which_time_it_uses(model: Path) -> None:
    """Event time is when it happened, in law; the rest is as known at the release (dbt_project/README.md)."""
    (page,) = yaml.safe_load(model.with_suffix(".yml").read_text("utf-8"))["models"]
    before, *said = page["description"].split(" Time: ")
    assert len(said) == 1, "say it once, after `Time:`"
    assert "event time" not in before
    assert _TIMES.search(said[0]), "say `event time`, `as known at the release` or `when we knew is the release`"
    dated = {c["name"] for c in page["columns"] if c["data_type"] in ("date", "timestamptz")}
    assert not dated or "event time" in said[0]
    named = set(re.findall(r"\w+_(?:on|at|from|to|month)\b", said[0]))
    assert named <= {c["name"] for c in page["columns"]}


@pytest.mark.parametrize("model", MARTS, ids=lambda path: path.stem)
def test_a_column_of_a_mart_is_classified_as_what_it_shows(model: Path) -> None:
    """DOMAIN P01, P04: every column has its class; what is sensitive, and the token of it, is in no mart."""
    (page,) = yaml.safe_load(model.with_suffix(".yml").read_text("utf-8"))["models"]
    stated = {c["name"]: c.get("config", {}).get("meta", {}).get("classification") for c in page["columns"]}
    assert {name: c for name, c in stated.items() if c not in CLASSIFICATIONS - {"PI_SENSITIVE"}} == {}
    assert [name for name in stated if name.endswith("token")] == []
    attributes = [a for entity in _entities_read(model.read_text("utf-8")) for a in entities()[entity].attributes]
    canonical = {name: {a.classification for a in attributes if a.name == name} for name in stated}
    assert {name: c for name, c in stated.items() if canonical[name] and c not in canonical[name]} == {}


def test_every_entity_is_staged() -> None:
    assert {f"stg_{entity}" for entity in entities()} <= _LAYER_OF.keys()


def test_every_entity_reaches_a_mart() -> None:
    read = set().union(*(_entities_read(path.read_text("utf-8")) for path in MARTS))
    assert entities().keys() - read == set()
