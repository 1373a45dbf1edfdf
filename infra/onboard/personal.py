"""What looks as if it were about a person is shown as its shape, never as it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from transforms.normalise.cleaners.amount import UNITS

# Identity numbers of 15 and 18 characters, also masked; mobile numbers; numbers of cards and accounts.
_NUMBER: Final = re.compile(r"(?<![0-9A-Z])(?:[0-9]{6}[0-9*X]{8,11}[0-9*X]|1[3-9][0-9*]{9}|[0-9]{16,19})(?![0-9A-Z])")
# What a program writes of a fraction may be as long as an identity number; nobody's number stands behind a point.
_FRACTION: Final = re.compile(r"\s*([-+]?[0-9]+)\.[0-9]+(?:E-[0-9]+)?\s*(?:[千万亿]?元)?\s*", re.IGNORECASE)
_LANDLINE: Final = re.compile(r"(?<![0-9])0[0-9]{2,3}[- ]?[0-9]{7,8}(?![0-9])")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_HAN_NAME: Final = re.compile(r"[\u3400-\u9fff某*×·\U00020000-\U0003ffff]{2,4}")
_MASKED_NAME: Final = re.compile(r"[\u3400-\u9fff][某*×]+[\u3400-\u9fff]?")
# Surnames of about nine in ten; a word that begins with one is hidden too, which does no harm.
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔"
)
_LABEL: Final = re.compile(
    r"姓名|身份证|证件号|电话|手机|联系|住址|地址|邮箱|法定代表人|负责人|经营者|出生|性别|签收|账号"
)
_SHAPES: Final = ((re.compile("[0-9]"), "9"), (re.compile("[A-Z]"), "A"), (re.compile("[a-z]"), "a"))
_HAN: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_LONGEST: Final = 24
_NAMES_FROM: Final = 0.5
_WORDS: Final = 5
LONGEST_TEXT: Final = 12


def has_personal_number(value: str) -> bool:
    """Say whether an identity, telephone or account number, or a mail address, stands in a text."""
    text = unicodedata.normalize("NFKC", value)
    if fraction := _FRACTION.fullmatch(text):
        text = fraction[1]
    dense = re.sub(r"(?<=[0-9*])[\s-](?=[0-9*X])", "", text.upper())
    return bool(_NUMBER.search(dense) or _LANDLINE.search(text) or _MAIL.search(text))


def looks_like_a_name(value: str) -> bool:
    """Say whether a text may be the name of a natural person."""
    text = "".join(unicodedata.normalize("NFKC", value).split())
    if _MASKED_NAME.fullmatch(text) or ("·" in text and _HAN.search(text)):
        return True
    return bool(_HAN_NAME.fullmatch(text)) and text[0] in _SURNAMES and text not in UNITS


def is_personal_column(label: str, values: Iterable[str]) -> bool:
    """Say whether a column that nobody has named looks as if it were about persons."""
    if _LABEL.search(label):
        return True
    filled = list(values)
    if any(has_personal_number(value) for value in filled):
        return True
    return bool(filled) and sum(map(looks_like_a_name, filled)) / len(filled) >= _NAMES_FROM


def harmless(value: str) -> str:
    """Return a text as it may be shown: longer ones tell about somebody's case."""
    is_harmless = len(value) <= LONGEST_TEXT and not has_personal_number(value) and not looks_like_a_name(value)
    return value if is_harmless else shape(value)


def shown_words(words: Mapping[str, int]) -> str:
    """Return the commonest of counted words as they may be shown, each with its count."""
    common = sorted(words.items(), key=lambda item: -item[1])[:_WORDS]
    told = [f"{harmless(word)} ({count})" for word, count in common]
    return ", ".join([*told, *(["…"] if len(words) > len(common) else [])])


def shape(value: str) -> str:
    """Return what a value is made of: 9 for a digit, A and a for letters, 汉 for a Han character."""
    text = unicodedata.normalize("NFKC", value)
    for pattern, sign in _SHAPES:
        text = pattern.sub(sign, text)
    text = _HAN.sub("汉", text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
