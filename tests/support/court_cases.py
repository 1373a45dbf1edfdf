"""Cases as the view of the Hangzhou Intermediate Court shows them, one JSON object a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from tests.support.defects import Answers, Defect, PartyKind, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Made, planted_lines, quoted
from tests.support.parties import HOLDERS, organisations, persons

_STEP = timedelta(seconds=7)
_CAUSES = (
    ("侵害商标权纠纷", "知民初", "CIV_TRIAL"), ("侵害作品信息网络传播权纠纷", "知民初", "CIV_TRIAL"),
    ("侵害外观设计专利权纠纷", "知民初", "CIV_TRIAL"), ("侵害发明专利权纠纷", "知民初", "CIV_TRIAL"),
    ("侵害技术秘密纠纷", "知民初", "CIV_TRIAL"), ("侵害商标权纠纷", "民终", "CIV_TRIAL"),
    ("假冒注册商标罪", "刑初", "CRIM_TRIAL"), ("侵犯商标专用权行政处罚纠纷", "行终", "ADM_TRIAL"),
)  # fmt: skip
_OPEN = ("收案", "立案", "审理中", "开庭", "中止")
_JUDGED = (("已判决", "支持"), ("生效", "部分支持"), ("上诉中", "驳回"), ("执行中", "支持"), ("执行完毕", "部分支持"))
_MASKED = "（2026）浙01民终×××号"


def _legacy(number: str) -> str:
    return f"(2015)杭民终字第{number.rstrip('号').rsplit('初')[-1].rsplit('终')[-1]}号"


_PLANTED = (
    Defect(5, "cause", always(None), "quarantined", "title", "missing"),
    Defect(3, "cause", always("/"), "quarantined", "title", "placeholder"),
    Defect(4, "court_name", always(None), "quarantined", "agency_name", "missing"),
    Defect(15, "case_no", always(_MASKED), "finding", "case_no", "masked"),
    Defect(4, "case_no", always("2026浙01民初123"), "finding", "case_no", "format"),
    Defect(5, "case_no", _legacy, "warning", "case_no", "legacy_format"),
    Defect(6, "status", always("待排期"), "finding", "stage", "unmapped"),
    Defect(2, "result", always("另行处理"), "finding", "judgment_outcome", "unmapped"),
    Defect(8, "defendant_uscc", wrong_check, "finding", "defendant_uscc", "check_digit_failed", "organisation"),
    Defect(4, "defendant_uscc", masked, "finding", "defendant_uscc", "masked", "organisation"),
    Defect(3, "defendant_id_no", masked, "finding", "defendant_id_token", "masked", "person"),
    Defect(8, "case_no", full_width, "harmless"),
    Defect(8, "case_no", lambda cell: cell.replace("（", "〔").replace("）", "〕"), "harmless"),
)


class CourtCases:
    """The rows of the view in the order of their last change."""

    def __init__(self, count: int, seed: int) -> None:
        """Draw the defendants."""
        self.count, self.seed, self.answers = count, seed, Answers()
        self._parties = {
            "organisation": organisations(min(max(count // 4, 40), 20000), f"{seed} court"),
            "person": persons(min(max(count // 10, 20), 5000), f"{seed} court"),
        }

    def lines(self) -> Iterator[str]:
        """Yield every row as JSON text by column."""
        return planted_lines(self._row, _PLANTED, self.count, self.seed, self.answers)

    def _row(self, rng: Random, row: int, kind: PartyKind) -> Made:
        party = rng.choice(self._parties[kind or ("person" if rng.random() < 0.2 else "organisation")])
        cause, series, case_type = rng.choice(_CAUSES)
        holder, holder_kind, _ = rng.choice(HOLDERS)
        updated = FIRST + _STEP * row
        filed = updated.date() - timedelta(days=rng.randrange(30, 200))
        is_judged = rng.random() < 0.6
        status, result = rng.choice(_JUDGED) if is_judged else (rng.choice(_OPEN), "")
        decided = quoted((filed + timedelta(days=rng.randrange(10, 30))).isoformat() if is_judged else "")
        awarded = is_judged and case_type == "CIV_TRIAL" and result != "驳回"
        damages = rng.randrange(2, 300) * 1000 if awarded else 0
        stopped = str(awarded).lower() if is_judged else "null"
        number = f"（{filed.year}）浙01{series}{row + 1}号"
        line = (
            f'{{"id":{row + 1},"case_no":"{number}","cause":"{cause}","status":"{status}","result":{quoted(result)},'
            f'"court_name":"浙江省杭州市中级人民法院",{_first_instance(series, filed.year, row)},'
            f'"judge_name":null,"filed_on":"{filed}","decided_on":{decided},'
            f'"closed_on":{quoted(updated.date().isoformat() if status == "执行完毕" else "")},'
            f'"judgment_no":{quoted(number if is_judged else "")},"right_no":"{rng.randrange(1000000, 70000000)}",'
            f'"claim_amount":{rng.randrange(1, 500) * 1000},"plaintiff":"{holder}","plaintiff_type":"{holder_kind}",'
            f'"plaintiff_uscc":null,"defendant":"{party.name}","defendant_type":"{party.kind}",'
            f'"defendant_uscc":{quoted(party.uscc)},"defendant_id_no":{quoted(party.id_no)},'
            f'"damages":{damages or "null"},"reasonable_cost":{damages // 10 or "null"},'
            f'"punitive_multiple":{3 if damages > 280_000 else "null"},"injunction":{stopped},'
            f'"updated_at":"{updated.isoformat()}"}}'
        )
        return Made(line, case_type, 0)


def _first_instance(series: str, year: int, row: int) -> str:
    """Return the columns that name the case whose judgment is appealed, of a case of the second instance."""
    if not series.endswith("终"):
        return '"first_instance_no":null,"first_instance_court":null'
    number = f"（{year - 1}）浙0106{series.removesuffix('终')}初{row + 1}号"
    return f'"first_instance_no":"{number}","first_instance_court":"浙江省杭州市西湖区人民法院"'
