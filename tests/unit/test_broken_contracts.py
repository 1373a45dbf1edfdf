"""A broken contract is refused with the place and the remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.contracts import ContractError, entities, read_entity, read_source, source, sources

Document = dict[str, Any]


def platform() -> Document:
    found: Document = yaml.safe_load(source("platform_notices").path.read_text("utf-8"))
    return found


def write(document: Document, folder: Path) -> Path:
    path = folder / "broken.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return path


def properties(document: Document) -> list[Document]:
    found: list[Document] = document["schema"][0]["properties"]
    return found


def custom(document: Document, name: str) -> Document:
    return next(item for item in document["customProperties"] if item["property"] == name)


def no_classification(document: Document) -> None:
    del properties(document)[0]["classification"]


def wrong_classification(document: Document) -> None:
    properties(document)[0]["classification"] = "SECRET"


def sensitive_column(document: Document) -> None:
    properties(document)[-1]["classification"] = "PI_SENSITIVE"


def unknown_entity(document: Document) -> None:
    custom(document, "claims")["value"][1]["entity"] = "matter_of_fact"


def unknown_constant(document: Document) -> None:
    custom(document, "claims")["value"][0]["constants"]["colour"] = "red"


def no_case(document: Document) -> None:
    custom(document, "claims")["value"] = [{"entity": "case_event"}]


def unknown_mode(document: Document) -> None:
    custom(document, "deliveryMode")["value"] = "sometimes"


def unknown_source_time(document: Document) -> None:
    custom(document, "sourceTime")["value"] = "noticed_at"


def misspelt_property(document: Document) -> None:
    custom(document, "sourceTime")["property"] = "sourcetime"


def no_key(document: Document) -> None:
    for item in properties(document):
        item.pop("primaryKey", None)


def the_same_name_twice(document: Document) -> None:
    properties(document)[0]["name"] = properties(document)[1]["name"]


def no_cleaner(document: Document) -> None:
    del properties(document)[0]["transformLogic"]


def unknown_severity(document: Document) -> None:
    document["schema"][0]["quality"][0]["severity"] = "error"


def no_reason(document: Document) -> None:
    del document["schema"][0]["quality"][0]["description"]


def no_bound(document: Document) -> None:
    del document["schema"][0]["quality"][0]["mustBeLessOrEqualTo"]


def two_servers(document: Document) -> None:
    document["servers"] *= 2


def two_objects(document: Document) -> None:
    document["schema"] *= 2


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_classification, "notice_id.classification: say one of"),
        (wrong_classification, "notice_id.classification: say one of"),
        (sensitive_column, "may not carry a PI_SENSITIVE column"),
        (unknown_entity, "matter_of_fact: known entities are"),
        (unknown_constant, "claims.case.colour: known are"),
        (no_case, "every source claims a case"),
        (unknown_mode, "deliveryMode: say one of"),
        (unknown_source_time, "field noticed_at: is named but is no property"),
        (misspelt_property, "sourcetime"),
        (no_key, "primaryKey: mark the fields"),
        (the_same_name_twice, "two properties have the same name"),
        (no_cleaner, "needs `name` and `transformLogic`"),
        (unknown_severity, "needs metric, severity"),
        (no_reason, "needs metric, severity"),
        (no_bound, "give mustBeBetween"),
        (two_servers, "servers: describe exactly one server"),
        (two_objects, "schema: describe exactly one object"),
    ],
)
def test_a_broken_contract_says_where_and_how_to_mend_it(spoil: Any, said: str, tmp_path: Path) -> None:
    document = platform()
    spoil(document)
    with pytest.raises(ContractError, match=r"broken\.odcs\.yaml") as caught:
        read_source(write(document, tmp_path))
    assert said in str(caught.value)


def test_a_text_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.odcs.yaml"
    path.write_text("schema: [", "utf-8")
    with pytest.raises(ContractError, match="mend the document"):
        read_source(path)


def test_an_entity_column_without_classification_is_refused(tmp_path: Path) -> None:
    document: Document = yaml.safe_load(entities()["party"].path.read_text("utf-8"))
    no_classification(document)
    with pytest.raises(ContractError, match=r"party_id\.classification"):
        read_entity(write(document, tmp_path))


def test_two_documents_of_one_source_are_refused(tmp_path: Path) -> None:
    for body in ("one", "two"):
        (tmp_path / body).mkdir()
        write(platform(), tmp_path / body)
    with pytest.raises(ContractError, match="is taken by"):
        sources(tmp_path)
