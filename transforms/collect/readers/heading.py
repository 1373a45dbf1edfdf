"""What a document says of itself before its first record: headings of a page, members and attributes of a root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD: Final = 65_536
"""Bytes of a document that are looked at."""

_ROW: Final = re.compile(r"<tr[\s>]", re.IGNORECASE)
_ARRAY: Final = re.compile(r"\[")
# The declaration, comments, and the tag of the root.
_ROOT: Final = re.compile(r"\A(?:\s*<[?!][^>]*>)*\s*<[^>]*>")
# Tags without attributes that a person would read.
_TAG: Final = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[\x00-\x3b\x3d\x3f-\x7f]*)?>")
_PUNCTUATION: Final = re.compile(r"[<>/\"'={},]+")
# Parts words, and is none of a label or of a level.
_APART: Final = "·"


def heading(shape: str, head: str, path: Sequence[str]) -> str:
    """Return the words before the first record, without markup; a table has its titles in rows."""
    if shape == "html":
        text = _ROW.split(head, maxsplit=1)[0]
    elif shape == "json":
        text = _ARRAY.split(head, maxsplit=1)[0] if path else ""
    elif shape == "xml" and path:
        text = re.split(rf"<(?:[^\s<>:/]+:)?{re.escape(path[-1])}[\s>/]", head, maxsplit=1)[0]
    elif shape == "xml":
        found = _ROOT.match(head)
        text = found[0] if found else ""
    else:
        text = ""
    return _PUNCTUATION.sub(_APART, _TAG.sub("", text))
