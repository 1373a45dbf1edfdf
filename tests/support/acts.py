"""Made-up violations with the law, the sanction and the dates that fit them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

# From these days the Trademark Law renumbers 57 and 60 as 72 and 74, the Competition Law 9 and 21 as 10 and 26; the
# date of the act decides.
TRADEMARK_LAW_2026, COMPETITION_LAW_2025 = date(2027, 1, 1), date(2025, 10, 15)
# Decisions before June 2024 may be of acts under the Patent and Copyright Laws of before 2021.
_FIRST_DAY, _DAYS = date(2024, 6, 1), 788

_OTHER = (
    ("发布虚假广告", "《中华人民共和国广告法》第五十五条第一款", "当事人在其网店页面发布与实际不符的商品宣传内容"),
    (
        "经营超过保质期的食品",
        "《中华人民共和国食品安全法》第一百二十四条第一款",
        "当事人货架上有超过保质期的预包装食品待售",
    ),
    ("销售不合格产品", "《中华人民共和国产品质量法》第四十九条", "当事人销售的插座经检验不符合国家标准"),
    ("未按规定明码标价", "《中华人民共和国价格法》第四十二条", "当事人经营的商品未标明价格"),
    ("使用未经检定的计量器具", "《中华人民共和国计量法实施细则》第四十三条", "当事人使用的电子秤超过检定周期"),
)
_TRADEMARK = (
    ("销售侵犯注册商标专用权的商品", "三", "当事人销售的运动鞋标有“诺瓦”标识，经商标权利人辨认为侵权商品"),
    ("在同类商品上使用近似标识", "二", "当事人在其生产的服装上使用与“青禾”近似的标识"),
)
_RIGHTS = (
    (
        "PAT_COUNTERFEIT",
        "假冒专利",
        "《中华人民共和国专利法》第六十八条",
        "当事人在未被授予专利权的水杯包装上标注专利号",
    ),
    ("CPR_PENALTY", "发行侵权复制品", "《中华人民共和国著作权法》第五十三条第一项", "当事人销售未经许可复制的图书"),
    (
        "GI_PENALTY",
        "擅自使用地理标志产品名称",
        "《地理标志产品保护规定》第二十一条",
        "当事人在外地黄酒上使用受保护的产品名称",
    ),
    (
        "TS_PENALTY",
        "侵犯商业秘密",
        "《中华人民共和国反不正当竞争法》第{}条、第{}条有关侵犯商业秘密的规定",
        "当事人违反保密义务使用原单位的客户信息",
    ),
)


class Act(NamedTuple):
    """One act: the cells from 违法行为类型 to 公示截止期, and what must come of it."""

    year: int
    cells: str
    case_type: str
    fine: int
    gain: int


CELLS = (
    "title", "facts", "done", "turnover", "basis", "types", "content", "fine", "gain", "licence", "decided", "valid_to",
    "publicity_end",
)  # fmt: skip


def cells_of(act: Act) -> dict[str, str]:
    """Return the cells of an act by name."""
    return dict(zip(CELLS, act.cells.split(","), strict=True))


def in_wan(yuan: int) -> str:
    """Return an amount as bodies write it into a column that holds 万元."""
    return f"{yuan / 10000:.4f}".rstrip("0").rstrip(".")


def iso(day: date) -> str:
    """Return a date as most bodies write it."""
    return day.isoformat()


def excel_serial(day: date) -> str:
    """Return a date as a spreadsheet stores it."""
    return str((day - date(1899, 12, 30)).days)


def acts(count: int, seed: str, written: Callable[[date], str]) -> list[Act]:
    """Return `count` acts; two in a thousand lie on each side of the change of the Trademark Law."""
    rng = Random(f"acts {seed}")
    made = [_act(rng, _FIRST_DAY + timedelta(days=rng.randrange(_DAYS)), written) for _ in range(count)]
    for place in range(max(2, count // 500)):
        day = date(2026, 12, 31) if place % 2 else date(2027, 1, 2)
        made[place] = _act(rng, day, written, kind=0.7)
    return made


def _act(rng: Random, done: date, written: Callable[[date], str], kind: float | None = None) -> Act:
    kind = rng.random() if kind is None else kind
    if kind < 0.6:
        title, basis, facts = rng.choice(_OTHER)
        case_type = ""
    elif kind < 0.85:
        title, item, facts = rng.choice(_TRADEMARK)
        infringing, penalty = ("七十二", "七十四") if done >= TRADEMARK_LAW_2026 else ("五十七", "六十")
        basis = f"《中华人民共和国商标法》第{infringing}条第{item}项、第{penalty}条第二款"
        case_type = "TM_PENALTY"
    else:
        case_type, title, basis, facts = rng.choice(_RIGHTS)
        basis = basis.format(*(("十", "二十六") if done >= COMPETITION_LAW_2025 else ("九", "二十一")))
    return _decided(rng, done, written, (title, facts, basis), case_type)


def _decided(
    rng: Random, done: date, written: Callable[[date], str], words: tuple[str, str, str], case_type: str
) -> Act:
    title, facts, basis = words
    turnover = rng.randrange(5, 2000) * 100
    fine = rng.randrange(2, 2500) * 100 if turnover < 50_000 else min(turnover * rng.randrange(1, 6), 900_000)
    gain = rng.randrange(1, 300) * 50 if rng.random() < 0.4 else 0
    kinds = [f"罚款{fine}元"]
    types = ["罚款"]
    if gain:
        kinds.append(f"没收违法所得{gain}元")
        types.append("没收违法所得")
    if rng.random() < 0.2:
        kinds.insert(0, "警告")
        types.insert(0, "警告")
    decided = done + timedelta(days=rng.randrange(20, 80))
    end = decided + timedelta(days=rng.choice((90, 1095)))
    cells = (
        title, facts, written(done), in_wan(turnover), basis, rng.choice("、；;").join(types), "；".join(kinds),
        in_wan(fine), in_wan(gain) if gain else "", "", written(decided), "2099-12-31", written(end),
    )  # fmt: skip
    return Act(decided.year, ",".join(cells), case_type, fine, gain)
