"""Names for matching, and trade names with their operators.

`clean_party_name` keeps a name as it is shown; what is made here is for comparing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.normalise.cleaners.bulk import bulk_party_name
from transforms.normalise.cleaners.characters import is_masked, simplified, variants
from transforms.normalise.cleaners.cleaned import Cleaned, refused
from transforms.normalise.cleaners.text import clean_party_name
from transforms.normalise.cleaners.vocabulary import read_vocabulary

_HALF_TO_FULL = {ord("("): "（", ord(")"): "）"}
_FORM = "有限责任公司"
_SHORT_FORM = "有限公司"
_SHOP = re.compile(
    r"(?P<trade>.*(?:店|铺|行|部|馆|厂|坊|屋|摊|档|吧|社|中心|超市|商场|门市|工作室|经营户|个体工商户))"
    r"[（(](?:经营者|负责人|业主)?[:：]?(?P<operator>[\u3400-\u9fff][\u3400-\u9fff·*×]{1,14})[)）]"
)
_OPERATOR = re.compile(r"(?P<trade>.+?)[，,（(]?(?:经营者|业主)[:：]?(?P<operator>[\u3400-\u9fff·*×]{2,15})[)）]?")
# What stands in brackets behind a shop and is no person.
_NO_PERSON = re.compile(r".*(?:店|部|号|分|市|区|县|省|镇|路|街|公司|工商户|独资|合伙|已注销|吊销|普通|有限|总|原)$")


def clean_name_norm(raw: str | None) -> Cleaned:
    """Return a name for matching: simplified characters, one form of brackets and of 有限公司, no blanks.

    A masked name is refused: two masks that look alike are not one person.
    """
    shown, reason = clean_party_name(raw)
    if not isinstance(shown, str):
        return Cleaned(shown, reason)
    if is_masked(shown):
        return refused("masked")
    text = "".join(simplified(shown).split()).upper().translate(_HALF_TO_FULL)
    for damage, mended in _damages().items():
        text = damage.sub(mended, text)
    return Cleaned(text.replace(_FORM, _SHORT_FORM), reason)


def bulk_name_norm(raw: pa.Array, **_params: Any) -> tuple[pa.Array, pa.Array]:
    """Keep well-formed names of simplified characters that nothing would change."""
    easy = pc.and_not(bulk_party_name(raw)[0], pc.match_substring_regex(raw, _to_change()).fill_null(False))
    return easy, raw.filter(easy)


@cache
def _to_change() -> str:
    """Return a pattern of what a name for matching does not hold: variants, masks, damage and the long form."""
    return "|".join((f"[{variants()}某〇]", _FORM, *(damage.pattern for damage in _damages())))


@cache
def _damages() -> Mapping[re.Pattern[str], str]:
    return {re.compile(row["damaged"]): row["mended"] for row in read_vocabulary("ocr_damage")}


def clean_trade_name(raw: str | None) -> Cleaned:
    """Return the name of a shop without the operator who is told behind it."""
    shown, reason = clean_party_name(raw)
    return Cleaned(_split(shown)[0] if isinstance(shown, str) else shown, reason)


def clean_operator_name(raw: str | None) -> Cleaned:
    """Return the operator who is told behind the name of a shop, none where there is no such person."""
    shown, reason = clean_party_name(raw)
    if not isinstance(shown, str):
        return Cleaned(shown, reason)
    operator = _split(shown)[1]
    return Cleaned(operator, reason if operator else None)


def _split(name: str) -> tuple[str, str | None]:
    match = _SHOP.fullmatch(name) or _OPERATOR.fullmatch(name)
    if match is None or "公司" in match["trade"] or _NO_PERSON.match(match["operator"]):
        return name, None
    return match["trade"], match["operator"]
