"""Read expectations that are kept as data: each has a severity, stop or warn, and a reason."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from quality.results import Severity
from transforms.errors import Terminal

HERE = Path(__file__).resolve().parent
EXPECTATIONS = {
    "not_null": "ExpectColumnValuesToNotBeNull",
    "unique": "ExpectColumnValuesToBeUnique",
    "unique_together": "ExpectCompoundColumnsToBeUnique",
    "between": "ExpectColumnValuesToBeBetween",
    "matches": "ExpectColumnValuesToMatchRegex",
    "row_count": "ExpectTableRowCountToBeBetween",
}

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Mode = Literal["snapshot", "incremental", "event"]
_Read = TypeVar("_Read", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CommonBound(_Strict):
    """What a measure of a slice may be in every source, or in the sources of some delivery modes."""

    metric: Word
    severity: Severity
    reason: Sentence
    at_least: float | None = None
    at_most: float | Literal["absenceBrake"] | None = None
    modes: frozenset[Mode] = frozenset({"snapshot", "incremental", "event"})

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        return self


class CommonBounds(_Strict):
    """The bounds of all sources, and how many records a share may always have against it.

    `most_reused` is a share too: admission measures it, since only there it is known which numbers are of other cases.
    """

    tolerated_records: int
    most_reused: float
    shares: frozenset[Word]
    bounds: tuple[CommonBound, ...]


class Rule(_Strict):
    """One hand-written expectation on what a release adds to or removes from a model.

    `model` is a versioned model, `every` for each of them, or `ledger` for the books. A `query` yields the rows that
    break the rule; it may read `added`, `removed` and `ledger` (counts) of its model, and `marts_v`.
    """

    name: Word
    model: Word
    severity: Severity
    reason: Sentence
    expectation: str = ""
    arguments: dict[str, Any] = {}
    query: str = ""

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if bool(self.query) == bool(self.expectation):
            raise ValueError("give either a query or an expectation")
        if self.expectation and self.expectation not in EXPECTATIONS:
            raise ValueError(f"no expectation {self.expectation!r}; known are {', '.join(EXPECTATIONS)}")
        return self


class Suite(_Strict):
    """The rules of a gate."""

    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _are_distinct(self) -> Self:
        names = [(rule.model, rule.name) for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not names:
            raise ValueError(f"each rule has a name of its own: {twice or 'there is no rule'}")
        return self


@cache
def read_common_bounds(path: Path = HERE / "common_bounds.yaml") -> CommonBounds:
    """Read the bounds of all sources."""
    return _read(path, CommonBounds)


@cache
def read_suite(path: Path = HERE / "suites" / "candidate.yaml") -> Suite:
    """Read the rules of gate candidate."""
    return _read(path, Suite)


def _read(path: Path, kind: type[_Read]) -> _Read:
    try:
        return kind.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise Terminal(f"{path.name} is no YAML", str(path), str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Terminal(f"{path.name} has no valid {where}", str(path), first["msg"]) from error
