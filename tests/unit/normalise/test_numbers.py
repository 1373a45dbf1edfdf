"""A claimed number tells what its check said; a masked one is shown, makes no id and joins nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.onboard.trial import envelope_value
from schemas.contracts import Claim, Field, SourceContract, entities, source, sources
from tests.support.normalised import normalise_values
from tests.unit.normalise.penalty import penalty
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.numbers import check_status, masked_value, show_masked

USCC, TAX_NO = "行政相对人代码_1（统一社会信用代码）", "行政相对人代码_4（税务登记号）"
MASKED = "92341722MA***"
MASKS = [MASKED, "342922199**", "34*****0", "430*************92", "452226198012****22"]
MASKS += ["(2024)浙01民终×××号", "T2023-1*****"]
# Attributes by which a case, a party or a right is found beside those that make ids.
_JOINS = {"from_case_no", "to_case_no", "from_agency_uscc", "to_agency_uscc", "right_no", "case_no", "recordal_no"}
each_source = pytest.mark.parametrize("contract", sources().values(), ids=lambda contract: contract.source)


def claimed(*records: dict[str, str]) -> list[list[dict[str, Any]]]:
    """Return the numbers of the parties that records of Guangdong claim."""
    contract = source("amr_gd_penalties")
    common = dict.fromkeys(contract.labels) | {
        "行政相对人名称": "深圳墨川贸易有限公司",
        "处罚依据": "《中华人民共和国专利法》第六十八条",
        "处罚类别": "罚款",
        "处罚机关": "深圳市福田区市场监督管理局",
    }
    values = [
        envelope_value(contract, common | {"行政处罚决定书文号": f"深市监福处罚〔2026〕{n}号"} | record)
        for n, record in enumerate(records, start=1)
    ]
    staged = normalise_values(contract, values)
    assert staged.rules.num_rows == 0
    rows = staged.claims["party_identifier"].to_pylist()
    return [[row for row in rows if row["record_id"] == n] for n in range(1, len(records) + 1)]


def number(**record: str) -> dict[str, Any]:
    """Return the one number that a record claims."""
    ((row,),) = claimed(record)
    return row


@pytest.mark.parametrize(
    ("label", "written", "kept", "status"),
    [
        (USCC, "914403040000210126", "914403040000210126", "PASSED"),
        (USCC, "914403040000210393", None, "FAILED"),
        (USCC, MASKED, None, "MASKED"),
        ("行政相对人代码_2（组织机构代码）", "00002101-2", "000021012", "PASSED"),
        ("行政相对人代码_2（组织机构代码）", "00002101-3", None, "FAILED"),
        ("行政相对人代码_3（工商注册号）", "440304000002101", "440304000002101", "NOT_CHECKED"),
        ("行政相对人代码_3（工商注册号）", "4403*******2101", None, "MASKED"),
        (TAX_NO, "9.2341E+17", None, "FAILED"),
    ],
)
def test_a_number_tells_what_its_check_said(label: str, written: str, kept: str | None, status: str) -> None:
    row = number(**{label: written})
    assert (row["norm_value"], row["check_status"], row["is_masked"]) == (kept, status, status == "MASKED")


@pytest.mark.parametrize("nothing", ["", "/", "无", "00000000000000000X"])
def test_what_stands_for_nothing_is_no_number(nothing: str) -> None:
    assert claimed({USCC: nothing}) == [[]]


def test_a_number_without_its_check_digit_is_not_checked() -> None:
    item = replace(source("amr_gd_penalties").field_named("credit_norm_value"), cleaner="patent_no")
    values, reasons = cleaner("patent_no").column(pa.array(["200920182473.2", "200920182473", "200920182473.3", None]))
    assert check_status(item, values, reasons).to_pylist() == ["PASSED", "NOT_CHECKED", "FAILED", None]


def test_two_masked_numbers_that_look_alike_are_two_numbers_of_two_parties() -> None:
    (first,), (second,) = claimed({USCC: MASKED}, {USCC: MASKED})
    assert first["masked_value"] == second["masked_value"] == MASKED
    assert first["party_id"] != second["party_id"]
    assert first["identifier_id"] != second["identifier_id"]


def test_two_masked_numbers_of_one_case_that_look_alike_are_two_numbers() -> None:
    contract = source("pro_zj_prosecutions")
    record = dict.fromkeys(contract.labels) | {"案号": "杭检刑诉受〔2026〕1号", "承办院": "杭州市人民检察院"}
    record |= {"移送文号": "杭公诉字〔2026〕**号", "不起诉/文号": "杭公诉字〔2026〕**号"}
    rows = normalise_values(contract, [json.dumps(record)]).claims["case_identifier"].to_pylist()
    assert [(row["norm_value"], row["raw_value"], row["check_status"]) for row in rows] == [
        (None, "杭公诉字〔2026〕**号", "MASKED")
    ] * 2
    assert len({row["identifier_id"] for row in rows}) == 2


@pytest.mark.parametrize("written", ["430*************92", "452226198012****22", "34*****0"])
def test_a_masked_number_of_a_person_shows_no_more_than_a_whole_one(written: str) -> None:
    row = number(行政相对人类别="自然人", 证件类型="身份证", 证件号码=written)
    assert (row["id_type"], row["check_status"], row["id_token"], row["masked_value"]) == ("RID", "MASKED", None, None)
    assert row["id_mask"] in {"********", f"{written[:6]}********{written[-4:]}"}


def test_a_whole_number_of_a_person_is_a_token() -> None:
    row = number(行政相对人类别="自然人", 证件类型="身份证", 证件号码="11010519491231002X")
    assert (row["check_status"], row["is_masked"], row["norm_value"]) == ("PASSED", False, None)
    assert row["id_token"]
    assert row["id_mask"] == "110105********002X"


def test_a_number_of_which_nobody_says_the_kind_is_no_claim() -> None:
    assert claimed({"行政相对人类别": "自然人", "证件号码": "11010519491231002X"}) == [[]]


@pytest.mark.parametrize("written", ["452226198012****22", "4522261980**122", "４５２２２６１９８０１２××××22"])
def test_a_masked_number_that_may_be_of_a_person_is_masked_further(written: str) -> None:
    shown = show_masked(written)
    assert shown[:6] == "452226"
    assert set(shown[6:-4]) == {"*"}
    assert show_masked(shown) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("45222619801203*22", "452226*********22"),
        ("4522261980120312*", "452226***********"),
        ("452226198012031222*", "452226*************"),
        ("34***", "34***"),
        ("4522*1980*22", "4522******22"),
        ("3201****1", "3201****1"),
        ("92341722MA***", "92341722MA***"),
        ("张某11010519491231002X", "********"),
        ("11010519491231002X●", "110105*************"),
        ("证号〇某", "********"),
    ],
)
def test_a_masked_number_shows_no_more_than_its_ends(written: str, shown: str) -> None:
    assert show_masked(written) == shown
    assert show_masked(shown) == shown


def test_a_number_that_is_masked_now_is_another_record() -> None:
    contract = source("amr_js_penalties")
    record = dict.fromkeys(contract.labels) | {
        "entName": "南京墨川贸易有限公司", "penDecNo": "宁市监处罚〔2026〕1号", "penType_CN": "罚款",
        "penContent": "罚款", "penAuth_CN": "南京市市场监督管理局", "publicDate": "2026-05-01",
    }  # fmt: skip
    values = [json.dumps(record | {"regNo": written}) for written in ("3201****1", "3201****2", "3.2E+14", "/")]
    assert len(set(normalise_values(contract, values).records["image"].to_pylist())) == len(values)


def _makes_an_id(contract: SourceContract, claim: Claim, item: Field) -> bool:
    """Say whether a field gives a text that an id is made of, or by which another is found."""
    entity = entities()[claim.entity]
    keys = _JOINS | {name for way in entity.identity for name in way.given} | set(entity.checked)
    keys |= {name for name in ("other_case_no",) if entity.entity == "case_reference"}
    names = {claim.prefix + name for name in keys} | {
        field for name, field in contract.each_of(claim).items() if name in keys
    }
    return item.name in names and item.classification != "PI_SENSITIVE"


@each_source
def test_no_masked_number_makes_an_id_or_joins(contract: SourceContract) -> None:
    for claim in contract.claims:
        for item in filter(lambda item: _makes_an_id(contract, claim, item), contract.fields):
            for written in MASKS:
                value, _ = cleaner(item.cleaner).plain(written)
                kept = value if isinstance(value, list) else [value]
                assert not {character for one in kept for character in str(one or "")} & set("*×"), item.name


_RAW = st.one_of(
    st.none(),
    st.sampled_from([*MASKS, "914403040000210126", "00002101-2", "/", "0", "9.2341E+17", "某"]),
    st.text("0123456789X*×某ABCMN-/ 〇", max_size=20),
)
_NUMBERS = ["uscc", "org_code", "identifier", "doc_no", "patent_no", "trademark_no", "court_case_no", "digest"]


@pytest.mark.parametrize("name", _NUMBERS)
@settings(deadline=None)
@given(st.lists(_RAW, min_size=1, max_size=8))
def test_each_number_has_one_status_and_a_masked_one_no_value(name: str, raw: list[str | None]) -> None:
    item = replace(source("amr_gd_penalties").field_named("credit_norm_value"), cleaner=name)
    values, reasons = cleaner(name).column(pa.array(raw, pa.string()))
    status = check_status(item, values, reasons)
    shown = masked_value(pa.array(raw, pa.string()), status)
    for written, value, told, mask in zip(raw, values.to_pylist(), status.to_pylist(), shown.to_pylist(), strict=True):
        plain, reason = cleaner(name).plain(written)
        assert value == plain
        assert (told == "MASKED") == (reason == "masked") == (mask is not None)
        assert (told in {"PASSED", "NOT_CHECKED"}) == (value is not None)
        assert (told == "FAILED") == (value is None and reason not in {None, "masked", "placeholder"})
        if written is not None and mask is not None:
            assert mask == show_masked(written) == show_masked(mask)


def test_each_number_of_the_party_has_its_kind_by_the_text_in_its_bracket() -> None:
    """DOMAIN 3.1: the numbers behind 代码_ change places from province to province."""
    known = source("amr_zj_penalties")
    numbers = {"工商注册号": "330100000000001", "税务登记号": "330106000000001", "组织机构代码": "60003734-1"}
    labels = {label: number for kind, number in numbers.items() for label in known.labels if f"（{kind}）" in label}
    told = penalty(**labels).claims["party_identifier"].to_pylist()
    assert {(row["id_type"], row["norm_value"]) for row in told} == {
        ("REG_NO", "330100000000001"),
        ("TAX_NO", "330106000000001"),
        ("ORG_CODE", "600037341"),
    }
