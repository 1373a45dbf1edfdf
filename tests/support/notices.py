"""Notices and counter-notices as the Taohuo marketplace pushes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from tests.support.defects import Answers, Defect, PartyKind, always, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Made, planted_lines, quoted
from tests.support.parties import HOLDERS, Party, organisations
from tests.support.patents import patent_no

_STEP = timedelta(seconds=11)
_COURSE = (
    ("case.accepted", "通知受理"), ("measure.imposed", "已采取措施"), ("review.requested", "声明转送"),
    ("measure.lifted", "恢复"),
)  # fmt: skip
_TIMES = ("measuredAt", "counteredAt", "liftedAt")
_RIGHTS = (
    ("商标", "运动鞋男款透气"),
    ("著作权", "卡通图案抱枕"),
    ("外观设计", "折叠保温杯"),
    ("实用新型", "便携榨汁机"),
)
_PATENTS = {"实用新型": 2, "外观设计": 3}
_FUTURE = "2036-05-01T08:00:00+08:00"
_PLANTED = (
    Defect(1, "", lambda line: line[:40], "quarantined", "", "not_json"),
    Defect(5, "eventType", always("notice.archived"), "quarantined", "event_type", "unmapped"),
    Defect(3, "noticeId", always(None), "quarantined", "notice_id", "missing"),
    Defect(3, "occurredAt", always("上周三"), "quarantined", "event_at", "unparseable"),
    Defect(2, "occurredAt", always(_FUTURE), "quarantined", "event_at", "future_source_time"),
    Defect(5, "noticeId", always(None), "duplicate"),
    Defect(8, "status", always("人工复核"), "finding", "stage", "unmapped"),
    Defect(4, "rightType", always("网络域名"), "finding", "ip_right_type", "unmapped"),
    Defect(10, "shopUscc", wrong_check, "finding", "shop_uscc", "check_digit_failed"),
    Defect(8, "shopUscc", masked, "finding", "shop_uscc", "masked"),
    Defect(8, "shopUscc", always("/"), "harmless"),
)


_DRAWN = 4096


class Notices:
    """The messages of the platform; four follow each other on one notice."""

    def __init__(self, count: int, seed: int) -> None:
        """Draw what notices are about."""
        self.count, self.seed, self.answers = count, seed, Answers()
        shops = organisations(min(max(count // 8, 40), 20000), f"{seed} platform")
        rng = Random(f"notices {seed}")
        self._subjects = [_subject(rng, rng.choice(shops)) for _ in range(_DRAWN)]

    def lines(self) -> Iterator[str]:
        """Yield every message as JSON text."""
        return planted_lines(self._message, _PLANTED, self.count, self.seed, self.answers)

    def _message(self, _rng: Random, row: int, _kind: PartyKind) -> Made:
        notice, step = divmod(row, len(_COURSE))
        event_type, status = _COURSE[step]
        occurred, noticed = FIRST + _STEP * row, FIRST + _STEP * (row - step)
        line = (
            f'{{"noticeId":"TH{FIRST.year}{notice + 1:08d}","eventType":"{event_type}","sequence":1,'
            f'"occurredAt":"{occurred.isoformat()}","noticedAt":"{noticed.isoformat()}","status":"{status}",'
            f'"listingId":"L{notice:09d}",{_so_far(row - step, step)},{self._subjects[notice % _DRAWN]},'
            f'"recordState":"valid"}}'
        )
        return Made(line, "PLAT_NOTICE", 0)


def _so_far(first: int, step: int) -> str:
    """Tell what was done by this step; a counter-notice is forwarded as it comes."""
    told = {
        name: quoted((FIRST + _STEP * (first + done)).isoformat())
        for done, name in enumerate(_TIMES, 1)
        if done <= step
    }
    times = ",".join(f'"{name}":{told.get(name, "null")}' for name in _TIMES)
    return (
        f'"measure":{quoted("断开链接" if step else "")},{times},"forwardedAt":{told.get("counteredAt", "null")},'
        f'"outcome":{quoted("恢复" if step == len(_TIMES) else "")}'
    )


def _right_no(rng: Random, right: str) -> str:
    if right in _PATENTS:
        return patent_no(rng, _PATENTS[right])
    number = rng.randrange(10_000_000, 70_000_000)
    return f"国作登字-2024-F-{number}" if right == "著作权" else str(number)


def _subject(rng: Random, shop: Party) -> str:
    right, goods = rng.choice(_RIGHTS)
    holder, holder_kind, _ = rng.choice(HOLDERS)
    return (
        f'"platform":"淘货网","title":"{holder}诉{right}侵权","rightType":"{right}",'
        f'"rightNo":"{_right_no(rng, right)}","listingUrl":null,"listingTitle":"{goods}",'
        f'"holderName":"{holder}","holderType":"{holder_kind}","holderUscc":null,'
        f'"shopName":"{shop.name}","shopType":"{shop.kind}","shopUscc":{quoted(shop.uscc)}'
    )
