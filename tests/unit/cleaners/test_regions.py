"""Regions on a day: DOMAIN 2.8, trap 12, defect D16."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.normalise.cleaners.regions import clean_region, clean_region_code, regions_on
from transforms.normalise.cleaners.vocabulary import read_vocabulary

NOW, BEFORE = date(2026, 11, 22), date(2008, 8, 8)
Vector = tuple[str | None, date | None, str | None, str | None]
REGIONS: list[Vector] = [
    ("110118", NOW, "110118", None),
    ("１１０１１８", None, "110118", None),
    ("110228", BEFORE, "110228", None),
    ("110228", NOW, "110118", "renamed_region"),
    ("310119", NOW, "310115", "renamed_region"),
    ("310230", NOW, "310151", "renamed_region"),
    ("370181", NOW, "370114", "renamed_region"),
    ("341400", NOW, "341400", "retired_region"),
    ("371200", NOW, "371200", "retired_region"),
    ("330104", NOW, "330104", "retired_region"),
    ("110228", None, "110228", None),
    ("330113", BEFORE, "330113", "later_region"),
    ("441900", NOW, "441900", None),
    ("429004", NOW, "429004", None),
    ("659001", NOW, "659001", None),
    ("660000", NOW, "660000", None),
    ("310108", NOW, "310106", "renamed_region"),
    ("320800", NOW, "320800", None),
    ("330114", NOW, "330114", None),
    ("460400", NOW, "460400", None),
    ("440399", NOW, "440399", "unknown_region"),
    ("山东省莱芜市", NOW, "371200", "retired_region"),
    ("山东省莱芜市", BEFORE, "371200", None),
    ("新疆生产建设兵团", NOW, "660000", None),
    ("浙江省杭州市余杭区", NOW, "330110", None),
    ("浙江省 杭州市 余杭区", None, "330110", None),
    ("杭州余杭区", None, "330110", None),
    ("北京市密云县", BEFORE, "110228", None),
    ("北京市密云县", NOW, "110118", "renamed_region"),
    ("湖北省襄樊市", NOW, "420600", None),
    ("湖北省襄阳市", NOW, "420600", None),
    ("内蒙古自治区通辽市科尔沁左翼后旗", NOW, "150522", None),
    ("新疆", NOW, "650000", None),
    ("西湖区", NOW, None, "ambiguous"),
    ("吉林", NOW, None, "ambiguous"),
    ("火星", NOW, None, "unmapped"),
    ("1102", NOW, None, "format"),
    ("1102**", NOW, None, "masked"),
    ("无", NOW, None, "placeholder"),
    (None, NOW, None, None),
]


@pytest.mark.parametrize(("raw", "on", "value", "reason"), REGIONS)
def test_a_region_is_its_code_on_the_day(
    raw: str | None, on: date | None, value: str | None, reason: str | None
) -> None:
    assert clean_region(raw, on=on) == (value, reason)


SENT: list[Vector] = [
    ("330103", date(2020, 12, 31), "330103", None),
    ("330103", date(2024, 7, 30), "330103", "retired_region"),
    ("330103", None, "330103", None),
    ("330113", date(2020, 12, 31), "330113", "later_region"),
    ("999999", NOW, "999999", "unknown_region"),
    ("合肥市", NOW, "340100", None),
    ("安徽省合肥市蜀山区", NOW, "340104", None),
    ("浙江省杭州市下城区", date(2020, 12, 31), "330103", None),
    ("浙江省杭州市下城区", date(2024, 7, 30), "330103", "retired_region"),
    ("鼓楼区", NOW, None, "ambiguous"),
    ("火星", NOW, None, "unmapped"),
    ("1102", NOW, None, "format"),
    ("/", NOW, None, "placeholder"),
    (None, NOW, None, None),
]


@pytest.mark.parametrize(("raw", "on", "value", "reason"), SENT)
def test_a_region_is_kept_as_it_was_sent_and_one_that_was_not_there_on_the_day_is_told(
    raw: str | None, on: date | None, value: str | None, reason: str | None
) -> None:
    assert clean_region_code(raw, on=on) == (value, reason)


def test_of_whatever_was_sent_the_two_cleaners_differ_in_what_became_of_it_only() -> None:
    for row in read_vocabulary("region"):
        for raw in (row["region_code"], row["province_zh"] + row["name_zh"]):
            sent, became = clean_region_code(raw, on=NOW), clean_region(raw, on=NOW)
            if became.reason == "renamed_region":
                assert isinstance(sent.value, str)
                assert sent.reason == "retired_region"
                assert (became.value,) == regions_on(sent.value, NOW)
            else:
                assert became == sent


def test_a_region_may_become_several_and_several_one() -> None:
    assert regions_on("330104", NOW) == ("330102", "330114")
    assert regions_on("330104", BEFORE) == ("330104",)
    assert regions_on("371200", NOW) == ("370116", "370117")
    assert set(regions_on("341400", NOW)) == {"340181", "340124", "340281", "340522", "340207", "340523"}
    assert regions_on("110103", NOW) == regions_on("110101", NOW) == ("110101",)
    assert regions_on("999999", NOW) == ()


def test_no_code_that_ever_was_is_rejected() -> None:
    for row in read_vocabulary("region"):
        since = date.fromisoformat(row["valid_from"])
        assert clean_region(row["region_code"], on=since) == (row["region_code"], None)
        assert clean_region(row["region_code"], on=NOW).value is not None
        assert clean_region(row["region_code"], on=date.min) == (row["region_code"], "later_region")


def test_a_region_leads_only_to_regions_that_are_there() -> None:
    in_force = {row["region_code"] for row in read_vocabulary("region") if not row["valid_to"]}
    for row in read_vocabulary("region"):
        assert set(regions_on(row["region_code"], NOW)) <= in_force
