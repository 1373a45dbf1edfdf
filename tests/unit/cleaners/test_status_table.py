"""What each native status means, as the conformed lifecycle lays it down (DOMAIN 6.3)."""

from __future__ import annotations

import pytest

from transforms.normalise.cleaners.cleaned import Cleaned, refused
from transforms.normalise.cleaners.statuses import clean_disposition, clean_stage
from transforms.normalise.cleaners.vocabulary import fold_term, read_vocabulary

# Body kind, statuses, stage, dispositions: one for all the statuses, or one for each of them.
TABLE = (
    ("*", "线索登记 待分派 转办", "LEAD", ""),
    ("*", "复议中 行政诉讼中", "UNDER_REVIEW", ""),
    ("HOTLINE", "已受理", "ACCEPTED", ""),
    ("HOTLINE", "不予受理", "CLOSED", "NOT_ACCEPTED"),
    ("HOTLINE", "调解中", "INVESTIGATION", ""),
    ("HOTLINE", "达成协议 终止调解 撤回", "CLOSED", "SETTLED DISMISSED WITHDRAWN"),
    ("AMR", "核查中", "ACCEPTED", ""),
    ("AMR", "立案", "FILED", ""),
    ("AMR", "不予立案", "CLOSED", "NOT_FILED"),
    ("AMR", "调查取证 扣押 调查终结 案件审核 处罚告知 听证", "INVESTIGATION", ""),
    ("AMR", "中止调查", "SUSPENDED", ""),
    ("AMR", "恢复", "INVESTIGATION", ""),
    ("AMR", "处罚决定 已送达 已公示", "DECIDED", ""),
    ("AMR", "履行中 加处罚款 催告 申请强制执行", "ENFORCEMENT", ""),
    ("AMR", "结案(履行完毕) 不予处罚 撤销案件", "CLOSED", "SANCTIONED NO_PUNISHMENT REVOKED"),
    ("AMR", "移送司法机关 移送其他部门", "CLOSED", "TRANSFERRED_CRIMINAL TRANSFERRED_OTHER"),
    ("PIPA", "请求已接收", "LEAD", ""),
    ("PIPA", "立案", "FILED", ""),
    ("PIPA", "不予受理", "CLOSED", "NOT_ACCEPTED"),
    ("PIPA", "答辩 证据交换 口头审理 合议", "INVESTIGATION", ""),
    ("PIPA", "中止", "SUSPENDED", ""),
    ("PIPA", "裁决作出", "DECIDED", ""),
    ("PIPA", "结案(侵权成立) 结案(侵权不成立)", "CLOSED", "INFRINGEMENT_ORDER NO_VIOLATION"),
    ("PIPA", "调解结案 撤案 驳回请求 并案处理", "CLOSED", "SETTLED WITHDRAWN DISMISSED MERGED"),
    ("CUS", "查验发现 已通知权利人", "LEAD", ""),
    ("CUS", "权利人申请受理", "ACCEPTED", ""),
    ("CUS", "已扣留 调查认定中", "INVESTIGATION", ""),
    ("CUS", "权利人逾期未申请 不能认定放行 担保放行 证据充分放行", "CLOSED", "RELEASED"),
    ("CUS", "撤回申请", "CLOSED", "WITHDRAWN"),
    ("CUS", "认定侵权 处罚决定", "DECIDED", ""),
    ("CUS", "货物处置中", "ENFORCEMENT", ""),
    ("CUS", "处置完毕", "CLOSED", "SANCTIONED"),
    ("PSB", "受案", "ACCEPTED", ""),
    ("PSB", "立案", "FILED", ""),
    ("PSB", "不予立案", "CLOSED", "NOT_FILED"),
    ("PSB", "侦查中 拘留 提请批捕 取保候审", "INVESTIGATION", ""),
    ("PSB", "移送起诉 撤销案件 转行政处理", "CLOSED", "TRANSFERRED_OTHER REVOKED TRANSFERRED_OTHER"),
    ("PRO", "受理", "ACCEPTED", ""),
    ("PRO", "审查中", "INVESTIGATION", ""),
    ("PRO", "退补", "SUSPENDED", ""),
    ("PRO", "批捕 起诉", "CLOSED", "TRANSFERRED_OTHER"),
    ("PRO", "不捕 不起诉", "CLOSED", "NOT_PROSECUTED"),
    ("COURT", "收案", "ACCEPTED", ""),
    ("COURT", "立案", "FILED", ""),
    ("COURT", "不予立案", "CLOSED", "NOT_FILED"),
    ("COURT", "审理中 开庭", "INVESTIGATION", ""),
    ("COURT", "中止", "SUSPENDED", ""),
    ("COURT", "已判决 生效", "DECIDED", ""),
    ("COURT", "上诉中", "UNDER_REVIEW", ""),
    ("COURT", "执行中", "ENFORCEMENT", ""),
    ("COURT", "执行完毕 结案(有罪) 结案(无罪)", "CLOSED", "JUDGMENT CONVICTED ACQUITTED"),
    ("COURT", "撤诉 调解 驳回起诉 移送管辖", "CLOSED", "WITHDRAWN SETTLED DISMISSED TRANSFERRED_OTHER"),
    ("PLAT", "通知受理", "ACCEPTED", ""),
    ("PLAT", "已采取措施", "DECIDED", ""),
    ("PLAT", "声明转送 15日等待", "UNDER_REVIEW", ""),
    ("PLAT", "恢复 维持", "CLOSED", "RELEASED SANCTIONED"),
)
# Bodies that the lifecycle names beside another one, or that do the same work.
SAME_AS = (("CPR", "AMR"), ("CULT", "AMR"), ("AGRI", "AMR"), ("CNIPA", "PIPA"), ("IPC", "HOTLINE"))
KINDS = [row["code"] for row in read_vocabulary("body_kind")]
MEANT = [
    (kind, status, stage, (ends * 9)[place] if len(ends) == 1 else ends[place])
    for kinds, statuses, stage, disposition in TABLE
    for kind in (KINDS if kinds == "*" else [kinds])
    for ends in [disposition.split() or [""]]
    for place, status in enumerate(statuses.split())
]


@pytest.mark.parametrize(("kind", "raw", "stage", "disposition"), MEANT)
def test_a_status_means_what_the_lifecycle_says(kind: str, raw: str, stage: str, disposition: str) -> None:
    assert clean_stage(raw, kind) == Cleaned(stage, None)
    assert clean_disposition(raw, kind) == Cleaned(disposition or None, None)


@pytest.mark.parametrize(("kind", "other"), SAME_AS)
def test_a_body_of_the_same_work_knows_the_same_words(kind: str, other: str) -> None:
    words = {row["native_status"] for row in read_vocabulary("status_stage") if row["scope"] == other}
    assert words
    for word in words:
        assert clean_stage(word, kind) == clean_stage(word, other), word
        assert clean_disposition(word, kind) == clean_disposition(word, other), word


@pytest.mark.parametrize("kind", KINDS)
def test_any_other_word_keeps_the_last_stage_and_is_told(kind: str) -> None:
    assert clean_stage("专家会商", kind) == refused("unmapped")
    assert clean_disposition("专家会商", kind) == Cleaned(None, None)


def test_every_stage_and_every_disposition_has_a_word() -> None:
    rows = read_vocabulary("status_stage")
    assert {row["stage"] for row in rows} == {row["code"] for row in read_vocabulary("stage")}
    assert {row["code"] for row in read_vocabulary("disposition")} == {row["disposition"] for row in rows} - {""}


def test_a_status_is_written_once_for_each_scope() -> None:
    words = read_vocabulary("status_stage")
    rows = [(row["scope"], fold_term(row["native_status"]), row["valid_from"]) for row in words]
    assert len(rows) == len(set(rows))
