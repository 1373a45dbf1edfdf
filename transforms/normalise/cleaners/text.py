"""Free text and names: what a reader sees, without the traces of the systems that it came through."""

from __future__ import annotations

import re
from collections.abc import Callable

from transforms.normalise.cleaners.characters import is_text_placeholder, strip_remnants
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.lists import split_list, unnumbered
from transforms.normalise.cleaners.numerals import read_numeral

MOST_PARTIES = 100_000
"""More are no parties of one case."""

# No party has a longer name, and what words join in a page is not searched.
_LONGEST_NAME = 2_000

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_BLANK_AT_HAN = re.compile(
    "(?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff])\\s+"
    "|\\s+(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff])"
)
# A quoted title is a reference, any other quotation is somebody else's words.
_TITLE = '(?![^“”「」"]{2,30}(?:法|条例|规定|办法|细则)[”」"])'
_QUOTATION = re.compile(f'“{_TITLE}[^“”]*”|「{_TITLE}[^「」]*」|"{_TITLE}[^"]*"')
_AND_OTHERS = re.compile(r"等\s*(?P<count>\d+|[一二三四五六七八九十百]+)\s*(?:人|名|家|户|个?单位|个?当事人)$")
# A comma also parts a shop from its operator, and a line of a cell may be half of a name.
_BETWEEN_PARTIES = "、；;/／"
_BETWEEN_MARKS = re.compile(f"[^，,\n{_BETWEEN_PARTIES}]+")
# 和平 and 普及 are parts of names: what is joined is a whole name, and a branch is no other party.
_JOINED = re.compile("[，,&＆+＋|｜]|以及|[及和与]")
_COMPANY = re.compile(r"(?!.*分公司).{4,}(?:公司|合作社|商行|经营部|厂)(?:[（(].{0,200}[)）])?")
# No company has the form of another within its name; a branch has, and what stands in brackets may.
_WRITTEN_TOGETHER = re.compile(r"[^（）()]*有限(?:责任)?公司(?!.*分公司)[^（）()]{2,}有限(?:责任)?公司")
_PERSON = re.compile(
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹"
    "薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤张陳楊黃趙吳孫馬羅鄭謝許韓鄧馮蕭]"
    "[\u3400-\u9fff\U00020000-\U0003ffff*×]{1,2}"
)
_WHOLE_NAME = re.compile(r".+(?:公司|店|厂|部|行|馆|中心|超市|合作社|经营户|工商户)(?:[（(].{0,200}[)）])?")
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
    text = _one_line(raw)
    if not text:
        return EMPTY
    if is_text_placeholder(text):
        return refused("placeholder")
    text = text.translate(_FULL_BRACKETS if _HAN.search(text) else _HALF_BRACKETS)
    if len(told := unnumbered(text)) == 1 != len(unnumbered(told[0])):
        return clean_party_name(told[0])
    if text.isdecimal():
        return refused("format")
    text = text if _are_persons(text) else _BLANK_AT_HAN.sub("", _marked(text) if " " in text else text)
    return _counted(text)


def _counted(text: str) -> Cleaned:
    """Return a name, with a warning where it is of several."""
    alone = _AND_OTHERS.sub("", text).rstrip("、，,；; ")
    if not alone:
        return refused("party_count")
    if alone != text:
        return Cleaned(alone, "more_parties")
    return Cleaned(alone, "several_parties" if _is_several(alone) else _warning(alone))


def clean_parted(clean: Callable[[str], Cleaned], raw: str | None) -> Cleaned:
    """Return what a list makes of a cell of names; it parts those that a blank or a word joins too."""
    return clean(_BETWEEN_MARKS.sub(_as_parted, strip_remnants(raw or "")))


def _as_parted(found: re.Match[str]) -> str:
    """Return names parted; what holds one only stays as printed, blanks before and behind it too."""
    names = found[0].strip()
    parted = _parted(names)
    return found[0] if parted == names else parted


def _parted(names: str) -> str:
    if _are_persons(names):
        return "、".join(_persons(names))
    names = _marked(names)
    for joint in reversed(_joints(names)):
        names = f"{names[: joint.start()]}、{names[joint.end() :]}"
    return names


def _are_persons(name: str) -> bool:
    """Say whether a name is several of natural persons with blanks, commas or words between them."""
    return len(_persons(name)) > 1


def _persons(name: str) -> list[str]:
    for names in (name.split(" "), _JOINED.split(name.replace(" ", "，"))):
        if all(map(_PERSON.fullmatch, names)):
            return names
    return []


def _marked(name: str) -> str:
    """Return a name with 、 for the blanks where they stand between companies; persons may stand among these.

    One person behind one shop is who runs it.
    """
    names = name.split(" ")
    companies = sum(1 for one in names if _COMPANY.fullmatch(one))
    are_parties = companies > 1 and companies + sum(1 for one in names if _PERSON.fullmatch(one)) == len(names)
    return name.replace(" ", "、") if are_parties else name


def _joints(name: str) -> list[re.Match[str]]:
    """Return what joins two whole names of companies, in a cell that may be names."""
    found = _JOINED.finditer(name) if len(name) <= _LONGEST_NAME else ()
    return [j for j in found if all(map(_COMPANY.fullmatch, (name[: j.start()], name[j.end() :])))]


def _is_several(name: str) -> bool:
    if any(sign in name for sign in _BETWEEN_PARTIES) and len(split_list(name, _BETWEEN_PARTIES)) > 1:
        return True
    return len(name) > _LONGEST_NAME or bool(_are_persons(name) or _joints(name) or _WRITTEN_TOGETHER.fullmatch(name))


def clean_party_count(raw: str | None) -> Cleaned:
    """Return how many parties a name says that there are, those that it names among them: 5 of 青禾公司等5人."""
    match = _AND_OTHERS.search(_one_line(raw))
    if match is None:
        return EMPTY
    count = int(match["count"]) if match["count"].isdecimal() else read_numeral(match["count"])
    if count is None:
        return refused("unparseable")
    return Cleaned(count, None) if 0 < count <= MOST_PARTIES else refused("out_of_range")


def _one_line(raw: str | None) -> str:
    lines = strip_remnants(raw or "").split("\n")
    text = ("、" if len(lines) > 1 and all(map(_WHOLE_NAME.fullmatch, lines)) else " ").join(lines)
    return text.translate(_NARROW).translate(_POINTS)


def strip_quotations(text: str) -> str:
    """Return a text without what stands in paired quotation marks, such as quoted law; quoted titles stay."""
    return _QUOTATION.sub("", text)


def _warning(text: str) -> str | None:
    return "private_use_characters" if _PRIVATE_USE.search(text) else None
