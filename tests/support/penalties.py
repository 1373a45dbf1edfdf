"""Snapshots of the Zhejiang market-regulation bureau in the double-publicity layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.support.acts import Act, acts, excel_serial, iso
from tests.support.defects import BLOCK, Answers, Defect, always, drawn, full_width, masked, wrong_check
from tests.support.parties import Party, break_org_check, credit_code, organisations, persons

NAME, USCC, ID_NO = "行政相对人名称", "行政相对人代码_1（统一社会信用代码）", "证件号码"
KIND, DOC_NO, TITLE, BASIS = "行政相对人类别", "行政处罚决定书文号", "违法行为类型", "处罚依据"
TYPES, CONTENT, FINE, DECIDED = "处罚类别", "处罚内容", "罚款金额（万元）", "处罚决定日期"
VALID_TO, AGENCY, AGENCY_USCC = "处罚有效期", "处罚机关", "处罚机关统一社会信用代码"
HEADER = (
    NAME, KIND, USCC, "行政相对人代码_2（工商注册号）", "行政相对人代码_3（组织机构代码）",
    "行政相对人代码_4（税务登记号）", "行政相对人代码_5（事业单位证书号）", "行政相对人代码_6（社会组织登记证号）",
    "法定代表人", "法定代表人证件类型",
    "法定代表人证件号码", "证件类型", ID_NO, DOC_NO, TITLE, "违法事实", "违法行为发生日期", "违法经营额（万元）", BASIS,
    TYPES, CONTENT, FINE, "没收违法所得、没收非法财物的金额（万元）", "暂扣或吊销证照名称及编号", DECIDED, VALID_TO,
    "公示截止期", AGENCY, AGENCY_USCC, "数据来源单位", "数据来源单位统一社会信用代码", "备注",
)  # fmt: skip
_AT = {label: place for place, label in enumerate(HEADER)}
_AGENCIES = (
    ("杭州市西湖区市场监督管理局", "杭西市监处罚", "330106"), ("杭州市临平区市场监督管理局", "杭临市监处罚", "330113"),
    ("宁波市海曙区市场监督管理局", "甬海市监处罚", "330203"), ("温州市鹿城区市场监督管理局", "温鹿市监处罚", "330302"),
    ("绍兴市越城区市场监督管理局", "绍越市监处罚", "330602"), ("义乌市市场监督管理局", "义市监处罚", "330782"),
    ("台州市椒江区市场监督管理局", "台椒市监处罚", "331002"), ("嘉兴市南湖区市场监督管理局", "嘉南市监处罚", "330402"),
)  # fmt: skip
_DIGITS = "〇一二三四五六七八九"


def _chinese_date(cell: str) -> str:
    year, month, day = cell.split("-")
    return f"{''.join(_DIGITS[int(c)] for c in year)}年{_numeral(int(month))}月{_numeral(int(day))}日"


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


_WITHHELD = "TS_PENALTY"
_PLANTED = (
    Defect(4, BASIS, always(""), "quarantined", "legal_basis", "missing"),
    Defect(2, BASIS, always("/"), "quarantined", "legal_basis", "placeholder"),
    Defect(3, TYPES, always("其他处理方式"), "finding", "sanction_types", "unmapped"),
    Defect(2, AGENCY, always("无"), "quarantined", "agency_name", "placeholder"),
    Defect(2, AGENCY, always(""), "quarantined", "agency_name", "missing"),
    Defect(1, TITLE, always("虚假宣传（更正）"), "conflict"),
    Defect(3, TITLE, always(""), "duplicate"),
    Defect(8, USCC, wrong_check, "finding", "infringer_uscc", "check_digit_failed", "organisation"),
    Defect(6, USCC, masked, "finding", "infringer_uscc", "masked", "organisation"),
    Defect(3, USCC, break_org_check, "warning", "infringer_uscc", "org_check_failed", "organisation"),
    Defect(3, ID_NO, wrong_check, "finding", "infringer_id_token", "check_digit_failed", "person"),
    Defect(4, ID_NO, masked, "finding", "infringer_id_token", "masked", "person"),
    Defect(3, DECIDED, always("2025-02-30"), "finding", "decided_on", "impossible_date"),
    Defect(3, VALID_TO, always("2025622日"), "finding", "valid_to", "unparseable"),
    Defect(4, FINE, always("约2万"), "finding", "fine_cny", "unparseable"),
    Defect(2, AGENCY_USCC, wrong_check, "finding", "agency_uscc", "check_digit_failed"),
    Defect(2, KIND, always("其他组织形式"), "finding", "infringer_party_type", "unmapped"),
    Defect(10, DOC_NO, full_width, "harmless"),
    Defect(10, DOC_NO, lambda cell: cell.replace("〔", "﹝").replace("〕", "﹞"), "harmless"),
    Defect(5, DOC_NO, lambda cell: cell.replace("〔", " 【").replace("〕", "】 "), "harmless"),
    Defect(8, DECIDED, full_width, "harmless"),
    Defect(5, DECIDED, _chinese_date, "harmless"),
    Defect(8, FINE, lambda cell: f"人民币{round(float(cell) * 10000):,}.00元".replace(",", "，"), "harmless"),
    Defect(6, USCC, always("/"), "harmless", party="person"),
    Defect(3, NAME, lambda cell: cell.replace("有限公司", "(浙江)有限公司"), "harmless", party="organisation"),
)
_UNREADABLE = Defect(3, DOC_NO, always("市监处罚〔202257"), "quarantined", "case_no", "damaged")
LAYOUTS = {
    "standard": ("gb18030", iso, _PLANTED),
    "clean": ("utf-8", iso, ()),
    "spreadsheet": ("utf-8-sig", excel_serial, ()),
    "unreadable": ("gb18030", iso, (*_PLANTED, _UNREADABLE)),
}
"""By name: encoding, how dates are written, planted defects. A row of `unreadable` has no readable key."""


@dataclass(frozen=True)
class Plan:
    """Which rows a snapshot holds: `count` of the first month, and for the next month the changes to them."""

    count: int
    seed: int
    layout: str
    is_next: bool = False

    @property
    def added(self) -> int:
        """Return how many rows the next month adds."""
        return max(1, self.count // 50) if self.is_next else 0


class Snapshot:
    """The lines of one snapshot, in constant memory; `answers` are complete when all lines were taken."""

    def __init__(self, plan: Plan) -> None:
        """Draw the parties and acts that the rows are made of."""
        self.plan, self.answers = plan, Answers()
        _, written, self._defects = LAYOUTS[plan.layout]
        seed = f"{plan.seed} {plan.layout}"
        self._seed = seed
        self._parties = {
            "organisation": organisations(min(max(plan.count // 3, 40), 20000), seed),
            "person": persons(min(max(plan.count // 10, 20), 5000), seed),
        }
        self._mixed = [*self._parties["organisation"], *self._parties["person"]]
        self._acts = acts(min(max(plan.count, 50), 4000), seed, written)
        self._sound = ("", Act(0, "", "", 0, 0))
        self._is_known = False

    def lines(self) -> Iterator[str]:
        """Yield the header and every row, each with its line break."""
        yield ",".join(HEADER) + "\r\n"
        end = self.plan.count + self.plan.added
        for first in range(0, end, BLOCK):
            yield from self._block(first, min(end - first, BLOCK))

    def _block(self, first: int, size: int) -> Iterator[str]:
        rng = Random(f"{self._seed} {first}")
        planted = drawn(self._defects, f"{self._seed} defects {first}")
        parties, made = rng.choices(self._mixed, k=BLOCK), rng.choices(self._acts, k=BLOCK)
        agencies = rng.choices(_RENDERED, k=BLOCK)
        if not first:
            # One act on each side of the change of law, whatever is drawn.
            made[1:3] = self._acts[:2]
        changes = self._changes(first, planted, made)
        for row in range(size):
            self._is_known = self.plan.is_next and first + row < self.plan.count
            self.answers.new += self.plan.is_next and not self._is_known
            defect = planted.get(row)
            if defect and (defect.party or defect.label == USCC):
                parties[row] = rng.choice(self._parties[defect.party or "organisation"])
            line = _line(parties[row], made[row], agencies[row], first + row + 1)
            change = changes.get(row)
            if defect:
                line = self._planted(defect, line, made[row])
            elif change:
                line = self._changed(change, line, made[row])
            else:
                self._count(made[row], line)
            if line:
                self.answers.sent += 1
                yield line + "\r\n"

    def _changes(self, first: int, planted: dict[int, Defect], made: list[Act]) -> dict[int, str]:
        if not self.plan.is_next:
            return {}
        rng = Random(f"{self._seed} next {first}")
        known = min(self.plan.count - first, BLOCK)
        # A row that a planted copy follows stays as it is.
        free = [row for row in range(known) if not any(row + ahead in planted for ahead in range(6))]
        drawn_rows = rng.sample(free, min(len(free) // 2, max(2, known // 60)))
        gone = {row for place, row in enumerate(drawn_rows) if place % 3 == 0}
        return {
            row: "gone" if row in gone else "changed"
            for row in drawn_rows
            if row in gone or made[row].case_type != _WITHHELD
        }

    def _count(self, act: Act, line: str) -> None:
        # What a correction would change of a trade secret is not loaded.
        self._sound = ("" if act.case_type == _WITHHELD else line, act)
        self.answers.case_types[act.case_type] += 1
        self.answers.amount_cny += act.fine + act.gain

    def _uncount(self, act: Act) -> None:
        self.answers.case_types[act.case_type] -= 1
        self.answers.amount_cny -= act.fine + act.gain

    def _changed(self, change: str, line: str, act: Act) -> str:
        if change == "gone":
            self.answers.gone += 1
            return ""
        self.answers.changed += 1
        self._count(act, line)
        return _with(line, TITLE, "（已更正）", add=True)

    def _planted(self, defect: Defect, line: str, act: Act) -> str:
        if defect.fate in ("duplicate", "conflict"):
            return self._copied(defect, line, act)
        if not self._is_known:
            self.answers.note(defect)
        if defect.fate != "quarantined":
            self.answers.case_types[act.case_type] += 1
            self.answers.amount_cny += act.gain + (0 if defect.reason and defect.label == FINE else act.fine)
        cells = line.split(",")
        place = _AT[defect.label]
        cells[place] = defect.spoil(cells[place]) or ""
        return ",".join(cells)

    def _copied(self, defect: Defect, line: str, act: Act) -> str:
        sound, first = self._sound
        if not sound:
            self._count(act, line)
            return line
        self._sound = ("", act)
        if defect.fate == "duplicate":
            self.answers.duplicates += not self._is_known
            return sound
        self.answers.conflicting += 0 if self._is_known else 2
        self._uncount(first)
        return _with(sound, defect.label, defect.spoil("") or "")


def _with(line: str, label: str, text: str, *, add: bool = False) -> str:
    cells = line.split(",")
    cells[_AT[label]] = cells[_AT[label]] + text if add else text
    return ",".join(cells)


def _line(party: Party, act: Act, agency: tuple[str, str], serial: int) -> str:
    id_kind = "身份证" if party.id_no else ""
    return (
        f"{party.name},{party.kind},{party.uscc},,,,,,,,,{id_kind},{party.id_no},"
        f"{agency[0]}〔{act.year}〕{serial}号,{act.cells},{agency[1]}"
    )


def _rendered() -> tuple[tuple[str, str], ...]:
    made = []
    for number, (name, prefix, region) in enumerate(_AGENCIES, start=201):
        code = credit_code("11", region, number)
        made.append((prefix, f"{name},{code},{name},{code},"))
    return tuple(made)


_RENDERED = _rendered()
