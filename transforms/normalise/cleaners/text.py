"""Free text and names: what a reader sees, without the traces of the systems that it came through."""

from __future__ import annotations

import re

from transforms.normalise.cleaners.characters import is_text_placeholder, strip_remnants
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused

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
    """Return a name for display: one line, brackets full-width in Chinese names and half-width in Latin ones."""
    text = strip_remnants(raw or "").replace("\n", " ").translate(_NARROW).translate(_POINTS)
    if not text:
        return EMPTY
    if is_text_placeholder(text):
        return refused("placeholder")
    text = text.translate(_FULL_BRACKETS if _HAN.search(text) else _HALF_BRACKETS)
    text = _BLANK_AT_HAN.sub("", text)
    alone = _AND_OTHERS.sub("", text).rstrip("、，,；; ")
    if not alone:
        return refused("party_count")
    return Cleaned(alone, "more_parties" if alone != text else _warning(text))


def strip_quotations(text: str) -> str:
    """Return a text without what stands in paired quotation marks, such as quoted law; quoted titles stay."""
    return _QUOTATION.sub("", text)


def _warning(text: str) -> str | None:
    return "private_use_characters" if _PRIVATE_USE.search(text) else None
