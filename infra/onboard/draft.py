"""A source while it is being described: what is known, what is still to be asked, and what an answer changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from infra.onboard.choices import SENDER, Choices, Question, answered, open_questions
from infra.onboard.design import Design, design
from infra.onboard.propose import Placed, Said, propose

if TYPE_CHECKING:
    from pathlib import Path

    from infra.onboard.profile import Column
    from infra.onboard.sample import Sample

IGNORE: Final = "ignore"
LEAVE: Final = "leave"


@dataclass(frozen=True)
class Draft:
    """A sample with its profile, and what a person has said so far."""

    path: Path
    sample: Sample
    columns: tuple[Column, ...]
    choices: Choices
    said: Said

    def placed(self) -> tuple[Placed, ...]:
        """Return what becomes of each column."""
        return propose(self.columns, self.choices.kind or "", self.said)

    def made(self) -> Design:
        """Return what the source claims; raises ContractBroken for what cannot be."""
        return design(self.choices, self.placed())

    def questions(self) -> list[Question]:
        """Return what has to be told."""
        return open_questions(self.choices, self.sample, self.placed())

    def undecided(self) -> list[Question]:
        """Return a question for each column that nobody has decided; it may stay so."""
        return [_column_question(one) for one in self.placed() if not one.is_decided]

    def lost(self) -> list[Question]:
        """Return a question for each column that was mapped to what nothing takes, as all else is told by now."""
        made = self.made().placed
        return [_column_question(one) for one in made if one.why_not and self._maps_of(one.column.label)]

    def answered(self, question: Question, answer: str) -> Draft:
        """Return the draft with one more answer; raises ContractBroken for one that cannot be."""
        label, said = question.label, self.said
        if question.option == "--unit":
            after = replace(self, said=replace(said, units=(*said.units, f"{label}={answer}")))
        elif question.option == "--map":
            return self._mapped(label, answer)
        else:
            after = replace(self, choices=answered(self.choices, question, answer))
        # The column of a key that was told may be one that is asked for once it is known who sends it.
        if question.option not in SENDER:
            after.made()
        return after

    def _mapped(self, label: str, answer: str) -> Draft:
        """Return the draft with another fate of a column; whether a claim takes it may hang on a column asked later."""
        said, before = self.said, self._maps_of(label)
        kept = tuple(text for text in said.maps if text not in before)
        if answer == IGNORE:
            said = replace(said, maps=kept, ignored=(*said.ignored, label))
        else:
            said = replace(said, maps=kept if answer == LEAVE else (*kept, f"{label}={answer}"))
        after = replace(self, said=said)
        after.placed()
        return after

    def _maps_of(self, label: str) -> tuple[str, ...]:
        return tuple(text for text in self.said.maps if text.startswith(f"{label}="))


def _column_question(one: Placed) -> Question:
    maybe = ", ".join(f"{reading.field}:{reading.cleaner}" for reading in one.candidates)
    asked = f"{one.column.label} ({one.column.kind}; {one.why_not or one.ignored})"
    words = f"{asked}: field:cleaner, a known label, {IGNORE} or {LEAVE}"
    return Question("--map", f"{words}; it may be {maybe}" if maybe else words, LEAVE, label=one.column.label)
