"""A number belongs to the authority that gives it, in the id of a case and of a transfer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.contracts import source
from tests.support.normalised import normalise_values
from tests.unit.normalise.sent_rows import NUMBER, SHANDONG, TRANSFER, ZHEJIANG
from transforms.normalise.record import Staged

IDS = {"case": "case_id", "decision": "decision_id", "case_event": "event_id", "sanction": "sanction_id"}
# Authorities of one province, in several ways to write some of them, by the one that they are.
WRITTEN = {
    "青岛市市南区市场监督管理局": "市南",
    "山东省青岛市市南区市场监督管理局": "市南",
    "青岛市市南区工商行政管理局": "市南",
    "青岛市市南区市场监管局": "市南",
    "市南区市场监督管理局": "市南",
    "烟台市芝罘区市场监督管理局": "芝罘",
    "山东省烟台市芝罘区市场监管局": "芝罘",
    "山东省市场监督管理局": "省",
}


def staged(name: str, *rows: Mapping[str, str]) -> Staged:
    contract = source(name)
    return normalise_values(contract, [json.dumps({**dict.fromkeys(contract.labels), **row}) for row in rows])


def ids(name: str, rows: Sequence[Mapping[str, str]], entity: str = "case") -> list[Any]:
    made = staged(name, *rows)
    assert not any(made.records["is_quarantined"].to_pylist()), made.rules.to_pylist()
    return list(made.claims[entity].sort_by("record_id")[IDS.get(entity, f"{entity}_id")].to_pylist())


@pytest.mark.parametrize("entity", ["case", "decision", "case_event", "sanction"])
def test_two_authorities_that_leave_their_place_out_of_a_number_have_two_cases(entity: str) -> None:
    other = SHANDONG | {"CF_XZJG": "烟台市芝罘区市场监督管理局", "DFBM": "370602", "CF_XDR_MC": "烟台远山鞋业有限公司"}
    one, two = ids("amr_sd_penalties", [SHANDONG, other], entity)
    assert one != two


def test_an_authority_whose_code_fails_its_check_is_known_by_its_name() -> None:
    damaged = {"处罚机关统一社会信用代码": "113301060025035670"}
    other = damaged | {"处罚机关": "宁波市海曙区市场监督管理局", "行政相对人名称": "宁波远山鞋业有限公司"}
    one, two = ids("amr_zj_penalties", [ZHEJIANG | damaged, ZHEJIANG | other])
    assert one != two


def test_transfers_of_two_senders_with_one_number_are_two() -> None:
    other = {"移送机关": "宁波市海曙区市场监督管理局", "移送机关行政区划": "330203"}
    one, two = ids("amr_zj_transfers", [TRANSFER, TRANSFER | other], "transfer")
    assert one != two


@pytest.mark.parametrize(
    ("name", "row", "agency"),
    [
        ("amr_sd_penalties", SHANDONG, "CF_XZJG"),
        ("amr_zj_penalties", ZHEJIANG, "处罚机关"),
        ("amr_zj_transfers", TRANSFER, "移送机关"),
    ],
)
def test_a_record_of_one_authority_never_has_the_key_of_anothers(name: str, row: dict[str, str], agency: str) -> None:
    renamed, other = ({agency: of} for of in ("杭州市西湖区工商局", "宁波市海曙区市场监督管理局"))
    keys = staged(name, row | {agency: "杭州市西湖区市场监管局"}, row | renamed, row | other).records["record_key"]
    first, again, second = keys.to_pylist()
    assert first == again != second


@pytest.mark.parametrize(
    ("name", "row", "agency"),
    [
        ("amr_sd_penalties", SHANDONG, "CF_XZJG"),
        ("amr_zj_penalties", ZHEJIANG, "处罚机关"),
        ("amr_zj_transfers", TRANSFER, "移送机关"),
    ],
)
def test_the_keys_of_a_record_sent_twice_differ_where_the_contract_has_the_authority(
    name: str, row: dict[str, str], agency: str
) -> None:
    written = [{agency: of} for of in ("市南区市场监督管理局", "青岛市市南区市场监督管理局")]
    keys = staged(name, *(row | of for of in written)).records["record_key"].to_pylist()
    place, (one, other) = source(name).authority_in_key, (key.split("|") for key in keys)
    assert place is not None
    assert len(one) == len(other) == len(source(name).key)
    assert [part for part, (x, y) in enumerate(zip(one, other, strict=True), 1) if x != y] == [place]


@pytest.mark.parametrize("name", ["", "局" * 700])
def test_a_record_that_tells_no_authority_has_a_key_so_that_it_holds_no_snapshot(name: str) -> None:
    made = staged("amr_zj_penalties", ZHEJIANG | {"处罚机关": name})
    (key,) = made.records["record_key"].to_pylist()
    assert key.startswith(f"{NUMBER}||")
    assert made.counts["", "unreadableKeys"] == 0
    assert [(found["rule"], found["field"]) for found in made.rules.to_pylist()] == [
        ("length" if name else "missing", "agency_name")
    ]


def test_what_the_body_numbers_stays_one_case_when_another_authority_takes_it_over() -> None:
    row = {
        "登记类型": "举报",
        "登记编号": "1330106002026051100001",
        "承办单位": "杭州市西湖区市场监督管理局",
        "更新时间": "2026-05-12 09:30:00",
    }
    one, two = ids("hotline_12315_intake", [row, row | {"承办单位": "杭州市上城区市场监督管理局"}])
    assert one == two


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(WRITTEN)), st.integers(1, 3)), min_size=1, max_size=8), st.randoms())
def test_a_case_is_the_same_in_any_order_twice_and_beside_another_authoritys(
    told: list[tuple[str, int]], random: Any
) -> None:
    def made(several: list[tuple[str, int]]) -> list[Any]:
        rows = [SHANDONG | {"CF_XZJG": name, "CF_WSH": f"市监处罚〔2024〕{no}号"} for name, no in several]
        return ids("amr_sd_penalties", rows)

    cases = dict(zip(told, made(told), strict=True))
    shuffled = [*told, *told]
    random.shuffle(shuffled)
    assert dict(zip(shuffled, made(shuffled), strict=True)) == cases
    assert len({*cases.values()}) == len({(WRITTEN[name], no) for name, no in told})


@pytest.mark.parametrize("agency", [None, "/", "某市监局"])
def test_a_record_that_does_not_tell_its_authority_has_a_key(agency: str | None) -> None:
    rows = [{**ZHEJIANG, "处罚机关": agency or ""}]
    assert staged("amr_zj_penalties", *rows).records["record_key"].null_count == 0
