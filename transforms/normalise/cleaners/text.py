"""Free text and names: what a reader sees, without the traces of the systems that it came through."""

from __future__ import annotations

import re

from transforms.normalise.cleaners.characters import is_text_placeholder, strip_remnants
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.lists import split_list

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_BLANK_AT_HAN = re.compile(
    "(?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff])\\s+"
    "|\\s+(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff])"
)
# A quoted title is a reference, any other quotation is somebody else's words.
_TITLE = '(?![^“”「」"]{2,30}(?:法|条例|规定|办法|细则)[”」"])'
_QUOTATION = re.compile(f'“{_TITLE}[^“”]*”|「{_TITLE}[^「」]*」|"{_TITLE}[^"]*"')
_AND_OTHERS = re.compile(r"等\s*(?:\d+|[一二三四五六七八九十百]+)\s*(?:人|名|家|户|个?单位|个?当事人)$")
# A comma also parts a shop from its operator, and a line of a cell may be half of a name.
_BETWEEN_PARTIES = "、；;/／"
_WHOLE_NAME = re.compile(r".+(?:公司|店|厂|部|行|馆|中心|超市|合作社|经营户|工商户)(?:[（(].*[)）])?")
_NARROW = {full: full - 0xFEE0 for span in ("０９", "ＡＺ", "ａｚ") for full in range(ord(span[0]), ord(span[1]) + 1)}
_POINTS = dict.fromkeys(map(ord, "・•‧∙⋅"), "·")
_FULL_BRACKETS = {ord("("): "（", ord(")"): "）", ord("﹙"): "（", ord("﹚"): "）"}
_HALF_BRACKETS = {ord("（"): "(", ord("）"): ")", ord("﹙"): "(", ord("﹚"): ")"}


def clean_text(raw: str | None) -> Cleaned:
    """Return free text as a person reads it."""
    text = strip_remnants(raw or "")
    if not text:
        return EMPTY
    return refused("placeholder") if is_text_placeholder(text) else Cleaned(text, _warning(text))


def clean_party_name(raw: str | None) -> Cleaned:
    """Return a name for display: one line, brackets full-width in Chinese names and half-width in Latin ones.

    Several parties in one cell are kept as one text, with a warning: `list` and `parts` tell them apart.
    """
    text = strip_remnants(raw or "")
    lines = text.split("\n")
    text = ("、" if len(lines) > 1 and all(map(_WHOLE_NAME.fullmatch, lines)) else " ").join(lines)
    text = text.translate(_NARROW).translate(_POINTS)
    if not text:
        return EMPTY
    if is_text_placeholder(text):
        return refused("placeholder")
    text = text.translate(_FULL_BRACKETS if _HAN.search(text) else _HALF_BRACKETS)
    text = _BLANK_AT_HAN.sub("", text)
    alone = _AND_OTHERS.sub("", text).rstrip("、，,；; ")
    if not alone:
        return refused("party_count")
    if alone != text:
        return Cleaned(alone, "more_parties")
    is_several = any(sign in alone for sign in _BETWEEN_PARTIES) and len(split_list(alone, _BETWEEN_PARTIES)) > 1
    return Cleaned(alone, "several_parties" if is_several else _warning(alone))


def strip_quotations(text: str) -> str:
    """Return a text without what stands in paired quotation marks, such as quoted law; quoted titles stay."""
    return _QUOTATION.sub("", text)


def _warning(text: str) -> str | None:
    return "private_use_characters" if _PRIVATE_USE.search(text) else None
