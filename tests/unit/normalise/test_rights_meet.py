"""A right in a recordal or a notice is the right of the register, however its number is written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from schemas.contracts import source
from tests.support.normalised import normalise_values
from transforms.errors import ContractBroken

_RECORDAL = {"备案号": "T2023-151552", "权利名称": "诺瓦", "权利人名称": "诺瓦体育用品股份有限公司", "备案状态": "有效"}
_NOTICE = {"noticeId": "TH1", "eventType": "case.accepted", "sequence": "1", "occurredAt": "2026-03-02T10:00:00+08:00"}
_MARK = {"注册号": "3333018", "注册人名称": "诺瓦体育用品股份有限公司", "更新日期": "2026-05-08"}
_PATENT = {"patentNo": "ZL200920182473.2", "holder.name": "海棠精密机械（上海）有限公司", "updatedAt": "2026-05-08"}


def claimed(name: str, entity: str = "ip_right", /, **values: str) -> list[dict[str, str]]:
    """Return the rights, or the rows of another entity, that a record claims."""
    contract = source(name)
    staged = normalise_values(contract, [json.dumps(dict.fromkeys(contract.labels) | values, ensure_ascii=False)])
    assert staged.rules.num_rows == 0
    rows: list[dict[str, str]] = staged.claims[entity].to_pylist()
    return rows


def rights(name: str, **values: str) -> dict[str, str]:
    """Return the id of each right that a record claims, by its register."""
    return {row["register"]: row["right_id"] for row in claimed(name, **values)}


def patent(number: str) -> dict[str, str]:
    """Return the right that the register claims for a number."""
    return claimed("cnipa_patents", **_PATENT | {"patentNo": number})[0]


@pytest.mark.parametrize("written", ["3333018", "第3333018号", "第０３３３３０１８号"])
def test_a_recorded_mark_is_the_registered_mark(written: str) -> None:
    recorded = rights("customs_recordals", **_RECORDAL, 权利类别="商标权", 权利号=written)
    assert recorded["TRADEMARK"] == rights("cnipa_trademarks", **_MARK)["TRADEMARK"]
    assert recorded["RECORDAL"] != recorded["TRADEMARK"]


@pytest.mark.parametrize("written", ["200920182473.2", "ZL200920182473.2", "专利号：ZL 2009 2 0182473.2"])
def test_a_recorded_patent_is_the_registered_patent(written: str) -> None:
    recorded = rights("customs_recordals", **_RECORDAL, 权利类别="实用新型专利", 权利号=written)
    assert recorded["PATENT"] == rights("cnipa_patents", **_PATENT)["PATENT"]


@pytest.mark.parametrize("written", ["CN101234567B", "ｃｎ １０１２３４５６７ Ｂ"])
def test_a_recorded_publication_is_the_one_that_the_register_names(written: str) -> None:
    recorded = rights("customs_recordals", **_RECORDAL, 权利类别="授权公告号", 权利号=written)
    registered = rights("cnipa_patents", **_PATENT, publicationNo="CN101234567B")
    assert recorded["PATENT_PUB"] == registered["PATENT_PUB"] != registered["PATENT"]
    assert "PATENT_PUB" not in rights("cnipa_patents", **_PATENT)


@pytest.mark.parametrize("written", ["3333018", "第3333018号"])
def test_a_mark_in_a_notice_is_the_registered_mark(written: str) -> None:
    noticed = rights("platform_notices", **_NOTICE, rightType="商标", rightNo=written)
    assert noticed == rights("cnipa_trademarks", **_MARK)


def test_a_patent_in_a_notice_is_the_registered_patent() -> None:
    noticed = rights("platform_notices", **_NOTICE, rightType="实用新型", rightNo="200920182473.2")
    assert noticed == rights("cnipa_patents", **_PATENT)


@pytest.mark.parametrize(
    ("whole", "bare"),
    [("ZL200920182473.2", "200920182473"), ("CN200810000123X", "2008 1 0000123"), ("ZL98101234.5", "ZL98101234")],
)
def test_a_patent_without_its_check_digit_is_the_one_with_it(whole: str, bare: str) -> None:
    registered = patent(whole)
    assert patent(bare)["right_id"] == registered["right_id"]
    recorded = rights("customs_recordals", **_RECORDAL, 权利类别="实用新型专利", 权利号=bare)
    assert recorded["PATENT"] == registered["right_id"]


@pytest.mark.parametrize(("printed", "shown"), [("200920182473", "200920182473"), ("ZL98101234", "ZL98101234")])
def test_a_check_digit_that_nobody_printed_is_not_shown(printed: str, shown: str) -> None:
    assert patent(printed)["right_no"] == shown


@pytest.mark.parametrize("written", ["ZL200920182473.3", "200920182474", "98101234", "ZL98101235"])
def test_another_number_or_a_wrong_one_names_another_right(written: str) -> None:
    recorded = rights("customs_recordals", **_RECORDAL, 权利类别="实用新型专利", 权利号=written)
    assert recorded["PATENT"] not in (patent("ZL200920182473.2")["right_id"], patent("ZL98101234.5")["right_id"])


def test_twelve_digits_of_another_register_are_no_patent() -> None:
    work = rights("customs_recordals", **_RECORDAL, 权利类别="著作权", 权利号="200920182473")
    other = rights("customs_recordals", **_RECORDAL, 权利类别="著作权", 权利号="200920182473.2")
    assert work["COPYRIGHT"] != other["COPYRIGHT"]


@pytest.mark.parametrize("written", ["第３３３３０１８号", "ZL 2009 2 0182473.2", "专利号：200920182473.2"])
def test_a_court_writes_a_number_as_the_register_does(written: str) -> None:
    shown = {right["right_no"] for right in (*claimed("cnipa_trademarks", **_MARK), patent(_PATENT["patentNo"]))}
    case = {
        "id": "1",
        "updated_at": "2026-03-02T10:01:00+08:00",
        "cause": "侵害专利权纠纷",
        "court_name": "杭州市中级人民法院",
    }
    assert claimed("court_hz_cases", "case", **case, right_no=written)[0]["right_no"] in shown


def test_a_number_of_another_register_names_no_right_of_this_one() -> None:
    recorded = rights("customs_recordals", **_RECORDAL, 权利类别="实用新型专利", 权利号="3333018")
    assert recorded["PATENT"] != rights("cnipa_trademarks", **_MARK)["TRADEMARK"]
    assert recorded["PATENT"] == rights("customs_recordals", **_RECORDAL, 权利类别="实用新型专利", 权利号="")["PATENT"]


def test_a_register_that_no_field_tells_is_refused_with_the_remedy() -> None:
    contract = source("customs_recordals")
    fields = tuple(
        replace(f, cleaner="right_no(register=kind)") if f.name == "recorded_right_no" else f for f in contract.fields
    )
    with pytest.raises(ContractBroken, match="name a field"):
        normalise_values(replace(contract, fields=fields), ["{}"])
