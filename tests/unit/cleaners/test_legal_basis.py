"""Legal bases: DOMAIN 1.9, traps 2 and 1.3, defect D27."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pyarrow as pa
import pytest

from transforms.normalise.cleaners.classification import clean_ip_case_type, clean_ip_right_type
from transforms.normalise.cleaners.laws import Provision, law_changes, lineage
from transforms.normalise.cleaners.legal_basis import clean_legal_basis
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.vocabulary import read_vocabulary

DECEMBER, JANUARY = date(2026, 12, 31), date(2027, 1, 1)
Vector = tuple[str | None, list[str] | None, str | None]
BASES: list[Vector] = [
    ("《中华人民共和国商标法》第五十七条第三项、第六十条第二款", ["TML/2019/57//3", "TML/2019/60/2"], None),
    ("商标法第57条第（一）、（二）项", ["TML/2019/57//1", "TML/2019/57//2"], None),
    ("商标法第５７条第（一）（二）项", ["TML/2019/57//1", "TML/2019/57//2"], None),
    ("《商标法》第五十七条第一至三项", ["TML/2019/57//1", "TML/2019/57//2", "TML/2019/57//3"], None),
    ("《商标法》第六十条第一款、第二款", ["TML/2019/60/1", "TML/2019/60/2"], None),
    ("《商标法》第六十条至第六十二条", ["TML/2019/60", "TML/2019/61", "TML/2019/62"], None),
    ("《商标法》第五十七条、第六十条，该法第六十二条", ["TML/2019/57", "TML/2019/60", "TML/2019/62"], None),
    ("《商标法》第六十条；商标法第六十条", ["TML/2019/60"], None),
    ("《商标法》（2013年修正）第五十七条", ["TML/2013/57"], None),
    ("依据“商标法”第五十七条“有下列行为之一的，依照第九条处理”", ["TML/2019/57"], None),
    ("《商标法》", ["TML/2019"], None),
    ("《反不正当竞争法》有关侵犯商业秘密的规定", ["AUCL/2025"], None),
    ("《专利法》第六十八条、《专利法实施细则》第八十四条第一款第一项", ["PTL/2020/68", "PTR/2023/84/1/1"], None),
    ("刑法第二百一十三条、第二百一十九条之一", ["CRL//213", "CRL//219-1"], None),
    (
        "中华人民共和国广告法(2018修正)/第二章广告内容准则/第二十八条/第一款；中华人民共和国行政处罚法/第四章/第三十二条",
        ["广告法/2018/28/1", "APL/2021/32"],
        None,
    ),
    ("当事人的行为违反了深圳经济特区产品质量管理条例第五十七条", ["深圳经济特区产品质量管理条例//57"], None),
    ("违反《食品安全法》第一百二十四条第一款第（五）项", ["食品安全法//124/1/5"], None),
    ("根据商标法及其实施条例第七十五条", ["TML/2019", "TMR/2014/75"], None),
    ("《专利法》及其实施细则第八十四条", ["PTL/2020", "PTR/2023/84"], None),
    ("《商标法》第五十七条及其实施条例第七十五条", ["TML/2019/57", "TMR/2014/75"], None),
    ("《商标法》及实施条例第七十五条", ["TML/2019", "TMR/2014/75"], None),
    ("《商标法》实施条例第七十五条", ["TML/2019", "TMR/2014/75"], None),
    ("《专利法》及其实施细则", ["PTL/2020", "PTR/2023"], None),
    ("食品安全法及其实施条例第五条", ["食品安全法", "食品安全法实施条例//5"], None),
    ("食品安全法实施条例第五条", ["食品安全法实施条例//5"], None),
    ("违反管理规定及其他要求", None, "unparseable"),
    ("及其实施条例第五条", None, "unparseable"),
    ("参照商标法第57条", ["TML/2019/57"], None),
    ("按商标法第57条", ["TML/2019/57"], None),
    ("违犯食品安全法第五条", ["食品安全法//5"], None),
    ("《商标法》第五十七条和食品安全法第五条", ["TML/2019/57", "食品安全法//5"], None),
    ("按摩服务管理办法第五条", ["按摩服务管理办法//5"], None),
    ("《商标法》57(3)", ["TML/2019"], "some_unparseable"),
    ("商标法57", ["TML/2019"], "some_unparseable"),
    ("《商标法》（57）", ["TML/2019"], "some_unparseable"),
    ("《商标法》第五十七条、60", ["TML/2019/57"], "some_unparseable"),
    ("《商标法》第五十七条，60", ["TML/2019/57"], "some_unparseable"),
    ("《商标法》第五十七条，罚款60元", ["TML/2019/57"], None),
    ("《商标法》第五十七条，2026年3月2日起", ["TML/2019/57"], None),
    ("《商标法》第五十七条；1.罚款；2.没收", ["TML/2019/57"], None),
    ("刑法第二百一条之一", ["CRL"], "some_unparseable"),
    ("《商标法》第五十七条、第六百一条第二款", ["TML/2019/57"], "some_unparseable"),
    ("《商标法》第五十七条第三项、第六百一条第二款、第六十条", ["TML/2019/57//3", "TML/2019/60"], "some_unparseable"),
    ("违反《商标法》第五十七条第（三）项，依据该法第六十条第二款", ["TML/2019/57//3", "TML/2019/60/2"], None),
    (
        "《商标法》第五十七条、《商标法实施条例》第七十五条，依据该法第六十条、该条例第七十八条",
        ["TML/2019/57", "TMR/2014/75", "TML/2019/60", "TMR/2014/78"],
        None,
    ),
    ("违反商标法第五十七条，依照上述法六十条", ["TML/2019/57", "TML/2019/60"], None),
    ("《食品安全法》第四条，同法第五条", ["食品安全法//4", "食品安全法//5"], None),
    ("法释〔2025〕5号第三条、该解释第四条", ["CRI/2025/3", "CRI/2025/4"], None),
    ("《商标法》第五十七条，依据该条例第七十五条第二款", ["TML/2019/57"], "some_unparseable"),
    ("依据本法第六十条", None, "unparseable"),
    ("违反合同法第五条、香港特别行政区基本法第六条", ["合同法//5", "香港特别行政区基本法//6"], None),
    ("《商标法》第五十七条、六十条", ["TML/2019/57", "TML/2019/60"], None),
    ("《商标法》第五十七条，以及六十条第二款", ["TML/2019/57", "TML/2019/60/2"], None),
    ("《商标法》第五十七条、第60.1条第二款、第六十二条", ["TML/2019/57", "TML/2019/62"], "some_unparseable"),
    ("商标法五十七条、六十条二款", ["TML/2019/57", "TML/2019/60/2"], None),
    ("《商标法》57条3项", ["TML/2019/57//3"], None),
    ("《商标法》（2013年修正）57条", ["TML/2013/57"], None),
    ("食品安全法一百二十四条", ["食品安全法//124"], None),
    ("《商标法》第五十七条（三）项", ["TML/2019/57//3"], None),
    ("《商标法》第五十七条第（一）项、（三）项", ["TML/2019/57//1", "TML/2019/57//3"], None),
    ("《商标法》第五十七条（三）", ["TML/2019/57"], "some_unparseable"),
    ("《商标法》第57.3条", ["TML/2019"], "some_unparseable"),
    ("《商标法》第五十七条，3项侵权行为，2款商品", ["TML/2019/57"], None),
    ("《商标法》两款商品", ["TML/2019"], None),
    ("《商标法》第二款", ["TML/2019"], "some_unparseable"),
    ("第五十七条，《商标法》第六十条", ["TML/2019/60"], "some_unparseable"),
    ("第五十七条", None, "unparseable"),
    ("假冒专利", None, "unparseable"),
    ("《商标法》第" + "一" * 400, ["TML/2019"], None),
    ("《商标法》第" + "(一)" * 400 + "第", ["TML/2019"], None),
    ("无", None, "placeholder"),
    ("", None, None),
    (None, None, None),
]


@pytest.mark.parametrize(("raw", "value", "reason"), BASES)
def test_a_basis_is_a_list_of_provisions(raw: str | None, value: list[str] | None, reason: str | None) -> None:
    assert clean_legal_basis(raw, on=DECEMBER) == (value, reason)


def test_the_same_text_names_the_articles_of_the_law_in_force() -> None:
    text = "《商标法》第七十二条第三项、第七十四条第二款"
    assert clean_legal_basis(text, on=JANUARY) == (["TML/2026/72//3", "TML/2026/74/2"], None)
    assert clean_legal_basis(text, on=DECEMBER) == (["TML/2019/72//3", "TML/2019/74/2"], None)


def test_without_a_day_the_version_stays_open() -> None:
    assert clean_legal_basis("《商标法》第五十七条") == (["TML//57"], "undated_law")
    assert clean_legal_basis("《商标法》第五十七条", on=date(1990, 1, 1)) == (["TML//57"], "no_version_in_force")
    assert clean_legal_basis("《商标法》（2019修正）第五十七条") == (["TML/2019/57"], None)


@pytest.mark.parametrize(
    ("raw", "by", "value", "reason"),
    [
        ("《商标法》第五十七条第三项、第六十条第二款", date(2027, 2, 1), ["TML/2019/57//3", "TML/2019/60/2"], None),
        ("《商标法》第七十二条第三项、第七十四条", date(2027, 2, 1), ["TML/2026/72//3", "TML/2026/74"], None),
        ("《商标法》第五十七条、第七十四条", date(2027, 2, 1), ["TML//57", "TML//74"], "open_version"),
        ("《商标法》第五十七条、第六十条", date(2021, 2, 1), ["TML//57", "TML//60"], "open_version"),
        ("《专利法实施细则》第八十四条", date(2025, 2, 1), ["PTR//84"], "open_version"),
        ("《商标法》第五十四条", date(2027, 2, 1), ["TML//54"], "open_version"),
        ("《商标法》（2026年修订）第五十四条", date(2027, 2, 1), ["TML/2026/54"], None),
        ("《商标法》第五十四条", date(2026, 12, 31), ["TML/2019/54"], None),
        ("《商标法》第五十四条", date(2029, 12, 31), ["TML//54"], "open_version"),
        ("《商标法》第五十四条", date(2030, 1, 1), ["TML/2026/54"], None),
        ("《商标法》第五十七条", date(1990, 1, 1), ["TML//57"], "no_version_in_force"),
        ("《行政处罚法》第三十二条", date(2021, 7, 15), ["APL/2021/32"], None),
        ("《反不正当竞争法》第九条", date(2025, 11, 1), ["AUCL//9"], "open_version"),
        ("《反不正当竞争法》第九条、第二十一条", date(2025, 11, 1), ["AUCL/2019/9", "AUCL/2019/21"], None),
        ("《反不正当竞争法》第十条、第二十六条", date(2025, 11, 1), ["AUCL/2025/10", "AUCL/2025/26"], None),
        ("法释〔2025〕5号第三条", date(2027, 2, 1), ["CRI/2025/3"], None),
        ("《食品安全法》第一百二十四条", date(2027, 2, 1), ["食品安全法//124"], None),
    ],
)
def test_where_only_the_decision_is_dated_the_articles_tell_the_version_or_it_stays_open(
    raw: str, by: date, value: list[str], reason: str | None
) -> None:
    assert clean_legal_basis(raw, by=by) == (value, reason)


def test_what_an_act_is_follows_its_day_and_how_it_is_dealt_with_that_of_the_decision() -> None:
    text = "《商标法》第五十七条、《行政处罚法》第三十三条"
    found = clean_legal_basis(text, on=date(2019, 10, 31), by=date(2021, 7, 15))
    assert found == (["TML/2013/57", "APL/2021/33"], None)
    assert clean_legal_basis(text, on=date(2021, 7, 14)).value == ["TML/2019/57", "APL/2017/33"]


@pytest.mark.parametrize(
    ("raw", "by", "case_type", "reason"),
    [
        ("《商标法》第五十七条", date(2027, 2, 1), "TM_PENALTY", None),
        ("《商标法》第七十二条", date(2027, 2, 1), "TM_PENALTY", None),
        ("《商标法》第五十七条", None, "TM_PENALTY", None),
        ("《商标法》第六十八条第四款", date(2026, 2, 1), "TM_BADFAITH", None),
        ("《商标法》第六十八条第四款", date(2027, 2, 1), None, "ambiguous"),
        ("《商标法》第五十四条", date(2027, 2, 1), None, "ambiguous"),
        ("《商标法》第五十四条", date(2030, 2, 1), "TM_BADFAITH", None),
        ("《商标法》第五十二条", date(2030, 2, 1), None, "ambiguous"),
        ("《商标法》第五十二条", date(2027, 2, 1), None, "ambiguous"),
        ("《商标法》第十条、第七十四条", date(2030, 2, 1), "TM_PENALTY", None),
        ("《商标法》第七十五条", date(2030, 2, 1), "TM_PENALTY", None),
        ("《商标法》第六十一条", date(2026, 2, 1), "TM_PENALTY", None),
        ("《商标法》", date(2030, 2, 1), "TM_PENALTY", None),
        ("《商标法》第五十二条", date(2026, 2, 1), None, None),
        ("《商标法》第五十二条、第五十七条", date(2026, 2, 1), "TM_PENALTY", None),
        ("《商标法》第六十八条第一款", date(2026, 2, 1), None, None),
        ("《专利法》第六十五条", date(2026, 2, 1), "PAT_ADJ", None),
        ("《专利法》第六十八条", date(2026, 2, 1), "PAT_COUNTERFEIT", None),
    ],
)
def test_an_authority_of_market_regulation_has_the_cases_that_its_articles_make(
    raw: str, by: date | None, case_type: str | None, reason: str | None
) -> None:
    assert clean_ip_case_type(raw, body_kind="AMR", by=by) == (case_type, reason)
    assert clean_ip_right_type(raw, by=by) == ("TM" if "商标" in raw else "PAT", None)


def test_measures_on_adjudication_and_mediation_are_no_mediation() -> None:
    text = "《专利纠纷行政裁决和调解办法》第十条"
    assert clean_ip_case_type(text, body_kind="PIPA", by=JANUARY).value == "PAT_ADJ"
    assert clean_ip_case_type("专利纠纷调解", body_kind="PIPA", by=JANUARY).value == "PAT_MED"


def test_an_article_knows_what_it_succeeds() -> None:
    assert list(map(str, lineage(Provision.read("TML/2026/72//3")))) == [
        "TML/2026/72//3",
        "TML/2019/57//3",
        "TML/2013/57//3",
    ]
    assert list(map(str, lineage(Provision.read("TML/2026/74/2")))) == ["TML/2026/74/2", "TML/2019/60", "TML/2013/60"]
    assert list(map(str, lineage(Provision.read("PTL/2020/70")))) == ["PTL/2020/70"]


@pytest.mark.parametrize("article", ["五十七条第三项", "六十条第二款"])
@pytest.mark.parametrize("renumbered", ["七十二条第三项", "七十四条第二款"])
def test_old_and_new_articles_classify_alike(article: str, renumbered: str) -> None:
    for text, on in ((f"《商标法》第{article}", DECEMBER), (f"《商标法》第{renumbered}", JANUARY)):
        assert clean_ip_right_type(text, on=on) == ("TM", None)
        assert clean_ip_case_type(text, body_kind="AMR", on=on) == ("TM_PENALTY", None)


@pytest.mark.parametrize(
    ("article", "on", "right"),
    [
        ("二十一条", date(2025, 10, 14), "TS"),
        ("二十六条", date(2025, 10, 15), "TS"),
        ("十条", date(2025, 10, 15), "TS"),
        ("二十一条", date(2025, 10, 15), None),
        ("十条", date(2025, 10, 14), None),
    ],
)
def test_a_trade_secret_is_known_by_the_article_of_the_competition_law_of_the_day(
    article: str, on: date, right: str | None
) -> None:
    text = f"《反不正当竞争法》第{article}"
    assert clean_ip_right_type(text, on=on).value == right
    assert clean_ip_case_type(text, body_kind="AMR", on=on).value == ("TS_PENALTY" if right else None)


@pytest.mark.parametrize(
    ("article", "right", "reason"),
    [("九条", None, "ambiguous"), ("十条", None, "ambiguous"), ("二十一条", "TS", None), ("二十六条", "TS", None)],
)
def test_an_article_that_is_a_trade_secret_in_a_version_that_may_apply_is_not_passed_over(
    article: str, right: str | None, reason: str | None
) -> None:
    text = f"《反不正当竞争法》第{article}"
    assert clean_ip_right_type(text, by=date(2026, 5, 11)) == (right, reason)
    assert clean_ip_right_type(text) == (None, "ambiguous")


def test_customs_penalties_are_known_by_the_provision_that_fines_infringing_goods() -> None:
    text = "《海关行政处罚实施条例》第{}条第一款"
    assert clean_ip_case_type(text.format("二十五"), body_kind="CUS", on=DECEMBER).value == "CUS_PENALTY"
    assert clean_ip_case_type(text.format("十五"), body_kind="CUS", on=DECEMBER).value is None


@pytest.mark.parametrize(
    ("raw", "body_kind", "since", "before", "after"),
    [
        ("药品专利纠纷行政裁决", "CNIPA", date(2021, 6, 1), "PAT_ADJ", "PAT_DRUG"),
        ("药品专利纠纷行政裁决", "PIPA", date(2021, 6, 1), "PAT_ADJ", "PAT_DRUG"),
        ("恶意申请商标注册，违反商标法", "AMR", date(2019, 11, 1), "TM_PENALTY", "TM_BADFAITH"),
    ],
)
def test_words_make_a_type_of_case_from_the_day_on_which_there_is_one(
    raw: str, body_kind: str, since: date, before: str, after: str
) -> None:
    days = [since - timedelta(days=1), since, None]
    asked = cleaner(f"ip_case_type(body_kind={body_kind}, on=decided_on)")
    assert [asked.plain(raw, on=day).value for day in days] == [before, after, after]
    assert [asked.plain(raw, by=day).value for day in days] == [before, after, after]
    column, _ = asked.column(pa.array([raw] * 3), on=pa.array(days))
    assert column.to_pylist() == [before, after, after]


def test_an_article_means_what_it_meant_on_the_day_of_the_act() -> None:
    text = "《商标法》第五十四条"
    assert clean_ip_case_type(text, body_kind="AMR", on=DECEMBER).value == "TM_PENALTY"
    assert clean_ip_case_type(text, body_kind="AMR", on=JANUARY).value == "TM_BADFAITH"
    assert clean_ip_case_type(text, body_kind="AMR") == (None, "ambiguous")


@pytest.mark.parametrize(
    ("raw", "right"),
    [
        ("《刑法》第二百一十四条", "TM"),
        ("刑法第217条", "CPR"),
        ("刑法第二百一十九条之一", "TS"),
        ("刑法第二百六十四条", None),
    ],
)
def test_a_provision_tells_the_right_where_no_word_does(raw: str, right: str | None) -> None:
    assert clean_ip_right_type(raw, on=DECEMBER).value == right
    assert clean_ip_case_type(raw, body_kind="PSB", on=DECEMBER).value == ("CRIM_INV" if right else None)


def test_the_versions_of_a_law_follow_each_other() -> None:
    by_law: dict[str, list[tuple[str, str]]] = {}
    for row in read_vocabulary("law"):
        by_law.setdefault(row["law_code"], []).append((row["valid_from"], row["valid_to"]))
        assert row["source"]
    for spans in by_law.values():
        assert all(end == start for (_, end), (start, _) in itertools.pairwise(spans))
    assert list(law_changes()) == sorted(set(law_changes()))


def test_every_renumbered_article_is_of_known_versions() -> None:
    versions = {(row["law_code"], row["version"]): row for row in read_vocabulary("law")}
    for row in read_vocabulary("law_article"):
        before, after = (versions[row["law_code"], row[name]] for name in ("version", "successor_version"))
        assert before["valid_to"] == after["valid_from"] == row["valid_from"]
