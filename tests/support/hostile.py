"""Texts that a body may push by mistake or in malice, each with the rule by which it alone is quarantined."""

from __future__ import annotations

import json

from schemas.contracts import source
from tests.support.generate import messages
from transforms.secrecy import CLASSIFIED
from transforms.too_large import TOO_LARGE

CONTRACT = source("platform_notices")
SOUND = json.loads(next(iter(messages(CONTRACT.source, 1, 7).lines())))


def notice(**said: object) -> str:
    return json.dumps(SOUND | said, ensure_ascii=False)


def nested(depth: int) -> str:
    return notice(title=None).replace('"title": null', f'"title": {"[" * depth}{"]" * depth}')


HOSTILE: dict[str, tuple[str, str]] = {
    "nothing": ("", "not_json"),
    "null": ("null", "not_json"),
    "text": ('"x"', "not_json"),
    "number": ("7", "not_json"),
    "no object but an array": (f"[{notice()}]", "not_json"),
    "two objects": (notice() + notice(), "not_json"),
    "cut off": (notice()[:-9], "not_json"),
    "byte order mark": ("\ufeff" + notice(), "not_json"),
    "what was not UTF-8": (notice(title="\ufffd")[:-1], "not_json"),
    "half of a character": (notice(title="?").replace('"?"', '"\\ud800"'), "not_json"),
    "no number": (notice(sequence="?").replace('"?"', "NaN"), "not_json"),
    "10,000 deep": (nested(10_000), "not_json"),
    "500 deep": (nested(500), "too_deep"),
    "100 deep": (nested(100), "too_deep"),
    "NUL": (notice(noticeId="a\0b"), "nul_character"),
    "NUL in a label": (notice(**{"a\0": "b"}), "nul_character"),
    "NUL behind a backslash": (notice(title="\\\0"), "nul_character"),
    "NUL itself": (notice(title="?").replace("?", "\0"), "not_json"),
    "label twice": (notice()[:-1] + ',"noticeId":"other"}', "named_twice"),
    "label twice, written apart": (notice()[:-1] + ',"noticeId"\n :"other"}', "named_twice"),
    "label twice, escaped": (notice()[:-1] + ',"\\u006eoticeId":"other"}', "named_twice"),
    "label twice inside": (notice(detail={"a": 1})[:-2] + ',"a":2}}', "named_twice"),
    "5 MB cell": (notice(title="x" * 5_242_880), "too_large"),
    "5 MB cell, as it comes from the archive": (TOO_LARGE, "too_large"),
    "secret": (CLASSIFIED, "classified"),
}
