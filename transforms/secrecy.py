"""The words by which a document or a record says that it is a state or work secret, 密级 (DOMAIN P14)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LABELS: Final = ("密级和保密期限", "密级及保密期限", "密级", "保密级别", "保密等级", "秘密等级", "涉密等级")
LEVELS: Final = ("绝密", "机密", "秘密", "内部")
PREFIXES: Final = ("文件", "信息", "数据")
"""What may stand before a label."""

NAMES: Final = frozenset(prefix + label for prefix in ("", *PREFIXES) for label in LABELS)

KINDS: Final = ("级", "件", "文件", "资料", "事项", "使用")
"""What may stand behind a level."""

CLASSIFIED: Final = '"classified"'
"""What the archive holds in the place of a pushed record that names a level: no object, and nothing of it."""

_TRADITIONAL: Final = {
    "级": "級", "绝": "絕絶", "机": "機", "内": "內", "资": "資", "项": "項", "时": "時", "数": "數", "据": "據"
}  # fmt: skip


def json_pattern() -> str:
    """Return what a JSON text matches in which a label of a level holds one, in the words of Java and of Python."""
    return _pattern(str, r"[\u4e00-\u9fff]")


def gb_json_pattern() -> str:
    """Return what the bytes of such a text in GB 18030 match, each taken for the character of its number."""
    return _pattern(lambda text: text.encode("gb18030").decode("latin-1"), r"[\x81-\xa0\xaa-\xfe]")


def _pattern(read: Callable[[str], str], han: str) -> str:
    groups = (PREFIXES, LABELS, LEVELS, KINDS)
    prefixes, labels, levels, kinds = (
        "(?:" + "|".join(_escaped(word, read) for word in words) + ")" for words in groups
    )
    return rf'(?i)"(?:[^"]*[.@])?{prefixes}?{labels}"\s*:\s*\[?\s*"\s*{levels}{kinds}?(?!{han}|\\u[4-9])'


def _escaped(word: str, read: Callable[[str], str]) -> str:
    """Return a word in any way in which JSON may write it."""
    return "".join(_written(character, read) for character in word)


def _written(character: str, read: Callable[[str], str]) -> str:
    forms = character + _TRADITIONAL.get(character, "")
    written = (form for one in forms for form in (re.escape(read(one)), rf"\\u{ord(one):04x}"))
    return "(?:" + "|".join(written) + ")"
