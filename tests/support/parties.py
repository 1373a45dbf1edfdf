"""Made-up parties: no name, code or number here belongs to anybody."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from transforms.normalise.cleaners.identifier import resident_check
from transforms.normalise.cleaners.organisation import credit_check, org_check

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜䶮"
_GIVEN = ("晓明", "丽华", "志强", "秀英", "建国", "思远", "雨桐", "㛃", "子涵", "文博", "海燕", "立新")
_PLACES = ("杭州", "宁波", "温州", "绍兴", "金华", "义乌", "台州", "嘉兴", "湖州", "衢州", "丽水", "舟山")
_WORDS = (
    "云鹤",
    "海棠",
    "青禾",
    "星澜",
    "松石",
    "银杏",
    "远岚",
    "白鹭",
    "墨川",
    "桐语",
    "晨曦",
    "知夏",
    "沐風",
    "一禾",
)
_TRADES = ("服饰", "鞋业", "食品", "日用品", "电子科技", "五金", "贸易", "文具", "化妆品", "汽车配件")
_SHOPS = ("服装店", "便利店", "烟酒商行", "手机配件店", "五金经营部", "美容院", "茶叶店")
_REGIONS = ("330106", "330203", "330302", "330602", "330702", "331002", "330402", "330502")
HOLDERS = (
    ("诺瓦体育用品股份有限公司", "境外法人及非法人组织", "DE"),
    ("ORLANE SPORT CO., LTD.", "境外法人及非法人组织", "US"),
    ("杭州桐语文化创意有限公司", "法人及非法人组织", "CN"),
    ("绍兴远岚黄酒协会", "法人及非法人组织", "CN"),
    ("海棠精密机械（上海）有限公司", "法人及非法人组织", "CN"),
    ("Maison Verlaine S.A.", "境外法人及非法人组织", "FR"),
)


class Party(NamedTuple):
    """A party as bodies print it; codes that it does not have are empty."""

    name: str
    kind: str
    uscc: str
    id_no: str


def credit_code(kind: str, region: str, number: int, *, org_check_holds: bool = True) -> str:
    """Return a made-up credit code; `kind` is its first two characters."""
    body = f"{number:08d}"
    check = org_check(body)
    if not org_check_holds:
        check = "1" if check != "1" else "2"
    code = f"{kind}{region}{body}{check}"
    return code + credit_check(code)


def break_org_check(code: str) -> str:
    """Return the credit code with a wrong organisation check and a right check at its end."""
    return credit_code(code[:2], code[2:8], int(code[8:16]), org_check_holds=False)


def identity_number(region: str, born: date) -> str:
    """Return a checksum-valid identity number of the reserved pattern: sequence 000 is given to nobody."""
    body = f"{region}{born:%Y%m%d}000"
    return body + resident_check(body)


def organisation(rng: Random, number: int) -> Party:
    """Return a company or an individually owned business."""
    region = rng.choice(_REGIONS)
    stem = rng.choice(_PLACES) + rng.choice(_WORDS) + rng.choice(_WORDS)
    if rng.random() < 0.7:
        name = f"{stem}{rng.choice(_TRADES)}有限公司"
        return Party(name, "法人及非法人组织", credit_code("91", region, number), "")
    return Party(stem + rng.choice(_SHOPS), "个体工商户", credit_code("92", region, number), "")


def person(rng: Random) -> Party:
    """Return a natural person."""
    born = date(1950, 1, 1) + timedelta(days=rng.randrange(18000))
    name = rng.choice(_SURNAMES) + rng.choice(_GIVEN)
    return Party(name, "自然人", "", identity_number(rng.choice(_REGIONS), born))


def organisations(count: int, seed: str) -> list[Party]:
    """Return `count` organisations, the same ones for the same seed."""
    rng = Random(f"organisations {seed}")
    return [organisation(rng, number) for number in range(1001, 1001 + count)]


def persons(count: int, seed: str) -> list[Party]:
    """Return `count` natural persons, the same ones for the same seed."""
    rng = Random(f"persons {seed}")
    return [person(rng) for _ in range(count)]
