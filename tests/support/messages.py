"""JSON records of a made-up body, one a line, with planted defects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from tests.support.defects import BLOCK, Answers, Defect, PartyKind, drawn


class Made(NamedTuple):
    """One sound record: its JSON text, the case type that it makes and the amount in it."""

    line: str
    case_type: str
    amount: int


Maker = Callable[[Random, int, PartyKind], Made]


def planted_lines(make: Maker, defects: Sequence[Defect], count: int, seed: int, answers: Answers) -> Iterator[str]:
    """Yield `count` JSON texts without line breaks; `answers` are complete at the end."""
    sound: Made | None = None
    for first in range(0, count, BLOCK):
        rng = Random(f"{seed} {first}")
        planted = drawn(defects, f"{seed} defects {first}")
        for row in range(min(count - first, BLOCK)):
            defect = planted.get(row)
            made = make(rng, first + row, defect.party if defect else "")
            answers.sent += 1
            if defect and defect.fate == "duplicate" and sound:
                answers.duplicates += 1
                yield sound.line
                continue
            if defect and defect.fate != "duplicate":
                answers.note(defect)
                yield _spoilt(made.line, defect)
            else:
                sound = made
                yield made.line
            _count(answers, made, defect)


def _count(answers: Answers, made: Made, defect: Defect | None) -> None:
    if defect and defect.fate == "quarantined":
        return
    answers.case_types[made.case_type] += 1
    if not (defect and defect.field.endswith("_cny")):
        answers.amount_cny += made.amount


def _spoilt(line: str, defect: Defect) -> str:
    if not defect.label:
        return defect.spoil(line) or ""
    document = json.loads(line)
    *path, last = defect.label.split(".")
    inner: dict[str, Any] = document
    for name in path:
        inner = inner[name]
    inner[last] = defect.spoil(str(inner[last]))
    return json.dumps(document, ensure_ascii=False)


def quoted(text: str) -> str:
    """Return a JSON string, or null for an empty one; made-up texts hold nothing that needs an escape."""
    return f'"{text}"' if text else "null"
