"""Masked display of names and identity numbers (DOMAIN P06), in a plain form and a column form that agree.

A name is masked wherever the party is, or may be, a natural person; masking what is already masked changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

SOME: Final = "某"
STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff"
# Two-character surnames in use; other names keep their first character only.
_SURNAMES: Final = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 "
    "太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 "
    "漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 "
    "公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑 即墨 达奚 "
    "褚师 歐陽 司馬 東方 諸葛 長孫 鍾離 軒轅 閭丘 聞人 尉遲 "
)
_COMPOUND: Final = frozenset(_SURNAMES.split())
_ORGANISATION: Final = re.compile(
    "公司|集团|集團|企业|企業|合伙|合作社|委员会|协会|学会|商会|基金会|事务所|研究院|研究所|大学|学院|学校|医院|法院|检察院|政府|银行"
    r"|\b(?:ltd|limited|inc|incorporated|llc|llp|plc|gmbh|corp|corporation|company)\b",
    re.IGNORECASE,
)
# Short legal forms are read at the end only, as they are written there: LEGO A/S, Levi Strauss & Co. Those that are
# surnames too, however they are written (Kim SE, Maria SA, Li AG), say nothing.
_FOREIGN_FORM: Final = re.compile(r"(?:\bKGaA|\bA/S|\bS\.\s?(?:A|p\.\s?A|r\.\s?l)|\b[BN]\.\s?V|&\s?Co|\bCo(?=\.))\.?$")
_PREMISES: Final = re.compile("(?:[厂廠店部馆館院局所厅廳坊吧站铺鋪摊档]|中心|超市|市场|幼儿园)$")
# These also end given names, so a short name must not be shown for them.
_PERHAPS_PREMISES: Final = re.compile("[行社会會阁轩屋队场城园室楼庄户]$")
_SEPARATOR: Final = re.compile(r"\s*[、,，;；/\n]\s*")
# Between the names of several parties; within brackets it parts the operators of one shop.
_BETWEEN: Final = re.compile(r"(\s*[、；;\n]\s*)(?![^（(]*[）)])")
_BRACKET: Final = re.compile(r"[（(〔\[【][^（）()〔〕\[\]【】]*(?:[）)〕\]】]|$)")
_HEAD: Final = "法定代表人|法人代表|负责人|经营者|经营人|业主|投资人|联系人"
_OPERATOR: Final = re.compile(
    rf"(?P<shop>.+?)(?P<mark>\s*[（(]\s*(?:(?:{_HEAD})(?:姓名)?\s*[:：]?)?\s*)(?P<person>[^（）()]+?)(?P<end>\s*[）)]?)"
)
_OPERATOR_BEHIND: Final = re.compile(
    rf"(?P<shop>.+?)(?P<mark>[\s，,;；]*(?:{_HEAD})(?:姓名)?\s*[:：]?\s*)(?P<person>[^（）()]+)(?P<end>)"
)
_NAMES_HEAD: Final = re.compile(f"[（(，,\\s](?:{_HEAD})")
_LEGAL_FORM: Final = re.compile("个体工商户|个体户|个体|個體工商戶|普通合伙|有限合伙|个人独资")
_MASKED: Final = re.compile(f"[{_HAN}]{{1,2}}某[某{STEMS}]?|某")
_MASKED_PERSON: Final = re.compile(f"(?P<surname>[{_HAN}](?:(?!某)[{_HAN}])?)某[某{STEMS}]{{0,2}}")
_HAN_ONLY: Final = re.compile(f"[{_HAN}]+")
_HAN_BLANK: Final = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_SHOWN_TYPES: Final = ("LEGAL", "FOREIGN_LEGAL")


def mask_name(name: str | None, party_type: str | None) -> str | None:
    """Mask a party's name as people outside the authority may see it; None stays None.

    Companies are shown. Of a 个体工商户 the shop is shown and its operator masked, 某店（张某）. A party of unknown
    type is treated like one: it is shown only where its name says that it is a shop or an organisation. Names of
    several parties in one text are masked one by one.
    """
    if name is None or party_type == "FOREIGN_LEGAL":
        return name
    return "".join(
        part if place % 2 else _mask_party(part, party_type) for place, part in enumerate(_BETWEEN.split(name)) if part
    )


def _mask_party(name: str, party_type: str | None) -> str:
    if party_type == "LEGAL":
        return _mask_sole(name) if _NAMES_HEAD.search(name) else _mask_person(name) if _lacks_form(name) else name
    if party_type in ("PERSON", "FOREIGN_PERSON"):
        return _mask_person(name)
    return _mask_sole(name)


def mask_name_column(names: pa.Array, party_types: pa.Array) -> pa.Array:
    """Mask a column of names by a column of party types, value for value as `mask_name` does."""
    names, party_types = names.cast(pa.string()), party_types.cast(pa.string())
    shown = pc.and_(pc.is_in(party_types, pa.array(_SHOWN_TYPES)), pc.match_substring(names, "公司"))
    shown = pc.and_not(shown, pc.match_substring_regex(names, f"[、；;\n]|{_HEAD}"))
    left = pc.and_(pc.invert(pc.fill_null(shown, False)), pc.is_valid(names))
    seen: dict[tuple[str, str | None], str | None] = {}
    masked: list[str | None] = []
    for pair in zip(names.filter(left).to_pylist(), party_types.filter(left).to_pylist(), strict=True):
        if pair not in seen:
            seen[pair] = mask_name(*pair)
        masked.append(seen[pair])
    return pc.replace_with_mask(names, left, pa.array(masked, pa.string()))


def mask_unnamed(name: str | None, party_type: str | None) -> str | None:
    """Mask a name that `mask_name` has masked further: companies and shops of an open investigation go unnamed."""
    if name is None or party_type in ("PERSON", "FOREIGN_PERSON") or _MASKED_PERSON.fullmatch(name):
        return name
    return "某公司" if party_type in _SHOWN_TYPES or _ORGANISATION.search(name) else "某店"


def mask_unnamed_column(names: pa.Array, party_types: pa.Array) -> pa.Array:
    """Mask a column of names by a column of party types, value for value as `mask_unnamed` does."""
    pairs = zip(names.to_pylist(), party_types.to_pylist(), strict=True)
    return pa.array([mask_unnamed(name, party_type) for name, party_type in pairs], pa.string())


def distinguish(names: Sequence[str | None], parties: Sequence[str]) -> list[str | None]:
    """Tell masked persons of one surname in one case apart as 某甲, 某乙 …, in the order of their party ids.

    `names` are masked already; one party in several roles keeps one name.
    """
    surnames: dict[str, set[str]] = {}
    for name, party in zip(names, parties, strict=True):
        if surname := _surname(name):
            surnames.setdefault(surname, set()).add(party)
    stems = {
        (surname, party): _stem(place)
        for surname, members in surnames.items()
        if len(members) > 1
        for place, party in enumerate(sorted(members))
    }
    return [
        f"{surname}{SOME}{stems[surname, party]}" if (surname := _surname(name)) and (surname, party) in stems else name
        for name, party in zip(names, parties, strict=True)
    ]


def mask_id_inside(number: str | None) -> str | None:
    """Mask an identity number for use inside the authority: an 18-digit one shows its first 6 and last 4 characters."""
    return _mask_middle(number, {18: (6, 4), 15: (6, 3)})


def mask_id_outside(number: str | None) -> str | None:
    """Mask an identity number or code for use outside: long ones show their first 3 and last 2 characters."""
    return _mask_middle(number, {18: (3, 2), 15: (3, 2)})


def mask_id_outside_column(numbers: pa.Array) -> pa.Array:
    """Mask a column of numbers, value for value as `mask_id_outside` does."""
    return pa.array([mask_id_outside(number) for number in numbers.to_pylist()], pa.string())


def _mask_middle(number: str | None, shown: dict[int, tuple[int, int]]) -> str | None:
    if number is None:
        return None
    quarter = len(number) // 6
    head, tail = shown.get(len(number), (quarter, quarter))
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def _mask_person(name: str) -> str:
    parts = _SEPARATOR.split(name.strip())
    return "、".join(_mask_one(part) for part in parts if part)


def _mask_one(name: str) -> str:
    name = _HAN_BLANK.sub("", _BRACKET.sub("", name).strip())
    if _MASKED.fullmatch(name):
        return name
    if not name or (not name[0].isalpha() and not _HAN_ONLY.match(name)):
        return SOME * 2
    if _HAN_ONLY.fullmatch(name):
        return _mask_han(name)
    # 法释〔2016〕19号 art. 10: in Latin letters the first letter stays, in a Chinese translation the first character.
    return name[0] + SOME if _HAN_ONLY.match(name) else name[0]


def _mask_han(name: str) -> str:
    if len(name) > 4:
        return name[0] + SOME
    kept = 2 if len(name) > 2 and name[:2] in _COMPOUND else 1
    return name[:kept] + SOME * max(1, len(name) - kept)


def _mask_sole(name: str) -> str:
    found = _OPERATOR.fullmatch(name) or _OPERATOR_BEHIND.fullmatch(name)
    if found is None:
        return name if _is_premises(name) else _mask_person(name)
    shop, person = found["shop"], found["person"]
    if _LEGAL_FORM.fullmatch(person.strip()):
        return _mask_sole(shop) + found["mark"] + person + found["end"]
    if _is_premises(person):
        return (shop if _is_premises(shop) else _mask_person(shop)) + found["mark"] + person + found["end"]
    shop = _without_persons(shop, person) if _is_premises(shop) else _mask_person(shop)
    return shop + found["mark"] + _mask_person(person) + found["end"]


def _without_persons(shop: str, persons: str) -> str:
    for person in filter(None, _SEPARATOR.split(persons)):
        for written in (person, "".join(person.split())):
            shop = shop.replace(written, _mask_person(person)) if written else shop
    return shop


def _is_premises(name: str) -> bool:
    bare = name.strip()
    if any(form.search(bare) for form in (_PREMISES, _ORGANISATION, _FOREIGN_FORM)):
        return True
    return len(bare) > 4 and _PERHAPS_PREMISES.search(bare) is not None


# A registered name ends with its form (企业名称登记管理规定 art. 6): 2-4 characters without one are a person.
def _lacks_form(name: str) -> bool:
    bare = "".join(name.split())
    if len(bare) not in (2, 3, 4) or not _HAN_ONLY.fullmatch(bare):
        return False
    return not (_is_premises(bare) or _PERHAPS_PREMISES.search(bare))


def _surname(name: str | None) -> str | None:
    found = _MASKED_PERSON.fullmatch(name or "")
    return found["surname"] if found else None


def _stem(place: int) -> str:
    return STEMS[place] if place < len(STEMS) else str(place + 1)
