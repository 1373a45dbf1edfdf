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


def no_claims(document: Document) -> None:
    custom(document, "claims")["value"] = []


def one_list(document: Document) -> None:
    custom(document, "claims")["value"][2]["each"] = "holder_name_raw"


def unknown_list_field(document: Document) -> None:
    custom(document, "claims")["value"][4]["each"] = {"name_raw": "shop_names"}


def unknown_reference(document: Document) -> None:
    custom(document, "claims")["value"][3]["of"] = {"holder_id": ""}


def party_that_nobody_claims(document: Document) -> None:
    custom(document, "claims")["value"][3]["of"] = {"party_id": "owner_"}


def shop_of_many(document: Document) -> None:
    custom(document, "claims")["value"][4]["each"] = {"name_raw": "shop_name_raw"}


def month_of_no_event(document: Document) -> None:
    properties(document)[-1] |= {"name": "lead_on", "transformLogic": "day_or_period"}


def month_that_is_not_told(document: Document) -> None:
    next(p for p in properties(document) if p["name"] == "event_on")["transformLogic"] = "day_or_period"


def personal_detail(document: Document) -> None:
    next(p for p in properties(document) if p["name"] == "detail.status")["classification"] = "PI_BASIC"


def secret_detail(document: Document) -> None:
    next(p for p in properties(document) if p["name"] == "detail.status")["classification"] = "CASE_SECRET"


def detail_in_no_form(document: Document) -> None:
    next(p for p in properties(document) if p["name"] == "detail.status")["name"] = "detail.Status of it"


def amounts_of_an_event(document: Document) -> None:
    custom(document, "claims")["value"][1]["amounts"] = {"FINE": "event_sequence"}


def two_lists(document: Document) -> None:
    case, event = custom(document, "claims")["value"][:2]
    case["each"], event["each"] = {"right_no": "right_no"}, {"event_doc_no": "notice_id"}


def unknown_mode(document: Document) -> None:
    custom(document, "deliveryMode")["value"] = "sometimes"


def unknown_source_time(document: Document) -> None:
    custom(document, "sourceTime")["value"] = "happened_at"


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


def pages_that_nobody_counts(document: Document) -> None:
    options = {"connection": "body", "pageParameter": "page", "pageSizeParameter": "limit", "pageSize": "20"}
    said = [{"property": name, "value": value} for name, value in (options | {"items": "records"}).items()]
    document["servers"] = [{"server": "api", "type": "api", "location": "${body}/x", "customProperties": said}]
    custom(document, "deliveryMode")["value"] = "snapshot"


def unknown_withdrawal(document: Document) -> None:
    value = {"field": "record_stat", "value": "void"}
    document["customProperties"].append({"property": "withdrawal", "value": value})


def two_objects(document: Document) -> None:
    document["schema"] *= 2


def unknown_format(document: Document) -> None:
    document["servers"] = [{"server": "inbox", "type": "local", "format": "excel", "path": "a"}]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_classification, "notice_id.classification: say one of"),
        (wrong_classification, "notice_id.classification: say one of"),
        (sensitive_column, "may not carry a PI_SENSITIVE column"),
        (unknown_entity, "matter_of_fact: known entities are"),
        (unknown_constant, "claims.case.colour: known are"),
        (no_case, "claims.case_event.case_id: claim a case"),
        (no_claims, "claims: say which canonical rows"),
        (one_list, "each: write {attribute: list field}"),
        (unknown_list_field, "field shop_names: is named but is no property"),
        (unknown_reference, "of ['holder_id']: known are ['case_id', 'party_id']"),
        (party_that_nobody_claims, "claims.case_party.party_id: claim a party"),
        (shop_of_many, "claims.platform_notice.shop_party_id: a record makes several rows of party, and this is one"),
        (month_of_no_event, "lead_on.transformLogic: claim an event, and read"),
        (month_that_is_not_told, "event_on.transformLogic: claim an event, and read"),
        (personal_detail, "detail.status.classification: detail is shown to everybody: a member is PI_NONE or PUBLIC"),
        (secret_detail, "detail.status.classification: detail is shown to everybody"),
        (detail_in_no_form, "field detail.Status of it: name a member in lower case"),
        (amounts_of_an_event, "claims.case_event.amounts: this entity has no amount"),
        (two_lists, "claims.case_event: its rows follow the lists of one claim"),
        (unknown_mode, "deliveryMode: say one of"),
        (unknown_source_time, "field happened_at: is named but is no property"),
        (misspelt_property, "sourcetime"),
        (no_key, "primaryKey: mark the fields"),
        (the_same_name_twice, "two properties have the same name"),
        (no_cleaner, "needs `name` and `transformLogic`"),
        (unknown_severity, "needs metric, severity"),
        (no_reason, "needs metric, severity"),
        (no_bound, "give mustBeBetween"),
        (two_servers, "servers: describe exactly one server"),
        (unknown_format, "servers.format: say one of"),
        (pages_that_nobody_counts, "servers: say `total`"),
        (unknown_withdrawal, "field record_stat: is named but is no property"),
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


@pytest.mark.parametrize(
    ("entity", "name", "value", "said"),
    [
        ("party", "identity", [{"parts": ["passport_no"]}], "identity ['passport_no']: known are"),
        ("party", "identity", [{"given": "uscc", "parts": ["uscc"]}], "every way but the last"),
        ("party", "identity", [{"parts": ["uscc"]}, {"parts": ["source"]}], "every way but the last"),
        ("party", "identity", [{"of": ["uscc"]}], "give each way its `parts`"),
        ("case_party", "identity", [{"parts": ["role"]}], "an id is one column"),
        ("party", "substance", ["colour"], "substance ['colour']: known are"),
        ("sanction", "amounts", {"attribute": "amount", "by": "sanction_type"}, "amounts ['amount']: known are"),
        ("sanction", "kinds", {"months": ["FINE"]}, "kinds ['months']: known are"),
        ("party", "kinds", {"uscc": ["LEGAL"]}, "say in `amounts` which attribute chooses"),
        ("party", "checked", ["uscc"], "checked ['check_status']: known are"),
        ("party", "essence", ["name_raw"], "customProperties ['essence']: known are"),
    ],
)
def test_an_entity_is_made_of_what_it_has(entity: str, name: str, value: object, said: str, tmp_path: Path) -> None:
    document: Document = yaml.safe_load(entities()[entity].path.read_text("utf-8"))
    document["customProperties"] = [p for p in document["customProperties"] if p["property"] != name]
    document["customProperties"].append({"property": name, "value": value})
    with pytest.raises(ContractError) as caught:
        read_entity(write(document, tmp_path))
    assert said in str(caught.value)


def test_an_entity_without_a_key_is_refused(tmp_path: Path) -> None:
    document: Document = yaml.safe_load(entities()["case_party"].path.read_text("utf-8"))
    no_key(document)
    with pytest.raises(ContractError, match="primaryKey: mark the columns"):
        read_entity(write(document, tmp_path))


def test_two_documents_of_one_source_are_refused(tmp_path: Path) -> None:
    for body in ("one", "two"):
        (tmp_path / body).mkdir()
        write(platform(), tmp_path / body)
    with pytest.raises(ContractError, match="is taken by"):
        sources(tmp_path)
