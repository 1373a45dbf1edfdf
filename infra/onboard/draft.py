"""A source while it is being described: what is known, what is still to be asked, and what an answer changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from infra.onboard.choices import STATE, Choices, Question, answered, open_questions
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
        return [_column_question(one) for one in self.placed() if not one.is_decided]

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
        if question.option != "--map":
            after.made()
        elif after.said.maps != said.maps:
            after._check_taken(label)
        return after

    def _check_taken(self, label: str) -> None:
        """Check that a column that was just named is read: what is told or asked later may still take it."""
        # The column of a key or a time that was told before may be one of the next to be asked.
        made = design(replace(self.choices, key=(), source_time=None, withdrawn=None), self.placed())
        lost = next(one.why_not for one in made.placed if one.column.label == label)
        named = {label, *(r.field for one in self.placed() if one.column.label == label for r in one.readings)}
        if lost and not named & self._awaited():
            raise ContractBroken(lost, "--map", "name another field; one that only makes the key is told with --key")

    def _awaited(self) -> set[str]:
        """Return the fields, or their labels, that key, time and state are read from, or may be."""
        told = {*self.choices.key, self.choices.source_time or "", STATE}
        return told.union(*(question.allowed for question in self.questions()))


def _column_question(one: Placed) -> Question:
    maybe = ", ".join(f"{reading.field}:{reading.cleaner}" for reading in one.candidates)
    asked = f"{one.column.label} ({one.column.kind}; {one.why_not or one.ignored})"
    words = f"{asked}: field:cleaner, a known label, {IGNORE} or {LEAVE}"
    return Question("--map", f"{words}; it may be {maybe}" if maybe else words, LEAVE, label=one.column.label)
