"""A source while it is being described: what is known, what is still to be asked, and what an answer changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from infra.onboard.choices import Choices, Question, answered, open_questions
from infra.onboard.design import Design, design
from infra.onboard.propose import Placed, Said, propose
from transforms.errors import ContractBroken

if TYPE_CHECKING:
    from infra.onboard.profile import Column
    from infra.onboard.sample import Sample

IGNORE: Final = "ignore"
LEAVE: Final = "leave"


@dataclass(frozen=True)
class Draft:
    """A sample with its profile, and what a person has said so far."""

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
        return [_column_question(one) for one in self.placed() if one.fate == "unmapped"]

    def answered(self, question: Question, answer: str) -> Draft:
        """Return the draft with one more answer; raises ContractBroken for one that cannot be."""
        label, said = question.label, self.said
        if question.option == "--unit":
            after = replace(self, said=replace(said, units=(*said.units, f"{label}={answer}")))
        elif question.option != "--map":
            after = replace(self, choices=answered(self.choices, question, answer))
        elif answer == IGNORE:
            after = replace(self, said=replace(said, ignored=(*said.ignored, label)))
        elif answer == LEAVE:
            after = self
        else:
            after = replace(self, said=replace(said, maps=(*said.maps, f"{label}={answer}")))
        made = after.made()
        if after.said.maps != said.maps:
            _is_taken(made, label)
        return after


def _is_taken(made: Design, label: str) -> None:
    lost = next(one.why_not for one in made.placed if one.column.label == label)
    if lost:
        raise ContractBroken(lost, "--map", "name another field")


def _column_question(one: Placed) -> Question:
    maybe = ", ".join(f"{reading.field}:{reading.cleaner}" for reading in one.candidates)
    words = f"{one.column.label} ({one.column.kind}; {one.why_not}): field:cleaner, {IGNORE} or {LEAVE}"
    return Question("--map", f"{words}; it may be {maybe}" if maybe else words, LEAVE, label=one.column.label)
