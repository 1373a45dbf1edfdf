"""What a file cannot tell about its source: asked of a person, or named as a missing option."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from infra.onboard.personal import shown_words
from infra.onboard.profile import counted
from schemas.contracts import MODES, ROOT, sources
from transforms.errors import CasebridgeError, ContractBroken
from transforms.normalise.cleaners.amount import UNITS
from transforms.normalise.cleaners.vocabulary import codes_of

if TYPE_CHECKING:
    from infra.onboard.propose import Placed
    from infra.onboard.sample import Sample

SENDER: Final = frozenset({"--source", "--body", "--kind"})
"""The options that say who sends what: what a label means hangs on the kind of body."""
CADENCES: Final = ("continuous", "5min", "hourly", "daily")
RECEIPT: Final = "receipt"
"""The answer to `--source-time` where no column says when a record changed: the time of receipt stands."""
NEVER: Final = "never"
"""The answer to `--withdrawn` where no value of the status column withdraws a record."""
STATE: Final = "record_state"
"""The field that may say that a record is withdrawn."""
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LONGEST_KEY: Final = 3


@dataclass(frozen=True)
class Choices:
    """What is known so far about the source; None is not yet known."""

    source: str | None = None
    body: str | None = None
    kind: str | None = None
    mode: str | None = None
    cadence: str | None = None
    key: tuple[str, ...] = ()
    source_time: str | None = None
    withdrawn: str | None = None
    stands: tuple[str, ...] = ()

    @property
    def word(self) -> str | None:
        """Return the word of the status column that withdraws a record, if one does."""
        return None if self.withdrawn == NEVER else self.withdrawn


@dataclass(frozen=True)
class Question:
    """One thing that nobody has told yet: the option that tells it, in words, with what may be said."""

    option: str
    asks: str
    default: str | None = None
    allowed: tuple[str, ...] = ()
    label: str = ""

    def told(self) -> str:
        """Return the option as it would be typed."""
        value = "|".join(self.allowed) or self.default or "…"
        return f"{self.option} '{self.label}={value}'" if self.label else f"{self.option} {value}"


def named(written: str | None) -> tuple[str, ...]:
    """Return the names that stand between commas."""
    return tuple(part.strip() for part in (written or "").split(",") if part.strip())


@cache
def bodies() -> Mapping[str, Mapping[str, str]]:
    """Return the rows of the vocabulary `body` by body id."""
    with (ROOT / "vocabularies" / "body.csv").open(encoding="utf-8", newline="") as file:
        return {row["body_id"]: row for row in csv.DictReader(file)}


def settled(choices: Choices) -> Choices:
    """Fill in what follows from what was said; raises ContractBroken for what cannot be."""
    for option, name in (("--source", choices.source), ("--body", choices.body)):
        if name is not None and not _NAME.fullmatch(name):
            raise ContractBroken(f"{name!r} is no name of ours", option, "write lower-case words joined by _")
    if choices.source in sources():
        raise ContractBroken(f"{choices.source} is there already", "--source", "name another, or remove that one")
    known = bodies().get(choices.body or "")
    if known and choices.kind not in (None, known["body_kind"]):
        raise ContractBroken(f"{choices.body} is {known['body_kind']}", "--kind", "leave it out, or name another body")
    if known:
        choices = replace(choices, kind=known["body_kind"])
    if choices.mode == "event":
        choices = replace(choices, cadence="pushed")
    elif choices.mode == "snapshot":
        choices = replace(choices, source_time=choices.source_time or RECEIPT)
    if choices.stands and choices.withdrawn in (NEVER, *choices.stands):
        what = f"a record that says {choices.withdrawn} cannot stand and be withdrawn"
        raise ContractBroken(what, "--stands", "name the words of the records that stand")
    _check("--kind", choices.kind, tuple(codes_of("body_kind").values()))
    _check("--mode", choices.mode, tuple(sorted(MODES)))
    _check("--cadence", choices.cadence, ("pushed",) if choices.mode == "event" else CADENCES)
    return choices


def _check(option: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        known = ", ".join(dict.fromkeys(allowed))
        raise ContractBroken(f"{option} cannot be {value!r}", option, f"say one of {known}")


def open_questions(choices: Choices, sample: Sample, placed: Sequence[Placed]) -> list[Question]:
    """Return what is still to be told, in the order in which a person is asked."""
    asked: list[Question] = []
    if choices.source is None:
        asked.append(Question("--source", "Id of the source (body, then what it sends)"))
    if choices.body is None:
        asked.append(Question("--body", f"Id of the body that sends it; known are {', '.join(bodies())}"))
    if choices.kind is None:
        kinds = tuple(dict.fromkeys(codes_of("body_kind").values()))
        asked.append(Question("--kind", "Kind of the body", allowed=kinds))
    asked += [
        Question("--unit", f"Unit of the amounts in {one.column.label}", allowed=tuple(UNITS), label=one.column.label)
        for one in placed
        if one.needs_unit
    ]
    if choices.mode is None:
        words = "Is each file everything (snapshot), what is new or changed (incremental), or pushed (event)?"
        asked.append(Question("--mode", words, allowed=tuple(sorted(MODES))))
    if choices.cadence is None and choices.mode != "event":
        asked.append(Question("--cadence", "How often it is asked", "daily", CADENCES))
    if not choices.key:
        words = "Fields that make a record the same record when it comes again, joined by commas"
        asked.append(Question("--key", words, ",".join(likely_key(sample, placed)) or None))
    if choices.source_time is None and choices.mode != "snapshot":
        times = tuple(r.field for one in placed for r in one.readings if _is_time(r.cleaner))
        asked.append(Question("--source-time", "Field that says when a record changed", RECEIPT, (*times, RECEIPT)))
    return [*asked, *_of_states(choices, sample, placed)]


def _of_states(choices: Choices, sample: Sample, placed: Sequence[Placed]) -> Iterator[Question]:
    """Yield what is to be told of the words of the status column, where there is one."""
    label = next((one.column.label for one in placed for r in one.readings if r.field == STATE), None)
    if label is None:
        return
    words = counted(sample.column(label))
    of_column = f"{label} says {shown_words(words)}: "
    if choices.withdrawn is None:
        yield Question("--withdrawn", f"{of_column}which word withdraws a record, or `{NEVER}`")
    elif choices.word and not choices.stands:
        default = next((word for word, _ in words.most_common() if word != choices.word), None)
        yield Question("--stands", f"{of_column}which words stand, joined by commas", default)


def _is_time(cleaner_name: str) -> bool:
    return cleaner_name.startswith(("date", "timestamp"))


def answered(choices: Choices, question: Question, answer: str) -> Choices:
    """Return the choices with one more answer."""
    name = question.option.removeprefix("--").replace("-", "_")
    given = {f: getattr(choices, f) for f in choices.__dataclass_fields__}
    return settled(Choices(**given | {name: named(answer) if name in ("key", "stands") else answer}))


def unanswered(questions: Sequence[Question]) -> CasebridgeError:
    """Return the error that names every option that is missing."""
    missing = ", ".join(dict.fromkeys(question.option for question in questions))
    remedy = "say " + " ".join(question.told() for question in questions)
    return CasebridgeError(f"{missing}: a file cannot tell this, and there is no terminal to ask", "options", remedy)


def likely_key(sample: Sample, placed: Sequence[Placed]) -> tuple[str, ...]:
    """Return the fewest fields that tell the rows of a sample apart: number and authority, or those and a party."""
    placed = [one for one in placed if not one.array]
    numbers = [one for one in placed if any(r.field in _NUMBERS for r in one.readings)]
    parties = [one for one in placed if any(r.field.endswith("_name_raw") for r in one.readings)]
    authorities = [[one] for one in placed if any(r.field == _AUTHORITY for r in one.readings)]
    beside = [[*giver, *other] for giver in [*authorities, []] for other in ([], *([p] for p in parties))]
    for chosen in ([number, *others] for others in beside for number in numbers):
        cells = list(zip(*(sample.column(one.column.label) for one in chosen), strict=True))
        if len(chosen) <= _LONGEST_KEY and len(set(cells)) == len(cells) and all(map(all, cells)):
            return tuple(_key_field(one) for one in chosen)
    return ()


_NUMBERS: Final = ("case_no", "doc_no", "publication_no")
_AUTHORITY: Final = "agency_key"


def _key_field(placed: Placed) -> str:
    return next((r.field for r in placed.readings if r.field in (*_NUMBERS, _AUTHORITY)), placed.readings[0].field)
