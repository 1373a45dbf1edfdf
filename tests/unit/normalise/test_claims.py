"""Claims: rows, ids and substance, as the contracts say and without a name of an entity in code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from graphlib import TopologicalSorter
from typing import Any

import pyarrow as pa

from schemas.contracts import Claim, SourceContract, entities, source
from tests.support.normalised import normalise_values
from transforms.normalise.claims import build_claims, claimed_fields
from transforms.normalise.identity import hash_parts
from transforms.normalise.job import STAGED
from transforms.normalise.lists import UNEQUAL

CASE = Claim("case", constants={"proceeding": "PENALTY"})
PARTY = Claim("party", "infringer_", each={"name_raw": "names", "uscc": "codes"})
DECISION = Claim("decision", constants={"doc_type": "PENALTY"})
ROLE = Claim("case_party", "infringer_", constants={"role": "INFRINGER"})


DETAIL = {
    "place": pa.array(["第1法庭", None, "第2法庭"]),
    "days": pa.array([30, None, 1], pa.int64()),
    "amount": pa.array([Decimal("12.50"), None, None], pa.decimal128(18, 2)),
    "on": pa.array([date(2026, 5, 4), None, None]),
    "open": pa.array([True, None, None]),
    "kinds": pa.array([["公开"], None, None], pa.list_(pa.string())),
}


def contract(*claims: Claim) -> SourceContract:
    return replace(source("amr_zj_penalties"), claims=claims)


def made(columns: dict[str, Any], *claims: Claim) -> dict[str, list[dict[str, Any]]]:
    arrays = {name: values if isinstance(values, pa.Array) else pa.array(values) for name, values in columns.items()}
    size = len(next(iter(arrays.values())))
    ids = pa.array(range(1, size + 1), pa.int64())
    keys = pa.array([f"k{number}" for number in range(1, size + 1)])
    return {name: table.to_pylist() for name, table in build_claims(contract(*claims), arrays, ids, keys).items()}


def lists(*cells: list[str | None] | None) -> pa.Array:
    return pa.array(cells, pa.list_(pa.string()))


def test_parties_of_one_cell_become_parties_of_their_own_and_their_roles_follow() -> None:
    columns = {"case_no": ["1号"], "names": lists(["甲公司", "乙公司"]), "codes": lists(["A", None])}
    found = made(columns, CASE, PARTY, ROLE)
    assert [(p["name_raw"], p["uscc"]) for p in found["party"]] == [("甲公司", "A"), ("乙公司", None)]
    ids = [p["party_id"] for p in found["party"]]
    assert ids == [hash_parts("USCC", "A"), hash_parts("amr_zj_penalties", "k1|infringer_|2")]
    assert [r["party_id"] for r in found["case_party"]] == ids
    assert {r["case_id"] for r in found["case_party"]} == {found["case"][0]["case_id"]}


def test_parallel_lists_that_differ_stay_one_group() -> None:
    columns = {"case_no": ["1号"], "names": lists(["甲", "乙", "丙"]), "codes": lists(["A", "B"])}
    found = made(columns, CASE, PARTY, ROLE)
    assert [(p["name_raw"], p["uscc"]) for p in found["party"]] == [("甲、乙、丙", None)]
    assert len(found["case_party"]) == 1


def test_a_record_without_a_list_makes_no_row_of_it() -> None:
    columns = {"case_no": ["1号", "2号"], "names": lists(None, ["甲"]), "codes": lists(None, None)}
    found = made(columns, CASE, PARTY, ROLE)
    assert [(p["record_id"], p["name_raw"]) for p in found["party"]] == [(2, "甲")]
    assert [r["record_id"] for r in found["case_party"]] == [2]


def test_a_claim_that_lacks_what_its_entity_requires_is_none_and_nothing_refers_to_it() -> None:
    columns = {"case_no": ["1号", "2号"], "right_no": ["3333018", "7"], "register": ["TRADEMARK", None]}
    found = made(columns, CASE, Claim("ip_right"), Claim("case_right"))
    assert [r["right_no"] for r in found["ip_right"]] == ["3333018"]
    assert [r["right_id"] for r in found["case_right"]] == [found["ip_right"][0]["right_id"]]


def test_a_sanction_knows_its_place_in_the_decision_over_all_columns_that_name_sanctions() -> None:
    second = Claim("sanction", "second_", each={"sanction_type": "more"})
    columns = {
        "case_no": ["1号", "2号", "3号"],
        "kinds": lists(["WARN", "FINE"], None, ["FINE"]),
        "more": lists(["FINE", "CONF_GOODS"], ["WARN"], None),
    }
    found = made(columns, CASE, DECISION, Claim("sanction", each={"sanction_type": "kinds"}), second)["sanction"]
    places = [(s["record_id"], s["sanction_type"], s["seq"]) for s in found]
    assert places == [
        *((1, "WARN", 1), (1, "FINE", 2), (3, "FINE", 1)),
        *((1, "FINE", 2), (1, "CONF_GOODS", 3), (2, "WARN", 1)),
    ]
    without = made(columns | {"kinds": lists(["FINE"], None, ["FINE"])}, CASE, DECISION, second)["sanction"]
    assert [s["sanction_id"] for s in without] == [s["sanction_id"] for s in found[3:]]


def test_an_id_is_made_of_the_first_way_whose_part_is_known() -> None:
    columns = {"case_no": ["1号", "1号", None], "agency_uscc": ["B", None, "B"]}
    case = made(columns, CASE)["case"]
    assert [c["case_id"] for c in case] == [
        hash_parts("PENALTY", "B", "1号"),
        hash_parts("amr_zj", "PENALTY", None, "1号"),
        hash_parts("amr_zj", "PENALTY", "amr_zj_penalties", "k3"),
    ]


def test_without_a_code_an_id_has_the_authority_in_one_form_else_its_region() -> None:
    columns = {
        "case_no": ["1号"] * 4,
        "agency_name": ["浙江省杭州市工商局", "杭州市市场监督管理局", None, None],
        "region_code": ["330100", None, "330106", None],
    }
    known = hash_parts("amr_zj", "PENALTY", "杭州市市场监督管理局", "1号")
    region, none = (hash_parts("amr_zj", "PENALTY", part, "1号") for part in ("330106", None))
    assert [c["case_id"] for c in made(columns, CASE)["case"]] == [known, known, region, none]


def test_a_claim_without_substance_is_no_claim_and_its_role_neither() -> None:
    columns = {"case_no": ["1号", "2号"], "infringer_name_raw": ["甲", None]}
    found = made(columns, CASE, Claim("party", "infringer_"), ROLE)
    assert [p["record_id"] for p in found["party"]] == [1]
    assert [r["record_id"] for r in found["case_party"]] == [1]


def test_the_claim_of_another_prefix_lends_its_id_where_the_contract_says_so() -> None:
    role = Claim("case_party", constants={"role": "INFRINGER"}, of={"party_id": "maker_"})
    columns = {"case_no": ["1号"], "seller_name_raw": ["甲"], "maker_name_raw": ["乙"]}
    found = made(columns, CASE, Claim("party", "seller_"), Claim("party", "maker_"), role)
    assert found["case_party"][0]["party_id"] == found["party"][1]["party_id"]


def test_a_name_is_compared_in_its_normal_form_and_a_masked_one_never() -> None:
    printed = ["德榮堂醫藥(深圳)有限責任公司", "德荣堂医药（深圳）有限公司", "张某某", None]
    columns = {"case_no": list("1234"), "infringer_name_raw": printed, "infringer_uscc": list("ABCD")}
    found = made(columns, CASE, Claim("party", "infringer_"))["party"]
    assert [p["name_norm"] for p in found] == ["德荣堂医药（深圳）有限公司"] * 2 + [None, None]
    assert [p["name_raw"] for p in found] == printed


def test_an_id_is_never_read_from_a_field_of_its_name() -> None:
    found = made({"case_no": ["1号"], "case_id": ["made up"]}, CASE)
    assert found["case"][0]["case_id"] == hash_parts("amr_zj", "PENALTY", None, "1号")


def test_a_list_that_is_not_taken_apart_becomes_one_text() -> None:
    columns = {"case_no": ["1号"], "goods": lists(["鞋", "包"])}
    assert made(columns, CASE)["case"][0]["goods"] == "鞋、包"


def test_what_belongs_to_one_kind_of_sanction_is_not_told_of_the_others() -> None:
    decision = Claim("decision", constants={"doc_type": "PENALTY"})
    sanctions = Claim("sanction", each={"sanction_type": "kinds"})
    columns = {
        "case_no": ["1号"],
        "doc_no": ["1号"],
        "kinds": lists(["FINE", "SUSP_LICENCE", None, "CONF_GAIN"]),
        "surcharge_cny": [Decimal("12.50")],
        "duration_months": [6],
        "licence": ["第7号"],
    }
    found = made(columns, CASE, decision, sanctions)["sanction"]
    told = [(s["sanction_type"], s["surcharge_cny"], s["duration_months"], s["licence"]) for s in found]
    assert told == [
        ("FINE", Decimal("12.50"), None, None),
        ("SUSP_LICENCE", None, 6, "第7号"),
        ("CONF_GAIN", None, None, None),
    ]


def test_a_sanction_takes_the_goods_of_its_record_where_it_is_one_that_takes_goods() -> None:
    decision = Claim("decision", constants={"doc_type": "PENALTY"})
    sanctions = Claim("sanction", each={"sanction_type": "kinds"}, of={"item_id": "goods_"})
    columns = {
        "case_no": ["1号", "2号"],
        "doc_no": ["1号", "2号"],
        "kinds": lists(["FINE", "CONF_GOODS"], ["CONF_GOODS"]),
        "goods_description": ["鞋", None],
    }
    found = made(columns, CASE, decision, sanctions, Claim("goods_item", "goods_"))
    (item,) = found["goods_item"]
    told = [(s["record_id"], s["sanction_type"], s["item_id"]) for s in found["sanction"]]
    assert told == [(1, "FINE", None), (1, "CONF_GOODS", item["item_id"]), (2, "CONF_GOODS", None)]


def test_every_line_of_a_list_of_goods_names_the_measure_that_holds_it() -> None:
    goods = Claim("goods_item", each={"description": "lines"}, of={"measure_id": "sealed_"})
    sealed = Claim("case_measure", "sealed_", constants={"measure_type": "SEAL"})
    other = Claim("case_measure", "kept_", constants={"measure_type": "PRESERVE"})
    columns = {
        "case_no": ["1号", "2号"],
        "lines": lists(["鞋", "包"], ["帽"]),
        "sealed_measure_doc_no": ["封1号", None],
        "kept_measure_doc_no": ["存1号", "存2号"],
    }
    found = made(columns, CASE, goods, sealed, other)
    (seal,) = [m["measure_id"] for m in found["case_measure"] if m["measure_type"] == "SEAL"]
    assert [(g["description"], g["measure_id"]) for g in found["goods_item"]] == [
        ("鞋", seal),
        ("包", seal),
        ("帽", None),
    ]


def test_a_detail_is_an_object_of_the_fields_that_begin_with_it_in_the_order_of_their_names() -> None:
    fields = (replace(source("amr_zj_penalties").fields[0], name=f"held_detail.{name}") for name in DETAIL)
    claims = (CASE, Claim("case_event", "held_", constants={"event_type": "hearing.held"}))
    described = replace(contract(*claims), fields=(*contract().fields, *fields))
    columns = {
        "case_no": pa.array(["1号", "2号", "3号"]),
        "held_event_on": pa.array([date(2026, 5, 4), date(2026, 5, 5), None]),
        **{f"held_detail.{name}": column for name, column in DETAIL.items()},
    }
    ids, keys = pa.array([1, 2, 3], pa.int64()), pa.array(["k1", "k2", "k3"])
    events = build_claims(described, columns, ids, keys)["case_event"].to_pylist()
    assert [event["detail"] for event in events] == [
        '{"amount":12.50,"days":30,"kinds":["公开"],"on":"2026-05-04","open":true,"place":"第1法庭"}',
        None,
    ]
    assert {f"held_detail.{name}" for name in DETAIL} <= set(claimed_fields(described))


def test_parties_of_one_cell_have_their_place_and_a_party_alone_has_none() -> None:
    columns = {
        "case_no": ["1号"],
        "names": lists(["甲公司", "乙公司"]),
        "codes": lists(None),
        "holder_name_raw": ["丙"],
    }
    alone = Claim("party", "holder_"), Claim("case_party", "holder_", constants={"role": "RIGHT_HOLDER"})
    found = made(columns, CASE, PARTY, ROLE, *alone)["case_party"]
    assert [(r["role"], r["seq"]) for r in found] == [("INFRINGER", 1), ("INFRINGER", 2), ("RIGHT_HOLDER", None)]


def test_every_field_that_a_claim_takes_is_part_of_the_image() -> None:
    fields = claimed_fields(source("amr_zj_penalties"))
    assert {"sanction_types", "fine_cny", "infringer_uscc", "decision_event_on"} <= set(fields)


def test_ids_do_not_depend_on_each_other_in_circles() -> None:
    graph = {
        name: {a.refers_to for a in entity.references if any(a.name in way.parts for way in entity.identity)}
        for name, entity in entities().items()
    }
    assert set(TopologicalSorter(graph).static_order()) >= set(entities())


def test_an_id_refers_to_an_entity_that_has_one() -> None:
    for entity in entities().values():
        for attribute in entity.references:
            assert entities()[str(attribute.refers_to)].own_id, f"{entity.entity}.{attribute.name}"


def test_no_entity_takes_the_name_of_a_table_that_every_batch_passes_through() -> None:
    assert not set(STAGED) & set(entities())


def test_parallel_lists_that_differ_are_a_finding_of_the_record() -> None:
    base = source("shenzhen_amr_penalties")
    text = base.field_named("title")
    goods = replace(text, name="goods", label="penalty_content", cleaner="parts")
    units = replace(text, name="units", label="case_name", cleaner="parts")
    items = Claim("goods_item", each={"description": "goods", "unit": "units"})
    value = (
        '{"mid": "1", "party_name_registry": "甲公司", "penalty_type": "警告", "penalty_content": "鞋、包、帽", '
        '"case_name": "双、只", "legal_basis": "商标法"}'
    )
    fields, claims = (*base.fields, goods, units), (*base.claims, items)
    staged = normalise_values(replace(base, fields=fields, claims=claims), [value])
    assert ("goods", UNEQUAL) in [(f["field"], f["reason"]) for f in staged.findings.to_pylist()]
    assert staged.records["has_finding"].to_pylist() == [True]
    assert [(g["description"], g["unit"]) for g in staged.claims["goods_item"].to_pylist()] == [("鞋、包、帽", None)]
