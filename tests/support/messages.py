"""Records of a made-up body as JSON texts, with planted defects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from tests.support.defects import BLOCK, Answers, Defect, PartyKind, drawn
from tests.support.parties import Party, organisations, persons


class Made(NamedTuple):
    """One sound record: its JSON text, the case type that it makes and the amount in it."""

    line: str
    case_type: str
    amount: int


Maker = Callable[[Random, int, PartyKind], Made]
Record = dict[str, Any]
PartyMaker = Callable[[Random, int, Party], tuple[Record, str, int]]


class Records:
    """Records about parties; `make` gives one sound record, its case type and the amount in it."""

    def __init__(
        self, make: PartyMaker, defects: Sequence[Defect], count: int, seed: int, *, persons_share: float = 0.2
    ) -> None:
        """Draw the parties."""
        self.answers = Answers()
        self._make, self._defects, self._count, self._seed = make, defects, count, seed
        self._persons_share = persons_share
        drawn_for = f"{seed} {make.__module__}"
        self._parties = {
            "organisation": organisations(min(max(count // 4, 40), 20000), drawn_for),
            "person": persons(min(max(count // 10, 20), 5000), drawn_for),
        }

    def lines(self) -> Iterator[str]:
        """Yield every record as JSON text."""
        return planted_lines(self._made, self._defects, self._count, self._seed, self.answers)

    def _made(self, rng: Random, row: int, kind: PartyKind) -> Made:
        kind = kind or ("person" if rng.random() < self._persons_share else "organisation")
        record, case_type, amount = self._make(rng, row, rng.choice(self._parties[kind]))
        return Made(json.dumps(record, ensure_ascii=False), case_type, amount)


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
                answers.note(defect, made.line)
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
